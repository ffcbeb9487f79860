"""What stands around a map: grid and its figures, scale bar, north arrow, legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from siting.mapping.hatches import is_hatched
from siting.mapping.styles import (
    OUTCOME_LOOKS,
    PLAN_COLOUR,
    PLAN_LOOKS,
    SITE_COLOUR,
    SITE_FILL,
)
from siting.sheets.hatching import hatch_lines
from siting.sheets.looks import (
    BASE_PENS,
    BORDER_COLOUR,
    PLAN_SYMBOL_MM,
    SYMBOL_MM,
    WITHHELD,
    dash_of,
    plan_pens,
    plan_symbol,
    plan_symbol_pen,
    symbol,
    with_white,
    zone_pens,
)
from siting.sheets.paper import GREY, INK, LINE_HEIGHT, Letters, Paper, Pen
from siting.sheets.records import NO_PLACE, GroundLayer, Picture
from siting.sheets.scales import (
    Rect,
    View,
    grid_lines,
    grid_step,
    length_text,
    round_length,
    scale_text,
)
from siting.sheets.words import ROW_OUTCOMES, word

#: Grid lines are at least so far apart, mm.
_GRID_MM = 36.0
_TICK_MM, _FIGURE_MM = 1.6, 1.9
#: Nearer to a corner a northing would run into an easting, mm.
_CORNER_MM = 8.0
#: A scale bar is at most so long, mm, has so many parts, and so high.
_BAR_MM, _BAR_PARTS, _BAR_HEIGHT_MM = 60.0, 4, 1.5
_SWATCH = (7.0, 3.4)
_ENTRY_MM, _ROW_GAP_MM = 2.25, 1.1


def draw_grid(paper: Paper, view: View) -> None:
    """Draw the grid of the working CRS with its figures, eastings below and above."""
    frame = view.frame
    step = grid_step(_GRID_MM / view.mm_per_m)
    pen = Pen("#6f7b88", 0.08, opacity=0.55, level=2.9)
    tick = Pen(INK, 0.25, level=8.1)
    figures = Letters(_FIGURE_MM, GREY, "center")
    for easting in grid_lines(view.west, frame.width / view.mm_per_m, step):
        x = view.x(easting)
        paper.line([(x, frame.bottom), (x, frame.top)], pen)
        for y, side in ((frame.bottom, -1), (frame.top, 1)):
            paper.line([(x, y), (x, y + side * _TICK_MM)], tick)
            base = y - _TICK_MM - _FIGURE_MM if side < 0 else y + _TICK_MM + 0.5
            paper.text((x, base), figure_of(easting), figures)
    upright = Letters(_FIGURE_MM, GREY, "center", turn=90.0)
    for northing in grid_lines(view.south, frame.height / view.mm_per_m, step):
        y = view.y(northing)
        paper.line([(frame.left, y), (frame.right, y)], pen)
        for x, side in ((frame.left, -1), (frame.right, 1)):
            paper.line([(x, y), (x + side * _TICK_MM, y)], tick)
            base = x - _TICK_MM - 0.6 if side < 0 else x + _TICK_MM + _FIGURE_MM
            if min(y - frame.bottom, frame.top - y) > _CORNER_MM:
                paper.text((base, y), figure_of(northing), upright)


def figure_of(metres: float) -> str:
    """Return a coordinate as it stands at a grid line: whole metres."""
    return f"{metres:.0f}"


def draw_scale(
    paper: Paper, view: View, place: tuple[float, float], *, bar_mm: float = _BAR_MM
) -> float:
    """Draw scale and scale bar from a place to the right; return where they end."""
    x, y = place
    unit = round_length(bar_mm / view.mm_per_m)
    part = unit * view.mm_per_m / _BAR_PARTS
    for n in range(_BAR_PARTS):
        cell = Rect(x + n * part, y, part, _BAR_HEIGHT_MM)
        paper.rect(cell, Pen(INK, 0.2, fill=INK if n % 2 == 0 else "#ffffff", level=5.0))
    figures = Letters(2.1, INK, "center")
    for n in (0, _BAR_PARTS // 2, _BAR_PARTS):
        length = length_text(unit * n / _BAR_PARTS) if n else "0"
        paper.text((x + n * part, y + _BAR_HEIGHT_MM + 0.9), length, figures)
    end = x + _BAR_PARTS * part
    room = paper.text(
        (end + bar_mm * 0.15, y - 0.2), scale_text(view.denominator), Letters(1.9 + bar_mm * 0.035)
    )
    return room.right


def draw_north(paper: Paper, room: Rect, language: str) -> None:
    """Draw the north arrow: north of the grid."""
    x, top, bottom = room.left + room.width / 2, room.top - 3.4, room.bottom
    half, waist = room.width * 0.32, bottom + (top - bottom) * 0.22
    left = shapely.Polygon([(x, top), (x, waist), (x - half, bottom)])
    right = shapely.Polygon([(x, top), (x, waist), (x + half, bottom)])
    paper.shapes([left], Pen(INK, 0.2, fill=INK, level=5.0))
    paper.shapes([right], Pen(INK, 0.2, fill="#ffffff", level=5.0))
    paper.text((x, top + 0.7), word("grid_north", language), Letters(2.4, anchor="center"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend.

    ``kind`` is an outcome, ``site``, ``withheld``, ``border``, ``mask``, ``layer``; of the plan
    ``plan``, and ``plan_`` with a kind of planned site.
    """

    kind: str
    text: str
    layer: GroundLayer | None = None


