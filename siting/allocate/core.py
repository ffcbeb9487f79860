"""The best choice under some rows, and a bound: prices, neighbourhoods, then likely columns."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from siting.allocate.highs import Effort, Outcome, Row, maximise, within
from siting.allocate.neighbourhoods import Program, searched
from siting.allocate.prices import Market
from siting.allocate.problem import Longs
from siting.allocate.relaxation import Relaxed, is_nearest, relaxed
from siting.allocate.rows import exactly
from siting.allocate.start import guided_plan
from siting.allocate.table import Mask, Part

#: A candidate is likely if prices rule it out by no more than this, in hundredths of a point; but
#: so many per project, and in all, at most: the solver looks at the clock too seldom among more.
_CORE = 1_000
_PER_PROJECT, _AT_MOST = 15, 40_000
#: What the bound may use up of the time, before neighbourhoods are searched.
_SHARE_OF_BOUND = 0.5
#: So many projects are one neighbourhood: they go to the solver at once.
_ONE_NEIGHBOURHOOD = 60
#: A column with less than this has no share.
_NO_SHARE = 1e-3


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """A choice, what no choice exceeds, and which columns are likely to be in a better one.

    A choice with any other column is at least ``others_fall_short`` below the bound.
    """

    chosen: Mask
    bound: int
    is_likely: Mask
    others_fall_short: float


def best_around(part: Part, costs: Longs, rows: list[Row], begin: tuple[Mask, Effort]) -> Found:
    """Return a good choice and a bound, without the search that could prove more.

    Parameters
    ----------
    part, costs, rows
        The program; the rows begin with those of one site per project.
    begin
        A choice that the rows allow, how long to look, and how near to the bound is near enough.
    """
    chosen, effort = begin
    ends = time.monotonic() + effort.seconds
    first = Effort(_SHARE_OF_BOUND * effort.seconds, effort.gap)
    market, ideal = relaxed(part, costs, rows, (chosen, first))
    priced = ideal.priced
    if time.monotonic() < ends:
        chosen = _better(costs, chosen, _guided(part, market, ideal))
    if len(part.rows) > _ONE_NEIGHBOURHOOD:
        program = Program(part, costs, rows, market, priced)
        chosen = searched(program, chosen, Effort(ends - time.monotonic(), effort.gap))
    is_near = is_nearest(priced.falls_short, min(_PER_PROJECT * len(part.rows), _AT_MOST))
    is_likely = chosen | (ideal.shares > _NO_SHARE) | (is_near & (priced.falls_short <= _CORE))
    others = float(priced.falls_short[~is_likely].min(initial=np.inf))
    return Found(chosen, max(priced.bound, int(costs[chosen].sum())), is_likely, others)


def best_of_likely(
    part: Part, costs: Longs, rows: list[Row], begin: tuple[Found, Effort]
) -> tuple[Mask, int]:
    """Return the best choice of likely columns, and what no choice of any exceeds.

    A column that prices rule out by more than what the choice is below their bound has no place
    in a better choice: then the best of the likely columns is the best of all.

    Parameters
    ----------
    part, costs, rows
        The program.
    begin
        What :func:`best_around` found, how long to look and how near to the bound is near enough.
    """
    found, effort = begin
    chosen, bound = found.chosen, found.bound
    if int(costs[chosen].sum()) + effort.gap >= bound or effort.seconds <= 0:
        return chosen, bound
    columns = np.flatnonzero(found.is_likely)

    def solved(given: Sequence[Row]) -> Outcome:
        some = within(given, columns, len(costs))
        outcome = maximise(costs[columns], some, effort, start=found.chosen[columns])
        if outcome.is_chosen is None:
            return outcome
        choice = np.zeros(len(costs), dtype=bool)
        choice[columns] = outcome.is_chosen
        return replace(outcome, is_chosen=choice)

    outcome = exactly(part, rows, solved)
    chosen = _better(costs, chosen, outcome.is_chosen)
    value = int(costs[chosen].sum())
    if bound - value <= found.others_fall_short and outcome.bound is not None:
        bound = min(bound, outcome.bound)
    return chosen, max(value, bound)


def _guided(part: Part, market: Market, ideal: Relaxed) -> Mask | None:
    """Return the choice that is nearest to the fractions, or None if rows do not allow it."""
    columns = guided_plan(part, ideal.shares, ideal.priced, by_class=ideal.is_rough)
    guided = np.zeros(len(part.columns), dtype=bool)
    guided[columns[columns >= 0]] = True
    is_allowed = market.allows(guided) and bool((columns[part.must] >= 0).all())
    return guided if is_allowed else None


def _better(costs: Longs, one: Mask, other: Mask | None) -> Mask:
    """Return the choice that comes to more, the first of two equals."""
    if other is None or int(costs[other].sum()) <= int(costs[one].sum()):
        return one
    return other
