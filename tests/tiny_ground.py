"""Elevation models of the tiny city, in memory; heights row by row from the north."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from siting.model import ArrayPixels, Grid, Layer

from .tiny_city import CRS, ORIGINS, SIDE_M, layer

WEST, SOUTH = ORIGINS[CRS]


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
