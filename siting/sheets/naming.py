"""Numbers of red lines, ranks of sites and names of districts on a map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.styles import OUTCOME_LOOKS, PLAN_COLOUR, SITE_COLOUR
from siting.sheets.cutting import is_small, middle_of, on_paper
from siting.sheets.labels import Room, Wish
from siting.sheets.looks import BORDER_COLOUR, PLAN_SYMBOL_MM, SYMBOL_MM, symbol
from siting.sheets.paper import DESCENT, Letters, Paper, Pen
from siting.sheets.records import MOST_JOINS, NO_PLACE, LineMark, Picture, PlanMark, SiteMark
from siting.sheets.scales import Rect, View

_Mark = TypeVar("_Mark", LineMark, SiteMark, PlanMark)

#: How far labels may stand off, mm. Every red line must have its number, wherever that is; of more
#: than so many the worst have theirs, and the rest is counted: their lines would hide the map.
_MANY = 400
_NUMBER_OFF_MM, _SITE_OFF_MM, _NAME_OFF_MM, _PLANNED_OFF_MM = 500.0, 8.0, 20.0, 40.0
#: Height of a number in its disc; where there are many they are smaller.
_NUMBER_MM, _LEAST_NUMBER_MM = 2.5, 1.4
#: From so many on, numbers may cover this part of the land over which they are spread.
_CROWD, _COVERED = 30, 0.2
#: Height of names of districts and stations.
_DISTRICT_MM, _STATION_MM = 3.4, 1.8
#: A little map at a smaller scale names no stations.
_STATIONS_UP_TO = 50_000.0
#: A site's label over a number's.
_SITE_SHARE = 0.72
#: A planned site's label is no smaller, however many red lines stand around it.
_LEAST_PLANNED_MM = 1.9
_LEAD, _LABEL = 5.0, 6.0


@dataclass(frozen=True, slots=True)
class Names:
    """The labels of a map with what they cover, and how many sites and lines had no room."""

    labels: tuple[tuple[str, Rect], ...]
    unnumbered: int
    unnumbered_lines: int
    unnumbered_planned: int


@dataclass(frozen=True, slots=True)
class _Chip:
    """A site's label: its text, its height, its surface, and the colours of text and line."""

    text: str
    size: float
    pen: Pen
    ink: str
    lead: str


