"""Each way of repair by hand: what a planner with a ruler would draw."""

from __future__ import annotations

import math

import pytest
import shapely
from shapely import affinity

from siting.model import Demand, Form
from siting.repair import RepairOptions

from ..tiny_city import layer, place, rect, red_line, rule
from .towns import FARM, INSIDE, LAND, POWER, RIVAL, area, farm, parcels, search

HALF = Demand(area_m2_min=10_000.0)


def test_a_corner_in_farmland_is_cut_away_along_it():
    # farmland over the eastern 30 m: 200 x 100 becomes 170 x 100 less the centimetre of margin
    found = search(LAND, [farm(rect(1170, 900, 1300, 1200))], [FARM], demand=HALF)
    cut = found.by_way("cut")
    assert cut.figures.area_m2 == pytest.approx(17_000, abs=1.5)
    assert cut.figures.area_m2 < 17_000
    assert cut.figures.area_lost_m2 == pytest.approx(3_000, abs=1.5)
    assert cut.figures.area_gained_m2 == 0
    assert cut.figures.min_width_m == pytest.approx(100, abs=0.02)
    assert (cut.figures.vertices_moved, cut.figures.vertices_added) == (2, 0)
    assert cut.resolves == ("R1|FARM|farmland|farmland-1",)
    assert cut.remains == cut.introduces == ()
    assert cut.follows == ("farmland",)
    assert found.broken(cut.red_line) == []
    assert "25.50 亩（现 30.00 亩）" in cut.says.zh


def test_the_ring_keeps_its_turn_and_its_first_point():
    # clockwise, begun at the north-west corner, as a surveyor numbers it
    shape = shapely.Polygon(place("LINESTRING (1000 1100, 1200 1100, 1200 1000, 1000 1000)").coords)
    found = search(shape, [farm(rect(1170, 900, 1300, 1200))], [FARM], demand=HALF)
    ring = found.by_way("cut").geometry.exterior
    assert not ring.is_ccw
    assert ring.coords[0] == shape.exterior.coords[0]
    kept = set(shape.exterior.coords) & set(ring.coords)
    assert len(kept) == 2


def test_what_keeps_a_setback_has_no_rounded_corners_and_keeps_it_by_distance():
    # a line 10 m inside the northern edge: 20 m from it leaves the southern 70 m
    line = layer("power_line", [place("LINESTRING (500 1090, 1700 1090)")])
    found = search(LAND, [line], [POWER], demand=HALF)
    cut = found.by_way("cut")
    wire = place("LINESTRING (500 1090, 1700 1090)")
    assert cut.geometry.distance(wire) == pytest.approx(20.0, abs=0.15)
    assert cut.geometry.distance(wire) >= 20.0
    assert len(cut.geometry.exterior.coords) == 5
    assert found.broken(cut.red_line) == []


def test_land_outside_the_boundary_is_cut_away():
    bound = layer("growth_boundary", [rect(0, 0, 1150, 4000)])
    found = search(LAND, [bound], [INSIDE], demand=HALF)
    assert found.by_way("cut").figures.area_m2 == pytest.approx(15_000, abs=2)


def test_a_strip_and_a_neck_below_the_width_are_given_up():
    # the farmland leaves 130 m in the west, a neck of 4 m in the north, and 30 m in the east
    field = rect(1130, 900, 1170, 1096)
    found = search(LAND, [farm(field)], [FARM], demand=Demand(area_m2_min=12_000.0))
    cut = found.by_way("cut")
    assert cut.geometry.geom_type == "Polygon"
    assert cut.figures.area_m2 == pytest.approx(13_000, abs=2)
    assert cut.figures.min_width_m >= 10


def test_a_shared_edge_with_a_neighbour_stays_as_it_is_drawn():
    # a second field only touches the western edge: that edge keeps its points to the last bit
    fields = farm(rect(1170, 900, 1300, 1200), rect(900, 900, 1000, 1200))
    found = search(LAND, [fields], [FARM], demand=HALF)
    assert {(401_000.0, 2_501_000.0), (401_000.0, 2_501_100.0)} <= set(
        found.by_way("cut").geometry.exterior.coords
    )


def test_an_edge_is_moved_back_before_a_notch_is_cut():
    field = rect(1080, 1090, 1120, 1200)  # bites 10 m into the middle of the northern edge
    found = search(LAND, [farm(field)], [FARM], demand=HALF)
    back, cut = found.by_way("retreat"), found.by_way("cut")
    assert back.figures.area_m2 == pytest.approx(200 * 90, abs=5)
    assert len(back.geometry.exterior.coords) == 5
    assert cut.figures.area_m2 == pytest.approx(20_000 - 400, abs=2)
    assert cut.rank < back.rank


