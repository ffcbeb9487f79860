"""Arrow columns -> frames, some rows giving the same types as all of them.

pandas makes floats of whole numbers among which one is missing, and objects of such truth
values. A few rows without a gap would come out as another type than the whole column, and
1001.0 is another text than 1001: so the types are those of the whole column, always.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

#: Column -> pandas type.
ColumnTypes = Mapping[str, Any]


def gaps_of(table: pa.Table) -> list[str]:
    """Return the columns in which a value is missing."""
    return [name for name in table.column_names if table[name].null_count]


def types_of(schema: pa.Schema, gaps: Collection[str]) -> ColumnTypes:
    """Return the types that pandas gives whole columns, those of `gaps` lacking a value."""
    import pyarrow as pa

    found = {}
    for field in schema:
        probe = pa.array([None] if field.name in gaps else [], field.type)
        found[field.name] = pa.table({"probe": probe}).to_pandas()["probe"].dtype
    return found


def plain_columns(schema: pa.Schema, gaps: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the columns whose values can be had without pandas as pandas would list them.

    Returns
    -------
    dict
        Texts, truth values and numbers but float32; by name: what a value becomes (``float``
        where pandas makes floats of whole numbers, else nothing), and what no value becomes
        (``nan``, else nothing), as this pandas does it.
    """
    import pyarrow as pa

    found = {}
    for field in schema:
        kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer,
                 pa.types.is_boolean, pa.types.is_float64)  # fmt: skip
        if not any(is_kind(field.type) for is_kind in kinds):
            continue
        has_gaps = field.name in gaps
        probe = pa.table({"probe": pa.array([None], field.type)}).to_pandas()["probe"].tolist()
        is_counted = pa.types.is_integer(field.type) and has_gaps
        found[field.name] = ("float" if is_counted else "", "nan" if probe[0] is not None else "")
    return found


def listed(values: Sequence[Any], becomes: str, nothing: str) -> list[Any]:
    """Return Arrow's values of a column of :func:`plain_columns` as pandas would list them."""
    none = math.nan if nothing else None
    make = float if becomes else _same
    return [none if value is None else make(value) for value in values]


def _same(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    return value


def framed(
    table: pa.Table,
    types: ColumnTypes,
    shapes: NDArray[np.object_],
    crs: str,
) -> gpd.GeoDataFrame:
    """Return a table of some rows, numbered from 0, with its geometry as the last column."""
    import geopandas as gpd

    frame: pd.DataFrame = table.to_pandas()
    other = {name: kind for name, kind in types.items() if frame[name].dtype != kind}
    if other:
        frame = frame.astype(other)
    return gpd.GeoDataFrame(frame, geometry=gpd.array.from_shapely(shapes), crs=crs)
