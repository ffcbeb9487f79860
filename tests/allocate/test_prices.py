"""A bound from prices holds for any prices: tried against every plan of small problems."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from siting.allocate import Problem
from siting.allocate.highs import Effort, Row
from siting.allocate.prices import Market
from siting.allocate.relaxation import is_nearest, relaxed
from siting.allocate.rows import conditions
from siting.allocate.table import Part, Table

from .instances import all_plans, as_graph, crowded, random_problem

NEVER = (math.inf, 0)


def whole(problem: Problem) -> Part:
    table = Table.of(problem)
    locked = np.flatnonzero(table.lock >= 0)
    everyone = np.arange(len(table.classes))
    return table.part(everyone, table.is_open, must=locked, quotas=range(len(table.loads)))


def choices(problem: Problem, part: Part) -> list[np.ndarray]:
    """Each plan that is feasible, as a mask of the part's columns."""
    found = []
    for plan in all_plans(problem):
        positions = [problem.position(name, site) for name, site in plan.items()]
        found.append(np.isin(part.columns, positions))
    return found


def with_a_floor(part: Part, plans: list[np.ndarray], costs: np.ndarray) -> tuple[list, list]:
    """The conditions and one more, that costs come to no less than in the middle of the plans."""
    middle = float(np.median([costs[plan].sum() for plan in plans]))
    rows = [*conditions(part), Row(np.arange(len(costs)), costs, lower=middle)]
    return rows, [plan for plan in plans if costs[plan].sum() >= middle]


@pytest.mark.parametrize("seed", range(80))
def test_no_plan_exceeds_what_any_prices_say(seed):
    problem = random_problem(seed)
    part = whole(problem)
    draw = np.random.default_rng(seed)
    others = draw.integers(0, 50, size=len(part.columns))
    rows, plans = with_a_floor(part, choices(problem, part), others)
    market = Market(part, part.scores, rows)
    # the last are so large that rounding eats what is at stake: it must not eat the bound
    for scale in (0, 10, 1_000, 10_000, 1e20):
        prices = draw.exponential(1, size=len(market.limits)) * scale
        priced = market.at(prices)
        for plan in plans:
            value = int(part.scores[plan].sum())
            assert value <= priced.bound
            # what a column, or leaving a project out, takes away of the bound
            assert (value <= priced.bound - priced.falls_short[plan]).all()
            is_out = ~np.isin(np.arange(len(part.rows)), part.owner[plan])
            assert (value <= priced.bound - priced.is_worth[is_out]).all()


@pytest.mark.parametrize("seed", range(60))
def test_steps_lead_to_a_better_bound_that_still_holds(seed):
    problem = random_problem(seed)
    part = whole(problem)
    market = Market(part, part.scores, conditions(part))
    best = max(int(part.scores[plan].sum()) for plan in choices(problem, part))
    begun = market.at(np.zeros(len(market.limits)))
    priced, shares = market.descend(0, NEVER, steps=200)
    assert best <= priced.bound <= begun.bound
    on, _ = market.descend(best, NEVER, steps=200, prices=priced.prices)
    assert best <= on.bound <= priced.bound
    # of late nobody bought more than one site
    assert np.bincount(part.owner, shares, len(part.rows)).max() <= 1


@pytest.mark.parametrize("seed", range(60))
def test_fractions_and_no_time_at_all_both_give_a_bound_that_holds(seed, monkeypatch):
    monkeypatch.setattr("siting.allocate.relaxation._FEW", 3)
    monkeypatch.setattr("siting.allocate.relaxation._PER_PROJECT", 1)
    problem = random_problem(seed)
    part = whole(problem)
    rows = conditions(part)
    plans = choices(problem, part)
    best = max(int(part.scores[plan].sum()) for plan in plans)
    market, full = relaxed(part, part.scores, rows, (plans[0], Effort(60.0)))
    _, short = relaxed(part, part.scores, rows, (plans[0], Effort(0.0)))
    assert best <= full.priced.bound <= short.priced.bound
    assert all(market.allows(plan) for plan in plans)


def test_three_who_want_one_site_pay_for_it_what_the_second_would():
    # conditions: one per project, then the site's own
    part = Part(
        rows=np.arange(3),
        columns=np.arange(3),
        owner=np.arange(3),
        scores=np.array([50, 80, 70]),
        pairs=np.array([(0, 1), (0, 2), (1, 2)]),
        loads=(),
        classes=np.ones(3, dtype=np.int64),
        must=np.zeros(3, dtype=bool),
        previous=np.full(3, -1),
    )
    market = Market(part, part.scores, conditions(part))
    assert market.at(np.array([0.0])).bound == 200
    priced = market.at(np.array([70.0]))
    assert priced.bound == 80
    assert priced.is_worth.tolist() == pytest.approx([0, 10, 0])
    assert priced.falls_short.tolist() == pytest.approx([20, 0, 0], abs=1e-9)


def test_where_land_alone_is_scarce_fractions_reach_what_networkx_proves():
    problem = crowded()
    part = whole(problem)
    nobody = np.zeros(len(part.columns), dtype=bool)
    _, found = relaxed(part, part.scores, conditions(part), (nobody, Effort(60.0)))
    graph = as_graph(problem)
    pairs = nx.max_weight_matching(graph)
    assert found.priced.bound == sum(graph.edges[pair]["weight"] for pair in pairs)


def test_the_nearest_are_so_many_and_those_that_are_as_near():
    falls_short = np.array([5.0, 1.0, 3.0, 3.0, 0.0])
    assert np.flatnonzero(is_nearest(falls_short, 2)).tolist() == [1, 2, 3, 4]
    assert is_nearest(falls_short, 5).all()
