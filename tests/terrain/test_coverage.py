"""The covered share of cells against GEOS, cell by cell, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.model import Grid
from siting.terrain import Edges, covered

GRID = Grid(west=100.0, north=500.0, step_east=10.0, step_south=8.0, columns=9, rows=7)


def shares(polygons: list[shapely.Geometry], grid: Grid = GRID, *, cut: int = 3) -> np.ndarray:
    """Covered shares of all cells, taken in two strips cut at a row."""
    table = np.zeros((len(polygons), grid.rows, grid.columns))
    edges = Edges.of(np.array(polygons, dtype=object), grid)
    for first, rows in ((0, cut), (cut, grid.rows - cut)):
        for windows in covered(edges, grid, first, rows):
            assert (table[windows.polygon, windows.row, windows.column] == 0).all()
            table[windows.polygon, windows.row, windows.column] = windows.share
    return table


def by_geos(polygon: shapely.Geometry, grid: Grid = GRID) -> np.ndarray:
    row, column = np.mgrid[0 : grid.rows, 0 : grid.columns]
    west, north = grid.west + column * grid.step_east, grid.north - row * grid.step_south
    cells = shapely.box(west, north - grid.step_south, west + grid.step_east, north)
    return shapely.area(shapely.intersection(cells, polygon)) / shapely.area(cells)


def test_a_box_on_the_lines_of_the_grid_covers_whole_cells():
    table = shares([shapely.box(110, 476, 130, 492)])[0]
    assert table[1:3, 1:3].tolist() == [[1, 1], [1, 1]]
    assert table.sum() == 4


def test_a_half_and_a_quarter_by_hand():
    # the upper left triangle of cell (0, 0), and the quarter of (0, 1) nearest to it
    triangle = shapely.Polygon([(100, 500), (100, 492), (110, 500)])
    quarter = shapely.box(110, 492, 115, 496)
    both = shapely.MultiPolygon([triangle, quarter])
    table = shares([both])[0]
    assert table[0, 0] == pytest.approx(0.5, abs=1e-15)
    assert table[0, 1] == pytest.approx(0.25, abs=1e-15)
    assert table.sum() == pytest.approx(0.75, abs=1e-15)


def test_what_lies_beside_the_grid_is_cut_off_on_every_side():
    whole = shares([shapely.box(-1000, -1000, 2000, 2000)])[0]
    assert (whole == 1).all()
    assert shares([shapely.box(0, 0, 99, 1000)]).sum() == 0
    assert shares([shapely.box(191, 0, 300, 1000)]).sum() == 0


def test_empty_and_missing_polygons_cover_nothing():
    table = shares([shapely.Polygon(), None, shapely.box(100, 492, 110, 500)])
    assert table.sum(axis=(1, 2)).tolist() == [0, 0, 1]


corners = st.tuples(
    st.one_of(st.floats(80, 210), st.integers(8, 21).map(lambda n: n * 10.0)),
    st.one_of(st.floats(430, 515), st.integers(54, 64).map(lambda n: n * 8.0)),
)


@given(st.lists(corners, min_size=3, max_size=9), st.floats(0, 12), st.integers(1, 6))
def test_any_polygon_covers_what_geos_says(points, hole_m, cut):
    drawn = shapely.make_valid(shapely.Polygon(points))
    if hole_m and not drawn.is_empty:
        drawn = drawn.difference(shapely.point_on_surface(drawn).buffer(hole_m, quad_segs=2))
    parts = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon"]
    polygon = shapely.MultiPolygon(parts)
    if not polygon.is_valid:
        return
    np.testing.assert_allclose(shares([polygon], cut=cut)[0], by_geos(polygon), atol=2e-9)


@given(st.integers(0, 10_000))
def test_shares_add_up_to_the_area_whatever_the_cells(seed):
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    reach = rng.uniform(5, 30, 12)
    ring = np.column_stack([145 + reach * np.cos(angles), 472 + reach * np.sin(angles)])
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        return
    grid = Grid(100, 510, rng.uniform(0.5, 40), rng.uniform(0.5, 40), 200, 200)
    total = shares([polygon], grid, cut=5).sum() * grid.step_east * grid.step_south
    assert total == pytest.approx(polygon.area, rel=1e-6, abs=1e-9 * 40_000)
