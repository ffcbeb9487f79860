"""Uncertain measures: with errors of a known size, or drawn by whoever knows more of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siting.errors import ConfigError
from siting.score.draws import EVEN, NORMAL, Draws
from siting.score.tables import checked_table
from siting.score.values import ValueFunction

Floats = NDArray[np.float64]

#: Numbers that are held at a time (16 MB).
_AT_ONCE = 2_000_000


class ValueSpread:
    """Uncertain measures: ``middle`` ± an even error of ``half_width`` ± a normal one of ``sd``.

    Parameters
    ----------
    middle
        A row for each alternative, a column for each criterion; in the criteria's units when
        ``worth`` is given, else worths, more being better.
    half_width, sd
        0 or more, in the same units; one number, one for each criterion, or a whole table.
        Errors of different cells are independent.
    worth
        One value function for each criterion, applied to what was drawn.

    Raises
    ------
    ConfigError
        When the table is none, or errors or value functions do not fit it.
    """

    def __init__(
        self,
        middle: ArrayLike,
        *,
        half_width: ArrayLike = 0.0,
        sd: ArrayLike = 0.0,
        worth: Sequence[ValueFunction] = (),
    ) -> None:
        self.middle = checked_table(middle, method="SMAA")
        self.half_width = _errors(half_width, self.middle.shape, "half_width")
        self.sd = _errors(sd, self.middle.shape, "sd")
        self.worth = _fitting(worth, self.middle.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """How many alternatives and criteria there are."""
        return self.middle.shape[0], self.middle.shape[1]

    @property
    def is_exact(self) -> bool:
        """True when no measure has an error."""
        return not (self.half_width.any() or self.sd.any())

    def parts(self, draws: int, *, seed: int) -> Iterator[tuple[slice, Floats]]:
        """Yield which draws, and their worths: draws (one, when exact) × alternatives × criteria.

        The same draws and seed yield the same worths, however many fit in memory.
        """
        even, normal = Draws(seed, EVEN), Draws(seed, NORMAL)
        for part in _slices(draws, self.middle.size):
            shape = (1 if self.is_exact else part.stop - part.start, *self.middle.shape)
            measured = np.broadcast_to(self.middle, shape)
            if self.half_width.any():
                measured = measured + self.half_width * (2 * even.uniform(*shape) - 1)
            if self.sd.any():
                measured = measured + self.sd * normal.normal(*shape)
            yield part, _worths(measured, self.worth)


@dataclass(frozen=True, slots=True, eq=False)
class ValueSamples:
    """Measures that were drawn elsewhere, such as with errors that go together.

    Parameters
    ----------
    measures
        Draws × alternatives × criteria; when more draws are asked for they are taken in turn.
    worth
        One value function for each criterion; without, the measures are worths.

    Raises
    ------
    ConfigError
        When there are no such three dimensions, a number is not finite, or value functions do
        not fit.
    """

    measures: Floats
    worth: Sequence[ValueFunction] = ()

    def __post_init__(self) -> None:
        shape = self.measures.shape
        if len(shape) != 3 or not self.measures.size or not np.isfinite(self.measures).all():
            raise ConfigError(
                "SMAA: these are no draws of measures",
                expected="finite numbers, draws × alternatives × criteria",
                found=f"shape {shape}" + (", not all finite" if len(shape) == 3 else ""),
                next_step="give for each draw a row for each alternative",
            )
        _fitting(self.worth, shape[2])

    @property
    def shape(self) -> tuple[int, int]:
        """How many alternatives and criteria there are."""
        return self.measures.shape[1], self.measures.shape[2]

    @property
    def is_exact(self) -> bool:
        """True when there is one draw, so that nothing is uncertain."""
        return len(self.measures) == 1

    def parts(self, draws: int, *, seed: int) -> Iterator[tuple[slice, Floats]]:  # noqa: ARG002
        """Yield which draws, and their worths: draws (one, when exact) × alternatives × criteria.

        They do not depend on the seed, being drawn already.
        """
        for part in _slices(draws, self.measures[0].size):
            turns = np.arange(part.start, part.stop) % len(self.measures)
            yield part, _worths(self.measures[turns[:1] if self.is_exact else turns], self.worth)


#: What is known of measures, either way.
Uncertain = ValueSpread | ValueSamples


def _slices(draws: int, numbers_each: int) -> Iterator[slice]:
    length = max(1, _AT_ONCE // numbers_each)
    for start in range(0, draws, length):
        yield slice(start, min(start + length, draws))


def _worths(measured: Floats, worth: Sequence[ValueFunction]) -> Floats:
    if not worth:
        return measured
    columns = [each.values(measured[..., place]) for place, each in enumerate(worth)]
    return np.stack(columns, axis=-1)


def _fitting(worth: Sequence[ValueFunction], criteria: int) -> tuple[ValueFunction, ...]:
    if worth and len(worth) != criteria:
        raise ConfigError(
            "SMAA: the value functions do not fit the criteria",
            expected=f"{criteria} value functions",
            found=str(len(worth)),
            next_step="give each criterion one, or none at all",
        )
    return tuple(worth)


def _errors(errors: ArrayLike, shape: tuple[int, ...], name: str) -> Floats:
    """Return errors as a table, none negative."""
    given = np.array(errors, dtype=np.float64)
    try:
        table = np.broadcast_to(given, shape)
    except ValueError as error:
        raise ConfigError(
            f"SMAA: '{name}' does not fit the table",
            expected=f"one number, {shape[1]} numbers, or a table of {shape[0]} × {shape[1]}",
            found=f"shape {given.shape}",
            next_step=f"give {name} for all, for each criterion, or for each cell",
        ) from error
    is_wrong = ~(np.isfinite(table) & (table >= 0))
    if is_wrong.any():
        raise ConfigError(
            f"SMAA: '{name}' holds what is no error",
            expected="finite numbers of 0 or more",
            found=f"{table[is_wrong][0]:g}",
            next_step=f"correct {name}; 0 where a measure is exact",
        )
    return table
