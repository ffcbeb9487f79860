"""What the land of a red line and of its planned site is made of, on a project's page.

The figures are those of ``siting compose`` (docs/compose.md): what is not known is a row of its
own and never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from siting.compose import Composition, Sums, grouped, sums_of
from siting.compose.words import labels
from siting.mapping.composed import composed_of
from siting.mapping.subject import Subject
from siting.model import RedLine, SiteKind, Text
from siting.sheets.planned import Told
from siting.sheets.records import Row
from siting.sheets.words import word

Block = dict[str, Any]

#: Rows of the account, by the field of ``Sums``; those that are always there, though they are 0.
_ROWS = (
    "total", "farm", "cultivated", "paddy", "ridge", "construction", "unused", "sea", "unknown",
    "uncovered", "new_construction", "basic_farmland", "basic_unknown", "state", "collective",
    "ownership_unknown",
)  # fmt: skip
_ALWAYS = frozenset({
    "total", "farm", "cultivated", "construction", "unused", "new_construction", "basic_farmland",
})  # fmt: skip
#: Columns of the table by village and ownership, 公顷.
_BY_VILLAGE = ("total", "farm", "cultivated", "construction", "unused")


@dataclass(frozen=True, eq=False)
class Accounts:
    """The compositions of a report: of red lines by id, of planned sites by project.

    ``why_none`` says why there is none at all.
    """

    red_lines: dict[str, Composition]
    planned: dict[str, Composition]
    why_none: Text | None = None


def accounts_of(subject: Subject, told: Told | None, rows: Sequence[Row]) -> Accounts:
    """Return what the land of some rows is made of.

    Of a district what lies in it. A planned site that is the present red line, as it is, has no
    account of its own.
    """
    wanted = {row.id for row in rows}
    lines = [r.red_line for r in subject.results if r.red_line.id in wanted]
    sites = list(_sites(subject, told, {row.project_id for row in rows}))
    # ids of red lines and projects may be alike: outlines go by their places
    # and what was met on reading them stands on the page already
    outlines = [replace(each, id=str(at), notes=()) for at, each in enumerate((*lines, *sites))]
    if not outlines:
        return Accounts({}, {})
    made = composed_of(subject, outlines)
    if isinstance(made, Text):
        return Accounts({}, {}, made)
    by_place = {int(each.red_line_id): each for each in made.compositions}
    return Accounts(
        {line.id: by_place[at] for at, line in enumerate(lines)},
        {site.project_id: by_place[at] for at, site in enumerate(sites, start=len(lines))},
    )


def _sites(subject: Subject, told: Told | None, projects: set[str]) -> Iterator[RedLine]:
    for name in sorted(projects) if told else ():
        option = told.option_here(name) if told and told.is_own(name) else None
        if option is not None and option.site.kind is not SiteKind.RED_LINE:
            yield RedLine(option.site.id, name, option.site.geometry, subject.report.crs)


def composed_blocks(accounts: Accounts, row: Row, *, language: str, has_mu: bool) -> list[Block]:
    """Return the account of a row's red line beside that of its project's planned site."""
    found = (
        ("red_line_of", accounts.red_lines.get(row.id)),
        ("planned_of", accounts.planned.get(row.project_id)),
    )
    shown = [(word(key, language), each) for key, each in found if each is not None]
    tables = [(name, each) for name, each in shown if each.rows]
    blocks = [_account(tables, language, has_mu=has_mu)] if tables else []
    blocks += [_villages(name, each, language) for name, each in tables]
    unknown = [line for name, each in shown for line in _unknown(name, each, language)]
    if unknown:
        title = "" if blocks else word("composition", language)
        blocks.append({"kind": "alarm", "title": title, "items": unknown})
    return blocks


def _account(tables: Sequence[tuple[str, Composition]], language: str, *, has_mu: bool) -> Block:
    """Return categories by m², 公顷 and 亩, an outline beside the other."""
    sums = [sums_of(each.rows) for _, each in tables]
    units = ("m2", "ha", "mu") if has_mu else ("m2", "ha")
    heads = [
        f"{name} {word(unit, language)}" if unit == "m2" else word(unit, language)
        for name, _ in tables
        for unit in units
    ]
    rows = [
        [
            word(f"land_{key}", language),
            *(cell for one in sums for cell in _cells(one, key, units, language)),
        ]
        for key in _ROWS
        if key in _ALWAYS or any(getattr(one, key).m2 for one in sums)
    ]
    return {
        "kind": "rows", "title": word("composition", language), "rows": rows,
        "head": [word("land", language), *heads],
        "widths": [4.2, *(2.2 for _ in heads)], "aligns": ["left", *("right" for _ in heads)],
    }  # fmt: skip


def _cells(sums: Sums, key: str, units: Sequence[str], language: str) -> list[str]:
    """Return a row's figures; of what is not known at all no 0 but that it was not checked."""
    amount = getattr(sums, key)
    if key == "basic_farmland" and not amount.m2 and sums.basic_unknown.m2:
        return [word("land_not_checked", language), *("—" for _ in units[1:])]
    return [f"{getattr(amount, unit):,}" for unit in units]


def _villages(name: str, composition: Composition, language: str) -> Block:
    """Return the land by village and ownership, 公顷; what is not known has its own column."""
    groups = grouped(composition.rows, "village", "ownership")
    rows = []
    for key, members in groups:
        sums = sums_of(members)
        unknown = sums.unknown + sums.uncovered
        cells = [f"{getattr(sums, column).ha:,}" for column in _BY_VILLAGE]
        label = " · ".join(dict.fromkeys(labels(members, key, "village", language)))
        rows.append([label, *cells, f"{unknown.ha:,}"])
    heads = [*(f"land_{column}" for column in _BY_VILLAGE), "land_unknown"]
    return {
        "kind": "rows", "title": word("by_village", language, name), "rows": rows,
        "head": [word("village", language), *(word(head, language) for head in heads)],
        "widths": [5.0, *(2.0 for _ in heads)], "aligns": ["left", *("right" for _ in heads)],
    }  # fmt: skip


def _unknown(name: str, composition: Composition, language: str) -> Iterator[str]:
    """Yield what nobody knows of the land, and what the notes say."""
    sums = sums_of(composition.rows)
    doubt = sums.unknown + sums.uncovered
    if not composition.is_complete and doubt.m2:
        yield word("land_in_doubt", language, name, f"{doubt.m2:,}", f"{doubt.ha:,}")
    for text in (*composition.gaps, *composition.notes):
        yield word("land_said", language, name, text.get(language))
