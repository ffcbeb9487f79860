"""Reasons are sufficient and none can be left out: tried by brute force over all plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.allocate import (
    Amount,
    Candidate,
    Claimant,
    Kind,
    Options,
    Problem,
    Quota,
    Reason,
    solve,
)

from .instances import all_plans, as_pairs, is_feasible, random_problem, vars_of


def has_place(problem: Problem, project_id: str, reasons: tuple[Reason, ...]) -> bool:
    """True where some plan that keeps the reasons, and no other demand, places the project."""
    names = {kind: {r.name for r in reasons if r.kind is kind} for kind in Kind}
    opened = {
        site
        for name, site in problem.forbidden
        if name == project_id and site not in names[Kind.FORBIDDEN]
    }
    forbidden = {
        (name, site): text
        for (name, site), text in problem.forbidden.items()
        if name != project_id or site not in opened
    }
    promised = {}
    for site, holder in problem.promised.items():
        # a refusal comes before a promise: what was forbidden and is opened is open
        if site in names[Kind.PROMISED]:
            promised[site] = holder
        else:
            for other in problem.claimants:
                if other.project_id not in {holder, project_id}:
                    forbidden[other.project_id, site] = "promised"
    relaxed = Problem(
        **{
            **vars_of(problem),
            "quotas": tuple(q for q in problem.quotas if q.name in names[Kind.QUOTA]),
            "locks": {p: s for p, s in problem.locks.items() if p in names[Kind.LOCK]},
            "forbidden": forbidden,
            "promised": promised,
        }
    )
    placed = {project_id, *names[Kind.PLACED]}
    return any(placed <= plan.keys() for plan in all_plans(relaxed))


def assert_is_explained(seed: int) -> int:
    problem = random_problem(seed, projects=4)
    plan = solve(problem)
    classes = {one.project_id: one.priority for one in problem.claimants}
    for one in plan.unplaced:
        assert one.reasons is not None
        assert not has_place(problem, one.project_id, one.reasons)
        for at in range(len(one.reasons)):
            fewer = one.reasons[:at] + one.reasons[at + 1 :]
            assert has_place(problem, one.project_id, fewer)
        placed = [reason.name for reason in one.reasons if reason.kind is Kind.PLACED]
        assert all(classes[name] <= classes[one.project_id] for name in placed)
    return len(plan.unplaced)


@pytest.mark.parametrize("first", range(0, 90, 30))
def test_reasons_suffice_and_none_can_be_left_out(first):
    assert sum(assert_is_explained(seed) for seed in range(first, first + 30)) > 5


@pytest.mark.slow
@pytest.mark.parametrize("first", range(90, 990, 100))
def test_nine_hundred_more_reasons_suffice_and_none_can_be_left_out(first):
    assert sum(assert_is_explained(seed) for seed in range(first, first + 100)) > 20


def reasons_of(problem: Problem) -> dict[str, tuple[Reason, ...] | None]:
    return {one.project_id: one.reasons for one in solve(problem).unplaced}


def one(project_id: str, *sites: str, priority: int = 1) -> Claimant:
    return Claimant(project_id, tuple(Candidate(s, 5_000, 10_000.0) for s in sites), priority)


def test_only_those_who_are_in_the_way_are_named():
    # C wants S, which A must have; B and D are elsewhere
    problem = Problem(
        (one("A", "S"), one("B", "T"), one("C", "S", priority=2), one("D", "U")),
        {"overlap": as_pairs([(0, 2)])},
    )
    assert reasons_of(problem) == {"C": (Reason(Kind.PLACED, "A", "S"),)}


def test_a_chain_of_projects_is_named_to_its_end():
    # A could go from S to T, were B not there: C is shut out by both
    problem = Problem(
        (one("A", "S", "T"), one("B", "T"), one("C", "S", priority=2)),
        {"overlap": as_pairs([(0, 3), (1, 2)])},
    )
    assert reasons_of(problem) == {
        "C": (Reason(Kind.PLACED, "A", "S"), Reason(Kind.PLACED, "B", "T"))
    }


def test_a_lock_is_named_with_its_site():
    problem = Problem(
        (one("A", "S", "T", priority=2), one("C", "S")),
        {"overlap": as_pairs([(0, 2)])},
        locks={"A": "S"},
    )
    assert reasons_of(problem) == {"C": (Reason(Kind.LOCK, "A", "S"),)}


def test_a_quota_and_those_who_use_it_up_are_named():
    quota = Quota("新增建设用地", Amount.AREA, 25_000.0)
    problem = Problem((one("A", "S"), one("B", "T"), one("C", "U", priority=2)), quotas=(quota,))
    assert reasons_of(problem) == {
        "C": (
            Reason(Kind.PLACED, "A", "S"),
            Reason(Kind.PLACED, "B", "T"),
            Reason(Kind.QUOTA, "新增建设用地", "25000 area_m2"),
        )
    }


def test_what_closes_its_own_sites_is_named_with_what_the_input_says():
    problem = Problem(
        (one("A", "S", "T"),),
        forbidden={("A", "S"): "村民反对"},
        promised={"T": "昌达公司"},
    )
    assert reasons_of(problem) == {
        "A": (
            Reason(Kind.FORBIDDEN, "S", "村民反对"),
            Reason(Kind.PROMISED, "T", "promised to 昌达公司"),
        )
    }


@pytest.mark.parametrize("seed", range(60))
def test_a_candidate_has_obstacles_exactly_where_the_plan_cannot_take_it_as_well(seed):
    problem = random_problem(seed, has_previous=False)
    plan = solve(problem, Options(explain_limit_s=0.0))
    claimants = {claimant.project_id: claimant for claimant in problem.claimants}
    for unplaced in plan.unplaced:
        name = unplaced.project_id
        wanted = [candidate.site_id for candidate in claimants[name].candidates]
        assert list(unplaced.obstacles) == wanted
        for site, obstacles in unplaced.obstacles.items():
            assert obstacles
            assert not is_feasible(problem, {**plan.assignments, name: site})
            gone = {reason.name for reason in obstacles if reason.kind in {Kind.PLACED, Kind.LOCK}}
            freed = {p: s for p, s in plan.assignments.items() if p not in gone}
            quotas = {reason.name for reason in obstacles if reason.kind is Kind.QUOTA}
            relaxed = replace(
                problem,
                quotas=tuple(quota for quota in problem.quotas if quota.name not in quotas),
                locks={},
                forbidden={},
                promised={},
            )
            assert is_feasible(relaxed, {**freed, name: site})
            kinds = {reason.kind for reason in obstacles}
            is_forbidden = (name, site) in problem.forbidden
            is_promised = problem.promised.get(site, name) != name
            is_closed = is_forbidden or is_promised
            assert bool(kinds & {Kind.FORBIDDEN, Kind.PROMISED}) == is_closed


def test_no_reasons_are_invented_where_time_was_too_short():
    problem = Problem((one("A", "S"), one("B", "S")), {"overlap": as_pairs([(0, 1)])})
    plan = solve(problem, Options(explain_limit_s=0.0))
    assert [unplaced.reasons for unplaced in plan.unplaced] == [None]
