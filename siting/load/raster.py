"""A raster in the reading process: its head without reading a pixel, and its cells.

Whether the pixels are there is seen without reading them: the offsets and lengths of the
blocks in the file's own directory (TIFF 6.0, tags 273/279 and 324/325) must lie within it.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np

from siting.load.words import say
from siting.model.raster import CELLS_PER_STRIP

#: Most pixels per band: 46 km × 46 km at 1 m. 17 GB fit into 306 bytes.
MOST_PIXELS = 1 << 31
#: Tags with the offsets of blocks, and those with their lengths: strips, tiles.
BLOCKS = ((273, 279), (324, 325))
#: Bytes and struct letter of the kinds that these tags have: SHORT, LONG, LONG8.
KINDS = {3: "H", 4: "I", 16: "Q"}
LARGE_VERSION = 43


class RasterError(Exception):
    """The raster cannot be opened; the text says why."""


def read_head(path: Path) -> dict[str, Any]:
    """Return what the head of a GeoTIFF says.

    Raises
    ------
    RasterError
        When it is damaged, cut short, too large or no GeoTIFF.
    """
    import rasterio
    import rasterio.errors

    try:
        # Naming the driver keeps a disguised VRT out.
        with rasterio.open(path, driver="GTiff") as raster:
            crs = raster.crs.to_wkt() if raster.crs else None
            _refuse_large(raster.width, raster.height)
            _refuse_cut(path)
            return {
                "crs": crs,
                "width": raster.width,
                "height": raster.height,
                "bands": raster.count,
                "dtype": raster.dtypes[0],
                "nodata": None if raster.nodata is None else float(raster.nodata),
                "bounds": list(raster.bounds),
                "resolution": [abs(raster.transform.a), abs(raster.transform.e)],
                "is_north_up": _is_north_up(raster.transform),
                "unit": raster.units[0] or "",
                "is_complex": raster.dtypes[0].startswith("complex"),
            }
    except (rasterio.errors.RasterioError, OSError) as error:
        raise RasterError(say(f"栅格无法打开：{error}", f"cannot be opened: {error}")) from error


def _is_north_up(transform: Any) -> bool:  # noqa: ANN401 - rasterio's Affine
    return bool(transform.b == 0 and transform.d == 0 and transform.a > 0 > transform.e)


def write_cells(path: Path, target: Path) -> dict[str, Any]:
    """Decode the first band into a file, strip by strip: little-endian float32, NaN where unknown.

    Scale and offset of the band are applied. Returns the number of unknown cells.

    Raises
    ------
    RasterError
        When a block cannot be decoded.
    """
    import rasterio
    import rasterio.errors
    from rasterio.windows import Window

    unknown = 0
    try:
        with rasterio.open(path, driver="GTiff") as raster, target.open("wb") as file:
            most = max(1, CELLS_PER_STRIP // raster.width)
            for first in range(0, raster.height, most):
                window = Window(0, first, raster.width, min(most, raster.height - first))
                band = raster.read(1, window=window, masked=True)
                cells = band.astype("<f8") * raster.scales[0] + raster.offsets[0]
                strip = np.asarray(cells.filled(np.nan), dtype="<f4")
                unknown += int(np.isnan(strip).sum())
                strip.tofile(file)
    except (rasterio.errors.RasterioError, OSError) as error:
        raise RasterError(say(f"栅格无法读完：{error}", f"cannot be read: {error}")) from error
    return {"unknown": unknown}


def _refuse_large(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise RasterError(
            say(
                f"栅格过大：{width} × {height}，上限 {MOST_PIXELS} 像元",
                f"the raster is too large: {width} × {height}, at most {MOST_PIXELS} pixels",
            )
        )


def _refuse_cut(path: Path) -> None:
    """Refuse a file that ends before its last block does."""
    content = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        try:
            tags = _directory(mapped, {tag for pair in BLOCKS for tag in pair})
        except struct.error as error:
            raise RasterError(
                say("TIFF 目录不完整", "the TIFF's directory is cut short")
            ) from error
    for offsets, lengths in BLOCKS:
        starts, sizes = tags.get(offsets, ()), tags.get(lengths, ())
        ends = [start + size for start, size in zip(starts, sizes, strict=False) if size]
        if ends and max(ends) > content:
            raise RasterError(
                say(
                    f"栅格被截断：数据到 {max(ends)} 字节，文件只有 {content}",
                    f"the raster is cut short: data up to byte {max(ends)}, file of {content}",
                )
            )


def _directory(content: mmap.mmap, wanted: set[int]) -> dict[int, tuple[int, ...]]:
    """Return the values of some tags of the first image."""
    order = "<" if content[:2] == b"II" else ">"
    is_large = struct.unpack_from(f"{order}H", content, 2)[0] == LARGE_VERSION
    pointer, counter, step, inline = ("Q", "Q", 20, 8) if is_large else ("I", "H", 12, 4)
    start = struct.unpack_from(order + pointer, content, 8 if is_large else 4)[0]
    entries = struct.unpack_from(order + counter, content, start)[0]
    first = start + struct.calcsize(counter)
    found: dict[int, tuple[int, ...]] = {}
    for at in range(first, first + entries * step, step):
        tag, kind = struct.unpack_from(f"{order}HH", content, at)
        if tag not in wanted or kind not in KINDS:
            continue
        count = struct.unpack_from(order + pointer, content, at + 4)[0]
        value_at = at + 4 + struct.calcsize(pointer)
        letters = f"{order}{count}{KINDS[kind]}"
        if struct.calcsize(letters) > inline:
            value_at = struct.unpack_from(order + pointer, content, value_at)[0]
        found[tag] = struct.unpack_from(letters, content, value_at)
    return found
