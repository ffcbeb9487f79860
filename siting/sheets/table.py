"""The table of projects: as wide as its room, as long as it must be, on as many pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from siting.mapping.styles import OUTCOME_LOOKS
from siting.sheets.paper import DESCENT, GREY, INK, LINE_HEIGHT, Letters, Paper, Pen
from siting.sheets.records import Content, Row
from siting.sheets.words import ROW_OUTCOMES, word

_PAD_MM = 0.9
_RULE = Pen("#c3cad2", 0.12, level=1.0)
_HEAD_RULE = Pen(INK, 0.3, level=1.0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its heading, its share of the width, and what stands in it."""

    heading: str
    share: float
    cell: Callable[[Row], str]
    anchor: str = "left"


@dataclass(frozen=True, slots=True)
class Style:
    """Columns and the height of the letters, mm."""

    columns: tuple[Column, ...]
    size: float


def narrow_style(language: str, *, has_mu: bool, size: float) -> Style:
    """Return the table beside the map."""
    return Style(
        (
            Column("number", 6, lambda row: str(row.number), "right"),
            Column("project", 25, name_of),
            Column("outcome", 13.5, lambda row: outcome_of(row, language)),
            Column("worst", 26.5, lambda row: row.brief),
            *_area_columns((15.5, 10, 11), has_mu=has_mu),
            Column("sites", 20, lambda row: row.sites_brief),
        ),
        size,
    )


def wide_style(language: str, *, has_mu: bool) -> Style:
    """Return the table on pages of its own."""
    return Style(
        (
            Column("number", 9, lambda row: str(row.number), "right"),
            Column("id", 38, _ids),
            Column("project", 52, lambda row: row.name),
            Column("district", 28, lambda row: row.district),
            Column("stage", 38, lambda row: row.stage),
            Column("outcome", 20, lambda row: outcome_of(row, language)),
            Column("worst", 100, lambda row: row.why),
            *_area_columns((25, 18, 18), has_mu=has_mu),
            Column("sites", 48, lambda row: row.sites),
        ),
        2.6,
    )


def _area_columns(shares: tuple[float, float, float], *, has_mu: bool) -> Iterator[Column]:
    yield Column("m2", shares[0], lambda row: row.areas[0], "right")
    yield Column("ha", shares[1], lambda row: row.areas[1], "right")
    if has_mu:
        yield Column("mu", shares[2], lambda row: row.areas[2], "right")


def name_of(row: Row) -> str:
    """Return what a row is called: its name, else its id."""
    return row.name or row.id or row.project_id


def _ids(row: Row) -> str:
    """Return red line and project; once where they are alike."""
    return " / ".join(dict.fromkeys(each for each in (row.id, row.project_id) if each))


def outcome_of(row: Row, language: str) -> str:
    """Return what a row comes to; what was not checked in full never goes unsaid."""
    told = ROW_OUTCOMES[row.outcome].get(language)
    if row.is_incomplete and row.outcome != "incomplete":
        return f"{told} · {word('incomplete_too', language)}"
    return told


@dataclass(frozen=True, slots=True)
class Block:
    """A row, or a part of one that is higher than a page: its lines by column."""

    row: Row
    lines: tuple[tuple[str, ...], ...]