def test_the_least_shift_is_told_in_words_with_its_components():
    found = search(LAND, [farm(rect(1196.8, 900, 1300, 1200))], [FARM], demand=Demand(20_000))
    shift = found.by_way("shift")
    assert shift.figures.moved_m == pytest.approx(3.21, abs=1e-6)  # 3.2 m and the margin
    assert shift.shift == pytest.approx({"east_m": -3.21, "north_m": 0.0}, abs=1e-6)
    assert shift.says.zh.startswith("向西平移 3.21 m")
    assert shift.says.en.startswith("passes if moved 3.21 m west")
    moved = affinity.translate(LAND, -3.21, 0)
    assert shapely.hausdorff_distance(shift.geometry, moved) < 1e-6


def test_a_turn_is_offered_where_it_moves_less_than_a_shift():
    # a wall 4 m over the north-western corner and one 4 m under the south-eastern, 20 m long:
    # a shift has to go 20 m along and 4 m across, a turn lowers the one and lifts the other,
    # by 4 m at 80 m from the middle, and the corners are 112 m from it
    walls = farm(rect(0, 1096, 1020, 1300), rect(1180, 800, 3000, 1004))
    found = search(LAND, [walls], [FARM], demand=Demand(20_000))
    shift, turn = found.by_way("shift"), found.by_way("shift_turn")
    assert shift.figures.moved_m == pytest.approx(math.hypot(20, 4), abs=0.05)
    assert turn.figures.turned_deg == pytest.approx(math.degrees(4 / 80), abs=0.3)
    assert turn.figures.moved_m == pytest.approx(112 * 4 / 80, abs=0.5)
    assert found.broken(turn.red_line) == []
    assert area(turn.geometry) == pytest.approx(area(LAND), abs=0.2)
    assert "逆时针" in turn.says.zh
    assert "counter-clockwise" in turn.says.en


def test_no_shift_beyond_the_reach():
    # farmland everywhere but far in the west
    field = farm(rect(600, 0, 4000, 4000))
    found = search(LAND, [field], [FARM], demand=Demand(20_000))
    assert found.search.repairs == ()
    assert found.search.reach_m == pytest.approx(math.sqrt(20_000))
    assert "141 m" in found.search.blocked_by.zh


def test_what_is_cut_is_gained_beside_it_within_its_own_parcel():
    # the parcel is 40 m deeper than the red line: the southern edge moves out by 30/170 of 100
    plot = parcels([rect(1000, 950, 1200, 1100)])
    field = farm(rect(1170, 900, 1300, 1200))
    found = search(LAND, [field, plot], [FARM], demand=HALF)
    longer = found.by_way("cut_extend")
    assert longer.figures.area_m2 == pytest.approx(20_000, abs=2)
    south = longer.geometry.bounds[1] - 2_500_000
    assert south == pytest.approx(1000 - 3000 / 170, abs=0.05)
    assert len(longer.geometry.exterior.coords) == 5


def test_a_neighbouring_parcel_makes_up_for_what_was_cut():
    plots = parcels([LAND, rect(960, 1000, 1000, 1100)])
    field = farm(rect(1170, 900, 1300, 1200))
    found = search(LAND, [field, plots], [FARM], demand=Demand(19_000, 25_000))
    added = found.by_way("cut_parcels")
    assert added.parcels_added == ("parcel-2",)
    assert added.figures.area_m2 == pytest.approx(17_000 + 4_000, abs=2)
    assert added.figures.area_gained_m2 == pytest.approx(4_000, abs=0.5)


def test_parcels_in_conflict_are_swapped_for_free_ones_beside():
    shapes = [rect(1000, 1000, 1100, 1100), rect(1100, 1000, 1200, 1100),
              rect(900, 1000, 1000, 1100), rect(1000, 1100, 1100, 1200)]  # fmt: skip
    plots = parcels(shapes, ["taken", "taken", "taken", "free"])
    field = farm(rect(1150, 900, 1300, 1300))
    found = search(LAND, [field, plots], [FARM], demand=Demand(19_000, 21_000))
    swap = found.by_way("swap")
    # parcel 1 is the project's own, 2 lies in the field, 3 is not on offer, 4 is
    assert swap.parcels_left == ("parcel-2",)
    assert swap.parcels_added == ("parcel-4",)
    assert swap.figures.area_m2 == pytest.approx(20_000, abs=0.1)


def test_a_lane_is_no_seam():
    # the free parcel lies across a lane of 4 m: it is not joined
    shapes = [rect(1000, 1000, 1100, 1100), rect(1100, 1000, 1200, 1100),
              rect(1000, 1104, 1100, 1204)]  # fmt: skip
    field = farm(rect(1150, 900, 1300, 1300))
    found = search(LAND, [field, parcels(shapes)], [FARM], demand=Demand(19_000, 21_000))
    assert "swap" not in found.ways()
    assert "cut_parcels" not in found.ways()


