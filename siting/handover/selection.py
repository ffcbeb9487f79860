"""Which rows go to which district.

A red line goes to every district in which it has land, whole: half an outline is none. Its
findings go where their piece lies, so that a red line over a border does not carry one
district's features into the other's package. A suggestion goes to the district of its site
with everything; the district of its project learns that there is one elsewhere, and no
more (see :class:`Offer`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from siting.model import Atlas, Finding, Project, RedLineResult, Report, Search, Suggestion, Verdict
from siting.report import share_within

#: What lies further than any rule looks from all red lines and sites is not spoken of, metres.
_AROUND_M = 100_000.0


@dataclass(frozen=True, eq=False, slots=True)
class Offer:
    """One suggestion as one district sees it.

    ``is_here``: the site lies in this district, so all of it is shown. Otherwise only the
    project is this district's: then number, rank, area, score and the site's district are
    shown, and neither place, parcels nor reasons.
    """

    suggestion: Suggestion
    is_here: bool
    is_own_project: bool


@dataclass(frozen=True, eq=False, slots=True)
class DistrictPart:
    """What one district is handed; everything sorted by id, geometry in the working CRS.

    ``findings_elsewhere`` counts, by red line, the findings that lie in other districts only.
    ``own_projects`` are those with a red line here or this district in the ledger.
    """

    code: str
    name: str
    area: BaseGeometry
    results: tuple[RedLineResult, ...]
    shares_m2: tuple[float, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    findings_elsewhere: dict[str, int]
    offers: tuple[Offer, ...]
    own_projects: frozenset[str]


def district_parts(
    report: Report, searches: Sequence[Search], atlas: Atlas
) -> tuple[DistrictPart, ...]:
    """Return the part of each district, sorted by district code; empty parts too.

    Parameters
    ----------
    report, searches, atlas
        Of one run; the districts are ``atlas.districts``.
    """
    districts = zip(
        atlas.districts["feature_id"].astype(str),
        atlas.districts["feature_name"].astype(str),
        atlas.districts.geometry,
        strict=True,
    )
    ordered = sorted(districts, key=lambda district: district[0])
    return tuple(_part(district, report, searches) for district in ordered)


def city_part(report: Report, searches: Sequence[Search], atlas: Atlas) -> DistrictPart:
    """Return the whole city as one part, without code and name: nothing is left out.

    Parameters
    ----------
    report, searches, atlas
        Of one run. ``area`` is a box around all that the run speaks of, no outline.
    """
    shapes = [atlas.outline, *(item.red_line.geometry for item in report.results)]
    shapes += [one.site.geometry for search in searches for one in search.suggestions]
    around = box(*shapely.total_bounds(shapes))
    part = _part(("", "", around.buffer(_AROUND_M, join_style="mitre")), report, searches)
    return replace(part, own_projects=frozenset(project.id for project in report.projects))


def _part(
    district: tuple[str, str, BaseGeometry], report: Report, searches: Sequence[Search]
) -> DistrictPart:
    code, name, area = district
    shapely.prepare(area)
    shares = {
        result.red_line.id: share_m2
        for result in report.results
        if (share_m2 := share_within(result.red_line.geometry, area)) is not None
    }
    results = [item for item in report.results if item.red_line.id in shares]
    results.sort(key=lambda item: item.red_line.id)
    ours = [finding for finding in report.findings if finding.red_line_id in shares]
    here = [finding for finding in ours if is_within(finding.geometry, area)]
    elsewhere: dict[str, int] = dict.fromkeys(shares, 0)
    for finding in set(ours).difference(here):
        elsewhere[finding.red_line_id] += 1
    own_projects = {item.red_line.project_id for item in results} | {
        project.id for project in report.projects if project.district.strip() in {code, name}
    }
    return DistrictPart(
        code=code,
        name=name,
        area=area,
        results=tuple(results),
        shares_m2=tuple(shares[item.red_line.id] for item in results),
        verdicts=tuple(item for item in report.verdicts if item.red_line_id in shares),
        findings=tuple(sorted(here, key=lambda finding: (finding.red_line_id, finding.id))),
        findings_elsewhere=elsewhere,
        offers=_offers(searches, area, own_projects),
        own_projects=frozenset(own_projects),
    )


def _offers(
    searches: Sequence[Search], area: BaseGeometry, own_projects: set[str]
) -> tuple[Offer, ...]:
    offers = [
        Offer(
            suggestion,
            is_here=is_within(suggestion.site.geometry, area),
            is_own_project=suggestion.project_id in own_projects,
        )
        for search in searches
        for suggestion in search.suggestions
    ]
    wanted = [offer for offer in offers if offer.is_here or offer.is_own_project]
    return tuple(
        sorted(wanted, key=lambda offer: (offer.suggestion.project_id, offer.suggestion.rank))
    )


def is_within(geometry: BaseGeometry | None, area: BaseGeometry) -> bool:
    """True when the geometry has land (or length) in `area`, or when there is none to place."""
    is_placeless = geometry is None or geometry.is_empty
    return is_placeless or share_within(geometry, area) is not None


def as_handed_over(report: Report, part: DistrictPart) -> Report:
    """Return the report with nothing but the number of projects of other districts.

    A district that has a site for such a project reads its number, as in
    ``suggestions``, and asks the city for the rest.
    """
    projects = tuple(
        project if project.id in part.own_projects else Project(id=project.id, name="")
        for project in report.projects
    )
    return replace(report, projects=projects)
