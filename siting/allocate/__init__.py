"""Allocate: one plan for all projects that compete for land, provably good, with reasons.

`problem` is what is wanted and what shuts what out, without geometry; `contradictions` refuses what
cannot be kept at once. `solving` cuts a problem into parts that do not depend on each other and
takes each through its `stages` (placing by class, scores, least change), with `highs` as solver,
`cliques` for its rows and `start` for its first plan; `reasons` says why a project has no place,
`standing` why a placed one has not its best,
`replanning` mends a plan. docs/plan.md has the mathematics.
"""

from siting.allocate.contradictions import contradictions
from siting.allocate.plan import (
    Aim,
    Cost,
    Kind,
    Move,
    Options,
    Plan,
    Reason,
    Replan,
    Stage,
    Unplaced,
)
from siting.allocate.problem import Amount, Candidate, Claimant, Problem, Quota
from siting.allocate.replanning import cost_of_lock, replan
from siting.allocate.solving import solve
from siting.allocate.standing import passed_over

__all__ = [
    "Aim",
    "Amount",
    "Candidate",
    "Claimant",
    "Cost",
    "Kind",
    "Move",
    "Options",
    "Plan",
    "Problem",
    "Quota",
    "Reason",
    "Replan",
    "Stage",
    "Unplaced",
    "contradictions",
    "cost_of_lock",
    "passed_over",
    "replan",
    "solve",
]
