"""The alternatives of a project: its present red lines, offered sites, corrected red lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from siting.check.totals import main_districts
from siting.city import City
from siting.compare.records import Certainty, Change, Criterion, Mark, Named, Option, OptionKind
from siting.compare.words import NEAREST_WHAT, PRESENT_WHAT
from siting.mapping.release import Scope, is_drawable, parcel_release
from siting.mapping.repairs import repair_release
from siting.measure import EllipsoidalMeasure
from siting.model import (
    KIND_NAMES,
    NO_TEXT,
    Atlas,
    NearMiss,
    Project,
    RedLineResult,
    Release,
    Repair,
    RepairSearch,
    Report,
    RuleSummary,
    Search,
    Site,
    Standing,
    Status,
    Suggestion,
    Text,
    Verdict,
    narrowest,
)
from siting.repair.reasons import WAY_NAMES

#: Verdicts that a red line meets the rule, as far as that is known.
_MET = frozenset({Status.CONFLICT, Status.EXCEPTION_MAY_APPLY, Status.CONSULT})


@dataclass(frozen=True, eq=False)
class Material:
    """All that is known of one project: what a comparison is made of.

    ``search`` is None where nobody looks for sites for it (its stage is past that); ``repairs``
    are the searches for corrections of its own red lines, None where nobody asked for them.
    """

    project: Project
    report: Report
    atlas: Atlas
    city: City
    search: Search | None
    repairs: tuple[RepairSearch, ...] | None = None

    @cached_property
    def results(self) -> tuple[RedLineResult, ...]:
        """The project's present red lines, by id."""
        own = (r for r in self.report.results if r.red_line.project_id == self.project.id)
        return tuple(sorted(own, key=lambda result: result.red_line.id))

    @cached_property
    def corrected(self) -> tuple[tuple[RepairSearch, Repair], ...]:
        """Its corrected red lines: of each red line by rank."""
        return tuple(
            (search, repair)
            for search in sorted(self.repairs or (), key=lambda search: search.red_line_id)
            for repair in sorted(search.repairs, key=lambda repair: repair.rank)
        )

    @cached_property
    def rules(self) -> Mapping[str, RuleSummary]:
        """Rules by code."""
        return {rule.code: rule for rule in self.report.rules}

    @cached_property
    def filters(self) -> Mapping[str, Text]:
        """Titles of the search's filters by name: a site may not have been compared in one."""
        return {step.name: step.title for step in self.search.funnel} if self.search else {}

    def named(self, code: str, area_m2: float | None = None) -> Named:
        """Return a rule or a filter with its title; what nobody knows is its own title."""
        rule = self.rules.get(code)
        if rule is None:
            return Named(code, self.filters.get(code, Text(code)), area_m2, is_rule=False)
        return Named(code, rule.title, area_m2)

    def all_named(self, codes: Iterable[str]) -> tuple[Named, ...]:
        """Return rules by their codes, each once, in order."""
        return tuple(self.named(code) for code in dict.fromkeys(codes))

    @cached_property
    def parcels(self) -> Release:
        """The release of the parcels, along whose edges sites run."""
        return parcel_release(self.atlas)

    def drawable(self, shape: BaseGeometry, release: Release) -> BaseGeometry | None:
        """Return a shape as far as a page of the whole city may show it."""
        return shape if is_drawable(release, Scope()) else None


def present_options(material: Material) -> Iterator[Option]:
    """Yield the present red lines with what they break, and what was not checked of them."""
    for number, result in enumerate(material.results, start=1):
        line = result.red_line
        own = [v for v in material.report.verdicts if v.red_line_id == line.id]
        yield Option(
            OptionKind.PRESENT,
            number,
            line.id,
            PRESENT_WHAT,
            result.district,
            result.area_m2,
            result.area_ellipsoidal_m2,
            NO_TEXT,
            line.geometry,
            conflict_area_m2=result.conflict_area_m2,
            remains=tuple(
                material.named(verdict.code, verdict.area_m2 or None)
                for verdict in sorted(own, key=_badness)
                if verdict.status in _MET
            ),
            not_checked=material.all_named(v.code for v in own if v.gaps),
        )


def _badness(verdict: Verdict) -> tuple[int, float, str]:
    return verdict.severity.rank, -verdict.area_m2, verdict.code


def site_options(material: Material, criteria: Iterable[Criterion]) -> Iterator[Option]:
    """Yield the offered sites by rank; with their certainty where the search tells one."""
    if material.search is None:
        return
    ranking, names = material.search.ranking, [criterion.name for criterion in criteria]
    standings = {s.site_id: s for s in ranking.standings} if ranking else {}
    for offer in sorted(material.search.suggestions, key=lambda offer: offer.rank):
        yield _site_option(material, offer, names, standings.get(offer.site.id))


