"""What one page is made of: the report, narrowed to the city or to one district.

A red line belongs, whole, to every district in which it has land, so one on a border
stands on both pages; its findings stand where their piece lies. A project without red
line belongs to the district that the ledger names, or to the city's page alone. A
suggested site belongs to its own district; the project's district learns that there is
one elsewhere, and no more. (The hand-over packages are cut by the same words.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import City
from siting.compose import use_titles
from siting.mapping.release import Scope, is_drawable, parcel_release, release_of
from siting.mapping.shapes import WHOLE, Detail
from siting.mapping.styles import Look, looks_for
from siting.model import (
    Atlas,
    Finding,
    Layer,
    NearMiss,
    Outcome,
    Project,
    RedLineResult,
    Release,
    Report,
    RuleSummary,
    Search,
    Site,
    Suggestion,
    Text,
    Verdict,
    narrowest,
)
from siting.planning import CityPlan, Listener, Scenario
from siting.planning.tables import release_of_site
from siting.report import has_land_in


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan of the city, and its scenarios, as maps show them."""

    plan: CityPlan
    scenarios: tuple[Scenario, ...] = ()

    @property
    def plans(self) -> tuple[CityPlan, ...]:
        """The plan itself, then the scenarios' plans."""
        return (self.plan, *(scenario.plan for scenario in self.scenarios))


