"""Which reader and which counter each format has; archives are unpacked first.

Runs in the reading process. A counter never uses the reader of its format.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from siting.errors import SitingError
from siting.load.archive import ArchiveError, choose, data_in, unpacked
from siting.load.bulk import BulkReadError, Rows
from siting.load.counts import Count, CountError
from siting.load.formats import ARCHIVE_FORMATS, EXTENSIONS, Format, VectorRequest, format_of
from siting.load.words import one_line

#: What is looked for in an archive; tables and texts in it are papers that came along.
PACKED = frozenset(
    suffix
    for suffix, kind in EXTENSIONS.items()
    if kind
    in (
        Format.SHAPEFILE, Format.GPKG, Format.GDB, Format.GEOJSON, Format.GEOJSON_LINES,
        Format.TOPOJSON, Format.FLATGEOBUF, Format.GEOPARQUET, Format.KML, Format.DXF,
    )
)  # fmt: skip
#: Where the counter, the reader and the lister of each format are: module and function. A module
#: is imported when a file of its format comes; the reading process serves one city, and most
#: cities come in one or two formats.
COUNTERS = {
    Format.GPKG: ("counts", "count_gpkg"),
    Format.SHAPEFILE: ("counts", "count_shapefile"),
    Format.GEOJSON: ("counts", "count_geojson"),
    Format.GEOJSON_LINES: ("counts", "count_geojson_lines"),
    Format.TOPOJSON: ("counts", "count_topojson"),
    Format.FLATGEOBUF: ("flatgeobuf", "count_flatgeobuf"),
    Format.GEOPARQUET: ("geoparquet", "count_geoparquet"),
    Format.GDB: ("geodatabase", "count_geodatabase"),
    Format.KML: ("kml", "count_kml"),
    Format.CSV: ("coordinates", "count_table"),
    Format.XLSX: ("coordinates", "count_table"),
    Format.DXF: ("dxf", "count_dxf"),
}
#: Formats that GDAL does not read for us.
OWN_READERS = {
    Format.GEOPARQUET: ("geoparquet", "read_geoparquet"),
    Format.KML: ("kml", "read_kml"),
    Format.CSV: ("coordinates", "read_coordinates"),
    Format.XLSX: ("coordinates", "read_coordinates"),
    Format.DXF: ("dxf", "read_dxf"),
}
LISTERS = {
    Format.GPKG: ("counts", "gpkg_layers"),
    Format.TOPOJSON: ("counts", "topojson_layers"),
    Format.GDB: ("geodatabase", "feature_classes"),
    Format.XLSX: ("coordinates", "sheets"),
    Format.DXF: ("dxf", "layers"),
}
_GDAL = ("bulk", "read_rows")


def _found(place: tuple[str, str]) -> Any:  # noqa: ANN401 - a counter, a reader or a lister
    module, name = place
    return getattr(importlib.import_module(f"siting.load.{module}"), name)


def needs_gdal(file_format: Format) -> bool:
    """True for what GDAL reads, and for archives, of which nobody knows what lies in them."""
    return file_format not in OWN_READERS


def count_rows(path: Path, file_format: Format, sublayer: str) -> Count:
    """Return the number of rows of a layer, counted without its reader.

    Raises
    ------
    CountError
        With a bilingual text, when the file is damaged or the layer is not to be found.
    """
    try:
        count: Count = _found(COUNTERS[file_format])(path, sublayer)
    except SitingError as error:
        raise CountError(one_line(error)) from error
    return count


def read_rows(request: VectorRequest) -> Rows:
    """Read one layer with the reader of its format.

    Raises
    ------
    BulkReadError
        When it cannot be read.
    """
    try:
        rows: Rows = _found(OWN_READERS.get(request.file_format, _GDAL))(request)
    except SitingError as error:
        raise BulkReadError(one_line(error)) from error
    return rows


@contextmanager
def settled(request: VectorRequest) -> Iterator[VectorRequest]:
    """Yield the request for what is really to be read: for an archive, what lies in it.

    Raises
    ------
    ArchiveError
        An unsafe archive, nothing to read in it, or several things and no choice.
    """
    if request.file_format not in ARCHIVE_FORMATS:
        yield request
        return
    with unpacked(request.path) as folder:
        found = _contents(folder, request.file_format)
        path, sublayer = choose(found, folder, request.sublayer)
        yield replace(request, path=path, file_format=_format(path), sublayer=sublayer)


def _contents(folder: Path, file_format: Format) -> list[Path]:
    if file_format is Format.KMZ:
        found = data_in(folder, frozenset({".kml"}))
        main = [path for path in found if path.parent == folder]
        # The standard: the first .kml at the root, doc.kml by custom; others are parts of it.
        return sorted(main or found, key=lambda path: path.name.lower() != "doc.kml")[:1]
    return data_in(folder, PACKED)


def _format(path: Path) -> Format:
    try:
        return format_of(path)
    except SitingError as error:
        raise ArchiveError(one_line(error)) from error


def sublayers(path: Path, file_format: Format) -> list[str]:
    """Return the names of the layers in a file.

    Raises
    ------
    ArchiveError, CountError
        When it is unsafe or damaged.
    """
    if file_format in ARCHIVE_FORMATS:
        with unpacked(path) as folder:
            found = _contents(folder, file_format)
            if len(found) != 1:
                return [str(each.relative_to(folder).with_suffix("")) for each in found]
            return sublayers(found[0], _format(found[0]))
    lister = LISTERS.get(file_format)
    try:
        names: list[str] = [path.stem] if lister is None else _found(lister)(path)
    except SitingError as error:
        raise CountError(one_line(error)) from error
    except BulkReadError as error:
        raise CountError(str(error)) from error
    return names
