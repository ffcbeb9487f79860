"""The small vocabulary of siting: severities, statuses, outcomes, texts in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SQUARE_METRES_PER_MU = 10_000 / 15
"""1 亩 in m², exactly 10000/15 (15 亩 = 1 公顷)."""
SQUARE_METRES_PER_HECTARE = 10_000.0
"""1 公顷 in m²."""


class Severity(StrEnum):
    """How much a rule weighs; the order of the members is from worst to mildest."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    CONSULT = "consult"
    ADVISORY = "advisory"

    @property
    def rank(self) -> int:
        """0 for the worst severity; sort by it."""
        return list(Severity).index(self)


class Status(StrEnum):
    """The verdict on one red line under one rule."""

    CONFLICT = "conflict"
    EXCEPTION_MAY_APPLY = "exception_may_apply"
    NEAR = "near"
    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    CONSULT = "consult"


class Outcome(StrEnum):
    """What a red line comes to over all its rules; worst first.

    ``conflict``: a prohibited or restricted rule is broken. ``review``: only findings
    that an office or a person decides (consult, advisory, exception may apply).
    ``incomplete``: nothing found so far, but something was not checked. ``near``,
    ``clear``: as the verdicts. A red line in conflict may be incomplete as well: see
    :attr:`RedLineResult.is_incomplete`.
    """

    CONFLICT = "conflict"
    REVIEW = "review"
    INCOMPLETE = "incomplete"
    NEAR = "near"
    CLEAR = "clear"


class Form(StrEnum):
    """The form of a project: an area, a corridor, or none yet (demand only)."""

    AREA = "area"
    LINEAR = "linear"
    NONE = "none"


class Release(StrEnum):
    """How far a layer's geometry may travel; the default is the narrowest."""

    TABLE_ONLY = "table_only"
    DISTRICT = "district"
    INTERNAL = "internal"
    PUBLIC = "public"

    @property
    def is_city_wide(self) -> bool:
        """True for what pages and files of the whole city may show."""
        return self in {Release.INTERNAL, Release.PUBLIC}


def narrowest(releases: Iterable[Release]) -> Release:
    """Return the narrowest of the releases, ``table_only`` when there is none."""
    order = list(Release)
    return min(releases, key=order.index, default=Release.TABLE_ONLY)


class Way(StrEnum):
    """The way out of a finding."""

    AVOID = "avoid"
    ADJUST_PLAN = "adjust_plan"
    ASK_AUTHORITY = "ask_authority"
    FIX_DATA = "fix_data"

    @property
    def cost_rank(self) -> int:
        """0 for the cheapest class; sort by it."""
        return WAYS_BY_COST.index(self)


#: The ways out by class of cost, cheapest first: who has to act, and by which procedure.
#: Own data at the own desk; the own outline, by the designer; a letter that another office
#: answers; a statutory change of a plan. An order, no figures: what a step costs in days and
#: money differs by city and is nowhere fixed.
WAYS_BY_COST = (Way.FIX_DATA, Way.AVOID, Way.ASK_AUTHORITY, Way.ADJUST_PLAN)


class LoadStatus(StrEnum):
    """What became of a layer under its load contract.

    ``short``: rows were refused, the rest is usable. A conflict with what is left is a
    conflict, but nothing is ever clear of a short layer.
    """

    PASSED = "passed"
    SHORT = "short"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and English; either may stand in for the other."""

    zh: str
    en: str = ""

    def get(self, language: str) -> str:
        """Return the text in `language` (``zh`` or ``en``), or the other one if it is empty."""
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        return first or second


NO_TEXT = Text("")
"""Nothing said, in both languages."""


def share_text(share: float) -> str:
    """Return a share (0–1) in whole percent that says 0 and 100 only when it is so.

    Examples
    --------
    >>> from siting.model import share_text
    >>> share_text(0.868), share_text(0.9999), share_text(1.0)
    ('87 %', '> 99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{100 * share:.0f} %"
