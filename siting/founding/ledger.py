"""Tables without geometry: the ledger of projects by its headings, or a table to be joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from siting.founding.columns import Column
from siting.founding.entries import Entry, Sureness, Use
from siting.load.words import listed, say

if TYPE_CHECKING:
    from siting.founding.standards import Standards
    from siting.founding.survey import Sight

#: Without these there is no ledger; see [projects.columns].
NEEDED = ("id", "name")
#: Headings beside them that make a table a ledger and not just any list with names.
LEAST_OTHERS = 1
_BLANK = re.compile(r"\s+")
_CLASS = re.compile(r"[1-9]\d*")


def judged_table(sight: Sight, known: Standards) -> Entry:
    """Return a ledger where the headings are those of one, else a table."""
    mapping = ledger_columns(sight.columns, known)
    others = [field for field in mapping if field not in NEEDED]
    if all(field in mapping for field in NEEDED) and len(others) >= LEAST_OTHERS:
        heads = listed(mapping.values())
        evidence = [say(f"表头 {heads}", f"headings {heads}")]
        project = next(column for column in sight.columns if column.name == mapping["id"])
        if not project.is_unique:
            text = say("项目编号有重复或空白", "project ids are blank or occur twice")
            evidence.append(f"{text}: merge_rows")
        return Entry(sight, Use.LEDGER, Sureness.GUESSED, evidence=tuple(evidence), mapping=mapping)
    text = say(
        "没有图形的表格，表头不像台账", "a table without geometry, and no ledger by its headings"
    )
    return Entry(sight, Use.TABLE, Sureness.UNKNOWN, evidence=(text,), is_active=False)


def ledger_columns(columns: Sequence[Column], known: Standards) -> dict[str, str]:
    """Return our field -> heading, each heading once, in the order of our fields."""
    headings = {_plain(column.name): column for column in columns}
    taken: dict[str, str] = {}
    for field, names in known.ledger.items():
        for name in names:
            column = headings.get(_plain(name))
            if column is None or column.name in taken.values():
                continue
            if field != "priority" or _has_classes(column):
                taken[field] = column.name
                break
    return taken


def _has_classes(column: Column) -> bool:
    """True when all values are whole numbers ≥ 1: a ledger with 高 and 低 would not load."""
    return all(_CLASS.fullmatch(value) for value in column.members)


def _plain(heading: str) -> str:
    return _BLANK.sub("", heading).lower()
