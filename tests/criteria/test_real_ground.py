"""Measures of the ground on a real elevation model and on the sample city, by other engines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.model import Grid
from siting.sample import sample_folder

from ..tiny_ground import MOUNTAINS, cells_of, gdaldem_slope, on_grid
from .sites import measure, setting, sites

POINTS = 30


def under(surface: np.ndarray, grid: Grid, shape) -> np.ndarray:
    """The values of a surface at points on a fine lattice within a shape."""
    fine = grid.step_east / POINTS
    west, south, east, north = shape.bounds
    easting, northing = np.meshgrid(
        np.arange(west + fine / 2, east, fine), np.arange(south + fine / 2, north, fine)
    )
    inside = shapely.contains_xy(shape, easting, northing)
    column = (easting[inside] - grid.west) // grid.step_east
    row = (grid.north - northing[inside]) // grid.step_south
    return surface[row.astype(int), column.astype(int)]


@pytest.mark.shared
def test_real_mountains_measure_what_gdaldem_and_plain_sampling_say(tmp_path):
    heights, grid = cells_of(MOUNTAINS)
    theirs = gdaldem_slope(MOUNTAINS, tmp_path)
    rng = np.random.default_rng(4)
    shapes = []
    for _ in range(60):
        east = grid.west + rng.uniform(600, 15_000)
        south = grid.north - rng.uniform(600, 17_500)
        box = shapely.box(east, south, east + rng.uniform(60, 400), south + rng.uniform(60, 400))
        shapes.append(shapely.affinity.rotate(box, rng.uniform(0, 90)))
    around = setting([on_grid(grid, heights)])
    figures = {
        kind: measure(kind, **table).of(sites(*shapes), around, None).values
        for kind, table in (
            ("slope", {}), ("steep_share", {"limit_percent": 25}), ("relief", {}),
            ("earthwork", {}),
        )
    }  # fmt: skip
    known = 0
    for at, shape in enumerate(shapes):
        slopes, ground = under(theirs, grid, shape), under(heights, grid, shape)
        # by a hair more or less than 1 %: sampling cannot decide
        if abs(np.isnan(slopes).mean() - 0.01) > 0.003:
            assert np.isnan(figures["slope"][at]) == (np.isnan(slopes).mean() > 0.01)
        if np.isnan(slopes).any():
            continue
        known += 1
        assert figures["slope"][at] == pytest.approx(slopes.mean(), rel=5e-3)
        assert figures["steep_share"][at] == pytest.approx((slopes > 25).mean(), abs=6e-3)
        off = np.abs(ground - ground.mean()).mean()
        assert figures["earthwork"][at] == pytest.approx(off, rel=6e-3)
        assert figures["relief"][at] >= np.ptp(ground) - 1e-3
    assert known > 40


@pytest.mark.shared
def test_holes_in_real_mountains_are_never_flat():
    heights, grid = cells_of(MOUNTAINS)
    row, column = np.argwhere(np.isnan(heights))[4000]
    east, north = grid.west + column * 30.0, grid.north - row * 30.0
    hole = shapely.box(east - 60, north - 60, east + 60, north + 60)
    for kind in ("slope", "relief", "earthwork"):
        found = measure(kind).of(sites(hole), setting([on_grid(grid, heights)]), None)
        assert np.isnan(found.values[0])
        assert found.reasons[0].zh


def test_parcels_of_the_sample_city_measure_what_plain_sampling_finds():
    heights, grid = cells_of(sample_folder() / "dem/dem.tif")
    parcels = gpd.read_file(sample_folder() / "parcels/parcels.gpkg")
    shapes = parcels[parcels["MJ"] > 20_000].geometry.to_numpy()[::25]
    around = setting([on_grid(grid, heights)])
    moved = measure("earthwork").of(sites(*shapes), around, None).values
    relief = measure("relief").of(sites(*shapes), around, None).values
    assert not np.isnan(moved).any()
    for at, shape in enumerate(shapes):
        ground = under(heights, grid, shape)
        assert moved[at] == pytest.approx(np.abs(ground - ground.mean()).mean(), abs=0.02)
        assert relief[at] >= np.ptp(ground) - 1e-3
    # the knolls make the sites differ
    assert np.percentile(relief, 90) > 5 * np.percentile(relief, 50)
