"""TOPSIS: near to the best of everything, far from the worst of everything.

Source: Hwang, C.-L. and Yoon, K. (1981), Multiple Attribute Decision Making: Methods and
Applications, Lecture Notes in Economics and Mathematical Systems 186, Springer, 128-134.

The ideal is made of the alternatives at hand, so one more or less of them can turn the order of
two others. :func:`closeness_between_ends` has not that fault: it takes worths, and what is worth 1
in everything and 0 in everything for the two ends (García-Cascales, M. S. and Lamata, M. T. (2012),
On rank reversal and TOPSIS method, Mathematical and Computer Modelling 56, 123-132).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siting.errors import ConfigError
from siting.score.tables import Floats, Places, checked_table, places_of, shares_of

#: Closeness is compared to so many decimals: what differs less shares a place.
_SAME_DECIMALS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Topsis:
    """What TOPSIS finds, a number for each alternative unless said otherwise.

    ``closeness`` is 1 at the ideal and 0 at the anti-ideal, ``places`` counts from 1; ``to_best``
    and ``to_worst`` are distances, ``weighted`` the normalised and weighted table, ``best`` and
    ``worst`` the ideal and the anti-ideal (a number for each criterion).
    """

    closeness: Floats
    places: Places
    to_best: Floats
    to_worst: Floats
    weighted: Floats
    best: Floats
    worst: Floats


def topsis(values: ArrayLike, weights: ArrayLike, *, more_is_better: Sequence[bool] = ()) -> Topsis:
    """Return how close each alternative is to the ideal.

    Parameters
    ----------
    values
        A row for each alternative, a column for each criterion: measures or worths.
    weights
        One for each criterion, in any unit.
    more_is_better
        False for a criterion of which less is better; by default all are of the other kind.

    Returns
    -------
    Topsis
        Columns are divided by their Euclidean length; a column of zeros stays one. Where all
        alternatives are the same, ideal and anti-ideal are one and closeness is 0.5.

    Raises
    ------
    ConfigError
        When the table is none, or weights or directions do not fit its criteria.

    Examples
    --------
    >>> topsis([[3, 4], [4, 3]], [1, 1], more_is_better=[True, False]).closeness.tolist()
    [0.0, 1.0]
    """
    table = checked_table(values, method="TOPSIS")
    shares = shares_of(weights, table.shape[1], method="TOPSIS")
    is_gain = _directions(more_is_better, table.shape[1])
    # by the largest first: the squares of huge or tiny measures would leave the range of floats
    largest = np.abs(table).max(axis=0)
    scaled = table / np.where(largest > 0, largest, 1.0)
    lengths = np.sqrt((scaled**2).sum(axis=0))
    weighted = shares * scaled / np.where(lengths > 0, lengths, 1.0)
    high, low = weighted.max(axis=0), weighted.min(axis=0)
    best, worst = np.where(is_gain, high, low), np.where(is_gain, low, high)
    to_best = np.sqrt(((weighted - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - worst) ** 2).sum(axis=1))
    both = to_best + to_worst
    closeness: Floats = np.full(len(table), 0.5)
    np.divide(to_worst, both, out=closeness, where=both > 0)
    places = places_of(closeness.round(_SAME_DECIMALS))
    return Topsis(closeness, places, to_best, to_worst, weighted, best, worst)


def closeness_between_ends(worths: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Return how close each alternative is to what is worth 1 in everything, 0-1.

    With w the share of a criterion's weight and v the worth, d⁺ = √Σ(w·(1 - v))² and
    d⁻ = √Σ(w·v)²: the closeness is d⁻ / (d⁺ + d⁻). It depends on no other alternative, and no
    worth more makes it less.

    Parameters
    ----------
    worths
        Criterion → the worths of all, 0-1, each array of the same length; at least one.
    weights
        Criterion → weight ≥ 0, in any unit; not all 0.

    Examples
    --------
    >>> import numpy as np
    >>> both = {"road": np.array([1.0, 0.5]), "area": np.array([0.0, 0.5])}
    >>> closeness_between_ends(both, {"road": 1, "area": 1}).tolist()
    [0.5, 0.5]
    """
    total = math.fsum(weights[name] for name in worths)
    to_best = to_worst = np.zeros(len(next(iter(worths.values()))))
    for name, column in worths.items():
        share = weights[name] / total
        to_best = to_best + (share * (1.0 - column)) ** 2
        to_worst = to_worst + (share * column) ** 2
    to_best, to_worst = np.sqrt(to_best), np.sqrt(to_worst)
    closeness: Floats = to_worst / (to_best + to_worst)
    return closeness


def _directions(more_is_better: Sequence[bool], count: int) -> NDArray[np.bool_]:
    """Return for each criterion whether more of it is better."""
    given = list(more_is_better)
    if given and len(given) != count:
        raise ConfigError(
            "TOPSIS: the directions do not fit the criteria",
            expected=f"{count} times true (more is better) or false",
            found=str(len(given)),
            next_step="give each criterion its direction, or none at all",
        )
    return np.array(given or [True] * count, dtype=np.bool_)