@dataclass(frozen=True, eq=False)
class Subject:
    """The records of one page and the scope that they are narrowed to."""

    report: Report
    searches: tuple[Search, ...]
    atlas: Atlas
    city: City
    scope: Scope
    planned: Planned | None = None
    detail: Detail = WHOLE

    @cached_property
    def results(self) -> tuple[RedLineResult, ...]:
        """Red lines of the scope, worst first: outcome, severity, hectares, id."""
        area = self.scope.area
        chosen = [
            result
            for result in self.report.results
            if area is None or has_land_in(result.red_line.geometry, area)
        ]
        return tuple(sorted(chosen, key=_badness))

    @cached_property
    def unplaced(self) -> tuple[Project, ...]:
        """Projects of the scope without any red line in the report, in order of id."""
        drawn = {result.red_line.project_id for result in self.report.results}
        return tuple(
            sorted(
                (p for p in self.report.projects if p.id not in drawn and self._is_here(p)),
                key=lambda project: project.id,
            )
        )

    def _is_here(self, project: Project) -> bool:
        if not self.scope.is_district:
            return True
        return bool(project.district) and self.district_code(project.district) == self.scope.code

    @cached_property
    def guests(self) -> tuple[Project, ...]:
        """Projects of other districts with a site in this one, offered or planned; by id."""
        ids = {
            search.project_id
            for search in self.searches
            if search.project_id not in self.own_ids
            and any(map(self.is_site_here, search.suggestions))
        }
        for plan in self.planned.plans if self.planned else ():
            placed = self.listener(plan).placed
            ids.update(one.row.project.id for one in placed if not one.is_own)
        return tuple(sorted((p for p in self.report.projects if p.id in ids), key=lambda p: p.id))

    @cached_property
    def own_ids(self) -> frozenset[str]:
        """Ids of the projects that are the scope's own: by a red line here, or by the ledger."""
        own = {result.red_line.project_id for result in self.results}
        own.update(project.id for project in self.unplaced)
        return frozenset(own)

    def listener(self, plan: CityPlan) -> Listener:
        """Return what this page may tell of a plan, or of a scenario's."""
        if not self.scope.is_district:
            return Listener(plan)
        suggested = (one.site for search in self.searches for one in search.suggestions)
        known = {site.id: site.geometry for site in suggested}
        return Listener(plan, self.own_ids, self.scope.area, self.scope.code, known)

    def is_site_here(self, offer: Suggestion | NearMiss) -> bool:
        """True when a suggested site, or the nearest infeasible one, has land in the scope."""
        return self.is_land_here(offer.site.geometry)

    def is_land_here(self, geometry: BaseGeometry) -> bool:
        """True when an outline has land in the scope."""
        area = self.scope.area
        return area is None or has_land_in(geometry, area)

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """The scope's projects by id, guests too."""
        ids = {result.red_line.project_id for result in self.results}
        ids.update(project.id for project in (*self.unplaced, *self.guests))
        return {project.id: project for project in self.report.projects if project.id in ids}

    @cached_property
    def use_title(self) -> Callable[[str, str], Text]:
        """What tells a land-use code of a code system in words (the city's composition book)."""
        return use_titles(self.city.compose.book, base=self.city.path.parent)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of the scope's red lines that lie in it, worst first, then by code and id."""
        ids = {result.red_line.id for result in self.results}
        area = self.scope.area
        chosen = (
            finding
            for finding in self.report.findings
            if finding.red_line_id in ids
            and (area is None or finding.geometry is None or has_land_in(finding.geometry, area))
        )
        return tuple(
            sorted(chosen, key=lambda f: (f.severity.rank, f.code, -(f.area_m2 or 0.0), f.id))
        )

    @cached_property
    def verdicts(self) -> Mapping[str, Sequence[Verdict]]:
        """Verdicts by red line id."""
        verdicts: dict[str, list[Verdict]] = {result.red_line.id: [] for result in self.results}
        for verdict in self.report.verdicts:
            if verdict.red_line_id in verdicts:
                verdicts[verdict.red_line_id].append(verdict)
        return verdicts

    @cached_property
    def search_of(self) -> Mapping[str, Search]:
        """Searches of the scope's projects by project id."""
        return {s.project_id: s for s in self.searches if s.project_id in self.projects}

    @cached_property
    def rules(self) -> Mapping[str, RuleSummary]:
        """Rules by code."""
        return {rule.code: rule for rule in self.report.rules}

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """Layers by name."""
        return {layer.name: layer for layer in self.atlas.layers}

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """Looks by role: of all layers and of what the rules need."""
        roles = [layer.role for layer in self.atlas.layers]
        roles += [role for rule in self.report.rules for role in rule.needs]
        return looks_for([*roles, "red_line"])

    @cached_property
    def _district_codes(self) -> dict[str, str]:
        frame = self.atlas.districts
        codes = {str(code): str(code) for code in frame["feature_id"]}
        for code, name in zip(frame["feature_id"], frame["feature_name"], strict=True):
            codes.setdefault(str(name), str(code))
        return codes

    @cached_property
    def district_names(self) -> dict[str, str]:
        """District names by code."""
        frame = self.atlas.districts
        pairs = zip(frame["feature_id"], frame["feature_name"], strict=True)
        return {str(code): str(name) for code, name in pairs}

    def district_code(self, text: str) -> str:
        """Return the code of a district given by code or name; unknown texts stay as they are."""
        return self._district_codes.get(text, text)

    def role_of(self, code: str, layer: str = "") -> str:
        """Return the role whose look a rule's pieces bear."""
        known = self.layers.get(layer)
        if known is not None:
            return known.role
        rule = self.rules.get(code)
        needs = [role for role in rule.needs if role in self.looks] if rule else []
        return needs[0] if needs else "red_line"

    def drawn_piece(self, finding: Finding) -> BaseGeometry | None:
        """Return the geometry of a finding that may be drawn on this page."""
        release = release_of(finding, self.atlas.layers)
        if finding.geometry is None or not is_drawable(release, self.scope):
            return None
        if release is Release.DISTRICT and self.scope.area is not None:
            return shapely.intersection(finding.geometry, self.scope.area)
        return finding.geometry

    def drawn_site(self, suggestion: Suggestion) -> BaseGeometry | None:
        """Return the geometry of a suggested site that may be drawn on this page."""
        return self._drawn(
            suggestion.site, narrowest((parcel_release(self.atlas), suggestion.site.release))
        )

    def drawn_planned(self, site: Site) -> BaseGeometry | None:
        """Return the geometry of a planned site that may be drawn on this page."""
        return self._drawn(site, release_of_site(site, parcel_release(self.atlas)))

    def _drawn(self, site: Site, release: Release) -> BaseGeometry | None:
        if not is_drawable(release, self.scope) or not self.is_land_here(site.geometry):
            return None
        if release is Release.DISTRICT and self.scope.area is not None:
            return shapely.intersection(site.geometry, self.scope.area)
        return site.geometry


def _badness(result: RedLineResult) -> tuple[int, int, float, str]:
    severity = result.worst_severity.rank if result.worst_severity is not None else 9
    outcome = list(Outcome).index(result.outcome)
    return outcome, severity, -result.conflict_area_m2, result.red_line.id


def union_of(findings: Sequence[Finding]) -> BaseGeometry:
    """Return the union of the pieces that count by area, empty when there are none."""
    pieces = [f.geometry for f in findings if f.geometry is not None and f.area_m2 is not None]
    return shapely.union_all(np.asarray(pieces, dtype=object))
