"""Excel: one sheet with a WKT column, every text a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siting.errors import Where, WriteError
from siting.save.atomic import atomic_file
from siting.save.clockless import workbook_bytes
from siting.save.fields import plain_columns
from siting.save.texts import WKT_COLUMN

if TYPE_CHECKING:
    import geopandas as gpd

#: Limits of a sheet (Excel specifications): characters of a cell, rows, columns.
CELL_CHARACTERS, MOST_ROWS, MOST_COLUMNS = 32_767, 1_048_576, 16_384
#: Whole numbers beyond this are written as text: a cell keeps 15 digits.
LARGEST_NUMBER = 10**15


def write_workbook(path: Path, frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Write an .xlsx with a WKT column first; return what there is to say of changed values.

    Texts are written as texts, also those that begin with ``=``, so that nothing runs.
    Numbers of more than 15 digits become texts.

    Parameters
    ----------
    path
        The file to write.
    frame
        Geometries in the CRS that the reader will have to be told.

    Raises
    ------
    WriteError
        More rows or columns than a sheet has, or a cell over 32,767 characters: an outline of
        about a thousand corners.
    """
    wkt = np.atleast_1d(shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1, trim=True))
    columns: dict[str, list[object]] = {WKT_COLUMN: list(wkt), **plain_columns(frame)}
    _require_room(path, columns, rows=len(frame))
    long: dict[str, int] = {}
    book = _book(columns, long, rows=len(frame))
    with atomic_file(path) as part:
        part.write_bytes(workbook_bytes(book))
    return tuple(
        f"字段“{name}”有 {count} 个 15 位以上的数按文本写入 / "
        f"{count} number(s) of '{name}' over 15 digits were written as text"
        for name, count in long.items()
    )


def _book(columns: dict[str, list[object]], long: dict[str, int], *, rows: int) -> Any:  # noqa: ANN401
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")

    def cell(name: str, value: Any) -> Any:  # noqa: ANN401 - openpyxl's cell
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LARGEST_NUMBER:
            long[name] = long.get(name, 0) + 1
            value = str(value)
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # openpyxl would make a formula of "=…"
        return made

    sheet.append([cell(name, name) for name in columns])
    for row in range(rows):
        sheet.append([cell(name, values[row]) for name, values in columns.items()])
    return book


def _require_room(path: Path, columns: dict[str, list[object]], *, rows: int) -> None:
    if rows + 1 > MOST_ROWS or len(columns) > MOST_COLUMNS:
        found = f"{rows} rows, {len(columns)} columns"
        raise _unfit(path, "the table does not fit into a sheet", "", found)
    for name, values in columns.items():
        for row, value in enumerate(values, start=1):
            if isinstance(value, str) and len(value) > CELL_CHARACTERS:
                what = f"a value of '{name}' does not fit into a cell"
                raise _unfit(path, what, f"row {row}", f"{len(value)} characters")
            if isinstance(value, str) and any(
                sign < " " and sign not in "\t\n\r" for sign in value
            ):
                what = f"a value of '{name}' has a control character, which Excel cannot hold"
                raise _unfit(path, what, f"row {row}", repr(value[:40]))


def _unfit(path: Path, what: str, feature: str, found: str) -> WriteError:
    return WriteError(
        what,
        where=Where(file=str(path), feature=feature),
        expected=f"{MOST_ROWS} rows, {MOST_COLUMNS} columns, {CELL_CHARACTERS} characters a cell",
        found=found,
        next_step="write a .csv or a GeoPackage",
    )
