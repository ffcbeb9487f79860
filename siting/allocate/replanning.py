"""A plan that is mended: a reply, a refusal or a lock comes in, and as little as possible moves."""

from __future__ import annotations

from dataclasses import replace

from siting.allocate.plan import Aim, Cost, Move, Options, Plan, Replan
from siting.allocate.problem import Problem
from siting.allocate.solving import solve
from siting.errors import ProblemsError


def replan(problem: Problem, options: Options | None = None) -> Replan:
    """Return a plan for a changed problem that keeps as much of the plan before as it can.

    As many projects are placed as in any plan, class by class; among those plans the one with the
    fewest moves is taken, and of these the one with the best scores. Each move is justified.

    Parameters
    ----------
    problem
        With the plan before in ``previous``, and all that changed since: refusals in
        ``forbidden``, promises, locks, quotas.
    options
        As for :func:`solve`; ``keeps_first`` is set.

    Raises
    ------
    ProblemsError
        Inputs contradict each other.
    """
    options = replace(options or Options(), keeps_first=True)
    plan = solve(problem, options)
    moves = []
    for claimant in problem.claimants:
        project_id = claimant.project_id
        former = problem.previous.get(project_id, "")
        present = plan.assignments.get(project_id, "")
        if former and former != present:
            move = Move(project_id, former, present, _demand(problem, project_id, former))
            moves.append(move if move.demanded else _justified(problem, options, plan, move))
    return Replan(plan, tuple(moves))


def cost_of_lock(
    problem: Problem, plan: Plan, project_id: str, options: Options | None = None
) -> Cost:
    """Return what a plan loses by a lock: what it would reach more without it.

    Parameters
    ----------
    problem, plan
        The problem with the lock, and its plan.
    project_id
        The project that is locked to a site.
    options
        Those of the plan; which goes first, points or the least change, tell its stages.
    """
    locks = {name: site for name, site in problem.locks.items() if name != project_id}
    aims = [stage.aim for stage in plan.stages]
    keeps_first = Aim.KEPT in aims and aims.index(Aim.KEPT) < aims.index(Aim.SCORE)
    options = replace(options or Options(), keeps_first=keeps_first)
    without = _solved(replace(problem, locks=locks), options)
    return _cost(without, plan)


def _demand(problem: Problem, project_id: str, former: str) -> str:
    """Return what forbids a project its former site by itself, or an empty text."""
    position = problem.position(project_id, former)
    if position < 0:
        return f"{former} is no candidate any more"
    lock = problem.locks.get(project_id, former)
    return problem.closed(position) or (f"locked to {lock}" if lock != former else "")


def _justified(problem: Problem, options: Options, plan: Plan, move: Move) -> Move:
    """Return a move with what it would cost to leave the project where it was."""
    locks = {**problem.locks, move.project_id: move.from_site_id}
    try:
        held = _solved(replace(problem, locks=locks), options)
    except ProblemsError as error:
        return replace(move, clash="; ".join(_in_short(error)))
    return replace(move, cost=_cost(plan, held))


def _in_short(error: ProblemsError) -> list[str]:
    return [f"{one.what} ({one.where})" for one in error.problems]


def _solved(problem: Problem, options: Options | None) -> Plan:
    return solve(problem, replace(options or Options(), explain_limit_s=0.0))


def _cost(better: Plan, worse: Plan) -> Cost:
    """Return what one plan reaches more than another."""
    reached = {(stage.aim, stage.priority): stage.value for stage in worse.stages}
    lost = {
        (stage.aim, stage.priority): stage.value - reached[stage.aim, stage.priority]
        for stage in better.stages
    }
    placed = {level: count for (aim, level), count in lost.items() if aim is Aim.PLACED}
    return Cost(placed, lost[Aim.SCORE, 0], lost.get((Aim.KEPT, 0), 0))
