"""What is needed to say how sure a rank is: the criteria as scales, the sites as contenders."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.model import Text
from siting.score import Score, ValueFunction

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """One criterion as a project's sites were scored by it.

    ``weight`` is in the profile's unit; ``error`` is the half width of what a measure may be off,
    in the unit of ``worth``. ``phrase`` says a known measure in words, and must be true of any
    measure, good or bad.
    """

    name: str
    title: Text
    weight: float
    worth: ValueFunction
    phrase: Callable[[float], Text]
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One offered site: its measures, its score as shown, and the lists that it stands in.

    ``measures`` are those reported; one that is absent or NaN is unknown and worth 0.
    ``lists`` say, in the order in which they count, how far back a list puts the site (0: not at
    all) and why; the score decides only among sites that all of them put alike.
    """

    site_id: str
    measures: Mapping[str, float]
    score: Score
    lists: tuple[tuple[int, Text], ...] = field(default=())

    def measure(self, name: str) -> float:
        """Return a measure, NaN when it is unknown."""
        return self.measures.get(name, math.nan)

    def is_unknown(self, name: str) -> bool:
        """True when nobody knows the measure."""
        return math.isnan(self.measure(name))

    def put_back(self, other: Contender) -> Text | None:
        """Return why a list puts this site after the other, whatever the scores; None if none."""
        for (own, why), (before, _) in zip(self.lists, other.lists, strict=True):
            if own != before:
                return why if own > before else None
        return None


def numbered_lists(contenders: Sequence[Contender]) -> list[int]:
    """Return the list that each site stands in, counted from 0: an earlier one comes first."""
    places = [tuple(place for place, _ in contender.lists) for contender in contenders]
    known = sorted(set(places))
    return [known.index(place) for place in places]


def weighty(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """Return the criteria that have weight: the others say nothing."""
    return tuple(scale for scale in scales if scale.weight > 0)


def measure_table(contenders: Sequence[Contender], scales: Sequence[Scale]) -> Floats:
    """Return the measures, a row per site, a column per criterion; NaN where unknown."""
    rows = [[each.measure(scale.name) for scale in scales] for each in contenders]
    return np.array(rows, dtype=np.float64).reshape(len(contenders), len(scales))


def worth_table(measures: Floats, scales: Sequence[Scale]) -> Floats:
    """Return what measures are worth (0–1), in the same shape; what is unknown is worth 0."""
    columns = [scale.worth.values(measures[:, at]) for at, scale in enumerate(scales)]
    worths: Floats = np.nan_to_num(np.stack(columns, axis=1), nan=0.0)
    return worths
