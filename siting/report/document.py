"""The report as one JSON document; its schema is ``docs/schemas/report-1.schema.json``.

No geometry travels in it (a layer's ``release`` may forbid that), no absolute path and
no user name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from siting.measure import ELLIPSOIDAL_METHODS, PLANAR
from siting.model import (
    Accepted,
    ChainageRow,
    Finding,
    Input,
    Outcome,
    Project,
    RedLineResult,
    Refusal,
    RepairSearch,
    Report,
    Route,
    RuleSummary,
    Search,
    Site,
    Suggestion,
    Text,
    Verdict,
)
from siting.model.prints import NO_PRINTS
from siting.report.identity import identity, outline_sha256, rounded
from siting.report.outlook import band_of, near_to, ways_out
from siting.report.ranks import (
    profiles_to_list,
    ranking_to_dict,
    searches_identity,
    used_profile_to_dict,
)
from siting.report.repairs import repairs_to_list
from siting.report.why_not import near_miss_to_dict, step_to_dict

SCHEMA = "siting-report/1"


def write_report(
    path: Path,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    repairs: Sequence[RepairSearch] | None = None,
) -> None:
    """Write the report as JSON; see :func:`report_to_dict`.

    Raises
    ------
    WriteError
        When the file cannot be written; an old one is then untouched.
    """
    from siting.save import write_json

    write_json(path, report_to_dict(report, searches, repairs=repairs))


def report_to_dict(
    report: Report,
    searches: Sequence[Search] = (),
    *,
    repairs: Sequence[RepairSearch] | None = None,
) -> dict[str, Any]:
    """Return the report as plain data: sorted, rounded to 0.0001 m² and m.

    Parameters
    ----------
    report
        What was checked.
    searches
        What was suggested, if it was.
    repairs
        What was corrected, by default what the report bears; None where nobody asked for
        that, and then the key is not there.
    """
    repairs = report.repairs if repairs is None else repairs
    asked = {} if repairs is None else {"repairs": repairs_to_list(repairs)}
    return {
        **asked,
        "schema": SCHEMA,
        "identity": identity(report),
        "city": _text(report.city),
        "crs": report.crs,
        "as_of": report.as_of.isoformat(),
        "area_of_record": report.area_of_record,
        "ellipsoidal_method": ELLIPSOIDAL_METHODS[report.area_of_record],
        "rule_book": {
            "name": report.rule_book,
            "sha256": report.rule_book_sha256,
            "crosswalks_sha256": report.crosswalks_sha256,
        },
        "summary": summary(report, searches),
        "rules": [_rule(rule) for rule in report.rules],
        "inputs": _inputs(report),
        "projects": [_project(project) for project in report.projects],
        "red_lines": [_red_line(result, report) for result in report.results],
        "red_lines_left_out": report.red_lines_left_out,
        "witness": report.witness,
        "refused_red_lines": [_refusal(refusal) for refusal in report.refused_red_lines],
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "findings": [_finding(finding) for finding in report.findings],
        "totals_m2": _numbers(report.totals_m2),
        "searches_identity": searches_identity(report, searches),
        "profiles": profiles_to_list(searches),
        "access": next((search.access for search in searches if search.access), None),
        "searches": [_search(search) for search in searches],
        "suggestions": [_suggestion(each) for search in searches for each in search.suggestions],
        "versions": dict(sorted(report.versions.items())),
    }


def summary(report: Report, searches: Sequence[Search] = ()) -> dict[str, int]:
    """Return the counts that the command line and the page's counters show."""
    outcomes = Counter(str(result.outcome) for result in report.results)
    return {
        "red_lines": len(report.results),
        **{str(outcome): outcomes[str(outcome)] for outcome in Outcome},
        "incomplete_in_all": sum(result.is_incomplete for result in report.results),
        "findings": len(report.findings),
        "slivers": sum(finding.is_sliver for finding in report.findings),
        "layers": len(report.inputs),
        "layers_not_usable": sum(str(i.contract.status) != "passed" for i in report.inputs),
        "projects_with_suggestions": sum(bool(search.suggestions) for search in searches),
        "projects_without_site": sum(not search.suggestions for search in searches),
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.get("zh"), "en": text.get("en")}


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {key: rounded(value) for key, value in values.items()}


def _route(route: Route) -> dict[str, Any]:
    return {
        "way": str(route.way),
        "text": _text(route.text),
        "office": _text(route.office),
        "papers": list(route.papers),
    }


