"""What the methods share: a checked table of alternatives × criteria, weights, places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siting.errors import ConfigError

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def checked_table(values: ArrayLike, *, method: str) -> Floats:
    """Return a table of finite numbers, a row for each alternative, a column for each criterion.

    Raises
    ------
    ConfigError
        When it is no table, empty, or holds what is not a finite number.
    """
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{method}: the table holds what is not a number",
            expected="rows of equal length, all numbers",
            found=str(error),
            next_step="correct or leave out that row",
        ) from error
    if table.ndim != 2 or not table.size:
        raise ConfigError(
            f"{method}: there is no table of alternatives and criteria",
            expected="a row for each alternative, a column for each criterion",
            found=f"shape {table.shape}",
            next_step="give at least one alternative and one criterion",
        )
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ConfigError(
            f"{method}: alternative {row + 1} has no number for criterion {column + 1}",
            expected="a finite number",
            found=str(table[row, column]),
            next_step="leave the criterion or the alternative out; what is unknown has no rank",
        )
    return table


def shares_of(weights: ArrayLike, count: int, *, method: str) -> Floats:
    """Return weights as shares that add up to 1.

    Raises
    ------
    ConfigError
        When there is not one for each criterion, or they are negative or all 0.
    """
    given = np.array(weights, dtype=np.float64)
    if given.shape != (count,):
        raise ConfigError(
            f"{method}: the weights do not fit the criteria",
            expected=f"{count} weights",
            found=f"shape {given.shape}",
            next_step="give each criterion one weight",
        )
    if not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise ConfigError(
            f"{method}: these are no weights",
            expected="finite numbers of 0 or more, at least one above 0",
            found=", ".join(f"{weight:g}" for weight in given),
            next_step="correct the weights",
        )
    shares: Floats = given / math.fsum(given)
    return shares


def places_of(scores: Floats) -> Places:
    """Return the place of each score along the last axis: 1 is the highest, equal ones share it.

    A place is 1 + the number of strictly higher scores (Lahdelma and Salminen 2001).
    """
    order = np.argsort(-scores, axis=-1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=-1)
    is_lower = ranked[..., 1:] < ranked[..., :-1]
    first = np.zeros(ranked.shape, dtype=np.int64)
    first[..., 1:] = np.where(is_lower, np.arange(1, ranked.shape[-1]), 0)
    places = np.empty(ranked.shape, dtype=np.int64)
    np.put_along_axis(places, order, np.maximum.accumulate(first, axis=-1) + 1, axis=-1)
    return places


def names_or_numbers(names: Sequence[str], count: int, *, method: str) -> tuple[str, ...]:
    """Return as many names as are to be told apart; without any they are called 1, 2, 3 …

    Raises
    ------
    ConfigError
        When there are names, but not so many.
    """
    if names and len(names) != count:
        raise ConfigError(
            f"{method}: the names do not fit the table",
            expected=f"{count} names",
            found=str(len(names)),
            next_step="give each row of the table one name, or none at all",
        )
    return tuple(names) or tuple(str(number) for number in range(1, count + 1))
