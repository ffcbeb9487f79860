"""The properties of RELIABILITY.md on the kernel itself, without GEOS, within its own bounds."""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.overlay import exact_overlap_area_m2
from siting.overlay.kernel import engine, layout, measure

from .shapes import CRSS, neighbours, polygons

PAIRS = CRSS.flatmap(neighbours)


def kernel(left, *right) -> tuple[float, float]:
    """Return the sum of the areas with each of `right`, and of the bounds."""
    table = measure.areas(
        np.array([left], dtype=object), np.array(right, dtype=object), floor_m2=-np.inf
    )
    return float(table.area_m2.sum()), float(table.bound_m2.sum())


def compiled(left: list, right: list, threads: int) -> engine.AreaTable:
    sides = [
        engine.prepare(layout.rings_of(np.array(side, dtype=object))) for side in (left, right)
    ]
    return engine.area_table(*sides, floor_m2=-np.inf, threads=threads)


@given(PAIRS)
def test_the_exact_area_lies_within_the_bound(pair) -> None:
    area_m2, bound_m2 = kernel(*pair)
    exact = exact_overlap_area_m2(*pair)
    assert abs(area_m2 - exact) <= bound_m2 + 2.0**-53 * exact
    assert bound_m2 <= 1e-6


@given(PAIRS)
def test_both_ways_round(pair) -> None:
    one, other = kernel(*pair), kernel(*pair[::-1])
    assert abs(one[0] - other[0]) <= min(one[1] + other[1], 1e-7)


@given(PAIRS)
def test_the_direction_of_rings_changes_no_bit(pair) -> None:
    left, right = pair
    assert kernel(left, right) == kernel(left.reverse(), right) == kernel(left, right.reverse())


@given(PAIRS)
def test_densified_to_a_metre(pair) -> None:
    one, other = kernel(*pair), kernel(shapely.segmentize(pair[0], 1.0), pair[1])
    # the points of a densified edge are rounded to the grid of doubles: not the same polygon
    assert abs(one[0] - other[0]) <= 1e-4


@given(PAIRS, st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))
def test_moved(pair, east_m: int, north_m: int) -> None:
    moved = [
        shapely.transform(shape, lambda xy: xy + np.array([east_m, north_m])) for shape in pair
    ]
    # with the prefix a coordinate resolves to 7e-9 m: over 1 km of outline that is 1e-5 m²
    gate_m2 = 1e-6 if shapely.bounds(pair[0])[0] < 1e6 else 5e-5
    assert abs(kernel(*pair)[0] - kernel(*moved)[0]) <= gate_m2


@given(PAIRS, st.integers(1, 359))
def test_turned(pair, degrees: int) -> None:
    centre = shapely.centroid(pair[0])
    turned = [shapely.affinity.rotate(shape, degrees, origin=centre) for shape in pair]
    assert abs(kernel(*pair)[0] - kernel(*turned)[0]) <= 1e-4


@given(PAIRS)
def test_the_whole_is_the_sum_of_seven_strips(pair) -> None:
    left, right = pair
    west, south, east, north = right.bounds
    places = np.linspace(west, east, 8)
    strips = [
        shapely.intersection(right, shapely.box(a, south - 1, b, north + 1))
        for a, b in itertools.pairwise(places)
    ]
    assert abs(kernel(left, right)[0] - kernel(left, *strips)[0]) <= 1e-5


@given(PAIRS)
def test_with_its_complement_it_makes_the_whole(pair) -> None:
    left, right = pair
    around = shapely.box(*shapely.total_bounds(np.array(pair))).buffer(10, join_style="mitre")
    # what is not right, as a polygon with right as its hole: no overlay is needed to make it
    rest = shapely.Polygon(around.exterior, [right.exterior])
    plugs = [shapely.Polygon(hole) for hole in right.interiors]
    inside, outside = kernel(left, right), kernel(left, rest, *plugs)
    assert abs(inside[0] + outside[0] - kernel(left, left)[0]) <= 1e-6


@given(PAIRS)
def test_no_more_than_the_smaller(pair) -> None:
    area_m2, bound_m2 = kernel(*pair)
    for shape in pair:
        whole, doubt = kernel(shape, shape)
        assert -bound_m2 <= area_m2 <= whole + doubt + bound_m2


@given(CRSS.flatmap(lambda crs: st.lists(polygons(crs), min_size=2, max_size=7)))
def test_the_compiled_way_gives_the_same_bits_with_any_threads(shapes) -> None:
    one, two = compiled(shapes[:3], shapes, 1), compiled(shapes[:3], shapes, 2)
    sides = np.array(shapes[:3], dtype=object), np.array(shapes, dtype=object)
    numpy_only = measure.areas(*sides, floor_m2=-np.inf)
    for table in (two, numpy_only):
        for name in ("left", "right", "area_m2", "bound_m2"):
            assert np.array_equal(getattr(one, name), getattr(table, name)), name
