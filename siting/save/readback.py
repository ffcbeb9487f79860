"""What a driver made of a table, read back from the file: nothing changes without a word."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siting.errors import Where, WriteError
from siting.save.fields import attribute_names, plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

#: Two coordinates are the same below this, in units of the CRS: 1 µm in metres, and less than
#: the finest grid that we write (degrees: 1e-9).
SAME_COORDINATE = 2e-6


@contextlib.contextmanager
def driver_errors(path: Path) -> Iterator[None]:
    """Turn what pyogrio raises into a WriteError; its warnings are what the read-back finds.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic.write_error`.
    """
    from pyogrio.errors import (
        DataLayerError,
        DataSourceError,
        FeatureError,
        FieldError,
        GeometryError,
    )

    from siting.save.atomic import write_error

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    except (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError) as error:
        raise write_error(path, error) from error


def told_changes(
    part: Path, table: gpd.GeoDataFrame, *, target: Path, encoding: str = ""
) -> tuple[str, ...]:
    """Read a layer back and return a sentence for each column, value or shape that changed.

    Parameters
    ----------
    part
        The file that a driver wrote: one layer.
    table
        What was to be written, under its own column names.
    target
        The file to be, for messages.
    encoding
        Of the texts of a shapefile; the other formats know their own.

    Raises
    ------
    WriteError
        When rows or columns are missing.
    """
    import pyogrio

    with driver_errors(target):
        back = pyogrio.read_dataframe(part, encoding=encoding or None)
    own = attribute_names(table)
    # A .dbf needs a field: GDAL makes one where the table has none.
    found = attribute_names(back) if own else []
    if len(back) != len(table) or len(found) != len(own):
        raise WriteError(
            f"'{target.name}' did not keep everything; what was there before is untouched",
            where=Where(file=str(target)),
            expected=f"{len(table)} rows, {len(own)} columns",
            found=f"{len(back)} rows, {len(found)} columns",
            next_step="write a GeoPackage, or check the disk, then run again",
        )
    notes = _renamed(own, found)
    for name, there in zip(own, found, strict=True):
        sentence = _changed_values(name, table[name], back[there])
        notes.extend([sentence] if sentence else [])
    notes.extend(_changed_shapes(table, back))
    return tuple(notes)


def _renamed(own: list[str], found: list[str]) -> list[str]:
    pairs = [f"{one} -> {other}" for one, other in zip(own, found, strict=True) if one != other]
    text = f"字段名缩短或改变 / field names shortened or changed: {', '.join(pairs)}"
    return [text] if pairs else []


def _changed_values(name: str, wanted: pd.Series[Any], found: pd.Series[Any]) -> str:
    pairs = list(zip(wanted.tolist(), found.tolist(), strict=True))
    rows = [row for row, (one, other) in enumerate(pairs) if not _is_same(one, other)]
    if not rows:
        return ""
    one, other = (plain(value) for value in pairs[rows[0]])
    example = f"{one!r} -> {other!r}"
    return (
        f"字段“{name}”有 {len(rows)} 个值因格式改变（第 {rows[0] + 1} 行：{example}） / "
        f"{len(rows)} value(s) of '{name}' changed by the format (row {rows[0] + 1}: {example})"
    )


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - cells of any column
    if one is other:
        return True
    left, right = plain(one), plain(other)
    if left is None or right is None:
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return str(left) == str(right) or _moment(left) == _moment(right) != ""


def _moment(value: object) -> str:
    """Return a date or time without what formats write differently; ``""`` for other texts."""
    import pandas as pd

    text = str(value).replace("/", "-")
    try:
        moment = pd.Timestamp(text)
    except ValueError:
        return ""
    return str(moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment)


def _changed_shapes(table: gpd.GeoDataFrame, back: gpd.GeoDataFrame) -> list[str]:
    before, after = table.geometry.to_numpy(), back.geometry.to_numpy()
    counts = shapely.get_num_coordinates(before) != shapely.get_num_coordinates(after)
    moved = ~np.isclose(
        shapely.bounds(before), shapely.bounds(after), rtol=0.0, atol=SAME_COORDINATE,
        equal_nan=True,
    ).all(axis=1)  # fmt: skip
    rows = np.flatnonzero(counts | moved)
    if not len(rows):
        return []
    first = int(rows[0]) + 1
    text = f"{len(rows)} shape(s) were changed by the format (from row {first})"
    return [f"{len(rows)} 个图形因格式改变（第 {first} 行起） / {text}"]
