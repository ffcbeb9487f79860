"""Who lies beside whom: by hand geometry, and against GEOS on random cadastres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate

from siting.assembly import Adjacency, adjacency
from siting.overlay.kernel.layout import Geometries

#: Full Gauss-Krüger coordinates, where a double has 0.5 nm left of the millimetre.
AT_GUANGZHOU = (434_000.0, 2_553_000.0)


def _array(*shapes: shapely.Geometry) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _pairs(found: Adjacency) -> dict[tuple[int, int], tuple[float, float]]:
    rows = np.repeat(np.arange(len(found)), np.diff(found.starts))
    values = zip(rows, found.neighbours, found.facing_m, found.gap_m, strict=True)
    return {(int(i), int(j)): (float(m), float(g)) for i, j, m, g in values}


def test_two_parcels_with_one_side_in_common_face_each_other_along_it() -> None:
    found = _pairs(adjacency(_array(shapely.box(0, 0, 30, 20), shapely.box(30, 5, 60, 40))))

    assert found == {(0, 1): (15.0, 0.0), (1, 0): (15.0, 0.0)}


@pytest.mark.parametrize("turn", [0, 17, 45, 90, 133])
def test_neighbours_need_no_common_vertex_and_no_north(turn: float) -> None:
    one, other = shapely.box(0, 0, 30, 30), shapely.box(30, 10, 50, 25)
    placed = [translate(rotate(each, turn, origin=(0, 0)), *AT_GUANGZHOU) for each in (one, other)]

    found = _pairs(adjacency(_array(*placed)))

    assert found[0, 1] == pytest.approx((15.0, 0.0), abs=1e-6)


def test_a_lane_does_not_part_parcels_but_a_road_does() -> None:
    def over(width_m: float) -> dict[tuple[int, int], tuple[float, float]]:
        shapes = _array(shapely.box(0, 0, 30, 30), shapely.box(30 + width_m, 0, 90, 30))
        return _pairs(adjacency(shapes, lane_width_m=6.0))

    assert over(4.0)[0, 1] == (30.0, 4.0)
    assert over(6.0)[0, 1] == (30.0, 6.0)
    assert over(6.5) == {}


def test_a_corner_and_a_side_out_of_reach_are_no_neighbours() -> None:
    corner = _array(shapely.box(0, 0, 30, 30), shapely.box(30, 30, 60, 60))
    sloping = shapely.Polygon([(32, 0), (60, 0), (60, 60)])

    assert _pairs(adjacency(corner)) == {}
    assert _pairs(adjacency(_array(shapely.box(0, 0, 30, 30), sloping))) == {}


def test_hairline_overlaps_and_gaps_are_side_by_side() -> None:
    shapes = _array(
        shapely.box(0, 0, 30, 30), shapely.box(29.7, 0, 60, 30), shapely.box(60.05, 0, 90, 30)
    )

    found = _pairs(adjacency(shapes, lane_width_m=0.1))

    assert found[0, 1] == pytest.approx((30.0, 0.0))
    assert found[1, 2] == pytest.approx((30.0, 0.05))


def test_no_metre_counts_twice_where_edges_are_cut_up() -> None:
    comb = shapely.Polygon([(30, 0), (60, 0), (60, 30), (30, 30), (30, 20), (30, 12), (30, 5)])

    assert _pairs(adjacency(_array(shapely.box(0, 0, 30, 30), comb)))[0, 1] == (30.0, 0.0)


def test_a_parcel_in_the_hole_of_another_faces_it_all_round() -> None:
    ring = shapely.Polygon(
        shapely.box(0, 0, 90, 90).exterior, [shapely.box(30, 30, 60, 60).exterior]
    )

    assert _pairs(adjacency(_array(ring, shapely.box(30, 30, 60, 60))))[0, 1] == (120.0, 0.0)


def test_direction_and_first_vertex_of_rings_do_not_matter() -> None:
    one, other = shapely.box(0, 0, 30, 20), shapely.box(30, 5, 60, 40)

    assert _pairs(adjacency(_array(shapely.reverse(one), other)))[0, 1] == (15.0, 0.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 40))
def test_a_random_cadastre_has_the_neighbours_that_geos_finds(seed: int, count: int) -> None:
    # the cells of points: every two that share a side share it exactly
    points = np.random.default_rng(seed).uniform(0, 400, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    cells = shapely.intersection(cells, shapely.box(0, 0, 400, 400))
    found = _pairs(adjacency(cells, lane_width_m=0.01, min_facing_m=1.0))

    shared = {}
    for i, j in zip(*np.triu_indices(len(cells), 1), strict=True):
        length = float(shapely.length(shapely.intersection(cells[i], cells[j])))
        if length > 0:
            shared[int(i), int(j)] = length
    for pair, length in shared.items():
        if length > 1.01:
            assert found[pair][0] == pytest.approx(length, abs=0.15)
    for pair in found:
        assert shared.get((min(pair), max(pair)), 0.0) > 0.9
