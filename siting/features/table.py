"""Arrow columns -> frames, some rows giving the same types as all of them.

pandas makes floats of whole numbers among which one is missing, and objects of such truth
values. A few rows without a gap would come out as another type than the whole column, and
1001.0 is another text than 1001: so the types are those of the whole column, always.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd


def types_of(schema: pa.Schema, gaps: Collection[str]) -> dict[str, Any]:
    """Return the types that pandas gives whole columns, those of `gaps` lacking a value.

    Categories are left out: their type is the same with and without a gap.
    """
    found = {}
    for field in schema:
        if pa.types.is_dictionary(field.type):
            continue
        probe = pa.array([None] if field.name in gaps else [], field.type)
        found[field.name] = pa.table({"probe": probe}).to_pandas()["probe"].dtype
    return found


def pandas_of(table: pa.Table, gaps: Collection[str]) -> pd.DataFrame:
    """Return some rows as a table, numbered from 0, in the types of the whole."""
    frame: pd.DataFrame = table.to_pandas()
    types = types_of(table.schema, gaps)
    other = {name: kind for name, kind in types.items() if frame[name].dtype != kind}
    return frame.astype(other) if other else frame


def values_of(column: pa.ChunkedArray, *, has_gaps: bool) -> list[Any] | None:
    """Return a column's values as pandas would list them; None where only pandas can tell.

    Parameters
    ----------
    column
        Some rows of it.
    has_gaps
        Whether the whole column lacks a value.
    """
    # What stands for a missing value is another thing in each version of pandas.
    if column.null_count or not _is_simple(column.type):
        return None
    values: list[Any] = column.to_pylist()
    is_float = has_gaps and pa.types.is_integer(column.type)
    return [float(value) for value in values] if is_float else values


def texts_of(column: pa.ChunkedArray, *, has_gaps: bool) -> list[str] | None:
    """Return a column's values as texts, stripped, as ``Features.texts_at`` has them.

    None where only pandas can tell; parameters as in :func:`values_of`.
    """
    if not _is_simple(column.type):
        return None
    is_float = has_gaps and pa.types.is_integer(column.type)
    values = column.to_pylist()
    if pa.types.is_floating(column.type):  # not a number is no value
        values = [None if value is None or math.isnan(value) else value for value in values]
    return [
        "" if value is None else str(float(value) if is_float else value).strip()
        for value in values
    ]


def _is_simple(kind: pa.DataType) -> bool:
    """True for types whose values are one Python type, with pandas and without."""
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    is_number = pa.types.is_integer(kind) or pa.types.is_float64(kind)
    return bool(is_text or is_number or pa.types.is_boolean(kind))
