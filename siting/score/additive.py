"""The additive score: 100 · Σ weight · worth / Σ weight, and parts that add up to it exactly.

Source: Keeney, R. L. and Raiffa, H. (1976), Decisions with Multiple Objectives, Wiley (the
additive value model).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Shown scores have two decimals: 100 points are 10,000 hundredths.
HUNDREDTHS = 10_000


@dataclass(frozen=True, slots=True)
class Score:
    """A score in hundredths of a point, and each criterion's part of it; they add up exactly."""

    hundredths: int
    parts: Mapping[str, int]

    @property
    def points(self) -> float:
        """The score as shown, 0–100 with two decimals."""
        return self.hundredths / 100

    @property
    def contributions(self) -> dict[str, float]:
        """The parts as shown; as decimals they add up to :attr:`points`."""
        return {name: part / 100 for name, part in self.parts.items()}


def additive_score(values: Mapping[str, float], weights: Mapping[str, float]) -> Score:
    """Return the score of what is worth so much on each criterion.

    Parameters
    ----------
    values
        Criterion → its worth, 0–1; criteria left out carry no weight.
    weights
        Criterion → weight, in any unit. Those of 0 or less give no part.

    Returns
    -------
    Score
        Parts rounded to 0.01 by largest remainder (ties in the order of `values`), so that
        the shown parts add up to the shown score. No weight at all: score 0.

    Examples
    --------
    >>> score = additive_score({"road": 1.0, "area": 0.4}, {"road": 2, "area": 1})
    >>> score.points, score.contributions
    (80.0, {'road': 66.67, 'area': 13.33})
    """
    names = [name for name in values if weights[name] > 0]
    total_weight = math.fsum(weights[name] for name in names)
    exact = {name: HUNDREDTHS * weights[name] * values[name] / total_weight for name in names}
    # six digits first: two ways of adding the same parts must not round apart
    hundredths = round(round(math.fsum(exact.values()), 6))
    parts = {name: math.floor(round(part, 6)) for name, part in exact.items()}
    rest = hundredths - sum(parts.values())
    by_remainder = sorted(names, key=lambda name: -round(exact[name] - parts[name], 6))
    for name in by_remainder[: max(rest, 0)]:
        parts[name] += 1
    return Score(hundredths, parts)


def ceilings(
    values: Mapping[str, NDArray[np.float64]], weights: Mapping[str, float]
) -> NDArray[np.int64]:
    """Return an upper bound of :func:`additive_score` for many at once, in hundredths.

    Parameters
    ----------
    values
        Criterion → the worths of all, 0–1, each array of the same length; at least one.
    weights
        As for :func:`additive_score`.

    Notes
    -----
    One hundredth is added: sums in another order may round apart by that much.
    """
    names = [name for name in values if weights[name] > 0]
    total_weight = math.fsum(weights[name] for name in names)
    total = np.zeros(len(next(iter(values.values()))))
    for name in names:
        total += weights[name] / total_weight * values[name]
    bound: NDArray[np.int64] = np.ceil(np.round(HUNDREDTHS * total, 6)).astype(np.int64) + 1
    return bound
