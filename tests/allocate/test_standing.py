"""What stands against a better site of a placed project, held against the conditions."""

from __future__ import annotations

import pytest

from siting.allocate import Kind, passed_over, solve

from .instances import random_problem


@pytest.mark.parametrize("seed", range(150))
def test_what_stands_against_the_best_site_is_all_that_does(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    found = passed_over(problem, plan)
    losing = {name for name in plan.assignments if plan.regrets[name] > 0}
    assert set(found) == losing
    for name in losing:
        ((site, reasons),) = found[name].items()
        assert _against(problem, plan.assignments, name, site) == {
            (reason.kind, reason.name) for reason in reasons if reason.kind is not Kind.LOCK
        } | {(Kind.PLACED, reason.name) for reason in reasons if reason.kind is Kind.LOCK}


def _against(problem, assigned, name, site):
    """Return who and which quotas forbid a site, everybody else being where the plan has them."""
    at = problem.position(name, site)
    claimant = problem.claimants[problem.places[name]]
    candidate = problem.candidates[at]
    open_scores = [
        one.score
        for number, one in enumerate(claimant.candidates)
        if not problem.closed(int(problem.starts[problem.places[name]]) + number)
    ]
    assert candidate.score == max(open_scores)
    others = {n: problem.position(n, s) for n, s in assigned.items() if n != name}
    pairs = {frozenset(pair) for found in problem.conflicts.values() for pair in found.tolist()}
    against = {
        (Kind.PLACED, other) for other, position in others.items() if {at, position} in pairs
    }
    for quota in problem.quotas:
        chosen = [*others.values(), at]
        members = [
            one
            for one in chosen
            if quota.is_member(problem.claimants[int(problem.owner[one])], problem.candidates[one])
        ]
        used = sum(problem.candidates[one].amount(quota.unit) for one in members)
        if at in members and used > quota.limit_counted:
            against.add((Kind.QUOTA, quota.name))
    return against


def test_there_are_some_to_look_at() -> None:
    plans = [solve(random_problem(seed)) for seed in range(150)]
    losing = [plan.regrets[name] > 0 for plan in plans for name in plan.assignments]
    assert sum(losing) > 50