class Table:
    """The table of a content in one style, on one page."""

    def __init__(self, paper: Paper, content: Content, style: Style, width: float) -> None:
        self._paper, self._content, self._style = paper, content, style
        whole = sum(column.share for column in style.columns)
        self._widths = [column.share / whole * width for column in style.columns]

    def _lines(self, cells: Sequence[str]) -> list[list[str]]:
        pairs = zip(cells, self._widths, strict=True)
        size = self._style.size
        return [self._paper.wrapped(cell, size, width - 2 * _PAD_MM) for cell, width in pairs]

    def _cells(self, row: Row) -> list[list[str]]:
        return self._lines([column.cell(row) for column in self._style.columns])

    def _height(self, lines: Sequence[Sequence[str]]) -> float:
        deepest = max(len(each) for each in lines)
        return deepest * self._style.size * LINE_HEIGHT + 2 * _PAD_MM

    @property
    def _head(self) -> list[list[str]]:
        language = self._content.language
        return self._lines([word(each.heading, language) for each in self._style.columns])

    @property
    def _foot(self) -> list[list[str]]:
        totals = dict(zip(("m2", "ha", "mu"), self._content.totals, strict=True))
        total = word("total", self._content.language)
        cells = [totals.get(column.heading, "") for column in self._style.columns]
        return self._lines([total if n == 1 else cell for n, cell in enumerate(cells)])

    def is_whole(self, blocks: Sequence[Block], height: float) -> bool:
        """True when all blocks and the total have room, and no figure is broken over two lines."""
        figures = [n for n, each in enumerate(self._style.columns) if each.anchor == "right"]
        lines = [*(block.lines for block in blocks), self._foot]
        is_broken = any(len(cells[n]) > 1 for cells in lines for n in figures)
        return not is_broken and self.fitting(blocks, height, with_total=True) == len(blocks)

    def blocks(self, rows: Iterable[Row], height: float) -> list[Block]:
        """Return the rows as what is kept together; one higher than a page is divided.

        ``height`` is that of a page.
        """
        room = height - self._height(self._head) - self._height(self._foot) - 2 * _PAD_MM
        most = max(1, int(room / (self._style.size * LINE_HEIGHT)))
        blocks = []
        for row in rows:
            lines = self._cells(row)
            for start in range(0, max(map(len, lines)), most):
                part = tuple(tuple(texts[start : start + most]) for texts in lines)
                blocks.append(Block(row, part))
        return blocks

    def fitting(self, blocks: Sequence[Block], height: float, *, with_total: bool) -> int:
        """Return how many of the blocks have room in a height, from the first on."""
        room = height - self._height(self._head)
        room -= self._height(self._foot) if with_total else 0.0
        for count, block in enumerate(blocks):
            room -= self._height(block.lines)
            if room < 0:
                return count
        return len(blocks)

    def draw(
        self, place: tuple[float, float], blocks: Sequence[Block], *, with_total: bool
    ) -> float:
        """Draw heading and blocks downwards from the upper left corner; return where they end."""
        x, y = place
        end = x + sum(self._widths)
        y = self._row((x, y), self._head, GREY)
        self._paper.line([(x, y), (end, y)], _HEAD_RULE)
        for block in blocks:
            look = OUTCOME_LOOKS.get(block.row.outcome)
            y = self._row((x, y), block.lines, look.colour if look else GREY, marked=True)
            self._paper.line([(x, y), (end, y)], _RULE)
        if with_total:
            self._paper.line([(x, y), (end, y)], _HEAD_RULE)
            y = self._row((x, y), self._foot, INK)
        return y

    def _row(
        self, place: tuple[float, float], lines: Sequence[Sequence[str]], colour: str,
        *, marked: bool = False,
    ) -> float:  # fmt: skip
        """Write one row; number and outcome of a ``marked`` one bear its colour."""
        x, y = place
        size = self._style.size
        first = y - _PAD_MM - size * (LINE_HEIGHT - (LINE_HEIGHT - 1) / 2 - DESCENT)
        for column, texts, width in zip(self._style.columns, lines, self._widths, strict=True):
            at = x + width - _PAD_MM if column.anchor == "right" else x + _PAD_MM
            is_plain = marked and column.heading not in {"number", "outcome"}
            letters = Letters(size, INK if is_plain else colour, column.anchor)
            for n, text in enumerate(texts):
                self._paper.text((at, first - n * size * LINE_HEIGHT), text, letters)
            x += width
        return y - self._height(lines)


def pages_of(
    begin: Callable[[], Table], rows: Sequence[Row], height: float
) -> Iterator[tuple[Table, list[Block], bool]]:
    """Yield page after page: its table, its blocks, and whether the total stands there.

    Parameters
    ----------
    begin
        Makes a new page and gives its table.
    rows
        All rows.
    height
        Of the table on a page, mm.
    """
    page = begin()
    left = page.blocks(rows, height)
    while True:
        count = page.fitting(left, height, with_total=True)
        if count == len(left):
            yield page, left, True
            return
        count = max(1, min(page.fitting(left, height, with_total=False), len(left) - 1))
        yield page, left[:count], False
        left, page = left[count:], begin()
