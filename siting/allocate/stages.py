"""One part of a plan, stage by stage: what a stage reached is a condition on all after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from siting.allocate.cliques import clique_cover
from siting.allocate.highs import Effort, Outcome, Row, maximise
from siting.allocate.plan import Aim, Options, Stage
from siting.allocate.problem import HUNDREDTHS_PER_M2, Longs
from siting.allocate.start import quick_plan
from siting.allocate.table import Load, Mask, Part

#: Limits go to the solver in hectares: its tolerance of 1e-6 is then what areas are rounded to.
_HUNDREDTHS_PER_HA = 10_000 * HUNDREDTHS_PER_M2
#: What a stage before the last may use up of the time that is left.
_SHARE_OF_TIME = 0.5


@dataclass(frozen=True, slots=True)
class Goal:
    """What one stage maximises: an aim, and for a stage of placing the priority class."""

    aim: Aim
    priority: int = 0

    def costs(self, part: Part) -> Longs:
        """Return what each column counts for the goal."""
        if self.aim is Aim.PLACED:
            is_of_class: Longs = (part.classes[part.owner] == self.priority).astype(np.int64)
            return is_of_class
        if self.aim is Aim.SCORE:
            return part.scores
        costs = np.zeros(len(part.columns), dtype=np.int64)
        costs[part.previous[part.previous >= 0]] = 1
        return costs


def goals(classes: Sequence[int], options: Options, *, has_previous: bool) -> tuple[Goal, ...]:
    """Return the stages in their order: placing by class, then score and least change."""
    placing = [Goal(Aim.PLACED, priority) for priority in sorted(set(classes))]
    kept = [Goal(Aim.KEPT)] if has_previous else []
    rest = [*kept, Goal(Aim.SCORE)] if options.keeps_first else [Goal(Aim.SCORE), *kept]
    return (*placing, *rest)


def conditions(part: Part) -> list[Row]:
    """Return what every choice must keep: one site per project, no conflict, no limit exceeded."""
    starts = part.starts
    one = [
        _at_most_one(np.arange(first, last), lower=1.0 if is_must else -np.inf)
        for first, last, is_must in zip(starts[:-1], starts[1:], part.must, strict=True)
        if last > first or is_must
    ]
    cliques = [_at_most_one(columns) for columns in clique_cover(part)]
    return [*one, *cliques, *(_limit(load) for load in part.loads)]


def _at_most_one(columns: Longs, lower: float = -np.inf) -> Row:
    return Row(columns, np.ones(len(columns)), lower, 1.0)


def _limit(load: Load) -> Row:
    # a limit on sites counts so few that its unit does not matter
    scale = _HUNDREDTHS_PER_HA if int(load.amounts.max(initial=0)) > 1 else 1
    return Row(load.columns, load.amounts / scale, upper=load.limit / scale)


def exactly(part: Part, rows: list[Row], solve: Callable[[Sequence[Row]], Outcome]) -> Outcome:
    """Solve until no limit is exceeded in exact integers.

    The solver keeps limits within its tolerance. What it chose beyond one is excluded by a row
    that every allowed choice keeps (not all of these at once), added to `rows`.
    """
    while True:
        outcome = solve(rows)
        if outcome.is_chosen is None:
            return outcome
        chosen = outcome.is_chosen
        broken = [load for load in part.loads if load.used(chosen) > load.limit]
        if not broken:
            return outcome
        for load in broken:
            cover = load.columns[chosen[load.columns]]
            rows.append(Row(cover, np.ones(len(cover)), upper=len(cover) - 1.0))


def best_of(
    part: Part, aims: Sequence[Goal], options: Options, *, seconds: float
) -> tuple[Longs, tuple[Stage, ...]]:
    """Return a column per project (-1: none) and what each stage reached.

    Parameters
    ----------
    part
        Free of contradictions.
    aims
        The stages, the first before all others.
    options
        How exactly to look.
    seconds
        How long to look; a stage that is cut short keeps the best choice and its bound.
    """
    ends = time.monotonic() + seconds
    chosen = _mask(part, quick_plan(part, keeps_first=options.keeps_first))
    rows: list[Row] = []
    stages: list[Stage] = []
    for at, goal in enumerate(aims):
        costs = goal.costs(part)
        bound = _ceiling(part, costs)
        if int(costs[chosen].sum()) < bound:
            rows = rows or [*conditions(part), *_floors(part, stages)]
            share = 1.0 if at == len(aims) - 1 else _SHARE_OF_TIME
            gap = options.relative_gap if goal.aim is Aim.SCORE else 0.0
            effort = Effort(share * (ends - time.monotonic()), gap)
            chosen, proved = _improved(part, costs, rows, (chosen, effort))
            bound = min(bound, proved) if proved is not None else bound
        value = int(costs[chosen].sum())
        stages.append(Stage(goal.aim, value, max(bound, value), goal.priority))
        if rows:
            rows += _floors(part, stages[-1:])
    return _columns(part, chosen), tuple(stages)


def _improved(
    part: Part, costs: Longs, rows: list[Row], begin: tuple[Mask, Effort]
) -> tuple[Mask, int | None]:
    chosen, effort = begin
    outcome = exactly(part, rows, lambda given: maximise(costs, given, effort, start=chosen))
    found = outcome.is_chosen
    is_better = found is not None and int(costs[found].sum()) > int(costs[chosen].sum())
    return (found if is_better and found is not None else chosen), outcome.bound


def _floors(part: Part, stages: Sequence[Stage]) -> list[Row]:
    """Return the conditions that what was reached is kept."""
    rows = []
    for stage in stages:
        costs = Goal(stage.aim, stage.priority).costs(part)
        columns = np.flatnonzero(costs)
        # between two integers: no rounding can shut out what is equally good
        slack = 0.5 if stage.aim is Aim.SCORE else 0.0
        rows.append(Row(columns, costs[columns], lower=stage.value - slack))
    return rows


def _ceiling(part: Part, costs: Longs) -> int:
    """Return what the goal comes to if each project gets what is best for the goal."""
    best = np.zeros(len(part.rows), dtype=np.int64)
    np.maximum.at(best, part.owner, costs)
    return int(best.sum())


def _mask(part: Part, columns: Longs) -> Mask:
    chosen = np.zeros(len(part.columns), dtype=bool)
    chosen[columns[columns >= 0]] = True
    return chosen


def _columns(part: Part, chosen: Mask) -> Longs:
    columns = np.full(len(part.rows), -1, dtype=np.int64)
    columns[part.owner[chosen]] = np.flatnonzero(chosen)
    return columns
