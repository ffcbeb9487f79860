"""Tables: CSV, Excel and .dbf, every value as text exactly as it stands.

``007`` stays ``007`` and a project code of 18 digits stays whole; numbers are made where
a number is needed, with the row named when one is none.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from siting.errors import ReadError, Where, nearest
from siting.load.archive import ZIP_ERRORS, ArchiveError, refuse_size
from siting.load.counts import Count
from siting.load.dbf import read_dbf
from siting.load.encoding import decode_text
from siting.load.formats import Format, format_of
from siting.load.values import text_of
from siting.load.words import listed, say

#: What openpyxl lets through of a damaged workbook: its own, the parser's and the zip's errors.
WORKBOOK_ERRORS = (*ZIP_ERRORS, ET.ParseError, KeyError, TypeError, ValueError)
#: Longest cell of a CSV, in characters.
LONGEST_FIELD = 1 << 28


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text. ``numbers`` are the rows' numbers as the user sees them in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    encoding: str = ""

    def column(self, name: str) -> tuple[str, ...]:
        """Return the values of a column."""
        position = self.columns.index(name)
        return tuple(row[position] for row in self.rows)


def read_table(path: Path, *, sheet: str = "") -> Table:
    """Read a CSV or Excel table; the first row that is not blank is the heading.

    Parameters
    ----------
    path
        ``.csv`` (UTF-8, UTF-16 with BOM, or GB18030; comma, semicolon or tab), ``.xlsx`` or
        ``.dbf``.
    sheet
        Sheet of a workbook; needed when it has several.

    Raises
    ------
    ReadError
        When the file is missing or damaged, the sheet unknown, or headings occur twice.
    """
    file_format = format_of(path)
    if file_format is Format.CSV:
        text, encoding = _decoded(path)
        return _table(_csv_rows(text), path, encoding)
    if file_format is Format.XLSX:
        _refuse_bomb(path)
        return _table(_sheet_rows(path, sheet), path, "")
    if file_format is Format.DBF:
        rows, note = read_dbf(path)
        return _table(rows, path, note, has_blank_rows=True)
    raise ReadError(
        say("这里需要表格", "a table is needed here"),
        where=Where(file=path.name),
        expected=".csv, .xlsx, .dbf",
        found=file_format.value,
        next_step=say("另存为 .xlsx 或 .csv", "save it as .xlsx or .csv"),
    )


def _decoded(path: Path) -> tuple[str, str]:
    try:
        return decode_text(path.read_bytes())
    except UnicodeDecodeError as error:
        raise ReadError(
            say("文本编码不明", "unknown text encoding"),
            where=Where(file=path.name),
            expected="UTF-8, GB18030",
            found=str(error),
            next_step=say("另存为 UTF-8", "save it as UTF-8"),
        ) from error


def _csv_rows(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    csv.field_size_limit(LONGEST_FIELD)  # an outline as WKT is longer than the default 128 KiB
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(reader.line_num, [value.strip() for value in row]) for row in reader]


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_size(archive.infolist())
            # Reads each member against its CRC, which openpyxl does not.
            broken = archive.testzip()
    except (*ZIP_ERRORS, ArchiveError) as error:
        raise _damaged(path, str(error)) from error
    if broken:
        raise _damaged(path, broken)


def _damaged(path: Path, found: str) -> ReadError:
    return ReadError(
        say("工作簿已损坏或不安全", "the workbook is damaged or unsafe"),
        where=Where(file=path.name),
        found=found,
        next_step=say("重新保存该工作簿", "save the workbook again"),
    )


def _sheet_rows(path: Path, sheet: str) -> list[tuple[int, list[str]]]:
    import openpyxl

    try:
        # Opened by us: openpyxl leaves the file open when it fails half-way.
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            name = _sheet_name(book.sheetnames, sheet, path)
            rows = book[name].iter_rows(values_only=True)
            return [
                (number, [_cell_text(value) for value in row])
                for number, row in enumerate(rows, start=1)
            ]
    except WORKBOOK_ERRORS as error:
        raise _damaged(path, str(error)) from error


def _sheet_name(names: Sequence[str], sheet: str, path: Path) -> str:
    if sheet in names:
        return sheet
    if not sheet and len(names) == 1:
        return names[0]
    raise ReadError(
        say(f"没有工作表 {sheet}", f"no sheet '{sheet}'")
        if sheet
        else say("工作簿有多个工作表，请指明 sheet", "the workbook has several sheets: name one"),
        where=Where(file=path.name),
        expected=listed(names),
        found=sheet,
        next_step=nearest(sheet, names) or say("更正 sheet", "correct sheet"),
    )


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        is_date = value.time() == dt.time()
        return value.date().isoformat() if is_date else value.isoformat(sep=" ")
    return text_of(value)


def _table(
    rows: Iterable[tuple[int, Sequence[str]]],
    path: Path,
    encoding: str,
    *,
    has_blank_rows: bool = False,
) -> Table:
    filled = [(number, row) for number, row in rows if has_blank_rows or any(row)]
    if not filled:
        raise ReadError(
            say("表格为空", "the table is empty"),
            where=Where(file=path.name),
            next_step=say("检查文件与工作表", "check the file and the sheet"),
        )
    columns = [heading.strip() for heading in filled[0][1]]
    while columns and not columns[-1]:
        columns.pop()
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise ReadError(
            say(f"表头重复：{listed(twice)}", f"headings that occur twice: {listed(twice)}"),
            where=Where(file=path.name),
            next_step=say("改名其中一列", "rename one of the columns"),
        )
    width = len(columns)
    body = [tuple([*row, *[""] * width][:width]) for _, row in filled[1:]]
    return Table(tuple(columns), tuple(body), tuple(number for number, _ in filled[1:]), encoding)


def count_records(path: Path, sheet: str) -> Count:
    """Return the rows below the heading, counted without the reader of tables.

    A CSV's records end at a line end outside quotes; a workbook's are counted by openpyxl
    over the cells that are there, one by one, instead of by rows.

    Raises
    ------
    ReadError
        When the file is damaged or the sheet unknown.
    """
    if format_of(path) is Format.CSV:
        return Count(_csv_records(_decoded(path)[0]) - 1, sheet)
    import openpyxl

    _refuse_bomb(path)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, data_only=True)
        except WORKBOOK_ERRORS as error:
            raise _damaged(path, str(error)) from error
        name = _sheet_name(book.sheetnames, sheet, path)
        cells = (cell for row in book[name].iter_rows() for cell in row)
        filled = {cell.row for cell in cells if _cell_text(cell.value).strip()}
    return Count(len(filled) - 1, name)


def _csv_records(text: str) -> int:
    records, quotes, has_text = 0, 0, False
    for line in text.lstrip("\ufeff").splitlines():
        quotes += line.count('"')
        has_text = has_text or bool(line.strip(' \t,;"'))
        if quotes % 2 == 0:
            records += has_text
            has_text = False
    return records


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets.

    Raises
    ------
    ReadError
        When the workbook is damaged or unsafe.
    """
    import openpyxl

    _refuse_bomb(path)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True)
        except WORKBOOK_ERRORS as error:
            raise _damaged(path, str(error)) from error
        return [str(name) for name in book.sheetnames]


def require_headings(table: Table, wanted: Iterable[str], path: Path) -> None:
    """Refuse a table that lacks a heading, naming the nearest one that it has.

    Raises
    ------
    ReadError
        With every missing heading.
    """
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        hints = [hint for hint in (nearest(name, table.columns) for name in missing) if hint]
        raise ReadError(
            say(f"表格缺少列：{listed(missing)}", f"the table has no column: {listed(missing)}"),
            where=Where(file=path.name),
            expected=listed(missing),
            found=listed(table.columns),
            next_step="; ".join(hints) or say("更正列名", "correct the column names"),
        )
