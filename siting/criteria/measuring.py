"""Measuring once what several projects and profiles ask for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from siting.candidates import Parcels
from siting.criteria.base import Doubt, Floats, Found, Longs, Measure, Setting, Sites, Wish
from siting.model import Text

#: Decimals of measures: scores are made of what a report shows, so that they can be recomputed.
DECIMALS = 4


@dataclass(eq=False, slots=True)
class _Column:
    """What one measure found so far, by row of the table; NaN where unknown or not asked."""

    values: Floats
    is_asked: np.ndarray
    notes: tuple[Text, ...] = ()
    reasons: dict[int, Text] = field(default_factory=dict)
    doubt: Doubt | None = None


@dataclass(eq=False, slots=True)
class Gauge:
    """Measures rows of one parcel table, each measure once per row.

    What differs from project to project is measured whenever it is asked for.
    """

    parcels: Parcels
    setting: Setting
    _columns: dict[Measure, _Column | None] = field(default_factory=dict)

    def ask(self, measure: Measure, rows: Longs) -> None:
        """Measure rows that will be asked for, all at once: that is faster than in parts."""
        if not measure.is_of_project:
            self._column(measure, rows)

    def of(self, measure: Measure, rows: Longs, wish: Wish) -> Found | None:
        """Return the figures of some rows, rounded; None where nothing can be measured with."""
        if measure.is_of_project:
            found = measure.of(Sites(self.parcels, rows), self.setting, wish)
            if found is None:
                return None
            return replace(found, values=_rounded(found.values))
        column = self._column(measure, rows)
        if column is None:
            return None
        reasons = {}
        if column.reasons:
            at = np.flatnonzero(np.isin(rows, list(column.reasons)))
            reasons = {position: column.reasons[int(rows[position])] for position in at.tolist()}
        return Found(column.values[rows], column.notes, reasons, column.doubt)

    def _column(self, measure: Measure, rows: Longs) -> _Column | None:
        if measure not in self._columns:
            count = len(self.parcels)
            self._columns[measure] = _Column(np.full(count, np.nan), np.zeros(count, bool))
        column = self._columns[measure]
        if column is None:
            return None
        new = np.unique(rows[~column.is_asked[rows]])
        if len(new) or not column.is_asked.any():
            found = measure.of(Sites(self.parcels, new), self.setting, None)
            if found is None:
                self._columns[measure] = None
                return None
            column.values[new] = _rounded(found.values)
            column.is_asked[new] = True
            column.doubt = found.doubt
            column.notes = tuple(dict.fromkeys((*column.notes, *found.notes)))
            column.reasons.update({int(new[at]): text for at, text in found.reasons.items()})
        return column


def _rounded(values: Floats) -> Floats:
    # + 0.0: a report shows no -0.0
    rounded: Floats = np.round(values, DECIMALS) + 0.0
    return rounded
