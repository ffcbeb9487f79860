"""What must hold of any overlap, in full Gauss-Krüger coordinates (RELIABILITY, Properties)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.overlay import exact_overlap_area_m2, overlap_area_m2, pair_areas, uncovered

from .shapes import CRSS, neighbours, polygons

PAIRS = CRSS.flatmap(neighbours)
#: What is under a touch is dropped by design, so two ways may differ by one touch.
TOUCH_M2 = 1e-4


def close(one: float, other: float, gate_m2: float) -> bool:
    if min(one, other) == 0.0 and max(one, other) <= 1.01 * TOUCH_M2:
        return True
    return abs(one - other) <= gate_m2


@given(PAIRS)
def test_both_ways_round(pair) -> None:
    left, right = pair
    assert close(overlap_area_m2(left, right), overlap_area_m2(right, left), 1e-7)


@given(PAIRS)
def test_direction_of_the_rings(pair) -> None:
    left, right = pair
    area = overlap_area_m2(left, right)
    assert close(area, overlap_area_m2(left.reverse(), right), 1e-7)
    assert close(area, overlap_area_m2(left, right.reverse()), 1e-7)


@given(PAIRS)
def test_the_exact_area(pair) -> None:
    left, right = pair
    exact = exact_overlap_area_m2(left, right)
    assert exact is not None
    assert close(overlap_area_m2(left, right), exact, 1e-3)


@given(PAIRS)
def test_densified_to_a_metre(pair) -> None:
    left, right = pair
    dense = shapely.segmentize(left, 1.0)
    assert close(overlap_area_m2(left, right), overlap_area_m2(dense, right), 1e-4)


@given(PAIRS, st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))
def test_moved(pair, east_m: int, north_m: int) -> None:
    moved = [
        shapely.transform(shape, lambda xy: xy + np.array([east_m, north_m])) for shape in pair
    ]
    # a coordinate of 38 million resolves to 7e-9 m: over 1 km of outline that is 1e-5 m²
    gate_m2 = 1e-6 if shapely.bounds(pair[0])[0] < 1e6 else 5e-5
    assert close(overlap_area_m2(*pair), overlap_area_m2(*moved), gate_m2)


@given(PAIRS, st.integers(1, 359))
def test_turned(pair, degrees: int) -> None:
    centre = shapely.centroid(pair[0])
    turned = [shapely.affinity.rotate(shape, degrees, origin=centre) for shape in pair]
    assert close(overlap_area_m2(*pair), overlap_area_m2(*turned), 1e-4)


@given(PAIRS)
def test_the_whole_is_the_sum_of_seven_strips(pair) -> None:
    left, right = pair
    west, south, east, north = right.bounds
    edges = np.linspace(west, east, 8)
    strips = [
        shapely.intersection(right, shapely.box(a, south - 1, b, north + 1))
        for a, b in itertools.pairwise(edges)
    ]
    strips = [strip for strip in strips if strip.geom_type in {"Polygon", "MultiPolygon"}]
    found = pair_areas(np.array([left], dtype=object), np.array(strips, dtype=object))
    whole = overlap_area_m2(left, right)
    # each strip may lose one touch
    assert abs(whole - found.area_m2.sum()) <= 1e-5 + 7 * TOUCH_M2 * (len(found) < 7)


@given(PAIRS)
def test_covered_and_uncovered_make_the_whole(pair) -> None:
    left, right = pair
    bare = uncovered(left, np.array([right], dtype=object)).area_m2
    assert bare + overlap_area_m2(left, right) == pytest.approx(left.area, abs=2e-4)


@given(CRSS.flatmap(lambda crs: st.lists(polygons(crs), min_size=2, max_size=6)))
def test_pairs_are_those_of_a_loop(shapes) -> None:
    left, right = shapes[:2], shapes
    found = pair_areas(np.array(left, dtype=object), np.array(right, dtype=object))
    wanted = {
        (i, j): area
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if (area := one.intersection(other).area) > 2 * TOUCH_M2
    }
    pairs = dict(
        zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.area_m2, strict=True)
    )
    for key, area in wanted.items():
        assert pairs[key] == pytest.approx(area, abs=1e-3)
    assert all(key in wanted or area <= 3 * TOUCH_M2 for key, area in pairs.items())
