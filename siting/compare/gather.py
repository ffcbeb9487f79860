"""One project's alternatives gathered from what check, suggest and repair found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from siting.compare import words
from siting.compare.backdrop import backdrop
from siting.compare.frames import plan_of
from siting.compare.measuring import outline_marks
from siting.compare.options import (
    Material,
    nearest_option,
    present_options,
    repair_options,
    site_options,
)
from siting.compare.records import Comparison, Criterion, Drawing, Mark, Option, Origin, Profile
from siting.mapping.release import Scope, is_drawable
from siting.model import Form, Release, Search, Text
from siting.report import identity


def gather(material: Material) -> Comparison:
    """Return the alternatives of one project side by side.

    Parameters
    ----------
    material
        The report of all red lines, the project's search and its repairs; geometry in the
        working CRS.

    Returns
    -------
    Comparison
        Present red lines, sites by rank, corrected red lines by rank and, where there is no
        site, the best infeasible one. Shapes only as a page of the whole city may show them.
    """
    search = material.search
    criteria = tuple(_criteria(search))
    lines = tuple(result.red_line for result in material.results)
    marks = outline_marks(material, [*lines, *(each.red_line for _, each in material.corrected)])
    options = (
        *_marked(present_options(material), marks[: len(lines)]),
        *site_options(material, criteria),
        *_marked(repair_options(material), marks[len(lines) :]),
        *nearest_option(material),
    )
    frame = material.atlas.district_rows
    codes, names = frame.ids(), frame.texts_at("feature_name", frame.every)
    return Comparison(
        material.project,
        _origin(material),
        criteria,
        options,
        _profile(search),
        _drawing(search),
        tuple(_notes(material)),
        backdrop(material, plan_of(options)),
        search.chainage if search else (),
        {str(code): name for code, name in zip(codes, names, strict=True)},
    )


def _marked(options: Iterable[Option], marks: Iterable[Mapping[str, Mark]]) -> Iterator[Option]:
    """Yield outlines that are no parcels with what the criteria measure of them."""
    for option, mark in zip(options, marks, strict=True):
        yield replace(option, marks=mark)


def _criteria(search: Search | None) -> Iterator[Criterion]:
    """Yield the criteria of the search's profile with their share of all weight."""
    used = search.profile.criteria if search and search.profile else ()
    total = math.fsum(each.weight for each in used)
    for each in used:
        yield Criterion(
            each.name, each.title, each.unit, each.weight / total, each.worth, each.basis
        )


def _profile(search: Search | None) -> Profile | None:
    used = search.profile if search else None
    if used is None:
        return None
    return Profile(
        used.name,
        used.title,
        used.chosen,
        used.method,
        used.weighting,
        used.consistency_ratio,
        used.left_out,
        used.sha256,
    )


def _drawing(search: Search | None) -> Drawing | None:
    ranking = search.ranking if search else None
    if ranking is None:
        return None
    return Drawing(ranking.draws, ranking.seed, ranking.top, ranking.spread)


def _origin(material: Material) -> Origin:
    report = material.report
    return Origin(
        report.city,
        report.crs,
        report.as_of,
        report.rule_book,
        identity(report),
        report.area_of_record,
        _secrecy(material),
    )


def _secrecy(material: Material) -> Text:
    """Return the city's own mark, else 内部资料 as soon as anything drawn is not public."""
    if material.city.secrecy_mark:
        return Text(material.city.secrecy_mark)
    drawn = (layer.release for layer in material.atlas.layers if layer.is_usable)
    is_internal = any(r is not Release.PUBLIC and is_drawable(r, Scope()) for r in drawn)
    return words.INTERNAL if is_internal else Text("")


def _notes(material: Material) -> Iterator[Text]:
    """Yield what a reader must know of what is not there, in the order of the columns."""
    search = material.search
    if not material.results:
        yield words.NO_RED_LINE
    if material.project.form is Form.LINEAR:
        yield words.LINEAR
    elif search is None:
        yield words.NO_SEARCH
    elif not search.suggestions:
        yield words.NO_SITES
    if search is not None:
        yield from (text for text in (search.blocked_by, search.note) if text is not None)
    yield from _repair_notes(material)


def _repair_notes(material: Material) -> Iterator[Text]:
    if not material.results:
        return
    if material.repairs is None:
        yield words.NOT_CORRECTED
        return
    if not material.repairs:
        yield words.NOT_IN_CONFLICT
    elif not any(each.repairs for each in material.repairs):
        yield words.NO_REPAIRS
    told = (text for each in material.repairs for text in (each.blocked_by, each.fewer_because))
    yield from dict.fromkeys(text for text in told if text is not None)
