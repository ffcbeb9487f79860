"""Rows of a table that would not fit on a page: they may break, for else their end is not printed.

Rows hold together by the template's wish. LibreOffice cuts one that is longer than a page and a
bit: what does not fit is in the file and on no paper. So long ones are let go.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from docx.oxml.ns import qn

#: A row of more lines than this may break; the lowest page that papers have takes about 40.
LINES_HELD_TOGETHER = 20
#: Width of half a Chinese character of the tables (9 pt), in twentieths of a point.
_HALF_WIDTH = 90
#: Width of a cell that says none of its own: narrow, so that its text counts as long.
_NARROW = 1_000


def let_long_rows_break(body: Any) -> None:  # noqa: ANN401 - an element of lxml
    """Take the wish to hold together from the rows that are too long for it.

    Parameters
    ----------
    body
        Of a filled paper; changed in place.
    """
    for wish in list(body.iter(qn("w:cantSplit"))):
        row = wish.getparent().getparent()
        cells = row.findall(qn("w:tc"))
        if max((_lines(cell) for cell in cells), default=0) > LINES_HELD_TOGETHER:
            wish.getparent().remove(wish)


def _lines(cell: Any) -> float:  # noqa: ANN401 - an element of lxml
    """Return about how many lines a cell has."""
    stated = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    width = _NARROW if stated is None else int(float(stated.get(qn("w:w"), _NARROW)))
    lines = 0.0
    for paragraph in cell.iter(qn("w:p")):
        halves = sum(_halves(each.text or "") for each in paragraph.iter(qn("w:t")))
        breaks = sum(1 for _ in paragraph.iter(qn("w:br")))
        lines += 1 + breaks + halves * _HALF_WIDTH / max(width, _HALF_WIDTH)
    return lines


def _halves(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
