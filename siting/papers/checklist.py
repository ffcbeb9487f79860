"""合规性核查表: one red line under every rule, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

import shapely

from siting.areas import ladder_table
from siting.model import Finding, RedLineResult, Route, RuleSummary, Status, Text, Verdict
from siting.papers import words
from siting.papers.material import (
    OFF_MAP_KIND,
    SHORT_HASH,
    Context,
    Material,
    area,
    area_cells,
    citation,
    head,
    layers_of,
    measure_text,
)
from siting.papers.planned import planned_line
from siting.report import is_named_in
from siting.report.identity import outline_sha256
from siting.report.wording import OUTCOMES, SEVERITIES, STATUSES

#: What is wrong first, what is unknown next.
_ORDER = (
    Status.CONFLICT,
    Status.EXCEPTION_MAY_APPLY,
    Status.NOT_CHECKED,
    Status.NEAR,
    Status.CONSULT,
    Status.CLEAR,
)
_NO_REASON = Text("原因未说明", "no reason is stated")


def checklist(material: Material, result: RedLineResult) -> Context:
    """Return what the checklist of one red line says: a row per rule that applies.

    Parameters
    ----------
    material
        Whose subject shows the red line.
    result
        The red line; every rule of the report is either among its verdicts or among
        ``not_applied``.
    """
    subject = material.subject
    project = subject.projects.get(result.red_line.project_id)
    verdicts = subject.verdicts[result.red_line.id]
    ordered = sorted(
        verdicts, key=lambda v: (_ORDER.index(v.status), v.severity.rank, -v.area_m2, v.code)
    )
    own = findings_of(material, result)
    return {
        **head(material, words.CHECKLIST, project),
        "red_line": red_line_row(material, result),
        "rules": [
            {"no": str(number), **_rule_row(material, verdict)}
            for number, verdict in enumerate(ordered, start=1)
        ],
        "findings": [
            {"no": str(number), **finding_row(material, finding)}
            for number, finding in enumerate(own, start=1)
        ],
        "planned": planned_line(material, result),
        "findings_elsewhere": _elsewhere(material, verdicts, own),
        "ladder": _ladder(material, result),
        "not_checked": list(gaps_of(material, verdicts)),
        "off_map": [
            _off_map(material, subject.rules[verdict.code])
            for verdict in ordered
            if subject.rules[verdict.code].kind == OFF_MAP_KIND
        ],
        "not_applied": list(_not_applied(material, verdicts)),
        "all_checked": material.say(words.NONE_NOT_CHECKED if verdicts else words.NONE_JUDGED),
    }


def findings_of(material: Material, result: RedLineResult) -> list[Finding]:
    """Return the findings on a red line that may be told in the scope, worst first."""
    return [f for f in material.subject.findings if f.red_line_id == result.red_line.id]


def red_line_row(material: Material, result: RedLineResult) -> Context:
    """Return areas, outcome and identity of a red line."""
    line = result.red_line
    outcome = material.say(OUTCOMES[result.outcome])
    if result.is_incomplete and result.outcome.value != "incomplete":
        outcome += material.say(words.AND_INCOMPLETE)
    is_valid = bool(shapely.is_valid(line.geometry))
    return {
        "id": line.id,
        "version": line.version or "–",
        "source": PurePath(line.source.replace("\\", "/")).name or "–",
        "district": material.district_name(result.district) or "–",
        "outcome": outcome,
        "is_incomplete": result.is_incomplete,
        "area": area(material.of_record_m2(result), material),
        "area_planar": area(result.area_m2, material),
        "area_ellipsoidal": area(result.area_ellipsoidal_m2, material),
        "area_declared": area(line.declared_area_m2, material, missing=words.NOT_DECLARED),
        "conflict_area": area(result.conflict_area_m2, material),
        "sha256": outline_sha256(line.geometry),
        "sha256_short": outline_sha256(line.geometry)[:SHORT_HASH],
        "notes": list(line.notes),
        "is_valid": is_valid,
        "validity": "" if is_valid else str(shapely.is_valid_reason(line.geometry)),
    }


def _rule_row(material: Material, verdict: Verdict) -> Context:
    rule = material.subject.rules[verdict.code]
    findings = [f for f in material.subject.findings if f.id in set(verdict.finding_ids)]
    routes = list(dict.fromkeys(f.route for f in findings)) or [rule.route]
    is_settled = verdict.status in {Status.CLEAR, Status.NEAR} and not verdict.gaps
    layers = list(dict.fromkeys(f.layer for f in findings))
    return {
        "code": rule.code,
        "title": material.say(rule.title),
        "severity": material.say(SEVERITIES[verdict.severity]),
        "verdict": _verdict_text(material, verdict, told=len(findings)),
        "verdict_code": verdict.status.value,
        "area": area(verdict.area_m2 if verdict.area_m2 > 0 else None, material),
        "layer": words.joined(layers_of(material, rule, layers), material.language),
        "citation": citation(material, rule),
        "route": "–" if is_settled else _routes_text(material, routes),
        "office": "–" if is_settled else _offices(material, routes) or "–",
        "papers": material.names([p for route in routes for p in route.papers]) or "–",
        "notes": material.all_said(verdict.notes),
        "exceptions": _exceptions(material, findings),
    }


def _verdict_text(material: Material, verdict: Verdict, *, told: int) -> str:
    """Return the verdict in words: how near, whether complete, what lies elsewhere."""
    text = material.say(STATUSES[verdict.status])
    if verdict.status in {Status.NEAR, Status.NOT_CHECKED} and verdict.distance_m is not None:
        text += f" {verdict.distance_m:,.2f} m{_near(material, verdict)}"
    if verdict.gaps and verdict.status is not Status.NOT_CHECKED:
        text += material.say(words.NOT_COMPLETE)
    elsewhere = len(verdict.finding_ids) - told
    if elsewhere > 0:
        more = material.say(words.ELSEWHERE_FINDINGS).format(count=elsewhere)
        text = words.joined([text, more], material.language)
    return text


def _near(material: Material, verdict: Verdict) -> str:
    """Return the nearest feature, where a district may read its name."""
    near = verdict.near
    if near is None or not is_named_in(near, material.subject.scope.area):
        return ""
    named = f"{material.layer_title(near.layer)} {near.feature_name or near.feature_id}"
    return f" ({named})" if material.language == "en" else f"（{named}）"


def _routes_text(material: Material, routes: Sequence[Route]) -> str:
    return words.joined([route_text(material, route) for route in routes], material.language)


def route_text(material: Material, route: Route) -> str:
    """Return a way out: its class, and in words what to do."""
    way, told = material.say(words.WAYS[route.way]), material.say(route.text)
    colon = ": " if material.language == "en" else "："
    return f"{way}{colon}{told}" if told else way


def _offices(material: Material, routes: Sequence[Route]) -> str:
    return material.names([material.say(route.office) for route in routes])


def _exceptions(material: Material, findings: Sequence[Finding]) -> str:
    told = list(dict.fromkeys(text for finding in findings for text in finding.exceptions))
    return words.joined([*told, material.say(words.CONFIRM)] if told else [], material.language)


def finding_row(material: Material, finding: Finding) -> Context:
    """Return one finding: feature, areas, measure against limit, message, way out."""
    rule = material.subject.rules.get(finding.code)
    flags = [
        material.say(text)
        for text, holds in (
            (words.IS_SLIVER, finding.is_sliver),
            (words.IS_DISPUTED, finding.is_disputed),
        )
        if holds
    ]
    return {
        "id": finding.id,
        "code": finding.code,
        "title": material.title_of(finding.code),
        "severity": material.say(SEVERITIES[finding.severity]),
        "layer": material.layer_title(finding.layer),
        "feature": material.names([finding.feature_name, finding.feature_id]) or "–",
        "area": area(finding.area_m2, material),
        "area_ellipsoidal": area(finding.area_ellipsoidal_m2, material),
        "measure": measure_text(finding.measure, finding.unit),
        "limit": "–" if finding.limit is None else measure_text(finding.limit, finding.unit),
        "message": material.say(finding.message),
        "citation": citation(material, rule) if rule else "–",
        "route": route_text(material, finding.route),
        "office": material.say(finding.route.office) or "–",
        "papers": material.names(finding.route.papers) or "–",
        "notes": words.joined(flags, material.language),
    }


def _elsewhere(material: Material, verdicts: Sequence[Verdict], own: Sequence[Finding]) -> str:
    """Return how many findings on the red line lie in other districts only; empty for none."""
    count = sum(len(verdict.finding_ids) for verdict in verdicts) - len(own)
    return material.say(words.ELSEWHERE_FINDINGS).format(count=count) if count > 0 else ""


def _ladder(material: Material, result: RedLineResult) -> Context:
    """Return what each rule takes when each m² counts once; columns add up to the total."""
    table = ladder_table(result.ladder_m2, conflict_area_m2=result.conflict_area_m2)
    rows = [
        {"code": row.name, "title": material.title_of(row.name), **area_cells(row, material)}
        for row in sorted(table.rows, key=lambda row: (-row.area_m2, row.name))
    ]
    return {"rows": rows, "total": area_cells(table.total, material)}


def gaps_of(material: Material, verdicts: Sequence[Verdict]) -> Iterator[Context]:
    """Yield what was not checked and why; a verdict without a reason is there all the same."""
    for verdict in sorted(verdicts, key=lambda v: (v.severity.rank, v.code)):
        gaps = verdict.gaps or ((_NO_REASON,) if verdict.status is Status.NOT_CHECKED else ())
        for gap in dict.fromkeys(gaps):
            yield {
                "code": verdict.code,
                "title": material.title_of(verdict.code),
                "severity": material.say(SEVERITIES[verdict.severity]),
                "why": material.say(gap),
            }


def _off_map(material: Material, rule: RuleSummary) -> Context:
    return {
        "code": rule.code,
        "title": material.say(rule.title),
        "office": material.say(rule.route.office) or "–",
        "letter": material.say(rule.route.text) or "–",
        "basis": citation(material, rule),
    }


def _not_applied(material: Material, verdicts: Sequence[Verdict]) -> Iterator[Context]:
    """Yield the rules of the book without a verdict here, so that none is passed over unsaid."""
    judged = {verdict.code for verdict in verdicts}
    for rule in material.report.rules:
        if rule.code not in judged:
            why = words.NOT_APPLICABLE if rule.in_force else words.NOT_IN_FORCE
            yield {
                "code": rule.code,
                "title": material.say(rule.title),
                "why": material.say(why),
            }
