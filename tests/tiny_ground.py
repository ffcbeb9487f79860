"""Elevation models of the tiny city, in memory; heights row by row from the north."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from siting.model import ArrayPixels, Grid, Layer

from .tiny_city import CRS, ORIGINS, SIDE_M, layer

WEST, SOUTH = ORIGINS[CRS]
#: Real mountains: 30 m, EPSG:32718, 8,908 cells without a value.
MOUNTAINS = Path(__file__).resolve().parents[2] / "shared/data/dem/aster_exploradores_Z.tif"


def elevation_model(
    heights: np.ndarray,
    *,
    cell_m: float = 10.0,
    local: tuple[float, float] = (0.0, SIDE_M),
    **fields,
) -> Layer:
    """A layer ``dem`` whose first cell has its outer corner at a local place."""
    rows, columns = heights.shape
    grid = Grid(WEST + local[0], SOUTH + local[1], cell_m, cell_m, columns, rows)
    return on_grid(grid, heights, **fields)


def on_grid(grid: Grid, heights: np.ndarray, **fields: Any) -> Layer:
    """A layer ``dem`` of any grid; ``fields`` are those of :func:`tiny_city.layer`."""
    made = layer("dem", [], **fields)
    pixels = None if made.kept_frame is None else ArrayPixels(grid, heights)
    return replace(made, frame=None, pixels=pixels)


def middles(size: int = 200, *, cell_m: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Local easting and northing of the middles of the cells of a square model."""
    steps = (np.arange(size) + 0.5) * cell_m
    easting, south = np.meshgrid(steps, steps)
    return easting, SIDE_M - south


def ramp(percent: float, *, from_m: float = 0.0, size: int = 200) -> np.ndarray:
    """Ground that rises to the east by so many percent, from a local easting on."""
    easting, _ = middles(size)
    return np.maximum(easting - from_m, 0.0) * percent / 100


def cells_of(path: Path) -> tuple[np.ndarray, Grid]:
    """The cells of a GeoTIFF as rasterio reads them, NaN for nodata, and where they lie."""
    with rasterio.open(path) as file:
        place, cells = file.transform, file.read(1).astype(np.float64)
        cells[cells == file.nodata] = np.nan
        return cells, Grid(place.c, place.f, place.a, -place.e, file.width, file.height)


def gdaldem_slope(path: Path, folder: Path) -> np.ndarray:
    """The slope of a GeoTIFF in percent by ``gdaldem``, NaN where it has none; skips without it."""
    if shutil.which("gdaldem") is None:
        pytest.skip("needs gdaldem (apt-get install gdal-bin)")
    target = folder / "gdaldem.tif"
    subprocess.run(["gdaldem", "slope", str(path), str(target), "-p", "-q"], check=True)
    return cells_of(target)[0]
