"""The kernel on hand geometry; the whole file is run again without machine code (last test)."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely

from siting.errors import SitingError
from siting.overlay.kernel import edges, engine, jit, layout, vector, window
from siting.overlay.kernel.boxes import index_of, meeting
from siting.overlay.kernel.records import Layout

from ..tiny_city import ORIGINS, place, rect
from . import adversarial
from .slabs import overlap

CRSS = sorted(ORIGINS)


def array(*shapes: object) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def compiled(left: np.ndarray, right: np.ndarray, **options: object) -> engine.AreaTable:
    ours, theirs = (engine.prepare(layout.rings_of(side)) for side in (left, right))
    return engine.area_table(ours, theirs, floor_m2=-np.inf, **options)


def one(left: object, right: object) -> tuple[float, float]:
    """Return area and bound of one pair by both ways, which must agree to the last bit."""
    table = compiled(array(left), array(right))
    zero = np.zeros(1, np.int64)
    ours, theirs = (layout.prepare(layout.rings_of(array(side))) for side in (left, right))
    area_m2, bound_m2, _ = vector.pair_areas(ours, theirs, zero, zero)
    if len(table):
        assert (table.area_m2[0], table.bound_m2[0]) == (area_m2[0], bound_m2[0])
    else:
        assert (area_m2[0], bound_m2[0]) == (0.0, 0.0)
    return float(area_m2[0]), float(bound_m2[0])


def wkt(*rings: str) -> str:
    return "POLYGON (" + ", ".join(f"({ring})" for ring in rings) + ")"


SQUARE = wkt("0 0, 10 0, 10 10, 0 10, 0 0")
FRAME = wkt("0 0, 9 0, 9 9, 0 9, 0 0", "2 2, 2 7, 7 7, 7 2, 2 2")
FRAME_INSIDE = wkt("1 1, 8 1, 8 8, 1 8, 1 1", "3 3, 3 6, 6 6, 6 3, 3 3")
#: Two squares that touch in a corner, and another two.
TWO = "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((4 4, 8 4, 8 8, 4 8, 4 4)))"
OTHER_TWO = "MULTIPOLYGON (((3 3, 5 3, 5 5, 3 5, 3 3)), ((7 0, 8 0, 8 9, 7 9, 7 0)))"
HAND = {
    "two squares": (SQUARE, wkt("5 0, 15 0, 15 10, 5 10, 5 0"), 50.0),
    "a tent": (wkt("0 0, 30 0, 30 10, 0 0"), wkt("0 10, 0 0, 30 0, 0 10"), 75.0),
    "wholly inside": (wkt("2 2, 4 2, 4 4, 2 4, 2 2"), SQUARE, 4.0),
    "equal": (wkt("0 0, 10 0, 10 10, 0 0"), wkt("10 10, 0 0, 10 0, 10 10"), 50.0),
    "an edge in common": (SQUARE, wkt("10 0, 20 0, 20 10, 10 10, 10 0"), 0.0),
    "part of an edge": (wkt("0 0, 10 10, 0 10, 0 0"), wkt("2 2, 9 9, 9 0, 2 2"), 0.0),
    "a corner in common": (SQUARE, wkt("10 10, 20 10, 20 20, 10 10"), 0.0),
    "in the hole": (FRAME, wkt("3 3, 6 3, 6 6, 3 6, 3 3"), 0.0),
    "the hole filled": (FRAME, wkt("2 2, 7 2, 7 7, 2 7, 2 2"), 0.0),
    "hole against hole": (FRAME, FRAME_INSIDE, 49.0 - 25.0),
    "several parts": (TWO, OTHER_TWO, 2.0 + 4.0),
    "boxes meet": (wkt("0 0, 10 0, 0 10, 0 0"), wkt("10 1, 10 10, 1 10, 10 1"), 0.0),
    "a point twice": (wkt("0 0, 0 0, 6 0, 6 6, 6 6, 0 0"), SQUARE, 18.0),
}


@pytest.mark.parametrize("crs", CRSS)
@pytest.mark.parametrize(("left", "right", "area_m2"), HAND.values(), ids=HAND)
def test_by_hand(left: str, right: str, area_m2: float, crs: str) -> None:
    shapes = place(left, crs), place(right, crs)
    for a, b in (shapes, shapes[::-1], [shape.reverse() for shape in shapes]):
        found, bound_m2 = one(a, b)
        assert abs(found - area_m2) <= bound_m2
        assert bound_m2 <= 1e-10


@pytest.mark.parametrize("crs", CRSS)
def test_a_touch_that_is_far_below_a_square_micrometre_is_told_from_nothing(crs: str) -> None:
    # one unit in the last place of a northing of 2.5 million, along 10 m
    depth_m = 2.0**-31
    found, bound_m2 = one(rect(0, 0, 10, 10, crs), rect(0, 10 - depth_m, 10, 20, crs))
    assert abs(found - 10 * depth_m) <= bound_m2 < 10 * depth_m


def test_the_cases_of_geos() -> None:
    """shapely #1871 (15,851 m² invented) and two of the kind of GEOS #1523 (all missed)."""
    from .test_pairs import INVENTED, MISSED

    for left, right in (INVENTED, *(case[:2] for case in MISSED)):
        shapes = shapely.from_wkt(left), shapely.from_wkt(right)
        found, bound_m2 = one(*shapes)
        assert abs(found - float(overlap(*shapes))) <= bound_m2 <= 1e-7


