"""What the report adds to areas and verdicts: bands, the nearest feature, the way out.

Rounded as the rest of the report, and additive: no field of it is part of the identity.
"""

from __future__ import annotations

from typing import Any

from siting.model import Band, Lift, Nearness, RedLineResult, Step, Text
from siting.report.identity import rounded


def ways_out(result: RedLineResult) -> dict[str, Any]:
    """Return ``lifts`` and ``path`` of a red line as plain data."""
    return {
        "lifts": [_lift(lift) for lift in result.lifts],
        "path": [_step(step) for step in result.path],
    }


def _lift(lift: Lift) -> dict[str, Any]:
    return {
        "of": "role" if lift.is_role else "rule",
        "name": lift.name,
        "codes": list(lift.codes),
        "freed_m2": rounded(lift.freed_m2),
        "sole": lift.is_sole,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "way": str(step.way),
        "severity": str(step.severity),
        "codes": list(step.codes),
        "texts": _texts(step.texts),
        "offices": _texts(step.offices),
        "papers": list(step.papers),
        "area_m2": rounded(step.area_m2),
        "leaves_m2": rounded(step.leaves_m2),
        "finding_ids": list(step.finding_ids),
        "also_settles": list(step.also_settles),
        "exceptions": list(step.exceptions),
    }


def _texts(texts: tuple[Text, ...]) -> list[dict[str, str]]:
    return [{"zh": text.get("zh"), "en": text.get("en")} for text in texts]


def band_of(band: Band | None) -> dict[str, Any] | None:
    """Return a band as plain data; nothing for none."""
    if band is None:
        return None
    return {
        "sigma_m": rounded(band.sigma_m),
        "area_m2_min": rounded(band.area_m2_min),
        "area_m2_max": rounded(band.area_m2_max),
        "certainty": "certain" if band.is_certain else "possible",
    }


def near_to(near: Nearness | None) -> dict[str, Any] | None:
    """Return the nearest feature as plain data, without its place; nothing for none."""
    if near is None:
        return None
    return {
        "distance_m": rounded(near.distance_m),
        "layer": near.layer,
        "feature_id": near.feature_id,
        "feature_name": near.feature_name,
    }
