"""A comparison as one JSON document: rounded as the report is, without geometry."""

from __future__ import annotations

from typing import Any

from siting.compare.records import (
    Certainty,
    Change,
    Comparison,
    Criterion,
    Named,
    Option,
    Profile,
)
from siting.model import ChainageRow, Project, Text
from siting.report.identity import rounded

SCHEMA = "siting-compare/1"


def comparison_to_dict(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data; measures, worths and points with four decimals.

    A measure that is not known is null, and so is its worth: its points are 0.
    """
    origin = comparison.origin
    return {
        "schema": SCHEMA,
        "identity": origin.identity,
        "city": _text(origin.city),
        "crs": origin.crs,
        "as_of": origin.as_of.isoformat(),
        "rule_book": origin.rule_book,
        "area_of_record": origin.area_of_record,
        "secrecy": _text(origin.secrecy),
        "project": _project(comparison.project),
        "profile": _profile(comparison.profile),
        "criteria": [_criterion(each) for each in comparison.criteria],
        "drawn": _drawn(comparison),
        "options": [_option(option) for option in comparison.options],
        "chainage": [_stretch(row) for row in comparison.chainage],
        "notes": [_text(note) for note in comparison.notes],
    }


def _project(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "form": str(project.form),
        "stage": project.stage,
        "district": project.district,
        "use": project.use,
        "area_m2_min": rounded(project.demand.area_m2_min),
        "area_m2_max": rounded(project.demand.area_m2_max),
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "title": _text(criterion.title),
        "unit": criterion.unit,
        "share": rounded(criterion.share),
        "worth": dict(criterion.worth),
        "basis": criterion.basis,
    }


def _stretch(row: ChainageRow) -> dict[str, Any]:
    return {
        "red_line_id": row.red_line_id,
        "district": row.district,
        "from_m": rounded(row.from_m),
        "to_m": rounded(row.to_m),
        "code": row.code,
        "area_m2": rounded(row.area_m2),
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.get("zh"), "en": text.get("en")}


def _profile(profile: Profile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    return {
        "name": profile.name,
        "title": _text(profile.title),
        "chosen": _text(profile.chosen),
        "sha256": profile.sha256,
        "method": profile.method,
        "weighting": profile.weighting,
        "consistency_ratio": rounded(profile.consistency_ratio),
        "left_out": [
            {"name": each.name, "title": _text(each.title), "needs": _text(each.needs)}
            for each in profile.left_out
        ],
    }


def _drawn(comparison: Comparison) -> dict[str, Any] | None:
    drawing = comparison.drawing
    if drawing is None:
        return None
    return {
        "draws": drawing.draws,
        "seed": drawing.seed,
        "top": drawing.top,
        "spread": _text(drawing.spread),
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "key": option.key,
        "kind": str(option.kind),
        "number": option.number,
        "id": option.id,
        "what": _text(option.what),
        "district": option.district,
        "area_m2": rounded(option.area_m2),
        "area_ellipsoidal_m2": rounded(option.area_ellipsoidal_m2),
        "score": rounded(option.score),
        "marks": {
            name: {
                "measure": rounded(mark.measure),
                "worth": rounded(mark.worth),
                "points": rounded(mark.points),
            }
            for name, mark in option.marks.items()
        },
        "certainty": _certainty(option.certainty),
        "conflict_area_m2": rounded(option.conflict_area_m2),
        "resolves": [_named(rule) for rule in option.resolves],
        "remains": [_named(rule) for rule in option.remains],
        "introduces": [_named(rule) for rule in option.introduces],
        "not_checked": [_named(rule) for rule in option.not_checked],
        "must_acquire": option.must_acquire,
        "distance_m": rounded(option.distance_m),
        "change": _change(option.change),
        "attributes": dict(option.attributes),
        "why": _text(option.why),
        "is_drawn": option.shape is not None,
    }


def _named(rule: Named) -> dict[str, Any]:
    return {"code": rule.code, "title": _text(rule.title), "area_m2": rounded(rule.area_m2)}


def _certainty(found: Certainty | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "first_share": rounded(found.first_share),
        "top_share": rounded(found.top_share),
        "is_unbeaten": found.is_unbeaten,
        "closeness": rounded(found.closeness),
        "text": _text(found.text),
        "behind": _text(found.behind),
    }


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "moved_m": rounded(change.moved_m),
        "lost_m2": rounded(change.lost_m2),
        "gained_m2": rounded(change.gained_m2),
        "min_width_m": rounded(change.min_width_m),
        "frontage_m": rounded(change.frontage_m),
    }