def _rule(rule: RuleSummary) -> dict[str, Any]:
    basis = rule.basis
    return {
        "code": rule.code,
        "kind": rule.kind,
        "title": _text(rule.title),
        "severity": str(rule.severity),
        "in_force": rule.in_force,
        "needs": list(rule.needs),
        "reach_m": rounded(rule.reach_m),
        "basis": {
            "citation": basis.citation,
            "article": basis.article,
            "edition": basis.edition,
            "certainty": basis.certainty,
            "from": basis.in_force_from.isoformat() if basis.in_force_from else None,
            "to": basis.in_force_to.isoformat() if basis.in_force_to else None,
        },
        "route": _route(rule.route),
        "exceptions": list(rule.exceptions),
        "figures": dict(sorted(rule.figures.items())),
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "row": refusal.row,
        "feature_id": refusal.feature_id,
        "reason": refusal.reason,
        "repaired": refusal.is_repaired,
    }


def _inputs(report: Report) -> list[dict[str, Any]]:
    """Return the layers; one coverage is shared by many of them, and hashed once."""
    areas = {id(entry.coverage_area): entry.coverage_area for entry in report.inputs}
    hashes = {key: "" if area is None else outline_sha256(area) for key, area in areas.items()}
    return [_input(entry, hashes[id(entry.coverage_area)]) for entry in report.inputs]


def _input(entry: Input, coverage_sha256: str) -> dict[str, Any]:
    source, contract = entry.source, entry.contract
    prints = NO_PRINTS if entry.rows is None else entry.rows.id_prints()
    return {
        "name": entry.name,
        "role": entry.role,
        "title": _text(entry.title),
        "file": PurePath(source.path).name,
        "sha256": source.sha256,
        "content_sha256": entry.content_sha256,
        "crs": source.crs,
        "authority": source.authority,
        "dated": source.dated.isoformat() if source.dated else None,
        "accuracy_m": source.accuracy_m,
        "licence": source.licence,
        "status": str(contract.status),
        "rows_in": contract.rows_in,
        "rows_used": contract.rows_used,
        "rows_refused": contract.rows_refused,
        "refusals": [_refusal(refusal) for refusal in contract.refusals],
        "problems": list(contract.problems),
        "notes": list(contract.notes),
        "accepted": _accepted(contract.accepted),
        "coverage": entry.coverage,
        "coverage_sha256": coverage_sha256,
        "code_system": entry.code_system,
        "part_of": entry.part_of,
        "ids_sha256": prints.sha256,
        "id_prints": prints.packed,
        "release": str(entry.release),
    }


def _accepted(accepted: Accepted | None) -> dict[str, Any] | None:
    """Return the hypothesis that coordinates rest on, with its evidence; nothing for none."""
    if accepted is None:
        return None
    return {
        "hypothesis": accepted.hypothesis,
        "meaning": _text(accepted.meaning),
        "caveat": _text(accepted.caveat),
        "declared_crs": accepted.declared_crs,
        "read_as": accepted.read_as,
        "points": accepted.points,
        "points_tried": accepted.points_tried,
        "inside": accepted.inside,
        "near": accepted.near,
        "inside_as_declared": accepted.inside_as_declared,
        "near_as_declared": accepted.near_as_declared,
        "fits_as_well": list(accepted.fits_as_well),
    }


def _project(project: Project) -> dict[str, Any]:
    demand = project.demand
    return {
        "id": project.id,
        "name": project.name,
        "form": str(project.form),
        "kind": project.kind,
        "use": project.use,
        "code_system": project.code_system,
        "stage": project.stage,
        "district": project.district,
        "supply_mode": project.supply_mode,
        "priority": project.priority,
        "batch": project.batch,
        "area_m2_min": rounded(demand.area_m2_min),
        "area_m2_max": rounded(demand.area_m2_max),
        "uses": list(demand.uses),
    }