def test_a_repair_takes_no_land_of_another_red_line():
    other = red_line(rect(800, 900, 1000, 1300), "R2", project_id="P2")
    field = farm(rect(1190, 900, 1400, 1200))
    found = search(LAND, [field], [FARM, RIVAL], demand=Demand(15_000), others=[other])
    assert found.search.repairs
    for each in found.search.repairs:
        gained = shapely.difference(each.geometry, LAND)
        assert area(shapely.intersection(gained, other.geometry)) == 0
        assert found.broken(each.red_line) == []


def test_land_claimed_by_a_rival_is_left_even_where_no_rule_says_so():
    other = red_line(rect(800, 900, 1000, 1300), "R2", project_id="P2")
    found = search(
        LAND, [farm(rect(1190, 900, 1400, 1200))], [FARM], demand=Demand(20_000), others=[other]
    )
    for each in found.search.repairs:
        gained = shapely.difference(each.geometry, LAND)
        assert area(shapely.intersection(gained, other.geometry)) == 0


def test_a_shift_over_the_street_says_so_and_stands_behind_the_cut():
    plots = parcels([LAND])
    found = search(LAND, [farm(rect(1190, 900, 1300, 1200)), plots], [FARM], demand=HALF)
    shift = found.by_way("shift")
    assert shift.street_m2 == pytest.approx(10.01 * 100, abs=1)
    assert found.by_way("cut").street_m2 == 0
    assert found.by_way("cut").rank == 1


def test_restricted_rules_are_kept_where_that_is_possible():
    mild = rule("overlap", code="MILD", role="green_line", severity="restricted")
    green = layer("green_line", [rect(1000, 900, 1020, 1200)])
    field = farm(rect(1190, 900, 1300, 1200))
    more = RepairOptions(count=10)
    found = search(LAND, [field, green], [FARM, mild], demand=HALF, options=more)
    first = found.search.repairs[0]
    assert first.way == "cut"
    assert first.figures.area_m2 == pytest.approx(17_000, abs=3)
    assert {f.code for f in first.remains} == set()
    others = [each for each in found.search.repairs if each.remains]
    assert {f.code for each in others for f in each.remains} == {"MILD"}
    # who takes the restriction on keeps 2,000 m² more
    assert others[0].figures.area_m2 == pytest.approx(19_000, abs=3)
    assert others[0].rank > 1


CORRIDOR = shapely.buffer(place("LINESTRING (500 2000, 1500 2000)"), 15, cap_style="flat")


def test_a_road_goes_round_an_obstacle_and_back():
    rock = farm(rect(980, 1960, 1020, 2005))
    found = search(CORRIDOR, [rock], [FARM], demand=Demand(29_000, 33_000), form=Form.LINEAR)
    way = found.by_way("detour")
    assert found.broken(way.red_line) == []
    # it passes north of the rock, half a width and its margins from it
    assert way.geometry.distance(rect(980, 1960, 1020, 2005)) == pytest.approx(0.5, abs=0.6)
    # far from the rock the corridor is what it was
    west = rect(500, 1900, 850, 2100)
    assert (
        area(
            shapely.symmetric_difference(
                shapely.intersection(way.geometry, west), shapely.intersection(CORRIDOR, west)
            )
        )
        < 1
    )
    # the same width throughout: area is width times length, but for the bends
    assert way.figures.area_m2 == pytest.approx(30_000, rel=0.01)
    assert way.figures.min_width_m == pytest.approx(30, abs=0.3)
    assert "K0+" in way.says.zh


def test_a_road_that_cannot_go_round_says_so():
    wall = farm(rect(980, 0, 1020, 4000))
    found = search(CORRIDOR, [wall], [FARM], demand=Demand(29_000, 33_000), form=Form.LINEAR)
    assert found.search.repairs == ()
    assert "没有绕行线位" in found.search.blocked_by.zh


def test_a_blob_of_a_linear_project_is_no_corridor():
    found = search(LAND, [farm(rect(1170, 900, 1300, 1200))], [FARM], form=Form.LINEAR, demand=HALF)
    # 200 by 100 m is read as a corridor of 200 m, 100 m wide: nothing near leads around
    assert found.search.repairs == ()
    shape = shapely.Polygon(
        place("LINESTRING (1000 1000, 1200 1000, 1210 1100, 1100 1160, 1000 1100)").coords
    )
    found = search(shape, [farm(rect(1170, 900, 1300, 1200))], [FARM], form=Form.LINEAR)
    assert "等宽通道" in found.search.blocked_by.zh
