"""Values of attribute tables as text formats take them."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

#: Begin of a cell that a spreadsheet takes for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def attribute_names(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the columns but the geometry."""
    return [str(name) for name in frame.columns if name != frame.geometry.name]


def plain(value: Any) -> object:  # noqa: ANN401 - a cell of any column
    """Return a value as None, bool, int, float or text; dates as ISO text, lists as JSON."""
    if value is None or value is np.ma.masked or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple | dict | np.ndarray):
        content = value.tolist() if isinstance(value, np.ndarray) else value
        return json.dumps(content, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def plain_columns(frame: gpd.GeoDataFrame) -> dict[str, list[object]]:
    """Return each attribute column as a list of plain values."""
    return {name: [plain(one) for one in frame[name].tolist()] for name in attribute_names(frame)}


def flattened(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with lists and tables in cells as JSON texts, which GDAL can write."""
    nested = {
        name: frame[name].map(plain)
        for name in attribute_names(frame)
        if frame[name].map(lambda value: isinstance(value, list | tuple | dict | np.ndarray)).any()
    }
    return frame.assign(**nested) if nested else frame


def without_formula(value: object) -> object:
    """Return a text with ``'`` before it when a spreadsheet would take it for a formula."""
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value
