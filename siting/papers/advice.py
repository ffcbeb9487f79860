"""选址建议: what is offered to one project, what is not, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from siting.mapping.repairs import ELSEWHERE, takes_land_outside
from siting.model import (
    KIND_NAMES,
    ChainageRow,
    Form,
    FunnelStep,
    NearMiss,
    Outcome,
    Project,
    RedLineResult,
    Repair,
    RepairSearch,
    Search,
    Suggestion,
    Text,
)
from siting.papers import words
from siting.papers.checklist import gaps_of, red_line_row
from siting.papers.material import Context, Material, area, head
from siting.papers.planned import plan_told, planned_gap
from siting.repair.reasons import WAY_NAMES


def advice(material: Material, project: Project) -> Context:
    """Return the proposals for a project: sites by rank, corrected red lines, what is unknown.

    Parameters
    ----------
    material
        Whose subject has the project. Of a site in another district its rank, area, score and
        district are told, as in the packages.
    project
        One of the subject's projects.
    """
    subject = material.subject
    search = subject.search_of.get(project.id)
    results = results_of(material, project)
    repairs = _repair_searches(material, results)
    sites = [] if search is None else [_site(material, search, s) for s in search.suggestions]
    return {
        **head(material, words.ADVICE, project),
        "red_lines": [red_line_row(material, result) for result in results],
        "sites": sites,
        "site_notes": list(_site_notes(material, project, search)),
        "funnel": [] if search is None else [_step(material, step) for step in search.funnel],
        "nearest": _nearest(material, search.nearest if search else None),
        "profile": _profile(material, search),
        "repairs": [
            _repair(material, each, repair)
            for each in repairs or ()
            for repair in sorted(each.repairs, key=lambda repair: repair.rank)
        ],
        "repair_notes": list(_repair_notes(material, results, repairs)),
        "plan": plan_told(material, project),
        "chainage": [_stretch(material, row) for row in (search.chainage if search else ())],
        "not_checked": list(_not_checked(material, project, results, search)),
        "all_checked": material.say(_all_checked(results, sites)),
    }


def _all_checked(results: Sequence[RedLineResult], sites: Sequence[Context]) -> Text:
    """Return what it means that nothing is listed as not checked: of nothing, nothing is known."""
    is_any = bool(results) or any(not site["is_elsewhere"] for site in sites)
    return words.NONE_NOT_CHECKED if is_any else words.NOTHING_TO_CHECK


def results_of(material: Material, project: Project) -> list[RedLineResult]:
    """Return the project's red lines of the scope, by id."""
    own = [r for r in material.subject.results if r.red_line.project_id == project.id]
    return sorted(own, key=lambda result: result.red_line.id)


def _repair_searches(
    material: Material, results: Sequence[RedLineResult]
) -> list[RepairSearch] | None:
    """Return the searches for corrections of the red lines; None where nobody asked."""
    if material.report.repairs is None:
        return None
    ids = {result.red_line.id for result in results}
    return sorted(
        (each for each in material.report.repairs if each.red_line_id in ids),
        key=lambda search: search.red_line_id,
    )


def _site(material: Material, search: Search, offer: Suggestion) -> Context:
    site = offer.site
    row: Context = {
        "rank": str(offer.rank),
        "district": material.district_name(site.district) or "–",
        "area": area(site.area_m2, material),
        "area_ellipsoidal": area(site.area_ellipsoidal_m2, material),
        "score": f"{offer.score:.2f}",
        "must_acquire": words.yes(offer.must_acquire, material.language),
        "is_elsewhere": not material.subject.is_site_here(offer),
        "id": "–", "kind": "–", "parcels": "–", "resolves": "–", "remains": "–",
        "not_checked": "–", "distance": "–", "standing": "", "behind": "", "attributes": [],
        "criteria": [], "why": material.say(words.ELSEWHERE_SITE),
    }  # fmt: skip
    return row if row["is_elsewhere"] else row | _site_reasons(material, search, offer)


