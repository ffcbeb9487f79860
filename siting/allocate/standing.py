"""What a plan has against the better sites of the projects that it places."""

from __future__ import annotations

import numpy as np

from siting.allocate.plan import Plan, Reason
from siting.allocate.problem import Problem
from siting.allocate.reasons import Explainer
from siting.allocate.table import Table


def passed_over(problem: Problem, plan: Plan) -> dict[str, dict[str, tuple[Reason, ...]]]:
    """Return, for each placed project with a regret, what stands against its own best site.

    Parameters
    ----------
    problem, plan
        A problem and its plan.

    Returns
    -------
    dict
        project → best site → what this very plan, left as it is but for the project, has against
        it. No reason at all: the project could have it by itself, at the price of other aims
        (fewest moves).
    """
    table = Table.of(problem)
    chosen = np.full(len(problem.claimants), -1, dtype=np.int64)
    for row, claimant in enumerate(problem.claimants):
        if claimant.project_id in plan.assignments:
            site_id = plan.assignments[claimant.project_id]
            chosen[row] = problem.position(claimant.project_id, site_id)
    explainer = Explainer.of(table, chosen, seconds=0.0)
    found = {}
    for row, claimant in enumerate(problem.claimants):
        name = claimant.project_id
        if chosen[row] < 0 or plan.regrets[name] <= 0:
            continue
        best = _best(table, row)
        found[name] = {best: explainer.obstacles(row)[best]}
    return found


def _best(table: Table, row: int) -> str:
    """Return the best site of a project that is open to it, the first of equals."""
    first, last = table.problem.starts[row : row + 2].tolist()
    open_to_it = [at for at in range(first, last) if not table.is_closed[at]]
    best = max(open_to_it, key=lambda at: (int(table.scores[at]), -at))
    return table.problem.candidates[best].site_id
