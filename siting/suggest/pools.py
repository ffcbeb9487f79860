"""All that every project could have, for a plan to choose from: nothing is shared out here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from siting.candidates import FILTERS, Recheck, Rechecker
from siting.check import Memory
from siting.city import City
from siting.gathering import Region
from siting.model import Atlas, Form, Option, RepairSearch, Report, Site, SiteKind, Text
from siting.rulebook import RuleBook
from siting.suggest import notes
from siting.suggest.bureau import Bureau, Served
from siting.suggest.cases import Case, Lot
from siting.suggest.made import Workshop
from siting.suggest.offers import tier
from siting.suggest.outlines import outlines_of
from siting.suggest.sites import site_of
from siting.suggest.wording import joined

#: Parcels that are re-checked at first, for each one that is asked for.
_SPARE = 2
#: Sites that are the project's own red line, as it is or corrected.
_LINES = frozenset({SiteKind.RED_LINE, SiteKind.REPAIRED})


@dataclass(frozen=True, eq=False, slots=True)
class Pools:
    """The options of every project that a plan can place, best first.

    ``notes`` say per project what is not known of its demand or of the data, ``blocked`` why a
    project has no option at all.

    ``cut_short`` are the projects that have more parcels than were asked for. ``left_out`` are
    those that no plan can place, and why. ``why_not`` says of sites that were asked for by name
    why a project cannot have them: (project, site) → reason.
    """

    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    cut_short: frozenset[str] = frozenset()
    left_out: Mapping[str, Text] = field(default_factory=dict)
    why_not: Mapping[tuple[str, str], Text] = field(default_factory=dict)
    notes: Mapping[str, Text] = field(default_factory=dict)
    blocked: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """What is asked beyond the options that come by themselves.

    ``named`` has per project the ids of sites that somebody decided about: they are options
    wherever they break nothing, however many are better. ``memory`` is that of
    :func:`siting.suggest.suggest`.
    """

    named: Mapping[str, Collection[str]] = field(default_factory=dict)
    memory: Memory | None = None


def pools_of(
    atlas: Atlas,
    rule_book: RuleBook,
    report: Report,
    *,
    city: City,
    as_of: dt.date,
    asked: Asked | None = None,
) -> Pools:
    """Return the options of the projects at the stages of ``[suggest]``.

    Parameters
    ----------
    atlas, rule_book, city, as_of
        As for :func:`siting.suggest.suggest`; ``city.plan`` says how many parcels each project
        may choose among, and what is deducted from scores.
    report
        On the present red lines, with the corrected ones (``repairs``).
    asked
        Sites named by somebody.

    Returns
    -------
    Pools
        For each project its present red line where it breaks no prohibited rule, its corrected
        red lines, the best ``candidates`` whole parcels, and made sites. The same land may be
        an option of several projects.

    Raises
    ------
    ReadError, ConfigError, SchemaError, ProblemsError
        As :func:`siting.suggest.suggest`.
    """
    wanting = [project for project in atlas.projects if project.stage in city.suggest.stages]
    linear = {project.id for project in wanting if project.form is Form.LINEAR}
    left_out = dict.fromkeys(sorted(linear), notes.LINEAR)
    areal = [project for project in wanting if project.id not in linear]
    asked = asked or Asked()
    bureau = Bureau.of(atlas, rule_book, report, city=city, as_of=as_of, memory=asked.memory)
    if bureau is None:
        return Pools(left_out=left_out | dict.fromkeys((p.id for p in areal), notes.NO_PARCELS))
    served = bureau.served(areal)
    left_out.update(dict.fromkeys(served.undemanding, notes.NO_DEMAND))
    return _Gatherer(city, served, asked.named).pools(report.repairs or (), left_out)


@dataclass(frozen=True, eq=False)
class _Gatherer:
    """Finds the options of all cases."""

    city: City
    served: Served
    named: Mapping[str, Collection[str]]

    @property
    def _workshop(self) -> Workshop:
        return self.served.workshop

    @property
    def _rechecker(self) -> Rechecker:
        return self._workshop.rechecker

    @cached_property
    def _region(self) -> Region:
        return self._workshop.region()

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {parcel_id: row for row, parcel_id in enumerate(self._workshop.parcels.ids)}

    def pools(self, repairs: Sequence[RepairSearch], left_out: Mapping[str, Text]) -> Pools:
        cases = self.served.cases
        depth = self._examine(cases)
        outlines = outlines_of(cases, repairs, self._workshop)
        made = self._workshop.sought(cases) if self.city.suggest.made_count else None
        options, cut_short = {}, set(made.cut_short if made else ())
        for case in cases:
            name = case.project.id
            whole = [self._option(case, lot) for lot in self._whole(case, depth[name])]
            whole.sort(key=_by_points)
            kept = self._kept(name, whole)
            if len(kept) < len(whole) or depth[name] < len(case.applicant.pool):
                cut_short.add(name)
            others = (*outlines.get(name, ()), *(made.lots.get(name, ()) if made else ()))
            every = [*kept, *(self._option(case, lot) for lot in others)]
            options[name] = tuple(sorted(_distinct(every), key=_by_points))
        return Pools(
            options,
            frozenset(cut_short),
            left_out,
            dict(self._why_not(options)),
            {case.project.id: self._note(case, repairs) for case in cases},
            {c.project.id: self._blocked(c) for c in cases if not options[c.project.id]},
        )

    def _examine(self, cases: Sequence[Case]) -> dict[str, int]:
        """Re-check each pool, best first, until enough parcels break nothing; return how deep."""
        wanted, known = self.city.plan.candidates, self._rechecker.known
        depth = {case.project.id: min(_SPARE * wanted, len(case.applicant.pool)) for case in cases}
        while True:
            self._rechecker.recheck(
                (case.project.id, row) for case in cases for row in self._rows(case, depth)
            )
            short = [
                case
                for case in cases
                if depth[case.project.id] < len(case.applicant.pool)
                and sum(known[case.project.id, r].is_clean() for r in self._rows(case, depth))
                < wanted
            ]
            if not short:
                return depth
            for case in short:
                name = case.project.id
                depth[name] = min(2 * depth[name], len(case.applicant.pool))

    def _rows(self, case: Case, depth: Mapping[str, int]) -> Iterator[int]:
        """Return the parcels of a case that are looked at: the best, and those named."""
        pool = case.applicant.pool
        yield from pool[: depth[case.project.id]]
        named = {self._positions.get(name, -1) for name in self.named.get(case.project.id, ())}
        yield from (row for row in pool[depth[case.project.id] :] if row in named)

    def _whole(self, case: Case, depth: int) -> Iterator[Lot]:
        must = self.served.must_acquire
        for row in self._rows(case, {case.project.id: depth}):
            if self._rechecker.known[case.project.id, row].is_clean():
                state = None if must is None else bool(must[row])
                yield Lot(row, case.applicant, self._rechecker, state)

    def _kept(self, project_id: str, options: Sequence[Option]) -> list[Option]:
        named = self.named.get(project_id, ())
        best = self.city.plan.candidates
        return [
            option for rank, option in enumerate(options) if rank < best or option.site.id in named
        ]

    def _option(self, case: Case, lot: Lot) -> Option:
        yardstick = lot.applicant.yardstick
        measured = yardstick.measured(lot.row, lot.recheck)
        site = site_of(lot, self._region)
        is_line = site.kind in _LINES
        not_compared = () if is_line else case.filters.not_compared
        return Option(
            project_id=lot.applicant.project_id,
            site=site,
            score=measured.merit / 100,
            deductions=self._deductions(case, lot, site),
            must_acquire=lot.must_acquire,
            remains=lot.recheck.remaining,
            not_checked=(*not_compared, *lot.recheck.not_checked),
            distance_m=yardstick.distance_m(lot.row),
        )

    def _deductions(self, case: Case, lot: Lot, site: Site) -> dict[str, float]:
        group = tier(lot.recheck)
        causes = {
            "must_acquire": bool(lot.must_acquire),
            "assembled": site.kind is SiteKind.ASSEMBLED,
            "carved": site.kind is SiteKind.CARVED,
            "restricted": bool(group % 2),
            "not_checked": bool(group // 2),
            "elsewhere": bool(case.present.red_lines) and site.kind not in _LINES,
            "not_on_offer": lot.is_off_offer,
        }
        points = self.city.plan.deductions
        return {cause: points[cause] for cause, is_so in causes.items() if is_so and points[cause]}

    def _blocked(self, case: Case) -> Text:
        """Return the step after which nothing is left of the city's parcels."""
        left = np.ones(len(self._workshop.parcels), dtype=bool)
        for step, title in FILTERS.items():
            left = case.filters.left(left, step)
            if not left.any():
                return notes.nothing_left(title)
        rows = [
            row for row in case.applicant.pool if (case.project.id, row) in self._rechecker.known
        ]
        broken = {code for r in rows for code in self._rechecker.known[case.project.id, r].broken}
        titles = self._rechecker.titles()
        return notes.all_break([titles[code] for code in sorted(broken)])

    def _note(self, case: Case, repairs: Sequence[RepairSearch]) -> Text:
        unchecked = notes.NO_SITE_FULLY_CHECKED if case.applicant.best_tier else Text("")
        said = (*case.wanted.notes, *case.filters.notes, *case.applicant.yardstick.notes)
        # a red line that nobody tried to correct must not read as one that cannot be
        not_tried = (
            search.blocked_by or Text("")
            for search in repairs
            if search.project_id == case.project.id and not search.tried
        )
        left_out = notes.invalid_parcels(self._workshop.parcels.left_out)
        return joined((*said, unchecked, *dict.fromkeys(not_tried), left_out)) or Text("")

    def _why_not(
        self, options: Mapping[str, Sequence[Option]]
    ) -> Iterator[tuple[tuple[str, str], Text]]:
        cases = {case.project.id: case for case in self.served.cases}
        for project_id, names in sorted(self.named.items()):
            have = {option.site.id for option in options.get(project_id, ())}
            for name in sorted(set(names) - have):
                if project_id in cases:
                    yield (project_id, name), self._reason(cases[project_id], name)

    def _reason(self, case: Case, name: str) -> Text:
        """Return why a project cannot have a site that is named."""
        row = self._positions.get(name, -1)
        if row < 0:
            return notes.NO_SUCH_SITE
        failed = [FILTERS[step] for step in case.filters.failed_by(row)]
        recheck: Recheck | None = self._rechecker.known.get((case.project.id, row))
        titles = self._rechecker.titles()
        broken = [titles[code] for code in recheck.broken] if recheck else []
        return notes.fails(failed, broken)


def _by_points(option: Option) -> tuple[float, str]:
    return -option.points, option.site.id


def _distinct(options: Iterable[Option]) -> list[Option]:
    """Return the options with each site once, the first of its name."""
    return list({option.site.id: option for option in reversed(list(options))}.values())
