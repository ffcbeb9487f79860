"""What already stands: red lines outside the plan, claims of others, promised parcels."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import shapely

from siting.model import Atlas, Demand, Form, Layer, Project, RedLine, Refusal, SiteKind
from siting.planning import standing as standing_room
from siting.planning.standing import Closure, Holder, closed_by, held, standing
from siting.planning.uses import member_of, use_notes, use_of

from ..tiny_city import atlas, layer, place, project, rect, red_line
from .offered import apart, option


def ground(
    *red_lines: RedLine, projects: tuple[Project, ...] = (), layers: tuple[Layer, ...] = ()
) -> Atlas:
    return atlas(layers, red_lines, projects=projects)


# ------------------------------------------------------------------ held land


def test_land_of_a_red_line_outside_the_plan_is_held_for_all_others():
    town = ground(red_line(rect(0, 0, 100, 100), "R9", project_id="fixed"))
    offered = [
        option("A", rect(50, 0, 150, 100)),
        option("B", rect(100, 0, 150, 100)),  # an edge in common
        option("C", rect(99.99995, 0, 150, 100)),  # 0.005 m² of it
        option("D", rect(99.9997, 0, 150, 100)),  # 0.03 m²
        option("fixed", rect(0, 0, 100, 100)),  # its own
        option("E", rect(50, 0, 150, 100)),  # the same outline as the first
        option("F", rect(50, 0, 150, 90), kind=SiteKind.RED_LINE),
        option("G", rect(50, 0, 150, 80), kind=SiteKind.REPAIRED),
    ]
    found = held(offered, town, {"A", "B"})
    holder = Holder("fixed", red_line_id="R9")
    assert found.holders == dict.fromkeys((0, 3, 5, 6, 7), (holder,))
    assert found.notes == ()


@pytest.mark.parametrize("large", [0, 1_000])
def test_a_large_red_line_holds_the_same(large, monkeypatch):
    monkeypatch.setattr(standing_room, "LARGE_VERTICES", large)
    ring = rect(0, 0, 100, 100)
    road = red_line(place("LINESTRING (0 500, 300 500)"), "R7", project_id="road")
    town = ground(red_line(ring, "R9", project_id="fixed"), road)
    offered = [
        option("fixed", ring),
        option("A", ring),
        option("fixed", rect(0, 0, 90, 100)),
        option("B", rect(90, 0, 110, 100)),
        option("B", rect(200, 450, 250, 550)),
        option("B", rect(300, 0, 310, 100)),
    ]
    fixed, corridor = Holder("fixed", red_line_id="R9"), Holder("road", red_line_id="R7")
    assert held(offered, town, {"A", "B"}).holders == {1: (fixed,), 3: (fixed,), 4: (corridor,)}


def test_a_project_stays_on_its_own_large_red_line_in_no_time():
    lake = place(shapely.Point(1000, 1000).buffer(800, quad_segs=3_000))
    town = ground(red_line(lake, "R1", project_id="A"))
    began = time.process_time()
    assert held([option("A", lake)], town, {"A"}).holders == {}
    assert time.process_time() - began < 5.0


def test_a_pending_red_line_holds_its_land_but_not_against_another_claim():
    town = ground(red_line(rect(0, 0, 100, 100), "R1", project_id="A"))
    shape = rect(50, 0, 150, 100)
    offered = [
        option("B", shape),
        option("B", shape, kind=SiteKind.RED_LINE),
        option("B", shape, kind=SiteKind.REPAIRED),
        option("B", shape, kind=SiteKind.CARVED),
        option("A", shape),
    ]
    holder = Holder("A", red_line_id="R1", is_planned=True)
    assert held(offered, town, {"A", "B"}).holders == {0: (holder,), 3: (holder,)}


def test_a_corridor_without_width_holds_what_it_runs_on():
    road = red_line(place("LINESTRING (0 50, 300 50)"), "R7", project_id="road")
    offered = [
        option("A", rect(100, 0, 200, 100)),
        option("A", rect(100, 50, 200, 100)),  # along its edge: held, as the search has it
        option("A", rect(300, 0, 400, 100)),  # touched by its end
        option("A", rect(100, 51, 200, 100)),
    ]
    assert sorted(held(offered, ground(road), {"A"}).holders) == [0, 1]


def test_the_hull_of_an_invalid_red_line_holds_its_land():
    bowtie = red_line(place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))"), project_id="x")
    found = held([option("A", rect(40, 0, 60, 20))], ground(bowtie), {"A"})
    assert found.holders == {0: (Holder("x", red_line_id="R1"),)}


def test_a_red_line_of_no_project_is_somebodys():
    line = red_line(rect(0, 0, 100, 100), "R5", project_id="")
    found = held([option("A", rect(50, 0, 150, 100))], ground(line), {"A"})
    assert found.holders == {0: (Holder("", red_line_id="R5"),)}


def test_a_promised_parcel_is_held_for_all_others_whatever_their_site_is():
    parcels = layer("parcel", [rect(0, 0, 100, 100), rect(200, 0, 300, 100)], ids=["p1", "p2"])
    town = ground(projects=(project("A", promised="p1"),), layers=(parcels,))
    shape = rect(90, 0, 190, 100)
    offered = [
        option("A", shape),
        option("B", shape),
        option("B", shape, kind=SiteKind.RED_LINE),
        option("B", rect(200, 0, 300, 100)),
    ]
    holder = Holder("A", parcel_id="p1", is_planned=True)
    found = held(offered, town, {"A", "B"})
    assert found.holders == {1: (holder,), 2: (holder,)}
    assert found.notes == ()


def test_a_number_that_two_parcel_layers_share_means_both():
    east = layer("parcel", [rect(0, 0, 100, 100)], name="east", ids=["7"])
    west = layer("parcel", [rect(200, 0, 300, 100)], name="west", ids=["7"])
    offered = [option("B", rect(0, 0, 100, 100)), option("B", rect(200, 0, 300, 100))]
    town = ground(projects=(project("A", promised="7"),), layers=(east, west))
    assert sorted(held(offered, town, {"B"}).holders) == [0, 1]


@pytest.mark.parametrize(
    "parcels",
    [
        (),
        (layer("parcel", [], problem="gone"),),
        (layer("parcel", [rect(0, 0, 9, 9)], ids=["other"]),),
        (layer("parcel", [shapely.Polygon()], ids=["p1"]),),
    ],
)
def test_a_promised_parcel_that_nobody_finds_is_told(parcels):
    town = ground(projects=(project("A", promised="p1"),), layers=parcels)
    found = held([option("B", rect(0, 0, 100, 100))], town, {"B"})
    assert found.holders == {}
    (note,) = found.notes
    assert "p1" in note.get("zh")
    assert "p1" in note.get("en")


def test_red_lines_that_could_not_be_read_are_told():
    town = replace(
        ground(),
        refused_red_lines=(
            Refusal(1, "R1", "unclosed"), Refusal(2, "R2", "closed", is_repaired=True),
        ),
    )  # fmt: skip
    (note,) = held([option("A", rect(0, 0, 10, 10))], town, {"A"}).notes
    assert "1 red line(s) could not be read" in note.get("en")


# ------------------------------------------------------------------ standing red lines


def test_what_stands_is_the_red_lines_outside_the_plan_with_their_use():
    lines = [red_line(rect(0, 0, 9, 9), f"R{name}", project_id=name) for name in ("A", "B", "C")]
    ledger = (project("A", use="0701"), project("B", use="1001"))
    found = standing(ground(*lines, projects=ledger), {"A"})
    assert [(each.red_line.id, each.use) for each in found] == [("RB", "1001"), ("RC", "")]


def test_what_stands_closes_what_would_be_too_near():
    works = red_line(rect(0, 0, 100, 100), "R1", project_id="works")
    road = red_line(place("LINESTRING (0 300, 500 300)"), "R2", project_id="road")
    ledger = (project("works", use="1001"), project("road", use="1207", form=Form.LINEAR))
    fixed = standing(ground(works, road, projects=ledger), {"A", "B"})
    specs = [apart(50.0, ["07"], ["10"], "works"), apart(20.0, ["12"], ["07"], "road")]
    offered = [
        option("A", rect(150, 0, 200, 100)),  # exactly 50 m
        option("A", rect(149, 0, 200, 100)),  # 49 m
        option("B", rect(149, 0, 200, 100)),  # no housing
        option("A", rect(0, 110, 50, 285)),  # 10 m from the works, 15 m from the road
        option("A", rect(149, 0, 200, 100)),  # the same outline
    ]
    assert closed_by(offered, ["0701", "0701", "0804", "0701", "0701"], fixed, specs) == {
        1: (Closure("works", "works", "R1", 49.0, is_sure=True),),
        3: (
            Closure("works", "works", "R1", 10.0, is_sure=True),
            Closure("road", "road", "R2", 15.0, is_sure=True),
        ),
        4: (Closure("works", "works", "R1", 49.0, is_sure=True),),
    }


def test_a_sure_closure_is_told_before_a_nearer_one_that_may_be():
    unknown = red_line(rect(0, 0, 100, 100), "R1", project_id="unknown")
    works = red_line(rect(200, 0, 300, 100), "R2", project_id="works")
    town = ground(unknown, works, projects=(project("works", use="1001"),))
    offered = [option("A", rect(110, 0, 170, 100))]
    fixed = standing(town, {"A"})
    told = closed_by(offered, ["0701"], fixed, [apart(50.0, ["07"], ["10"])])
    assert told == {0: (Closure("apart", "works", "R2", 30.0, is_sure=True),)}
    told = closed_by(offered, ["0701"], fixed, [apart(20.0, ["07"], ["10"])])
    assert told == {0: (Closure("apart", "unknown", "R1", 10.0, is_sure=False),)}
    assert closed_by(offered, ["0701"], fixed, [apart(5.0, ["07"], ["10"])]) == {}
    assert closed_by(offered, ["0701"], (), [apart(5.0, ["07"], ["10"])]) == {}


def test_of_equals_the_first_red_line_is_told():
    lines = [red_line(rect(0, 0, 50, 50), name, project_id="works") for name in ("R1", "R2")]
    fixed = standing(ground(*lines, projects=(project("works", use="1001"),)), {"A"})
    told = closed_by([option("A", rect(60, 0, 90, 50))], ["07"], fixed, [apart(20, ["07"], ["10"])])
    assert told[0][0].red_line_id == "R1"


# ------------------------------------------------------------------ uses


def test_the_use_of_a_project_is_what_its_ledger_row_tells():
    assert use_of(project(use="0701", demand=Demand(uses=("1001",)))) == "0701"
    assert use_of(project(demand=Demand(uses=("100101", "100102")))) == "10010"
    assert use_of(project(demand=Demand(uses=("0701", "1001")))) == ""
    assert use_of(project()) == ""


def test_a_rule_that_names_no_use_means_every_project():
    assert [member_of(use, ()).name for use in ("", "0701")] == ["YES", "YES"]


def test_projects_that_may_be_meant_are_named():
    specs = [apart(50.0, ["07"], ["1001"])]
    projects = [
        project("A", use="0701"), project("B", use="10"), project("C"), project("D", use="11"),
    ]  # fmt: skip
    (note,) = use_notes(projects, specs)
    assert "B, C" in note.get("zh")
    assert "2 project(s)" in note.get("en")
    assert use_notes(projects, []) == ()
    assert use_notes(projects[:1], specs) == ()


def test_codes_of_two_systems_are_told_for_they_collide():
    projects = [project("A", use="1001", code_system="ydyh2023"), project("B", use="1001")]
    (note,) = use_notes(projects, [apart(50.0, ["10"], ["11"])])
    assert "ydyh2023" in note.get("en")
