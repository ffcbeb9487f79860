"""What the papers tell of the city's plan: the site that it gives a project, or why it gives none.

Who may read what says :mod:`siting.planning.hearing`, as on pages and in packages.
"""

from __future__ import annotations

from siting.model import NO_TEXT, Project, RedLineResult, SiteKind, Text
from siting.papers import words
from siting.papers.material import SHORT_HASH, Context, Material, area
from siting.planning import Listener, Placed, PlanRow, QuotaUse
from siting.planning.phrases import (
    amount_name,
    amount_text,
    deductions_text,
    kind_text,
    proof_text,
    quota_name,
    quota_text,
)
from siting.planning.telling import (
    beside_best_text,
    not_all_known_text,
    shut_out_texts,
    since_text,
)

#: Values of ``plan.state``: a site here; one in another district; none; no plan can place it; it
#: takes no part.
HERE, ELSEWHERE, UNPLACED, LEFT_OUT, NO_PART = "here", "elsewhere", "unplaced", "left_out", "none"
_STATES = {
    HERE: Text("已安排用地", "it gets a site"),
    ELSEWHERE: Text(
        "已安排在其他区，用地请向市局了解", "it gets a site in another district: ask the city"
    ),
    UNPLACED: Text("未能安排用地", "it gets no site"),
    LEFT_OUT: Text("不参与统筹安排", "no plan can place it"),
    NO_PART: Text("不在统筹范围（项目不在选址阶段）", "takes no part (its stage wants no land)"),
}
#: What of a site in another district is not told, which is not that there is none.
_UNTOLD = ("id", "kind", "parcels", "distance", "remains", "not_checked")
_NOT_TOLD = Text("此处不列明", "not told here")


def plan_told(material: Material, project: Project) -> Context | None:
    """Return what the plan gives a project, as the reader of the papers may have it.

    None where the papers are made without a plan: nothing is said of one then, also not that
    the project gets no site.

    Parameters
    ----------
    material
        With or without a plan.
    project
        One that the papers are about.
    """
    told = material.told
    if told is None:
        return None
    row = told.names.rows.get(project.id)
    placed = told.seen(row) if row else None
    state = _state(told, project, row, placed)
    return {
        "state": state,
        "state_text": material.say(_STATES[state]),
        "site": _site(material, told, placed) if placed else None,
        "quotas": [_quota(material, each) for each in told.quotas_of(row)] if row else [],
        **_fares(material, told, row),
        **_reasons(material, told, project, row),
        "identity": material.plan_identity,
        "identity_short": material.plan_identity.removeprefix("sha256:")[:SHORT_HASH],
        "as_of": told.plan.as_of.isoformat(),
        "proof": material.say(proof_text(told.plan)),
    }


def _state(told: Listener, project: Project, row: PlanRow | None, placed: Placed | None) -> str:
    if row is None:
        return LEFT_OUT if project.id in told.left_out else NO_PART
    if row.option is None:
        return UNPLACED
    return HERE if placed and placed.is_here else ELSEWHERE


def _site(material: Material, told: Listener, placed: Placed) -> Context:
    option, site = placed.option, placed.option.site
    row: Context = {
        "district": material.district_name(site.district) or "–",
        "area": area(site.area_m2, material),
        "area_ellipsoidal": area(site.area_ellipsoidal_m2, material),
        "area_in_district": area(placed.share_m2, material),
        "score": f"{option.score:.2f}",
        "points": f"{option.points:.2f}",
        "deductions": material.say(deductions_text(option)) or f"{option.score:.2f}",
        "must_acquire": words.yes(option.must_acquire, material.language),
        "is_elsewhere": not placed.is_here,
    }
    if not placed.is_here:
        return row | dict.fromkeys(_UNTOLD, material.say(_NOT_TOLD))
    none = material.say(words.NONE)
    return row | {
        "id": site.id,
        "kind": material.say(kind_text(option)),
        "parcels": material.names(site.parcel_ids) or "–",
        "distance": "–" if option.distance_m is None else f"{option.distance_m:,.0f} m",
        "remains": material.say(told.names.rules(option.remains)) or none,
        "not_checked": material.say(told.names.rules(option.not_checked)) or none,
    }


def _fares(material: Material, told: Listener, row: PlanRow | None) -> Context:
    """Return how a project fares: class, what it gives up, since when, by which decision."""
    if row is None:
        return dict.fromkeys(
            ("priority", "batch", "considered", "regret", "gives_up", "since", "lock", "note"), ""
        ) | {"best": None, "is_cut_short": False}
    best = told.best(row) if row.option else None
    return {
        "priority": str(row.project.priority),
        "batch": row.project.batch or "–",
        "considered": str(row.considered),
        "is_cut_short": row.is_cut_short,
        "regret": f"{row.regret:.2f}" if row.option else "",
        "best": {"id": best.site.id, "points": f"{best.points:.2f}"} if best else None,
        "gives_up": material.say(beside_best_text(told, row)),
        "since": material.say(since_text(told, row)),
        "lock": material.say(told.lock(row)),
        "note": material.say(not_all_known_text(told, row)),
    }


def _reasons(material: Material, told: Listener, project: Project, row: PlanRow | None) -> Context:
    """Return why a project gets no site; ``is_proved`` where no reason can be left out."""
    lead = told.left_out.get(project.id, NO_TEXT)
    reasons: tuple[Text, ...] = ()
    is_proved = False
    if row is not None and row.option is None:
        lead, reasons = shut_out_texts(told, row)
        is_proved = row.blocks is not None
    return {
        "why_not": material.say(lead),
        "reasons": [material.say(reason) for reason in reasons],
        "is_proved": is_proved,
    }


def _quota(material: Material, use: QuotaUse) -> Context:
    spec, say = use.spec, material.say
    left_m2 = max(0.0, spec.limit - use.used)
    return {
        "title": quota_name(use, material.language),
        "counts": say(amount_name(spec.unit)),
        "limit": say(amount_text(spec.limit, spec.unit)),
        "used": say(amount_text(use.used, spec.unit)),
        "left": say(amount_text(left_m2, spec.unit)),
        "basis": spec.basis or "–",
        "text": say(quota_text(use)),
    }


def planned_gap(material: Material, project: Project) -> Context | None:
    """Return what was not checked of a planned site that is told here; None where all was."""
    told = material.told
    row = told.names.rows.get(project.id) if told else None
    placed = told.seen(row) if told and row else None
    if told is None or placed is None or not placed.is_here or not placed.option.not_checked:
        return None
    named = material.say(told.names.rules(placed.option.not_checked))
    why = material.say(words.SITE_UNCHECKED)
    return {
        "of": placed.option.site.id, "code": "", "title": named, "severity": "", "why": why,
    }  # fmt: skip


def planned_line(material: Material, result: RedLineResult) -> str:
    """Return one sentence where a red line is the site that the plan gives its project."""
    told, line = material.told, result.red_line
    if told is None:
        return ""
    row = told.names.rows.get(line.project_id)
    option = row.option if row else None
    if row is None or option is None or not told.is_own(line.project_id):
        return ""
    if option.site.kind is not SiteKind.RED_LINE or option.site.id != line.id:
        return ""
    short = material.plan_identity.removeprefix("sha256:")[:SHORT_HASH]
    text = material.say(words.PLANNED_LINE)
    return text.format(points=f"{option.points:.2f}", identity=short)