def test_the_bound_holds_where_it_is_hard_and_is_no_empty_promise() -> None:
    shares = []
    for kind, left, right in adversarial.pairs(60, seed=11):
        found, bound_m2 = one(left, right)
        wrong = abs(found - float(overlap(left, right)))
        assert wrong <= bound_m2, (kind, left.wkt, right.wkt)
        assert bound_m2 <= 1e-7
        shares.append(wrong / bound_m2 if bound_m2 else 0.0)
    # a bound that is a thousand times too wide would decide nothing
    assert max(shares) > 1e-3


def comb(teeth: int, crs: str = "EPSG:4547") -> shapely.Polygon:
    """A polygon with enough edges for a grid: teeth 1 m wide, 1 m apart, 100 m long."""
    points = [(0.0, -5.0)]
    for tooth in range(teeth):
        points += [(2.0 * tooth, 100.0), (2.0 * tooth + 1, 100.0), (2.0 * tooth + 1, 0.0),
                   (2.0 * tooth + 2, 0.0)]  # fmt: skip
    return place(shapely.Polygon([*points, (2.0 * teeth, -5.0)]), crs)


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 200, 50),
        (0.5, 10, 3.5, 20),
        (33, 99, 77, 120),
        (-9, -9, 999, -4),
        (51, -1, 52, 1),
        (150.25, 40, 150.75, 60),
    ],
)
def test_a_part_with_a_grid(box: tuple[float, float, float, float]) -> None:
    fence, window = comb(100), rect(*box)
    ours = engine.prepare(layout.rings_of(array(fence)))
    assert ours.part_grid[0] == 0
    found, bound_m2 = one(window, fence)
    assert abs(found - float(overlap(window, fence))) <= bound_m2 <= 1e-8


def ring_star(dice: np.random.Generator, corners: int, crs: str) -> shapely.Polygon:
    shell = adversarial.star(dice, (0.0, 0.0), corners)
    hole = [adversarial.along((0.0, 0.0), point, 0.5) for point in shell]
    moved = shapely.transform(
        shapely.Polygon(shell, [hole]), lambda xy: xy + dice.uniform(-400, 400, 2)
    )
    return place(moved, crs)


@pytest.mark.parametrize("crs", CRSS)
def test_grids_change_no_bit(crs: str) -> None:
    """Every window of a gridded part gives the edges that a scan of the whole part gives."""
    dice = np.random.default_rng(5)
    left = array(*(ring_star(dice, int(dice.integers(3, 90)), crs) for _ in range(12)))
    right = array(*(ring_star(dice, int(dice.integers(30, 200)), crs) for _ in range(9)))
    ours, theirs = (engine.prepare(layout.rings_of(side)) for side in (left, right))
    assert len(theirs.grid_frame) >= 8
    table = engine.area_table(ours, theirs, floor_m2=-np.inf)
    plain = [layout.prepare(layout.rings_of(side)) for side in (left, right)]
    area_m2, bound_m2, _ = vector.pair_areas(*plain, table.left, table.right)
    assert len(table) > 40
    assert np.array_equal(area_m2, table.area_m2)
    assert np.array_equal(bound_m2, table.bound_m2)


