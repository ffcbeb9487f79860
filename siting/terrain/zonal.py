"""What a raster says of polygons: means, extremes and areas, each cell by its covered share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from siting.model.raster import Floats, Grid, Pixels, Singles
from siting.terrain.coverage import Edges, Geometries, Windows, covered, totals

#: Of a polygon, less than so many cells beside the raster is the rounding of shares.
_ROUNDING_CELLS = 1e-6

Surface = Callable[[Pixels, int, int], Singles]
"""(raster, first row, rows) → cells; NaN where nothing is known."""


def heights(pixels: Pixels, first_row: int, rows: int) -> Singles:
    """The surface of the raster's own values."""
    return pixels.read(first_row, rows)


def depth_below(level_m: float) -> Surface:
    """Return the surface of depths under a water level: 0 where the ground stands above it.

    Parameters
    ----------
    level_m
        Height of the water in the datum of the elevation model. A lake behind a ridge is not
        told from a flood: only heights are compared.
    """

    def depths(pixels: Pixels, first_row: int, rows: int) -> Singles:
        under: Singles = np.float32(level_m) - pixels.read(first_row, rows)
        return np.maximum(under, np.float32(0.0))

    return depths


@dataclass(frozen=True, eq=False, slots=True)
class ZonalTable:
    """What a surface says of polygons, an entry each; units of the surface unless said.

    Means are weighted by area. Where no covered cell is known, ``known_m2`` is 0 and all but
    the areas are NaN.
    """

    known_m2: Floats
    """Area of the polygon on cells whose value is known."""
    unknown_m2: Floats
    """The rest of it: on cells without a value, or beside the raster."""
    mean: Floats
    least: Floats
    most: Floats
    above_m2: Floats
    """Area on cells above the limit; 0 where none was asked for."""
    deviation: Floats | None = None
    """Mean distance from the mean, where it was asked for."""


def zonal(
    pixels: Pixels,
    polygons: Geometries,
    *,
    surface: Surface = heights,
    limits: Floats | float = math.inf,
    with_deviation: bool = False,
) -> ZonalTable:
    """Return what a surface says of polygons.

    Parameters
    ----------
    pixels
        The raster; only rows with polygons are read, a strip at a time, so that its size does
        not matter.
    polygons
        Valid polygons and multipolygons in the CRS of the raster.
    surface
        What is made of the raster: :func:`heights`, :func:`siting.terrain.slope_strip`,
        :func:`depth_below`.
    limits
        For ``above_m2``: one for all, or one per polygon.
    with_deviation
        Read the raster a second time for the mean distance from each polygon's mean: over
        heights, what has to be cut or filled for a level site, in m³ per m² (half of it is cut).

    Notes
    -----
    A cell counts with the exact share of it that a polygon covers, and a polygon smaller than a
    cell has the value of that cell.
    """
    edges = Edges.of(polygons, pixels.grid)
    limit = np.broadcast_to(np.asarray(limits, float), len(polygons))
    sums = _Sums(pixels.grid, len(polygons), limit)
    for windows, values in _seen(pixels, edges, surface):
        sums.take(windows, values)
    means = _shared(sums.total, sums.known_m2)
    deviation = None
    if with_deviation:
        apart = np.zeros(len(polygons))
        for windows, values in _seen(pixels, edges, surface):
            areas, off = sums.areas_m2(windows), np.abs(values - means[windows.polygon])
            apart += totals(windows.polygon, np.nan_to_num(off * areas), len(apart))
        deviation = _shared(apart, sums.known_m2)
    is_known = sums.known_m2 > 0
    return ZonalTable(
        known_m2=sums.known_m2,
        unknown_m2=sums.blank_m2 + sums.beside_m2(polygons),
        mean=means,
        least=np.where(is_known, sums.least, np.nan),
        most=np.where(is_known, sums.most, np.nan),
        above_m2=sums.above_m2,
        deviation=deviation,
    )


def _seen(pixels: Pixels, edges: Edges, surface: Surface) -> Iterator[tuple[Windows, Floats]]:
    """Yield covered cells with their values; rows that no polygon lies on are not read."""
    grid = pixels.grid
    for first, rows in _spans(edges, grid):
        cells: Singles | None = None
        for windows in covered(edges, grid, first, rows):
            cells = surface(pixels, first, rows) if cells is None else cells
            yield windows, cells[windows.row - first, windows.column].astype(np.float64)


def _spans(edges: Edges, grid: Grid) -> Iterator[tuple[int, int]]:
    """Yield first row and number of rows of runs that polygons lie on, none over a strip's end."""
    _, north, _, south = edges.boxes.T
    is_there = ~np.isnan(north)
    for first, rows in grid.strips():
        top = np.clip(np.floor(north[is_there]) - first, 0, rows).astype(np.int64)
        bottom = np.clip(np.ceil(south[is_there]) - first, 0, rows).astype(np.int64)
        is_here = bottom > top
        change = np.bincount(top[is_here], minlength=rows + 1)
        change = change - np.bincount(bottom[is_here], minlength=rows + 1)
        is_busy = np.cumsum(change) > 0
        turns = np.flatnonzero(np.diff(is_busy, prepend=False))
        for begin, end in turns.reshape(-1, 2).tolist():
            yield first + begin, end - begin


class _Sums:
    """Sums over the cells of each polygon."""

    def __init__(self, grid: Grid, count: int, limit: Floats) -> None:
        self._grid = grid
        self._limit = limit
        self._cell_m2 = grid.widths_m() * grid.heights_m()
        self._shares = np.zeros(count)
        self.known_m2, self.blank_m2, self.above_m2, self.total = np.zeros((4, count))
        self.least, self.most = np.full(count, np.inf), np.full(count, -np.inf)

    def areas_m2(self, windows: Windows) -> Floats:
        """Return the covered area of each cell."""
        areas: Floats = windows.share * self._cell_m2[windows.row]
        return areas

    def take(self, windows: Windows, values: Floats) -> None:
        """Add the covered cells of a strip."""
        of, areas, known = windows.polygon, self.areas_m2(windows), ~np.isnan(values)
        count = len(self._shares)
        weights = np.where(known, areas, 0.0)
        self._shares += totals(of, windows.share, count)
        self.known_m2 += totals(of, weights, count)
        self.blank_m2 += totals(of, areas - weights, count)
        self.total += totals(of, weights * np.where(known, values, 0.0), count)
        np.fmin.at(self.least, of, values)
        np.fmax.at(self.most, of, values)
        is_above = values > self._limit[of]
        self.above_m2 += totals(of, np.where(is_above, areas, 0.0), count)

    def beside_m2(self, polygons: Geometries) -> Floats:
        """Return the area of each polygon beside the raster, at the scale of the nearest row."""
        grid = self._grid
        step = grid.step_east * grid.step_south
        beside: Floats = shapely.area(polygons) - self._shares * step
        _, south, _, north = shapely.bounds(polygons).reshape(-1, 4).T
        middle = np.nan_to_num((grid.north - (south + north) / 2) / grid.step_south)
        row = np.clip(middle, 0, grid.rows - 1).astype(np.int64)
        # rounding of shares leaves some 1e-9 of a cell
        beside = np.where(beside > _ROUNDING_CELLS * step, beside, 0.0)
        areas: Floats = beside / step * self._cell_m2[row]
        return areas


def _shared(totals: Floats, areas: Floats) -> Floats:
    shares: Floats = np.divide(totals, areas, out=np.full(len(areas), np.nan), where=areas > 0)
    return shares
