"""Slope of an elevation model, in percent, by Horn's method.

Source: Horn, B. K. P. (1981), Hill shading and the reflectance map, Proceedings of the IEEE
69 (1), 14–47: the plane through the eight neighbours, those straight beside weighted twice.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.model.raster import Floats, Pixels, Singles

Geometries = NDArray[np.object_]


def slope_strip(pixels: Pixels, first_row: int, rows: int) -> Singles:
    """Return the slope of some rows in percent: 100 is one metre up per metre, 45 degrees.

    NaN wherever one of the nine cells is not known, and along the raster's edge: what is
    not known is never flat.
    """
    above, below = min(1, first_row), min(1, pixels.grid.rows - first_row - rows)
    heights = pixels.read(first_row - above, above + rows + below)
    grid = pixels.grid
    here = slice(first_row, first_row + rows)
    slopes = np.full((rows, grid.columns), np.nan, dtype=np.float32)
    inner = _slope(heights, grid.widths_m()[here], grid.heights_m()[here], skipped=1 - above)
    if inner.size:
        slopes[1 - above : 1 - above + len(inner), 1:-1] = inner
    return slopes


def _slope(heights: Singles, widths_m: Floats, heights_m: Floats, *, skipped: int) -> Singles:
    """Return the slope of all cells but those on the outside of `heights`.

    ``skipped`` rows of the sizes have no cell above them.
    """
    rows = len(heights) - 2
    if rows < 1 or heights.shape[1] < 3:
        return np.empty((0, 0), dtype=np.float32)
    up, middle, down = heights[:-2], heights[1:-1], heights[2:]
    east: NDArray[np.float32] = (up[:, 2:] - up[:, :-2]) + (down[:, 2:] - down[:, :-2])
    east += 2 * (middle[:, 2:] - middle[:, :-2])
    change = down - up
    south: NDArray[np.float32] = (change[:, 2:] + change[:, :-2]) + 2 * change[:, 1:-1]
    sizes = slice(skipped, skipped + rows)
    east /= (8 * widths_m[sizes, None]).astype(np.float32)
    south /= (8 * heights_m[sizes, None]).astype(np.float32)
    slopes = np.hypot(east, south)
    slopes *= 100
    # the cell itself is no part of Horn's plane
    slopes[np.isnan(middle[:, 1:-1])] = np.nan
    return slopes


def percent_of_degrees(slope_deg: float) -> float:
    """Return the slope in percent of a slope in degrees: 45° are 100 %."""
    return 100 * math.tan(math.radians(slope_deg))


def degrees_of_percent(slope_percent: float) -> float:
    """Return the slope in degrees of a slope in percent: 100 % are 45°."""
    return math.degrees(math.atan(slope_percent / 100))


def steep_cells(pixels: Pixels, polygon: BaseGeometry, limit_percent: float) -> Geometries:
    """Return the cells under a polygon that are steeper than a limit, runs of a row as one box.

    Parameters
    ----------
    pixels
        An elevation model.
    polygon
        In the CRS of the model; only its rows are read.
    limit_percent
        Cells of exactly this slope are not among them.
    """
    grid = pixels.grid
    west, south, east, north = polygon.bounds
    first = max(0, math.floor((grid.north - north) / grid.step_south))
    last = min(grid.rows, math.ceil((grid.north - south) / grid.step_south))
    left = max(0, math.floor((west - grid.west) / grid.step_east))
    right = min(grid.columns, math.ceil((east - grid.west) / grid.step_east))
    if last <= first or right <= left:
        return np.array([], dtype=object)
    is_steep = slope_strip(pixels, first, last - first)[:, left:right] > limit_percent
    change = np.diff(is_steep.astype(np.int8), axis=1, prepend=0, append=0)
    row, begin = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    top = grid.north - (row + first) * grid.step_south
    boxes: Geometries = shapely.box(
        grid.west + (begin + left) * grid.step_east,
        top - grid.step_south,
        grid.west + (end + left) * grid.step_east,
        top,
    )
    return boxes
