"""GeoTIFF of cells, strip by strip: tiled, deflated, with words for each band."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.environment import without_foreign_variables
from siting.model.raster import TILE, Grid
from siting.save.atomic import atomic_file, write_error

Strips = Iterable[tuple[int, NDArray[Any]]]
"""First row, and bands × rows × columns; together they are the raster, in any order."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a GeoTIFF is before its cells: where they lie, of which type, what the bands are.

    ``tags`` are the file's own metadata; a value that ``nodata`` names means nothing.
    """

    grid: Grid
    crs: str
    dtype: str
    bands: tuple[str, ...]
    tags: Mapping[str, str]
    nodata: float | None = None


def write_geotiff(path: Path, form: Form, strips: Strips) -> None:
    """Write a raster, whole or not at all; the same input gives the same bytes.

    Parameters
    ----------
    path
        The file to be.
    form
        Everything but the cells.
    strips
        Asked for one after the other, so that the size of the raster does not matter; best
        those of :meth:`Grid.strips`, for they are whole rows of tiles.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`; also when GDAL cannot write it.
    """
    with atomic_file(path) as part, without_foreign_variables():
        import rasterio
        import rasterio.errors

        try:
            _write(part, form, strips)
        except rasterio.errors.RasterioError as error:
            raise write_error(path, error) from error


def _write(path: Path, form: Form, strips: Strips) -> None:
    import rasterio
    from rasterio.windows import Window

    grid = form.grid
    place = rasterio.Affine(grid.step_east, 0, grid.west, 0, -grid.step_south, grid.north)
    with rasterio.open(
        path, "w", driver="GTiff", width=grid.columns, height=grid.rows, count=len(form.bands),
        dtype=form.dtype, crs=form.crs, transform=place, nodata=form.nodata, tiled=True,
        blockxsize=TILE, blockysize=TILE, interleave="band", compress="deflate",
        predictor=3 if np.dtype(form.dtype).kind == "f" else 2, bigtiff="if_safer",
    ) as file:  # fmt: skip
        file.update_tags(**form.tags)
        for number, words in enumerate(form.bands, start=1):
            file.set_band_description(number, words)
        for first, cells in strips:
            file.write(cells, window=Window(0, first, grid.columns, cells.shape[-2]))