def _site_option(
    material: Material, offer: Suggestion, names: Iterable[str], standing: Standing | None
) -> Option:
    site = offer.site
    return Option(
        OptionKind.SITE,
        offer.rank,
        site.id,
        _what(site),
        site.district,
        site.area_m2,
        site.area_ellipsoidal_m2,
        offer.why,
        _site_shape(material, site),
        score=offer.score,
        marks={name: _mark(offer, name) for name in names},
        certainty=_certainty(standing),
        resolves=material.all_named(offer.resolves),
        remains=material.all_named(offer.remains),
        not_checked=material.all_named(offer.not_checked),
        must_acquire=offer.must_acquire,
        distance_m=offer.distance_m,
        attributes=site.attributes,
    )


def _what(site: Site) -> Text:
    """Return what land a site is: its kind, and the classes of land that the kind does not say."""
    names = [KIND_NAMES[kind] for kind in dict.fromkeys((site.kind, *site.classes))]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _site_shape(material: Material, site: Site) -> BaseGeometry | None:
    return material.drawable(site.geometry, narrowest((material.parcels, site.release)))


def _mark(offer: Suggestion, name: str) -> Mark:
    """Return how a site does in a criterion; an unknown figure has no worth of its own."""
    measure = offer.criteria[name]
    points = offer.contributions[name]
    if math.isnan(measure):
        return Mark(None, None, points)
    return Mark(measure, offer.worths[name], points)


def _certainty(standing: Standing | None) -> Certainty | None:
    if standing is None:
        return None
    return Certainty(
        standing.by_place[0] if standing.by_place else 0.0,
        standing.top_share,
        standing.is_unbeaten,
        standing.closeness,
        standing.text,
        standing.behind.text if standing.behind else None,
    )


def repair_options(material: Material) -> Iterator[Option]:
    """Yield the corrected red lines: of each red line by rank, numbered through."""
    lines = {result.red_line.id: result for result in material.results}
    measure = EllipsoidalMeasure(material.city.crs, material.report.area_of_record)
    outlines = [repair.red_line for _, repair in material.corrected]
    areas = measure.areas_m2([outline.geometry for outline in outlines])
    places = main_districts(outlines, material.atlas.district_rows)
    rows = zip(material.corrected, areas, places, strict=True)
    for number, ((search, repair), area_m2, place) in enumerate(rows, start=1):
        drawn = _repair_option(material, repair, lines[search.red_line_id])
        yield replace(drawn, number=number, area_ellipsoidal_m2=float(area_m2), district=place)


def _repair_option(material: Material, repair: Repair, result: RedLineResult) -> Option:
    figures = repair.figures
    # matters that are never on a map are the same everywhere, and no finding speaks of them
    asked = {
        verdict.code
        for verdict in material.report.verdicts
        if verdict.red_line_id == result.red_line.id
        and verdict.status is Status.CONSULT
        and not verdict.finding_ids
    }
    kept = {found.code for found in repair.remains} | asked
    gone = {found.code for found in material.report.findings if found.id in repair.resolves}
    left = {found.code for found in (*repair.remains, *repair.introduces)}
    return Option(
        OptionKind.REPAIR,
        repair.rank,
        repair.red_line.id,
        WAY_NAMES[repair.way],
        result.district,
        figures.area_m2,
        math.nan,
        repair.says,
        material.drawable(repair.geometry, repair_release(repair, material.atlas)),
        resolves=material.all_named(sorted(gone - left)),
        remains=material.all_named(sorted(kept)),
        introduces=material.all_named(sorted({found.code for found in repair.introduces})),
        not_checked=material.all_named(repair.not_checked),
        distance_m=float(shapely.distance(repair.geometry, result.red_line.geometry)),
        change=Change(
            figures.moved_m,
            figures.area_lost_m2,
            figures.area_gained_m2,
            figures.min_width_m,
            figures.frontage_m,
        ),
    )


def nearest_option(material: Material) -> Iterator[Option]:
    """Yield the best infeasible site where there is no other: what stands in its way is its why."""
    if material.search is None or material.search.suggestions or material.search.nearest is None:
        return
    found: NearMiss = material.search.nearest
    site = found.site
    yield Option(
        OptionKind.NEAREST,
        1,
        site.id,
        NEAREST_WHAT,
        site.district,
        site.area_m2,
        site.area_ellipsoidal_m2,
        found.why,
        _site_shape(material, site),
        conflict_area_m2=found.conflict_area_m2,
        remains=tuple(
            Named(each.code, each.title, each.area_m2, is_rule=each.is_rule)
            for each in found.obstacles
        ),
        attributes=site.attributes,
    )
