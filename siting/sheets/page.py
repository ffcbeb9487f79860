"""One sheet: title, map, legend, table and notes on A3, and pages for what finds no room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from siting.mapping.styles import OUTCOME_LOOKS
from siting.sheets.fonts import Face
from siting.sheets.furniture import (
    Entry,
    draw_grid,
    draw_legend,
    draw_north,
    draw_scale,
    entries_of,
)
from siting.sheets.paper import GREY, INK, LINE_HEIGHT, Letters, Paper, Pen
from siting.sheets.plate import Drawn, draw_map
from siting.sheets.records import Content
from siting.sheets.scales import Rect, View, view_of
from siting.sheets.table import Table, narrow_style, pages_of, wide_style
from siting.sheets.words import DISCLAIMER, word

#: A3 across, mm, and what stands where on it.
SIZE = (420.0, 297.0)
_BORDERS = (Rect(6.5, 6.5, 407, 284), Rect(8.5, 8.5, 403, 280))
_MAP = Rect(19.0, 31.0, 254.0, 231.0)
_SIDE = Rect(282.0, 13.0, 125.0, 249.0)
_TITLE_BASE, _STRIP_BASE = 273.5, 16.5
_WIDE = Rect(19.0, 20.0, 388.0, 243.0)
#: Free paper around the scope in the frame, mm.
_EDGE_MM = 7.0
_NOTE_MM, _HEAD_MM = 2.1, 3.2
_ALARM = "#a5141c"
#: A legend beside the map takes at most this height, mm; the rest stands on the next page.
_LEGEND_MM = 105.0
#: A table beside the map shows at least so many rows, or none.
_LEAST_ROWS = 3
#: Letters of the table beside the map, mm: the largest with which all of it has room.
_TABLE_SIZES = (2.5, 2.25, 2.0)
#: Room for its heading and for the line that says where the rest is, mm.
_LEAST_TABLE_MM, _TOLD_MM = 16.0, 6.5
#: Notes beside the map take at most this height, mm; longer ones stand on a page of their own.
_NOTES_MM = 95.0


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all pages of a sheet are made with: the face, its file, and the bureau's logo."""

    face: Face
    font_file: Path
    logo: bytes | None = None

    def page(self) -> Paper:
        """Return an empty page."""
        return Paper(SIZE, self.face, self.font_file)


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """The pages of a sheet, its view, and what became of its map."""

    pages: tuple[Paper, ...]
    view: View
    drawn: Drawn


def draw_sheet(content: Content, stationery: Stationery) -> Sheet:
    """Return a content as pages; nothing of its table, legend and notes is left out."""
    front = stationery.page()
    view = view_of(content.picture.extent, _MAP, edge_mm=_EDGE_MM)
    drawn = draw_map(front, view, content.picture, language=content.language)
    draw_grid(front, view)
    _strip(front, view, content.language)
    notes = notes_of(content, drawn, stationery.face)
    rest, is_whole = _side(front, content, drawn, notes)
    pages = [front, *_pages_of_notes(content, stationery, notes)]
    if rest or not is_whole:
        pages += _further(content, stationery, rest, has_table=not is_whole)
    for number, page in enumerate(pages, start=1):
        _head(page, content, stationery)
        _foot(page, content, number, len(pages))
    return Sheet(tuple(pages), view, drawn)


