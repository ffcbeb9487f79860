"""The least shift against brute force: a fine grid of shifts, refined around its best."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from siting.repair.bounds import moved_at_least_m
from siting.repair.moving import convex_parts, least_shift, least_turn

INSTANCES = 110
REACH_M = 12.0
GRID_M = 0.5
#: The grid is refined this often, to a fifth each time: 0.5 m, 10 cm, 2 cm, 4 mm.
REFINED = 3


def star(rng: np.random.Generator, size: float, corners: int) -> shapely.Polygon:
    """A simple polygon, in general not convex."""
    angles = np.sort(rng.uniform(0, 2 * math.pi, corners)) + np.linspace(0, 1e-6, corners)
    radii = size * rng.uniform(0.35, 1.0, corners)
    return shapely.Polygon(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]))


def instance(number: int) -> tuple[BaseGeometry, NDArray[np.object_]]:
    """One outline of 4 to 8 corners and 2 to 5 obstacles around it, some in it."""
    rng = np.random.default_rng(number)
    while True:
        outline = star(rng, 6.0, int(rng.integers(4, 9)))
        shapes = [
            affinity.translate(
                star(rng, 4.0, int(rng.integers(3, 7))), *rng.uniform(-9, 9, 2).tolist()
            )
            for _ in range(int(rng.integers(2, 6)))
        ]
        if outline.is_valid and outline.area > 5 and all(s.is_valid for s in shapes):
            placed = [affinity.translate(s, 400_000.0, 2_500_000.0) for s in [outline, *shapes]]
            return placed[0], np.array(placed[1:], dtype=object)


def is_free(outline: BaseGeometry, land: BaseGeometry, shifts: NDArray[np.float64]):
    ring = shapely.get_coordinates(outline)
    moved = shapely.polygons(ring[None, :, :] + shifts[:, None, :])
    return ~shapely.intersects(land, moved)


def brute(outline: BaseGeometry, obstacles: NDArray[np.object_]) -> float | None:
    """The shortest free shift of a grid that is refined around its three best points."""
    land = shapely.buffer(shapely.union_all(obstacles), -1e-6)
    shapely.prepare(land)
    steps = np.arange(-REACH_M, REACH_M + GRID_M / 2, GRID_M)
    shifts = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    shifts = shifts[np.hypot(*shifts.T) <= REACH_M]
    spacing = GRID_M
    free = shifts[is_free(outline, land, shifts)]
    for _ in range(REFINED):
        if not len(free):
            return None
        free = free[np.argsort(np.hypot(*free.T), kind="stable")][:12]
        around = np.stack(np.meshgrid(*[np.linspace(-1, 1, 11)] * 2), axis=-1).reshape(-1, 2)
        finer = (free[:, None, :] + spacing * around[None]).reshape(-1, 2)
        spacing /= 5
        free = np.concatenate([free, finer[is_free(outline, land, finer)]])
    return float(np.hypot(*free.T).min())


def test_the_least_shift_equals_brute_force():
    compared = equal = 0
    for number in range(INSTANCES):
        outline, obstacles = instance(number)
        found, least_m = least_shift(outline, obstacles, REACH_M), brute(outline, obstacles)
        if found is None:
            assert least_m is None or least_m > REACH_M - GRID_M, number
            continue
        # it is free, to what rounding to the millimetre may touch
        moved = affinity.translate(outline, found.east_m, found.north_m)
        assert shapely.area(shapely.intersection(moved, shapely.union_all(obstacles))) < 0.02
        assert found.at_least_m == found.moved_m
        if least_m is not None:
            # and no free shift that the grid knows is shorter
            assert found.moved_m <= least_m + 0.002, number
            compared += 1
            equal += least_m - found.moved_m < 0.05
    assert compared >= 100
    # where the grid is longer it slipped past a passage narrower than its spacing
    assert equal >= 0.95 * compared


def test_the_bound_is_never_above_the_least_shift_and_says_something():
    shares = []
    for number in range(INSTANCES):
        outline, obstacles = instance(number)
        bound_m = moved_at_least_m(outline, obstacles, REACH_M)
        least_m = brute(outline, obstacles)
        if least_m is not None:
            assert bound_m <= least_m + 0.002, number
            if least_m > 0.5:
                shares.append(bound_m / least_m)
    assert len(shares) > 50
    # half of the least shifts are proven to seven tenths by it alone
    assert float(np.median(shares)) > 0.7


def test_the_bound_by_hand():
    # a square of 10 m stands 4 m deep in a wide wall: straight out is 4 m, and no turn saves any
    wall = np.array([shapely.box(6, -100, 100, 100)], dtype=object)
    square = shapely.box(0, 0, 10, 10)
    assert moved_at_least_m(square, wall, 50.0) == pytest.approx(4.0, abs=0.01)
    # beside it nothing is proven, and nothing has to move
    assert moved_at_least_m(affinity.translate(square, -5, 0), wall, 50.0) == 0.0


def test_a_turn_moves_no_less_than_the_bound():
    for number in range(25):
        outline, obstacles = instance(number)
        turn = least_turn(outline, obstacles, REACH_M, None)
        assert turn is None or turn.at_least_m <= turn.moved_m


def test_where_the_hull_stands_for_the_outline_the_gap_is_told(monkeypatch: pytest.MonkeyPatch):
    # a U around a peg: by itself it slips off by 1 m, its hull has to leave the peg altogether
    shape = shapely.Polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)])
    peg = np.array([shapely.box(4, 1, 6, 5)], dtype=object)
    exact = least_shift(shape, peg, 12.0)
    assert exact.moved_m == exact.at_least_m == pytest.approx(1.0, abs=0.001)
    monkeypatch.setattr("siting.repair.moving.MOST_EDGES", 1)
    longer = least_shift(shape, peg, 12.0)
    assert longer.moved_m == pytest.approx(5.0, abs=0.001)
    assert longer.at_least_m <= 1.0 + 0.001


@pytest.mark.parametrize(("towards", "east", "north"), [(0, 0.0, 0.0), (180, -4.0, 0.0)])
def test_a_shift_in_a_direction_asked_for(towards: float, east: float, north: float):
    wall = np.array([shapely.box(6, -100, 100, 100)], dtype=object)
    found = least_shift(shapely.box(0, 0, 10, 10), wall, 50.0, towards=towards)
    if not east:
        assert found is None
    else:
        assert (found.east_m, found.north_m) == pytest.approx((east, north), abs=0.001)
        assert found.at_least_m == 0.0


def test_a_turn_is_never_worse_than_the_shift_alone():
    for number in range(25):
        outline, obstacles = instance(number)
        shift = least_shift(outline, obstacles, REACH_M)
        turn = least_turn(outline, obstacles, REACH_M, shift)
        if turn is None:
            continue
        moved = turn.apply(outline)
        assert shapely.area(shapely.intersection(moved, shapely.union_all(obstacles))) < 0.02
        assert shift is None or turn.moved_m < shift.moved_m


@pytest.mark.parametrize("slant", [6.0, 11.0, 17.0, 24.0, -9.0, -30.0])
def test_a_strip_in_a_slanting_slot_turns_as_much_as_it_has_to(slant: float):
    # a strip of 12 m by 2 m lies across a slot 3 m wide: it fits from the angle f on with
    # 12 sin f + 2 cos f = 3, so it turns by the slant less f, about its middle
    walls = [shapely.box(-30, 1.5, 30, 20), shapely.box(-30, -20, 30, -1.5)]
    slot = np.array([affinity.rotate(wall, slant, origin=(0, 0)) for wall in walls], dtype=object)
    strip = shapely.box(-6, -1, 6, 1)
    least_deg = abs(slant) - math.degrees(math.asin(3 / math.hypot(12, 2)) - math.atan2(2, 12))
    least_m = 2 * math.hypot(6, 1) * math.sin(math.radians(least_deg) / 2)
    assert least_shift(strip, slot, 12.0) is None
    turn = least_turn(strip, slot, 12.0, None)
    assert least_m <= turn.moved_m + 0.002
    assert turn.moved_m < 1.1 * least_m + 0.1
    assert math.copysign(1, turn.turned_deg) == math.copysign(1, slant)
    # the objective is what it says: the largest movement of a vertex
    before, after = shapely.get_coordinates(strip), shapely.get_coordinates(turn.apply(strip))
    assert np.hypot(*(after - before).T).max() == pytest.approx(turn.moved_m, abs=0.002)


def test_convex_parts_are_convex_and_make_up_the_outline():
    for number in range(60):
        outline, _ = instance(number)
        parts = convex_parts(outline)
        assert shapely.area(shapely.symmetric_difference(shapely.union_all(parts), outline)) < 1e-6
        assert shapely.area(parts).sum() == pytest.approx(outline.area, abs=1e-5)
        for part in parts:
            assert part.convex_hull.area == pytest.approx(part.area, abs=1e-6)


def test_a_hole_larger_than_the_outline_is_free_land():
    # the outline of 2 m lies on the frame of a courtyard 10 m wide: 1 m east it is free
    yard = shapely.Polygon(
        [(-20, -20), (20, -20), (20, 20), (-20, 20)], [[(-5, -5), (5, -5), (5, 5), (-5, 5)]]
    )
    outline = shapely.box(-6, -1, -4, 1)
    found = least_shift(outline, np.array([yard], dtype=object), 10.0)
    assert (found.east_m, found.north_m) == pytest.approx((1.0, 0.0), abs=1e-3)


def test_a_hole_smaller_than_the_outline_is_none():
    # the outline covers the whole courtyard of 2 m: it has to leave over the frame, 15 m
    frame = shapely.Polygon(
        [(-9, -9), (9, -9), (9, 9), (-9, 9)], [[(-1, -1), (1, -1), (1, 1), (-1, 1)]]
    )
    outline = shapely.box(-3, -3, 3, 3)
    assert least_shift(outline, np.array([frame], dtype=object), 11.0) is None
    found = least_shift(outline, np.array([frame], dtype=object), 13.0)
    assert found.moved_m == pytest.approx(12.0, abs=1e-3)


def test_nothing_in_the_way_moves_nothing():
    away = np.array([shapely.box(100, 100, 101, 101)], dtype=object)
    assert least_shift(shapely.box(0, 0, 1, 1), away, 5.0).moved_m == 0.0
