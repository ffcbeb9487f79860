"""Why a project finds no place: a set of reasons that suffices and of which none can be left out.

The projects that a plan places (those of the same or a higher class), the quotas, the locks, and
what is forbidden or promised are demands; the conflicts of the land are facts. Together with "this
project gets a site" the demands cannot all be met, else the plan would place one project more.
Deletion filtering (Chinneck, J. W. (2008), Feasibility and Infeasibility in Optimization, Springer,
section 6.2) leaves demands out as long as the rest still cannot be met. More demands are never
easier to meet, so what remains is irreducible: without any one of them there is a site.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from siting.allocate.graph import Graph
from siting.allocate.highs import Effort, maximise
from siting.allocate.plan import Kind, Reason
from siting.allocate.problem import Longs
from siting.allocate.rows import conditions, exactly
from siting.allocate.start import quick_plan
from siting.allocate.table import Load, Mask, Part, Table

#: One question to the solver may take so long; without an answer there are no reasons to give.
_SECONDS_PER_QUESTION = 20.0


class _UndecidedError(Exception):
    """The solver ran out of time: it is open whether the demands can be met."""


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """Something that a plan must keep: a kind, and the number of a project, quota or candidate."""

    kind: Kind
    at: int


@dataclass(frozen=True, eq=False, slots=True)
class Explainer:
    """Finds the reasons of the projects that a plan leaves without a site."""

    table: Table
    chosen: Longs
    ends: float
    """When to stop explaining, by the monotonic clock."""
    graph: Graph
    """Which candidates conflict with which."""
    left: tuple[int, ...]
    """How much the plan leaves of each limit."""

    @classmethod
    def of(cls, table: Table, chosen: Longs, *, seconds: float) -> Explainer:
        """Make ready to explain a plan: a position per project, -1 for none."""
        ends = time.monotonic() + seconds
        is_chosen = np.zeros(len(table.owner), dtype=bool)
        is_chosen[chosen[chosen >= 0]] = True
        left = tuple(load.limit - load.used(is_chosen) for load in table.loads)
        return cls(table, chosen, ends, Graph.of(table.pairs, len(table.owner)), left)

    def obstacles(self, row: int) -> dict[str, tuple[Reason, ...]]:
        """Return for each candidate of a project what the plan has against it.

        Of a placed project: what would be against it if all others stayed where they are.
        """
        table, problem = self.table, self.table.problem
        found = {}
        first, last = problem.starts[row : row + 2].tolist()
        over = list(self._over(row))
        for at in range(first, last):
            demands = [Demand(self._kind_closing(at), at)] if table.is_closed[at] else []
            demands += [Demand(self._kind_taking(other), other) for other in self._takers_of(at)]
            demands += [Demand(Kind.QUOTA, quota) for quota, is_so in over if is_so[at - first]]
            reasons = sorted(self._reason(demand) for demand in demands)
            found[problem.candidates[at].site_id] = tuple(reasons)
        return found

    def _over(self, row: int) -> Iterator[tuple[int, Mask]]:
        """Yield each quota, and of which of a project's candidates there is too little left."""
        first, last = self.table.problem.starts[row : row + 2].tolist()
        own = int(self.chosen[row])
        for load, left in zip(self.table.loads, self.left, strict=True):
            low, high = np.searchsorted(load.columns, (first, last)).tolist()
            amounts = np.zeros(last - first, dtype=np.int64)
            amounts[load.columns[low:high] - first] = load.amounts[low:high]
            given_back = int(amounts[own - first]) if own >= 0 else 0
            yield load.quota, amounts > left + given_back

    def reasons(self, row: int) -> tuple[Reason, ...] | None:
        """Return why a project has no site, or None where that cannot be told in time."""
        try:
            demands = next((d for d in self._widening(row) if self._is_hopeless(row, d)), None)
            if demands is None:
                return None
            kept = irreducible(demands, lambda trial: self._is_hopeless(row, trial))
        except _UndecidedError:
            return None
        return tuple(sorted(self._reason(demand) for demand in kept))

    def _widening(self, row: int) -> Iterator[tuple[Demand, ...]]:
        """Yield ever more demands: what closes sites, locks and quotas, then projects around."""
        table = self.table
        own = np.flatnonzero(table.is_closed & (table.owner == row)).tolist()
        fixed = (
            *(Demand(Kind.QUOTA, load.quota) for load in table.loads),
            *(Demand(Kind.LOCK, at) for at in np.flatnonzero(table.lock >= 0).tolist()),
            *(Demand(self._kind_closing(at), at) for at in own),
        )
        yield fixed
        for rows in self._around(row):
            # what is farthest away is left out first, what somebody decided last
            yield (*(Demand(Kind.PLACED, at) for at in reversed(rows)), *fixed)

    def _around(self, row: int) -> Iterator[list[int]]:
        """Yield the placed projects of no lower class, nearest first, in widening circles."""
        table = self.table
        can_matter = (self.chosen >= 0) & (table.classes <= table.classes[row])
        found: list[int] = []
        circle = [row]
        while circle:
            known = {row, *found}
            new = sorted({at for one in circle for at in self._takers(one)} - known)
            new = [at for at in new if can_matter[at]]
            found += new
            circle = new
            if new:
                yield list(found)
        rest = [at for at in np.flatnonzero(can_matter).tolist() if at not in set(found)]
        if rest:
            yield found + rest

    def _takers(self, row: int) -> set[int]:
        """Return the projects whose sites conflict with a candidate of this one."""
        first, last = self.table.problem.starts[row : row + 2].tolist()
        return {other for at in range(first, last) for other in self._takers_of(at)}

    def _takers_of(self, position: int) -> list[int]:
        """Return the projects whose sites conflict with a candidate, ascending."""
        near = self.graph.near(position)
        owners = self.table.owner[near]
        taking: list[int] = np.unique(owners[self.chosen[owners] == near]).tolist()
        return taking

    def _kind_taking(self, row: int) -> Kind:
        return Kind.LOCK if self.table.lock[row] >= 0 else Kind.PLACED

    def _is_hopeless(self, row: int, demands: Sequence[Demand]) -> bool:
        """True where the project cannot get a site while all the demands are met."""
        if time.monotonic() > self.ends:
            raise _UndecidedError
        return is_unmeetable(self._part(row, demands))

    def _part(self, row: int, demands: Sequence[Demand]) -> Part:
        table = self.table
        of_kind = {kind: [d.at for d in demands if d.kind is kind] for kind in Kind}
        is_open = ~table.is_closed
        is_open |= table.owner == row
        is_open[[*of_kind[Kind.FORBIDDEN], *of_kind[Kind.PROMISED]]] = False
        for locked in of_kind[Kind.LOCK]:
            is_open[table.owner == locked] = False
            is_open[table.lock[locked]] = True
        rows = np.unique([row, *of_kind[Kind.PLACED], *of_kind[Kind.LOCK]]).astype(np.int64)
        return table.part(rows, is_open, must=rows, quotas=of_kind[Kind.QUOTA])

    def _kind_closing(self, position: int) -> Kind:
        problem = self.table.problem
        site_id = problem.candidates[position].site_id
        project_id = problem.claimants[int(self.table.owner[position])].project_id
        is_forbidden = (project_id, site_id) in problem.forbidden
        return Kind.FORBIDDEN if is_forbidden else Kind.PROMISED

    def _reason(self, demand: Demand) -> Reason:
        problem = self.table.problem
        if demand.kind is Kind.QUOTA:
            quota = problem.quotas[demand.at]
            return Reason(demand.kind, quota.name, f"{quota.limit:.10g} {quota.unit}")
        if demand.kind in {Kind.FORBIDDEN, Kind.PROMISED}:
            site_id = problem.candidates[demand.at].site_id
            return Reason(demand.kind, site_id, problem.closed(demand.at))
        position = int((self.table.lock if demand.kind is Kind.LOCK else self.chosen)[demand.at])
        name = problem.claimants[demand.at].project_id
        return Reason(demand.kind, name, problem.candidates[position].site_id)


