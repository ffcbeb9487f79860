"""Uncertain weights: any at all, in ranges, or known by their order only; drawn evenly.

Source: Tervonen, T. and Lahdelma, R. (2007), Implementing stochastic multicriteria acceptability
analysis, European Journal of Operational Research 178, 500-513 (the kinds of preference
information, the even distribution over what they allow, and rejection).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from siting.errors import ConfigError
from siting.score.draws import Draws
from siting.score.tables import shares_of

Floats = NDArray[np.float64]

#: Shares that add up to 1 but for rounding.
_ROUNDING = 1e-12
#: So many weights are tried for each one that is wanted before the ranges are called hopeless.
_MOST_TRIES = 1000


class WeightSpread(Protocol):
    """What is known of the weights, as something to draw from."""

    def draw(self, count: int, criteria: int, *, draws: Draws) -> Floats:
        """Return `count` rows of weights, one for each criterion, that add up to 1.

        Raises
        ------
        ConfigError
            When this does not fit so many criteria, or allows next to no weights.
        """


@dataclass(frozen=True, slots=True)
class AnyWeights:
    """Nothing is known: all weights of 0 or more that add up to 1 are as likely as each other."""

    def draw(self, count: int, criteria: int, *, draws: Draws) -> Floats:
        """Return `count` rows of weights, one for each criterion, that add up to 1."""
        return draws.simplex(count, criteria)


@dataclass(frozen=True, slots=True)
class WeightOrder:
    """Only the order is known: ``places`` has 1 for the most important criterion, then 2 …

    Criteria of one place are not ordered among themselves: all their weights lie between those
    of the place before and of the place after.
    """

    places: tuple[int, ...]

    def draw(self, count: int, criteria: int, *, draws: Draws) -> Floats:
        """Return `count` rows of weights, one for each criterion, that add up to 1.

        Even weights, sorted; by symmetry they are even over those in this order.
        """
        _require_count(len(self.places), criteria)
        falling = np.sort(draws.simplex(count, criteria), axis=1)[:, ::-1]
        keys = np.array(self.places, dtype=np.float64) + draws.uniform(count, criteria)
        weights = np.empty_like(falling)
        np.put_along_axis(weights, np.argsort(keys, axis=1, kind="stable"), falling, axis=1)
        return weights


@dataclass(frozen=True, slots=True)
class WeightRanges:
    """Each weight, as a share of 1, lies within a range: ``low`` to ``high``.

    All weights within that add up to 1 are as likely as each other.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]

    def __post_init__(self) -> None:
        pairs = list(zip(self.low, self.high, strict=False))
        is_fine = len(self.low) == len(self.high) and all(0 <= a <= b <= 1 for a, b in pairs)
        reaches = math.fsum(self.low) <= 1 + _ROUNDING and math.fsum(self.high) >= 1 - _ROUNDING
        if not (is_fine and reaches):
            raise ConfigError(
                "the ranges of the weights allow no weights",
                expected="0 ≤ low ≤ high ≤ 1; the lows at most 1 in all, the highs at least 1",
                found="; ".join(f"{low:g} to {high:g}" for low, high in pairs),
                next_step="give ranges as shares of 1, and widen those that leave no room",
            )

    @classmethod
    def around(cls, weights: Sequence[float], *, by_share: float) -> WeightRanges:
        """Return ranges around given weights (any unit): each may err by `by_share` of itself.

        Raises
        ------
        ConfigError
            When these are no weights.
        """
        shares = shares_of(weights, len(weights), method="ranges of weights")
        low, high = shares * max(0.0, 1 - by_share), np.minimum(1.0, shares * (1 + by_share))
        return cls(tuple(map(float, low)), tuple(map(float, high)))

    def draw(self, count: int, criteria: int, *, draws: Draws) -> Floats:
        """Return `count` rows of weights, one for each criterion, that add up to 1.

        Drawn evenly from a simple body around what the ranges allow (see `_body`), and kept
        when within the ranges.

        Raises
        ------
        ConfigError
            When the ranges do not fit so many criteria, or under one try in 1,000 is kept.
        """
        _require_count(len(self.low), criteria)
        low, high = np.array(self.low), np.array(self.high)
        is_open = high > low
        weights = np.tile(low, (count, 1))
        if not is_open.any():
            return weights
        rest = 1.0 - math.fsum(low[~is_open])
        body = _body(low[is_open], high[is_open], rest)
        filled, tried = 0, 0
        while filled < count:
            if tried > _MOST_TRIES * count:
                raise _too_narrow(self)
            found = body(count, draws)
            is_kept = (found >= low[is_open] - _ROUNDING) & (found <= high[is_open] + _ROUNDING)
            kept = found[is_kept.all(axis=1)][: count - filled]
            weights[filled : filled + len(kept), is_open] = kept
            filled, tried = filled + len(kept), tried + count
        return weights


def _body(low: Floats, high: Floats, total: float) -> Callable[[int, Draws], Floats]:
    """Return what draws evenly from the smallest of three bodies around what is allowed.

    Allowed is low ≤ w ≤ high with Σw = total. The bodies: the simplex above the lows, the
    simplex below the highs, and the box of all ranges but the widest, whose weight is what the
    others leave. Sizes are compared in the coordinates of all criteria but one:
    (room)ⁿ⁻¹ / (n - 1)! for a simplex, the product of the widths for the box.
    """
    count, widths = len(low), high - low
    above, below = total - math.fsum(low), math.fsum(high) - total
    widest = int(np.argmax(widths))
    others = np.delete(np.arange(count), widest)

    def from_lows(rows: int, draws: Draws) -> Floats:
        weights: Floats = low + max(above, 0.0) * draws.simplex(rows, count)
        return weights

    def from_highs(rows: int, draws: Draws) -> Floats:
        weights: Floats = high - max(below, 0.0) * draws.simplex(rows, count)
        return weights

    def from_box(rows: int, draws: Draws) -> Floats:
        weights = np.empty((rows, count))
        weights[:, others] = low[others] + widths[others] * draws.uniform(rows, count - 1)
        weights[:, widest] = total - weights[:, others].sum(axis=1)
        return weights

    if min(above, below) <= _ROUNDING:
        return from_lows if above <= below else from_highs
    corner = math.lgamma(count)
    sizes = (
        (count - 1) * math.log(above) - corner,
        (count - 1) * math.log(below) - corner,
        math.fsum(np.log(widths[others])),
    )
    return (from_lows, from_highs, from_box)[sizes.index(min(sizes))]


def _require_count(given: int, criteria: int) -> None:
    if given != criteria:
        raise ConfigError(
            "what is known of the weights does not fit the criteria",
            expected=f"{criteria} criteria",
            found=str(given),
            next_step="say it of each criterion of the table, in its order",
        )


def _too_narrow(ranges: WeightRanges) -> ConfigError:
    pairs = zip(ranges.low, ranges.high, strict=True)
    return ConfigError(
        "the ranges of the weights leave next to no room",
        expected="ranges within which shares can add up to 1 in more than a corner",
        found="; ".join(f"{low:g} to {high:g}" for low, high in pairs),
        next_step="widen the narrowest ranges, or take the weights as given",
    )
