"""The further rounds of drafts: straight cuts, other directions, growth; and why there are few."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.model import Demand, Form, RepairWay
from siting.repair.corridor import corridor_of, detour
from siting.repair.cutting import Want, cut
from siting.repair.outline import blunted, points_at, without_new_holes
from siting.repair.regaining import grown_around
from siting.repair.straight import straight_cuts

from ..tiny_city import layer, place, rect
from .towns import FARM, LAND, area, farm, parcels, search

ANY = Want(0.0, 1e9, 10.0, 10.0)


def lands(*shapes: shapely.Polygon):
    return np.array(shapes, dtype=object)


def test_one_straight_line_cuts_a_slanting_corner_off():
    # the field takes the triangle beyond the line through (1100, 1100) and (1200, 1000)
    wedge = place("POLYGON ((1100 1100, 1200 1000, 1300 1000, 1300 1200, 1100 1200, 1100 1100))")
    made = straight_cuts(LAND, lands(wedge), ANY)
    # what is left is the trapezoid of 100 m and 200 m by 100 m, less the margin
    assert area(made[0]) == pytest.approx(15_000, abs=3)
    assert area(shapely.intersection(made[0], wedge)) < 1e-6
    assert len(shapely.get_coordinates(made[0])) == 5
    assert [area(each) for each in made] == sorted((area(each) for each in made), reverse=True)


def test_two_conflicts_get_a_line_each():
    # fields over both short ends: one line cannot leave both behind and keep the middle
    ends = lands(rect(900, 900, 1030, 1200), rect(1180, 900, 1300, 1200))
    made = straight_cuts(LAND, ends, ANY)
    assert area(made[0]) == pytest.approx(150 * 100, abs=4)


def test_of_several_parts_only_what_is_hit_is_cut_or_given_up():
    both = shapely.union(LAND, rect(1300, 1000, 1400, 1100))
    made = straight_cuts(both, lands(rect(1350, 900, 1500, 1200)), ANY)
    assert [area(each) for each in made] == pytest.approx([25_000, 20_000], abs=2)
    assert all(shapely.covers(each, LAND) for each in made)


def test_a_field_inside_is_led_out_to_the_nearest_edge():
    # 20 m by 20 m, 15 m from the southern edge: led out it costs 20 by 35 m, and no hole is left
    field = rect(1090, 1015, 1110, 1035)
    rest = shapely.difference(LAND, field)
    made = without_new_holes(rest, LAND, 10.0)
    assert made.geom_type == "Polygon"
    assert not made.interiors
    assert area(made) == pytest.approx(20_000 - 700, abs=1)
    # a hole that the red line has is the surveyor's
    assert shapely.equals(without_new_holes(rest, rest, 10.0), rest)
    found = search(LAND, [farm(field)], [FARM], demand=Demand(10_000))
    assert found.search.repairs
    assert all(shapely.get_num_interior_rings(e.geometry) == 0 for e in found.search.repairs)


def test_a_new_spike_is_blunted_and_an_old_one_stays():
    # a right triangle of 100 m by 20 m: its tip has 11.3 degrees
    spike = place("POLYGON ((1000 1000, 1100 1000, 1000 1020, 1000 1000))")
    nothing = shapely.STRtree(points_at(np.zeros((0, 2))))
    made = blunted(spike, nothing)
    assert len(shapely.get_coordinates(made)) == 5
    # the tip is cut where it is 3 m wide, 15 m from its point
    assert area(spike) - area(made) == pytest.approx(3 * 15 / 2, abs=0.5)
    known = shapely.STRtree(points_at(shapely.get_coordinates(spike)))
    assert shapely.equals(blunted(spike, known), spike)


def test_what_was_cut_is_regained_on_all_free_sides():
    field = rect(1170, 900, 1300, 1200)
    rest = cut(LAND, lands(field), ANY)
    made = grown_around(rest, lands(field, rect(900, 1100, 1300, 1300)), ANY, 20_000)
    # free are the west and the south: 17,000 m² grown by d is (170 + d)(100 + d) = 20,000
    depth_m = (-270 + (270**2 + 4 * 3_000) ** 0.5) / 2
    assert area(made) == pytest.approx(20_000, abs=30)
    west, south = made.bounds[0] - 400_000, made.bounds[1] - 2_500_000
    assert (west, south) == pytest.approx((1000 - depth_m, 1000 - depth_m), abs=0.3)
    assert area(shapely.intersection(made, field)) < 1e-6


def test_where_nothing_is_free_nothing_is_regained():
    field = rect(1170, 900, 1300, 1200)
    rest = cut(LAND, lands(field), ANY)
    ring = shapely.difference(rect(500, 500, 1700, 1700), LAND)
    assert grown_around(rest, lands(field, ring), ANY, 20_000).is_empty


def test_three_repairs_where_one_way_would_give_one():
    # the whole area is wanted, so cuts fall short; land is free on all sides
    plots = parcels([rect(700, 700, 1500, 1400)])
    found = search(LAND, [farm(rect(1170, 900, 1300, 1200)), plots], [FARM], demand=Demand(19_900))
    assert len(found.search.repairs) >= 3
    assert found.search.fewer_because is None
    for each in found.search.repairs:
        assert found.broken(each.red_line) == []
    winds = [e.shift for e in found.search.repairs if e.way == "shift"]
    assert len({tuple(w.values()) for w in winds}) == len(winds)


def test_with_fewer_than_three_each_silent_way_says_why():
    # closed in by streets: the parcel is the red line, and nothing beside it is a parcel
    away = parcels([LAND])
    found = search(LAND, [farm(rect(1199, 900, 1300, 1200)), away], [FARM], demand=Demand(19_850))
    assert len(found.search.repairs) > 0
    told = {each.way: each for each in found.search.tried}
    assert set(told) == set(RepairWay) - {RepairWay.DETOUR}
    assert sum(each.offered for each in told.values()) == len(found.search.repairs)
    for each in told.values():
        parts = (each.misfits, each.unfit, each.refused, each.alike, each.outranked, each.offered)
        assert sum(parts) == each.drawn
        assert each.says.zh
        assert each.says.en
    if len(found.search.repairs) < 3:
        assert found.search.fewer_because.zh.startswith(f"只有 {len(found.search.repairs)} 个")


def test_a_way_round_on_either_side():
    line = shapely.buffer(place("LINESTRING (500 2000, 1500 2000)"), 15, cap_style="flat")
    corridor = corridor_of(line)
    rock = lands(rect(980, 1960, 1020, 2005))
    # read from its western or its eastern end: its left is north or south
    is_eastward = corridor.centre.coords[0][0] < corridor.centre.coords[-1][0]
    sides = (1.0, -1.0) if is_eastward else (-1.0, 1.0)
    left, right = (detour(corridor, rock, rock, 90.0, side=side) for side in sides)
    assert left is not None
    assert right is not None
    # north of the rock the line runs over 2005 + 15, south of it under 1960 - 15
    middle = rect(995, 1800, 1005, 2200)
    assert shapely.intersection(left.shape, middle).bounds[1] - 2_500_000 >= 2005
    assert shapely.intersection(right.shape, middle).bounds[3] - 2_500_000 <= 1960
    both = search(line, [farm(rock[0])], [FARM], demand=Demand(29_000, 33_000), form=Form.LINEAR)
    assert len(both.search.repairs) == 2
    assert both.search.fewer_because is not None


def test_a_shift_says_whether_a_shorter_one_is_ruled_out():
    wall = layer("farmland", [rect(1196, 900, 1300, 1200)])
    found = search(LAND, [wall], [FARM], demand=Demand(20_000))
    least = found.by_way("shift")
    assert (least.is_exact, least.gap_m) == (True, 0.0)
    for each in found.search.repairs:
        if each.way == "shift" and each is not least:
            assert not each.is_exact
            assert each.gap_m == pytest.approx(each.figures.moved_m - 4.01, abs=0.002)
