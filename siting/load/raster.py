"""The head of a raster: CRS, size, bounds, resolution and nodata; no pixel is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from siting.load.words import say


class RasterError(Exception):
    """The raster cannot be opened; the text says why."""


def read_head(path: Path) -> dict[str, Any]:
    """Return what the head of a GeoTIFF says.

    Raises
    ------
    RasterError
        When it is damaged or no GeoTIFF.
    """
    import rasterio
    import rasterio.errors

    try:
        # Naming the driver keeps a disguised VRT out.
        with rasterio.open(path, driver="GTiff") as raster:
            crs = raster.crs.to_wkt() if raster.crs else None
            return {
                "crs": crs,
                "width": raster.width,
                "height": raster.height,
                "bands": raster.count,
                "dtype": raster.dtypes[0],
                "nodata": None if raster.nodata is None else float(raster.nodata),
                "bounds": list(raster.bounds),
                "resolution": [abs(raster.transform.a), abs(raster.transform.e)],
            }
    except (rasterio.errors.RasterioError, OSError) as error:
        raise RasterError(say(f"栅格无法打开：{error}", f"cannot be opened: {error}")) from error
