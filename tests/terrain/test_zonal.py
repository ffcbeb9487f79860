"""Zonal statistics: by hand, against a plain loop over GEOS, and with what is not known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import siting.model.raster as grids
from siting.model import ArrayPixels, Grid
from siting.terrain import depth_below, slope_strip, zonal

GRID = Grid(west=0.0, north=60.0, step_east=10.0, step_south=10.0, columns=8, rows=6)


def polygons(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def test_a_mean_is_weighted_by_the_covered_area():
    # a box over half of a cell of 2 and a quarter of a cell of 8
    values = np.zeros((6, 8))
    values[0, 0], values[0, 1] = 2.0, 8.0
    found = zonal(ArrayPixels(GRID, values), polygons(shapely.box(0, 55, 15, 60)), limits=5.0)
    assert found.known_m2[0] == pytest.approx(75)
    assert found.mean[0] == pytest.approx((50 * 2 + 25 * 8) / 75)
    assert (found.least[0], found.most[0]) == (2, 8)
    assert found.above_m2[0] == pytest.approx(25)
    assert found.unknown_m2[0] == pytest.approx(0, abs=1e-6)


def test_cut_and_fill_of_a_ramp_by_hand():
    # 0, 1, 2, 3 m over four cells: the mean is 1.5, the mean distance from it 1
    values = np.tile(np.arange(8.0), (6, 1))
    box = polygons(shapely.box(0, 20, 40, 50))
    found = zonal(ArrayPixels(GRID, values), box, with_deviation=True)
    assert found.mean[0] == pytest.approx(1.5)
    assert found.deviation is not None
    assert found.deviation[0] == pytest.approx(1.0)


def test_cells_without_a_value_are_told_and_never_counted():
    values = np.full((6, 8), 4.0)
    values[:, 1] = -9999
    raster = ArrayPixels(GRID, values, -9999)
    found = zonal(raster, polygons(shapely.box(0, 0, 20, 60), shapely.box(11, 1, 19, 9)))
    assert found.known_m2.tolist() == pytest.approx([600, 0])
    assert found.unknown_m2.tolist() == pytest.approx([600, 64])
    assert found.mean[0] == 4
    assert np.isnan([found.mean[1], found.least[1], found.most[1]]).all()


def test_land_beside_the_raster_is_not_known():
    found = zonal(ArrayPixels(GRID, np.ones((6, 8))), polygons(shapely.box(-30, 10, 20, 20)))
    assert found.known_m2[0] == pytest.approx(200)
    assert found.unknown_m2[0] == pytest.approx(300)
    outside = zonal(ArrayPixels(GRID, np.ones((6, 8))), polygons(shapely.box(500, 0, 510, 10)))
    assert (outside.known_m2[0], outside.unknown_m2[0]) == (0, pytest.approx(100))


def test_flood_depth_by_hand():
    # ground at 1, 2, 3 … m under water at 2.5 m: 1.5 and 0.5 deep, then dry
    values = np.tile(np.arange(1.0, 9.0), (6, 1))
    box = polygons(shapely.box(0, 0, 40, 60))
    found = zonal(ArrayPixels(GRID, values), box, surface=depth_below(2.5), limits=0.0)
    assert found.most[0] == pytest.approx(1.5)
    assert found.mean[0] == pytest.approx((1.5 + 0.5) / 4)
    assert found.above_m2[0] == pytest.approx(1200)


def test_slope_over_a_site_on_a_plane():
    row, column = np.mgrid[0:6, 0:8]
    del row
    raster = ArrayPixels(GRID, 2.0 * column)
    found = zonal(raster, polygons(shapely.box(10, 10, 70, 50)), surface=slope_strip, limits=15.0)
    assert found.mean[0] == pytest.approx(20.0)
    assert found.above_m2[0] == pytest.approx(2400)
    # the rim has no slope, which is not a slope of 0
    rim = zonal(raster, polygons(shapely.box(0, 0, 80, 60)), surface=slope_strip)
    assert rim.unknown_m2[0] == pytest.approx(4800 - 2400)
    assert rim.least[0] == pytest.approx(20.0)


def _by_loop(values: np.ndarray, grid: Grid, polygon: shapely.Geometry) -> tuple[float, float]:
    total = area = 0.0
    for row in range(grid.rows):
        for column in range(grid.columns):
            west, north = grid.west + column * 10, grid.north - row * 10
            part = shapely.box(west, north - 10, west + 10, north).intersection(polygon).area
            if part and not np.isnan(values[row, column]):
                total, area = total + part * values[row, column], area + part
    return total, area


@pytest.mark.parametrize("seed", range(8))
def test_any_polygons_agree_with_a_loop_over_cells(seed, monkeypatch):
    monkeypatch.setattr(grids, "CELLS_PER_STRIP", 24)  # three rows at a time
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 4, (6, 8))
    values[rng.random((6, 8)) < 0.1] = np.nan
    values = values.astype(np.float32).astype(float)
    shapes = []
    for _ in range(12):
        points = rng.uniform([-10, -10], [90, 70], (rng.integers(3, 9), 2))
        shapes.append(shapely.convex_hull(shapely.multipoints(points)))
    found = zonal(ArrayPixels(GRID, values), polygons(*shapes))
    for at, shape in enumerate(shapes):
        total, area = _by_loop(values, GRID, shape)
        assert found.known_m2[at] == pytest.approx(area, abs=1e-5)
        assert found.unknown_m2[at] == pytest.approx(shape.area - area, abs=1e-3)
        if area > 1:
            assert found.mean[at] == pytest.approx(total / area, rel=1e-6)
