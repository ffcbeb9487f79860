"""One part of a plan, stage by stage: what a stage reached is a condition on all after it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from siting.allocate.core import best_around, best_of_likely
from siting.allocate.highs import Effort, Row, maximise
from siting.allocate.plan import Aim, Options, Stage
from siting.allocate.problem import Longs
from siting.allocate.rows import conditions, exactly
from siting.allocate.start import quick_plan
from siting.allocate.table import Mask, Part

#: What a stage before the last, or the first step of one, may use up of the time that is left.
_SHARE_OF_TIME = 0.6
#: What the guess may: most plans are as good as proved with it, and a stage begins anew.
_SHARE_OF_GUESS = 0.75
#: In a stage of placing, all scores together count less than this half of a project: the solver
#: gropes among plans that place as many where nothing tells them apart.
_HALF = 500_000
#: In the guess that goes before the stages: what one project more counts beside scores (of at
#: most 10,000), how many times more it counts in the class above, and for how many classes so.
_GUESSED_WORTH = 20_000
_GUESSED_STEP = 3
_GUESSED_STEPS = 6
#: A program of more columns than that is searched around prices and by its likely columns before
#: the solver gets all of it; one of far more it never gets.
_MANY_COLUMNS, _TOO_MANY_COLUMNS = 2_000, 60_000


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


@dataclass(frozen=True, eq=False, slots=True)
class _Stand:
    """Where the stages stand: the best choice yet, and what the guess says of scores.

    ``score_bound`` bounds the score plus ``weights`` times what each goal reaches.
    """

    chosen: Mask
    score_bound: int | None = None
    weights: tuple[int, ...] = ()


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
    rows: list[Row] = []
    stand = _Stand(_mask(part, quick_plan(part, keeps_first=options.keeps_first)))
    if any(goal.aim is Aim.PLACED and _falls_short(part, goal, stand.chosen) for goal in aims):
        rows = conditions(part)
        effort = Effort(seconds * _SHARE_OF_GUESS, _gap(part, options, stand.chosen))
        stand = _guess(part, aims, rows, (stand.chosen, effort))
    chosen = stand.chosen
    stages: list[Stage] = []
    for at, goal in enumerate(aims):
        costs = goal.costs(part)
        bound = min(_ceiling(part, costs), _guessed_bound(stand, goal, stages))
        gap = _gap(part, options, chosen) if goal.aim is Aim.SCORE else 0
        if int(costs[chosen].sum()) + gap < bound:
            rows = rows or [*conditions(part), *_floors(part, stages)]
            share = 1.0 if at == len(aims) - 1 else _SHARE_OF_TIME
            effort = Effort(share * (ends - time.monotonic()), gap)
            chosen, proved = _improved(part, goal, rows, (chosen, effort))
            bound = min(bound, proved) if proved is not None else bound
        value = int(costs[chosen].sum())
        stages.append(Stage(goal.aim, value, max(bound, value), goal.priority))
        if rows:
            rows += _floors(part, stages[-1:])
    return _columns(part, chosen), tuple(_reached(part, stage, chosen) for stage in stages)


def _reached(part: Part, stage: Stage, chosen: Mask) -> Stage:
    """Return a stage with what the last choice reaches: a later one may have found more."""
    value = int(Goal(stage.aim, stage.priority).costs(part)[chosen].sum())
    return replace(stage, value=value, bound=max(stage.bound, value))


def _gap(part: Part, options: Options, chosen: Mask) -> int:
    return round(options.relative_gap * int(part.scores[chosen].sum()))


def _falls_short(part: Part, goal: Goal, chosen: Mask) -> bool:
    costs = goal.costs(part)
    return int(costs[chosen].sum()) < _ceiling(part, costs)


def _guess(part: Part, aims: Sequence[Goal], rows: list[Row], begin: tuple[Mask, Effort]) -> _Stand:
    """Look for a choice that is good in all stages at once, with weights in place of their order.

    It often places everybody that can be, which the stages then need not search for, and
    what bounds the weighted sum bounds the scores too.
    """
    chosen = begin[0]
    weights = _weights(aims)
    goals_costs = [goal.costs(part) for goal in aims]
    costs = sum(
        (weight * costs for weight, costs in zip(weights, goals_costs, strict=True)),
        start=np.zeros(len(part.columns), dtype=np.int64),
    )
    ends = time.monotonic() + begin[1].seconds
    around = best_around(part, costs, rows, begin)
    found, bound = around.chosen, around.bound
    if not any(goal.aim is Aim.PLACED and _falls_short(part, goal, found) for goal in aims):
        # only then can weights prove that nobody else can be placed
        effort = Effort(ends - time.monotonic(), begin[1].gap)
        found, bound = best_of_likely(part, costs, rows, (around, effort))

    def reached(choice: Mask) -> list[int]:
        return [int(costs[choice].sum()) for costs in goals_costs]

    if reached(found) > reached(chosen):
        chosen = found
    return _Stand(chosen, bound, weights)


def _weights(aims: Sequence[Goal]) -> tuple[int, ...]:
    """Return what each goal counts beside a hundredth of a point; nothing for one after scores."""
    place = [goal.aim for goal in aims].index(Aim.SCORE)
    # beyond some classes all above count alike: it is a guess, and must not overflow
    powers = [min(power, _GUESSED_STEPS) for power in reversed(range(place))]
    before = [_GUESSED_WORTH * _GUESSED_STEP**power for power in powers]
    return (*before, 1, *(0 for _ in aims[place + 1 :]))


def _guessed_bound(stand: _Stand, goal: Goal, before: Sequence[Stage]) -> int:
    """Return what the score cannot exceed where the stages before keep what they reached."""
    if stand.score_bound is None or goal.aim is not Aim.SCORE:
        return np.iinfo(np.int64).max
    kept = zip(stand.weights, before, strict=False)
    return stand.score_bound - sum(weight * stage.value for weight, stage in kept)


def _improved(
    part: Part, goal: Goal, rows: list[Row], begin: tuple[Mask, Effort]
) -> tuple[Mask, int | None]:
    """Return the better of a choice and what the solver finds, and the proved bound."""
    chosen, effort = begin
    costs, unit = goal.costs(part), 1
    if goal.aim is Aim.PLACED:
        unit = 2 * _HALF
        costs = unit * costs + part.scores * (_HALF - 1) // max(_ceiling(part, part.scores), 1)
        # half a unit above a value, the next whole one is out of reach
        effort = Effort(effort.seconds, _HALF)
    chosen, bound = _searched(part, costs, rows, (chosen, effort))
    return chosen, None if bound is None else bound // unit


def _searched(
    part: Part, costs: Longs, rows: list[Row], begin: tuple[Mask, Effort]
) -> tuple[Mask, int | None]:
    """Return the best choice found and a bound: all columns at once, if there are not too many."""
    chosen, effort = begin
    ends = time.monotonic() + effort.seconds
    bound = None
    if len(costs) > _MANY_COLUMNS:
        around = best_around(part, costs, rows, (chosen, _share(effort, ends)))
        chosen, bound = best_of_likely(part, costs, rows, (around, _share(effort, ends)))
    effort = Effort(ends - time.monotonic(), effort.gap)
    is_enough = bound is not None and int(costs[chosen].sum()) + effort.gap >= bound
    if is_enough or len(costs) > _TOO_MANY_COLUMNS or (bound is not None and effort.seconds <= 0):
        return chosen, bound
    begun = chosen
    outcome = exactly(part, rows, lambda given: maximise(costs, given, effort, start=begun))
    found = outcome.is_chosen
    if found is not None and int(costs[found].sum()) > int(costs[chosen].sum()):
        chosen = found
    bounds = [one for one in (bound, outcome.bound) if one is not None]
    return chosen, min(bounds, default=None)


def _share(effort: Effort, ends: float) -> Effort:
    return Effort(_SHARE_OF_TIME * (ends - time.monotonic()), effort.gap)


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
