"""A page whose red lines alone are over its budget draws them with less detail, and says so."""

from __future__ import annotations

import dataclasses

import pytest
import shapely

from siting.city.maps import MapSpec
from siting.mapping import city_scene
from siting.mapping.payload import to_safe_json
from siting.mapping.scene import PROGRAM_BYTES
from siting.mapping.shapes import COARSER
from siting.mapping.travelling import travelling

from ..unpacking import degrees_of

BACKGROUND = {"base", "ground", "controls", "origin", "unit"}


@pytest.fixture(scope="module")
def winding(made):
    """The handmade city, its first red line and all pieces with a vertex every half metre."""
    report, searches, atlas, city = made
    result = report.results[0]
    line = result.red_line
    dense = dataclasses.replace(line, geometry=shapely.segmentize(line.geometry, 0.5))
    results = (dataclasses.replace(result, red_line=dense), *report.results[1:])
    findings = tuple(
        dataclasses.replace(each, geometry=shapely.segmentize(each.geometry, 0.5))
        for each in report.findings
    )
    return dataclasses.replace(report, results=results, findings=findings), searches, atlas, city


def scene_of(winding, budget_mb: float) -> dict:
    report, searches, atlas, city = winding
    city = dataclasses.replace(city, maps=MapSpec(budget_mb))
    return city_scene(report, searches, atlas, city=city).payload


def weight_of(payload: dict) -> int:
    return PROGRAM_BYTES + len(to_safe_json(travelling(payload)).encode())


def figures_of(payload: dict) -> list:
    keys = ("id", "area", "conflict", "at")
    lines = [[line[key] for key in keys] for line in payload["redLines"]]
    return [lines, [[row["code"], row["area"]] for row in payload["findings"].values()]]


def test_a_page_within_its_budget_is_drawn_whole(made):
    payload = scene_of(made, 25.0)
    assert (payload["coarse"], payload["overBudget"]) == (None, None)


def test_pieces_are_simplified_first_and_figures_stay(winding):
    whole = scene_of(winding, 25.0)
    fore = {name: part for name, part in whole.items() if name not in BACKGROUND}
    payload = scene_of(winding, (weight_of(fore) - 1_000) / 1e6)
    assert payload["coarse"] == {"pieces_m": 0.5, "outlines_m": 0.0}
    assert weight_of(payload) < weight_of(whole)
    assert figures_of(payload) == figures_of(whole)
    assert [row["shape"] for row in payload["redLines"]] == [
        row["shape"] for row in whole["redLines"]
    ]


def test_at_last_every_red_line_is_there_and_what_is_not_is_named(winding):
    whole, payload = scene_of(winding, 25.0), scene_of(winding, 0.01)
    last = COARSER[-1]
    assert payload["coarse"] == {"pieces_m": None, "outlines_m": last.outlines_m}
    assert figures_of(payload) == figures_of(whole)
    for before, after in zip(whole["redLines"], payload["redLines"], strict=True):
        assert distance_m(before["shape"], after["shape"]) <= last.outlines_m + 0.02
    drawn = [row["shape"] is not None for row in whole["findings"].values()]
    marked = [row.get("notDrawn", False) for row in payload["findings"].values()]
    assert any(drawn)
    assert marked == drawn
    assert not any(row["shape"] for row in payload["findings"].values())
    weight, budget = payload["overBudget"]
    assert budget == 0.01
    assert weight * 1e6 >= weight_of(payload) > (weight - 0.1) * 1e6


def distance_m(one: list, other: list) -> float:
    """How far two outlines of the page are apart at most; at this latitude, in metres."""
    across = 111_320 * 0.92
    outlines = [
        shapely.MultiLineString(
            [
                [(x * across, y * 110_600) for x, y in degrees_of(ring)] * 2
                for rings in shape[1]
                for ring in rings
            ]
        )
        for shape in (one, other)
    ]
    return shapely.hausdorff_distance(*outlines)