@pytest.mark.parametrize("crs", CRSS)
def test_small_windows_everywhere_in_a_grid(crs: str) -> None:
    """What lies north of a window comes from the grid's own counts: ask in every cell."""
    dice = np.random.default_rng(12)
    shape = ring_star(dice, 150, crs)
    west, south, east, north = shape.bounds
    step = (east - west) / 24, (north - south) / 24
    boxes = array(
        *(
            shapely.box(x, y, x + 0.7 * step[0], y + 0.7 * step[1])
            for x in np.arange(west, east, step[0])
            for y in np.arange(south, north, step[1])
        )
    )
    table = compiled(boxes, array(shape))
    plain = [layout.prepare(layout.rings_of(side)) for side in (boxes, array(shape))]
    area_m2, bound_m2, _ = vector.pair_areas(*plain, table.left, table.right)
    assert len(table) >= 576
    assert np.array_equal(area_m2, table.area_m2)
    assert np.array_equal(bound_m2, table.bound_m2)


def test_the_bound_is_that_of_the_proof() -> None:
    # window 5 m wide and 10 m high; two edges on each side, at 0 and at 10 m: of the four
    # pairs of edges three are 10 m high, so Σ w·M is 150
    _, bound_m2 = one(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10))
    assert bound_m2 == pytest.approx(1.01 * 2.0**-53 * (25 + 1.05 * 4) * 150, rel=1e-12, abs=0)


def test_both_ways_lay_polygons_out_alike() -> None:
    dice = np.random.default_rng(6)
    shapes = array(*(ring_star(dice, 20, "EPSG:4526") for _ in range(5)), None, shapely.Polygon(),
                   shapely.MultiPolygon([rect(0, 0, 1, 1), rect(5, 5, 6, 6)]),
                   shapely.LineString([(0, 0), (1, 1)]))  # fmt: skip
    ours, theirs = engine.prepare(layout.rings_of(shapes)), layout.prepare(layout.rings_of(shapes))
    for name in (
        "xy",
        "part_vertices",
        "part_feature",
        "feature_parts",
        "boxes",
        "part_edges",
        "order",
    ):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert np.diff(ours.feature_parts).tolist() == [1, 1, 1, 1, 1, 0, 0, 2, 0]


def test_where_a_ring_begins_and_which_way_it_runs_changes_no_bit() -> None:
    dice = np.random.default_rng(8)
    shape, other = ring_star(dice, 25, "EPSG:4526"), ring_star(dice, 30, "EPSG:4526")
    before = one(shape, other)
    ring = shape.exterior.coords[:-1]
    turned = shapely.Polygon([*ring[7:], *ring[:7]][::-1], [shape.interiors[0].coords[::-1]])
    assert one(turned, other.reverse()) == before


def test_a_needle_whose_direction_rounding_hides() -> None:
    # its shoelace sum is 0 in doubles; a unit in the last place decides which way it runs
    x = 38_400_000.0
    tip = (x + 50.0, 50.0 + 2.0**-47)
    needle = shapely.Polygon([(x, 0.0), tip, (x + 100.0, 100.0)])
    turns = np.array([0], np.int32)
    layout.settle_turns(layout.rings_of(array(needle)), turns)
    assert turns[0] == (1 if needle.exterior.is_ccw else -1) == -1
    found, bound_m2 = one(needle, rect(0, -9, 200, 200, "EPSG:4526").envelope)
    assert abs(found) <= 1e-9 + bound_m2
    found, bound_m2 = one(needle, shapely.box(x - 10, -10, x + 200, 200))
    assert abs(found - float(overlap(needle, needle))) <= bound_m2


