"""Value functions: what a measure in its own unit is worth, from 0 (worst) to 1 (best).

Four forms, each held within [0, 1] and flat outside its range: a straight line, straight pieces,
steps, and an S-curve. In TOML one is a table::

    { kind = "linear", unit = "m", worst = 500, best = 0 }
    { kind = "piecewise", unit = "m", points = [[0, 1.0], [300, 0.8], [2000, 0.0]] }
    { kind = "step", unit = "m", below = 1.0, steps = [[500, 0.5], [1000, 0.0]] }
    { kind = "sigmoid", unit = "%", worst = 25, best = 5, steepness = 10 }

Pieces and steps go one way (more is better, or less is) unless ``monotone = false`` says
otherwise: a slip of the pen would else make a dent that nobody sees in the ranks.

Source: Beinat, E. (1997), Value Functions for Environmental Management, Kluwer (the forms).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from siting.config import TableReader
from siting.errors import ConfigError

Floats = NDArray[np.float64]
Pairs = tuple[tuple[float, float], ...]

#: Of the S-curve: with 10 a quarter of the way is worth 0.07, the middle 0.5.
STEEPNESS = 10.0
#: Over this the S-curve is a step for all purposes, and the exponential would overflow.
_MOST_STEEP = 500.0


class ValueFunction(Protocol):
    """What all forms give: a unit, a worth for a measure, a table that makes them again."""

    @property
    def unit(self) -> str:
        """The unit that measures must have."""

    def values(self, measures: Floats) -> Floats:
        """Return what measures are worth, 0–1, in the same shape; an unknown one (NaN) is NaN."""

    def to_table(self) -> dict[str, object]:
        """Return the table that :func:`value_function` makes the same function from."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Worth 0 at ``worst`` and 1 at ``best``, straight between."""

    unit: str
    worst: float
    best: float

    def __post_init__(self) -> None:
        _require_unit(self.unit)
        _require_ends(self.worst, self.best)

    def values(self, measures: Floats) -> Floats:
        """Return what measures are worth, 0–1, in the same shape; an unknown one (NaN) is NaN."""
        worths: Floats = np.clip((measures - self.worst) / (self.best - self.worst), 0.0, 1.0)
        return worths

    def to_table(self) -> dict[str, object]:
        """Return the table that :func:`value_function` makes the same function from."""
        return {"kind": "linear", "unit": self.unit, "worst": self.worst, "best": self.best}


@dataclass(frozen=True, slots=True)
class Piecewise:
    """Straight between points (measure, worth); before the first and after the last, flat."""

    unit: str
    points: Pairs
    monotone: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        _require_unit(self.unit)
        _require_pairs(self.points, key="points", least=2)
        _require_one_way([worth for _, worth in self.points], monotone=self.monotone)

    def values(self, measures: Floats) -> Floats:
        """Return what measures are worth, 0–1, in the same shape; an unknown one (NaN) is NaN."""
        at, worth = np.array(self.points, dtype=np.float64).T
        worths: Floats = np.interp(measures, at, worth)
        return worths

    def to_table(self) -> dict[str, object]:
        """Return the table that :func:`value_function` makes the same function from."""
        points = [list(point) for point in self.points]
        one_way = {} if self.monotone else {"monotone": False}
        return {"kind": "piecewise", "unit": self.unit, "points": points, **one_way}


