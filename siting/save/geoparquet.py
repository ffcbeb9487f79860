"""GeoParquet 1.1 of a table with metadata of its own: WKB, boxes, CRS, page checksums."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.save.atomic import atomic_file

if TYPE_CHECKING:
    import pyarrow as pa

GEOMETRY, BOX = "geometry", "bbox"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
#: Rows of a group: readers skip the groups whose boxes they do not need.
GROUP_ROWS = 100_000


def write_geoparquet(
    path: Path,
    table: pa.Table,
    geometries: NDArray[np.object_],
    *,
    crs: str,
    metadata: Mapping[str, str],
) -> None:
    """Write a table with its shapes, whole or not at all; the same input gives the same bytes.

    Parameters
    ----------
    path
        The file to be.
    table
        One row per shape; its columns may bear metadata of their own.
    geometries
        One per row, in `crs`.
    crs
        What pyproj knows; it is written as PROJJSON.
    metadata
        Beside ``geo`` in the file's key-value metadata.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    bounds = shapely.bounds(geometries) if len(geometries) else np.empty((0, 4))
    boxes = pa.StructArray.from_arrays(
        [pa.array(bounds[:, side]) for side in range(4)], names=list(_SIDES)
    )
    whole = table.append_column(BOX, boxes).append_column(
        GEOMETRY, pa.array(shapely.to_wkb(geometries), pa.binary())
    )
    head = {"geo": json.dumps(_geo(geometries, crs), sort_keys=True), **metadata}
    with atomic_file(path) as part:
        pq.write_table(
            whole.replace_schema_metadata(head),
            part,
            compression="zstd",
            row_group_size=GROUP_ROWS,
            write_page_checksum=True,
        )


def write_plain_parquet(path: Path, table: pa.Table, *, metadata: Mapping[str, str]) -> None:
    """Write a table without shapes; see :func:`write_geoparquet`."""
    import pyarrow.parquet as pq

    with atomic_file(path) as part:
        pq.write_table(
            table.replace_schema_metadata(dict(metadata)),
            part,
            compression="zstd",
            row_group_size=GROUP_ROWS,
            write_page_checksum=True,
        )


def _geo(geometries: NDArray[np.object_], crs: str) -> dict[str, Any]:
    import pyproj

    kinds = sorted({shape.geom_type for shape in geometries})
    column = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": pyproj.CRS.from_user_input(crs).to_json_dict(),
        "edges": "planar",
        "covering": {"bbox": {side: [BOX, side] for side in _SIDES}},
    }
    if len(geometries):
        column["bbox"] = shapely.total_bounds(geometries).tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