@pytest.mark.parametrize(
    "corners",
    [
        [
            (50.47832939867178, 34.94957782970632),
            (84.84751328894171, 79.29549268174463),
            (143.5494144467018, 155.03745730639122),
        ],
        [
            (36.469428123194625, 19.745327665546665),
            (-38.06868367022273, 150.0890252943711),
            (8.12129643612148, 69.31728778177104),
        ],
    ],
)
def test_a_needle_whose_direction_rounding_turns_round(corners: list[tuple[float, float]]) -> None:
    # its shoelace sum has the other sign in doubles than in rationals
    (x0, y0), (x1, y1), (x2, y2) = corners
    in_doubles = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    exact = sum(
        Fraction(a[0]) * Fraction(b[1]) - Fraction(b[0]) * Fraction(a[1])
        for a, b in itertools.pairwise([*corners, corners[0]])
    )
    assert in_doubles * exact < 0
    for ring in (corners, corners[::-1]):
        needle = shapely.Polygon(ring)
        for made in (engine.prepare, layout.prepare):
            order = made(layout.rings_of(array(needle))).order
            # exteriors run clockwise: against the file where they do not
            assert (order & 1).tolist() == [int((exact > 0) == (ring is corners))] * 3


def test_nothing_pairs_with_nothing() -> None:
    nothing = array(None, shapely.Polygon(), shapely.LineString([(0, 0), (9, 9)]))
    some = array(rect(0, 0, 9, 9))
    assert len(compiled(nothing, some)) == len(compiled(some, nothing)) == 0
    assert len(compiled(array(), array())) == 0


def test_pairs_come_sorted_and_once() -> None:
    squares = [rect(x, y, x + 12, y + 12) for x in range(0, 60, 10) for y in range(0, 60, 10)]
    huge, comb_like = (
        rect(-100, -100, 200, 200),
        shapely.union_all([rect(0, 0, 60, 1), rect(0, 59, 60, 60)]),
    )
    table = compiled(array(*squares, huge, comb_like), array(comb_like, *squares, huge))
    pairs = list(zip(table.left.tolist(), table.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    tree = shapely.STRtree(array(comb_like, *squares, huge))
    meeting_pairs = {
        (i, j) for i, j in tree.query(array(*squares, huge, comb_like), "intersects").T.tolist()
    }
    overlapping = {pair for pair, area in zip(pairs, table.area_m2, strict=True) if area > 1e-9}
    assert overlapping <= meeting_pairs
    assert sum(table.area_m2[(table.left == 36)]) == pytest.approx(36 * 144 + 120 + 300 * 300)


def test_a_red_line_over_hundreds_of_parcels_finds_them_all() -> None:
    # more neighbours than there is room for at first, for each of the parts of the second one
    parcels = array(*(rect(x, y, x + 1, y + 1) for x in range(30) for y in range(30)))
    halves = shapely.MultiPolygon([rect(0, 0, 15.5, 30), rect(16.5, 0, 30, 30)])
    table = compiled(array(rect(0, 0, 30, 30), halves), parcels)
    assert table.right.tolist() == [*range(900), *range(900)]
    assert table.area_m2[:900].tolist() == [1.0] * 900
    columns = np.array([1.0] * 15 + [0.5, 0.5] + [1.0] * 13)
    assert table.area_m2[900:].tolist() == np.repeat(columns, 30).tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 5, 40, 1_000])
def test_numbers_are_sorted_and_the_rest_left_alone(count: int) -> None:
    numbers = np.random.default_rng(count).integers(-50, 50, count + 9)
    before = numbers.copy()
    edges.sort(numbers, count)
    assert numbers[:count].tolist() == sorted(before[:count].tolist())
    assert numbers[count:].tolist() == before[count:].tolist()


@pytest.mark.parametrize("wanted", [1, 12, 90])
def test_what_a_window_has_seen_comes_in_order(wanted: int) -> None:
    # few of many are sorted, many of few are looked up
    dice = np.random.default_rng(wanted)
    seen = dice.choice(np.arange(40, 140), wanted, replace=False)
    ranks = np.zeros((2, 401), np.int64)
    ranks[1, -1], ranks[1, 41:300:7], ranks[1, seen], ranks[0, :wanted] = 8, 7, 8, seen
    window._in_order(ranks, wanted, int(seen.min()), int(seen.max()))
    assert ranks[0, :wanted].tolist() == sorted(seen.tolist())


