"""Plans against brute force, against a checker that knows nothing of the solver, and by hand."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from siting.allocate import Aim, Amount, Candidate, Claimant, Options, Problem, Quota, solve

from .instances import (
    all_plans,
    as_graph,
    as_pairs,
    crowded,
    is_feasible,
    merits,
    random_problem,
)

UNEXPLAINED = Options(explain_limit_s=0.0)


def assert_is_best(seed: int) -> None:
    problem = random_problem(seed)
    keeps_first = bool(seed % 2)
    options = Options(explain_limit_s=0.0, keeps_first=keeps_first)
    plan = solve(problem, options)
    found = dict(plan.assignments)
    assert is_feasible(problem, found)
    best = max(merits(problem, other, keeps_first=keeps_first) for other in all_plans(problem))
    assert merits(problem, found, keeps_first=keeps_first) == best
    assert tuple(stage.value for stage in plan.stages) == best
    assert plan.is_proved
    assert plan.gap == 0.0


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_a_plan_is_as_good_as_the_best_of_all_plans(first):
    for seed in range(first, first + 20):
        assert_is_best(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(200, 1200, 100))
def test_a_thousand_more_plans_are_as_good_as_the_best_of_all(first):
    for seed in range(first, first + 100):
        assert_is_best(seed)


def one(project_id: str, *sites: tuple[str, int], priority: int = 1, area_m2: float = 1.0):
    candidates = tuple(Candidate(site, score, area_m2) for site, score in sites)
    return Claimant(project_id, candidates, priority)


def test_the_second_choice_of_one_is_better_than_no_place_for_another():
    # A has two sites, B only the one that A likes more: greedy would leave B without
    problem = Problem(
        (one("A", ("S", 9_000), ("T", 1_000)), one("B", ("S", 2_000))),
        {"overlap": as_pairs([(0, 2)])},
    )
    plan = solve(problem)
    assert plan.assignments == {"A": "T", "B": "S"}
    assert plan.regrets == {"A": 8_000, "B": 0}
    assert plan.unplaced == ()


def test_a_project_of_the_first_class_outweighs_any_number_below():
    below = [one(f"B{row}", (f"S{row}", 10_000), priority=2) for row in range(6)]
    pairs = as_pairs([(0, 1 + row) for row in range(6)])
    problem = Problem((one("A", ("S", 0)), *below), {"overlap": pairs})
    plan = solve(problem)
    assert plan.assignments == {"A": "S"}
    assert [(s.aim, s.priority, s.value) for s in plan.stages] == [
        (Aim.PLACED, 1, 1),
        (Aim.PLACED, 2, 0),
        (Aim.SCORE, 0, 0),
    ]
    assert plan.regrets["B3"] == 10_000


@pytest.mark.parametrize(("limit_m2", "placed"), [(3_000_000.02, 2), (3_000_000.01, 1)])
def test_a_quota_is_kept_to_the_hundredth_of_a_square_metre(limit_m2, placed):
    # the solver's own tolerance, 1e-6 hectares, would let both pass
    claimants = (
        one("A", ("S", 100), area_m2=1_000_000.01),
        one("B", ("T", 100), area_m2=2_000_000.01),
    )
    quota = Quota("land", Amount.AREA, limit_m2)
    assert len(solve(Problem(claimants, quotas=(quota,)), UNEXPLAINED).assignments) == placed


def test_of_equal_scores_the_plan_before_is_kept():
    claimants = (one("A", ("S", 50), ("T", 50)), one("B", ("S", 50), ("T", 50)))
    pairs = {"overlap": as_pairs([(0, 2), (1, 3)])}
    for before in ({"A": "S", "B": "T"}, {"A": "T", "B": "S"}):
        assert solve(Problem(claimants, pairs, previous=before)).assignments == before


def test_what_is_promised_is_closed_to_all_but_its_holder():
    problem = Problem(
        (one("A", ("S", 90), ("T", 10)), one("B", ("S", 10))),
        {"overlap": as_pairs([(0, 2)])},
        promised={"S": "B", "T": "昌达公司"},
    )
    assert solve(problem).assignments == {"B": "S"}


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_the_same_problem_gives_the_same_plan(seed):
    assert solve(random_problem(seed)) == solve(random_problem(seed))


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_the_order_of_conflicts_does_not_matter(seed):
    problem = random_problem(seed)
    turned = {cause: pairs[::-1, ::-1] for cause, pairs in reversed(problem.conflicts.items())}
    assert solve(replace(problem, conflicts=turned)) == solve(problem)


def test_without_any_time_there_is_a_feasible_plan_that_says_how_far_it_may_be_off():
    problem = crowded()
    plan = solve(problem, Options(time_limit_s=0.0, explain_limit_s=0.0))
    assert is_feasible(problem, dict(plan.assignments))
    assert not plan.is_proved
    assert 0 < plan.gap <= 1
    best = solve(problem, UNEXPLAINED)
    assert best.is_proved
    for short, full in zip(plan.stages, best.stages, strict=True):
        assert short.bound >= full.value or short.aim is Aim.SCORE


def test_without_quotas_it_is_a_matching_and_networkx_finds_no_better_one():
    problem = crowded()
    plan = solve(problem, UNEXPLAINED)
    graph = as_graph(problem)
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    best = sum(graph.edges[pair]["weight"] for pair in pairs)
    assert [stage.value for stage in plan.stages] == [len(pairs), best]


def test_forty_classes_place_whom_a_matching_can_place_from_the_first_on():
    problem = crowded()
    claimants = tuple(
        replace(claimant, priority=row) for row, claimant in enumerate(problem.claimants)
    )
    plan = solve(replace(problem, claimants=claimants), UNEXPLAINED)
    graph, placed = as_graph(problem), []
    for claimant in claimants:
        names = [*placed, claimant.project_id]
        part = graph.subgraph([*names, *(f"S{at}" for at in range(30))])
        if len(nx.bipartite.maximum_matching(part, top_nodes=names)) == 2 * len(names):
            placed = names
    assert sorted(plan.assignments) == sorted(placed)
    assert plan.is_proved


def test_what_does_not_touch_is_planned_as_if_it_were_alone():
    problem = random_problem(31, has_previous=False)
    twin = tuple(
        Claimant(f"{c.project_id}'", c.candidates, c.priority, "other") for c in problem.claimants
    )
    count = int(problem.starts[-1])
    twice = Problem(
        (*problem.claimants, *twin),
        {cause: np.concatenate([p, p + count]) for cause, p in problem.conflicts.items()},
    )
    alone = Problem(problem.claimants, problem.conflicts)
    assert solve(twice).stages == tuple(
        type(s)(s.aim, 2 * s.value, 2 * s.bound, s.priority) for s in solve(alone).stages
    )


def test_nobody_and_nothing():
    assert solve(Problem(())).assignments == {}
    plan = solve(Problem((Claimant("A", ()),)))
    assert [(u.project_id, u.reasons) for u in plan.unplaced] == [("A", ())]
    assert plan.regrets == {"A": 0}
