"""Random small problems, brute force over them, and a checker that knows nothing of the solver."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import numpy as np

from siting.allocate import Amount, Candidate, Claimant, Problem, Quota

USES = ("0701", "0804", "100101")
DISTRICTS = ("甲区", "乙区")


def random_problem(seed: int, *, projects: int = 5, has_previous: bool = True) -> Problem:
    """Up to `projects` projects with up to 4 candidates on few sites, so that they compete."""
    draw = random.Random(seed)  # noqa: S311
    claimants = tuple(_claimant(draw, row) for row in range(draw.randint(2, projects)))
    owners = [row for row, one in enumerate(claimants) for _ in one.candidates]
    sites = [candidate.site_id for one in claimants for candidate in one.candidates]
    overlap, ban = [], []
    for left, right in itertools.combinations(range(len(owners)), 2):
        if sites[left] == sites[right] or draw.random() < 0.15:
            overlap.append((left, right))
        elif draw.random() < 0.08:
            ban.append((right, left))
    problem = Problem(
        claimants,
        {"overlap": as_pairs(overlap), "separation": as_pairs(ban)},
        tuple(_quota(draw, number) for number in range(draw.randint(0, 3))),
        forbidden={
            (one.project_id, candidate.site_id): "refused by the district"
            for one in claimants
            for candidate in one.candidates
            if draw.random() < 0.07
        },
        promised={"s0": draw.choice(["p0", "elsewhere"])} if draw.random() < 0.3 else {},
        previous=_some(draw, claimants, 0.6) if has_previous else {},
    )
    locks = _some(draw, claimants, 0.15)
    with_locks = Problem(**{**vars_of(problem), "locks": locks})
    return with_locks if is_feasible(with_locks, locks) else problem


def vars_of(problem: Problem) -> dict[str, object]:
    names = ["claimants", "conflicts", "quotas", "locks", "forbidden", "promised", "previous"]
    return {name: getattr(problem, name) for name in names}


def as_pairs(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _claimant(draw: random.Random, row: int) -> Claimant:
    sites = draw.sample(range(7), draw.randint(0 if draw.random() < 0.1 else 1, 4))
    candidates = tuple(
        Candidate(
            f"s{site}",
            score=draw.choice([4_000, 5_000, draw.randint(1, 10_000)]),
            area_m2=draw.choice([10_000.0, 20_000.5, draw.randint(1, 60_000) / 2]),
            use=draw.choice(USES),
            district=DISTRICTS[site % 2],
            new_construction_m2=draw.choice([0.0, 5_000.25, 9_999.99]),
            farmland_m2=draw.choice([0.0, 0.0, 1_234.56]),
        )
        for site in sites
    )
    return Claimant(f"p{row}", candidates, draw.randint(1, 3), draw.choice(["2026", "2027"]))


def _quota(draw: random.Random, number: int) -> Quota:
    unit = draw.choice(list(Amount))
    limits = {
        Amount.SITES: [1, 2, 3],
        Amount.AREA: [20_000.5, 30_000.5, 45_000.0],
        Amount.NEW_CONSTRUCTION: [5_000.25, 10_000.5, 15_000.24],
        Amount.FARMLAND: [0.0, 1_234.56, 2_469.12],
    }
    return Quota(
        f"q{number}",
        unit,
        draw.choice(limits[unit]),
        districts=frozenset(draw.sample(DISTRICTS, draw.randint(0, 1))),
        uses=frozenset(draw.sample(USES, draw.randint(0, 1))),
        batches=frozenset(["2026"]) if draw.random() < 0.2 else frozenset(),
    )


def _some(draw: random.Random, claimants: tuple[Claimant, ...], share: float) -> dict[str, str]:
    return {
        one.project_id: draw.choice(one.candidates).site_id
        for one in claimants
        if one.candidates and draw.random() < share
    }


def is_feasible(problem: Problem, assignments: dict[str, str]) -> bool:
    """Look at a plan with nothing but the records: what it may and may not do."""
    chosen: dict[int, tuple[Claimant, Candidate]] = {}
    at = 0
    for claimant in problem.claimants:
        for candidate in claimant.candidates:
            if assignments.get(claimant.project_id) == candidate.site_id:
                chosen[at] = (claimant, candidate)
            at += 1
    if len(chosen) != len(assignments):
        return False
    for claimant, candidate in chosen.values():
        if (claimant.project_id, candidate.site_id) in problem.forbidden:
            return False
        holder = problem.promised.get(candidate.site_id)
        if holder is not None and holder != claimant.project_id:
            return False
    if any(assignments.get(name) != site for name, site in problem.locks.items()):
        return False
    pairs = (pair for given in problem.conflicts.values() for pair in given.tolist())
    if any(left in chosen and right in chosen for left, right in pairs):
        return False
    return all(_is_kept(quota, list(chosen.values())) for quota in problem.quotas)


def _is_kept(quota: Quota, chosen: list[tuple[Claimant, Candidate]]) -> bool:
    used = 0
    for claimant, candidate in chosen:
        if quota.districts and candidate.district not in quota.districts:
            continue
        if quota.uses and candidate.use not in quota.uses:
            continue
        if quota.batches and claimant.batch not in quota.batches:
            continue
        cents = {
            "sites": 100,
            "area_m2": round(candidate.area_m2 * 100),
            "new_construction_m2": round(candidate.new_construction_m2 * 100),
            "farmland_m2": round(candidate.farmland_m2 * 100),
        }
        used += cents[str(quota.unit)]
    return used <= round(quota.limit * 100)


def all_plans(problem: Problem) -> list[dict[str, str]]:
    """Every plan that is feasible."""
    choices = [
        [(one.project_id, site) for site in [None, *(c.site_id for c in one.candidates)]]
        for one in problem.claimants
    ]
    plans = (
        {name: site for name, site in choice if site is not None}
        for choice in itertools.product(*choices)
    )
    return [plan for plan in plans if is_feasible(problem, plan)]


def merits(
    problem: Problem, assignments: dict[str, str], *, keeps_first: bool = False
) -> tuple[int, ...]:
    """What a plan reaches, stage by stage."""
    classes = sorted({one.priority for one in problem.claimants})
    placed = [
        sum(one.project_id in assignments for one in problem.claimants if one.priority == level)
        for level in classes
    ]
    score = sum(
        candidate.score
        for one in problem.claimants
        for candidate in one.candidates
        if assignments.get(one.project_id) == candidate.site_id
    )
    kept = sum(assignments.get(name) == site for name, site in problem.previous.items())
    rest = [kept, score] if keeps_first else [score, kept]
    return (*placed, *rest) if problem.previous else (*placed, score)


def crowded() -> Problem:
    """40 projects want 30 sites: nobody can place more than 30."""
    draw = np.random.default_rng(3)
    claimants, sites = [], []
    for row in range(40):
        wanted = sorted(draw.choice(30, size=6, replace=False).tolist())
        sites += wanted
        scores = draw.integers(1, 10_000, size=6).tolist()
        pairs = [(f"S{at}", score) for at, score in zip(wanted, scores, strict=True)]
        candidates = tuple(Candidate(site, score, 1.0) for site, score in pairs)
        claimants.append(Claimant(f"P{row}", candidates))
    rows = range(len(sites))
    same = [(a, b) for a in rows for b in rows if a < b and sites[a] == sites[b]]
    return Problem(tuple(claimants), {"overlap": as_pairs(same)})


def as_graph(problem: Problem) -> nx.Graph:
    graph = nx.Graph()
    for claimant in problem.claimants:
        for candidate in claimant.candidates:
            graph.add_edge(claimant.project_id, candidate.site_id, weight=candidate.score)
    return graph
