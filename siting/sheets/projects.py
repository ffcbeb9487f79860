"""The page of one project: facts, maps, findings, what was not checked, sites, corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from siting.areas import area_table
from siting.mapping.repairs import ELSEWHERE, takes_land_outside
from siting.mapping.subject import Subject
from siting.model import (
    Finding,
    Project,
    RedLineResult,
    Repair,
    RepairSearch,
    RuleSummary,
    Search,
    Status,
    Suggestion,
    Verdict,
)
from siting.report.wording import SEVERITIES, STATUSES
from siting.sheets.composed_part import Accounts, composed_blocks
from siting.sheets.gather import in_units, rule_title
from siting.sheets.planned import Told
from siting.sheets.planned_part import plan_blocks
from siting.sheets.records import Row
from siting.sheets.table import name_of, outcome_of
from siting.sheets.words import CERTAINTIES, WAYS, listed, sentences, word

Block = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Beside:
    """What a report tells of its projects beside what was judged: the plan, and the land."""

    told: Told | None
    accounts: Accounts


def project_part(
    subject: Subject, row: Row, pages: Sequence[int], *, has_mu: bool, beside: Beside | None = None
) -> dict[str, Any]:
    """Return the part of a row: its blocks hold only what the row's scope may tell.

    Parameters
    ----------
    pages
        The pages of its maps.
    has_mu
        Whether land is counted in 亩 as well.
    beside
        What the plan says, and what land is made of.
    """
    language = subject.city.language
    result = next((r for r in subject.results if r.red_line.id == row.id and row.id), None)
    project = Project(row.project_id, row.name)
    if row.outcome != "guest":
        project = subject.projects.get(row.project_id, project)
    blocks: list[Block] = [{"kind": "facts", "rows": list(_facts(subject, row, project, result))}]
    if pages:
        blocks.append({"kind": "maps", "pages": list(pages)})
    if result is not None:
        blocks += _judged(subject, result, has_mu=has_mu)
    if beside is not None:
        blocks += plan_blocks(beside.told, row.project_id, has_mu=has_mu)
        blocks += composed_blocks(beside.accounts, row, language=language, has_mu=has_mu)
    search = subject.search_of.get(row.project_id)
    blocks += _guest_offers(subject, search) if row.outcome == "guest" else _offers(subject, search)
    if result is not None:
        blocks += _repairs(subject, result)
    return {
        "title": f"{row.number}　{name_of(row)}",
        "level": 2,
        "badge": sentences([outcome_of(row, language), row.why], language),
        "outcome": row.outcome,
        "blocks": blocks,
    }


def _facts(
    subject: Subject, row: Row, project: Project, result: RedLineResult | None
) -> Iterator[list[str]]:
    language = subject.city.language
    told = [
        ("project_id", project.id), ("red_line_id", row.id), ("district", row.district),
        ("stage", project.stage), ("kind", project.kind), ("use", project.use),
        ("supply", project.supply_mode),
    ]  # fmt: skip
    if result is not None:
        told += [("version", result.red_line.version), ("source", result.red_line.source)]
    for key, value in told:
        if value:
            yield [word(key, language), value]


def _judged(subject: Subject, result: RedLineResult, *, has_mu: bool) -> list[Block]:
    language = subject.city.language
    verdicts = sorted(
        subject.verdicts[result.red_line.id], key=lambda v: (v.severity.rank, -v.area_m2, v.code)
    )
    blocks = [_areas(subject, result, has_mu=has_mu)]
    blocks += [_findings(subject, verdicts), _gaps(subject, verdicts)]
    near = [_near(subject, each) for each in verdicts if each.status is Status.NEAR]
    clear = sum(each.status is Status.CLEAR for each in verdicts)
    rest = [
        word("near_rules", language, listed(near, language)) if near else "",
        word("clear_rules", language, clear),
        *_ways_out(subject, result),
        *(word("note", language, note) for note in result.red_line.notes),
    ]
    blocks.append({"kind": "lines", "items": [each for each in rest if each]})
    return [block for block in blocks if block.get("rows") or block.get("items")]


def _areas(subject: Subject, result: RedLineResult, *, has_mu: bool) -> Block:
    language = subject.city.language
    of_record = subject.report.area_of_record == "planar"
    mark = word("of_record", language)
    told = [
        (word("planar", language) + (mark if of_record else ""), result.area_m2),
        (word("ellipsoidal", language) + ("" if of_record else mark), result.area_ellipsoidal_m2),
        (word("declared", language), result.red_line.declared_area_m2),
        (word("conflict_area", language), result.conflict_area_m2),
    ]
    if not shapely.is_valid(result.red_line.geometry):
        told = told[2:3]  # what it measures means nothing, and no conflict could be measured
    units = ("m2", "ha", "mu") if has_mu else ("m2", "ha")
    rows = [
        [name, *in_units(area_table({"": area_m2}).total)[: len(units)]]
        for name, area_m2 in told
        if area_m2 is not None and area_m2 >= 0 and (area_m2 or name == told[-1][0])
    ]
    return {
        "kind": "rows", "title": word("areas_title", language), "widths": [4, *(2 for _ in units)],
        "aligns": ["left", *("right" for _ in units)],
        "head": [word(key, language) for key in ("method", *units)], "rows": rows,
    }  # fmt: skip


def _findings(subject: Subject, verdicts: Sequence[Verdict]) -> Block:
    language = subject.city.language
    found: dict[str, Finding] = {finding.id: finding for finding in subject.findings}
    rows = []
    for verdict in verdicts:
        if verdict.finding_ids and verdict.status is not Status.CLEAR:
            mine = [found[each] for each in verdict.finding_ids if each in found]
            rule = subject.rules.get(verdict.code)
            rows.append([
                SEVERITIES[verdict.severity.value].get(language)
                + " · " + STATUSES[verdict.status.value].get(language),
                _rule(subject, verdict.code, rule),
                _features(subject, verdict, mine),
                _route(subject, rule, mine),
            ])  # fmt: skip
    return {
        "kind": "rows", "title": word("findings", language), "widths": [1.5, 3.4, 3.4, 3],
        "aligns": ["left"] * 4, "rows": rows,
        "head": [word(key, language) for key in ("severity", "rule_basis", "what", "way_out")],
    }  # fmt: skip


def _rule(subject: Subject, code: str, rule: RuleSummary | None) -> str:
    language = subject.city.language
    if rule is None:
        return code
    basis = rule.basis
    citation = " ".join(part for part in (basis.citation, basis.article, basis.edition) if part)
    certainty = CERTAINTIES.get(basis.certainty)
    sure = f"（{certainty.get(language)}）" if certainty else ""
    return f"{rule.title.get(language)}〔{code}〕 {citation}{sure}"


def _features(subject: Subject, verdict: Verdict, findings: Sequence[Finding]) -> str:
    """Return every feature that was met, with its area or message: none is left out."""
    language = subject.city.language
    elsewhere = len(verdict.finding_ids) - len(findings)
    told = []
    if len(findings) == 1 and not elsewhere:
        return _said(findings[0], language)
    for finding in findings:
        name = finding.feature_name or finding.feature_id
        measure = f"{finding.area_m2:,.2f} m²" if finding.area_m2 else ""
        marks = _marks(finding, language)
        shown = " ".join(each for each in (name, measure, *marks) if each)
        told.append(shown if measure else _said(finding, language))
    if elsewhere:
        told.append(word("found_elsewhere", language, elsewhere))
    if verdict.area_m2 > 0 and len(findings) > 1:
        told.append(word("union", language, f"{verdict.area_m2:,.2f} m²"))
    return sentences(list(dict.fromkeys(told)), language)


def _said(finding: Finding, language: str) -> str:
    """Return a finding's feature and its own words."""
    said = [finding.feature_name, finding.message.get(language), *_marks(finding, language)]
    return sentences(said, language)


