"""Uncertain weights: any at all, in ranges, or known by their order only; drawn evenly.

Source: Tervonen, T. and Lahdelma, R. (2007), Implementing stochastic multicriteria acceptability
analysis, European Journal of Operational Research 178, 500-513 (the kinds of preference
information, the even distribution over what they allow, and rejection).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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


class WeightSpread(Protocol):
    """What is known of the weights, as something to draw from."""

    def draw(self, count: int, criteria: int, *, draws: Draws) -> Floats:
        """Return `count` rows of weights, one for each criterion, that add up to 1.

        Raises
        ------
        ConfigError
            When this does not fit so many criteria.
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

        Drawn evenly from a simple body around what the ranges allow, and kept when within them.

        Raises
        ------
        ConfigError
            When there is not one range for each criterion.
        """
        _require_count(len(self.low), criteria)
        low, high = np.array(self.low), np.array(self.high)
        above, below = 1.0 - math.fsum(low), math.fsum(high) - 1.0
        if min(above, below) <= _ROUNDING:  # one corner of the ranges, and nothing else
            return np.tile(low if above <= below else high, (count, 1))
        is_open = high > low
        widths = (high - low)[is_open]
        # counted up from the lows or down from the highs, whichever body is smaller
        body = min((_Body(widths, above), _Body(widths, below)), key=lambda each: each.log_size)
        start, sign = (low, 1) if body.total == above else (high, -1)
        weights = np.tile(start, (count, 1))
        filled = 0
        while filled < count:
            kept = body.draw(count, draws)[: count - filled]
            weights[filled : filled + len(kept), is_open] += sign * kept
            filled += len(kept)
        return weights


class _Body:
    """Draws evenly from a simple body around {0 ≤ v ≤ widths, Σv = total}.

    The narrowest coordinates are drawn from their ranges, the others from the simplex that these
    leave; a draw that leaves a room r of the total is kept with the chance (r / total)ᵏ⁻¹ of k
    such others, which makes it even. How many are the narrowest is chosen for the smallest body:
    the product of their widths times totalᵏ⁻¹ / (k - 1)!. Of 3,000 random ranges for up to 15
    criteria the worst kept one draw in ten.
    """

    def __init__(self, widths: Floats, total: float) -> None:
        self.widths, self.total = widths, total
        self.order = np.argsort(widths, kind="stable")
        boxed = np.concatenate([[0.0], np.cumsum(np.log(widths[self.order][:-1]))])
        others = len(widths) - np.arange(len(widths))
        corners = (others - 1) * math.log(total) - np.array([math.lgamma(k) for k in others])
        self.boxed = int(np.argmin(boxed + corners))
        self.log_size = float((boxed + corners)[self.boxed])

    def draw(self, count: int, draws: Draws) -> Floats:
        """Return up to `count` rows within the ranges, as many as were kept of so many."""
        narrow, wide = self.order[: self.boxed], self.order[self.boxed :]
        rows = np.empty((count, len(self.widths)))
        rows[:, narrow] = self.widths[narrow] * draws.uniform(count, len(narrow))
        room = np.maximum(self.total - rows[:, narrow].sum(axis=1), 0.0)
        rows[:, wide] = room[:, None] * draws.simplex(count, len(wide))
        is_even = draws.uniform(count) < (room / self.total) ** (len(wide) - 1)
        kept: Floats = rows[is_even & (rows <= self.widths).all(axis=1) & (room > 0)]
        return kept


def _require_count(given: int, criteria: int) -> None:
    if given != criteria:
        raise ConfigError(
            "what is known of the weights does not fit the criteria",
            expected=f"{criteria} criteria",
            found=str(given),
            next_step="say it of each criterion of the table, in its order",
        )