def entries_of(
    picture: Picture, shown: Sequence[GroundLayer], outcomes: Sequence[str], language: str
) -> Iterator[Entry]:
    """Yield what a legend explains: only what the map shows."""
    for outcome in OUTCOME_LOOKS:
        if outcome in outcomes:
            yield Entry(outcome, word("red_line", language, ROW_OUTCOMES[outcome].get(language)))
    if any(line.is_withheld for line in picture.lines):
        yield Entry("withheld", word("piece_withheld", language))
    if picture.sites:
        is_whole = all(site.is_named for site in picture.sites)
        yield Entry("site", word("site" if is_whole else "first_site", language))
    yield from _planned(picture, language)
    for layer in (*(s for s in shown if not s.is_base), *(s for s in shown if s.is_base)):
        yield Entry("layer", layer.title, layer)
    if picture.borders is not None:
        yield Entry("border", word("district_border", language))
    if picture.area is not None:
        yield Entry("mask", word("mask", language))


def _planned(picture: Picture, language: str) -> Iterator[Entry]:
    """Yield what the legend says of the plan: its labels, then each kind that is drawn."""
    used = {mark.kind for mark in picture.planned}
    if used - {NO_PLACE}:
        label = "plan_label_line" if picture.has_joins else "plan_label"
        yield Entry("plan", word(label, language))
    for kind in (*PLAN_LOOKS, NO_PLACE):
        if kind in used:
            yield Entry(f"plan_{kind}", word(f"plan_{kind}", language))


def draw_legend(
    paper: Paper, room: Rect, entries: Sequence[Entry], *, columns: int, language: str
) -> tuple[float, tuple[Entry, ...]]:
    """Draw as many entries as the room holds, by columns.

    Returns
    -------
    tuple
        Where the legend ends, mm from below, and the entries that found no room.
    """
    width = room.width / columns
    most = max(1, int((room.height - _ROW_GAP_MM) / (_ENTRY_MM * LINE_HEIGHT)))
    texts = [paper.wrapped(e.text, _ENTRY_MM, width - _SWATCH[0] - 4.0)[:most] for e in entries]
    heights = [max(_SWATCH[1], len(t) * _ENTRY_MM * LINE_HEIGHT) + _ROW_GAP_MM for t in texts]
    deepest = _depth(heights, columns, room.height)
    column, y, lowest, placed = 0, room.top, room.top, 0
    for entry, lines, height in zip(entries, texts, heights, strict=True):
        if room.top - y + height > deepest + 1e-6 and y < room.top:
            column, y = column + 1, room.top
        if column == columns or height > room.height:
            break
        x = room.left + column * width
        _swatch(paper, Rect(x, y - _SWATCH[1] - 0.3, *_SWATCH), entry, language)
        top = y - max(0.0, (_SWATCH[1] - len(lines) * _ENTRY_MM * LINE_HEIGHT) / 2) - 0.2
        for n, line in enumerate(lines):
            base = top - (n + 1) * _ENTRY_MM * LINE_HEIGHT + _ENTRY_MM * 0.36
            paper.text((x + _SWATCH[0] + 1.8, base), line, Letters(_ENTRY_MM))
        y -= height
        lowest, placed = min(lowest, y), placed + 1
    return lowest, tuple(entries[placed:])


