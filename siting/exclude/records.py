"""The exclusion table: one row per parcel, one column per rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.exclude.land import Land
from siting.model import Severity, Text
from siting.rules.base import Rule

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: ``Column.variant`` of the land that no zone covers.
UNPLANNED = "unplanned"


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """What one rule says of each parcel; every array has one entry per parcel.

    ``excluded_m2``: planar area of the parcel under the union of what the rule keeps free
    (``inside``: outside it), off by ``bound_m2`` at most; NaN where nothing could be measured.
    ``is_hit``: the rule has a finding here; for a setback, the parcel is nearer than the limit.
    ``is_unchecked``: something of this could not be looked at, so no hit is not *clear*.
    ``is_disputed``: two ways of computing the area disagreed.
    """

    excluded_m2: Floats
    bound_m2: Floats
    is_hit: Mask
    is_unchecked: Mask
    is_disputed: Mask


def severity_of(rule: Rule, variant: str) -> Severity:
    """Return a column's severity: the rule's, but land without any zone is at most *consult*.

    As the rule's own finding has it: such land is no incompatible use, the plan is to be asked.
    """
    if variant != UNPLANNED:
        return rule.severity
    return max(rule.severity, Severity.CONSULT, key=lambda severity: severity.rank)


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One rule's cells. ``variant`` is empty, or for a zoning rule the use that would stand there.

    A zoning rule excludes different land for each use of its table, and has one more column
    for the land without any zone (:data:`UNPLANNED`). ``gaps`` are what is missing everywhere;
    ``layers`` are the hashes of what was measured, by the layer's name.
    """

    rule: Rule
    variant: str
    cells: Cells
    gaps: tuple[Text, ...] = ()
    layers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The column's name: the rule's code, and the variant where there is one."""
        return f"{self.rule.code}.{self.variant}" if self.variant else self.rule.code

    @property
    def severity(self) -> Severity:
        """How much a hit weighs; see :func:`severity_of`."""
        return severity_of(self.rule, self.variant)


@dataclass(frozen=True, eq=False, slots=True)
class ExclusionTable:
    """How much of each parcel each rule in force excludes.

    ``left_out`` are the rules that say nothing of land alone (areas, rivals, the outline
    itself, matters never on a map), by code: no row here speaks for them.
    """

    land: Land
    columns: tuple[Column, ...]
    left_out: Mapping[str, Text]
    as_of: dt.date
    crs: str
    rule_book: str

    def __len__(self) -> int:
        return len(self.land)

    @property
    def is_complete(self) -> bool:
        """True when every cell was checked."""
        return not any(column.cells.is_unchecked.any() for column in self.columns)

    def shares(self, column: Column) -> Floats:
        """Return a column's excluded share of each parcel, 0 to 1; NaN where not measured."""
        shares: Floats = np.clip(column.cells.excluded_m2 / self.land.areas_m2, 0.0, 1.0)
        return shares

    def range_m2(self, severity: Severity) -> tuple[Floats, Floats]:
        """Return between what the land lies that all rules of a severity exclude together.

        Rules overlap, so their areas are no sum: the union is at least the largest of them and
        at most their sum, or the whole parcel. A zoning rule's uses exclude one another and are
        left out; so is what was not measured.
        """
        least, most = np.zeros(len(self)), np.zeros(len(self))
        for column in self.columns:
            if column.severity is severity and column.variant in {"", UNPLANNED}:
                area_m2 = np.nan_to_num(column.cells.excluded_m2)
                least, most = np.maximum(least, area_m2), most + area_m2
        return least, np.minimum(most, self.land.areas_m2)
