"""Distances by hand geometry, both ways to the last bit; limits, witnesses and the judge."""

from __future__ import annotations

import logging
import math
from fractions import Fraction

import numpy as np
import pytest
import shapely

import siting.overlay.distances as room
from siting.errors import SitingError
from siting.overlay import distances_within
from siting.overlay.exact_distance import exact_distance_sq, rounded_distance_m
from siting.overlay.kernel import cache, outlines, reach
from siting.overlay.kernel.records import FAN_OUT, DistanceTable

from ..tiny_city import ORIGINS, place, rect
from .brute_distance import distance_sq

CRSS = sorted(ORIGINS)


def array(*shapes: object) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def measured(
    left: np.ndarray, right: np.ndarray, monkeypatch: pytest.MonkeyPatch, limit_m: float = 1e6
) -> DistanceTable:
    """Return the kernel's table, which both ways must agree on to the last bit."""
    tables = []
    for is_worth in (True, False):
        monkeypatch.setattr(
            reach, "is_worth_machine_code", lambda pairs, is_worth=is_worth: is_worth
        )
        tables.append(reach.distances(left, right, limit_m=limit_m))
    for name in ("left", "right", "distance_m", "bound_m"):
        assert np.array_equal(getattr(tables[0], name), getattr(tables[1], name)), name
    return tables[0]


SQUARE = "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"
FRAME = "POLYGON ((0 0, 90 0, 90 90, 0 90, 0 0), (20 20, 20 70, 70 70, 70 20, 20 20))"
HAND = {
    "side by side": (SQUARE, "POLYGON ((13 0, 20 0, 20 10, 13 10, 13 0))", 3.0),
    "corner to corner": (SQUARE, "POLYGON ((13 14, 20 14, 20 20, 13 14))", 5.0),
    "corner to edge": (SQUARE, "LINESTRING (10 25, 25 10)", 12.5 * math.sqrt(2) - 5 * math.sqrt(2)),
    "a common vertex": (SQUARE, "POLYGON ((10 10, 20 10, 20 20, 10 10))", 0.0),
    "a corner on an edge": (SQUARE, "POLYGON ((10 5, 20 0, 20 9, 10 5))", 0.0),
    "a common edge": (SQUARE, "POLYGON ((10 0, 20 0, 20 10, 10 10, 10 0))", 0.0),
    "part of an edge": (SQUARE, "POLYGON ((10 3, 20 3, 20 7, 10 7, 10 3))", 0.0),
    "equal": (SQUARE, SQUARE, 0.0),
    "wholly inside": (SQUARE, "POLYGON ((2 2, 4 2, 4 4, 2 2))", 0.0),
    "wholly around": (SQUARE, "POLYGON ((-9 -9, 30 -9, 30 30, -9 30, -9 -9))", 0.0),
    "crossing without a vertex inside": (SQUARE, "POLYGON ((-5 4, 15 4, 15 6, -5 6, -5 4))", 0.0),
    "in the hole": (FRAME, "POLYGON ((30 30, 40 30, 40 40, 30 30))", 10.0),
    "the hole filled": (FRAME, "POLYGON ((20 20, 70 20, 70 70, 20 70, 20 20))", 0.0),
    "a line equal to an edge": (SQUARE, "LINESTRING (10 0, 10 10)", 0.0),
    "a line along an edge and beyond": (SQUARE, "LINESTRING (10 -5, 10 25)", 0.0),
    "a line in line with an edge": (SQUARE, "LINESTRING (10 14, 10 25)", 4.0),
    "a line that ends on an edge": (SQUARE, "LINESTRING (10 5, 30 5)", 0.0),
    "a line through": (SQUARE, "LINESTRING (-5 5, 30 5)", 0.0),
    "a line inside": (SQUARE, "LINESTRING (2 5, 3 5)", 0.0),
    "a line with points on one line": (SQUARE, "LINESTRING (12 0, 12 4, 12 4, 12 9)", 2.0),
    "a closed line around": (SQUARE, "LINESTRING (-3 -4, 14 -4, 14 14, -3 14, -3 -4)", 3.0),
    "a line without length": (SQUARE, "LINESTRING (13 14, 13 14)", 5.0),
    "a point": (SQUARE, "POINT (13 14)", 5.0),
    "a point inside": (SQUARE, "POINT (5 5)", 0.0),
    "a point on an edge": (SQUARE, "POINT (10 5)", 0.0),
    "a point on a vertex": (SQUARE, "POINT (10 10)", 0.0),
    "several points": (SQUARE, "MULTIPOINT (40 5, 16 5, 5 99)", 6.0),
    "several lines": (SQUARE, "MULTILINESTRING ((40 5, 50 5), (0 17, 9 17))", 7.0),
    "several polygons": (
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((50 0, 54 0, 54 4, 50 0)))",
        "MULTIPOLYGON (((0 20, 4 20, 4 24, 0 20)), ((57 0, 60 0, 60 4, 57 0)))",
        3.0,
    ),
    "a collection": (
        SQUARE,
        "GEOMETRYCOLLECTION (POINT (99 9), MULTILINESTRING ((10 18, 0 18), (40 5, 50 5)))",
        8.0,
    ),
    "two lines that cross": ("LINESTRING (0 0, 10 10)", "LINESTRING (0 10, 10 0)", 0.0),
    "two points": ("POINT (0 0)", "POINT (3 4)", 5.0),
}


