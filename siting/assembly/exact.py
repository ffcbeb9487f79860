"""The best sets of parcels, by going through all connected ones with bounds.

Every connected set is met once (Wernicke, S. (2006), *Efficient detection of network motifs*: a set
grows only by parcels that come after its root and are new to its neighbourhood). A branch is
left where no set in it can beat the worst that is kept. Where the limit of sets is reached the
search ends, and the least cost that an open branch could still have is the bound.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from siting.assembly.problem import Problem

Members = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """Sets of parcels by cost; none costs less than ``bound`` but those that are here."""

    sets: tuple[tuple[float, Members], ...]
    bound: float
    is_exact: bool


@dataclass(frozen=True, slots=True)
class _Branch:
    """A connected set, and what it may grow by; ``barred`` are those that it may not."""

    members: Members
    extension: frozenset[int]
    barred: frozenset[int]
    area_m2: float
    owners: int
    floor: float


@dataclass(slots=True)
class Kept:
    """The best sets met so far, at most ``count`` of them."""

    count: int
    heap: list[tuple[float, Members]] = field(default_factory=list)
    """As a heap of (-cost, members negated), so that the worst is first."""

    def offer(self, cost: float, members: Members) -> None:
        """Keep a set if it is among the best; of equal ones the first by members."""
        entry = (-cost, tuple(-member for member in sorted(members)))
        if entry in self.heap:
            return
        if len(self.heap) < self.count:
            heapq.heappush(self.heap, entry)
        elif entry > self.heap[0]:
            heapq.heapreplace(self.heap, entry)

    @property
    def worst(self) -> float:
        """What a set must cost less than; infinite while there is room."""
        return math.inf if len(self.heap) < self.count else -self.heap[0][0]

    def ranked(self) -> tuple[tuple[float, Members], ...]:
        """Return cost and members, best first."""
        found = [(-cost, tuple(-member for member in members)) for cost, members in self.heap]
        return tuple(sorted(found))


def best_sets(
    problem: Problem,
    *,
    count: int,
    known: Iterable[Members] = (),
    limit: int = 200_000,
) -> Best:
    """Return the best connected sets in the wanted range.

    Parameters
    ----------
    problem
        The land and the objective.
    count
        How many sets to keep.
    known
        Sets met otherwise; good ones cut the search short.
    limit
        Sets to look at before giving up on completeness. More parcels than that are not gone
        through at all: the sets known are ranked, and the bound holds for any set.
    """
    kept = Kept(count)
    for members in known:
        kept.offer(problem.cost(members), tuple(sorted(members)))
    most = float(problem.land.areas_m2.max(initial=0.0))
    if len(problem.land) > limit:
        return Best(kept.ranked(), _floor(problem, (1, 1), 0.0, most), is_exact=False)
    branches = _roots(problem, most)
    looked = 0
    while branches and looked < limit:
        branch = branches.pop()
        if math.isinf(branch.floor) or branch.floor > kept.worst:
            continue
        looked += 1
        if problem.is_wanted(branch.members):
            kept.offer(problem.cost(branch.members), branch.members)
        if len(branch.members) < problem.most_parcels:
            branches.extend(_grown(problem, branch, most))
    open_floors = [
        branch.floor
        for branch in branches
        if branch.floor <= kept.worst and not math.isinf(branch.floor)
    ]
    ranked = kept.ranked()
    best = ranked[0][0] if ranked else math.inf
    return Best(ranked, min([best, *open_floors]), is_exact=not open_floors)


def _roots(problem: Problem, most: float) -> list[_Branch]:
    """Return one branch per parcel; the last one is looked at first."""
    roots = []
    for root in range(len(problem.land)):
        area = float(problem.land.areas_m2[root])
        if area > problem.wanted.most:
            continue
        near = problem.links[root].keys()
        later = frozenset(other for other in near if other > root)
        floor = _floor(problem, (1, 1), area, most)
        roots.append(_Branch((root,), later, frozenset({root, *near}), area, 1, floor))
    return sorted(roots, key=lambda branch: (branch.floor, branch.members), reverse=True)


def _grown(problem: Problem, branch: _Branch, most: float) -> list[_Branch]:
    grown: list[_Branch] = []
    left = branch.extension
    for other in sorted(branch.extension):
        left = left - {other}
        area = branch.area_m2 + float(problem.land.areas_m2[other])
        if area > problem.wanted.most:
            continue
        members = (*branch.members, other)
        new = {near for near in problem.links[other] if near > members[0]} - branch.barred
        owners = problem.owners(members)
        floor = _floor(problem, (len(members), owners), area, most)
        barred = branch.barred | problem.links[other].keys()
        grown.append(_Branch(members, left | new, barred, area, owners, floor))
    grown.sort(key=lambda each: (-each.floor, each.members))
    return grown


def _floor(problem: Problem, so_far: tuple[int, int], area: float, most: float) -> float:
    """Return what every wanted set costs at least that has so many parcels and owners, or more."""
    parcels, owners = so_far
    wanted, objective = problem.wanted, problem.objective
    missing = max(0.0, wanted.least - area)
    more = math.ceil(missing / most - 1e-12) if missing and most else 0
    if parcels + more > problem.most_parcels:
        return math.inf
    parcels = max(2, parcels + more)
    over = max(0.0, area - wanted.target) / wanted.target
    return objective.owner * (owners - 1) + objective.parcel * (parcels - 1) + objective.fit * over