def _site_reasons(material: Material, search: Search, offer: Suggestion) -> Context:
    site, none = offer.site, material.say(words.NONE)
    kinds = [material.say(KIND_NAMES[kind]) for kind in dict.fromkeys((site.kind, *site.classes))]
    standing = None if search.ranking is None else search.ranking.by_site.get(site.id)
    # sentences compare sites by name: where not all may be told, none of them is
    is_told = all(map(material.subject.is_site_here, search.suggestions))
    behind = standing.behind if standing else None
    return {
        "id": site.id,
        "kind": material.names(kinds),
        "parcels": material.names(site.parcel_ids) or "–",
        "resolves": material.rule_names(offer.resolves) or none,
        "remains": material.rule_names(offer.remains) or none,
        "not_checked": _named(material, search, offer.not_checked) or none,
        "distance": "–" if offer.distance_m is None else f"{offer.distance_m:,.0f} m",
        "standing": material.say(standing.text) if standing and is_told else "",
        "behind": material.say(behind.text) if behind and is_told else "",
        "attributes": [{"name": str(k), "value": str(v)} for k, v in site.attributes.items()],
        "criteria": list(_criteria(material, search, offer)),
        "why": material.say(offer.why),
    }


def _named(material: Material, search: Search, codes: Sequence[str]) -> str:
    """Return rules and filters of the search by their titles."""
    filters = {step.name: material.say(step.title) for step in search.funnel}
    rules = material.subject.rules
    texts = [
        f"{code} {material.title_of(code)}" if code in rules else filters.get(code, code)
        for code in dict.fromkeys(codes)
    ]
    return words.joined(texts, material.language)


def _criteria(material: Material, search: Search, offer: Suggestion) -> Iterator[Context]:
    """Yield each criterion with its measure and points; an unknown measure says so."""
    used = {each.name: each for each in (search.profile.criteria if search.profile else ())}
    for name, points in offer.contributions.items():
        measure = offer.criteria[name]
        unit = used[name].unit if name in used else ""
        is_plain = unit in {"", "share", "0/1", "points"}
        known = f"{measure + 0.0:,.2f}" + ("" if is_plain else f" {unit}")
        yield {
            "title": material.say(used[name].title) if name in used else name,
            "measure": material.say(words.UNKNOWN) if math.isnan(measure) else known,
            "points": f"{points:.2f}",
        }


def _site_notes(material: Material, project: Project, search: Search | None) -> Iterator[str]:
    """Yield why there are no sites, or what else the search says."""
    if project.form is Form.LINEAR:
        yield material.say(words.LINEAR)
    elif search is None:
        yield material.say(words.NO_SEARCH)
    elif not search.suggestions:
        yield material.say(words.NO_SITES)
    if search is not None:
        yield from (material.say(text) for text in (search.blocked_by, search.note) if text)
    if search is not None and search.ranking is not None:
        yield material.say(search.ranking.spread)


def _step(material: Material, step: FunnelStep) -> Context:
    lifted = step.remaining_if_lifted
    least = material.say(Text("至少 ", "at least ")) if step.is_at_least else ""
    return {
        "title": material.say(step.title),
        "remaining": f"{step.remaining:,}",
        "if_lifted": "–" if lifted is None else f"{least}{lifted:,}",
        "relaxations": material.all_said([each.text for each in step.relaxations]),
    }


def _nearest(material: Material, nearest: NearMiss | None) -> Context | None:
    """Return the best infeasible site with what stands in its way; elsewhere its district alone."""
    if nearest is None:
        return None
    site = nearest.site
    is_here = material.subject.is_site_here(nearest)
    row: Context = {
        "district": material.district_name(site.district) or "–",
        "is_elsewhere": not is_here,
        "id": "–", "area": area(None, material), "obstacles": [],
        "why": material.say(words.ELSEWHERE_NEAREST), "note": "",
    }  # fmt: skip
    if not is_here:
        return row
    return row | {
        "id": site.id,
        "area": area(site.area_m2, material),
        "why": material.say(nearest.why),
        "note": material.say(words.NEAREST_UNKNOWN)
        + ("" if nearest.is_exact else material.say(words.NEAREST_NOT_EXACT)),
        "obstacles": [
            {
                "code": each.code if each.is_rule else "",
                "title": material.say(each.title),
                "area": area(each.area_m2, material),
            }
            for each in nearest.obstacles
        ],
    }


