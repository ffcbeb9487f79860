"""Reading a vector layer in the reading process: pyogrio in bulk, fiona record by record.

pyogrio hands rows over as Arrow without building geometries, so that an open ring does
not cost the whole layer. Only where that read raises is each record read on its own by
fiona, and a record that raises costs itself alone.
"""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from siting.load.binary import bytes_of, windows
from siting.load.counts import sibling
from siting.load.encoding import Encoding, dbf_encoding, lenient_text
from siting.load.formats import GEOMETRY, SHAPEFILE_PARTS, Format, VectorRequest
from siting.load.words import say

logger = logging.getLogger(__name__)

#: WKB kinds (ISO, without Z and M): circular string, compound curve, curve polygon,
#: multicurve, multisurface, curve, surface.
ARC_KINDS = frozenset(range(8, 15))
#: Driver that must have opened each format.
DRIVERS = {
    Format.GPKG: "GPKG",
    Format.SHAPEFILE: "ESRI Shapefile",
    Format.GEOJSON: "GeoJSON",
    Format.GEOJSON_LINES: "GeoJSONSeq",
    Format.TOPOJSON: "TopoJSON",
    Format.FLATGEOBUF: "FlatGeobuf",
    Format.GDB: "OpenFileGDB",
}
#: Byte order and kind, at the begin of WKB.
_HEAD_BYTES = 5
#: Formats that can hold arcs.
CURVED = (Format.GPKG, Format.GDB, Format.FLATGEOBUF)
#: Thousands of an ISO WKB kind that has M; and the formats that can hold it.
MEASURED = (2, 3)
MEASURABLE = (*CURVED, Format.SHAPEFILE)
#: Formats whose files are one layer, whatever it is called.
ONE_LAYER = (Format.SHAPEFILE, Format.GEOJSON, Format.GEOJSON_LINES, Format.FLATGEOBUF)


@dataclass(slots=True)
class Rows:
    """What was read: the table with :data:`GEOMETRY`, and what there is to say of it."""

    table: pa.Table
    crs: str | None
    available: list[str]
    driver: str
    notes: list[str] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)
    """Rows that the reader could not give: number (from 1) and reason."""
    encoding: str = ""
    consumed: int | None = None
    """Records of the file that went into the rows, where these are not one for one."""


class BulkReadError(Exception):
    """The bulk reader gave up; the text says why."""


def read_rows(request: VectorRequest) -> Rows:
    """Read one layer, in bulk if possible and record by record otherwise.

    Raises
    ------
    BulkReadError
        When neither reader can open the file.
    """
    import pyogrio.errors

    encoding = _encoding(request)
    with opened_under_safe_name(request) as path:
        try:
            rows = _in_bulk(path, request, encoding)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise BulkReadError(say(f"无法打开：{error}", f"cannot be opened: {error}")) from error
        except (OSError, LookupError) as error:  # what Arrow and pyogrio say of a damaged file
            raise BulkReadError(
                say(f"文件已损坏：{error}", f"the file is damaged: {error}")
            ) from error
        except (
            pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError,
            pyogrio.errors.FieldError,
            pa.ArrowException,
            RuntimeError,
            ValueError,
        ) as error:
            logger.warning("bulk read failed: %s", error)
            rows = record_by_record(path, request, encoding, str(error))
    rows.encoding = encoding.name
    if encoding.note:
        rows.notes.append(encoding.note)
    if request.file_format in MEASURABLE:
        rows = _without_measures(rows)
    return with_readable_texts(rows)


def with_readable_texts(rows: Rows) -> Rows:
    """Return the rows with texts that are UTF-8, as Arrow demands and a file may break.

    A column with other bytes is read as GB18030 where that fits, else with replacement
    marks; both are said.
    """
    for position, name in enumerate(rows.table.column_names):
        column = rows.table[name]
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            raw = column.cast(pa.binary()).to_pylist()
            texts = [None if value is None else lenient_text(value) for value in raw]
            rows.table = rows.table.set_column(position, name, pa.array(texts, pa.string()))
            rows.notes.append(
                say(
                    f"列 {name} 的文字不是 UTF-8，请核对",
                    f"texts of {name} are no UTF-8: check them",
                )
            )
    return rows


