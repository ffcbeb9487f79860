"""Which parcels a project may ask for, told from the table alone: for 500 projects as for one.

Parcels are put in the order of their areas once, so that a range of areas is a slice; what a
set of rules blocks is worked out once for all projects with the same rules and limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.exclude.records import Column, ExclusionTable
from siting.model import Project, Severity, Text
from siting.rules.zoning import ZoningRule

Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: A column's number, and the share from which on it blocks.
_Limit = tuple[int, float]

#: What a project asks unless it says otherwise: nothing on it that is prohibited.
NOTHING_PROHIBITED: Mapping[Severity, float] = {Severity.PROHIBITED: 0.0}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one project asks of a parcel.

    ``limits``: by severity the share of a parcel that a rule may exclude; 0 means no hit at
    all, a severity that is not there is not asked. ``may_claim``: a rule with an exception for
    this kind of project does not block; that a claim is needed is told.
    """

    project: Project
    area_m2_min: float = 0.0
    area_m2_max: float = math.inf
    limits: Mapping[Severity, float] = field(default_factory=lambda: NOTHING_PROHIBITED)
    may_claim: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Eligible:
    """The parcels for one wish, as rows of the table, smallest first (of equal ones by id).

    ``is_unchecked`` and ``needs_claim`` have an entry per row: some rule that applies could not
    be checked in full there; an exception would have to be claimed. ``gaps`` are rules that
    cannot be asked for this project at all: then every row is unchecked.
    """

    rows: Longs
    is_unchecked: Mask
    needs_claim: Mask
    gaps: tuple[Text, ...] = ()


class Finder:
    """Answers wishes on one table; what it works out for one project it keeps for the next.

    Parameters
    ----------
    table
        The exclusion table.
    crosswalks
        Of the rule book: a project's use in the code system of a zoning rule.
    """

    def __init__(
        self,
        table: ExclusionTable,
        crosswalks: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
    ) -> None:
        self._table = table
        self._crosswalks = crosswalks or {}
        self._order: Longs = np.argsort(table.land.areas_m2, kind="stable")
        self._areas_m2 = table.land.areas_m2[self._order]
        self._blocked: dict[tuple[_Limit, ...], Mask] = {}
        self._unchecked: dict[tuple[int, ...], Mask] = {}

    def find(self, wish: Wish) -> Eligible:
        """Return the parcels that a project may ask for."""
        first = np.searchsorted(self._areas_m2, wish.area_m2_min, side="left")
        last = np.searchsorted(self._areas_m2, wish.area_m2_max, side="right")
        numbers, gaps = self._concerned(wish.project)
        limits, claims = self._limits(numbers, wish)
        free = ~self._blocking(limits)[first:last]
        if not wish.may_claim:
            free &= ~self._blocking(claims)[first:last]
        at = first + np.flatnonzero(free)
        is_unchecked = self._not_checked(tuple(number for number, _ in (*limits, *claims)))[at]
        return Eligible(
            rows=self._order[at],
            is_unchecked=np.ones(len(at), dtype=bool) if gaps else is_unchecked,
            needs_claim=self._blocking(claims)[at],
            gaps=gaps,
        )

    def _concerned(self, project: Project) -> tuple[list[int], tuple[Text, ...]]:
        """Return the columns of the rules that look at a project, and those that cannot."""
        numbers: list[int] = []
        gaps: list[Text] = []
        uses: dict[str, str | None] = {}
        for number, column in enumerate(self._table.columns):
            rule = column.rule
            if not rule.applies_to(project):
                continue
            if isinstance(rule, ZoningRule) and column.variant:
                if rule.code not in uses:
                    uses[rule.code] = self._use_of(rule, project)
                    if uses[rule.code] is None:
                        gaps.append(_no_use(rule))
                if not _is_asked(rule, column, uses[rule.code]):
                    continue
            numbers.append(number)
        return numbers, tuple(gaps)

    def _use_of(self, rule: ZoningRule, project: Project) -> str | None:
        """Return the row of a zoning rule's table that a project's use falls under."""
        use = rule.translate(project.use, project.code_system, self._crosswalks)
        fitting = [row for row, _ in rule.allows if use is not None and use.startswith(row)]
        return max(fitting, key=len) if fitting else None

    def _limits(
        self, numbers: list[int], wish: Wish
    ) -> tuple[tuple[_Limit, ...], tuple[_Limit, ...]]:
        """Return what blocks for good, and what blocks unless an exception is claimed."""
        limits: list[_Limit] = []
        claims: list[_Limit] = []
        for number in numbers:
            column = self._table.columns[number]
            if column.severity not in wish.limits:
                continue
            is_excepted = any(each.matches(wish.project) for each in column.rule.exceptions)
            (claims if is_excepted else limits).append((number, wish.limits[column.severity]))
        return tuple(limits), tuple(claims)

    def _blocking(self, limits: tuple[_Limit, ...]) -> Mask:
        """Return the parcels that at least one of the limits keeps out, by area."""
        if limits not in self._blocked:
            blocked = np.zeros(len(self._table), dtype=bool)
            for number, share in limits:
                blocked |= self._over(self._table.columns[number], share)
            self._blocked[limits] = blocked[self._order]
        return self._blocked[limits]

    def _over(self, column: Column, share: float) -> Mask:
        is_hit = column.cells.is_hit
        over: Mask = is_hit if share <= 0 else is_hit & (self._table.shares(column) > share)
        return over

    def _not_checked(self, numbers: tuple[int, ...]) -> Mask:
        if numbers not in self._unchecked:
            unchecked = np.zeros(len(self._table), dtype=bool)
            for number in numbers:
                unchecked |= self._table.columns[number].cells.is_unchecked
            self._unchecked[numbers] = unchecked[self._order]
        return self._unchecked[numbers]


def _is_asked(rule: ZoningRule, column: Column, use: str | None) -> bool:
    """True for the column of the project's own use, and for the unplanned land."""
    is_of_a_use = any(column.variant == row for row, _ in rule.allows)
    return use is not None and (column.variant == use or not is_of_a_use)


def _no_use(rule: ZoningRule) -> Text:
    return Text(
        f"{rule.title.get('zh')}：项目用途未填、无对照或不在规则表内，不能比对",
        f"{rule.title.get('en')}: the project's use is empty, without counterpart or in no row of "
        "the rule, so it cannot be compared",
    )
