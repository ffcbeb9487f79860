"""Rasters: where each cell lies, how large it is, and its values by rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Floats = NDArray[np.float64]

#: Cells that are held at once: 16 MB as float32, some 100 MB with what is made of them.
CELLS_PER_STRIP = 4_000_000
#: Rows and columns of a tile in the files that are written; strips are whole rows of tiles.
TILE = 256
#: GRS 80, the ellipsoid of CGCS2000: semi-major axis in m, and the square of the eccentricity.
_AXIS_M = 6_378_137.0
_ECCENTRICITY_2 = 0.006_694_380_022_90


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster whose rows run from north to south and whose columns run from west to east.

    ``west`` and ``north`` are the outer corner of the first cell; ``step_east`` and
    ``step_south`` are the size of a cell, above 0. All are in the units of the raster's CRS:
    metres, or degrees where ``is_geographic``.
    """

    west: float
    north: float
    step_east: float
    step_south: float
    columns: int
    rows: int
    is_geographic: bool = False
    crs: str = ""
    """Label of the CRS; empty for that of whatever it is held against."""

    def widths_m(self) -> Floats:
        """Return the width of a cell in each row, metres (at the latitude of its middle)."""
        if not self.is_geographic:
            return np.full(self.rows, self.step_east)
        latitude = self._latitudes()
        across_m = _AXIS_M / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(latitude) ** 2)
        widths: Floats = across_m * np.cos(latitude) * math.radians(self.step_east)
        return widths

    def heights_m(self) -> Floats:
        """Return the height of a cell in each row, metres, along the meridian where geographic."""
        if not self.is_geographic:
            return np.full(self.rows, self.step_south)
        squeeze = 1 - _ECCENTRICITY_2 * np.sin(self._latitudes()) ** 2
        heights: Floats = (
            _AXIS_M * (1 - _ECCENTRICITY_2) / squeeze**1.5 * math.radians(self.step_south)
        )
        return heights

    def _latitudes(self) -> Floats:
        middles = self.north - (np.arange(self.rows) + 0.5) * self.step_south
        latitudes: Floats = np.radians(middles).astype(np.float64)
        return latitudes

    def strips(self) -> Iterator[tuple[int, int]]:
        """Return first row and number of rows of strips that together are the raster."""
        most = max(1, CELLS_PER_STRIP // max(1, self.columns))
        most = most // TILE * TILE or most
        for first in range(0, self.rows, most):
            yield first, min(most, self.rows - first)


class Pixels(Protocol):
    """A raster of one band whose cells can be had by rows; it can be pickled."""

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""
        ...

    def read(self, first_row: int, rows: int) -> Singles:
        """Return rows × columns cells; NaN where nothing is known."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class ArrayPixels:
    """A raster that is in memory (or mapped); ``nodata`` is a value that means nothing is known."""

    grid: Grid
    values: NDArray[np.generic]
    nodata: float | None = None

    def read(self, first_row: int, rows: int) -> Singles:
        """See :class:`Pixels`."""
        cells = np.ascontiguousarray(self.values[first_row : first_row + rows], dtype=np.float32)
        if self.nodata is None or math.isnan(self.nodata):
            return cells
        return np.where(cells == np.float32(self.nodata), np.float32(np.nan), cells)