def _red_line(result: RedLineResult, report: Report) -> dict[str, Any]:
    red_line = result.red_line
    is_planar = report.area_of_record == PLANAR
    return {
        "id": red_line.id,
        "project_id": red_line.project_id,
        "version": red_line.version,
        "outline_sha256": outline_sha256(red_line.geometry),
        "source": red_line.source,
        "district": result.district,
        "outcome": str(result.outcome),
        "incomplete": result.is_incomplete,
        "worst_severity": str(result.worst_severity) if result.worst_severity else None,
        "area_of_record_m2": rounded(result.area_m2 if is_planar else result.area_ellipsoidal_m2),
        "area_m2": rounded(result.area_m2),
        "area_ellipsoidal_m2": rounded(result.area_ellipsoidal_m2),
        "declared_area_m2": rounded(red_line.declared_area_m2),
        "conflict_area_m2": rounded(result.conflict_area_m2),
        "ladder_m2": _numbers(result.ladder_m2),
        **ways_out(result),
        "accuracy_m": red_line.accuracy_m,
        "notes": list(red_line.notes),
        "accepted": _accepted(red_line.accepted),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "red_line_id": verdict.red_line_id,
        "project_id": verdict.project_id,
        "code": verdict.code,
        "severity": str(verdict.severity),
        "status": str(verdict.status),
        "finding_ids": list(verdict.finding_ids),
        "distance_m": rounded(verdict.distance_m),
        "near": near_to(verdict.near),
        "area_m2": rounded(verdict.area_m2),
        "gaps": [_text(gap) for gap in verdict.gaps],
        "notes": [_text(note) for note in verdict.notes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "code": finding.code,
        "severity": str(finding.severity),
        "red_line_id": finding.red_line_id,
        "project_id": finding.project_id,
        "layer": finding.layer,
        "feature_id": finding.feature_id,
        "feature_name": finding.feature_name,
        "feature_sha256": finding.feature_sha256,
        "measure": rounded(finding.measure),
        "unit": finding.unit,
        "limit": rounded(finding.limit),
        "area_m2": rounded(finding.area_m2),
        "area_ellipsoidal_m2": rounded(finding.area_ellipsoidal_m2),
        "mean_width_m": rounded(finding.mean_width_m),
        "sliver": finding.is_sliver,
        "disputed": finding.is_disputed,
        "band": band_of(finding.band),
        "band_missing": _text(finding.band_missing),
        "message": _text(finding.message),
        "route": _route(finding.route),
        "exceptions": list(finding.exceptions),
    }


def _search(search: Search) -> dict[str, Any]:
    return {
        "project_id": search.project_id,
        "funnel": [step_to_dict(step) for step in search.funnel],
        "suggestions": len(search.suggestions),
        "blocked_by": _text(search.blocked_by),
        "note": _text(search.note),
        "chainage": [_stretch(row) for row in search.chainage],
        "nearest": near_miss_to_dict(search.nearest),
        "profile": used_profile_to_dict(search.profile),
        "ranking": ranking_to_dict(search.ranking),
    }


def _stretch(row: ChainageRow) -> dict[str, Any]:
    return {
        "red_line_id": row.red_line_id,
        "district": row.district,
        "from_m": rounded(row.from_m),
        "to_m": rounded(row.to_m),
        "length_m": rounded(row.length_m),
        "code": row.code,
        "area_m2": rounded(row.area_m2),
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    site = suggestion.site
    return {
        "project_id": suggestion.project_id,
        "rank": suggestion.rank,
        "site_id": site.id,
        "parcel_ids": list(site.parcel_ids),
        "district": site.district,
        "area_m2": rounded(site.area_m2),
        "area_ellipsoidal_m2": rounded(site.area_ellipsoidal_m2),
        "attributes": dict(site.attributes),
        "score": rounded(suggestion.score),
        "contributions": _numbers(suggestion.contributions),
        "criteria": _numbers(suggestion.criteria),
        "worths": _numbers(suggestion.worths),
        "resolves": list(suggestion.resolves),
        "remains": list(suggestion.remains),
        "not_checked": list(suggestion.not_checked),
        "distance_m": rounded(suggestion.distance_m),
        "why": _text(suggestion.why),
        "must_acquire": suggestion.must_acquire,
        **_figures(site),
    }


def _figures(site: Site) -> dict[str, Any]:
    return {
        "kind": str(site.kind),
        "classes": [str(kind) for kind in site.classes],
        "owners": site.owners,
        "lane_m2": rounded(site.lane_m2),
        "least_width_m": rounded(site.least_width_m),
        "frontage_m": rounded(site.frontage_m),
        "compactness": rounded(site.compactness),
        "is_exact": site.is_exact,
        "gap": rounded(site.gap),
        "follows": list(site.follows),
        "outline_sha256": outline_sha256(site.geometry) if site.kind.is_made else None,
    }