class Naming:
    """Labels for one frame."""

    def __init__(self, paper: Paper, view: View, plan_sign: str) -> None:
        self._paper, self._view, self._plan_sign = paper, view, plan_sign

    def write(self, picture: Picture, numbers: frozenset[int] | None) -> Names:
        """Write all labels of a picture; of red lines and sites only those with these numbers."""
        lines = list(self._seen(picture.lines, numbers))
        placed = [mark for mark in picture.planned if mark.kind != NO_PLACE]
        planned = list(self._seen(placed, numbers))
        taken = {mark.label for mark, _ in planned}  # a planned site has its one label
        named = (site for site in picture.sites if site.is_named or numbers is not None)
        sites = [each for each in self._seen(named, numbers) if each[0].label not in taken]
        crosses = (mark for mark in picture.planned if mark.kind == NO_PLACE)
        shown = (*planned, *self._seen(crosses, numbers))
        spots = [_spot(shape, SYMBOL_MM) for _, shape in lines if is_small(shape)]
        spots += [
            _spot(shape, PLAN_SYMBOL_MM * _CORNERS)
            for mark, shape in shown
            if is_small(shape) or mark.kind == NO_PLACE
        ]
        room = Room(self._view.frame, spots)
        size = _number_size([middle_of(shape) for _, shape in lines])
        most = _NUMBER_OFF_MM if len(lines) <= _MANY else _SITE_OFF_MM
        labels = [
            (str(line.number), rect)
            for line, shape in lines
            for rect in self._number(room, line, shape, (size, most))
        ]
        off = _PLANNED_OFF_MM if len(planned) <= MOST_JOINS else _SITE_OFF_MM
        plans = [
            (f"{self._plan_sign}{mark.label}", rect)
            for mark, shape in planned
            for rect in self._planned(room, mark, shape, (size * _SITE_SHARE, off))
        ]
        ranks = [
            (site.label, rect)
            for site, shape in sites
            for rect in self._rank(room, site, shape, size * _SITE_SHARE)
        ]
        names = list(self._names(room, picture, has_districts=numbers is None))
        return Names(
            (*labels, *plans, *ranks, *names),
            len(sites) - len(ranks),
            len(lines) - len(labels),
            len(planned) - len(plans),
        )

    def _seen(
        self, marks: Iterable[_Mark], numbers: frozenset[int] | None
    ) -> Iterator[tuple[_Mark, BaseGeometry]]:
        box = self._view.frame.box
        for mark in marks:
            if numbers is None or mark.number in numbers:
                for shape in on_paper([mark.shape], self._view):
                    inside = shapely.intersection(shape, box)
                    if not inside.is_empty:
                        yield mark, inside

    def _number(
        self, room: Room, mark: LineMark, shape: BaseGeometry, fit: tuple[float, float]
    ) -> Iterator[Rect]:
        """Write a red line's number in a disc beside it, with a thin line to it.

        ``fit``: its size and how far it may stand off, mm.
        """
        size, most = fit
        text, paper = str(mark.number), self._paper
        x, y = middle_of(shape)
        radius = max(size * 0.8, paper.face.width(text) * size / 2 + size * 0.3)
        least = _clearance(shape)
        wish = Wish(x, y, 2 * radius, 2 * radius, least, least + most)
        rect = room.place(wish)
        if rect is None:
            return
        centre = (rect.left + radius, rect.bottom + radius)
        colour = OUTCOME_LOOKS[mark.outcome].colour
        self._lead((x, y), centre, radius, colour)
        disc = symbol("circle", *centre, radius)
        paper.shapes([disc], Pen(colour, 0.28, fill="#ffffff", level=_LABEL))
        base = (centre[0], centre[1] - size * (0.5 - DESCENT) - size * 0.07)
        paper.text(base, text, Letters(size, colour, "center", level=_LABEL + 1))
        yield rect

    def _lead(
        self, start: tuple[float, float], centre: tuple[float, float], radius: float, colour: str
    ) -> None:
        away = math.dist(start, centre)
        if away > radius:
            share = (away - radius) / away
            end = tuple(a + (b - a) * share for a, b in zip(start, centre, strict=True))
            self._paper.line([start, (end[0], end[1])], Pen(colour, 0.16, level=_LEAD))

    def _rank(self, room: Room, site: SiteMark, shape: BaseGeometry, size: float) -> Iterator[Rect]:
        """Write a proposed site's label: white in a full chip."""
        chip = _Chip(site.label, size, Pen(fill=SITE_COLOUR, level=_LABEL), "#ffffff", SITE_COLOUR)
        return self._chip(room, chip, shape, _SITE_OFF_MM)

    def _planned(
        self, room: Room, mark: PlanMark, shape: BaseGeometry, fit: tuple[float, float]
    ) -> Iterator[Rect]:
        """Write a planned site's label: dark in a framed chip, so no proposed one without colour.

        ``fit``: its size and how far it may stand off, mm; farther than others, unless there are
        very many, for the plan is what the sheet is read for.
        """
        size, most = fit
        frame = Pen(PLAN_COLOUR, 0.4, fill="#ffffff", level=_LABEL)
        text = f"{self._plan_sign}{mark.label}"
        chip = _Chip(text, max(size, _LEAST_PLANNED_MM), frame, PLAN_COLOUR, PLAN_COLOUR)
        return self._chip(room, chip, shape, most)

    def _chip(self, room: Room, chip: _Chip, shape: BaseGeometry, most: float) -> Iterator[Rect]:
        """Write a label of a site beside it, with a thin line where it stands off."""
        paper, size = self._paper, chip.size
        x, y = middle_of(shape)
        width, height = paper.face.width(chip.text) * size + size * 0.5, size * 1.25
        west, south, east, north = shapely.bounds(shape)
        least = min(max(east - west, north - south) / 2 + 0.3, 3.0)
        rect = room.place(Wish(x, y, width, height, least, least + most))
        if rect is None:
            return
        centre = (rect.left + width / 2, rect.bottom + height / 2)
        if math.dist((x, y), centre) > least + width / 2:
            self._lead((x, y), centre, height / 2, chip.lead)
        paper.shapes([rect.box.buffer(-0.25).buffer(0.25)], chip.pen)
        base = (centre[0], centre[1] - size * (0.5 - DESCENT) - size * 0.07)
        paper.text(base, chip.text, Letters(size, chip.ink, "center", level=_LABEL + 1))
        yield rect

    def _names(
        self, room: Room, picture: Picture, *, has_districts: bool
    ) -> Iterator[tuple[str, Rect]]:
        for place in picture.places if has_districts else ():
            for shape in on_paper([place.shape], self._view)[:1]:
                inside = shapely.intersection(shape, self._view.frame.box)
                if not inside.is_empty:
                    letters = Letters(_DISTRICT_MM, BORDER_COLOUR, rim="#ffffff", level=_LABEL)
                    yield from self._name(room, place.name, middle_of(inside), letters)
        is_close = has_districts or self._view.denominator <= _STATIONS_UP_TO
        stations = [s for s in picture.layers if s.role == "metro_station" and is_close]
        for layer in stations:
            letters = Letters(_STATION_MM, "#5f3a73", rim="#ffffff", level=_LABEL)
            for name, shape in zip(layer.names, layer.shapes, strict=True):
                for seen in on_paper([shape], self._view):
                    if name and self._view.frame.box.covers(seen):
                        yield from self._name(room, name, middle_of(seen), letters, most=2.5)

    def _name(
        self, room: Room, name: str, place: tuple[float, float], letters: Letters,
        *, most: float = _NAME_OFF_MM,
    ) -> Iterator[tuple[str, Rect]]:  # fmt: skip
        """Write a name where there is room near its place, or not at all."""
        size = letters.size
        width = self._paper.face.width(name) * size + 0.6
        rect = room.place(Wish(*place, width, size * 1.2, 0.0, most))
        if rect is not None:
            base = (rect.left + 0.3, rect.bottom + size * (0.1 + DESCENT))
            self._paper.text(base, name, letters)
            yield name, rect


#: A red line is large on paper from this half extent on, mm.
_INSIDE_FROM_MM = 8.0
#: How far a number keeps from a symbol, mm.
_SPOT_MM = SYMBOL_MM * 1.3
#: Symbols of the plan reach beyond their radius by their corners.
_CORNERS = 1.25


def _clearance(shape: BaseGeometry) -> float:
    """Return how far from its middle a number keeps: a large red line bears it inside."""
    if is_small(shape):
        return _SPOT_MM
    west, south, east, north = shapely.bounds(shape)
    half = max(east - west, north - south) / 2
    return float(half + 0.3) if half < _INSIDE_FROM_MM else 0.0


def _spot(shape: BaseGeometry, radius: float) -> Rect:
    x, y = middle_of(shape)
    return Rect(x - radius, y - radius, 2 * radius, 2 * radius)


def _number_size(places: Sequence[tuple[float, float]]) -> float:
    """Return the height of numbers: smaller where many stand close together."""
    if len(places) < _CROWD:
        return _NUMBER_MM
    hull = shapely.convex_hull(shapely.MultiPoint(places))
    side = math.sqrt(_COVERED * hull.area / len(places))
    return min(_NUMBER_MM, max(_LEAST_NUMBER_MM, side / 2))