@pytest.mark.parametrize("crs", CRSS)
@pytest.mark.parametrize(("left", "right", "distance_m"), HAND.values(), ids=HAND)
def test_by_hand(
    left: str, right: str, distance_m: float, crs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = array(place(left, crs)), array(place(right, crs))
    table = measured(one, other, monkeypatch)
    for pair in ((one, other), (other, one), (shapely.reverse(one), shapely.reverse(other))):
        again = measured(*pair, monkeypatch)
        # neither order nor direction changes a bit
        assert (again.distance_m, again.bound_m) == (table.distance_m, table.bound_m)
    # whole numbers at these origins, so the hand's figure is exact but for a root
    assert abs(table.distance_m[0] - distance_m) <= table.bound_m[0] + 4e-15
    assert table.bound_m[0] < 2e-12
    near = distances_within(one, other, 1e6)
    assert near.distance_m[0] == pytest.approx(distance_m, abs=1e-14 if distance_m else 0.0)
    assert not near.is_disputed[0]


def test_what_is_empty_or_missing_never_pairs() -> None:
    nothing = array(None, shapely.Polygon(), shapely.from_wkt("MULTIPOINT EMPTY"))
    assert len(distances_within(nothing, array(rect(0, 0, 1, 1)), 1e9)) == 0
    assert len(distances_within(array(rect(0, 0, 1, 1)), nothing, 1e9)) == 0
    assert len(distances_within(array(), array(), 1e9)) == 0
    partly = array(None, shapely.from_wkt("MULTIPOLYGON (EMPTY, ((3 0, 4 0, 4 1, 3 0)))"))
    found = distances_within(array(shapely.Point(1, 0)), partly, 5.0)
    assert (found.right.tolist(), found.distance_m.tolist()) == ([1], [2.0])


def test_a_large_limit_takes_all_and_a_limit_of_nothing_what_touches() -> None:
    left, right = (
        array(rect(0, 0, 1, 1)),
        array(rect(1, 1, 2, 2), rect(2, 2, 3, 3), rect(0, 9, 1, 10)),
    )
    assert distances_within(left, right, math.inf).distance_m.tolist() == [0.0, math.sqrt(2), 8.0]
    assert distances_within(left, right, 0.0).right.tolist() == [0]
    on_edge = array(place("POINT (0.3 1)"))
    assert distances_within(left, on_edge, math.inf).distance_m.tolist() == [0.0]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e16])
def test_what_is_no_ground_is_refused(value: float) -> None:
    with np.errstate(invalid="ignore"):
        line = shapely.LineString([(0, 0), (1, value)])
    with pytest.raises(SitingError, match="no place on the ground"):
        outlines.outlines_of(array(line))


