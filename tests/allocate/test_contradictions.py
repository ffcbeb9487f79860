"""Inputs that contradict each other are named, all at once and each with its next step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siting.allocate import Amount, Candidate, Claimant, Problem, Quota, solve
from siting.errors import ProblemsError

from .instances import all_plans, as_pairs, is_feasible, random_problem, vars_of


def one(project_id: str, *sites: str) -> Claimant:
    return Claimant(project_id, tuple(Candidate(s, 5_000, 10_000.0) for s in sites))


SOUND = Problem(
    (one("A", "S", "T"), one("B", "S", "U")),
    {"overlap": as_pairs([(0, 2)])},
    (Quota("指标", Amount.AREA, 20_000.0),),
    locks={"A": "T", "B": "U"},
)


def problems_of(problem: Problem) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        solve(problem)
    for error in caught.value.problems:
        assert error.expected
        assert error.found
        assert error.next_step
        assert str(error.where)
    return [str(error) for error in caught.value.problems]


def test_sound_input_passes():
    assert solve(SOUND).assignments == {"A": "T", "B": "U"}


def test_two_locks_on_the_same_land():
    (told,) = problems_of(replace(SOUND, locks={"A": "S", "B": "S"}))
    assert "A on S and B on S" in told
    assert "overlap" in told


def test_a_quota_below_the_locks():
    quota = Quota("指标", Amount.AREA, 19_999.99)
    (told,) = problems_of(replace(SOUND, quotas=(quota,)))
    assert "at least 20000 area_m2" in told
    assert "19999.99" in told
    assert "A, B" in told


def test_a_lock_that_is_forbidden_or_promised():
    problem = replace(SOUND, forbidden={("A", "T"): "村民反对"}, promised={"U": "昌达公司"})
    first, second = problems_of(problem)
    assert "村民反对" in first
    assert "promised to 昌达公司" in second


def test_a_lock_on_what_is_not_there_names_the_nearest():
    first, second = problems_of(replace(SOUND, locks={"A": "TT", "BB": "U"}))
    assert "did you mean 'T'?" in first
    assert "did you mean 'B'?" in second


def test_everything_is_named_at_once():
    problem = replace(
        SOUND,
        locks={"A": "S", "B": "S", "C": "S"},
        quotas=(Quota("指标", Amount.SITES, 1.0), Quota("零", Amount.AREA, 0.0)),
    )
    told = problems_of(problem)
    assert len(told) == 4
    assert [words in text for words, text in zip(("C", "A on S", "指标", "零"), told, strict=True)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"claimants": (one("A", "S"), one("A", "T"))}, "project"),
        ({"claimants": (one("A", "S", "S"),)}, "site of project A"),
        ({"quotas": (Quota("q", Amount.AREA, 1.0), Quota("q", Amount.SITES, 1.0))}, "quota"),
        ({"quotas": (Quota("q", Amount.AREA, float("nan")),)}, "nan"),
        ({"claimants": (Claimant("A", (Candidate("S", 1, -1.0),)),)}, "-1.0"),
        ({"conflicts": {"overlap": as_pairs([(0, 4)])}}, "positions from 0 to 3"),
        ({"conflicts": {"overlap": np.zeros((1, 3), dtype=np.int64)}}, "shape (1, 3)"),
    ],
)
def test_records_that_cannot_be_used(change, words):
    problem = replace(SOUND, **{"conflicts": {}, "locks": {}, **change})
    assert any(words in told for told in problems_of(problem))


@pytest.mark.parametrize("seed", range(60))
def test_locks_are_refused_exactly_where_no_plan_keeps_them(seed):
    free = random_problem(seed, projects=4)
    locks = {c.project_id: c.candidates[-1].site_id for c in free.claimants if c.candidates}
    if seed % 3:
        locks = dict(list(locks.items())[:2])
    problem = Problem(**{**vars_of(free), "locks": locks})
    if all_plans(problem):
        assert is_feasible(problem, dict(solve(problem).assignments))
    else:
        problems_of(problem)
