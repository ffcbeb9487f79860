"""The search for every project at once: filters, re-check, shares, ranks and reasons.

How a rank comes about is told for planners in ``docs/suggest.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siting.candidates import (
    Filters,
    Parcels,
    PlanRules,
    Rechecker,
    Wanted,
    filter_parcels,
    gather_parcels,
    wanted_land,
)
from siting.check import Memory
from siting.city import City
from siting.measure import EllipsoidalMeasure
from siting.model import (
    Atlas,
    Form,
    NearMiss,
    Project,
    RedLine,
    Report,
    Search,
    Site,
    Status,
    Suggestion,
    Text,
)
from siting.rulebook import RuleBook
from siting.score import DISTANCE, weights_of
from siting.suggest.chainage import chainage_table
from siting.suggest.funnel import (
    LIFT_LIMIT,
    LIFT_LIMIT_WITH_SITES,
    FunnelReader,
    blocking_text,
)
from siting.suggest.measures import Surroundings, Yardstick, place_of
from siting.suggest.near_miss import NearMissFinder
from siting.suggest.offers import Applicant, Offers, share_out
from siting.suggest.wording import attributes_of, joined, left_out_note, titles_of, why_text

_BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)


@dataclass(frozen=True, eq=False, slots=True)
class _Present:
    """What the report says of a project's present red lines."""

    red_lines: tuple[RedLine, ...]
    district: str
    broken: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Case:
    """One project that can be searched for: its demand, its filters, its place in the queue."""

    project: Project
    present: _Present
    wanted: Wanted
    filters: Filters
    applicant: Applicant


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
    ConfigError
        For an unknown criterion, weights that are all 0, or a supply column without states.
    SchemaError
        When ``[suggest]`` names a column that the parcel layer does not have.
    """
    weights = weights_of(city.suggest.weights, path=city.path)
    wanting = [project for project in atlas.projects if project.stage in city.suggest.stages]
    linear = [project for project in wanting if project.form is Form.LINEAR]
    areal = [project for project in wanting if project.form is not Form.LINEAR]
    searches = [_linear_search(project, atlas, report) for project in linear]
    plan = PlanRules.of(rule_book, as_of)
    parcels = gather_parcels(atlas, city, zoning_column=plan.code_column)
    if parcels is None:
        searches.extend(_blocked(project.id, _NO_PARCELS) for project in areal)
    else:
        rechecker = Rechecker(atlas, rule_book, city, as_of, parcels, memory)
        bureau = _Bureau(atlas, report, rechecker, weights, plan)
        searches.extend(bureau.serve(areal))
    return tuple(sorted(searches, key=lambda search: search.project_id))


def _blocked(project_id: str, reason: Text, *, note: Text | None = None) -> Search:
    return Search(project_id, (), (), blocked_by=reason, note=note)


def _present(project: Project, atlas: Atlas, report: Report) -> _Present:
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
    return _Present(lines, district, tuple(sorted(broken)))


def _linear_search(project: Project, atlas: Atlas, report: Report) -> Search:
    present = _present(project, atlas, report)
    if not present.red_lines:
        return _blocked(project.id, _NO_CORRIDOR, note=_LINEAR)
    rows = tuple(
        row
        for line in sorted(present.red_lines, key=lambda line: line.id)
        for row in chainage_table(line, atlas.districts, report.findings)
    )
    return Search(project.id, (), (), note=_LINEAR, chainage=rows)


@dataclass(frozen=True, eq=False, slots=True)
class _Bureau:
    """Serves all area projects together, so that no land is offered twice."""

    atlas: Atlas
    report: Report
    rechecker: Rechecker
    weights: dict[str, float]
    plan: PlanRules

    @property
    def parcels(self) -> Parcels:
        return self.rechecker.parcels

    def serve(self, projects: Sequence[Project]) -> list[Search]:
        spec = self.rechecker.city.suggest
        around = Surroundings.of(self.parcels, self.atlas, spec)
        searches: list[Search] = []
        cases: list[_Case] = []
        ordered = sorted(projects, key=lambda p: (spec.stages.index(p.stage), p.id))
        for project in ordered:
            present = _present(project, self.atlas, self.report)
            wanted = wanted_land(project, present.red_lines, spec)
            if wanted is None:
                searches.append(_blocked(project.id, _NO_DEMAND))
            else:
                cases.append(self._case(project, present, wanted, around))
        applicants = [case.applicant for case in cases]
        offers = share_out(applicants, self.rechecker, count=spec.count)
        readers = [self._reader(case, offers) for case in cases]
        self.rechecker.recheck(key for reader in readers for key in reader.asked())
        searches.extend(
            self._search(case, offers, reader) for case, reader in zip(cases, readers, strict=True)
        )
        return searches

    def _case(
        self, project: Project, present: _Present, wanted: Wanted, around: Surroundings
    ) -> _Case:
        filters = filter_parcels(self.parcels, project, wanted, self.plan)
        rows = np.flatnonzero(filters.passing())
        place = place_of(project, present.red_lines, present.district, self.atlas)
        applicant = Applicant.of(
            project.id,
            yardstick=Yardstick.of(self.parcels, around, place=place, wanted=wanted, rows=rows),
            weights=self.weights,
            has_gap_everywhere=self.rechecker.has_gap_everywhere(project),
        )
        return _Case(project, present, wanted, filters, applicant)

    def _reader(self, case: _Case, offers: Offers) -> FunnelReader:
        project_id, pool = case.project.id, case.applicant.pool
        return FunnelReader(
            project_id=project_id,
            wanted=case.wanted,
            parcels=self.parcels,
            filters=case.filters,
            rechecker=self.rechecker,
            pool=pool,
            examined=pool[: offers.depth[project_id]],
            free=lambda some: offers.free(some, project_id=project_id),
            limit=LIFT_LIMIT_WITH_SITES if offers.rows[project_id] else LIFT_LIMIT,
        )

    def _nearest(self, reader: FunnelReader) -> NearMiss | None:
        """Return the best infeasible site."""
        return NearMissFinder(
            project_id=reader.project_id,
            wanted=reader.wanted,
            filters=reader.filters,
            rechecker=self.rechecker,
            free=reader.free,
            known_free=frozenset(reader.clean_rows()),
            unsure=frozenset(reader.pool) - frozenset(reader.examined),
            site=self._site,
        ).nearest()

    def _search(self, case: _Case, offers: Offers, reader: FunnelReader) -> Search:
        project_id = case.project.id
        rows = offers.rows[project_id]
        steps = reader.steps()
        is_sought = not rows or self.rechecker.city.suggest.nearest_for_all
        return Search(
            project_id=project_id,
            funnel=steps,
            suggestions=tuple(
                self._suggestion(case, row, rank) for rank, row in enumerate(rows, start=1)
            ),
            blocked_by=None if rows else blocking_text(steps),
            note=self._note(case, is_cut_short=project_id in offers.cut_short),
            nearest=self._nearest(reader) if is_sought else None,
        )

    def _suggestion(self, case: _Case, row: int, rank: int) -> Suggestion:
        applicant, yardstick = case.applicant, case.applicant.yardstick
        recheck = self.rechecker.known[case.project.id, row]
        score = applicant.score(row, recheck)
        measures = yardstick.measures(row, recheck)
        resolves = tuple(code for code in case.present.broken if code in recheck.free)
        not_checked = (*case.filters.not_compared, *recheck.not_checked)
        return Suggestion(
            project_id=case.project.id,
            rank=rank,
            site=self._site(row),
            score=score.points,
            contributions=score.contributions,
            criteria={name: round(measure, 4) for name, measure in measures.items()},
            resolves=resolves,
            remains=recheck.remaining,
            not_checked=not_checked,
            distance_m=measures.get(DISTANCE),
            why=why_text(
                score.contributions,
                measures,
                place=yardstick.place,
                resolves=titles_of(resolves, self.rechecker.rule_book),
                not_checked=titles_of(not_checked, self.rechecker.rule_book),
            ),
        )

    def _site(self, row: int) -> Site:
        geometry, city = self.parcels.geometries[row], self.rechecker.city
        measure = EllipsoidalMeasure(city.crs, city.area_of_record)
        return Site(
            id=self.parcels.ids[row],
            parcel_ids=(self.parcels.ids[row],),
            geometry=geometry,
            area_m2=float(self.parcels.areas_m2[row]),
            area_ellipsoidal_m2=float(measure.areas_m2([geometry])[0]),
            district=str(self.parcels.districts[row]),
            attributes=attributes_of(row, self.parcels, city.suggest),
        )

    def _note(self, case: _Case, *, is_cut_short: bool) -> Text | None:
        left_out = case.applicant.yardstick.left_out(self.weights)
        return joined(
            (
                *case.wanted.notes,
                *case.filters.notes,
                left_out_note(left_out),
                _NO_SITE_FULLY_CHECKED if case.applicant.best_tier else Text(""),
                _CUT_SHORT if is_cut_short else Text(""),
                _unreadable_red_lines(
                    sum(not refusal.is_repaired for refusal in self.atlas.refused_red_lines)
                ),
                _invalid_parcels(self.parcels.left_out),
            )
        )


def _unreadable_red_lines(count: int) -> Text:
    if not count:
        return Text("")
    return Text(
        f"有 {count} 条红线未能读入，其用地是否与所荐宗地重叠无从核对",
        f"{count} red line(s) could not be read: whether they claim a suggested site is not known",
    )


def _invalid_parcels(count: int) -> Text:
    if not count:
        return Text("")
    return Text(
        f"有 {count} 宗宗地几何无效或无面积，未参与比选",
        f"{count} parcel(s) with invalid geometry or no area took no part",
    )


_NO_PARCELS = Text("没有可用的宗地图层，未作搜索", "no usable parcel layer: nothing was searched")
_NO_DEMAND = Text(
    "缺用地需求：台账未写面积，项目没有可用红线，"
    "city.toml [suggest] 也未给 area_m2_min/area_m2_max",
    "the demand is missing: the ledger states no area, there is no usable red line, and "
    "[suggest] of city.toml gives no area_m2_min/area_m2_max",
)
_NO_CORRIDOR = Text(
    "线性项目尚无红线，无法列出里程表", "a linear project without a red line: no chainage to table"
)
_LINEAR = Text(
    "线性项目不荐宗地，列出分区里程表；红线为面时，里程沿最小外接矩形长轴近似量取",
    "a linear project gets no parcel alternatives but its table by district and chainage; for a "
    "polygon the chainage runs along the long axis of its minimum rotated rectangle (approximate)",
)
_CUT_SHORT = Text(
    "候选宗地多，只复核了评分靠前的部分；其余宗地中可能有核查更完整的",
    "many candidates: only the best by score were re-checked, and among the others there may be "
    "some that can be checked in full",
)
_NO_SITE_FULLY_CHECKED = Text(
    "有禁止性规则因图层缺失而未核查，所荐宗地均非全部核查",
    "a prohibited rule lacks its layer, so none of these sites is fully checked",
)
