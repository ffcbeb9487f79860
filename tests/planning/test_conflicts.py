"""Options that share land, or stand too near each other, held against hand geometry."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from siting.errors import SitingError
from siting.model import Option
from siting.overlay import exact_overlap_area_m2
from siting.planning import conflicts as conflicts_room
from siting.planning import outlines as outlines_room
from siting.planning.conflicts import overlaps, separations

from ..overlay import adversarial
from ..tiny_city import place, rect
from .offered import apart, option, pairs


def test_true_area_decides_not_the_box():
    # two triangles whose boxes are the same square and that share only its diagonal
    lower = place("POLYGON ((0 0, 100 0, 100 100, 0 0))")
    upper = place("POLYGON ((0 0, 100 100, 0 100, 0 0))")
    assert pairs(overlaps([option("A", lower), option("B", upper)])) == []


@pytest.mark.parametrize(
    ("width_m", "found"),
    [
        (0.0, []),  # an edge in common
        (0.0001, []),  # 0.005 m²
        (0.0004, [(0, 1)]),  # 0.02 m²
        (10.0, [(0, 1)]),
    ],
)
def test_a_strip_of_50_m_counts_from_a_hundredth_of_a_square_metre(width_m, found):
    left, right = rect(0, 0, 100, 50), rect(100 - width_m, 0, 200, 50)
    assert pairs(overlaps([option("A", left), option("B", right)])) == found


def test_a_project_takes_one_site_so_its_own_pairs_are_left_out():
    ground = rect(0, 0, 100, 100)
    offered = [option("A", ground), option("A", ground), option("B", ground), option("A", ground)]
    assert pairs(overlaps(offered)) == [(0, 2), (1, 2), (2, 3)]


def test_the_same_parcel_and_its_neighbours_in_any_order_of_projects():
    west, east, both = rect(0, 0, 100, 50), rect(100, 0, 200, 50), rect(0, 0, 200, 50)
    offered = [
        option("C", east), option("A", west), option("B", west), option("B", both),
        option("A", east), option("C", both),
    ]  # fmt: skip
    # by hand: east 0, 4; west 1, 2; both 3, 5; both meets everything
    assert pairs(overlaps(offered)) == [
        (0, 3), (0, 4), (1, 2), (1, 3), (1, 5), (2, 5), (3, 4), (3, 5), (4, 5),
    ]  # fmt: skip


def test_land_in_a_hole_and_beside_the_parts_is_free():
    ring = place(
        "MULTIPOLYGON (((0 0, 100 0, 100 100, 0 100, 0 0), (20 20, 20 80, 80 80, 80 20, 20 20)),"
        " ((200 0, 300 0, 300 100, 200 100, 200 0)))"
    )
    offered = [
        option("A", ring),
        option("B", rect(20, 20, 80, 80)),  # fills the hole
        option("C", rect(110, 0, 190, 100)),  # between the parts
        option("D", rect(290, 0, 400, 100)),  # on the second part
    ]
    assert pairs(overlaps(offered)) == [(0, 3)]


def test_the_same_outline_drawn_otherwise_is_the_same_land():
    ground = rect(0, 0, 100, 100)
    assert pairs(overlaps([option("A", ground), option("B", ground.reverse())])) == [(0, 1)]


def test_the_hull_stands_for_an_invalid_outline():
    bowtie = place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))")
    beside = rect(40, 0, 60, 20)  # in neither wing, but in the hull
    assert pairs(overlaps([option("A", bowtie), option("B", beside)])) == [(0, 1)]


def test_no_options_no_pairs():
    assert pairs(overlaps([])) == []
    assert pairs(separations([], [], [apart(50.0, ["07"], ["10"])])["apart"]) == []


@pytest.mark.parametrize("shape", ["LINESTRING (0 0, 100 0)", "POLYGON EMPTY", "POINT (5 5)"])
def test_an_option_without_land_is_refused_for_it_would_conflict_with_nothing(shape):
    offered = [option("A", rect(0, 0, 100, 100)), option("B", place(shape), site_id="odd")]
    with pytest.raises(SitingError, match="B: odd"):
        overlaps(offered)


def test_blocks_change_nothing(monkeypatch):
    ground = [rect(50 * step, 0, 50 * step + 70, 60) for step in range(6)]
    offered = [option(f"P{row % 5}", ground[row % 6]) for row in range(30)]
    whole = pairs(overlaps(offered))
    monkeypatch.setattr(outlines_room, "BLOCK_PAIRS", 3)
    assert pairs(overlaps(offered)) == whole
    assert whole == _by_brute_force(offered)


def _by_brute_force(offered: list[Option]) -> list[tuple[int, int]]:
    return [
        (one, other)
        for one in range(len(offered))
        for other in range(one + 1, len(offered))
        if offered[one].project_id != offered[other].project_id
        and shapely.intersection(offered[one].site.geometry, offered[other].site.geometry).area
        > 0.01
    ]


def _drawn(dice: np.random.Generator) -> shapely.Geometry:
    """A rectangle, a star, several parts, or a frame, on a grid of 5 m so that edges coincide."""
    west, south = (int(each) * 5 for each in dice.integers(0, 60, 2))
    wide, high = (int(each) * 5 for each in dice.integers(1, 20, 2))
    kind = dice.integers(0, 5)
    body = shapely.box(west, south, west + wide, south + high)
    if kind == 0:
        nudge = float(dice.choice([1e-9, 1e-5, 1e-4, 4e-4, 0.01]))  # slivers along the edges
        body = shapely.box(west - nudge, south, west + wide, south + high + nudge)
    elif kind == 1:
        body = body.union(shapely.box(west + 300, south, west + 300 + wide, south + high))
    elif kind == 2 and min(wide, high) > 20:
        body = body.difference(shapely.box(west + 5, south + 5, west + 15, south + 15))
    elif kind == 3:
        turns = np.sort(dice.uniform(0, 2 * np.pi, 7))
        reach = dice.uniform(10, 80, 7)
        points = np.stack([np.cos(turns), np.sin(turns)], axis=1) * reach[:, None]
        star = shapely.Polygon(points + np.array([west, south]))
        body = star if star.is_valid else body
    return place(body)


@pytest.mark.parametrize("large", [4, 8, 1_000])
@pytest.mark.parametrize("seed", range(6))
def test_random_outlines_as_geos_has_them(seed, large, monkeypatch):
    monkeypatch.setattr(conflicts_room, "LARGE_VERTICES", large)
    dice = np.random.default_rng(seed)
    ground = [_drawn(dice) for _ in range(40)]
    offered = [
        option(f"P{int(dice.integers(0, 12))}", ground[int(dice.integers(0, 40))])
        for _ in range(120)
    ]
    assert pairs(overlaps(offered)) == _by_brute_force(offered)


def test_large_outlines_that_are_nearly_the_same_take_no_time():
    # 12,000 vertices each: pairs of edges would be counted in hundreds of millions
    lake = place(shapely.Point(1000, 1000).buffer(800, quad_segs=3_000))
    cut = shapely.difference(lake, rect(0, 0, 600, 2000))
    rest = shapely.difference(lake, cut)
    offered = [option("A", lake), option("B", cut), option("C", rest), option("A", rest)]
    began = time.process_time()
    assert pairs(overlaps(offered)) == [(0, 1), (0, 2), (2, 3)]
    assert time.process_time() - began < 5.0


def test_hard_pairs_as_exact_arithmetic_has_them():
    found, exact = [], []
    for _, left, right in adversarial.pairs(160, seed=77):
        if not (shapely.is_valid(left) and shapely.is_valid(right)):
            continue
        found.append(pairs(overlaps([option("A", left), option("B", right)])) == [(0, 1)])
        exact.append(exact_overlap_area_m2(left, right) > 0.01)
    assert found == exact
    assert 20 < sum(exact) < len(exact) - 20


# ------------------------------------------------------------------ separations


@pytest.mark.parametrize(
    ("gap_m", "distance_m", "found"),
    [
        (50.0, 50.0, []),  # exactly as far as the rule asks
        (49.5, 50.0, [(0, 1)]),
        (0.0, 50.0, [(0, 1)]),
        (-10.0, 50.0, [(0, 1)]),
        (0.0, 0.0, [(0, 1)]),  # 0 m: touching is banned
        (-10.0, 0.0, [(0, 1)]),
        (0.5, 0.0, []),
    ],
)
def test_strictly_nearer_is_too_near(gap_m, distance_m, found):
    offered = [option("A", rect(0, 0, 100, 50)), option("B", rect(100 + gap_m, 0, 300, 50))]
    spec = apart(distance_m, ["0701"], ["1001"])
    told = separations(offered, ["070101", "100103"], [spec])
    assert {name: pairs(each) for name, each in told.items()} == {"apart": found}


def test_a_double_below_the_distance_is_too_near():
    one = shapely.box(0.0, 0.0, 100.0, 50.0)
    at, below = (
        shapely.box(150.0, 0.0, 200.0, 50.0),
        shapely.box(np.nextafter(150.0, 0), 0, 200, 50),
    )
    offered = [option("A", one), option("B", at), option("C", below)]
    told = separations(offered, ["0701", "1001", "1001"], [apart(50.0, ["07"], ["10"])])
    assert pairs(told["apart"]) == [(0, 2)]


def test_only_the_uses_of_the_rule_and_never_of_one_project():
    near, ground = rect(120, 0, 200, 50), rect(0, 0, 100, 50)
    offered = [
        option("home", ground), option("works", near), option("school", near),
        option("home", near), option("works", ground),
    ]  # fmt: skip
    uses = ["0701", "1001", "0804", "0701", "1001"]
    told = separations(
        offered, uses, [apart(30.0, ["07"], ["10"]), apart(30.0, ["08"], ["10"], "s")]
    )
    assert {name: pairs(found) for name, found in told.items()} == {
        "apart": [(0, 1), (0, 4), (1, 3), (3, 4)],
        "s": [(1, 2), (2, 4)],
    }


def test_a_rule_within_one_use():
    offered = [option(name, rect(0, 0, 50, 50)) for name in ("A", "B", "C")]
    told = separations(offered, ["0701", "0701", "0804"], [apart(10.0, ["0701"], ["0701"])])
    assert pairs(told["apart"]) == [(0, 1)]


@pytest.mark.parametrize(
    ("use", "is_kept_apart"),
    [("1001", True), ("100101", True), ("10", True), ("", True), ("1101", False)],
)
def test_a_use_that_may_be_meant_counts_as_meant(use, is_kept_apart):
    offered = [option("A", rect(0, 0, 50, 50)), option("B", rect(60, 0, 90, 50))]
    told = separations(offered, ["0701", use], [apart(50.0, ["0701"], ["1001"])])
    assert pairs(told["apart"]) == ([(0, 1)] if is_kept_apart else [])


@pytest.mark.parametrize("distance_m", [0.0, 5.0, 40.0])
def test_random_separations_as_geos_has_them(distance_m):
    dice = np.random.default_rng(int(distance_m) + 7)
    ground = [_drawn(dice) for _ in range(40)]
    offered, uses = [], []
    for _ in range(100):
        number = int(dice.integers(0, 12))
        offered.append(option(f"P{number}", ground[int(dice.integers(0, 40))]))
        uses.append(("0701", "1001", "1101")[number % 3])
    expected = [
        (one, other)
        for one in range(100)
        for other in range(one + 1, 100)
        if {uses[one], uses[other]} == {"0701", "1001"}
        and _is_nearer(offered[one].site.geometry, offered[other].site.geometry, distance_m)
    ]
    told = separations(offered, uses, [apart(distance_m, ["07"], ["10"])])
    assert pairs(told["apart"]) == expected


def _is_nearer(one: shapely.Geometry, other: shapely.Geometry, distance_m: float) -> bool:
    gap_m = shapely.distance(one, other)
    return gap_m < distance_m if distance_m else bool(shapely.intersects(one, other))
