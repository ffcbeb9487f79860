"""Rows of the page beside the verdicts: bands, what blocks alone, the nearest feature, the path.

Short, for a page holds thousands: texts, offices and papers of a step stand with its rules.
"""

from __future__ import annotations

from siting.mapping.background import Payload, pair
from siting.mapping.subject import Subject
from siting.model import Finding, Nearness, RedLineResult, Text


def _square_metres(value: float) -> float:
    return round(float(value), 2)


def band_row(finding: Finding) -> list[object] | None:
    """Return sigma, the interval in m² and whether the overlap is certain; None without a band."""
    band = finding.band
    if band is None:
        return None
    edges = (_square_metres(band.area_m2_min), _square_metres(band.area_m2_max))
    return [round(band.sigma_m, 2), *edges, band.is_certain]


def lift_rows(subject: Subject, result: RedLineResult) -> list[Payload]:
    """Return what each line blocks alone; a role that one rule alone looks at says it twice."""
    return [
        {
            "code": "" if lift.is_role else lift.name,
            "layer": _role_title(subject, lift.name) if lift.is_role else None,
            "freed": _square_metres(lift.freed_m2),
            "sole": lift.is_sole,
        }
        for lift in result.lifts
        if not lift.is_role or len(lift.codes) > 1
    ]


def _role_title(subject: Subject, role: str) -> list[str]:
    layers = subject.atlas.by_role(role)
    return pair(layers[0].title if layers else Text(role, role))


def path_rows(result: RedLineResult) -> list[Payload]:
    """Return the steps to a stable red line: way, rules, area, and what is settled as well."""
    return [
        {
            "way": step.way.value,
            "codes": list(step.codes),
            "area": _square_metres(step.area_m2),
            "leaves": None if step.leaves_m2 is None else _square_metres(step.leaves_m2),
            "settles": list(step.also_settles),
        }
        for step in result.path
    ]


def near_row(subject: Subject, near: Nearness) -> list[object]:
    """Return layer, name and id of the nearest feature."""
    layer = subject.layers.get(near.layer)
    return [
        pair(layer.title if layer else Text(near.layer, near.layer)),
        near.feature_name,
        near.feature_id,
    ]
