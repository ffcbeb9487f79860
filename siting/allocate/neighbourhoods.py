"""A better plan near a good one: some projects are freed, all others stay, and again.

Prices say of each project what it loses against its own best: where a plan loses nothing, nothing
is to be gained. So the projects that lose most are freed, with those on the land that they want,
and what the solver finds for them, exactly or nearly, is taken if it is better (large neighbourhood
search: Shaw, P. (1998), Using constraint programming and local search methods to solve vehicle
routing problems, LNCS 1520, 417-431).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siting.allocate.graph import distinct, spans
from siting.allocate.highs import Effort, Row, maximise
from siting.allocate.prices import Market, Priced
from siting.allocate.problem import Longs
from siting.allocate.relaxation import is_nearest
from siting.allocate.table import Floats, Mask, Part

#: Projects are freed so many at a time at first, and columns looked at that prices rule out by no
#: more than so many hundredths of a point; when that finds nothing more, twice as many.
_FREED, _LIKELY = 60, 300
_FREED_AT_MOST = 1_000
#: Where prices tell columns less apart, so many per project are looked at.
_PER_PROJECT = 12
#: A seed takes in at most this share of them: so many seeds at least.
_SEEDS = 6
#: A neighbour's land is wanted if prices rule it out by no more than this.
_WANTED = 200
#: Branchings for one neighbourhood: a count and no clock, so that the same input gives the same.
_NODES = 20
#: A project that loses less is content: in hundredths of a point.
_CONTENT = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Program:
    """What is maximised: costs per column, under rows that begin with one per project."""

    part: Part
    costs: Longs
    rows: Sequence[Row]
    market: Market
    priced: Priced


def searched(program: Program, chosen: Mask, effort: Effort) -> Mask:
    """Return a choice that is at least as good: one neighbourhood after the other.

    Parameters
    ----------
    program
        The whole.
    chosen
        A choice that all rows allow.
    effort
        How long to look, and how near to the bound is near enough.
    """
    ends = time.monotonic() + effort.seconds
    enough = program.priced.bound - effort.gap
    size, tried = _FREED, np.zeros(len(program.part.rows), dtype=bool)
    wishes = _Wishes(program)
    while int(program.costs[chosen].sum()) < enough:
        seconds = ends - time.monotonic()
        losses = np.where(tried, 0, wishes.losses(chosen))
        seeds = np.argsort(-losses, kind="stable")[: int((losses > _CONTENT).sum())]
        if seconds <= 0 or (not len(seeds) and size >= min(_FREED_AT_MOST, len(tried))):
            break
        if not len(seeds):
            size, tried = 2 * size, np.zeros(len(tried), dtype=bool)
            continue
        used, freed = wishes.around(seeds, chosen, size)
        likely = chosen | wishes.likely(size)
        better = _resolved(program, (chosen, likely), freed, Effort(seconds, nodes=_NODES))
        if better is None:
            tried[used] = True
        else:
            chosen = better
    return chosen


class _Wishes:
    """Which columns projects want at these prices, and who stands on their land."""

    def __init__(self, program: Program) -> None:
        part = program.part
        self._graph, self._owner = part.graph, part.owner
        self._columns = np.flatnonzero(program.priced.falls_short <= _WANTED)
        bounds = np.arange(len(part.rows) + 1)
        self._starts = np.searchsorted(part.owner[self._columns], bounds).astype(np.int64)
        self._falls_short = program.priced.falls_short
        self._program = program
        self._nearest = program.market.nearest(program.priced)

    def losses(self, chosen: Mask) -> Floats:
        """Return for each project how much less it gets, prices deducted, than what is best for it.

        What is left unsold at a price is the loss of the project that it would cost the least to
        take it. All losses together are what the choice is below the bound.
        """
        priced = self._program.priced
        losses = priced.is_worth.copy()
        losses[self._owner[chosen]] = priced.falls_short[chosen]
        is_wanted = self._nearest >= 0
        unsold = self._program.market.unsold(priced, chosen)[is_wanted]
        np.add.at(losses, self._nearest[is_wanted], unsold)
        return losses

    def likely(self, size: int) -> Mask:
        """Return the columns to look at in neighbourhoods of a size."""
        is_near = is_nearest(self._falls_short, _PER_PROJECT * len(self._starts))
        is_likely: Mask = is_near & (self._falls_short <= _LIKELY * size // _FREED)
        return is_likely

    def around(self, seeds: Longs, chosen: Mask, size: int) -> tuple[Longs, Longs]:
        """Return seeds, and about so many projects around them, themselves among these."""
        is_freed = np.zeros(len(self._starts) - 1, dtype=bool)
        count, used = 0, 0
        while used < len(seeds) and count < size:
            circle, most = seeds[used : used + 1], count + size // _SEEDS
            used += 1
            while len(circle := circle[~is_freed[circle]]) and count < most:
                is_freed[circle] = True
                count += len(circle)
                circle = self._takers(circle, chosen)
        return seeds[:used], np.flatnonzero(is_freed)

    def _takers(self, rows: Longs, chosen: Mask) -> Longs:
        """Return the projects whose columns are in the way of what some projects want."""
        at, _ = spans(self._starts[rows], self._starts[rows + 1])
        wanted = self._columns[at]
        beside, _ = spans(self._graph.starts[wanted], self._graph.starts[wanted + 1])
        columns = self._graph.others[beside]
        return distinct(self._owner[columns[chosen[columns]]])


def _resolved(
    program: Program, choice: tuple[Mask, Mask], freed: Longs, effort: Effort
) -> Mask | None:
    """Return a better choice in which only the freed projects differ, or None.

    `choice` is the present one, and the columns to look at.
    """
    part, costs = program.part, program.costs
    chosen, likely = choice
    is_freed = np.zeros(len(part.rows), dtype=bool)
    is_freed[freed] = True
    stays = chosen & ~is_freed[part.owner]
    columns, shared = program.market.left(likely & is_freed[part.owner], stays)
    owner = part.owner[columns]
    own = [
        Row(np.arange(first, last), np.ones(last - first), 1.0 if is_must else -np.inf, 1.0)
        for first, last, is_must in zip(
            np.searchsorted(owner, freed).tolist(),
            np.searchsorted(owner, freed, side="right").tolist(),
            part.must[freed],
            strict=True,
        )
    ]
    found = maximise(costs[columns], [*own, *shared], effort, start=chosen[columns]).is_chosen
    if found is None:
        return None
    better = stays.copy()
    better[columns[found]] = True
    if int(costs[better].sum()) <= int(costs[chosen].sum()):
        return None
    # the solver keeps limits within its tolerance, a plan keeps them exactly
    is_kept = all(load.used(better) <= load.limit for load in part.loads)
    return better if is_kept else None
