"""Unions of a layer under parcels: faults of the drawing engine do not reach the table."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.overlay import cover
from siting.overlay.cover import covered, hits_of
from siting.overlay.kernel import measure
from siting.overlay.kernel.measure import Prepared
from siting.overlay.pairs import prepared

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


def test_a_bound_that_is_proven_comes_with_overlapping_strips():
    assert (measured().bound_m2 < 1e-7).all()


def test_one_feature_on_a_parcel_is_its_pair():
    parcels, one = Prepared(PARCELS), STRIPS[:1]
    hits = hits_of(one, parcels)
    assert covered(hits, one, parcels).area_m2.tolist() == hits.area_m2.tolist()


def test_prepared_features_give_the_same():
    parcels = Prepared(PARCELS)
    strips = prepared(STRIPS)
    found = covered(hits_of(strips, parcels), strips, parcels)
    assert found.area_m2.tolist() == measured().area_m2.tolist()


@pytest.mark.parametrize("wrong_m2", [6_999.0, 12_001.0], ids=["lost", "invented"])
def test_a_union_that_its_pairs_contradict_is_settled_exactly(monkeypatch, wrong_m2):
    def wrong(covers, covered_, rows, *, threads):
        return np.full(len(rows[0]), wrong_m2), np.full(len(rows[0]), 1e-9)

    monkeypatch.setattr(measure, "unions", wrong)
    found = measured()
    assert found.area_m2 == pytest.approx([UNION_M2] * 4, abs=1e-8)
    assert found.is_disputed.all()


def test_a_union_off_by_less_than_the_overlap_is_found_out_by_a_drawing(monkeypatch):
    def wrong(covers, covered_, rows, *, threads):
        return np.full(len(rows[0]), UNION_M2 + 1.0), np.full(len(rows[0]), 1e-9)

    monkeypatch.setattr(measure, "unions", wrong)
    found = measured()
    # parcel 0 is in the sample
    assert found.area_m2 == pytest.approx([UNION_M2] + [UNION_M2 + 1.0] * 3, abs=1e-8)
    assert found.is_disputed.tolist() == [True, False, False, False]


def test_a_drawing_that_is_wrong_does_not_reach_the_table(monkeypatch):
    monkeypatch.setattr(cover, "_drawn_areas", lambda outline, shapes: (1.0, np.nan))
    found = measured()
    assert found.area_m2 == pytest.approx([UNION_M2] * 4, abs=1e-8)
    assert found.is_disputed.tolist() == [True, False, False, False]


def test_what_nobody_can_settle_is_as_wide_as_all_that_was_said(monkeypatch):
    monkeypatch.setattr(cover, "_drawn_areas", lambda outline, shapes: (9_000.0, 9_600.0))
    monkeypatch.setattr(cover, "exact_bare_area_m2", lambda outline, shapes: None)
    found = measured()
    assert found.area_m2[0] == 9_600.0
    assert found.bound_m2[0] == pytest.approx(600.0)


def test_an_area_that_is_not_known_lies_between_the_largest_pair_and_the_sum(monkeypatch):
    def unknown(covers, covered_, rows, *, threads):
        return np.zeros(len(rows[0])), np.full(len(rows[0]), np.inf)

    monkeypatch.setattr(measure, "unions", unknown)
    monkeypatch.setattr(cover, "exact_bare_area_m2", lambda outline, shapes: None)
    found = measured()
    assert (found.area_m2 - found.bound_m2 <= 7_000.0).all()
    assert (found.area_m2 >= UNION_M2).all()


def test_geos_that_gives_up_is_no_witness(monkeypatch):
    def gives_up(*_, **__):
        raise shapely.errors.GEOSException

    monkeypatch.setattr(shapely, "union_all", gives_up)
    assert np.isnan(cover._drawn_areas(PARCELS[0], STRIPS)).all()


def test_the_sample_does_not_grow_with_the_city():
    def of(count):
        return cover._one_in(Prepared(np.empty(count, dtype=object)))

    assert (of(10), of(50_000), of(1_000_000)) == (100, 100, 2_000)


def test_a_sampled_pair_sees_a_window_of_a_large_feature():
    disc = shapely.Point(ORIGIN[0] + 200, ORIGIN[1] + 50).buffer(5_000, quad_segs=2_000)
    near = cover.windows(array(disc), PARCELS[:1])[0]
    west, south, east, north = PARCELS[0].bounds
    assert shapely.equals(near, shapely.box(west - 1, south - 1, east + 1, north + 1))


def test_nothing_hits_nothing():
    parcels = Prepared(PARCELS)
    empty = np.empty(0, dtype=object)
    hits = hits_of(empty, parcels)
    assert len(hits) == 0
    assert covered(hits, empty, parcels).area_m2.tolist() == [0.0] * 4
