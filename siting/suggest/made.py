"""Assembled and carved sites beside whole parcels: judged alike, and no land twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.candidates import (
    AREA,
    OVERLAP_TOLERANCE_M2,
    SHAPE,
    Drawn,
    Parcels,
    PlanRules,
    Rechecker,
    as_array,
    filter_parcels,
    table_of,
)
from siting.criteria import Gauge, Sites, acquired
from siting.gathering import Errand, Made, Region, gather
from siting.model import SiteKind
from siting.overlay import pair_areas
from siting.suggest.cases import Case, Lot, Mask, must_acquire
from siting.suggest.offers import Applicant, Offers


@dataclass(frozen=True, eq=False, slots=True)
class MadeOffers:
    """The made sites of each project, and for whom not all parcels were looked at."""

    lots: Mapping[str, Sequence[Lot]] = field(default_factory=dict)
    cut_short: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Workshop:
    """What made sites are sought with: the parcels, what measures them, and the rules."""

    rechecker: Rechecker
    gauge: Gauge
    plan: PlanRules
    must_acquire: Mask | None

    @property
    def parcels(self) -> Parcels:
        """The city's parcels."""
        return self.rechecker.parcels

    def made(self, cases: Sequence[Case], offers: Offers) -> MadeOffers:
        """Return the made sites that each project is offered.

        Parameters
        ----------
        cases
            In the order of priority.
        offers
            The whole parcels that were shared out: their land is taken.
        """
        if not self.rechecker.city.suggest.made_count:
            return MadeOffers()
        sought = self.sought(cases, offers.all_land)
        return replace(sought, lots=_rounds(cases, sought.lots, _Places(self, offers)))

    def sought(self, cases: Sequence[Case], taken: frozenset[int] = frozenset()) -> MadeOffers:
        """Return all made sites that would serve each project, best first; they may overlap.

        Parameters
        ----------
        cases
            In the order of priority.
        taken
            Parcels that are nobody's to take.
        """
        errands = {case.project.id: self._errand(case, taken) for case in cases}
        region = self.region(list(errands.values()))
        made = [(case, one) for case in cases for one in gather(errands[case.project.id], region)]
        cut_short = frozenset(name for name, errand in errands.items() if errand.is_cut_short)
        return MadeOffers(_Table.of(made, self).waiting() if made else {}, cut_short)

    def region(self, errands: Sequence[Errand] = ()) -> Region:
        """Return the city, asked about the parcels of some errands."""
        judge, count = self.rechecker, len(self.parcels)
        asked = [errand.looked_at for errand in errands]
        return Region(
            atlas=judge.atlas,
            rule_book=judge.rule_book,
            city=judge.city,
            as_of=judge.as_of,
            parcels=self.parcels,
            is_ready=np.ones(count, bool) if self.must_acquire is None else ~self.must_acquire,
            asked=np.unique(np.concatenate([np.array([], dtype=np.int64), *asked])),
        )

    def acquired(self) -> NDArray[np.float64] | None:
        """Return how far each parcel is acquired; what is unknown counts as not at all."""
        rows = np.arange(len(self.parcels))
        share = acquired(Sites(self.parcels, rows), self.rechecker.city.suggest)
        return None if share is None else np.nan_to_num(share, nan=0.0)

    def _errand(self, case: Case, taken: frozenset[int]) -> Errand:
        """Return the parcels that a project may still have, by the best score they could reach."""
        # a strip may be joined to others, a ragged parcel cut
        fits = case.filters.passing(lifted=(AREA, SHAPE))
        fits[list(taken)] = False
        rows = np.flatnonzero(fits)
        possible = case.applicant.yardstick.on(self.gauge, rows, is_rough=True).best_possible()
        return Errand(case.project, case.wanted, rows[np.lexsort((rows, -possible))])


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """The made sites of all projects as one parcel table, with whose each row is."""

    cases: tuple[Case, ...]
    made: tuple[Made, ...]
    parcels: Parcels
    workshop: Workshop

    @classmethod
    def of(cls, made: Sequence[tuple[Case, Made]], workshop: Workshop) -> _Table:
        judge, parcels = workshop.rechecker, workshop.parcels
        table = table_of(
            [Drawn(one.name(parcels.ids), one.members, one.geometry) for _, one in made],
            parcels,
            judge.atlas,
            judge.city.suggest,
            acquired=workshop.acquired(),
            zoning_column=workshop.plan.code_column,
        )
        return cls(tuple(c for c, _ in made), tuple(one for _, one in made), table, workshop)

    def waiting(self) -> dict[str, list[Lot]]:
        """Return each project's rows that pass its filters and break no prohibited rule."""
        judge = self.workshop.rechecker
        rechecker = replace(judge, parcels=self.parcels, known={}, _broken=None)
        gauge = Gauge(self.parcels, self.workshop.gauge.setting)
        must = must_acquire(self.parcels, judge.city.suggest)
        keys = [(case.project.id, row) for case, row in self._passing()]
        rechecker.recheck(keys)
        waiting: dict[str, list[Lot]] = {}
        for case, row in self._passing():
            if not rechecker.known[case.project.id, row].is_clean():
                continue
            applicant = self._applicant(case, gauge)
            state = None if must is None else bool(must[row])
            lot = Lot(row, applicant, rechecker, state, self.made[row])
            waiting.setdefault(case.project.id, []).append(lot)
        return {name: sorted(lots, key=lambda lot: lot.order) for name, lots in waiting.items()}

    def _passing(self) -> Iterator[tuple[Case, int]]:
        plan = self.workshop.plan
        for case in dict.fromkeys(self.cases):
            filters = filter_parcels(self.parcels, case.project, case.wanted, plan)
            passing = filters.passing()
            yield from ((case, row) for row in self._rows(case).tolist() if passing[row])

    def _rows(self, case: Case) -> np.ndarray:
        return np.array([row for row, own in enumerate(self.cases) if own is case], dtype=np.int64)

    def _applicant(self, case: Case, gauge: Gauge) -> Applicant:
        yardstick = case.applicant.yardstick.on(gauge, self._rows(case))
        return replace(case.applicant, yardstick=yardstick)


