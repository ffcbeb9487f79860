"""A plan as one JSON document; its schema is ``docs/schemas/plan-1.schema.json``.

No geometry travels in it (a layer's ``release`` may forbid that), no absolute path and no user
name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from siting.allocate import Aim, Cost, Move, Stage
from siting.city import QuotaSpec
from siting.model import Option, Project, SiteKind, Text
from siting.planning.phrases import HUNDREDTHS_PER_POINT
from siting.planning.records import Block, CityPlan, Decision, PlanRow, QuotaUse
from siting.planning.wording import demanded_text, worded
from siting.report.identity import outline_sha256, rounded

SCHEMA = "siting-plan/1"
#: Version of what a plan's identity is over.
_RECIPE = "siting-plan-identity/1"
#: Sites whose outline is nobody's parcel: it is told apart by its hash.
_DRAWN = frozenset({
    SiteKind.ASSEMBLED, SiteKind.CARVED, SiteKind.RED_LINE, SiteKind.REPAIRED,
})  # fmt: skip


def write_plan(path: Path, plan: CityPlan) -> None:
    """Write a plan as JSON; see :func:`plan_to_dict`.

    Raises
    ------
    WriteError
        When the file cannot be written; an old one is then untouched.
    """
    from siting.save import write_json

    write_json(path, plan_to_dict(plan))


def plan_to_dict(plan: CityPlan) -> dict[str, Any]:
    """Return a plan as plain data: sorted by project, rounded to 0.0001 m² and points.

    Scores, deductions and regrets are in points. ``identity`` is the same for plans that decide
    the same on the same ground.
    """
    plan = worded(plan)
    content = {
        "schema": SCHEMA,
        "report_identity": plan.origin.report_identity,
        "city": _text(plan.origin.city),
        "crs": plan.crs,
        "as_of": plan.as_of.isoformat(),
        "rule_book": plan.origin.rule_book,
        "secrecy": _text(plan.origin.secrecy),
        "scenario": plan.scenario,
        "title": _text(plan.title),
        # not rounded: a gap that shows as 0 would read as proved
        "gap": plan.gap,
        "is_proved": plan.is_proved,
        "stages": [_stage(stage) for stage in plan.stages],
        "summary": {
            "projects": len(plan.rows),
            "placed": len(plan.placed),
            "unplaced": len(plan.unplaced),
            "points": rounded(sum(row.option.points for row in plan.placed if row.option)),
        },
        "rows": [_row(row) for row in plan.rows],
        "quotas": [_quota(use) for use in plan.quotas],
        "decisions": [_decision(each) for each in plan.decisions],
        "left_out": {name: _text(why) for name, why in sorted(plan.left_out.items())},
        "notes": [_text(note) for note in plan.notes],
    }
    return {**content, "identity": identity_of(content)}


def plan_identity(plan: CityPlan) -> str:
    """Return ``sha256:…`` over what a plan decides, on what ground, and how well."""
    identity: str = plan_to_dict(plan)["identity"]
    return identity


def identity_of(document: Mapping[str, Any]) -> str:
    """Return the identity of a plan's document, from the document alone.

    It is over what was decided on what ground. Left out: words, and what hangs on the time that
    the solver had (bounds, reasons, what a move or a lock costs). docs/report-identity.md.
    """
    content = {
        "recipe": _RECIPE,
        **{key: document[key] for key in ("crs", "as_of", "scenario", "report_identity")},
        "rows": [[row[key] for key in _ROW_FACTS] for row in document["rows"]],
        "locks": [[row["project"], row["lock"]["site"]] for row in document["rows"] if row["lock"]],
        "quotas": [[use[key] for key in _QUOTA_FACTS] for use in document["quotas"]],
        "decisions": [[one[key] for key in _DECISION_FACTS] for one in document["decisions"]],
        "left_out": sorted(document["left_out"]),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.get("zh"), "en": text.get("en")}


def _stage(stage: Stage) -> dict[str, Any]:
    is_score = stage.aim is Aim.SCORE
    scale = HUNDREDTHS_PER_POINT if is_score else 1
    return {
        "aim": str(stage.aim),
        "priority": None if is_score or stage.aim is Aim.KEPT else stage.priority,
        "unit": "points" if is_score else "projects",
        "value": stage.value / scale,
        "bound": stage.bound / scale,
        "gap": stage.gap,
        "is_proved": stage.is_proved,
    }


def _row(row: PlanRow) -> dict[str, Any]:
    return {
        **_project(row.project),
        **_site(row.option),
        "regret": rounded(row.regret),
        "best": None if row.best is None else _best(row.best),
        "considered": row.considered,
        "is_cut_short": row.is_cut_short,
        "reasons": None if row.blocks is None else _blocks(row.blocks),
        "obstacles": {site: _blocks(found) for site, found in sorted(row.obstacles.items())},
        "blocked_by": _text(row.blocked_by),
        "former": row.former_site_id or None,
        "move": None if row.move is None else _move(row, row.move),
        "lock": None if row.lock is None else _decision(row.lock),
        "lock_cost": None if row.lock_cost is None else _cost(row.lock_cost),
        "note": _text(row.note),
        "why": _text(row.why),
    }


def _project(project: Project) -> dict[str, Any]:
    return {
        "project": project.id,
        "project_name": project.name,
        "use": project.use,
        "priority": project.priority,
        "batch": project.batch,
        "home_district": project.district,
    }


def _site(option: Option | None) -> dict[str, Any]:
    """Return what a project gets; each key is there for a project without a site, as null."""
    if option is None:
        return dict.fromkeys(_SITE_KEYS)
    site = option.site
    return {
        "site": site.id,
        "kind": str(site.kind),
        "classes": [str(kind) for kind in site.classes],
        "parcel_ids": list(site.parcel_ids),
        "district": site.district,
        "area_m2": rounded(site.area_m2),
        "area_ellipsoidal_m2": rounded(site.area_ellipsoidal_m2),
        "points": rounded(option.points),
        "score": rounded(option.score),
        "deductions": {name: rounded(each) for name, each in sorted(option.deductions.items())},
        "must_acquire": option.must_acquire,
        "remains": sorted(option.remains),
        "not_checked": sorted(option.not_checked),
        "distance_m": rounded(option.distance_m),
        "follows": list(site.follows),
        "outline_sha256": outline_sha256(site.geometry) if site.kind in _DRAWN else None,
    }


_SITE_KEYS = (
    "site", "kind", "classes", "parcel_ids", "district", "area_m2", "area_ellipsoidal_m2", "points",
    "score", "deductions", "must_acquire", "remains", "not_checked", "distance_m", "follows",
    "outline_sha256",
)  # fmt: skip


_ROW_FACTS = (
    "project", "use", "priority", "batch", *_SITE_KEYS, "best", "regret", "considered",
    "is_cut_short", "former",
)  # fmt: skip
_QUOTA_FACTS = ("name", "unit", "limit", "used", "unknown_m2", "districts", "uses", "batches")
_DECISION_FACTS = ("decided", "site", "project", "dated")


def _best(option: Option) -> dict[str, Any]:
    return {
        "site": option.site.id,
        "kind": str(option.site.kind),
        "points": rounded(option.points),
    }


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [
        {"kind": str(block.kind), "name": block.name, "text": _text(block.text)} for block in blocks
    ]


def _move(row: PlanRow, move: Move) -> dict[str, Any]:
    return {
        "from": move.from_site_id,
        "to": move.to_site_id or None,
        "demanded": _text(demanded_text(row)) if move.demanded else None,
        "clash": move.clash or None,
        "cost": None if move.cost is None else _cost(move.cost),
    }


def _cost(cost: Cost) -> dict[str, Any]:
    """Return what is lost: projects by class, points (not hundredths), projects that stay."""
    return {
        "placed": {str(level): lost for level, lost in sorted(cost.placed.items()) if lost},
        "points": rounded(cost.score / HUNDREDTHS_PER_POINT),
        "kept": cost.kept,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "decided": str(decision.decided),
        "site": decision.site,
        "project": decision.project_id or None,
        "by": decision.by,
        "dated": decision.dated.isoformat() if decision.dated else None,
        "reason": decision.reason,
        "source": decision.source,
    }


def _quota(use: QuotaUse) -> dict[str, Any]:
    spec: QuotaSpec = use.spec
    return {
        "name": spec.name,
        "title": _text(spec.title),
        "unit": spec.unit,
        "limit": rounded(spec.limit),
        "used": rounded(use.used),
        "unknown_m2": rounded(use.unknown_m2),
        "districts": list(spec.districts),
        "uses": list(spec.uses),
        "batches": list(spec.batches),
        "basis": spec.basis,
    }
