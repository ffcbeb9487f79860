"""Arrow columns -> frames, some rows giving the same types as all of them.

pandas makes floats of whole numbers among which one is missing, and objects of such truth
values. A few rows without a gap would come out as another type than the whole column, and
1001.0 is another text than 1001: so the types are those of the whole column, always.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

#: Column -> pandas type.
ColumnTypes = Mapping[str, Any]


def gaps_of(table: pa.Table) -> list[str]:
    """Return the columns in which a value is missing."""
    return [name for name in table.column_names if table[name].null_count]


def types_of(schema: pa.Schema, gaps: Collection[str]) -> ColumnTypes:
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
