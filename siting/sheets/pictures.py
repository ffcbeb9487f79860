"""The map of one scope as what it shows: red lines, pieces, sites, corrections, the ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.release import is_drawable
from siting.mapping.repairs import repair_release, takes_land_outside
from siting.mapping.subject import Subject
from siting.model import Suggestion
from siting.sheets.ground import are_districts_drawable, borders, ground_layers, places
from siting.sheets.planned import Told
from siting.sheets.records import LineMark, Picture, PieceMark, RepairMark, Row, SiteMark

#: How far around its scope a sheet looks for red lines that leave it, part of the scope's size.
_AROUND = 0.1


def picture_of(subject: Subject, rows: Sequence[Row], told: Told | None = None) -> Picture:
    """Return what the maps of a subject show; of a plan what ``told`` may tell."""
    numbers = {row.id: row.number for row in rows if row.id}
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.project_id, row.number)
    lines, pieces, sites = (
        _lines(subject, numbers),
        _pieces(subject, numbers),
        _offers(subject, first),
    )
    planned = () if told is None else told.marks(numbers, first)
    return Picture(
        ground_layers(subject),
        places(subject),
        borders(subject),
        subject.scope.area if are_districts_drawable(subject) else None,
        lines,
        pieces,
        sites,
        _extent(
            subject,
            [
                *(line.shape for line in lines),
                *(site.shape for site in sites),
                *(mark.shape for mark in planned),
            ],
        ),
        tuple(_repairs(subject, numbers)),
        planned,
    )


def _lines(subject: Subject, numbers: dict[str, int]) -> tuple[LineMark, ...]:
    hidden = {
        finding.red_line_id
        for finding in subject.findings
        if finding.geometry is not None and subject.drawn_piece(finding) is None
    }
    return tuple(
        LineMark(
            numbers[result.red_line.id],
            _mended(result.red_line.geometry),
            result.outcome.value,
            result.is_incomplete,
            result.red_line.id in hidden,
        )
        for result in subject.results
    )


def _mended(shape: BaseGeometry) -> BaseGeometry:
    """Return an outline that can be drawn; an invalid one is mended for the picture only."""
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def _pieces(subject: Subject, numbers: dict[str, int]) -> tuple[PieceMark, ...]:
    marks = []
    for finding in reversed(subject.findings):  # the worst on top
        shape = subject.drawn_piece(finding)
        if shape is not None and not shape.is_empty:
            look = subject.looks[subject.role_of(finding.code, finding.layer)]
            marks.append(PieceMark(numbers[finding.red_line_id], shape, look))
    return tuple(marks)


def _offers(subject: Subject, first: dict[str, int]) -> tuple[SiteMark, ...]:
    def is_named(suggestion: Suggestion) -> bool:
        return subject.scope.is_district or suggestion.rank == 1

    marks = []
    for project_id, search in sorted(subject.search_of.items()):
        for suggestion in search.suggestions:
            shape = subject.drawn_site(suggestion)
            if shape is not None and not shape.is_empty:
                marks.append(
                    SiteMark(first[project_id], suggestion.rank, shape, is_named(suggestion))
                )
    return tuple(sorted(marks, key=lambda mark: (mark.rank, mark.number)))


def _repairs(subject: Subject, numbers: dict[str, int]) -> Iterator[RepairMark]:
    """Yield the first correction of each red line that may be drawn here."""
    present = {result.red_line.id: result.red_line.geometry for result in subject.results}
    area = subject.scope.area
    for search in subject.report.repairs or ():
        if search.red_line_id not in present:
            continue
        before = present[search.red_line_id]
        for repair in search.repairs[:1]:
            release = repair_release(repair, subject.atlas)
            is_here = area is None or not takes_land_outside(repair, before, area)
            if is_here and is_drawable(release, subject.scope):
                yield RepairMark(numbers[search.red_line_id], repair.geometry)


def _extent(subject: Subject, shapes: Sequence[BaseGeometry]) -> tuple[float, float, float, float]:
    """Return west, south, east and north of what has to be seen: the scope and its red lines.

    Of a red line that leaves the scope (a corridor through the city) only what lies near it.
    """
    scope = subject.scope.area if subject.scope.area is not None else subject.atlas.outline
    every = [shape for shape in shapes if not shape.is_empty]
    if not scope.is_empty:
        west, south, east, north = shapely.bounds(scope)
        edge_m = _AROUND * max(east - west, north - south)
        room = shapely.box(west - edge_m, south - edge_m, east + edge_m, north + edge_m)
        every = [*(shapely.intersection(shape, room) for shape in every), scope]
    west, south, east, north = shapely.total_bounds(np.asarray(every, dtype=object))
    return float(west), float(south), float(east), float(north)
