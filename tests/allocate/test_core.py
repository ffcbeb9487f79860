"""The way that large problems go, forced on small ones: as good, feasible, and within its time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from siting.allocate import Amount, Candidate, Claimant, Options, Problem, Quota, solve
from siting.allocate.core import best_around
from siting.allocate.highs import Effort
from siting.allocate.neighbourhoods import Program, searched
from siting.allocate.relaxation import relaxed
from siting.allocate.rows import conditions
from siting.allocate.start import guided_plan, quick_plan

from .instances import as_pairs, is_feasible
from .test_prices import whole
from .test_solving import assert_is_best


@pytest.fixture
def _as_if_large(monkeypatch):
    monkeypatch.setattr("siting.allocate.stages._MANY_COLUMNS", 0)
    monkeypatch.setattr("siting.allocate.core._ONE_NEIGHBOURHOOD", 0)
    monkeypatch.setattr("siting.allocate.core._CORE", 1)
    monkeypatch.setattr("siting.allocate.neighbourhoods._FREED", 1)
    monkeypatch.setattr("siting.allocate.relaxation._FEW", 3)
    monkeypatch.setattr("siting.allocate.relaxation._PER_PROJECT", 1)


@pytest.mark.usefixtures("_as_if_large")
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_way_of_large_problems_leads_to_the_best_of_all_plans(first):
    for seed in range(first, first + 20):
        assert_is_best(seed)


@pytest.mark.slow
@pytest.mark.usefixtures("_as_if_large")
@pytest.mark.parametrize("first", range(200, 1200, 100))
def test_and_so_on_a_thousand_more(first):
    for seed in range(first, first + 100):
        assert_is_best(seed)


def town(projects: int, seed: int, *, candidates: int = 12) -> Problem:
    """Sites on a line, each overlapping the next; projects want those near home; one budget."""
    draw = np.random.default_rng(seed)
    sites = round(1.5 * projects)
    area_m2 = draw.integers(10_000, 90_000, size=sites)
    claimants, wanted = [], []
    for row in range(projects):
        home = int(draw.integers(sites))
        near = np.sort((home + draw.choice(4 * candidates, candidates, replace=False)) % sites)
        scores = draw.integers(1, 10_000, size=candidates).tolist()
        claimants.append(
            Claimant(
                f"P{row}",
                tuple(
                    Candidate(f"S{at}", score, float(area_m2[at]))
                    for at, score in zip(near.tolist(), scores, strict=True)
                ),
                1 + row % 2,
            )
        )
        wanted += near.tolist()
    at = np.array(wanted)
    left, right = np.triu_indices(len(at), 1)
    is_beside = np.abs(at[left] - at[right]) <= 1
    pairs = np.stack([left[is_beside], right[is_beside]], axis=1)
    budget = Quota("land", Amount.AREA, 30_000.0 * projects)
    return Problem(tuple(claimants), {"overlap": as_pairs(pairs.tolist())}, (budget,))


def test_neighbourhoods_only_ever_better_a_plan_and_are_the_same_each_time():
    part = whole(town(90, 1))
    rows = conditions(part)
    begun = np.zeros(len(part.columns), dtype=bool)
    columns = quick_plan(part, keeps_first=False)
    begun[columns[columns >= 0]] = True
    market, ideal = relaxed(part, part.scores, rows, (begun, Effort(60.0)))
    program = Program(part, part.scores, rows, market, ideal.priced)
    found = searched(program, begun, Effort(60.0))
    assert part.scores[begun].sum() < part.scores[found].sum() <= ideal.priced.bound
    assert market.allows(found)
    assert np.bincount(part.owner[found]).max() == 1
    assert all(load.used(found) <= load.limit for load in part.loads)
    assert (searched(program, begun, Effort(60.0)) == found).all()
    assert (searched(program, begun, Effort(0.0)) == begun).all()


def test_a_plan_that_follows_fractions_is_nearer_to_their_bound_than_a_greedy_one():
    part = whole(town(90, 2))
    nobody = np.zeros(len(part.columns), dtype=bool)
    _, ideal = relaxed(part, part.scores, conditions(part), (nobody, Effort(60.0)))
    greedy = quick_plan(part, keeps_first=False)
    for by_class in (False, True):
        guided = guided_plan(part, ideal.shares, ideal.priced, by_class=by_class)
        values = [int(part.scores[plan[plan >= 0]].sum()) for plan in (greedy, guided)]
        assert values[0] < values[1] <= ideal.priced.bound


@pytest.mark.parametrize("seed", range(3))
def test_around_prices_there_is_a_plan_within_two_hundredths_of_the_bound(seed):
    problem = town(120, seed)
    part = whole(problem)
    nobody = np.zeros(len(part.columns), dtype=bool)
    begin = (nobody, Effort(60.0))
    found = best_around(part, part.scores, conditions(part), begin)
    value = int(part.scores[found.chosen].sum())
    assert 0.98 * found.bound <= value <= found.bound
    chosen = zip(part.owner[found.chosen], part.columns[found.chosen], strict=True)
    plan = {f"P{row}": problem.candidates[at].site_id for row, at in chosen}
    assert is_feasible(problem, plan)


def test_a_large_plan_is_feasible_and_its_bounds_hold_however_short_the_time():
    problem = town(150, 3)
    full = solve(problem, Options(relative_gap=0.01, explain_limit_s=0.0))
    assert is_feasible(problem, dict(full.assignments))
    assert full.stages[-1].gap <= 0.01
    for seconds in (0.0, 0.1):
        short = solve(problem, Options(time_limit_s=seconds, explain_limit_s=0.0))
        assert is_feasible(problem, dict(short.assignments))
        placed = [stage.value for stage in full.stages[:-1]]
        assert short.stages[0].bound >= placed[0]
        if [stage.value for stage in short.stages[:-1]] == placed:
            assert short.stages[-1].bound >= full.stages[-1].value


@pytest.mark.slow
def test_the_limit_of_time_is_kept():
    problem = replace(town(1_000, 4), quotas=(Quota("land", Amount.AREA, 15_000_000.0),))
    begin = time.monotonic()
    plan = solve(problem, Options(time_limit_s=10.0, explain_limit_s=0.0))
    assert time.monotonic() - begin < 12.0
    assert plan.unplaced
    assert is_feasible(problem, dict(plan.assignments))