def test_the_floor_leaves_out_what_is_proven_to_be_less() -> None:
    left = array(rect(0, 0, 10, 10))
    right = array(rect(10, 0, 20, 10), rect(9, 0, 20, 10), rect(9.999, 0, 20, 10))
    ours, theirs = (engine.prepare(layout.rings_of(side)) for side in (left, right))
    assert engine.area_table(ours, theirs, floor_m2=5.0).right.tolist() == [1]
    assert engine.area_table(ours, theirs, floor_m2=1e-4).right.tolist() == [1, 2]
    # the first touches only: its box shares no area, so it is not even looked at
    assert engine.area_table(ours, theirs).looked_at == 2
    assert engine.area_table(ours, theirs, floor_m2=5.0, one_in=1).right.tolist() == [1, 2]


def test_any_number_of_threads_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK_FEATURES", 2)
    dice = np.random.default_rng(9)
    shapes = array(*(ring_star(dice, int(dice.integers(3, 80)), "EPSG:4547") for _ in range(14)))
    tables = [compiled(shapes, shapes, threads=threads, one_in=3) for threads in (1, 2, 5)]
    assert len(tables[0]) > 50
    assert 0 < tables[0].is_drawn.sum() < len(tables[0])
    for table in tables[1:]:
        for name in ("left", "right", "area_m2", "bound_m2", "is_drawn"):
            assert np.array_equal(getattr(table, name), getattr(tables[0], name)), name


def test_boxes_that_meet_are_those_of_a_loop() -> None:
    dice = np.random.default_rng(4)
    corner = dice.uniform(0, 1000, (120, 2)) + ORIGINS["EPSG:4526"]
    size = 10.0 ** dice.uniform(-2, 3, (120, 2))
    boxes = np.hstack([corner, corner + size])
    boxes[7] = np.nan
    boxes[8] = boxes[9]
    index = index_of(boxes)
    assert len(index.frame) > 2
    boxes.flags.writeable = False
    for box in boxes:
        found = np.empty(200, np.int64)
        count = meeting(index, boxes, box, found)
        meets = (np.maximum(boxes[:, 0], box[0]) < np.minimum(boxes[:, 2], box[2])) & (
            np.maximum(boxes[:, 1], box[1]) < np.minimum(boxes[:, 3], box[3])
        )
        assert sorted(found[:count].tolist()) == np.flatnonzero(meets).tolist()
        # where there is no room for all they are counted, and nothing is written past the end
        room = found.copy()
        assert meeting(index, boxes, box, room[: count - 1]) == count
        assert room[count - 1] == found[count - 1]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e16])
def test_what_is_no_ground_is_refused(value: float) -> None:
    xy = np.array([[0, 0], [1, 0], [1, value], [0, 0]], float)
    offsets = np.array([0, 4]), np.array([0, 1]), np.array([0, 1])
    with pytest.raises(SitingError, match="no place on the ground"):
        layout.Rings(xy, *offsets)


def test_an_open_ring_is_refused() -> None:
    xy = np.array([[0, 0], [1, 0], [1, 1]], float)
    with pytest.raises(SitingError, match="does not end where it begins"):
        layout.Rings(xy, np.array([0, 3]), np.array([0, 1]), np.array([0, 1]))


def test_nothing_given_is_written() -> None:
    xy = np.array([[0, 0], [0, 1], [1, 0], [0, 0]], float)
    rings = layout.Rings(xy, np.array([0, 4]), np.array([0, 1]), np.array([0, 1]))
    assert isinstance(engine.prepare(rings), Layout)
    assert xy.flags.writeable


def test_a_slope_that_overflows_is_left_to_the_oracle() -> None:
    # 5e-324 m wide and 1e15 m high: no red line, but no wrong number either
    steep = shapely.Polygon([(0.0, 0.0), (5e-324, 1e15), (1.0, 0.0)])
    with np.errstate(over="ignore", invalid="ignore"):
        found, bound_m2 = one(steep, shapely.box(-1, -1, 2, 2))
    assert found == 0.0
    assert bound_m2 == np.inf


@pytest.mark.skipif(not jit.is_compiling(), reason="this is the run without machine code")
def test_all_this_without_machine_code(repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0",
         str(Path(__file__))],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd=repo_root,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "SITING_REQUIRE_ALL": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