def _marks(finding: Finding, language: str) -> list[str]:
    marks = (("sliver", finding.is_sliver), ("disputed", finding.is_disputed))
    return [word(key, language) for key, holds in marks if holds]


def _route(subject: Subject, rule: RuleSummary | None, findings: Sequence[Finding]) -> str:
    language = subject.city.language
    route = findings[0].route if findings else rule.route if rule else None
    if route is None:
        return ""
    parts = [
        WAYS[route.way.value].get(language),
        route.text.get(language),
        route.office.get(language),
        listed(list(route.papers), language),
        *(rule.exceptions if rule else ()),
    ]
    return sentences(parts, language)


def _gaps(subject: Subject, verdicts: Sequence[Verdict]) -> Block:
    language = subject.city.language
    rows = [
        [rule_title(subject, each.code), sentences([g.get(language) for g in each.gaps], language)]
        for each in verdicts
        if each.status is Status.NOT_CHECKED or each.gaps
    ]
    return {
        "kind": "rows", "title": word("not_checked_here", language), "widths": [2, 5],
        "aligns": ["left", "left"], "rows": rows,
        "head": [word("rule", language), word("why_not", language)],
    }  # fmt: skip


def _near(subject: Subject, verdict: Verdict) -> str:
    title = rule_title(subject, verdict.code)
    return title if verdict.distance_m is None else f"{title} {verdict.distance_m:,.1f} m"


def _ways_out(subject: Subject, result: RedLineResult) -> Iterator[str]:
    """Yield the steps that settle all findings, cheapest first."""
    language = subject.city.language
    for number, step in enumerate(result.path, start=1):
        titles = listed([rule_title(subject, code) for code in step.codes], language)
        texts = sentences([text.get(language) for text in step.texts], language)
        way = WAYS[step.way.value].get(language)
        yield word("step", language, number, way, sentences([titles, texts], language))


def _guest_offers(subject: Subject, search: Search | None) -> list[Block]:
    """Return the sites here that another district's project is offered, and no more of it."""
    here = tuple(filter(subject.is_site_here, search.suggestions)) if search else ()
    return _offers(subject, Search(search.project_id, (), here)) if search and here else []