def test_a_tree_holds_every_segment_of_its_part() -> None:
    dice = np.random.default_rng(8)
    shapes = [shapely.LineString(dice.uniform(0, 99, (n, 2))) for n in (2, 9, 10, 70, 600, 3, 5000)]
    made = outlines.outlines_of(array(*shapes, shapely.Point(4, 4)))
    levels = made.node_first
    assert len(levels) == 5  # 8^4 < 4,999 segments < 8^5
    for part in range(8):
        begin, end = made.part_segments[part : part + 2]
        for level in range(len(levels)):
            first, last = levels[level, part : part + 2]
            span = FAN_OUT ** (level + 1)
            above = level > 0 and levels[level - 1, part + 1] - levels[level - 1, part] < 2
            assert last - first == (0 if above else -(-(end - begin) // span))
            for node in range(first, last):
                own = made.segments[begin + (node - first) * span : end][:span]
                x, y = own[:, [0, 2]], own[:, [1, 3]]
                wanted = [x.min(), y.min(), x.max(), y.max()]
                assert made.node_boxes[node].tolist() == wanted


def test_large_outlines_against_geos(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(11)
    origin = np.array(ORIGINS["EPSG:4526"])
    turns = np.linspace(0, 2 * np.pi, 3_000, endpoint=False)
    waves = 2_000 + 300 * np.sin(7 * turns) + dice.normal(0, 2, len(turns))
    lake = np.column_stack([np.cos(turns), np.sin(turns)]) * waves[:, None] + origin
    road = np.column_stack([np.linspace(-4e3, 4e3, 2_500), dice.normal(0, 9, 2_500)]) + origin
    hole = lake[::-1] * 0.3 + origin * 0.7
    right = array(shapely.Polygon(lake), shapely.LineString(road), shapely.Polygon(lake, [hole]))
    spots = origin + dice.uniform(-3_000, 3_000, (150, 2))
    left = shapely.buffer(shapely.points(spots), dice.uniform(5, 60, 150), quad_segs=3)
    table = measured(left, right, monkeypatch, limit_m=300.0)
    told = shapely.distance(left[:, None], right[None, :])
    rows, columns = np.nonzero(told <= 300.0)
    assert (table.left.tolist(), table.right.tolist()) == (rows.tolist(), columns.tolist())
    assert 60 < (table.distance_m == 0).sum() < 390
    np.testing.assert_allclose(table.distance_m, told[rows, columns], rtol=0, atol=1e-8)
    assert table.bound_m.max() < 1e-10


def test_any_number_of_threads_gives_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "is_worth_machine_code", bool)
    monkeypatch.setattr(reach, "BLOCK_PAIRS", 7)
    dice = np.random.default_rng(3)
    left, right = (shapely.buffer(shapely.points(dice.uniform(0, 900, (40, 2))), 20) for _ in "lr")
    one, two = (reach.distances(left, right, limit_m=300.0, threads=n) for n in (1, 2))
    assert len(one) > 100
    assert np.array_equal(one.distance_m, two.distance_m)
    assert np.array_equal(one.bound_m, two.bound_m)


@pytest.mark.parametrize("steps", range(-3, 4))
def test_a_setback_is_decided_to_the_last_bit(steps: int) -> None:
    # a road edge at 45°: its distance is (x + y)·√2/2, which no double holds; the limit is
    # the double nearest to it, and the red line's corner moves by units in the last place
    road = shapely.LineString([(-1000.0, 1000.0), (1000.0, -1000.0)])
    corner = 35.35533905932738
    for _ in range(abs(steps)):
        corner = math.nextafter(corner, math.inf if steps > 0 else 0.0)
    line = shapely.Polygon([(corner, corner), (corner + 99, corner), (corner, corner + 99)])
    exact = 2 * Fraction(corner) ** 2
    assert exact != 2500
    found = distances_within(array(line), array(road), 60.0, limits_m=(50.0,))
    assert (found.distance_m[0] < 50.0) == (exact < 2500)
    assert (found.distance_m[0] > 50.0) == (exact > 2500)
    inclusive = distances_within(array(line), array(road), 50.0)
    assert len(inclusive) == (exact <= 2500)


def test_a_distance_equal_to_the_limit_is_equal() -> None:
    line, road = rect(0, 0, 10, 10), place("LINESTRING (40 50, 80 10, 90 90)")
    # the road's first piece lies on x + y = 90, and the corner (10, 10) is 70/√2 from it
    assert distance_sq(line, road) == 2450
    limit_m = math.sqrt(2450)
    found = distances_within(array(line), array(road), 60.0, limits_m=(limit_m,))
    # the double is no root of 2450, and the verdict knows on which side it is
    assert (found.distance_m[0] < limit_m) == (Fraction(limit_m) ** 2 > 2450)
    across = distances_within(array(line), array(rect(60, 0, 70, 10)), 60.0, limits_m=(50.0,))
    assert across.distance_m.tolist() == [50.0]


def test_rounding_stays_on_the_right_side_of_every_limit() -> None:
    near = math.nextafter(50.0, 0.0)
    for limit, square in ((50.0, Fraction(2500)), (near, Fraction(near) ** 2)):
        tiny = Fraction(1, 10**40)
        for exact in (square - tiny, square, square + tiny):
            told = rounded_distance_m(exact, (0.0, limit))
            assert (told < limit, told > limit) == (exact < square, exact > square)
            assert told == pytest.approx(limit, rel=1e-15)
    assert rounded_distance_m(Fraction(1, 10**700), (0.0,)) > 0.0
    assert rounded_distance_m(Fraction(0), (0.0, 50.0)) == 0.0


def test_where_geos_differs_exact_arithmetic_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    real = shapely.distance
    monkeypatch.setattr(room.shapely, "distance", lambda left, right: real(left, right) + 1.0)
    left, right = array(rect(0, 0, 10, 10)), array(rect(13, 14, 20, 20), rect(61, 0, 70, 10))
    found = distances_within(left, right, 99.0, limits_m=(50.0,), shown_m=50.0)
    assert found.distance_m.tolist() == [5.0, 51.0]
    assert found.is_disputed.tolist() == [True, False]
    # on a pair that nobody is asked about there is no dispute
    monkeypatch.setattr(room, "SAMPLE_ONE_IN", 0)
    for witness, disputed in (("found", 0), ("doubtful", 0), ("none", 0), ("all", 2)):
        again = distances_within(left, right, 99.0, shown_m=0.0, witness=witness)
        assert (again.distance_m.tolist(), again.is_disputed.sum()) == ([5.0, 51.0], disputed)


def test_a_wrong_distance_of_the_kernel_is_mended_and_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = reach.distances

    def off(*sides: np.ndarray, **options: float) -> DistanceTable:
        table = real(*sides, **options)
        return DistanceTable(table.left, table.right, table.distance_m + 1.0, table.bound_m)

    monkeypatch.setattr(room.reach, "distances", off)
    with caplog.at_level(logging.ERROR):
        found = distances_within(array(rect(0, 0, 10, 10)), array(rect(13, 14, 20, 20)), 99.0)
    assert (found.distance_m.tolist(), found.is_disputed.tolist()) == ([5.0], [True])
    assert "please report this pair" in caplog.text


def test_what_nobody_can_tell_from_a_limit_counts_as_nearer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "exact_distance_sq", lambda left, right: None)
    left, right = array(rect(0, 0, 10, 10)), array(rect(60, 0, 70, 10), rect(13, 14, 20, 20))
    found = distances_within(left, right, 99.0, limits_m=(50.0,))
    assert 50.0 - 1e-11 < found.distance_m[0] < 50.0
    assert found.distance_m[1] == 5.0


def test_the_oracle_gives_up_on_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = rect(0, 0, 10, 10), rect(13, 14, 20, 20)
    assert exact_distance_sq(*pair) == 25
    monkeypatch.setattr("siting.overlay.exact_distance.MAX_SEGMENT_PAIRS", 0)
    assert exact_distance_sq(*pair) is None


@pytest.mark.parametrize(
    ("may_compile", "is_loaded", "is_warm", "least"),
    [
        (False, True, True, math.inf),
        (True, True, False, reach.PAIRS_WHEN_LOADED),
        (True, False, True, reach.PAIRS_WHEN_WARM),
        (True, False, False, reach.PAIRS_WHEN_COLD),
    ],
)
def test_when_machine_code_pays(
    may_compile: bool, is_loaded: bool, is_warm: bool, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "may_compile", lambda: may_compile)
    monkeypatch.setattr(reach, "is_warm", lambda mark: is_warm and mark == cache.NEAREST_READY)
    modules = {reach._ENGINE: None} if is_loaded else {}
    monkeypatch.setattr(reach, "sys", type("Sys", (), {"modules": modules}))
    for pairs in (1, 10, 2_000, 10**6):
        assert reach.is_worth_machine_code(pairs) == (pairs >= least)
