"""Areas under several features at once: hand geometry, exact arithmetic, shapely; both ways."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import shapely

from siting.overlay.exact_bare import exact_bare_area_m2
from siting.overlay.kernel import layout, slabs_vector, unions
from siting.overlay.kernel.engine import prepare

from . import adversarial

WEST, SOUTH = 400_000.0, 2_500_000.0


def array(*shapes: object) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def both_ways(parcels: np.ndarray, covers: np.ndarray, over: list[list[int]], **options: int):
    """Return area and bound of each parcel; the two ways must agree to the last bit."""
    starts = np.cumsum([0, *(len(some) for some in over)])
    rows = np.arange(len(parcels)), starts, np.array([*itertools.chain(*over)], np.int64)
    ours, theirs = layout.rings_of(parcels), layout.rings_of(covers)
    table = unions.covered_areas(prepare(ours), prepare(theirs), rows, **options)
    plain = slabs_vector.covered_areas(layout.prepare(ours), layout.prepare(theirs), rows)
    assert np.array_equal(table, plain)
    return table


def under(parcel: object, *covers: object) -> tuple[float, float]:
    area_m2, bound_m2 = both_ways(array(parcel), array(*covers), [list(range(len(covers)))])[0]
    return float(area_m2), float(bound_m2)


def place(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)


def polygon(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([(WEST + x, SOUTH + y) for x, y in points])


HECTARE = place(0, 0, 100, 100)
RING = place(-50, -50, 150, 150) - place(40, 40, 60, 60)
HAND = {
    "two strips that overlap": ((place(-9, 10, 109, 40), place(-9, 30, 109, 60)), 5_000.0),
    "a cross": ((place(-9, 40, 109, 60), place(40, -9, 60, 109)), 3_600.0),
    "two tents": ((polygon((0, 0), (100, 0), (0, 100)), polygon((0, 0), (100, 0), (100, 100))),
                  7_500.0),
    "one in the other": ((place(20, 20, 30, 30), place(10, 10, 50, 50)), 1_600.0),
    "the same twice": ((place(20, 20, 30, 30), place(20, 20, 30, 30)), 100.0),
    "an edge in common": ((place(0, 0, 30, 100), place(30, 0, 60, 100)), 6_000.0),
    "a corner in common": ((place(0, 0, 50, 50), place(50, 50, 100, 100)), 5_000.0),
    "the whole, and some": ((place(-9, -9, 109, 109), place(0, 0, 30, 30)), 10_000.0),
    "whole only together": ((place(-9, -9, 60, 109), place(50, -9, 109, 109)), 10_000.0),
    "round a hole": ((RING, place(50, 30, 80, 70)), 10_000.0 - 200.0),
    "beyond the parcel": ((place(-50, 90, 150, 300), place(90, -50, 300, 150)), 1_900.0),
    "beside the parcel": ((place(100, 0, 150, 100), place(0, 0, 10, 10)), 100.0),
}  # fmt: skip


@pytest.mark.parametrize(("covers", "area_m2"), HAND.values(), ids=HAND)
def test_hand_geometry(covers, area_m2):
    found, bound_m2 = under(HECTARE, *covers)
    assert found == pytest.approx(area_m2, abs=1e-8)
    assert abs(Fraction(found) - Fraction(area_m2)) <= Fraction(bound_m2)


def test_parts_and_holes_of_the_parcel():
    yard = shapely.MultiPolygon([HECTARE - place(20, 20, 40, 40), place(200, 0, 250, 10)])
    found, bound_m2 = under(yard, place(-9, 10, 300, 30), place(30, -9, 230, 20))
    # 100x20 - 20x10 and 70x10; 50x10 of which 20 m lie under 5-10 and 30 m have nothing
    union = 2_000.0 - 200.0 + 700.0 + 30 * 10.0
    assert found == pytest.approx(union, abs=1e-8)
    assert bound_m2 < 1e-7


def test_nothing_over_a_parcel():
    assert under(HECTARE, place(500, 500, 600, 600)) == (0.0, 0.0)


def test_a_slope_that_overflows_is_not_known():
    sliver = shapely.Polygon([(0.0, 0.0), (5e-324, 1e15), (1.0, 0.0)])
    area_m2, bound_m2 = under(shapely.box(0, -1, 1, 1e15), sliver, shapely.box(0, 0, 0.5, 1))
    assert (area_m2, bound_m2) == (0.0, np.inf)


def _star(dice: np.random.Generator, radius_m: float, corners: int) -> shapely.Polygon:
    angles = sorted(dice.uniform(0, 2 * np.pi) for _ in range(corners))
    reach = [radius_m * dice.uniform(0.4, 1.0) for _ in angles]
    x, y = WEST + dice.uniform(-80, 80), SOUTH + dice.uniform(-80, 80)
    return shapely.Polygon(
        [(x + r * np.cos(a), y + r * np.sin(a)) for a, r in zip(angles, reach, strict=True)]
    )


def _stars(seed: int, count: int, corners: tuple[int, int]) -> np.ndarray:
    dice = np.random.default_rng(seed)
    made = array(*(_star(dice, dice.uniform(20, 200), dice.integers(*corners))
                   for _ in range(count)))  # fmt: skip
    return made[shapely.is_valid(made)]


def _some(dice: np.random.Generator, covers: np.ndarray, count: int) -> list[int]:
    return sorted(dice.choice(len(covers), count, replace=False).tolist())


def test_random_features_against_shapely():
    """3,000 parcels under two to six stars of up to 120 corners (from 48 they have a grid)."""
    dice = np.random.default_rng(7)
    parcels, covers = _stars(1, 3_000, (4, 16)), _stars(2, 400, (3, 120))
    over = [_some(dice, covers, int(dice.integers(2, 7))) for _ in parcels]
    starts = np.cumsum([0, *map(len, over)])
    rows = np.arange(len(parcels)), starts, np.array([*itertools.chain(*over)], np.int64)
    sides = prepare(layout.rings_of(parcels)), prepare(layout.rings_of(covers))
    table = unions.covered_areas(*sides, rows)
    whole = array(*(shapely.union_all(covers[some]) for some in over))
    assert table[:, 0] == pytest.approx(
        shapely.area(shapely.intersection(parcels, whole)), abs=1e-6
    )
    assert table[:, 1].max() < 1e-5
    threaded = unions.covered_areas(*sides, rows, threads=3)
    assert np.array_equal(table, threaded)
    some = slice(0, 200)
    both_ways(parcels[some], covers, over[some])


def test_random_features_against_exact_arithmetic():
    dice = np.random.default_rng(11)
    parcels, covers = _stars(3, 25, (3, 7)), _stars(4, 60, (3, 8))
    over = [_some(dice, covers, 3) for _ in parcels]
    table = both_ways(parcels, covers, over)
    for (area_m2, bound_m2), parcel, some in zip(table, parcels, over, strict=True):
        own = exact_bare_area_m2(parcel, array())
        exact = own - exact_bare_area_m2(parcel, covers[some])
        assert abs(exact - area_m2) <= bound_m2 + 2**-51 * own


def test_hard_pairs_under_each_other():
    """Near-coincident, shared and crossing edges: a parcel under its twin and half its box."""
    for kind, one, other in adversarial.pairs(60, seed=5):
        west, south, east, north = shapely.total_bounds(array(one, other))
        half = shapely.box(west, south, (west + east) / 2, north)
        area_m2, bound_m2 = under(one, other, half)
        own = exact_bare_area_m2(one, array())
        exact = own - exact_bare_area_m2(one, array(other, half))
        assert abs(exact - area_m2) <= bound_m2 + 2**-51 * own, kind
        assert bound_m2 < 1e-3, kind