def _encoding(request: VectorRequest) -> Encoding:
    if request.file_format is not Format.SHAPEFILE:
        return Encoding("")
    dbf = sibling(request.path, ".dbf")
    if dbf is None:
        return Encoding("")
    return dbf_encoding(dbf, sibling(request.path, ".cpg"), request.encoding)


@contextmanager
def opened_under_safe_name(request: VectorRequest) -> Iterator[Path]:
    """Yield a path that GDAL takes literally.

    A ``!`` or ``://`` in a path is read as an archive or a scheme, and a shapefile without
    .shx needs its index written beside it: both are read from a private copy.
    """
    is_shapefile = request.file_format is Format.SHAPEFILE
    text = str(request.path)
    is_plain = "!" not in text and "://" not in text and not text.startswith("/vsi")
    lacks_index = is_shapefile and sibling(request.path, ".shx") is None
    if is_plain and not lacks_index:
        yield request.path
        return
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        target = Path(folder) / f"layer{request.path.suffix.lower()}"
        shutil.copyfile(request.path, target)
        if is_shapefile:
            for suffix in SHAPEFILE_PARTS[1:]:
                part = sibling(request.path, suffix)
                if part is not None:
                    shutil.copyfile(part, target.with_suffix(suffix))
        if not lacks_index:
            yield target
            return
        import pyogrio

        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            yield target
        finally:
            # Left on, GDAL would write the index of the next shapefile anew, in its own folder.
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _in_bulk(path: Path, request: VectorRequest, encoding: Encoding) -> Rows:
    import pyogrio

    options = _layer_option(request)
    info = pyogrio.read_info(path, encoding=encoding.name or None, **options)
    available = [str(name) for name in info["fields"]]
    columns = request.chosen(available)
    rows = Rows(pa.table({}), info["crs"], available, str(info["driver"]))
    if request.file_format is Format.SHAPEFILE:
        rows.table = _by_arrays(path, columns, encoding)
        return rows
    with pyogrio.raw.open_arrow(path, columns=columns, use_pyarrow=True, **options) as opened:
        meta, reader = opened
        table = reader.read_all()
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        raise BulkReadError(say("图层没有图形", "the layer has no geometry"))
    rows.table = table.select([*columns, name]).rename_columns([*columns, GEOMETRY])
    if request.file_format in CURVED and _has_arcs(rows.table):
        rows.table = _by_arrays(path, columns, encoding, **options)
        rows.notes.append(
            say("圆弧按每 0.1° 一段折线读取", "arcs were read as chords of 0.1 degrees each")
        )
    return rows


def _kinds(table: pa.Table) -> set[int]:
    """Return the ISO WKB kinds that occur: 3 polygon, 1003 with Z, 2003 with M, 3003 with both."""
    found: set[int] = set()
    for chunk in table[GEOMETRY].chunks:
        content, offsets = bytes_of(chunk)
        has_head = np.diff(offsets) >= _HEAD_BYTES
        if chunk.null_count:
            has_head &= chunk.is_valid().to_numpy(zero_copy_only=False)
        starts = offsets[:-1][has_head]
        is_little = content[starts] > 0
        for order, places in (("<u4", starts[is_little]), (">u4", starts[~is_little])):
            found.update(np.unique(windows(content, order)[places + 1]).tolist())
    return found


def _has_arcs(table: pa.Table) -> bool:
    """True when a geometry is a curve: Arrow hands it over as such, and GEOS reads none."""
    return any(kind % 1000 in ARC_KINDS for kind in _kinds(table))


