"""The composition of land (用地组成表) as one district, or the whole city, is told it.

A district is told what its own land is made of: of an outline over its border the part within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from siting.compose import Composed, Composition, compose, read_book
from siting.errors import ConfigError
from siting.mapping.subject import Subject
from siting.model import RedLine, Text

_PART = Text(
    "跨区红线，用地组成仅为本区内部分；审批层级按整条红线判断，此处不提示",
    "over a border: composed as far as it lies in the district; the approval level goes by the "
    "whole red line and is not hinted at here",
)


def composed_of(subject: Subject, red_lines: Sequence[RedLine]) -> Composed | Text:
    """Return the composition of what lies in a subject's scope, or why there is none.

    Parameters
    ----------
    subject
        City or district; its city's ``[compose]`` names layers, columns and book.
    red_lines
        Outlines in the working CRS, their ids unique; each with land in the scope.
    """
    city = subject.city
    if not red_lines:
        return Text("没有红线可编制用地组成表", "there is no red line to compose")
    within = [part_within(red_line, subject.scope.area) for red_line in red_lines]
    try:
        book = read_book(city.compose.book, base=city.path.parent)
        made = compose(subject.atlas, book, city=city, as_of=subject.report.as_of, red_lines=within)
    except ConfigError as error:
        found = f"{error.what}"
        return Text(f"未编制用地组成表：{found}", f"there is no composition table: {found}")
    cut = {
        part.id
        for part, whole in zip(within, red_lines, strict=True)
        if part.geometry is not whole.geometry
    }
    told = tuple(
        _told_as_part(each) if each.red_line_id in cut else each for each in made.compositions
    )
    return replace(made, compositions=told)


def _told_as_part(composition: Composition) -> Composition:
    """Return the composition of a part: thresholds count for the whole, so it has no hints."""
    return replace(composition, hints=(), gaps=(*composition.gaps, _PART))


def part_within(red_line: RedLine, area: BaseGeometry | None) -> RedLine:
    """Return a red line as far as it lies in the district: beyond it are others' villages.

    An outline that crosses itself stays as it is: it has no composition anywhere.
    """
    outline = red_line.geometry
    if area is None or not outline.is_valid or area.covers(outline):
        return red_line
    inside = shapely.intersection(outline, area)
    parts = shapely.get_parts(inside)
    kept = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(outline)]
    return replace(red_line, geometry=shapely.union_all(kept))
