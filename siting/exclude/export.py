"""The exclusion table as a file for others: one row per parcel, five columns per rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from siting.exclude.records import Column, ExclusionTable
from siting.model import Severity
from siting.save.geoparquet import write_geoparquet, write_plain_parquet

if TYPE_CHECKING:
    import pyarrow as pa

#: Severities whose land is given together, as a range.
TOTALLED = (Severity.PROHIBITED, Severity.RESTRICTED, Severity.CONSULT)
SCHEMA = "siting-exclusion/1"


def write_exclusion(path: Path, table: ExclusionTable, *, with_shapes: bool = True) -> None:
    """Write the table as GeoParquet 1.1 in the working CRS, whole or not at all.

    Parameters
    ----------
    path
        The file to be.
    table
        From :func:`siting.exclude.exclude`.
    with_shapes
        False where the parcels' release does not let their shapes travel: then it is plain
        Parquet.

    Raises
    ------
    WriteError
        When it cannot be written.
    """
    rows = arrow_table(table)
    metadata = {"siting": json.dumps(_head(table), ensure_ascii=False, sort_keys=True)}
    if with_shapes:
        shapes = table.land.geometries
        write_geoparquet(path, rows, shapes, crs=table.crs, metadata=metadata)
    else:
        write_plain_parquet(path, rows, metadata=metadata)


def _head(table: ExclusionTable) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "as_of": table.as_of.isoformat(),
        "crs": table.crs,
        "rule_book": table.rule_book,
        "parcels_left_out": table.land.left_out,
        "rules_not_in_table": {code: text.en for code, text in table.left_out.items()},
    }


def arrow_table(table: ExclusionTable) -> pa.Table:
    """Return the table as Arrow columns; what each means stands in its field's metadata.

    Per rule: ``…_m2`` and ``…_share`` (null where not measured), ``…_bound_m2``, ``…_hit``,
    ``…_not_checked``.
    """
    import pyarrow as pa

    fields = [pa.field("parcel_id", pa.string()), pa.field("area_m2", pa.float64())]
    arrays = [pa.array(table.land.ids, pa.string()), pa.array(table.land.areas_m2)]
    for severity in TOTALLED:
        least, most = table.range_m2(severity)
        for end, area_m2 in (("min", least), ("max", most)):
            fields.append(pa.field(f"{severity}_share_{end}", pa.float64()))
            arrays.append(pa.array(np.clip(area_m2 / table.land.areas_m2, 0.0, 1.0)))
    for column in table.columns:
        cells, about = column.cells, _about(column)
        for ending, values in (
            ("m2", cells.excluded_m2),
            ("share", table.shares(column)),
            ("bound_m2", cells.bound_m2),
            ("hit", cells.is_hit),
            ("not_checked", cells.is_unchecked),
        ):
            array = _array(values)
            fields.append(pa.field(f"{column.key}_{ending}", array.type, metadata=about))
            arrays.append(array)
    return pa.table(arrays, schema=pa.schema(fields))


def _array(values: NDArray[np.float64] | NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, from_pandas=True)


def _about(column: Column) -> dict[str, str]:
    rule = column.rule
    return {
        "code": rule.code,
        "variant": column.variant,
        "kind": rule.kind,
        "title": rule.title.get("zh"),
        "title_en": rule.title.get("en"),
        "severity": str(column.severity),
        "citation": rule.basis.citation,
        "article": rule.basis.article,
        "certainty": rule.basis.certainty,
        "layers": json.dumps(dict(column.layers), ensure_ascii=False, sort_keys=True),
        "gaps": json.dumps([gap.zh for gap in column.gaps], ensure_ascii=False),
    }
