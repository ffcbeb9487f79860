"""征求意见函: one letter per office that a project's red lines have to be shown to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siting.model import (
    Finding,
    Project,
    RedLineResult,
    RuleSummary,
    Severity,
    Status,
    Verdict,
    Way,
)
from siting.papers import words
from siting.papers.advice import results_of
from siting.papers.checklist import red_line_row
from siting.papers.material import OFF_MAP_KIND, Context, Material, area, citation, head, layers_of

#: Why an office is asked.
_STATES = {"found": words.FOUND, "unchecked": words.UNCHECKED, "off_map": words.OFF_MAP}


def letters(material: Material, project: Project) -> list[Context]:
    """Return the letters of a project, by office.

    An office is asked where a rule's way out leads to it (the rule is to be consulted on, or its
    route says so) and something was found, or could not be checked; and where a matter is never
    on a map. An office reads its own matters, and no other's.

    Parameters
    ----------
    material
        Whose subject has the project.
    project
        One of the subject's projects; without a red line in the scope there is no letter.
    """
    results = results_of(material, project)
    by_office: dict[str, list[Context]] = {}
    for result in results:
        line = result.red_line.id
        for verdict in material.subject.verdicts[line]:
            for office, matter in _matters(material, verdict):
                by_office.setdefault(office, []).append({"red_line": line, **matter})
    return [
        _letter(
            material,
            project,
            office,
            results=[r for r in results if _is_about(matters, r)],
            matters=matters,
        )
        for office, matters in sorted(by_office.items())
    ]


def _is_about(matters: Sequence[Context], result: RedLineResult) -> bool:
    return any(matter["red_line"] == result.red_line.id for matter in matters)


def _matters(material: Material, verdict: Verdict) -> Iterator[tuple[str, Context]]:
    """Yield office and matter of what one verdict has to be asked about."""
    rule = material.subject.rules[verdict.code]
    office = material.say(rule.route.office)
    if rule.kind == OFF_MAP_KIND:
        yield office or "–", _matter(material, rule, "off_map", material.say(rule.route.text))
        return
    own = set(verdict.finding_ids)
    for finding in (f for f in material.subject.findings if f.id in own):
        asked = material.say(finding.route.office)
        if asked and _is_asked(finding.severity, finding.route.way):
            yield asked, _found(material, rule, finding)
    is_open = bool(verdict.gaps) or verdict.status is Status.NOT_CHECKED
    if is_open and office and _is_asked(verdict.severity, rule.route.way):
        yield office, _matter(material, rule, "unchecked", material.all_said(verdict.gaps))


def _is_asked(severity: Severity, way: Way) -> bool:
    return severity is Severity.CONSULT or way is Way.ASK_AUTHORITY


def _matter(material: Material, rule: RuleSummary, kind: str, told: str) -> Context:
    """Return a matter without a place: something to look up, or that could not be checked."""
    layers = layers_of(material, rule) if kind != "off_map" else []
    return {
        "kind": kind,
        "code": rule.code,
        "title": material.say(rule.title),
        "state": material.say(_STATES[kind]),
        "text": told or "–",
        "feature": "–",
        "layer": words.joined(layers, material.language) or "–",
        "area": area(None, material),
        "citation": citation(material, rule),
        "papers": list(rule.route.papers),
    }


def _found(material: Material, rule: RuleSummary, finding: Finding) -> Context:
    layers = layers_of(material, rule, [finding.layer])
    return _matter(material, rule, "found", material.say(finding.message)) | {
        "feature": material.names([finding.feature_name, finding.feature_id]) or "–",
        "layer": words.joined(layers, material.language),
        "area": area(finding.area_m2, material),
        "papers": list(finding.route.papers),
    }


def _letter(
    material: Material,
    project: Project,
    office: str,
    *,
    results: Sequence[RedLineResult],
    matters: Sequence[Context],
) -> Context:
    """Return one letter; where all it is about is one matter off the map, that names it."""
    own_titles = {m["text"] if m["kind"] == "off_map" else "" for m in matters} - {"–"}
    named = material.say(words.LETTER_TITLE).replace("{name}", project.name or project.id)
    is_own = len(own_titles) == 1 and "" not in own_titles
    annexes = (words.ANNEX_RED_LINE, words.ANNEX_MAP)
    return {
        **head(material, words.LETTER, project),
        "office": office,
        "letter_title": own_titles.pop() if is_own else named,
        "matters": [{"no": str(n), **matter} for n, matter in enumerate(matters, start=1)],
        "red_lines": [red_line_row(material, result) for result in results],
        "papers": list(dict.fromkeys(paper for m in matters for paper in m["papers"])),
        "annexes": [material.say(each).replace("{crs}", material.report.crs) for each in annexes],
        "has_unchecked": any(matter["kind"] == "unchecked" for matter in matters),
    }