class _Places:
    """How many made sites each project may still have in each list, and what land is taken."""

    def __init__(self, workshop: Workshop, offers: Offers) -> None:
        self._spec = workshop.rechecker.city.suggest
        self._must = workshop.must_acquire
        shapes = workshop.parcels.geometries
        rows = [row for offered in offers.rows.values() for row in offered]
        self._taken: list[BaseGeometry] = [shapes[row] for row in rows]
        self._offers = offers
        self._given: dict[str, list[Lot]] = {}

    def left(self, project_id: str, *, is_ready: bool) -> int:
        """Return how many places a list of a project has left."""
        spec, whole = self._spec, self._offers.rows.get(project_id, ())
        acquired = [row for row in whole if self._must is not None and self._must[row]]
        given = [
            lot for lot in self._given.get(project_id, []) if (not lot.must_acquire) == is_ready
        ]
        if is_ready:
            ready = len(whole) - len(acquired)
            return max(spec.made_count, spec.count - ready) - len(given)
        return spec.acquire_count - len(acquired) - len(given)

    def kinds(self, project_id: str) -> set[SiteKind]:
        """Return the kinds of made sites that a project has."""
        return {lot.made.kind for lot in self._given.get(project_id, []) if lot.made}

    def is_free(self, shape: BaseGeometry) -> bool:
        """True when nobody was offered any of this land."""
        taken = as_array(self._taken)
        near = taken[shapely.intersects(taken, shape)]
        if not len(near):
            return True
        pairs = pair_areas(
            as_array([shape]), near, witness="doubtful", limits_m2=(OVERLAP_TOLERANCE_M2,)
        )
        return not bool((pairs.area_m2 > OVERLAP_TOLERANCE_M2).any())

    def give(self, project_id: str, lot: Lot) -> None:
        """Offer a site to a project."""
        self._given.setdefault(project_id, []).append(lot)
        self._taken.append(lot.rechecker.parcels.geometries[lot.row])

    @property
    def given(self) -> dict[str, list[Lot]]:
        """Return what was given."""
        return self._given


def _rounds(
    cases: Sequence[Case], waiting: Mapping[str, Sequence[Lot]], places: _Places
) -> dict[str, list[Lot]]:
    """Let projects take turns until nobody takes anything; another kind goes before the same."""
    is_given = True
    while is_given:
        is_given = False
        for project_id in (case.project.id for case in cases):
            kinds = places.kinds(project_id)
            queue = waiting.get(project_id, [])
            # a stable sort: within one kind the order stays
            for lot in sorted(queue, key=lambda lot: lot.made is None or lot.made.kind in kinds):
                shape = lot.rechecker.parcels.geometries[lot.row]
                is_open = places.left(project_id, is_ready=not lot.must_acquire) > 0
                if is_open and places.is_free(shape):
                    places.give(project_id, lot)
                    is_given = True
                    break
    return places.given
