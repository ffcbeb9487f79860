"""The report identity: one hash that says whether two runs found the same.

What is hashed, at which rounding, and what stands beside it is written down in
``docs/report-identity.md``.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import shapely

from siting.model import Finding, Input, RedLineResult, Report, Verdict

#: Version of what is hashed; part of the hash, so that two recipes never look alike.
RECIPE = "siting-identity/1"
#: Decimals of m² and m in the hash and in the report (0.1 mm, 1 cm²).
DECIMALS = 4
#: Coordinates of red lines are hashed on this grid, metres.
COORDINATE_GRID_M = 1e-4


def rounded(value: float | None) -> float | None:
    """Return a number at the report's precision, never ``-0.0``; None and NaN are None."""
    return None if value is None or math.isnan(value) else round(value, DECIMALS) + 0.0


def identity(report: Report) -> str:
    """Return ``sha256:…`` over what the report says, independent of order and of versions.

    The same inputs give the same identity with any number of workers, and with rows,
    files and layers in any order.
    """
    content = {
        "recipe": RECIPE,
        "crs": report.crs,
        "as_of": report.as_of.isoformat(),
        "rule_book_sha256": report.rule_book_sha256,
        "rules": sorted(rule.code for rule in report.rules if rule.in_force),
        "inputs": [_input(entry) for entry in sorted(report.inputs, key=lambda entry: entry.name)],
        "red_lines": sorted((_red_line(result) for result in report.results), key=str),
        "refused_red_lines": sorted(
            [refusal.feature_id, refusal.reason] for refusal in report.refused_red_lines
        ),
        "verdicts": sorted((_verdict(verdict) for verdict in report.verdicts), key=str),
        "findings": sorted((_finding(finding) for finding in report.findings), key=str),
        "totals_m2": {code: rounded(area) for code, area in sorted(report.totals_m2.items())},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _input(entry: Input) -> list[Any]:
    contract = entry.contract
    return [
        entry.name,
        entry.role,
        str(contract.status),
        contract.rows_used,
        contract.rows_refused,
        entry.content_sha256,
    ]


def outline_sha256(geometry: shapely.Geometry) -> str:
    """Return a hash of an outline that start point and ring direction do not change."""
    on_grid = shapely.transform(geometry, lambda xy: (xy / COORDINATE_GRID_M).round())
    return hashlib.sha256(shapely.to_wkb(shapely.normalize(on_grid))).hexdigest()


def _red_line(result: RedLineResult) -> list[Any]:
    red_line = result.red_line
    return [
        red_line.id,
        red_line.project_id,
        red_line.version,
        outline_sha256(red_line.geometry),
        result.district,
        str(result.outcome),
        result.is_incomplete,
        rounded(result.area_m2),
        rounded(result.conflict_area_m2),
        *([red_line.accepted.hypothesis] if red_line.accepted else []),
    ]


def _verdict(verdict: Verdict) -> list[Any]:
    return [
        verdict.red_line_id,
        verdict.code,
        str(verdict.severity),
        str(verdict.status),
        sorted(verdict.finding_ids),
        rounded(verdict.distance_m),
        rounded(verdict.area_m2),
        sorted(gap.get("en") for gap in verdict.gaps),
    ]


def _finding(finding: Finding) -> list[Any]:
    return [
        finding.id,
        str(finding.severity),
        rounded(finding.measure),
        finding.unit,
        rounded(finding.limit),
        rounded(finding.area_m2),
        rounded(finding.area_ellipsoidal_m2),
        finding.is_sliver,
        finding.is_disputed,
    ]
