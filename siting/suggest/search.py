"""The search for every project at once: filters, re-check, shares, ranks and reasons.

How a rank comes about is told for planners in ``docs/suggest.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from siting.candidates import Rechecker
from siting.check import Memory
from siting.city import City
from siting.gathering import Region
from siting.model import (
    Atlas,
    Form,
    NearMiss,
    Project,
    Report,
    Search,
    Site,
    Suggestion,
    Text,
)
from siting.rulebook import RuleBook
from siting.suggest import notes
from siting.suggest.bureau import Bureau, present_of
from siting.suggest.cases import Case, Lot, Mask
from siting.suggest.chainage import chainage_table
from siting.suggest.contending import ranking_of_lots
from siting.suggest.funnel import (
    LIFT_LIMIT,
    LIFT_LIMIT_WITH_SITES,
    FunnelReader,
    blocking_text,
)
from siting.suggest.made import MadeOffers
from siting.suggest.near_miss import NearMissFinder
from siting.suggest.offers import Offers, share_lists
from siting.suggest.sites import site_of
from siting.suggest.wording import (
    choice_note,
    joined,
    left_out_note,
    titles_of,
    what_text,
    why_text,
)


def suggest(
    atlas: Atlas,
    rule_book: RuleBook,
    report: Report,
    *,
    city: City,
    as_of: dt.date,
    memory: Memory | None = None,
) -> tuple[Search, ...]:
    """Return one search per project at the stages of ``[suggest]``, ordered by project id.

    Parameters
    ----------
    atlas
        The city, in its working CRS; candidates are the parcels of role ``parcel``.
    rule_book
        Every site that is offered was re-checked with it, by the engine of ``check``.
    report
        The report on the present red lines: what a site *resolves* is read there.
    city
        ``[suggest]`` gives stages, count, weights and the columns.
    as_of
        The day that decides which rules are in force.
    memory
        Has what was judged of candidates before, and takes in what is new; the searches are
        the same with any.

    Returns
    -------
    tuple[Search, ...]
        Area projects, and those without a red line, get up to ``count`` sites, no land
        twice in the whole list; linear projects get their chainage instead. Where there
        is no site, ``blocked_by`` says why.

    Raises
    ------
    ReadError, ConfigError, ProblemsError
        For profiles that cannot be used, an unknown criterion, weights that are all 0, or a
        supply column without states.
    SchemaError
        When ``[suggest]`` names a column that the parcel layer does not have.
    """
    wanting = [project for project in atlas.projects if project.stage in city.suggest.stages]
    linear = [project for project in wanting if project.form is Form.LINEAR]
    areal = [project for project in wanting if project.form is not Form.LINEAR]
    searches = [_linear_search(project, atlas, report) for project in linear]
    bureau = Bureau.of(atlas, rule_book, report, city=city, as_of=as_of, memory=memory)
    if bureau is None:
        searches.extend(_blocked(project.id, notes.NO_PARCELS) for project in areal)
    else:
        searches.extend(_Desk(bureau).serve(areal))
    return tuple(sorted(searches, key=lambda search: search.project_id))


def _blocked(project_id: str, reason: Text, *, note: Text | None = None) -> Search:
    return Search(project_id, (), (), blocked_by=reason, note=note)


def _linear_search(project: Project, atlas: Atlas, report: Report) -> Search:
    present = present_of(project, atlas, report)
    if not present.red_lines:
        return _blocked(project.id, notes.NO_CORRIDOR, note=notes.LINEAR)
    rows = tuple(
        row
        for line in sorted(present.red_lines, key=lambda line: line.id)
        for row in chainage_table(line, atlas.districts, report.findings)
    )
    return Search(project.id, (), (), note=notes.LINEAR, chainage=rows)


@dataclass(frozen=True, eq=False, slots=True)
class _Given:
    """What was shared out: whole parcels and made sites, and the region they lie in."""

    offers: Offers
    made: MadeOffers
    must_acquire: Mask | None
    region: Region


@dataclass(frozen=True, eq=False, slots=True)
class _Desk:
    """Serves all area projects together, so that no land is offered twice."""

    bureau: Bureau

    @property
    def rechecker(self) -> Rechecker:
        return self.bureau.rechecker

    def serve(self, projects: Sequence[Project]) -> list[Search]:
        served = self.bureau.served(projects)
        cases, workshop = served.cases, served.workshop
        applicants = [case.applicant for case in cases]
        offers = share_lists(applicants, self.rechecker, must_acquire=served.must_acquire)
        made = workshop.made(cases, offers)
        given = _Given(offers, made, served.must_acquire, workshop.region())
        readers = [self._reader(case, offers) for case in cases]
        self.rechecker.recheck(key for reader in readers for key in reader.asked())
        searches = [_blocked(name, notes.NO_DEMAND) for name in served.undemanding]
        searches.extend(
            self._search(case, given, reader) for case, reader in zip(cases, readers, strict=True)
        )
        return searches

    def _whole(self, case: Case, row: int, given: _Given) -> Lot:
        must = given.must_acquire
        state = None if must is None else bool(must[row])
        return Lot(row, case.applicant, self.rechecker, state)

    def _lots(self, case: Case, given: _Given) -> list[Lot]:
        """Return what a project is offered; what must first be acquired stands last."""
        project_id = case.project.id
        whole = [self._whole(case, row, given) for row in given.offers.rows[project_id]]
        lots = [*whole, *given.made.lots.get(project_id, ())]
        return sorted(lots, key=lambda lot: (bool(lot.must_acquire), *lot.order))

    def _reader(self, case: Case, offers: Offers) -> FunnelReader:
        project_id, pool = case.project.id, case.applicant.pool
        return FunnelReader(
            project_id=project_id,
            wanted=case.wanted,
            parcels=self.bureau.parcels,
            filters=case.filters,
            rechecker=self.rechecker,
            pool=pool,
            examined=offers.examined[project_id],
            free=lambda some: offers.free(some, project_id=project_id),
            limit=LIFT_LIMIT_WITH_SITES if offers.rows[project_id] else LIFT_LIMIT,
        )

    def _nearest(self, case: Case, given: _Given, reader: FunnelReader) -> NearMiss | None:
        """Return the best infeasible site."""
        return NearMissFinder(
            project_id=reader.project_id,
            wanted=reader.wanted,
            filters=reader.filters,
            rechecker=self.rechecker,
            free=reader.free,
            known_free=frozenset(reader.clean_rows()),
            unsure=frozenset(reader.pool) - frozenset(reader.examined),
            site=lambda row: site_of(self._whole(case, row, given), given.region),
        ).nearest()

    def _search(self, case: Case, given: _Given, reader: FunnelReader) -> Search:
        project_id, lots = case.project.id, self._lots(case, given)
        steps = reader.steps()
        is_sought = not lots or self.rechecker.city.suggest.nearest_for_all
        return Search(
            project_id=project_id,
            funnel=steps,
            suggestions=tuple(
                self._suggestion(case, lot, site_of(lot, given.region), rank)
                for rank, lot in enumerate(lots, start=1)
            ),
            blocked_by=None if lots else blocking_text(steps),
            note=self._note(case, given, lots),
            nearest=self._nearest(case, given, reader) if is_sought else None,
            profile=case.applicant.yardstick.used(),
            ranking=ranking_of_lots(lots, case.applicant.yardstick),
            access=case.applicant.yardstick.access(),
        )

    def _suggestion(self, case: Case, lot: Lot, site: Site, rank: int) -> Suggestion:
        yardstick, recheck = lot.applicant.yardstick, lot.recheck
        measured = yardstick.measured(lot.row, recheck)
        resolves = tuple(code for code in case.present.broken if code in recheck.free)
        not_checked = (*case.filters.not_compared, *recheck.not_checked)
        return Suggestion(
            project_id=case.project.id,
            rank=rank,
            site=site,
            score=measured.score.points,
            contributions=measured.score.contributions,
            criteria=measured.measures,
            worths=measured.worths,
            resolves=resolves,
            remains=recheck.remaining,
            not_checked=not_checked,
            distance_m=yardstick.distance_m(lot.row),
            why=why_text(
                measured,
                yardstick,
                what=what_text(site),
                resolves=titles_of(resolves, self.rechecker.rule_book),
                not_checked=titles_of(not_checked, self.rechecker.rule_book),
            ),
            must_acquire=lot.must_acquire,
        )

    def _note(self, case: Case, given: _Given, lots: Sequence[Lot]) -> Text | None:
        project_id = case.project.id
        yardstick = case.applicant.yardstick
        return joined(
            (
                choice_note(yardstick.choice),
                *case.wanted.notes,
                *case.filters.notes,
                left_out_note(yardstick.left_out),
                *yardstick.notes,
                notes.NO_SITE_FULLY_CHECKED if case.applicant.best_tier else Text(""),
                notes.CUT_SHORT if project_id in given.offers.cut_short else Text(""),
                notes.MADE_CUT_SHORT if project_id in given.made.cut_short else Text(""),
                notes.NONE_WHOLE if lots and all(lot.made for lot in lots) else Text(""),
                notes.unreadable_red_lines(
                    sum(not refusal.is_repaired for refusal in self.bureau.atlas.refused_red_lines)
                ),
                notes.lost_promises(self.bureau.parcels.lost_promises),
                notes.invalid_parcels(self.bureau.parcels.left_out),
            )
        )