def _head(page: Paper, content: Content, stationery: Stationery) -> None:
    """Draw borders, title, place, the mark of secrecy and the logo."""
    page.rect(_BORDERS[0], Pen(INK, 0.2, level=8.0))
    page.rect(_BORDERS[1], Pen(INK, 0.6, level=8.0))
    right = _SIDE.right
    if stationery.logo is not None:
        page.picture(stationery.logo, Rect(right - 40, 266.0, 40.0, 19.0))
        right -= 44.0
    if content.secrecy:
        letters = Letters(3.4, "#ffffff", "center")
        lines = page.wrapped(content.secrecy, letters.size, 70.0)
        width = max(page.face.width(line) for line in lines) * letters.size + 6
        height = len(lines) * letters.size * LINE_HEIGHT + 2.6
        box = Rect(right - width, 275.5 - height / 2, width, height)
        page.rect(box, Pen(fill=_ALARM, level=5.0))
        page.paragraph((box.left, box.top - 1.0), content.secrecy, width, letters)
        right = box.left - 6
    room = right - _MAP.left
    subtitle = f"{content.subtitle} · {DISCLAIMER.get(content.language)}"
    title_size = _fitted(page, content.title, 9.0, room)
    page.text((_MAP.left, _TITLE_BASE), content.title, Letters(title_size))
    small = _fitted(page, subtitle, 3.6, room)
    page.text((_MAP.left, _TITLE_BASE - 6.6), subtitle, Letters(small, GREY))


def _fitted(page: Paper, text: str, size: float, room: float) -> float:
    """Return the size at which a text has room on its line."""
    return min(size, room / max(page.face.width(text), 1e-9))


def _foot(page: Paper, content: Content, number: int, count: int) -> None:
    """Write the page's number where there are several."""
    if count > 1:
        text = word("page", content.language, number, count)
        page.text((_SIDE.right, 10.4), text, Letters(2.2, GREY, "right"))


def _strip(page: Paper, view: View, language: str) -> None:
    """Draw scale, unit of the grid and north arrow under and in the corner of the map."""
    end = draw_scale(page, view, (_MAP.left + 1.0, _STRIP_BASE))
    page.text((end + 8, _STRIP_BASE - 0.2), word("grid_unit", language), Letters(2.4, GREY))
    draw_north(page, Rect(_MAP.right - 10, 12.0, 9.0, 15.0), language)


def _side(
    page: Paper, content: Content, drawn: Drawn, notes: Notes
) -> tuple[tuple[Entry, ...], bool]:
    """Draw what stands beside the map; return the legend's rest, and whether the table is whole."""
    language = content.language
    floor = _write_notes(page, notes, content.language)
    outcomes = [key for key in OUTCOME_LOOKS if content.outcomes.get(key)]
    entries = list(entries_of(content.picture, drawn.shown, outcomes, language))
    y = _heading(page, (_SIDE.left, _SIDE.top), word("legend", language))
    depth = min(_LEGEND_MM, y - floor - _LEAST_TABLE_MM)
    room = Rect(_SIDE.left, y - depth, _SIDE.width, depth)
    y, rest = draw_legend(page, room, entries, columns=2, language=language)
    y = _heading(page, (_SIDE.left, y - 3.0), word("projects", language))
    if not content.rows:
        page.paragraph((_SIDE.left, y), word("no_projects", language), _SIDE.width, Letters(2.3))
        return rest, True
    for size in _TABLE_SIZES:
        style = narrow_style(language, has_mu=content.has_mu, size=size)
        table = Table(page, content, style, _SIDE.width)
        blocks = table.blocks(content.rows, _WIDE.height)
        if table.is_whole(blocks, y - floor):
            table.draw((_SIDE.left, y), blocks, with_total=True)
            return rest, True
    count = table.fitting(blocks, y - floor - _TOLD_MM, with_total=False)
    count = count if count >= _LEAST_ROWS else 0
    told = word("all_on", language, len(content.rows), count)
    y = page.paragraph((_SIDE.left, y), told, _SIDE.width, Letters(2.2, _ALARM)) - 0.6
    if count:
        table.draw((_SIDE.left, y), blocks[:count], with_total=False)
    return rest, False


def _heading(page: Paper, place: tuple[float, float], text: str) -> float:
    page.text((place[0], place[1] - _HEAD_MM), text, Letters(_HEAD_MM))
    return place[1] - _HEAD_MM - 2.0