def _without_measures(rows: Rows) -> Rows:
    """Return the rows without M values, which GEOS keeps and nothing here uses, and say so."""
    if not any(kind // 1000 in MEASURED for kind in _kinds(rows.table)):
        return rows
    import shapely

    flat: list[bytes | None] = []
    for shape in rows.table[GEOMETRY].to_pylist():
        read = None if shape is None else shapely.from_wkb(shape, on_invalid="ignore")
        is_measured = read is not None and bool(shapely.has_m(read))
        flat.append(shapely.to_wkb(shapely.force_2d(read)) if is_measured else shape)
    place = rows.table.column_names.index(GEOMETRY)
    rows.table = rows.table.set_column(place, GEOMETRY, pa.array(flat, pa.binary()))
    rows.notes.append(say("测量值（M）不使用", "measures (M) were dropped"))
    return rows


def _layer_option(request: VectorRequest) -> dict[str, str]:
    is_one_layer = request.file_format in ONE_LAYER
    return {} if is_one_layer or not request.sublayer else {"layer": request.sublayer}


def _by_arrays(path: Path, columns: list[str], encoding: Encoding, **options: str) -> pa.Table:
    """Read without Arrow: only so does pyogrio decode by a given encoding and flatten arcs."""
    import pyogrio

    meta, _, geometry, values = pyogrio.raw.read(
        path, columns=columns, encoding=encoding.name or None, **options
    )
    by_name = dict(zip(meta["fields"], values, strict=True))
    # As lists: from an ndarray pyarrow would import pandas, which costs a second.
    arrays = [pa.array(by_name[name].tolist()) for name in columns]
    shapes = [None] * _length(values) if geometry is None else list(geometry)
    return pa.table([*arrays, pa.array(shapes, type=pa.binary())], names=[*columns, GEOMETRY])


def _length(values: list[Any]) -> int:
    return len(values[0]) if values else 0


def record_by_record(path: Path, request: VectorRequest, encoding: Encoding, why: str) -> Rows:
    """Read each record on its own with fiona; one that raises is listed as lost.

    Raises
    ------
    BulkReadError
        When fiona cannot open the file either.
    """
    import fiona
    import fiona.errors

    note = say(
        f"批量读取失败（{why}），已逐条读取；逐条读取会自动闭合未闭合的环",
        f"the bulk read failed ({why}), so records were read one by one; that reader closes "
        "open rings without saying so",
    )
    try:
        source = fiona.open(
            path,
            encoding=encoding.name or None,
            enabled_drivers=[DRIVERS[request.file_format]],
            **_layer_option(request),
        )
    except (fiona.errors.FionaError, OSError) as error:
        raise BulkReadError(say(f"无法打开：{error}", f"cannot be opened: {error}")) from error
    with source:
        available = list(source.schema["properties"])
        columns = request.chosen(available)
        crs = source.crs_wkt or None
        records, lost = _records(source, columns)
    shapes = pa.array([record[GEOMETRY] for record in records], pa.binary())
    table = pa.table({name: [record[name] for record in records] for name in columns})
    table = pa.table([*table.columns, shapes], names=[*columns, GEOMETRY])
    return Rows(table, crs, available, DRIVERS[request.file_format], [note], lost)


def _records(
    source: Iterable[Any], columns: list[str]
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """Return one record per feature, without geometry where it was lost, and the losses."""
    import fiona.errors
    import shapely.geometry

    records: list[dict[str, Any]] = []
    lost: list[tuple[int, str]] = []
    iterator = iter(source)
    for number in itertools.count(1):
        record: dict[str, Any] = dict.fromkeys([*columns, GEOMETRY])
        try:
            feature = next(iterator)
            record |= {name: feature.properties[name] for name in columns}
            if feature.geometry is not None:
                record[GEOMETRY] = shapely.geometry.shape(feature.geometry).wkb
        except StopIteration:
            break
        except (fiona.errors.FionaError, shapely.errors.ShapelyError, ValueError) as error:
            lost.append((number, say(f"无法读取：{error}", f"cannot be read: {error}")))
        records.append(record)
    return records, lost
