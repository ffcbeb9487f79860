"""Composition tables as one JSON document, ``siting-composition/1`` (docs/schemas)."""

from __future__ import annotations

from typing import Any

from siting.compose.account import grouped, sums_of
from siting.compose.records import Amount, ClassUse, Composed, Composition, Hint, Row
from siting.model import Basis, Text

SCHEMA = "siting-composition/1"
#: Unrounded areas are given to 0.0001 m², as in report.json.
_DECIMALS = 4

Json = dict[str, Any]


def composed_to_dict(composed: Composed, *, by: str = "village") -> Json:
    """Return the document; areas that are printed are decimal texts, so that they add up.

    Parameters
    ----------
    composed
        From :func:`siting.compose.compose`.
    by
        What the sums of each red line are grouped by, see ``GROUPINGS``.
    """
    rows = [row for composition in composed.compositions for row in composition.rows]
    return {
        "schema": SCHEMA,
        "city": _text(composed.city),
        "crs": composed.crs,
        "as_of": composed.as_of.isoformat(),
        "area_of_record": composed.area_of_record,
        "book": {"name": composed.book, "sha256": composed.book_sha256},
        "layers": [
            dict(zip(("name", "role", "content_sha256"), layer, strict=True))
            for layer in composed.layers
        ],
        "by": by,
        "red_lines": [_composition(each, by) for each in composed.compositions],
        "sums": _sums(rows),
        "classes": [_class(use) for use in composed.classes],
        "bases": [
            {"name": name, "basis": _basis(basis), "note": _text(note)}
            for name, basis, note in composed.bases
        ],
        "notes": [_text(note) for note in composed.notes],
    }


def _class(use: ClassUse) -> Json:
    return {
        "system": use.system,
        "code": use.code,
        "name": _text(use.name),
        "group": _text(use.group),
        "category": str(use.category),
        "basis": _basis(use.basis),
        "note": _text(use.note),
    }


def _composition(composition: Composition, by: str) -> Json:
    return {
        "id": composition.red_line_id,
        "project": composition.project_id,
        "is_complete": composition.is_complete,
        "total": _amount(composition.total),
        "planar_m2": _rounded(composition.planar_m2),
        "ellipsoidal_m2": _rounded(composition.ellipsoidal_m2),
        "residue_m2": round(composition.residue_m2, 6),
        "rows": [_row(row) for row in composition.rows],
        "sums": _sums(composition.rows),
        "groups": [
            {"key": list(key), "sums": _sums(rows)} for key, rows in grouped(composition.rows, by)
        ],
        "hints": [_hint(hint) for hint in composition.hints],
        "balance": {
            "cultivated": _amount(composition.balance.cultivated),
            "paddy": _amount(composition.balance.paddy),
            "possible": _amount(composition.balance.possible),
            "by_grade": [
                {"grade": grade, "area": _amount(area)}
                for grade, area in composition.balance.by_grade
            ],
        },
        "overlaps": [
            {
                "layer": overlap.layer,
                "features": list(overlap.features),
                "area_m2": _rounded(overlap.area_m2),
                "is_agreed": overlap.is_agreed,
            }
            for overlap in composition.overlaps
        ],
        "gaps": [_text(gap) for gap in composition.gaps],
        "notes": [_text(note) for note in composition.notes],
    }


def _row(row: Row) -> Json:
    account = row.account
    return {
        "town": account.town,
        "village": account.village,
        "nature": str(account.nature),
        "ownership": account.ownership,
        "kind": str(account.kind),
        "code": account.code,
        "name": _text(row.name),
        "group": row.group,
        "category": str(row.category),
        "basic_farmland": str(account.basic),
        "grade": account.grade,
        "area": _amount(row.area),
        "planar_m2": _rounded(row.planar_m2),
        "ellipsoidal_m2": _rounded(row.ellipsoidal_m2),
    }


def _hint(hint: Hint) -> Json:
    return {
        "code": hint.code,
        "step": hint.step,
        "step_title": _text(hint.step_title),
        "level": hint.level,
        "level_title": _text(hint.level_title),
        "is_certain": hint.is_certain,
        "measure": hint.measure,
        "limit_m2": hint.limit_m2,
        "certain_m2": _rounded(hint.certain_m2),
        "possible_m2": _rounded(hint.possible_m2),
        "basis": _basis(hint.basis),
        "note": _text(hint.note),
    }


def _sums(rows: list[Row] | tuple[Row, ...]) -> Json:
    sums = sums_of(rows)
    return {name: _amount(getattr(sums, name)) for name in sums.__dataclass_fields__}


def _amount(amount: Amount) -> Json:
    return {"m2": str(amount.m2), "ha": str(amount.ha), "mu": str(amount.mu)}


def _basis(basis: Basis) -> Json:
    return {
        "citation": basis.citation,
        "article": basis.article,
        "edition": basis.edition,
        "certainty": basis.certainty,
    }


def _text(text: Text) -> Json:
    return {"zh": text.get("zh"), "en": text.get("en")}


def _rounded(area_m2: float) -> float:
    return round(area_m2, _DECIMALS)