def _profile(material: Material, search: Search | None) -> Context | None:
    used = search.profile if search else None
    if used is None:
        return None
    left_out = [
        f"{material.say(each.title)} ({material.say(each.needs)})" for each in used.left_out
    ]
    return {
        "title": material.say(used.title) or used.name,
        "chosen": material.say(used.chosen),
        "left_out": material.names(left_out),
    }


def _repair(material: Material, search: RepairSearch, repair: Repair) -> Context:
    """Return a corrected red line; of one that takes land elsewhere its figures alone."""
    figures, scope = repair.figures, material.subject.scope
    present = next(
        r.red_line.geometry for r in material.subject.results if r.red_line.id == search.red_line_id
    )
    is_here = scope.area is None or not takes_land_outside(repair, present, scope.area)
    row: Context = {
        "red_line": search.red_line_id,
        "rank": str(repair.rank),
        "way": material.say(WAY_NAMES[repair.way]),
        "area": area(figures.area_m2, material),
        "lost": area(figures.area_lost_m2, material),
        "gained": area(figures.area_gained_m2, material),
        "moved": f"{figures.moved_m:,.2f} m",
        "width": f"{figures.min_width_m:,.1f} m",
        "is_elsewhere": not is_here,
        "resolves": "–", "remains": "–", "introduces": "–", "not_checked": "–",
        "why": material.say(ELSEWHERE),
    }  # fmt: skip
    return row | _repair_reasons(material, repair) if is_here else row


def _repair_reasons(material: Material, repair: Repair) -> Context:
    none = material.say(words.NONE)
    left = {found.code for found in (*repair.remains, *repair.introduces)}
    gone = {f.code for f in material.report.findings if f.id in set(repair.resolves)} - left
    return {
        "resolves": material.rule_names(sorted(gone)) or none,
        "remains": material.rule_names(sorted({f.code for f in repair.remains})) or none,
        "introduces": material.rule_names(sorted({f.code for f in repair.introduces})) or none,
        "not_checked": material.rule_names(repair.not_checked) or none,
        "why": material.say(repair.says),
    }


def _repair_notes(
    material: Material, results: Sequence[RedLineResult], searches: list[RepairSearch] | None
) -> Iterator[str]:
    """Yield why there is no corrected red line, or not more."""
    if not results:
        yield material.say(words.NO_RED_LINE)
        return
    if searches is None:
        yield material.say(words.NOT_CORRECTED)
        return
    searched = {search.red_line_id for search in searches}
    missed = [
        result.red_line.id
        for result in results
        if result.outcome is Outcome.CONFLICT and result.red_line.id not in searched
    ]
    if missed:
        yield f"{material.names(missed)}: {material.say(words.NOT_CORRECTED)}"
    elif not searches:
        yield material.say(words.NOTHING_TO_CORRECT)
    elif not any(search.repairs for search in searches):
        yield material.say(words.NO_REPAIRS)
    told = [
        text
        for search in searches
        for text in (search.blocked_by, search.fewer_because, *search.notes)
        if text is not None
    ]
    yield from dict.fromkeys(material.say(text) for text in told)


def _stretch(material: Material, row: ChainageRow) -> Context:
    return {
        "red_line": row.red_line_id,
        "district": material.district_name(row.district),
        "from": f"{row.from_m:,.1f}",
        "to": f"{row.to_m:,.1f}",
        "length": f"{row.length_m:,.1f}",
        "rule": f"{row.code} {material.title_of(row.code)}" if row.code else "–",
        "area": area(row.area_m2 if row.code else None, material),
    }


def _not_checked(
    material: Material, project: Project, results: Sequence[RedLineResult], search: Search | None
) -> Iterator[Context]:
    """Yield what was not checked of the present red lines and of each site told here."""
    offered = set()
    for result in results:
        for gap in gaps_of(material, material.subject.verdicts[result.red_line.id]):
            yield {"of": result.red_line.id, **gap}
    for offer in search.suggestions if search else ():
        if offer.not_checked and search and material.subject.is_site_here(offer):
            named = _named(material, search, offer.not_checked)
            why = material.say(words.SITE_UNCHECKED)
            offered.add(offer.site.id)
            yield {"of": offer.site.id, "code": "", "title": named, "severity": "", "why": why}
    planned = planned_gap(material, project)
    if planned is not None and planned["of"] not in offered:
        yield planned
