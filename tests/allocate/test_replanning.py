"""A mended plan moves as few as any plan could, and each move has its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.allocate import (
    Candidate,
    Claimant,
    Cost,
    Move,
    Options,
    Problem,
    cost_of_lock,
    replan,
    solve,
)

from .instances import all_plans, as_pairs, is_feasible, merits, random_problem, vars_of

UNEXPLAINED = Options(explain_limit_s=0.0)


def one(project_id: str, *sites: tuple[str, int]) -> Claimant:
    return Claimant(project_id, tuple(Candidate(s, score, 1.0) for s, score in sites))


#: A has S, B has T; U is free and C's own. A could also go to T, B also to U.
CHAIN = Problem(
    (one("A", ("S", 90), ("T", 80)), one("B", ("T", 90), ("U", 10)), one("C", ("V", 50))),
    {"overlap": as_pairs([(1, 2)])},
    previous={"A": "S", "B": "T", "C": "V"},
)


def test_nothing_changed_nothing_moves():
    mended = replan(CHAIN)
    assert mended.plan.assignments == CHAIN.previous
    assert mended.moves == ()


def test_a_refusal_moves_only_who_must_move_and_says_why():
    mended = replan(replace(CHAIN, forbidden={("A", "S"): "镇街不同意"}))
    assert mended.plan.assignments == {"A": "T", "B": "U", "C": "V"}
    assert mended.moves == (
        Move("A", "S", "T", demanded="镇街不同意"),
        # left on T, B would cost A its only other site: one project of class 1
        Move("B", "T", "U", cost=Cost({1: 1}, score=80 + 10 - 90, kept=-1)),
    )


def test_a_better_site_that_comes_free_moves_nobody():
    better = Claimant("C", (*CHAIN.claimants[2].candidates, Candidate("W", 9_000, 1.0)))
    mended = replan(replace(CHAIN, claimants=(*CHAIN.claimants[:2], better)))
    assert mended.moves == ()
    assert solve(replace(CHAIN, claimants=(*CHAIN.claimants[:2], better))).assignments["C"] == "W"


def test_a_lock_that_takes_another_ones_site():
    problem = replace(CHAIN, locks={"A": "T"})
    mended = replan(problem)
    assert [move.demanded for move in mended.moves] == ["locked to T", ""]
    assert "A on T and B on T" in mended.moves[1].clash


def test_a_site_that_is_no_candidate_any_more():
    mended = replan(replace(CHAIN, previous={"C": "gone"}))
    (move,) = mended.moves
    assert (move.from_site_id, move.to_site_id) == ("gone", "V")
    assert move.demanded == "gone is no candidate any more"


def test_a_lock_costs_what_the_plan_could_do_without_it():
    problem = replace(CHAIN, locks={"A": "T"}, previous={})
    plan = solve(problem)
    # without it A gets 90 and B 90, with it 80 and 10
    assert cost_of_lock(problem, plan, "A") == Cost({1: 0}, score=90, kept=0)


def test_a_lock_may_cost_another_project_its_place():
    problem = Problem(
        (one("A", ("S", 10), ("T", 20)), one("B", ("T", 30))),
        {"overlap": as_pairs([(1, 2)])},
        locks={"A": "T"},
    )
    assert cost_of_lock(problem, solve(problem), "A") == Cost({1: 1}, score=20, kept=0)


@pytest.mark.parametrize("seed", range(1, 41))
def test_no_plan_that_places_as_many_moves_fewer(seed):
    problem = changed(seed)
    mended = replan(problem, UNEXPLAINED)
    found = dict(mended.plan.assignments)
    best = max(merits(problem, plan, keeps_first=True) for plan in all_plans(problem))
    assert is_feasible(problem, found)
    assert merits(problem, found, keeps_first=True) == best
    moved = {name for name, site in problem.previous.items() if found.get(name) != site}
    assert {move.project_id for move in mended.moves} == moved
    for move in mended.moves:
        assert bool(move.demanded) + bool(move.clash) + (move.cost is not None) == 1
        held = Problem(**{**vars_of(problem), "locks": {**problem.locks, **lock_of(move)}})
        assert bool(all_plans(held)) == (move.cost is not None)
        if move.cost is not None:
            then = max(merits(held, plan, keeps_first=True) for plan in all_plans(held))
            differences = tuple(a - b for a, b in zip(best, then, strict=True))
            cost = move.cost
            assert (*cost.placed.values(), cost.kept, cost.score) == differences
            # nothing at all is lost only where another one could move instead
            assert differences >= (0,) * len(differences)


def lock_of(move: Move) -> dict[str, str]:
    return {move.project_id: move.from_site_id}


def changed(seed: int) -> Problem:
    """A plan, and then one of its sites refused."""
    problem = replace(random_problem(seed, projects=4, has_previous=False), locks={})
    before = dict(solve(problem, UNEXPLAINED).assignments)
    refused = dict.fromkeys(sorted(before.items())[:1], "refused")
    return replace(problem, previous=before, forbidden={**problem.forbidden, **refused})


def test_a_lock_in_a_mended_plan_is_weighed_as_that_plan_was():
    locked = replace(CHAIN, locks={"C": "W"}, claimants=(
        *CHAIN.claimants[:2], one("C", ("V", 50), ("W", 20)),
    ))  # fmt: skip
    mended = replan(locked, UNEXPLAINED)
    # C leaves V for W: one project moves and 0.3 points go; without the lock nothing would
    assert cost_of_lock(locked, mended.plan, "C", UNEXPLAINED) == Cost({1: 0}, score=30, kept=1)
    made = solve(locked, UNEXPLAINED)
    assert cost_of_lock(locked, made, "C", UNEXPLAINED) == Cost({1: 0}, score=30, kept=1)