@dataclass(frozen=True, slots=True)
class Notes:
    """What is unknown or not shown, and what the sheet rests on."""

    warnings: tuple[str, ...]
    facts: tuple[str, ...]

    def height(self, page: Paper) -> float:
        """Return how high they are beside the map, mm."""
        texts = (*self.warnings, *self.facts)
        lines = sum(len(page.wrapped(text, _NOTE_MM, _SIDE.width)) for text in texts)
        return lines * _NOTE_MM * LINE_HEIGHT + 1.5


def notes_of(content: Content, drawn: Drawn, face: Face) -> Notes:
    """Return the notes of a sheet whose map is drawn."""
    language = content.language
    warnings = list(content.warnings)
    if drawn.unnumbered_lines:
        warnings.append(word("unnumbered_lines", language, drawn.unnumbered_lines))
    if drawn.unnumbered:
        warnings.append(word("unnumbered", language, drawn.unnumbered))
    if drawn.unnumbered_planned:
        warnings.append(word("unnumbered_planned", language, drawn.unnumbered_planned))
    warnings += [
        word("left_out", language, name, count) for name, count in drawn.left_out.items() if count
    ]
    return Notes((*warnings, *face.warnings(language)), content.facts)


def _write_notes(page: Paper, notes: Notes, language: str) -> float:
    """Write the notes at the foot, or where they are; return where they begin."""
    if notes.height(page) > _NOTES_MM:
        told = word("notes_on", language, len(notes.warnings))
        notes = Notes((told,), notes.facts)
    top = _SIDE.bottom + notes.height(page)
    page.line([(_SIDE.left, top), (_SIDE.right, top)], Pen(INK, 0.2))
    y = top - 1.0
    for texts, colour in ((notes.warnings, _ALARM), (notes.facts, INK)):
        for text in texts:
            letters = Letters(_NOTE_MM, colour)
            y = page.paragraph((_SIDE.left, y), text, _SIDE.width, letters)
    return top + 2.0


def _pages_of_notes(content: Content, stationery: Stationery, notes: Notes) -> Iterator[Paper]:
    """Yield the pages of notes that found no room beside the map."""
    page = stationery.page()
    if notes.height(page) <= _NOTES_MM:
        return
    letters, title = Letters(2.6, _ALARM), word("not_checked", content.language)
    lines = [line for text in notes.warnings for line in page.wrapped(text, 2.6, _WIDE.width)]
    most = int((_WIDE.height - 8.0) / (letters.size * LINE_HEIGHT))
    for start in range(0, len(lines), most):
        page = stationery.page()
        y = _heading(page, (_WIDE.left, _WIDE.top), title)
        for line in lines[start : start + most]:
            y -= letters.size * LINE_HEIGHT
            page.text((_WIDE.left, y + 0.4), line, letters)
        yield page


def _further(
    content: Content, stationery: Stationery, rest: Sequence[Entry], *, has_table: bool
) -> list[Paper]:
    """Return the pages after the first: the legend's rest, then the whole table."""
    language = content.language
    pages = []
    while rest:
        page = stationery.page()
        y = _heading(page, (_WIDE.left, _WIDE.top), word("legend", language))
        room = Rect(_WIDE.left, _WIDE.bottom, _WIDE.width, y - _WIDE.bottom)
        _, rest = draw_legend(page, room, rest, columns=4, language=language)
        pages.append(page)
    if not has_table:
        return pages
    heading = _HEAD_MM + 2.0
    top, height = _WIDE.top - heading, _WIDE.height - heading
    tables: list[Paper] = []

    def begin() -> Table:
        tables.append(stationery.page())
        return Table(tables[-1], content, wide_style(language, has_mu=content.has_mu), _WIDE.width)

    for table, blocks, with_total in pages_of(begin, content.rows, height):
        _heading(tables[-1], (_WIDE.left, _WIDE.top), word("whole_table", language))
        table.draw((_WIDE.left, top), blocks, with_total=with_total)
    return [*pages, *tables]
