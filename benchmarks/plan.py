"""One plan for hundreds of projects: siting.allocate beside a plain one-shot program and greedy.

    python benchmarks/plan.py                      500 projects x 50 candidates, all three
    python benchmarks/plan.py --growth             siting alone, 500 to 5,000 projects
    python benchmarks/plan.py --projects 200 --candidates 20

The city is made from a seed: square sites of 1 to 9 ha on a plane, so that overlaps are exact by
hand, scores on which the projects largely agree, three classes of priority, quotas per district
and two budgets of the whole city. All three get the same problem. The one-shot program has one
row per conflicting pair, no parts and no start, and one objective: scores, and for each project
placed 200 points in the lowest class and three times more in each above. It gets the same time.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import dataclass

import numpy as np

from siting.allocate import Aim, Amount, Candidate, Claimant, Options, Plan, Problem, Quota, solve
from siting.allocate.highs import Effort, Row, maximise
from siting.allocate.table import Part, Table

DISTRICTS = 11
USES = ("居住", "公共服务", "商业", "工业", "物流")
CLASS_SHARES = (0.2, 0.3, 0.5)
#: Sites per project: fewer, and more projects want the same.
SITES_PER_PROJECT = 1.6
#: Budgets as shares of what the projects would use with their own best sites.
BUDGET_SHARES = (0.75, 0.6)


@dataclass(frozen=True, eq=False)
class Sites:
    corner_m: np.ndarray
    side_m: np.ndarray
    quality: np.ndarray
    overlapping: np.ndarray
    new_share: np.ndarray
    farmland_share: np.ndarray


def made_problem(projects: int, candidates: int, seed: int = 7, *, tight: float = 1.0) -> Problem:
    draw = np.random.default_rng(seed)
    sites = _sites(round(SITES_PER_PROJECT * projects), draw)
    extent_m = float(sites.corner_m.max())
    home = draw.uniform(0, extent_m, (projects, 2))
    uses = draw.integers(len(USES), size=projects)
    classes = 1 + draw.choice(len(CLASS_SHARES), size=projects, p=CLASS_SHARES)
    claimants, rows = [], []
    for row in range(projects):
        far = np.hypot(*(sites.corner_m - home[row]).T)
        near = np.argsort(far, kind="stable")[: 6 * candidates]
        taken = np.sort(draw.choice(near, size=min(candidates, len(near)), replace=False))
        noise = draw.normal(0, 800, len(taken))
        scores = np.clip(sites.quality[taken] + noise - 0.05 * far[taken], 0, 10_000)
        claimants.append(
            Claimant(
                f"P{row:05d}",
                tuple(
                    _candidate(sites, int(at), round(float(score)), USES[uses[row]])
                    for at, score in zip(taken, scores, strict=True)
                ),
                int(classes[row]),
            )
        )
        rows.append(taken)
    overlap = _pairs(sites, rows)
    return Problem(tuple(claimants), {"overlap": overlap}, _quotas(claimants, tight))


def _candidate(sites: Sites, at: int, score: int, use: str) -> Candidate:
    area_m2 = float(sites.side_m[at]) ** 2
    extent_m = float(sites.corner_m.max())
    district = f"区{min(int(sites.corner_m[at, 0] / extent_m * DISTRICTS), DISTRICTS - 1):02d}"
    new_m2 = float(sites.new_share[at]) * area_m2
    farmland_m2 = float(sites.farmland_share[at]) * new_m2
    figures = (round(new_m2, 2), round(farmland_m2, 2))
    return Candidate(f"S{at:05d}", score, round(area_m2, 2), use, district, *figures)


def _sites(count: int, draw: np.random.Generator) -> Sites:
    side_m = draw.uniform(100, 300, count)
    # a tenth of the plane is sites: some overlap, as drawn and assembled ones do
    extent_m = float(np.sqrt(10 * (side_m**2).sum()))
    corner_m = draw.uniform(0, extent_m, (count, 2))
    order = np.argsort(corner_m[:, 0], kind="stable")
    pairs = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            gap = corner_m[other] - corner_m[one]
            if gap[0] >= side_m[one]:
                break
            if -side_m[other] < gap[1] < side_m[one]:
                pairs.append((one, other))
    overlapping = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Sites(
        corner_m,
        side_m,
        draw.uniform(3_000, 9_500, count),
        overlapping,
        draw.choice([0.0, 0.5, 1.0], size=count),
        draw.uniform(0, 0.8, count),
    )


def _pairs(sites: Sites, rows: list[np.ndarray]) -> np.ndarray:
    wanted: list[list[int]] = [[] for _ in sites.side_m]
    for position, at in enumerate(np.concatenate(rows)):
        wanted[at].append(position)
    found = [np.stack(np.triu_indices(len(w), 1), axis=1) for w in wanted]
    same = [np.array(w)[pairs] for w, pairs in zip(wanted, found, strict=True) if len(w) > 1]
    between = [
        np.stack(np.meshgrid(wanted[one], wanted[other]), axis=-1).reshape(-1, 2)
        for one, other in sites.overlapping
        if wanted[one] and wanted[other]
    ]
    return np.concatenate([*same, *between]).astype(np.int64)


def _quotas(claimants: list[Claimant], tight: float) -> tuple[Quota, ...]:
    best = [max(one.candidates, key=lambda c: c.score) for one in claimants]
    budgets = tuple(
        Quota(unit.value, unit, round(tight * share * sum(c.amount(unit) for c in best) / 100, 2))
        for unit, share in zip(
            (Amount.NEW_CONSTRUCTION, Amount.FARMLAND), BUDGET_SHARES, strict=True
        )
    )
    fair = sum(c.area_m2 for c in best) / DISTRICTS / len(USES)
    per_district = tuple(
        Quota(
            f"{district}-{use}",
            Amount.AREA,
            round(1.1 * fair, 2),
            frozenset({district}),
            frozenset({use}),
        )
        for district in sorted({c.district for one in claimants for c in one.candidates})
        for use in USES[3:]
    )
    return (*budgets, *per_district)


def greedy(problem: Problem) -> dict[str, int]:
    """Each project in order of priority takes the best that is left, as today's first round."""
    near: dict[int, set[int]] = {}
    for left, right in np.concatenate(list(problem.conflicts.values())).tolist():
        near.setdefault(left, set()).add(right)
        near.setdefault(right, set()).add(left)
    free = {quota.name: quota.limit_counted for quota in problem.quotas}
    barred: set[int] = set()
    chosen = {}
    order = sorted(range(len(problem.claimants)), key=lambda r: problem.claimants[r].priority)
    for row in order:
        claimant = problem.claimants[row]
        first = int(problem.starts[row])
        wishes = sorted(enumerate(claimant.candidates, first), key=lambda w: (-w[1].score, w[0]))
        for at, candidate in wishes:
            used = {
                q.name: candidate.amount(q.unit)
                for q in problem.quotas
                if q.is_member(claimant, candidate)
            }
            if at not in barred and all(amount <= free[name] for name, amount in used.items()):
                chosen[claimant.project_id] = at
                barred |= near.get(at, set())
                for name, amount in used.items():
                    free[name] -= amount
                break
    return chosen


