"""All projects at once: the parts that do not depend on each other, put together to one plan."""

from __future__ import annotations

import time

import numpy as np

from siting.allocate.components import components
from siting.allocate.contradictions import refuse_contradictions
from siting.allocate.plan import Options, Plan, Stage, Unplaced
from siting.allocate.problem import Longs, Problem
from siting.allocate.reasons import Explainer
from siting.allocate.stages import best_of, goals
from siting.allocate.table import Table

#: Of the time limit; what is left is for a solver that looks at the clock now and then.
_SHARE_OF_LIMIT = 0.97
#: What comes after the last search takes no more than this share of what laying out took: a
#: computer that others use, too, is slow with both.
_SHARE_AFTERWARDS = 0.5


def solve(problem: Problem, options: Options | None = None) -> Plan:
    """Return the best plan for all projects, stage by stage.

    First the most projects of the first class are placed, then of the second, and so on; among
    the plans that place as many the total score counts, and among those the most projects that
    stay where the plan before has them (the two in the other order under ``keeps_first``).

    Parameters
    ----------
    problem
        What is wanted and what shuts what out.
    options
        How long and how exactly to look.

    Returns
    -------
    Plan
        Feasible whatever the time; each stage has its value and bound. The same problem gives
        the same plan unless the time ran out.

    Raises
    ------
    ProblemsError
        Inputs contradict each other: all of them are named.
    """
    options = options or Options()
    begins = time.monotonic()
    refuse_contradictions(problem)
    table = Table.of(problem)
    laid_out_s = time.monotonic() - begins
    seconds = _SHARE_OF_LIMIT * options.time_limit_s - _SHARE_AFTERWARDS * laid_out_s
    chosen, stages = _chosen(table, options, begins + seconds)
    return _plan(table, chosen, stages, options)


def _plan(table: Table, chosen: Longs, stages: tuple[Stage, ...], options: Options) -> Plan:
    problem = table.problem
    claimants = problem.claimants
    return Plan(
        {
            claimants[row].project_id: problem.candidates[at].site_id
            for row, at in enumerate(chosen.tolist())
            if at >= 0
        },
        _unplaced(table, chosen, options),
        _regrets(table, chosen),
        stages,
    )


def _unplaced(table: Table, chosen: Longs, options: Options) -> tuple[Unplaced, ...]:
    rows = np.flatnonzero(chosen < 0).tolist()
    if not rows:
        return ()
    explainer = Explainer.of(table, chosen, seconds=options.explain_limit_s)
    claimants = table.problem.claimants
    return tuple(
        Unplaced(claimants[row].project_id, explainer.reasons(row), explainer.obstacles(row))
        for row in rows
    )


def _chosen(table: Table, options: Options, ends: float) -> tuple[Longs, tuple[Stage, ...]]:
    quotas = range(len(table.loads))
    locked: Longs = np.flatnonzero(table.lock >= 0)
    everyone = np.arange(len(table.classes), dtype=np.int64)
    is_open = table.is_open
    whole = table.part(everyone, is_open, must=locked, quotas=quotas)
    aims = goals(table.classes.tolist(), options, has_previous=bool((table.previous >= 0).any()))
    binding = [load.quota for load in whole.loads]
    chosen = np.full(len(everyone), -1, dtype=np.int64)
    stages = tuple(Stage(goal.aim, 0, 0, goal.priority) for goal in aims)
    left = len(everyone)
    for rows in components(whole):
        is_all = len(rows) == len(everyone)
        part = whole if is_all else table.part(rows, is_open, must=locked, quotas=binding)
        seconds = (ends - time.monotonic()) * len(rows) / left
        columns, reached = best_of(part, aims, options, seconds=seconds)
        is_placed = columns >= 0
        chosen[rows[is_placed]] = part.columns[columns[is_placed]]
        stages = tuple(_added(one, other) for one, other in zip(stages, reached, strict=True))
        left -= len(rows)
    return chosen, stages


def _added(one: Stage, other: Stage) -> Stage:
    return Stage(one.aim, one.value + other.value, one.bound + other.bound, one.priority)


def _regrets(table: Table, chosen: Longs) -> dict[str, int]:
    best = np.zeros(len(table.classes), dtype=np.int64)
    may_have = ~table.is_closed
    np.maximum.at(best, table.owner[may_have], table.scores[may_have])
    got = np.where(chosen >= 0, table.scores[chosen], 0) if len(table.scores) else 0 * best
    regrets = best - got
    return {
        claimant.project_id: int(regret)
        for claimant, regret in zip(table.problem.claimants, regrets, strict=True)
    }