@dataclass(frozen=True, slots=True)
class Step:
    """``below`` at first; from each step's measure on (itself included) that step's worth."""

    unit: str
    steps: Pairs
    below: float = 0.0
    monotone: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        _require_unit(self.unit)
        _require_pairs(self.steps, key="steps", least=1)
        _require_worth(self.below, key="below")
        worths = [self.below, *(worth for _, worth in self.steps)]
        _require_one_way(worths, monotone=self.monotone)

    def values(self, measures: Floats) -> Floats:
        """Return what measures are worth, 0–1, in the same shape; an unknown one (NaN) is NaN."""
        at, worth = np.array(self.steps, dtype=np.float64).T
        reached = np.searchsorted(at, measures, side="right")
        worths: Floats = np.concatenate([[self.below], worth])[reached]
        return np.where(np.isnan(measures), np.nan, worths)

    def to_table(self) -> dict[str, object]:
        """Return the table that :func:`value_function` makes the same function from."""
        steps = [list(step) for step in self.steps]
        one_way = {} if self.monotone else {"monotone": False}
        return {"kind": "step", "unit": self.unit, "below": self.below, "steps": steps, **one_way}


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """An S-curve: 0 at ``worst``, 0.5 half way, 1 at ``best``; the steeper, the more a step.

    With t the share of the way from worst to best and L(t) = 1 / (1 + exp(-steepness · (t - ½)))
    it is (L(t) - L(0)) / (L(1) - L(0)): the logistic curve, stretched to reach both ends.
    """

    unit: str
    worst: float
    best: float
    steepness: float = STEEPNESS

    def __post_init__(self) -> None:
        _require_unit(self.unit)
        _require_ends(self.worst, self.best)
        if not 0 < self.steepness <= _MOST_STEEP:
            raise ConfigError(
                "the S-curve's steepness is out of range",
                expected=f"steepness above 0, at most {_MOST_STEEP:g} ({STEEPNESS:g} is usual)",
                found=f"steepness = {self.steepness:g}",
                next_step="give another steepness, or take kind = 'linear' or 'step'",
            )

    def values(self, measures: Floats) -> Floats:
        """Return what measures are worth, 0–1, in the same shape; an unknown one (NaN) is NaN."""
        share = np.clip((measures - self.worst) / (self.best - self.worst), 0.0, 1.0)
        low, high, here = (
            1.0 / (1.0 + np.exp(-self.steepness * (place - 0.5))) for place in (0.0, 1.0, share)
        )
        worths: Floats = np.clip((here - low) / (high - low), 0.0, 1.0)
        return worths

    def to_table(self) -> dict[str, object]:
        """Return the table that :func:`value_function` makes the same function from."""
        ends = {"worst": self.worst, "best": self.best, "steepness": self.steepness}
        return {"kind": "sigmoid", "unit": self.unit, **ends}


def value_function(table: Mapping[str, Any], *, file: str = "", place: str = "") -> ValueFunction:
    """Return the value function that a TOML table describes (the forms are in the module's head).

    Parameters
    ----------
    table
        ``kind``, ``unit`` and the keys of that kind.
    file, place
        For messages: the file's name and the table's place in it.

    Raises
    ------
    ConfigError
        For an unknown kind or key, a missing or wrong number, points out of order or off
        0–1, and pieces or steps that turn back without ``monotone = false``.
    ProblemsError
        Several of these at once.

    Examples
    --------
    >>> import numpy as np
    >>> near = value_function({"kind": "linear", "unit": "m", "worst": 500, "best": 0})
    >>> near.values(np.array([0.0, 125.0, 900.0])).tolist()
    [1.0, 0.75, 0.0]
    """
    reader = TableReader(table, file=file, place=place)
    made = read_value_function(reader)
    reader.raise_problems()
    return cast("ValueFunction", made)  # without one there was a problem, and it was raised


def read_value_function(reader: TableReader) -> ValueFunction | None:
    """Return the value function in a reader's table, or None with its problems remembered there.

    For a file of many tables, which raises all of its problems at once.
    """
    before = len(reader.problems)
    kind = reader.choice("kind", _FORMS, "")
    unit = reader.text("unit", required=True)
    make = _FORMS[kind](reader, unit) if kind in _FORMS else None
    if make is not None:
        reader.finish()
    if make is None or len(reader.problems) > before:
        return None
    try:
        return make()
    except ConfigError as error:
        reader.problem(
            error.what,
            expected=error.expected,
            found=error.found,
            next_step=error.next_step,
        )
        return None


