"""Unions by two witnesses, against points and against a union that GEOS gets wrong."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.overlay import union_area_m2, union_of
from siting.overlay.kernel.layout import Geometries


def test_of_none_and_of_one() -> None:
    assert union_area_m2([]) == 0.0
    assert union_area_m2([None]) == 0.0
    assert union_of([shapely.box(0, 0, 2, 3)]).equals(shapely.box(0, 0, 2, 3))


def test_overlaps_count_once() -> None:
    assert union_area_m2([shapely.box(0, 0, 10, 10), shapely.box(5, 5, 15, 15)]) == 175.0


def test_what_is_apart_or_held_by_one_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapely, "union_all", None)
    box = shapely.box
    whole = union_of([box(0, 0, 1, 1), shapely.Polygon(), box(5, 0, 7, 1), box(9, 9, 10, 12)])
    assert (whole.area, len(shapely.get_parts(whole))) == (6.0, 3)
    # the second lies in the first, along its edge; the third is the first again
    assert union_area_m2([box(0, 0, 10, 10), box(0, 2, 5, 5), box(0, 0, 10, 10)]) == 100.0


def test_boxes_that_meet_are_drawn() -> None:
    # one box holds the other's, but the polygon has a corner cut off; two that share an edge
    cut = shapely.Polygon([(0, 0), (10, 0), (10, 10), (4, 10), (0, 6)])
    assert union_area_m2([cut, shapely.box(0, 8, 3, 10)]) == pytest.approx(92 + 5.5)
    whole = union_of([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(4, 4, 5, 5)])
    assert len(shapely.get_parts(whole)) == 2
    lines = union_of([shapely.box(0, 0, 1, 1), shapely.LineString([(4, 4), (5, 5)])])
    assert shapely.get_type_id(shapely.get_parts(lines)).tolist() == [1, 3]


def _swept() -> Geometries:
    """Land with a hole, and what its surroundings pass over when they move west by 39.9 m."""
    points = np.random.default_rng(54).uniform(0, 200, (40, 2))
    hull = shapely.concave_hull(shapely.MultiPoint(points), ratio=0.35)
    land = shapely.difference(hull, shapely.box(90, 90, 120, 105))
    west, south, east, north = land.bounds
    width, depth = 39.93927271085445, 6.0
    frame = shapely.box(west - width, south - depth, east + width, north + depth)
    around = shapely.difference(frame, land)
    move = np.array([5e-4 - width, 0.0])
    corners, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(around)), return_index=True
    )
    is_edge = ring[1:] == ring[:-1]
    begin, end = corners[:-1][is_edge], corners[1:][is_edge]
    swept = shapely.polygons(np.stack([begin, end, end + move, begin + move], axis=1))
    moved = shapely.transform(around, lambda xy: xy + move)
    return np.array([around, moved, *swept[shapely.is_valid(swept)]], dtype=object)


def test_a_union_that_geos_gets_wrong_is_settled() -> None:
    parts = _swept()
    random = np.random.default_rng(1)
    whole = union_of(parts)

    west, south, east, north = shapely.total_bounds(parts)
    points = shapely.points(random.uniform((west, south), (east, north), (4000, 2)))
    expected = np.array([shapely.intersects(parts, point).any() for point in points])
    shapely.prepare(whole)
    assert (shapely.intersects(whole, points) == expected).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 14))
def test_a_union_holds_what_its_parts_hold_and_no_more(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 100, (count, 3, 2)) + np.array([434_000, 2_553_000])
    parts = shapely.polygons(corners)
    parts = parts[shapely.is_valid(parts)]
    whole = union_of(parts)
    west, south, east, north = shapely.total_bounds(parts)
    points = shapely.points(random.uniform((west, south), (east, north), (300, 2)))
    far = np.array([shapely.distance(shapely.boundary(parts), point).min() for point in points])
    points = points[far > 1e-4]
    expected = np.array([shapely.intersects(parts, point).any() for point in points], dtype=bool)
    assert (shapely.intersects(whole, points) == expected).all()


@pytest.mark.parametrize("wrong_m2", [-900.0, 900.0])
def test_the_witness_is_heard(wrong_m2: float, monkeypatch: pytest.MonkeyPatch) -> None:
    # a float overlay that is wrong, one way or the other, as GEOS has been seen to be
    right = shapely.union_all

    def union_all(parts: Geometries, grid_size: float | None = None) -> shapely.Geometry:
        if grid_size is None:
            return shapely.box(0, 0, 100, 75 + wrong_m2 / 100)
        return right(parts, grid_size=grid_size)

    monkeypatch.setattr(shapely, "union_all", union_all)
    parts = [shapely.box(0, 0, 100, 50), shapely.box(0, 25, 100, 75)]

    assert union_area_m2(parts) == pytest.approx(7500.0)
