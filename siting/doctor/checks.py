"""What an examination finds: one record per thing looked at, with the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from siting.errors import ProblemsError, SitingError
from siting.model import NO_TEXT, Text


class CheckStatus(StrEnum):
    """``warning``: siting works, and somebody should know. ``fault``: something will not."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Group(StrEnum):
    """What belongs together when it is shown, in the order of showing."""

    PROGRAM = "program"
    COMPUTER = "computer"
    READING = "reading"
    CITY = "city"
    RULES = "rules"
    LAYERS = "layers"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    ``name`` is stable and for machines, ``title`` is for people; ``found`` says what there
    is, ``mend`` what to do now (empty when all is well), ``details`` what else is known.
    """

    group: Group
    name: str
    title: Text
    status: CheckStatus
    found: Text
    mend: Text = NO_TEXT
    details: tuple[Text, ...] = ()


def count(checks: Sequence[Check], status: CheckStatus) -> int:
    """Return how many checks have a status."""
    return sum(check.status is status for check in checks)


def has_faults(checks: Sequence[Check]) -> bool:
    """True when something will not work until it is mended."""
    return count(checks, CheckStatus.FAULT) > 0


def as_document(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the checks as plain data for JSON, in their order."""
    return {
        "schema": "siting-doctor-1",
        "summary": {str(status): count(checks, status) for status in CheckStatus},
        "checks": [
            {
                "group": str(check.group),
                "name": check.name,
                "title": _both(check.title),
                "status": str(check.status),
                "found": _both(check.found),
                "mend": _both(check.mend),
                "details": [_both(detail) for detail in check.details],
            }
            for check in checks
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}


def split(words: str) -> Text:
    """Return a sentence of the load contract (``中文 / English``) as a text in two languages."""
    zh, bar, en = words.partition(" / ")
    return Text(zh, en) if bar and " / " not in en else Text(words, words)


def faults_of(
    error: SitingError, *, name: str, title: Text, group: Group = Group.CITY
) -> tuple[Check, ...]:
    """Return an error as faults, one per problem of a batch."""
    problems = error.problems if isinstance(error, ProblemsError) else (error,)
    return tuple(
        Check(group, name, title, CheckStatus.FAULT, _what(each), split(each.next_step))
        for each in problems
    )


def _what(error: SitingError) -> Text:
    where = f"{error.where}: " if str(error.where) else ""
    found = f" ({error.found})" if error.found else ""
    text = split(error.what)
    return Text(f"{where}{text.get('zh')}{found}", f"{where}{text.get('en')}{found}")
