"""Job C with what an expert would take: rasterio, the package edt, gdaldem, labels and bincount."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import edt
import numpy as np
import pandas as pd
import raster_land
import rasterio
import rasterio.features
from numpy.typing import NDArray
from raster_land import CELL_M, Answer, Land


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    del layers
    if shutil.which("gdaldem") is None:
        raise SystemExit("gdaldem is not there (Debian: gdal-bin)")
    raster_land.make_heights(city)


@dataclass(frozen=True)
class State:
    """The layers as shapes."""

    given: Land
    layers: dict[str, raster_land.Geometries]
    parcels: raster_land.Geometries


def load(city: Path, layers: tuple[str, ...]) -> State:
    given = raster_land.land(city, layers)
    layers_of = {name: raster_land.shapes_of(city, name) for name in given.names}
    return State(given, layers_of, raster_land.parcels_of(city))


def answer(state: State) -> pd.DataFrame:
    given = state.given
    chosen = raster_land.asked(given, len(state.parcels))
    place = rasterio.Affine(CELL_M, 0, given.west, 0, -CELL_M, given.north)
    shape = (given.rows, given.columns)
    mask = np.zeros(shape, dtype=np.uint16)
    for number, (name, shapes) in enumerate(state.layers.items()):
        cells = rasterio.features.rasterize(shapes, out_shape=shape, transform=place, dtype="uint8")
        if name == raster_land.NEAR:
            far_m = edt.edt(cells == 0, anisotropy=(CELL_M, CELL_M), parallel=1)
            distances_m = far_m[chosen.rows, chosen.columns]
            del far_m
        mask |= cells.astype(np.uint16) << number
    slope = _slope(given)
    pairs = [(shape, number) for number, shape in enumerate(state.parcels, start=1)]
    labels = rasterio.features.rasterize(
        pairs, out_shape=shape, transform=place, dtype="int32"
    ).ravel()
    flat = slope.ravel()
    means = _means(labels, flat, len(state.parcels))
    return raster_land.told(
        given, Answer(mask, distances_m, slope[chosen.rows, chosen.columns], means)
    )


def _slope(given: Land) -> NDArray[np.float32]:
    target = given.folder / "slope_gdaldem.tif"
    command = ["gdaldem", "slope", "-p", "-q", str(given.model), str(target)]
    subprocess.run(command, check=True)  # noqa: S603 - our own command
    with rasterio.open(target) as file:
        slope: NDArray[np.float32] = file.read(1)
    slope[slope == np.float32(raster_land.NODATA)] = np.nan
    return slope


def _means(
    labels: NDArray[np.int32], slope: NDArray[np.float32], parcels: int
) -> NDArray[np.float64]:
    counted = np.flatnonzero((labels > 0) & ~np.isnan(slope))
    of = labels[counted]
    counts = np.bincount(of, minlength=parcels + 1)
    sums = np.bincount(of, weights=slope[counted], minlength=parcels + 1)
    with np.errstate(invalid="ignore"):
        means: NDArray[np.float64] = (sums / counts)[1:]
    return means
