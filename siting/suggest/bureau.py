"""What projects are served with: the parcels, what judges and measures them, a case for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.candidates import (
    Filters,
    Parcels,
    PlanRules,
    Rechecker,
    filter_parcels,
    gather_parcels,
    wanted_land,
)
from siting.check import Memory
from siting.city import City
from siting.criteria import Choice, Gauge, Measure, Setting, Shelf, Wish, place_of
from siting.model import Atlas, Project, Report, Status
from siting.rulebook import RuleBook
from siting.suggest.cases import Case, Mask, Present, must_acquire
from siting.suggest.made import Workshop
from siting.suggest.offers import Applicant
from siting.suggest.yardstick import Yardstick

_BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)


def present_of(project: Project, atlas: Atlas, report: Report) -> Present:
    """Return what the report says of a project's present red lines."""
    results = [r for r in report.results if r.red_line.project_id == project.id]
    lines = tuple(result.red_line for result in results) or tuple(
        line for line in atlas.red_lines if line.project_id == project.id
    )
    broken = {
        verdict.code
        for verdict in report.verdicts
        if verdict.project_id == project.id and verdict.status in _BROKEN
    }
    district = next((result.district for result in results if result.district), "")
    return Present(lines, district, tuple(sorted(broken)))


@dataclass(frozen=True, eq=False, slots=True)
class Served:
    """The cases, in the order of priority, and what they were measured with.

    ``undemanding`` are the projects of which nothing says how much land they want.
    """

    cases: tuple[Case, ...]
    undemanding: tuple[str, ...]
    workshop: Workshop

    @property
    def must_acquire(self) -> Mask | None:
        """Which parcels must first be acquired."""
        return self.workshop.must_acquire


@dataclass(frozen=True, eq=False, slots=True)
class _Demand:
    """One project before anything was measured for it."""

    present: Present
    wish: Wish
    filters: Filters
    choice: Choice

    @property
    def rows(self) -> NDArray[np.int64]:
        """The parcels that pass its filters."""
        return np.flatnonzero(self.filters.passing())


def _ask_together(demands: Sequence[_Demand], gauge: Gauge) -> None:
    """Measure for all projects at once what any of their profiles asks."""
    asked: dict[Measure, list[NDArray[np.int64]]] = {}
    for demand in demands:
        rows = demand.rows
        for criterion in demand.choice.profile.criteria:
            asked.setdefault(criterion.measure, []).append(rows)
    for measure, rows_of in asked.items():
        gauge.ask(measure, np.unique(np.concatenate(rows_of)))


@dataclass(frozen=True, eq=False, slots=True)
class Bureau:
    """What all area projects are served with."""

    atlas: Atlas
    report: Report
    rechecker: Rechecker
    shelf: Shelf
    plan: PlanRules

    @classmethod
    def of(
        cls,
        atlas: Atlas,
        rule_book: RuleBook,
        report: Report,
        *,
        city: City,
        as_of: dt.date,
        memory: Memory | None = None,
    ) -> Bureau | None:
        """Return what projects are served with, or None without a usable parcel layer.

        Parameters are those of :func:`siting.suggest.suggest`, and so are the errors.
        """
        shelf = Shelf.of(city)
        plan = PlanRules.of(rule_book, as_of)
        parcels = gather_parcels(atlas, city, zoning_column=plan.code_column)
        if parcels is None:
            return None
        rechecker = Rechecker(atlas, rule_book, city, as_of, parcels, memory)
        return cls(atlas, report, rechecker, shelf, plan)

    @property
    def parcels(self) -> Parcels:
        """The city's parcels."""
        return self.rechecker.parcels

    def served(self, projects: Sequence[Project]) -> Served:
        """Return the cases of area projects, those of the first stage of ``[suggest]`` first."""
        city = self.rechecker.city
        spec = city.suggest
        demands: list[_Demand] = []
        undemanding: list[str] = []
        ordered = sorted(projects, key=lambda p: (spec.stages.index(p.stage), p.id))
        for project in ordered:
            present = present_of(project, self.atlas, self.report)
            wanted = wanted_land(project, present.red_lines, spec)
            if wanted is None:
                undemanding.append(project.id)
                continue
            place = place_of(project, present.red_lines, present.district, self.atlas)
            wish = Wish(project, place, wanted)
            filters = filter_parcels(self.parcels, project, wanted, self.plan)
            choice = self.shelf.choose(project, self.plan.crosswalks)
            demands.append(_Demand(present, wish, filters, choice))
        gauge = Gauge(self.parcels, Setting(self.atlas, city))
        _ask_together(demands, gauge)
        cases = tuple(self._case(demand, gauge) for demand in demands)
        workshop = Workshop(self.rechecker, gauge, self.plan, must_acquire(self.parcels, spec))
        return Served(cases, tuple(undemanding), workshop)

    def _case(self, demand: _Demand, gauge: Gauge) -> Case:
        project = demand.wish.project
        applicant = Applicant.of(
            project.id,
            yardstick=Yardstick.of(demand.choice, demand.wish, gauge, demand.rows),
            has_gap_everywhere=self.rechecker.has_gap_everywhere(project),
        )
        return Case(project, demand.present, demand.wish.wanted, demand.filters, applicant)