def irreducible(
    demands: Sequence[Demand], is_hopeless: Callable[[Sequence[Demand]], bool]
) -> tuple[Demand, ...]:
    """Return a part of hopeless demands that is hopeless, and not so without any one of them.

    Demands are tried from the first to the last, many at a time at first.
    """
    kept = list(demands)
    step = max(len(kept) // 2, 1)
    while True:
        at = 0
        while at < len(kept):
            trial = kept[:at] + kept[at + step :]
            if is_hopeless(trial):
                kept = trial
            else:
                at += step
        if step == 1:
            return tuple(kept)
        step = max(step // 2, 1)


def is_unmeetable(part: Part) -> bool:
    """True where the projects of a part that must be placed cannot all be."""
    starts = part.starts
    if bool(((starts[1:] == starts[:-1]) & part.must).any()):
        return True
    if any(_least(load, part) > load.limit for load in part.loads):
        return True
    if bool((quick_plan(part, keeps_first=False) >= 0).all()):
        return False
    nothing = np.zeros(len(part.columns), dtype=np.int64)
    effort = Effort(_SECONDS_PER_QUESTION)
    outcome = exactly(part, conditions(part), lambda rows: maximise(nothing, rows, effort))
    if outcome.is_chosen is None and not outcome.is_infeasible:
        raise _UndecidedError
    return outcome.is_infeasible


def _least(load: Load, part: Part) -> int:
    """Return the least of a limit that one site for each project uses up."""
    amounts = np.zeros(len(part.columns), dtype=np.int64)
    amounts[load.columns] = load.amounts
    return int(np.minimum.reduceat(amounts, part.starts[:-1]).sum())
