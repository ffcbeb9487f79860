"""The rows of the page: red lines with verdicts and findings, projects, searches."""

from __future__ import annotations

import math
from collections.abc import Sequence

from siting.areas import AreaRow, ladder_table
from siting.mapping.background import Payload, pair
from siting.mapping.outlook import band_row, lift_rows, near_row, path_rows
from siting.mapping.shapes import Shape, encode, label_points
from siting.mapping.standings import standing_row
from siting.mapping.subject import Subject
from siting.model import (
    ChainageRow,
    Finding,
    FunnelStep,
    NearMiss,
    Project,
    RedLineResult,
    Route,
    RuleSummary,
    Search,
    Status,
    Suggestion,
    Text,
    Verdict,
)
from siting.report import is_named_in

#: The layer of findings about other red lines.
_RIVALS = "redlines"
#: What stands for a layer where a finding is about the red lines themselves.
OWN_TITLES = {
    _RIVALS: Text("项目红线", "Project red lines"),
    "": Text("红线本身", "The outline itself"),
}
#: Order of verdicts in the details: what is wrong first, what is unknown next.
_STATUS_ORDER = (
    Status.CONFLICT,
    Status.EXCEPTION_MAY_APPLY,
    Status.NOT_CHECKED,
    Status.NEAR,
    Status.CONSULT,
    Status.CLEAR,
)


def square_metres(value: float | None) -> float | None:
    """Return an area as the page carries it: two decimals of a square metre."""
    return None if value is None else round(float(value), 2)


def rule_rows(subject: Subject) -> dict[str, Payload]:
    """Return the rules by code, with their look, citation and route."""
    return {rule.code: _rule(subject, rule) for rule in subject.report.rules}


def _rule(subject: Subject, rule: RuleSummary) -> Payload:
    look = subject.looks[subject.role_of(rule.code)]
    basis = rule.basis
    citation = " ".join(part for part in (basis.citation, basis.article, basis.edition) if part)
    return {
        "title": pair(rule.title),
        "severity": rule.severity.value,
        "citation": citation,
        "certainty": basis.certainty,
        "route": _route(rule.route),
        "exceptions": list(rule.exceptions),
        "colour": look.colour,
        "hatch": look.hatch,
    }


def _route(route: Route) -> Payload:
    return {
        "way": route.way.value,
        "text": pair(route.text),
        "office": pair(route.office),
        "papers": list(route.papers),
    }


def finding_rows(subject: Subject) -> dict[str, Payload]:
    """Return the findings by id; those whose geometry may not be drawn have no shape."""
    pieces = [subject.drawn_piece(finding) for finding in subject.findings]
    drawn_m = subject.detail.pieces_m
    shapes = encode(pieces, subject.city.crs, simplified_m=drawn_m or 0.0)
    return {
        finding.id: _finding(subject, finding, shape, is_drawn=drawn_m is not None)
        for finding, shape in zip(subject.findings, shapes, strict=True)
    }


def _finding(subject: Subject, finding: Finding, shape: Shape | None, *, is_drawn: bool) -> Payload:
    """Return a finding; what it has none of is left out, for a page may hold thousands."""
    layer = subject.layers.get(finding.layer)
    look = subject.looks[subject.role_of(finding.code, finding.layer)]
    rule = subject.rules.get(finding.code)
    marks: Payload = {
        "band": band_row(finding),
        "sliver": finding.is_sliver,
        "disputed": finding.is_disputed,
        "exceptions": list(finding.exceptions),
        "route": None if rule and finding.route == rule.route else _route(finding.route),
        "withheld": finding.geometry is not None and shape is None,
        "notDrawn": shape is not None and not is_drawn,
        "isRival": finding.layer == _RIVALS,
    }
    return {
        "code": finding.code,
        "layer": pair(layer.title if layer else OWN_TITLES.get(finding.layer, Text(finding.layer))),
        "feature": finding.feature_id,
        "name": finding.feature_name,
        "message": pair(finding.message),
        "area": square_metres(finding.area_m2),
        "colour": look.colour,
        "hatch": look.hatch,
        "shape": shape if is_drawn else None,
        **{key: value for key, value in marks.items() if value},
    }


def red_line_rows(subject: Subject) -> list[Payload]:
    """Return the red lines of the page, worst first."""
    geometries = [result.red_line.geometry for result in subject.results]
    shapes = encode(geometries, subject.city.crs, simplified_m=subject.detail.outlines_m)
    points = label_points(geometries, subject.city.crs)
    shown = frozenset(finding.id for finding in subject.findings)
    return [
        {
            **_red_line(subject, result),
            "verdicts": _verdicts(subject, subject.verdicts[result.red_line.id], shown),
            "shape": shape,
            "at": point,
        }
        for result, shape, point in zip(subject.results, shapes, points, strict=True)
    ]


