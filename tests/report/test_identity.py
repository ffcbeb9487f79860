"""One hash says whether two runs found the same: what moves it, and what must not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely

from siting.model import FrameFeatures, Refusal, Severity, Status, Text
from siting.report import identity
from siting.report.identity import outline_sha256, rounded

from ..tiny_city import check, frame, layer, place, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
RULES = [rule("overlap", role="farmland"), rule("rivals")]


def layers():
    farm = layer(
        "farmland", [rect(1090, 1000, 1300, 1100), rect(900, 900, 1010, 1010)], ids=["F1", "F2"]
    )
    return [farm, layer("roads", [])]


def lines():
    return [red_line(SQUARE, "R1"), red_line(rect(1050, 0, 1150, 1050), "R2", project_id="P2")]


@pytest.fixture(scope="module")
def report():
    return check(layers(), lines(), RULES)


def test_it_is_a_sha256(report) -> None:
    kind, digest = identity(report).split(":")
    assert (kind, len(digest)) == ("sha256", 64)


def test_the_order_of_rows_layers_and_red_lines_does_not_move_it(report) -> None:
    farm, roads = layers()
    turned = replace(farm, frame=farm.frame.iloc[::-1].reset_index(drop=True))
    again = check([roads, turned], lines()[::-1], RULES)
    assert identity(again) == identity(report)


def test_the_number_of_workers_does_not_move_it(report) -> None:
    assert identity(check(layers(), lines(), RULES, workers=2)) == identity(report)


def test_direction_and_start_of_a_ring_do_not_move_it(report) -> None:
    ring = list(SQUARE.exterior.coords)[:-1]
    turned = shapely.Polygon((ring[2:] + ring[:2])[::-1])
    first, second = lines()
    again = check(layers(), [replace(first, geometry=turned), second], RULES)
    assert identity(again) == identity(report)


def test_versions_wording_and_notes_do_not_move_it(report) -> None:
    finding = replace(report.findings[0], message=Text("别的话", "other words"))
    other = replace(
        report,
        versions={"siting": "9.9"},
        city=Text("别的名"),
        findings=(finding, *report.findings[1:]),
    )
    assert identity(other) == identity(report)


def test_what_stands_beside_for_comparisons_does_not_move_it(report) -> None:
    """Figures, prints and coverages came later; identities of older reports stay good."""
    entry, finding, summary = report.inputs[0], report.findings[0], report.rules[0]
    others = FrameFeatures(frame([rect(0, 0, 9, 9)]))
    other = replace(
        report,
        crosswalks_sha256="1" * 64,
        red_lines_left_out=5,
        inputs=(replace(entry, coverage_area=None, rows=others, part_of="b"),
                *report.inputs[1:]),
        findings=(replace(finding, feature_sha256="2" * 64), *report.findings[1:]),
        rules=(replace(summary, figures={}), *report.rules[1:]),
    )  # fmt: skip
    assert identity(other) == identity(report)


def changes(report):
    finding, verdict, result = report.findings[0], report.verdicts[0], report.results[0]
    entry = report.inputs[0]
    line = replace(result.red_line, geometry=shapely.transform(SQUARE, lambda xy: xy + 0.001))
    failed = replace(entry.contract, rows_used=entry.contract.rows_used - 1)

    def findings(**fields):
        return replace(report, findings=(replace(finding, **fields), *report.findings[1:]))

    def verdicts(**fields):
        return replace(report, verdicts=(replace(verdict, **fields), *report.verdicts[1:]))

    def results(**fields):
        return replace(report, results=(replace(result, **fields), *report.results[1:]))

    return {
        "a finding's area": findings(area_m2=finding.area_m2 + 0.001),
        "a finding's measure": findings(measure=finding.measure + 0.001),
        "a finding's limit": findings(limit=1.0),
        "a finding's severity": findings(severity=Severity.ADVISORY),
        "a sliver": findings(is_sliver=True),
        "a dispute": findings(is_disputed=True),
        "a finding's id": findings(id="other"),
        "a finding less": replace(report, findings=report.findings[1:]),
        "a status": verdicts(status=Status.CLEAR),
        "a gap": verdicts(gaps=(Text("缺", "a gap"),)),
        "a distance": verdicts(distance_m=1.0),
        "a verdict less": replace(report, verdicts=report.verdicts[1:]),
        "an outline by a millimetre": results(red_line=line),
        "a red line's project": results(red_line=replace(result.red_line, project_id="P7")),
        "an outcome": results(is_incomplete=not result.is_incomplete),
        "a district": results(district="99"),
        "a layer's content": replace(
            report, inputs=(replace(entry, content_sha256="x"), *report.inputs[1:])
        ),
        "a row less": replace(report, inputs=(replace(entry, contract=failed), *report.inputs[1:])),
        "a layer less": replace(report, inputs=report.inputs[1:]),
        "a refused red line": replace(report, refused_red_lines=(Refusal(1, "F", "no area"),)),
        "the date": replace(report, as_of=dt.date(2026, 11, 2)),
        "the rule book": replace(report, rule_book_sha256="1" * 64),
        "a rule out of force": replace(
            report, rules=(replace(report.rules[0], in_force=False), *report.rules[1:])
        ),
        "a total": replace(report, totals_m2={"T-OVERLAP": 1.0}),
        "the CRS": replace(report, crs="EPSG:4526"),
    }


def test_whatever_was_found_moves_it(report) -> None:
    seen = {name: identity(changed) for name, changed in changes(report).items()}
    assert [name for name, found in seen.items() if found == identity(report)] == []
    assert len(set(seen.values())) == len(seen)


def test_outlines_are_hashed_on_a_grid() -> None:
    assert outline_sha256(SQUARE) == outline_sha256(SQUARE.reverse())
    near = shapely.transform(SQUARE, lambda xy: xy + 1e-6)
    assert outline_sha256(SQUARE) == outline_sha256(near)
    bowtie = place("POLYGON ((0 0, 9 9, 9 0, 0 9, 0 0))")
    assert len(outline_sha256(bowtie)) == 64


def test_rounding() -> None:
    assert rounded(1.00004) == 1.0
    assert str(rounded(-0.00001)) == "0.0"
    assert rounded(None) is None
