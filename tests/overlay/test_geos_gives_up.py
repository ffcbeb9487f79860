"""A pair on which GEOS raises is settled by itself; the others are computed as ever."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from siting.overlay import overlap_geometries, pair_areas
from siting.overlay.witness import hear

from ..tiny_city import rect

CURSED = rect(0, 0, 10, 10)
OTHER = rect(100, 0, 110, 10)


@pytest.fixture
def geos_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., object] = shapely.intersection

    def intersection(left: object, right: object, grid_size: float | None = None) -> object:
        if any(shapely.equals(CURSED, each) for each in np.atleast_1d(np.asarray(left))):
            message = "TopologyException: no outgoing dirEdge"
            raise shapely.errors.GEOSException(message)
        return real(left, right, grid_size=grid_size)

    monkeypatch.setattr(shapely, "intersection", intersection)


def test_the_pair_is_settled_exactly_and_marked(geos_gives_up: None):
    left = np.array([CURSED, OTHER], dtype=object)
    right = np.array([rect(5, 0, 15, 10), rect(106, 0, 116, 10)], dtype=object)
    pairs = pair_areas(left, right)
    assert pairs.area_m2.tolist() == [50.0, 40.0]
    assert pairs.is_disputed.tolist() == [True, False]


def test_what_is_shown_of_it_is_never_empty(geos_gives_up: None):
    left = np.array([CURSED], dtype=object)
    right = np.array([rect(5, 0, 15, 10)], dtype=object)
    pieces = overlap_geometries(left, right, pair_areas(left, right))
    assert shapely.equals(pieces[0], CURSED)


def test_with_too_many_edges_for_the_oracle_the_kernel_is_believed(
    geos_gives_up: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("siting.overlay.exact.MAX_EDGE_PAIRS", 0)
    left = np.array([CURSED], dtype=object)
    right = np.array([rect(5, 0, 15, 5)], dtype=object)
    pairs = pair_areas(left, right)
    assert (pairs.area_m2.tolist(), pairs.is_disputed.tolist()) == ([25.0], [True])
    assert pairs.bound_m2[0] < 1e-9


def test_where_nobody_knows_the_smaller_polygon_is_taken(
    geos_gives_up: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("siting.overlay.exact.MAX_EDGE_PAIRS", 0)
    left = np.array([CURSED], dtype=object)
    right = np.array([rect(5, 0, 15, 5)], dtype=object)
    heard = hear((left, right), (np.zeros(1), np.array([np.inf])), limits_m2=(1e-4,))
    assert heard.area_m2.tolist() == [50.0]
    assert heard.is_disputed.tolist() == [True]


def test_de_9im_is_heard_where_all_others_invent_the_same(monkeypatch: pytest.MonkeyPatch):
    def inventing(left: object, right: object, grid_size: float | None = None) -> np.ndarray:
        return np.array([rect(0, 0, 5, 5)], dtype=object)

    monkeypatch.setattr(shapely, "intersection", inventing)
    shapes = tuple(np.array([each], dtype=object) for each in (CURSED, rect(10, 0, 20, 10)))
    # a kernel that is wrong as well: 25 m² of two squares side by side
    heard = hear(shapes, (np.array([25.0]), np.array([1e-9])), limits_m2=(1e-4,))
    assert heard.area_m2.tolist() == [0.0]
    assert heard.is_disputed.tolist() == heard.is_kernel_wrong.tolist() == [True]
