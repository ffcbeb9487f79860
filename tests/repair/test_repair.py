"""What holds of every repair, whatever lies around the red line."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from siting.check import check
from siting.city import RedLineSpec
from siting.load import read_red_lines
from siting.model import Demand, Form, Release, Status
from siting.overlay import overlap_area_m2
from siting.repair import RepairOptions, repair
from siting.repair.lines import repair_lines
from siting.repair.outline import rounded_inwards
from siting.repair.widths import is_wide, min_width_m
from siting.report import repairs_to_list, report_to_dict, write_repairs
from siting.rules.quality import narrow_arms

from ..tiny_city import AS_OF, CRS, book, city, layer, place, rect, red_line, rule
from .towns import FARM, INSIDE, LAND, POWER, QUALITY, Found, area, farm, parcels, search

DEMAND = Demand(area_m2_min=9_000.0, area_m2_max=26_000.0)


@st.composite
def towns(draw: st.DrawFn) -> Found:
    """A red line of two hectares, fields and a power line across it, a boundary beside it."""
    turn = draw(st.floats(0, 90))
    shape = affinity.rotate(rect(2000, 2000, 2200, 2100), turn)
    fields = []
    for _ in range(draw(st.integers(1, 3))):
        east, north = draw(st.floats(1900, 2300)), draw(st.floats(1900, 2200))
        field = rect(east, north, east + draw(st.floats(5, 120)), north + draw(st.floats(5, 120)))
        fields.append(affinity.rotate(field, draw(st.floats(0, 90))))
    start, end = draw(st.floats(1800, 2400)), draw(st.floats(1800, 2400))
    wire = place(f"LINESTRING (1700 {start}, 2500 {end})")
    bound = rect(0, 0, draw(st.floats(2100, 2400)), 4000)
    layers = [farm(*fields), layer("power_line", [wire]), layer("growth_boundary", [bound])]
    return search(shape, layers, [FARM, POWER, INSIDE, QUALITY], demand=DEMAND)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_every_repair_passes_the_check_and_is_fit_for_survey(found: Found):
    is_fit(found)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_every_repair_of_many_towns_passes_the_check(found: Found):
    is_fit(found)


def is_fit(found: Found) -> None:
    """Check all that is said of every repair."""
    for each in found.search.repairs:
        shape = each.geometry
        assert found.broken(each.red_line) == []
        assert shape.is_valid
        assert DEMAND.area_m2_min - 1 <= area(shape) <= DEMAND.area_m2_max + 1
        assert each.figures.min_width_m >= found.search.width_m - 0.03
        assert not narrow_arms(shape, found.search.width_m - 0.03)
        grid = shapely.get_coordinates(shape)
        assert np.abs(grid - np.round(grid, 3)).max() < 1e-9
        assert "POWER" not in {finding.code for finding in each.introduces}
        assert shapely.get_num_interior_rings(shape) == 0
        # eroded by nearly half of the width it is still one piece
        half_m = found.search.width_m / 2 - 0.05
        core = shapely.buffer(shape, -half_m, join_style="mitre", mitre_limit=20.0)
        assert core.geom_type == "Polygon"
        assert sharpest_deg(shape) >= 30 - 0.1
        assert each.figures.vertices_added <= 16
        assert (each.gap_m is not None) == (each.shift is not None)
        assert each.gap_m is None or 0 <= each.gap_m <= each.figures.moved_m
    if found.search.repairs:
        assert (found.search.fewer_because is None) == (len(found.search.repairs) >= 3)
    for one in found.search.repairs:
        for other in found.search.repairs:
            if one is not other:
                assert area(shapely.symmetric_difference(one.geometry, other.geometry)) > 100


def sharpest_deg(shape: BaseGeometry) -> float:
    """The least angle between two edges that meet, whichever way the ring turns."""
    ring = shapely.get_coordinates(shape)[:-1]
    back, ahead = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    cosines = (back * ahead).sum(axis=1) / (np.hypot(*back.T) * np.hypot(*ahead.T))
    inner = back[:, 1] * ahead[:, 0] - back[:, 0] * ahead[:, 1]
    is_out = (inner > 0) == shapely.is_ccw(shapely.get_exterior_ring(shape))
    angles = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    return float(np.where(is_out, angles, 180.0).min())


def case() -> Found:
    """Farmland over one end, a power line along one side."""
    wire = layer("power_line", [place("LINESTRING (500 1110, 1700 1115)")])
    plots = parcels([LAND, rect(900, 1000, 1000, 1100)])
    return search(
        LAND, [farm(rect(1170.1234, 900, 1300, 1200)), wire, plots], [FARM, POWER], demand=DEMAND
    )


def test_figures_agree_with_the_overlay_kernel():
    for each in case().search.repairs:
        shared_m2 = overlap_area_m2(each.geometry, LAND)
        figures = each.figures
        assert figures.area_lost_m2 == pytest.approx(20_000 - shared_m2, abs=1e-3)
        assert figures.area_gained_m2 == pytest.approx(figures.area_m2 - shared_m2, abs=1e-3)


def test_a_repair_survives_the_red_line_txt(tmp_path: Path):
    found = case()
    report = check(found.place, book(*found.rules), city=city(suggest=found.spec), as_of=AS_OF)
    files = write_repairs(tmp_path, report, [found.search], names={"P1": "项目"})
    assert {file.suffix for file in files} == {".txt", ".geojson"}
    texts = sorted(file for file in files if file.suffix == ".txt")
    assert len(texts) == len(found.search.repairs) >= 3
    for file in texts:
        (line,), refused = read_red_lines(RedLineSpec(path=file), working_crs=CRS)
        assert not refused
        again = red_line(line.geometry, line.id)
        assert found.broken(again) == []
        rank = int(file.stem.rpartition("~")[2].partition("-")[0])
        there = next(each for each in found.search.repairs if each.rank == rank)
        assert area(shapely.symmetric_difference(line.geometry, there.geometry)) < 1e-6


def test_the_same_twice():
    one, other = (repairs_to_list([case().search], with_geometry=True) for _ in range(2))
    assert json.dumps(one) == json.dumps(other)


def test_the_report_with_repairs_fits_its_schema_and_carries_no_geometry(repo_root: Path):
    found = case()
    report = check(found.place, book(*found.rules), city=city(suggest=found.spec), as_of=AS_OF)
    text = (repo_root / "docs" / "schemas" / "report-1.schema.json").read_text(encoding="utf-8")
    document = json.loads(json.dumps(report_to_dict(report, repairs=[found.search])))
    (shown,) = document["repairs"]
    schema = json.loads(text)
    assert schema["properties"]["repairs"]["items"] == {"$ref": "#/$defs/repair_search"}
    one = {"$ref": "#/$defs/repair_search", "$defs": schema["$defs"]}
    jsonschema.Draft202012Validator(one).validate(shown)
    with_geometry = json.loads(json.dumps(repairs_to_list([found.search], with_geometry=True)))
    jsonschema.Draft202012Validator(one).validate(with_geometry[0])
    assert shown["repairs"]
    assert all("geometry" not in each for each in shown["repairs"])
    assert "repairs" not in report_to_dict(report)


def test_an_invalid_outline_is_not_guessed():
    bowtie = place("POLYGON ((1000 1000, 1200 1100, 1200 1000, 1000 1100, 1000 1000))")
    found = search(bowtie, [farm(rect(1100, 900, 1300, 1200))], [FARM, QUALITY], demand=DEMAND)
    assert found.search.repairs == ()
    assert "测绘单位" in found.search.blocked_by.zh


def test_a_wrong_declared_area_is_no_matter_of_the_outline():
    found = search(LAND, [], [rule("area", code="DECLARED", severity="restricted")])
    line = replace(found.place.red_lines[0], declared_area_m2=12_345.0)
    town, rules = city(), book(*found.rules)
    report = check(found.place, rules, city=town, as_of=AS_OF, red_lines=[line])
    (told,) = repair(found.place, rules, report, city=town, as_of=AS_OF)
    assert told.repairs == ()
    assert told.blocking == ("DECLARED",)
    assert "更正材料" in told.blocked_by.zh


def test_without_a_repair_each_rule_says_what_lifting_it_would_give():
    # farmland on all of it, and the boundary far away: neither alone is enough but the field
    everywhere = farm(rect(1150, 0, 4000, 4000), rect(0, 0, 1000, 4000))
    bound = layer("growth_boundary", [rect(0, 0, 1040, 4000)])
    found = search(LAND, [everywhere, bound], [FARM, INSIDE], demand=Demand(14_000))
    assert found.search.repairs == ()
    assert found.search.blocking == ("FARM", "INSIDE")
    lifted = {each.code: each for each in found.search.relaxations}
    # without the boundary the western 150 m are left; without the farmland 160 m to the west do
    assert lifted["INSIDE"].cut_area_m2 == pytest.approx(15_000, abs=2)
    assert lifted["FARM"].cut_area_m2 is None
    # and what a cut would leave although it is too little
    assert any("低于需求下限" in text.zh for text in found.search.counterfactuals)


def test_what_was_not_checked_stays_not_checked():
    torn = layer("growth_boundary", [], problem="torn")
    found = search(LAND, [farm(rect(1170, 900, 1300, 1200)), torn], [FARM, INSIDE], demand=DEMAND)
    assert found.search.repairs
    assert all("INSIDE" in each.not_checked for each in found.search.repairs)


def test_no_repair_flees_from_the_declared_coverage():
    # the farmland layer covers only what lies west of 1300 m, and the least shift is 80 m east
    field = rect(1000, 900, 1080, 1200)
    west = layer("farmland", [field], coverage=rect(0, 0, 1210, 4000))
    found = search(LAND, [west], [FARM], demand=Demand(19_990.0))
    for each in found.search.repairs:
        assert each.not_checked == ()
        assert each.geometry.bounds[2] <= 401_210.0 + 1e-6


def test_an_exception_is_a_persons_to_claim():
    excused = rule(
        "overlap", code="FARM", role="farmland",
        exception=[{"condition": "重大项目", "authority": "国务院", "kinds": ["major"]}],
    )  # fmt: skip
    field = farm(rect(1170, 900, 1300, 1200))
    found = search(LAND, [field], [excused], demand=DEMAND, kind="major")
    # the present verdict is "exception may apply", and the repairs do without it
    assert found.search.repairs
    for each in found.search.repairs:
        assert found.broken(each.red_line) == []


def test_a_clear_red_line_is_left_alone():
    found = search(LAND, [farm(rect(3000, 3000, 3100, 3100))], [FARM], demand=DEMAND)
    report = check(found.place, book(FARM), city=city(), as_of=AS_OF)
    assert [verdict.status for verdict in report.verdicts] == [Status.CLEAR]
    assert repair(found.place, book(FARM), report, city=city(), as_of=AS_OF) == ()


def test_options_bound_the_reach_the_width_and_the_number():
    field = farm(rect(1190, 900, 1300, 1200))
    near = search(LAND, [field], [FARM], demand=DEMAND, options=RepairOptions(reach_m=5.0))
    assert "shift" not in near.ways()
    few = search(LAND, [field], [FARM], demand=DEMAND, options=RepairOptions(count=1))
    assert len(few.search.repairs) == 1
    neck = farm(rect(1130, 900, 1170, 1075))  # leaves a neck of 25 m
    wide = search(LAND, [neck], [FARM], demand=DEMAND, options=RepairOptions(width_m=30.0))
    assert all(each.figures.min_width_m >= 29.9 for each in wide.search.repairs)
    slim = search(LAND, [neck], [FARM], demand=DEMAND)
    assert slim.by_way("cut").figures.min_width_m == pytest.approx(25, abs=0.1)


def test_the_release_of_a_cut_is_that_of_the_layer_whose_edge_it_shows():
    secret = layer("farmland", [rect(1170, 900, 1300, 1200)], release=Release.TABLE_ONLY)
    found = search(LAND, [secret], [FARM], demand=DEMAND)
    assert found.by_way("cut").release is Release.TABLE_ONLY


def test_the_table_is_aligned_and_speaks_both_languages():
    found = case()
    lines = list(repair_lines([found.search], {"P1": "项目"}, "zh"))
    rows = [line for line in lines if line.startswith("  ") and "  " in line.strip()]
    head, first = rows[0], rows[1]

    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)

    assert "面积 亩" in head
    assert width(head) == width(first)
    english = "\n".join(repair_lines([found.search], {}, "en"))
    assert "passes" in english
    assert not any("一" <= sign <= "鿿" for sign in english.replace("亩", "").replace("项目", ""))


def test_rounding_leaves_no_land_outside():
    rng = np.random.default_rng(7)
    for _ in range(60):
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False) + rng.uniform(0, 0.1, 40)
        radii = 80 * rng.uniform(0.7, 1.0, 40)
        star = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
        shape = affinity.translate(shapely.Polygon(star), 400_000.0, 2_500_000.0)
        yard = shapely.Point(400_000, 2_500_000).buffer(7.3, quad_segs=5)
        shape = shapely.difference(shape, yard)
        made = rounded_inwards(shape)
        grid = shapely.get_coordinates(made)
        assert np.abs(grid - np.round(grid, 3)).max() < 1e-9
        assert made.is_valid
        assert area(shapely.difference(made, shape)) < 1e-6
        assert area(shape) - area(made) < 0.01 * shape.length


HOURGLASS = (
    "POLYGON ((0 0, 40 0, 40 17, 60 17, 60 0, 100 0, 100 40, 60 40, 60 23, 40 23, 40 40, 0 40, "
    "0 0))"
)


@pytest.mark.parametrize(
    ("shape", "width"),
    [
        ("POLYGON ((0 0, 100 0, 100 10, 0 10, 0 0))", 10.0),
        # two squares of 40 m and a neck of 6 m between them
        (HOURGLASS, 6.0),
        # an arm of 5 m, 60 m long, on a square
        ("POLYGON ((0 0, 50 0, 50 45, 110 45, 110 50, 0 50, 0 0))", 5.0),
    ],
)  # fmt: skip
def test_the_least_width_by_hand(shape: str, width: float):
    placed = place(shape)
    assert min_width_m(placed) == pytest.approx(width, abs=0.03)
    assert is_wide(placed, width - 0.05)
    assert not is_wide(placed, width + 0.1)


def test_a_linear_red_line_without_width_is_bent_round():
    wire = rule("setback", code="KEEP", role="power_line", row=[{"setback_m": 20.0}])
    mast = layer("power_line", [place("LINESTRING (990 1995, 1010 1995)")])
    line = place("LINESTRING (500 2000, 1500 2000)")
    found = search(line, [mast], [wire], form=Form.LINEAR, demand=Demand())
    way = found.by_way("detour")
    assert way.geometry.geom_type == "LineString"
    assert way.geometry.distance(place("LINESTRING (990 1995, 1010 1995)")) >= 20.0
    assert way.geometry.length < line.length + 10