def _red_line(subject: Subject, result: RedLineResult) -> Payload:
    line = result.red_line
    return {
        "id": line.id,
        "project": line.project_id,
        "district": subject.district_code(result.district),
        "outcome": result.outcome.value,
        "incomplete": result.is_incomplete,
        "severity": result.worst_severity.value if result.worst_severity else None,
        "area": square_metres(result.area_m2),
        "areaEllipsoidal": square_metres(result.area_ellipsoidal_m2),
        "declared": square_metres(line.declared_area_m2),
        "conflict": square_metres(result.conflict_area_m2),
        "ladder": _ladder(result),
        "lifts": lift_rows(subject, result),
        "path": path_rows(result),
        "version": line.version,
        "source": line.source,
        "notes": list(line.notes),
    }


def _ladder(result: RedLineResult) -> Payload:
    """Return the red line's ladder, largest first: each column adds up to its last line."""
    table = ladder_table(result.ladder_m2, conflict_area_m2=result.conflict_area_m2)
    ordered = sorted(table.rows, key=lambda row: (-row.area_m2, row.name))
    return {
        "rows": [[row.name, *_in_units(row)] for row in ordered],
        "total": _in_units(table.total),
    }


def _in_units(row: AreaRow) -> list[float]:
    """Return m², hectares and mu as the page shows them: already rounded together."""
    return [float(row.area_m2), float(row.area_ha), float(row.area_mu)]


def _verdicts(
    subject: Subject, verdicts: Sequence[Verdict], shown: frozenset[str]
) -> list[Payload]:
    ordered = sorted(
        verdicts,
        key=lambda v: (_STATUS_ORDER.index(v.status), v.severity.rank, -v.area_m2, v.code),
    )
    return [_verdict(subject, verdict, shown) for verdict in ordered]


def _verdict(subject: Subject, verdict: Verdict, shown: frozenset[str]) -> Payload:
    row: Payload = {"code": verdict.code, "status": verdict.status.value}
    rule = subject.rules.get(verdict.code)
    if rule is None or verdict.severity is not rule.severity:
        row["severity"] = verdict.severity.value
    if verdict.area_m2 > 0:
        row["area"] = square_metres(verdict.area_m2)
    if verdict.distance_m is not None:
        row["distance"] = round(verdict.distance_m, 2)
    if verdict.near is not None and is_named_in(verdict.near, subject.scope.area):
        row["near"] = near_row(subject, verdict.near)
    if verdict.finding_ids:
        here = [finding_id for finding_id in verdict.finding_ids if finding_id in shown]
        row["findings"] = here
        row["elsewhere"] = len(verdict.finding_ids) - len(here)
    if verdict.gaps:
        row["gaps"] = [pair(gap) for gap in verdict.gaps]
    if verdict.notes:
        row["notes"] = [pair(note) for note in verdict.notes]
    return row


def project_rows(subject: Subject) -> dict[str, Payload]:
    """Return the projects of the page by id."""
    return {
        project_id: _project(subject, project)
        for project_id, project in sorted(subject.projects.items())
    }


def _project(subject: Subject, project: Project) -> Payload:
    return {
        "name": project.name,
        "form": project.form.value,
        "kind": project.kind,
        "use": pair(subject.use_title(project.use, project.code_system)) if project.use else [],
        "stage": project.stage,
        "supply": project.supply_mode,
        "district": subject.district_code(project.district),
        "areaMin": square_metres(project.demand.area_m2_min),
        "areaMax": square_metres(project.demand.area_m2_max),
        "uses": [
            pair(subject.use_title(use, project.code_system))
            for use in project.demand.uses
            if use != project.use
        ],
    }


def search_rows(subject: Subject) -> dict[str, Payload]:
    """Return the searches of the page's projects by project id."""
    return {
        project_id: _search(subject, search)
        for project_id, search in sorted(subject.search_of.items())
    }


