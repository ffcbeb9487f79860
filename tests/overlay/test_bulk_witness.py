"""Bulk work shows GEOS the part of a large polygon that matters, and the whole in a dispute."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.overlay import pair_areas, witness
from siting.overlay.kernel.layout import Geometries
from siting.overlay.polygons import windows

ORIGIN = np.array([434_000.0, 2_553_000.0])


def _river() -> shapely.Polygon:
    x = np.linspace(0, 20_000, 1_500)
    bank = np.column_stack([x, 200 * np.sin(x / 500)])
    return shapely.Polygon(np.concatenate([bank, bank[::-1] + np.array([0, 60])]) + ORIGIN)


def _array(*shapes: shapely.Geometry) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _boxes(count: int) -> Geometries:
    at = np.random.default_rng(3).uniform((0, -250), (20_000, 300), (count, 2)) + ORIGIN
    return shapely.box(*at.T, *(at + 150).T)


def test_what_a_window_shows_overlaps_as_the_whole_does() -> None:
    boxes, river = _boxes(200), _array(*[_river()] * 200)

    near = windows(river, boxes)

    assert shapely.get_num_coordinates(near).max() < 200
    whole = shapely.area(shapely.intersection(boxes, river))
    assert shapely.area(shapely.intersection(boxes, near)) == pytest.approx(whole, abs=1e-6)


def test_bulk_work_and_findings_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    ask = witness.overlay_areas

    def overlay_areas(left, right, *, grid_size=None):
        shown.append(int(shapely.get_num_coordinates(right).max(initial=0)))
        return ask(left, right, grid_size=grid_size)

    monkeypatch.setattr(witness, "overlay_areas", overlay_areas)
    boxes, river = _boxes(300), _array(_river())

    bulk = pair_areas(boxes, river, witness="doubtful", limits_m2=(50.0,))
    assert max(shown, default=0) < 1_000
    found = pair_areas(boxes, river, witness="found")

    assert max(shown) >= 3_000
    assert bulk.left.tolist() == found.left.tolist()
    assert bulk.area_m2 == pytest.approx(found.area_m2, abs=1e-9)
    assert not bulk.is_disputed.any()


def test_a_wrong_window_is_no_dispute_and_a_wrong_whole_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = witness.overlay_areas

    def wrong_where(is_wrong):
        def overlay_areas(left, right, *, grid_size=None):
            told = ask(left, right, grid_size=grid_size)
            return told + 5.0 * is_wrong(shapely.get_num_coordinates(right))

        monkeypatch.setattr(witness, "overlay_areas", overlay_areas)

    boxes, river = _boxes(2_000), _array(_river())

    wrong_where(lambda vertices: vertices < 1_000)
    assert not pair_areas(boxes, river, witness="doubtful").is_disputed.any()
    wrong_where(lambda vertices: vertices > 0)
    disputed = pair_areas(boxes, river, witness="doubtful")
    assert disputed.is_disputed.any()
    monkeypatch.undo()
    plain = pair_areas(boxes, river, witness="none")
    assert disputed.area_m2 == pytest.approx(plain.area_m2, abs=1e-6)
