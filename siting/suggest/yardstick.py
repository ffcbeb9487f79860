"""What the criteria of one project say of parcels, and the score that this makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from siting.candidates import Recheck
from siting.criteria import (
    Burden,
    Choice,
    Criterion,
    Found,
    Gauge,
    PresentDistance,
    Wish,
    burden_points,
)
from siting.model import LeftOutCriterion, Text, UsedProfile
from siting.score import Score, additive_score, ceilings

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """One site by its project's criteria: figures (NaN unknown), worths, and the score."""

    measures: Mapping[str, float]
    worths: Mapping[str, float]
    score: Score
    reasons: Mapping[str, Text]
    """Why a figure is unknown, where the measure says so."""


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    """One criterion, with the figures and worths of the rows."""

    criterion: Criterion
    measures: Floats
    worths: Floats
    reasons: Mapping[int, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, criterion: Criterion, found: Found) -> _Column:
        """Turn figures into worths; an unknown one is worth 0."""
        return cls(criterion, found.values, worth_of(criterion, found.values), found.reasons)


def worth_of(criterion: Criterion, measures: Floats) -> Floats:
    """Return what figures are worth, 0-1: unknown never reads as good."""
    worths: Floats = np.nan_to_num(criterion.worth.values(measures), nan=0.0)
    return worths


@dataclass(frozen=True, eq=False, slots=True)
class Yardstick:
    """The criteria of one project's profile that can be measured, for the rows of a pool.

    ``rows`` are positions in the gauge's parcel table; ``weights`` are those of the criteria
    measured. What the re-check alone tells is put in when a site is scored.
    """

    choice: Choice
    wish: Wish
    gauge: Gauge
    rows: Longs
    weights: Mapping[str, float]
    left_out: tuple[LeftOutCriterion, ...]
    notes: tuple[Text, ...]
    _columns: Mapping[str, _Column]
    _position_of: Mapping[int, int]

    @classmethod
    def of(cls, choice: Choice, wish: Wish, gauge: Gauge, rows: Longs) -> Yardstick:
        """Measure all parcels in `rows` at once."""
        columns: dict[str, _Column] = {}
        left_out: list[LeftOutCriterion] = []
        notes: list[Text] = []
        for criterion in choice.profile.criteria:
            found = gauge.of(criterion.measure, rows, wish)
            if found is None:
                needs = criterion.measure.needs
                left_out.append(LeftOutCriterion(criterion.name, criterion.title, needs))
            else:
                columns[criterion.name] = _Column.of(criterion, found)
                notes.extend(found.notes)
        return cls(
            choice=choice,
            wish=wish,
            gauge=gauge,
            rows=rows,
            weights={name: column.criterion.weight for name, column in columns.items()},
            left_out=tuple(left_out),
            notes=tuple(dict.fromkeys(notes)),
            _columns=columns,
            _position_of=_positions(rows),
        )

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria that could be measured, in the profile's order."""
        return tuple(column.criterion for column in self._columns.values())

    def on(self, gauge: Gauge, rows: Longs, *, is_rough: bool = False) -> Yardstick:
        """Return the same criteria with the same weights, for rows of any table.

        What cannot be measured there is unknown. Where `is_rough`, what takes long to measure
        counts as if it were worth 1: only bounds are right then.
        """
        columns = {}
        for name, column in self._columns.items():
            criterion = column.criterion
            unknown = np.full(len(rows), np.nan)
            if is_rough and criterion.measure.is_dear:
                columns[name] = _Column(criterion, unknown, np.ones(len(rows)))
            else:
                found = gauge.of(criterion.measure, rows, self.wish) or Found(unknown)
                columns[name] = _Column.of(criterion, found)
        return replace(
            self, gauge=gauge, rows=rows, _columns=columns, _position_of=_positions(rows)
        )

    def best_possible(self) -> NDArray[np.int64]:
        """Return the score of each row as if it met no rule, in hundredths: an upper bound."""
        ones = np.ones(len(self.rows))
        worths = {
            name: ones if isinstance(column.criterion.measure, Burden) else column.worths
            for name, column in self._columns.items()
        }
        return ceilings(worths, self.weights) if worths else np.zeros(len(ones), dtype=np.int64)

    def measured(self, row: int, recheck: Recheck) -> Measured:
        """Return what a re-checked parcel is worth."""
        position = self._position_of[row]
        measures, worths, reasons = {}, {}, {}
        for name, column in self._columns.items():
            measures[name] = float(column.measures[position])
            worths[name] = float(column.worths[position])
            if isinstance(column.criterion.measure, Burden):
                measures[name] = burden_points(recheck.burden)
                worths[name] = float(worth_of(column.criterion, np.array([measures[name]]))[0])
            if position in column.reasons:
                reasons[name] = column.reasons[position]
        return Measured(measures, worths, additive_score(worths, self.weights), reasons)

    def distance_m(self, row: int) -> float | None:
        """Return how far a parcel is from the project's present place; None without one."""
        found = self.gauge.of(PresentDistance(), np.array([row]), self.wish)
        return None if found is None else float(found.values[0])

    def used(self) -> UsedProfile:
        """Return what a report says of the profile."""
        profile = self.choice.profile
        return UsedProfile(
            name=profile.name,
            title=profile.title,
            method=profile.method,
            weighting="given",
            criteria=tuple(each.used(self.weights[each.name]) for each in self.criteria),
            left_out=self.left_out,
            chosen=self.choice.why,
            sha256=profile.sha256,
        )


def _positions(rows: Longs) -> dict[int, int]:
    return {row: position for position, row in enumerate(rows.tolist())}
