"""From what a rule saw to findings and verdicts: the one place where *clear* is said.

*Clear* needs all of: every layer that the rule needs passed its load contract, the
declared coverage contains the red line grown by the rule's reach, nothing was hit, and
nothing is near. Whatever cannot be shown is *not checked*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from siting.measure import EllipsoidalMeasure
from siting.model import Finding, Nearness, Status, Text, Verdict
from siting.overlay import mean_width_m, union_area_m2
from siting.rules.base import (
    Examination,
    Hit,
    Rule,
    Subject,
    Surroundings,
    are_measurable,
    coverage_gaps,
    layer_gaps,
    wholes,
)

Judgement = tuple[tuple[Verdict, ...], tuple[Finding, ...]]

CONFIRM_BY_SURVEY = Text("细条重叠，须现场核实", "a sliver: confirm by survey")


def judge(rule: Rule, subjects: Sequence[Subject], around: Surroundings) -> Judgement:
    """Return one verdict per red line that the rule applies to, and its findings.

    Parameters
    ----------
    rule
        A rule in force.
    subjects
        Red lines with their projects; those that the rule does not apply to get no verdict.
    around
        Layers, other red lines and the date.

    Returns
    -------
    tuple
        Verdicts in the order of the subjects; findings sorted by id.
    """
    concerned = [subject for subject in subjects if concerns(rule, subject)]
    if not concerned:
        return (), ()
    seen = _examine(rule, concerned, around)
    findings = _findings(rule, concerned, seen, around)
    by_red_line: dict[str, list[Finding]] = {}
    for finding in findings:
        by_red_line.setdefault(finding.red_line_id, []).append(finding)
    verdicts = tuple(
        _verdict(rule, subject, by_red_line.get(subject.red_line.id, []), seen)
        for subject in concerned
    )
    return verdicts, tuple(findings)


def concerns(rule: Rule, subject: Subject) -> bool:
    """True when a rule has a verdict for a red line; of an unknown project every rule has."""
    return not subject.is_known or rule.applies_to(subject.project)


def _examine(rule: Rule, subjects: Sequence[Subject], around: Surroundings) -> Examination:
    missing = [gap for role in rule.needs for gap in layer_gaps(role, around.layers.get(role, ()))]
    usable = {
        role: tuple(layer for layer in around.layers.get(role, ()) if layer.is_usable)
        for role in rule.needs
    }
    # a conflict with a layer that is at hand is known, whatever else is missing
    is_examined = not missing or rule.finds_by_layer
    at_hand = replace(around, layers={**around.layers, **usable})
    seen = rule.examine(subjects, at_hand) if is_examined else Examination()
    for subject in subjects:
        for gap in missing:
            seen.gap(subject.red_line.id, gap)
    good = [
        subject for subject, fits in zip(subjects, are_measurable(subjects), strict=True) if fits
    ]
    for layer in (whole for layers in usable.values() for whole in wholes(layers)):
        for red_line_id, gap in coverage_gaps(good, layer, rule.reach_m).items():
            seen.gap(red_line_id, gap)
    return seen


def _findings(
    rule: Rule, subjects: Sequence[Subject], seen: Examination, around: Surroundings
) -> list[Finding]:
    projects = {subject.red_line.id: subject.project for subject in subjects}
    pieces = np.array([hit.geometry for hit in seen.hits], dtype=object)
    ellipsoidal = EllipsoidalMeasure(around.crs, around.area_of_record).areas_m2(pieces)
    findings = []
    for hit, area_ellipsoidal_m2 in zip(seen.hits, ellipsoidal, strict=True):
        project = projects[hit.red_line_id]
        # a disputed pair may be known by its area alone: then it has no width to be a sliver by
        has_area = (
            hit.area_m2 is not None and hit.geometry is not None and not hit.geometry.is_empty
        )
        width_m = mean_width_m(hit.geometry) if has_area and hit.geometry is not None else None
        is_strip = width_m is not None and hit.unit == "m2" and width_m < rule.sliver_width_m
        findings.append(
            Finding(
                id=finding_id(rule, hit),
                code=rule.code,
                severity=hit.severity or rule.severity,
                red_line_id=hit.red_line_id,
                project_id=project.id,
                layer=hit.layer,
                feature_id=hit.feature_id,
                feature_name=hit.feature_name,
                geometry=hit.geometry,
                measure=hit.measure,
                unit=hit.unit,
                limit=hit.limit,
                message=_message(hit, is_sliver=is_strip),
                route=rule.route,
                area_m2=hit.area_m2,
                area_ellipsoidal_m2=float(area_ellipsoidal_m2) if has_area else None,
                mean_width_m=width_m,
                is_sliver=is_strip,
                is_disputed=hit.is_disputed,
                exceptions=tuple(
                    exemption.sentence()
                    for exemption in rule.exceptions
                    if exemption.matches(project)
                ),
            )
        )
    return sorted(findings, key=lambda finding: finding.id)


def finding_id(rule: Rule, hit: Hit) -> str:
    """Return the finding's id, the same wherever and however the work is cut."""
    return f"{hit.red_line_id}|{rule.code}|{hit.layer}|{hit.feature_id}"


