"""One project that is searched for, and one site that it may be offered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.candidates import Filters, Parcels, Recheck, Rechecker, Wanted
from siting.city import SuggestSpec
from siting.criteria import Sites, acquired
from siting.gathering import Made
from siting.model import Project, RedLine, SiteKind
from siting.suggest.offers import Applicant

Mask = NDArray[np.bool_]

#: How far a made site is from being one parcel; a red line is there already.
_STEPS = {SiteKind.ASSEMBLED: 1, SiteKind.CARVED: 2}


@dataclass(frozen=True, eq=False, slots=True)
class Present:
    """What the report says of a project's present red lines."""

    red_lines: tuple[RedLine, ...]
    district: str
    broken: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """One project that can be searched for: its demand, its filters, its place in the queue."""

    project: Project
    present: Present
    wanted: Wanted
    filters: Filters
    applicant: Applicant


@dataclass(frozen=True, eq=False, slots=True)
class Lot:
    """One site that a project may be offered: a row of a parcel table, judged and measured.

    ``applicant`` and ``rechecker`` are those of the table that the row is in: the city's
    parcels, or the made sites; ``made`` is what was made there. ``is_off_offer``: it enters land
    that nobody offers (parcels supplied to others, streets).
    """

    row: int
    applicant: Applicant
    rechecker: Rechecker
    must_acquire: bool | None
    made: Made | None = None
    is_off_offer: bool = False

    @property
    def recheck(self) -> Recheck:
        """What the engine said of it."""
        return self.rechecker.known[self.applicant.project_id, self.row]

    @property
    def steps(self) -> int:
        """How far it is from being one parcel: 0 for one, 1 put together, 2 cut out."""
        return 0 if self.made is None else _STEPS.get(self.made.kind, 0)

    @property
    def order(self) -> tuple[int, int, int, int]:
        """The sort key within a list: its tier, then how much is to be done to it, its score.

        A whole parcel is there; several must be joined; an outline must be cut out of some.
        """
        tier, points, row = self.applicant.order(self.row, self.recheck)
        return tier, self.steps, points, row


def must_acquire(parcels: Parcels, spec: SuggestSpec) -> Mask | None:
    """Return which land must first be acquired; None where no column tells.

    That is land of a class that somebody holds, and all whose state of acquisition is *not
    acquired* or unknown.
    """
    share = acquired(Sites(parcels, np.arange(len(parcels))), spec)
    if share is None:
        return parcels.is_held
    state: Mask = ~(share > 0)
    return state if parcels.is_held is None else state | parcels.is_held
