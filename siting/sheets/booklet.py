"""The report of a city or district as data for its template: parts, tables, pages of maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siting.areas import area_table
from siting.mapping.scene import by_constraint, by_district
from siting.mapping.subject import Subject
from siting.planning import Scenario
from siting.sheets.composed_part import accounts_of
from siting.sheets.fonts import FAMILY, Face
from siting.sheets.gather import in_units
from siting.sheets.planned import Told
from siting.sheets.planned_part import plan_part
from siting.sheets.projects import Beside, project_part
from siting.sheets.records import NO_PLACE, Content, Row
from siting.sheets.sources import sources_part, unchecked_part
from siting.sheets.table import name_of, outcome_of
from siting.sheets.words import DISCLAIMER, ROW_OUTCOMES, word

Part = dict[str, Any]
"""Plain data of one part: title, level, blocks."""


#: Width of a map that stands alone, and of two side by side, mm.
_WIDE_MM, _HALF_MM = 174.0, 85.0


@dataclass(frozen=True, slots=True)
class MapWish:
    """A map that the report shows: the row that it is about, and whether its sites are as well."""

    number: int
    has_sites: bool
    width_mm: float = _WIDE_MM


def booklet(
    subject: Subject,
    content: Content,
    *,
    projects: Sequence[str],
    title: str,
    scenarios: Sequence[Scenario] = (),
) -> tuple[Part, tuple[MapWish, ...]]:
    """Return the report's data and the maps that it shows, in the order of their pages.

    Parameters
    ----------
    subject
        City or district; its city's language is the report's.
    content
        What the sheet of the same subject shows: rows and their numbers are the same.
    projects
        Only the pages of these projects (ids); none means all.
    title
        Of the cover.
    scenarios
        Of the subject's plan.
    """
    language = content.language
    rows = [row for row in content.rows if not projects or row.project_id in set(projects)]
    wishes: list[MapWish] = []
    told = Told.of(subject)
    beside = Beside(told, accounts_of(subject, told, rows))
    parts = [_summary(subject, content, rows, has_all=not projects)]
    if beside.accounts.why_none is not None:  # once, not on every page
        items = [beside.accounts.why_none.get(language)]
        parts[0]["blocks"].append({"kind": "alarm", "items": items})
    if told is not None:
        # some projects' pages are no place for the quotas and scenarios of all
        around = None if projects else scenarios
        parts.append(plan_part(told, rows, has_mu=content.has_mu, scenarios=around))
    for row in rows:
        maps = tuple(_maps_of(content, row))
        pages = range(len(wishes) + 1, len(wishes) + 1 + len(maps))
        wishes += maps
        part = project_part(subject, row, tuple(pages), has_mu=content.has_mu, beside=beside)
        parts.append({**part, "new_page": True})
    parts += [unchecked_part(subject, frozenset(row.id for row in rows)), sources_part(subject)]
    book = {
        "language": language,
        "font": FAMILY,
        "title": title,
        "subtitle": content.subtitle,
        "running": " · ".join(each for each in (title, content.subtitle) if each),
        "secrecy": content.secrecy,
        "disclaimer": DISCLAIMER.get(language),
        "facts": list(content.facts),
        "warnings": list(content.warnings),
        "contents": word("contents", language),
        "parts": parts,
    }
    return book, tuple(wishes)


def _maps_of(content: Content, row: Row) -> Iterator[MapWish]:
    """Yield the maps of a row: close by, and over its sites, where it has any."""
    picture = content.picture
    has_line = any(line.number == row.number for line in picture.lines)
    has_sites = any(site.number == row.number for site in picture.sites) or any(
        mark.number == row.number
        and mark.kind != NO_PLACE
        and not (has_line and mark.start is None)
        for mark in picture.planned
    )
    width_mm = _HALF_MM if has_line and has_sites else _WIDE_MM
    if has_line:
        yield MapWish(row.number, has_sites=False, width_mm=width_mm)
    if has_sites:
        yield MapWish(row.number, has_sites=True, width_mm=width_mm)


def _summary(subject: Subject, content: Content, rows: Sequence[Row], *, has_all: bool) -> Part:
    language = content.language
    blocks = [
        {
            "kind": "rows", "title": "", "widths": [3, 1], "aligns": ["left", "right"], "size": 9,
            "head": [word("outcome", language), word("count", language)],
            "rows": [
                [ROW_OUTCOMES[key].get(language), str(sum(row.outcome == key for row in rows))]
                for key in ROW_OUTCOMES if any(row.outcome == key for row in rows)
            ],
        },
    ]  # fmt: skip
    if has_all:
        blocks += [_constraints(subject, content), _districts(subject, content)]
    blocks.append(_overview(content, rows))
    if subject.planned is None:
        blocks.append({"kind": "lines", "items": [word("plan_missing", language)]})
    title = word("summary", language)
    return {
        "title": title,
        "level": 1,
        "new_page": True,
        "blocks": [block for block in blocks if block.get("rows") or block.get("items")],
    }


def _constraints(subject: Subject, content: Content) -> Part:
    """Return how much of the red lines is under each broken rule; unions, never summed."""
    language = content.language
    rows = []
    for code, count, area_m2 in by_constraint(subject):
        rule = subject.rules.get(str(code))
        cells = _units(float(str(area_m2)), content)
        title = rule.title.get(language) if rule else str(code)
        rows.append([title, str(count), *cells])
    return {
        "kind": "rows", "title": word("by_constraint", language),
        "widths": [5, 1.2, *_area_widths(content)],
        "aligns": ["left", "right", *("right" for _ in _area_widths(content))],
        "head": [word("rule", language), word("count", language), *_area_heads(content)],
        "rows": rows,
    }  # fmt: skip


def _districts(subject: Subject, content: Content) -> Part:
    language = content.language
    rows = [
        [str(name), str(count), str(conflicts), *_units(float(str(area_m2)), content)]
        for _, name, count, conflicts, area_m2 in by_district(subject)
    ]
    return {
        "kind": "rows", "title": word("by_district", language),
        "widths": [4, 1.2, 1.2, *_area_widths(content)],
        "aligns": ["left", "right", "right", *("right" for _ in _area_widths(content))],
        "head": [
            word("district", language), word("red_lines", language), word("in_conflict", language),
            *_area_heads(content),
        ],
        "rows": rows,
    }  # fmt: skip


def _overview(content: Content, rows: Sequence[Row]) -> Part:
    language = content.language
    return {
        "kind": "rows", "title": word("projects", language),
        # an id of 19 letters has room in the last column: longer ones are broken
        "widths": [0.9, 4.3, 2.0, 5.3, 2.0, 3.7],
        "aligns": ["right", "left", "left", "left", "right", "left"],
        "head": [word(key, language) for key in ("number", "project", "outcome", "worst")]
        + [word("ha", language), word("sites", language)],
        "rows": [
            [str(r.number), name_of(r), outcome_of(r, language), r.brief, r.areas[1], r.sites_brief]
            for r in rows
        ],
    }  # fmt: skip


def _units(area_m2: float, content: Content) -> list[str]:
    cells = in_units(area_table({"": max(area_m2, 0.0)}).total)
    return list(cells if content.has_mu else cells[:2])


def _area_widths(content: Content) -> list[float]:
    return [2.2, 1.7, 1.7] if content.has_mu else [2.2, 1.7]


def _area_heads(content: Content) -> list[str]:
    keys = ("m2", "ha", "mu") if content.has_mu else ("m2", "ha")
    return [word(key, content.language) for key in keys]


def texts_of_book(value: object) -> Iterator[str]:
    """Yield all texts of a report's data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of_book(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of_book(each)


def readable_book(value: Any, face: Face) -> Any:  # noqa: ANN401 - plain data
    """Return the data with every text as the face can say it."""
    if isinstance(value, str):
        return face.readable(value)
    if isinstance(value, dict):
        return {key: readable_book(each, face) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [readable_book(each, face) for each in value]
    return value
