"""Unions of a layer under parcels: faults of the drawing engine do not reach the table."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.overlay import cover
from siting.overlay.cover import covered, hits_of
from siting.overlay.kernel.measure import Prepared

ORIGIN = np.array([400_000.0, 2_500_000.0])


def at(west: float, south: float, east: float, north: float):
    return shapely.box(west + ORIGIN[0], south + ORIGIN[1], east + ORIGIN[0], north + ORIGIN[1])


def array(*shapes) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


PARCELS = array(*(at(100 * n, 0, 100 * n + 100, 100) for n in range(4)))
#: A small and a large strip that overlap on 20 m along all parcels, and one that lies apart.
STRIPS = array(at(0, 0, 400, 40), at(0, 20, 400, 90), at(0, 95, 400, 100))
UNION_M2 = 9_500.0


def measured() -> cover.Covered:
    parcels = Prepared(PARCELS)
    return covered(hits_of(STRIPS, parcels), STRIPS, parcels)


def test_overlapping_strips_count_once():
    found = measured()
    assert found.area_m2 == pytest.approx([UNION_M2] * 4, abs=0.01)
    assert not found.is_disputed.any()


def test_a_union_that_loses_land_is_found_out_by_the_largest_pair(monkeypatch):
    monkeypatch.setattr(cover, "_union", lambda members: (members[0], False))
    found = measured()
    assert found.area_m2 == pytest.approx([UNION_M2] * 4, abs=0.01)
    assert found.is_disputed.all()


def test_a_union_that_invents_land_is_found_out_by_the_sum(monkeypatch):
    everything = at(-1_000, -1_000, 1_000, 1_000)
    monkeypatch.setattr(cover, "_union", lambda members: (everything, False))
    # the parcels are a hectare and the strips' sum is more: only a smaller sum tells
    small = array(at(0, 0, 400, 30), at(0, 20, 400, 40))
    parcels = Prepared(PARCELS)
    found = covered(hits_of(small, parcels), small, parcels)
    assert found.area_m2 == pytest.approx([4_000.0] * 4, abs=0.01)
    assert found.is_disputed.all()


def test_one_impossible_parcel_brings_down_its_whole_group(monkeypatch):
    # all of the union is lost east of 100 m but the small strip, which is the larger pair nowhere
    broken = array(at(0, 0, 400, 40), at(0, 20, 400, 50))
    lost = shapely.union_all([broken[0], at(300, 40, 400, 50)])
    monkeypatch.setattr(cover, "_union", lambda members: (lost, False))
    parcels = Prepared(np.append(PARCELS, array(at(0, 30, 10, 60))))
    found = covered(hits_of(broken, parcels), broken, parcels)
    # the last parcel has 10 x 20 m under the second strip, 10 x 10 under the first
    assert found.area_m2 == pytest.approx([5_000.0] * 4 + [200.0], abs=0.01)


def test_where_geos_gives_up_each_parcel_is_drawn_alone(monkeypatch):
    monkeypatch.setattr(cover, "_union", lambda members: (shapely.MultiPolygon(), True))
    assert measured().area_m2 == pytest.approx([UNION_M2] * 4, abs=0.01)


def test_a_sampled_pair_sees_a_window_of_a_large_feature():
    disc = shapely.Point(ORIGIN[0] + 200, ORIGIN[1] + 50).buffer(5_000, quad_segs=2_000)
    near = cover._windows(array(disc), PARCELS[:1])[0]
    west, south, east, north = PARCELS[0].bounds
    assert shapely.equals(near, shapely.box(west - 1, south - 1, east + 1, north + 1))


def test_nothing_hits_nothing():
    parcels = Prepared(PARCELS)
    empty = np.empty(0, dtype=object)
    hits = hits_of(empty, parcels)
    assert len(hits) == 0
    assert covered(hits, empty, parcels).area_m2.tolist() == [0.0] * 4