def _linear(reader: TableReader, unit: str) -> Callable[[], ValueFunction]:
    worst, best = _number(reader, "worst"), _number(reader, "best")
    return lambda: Linear(unit, worst, best)


def _piecewise(reader: TableReader, unit: str) -> Callable[[], ValueFunction]:
    points, monotone = reader.pairs("points"), reader.flag("monotone", default=True) is not False
    return lambda: Piecewise(unit, points, monotone=monotone)


def _step(reader: TableReader, unit: str) -> Callable[[], ValueFunction]:
    steps, below = reader.pairs("steps"), reader.number("below", 0.0) or 0.0
    monotone = reader.flag("monotone", default=True) is not False
    return lambda: Step(unit, steps, below, monotone=monotone)


def _sigmoid(reader: TableReader, unit: str) -> Callable[[], ValueFunction]:
    worst, best = _number(reader, "worst"), _number(reader, "best")
    steepness = reader.number("steepness")
    return lambda: Sigmoid(unit, worst, best, STEEPNESS if steepness is None else steepness)


_FORMS: Mapping[str, Callable[[TableReader, str], Callable[[], ValueFunction]]] = {
    "linear": _linear,
    "piecewise": _piecewise,
    "step": _step,
    "sigmoid": _sigmoid,
}


def _number(reader: TableReader, key: str) -> float:
    """Return a number that must be there (NaN beside a remembered problem when it is not)."""
    if key not in reader:
        reader.problem(
            f"'{key}' is missing",
            expected="a number in the criterion's unit",
            next_step=f"add {key} = … to {reader.place or 'the table'}",
        )
    number = reader.number(key)
    return math.nan if number is None else number


def _require_unit(unit: str) -> None:
    if not unit:
        raise ConfigError(
            "a value function has no unit",
            expected="the unit of the measures, such as 'm', '%' or 'min'",
            next_step="add unit = …",
        )


def _require_ends(worst: float, best: float) -> None:
    if not (math.isfinite(worst) and math.isfinite(best) and worst != best):
        raise ConfigError(
            "a value function has no slope",
            expected="two different finite numbers",
            found=f"worst = {worst:g}, best = {best:g}",
            next_step="give the measure that is worth 0 and the one that is worth 1",
        )


def _require_worth(worth: float, *, key: str) -> None:
    if not 0 <= worth <= 1:
        raise ConfigError(
            f"a worth in '{key}' is not between 0 and 1",
            expected="0 (worst) to 1 (best)",
            found=f"{worth:g}",
            next_step="give the worth as a share of 1",
        )


def _require_pairs(pairs: Pairs, *, key: str, least: int) -> None:
    """Refuse too few pairs, worths off 0–1, and measures that do not rise strictly."""
    if len(pairs) < least:
        raise ConfigError(
            f"'{key}' has too few pairs",
            expected=f"at least {least} of [measure, worth]",
            found=str(len(pairs)),
            next_step=f"add pairs to {key}",
        )
    for _, worth in pairs:
        _require_worth(worth, key=key)
    measures = [measure for measure, _ in pairs]
    rising = all(before < after for before, after in pairwise(measures))
    if not (rising and all(map(math.isfinite, measures))):
        raise ConfigError(
            f"the measures in '{key}' do not rise",
            expected="each pair's measure finite and above the one before",
            found=", ".join(f"{measure:g}" for measure in measures),
            next_step=f"sort {key} by measure, each one once",
        )


def _require_one_way(worths: Sequence[float], *, monotone: bool) -> None:
    """Refuse worths that turn back where nobody said that they may."""
    turns = list(worths) not in (sorted(worths), sorted(worths, reverse=True))
    if turns and monotone:
        raise ConfigError(
            "the worth goes up and down again",
            expected="worths that only rise or only fall",
            found=", ".join(f"{worth:g}" for worth in worths),
            next_step="correct the worths, or add monotone = false if it is meant",
        )
