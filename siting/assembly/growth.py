"""Good sets among a million parcels: every parcel is grown, all at the same time, then improved.

A seed takes, step by step, the neighbour with which the set costs least; each set on the
way that lies in the wanted range is a candidate. All arrays; ties go to the lower number, so the
answer depends on the land alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.assembly.problem import (
    FigureTable,
    Floats,
    Land,
    Longs,
    Problem,
    perimeter_left,
)

Members = tuple[int, ...]

#: Seeds that grow together: bounds the memory.
BLOCK_SEEDS = 20_000
#: Candidates that are improved one by one.
IMPROVED = 200
#: Sets are compared as members padded with this.
NOBODY = -1


@dataclass(frozen=True, eq=False, slots=True)
class Grown:
    """Sets in the wanted range with their costs; ``members`` is padded with -1, sorted."""

    members: Longs
    costs: Floats

    def best(self, count: int) -> list[Members]:
        """Return the best sets, each once."""
        keys = tuple(self.members[:, column] for column in reversed(range(self.members.shape[1])))
        order = np.lexsort((*keys, self.costs))
        found: dict[Members, None] = {}
        for row in self.members[order].tolist():
            found.setdefault(tuple(member for member in row if member != NOBODY))
            if len(found) == count:
                break
        return list(found)


def grow(problem: Problem, seeds: Longs | None = None) -> Grown:
    """Grow every seed (all parcels if none are named) and return the sets met in the range."""
    if seeds is None:
        fits = problem.land.areas_m2 <= problem.wanted.most
        seeds = np.flatnonzero(fits & (np.diff(problem.land.adjacency.starts) > 0))
    blocks = [
        _grow_block(problem, seeds[begin : begin + BLOCK_SEEDS])
        for begin in range(0, len(seeds), BLOCK_SEEDS)
    ]
    members = [block.members for block in blocks]
    none = np.empty((0, problem.most_parcels), np.int64)
    return Grown(
        np.concatenate([none, *members]),
        np.concatenate([np.empty(0), *(block.costs for block in blocks)]),
    )


@dataclass(eq=False, slots=True)
class _Sets:
    """Sets under way: one row each."""

    members: Longs
    area_m2: Floats
    perimeter_m: Floats
    """Sum of the members' own perimeters."""
    facing_m: Floats
    owners: Longs

    @classmethod
    def of(cls, land: Land, seeds: Longs, width: int) -> _Sets:
        members = np.full((len(seeds), width), NOBODY, np.int64)
        members[:, 0] = seeds
        return cls(
            members,
            land.areas_m2[seeds].copy(),
            land.perimeters_m[seeds].copy(),
            np.zeros(len(seeds)),
            np.ones(len(seeds), np.int64),
        )

    def rows(self, rows: Longs | NDArray[np.bool_]) -> _Sets:
        return _Sets(
            self.members[rows],
            self.area_m2[rows],
            self.perimeter_m[rows],
            self.facing_m[rows],
            self.owners[rows],
        )

    def table(self, parcels: int) -> FigureTable:
        perimeter = perimeter_left(self.perimeter_m, self.facing_m)
        counts = np.full(len(self.area_m2), parcels, np.int64)
        return FigureTable(self.area_m2, perimeter, self.owners, counts)


def _grow_block(problem: Problem, seeds: Longs) -> Grown:
    sets = _Sets.of(problem.land, seeds, problem.most_parcels)
    found: list[Grown] = []
    for size in range(2, problem.most_parcels + 1):
        sets = _step(problem, sets, size)
        if not len(sets.area_m2):
            break
        wanted = problem.wanted
        is_in = (sets.area_m2 >= wanted.least) & (sets.area_m2 <= wanted.most)
        hits = sets.rows(is_in)
        # padding sorts to the front, which is as good as any other fixed place
        members = np.sort(hits.members, axis=1)
        costs = problem.objective.costs(hits.table(size), wanted.target)
        found.append(Grown(members, costs))
    none = np.empty((0, problem.most_parcels), np.int64)
    return Grown(
        np.concatenate([none, *(each.members for each in found)]),
        np.concatenate([np.empty(0), *(each.costs for each in found)]),
    )


def _step(problem: Problem, sets: _Sets, size: int) -> _Sets:
    """Let each set take the neighbour with which it costs least; sets that cannot grow end."""
    land, wanted = problem.land, problem.wanted
    rows, neighbours, facing = _neighbours(land, sets.members[:, : size - 1])
    grown = sets.rows(rows)
    grown.area_m2 = grown.area_m2 + land.areas_m2[neighbours]
    grown.perimeter_m = grown.perimeter_m + land.perimeters_m[neighbours]
    grown.facing_m = grown.facing_m + facing
    holder = land.owners[neighbours]
    known = land.owners[grown.members[:, : size - 1]] == holder[:, None]
    grown.owners = grown.owners + ~(known.any(axis=1) & (holder >= 0))
    costs = problem.objective.costs(grown.table(size), wanted.target)
    costs[grown.area_m2 > wanted.most] = np.inf
    order = np.lexsort((neighbours, costs, rows))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = np.diff(rows[order]) != 0
    best = order[is_first]
    best = best[np.isfinite(costs[best])]
    chosen = grown.rows(best)
    chosen.members[:, size - 1] = neighbours[best]
    return chosen


def _neighbours(land: Land, members: Longs) -> tuple[Longs, Longs, Floats]:
    """Return (row, neighbour, metres faced by the whole row) for each neighbour of each set."""
    graph = land.adjacency
    count, width = members.shape
    flat = members.ravel()
    degrees = graph.starts[flat + 1] - graph.starts[flat]
    total = int(degrees.sum())
    ahead = np.repeat(np.cumsum(degrees) - degrees, degrees)
    at = np.arange(total) - ahead + np.repeat(graph.starts[flat], degrees)
    rows = np.repeat(np.repeat(np.arange(count), width), degrees)
    neighbours, facing = graph.neighbours[at], graph.facing_m[at]
    is_new = (neighbours[:, None] != members[rows]).all(axis=1)
    rows, neighbours, facing = rows[is_new], neighbours[is_new], facing[is_new]
    order = np.lexsort((neighbours, rows))
    rows, neighbours, facing = rows[order], neighbours[order], facing[order]
    if not len(rows):
        return rows, neighbours, facing
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (np.diff(rows) != 0) | (np.diff(neighbours) != 0)
    begins = np.flatnonzero(is_first)
    return rows[begins], neighbours[begins], np.add.reduceat(facing, begins)


def improved(problem: Problem, members: Sequence[int]) -> Members:
    """Return what adding, leaving out and changing one parcel at a time makes of a set."""
    present = tuple(sorted(members))
    cost = problem.cost(present)
    while True:
        better = [
            (problem.cost(moved), moved)
            for moved in _moves(problem, present)
            if problem.is_wanted(moved) and problem.is_connected(moved)
        ]
        least = min(better, default=(cost, present))
        if least[0] >= cost:
            return present
        cost, present = least


def _moves(problem: Problem, members: Members) -> set[Members]:
    """Return the sets that differ from one by a parcel more, less, or changed."""
    inside = set(members)
    around = sorted({near for member in members for near in problem.links[member]} - inside)
    more = {tuple(sorted((*members, other))) for other in around}
    less = {tuple(sorted(inside - {member})) for member in members}
    changed = {
        tuple(sorted((inside - {member}) | {other})) for member in members for other in around
    }
    return more | less | changed