def _search(subject: Subject, search: Search) -> Payload:
    is_guest = search.project_id in {project.id for project in subject.guests}
    suggestions = [s for s in search.suggestions if not is_guest or subject.is_site_here(s)]
    sites = [subject.drawn_site(suggestion) for suggestion in suggestions]
    shapes = encode(sites, subject.city.crs, simplified_m=subject.detail.outlines_m)
    points = label_points(sites, subject.city.crs)
    told: Payload = {
        "sites": [
            {**_offer(subject, search, suggestion), "shape": shape, "at": point}
            for suggestion, shape, point in zip(suggestions, shapes, points, strict=True)
        ],
        "funnel": [],
        "nearest": _near_miss(subject, search.nearest, is_guest=is_guest),
        "blocked": None,
        "note": None,
        "criteria": _criterion_titles(search),
        "spread": None,
        "chainage": [],
    }
    return told if is_guest else {**told, **_search_words(subject, search)}


def _search_words(subject: Subject, search: Search) -> Payload:
    """Return how a search went.

    Of a project of another district it is not told: it says what land the project wants, and
    where else there is some.
    """
    return {
        "funnel": [_step(step) for step in search.funnel],
        "blocked": pair(search.blocked_by) if search.blocked_by else None,
        "note": pair(search.note) if search.note else None,
        "spread": pair(search.ranking.spread) if search.ranking else None,
        "chainage": [_stretch(subject, row) for row in search.chainage],
    }


def _step(step: FunnelStep) -> list[object]:
    eased = [pair(each.text) for each in step.relaxations]
    return [pair(step.title), step.remaining, step.remaining_if_lifted, step.is_at_least, eased]


def _near_miss(subject: Subject, nearest: NearMiss | None, *, is_guest: bool) -> Payload | None:
    """Return the best infeasible site where it lies in the scope, else its district alone.

    Of a project of another district nothing is told that does not lie here.
    """
    if nearest is None or (is_guest and not subject.is_site_here(nearest)):
        return None
    site = nearest.site
    district = subject.district_code(site.district)
    if not subject.is_site_here(nearest):
        return {"district": district, "elsewhere": True}
    return {
        "id": site.id,
        "district": district,
        "area": square_metres(site.area_m2),
        "why": pair(nearest.why),
        "elsewhere": False,
    }


def _stretch(subject: Subject, row: ChainageRow) -> list[object]:
    lengths = [round(value, 1) for value in (row.from_m, row.to_m, row.length_m)]
    return [subject.district_code(row.district), *lengths, row.code, square_metres(row.area_m2)]


def _offer(subject: Subject, search: Search, suggestion: Suggestion) -> Payload:
    """Return a site in full where it lies in the scope, else that there is one elsewhere."""
    site = _site(subject, suggestion)
    if subject.is_site_here(suggestion):
        standing = standing_row(subject, search, suggestion)
        return {**site, "standing": standing, "elsewhere": False}
    kept = ("rank", "district", "area", "score", "mustAcquire")
    return {**{key: site[key] for key in kept}, "elsewhere": True}


def _measured(suggestion: Suggestion, name: str) -> tuple[float | None, float | None]:
    """Return a criterion's measure and what it is worth (0–1); None for what is not known."""
    measure, worth = suggestion.criteria[name], suggestion.worths.get(name)
    return (
        None if math.isnan(measure) else round(measure, 4),
        None if worth is None else round(worth, 4),
    )


def _criterion_titles(search: Search) -> Payload:
    """Return what the search's profile calls each of its criteria."""
    used = () if search.profile is None else search.profile.criteria
    return {each.name: pair(each.title) for each in used}


def _metres(length_m: float | None) -> float | None:
    return None if length_m is None else round(length_m, 1)


def _site(subject: Subject, suggestion: Suggestion) -> Payload:
    site = suggestion.site
    return {
        "rank": suggestion.rank,
        "id": site.id,
        "parcels": list(site.parcel_ids),
        "district": subject.district_code(site.district),
        "area": square_metres(site.area_m2),
        "areaEllipsoidal": square_metres(site.area_ellipsoidal_m2),
        "score": round(suggestion.score, 2),
        "parts": [
            [name, round(value, 2), *_measured(suggestion, name)]
            for name, value in suggestion.contributions.items()
        ],
        "distance": None if suggestion.distance_m is None else round(suggestion.distance_m, 1),
        "resolves": list(suggestion.resolves),
        "remains": list(suggestion.remains),
        "notChecked": list(suggestion.not_checked),
        "why": pair(suggestion.why),
        "attributes": [[str(k), str(v)] for k, v in site.attributes.items()],
        "mustAcquire": bool(suggestion.must_acquire),
        "kind": str(site.kind),
        "width": _metres(site.least_width_m),
        "frontage": _metres(site.frontage_m),
    }