def _offers(subject: Subject, search: Search | None) -> list[Block]:
    language = subject.city.language
    title = word("alternatives", language)
    if search is None:
        return [{"kind": "lines", "title": title, "items": [word("not_searched", language)]}]
    blocks: list[Block] = []
    if search.suggestions:
        rows = [_offer(subject, each) for each in search.suggestions]
        blocks.append({
            "kind": "rows", "title": title, "widths": [0.8, 2.4, 1.7, 1.3, 1.1, 1.5, 5],
            "aligns": ["right", "left", "right", "right", "right", "right", "left"], "rows": rows,
            "head": [word(k, language) for k in
                     ("rank", "site_id", "m2", "ha", "score", "distance", "why")],
        })  # fmt: skip
    reasons = [text.get(language) for text in (search.blocked_by, search.note) if text]
    reasons += [
        word("chainage", language, _district_name(subject, row.district), f"{row.from_m:,.0f}",
             f"{row.to_m:,.0f}", rule_title(subject, row.code) if row.code else "")
        for row in search.chainage
    ]  # fmt: skip
    if not search.suggestions:
        steps = [f"{step.title.get(language)} {step.remaining:,}" for step in search.funnel]
        reasons += [word("funnel", language, " → ".join(steps))] if steps else []
        nearest = search.nearest
        if nearest is not None and subject.is_site_here(nearest):
            reasons.append(word("nearest", language, nearest.site.id, nearest.why.get(language)))
    if reasons:
        blocks.append({"kind": "lines", "title": "" if blocks else title, "items": reasons})
    return blocks


def _district_name(subject: Subject, text: str) -> str:
    code = subject.district_code(text)
    return subject.district_names.get(code, text)


def _offer(subject: Subject, suggestion: Suggestion) -> list[str]:
    """Return the row of a site; of one in another district no more than that there is one."""
    language = subject.city.language
    site = suggestion.site
    _, hectares, _ = in_units(area_table({"": site.area_m2}).total)
    score = f"{suggestion.score:.2f}"
    rank, area = str(suggestion.rank), f"{site.area_m2:,.2f}"
    if not subject.is_site_here(suggestion):
        where = word("site_elsewhere", language, _district_name(subject, site.district))
        return [rank, where, area, hectares, score, "", ""]
    named = ((suggestion.remains, "remains"), (suggestion.not_checked, "unchecked"))  # fmt: skip
    said = [
        word(key, language, listed([rule_title(subject, code) for code in codes], language))
        for codes, key in named
        if codes
    ]
    acquire = word("must_acquire", language) if suggestion.must_acquire else ""
    if subject.drawn_site(suggestion) is None:
        acquire = sentences([acquire, word("not_released", language)], language)
    away = "" if suggestion.distance_m is None else f"{suggestion.distance_m:,.0f} m"
    why = sentences([suggestion.why.get(language), *said, acquire], language)
    name = " · ".join((site.id, _district_name(subject, site.district)))
    return [rank, name, area, hectares, score, away, why]


def _repairs(subject: Subject, result: RedLineResult) -> list[Block]:
    language = subject.city.language
    title = word("repairs", language)
    if subject.report.repairs is None:
        return [{"kind": "lines", "title": title, "items": [word("no_repairs_asked", language)]}]
    of_line = [s for s in subject.report.repairs if s.red_line_id == result.red_line.id]
    blocks: list[Block] = []
    for search in of_line:
        rows = [_repair(subject, result, each) for each in search.repairs]
        if rows:
            blocks.append({
                "kind": "rows", "title": title, "widths": [0.8, 5, 2, 1.8, 1.8, 1.5, 3],
                "aligns": ["right", "left", "right", "right", "right", "right", "left"],
                "head": [word(k, language) for k in ("rank", "change", "m2", "lost", "gained",
                                                     "least_width", "remains_head")],
                "rows": rows,
            })  # fmt: skip
        blocks += _why_few(search, language, title="" if rows else title)
    return blocks


def _why_few(search: RepairSearch, language: str, *, title: str) -> list[Block]:
    texts = (search.blocked_by, search.fewer_because, *search.notes)
    items = list(dict.fromkeys(text.get(language) for text in texts if text is not None))
    return [{"kind": "lines", "title": title, "items": items}] if items else []


def _repair(subject: Subject, result: RedLineResult, repair: Repair) -> list[str]:
    language = subject.city.language
    figures, area = repair.figures, subject.scope.area
    is_here = area is None or not takes_land_outside(repair, result.red_line.geometry, area)
    codes = sorted({finding.code for finding in (*repair.remains, *repair.introduces)})
    left = [rule_title(subject, code) for code in codes]
    unknown = [rule_title(subject, code) for code in repair.not_checked]
    told = [
        listed(left, language),
        word("unchecked", language, listed(unknown, language)) if unknown else "",
    ]
    return [
        str(repair.rank),
        (repair.says if is_here else ELSEWHERE).get(language),
        f"{figures.area_m2:,.2f}", f"{figures.area_lost_m2:,.2f}", f"{figures.area_gained_m2:,.2f}",
        f"{figures.min_width_m:,.1f}", sentences(told, language),
    ]  # fmt: skip
