"""What a red line comes to: outcome, union of conflicts, and each m² once.

Overlapping constraints are never summed: a total is the area of a union (a sum once gave
"345.7 % in conflict").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from siting.check.ways_out import BINDING, binding_pieces, lifts_of, path_of
from siting.measure import EllipsoidalMeasure
from siting.model import Features, Finding, Outcome, RedLine, RedLineResult, Status, Verdict
from siting.overlay import union_area_m2, union_of
from siting.rules.base import Rule


def totals_by_rule(findings: Sequence[Finding]) -> dict[str, float]:
    """Return the union over all red lines of what each rule found, m², by rule code."""
    pieces: dict[str, list[shapely.Geometry]] = {}
    for finding in findings:
        if finding.geometry is not None and finding.area_m2 is not None:
            pieces.setdefault(finding.code, []).append(finding.geometry)
    return {code: union_area_m2(shapes) for code, shapes in sorted(pieces.items())}


def ladder(findings: Sequence[Finding], order: Mapping[str, int]) -> dict[str, float]:
    """Count each m² once, under its most severe rule (ties: the order of the rule book).

    Parameters
    ----------
    findings
        The findings of one red line.
    order
        Position of each rule code in the rule book.

    Returns
    -------
    dict
        m² by rule code, worst first; the values add up to the union of all pieces.
    """
    pieces: dict[tuple[int, int, str], list[shapely.Geometry]] = {}
    for finding in findings:
        if finding.geometry is not None and finding.area_m2 is not None:
            key = (finding.severity.rank, order.get(finding.code, 0), finding.code)
            pieces.setdefault(key, []).append(finding.geometry)
    counted: dict[str, float] = {}
    taken: shapely.Geometry = shapely.Polygon()
    for key in sorted(pieces):
        grown = union_of([taken, *pieces[key]])
        counted[key[2]] = counted.get(key[2], 0.0) + float(
            shapely.area(grown) - shapely.area(taken)
        )
        taken = grown
    return counted


def outcome_of(verdicts: Sequence[Verdict]) -> Outcome:
    """Return what the verdicts of one red line come to, worst first."""
    conflicts = [v for v in verdicts if v.status is Status.CONFLICT]
    if any(verdict.severity in BINDING for verdict in conflicts):
        return Outcome.CONFLICT
    if conflicts or any(v.status is Status.EXCEPTION_MAY_APPLY for v in verdicts):
        return Outcome.REVIEW
    if is_incomplete(verdicts):
        return Outcome.INCOMPLETE
    is_near = any(verdict.status is Status.NEAR for verdict in verdicts)
    return Outcome.NEAR if is_near else Outcome.CLEAR


def is_incomplete(verdicts: Sequence[Verdict]) -> bool:
    """True when something was not checked, also beside a conflict; or nothing was checked."""
    if not any(verdict.status is not Status.CONSULT for verdict in verdicts):
        return True
    return any(v.status is Status.NOT_CHECKED or v.gaps for v in verdicts)


def results_of(
    red_lines: Sequence[RedLine],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    *,
    rules: Sequence[Rule],
    districts: Features,
    measure: EllipsoidalMeasure,
) -> tuple[RedLineResult, ...]:
    """Return one result per red line, sorted by its id."""
    by_code = {rule.code: rule for rule in rules}
    verdicts_of: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        verdicts_of.setdefault(verdict.red_line_id, []).append(verdict)
    findings_of: dict[str, list[Finding]] = {}
    for finding in findings:
        findings_of.setdefault(finding.red_line_id, []).append(finding)
    ordered = sorted(red_lines, key=lambda red_line: red_line.id)
    ellipsoidal = measure.areas_m2([red_line.geometry for red_line in ordered])
    names = main_districts(ordered, districts)
    return tuple(
        _result(
            red_line,
            verdicts_of.get(red_line.id, []),
            findings_of.get(red_line.id, []),
            rules=by_code,
            place=(name, float(area_ellipsoidal_m2)),
        )
        for red_line, name, area_ellipsoidal_m2 in zip(ordered, names, ellipsoidal, strict=True)
    )


def _result(
    red_line: RedLine,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    *,
    rules: Mapping[str, Rule],
    place: tuple[str, float],
) -> RedLineResult:
    order = {code: number for number, code in enumerate(rules)}
    area_m2 = float(shapely.area(red_line.geometry))
    conflict_area_m2 = union_area_m2([piece for _, piece in binding_pieces(findings)])
    severities = [verdict.severity for verdict in verdicts if verdict.status is Status.CONFLICT]
    return RedLineResult(
        red_line=red_line,
        district=place[0],
        outcome=outcome_of(verdicts),
        is_incomplete=is_incomplete(verdicts),
        area_m2=area_m2,
        area_ellipsoidal_m2=place[1],
        conflict_area_m2=conflict_area_m2,
        ladder_m2=ladder(findings, order),
        worst_severity=min(severities, key=lambda s: s.rank) if severities else None,
        lifts=lifts_of(verdicts, findings, rules=rules, conflict_area_m2=conflict_area_m2),
        path=path_of(verdicts, findings, area_m2),
    )


def main_districts(red_lines: Sequence[RedLine], districts: Features) -> list[str]:
    """Return for each red line the code of the district that holds most of it, or ``""``.

    An invalid outline counts by its repaired shape: this only files it, it measures nothing.
    """
    shapes, codes = districts.shapes_at(districts.every), districts.ids()
    found = []
    for red_line in red_lines:
        outline = shapely.make_valid(red_line.geometry)
        shares = shapely.area(shapely.intersection(outline, shapes))
        if not len(shares) or shares.max() <= 0:
            touching = np.flatnonzero(shapely.intersects(outline, shapes))
            found.append(str(codes[touching[0]]) if len(touching) else "")
        else:
            found.append(str(codes[int(np.argmax(shares))]))
    return found