def _depth(heights: Sequence[float], columns: int, most: float) -> float:
    """Return the least depth with which columns hold all entries, at most `most`."""
    depth = max([sum(heights) / columns, *heights], default=0.0)
    while depth < most:
        used, filled = 1, 0.0
        for height in heights:
            if filled + height > depth + 1e-6 and filled:
                used, filled = used + 1, 0.0
            filled += height
        if used <= columns:
            return depth
        depth += 1.0
    return most


def _swatch(paper: Paper, room: Rect, entry: Entry, language: str) -> None:
    """Draw an entry's picture: of the same pens and hatches as on the map."""
    x, y = room.left + room.width / 2, room.bottom + room.height / 2
    middle = [(room.left, y), (room.right, y)]
    if entry.layer is not None:
        _layer_swatch(paper, room, entry.layer)
    elif entry.kind in OUTCOME_LOOKS:
        look = OUTCOME_LOOKS[entry.kind]
        fill = with_white(look.fill, 0.22)
        paper.rect(room, Pen(look.colour, 0.5, fill=fill, dash=dash_of(look), level=5.0))
        spot = Pen("#ffffff", 0.2, fill=look.fill, level=5.1)
        if entry.kind == "incomplete":
            spot = Pen("#333333", 0.25, fill=look.fill, dash=(0.4, 0.3), level=5.1)
        paper.shapes([symbol(look.symbol, x, y, SYMBOL_MM)], spot)
    elif entry.kind == "withheld":
        lines = hatch_lines(room.box, WITHHELD.hatch)
        paper.shapes(lines, Pen(WITHHELD.colour, 0.2, level=5.1))
        paper.rect(room, Pen(WITHHELD.colour, 0.5, level=5.1))
    elif entry.kind == "site":
        fill = with_white(SITE_FILL, 0.3)
        paper.rect(room, Pen(SITE_COLOUR, 0.3, fill=fill, dash=(0.9, 0.6), level=5.0))
        paper.text((x, y - 0.65), "1-2", Letters(1.9, SITE_COLOUR, "center"))
    elif entry.kind == "plan":
        paper.rect(room, Pen(PLAN_COLOUR, 0.4, fill="#ffffff", level=5.0))
        sign = word("plan_sign", language)
        paper.text((x, y - 0.65), f"{sign}1-2", Letters(1.9, PLAN_COLOUR, "center"))
    elif entry.kind.startswith("plan_"):
        _plan_swatch(paper, room, entry.kind.removeprefix("plan_"))
    elif entry.kind == "border":
        paper.line(middle, Pen(BORDER_COLOUR, 1.3, opacity=0.22, level=5.0))
        paper.line(middle, Pen(BORDER_COLOUR, 0.35, dash=(2.6, 0.9, 0.6, 0.9), level=5.1))
    else:
        paper.rect(room, Pen("#c5cad0", 0.15, fill="#f8f9f9", level=5.0))


def _plan_swatch(paper: Paper, room: Rect, kind: str) -> None:
    """Draw a planned site's surface with its symbol, or the cross."""
    x, y = room.left + room.width / 2, room.bottom + room.height / 2
    if kind in PLAN_LOOKS:
        surface, hatch = plan_pens(kind, level=5.0)
        area = room.box
        if surface.fill is None:  # rim and ring stand side by side: one in the other is a blot
            half = Rect(room.left, room.bottom, room.width / 2, room.height)
            area = half.box.buffer(-0.5, join_style="mitre")
            x = room.right - PLAN_SYMBOL_MM
        paper.shapes([area], surface)
        paper.shapes(hatch_lines(area, PLAN_LOOKS[kind].hatch), hatch)
    spot = plan_symbol(kind, x, y, PLAN_SYMBOL_MM)
    paper.shapes([spot], plan_symbol_pen(kind, level=5.1))


def _layer_swatch(paper: Paper, room: Rect, layer: GroundLayer) -> None:
    middle = [
        (room.left, room.bottom + room.height / 2),
        (room.right, room.bottom + room.height / 2),
    ]
    dimension = int(shapely.get_dimensions(layer.shapes).max())
    if layer.is_base:
        surface, line = BASE_PENS[layer.role]
    else:
        surface, hatch, line = zone_pens(layer.look, layer.role, level=5.0)
    if dimension == 2:
        paper.rect(room, surface)
        if not layer.is_base and is_hatched(layer.look.hatch):
            paper.shapes(hatch_lines(room.box, layer.look.hatch), hatch)
    elif dimension == 1:
        paper.line(middle, line)
    else:
        x = room.left + room.width / 2
        paper.shapes([symbol("circle", x, middle[0][1], 0.8)], surface)
