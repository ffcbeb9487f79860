"""Weights from the data alone: a criterion on which the sites differ more weighs more.

Sources: Shannon, C. E. (1948), A mathematical theory of communication, Bell System Technical
Journal 27; as weights: Zeleny, M. (1982), Multiple Criteria Decision Making, McGraw-Hill; Hwang,
C.-L. and Yoon, K. (1981), Multiple Attribute Decision Making, Springer.

They say what tells the sites apart, not what matters: a criterion on which all are alike gets
nothing, be it the most important one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from siting.errors import ConfigError
from siting.score.tables import Floats, checked_table, shares_of


@dataclass(frozen=True, slots=True, eq=False)
class EntropyWeights:
    """One number for each criterion: its entropy (0–1), 1 minus it, and the weight (sum 1)."""

    entropies: Floats
    divergences: Floats
    weights: Floats


#: Alternatives that are all alike have entropy 1; what the logarithms miss of it is no difference.
_ROUNDING = 1e-14


def entropy_weights(values: ArrayLike) -> EntropyWeights:
    """Return weights by entropy.

    Parameters
    ----------
    values
        A row for each alternative (two or more), a column for each criterion; measures or
        worths of 0 or more. Whether more is better does not matter.

    Returns
    -------
    EntropyWeights
        With p = value / column's sum and m alternatives: entropy -Σ p ln p / ln m, where
        0 ln 0 is 0.

    Raises
    ------
    ConfigError
        For fewer than two alternatives, negative values, a column of zeros, and when all
        alternatives are alike on every criterion.

    Examples
    --------
    >>> entropy_weights([[0.9, 0.5], [0.1, 0.5]]).weights.tolist()
    [1.0, 0.0]
    """
    table = checked_table(values, method="entropy")
    _require_shares(table)
    # each value is divided by the column's largest first: the sum of huge ones would overflow
    scaled = table / table.max(axis=0)
    parts = scaled / scaled.sum(axis=0)
    logs = np.log(np.where(parts > 0, parts, 1.0))
    entropies: Floats = np.array([-math.fsum(column) for column in (parts * logs).T])
    entropies /= math.log(len(table))
    divergences = np.where(entropies >= 1 - _ROUNDING, 0.0, 1 - entropies)
    if not divergences.any():
        raise ConfigError(
            "entropy: all alternatives are alike on every criterion",
            expected="a criterion on which they differ",
            found="entropy 1 throughout",
            next_step="give the weights, or judge the criteria in pairs (AHP)",
        )
    weights = shares_of(divergences, table.shape[1], method="entropy")
    return EntropyWeights(1 - divergences, divergences, weights)


def _require_shares(table: Floats) -> None:
    """Refuse what has no shares: one row, negative values, a column of zeros."""
    if len(table) < 2:
        raise ConfigError(
            "entropy: one alternative differs from none",
            expected="at least two alternatives",
            found="1",
            next_step="give the weights, or judge the criteria in pairs (AHP)",
        )
    if (table < 0).any():
        row, column = np.argwhere(table < 0)[0]
        raise ConfigError(
            f"entropy: alternative {row + 1} has a negative value for criterion {column + 1}",
            expected="0 or more",
            found=f"{table[row, column]:g}",
            next_step="turn measures into worths (0–1) first",
        )
    if not table.any(axis=0).all():
        column = int(np.argmin(table.any(axis=0)))
        raise ConfigError(
            f"entropy: criterion {column + 1} is 0 for all alternatives",
            expected="a value above 0",
            found="0 throughout",
            next_step="leave that criterion out: it tells nothing apart",
        )
