"""Why there is no site, as JSON: the steps of the funnel and the best infeasible site."""

from __future__ import annotations

from typing import Any

from siting.model import AreaRelaxation, FunnelStep, NearMiss, Obstacle, Text
from siting.report.identity import rounded


def step_to_dict(step: FunnelStep) -> dict[str, Any]:
    """Return one step of a funnel, with what lifting it alone would give; areas in m²."""
    return {
        "name": step.name,
        "title": _text(step.title),
        "remaining": step.remaining,
        "remaining_if_lifted": step.remaining_if_lifted,
        "is_at_least": step.is_at_least,
        "relaxations": [_relaxation(each) for each in step.relaxations],
    }


def near_miss_to_dict(nearest: NearMiss | None) -> dict[str, Any] | None:
    """Return the best infeasible site without its geometry; areas in m² (planar), shares 0–1."""
    if nearest is None:
        return None
    site = nearest.site
    return {
        "site_id": site.id,
        "parcel_ids": list(site.parcel_ids),
        "district": site.district,
        "area_m2": rounded(site.area_m2),
        "shortfall": rounded(nearest.shortfall),
        "conflict_area_m2": rounded(nearest.conflict_area_m2),
        "obstacles": [_obstacle(each) for each in nearest.obstacles],
        "looked_at": nearest.looked_at,
        "is_exact": nearest.is_exact,
        "why": _text(nearest.why),
    }


def _relaxation(relaxation: AreaRelaxation) -> dict[str, Any]:
    return {
        "bound": "min" if relaxation.is_min else "max",
        "wanted_m2": rounded(relaxation.wanted_m2),
        "passes_with_m2": rounded(relaxation.passes_with_m2),
        "parcel_id": relaxation.parcel_id,
        "text": _text(relaxation.text),
    }


def _obstacle(obstacle: Obstacle) -> dict[str, Any]:
    return {
        "kind": "rule" if obstacle.is_rule else "filter",
        "code": obstacle.code,
        "title": _text(obstacle.title),
        "area_m2": rounded(obstacle.area_m2),
        "share": rounded(obstacle.share),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}
