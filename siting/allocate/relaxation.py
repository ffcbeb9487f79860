"""A bound in any time: prices by simple steps first, then those of the best of all fractions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siting.allocate.highs import Effort, Fractions, Row, fractions, within
from siting.allocate.prices import Market, Priced
from siting.allocate.problem import Longs
from siting.allocate.table import Floats, Mask, Part

#: Fractions are looked for among so many columns per project at first, those that prices rule out
#: by the least.
_PER_PROJECT = 8
#: So few columns are all looked at.
_FEW = 20_000
#: The bound is this near to what fractions reach, as a share of the gap that is asked for: no more
#: columns need be taken in.
_NEAR_ENOUGH = 0.1
#: Steps towards good prices; they are nearly as good as they get after half of them.
_STEPS = 400
#: What the search for fractions may use up of the time that is left; if it finds none in that,
#: more steps are taken.
_SHARE_OF_FRACTIONS = 0.7
_MORE_STEPS = 2_000
#: Rounds of taking in the columns that are missing; the second is nearly always the last.
_ROUNDS = 6
#: A column that gains so much more than its project's best is missing.
_MISSING = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Relaxed:
    """What is known of all choices: a bound with its prices, and the best fractions, if in time.

    ``shares``: what part of each column the best of all fractions takes; ``is_rough`` where it is
    only what projects bought of late, or nothing.
    """

    priced: Priced
    shares: Floats
    is_rough: bool


def relaxed(
    part: Part, costs: Longs, rows: Sequence[Row], begin: tuple[Mask, Effort]
) -> tuple[Market, Relaxed]:
    """Return a bound for what any choice comes to that keeps the rows, however short the time.

    Parameters
    ----------
    part, costs, rows
        The program; the rows begin with those of one site per project.
    begin
        A choice that the rows allow, how long to look, and how near the bound need be to what
        the choice comes to.
    """
    chosen, effort = begin
    ends = time.monotonic() + effort.seconds
    market = Market(part, costs, rows)
    value = int(costs[chosen].sum())
    is_small = len(costs) <= _FEW
    until = (ends, effort.gap)
    priced, shares = market.descend(value, until, steps=0 if is_small else _STEPS)
    is_rough = True
    is_near = chosen | is_small | is_nearest(priced.falls_short, _PER_PROJECT * len(part.rows))
    for _ in range(_ROUNDS):
        seconds = ends - time.monotonic()
        if priced.bound <= value + effort.gap or seconds <= 0:
            break
        found = _fractions(costs, rows, is_near, _SHARE_OF_FRACTIONS * seconds)
        if found is None:
            other, late = market.descend(value, until, steps=_MORE_STEPS, prices=priced.prices)
            shares = late if is_rough else shares
            priced = min(priced, other, key=lambda one: one.bound)
            break
        shares, is_rough = np.zeros(len(costs)), False
        shares[is_near] = found.shares
        prices = np.maximum(market.sign * found.prices[len(part.rows) :], 0)
        other = market.at(prices)
        priced = min(priced, other, key=lambda one: one.bound)
        is_missing = ~is_near & _is_missing(part, other, is_near)
        is_enough = priced.bound - found.value <= 1 + _NEAR_ENOUGH * effort.gap
        if is_enough or not is_missing.any():
            break
        is_near |= is_missing
    return market, Relaxed(priced, shares, is_rough)


def is_nearest(falls_short: Floats, count: int) -> Mask:
    """Return which columns are ruled out by the least: so many, and more where some are alike."""
    if count >= len(falls_short):
        return np.ones(len(falls_short), dtype=bool)
    is_in: Mask = falls_short <= np.partition(falls_short, count)[count]
    return is_in


def _fractions(costs: Longs, rows: Sequence[Row], is_in: Mask, seconds: float) -> Fractions | None:
    columns = np.flatnonzero(is_in)
    return fractions(costs[columns], within(rows, columns, len(costs)), Effort(seconds))


def _is_missing(part: Part, priced: Priced, is_in: Mask) -> Mask:
    """Return which columns gain more at these prices than all of their project's that are in."""
    least = np.full(len(part.rows), np.inf)
    np.minimum.at(least, part.owner[is_in], priced.falls_short[is_in])
    # leaving the project out gains nothing, which is short of its best by all that is worth
    least = np.where(part.must, least, np.minimum(least, priced.is_worth))
    is_missing: Mask = priced.falls_short + _MISSING < least[part.owner]
    return is_missing
