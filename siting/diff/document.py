"""A Difference as plain data; its schema is ``docs/schemas/diff-1.schema.json``."""

from __future__ import annotations

from typing import Any

from siting.diff.records import (
    Cause,
    Difference,
    FeatureChange,
    ProjectChange,
    RedLineChange,
    Side,
    VerdictChange,
    VerdictSide,
)
from siting.model import Text
from siting.report.identity import rounded

SCHEMA = "siting-diff/1"


def difference_to_dict(difference: Difference, *, has_unchanged: bool = False) -> dict[str, Any]:
    """Return a comparison as plain data, in the order of urgency.

    Parameters
    ----------
    difference
        From :func:`siting.diff.compare`.
    has_unchanged
        Also the projects of which nothing differs.
    """
    projects = difference.projects if has_unchanged else difference.changed
    return {
        "schema": SCHEMA,
        "city": _text(difference.city),
        "before": _report(difference.before),
        "after": _report(difference.after),
        "area_of_record": difference.area_of_record,
        "counts": dict(difference.counts),
        "common": [_cause(cause) for cause in difference.common],
        "layers": [_cause(cause) for cause in difference.layers],
        "rules": [_cause(cause) for cause in difference.rules],
        "refused_red_lines": [_cause(cause) for cause in difference.refused],
        "projects": [_project(project) for project in projects],
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}


def _report(side: Side) -> dict[str, str]:
    return {
        "identity": side.identity,
        "as_of": side.as_of.isoformat(),
        "rule_book": side.rule_book,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": str(cause.kind),
        "subject": cause.subject,
        "feature_id": cause.feature_id,
        "text": _text(cause.text),
    }


def _project(project: ProjectChange) -> dict[str, Any]:
    return {
        "project_id": project.project_id,
        "name": project.name,
        "fate": str(project.fate),
        "delta_mu": rounded(project.delta_mu),
        "conflict_delta_mu": rounded(project.conflict_delta_mu),
        "fields": [
            {"name": field.name, "before": field.before, "after": field.after}
            for field in project.fields
        ],
        "red_lines": [_red_line(line) for line in project.red_lines],
    }


def _red_line(line: RedLineChange) -> dict[str, Any]:
    return {
        "fate": str(line.fate),
        "id": {"before": line.id_before, "after": line.id_after},
        "version": {"before": line.version_before, "after": line.version_after},
        "outcome": {"before": line.outcome_before, "after": line.outcome_after},
        "area_m2": {
            "before": rounded(line.area_before_m2),
            "after": rounded(line.area_after_m2),
            "delta": rounded(line.delta_m2),
        },
        "conflict_area_m2": {
            "before": rounded(line.conflict_before_m2),
            "after": rounded(line.conflict_after_m2),
            "delta": rounded(line.conflict_delta_m2),
        },
        "outline_changed": line.is_outline_changed,
        "renamed": line.is_renamed,
        "sole": {"before": _codes(line.sole_before), "after": _codes(line.sole_after)},
        "causes": [_cause(cause) for cause in line.causes],
        "changes": [_change(change) for change in line.changes],
    }


def _codes(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _change(change: VerdictChange) -> dict[str, Any]:
    return {
        "code": change.code,
        "title": _text(change.title),
        "kind": str(change.kind),
        "before": _side(change.before),
        "after": _side(change.after),
        "delta_m2": rounded(change.delta_m2),
        "features": [_feature(feature) for feature in change.features],
        "causes": [_cause(cause) for cause in change.causes],
    }


def _side(side: VerdictSide) -> dict[str, Any]:
    return {
        "status": side.status,
        "severity": side.severity,
        "area_m2": rounded(side.area_m2),
        "distance_m": rounded(side.distance_m),
        "findings": side.findings,
        "gaps": [_text(gap) for gap in side.gaps],
        "near": side.near,
        "possible": side.is_possible,
    }


def _feature(feature: FeatureChange) -> dict[str, Any]:
    return {
        "fate": str(feature.fate),
        "layer": feature.layer,
        "feature_id": feature.feature_id,
        "feature_name": feature.feature_name,
        "unit": feature.unit,
        "measure": {
            "before": rounded(feature.measure_before),
            "after": rounded(feature.measure_after),
        },
        "area_m2": {
            "before": rounded(feature.area_before_m2),
            "after": rounded(feature.area_after_m2),
        },
        "certainty": {"before": feature.certainty_before, "after": feature.certainty_after},
    }
