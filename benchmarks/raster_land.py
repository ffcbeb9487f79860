"""Job C: twelve layers as cells, the distance to one, slopes, and the mean slope of parcels.

The same for all engines: the layers, an elevation model, and what of the answer is compared. Cells
are 10 m wide, so that the full city has 74 million.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
import shapely
from city import CRS, LAYERS, ORIGIN, SEED, extent_of
from numpy.typing import NDArray

CELL_M = 10.0
#: The layer that distances are measured to.
NEAR = "roads"
#: One parcel in so many is asked about: 100,000 of a million.
EVERY = 10
#: Cells and parcels that are compared one by one.
CELLS, PARCELS = 20_000, 150
NODATA = -9999.0
BATCH = 2_000
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Land:
    """What the chain begins with. ``columns`` and ``rows`` of cells from ``west``, ``north``."""

    names: tuple[str, ...]
    model: Path
    folder: Path
    west: float
    north: float
    columns: int
    rows: int


def land(city: Path, layers: tuple[str, ...]) -> Land:
    """Say what there is; the elevation model must be there."""
    columns, rows = shape_of(city)
    folder = city / "cells"
    return Land(
        names=tuple(name for name in layers if name in LAYERS),
        model=folder / "heights.tif",
        folder=folder,
        west=ORIGIN[0],
        north=ORIGIN[1] + rows * CELL_M,
        columns=columns,
        rows=rows,
    )


def shape_of(city: Path) -> tuple[int, int]:
    """Return the columns and rows of whole cells."""
    extent = extent_of(int(city.name.split("-")[1]))
    return int(extent.width_m // CELL_M), int(extent.height_m // CELL_M)


def shapes_of(city: Path, name: str, every: int = 1) -> Geometries:
    """Read one row in so many, a batch at a time: peak memory is that of what is kept."""
    kept = []
    with pq.ParquetFile(city / f"{name}.parquet", buffer_size=1 << 20) as file:
        for batch in file.iter_batches(BATCH, columns=["geometry"]):
            column = batch.column(0).take(np.arange(0, len(batch), every))
            kept.append(shapely.from_wkb(column.to_numpy(zero_copy_only=False)))
    # what the reader has done with is no part of anybody's peak
    pa.default_memory_pool().release_unused()
    return np.concatenate(kept)


def make_heights(city: Path) -> None:
    """Write the elevation model, unless it is there: hills of all sizes, a sea without values."""
    target = city / "cells" / "heights.tif"
    if target.is_file():
        return
    target.parent.mkdir(exist_ok=True)
    columns, rows = shape_of(city)
    half = target.with_suffix(".half")
    place = rasterio.Affine(CELL_M, 0, ORIGIN[0], 0, -CELL_M, ORIGIN[1] + rows * CELL_M)
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "nodata": NODATA}
    with rasterio.open(
        half, "w", crs=CRS, transform=place, width=columns, height=rows, **profile
    ) as file:
        for first in range(0, rows, 256):
            count = min(256, rows - first)
            window = rasterio.windows.Window(0, first, columns, count)
            file.write(_heights(first, count, columns), 1, window=window)
    half.replace(target)


def _heights(first: int, rows: int, columns: int) -> NDArray[np.float32]:
    dice = np.random.default_rng(SEED)
    down, right = np.arange(first, first + rows)[:, None], np.arange(columns)[None]
    total = np.zeros((rows, columns))
    for length in (7.0, 23.0, 90.0, 400.0, 1_700.0):
        phase = dice.uniform(0, 2 * np.pi, 4)
        total += (
            0.12
            * length
            * (
                np.sin(down / length + phase[0]) * np.cos(1.3 * right / length + phase[1])
                + np.sin(0.7 * down / length + phase[2]) * np.cos(0.9 * right / length + phase[3])
            )
        )
    total[(down / 3 + right < 0.15 * columns) & (right >= 0)] = NODATA
    return total.astype(np.float32)


@dataclass(frozen=True)
class Asked:
    """The cells and parcels that are compared one by one."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    parcels: NDArray[np.int64]


@functools.cache
def _parcels_again(city: Path) -> Geometries:
    """Return the parcels, read once for all differences that are settled."""
    return parcels_of(city)


def parcels_of(city: Path) -> Geometries:
    """Return the parcels that are asked about."""
    return shapes_of(city, "parcels", EVERY)


def asked(given: Land, parcels: int) -> Asked:
    dice = np.random.default_rng(SEED)
    return Asked(
        dice.integers(0, given.rows, CELLS),
        dice.integers(0, given.columns, CELLS),
        dice.choice(parcels, min(PARCELS, parcels), replace=False),
    )


@dataclass(frozen=True)
class Answer:
    """What an engine found. ``mask`` has a bit per layer; the others are at what is asked."""

    mask: NDArray[np.uint16]
    distances_m: NDArray[np.float32]
    slopes: NDArray[np.float32]
    means: NDArray[np.float64]


def told(given: Land, found: Answer) -> pd.DataFrame:
    """Return the answer as rows: all cells of the mask as one number, the others one by one."""
    cells = zlib.crc32(found.mask.data)
    parts = {
        "mask": [cells],
        "distance": found.distances_m,
        "slope": found.slopes,
        "mean slope": found.means[asked(given, len(found.means)).parcels],
    }
    return pd.concat(
        pd.DataFrame({"what": what, "place": np.arange(len(values)), "value": values})
        for what, values in parts.items()
    )


def exact_mean_slope(city: Path, place: int) -> float:
    """Return the mean slope of one of the parcels that are compared, by other means than engines.

    Slopes by Horn in double precision, each cell weighted with the area that GEOS cuts of it.
    """
    given = land(city, ())
    parcels = _parcels_again(city)
    parcel = parcels[asked(given, len(parcels)).parcels[place]]
    west, south, east, north = parcel.bounds
    left, top = int((west - given.west) // CELL_M), int((given.north - north) // CELL_M)
    right, bottom = int((east - given.west) // CELL_M), int((given.north - south) // CELL_M)
    with rasterio.open(given.model) as file:
        window = rasterio.windows.Window(left - 1, top - 1, right - left + 3, bottom - top + 3)
        cells = file.read(1, window=window, boundless=True, fill_value=NODATA).astype(float)
    cells[cells == NODATA] = np.nan
    slopes = _horn(cells)
    row, column = np.indices(slopes.shape)
    x, y = given.west + (column + left) * CELL_M, given.north - (row + top) * CELL_M
    boxes = shapely.box(x, y - CELL_M, x + CELL_M, y)
    areas = np.where(np.isnan(slopes), 0.0, shapely.area(shapely.intersection(boxes, parcel)))
    return float((np.nan_to_num(slopes) * areas).sum() / areas.sum()) if areas.sum() else np.nan


def _horn(z: NDArray[np.float64]) -> NDArray[np.float64]:
    east = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:] - z[:-2, :-2] - 2 * z[1:-1, :-2] - z[2:, :-2]
    south = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:] - z[:-2, :-2] - 2 * z[:-2, 1:-1] - z[:-2, 2:]
    slopes: NDArray[np.float64] = 100 * np.hypot(east, south) / (8 * CELL_M)
    slopes[np.isnan(z[1:-1, 1:-1])] = np.nan
    return slopes
