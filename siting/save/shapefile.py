"""Shapefiles: field names of 10 bytes, texts of 254, one kind of geometry, and a .cpg."""

from __future__ import annotations

import codecs
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from siting.environment import without_foreign_variables
from siting.errors import Where, WriteError
from siting.save.fields import attribute_names, flattened
from siting.save.group import atomic_group
from siting.save.readback import driver_errors, told_changes
from siting.save.vector import require_one_kind

if TYPE_CHECKING:
    import geopandas as gpd

NAME_BYTES = 10
#: The date in a .dbf when none is given.
NO_DATE = dt.date(1970, 1, 1)
TEXT_BYTES = 254
#: What stands in the .cpg, by Python's name of the encoding.
CODE_PAGES = {"utf-8": "UTF-8", "gbk": "GBK", "gb18030": "GB18030", "gb2312": "GBK"}


@without_foreign_variables()
def write_shapefile(
    path: Path, frame: gpd.GeoDataFrame, *, encoding: str = "", dated: dt.date = NO_DATE
) -> tuple[str, ...]:
    """Write a shapefile with .cpg and .prj; return what the format made of the table.

    All parts appear whole or none does (see :mod:`siting.save.group`). What is returned:
    names cut to 10 bytes, values that a .dbf cannot hold (an empty text and no text are one,
    times become texts, numbers of more than 24 characters lose digits).

    Parameters
    ----------
    path
        The .shp.
    frame
        One kind of geometry (parts and multiparts may be mixed).
    encoding
        UTF-8 when empty; GBK for older desktops. Every character must exist in it.
    dated
        The date that stands in the .dbf as its last change: no clock, so equal input, equal bytes.

    Raises
    ------
    WriteError
        For mixed kinds, a text over 254 bytes, or a character that the encoding lacks.
    """
    import pyogrio

    code = _code_of(encoding or "utf-8", path)
    require_one_kind(path, frame, "shapefile")
    table = flattened(frame).reset_index(drop=True)
    _require_texts(path, table, code)
    names = short_names(attribute_names(table), code)
    page = CODE_PAGES[code]
    with atomic_group(path) as part:
        with driver_errors(path):
            pyogrio.write_dataframe(
                table.rename(columns=names), part, driver="ESRI Shapefile", encoding=page,
                DBF_DATE_LAST_UPDATE=dated.isoformat(),
            )  # fmt: skip
        part.with_suffix(".cpg").write_text(page, encoding="ascii")
        return told_changes(part, table, target=path, encoding=page)


def _code_of(encoding: str, path: Path) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if name not in CODE_PAGES:
        raise WriteError(
            f"a shapefile cannot be written in '{encoding}'",
            where=Where(file=str(path)),
            expected=", ".join(CODE_PAGES),
            next_step="choose --encoding utf-8 or gbk",
        )
    return name


def short_names(names: list[str], encoding: str) -> dict[str, str]:
    """Return a field name of at most 10 bytes for each name, all different."""
    short: dict[str, str] = {}
    for name in names:
        candidate, number = _cut(name, NAME_BYTES, encoding), 1
        while candidate.upper() in {other.upper() for other in short.values()}:
            number += 1
            tail = f"_{number}"
            candidate = _cut(name, NAME_BYTES - len(tail), encoding) + tail
        short[name] = candidate
    return short


def _cut(name: str, size: int, encoding: str) -> str:
    return name.encode(encoding, errors="replace")[:size].decode(encoding, errors="ignore")


def _require_texts(path: Path, table: gpd.GeoDataFrame, encoding: str) -> None:
    for name in attribute_names(table):
        for row, value in enumerate(table[name].tolist(), start=1):
            if not isinstance(value, str):
                continue
            try:
                size = len(value.encode(encoding))
            except UnicodeEncodeError as error:
                sign = value[error.start]
                raise _unfit(path, name, row, f"'{sign}' is not in {encoding}") from error
            if size > TEXT_BYTES:
                raise _unfit(path, name, row, f"{size} bytes, at most {TEXT_BYTES}")


def _unfit(path: Path, name: str, row: int, found: str) -> WriteError:
    return WriteError(
        f"a text of column '{name}' does not fit into a shapefile",
        where=Where(file=str(path), feature=f"row {row}"),
        found=found,
        next_step="write a GeoPackage, or choose --encoding utf-8 or gb18030",
    )
