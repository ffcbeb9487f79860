"""A problem as arrays, and the parts of it that a solver gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from siting.allocate.graph import Graph, distinct
from siting.allocate.problem import HUNDREDTHS_PER_M2, Amount, Longs, Problem

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Load:
    """One limit: the columns that count in it, what each counts, and how much there may be."""

    quota: int
    columns: Longs
    amounts: Longs
    limit: int

    def used(self, is_chosen: Mask) -> int:
        """Return what the chosen columns come to."""
        return int(self.amounts[is_chosen[self.columns]].sum())


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """A whole problem as arrays, a row per candidate.

    ``pairs`` are the conflicts between candidates of different projects, each once, smaller
    position first, sorted. ``is_open`` is false for what is forbidden, promised to others, or no
    choice because its project is locked to another site; ``lock`` and ``previous`` have a
    position per project, -1 for none.
    """

    problem: Problem
    owner: Longs
    scores: Longs
    pairs: Longs
    loads: tuple[Load, ...]
    is_closed: Mask
    lock: Longs
    previous: Longs
    classes: Longs

    @classmethod
    def of(cls, problem: Problem) -> Table:
        """Lay a problem out; it must be free of contradictions."""
        owner = problem.owner
        return cls(
            problem,
            owner,
            np.array([candidate.score for candidate in problem.candidates], dtype=np.int64),
            _pairs(problem, owner),
            _loads(problem),
            _closed(problem),
            _positions(problem, problem.locks.items()),
            _positions(problem, problem.previous.items()),
            np.array([claimant.priority for claimant in problem.claimants], dtype=np.int64),
        )

    @property
    def is_open(self) -> Mask:
        """Which candidates may be chosen, locks obeyed."""
        lock = self.lock[self.owner]
        is_elsewhere = (lock >= 0) & (lock != np.arange(len(self.owner)))
        is_open: Mask = ~self.is_closed & ~is_elsewhere
        return is_open

    def part(self, rows: Longs, is_open: Mask, *, must: Longs, quotas: Iterable[int]) -> Part:
        """Return the part of some projects.

        Parameters
        ----------
        rows
            The projects, ascending.
        is_open
            Which candidates they may choose.
        must
            Which of them must be placed.
        quotas
            The quotas that count.
        """
        is_in = np.zeros(len(self.classes), dtype=bool)
        is_in[rows] = True
        columns: Longs = np.flatnonzero(is_in[self.owner] & is_open)
        # the last is what -1 (no candidate) points to: none again
        local = np.full(len(self.owner) + 1, -1, dtype=np.int64)
        local[columns] = np.arange(len(columns))
        pairs = local[self.pairs]
        return Part(
            rows=rows,
            columns=columns,
            owner=np.searchsorted(rows, self.owner[columns]).astype(np.int64),
            scores=self.scores[columns],
            pairs=pairs[(pairs >= 0).all(axis=1)],
            loads=tuple(_within(self.loads[at], local) for at in quotas),
            classes=self.classes[rows],
            must=np.isin(rows, must),
            previous=local[self.previous[rows]],
        ).without_idle_loads()


@dataclass(frozen=True, eq=False)
class Part:
    """Some projects and what they may choose, numbered anew from 0.

    ``rows`` and ``columns`` are the numbers in the table, of projects and of candidates; all
    else uses the new ones. A project's columns lie side by side (``owner`` ascends). ``must``:
    the project has to be placed.
    """

    rows: Longs
    columns: Longs
    owner: Longs
    scores: Longs
    pairs: Longs
    loads: tuple[Load, ...]
    classes: Longs
    must: Mask
    previous: Longs

    @cached_property
    def starts(self) -> Longs:
        """Where each project's columns begin, and at the end how many there are."""
        return np.searchsorted(self.owner, np.arange(len(self.rows) + 1)).astype(np.int64)

    @cached_property
    def graph(self) -> Graph:
        """Which columns conflict with which."""
        return Graph.of(self.pairs, len(self.columns))

    def without_idle_loads(self) -> Part:
        """Leave out limits that no choice can exceed."""
        loads = tuple(load for load in self.loads if _most(load, self.owner) > load.limit)
        return replace(self, loads=loads)


def _most(load: Load, owner: Longs) -> int:
    """Return the most that one choice per project can use up."""
    largest = np.zeros(int(owner.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(largest, owner[load.columns], load.amounts)
    return int(largest.sum())


def _within(load: Load, local: Longs) -> Load:
    columns = local[load.columns]
    is_in = (columns >= 0) & (load.amounts > 0)
    return Load(load.quota, columns[is_in], load.amounts[is_in], load.limit)


def _pairs(problem: Problem, owner: Longs) -> Longs:
    given = [pairs for _, pairs in sorted(problem.conflicts.items()) if len(pairs)]
    if not given:
        return np.empty((0, 2), dtype=np.int64)
    pairs = np.concatenate(given).astype(np.int64)
    pairs = pairs[owner[pairs[:, 0]] != owner[pairs[:, 1]]]
    # one number per pair: sorting numbers is far quicker than sorting rows
    keys = distinct(pairs.min(axis=1) * len(owner) + pairs.max(axis=1))
    return np.stack(np.divmod(keys, len(owner)), axis=1)


def _loads(problem: Problem) -> tuple[Load, ...]:
    """Return what each quota counts; whole columns at a time, for there are many candidates."""
    candidates = problem.candidates
    batches = [claimant.batch for claimant in problem.claimants]
    columns = {
        "districts": _numbered([candidate.district for candidate in candidates]),
        "uses": _numbered([candidate.use for candidate in candidates]),
        "batches": _numbered([batches[row] for row in problem.owner.tolist()]),
    }
    amounts = {unit: _amounts(problem, unit) for unit in {quota.unit for quota in problem.quotas}}
    loads = []
    for row, quota in enumerate(problem.quotas):
        is_member = np.ones(len(candidates), dtype=bool)
        for name, (names, numbers) in columns.items():
            if asked := getattr(quota, name):
                is_member &= np.array([value in asked for value in names], dtype=bool)[numbers]
        members = np.flatnonzero(is_member)
        loads.append(Load(row, members, amounts[quota.unit][members], quota.limit_counted))
    return tuple(loads)


def _numbered(values: list[str]) -> tuple[list[str], Longs]:
    """Return the different values, and for each value which of them it is."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(found, dtype=np.int64)


def _amounts(problem: Problem, unit: Amount) -> Longs:
    """Return what each candidate counts in a unit, as :meth:`Candidate.amount` says it."""
    candidates = problem.candidates
    if unit is Amount.SITES:
        return np.ones(len(candidates), dtype=np.int64)
    areas_m2 = np.array([getattr(candidate, unit.value) for candidate in candidates])
    # half to even, as round() does
    amounts: Longs = np.rint(areas_m2 * HUNDREDTHS_PER_M2).astype(np.int64)
    return amounts


def _closed(problem: Problem) -> Mask:
    is_closed = np.zeros(len(problem.owner), dtype=bool)
    if problem.forbidden or problem.promised:
        is_closed[:] = [bool(problem.closed(at)) for at in range(len(is_closed))]
    return is_closed


def _positions(problem: Problem, chosen: Iterable[tuple[str, str]]) -> Longs:
    positions = np.full(len(problem.claimants), -1, dtype=np.int64)
    for project_id, site_id in chosen:
        if project_id in problem.places:
            positions[problem.places[project_id]] = problem.position(project_id, site_id)
    return positions
