"""What must hold of any check: order, workers, growth and districts change nothing they may not."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from siting.check import check as check_lines
from siting.check import check_partition, cut, merge
from siting.check.partition import surroundings
from siting.report import identity
from siting.rules.base import Subject

from ..tiny_city import AS_OF, atlas, book, check, layer, place, project, red_line, rule
from ..tiny_city import city as tiny_city
from .shapes import CRSS, polygons

FOUND = {"conflict", "exception_may_apply"}
#: One example is so many towns in a row from south to north, with 23 red lines on the average:
#: a case is a red line with what lies around it, and all of a row are judged in one check.
TOWNS, LINES = 10, 20
#: Beyond the reach of any rule here from what lies in the next town.
APART_M = 6_000.0
EVERYWHERE = shapely.box(-20_000, -20_000, 24_000, 24_000 + TOWNS * APART_M)
ROWS = settings(max_examples=max(3, settings.default.max_examples // LINES))
RULES = [
    rule("overlap", role="farmland", near_m=20.0),
    rule("setback", role="power_line", near_m=5.0,
         row=[{"setback_m": 10.0, "when": {"kv": [110]}}, {"setback_m": 20.0}]),
    rule("inside", role="growth_boundary"),
    rule("rivals"),
]  # fmt: skip


def moved(shape: BaseGeometry, north_m: float) -> BaseGeometry:
    """Return a shape in the town that lies so far north."""
    there: BaseGeometry = shapely.transform(shape, lambda xy: xy + np.array([0.0, north_m]))
    return there


@st.composite
def scenes(draw: st.DrawFn):
    """Red lines and layers of a row of towns in one plane."""
    crs = draw(CRSS)
    some = st.lists(polygons(crs), min_size=1, max_size=4)
    towns = [n * APART_M for n in range(TOWNS)]

    def shapes() -> list[BaseGeometry]:
        return [moved(shape, north_m) for north_m in towns for shape in draw(some)]

    lines = [
        red_line(shape, f"R{n:02}", project_id=f"P{n:02}")
        for n, shape in enumerate(shapes(), start=1)
    ]
    coverage = place(EVERYWHERE, crs)
    wires = [shape.exterior for shape in shapes()]
    volts = draw(st.lists(st.sampled_from([110, 220]), min_size=len(wires), max_size=len(wires)))
    layers = [
        layer("farmland", shapes(), coverage=coverage, crs=crs),
        layer("power_line", wires, coverage=coverage, crs=crs, columns={"kv": volts}),
        layer("growth_boundary", shapes(), coverage=coverage, crs=crs),
    ]
    return crs, layers, lines


def found(report):
    return {(v.red_line_id, v.code) for v in report.verdicts if v.status in FOUND}


@ROWS
@given(scenes(), st.randoms(use_true_random=False))
def test_order_of_rows_layers_and_red_lines(scene, rng: random.Random) -> None:
    crs, layers, lines = scene
    before = identity(check(layers, lines, RULES, crs=crs))
    turned = []
    for each in layers:
        order = rng.sample(range(len(each.frame)), len(each.frame))
        turned.append(replace(each, frame=each.frame.iloc[order].reset_index(drop=True)))
    rng.shuffle(turned)
    rng.shuffle(lines)
    assert identity(check(turned, lines, RULES, crs=crs)) == before


@ROWS
@given(scenes())
def test_cut_into_parts_or_whole(scene) -> None:
    """The same as any number of workers, without starting processes for each example."""
    crs, layers, lines = scene
    around = surroundings(layers, lines, [], as_of=AS_OF, crs=crs, crosswalks={})
    subjects = [Subject(line, project(line.project_id)) for line in lines]
    whole, parts = (
        merge(
            [check_partition(part) for part in cut(subjects, RULES, around, is_whole=flag)], RULES
        )
        for flag in (True, False)
    )
    assert whole.verdicts == parts.verdicts
    assert [(f.id, f.area_m2, f.measure) for f in whole.findings] == [
        (f.id, f.area_m2, f.measure) for f in parts.findings
    ]


@settings(max_examples=3)
@given(scenes())
def test_two_workers(scene) -> None:
    crs, layers, lines = scene
    one, two = (identity(check(layers, lines, RULES, crs=crs, workers=count)) for count in (1, 2))
    assert one == two


@ROWS
@given(scenes(), st.integers(1, 500))
def test_a_larger_red_line_never_loses_a_conflict(scene, grow_dm: int) -> None:
    crs, layers, lines = scene
    # a union with what was there: a buffer alone may step inside by a rounding
    larger = [
        replace(line, geometry=shapely.union(line.geometry, line.geometry.buffer(grow_dm / 10)))
        for line in lines
    ]
    before = found(check(layers, lines, RULES, crs=crs))
    assert before <= found(check(layers, larger, RULES, crs=crs))


@ROWS
@given(scenes(), st.integers(0, 1_000), st.integers(1, 500))
def test_a_larger_setback_never_loses_a_conflict(scene, setback_dm: int, more_dm: int) -> None:
    crs, layers, lines = scene

    def conflicts(setback_m: float):
        made = rule("setback", role="power_line", row=[{"setback_m": setback_m}])
        return {f.id for f in check(layers, lines, [made], crs=crs).findings}

    assert conflicts(setback_dm / 10) <= conflicts((setback_dm + more_dm) / 10)


@ROWS
@given(scenes(), st.integers(0, 8_000))
def test_the_city_is_the_union_of_its_districts(scene, border_dm: int) -> None:
    """Red lines checked district by district, those on the border in both."""
    crs, layers, lines = scene
    border = place(shapely.Point(border_dm / 10, 0), crs).x
    city = check(layers, lines, RULES, crs=crs)
    pieces = {}
    for side in (1, -1):
        own = [
            line for line in lines
            if side * (border - line.geometry.bounds[0 if side == 1 else 2]) >= 0
        ]  # fmt: skip
        report = check_lines(
            atlas(layers, lines, crs=crs),
            book(*RULES),
            city=tiny_city(crs),
            as_of=AS_OF,
            red_lines=own,
        )
        pieces |= {finding.id: finding for finding in report.findings}
    assert sorted(pieces) == sorted(finding.id for finding in city.findings)
    for finding in city.findings:
        assert pieces[finding.id].area_m2 == pytest.approx(finding.area_m2, abs=1e-7)


@ROWS
@given(scenes())
def test_totals_and_ladders_add_up(scene) -> None:
    crs, layers, lines = scene
    for result in check(layers, lines, RULES, crs=crs).results:
        assert result.conflict_area_m2 <= result.area_m2 + 1e-3
        ladder = sum(result.ladder_m2.values())
        # all rules here are binding, so the ladder is the union
        assert ladder == pytest.approx(result.conflict_area_m2, abs=1e-3)


@ROWS
@given(scenes())
def test_clear_means_apart(scene) -> None:
    """The one promise that may never break, against plain shapely."""
    crs, layers, lines = scene
    report = check(layers, lines, RULES, crs=crs)
    outlines = {line.id: line.geometry for line in lines}
    farmland, wires, ground = (each.frame.geometry.to_numpy() for each in layers)
    ground = shapely.union_all(ground)
    for verdict in report.verdicts:
        outline = outlines[verdict.red_line_id]
        if verdict.status == "clear" and verdict.code == "T-OVERLAP":
            assert shapely.distance(outline, farmland).min() > 20.0 - 1e-6
        if verdict.status == "clear" and verdict.code == "T-SETBACK":
            assert shapely.distance(outline, wires).min() > 10.0 - 1e-6
        if verdict.status == "clear" and verdict.code == "T-INSIDE":
            assert (outline - ground).area < 1e-3
