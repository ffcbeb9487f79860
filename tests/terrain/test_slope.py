"""Slope: planes by hand, gdaldem on the same heights, and what is not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from siting.model import ArrayPixels, Grid
from siting.terrain import degrees_of_percent, percent_of_degrees, slope_strip

from ..tiny_ground import MOUNTAINS, cells_of, gdaldem_slope


def pixels(heights: np.ndarray, *, east_m: float = 10.0, south_m: float = 10.0) -> ArrayPixels:
    rows, columns = heights.shape
    return ArrayPixels(
        Grid(0, 0, east_m, south_m, columns, rows), heights.astype(np.float32), -9999
    )


def slopes(raster: ArrayPixels, *, cut: int | None = None) -> np.ndarray:
    if cut is None:
        return slope_strip(raster, 0, raster.grid.rows)
    return np.vstack(
        [slope_strip(raster, 0, cut), slope_strip(raster, cut, raster.grid.rows - cut)]
    )


def test_a_plane_has_its_slope_everywhere_but_at_the_rim():
    row, column = np.mgrid[0:6, 0:8]
    found = slopes(pixels(0.3 * 10 * column + 0.4 * 20 * row, south_m=20.0))
    assert np.isnan(found[[0, -1]]).all()
    assert np.isnan(found[:, [0, -1]]).all()
    # 30 % to the east and 40 % to the south make 50 %
    np.testing.assert_allclose(found[1:-1, 1:-1], 50.0, rtol=1e-5)


def test_percent_and_degrees_are_not_the_same():
    # a wall of 10 m per 10 m of ground: 100 %, which is 45 degrees and never "45 %"
    row, _ = np.mgrid[0:5, 0:5]
    assert slopes(pixels(10.0 * row))[2, 2] == pytest.approx(100.0, rel=1e-6)
    assert percent_of_degrees(45) == pytest.approx(100.0)
    assert degrees_of_percent(100) == pytest.approx(45.0)
    # CJJ 83-2016: 25 % is 14 degrees, and 25 degrees would be nearly 47 %
    assert degrees_of_percent(25) == pytest.approx(14.036, abs=1e-3)
    assert percent_of_degrees(25) == pytest.approx(46.631, abs=1e-3)


def test_what_is_not_known_is_never_flat():
    heights = np.zeros((7, 7))
    heights[3, 3] = -9999
    found = slopes(pixels(heights))
    assert np.isnan(found[2:5, 2:5]).all()
    known = found[1:-1, 1:-1].copy()
    known[1:4, 1:4] = 0
    assert (known == 0).all()


def test_rows_in_any_strips_are_the_same():
    heights = np.random.default_rng(5).normal(0, 3, (23, 17))
    raster = pixels(heights)
    for cut in (1, 2, 11, 21, 22):
        np.testing.assert_array_equal(slopes(raster), slopes(raster, cut=cut))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 9), (9, 2)])
def test_a_raster_without_inner_cells_has_no_slope(shape):
    assert np.isnan(slopes(pixels(np.zeros(shape)))).all()


def test_cells_in_degrees_are_measured_in_metres():
    # one arc second at 23° north: 28.47 m to the east, 30.77 m to the south (tables of GRS 80)
    grid = Grid(113.0, 23.0, 1 / 3600, 1 / 3600, 5, 5, is_geographic=True)
    assert grid.widths_m()[0] == pytest.approx(28.48, abs=0.02)
    assert grid.heights_m()[0] == pytest.approx(30.76, abs=0.02)
    _, column = np.mgrid[0:5, 0:5]
    found = slope_strip(ArrayPixels(grid, 2.848 * column), 0, 5)
    assert found[2, 2] == pytest.approx(10.0, abs=0.02)


def _gdaldem(heights: np.ndarray, folder: Path, *, cell_m: float) -> np.ndarray:
    rows, columns = heights.shape
    source = folder / "dem.tif"
    with rasterio.open(
        source, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32",
        nodata=-9999, transform=Affine(cell_m, 0, 0, 0, -cell_m, 0), crs="EPSG:4547",
    ) as file:  # fmt: skip
        file.write(heights.astype(np.float32), 1)
    return gdaldem_slope(source, folder)


def test_random_ground_has_the_slope_of_gdaldem(tmp_path):
    rng = np.random.default_rng(11)
    heights = rng.normal(120, 6, (60, 45))
    heights[rng.random(heights.shape) < 0.02] = -9999
    theirs = _gdaldem(heights, tmp_path, cell_m=12.5)
    ours = slopes(pixels(heights, east_m=12.5, south_m=12.5), cut=29)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-3)


@pytest.mark.shared
def test_real_mountains_have_the_slope_of_gdaldem(tmp_path):
    heights, grid = cells_of(MOUNTAINS)
    theirs = gdaldem_slope(MOUNTAINS, tmp_path)
    ours = slopes(ArrayPixels(grid, heights))
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-2)
    assert np.isnan(heights).sum() == 8908
    assert np.nanmax(ours) > 100