def one_shot(problem: Problem, seconds: float) -> tuple[dict[str, int], dict[str, float]]:
    """Pair rows, all quotas, one weighted objective: what one writes down first."""
    table = Table.of(problem)
    everyone = np.arange(len(table.classes))
    part = table.part(
        everyone, table.is_open, must=np.empty(0, np.int64), quotas=range(len(table.loads))
    )
    weights = _weights(part)
    costs = part.scores + np.array([weights[c] for c in part.classes[part.owner]], dtype=np.int64)
    spans = zip(part.starts[:-1], part.starts[1:], strict=True)
    rows = [
        *(Row(np.arange(a, b), np.ones(b - a), upper=1.0) for a, b in spans),
        *(Row(pair, np.ones(2), upper=1.0) for pair in part.pairs),
        *(Row(load.columns, load.amounts / 1e6, upper=load.limit / 1e6) for load in part.loads),
    ]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    outcome = maximise(costs, rows, Effort(seconds))
    took_s, cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    chosen = np.flatnonzero(outcome.is_chosen) if outcome.is_chosen is not None else []
    value = int(costs[chosen].sum())
    bound = outcome.bound if outcome.bound is not None else int(costs.sum())
    names = [problem.claimants[row].project_id for row in part.owner[chosen]]
    facts = {
        "rows": len(rows),
        "solver_s": took_s,
        "solver_cpu_s": cpu_s,
        "gap": (bound - value) / bound,
    }
    return dict(zip(names, part.columns[chosen].tolist(), strict=True)), facts


