"""Text in the columns of a terminal: Chinese signs take two, and names are nobody's commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

#: Columns of the terminal that a page of text takes at most.
WIDTH = 100
#: What could move the cursor or change colours; names come from outside.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: What stays in one row: a word or a sign, and the marks that may not begin a row.
_PIECE = re.compile(r"(?:[\x21-\x7e]+|\s+|.)[，。；、：）”]*")


def columns_of(text: str) -> int:
    """Return the columns that a text takes in a terminal: Chinese takes two each.

    Examples
    --------
    >>> from siting.columns import columns_of
    >>> columns_of("红线 A")
    6
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def clean(text: str) -> str:
    """Return a text without what could move the cursor or change colours."""
    return _CONTROL.sub("\ufffd", text)


def padded(text: str, width: int, *, is_left: bool) -> str:
    """Return a text filled up to so many columns; a longer one as it is."""
    blank = " " * (width - columns_of(text))
    return text + blank if is_left else blank + text


def cut(text: str, width: int) -> str:
    """Return a clean text of at most so many columns; what is left out is marked."""
    text = clean(text)
    if columns_of(text) <= width:
        return text
    while columns_of(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def table_lines(rows: Sequence[Sequence[str]], *, left: int) -> Iterator[str]:
    """Yield rows of clean cells one a line, each column as wide as its longest cell.

    The first ``left`` columns are flush left, the others flush right.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        shown = (
            padded(cell, width, is_left=place < left)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield " ".join(shown).rstrip()


def wrapped(text: str, *, indent: int, width: int = WIDTH) -> Iterator[str]:
    """Yield a text in rows of at most ``width`` columns, broken at blanks or Chinese signs.

    Rows after the first begin with ``indent`` blanks. A word longer than a row stays whole, and
    a mark that may not begin a row may stand out by its own width.
    """
    row = ""
    for piece in _PIECE.findall(text):
        if columns_of(row + piece.rstrip()) > width and row.strip():
            yield row.rstrip()
            row = " " * indent
        row += piece if row.strip() or not piece.isspace() else ""
    if row.strip():
        yield row.rstrip()
