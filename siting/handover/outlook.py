"""Columns of a package beside the verdicts: near what, blocked by what, how sure, the way out."""

from __future__ import annotations

from typing import Any

from siting.handover.selection import DistrictPart
from siting.model import Finding, RedLineResult, Step, Text, Verdict
from siting.report import is_named_in

#: Areas and widths are written to the square millimetre, as in the other columns.
_DECIMALS = 6
_WAYS = {
    "fix_data": Text("补正数据", "fix the data"),
    "avoid": Text("避让", "avoid"),
    "ask_authority": Text("征求主管部门意见", "ask the authority"),
    "adjust_plan": Text("调整规划", "adjust the plan"),
}

Columns = dict[str, Any]


def near_columns(part: DistrictPart, red_line_id: str) -> Columns:
    """Return what a red line comes near to: rule, distance, and the feature where it lies here."""
    near = [
        verdict
        for verdict in part.verdicts
        if verdict.red_line_id == red_line_id and verdict.distance_m is not None
    ]
    texts = [_near(verdict, part) for verdict in near]
    return {"near_zh": "；".join(texts), "near_en": "; ".join(texts)}


def _near(verdict: Verdict, part: DistrictPart) -> str:
    text = f"{verdict.code} {verdict.distance_m or 0.0:,.2f} m"
    near = verdict.near
    if near is None or not is_named_in(near, part.area):
        return text
    return f"{text} {near.layer}/{near.feature_id} {near.feature_name}".rstrip()


def way_columns(result: RedLineResult) -> Columns:
    """Return the one rule that blocks alone with what it frees, and the steps, numbered."""
    sole = [lift for lift in result.lifts if lift.is_sole and not lift.is_role]
    return {
        "blocked_by": sole[0].name if sole else "",
        "freed_m2": round(sole[0].freed_m2, _DECIMALS) if sole else None,
        "path_zh": "；".join(_steps(result, "zh")),
        "path_en": "; ".join(_steps(result, "en")),
    }


def _steps(result: RedLineResult, language: str) -> list[str]:
    return [
        f"{number}. {_step(step, language)}" for number, step in enumerate(result.path, start=1)
    ]


def _step(step: Step, language: str) -> str:
    area = f"{step.area_m2:,.2f} m²" if step.area_m2 > 0 else ""
    if step.leaves_m2 is not None and area:
        area += (
            f"（余 {step.leaves_m2:,.2f} m²）"
            if language == "zh"
            else (f" (leaves {step.leaves_m2:,.2f} m²)")
        )
    offices = "、".join(office.get(language) for office in step.offices)
    codes = f"[{', '.join(step.codes)}]"
    return " ".join(p for p in (_WAYS[step.way].get(language), codes, area, offices) if p)


def band_columns(finding: Finding) -> Columns:
    """Return the interval of an overlap, or which accuracy is missing for one."""
    band, missing = finding.band, finding.band_missing
    texts = {
        "band_missing_zh": missing.get("zh") if missing else "",
        "band_missing_en": missing.get("en") if missing else "",
    }
    if band is None:
        return {"certainty": "", "sigma_m": None, "area_m2_min": None, "area_m2_max": None} | texts
    return {
        "certainty": "certain" if band.is_certain else "possible",
        "sigma_m": round(band.sigma_m, _DECIMALS),
        "area_m2_min": round(band.area_m2_min, _DECIMALS),
        "area_m2_max": round(band.area_m2_max, _DECIMALS),
    } | texts
