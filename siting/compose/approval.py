"""Thresholds of approval and the balance of cultivated land: hints with their source.

What is not known (owner, class, whether it is basic farmland) may be what a threshold asks for.
So each measure has a certain part and a possible one, and a hint says on which of them it
rests. Only the rows' unrounded areas of record count, to 0.01 m².
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from siting.areas import M2_DECIMALS
from siting.compose.account import sums_of
from siting.compose.book import Threshold
from siting.compose.records import (
    Balance,
    Basic,
    Category,
    Hint,
    Kind,
    Nature,
    Row,
    doubtful,
    total_of,
)

_UNIT_M2 = Decimal(1).scaleb(-M2_DECIMALS)
_KNOWN = (Kind.LAND, Kind.RIDGE)
_DISPUTABLE = (Kind.UNCOVERED, Kind.OVERLAP)
#: True, False, or None where the row cannot tell.
Answer = bool | None


def _is_basic(row: Row) -> Answer:
    if row.account.basic is Basic.IN:
        return True
    may_be = row.category in {Category.FARM, Category.UNKNOWN}
    return None if row.account.basic is Basic.UNKNOWN and may_be else False


def _is_of(row: Row, category: Category) -> Answer:
    return None if row.category is Category.UNKNOWN else row.category is category


def _is_cultivated_outside(row: Row) -> Answer:
    is_cultivated = None if row.category is Category.UNKNOWN else row.is_cultivated
    return _both(is_cultivated, _not(_is_basic(row)))


def _is_other_outside(row: Row) -> Answer:
    if row.category is Category.SEA:
        return False
    is_other = None if row.category is Category.UNKNOWN else not row.is_cultivated
    return _both(is_other, _not(_is_basic(row)))


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _both(left: Answer, right: Answer) -> Answer:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


#: What may be held against a threshold; the names are those of the composition book.
TESTS: dict[str, Callable[[Row], Answer]] = {
    "basic_farmland": _is_basic,
    "cultivated_outside_basic": _is_cultivated_outside,
    "other_outside_basic": _is_other_outside,
    "farm": lambda row: _is_of(row, Category.FARM),
    "unused": lambda row: _is_of(row, Category.UNUSED),
    "all": lambda row: row.category is not Category.SEA,
}


def _is_collective(row: Row) -> Answer:
    if row.account.nature is Nature.UNKNOWN:
        return None
    return row.account.nature is Nature.COLLECTIVE


def measured(
    rows: Sequence[Row], measure: str, *, is_collective_only: bool, sliver_m2: float = 0.0
) -> tuple[float, float]:
    """Return how much land a measure certainly has, and how much it may have, m² of record.

    Parameters
    ----------
    rows
        Rows of one red line.
    measure
        A name of :data:`TESTS`.
    is_collective_only
        Only collective land counts (expropriation).
    sliver_m2
        See :func:`siting.compose.records.doubtful`: slivers are no possible land.
    """
    certain, possible = [], []
    in_doubt = {row.account for row in doubtful(rows, sliver_m2=sliver_m2)}
    for row in rows:
        answer = TESTS[measure](row)
        if is_collective_only:
            answer = _both(answer, _is_collective(row))
        is_sliver = row.account.kind in _DISPUTABLE and row.account not in in_doubt
        if answer is True or (answer is None and not is_sliver):
            possible.append(row.record_m2)
        if answer is True:
            certain.append(row.record_m2)
    return math.fsum(certain), math.fsum(possible)


def is_over(area_m2: float, limit_m2: float) -> bool:
    """True when an area exceeds a limit by 0.01 m² or more; float noise does not."""
    return _shown(area_m2) > _shown(limit_m2)


def _shown(area_m2: float) -> Decimal:
    return Decimal(area_m2).quantize(_UNIT_M2, rounding=ROUND_HALF_EVEN)


def hints_of(
    rows: Sequence[Row], thresholds: Sequence[Threshold], *, sliver_m2: float = 0.0
) -> tuple[Hint, ...]:
    """Return, step by step, the first threshold that is certainly passed.

    Entries before it that are passed only by land of which too little is known come with
    ``is_certain`` False. A step without any has no hint.
    """
    hints: list[Hint] = []
    settled: set[str] = set()
    for entry in thresholds:
        if entry.step in settled:
            continue
        certain_m2, possible_m2 = measured(
            rows,
            entry.measure,
            is_collective_only=entry.is_collective_only,
            sliver_m2=sliver_m2,
        )
        is_certain = is_over(certain_m2, entry.over_m2)
        if not is_certain and not is_over(possible_m2, entry.over_m2):
            continue
        if is_certain:
            settled.add(entry.step)
        hints.append(
            Hint(
                code=entry.code,
                step=entry.step,
                step_title=entry.step_title,
                level=entry.level,
                level_title=entry.level_title,
                basis=entry.basis,
                note=entry.note,
                measure=entry.measure,
                limit_m2=entry.over_m2,
                certain_m2=certain_m2,
                possible_m2=possible_m2,
                is_certain=is_certain,
            )
        )
    return tuple(hints)


def balance_of(rows: Sequence[Row], *, has_grades: bool) -> Balance:
    """Return the cultivated land to be balanced: quantity, paddy, grades as far as recorded."""
    sums = sums_of(rows)
    ploughed = [row for row in rows if row.is_cultivated]
    grades = sorted({row.account.grade for row in ploughed}) if has_grades else []
    return Balance(
        cultivated=sums.cultivated,
        paddy=sums.paddy,
        by_grade=tuple(
            (grade, total_of(row.area for row in ploughed if row.account.grade == grade))
            for grade in grades
        ),
        possible=total_of(row.area for row in rows if row.account.kind not in _KNOWN),
    )
