"""What the criteria of one project say of parcels, and the score that this makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.candidates import Recheck
from siting.criteria import (
    TOPSIS,
    Burden,
    Choice,
    Criterion,
    Found,
    Gauge,
    PresentDistance,
    Profile,
    Travel,
    Weights,
    Wish,
    account_in,
    burden_points,
)
from siting.model import LeftOutCriterion, Text, UsedProfile
from siting.score import HUNDREDTHS, Score, additive_score, ceilings, closeness_between_ends

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

#: Digits of a merit that count: two ways of adding the same parts must not round apart.
DECIMALS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """One site by its project's criteria: figures (NaN unknown), worths, and the score.

    ``closeness`` (TOPSIS, 0-1) is there where the profile orders sites by it.
    """

    measures: Mapping[str, float]
    worths: Mapping[str, float]
    score: Score
    reasons: Mapping[str, Text]
    """Why a figure is unknown, where the measure says so."""
    closeness: float | None = None

    @property
    def merit(self) -> int:
        """What sites are ordered by within a tier: the score, or the closeness, of 10,000."""
        if self.closeness is None:
            return self.score.hundredths
        return round(round(HUNDREDTHS * self.closeness, DECIMALS))


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
        known = criterion.known(found)
        return cls(criterion, known.values, worth_of(criterion, known.values), known.reasons)


def worth_of(criterion: Criterion, measures: Floats) -> Floats:
    """Return what figures are worth, 0-1: unknown never reads as good."""
    worths: Floats = np.nan_to_num(criterion.worth.values(measures), nan=0.0)
    return worths


@dataclass(frozen=True, eq=False, slots=True)
class Yardstick:
    """The criteria of one project's profile that can be measured, for the rows of a pool.

    ``rows`` are positions in the gauge's parcel table, ascending; ``weights`` are those of the
    criteria measured. What the re-check alone tells is put in when a site is scored.
    """

    choice: Choice
    wish: Wish
    gauge: Gauge
    rows: Longs
    weights: Mapping[str, float]
    consistency_ratio: float | None
    left_out: tuple[LeftOutCriterion, ...]
    notes: tuple[Text, ...]
    _columns: Mapping[str, _Column]

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
        found_weights = _weights(choice.profile, columns)
        return cls(
            choice=choice,
            wish=wish,
            gauge=gauge,
            rows=rows,
            weights=found_weights.by_name,
            consistency_ratio=found_weights.consistency_ratio,
            left_out=tuple(left_out),
            notes=tuple(dict.fromkeys((*notes, *found_weights.notes))),
            _columns=columns,
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
        return replace(self, gauge=gauge, rows=rows, _columns=columns)

    @property
    def is_by_closeness(self) -> bool:
        """True where the profile orders sites by TOPSIS."""
        return self.choice.profile.method == TOPSIS

    def best_possible(self) -> NDArray[np.int64]:
        """Return the merit of each row as if it met no rule: an upper bound."""
        ones = np.ones(len(self.rows))
        worths = {
            name: ones if isinstance(column.criterion.measure, Burden) else column.worths
            for name, column in self._columns.items()
        }
        if not worths:
            return np.zeros(len(ones), dtype=np.int64)
        if not self.is_by_closeness:
            return ceilings(worths, self.weights)
        close = closeness_between_ends(worths, self.weights)
        return np.ceil(np.round(HUNDREDTHS * close, DECIMALS)).astype(np.int64) + 1

    def measured(self, row: int, recheck: Recheck) -> Measured:
        """Return what a re-checked parcel is worth."""
        position = int(np.searchsorted(self.rows, row))
        measures, worths, reasons = {}, {}, {}
        for name, column in self._columns.items():
            measures[name] = float(column.measures[position])
            worths[name] = float(column.worths[position])
            if recheck.burden and isinstance(column.criterion.measure, Burden):
                measures[name] = burden_points(recheck.burden)
                worths[name] = float(worth_of(column.criterion, np.array([measures[name]]))[0])
            if position in column.reasons:
                reasons[name] = column.reasons[position]
        score = additive_score(worths, self.weights)
        return Measured(measures, worths, score, reasons, self._closeness(worths))

    def _closeness(self, worths: Mapping[str, float]) -> float | None:
        if not (self.is_by_closeness and worths):
            return None
        table = {name: np.array([worth]) for name, worth in worths.items()}
        return float(closeness_between_ends(table, self.weights)[0])

    def distance_m(self, row: int) -> float | None:
        """Return how far a parcel is from the project's present place; None without one."""
        found = self.gauge.of(PresentDistance(), np.array([row]), self.wish)
        return None if found is None else float(found.values[0])

    def access(self) -> Mapping[str, Any] | None:
        """Return what a report says of the roads; None where no criterion goes by them."""
        measures = [each.measure for each in self.choice.profile.criteria]
        is_asked = any(isinstance(measure, Travel) for measure in measures)
        return account_in(self.gauge.setting) if is_asked else None

    def used(self) -> UsedProfile:
        """Return what a report says of the profile."""
        profile = self.choice.profile
        return UsedProfile(
            name=profile.name,
            title=profile.title,
            method=profile.method,
            weighting=profile.weighting.method,
            criteria=tuple(each.used(self.weights[each.name]) for each in self.criteria),
            left_out=self.left_out,
            consistency_ratio=self.consistency_ratio,
            chosen=self.choice.why,
            sha256=profile.sha256,
        )


def _weights(profile: Profile, columns: Mapping[str, _Column]) -> Weights:
    """Return the weights of what could be measured, by the profile's way of finding them.

    What the re-check alone tells has no worths yet, whatever its column holds.
    """
    given = {name: column.criterion.weight for name, column in columns.items()}
    worths = {
        name: column.worths
        for name, column in columns.items()
        if not isinstance(column.criterion.measure, Burden)
    }
    return profile.weighting.weights(given, worths)
