"""Workbooks (.xlsx) and CSV of plain tables: numbers stay numbers, texts are never formulas."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from siting.errors import Where, WriteError
from siting.save.atomic import atomic_file
from siting.save.clockless import workbook_bytes
from siting.save.fields import without_formula

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Characters that a workbook cannot hold (XML 1.0), and what stands in for them.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MARK = "\ufffd"
#: Longest title of a sheet, and the signs that it may not have.
_TITLE_LENGTH = 31
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
#: Most characters of a cell.
_CELL_LENGTH = 32_767
#: Bounds of a width that goes by the cells, in digits, and what it is wider than its cells:
#: a filter's button has to find room.
NARROWEST, WIDEST, MARGIN = 8, 60, 3
#: Height of a line of text, and the greatest of a row, in points.
LINE_POINTS, TALLEST_POINTS = 15, 409
#: A text longer than this is a sentence.
_SENTENCE = 20


#: Looks of cells by number format, whether the text is wrapped, and whether the width is given.
Looks = dict[tuple[str, bool, bool], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, a number format (``@`` is text), and a width in characters.

    A width of 0 is that of the longest cell, within ``NARROWEST`` and ``WIDEST``; cells of such
    a column that hold a sentence are wrapped. ``choices`` are what its cells may be filled in
    with, as a drop-down (short ones without commas: Excel allows 255 characters in all).
    """

    title: str
    number_format: str = "@"
    width: int = 14
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that siting itself writes, such as ``=SUM(C2:C9)``; never made of data.

    For workbooks alone: a CSV has none. Programs that do not calculate show nothing in its
    place, so the figure that it should give belongs beside it.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: each row has a cell per column: a number, a text, a :class:`Formula` or None.

    ``has_filter`` gives every heading a filter, over all rows but the last ``totals``.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    has_filter: bool = False
    totals: int = 0


def write_sheets(path: Path, sheets: Sequence[Sheet], *, may_replace: bool = False) -> None:
    """Write sheets into an .xlsx file, whole or not at all.

    Numbers (also decimals) are written as numbers with the column's format; texts as texts,
    whatever they begin with: only a :class:`Formula` is one. The same sheets give the same bytes.

    Parameters
    ----------
    path
        The file to be; it must end in ``.xlsx``.
    sheets
        At least one.
    may_replace
        Replace a file that is there.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`; also when the file is there and may not be
        replaced, or the name does not end in ``.xlsx``.
    """
    import openpyxl

    if path.suffix.lower() != ".xlsx":
        raise WriteError(
            f"'{path.name}' is no name of a workbook",
            where=Where(file=str(path)),
            expected="a name that ends in .xlsx",
            next_step=f"name it {path.stem}.xlsx",
        )
    if path.exists() and not may_replace:
        raise WriteError(
            f"'{path.name}' is there already and is not replaced",
            where=Where(file=str(path)),
            expected="a new name, or leave to replace",
            next_step="choose another name, or add --overwrite",
        )
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(_NO_TITLE.sub(" ", sheet.title)[:_TITLE_LENGTH]), sheet)
    with atomic_file(path) as part:
        part.write_bytes(workbook_bytes(book))


def _fill(page: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    looks: Looks = {}
    for number, column in enumerate(sheet.columns, start=1):
        page.cell(1, number).font = Font(bold=True)
        _put(page.cell(1, number), column.title)
        page.cell(1, number).number_format = "@"
        cells = [row[number - 1] for row in sheet.rows]
        page.column_dimensions[get_column_letter(number)].width = _width(column, cells)
        for place, value in enumerate(cells, start=2):
            if value is None or value == "":  # an empty text would be a cell without content
                continue
            _put(page.cell(place, number), value)
            _dress(page.cell(place, number), value, column, looks)
        if column.choices and cells:
            letter = get_column_letter(number)
            _offer(page, f"{letter}2:{letter}{len(cells) + 1}", column)
    _stretch(page, sheet)
    page.freeze_panes = "A2"
    if sheet.has_filter:
        last = get_column_letter(len(sheet.columns))
        page.auto_filter.ref = f"A1:{last}{max(1, 1 + len(sheet.rows) - sheet.totals)}"


def _stretch(page: Worksheet, sheet: Sheet) -> None:
    """Give rows with wrapped cells their height: not every program finds it by itself."""
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(number) for number in range(1, len(sheet.columns) + 1)]
    widths = [
        page.column_dimensions[letter].width - 1 if not column.width else 0.0
        for letter, column in zip(letters, sheet.columns, strict=True)
    ]
    for place, row in enumerate(sheet.rows, start=2):
        lines = [
            sum(math.ceil(max(_breadth(line), 1) / width) for line in cell.splitlines())
            for cell, width in zip(row, widths, strict=True)
            if width and isinstance(cell, str)
        ]
        if max(lines, default=0) > 1:
            page.row_dimensions[place].height = min(LINE_POINTS * max(lines), TALLEST_POINTS)


def _offer(page: Worksheet, cells: str, column: Column) -> None:
    """Let cells be filled in from a drop-down; anything else is refused by the program."""
    from openpyxl.worksheet.datavalidation import DataValidation

    offer = DataValidation(
        type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True,
        showErrorMessage=True, errorTitle=column.title, error="\n".join(column.choices),
    )  # fmt: skip
    offer.add(cells)
    page.add_data_validation(offer)


def _width(column: Column, cells: Sequence[object]) -> float:
    if column.width:
        return column.width
    longest = max(_breadth(str(value or "")) for value in (column.title, *cells))
    return min(max(NARROWEST, longest + MARGIN), WIDEST)


def _breadth(text: str) -> int:
    """Return how wide the widest line of a text is, in digits: Chinese characters are two."""
    lines = text.splitlines() or [""]
    return max(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in one) for one in lines)


def _put(cell: Any, value: object) -> None:  # noqa: ANN401 - openpyxl's cell
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        cell.value = value
    elif isinstance(value, Formula):
        cell.value = value.text
    else:
        cell.value = _NO_XML.sub(_MARK, str(value))[:_CELL_LENGTH]
        # openpyxl takes a text that begins with = for a formula
        cell.data_type = "s"


def _dress(
    cell: Any,  # noqa: ANN401
    value: object,
    column: Column,
    looks: Looks,
) -> None:
    """Give a cell its number format and its place in the row.

    openpyxl looks each format and alignment up anew, for most of the time of a large sheet: a
    look that another cell has is taken over from it, by the attribute that its own manual copies.
    """
    from openpyxl.styles import Alignment

    is_text = not isinstance(value, (int, float, Decimal, Formula)) or isinstance(value, bool)
    number_format = "@" if is_text else column.number_format
    is_long = isinstance(value, str) and len(value) > _SENTENCE and not column.width
    key = (number_format, is_long, bool(column.width))
    if key not in looks:
        cell.number_format = number_format
        if not column.width:
            cell.alignment = Alignment(vertical="top", wrap_text=is_long)
        looks[key] = cell._style  # noqa: SLF001 - as the manual does
    cell._style = looks[key]  # noqa: SLF001


def csv_text(sheet: Sheet) -> str:
    """Return a sheet as CSV; texts that a spreadsheet would run as a formula get ``'`` first."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([without_formula(column.title) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(["" if value is None else without_formula(value) for value in row])
    return sink.getvalue()