def _weights(part: Part) -> dict[int, int]:
    """The weights of siting's own guess: strict ones are so large that the solver loses digits."""
    levels = sorted(set(part.classes.tolist()), reverse=True)
    return {level: 20_000 * 3**power for power, level in enumerate(levels)}


def told(problem: Problem, chosen: dict[str, int], took_s: float) -> dict[str, object]:
    best = {c.project_id: max(s.score for s in c.candidates) for c in problem.claimants}
    score = {name: problem.candidates[at].score for name, at in chosen.items()}
    regrets = np.array([best[name] - score.get(name, 0) for name in best]) / 100
    placed = [
        sum(c.project_id in chosen for c in problem.claimants if c.priority == level)
        for level in sorted({c.priority for c in problem.claimants})
    ]
    return {
        "seconds": round(took_s, 2),
        "placed": placed,
        "points": sum(score.values()) / 100,
        "regret_mean": round(float(regrets.mean()), 2),
        "regret_p90": round(float(np.quantile(regrets, 0.9)), 2),
        "regret_max": round(float(regrets.max()), 2),
    }


def of_plan(problem: Problem, plan: Plan) -> dict[str, int]:
    return {name: problem.position(name, site) for name, site in plan.assignments.items()}


def run_siting(problem: Problem, options: Options) -> dict[str, object]:
    begin, begin_cpu = time.perf_counter(), time.process_time()
    plan = solve(problem, options)
    cpu_s = time.process_time() - begin_cpu
    facts = told(problem, of_plan(problem, plan), time.perf_counter() - begin)
    stages = [f"{s.aim}{s.priority or ''} {s.value}/{s.bound}" for s in plan.stages]
    score = next(stage for stage in plan.stages if stage.aim is Aim.SCORE)
    unknown = sum(one.reasons is None for one in plan.unplaced)
    lengths = [len(one.reasons) for one in plan.unplaced if one.reasons is not None]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return facts | {
        "cpu_seconds": round(cpu_s, 2),
        "gap": plan.gap,
        "score_gap": score.gap,
        "stages": stages,
        "reasons": lengths,
        "unexplained": unknown,
        "peak_mb": peak_mb,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=500)
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.0, help="relative gap of the score stage")
    parser.add_argument("--explain", type=float, default=0.0, help="seconds for the reasons")
    parser.add_argument("--tight", type=float, default=1.0, help="times the budgets of the city")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--alone", action="store_true", help="neither one-shot nor greedy")
    given = parser.parse_args()
    options = Options(
        time_limit_s=given.seconds, relative_gap=given.gap, explain_limit_s=given.explain
    )
    for projects in (500, 1000, 2000, 5000) if given.growth else (given.projects,):
        problem = made_problem(projects, given.candidates, given.seed, tight=given.tight)
        size = {
            "projects": projects,
            "candidates": len(problem.candidates),
            "pairs": len(problem.conflicts["overlap"]),
            "quotas": len(problem.quotas),
        }
        print(json.dumps(size), flush=True)
        print("siting  ", json.dumps(run_siting(problem, options)), flush=True)
        if given.growth or given.alone:
            continue
        begin = time.perf_counter()
        chosen = greedy(problem)
        facts = told(problem, chosen, time.perf_counter() - begin)
        print("greedy  ", json.dumps(facts), flush=True)
        begin = time.perf_counter()
        chosen, facts_of_solver = one_shot(problem, given.seconds)
        facts = told(problem, chosen, time.perf_counter() - begin) | facts_of_solver
        print("one-shot", json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
