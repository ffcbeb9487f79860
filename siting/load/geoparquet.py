"""GeoParquet (geoparquet.org, 1.0 and 1.1): WKB and the native (GeoArrow) encodings.

The CRS is PROJJSON in the file's ``geo`` metadata: absent means OGC:CRS84, null means that
the writer did not know it. The witness of the row count are the row groups of the footer,
against the rows that come out of the pages, whose checksums are verified where written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from siting.load.bulk import BulkReadError, Rows
from siting.load.counts import Count, CountError
from siting.load.formats import GEOMETRY, PARQUET_MAGIC, VectorRequest
from siting.load.words import say

CRS84 = "OGC:CRS84"
#: Native encodings: levels of lists around the coordinates, and shapely's type id.
NATIVE = {
    "point": (0, 0), "linestring": (1, 1), "polygon": (2, 3), "multipoint": (1, 4),
    "multilinestring": (2, 5), "multipolygon": (3, 6),
}  # fmt: skip


def count_geoparquet(path: Path, _: str) -> Count:
    """Return the rows that the footer's row groups have.

    Raises
    ------
    CountError
        When the file is cut short, or is a Parquet table without geometry.
    """
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        if file.read(4) != PARQUET_MAGIC:
            raise CountError(
                say("Parquet 不完整（文件尾缺失）", "the Parquet file is cut short: it has no end")
            )
    try:
        footer = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise CountError(
            say(f"Parquet 已损坏：{error}", f"the Parquet file is damaged: {error}")
        ) from error
    rows = sum(footer.row_group(number).num_rows for number in range(footer.num_row_groups))
    problems: tuple[str, ...] = ()
    if rows != footer.num_rows:
        text = say(
            f"文件尾称有 {footer.num_rows} 行，各行组合计 {rows} 行",
            f"the footer says {footer.num_rows} rows, its row groups {rows}",
        )
        problems = (text,)
    return Count(rows, path.stem, problems=problems)


def read_geoparquet(request: VectorRequest) -> Rows:
    """Read a GeoParquet file.

    Raises
    ------
    BulkReadError
        Damaged pages, no ``geo`` metadata, or an unknown encoding.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(request.path, page_checksum_verification=True) as file:
            schema = file.schema_arrow
            name, column = _primary((schema.metadata or {}).get(b"geo"))
            if name not in schema.names:
                raise BulkReadError(say(f"缺少图形列 {name}", f"there is no column '{name}'"))
            available = [other for other in schema.names if other not in (name, "bbox")]
            columns = request.chosen(available)
            table = file.read(columns=[*columns, name])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BulkReadError(
            say(f"Parquet 已损坏：{error}", f"the Parquet file is damaged: {error}")
        ) from error
    wkb = _as_wkb(table[name], str(column.get("encoding", "")))
    table = table.select(columns).append_column(GEOMETRY, wkb)
    rows = Rows(table, _crs(column), available, "Parquet")
    if column.get("edges", "planar") != "planar":
        rows.notes.append(
            say("边为球面大圆，按平面直线使用", "edges are spherical and used as straight lines")
        )
    return rows


def _primary(raw: bytes | None) -> tuple[str, dict[str, Any]]:
    try:
        geo = json.loads(raw or b"{}")
        name = geo["primary_column"]
        return str(name), dict(geo["columns"][name])
    except (ValueError, KeyError, TypeError) as error:
        raise BulkReadError(
            say(
                "Parquet 没有 geo 元数据，不是 GeoParquet",
                "the Parquet file has no usable geo metadata: it is no GeoParquet",
            )
        ) from error


def _crs(column: dict[str, Any]) -> str | None:
    """Return the CRS as PROJJSON text; absent is CRS84, null is unknown (None)."""
    if "crs" not in column:
        return CRS84
    return None if column["crs"] is None else json.dumps(column["crs"])


def _as_wkb(column: pa.ChunkedArray, encoding: str) -> pa.ChunkedArray:
    if encoding == "WKB":
        # Asked first: casting loads all of Arrow's functions.
        return column if column.type == pa.binary() else column.cast(pa.binary())
    if encoding not in NATIVE:
        raise BulkReadError(
            say(f"图形编码 {encoding} 不支持", f"the geometry encoding '{encoding}' is not read")
        )
    levels, type_id = NATIVE[encoding]
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # no chunk, or several that cannot be one
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return pa.chunked_array([_native(values, levels, type_id)], type=pa.binary())


def _native(values: pa.Array, levels: int, type_id: int) -> pa.Array:
    import numpy as np
    import shapely

    is_null = values.is_null().to_pylist()
    offsets = []
    inner = values
    for _ in range(levels):
        offsets.append(np.asarray(inner.offsets))
        inner = inner.values
    if pa.types.is_struct(inner.type):
        axes = [inner.field(axis).fill_null(float("nan")) for axis in ("x", "y")]
        coordinates = np.column_stack([axis.to_numpy(zero_copy_only=False) for axis in axes])
    else:
        size = inner.type.list_size
        flat = inner.values.to_numpy(zero_copy_only=False)
        coordinates = flat.reshape(-1, size)[:, :2].copy()
    # shapely wants the offsets from the innermost out.
    shapes = shapely.from_ragged_array(
        shapely.GeometryType(type_id), coordinates, tuple(reversed(offsets)) or None
    )
    wkb = shapely.to_wkb(shapes).tolist()
    return pa.array(
        [None if null else one for one, null in zip(wkb, is_null, strict=True)], pa.binary()
    )