def _message(hit: Hit, *, is_sliver: bool) -> Text:
    zh, en = hit.message.get("zh"), hit.message.get("en")
    if is_sliver:
        zh += f"（{CONFIRM_BY_SURVEY.zh}）"
        en += f" ({CONFIRM_BY_SURVEY.en})"
    if hit.is_disputed:
        zh += "（两种算法面积不一致，已由精确算法裁定或取大值）"
        en += " (two ways of computing disagreed; settled exactly, or the larger one taken)"
    return Text(zh, en)


def _verdict(
    rule: Rule, subject: Subject, findings: Sequence[Finding], seen: Examination
) -> Verdict:
    red_line_id = subject.red_line.id
    gaps = tuple(dict.fromkeys(seen.gaps.get(red_line_id, ())))
    notes = list(seen.notes.get(red_line_id, ()))
    decisive = [f for f in findings if rule.has_zero_tolerance or not f.is_sliver]
    near = seen.nearest.get(red_line_id)
    if findings and not decisive:
        notes.append(CONFIRM_BY_SURVEY)
        near = _touching(findings)
    distance_m = None if near is None else near.distance_m
    severities = [f.severity for f in decisive] or [rule.severity]
    return Verdict(
        red_line_id=red_line_id,
        project_id=subject.project.id,
        code=rule.code,
        severity=min(severities, key=lambda severity: severity.rank),
        status=_status(rule, decisive, gaps, distance_m),
        finding_ids=tuple(finding.id for finding in findings),
        distance_m=distance_m if not decisive else None,
        area_m2=_union_area_m2(findings),
        gaps=gaps,
        notes=tuple(notes),
        near=near if not decisive else None,
    )


def _touching(slivers: Sequence[Finding]) -> Nearness:
    """Return the nearness of slivers alone: no distance, to the feature of the largest one."""
    first = min(slivers, key=lambda finding: (-(finding.area_m2 or 0.0), finding.id))
    at = None if first.geometry is None else shapely.point_on_surface(first.geometry)
    return Nearness(0.0, first.layer, first.feature_id, first.feature_name, at)


def _status(
    rule: Rule, decisive: Sequence[Finding], gaps: tuple[Text, ...], distance_m: float | None
) -> Status:
    if rule.kind == "off_map":
        return Status.CONSULT
    if decisive:
        is_excepted = all(finding.exceptions for finding in decisive)
        return Status.EXCEPTION_MAY_APPLY if is_excepted else Status.CONFLICT
    if gaps:
        return Status.NOT_CHECKED
    return Status.CLEAR if distance_m is None else Status.NEAR


def _union_area_m2(findings: Sequence[Finding]) -> float:
    pieces = [f.geometry for f in findings if f.geometry is not None and f.area_m2 is not None]
    if len(pieces) == 1 and findings[0].area_m2 is not None and len(findings) == 1:
        return findings[0].area_m2
    return union_area_m2(pieces) if pieces else 0.0
