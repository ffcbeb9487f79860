"""Job C with siting: strips of cells, parcels by the exact share of each cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
import raster_land
import rasterio
from numpy.typing import NDArray
from raster_land import CELL_M, Answer, Land

from siting.model.raster import Grid, Pixels, Singles
from siting.terrain import (
    Rings,
    burn,
    distances,
    envelopes,  # noqa: F401 - machine code is there before the clock runs
    scanlines,  # noqa: F401
    slope_strip,
    zonal,
)


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    del layers
    raster_land.make_heights(city)


@dataclass(frozen=True)
class File:
    """The elevation model, read by rows."""

    path: Path
    grid: Grid

    def read(self, first_row: int, rows: int) -> Singles:
        with rasterio.open(self.path) as file:
            window = rasterio.windows.Window(0, first_row, self.grid.columns, rows)
            cells: Singles = file.read(1, window=window)
        cells[cells == np.float32(raster_land.NODATA)] = np.nan
        return cells


@dataclass(frozen=True)
class State:
    """The layers as rings in cells, the rest as the others have it."""

    given: Land
    grid: Grid
    layers: list[Rings]
    parcels: raster_land.Geometries


def load(city: Path, layers: tuple[str, ...]) -> State:
    given = raster_land.land(city, layers)
    grid = Grid(given.west, given.north, CELL_M, CELL_M, given.columns, given.rows)
    rings = [Rings.of(raster_land.shapes_of(city, name), grid) for name in given.names]
    return State(given, grid, rings, raster_land.parcels_of(city))


def answer(state: State) -> pd.DataFrame:
    given, grid = state.given, state.grid
    chosen = raster_land.asked(given, len(state.parcels))
    distances_m, slopes = np.empty((2, len(chosen.rows)), dtype=np.float32)

    def keep(into: Singles, first: int, cells: Singles, file: IO[bytes]) -> None:
        """Write a strip as the others do, and take what is asked of it."""
        file.write(cells.data)
        here = (chosen.rows >= first) & (chosen.rows < first + len(cells))
        into[here] = cells[chosen.rows[here] - first, chosen.columns[here]]

    with (given.folder / "slope").open("wb") as file:

        def surface(pixels: Pixels, first: int, rows: int) -> Singles:
            cells = slope_strip(pixels, first, rows)
            keep(slopes, first, cells, file)
            return cells

        means = zonal(File(given.model, grid), state.parcels, surface=surface).mean
    mask = _mask(state)
    near = 1 << given.names.index(raster_land.NEAR)
    with (given.folder / "distances").open("wb") as file:
        for first, strip in distances(
            lambda first, rows: mask[first : first + rows] & near > 0, grid
        ):
            keep(distances_m, first, strip, file)
    return raster_land.told(given, Answer(mask, distances_m, slopes, means))


def _mask(state: State) -> NDArray[np.uint16]:
    grid = state.grid
    mask = np.empty((grid.rows, grid.columns), dtype=np.uint16)
    for first, rows in grid.strips():
        cells = np.zeros((rows, grid.columns), dtype=np.uint32)
        for number, each in enumerate(state.layers):
            burn(each, cells, first_row=first, bits=1 << number)
        mask[first : first + rows] = cells
    return mask
