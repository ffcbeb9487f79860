"""Inputs that contradict each other or themselves, named all at once before anything is solved.

All limits are upper ones and all conflicts are between two, so locks can be kept together exactly
when no two of them conflict and no quota is below them: what passes here has a plan.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from siting.allocate.problem import Amount, Longs, Problem, Quota
from siting.errors import ConfigError, ProblemsError, Where, nearest


def refuse_contradictions(problem: Problem) -> None:
    """Raise what contradicts itself in a problem.

    Raises
    ------
    ProblemsError
        With one :class:`ConfigError` for each contradiction.
    """
    found = contradictions(problem)
    if found:
        raise ProblemsError(
            "计划的输入互相矛盾 / The inputs of the plan contradict each other", found
        )


def contradictions(problem: Problem) -> tuple[ConfigError, ...]:
    """Return what contradicts itself in a problem; without any there is a plan."""
    # what the second and third part look up must be there
    found = list(_wrong_records(problem))
    return tuple(found or [*_wrong_locks(problem), *_over_locked(problem)])


def _wrong_records(problem: Problem) -> Iterator[ConfigError]:
    ids = [claimant.project_id for claimant in problem.claimants]
    yield from _repeated("project", ids)
    yield from _repeated("quota", [quota.name for quota in problem.quotas])
    for claimant in problem.claimants:
        sites = [candidate.site_id for candidate in claimant.candidates]
        yield from _repeated(f"site of project {claimant.project_id}", sites)
        for candidate in claimant.candidates:
            figures = [candidate.area_m2, candidate.new_construction_m2, candidate.farmland_m2]
            figures += [candidate.score]
            if not all(math.isfinite(figure) and figure >= 0 for figure in figures):
                yield ConfigError(
                    "候选用地的面积或得分不可用 / A candidate's areas or score cannot be used",
                    where=Where(layer=claimant.project_id, feature=candidate.site_id),
                    expected="finite square metres and a score, 0 or more",
                    found=str(figures),
                    next_step="measure the site again",
                )
    for quota in problem.quotas:
        if not (math.isfinite(quota.limit) and quota.limit >= 0):
            yield ConfigError(
                "指标的上限不可用 / The limit of a quota cannot be used",
                where=Where(feature=quota.name),
                expected="a finite number, 0 or more",
                found=str(quota.limit),
                next_step="give the limit, or leave the quota out",
            )
    for cause, pairs in problem.conflicts.items():
        yield from _wrong_pairs(problem, cause, pairs)


def _wrong_pairs(problem: Problem, cause: str, pairs: Longs) -> Iterator[ConfigError]:
    count = int(problem.starts[-1])
    shape_is_right = pairs.ndim == 2 and pairs.shape[1] == 2
    if not shape_is_right or (pairs.size and (pairs.min() < 0 or pairs.max() >= count)):
        yield ConfigError(
            "冲突对不可用 / Conflicts do not fit the candidates",
            where=Where(feature=cause),
            expected=f"an array of shape (n, 2) of positions from 0 to {count - 1}",
            found=f"shape {pairs.shape}",
            next_step="make the pairs again from the candidates of this problem",
        )


def _repeated(what: str, names: list[str]) -> Iterator[ConfigError]:
    for name in sorted(
        {name for name in names if names.count(name) > 1} if _has_twin(names) else ()
    ):
        yield ConfigError(
            f"重复的标识 / An identifier stands twice: {what}",
            where=Where(feature=name),
            expected="each once",
            found=f"{names.count(name)} times",
            next_step="rename or remove all but one",
        )


def _has_twin(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def _wrong_locks(problem: Problem) -> Iterator[ConfigError]:
    for project_id, site_id in sorted(problem.locks.items()):
        where = Where(layer=project_id, feature=site_id)
        position = problem.position(project_id, site_id)
        if position < 0:
            yield _unknown_lock(problem, project_id, site_id)
        elif reason := problem.closed(position):
            yield ConfigError(
                "锁定的用地同时被禁止或已许诺 / A lock holds a site that is closed",
                where=where,
                expected="a site that this project may have",
                found=reason,
                next_step="lift the lock, or what closes the site",
            )
    locked = _locked(problem)
    owner = problem.owner
    for cause, pairs in sorted(problem.conflicts.items()):
        for left, right in _pairs_within(pairs, locked):
            if owner[left] != owner[right]:
                yield _conflicting_locks(problem, cause, (left, right))


def _unknown_lock(problem: Problem, project_id: str, site_id: str) -> ConfigError:
    row = problem.places.get(project_id, -1)
    is_known = row >= 0
    known = (
        [candidate.site_id for candidate in problem.claimants[row].candidates]
        if is_known
        else list(problem.places)
    )
    hint = nearest(site_id if is_known else project_id, known)
    return ConfigError(
        "锁定的对象不存在 / A lock names what is not there",
        where=Where(layer=project_id, feature=site_id),
        expected="a candidate of the project" if is_known else "a project of the plan",
        found=site_id if is_known else project_id,
        next_step=hint or "add the site to the project's candidates, or lift the lock",
    )


def _conflicting_locks(problem: Problem, cause: str, pair: tuple[int, int]) -> ConfigError:
    names = [f"{_project(problem, at)} on {problem.candidates[at].site_id}" for at in pair]
    return ConfigError(
        "两个锁定互相冲突 / Two locks cannot both be kept",
        where=Where(feature=" and ".join(names)),
        expected="sites that do not shut each other out",
        found=cause,
        next_step="lift one of the two locks",
    )


def _pairs_within(pairs: Longs, locked: list[int]) -> list[tuple[int, int]]:
    inside = pairs[np.isin(pairs, locked).all(axis=1)] if len(pairs) else pairs
    return sorted({(int(min(pair)), int(max(pair))) for pair in inside.tolist()})


def _locked(problem: Problem) -> list[int]:
    positions = (problem.position(*lock) for lock in sorted(problem.locks.items()))
    return [position for position in positions if position >= 0]


def _over_locked(problem: Problem) -> Iterator[ConfigError]:
    locked = _locked(problem)
    for quota in problem.quotas:
        members = [at for at in locked if _counts(problem, quota, at)]
        used = sum(problem.candidates[at].amount(quota.unit) for at in members)
        if used > quota.limit_counted:
            names = [_project(problem, at) for at in members]
            scale = 1 if quota.unit is Amount.SITES else 100
            yield ConfigError(
                "指标低于锁定所需 / A quota is below what the locks use",
                where=Where(feature=quota.name),
                expected=f"at least {used / scale:.10g} {quota.unit}",
                found=f"{quota.limit:.10g}",
                next_step=f"raise the limit, or lift a lock of {', '.join(names)}",
            )


def _project(problem: Problem, position: int) -> str:
    return problem.claimants[int(problem.owner[position])].project_id


def _counts(problem: Problem, quota: Quota, position: int) -> bool:
    claimant = problem.claimants[int(problem.owner[position])]
    return quota.is_member(claimant, problem.candidates[position])
