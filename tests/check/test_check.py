"""The check of a city: who is checked, by which rules, against whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely

from siting.check import check, find_conflicts
from siting.model import Refusal

from ..tiny_city import (
    AS_OF,
    atlas,
    book,
    city,
    layer,
    military,
    project,
    rect,
    red_line,
    rule,
)
from ..tiny_city import check as check_tiny

SQUARE = rect(1000, 1000, 1100, 1100)
#: Long edges askew: here the two ellipsoidal methods part by more than a mm².
KITE = shapely.Polygon(
    shapely.get_coordinates(rect(0, 0, 1, 1))[0]
    + [(1000, 1000), (1690, 1310), (1900, 2100), (1300, 1200)]
)
FARM = rule("overlap", role="farmland")


def test_one_verdict_per_red_line_and_rule_that_applies() -> None:
    lines = [red_line(SQUARE, "R2"), red_line(SQUARE, "R1")]
    rules = [rule("quality", min_width_m=1.0), FARM]
    report = check_tiny([layer("farmland", [])], lines, rules)
    assert [(v.red_line_id, v.code) for v in report.verdicts] == [
        ("R1", "T-QUALITY"),
        ("R1", "T-OVERLAP"),
        ("R2", "T-QUALITY"),
        ("R2", "T-OVERLAP"),
    ]
    assert [result.red_line.id for result in report.results] == ["R1", "R2"]


def test_rules_out_of_force_are_silent_but_listed() -> None:
    later = rule(
        "overlap", role="farmland", code="LATER",
        basis={"citation": "t", "from": dt.date(2027, 1, 1)},
    )  # fmt: skip
    gone = rule(
        "overlap",
        role="farmland",
        code="GONE",
        basis={"citation": "t", "to": dt.date(2026, 10, 31)},
    )
    report = check_tiny([layer("farmland", [SQUARE])], [red_line(SQUARE)], [later, gone, FARM])
    assert {verdict.code for verdict in report.verdicts} == {"T-OVERLAP"}
    assert {each.code: each.in_force for each in report.rules} == {
        "LATER": False, "GONE": False, "T-OVERLAP": True,
    }  # fmt: skip


@pytest.mark.parametrize("day", [dt.date(2020, 1, 1), dt.date(2026, 12, 31)])
def test_the_first_and_the_last_day_count(day: dt.date) -> None:
    made = rule(
        "overlap", role="farmland",
        basis={"citation": "t", "from": dt.date(2020, 1, 1), "to": dt.date(2026, 12, 31)},
    )  # fmt: skip
    report = check(
        atlas([layer("farmland", [])], [red_line(SQUARE)]), book(made), city=city(), as_of=day
    )
    assert len(report.verdicts) == 1


def test_off_map_matters_of_the_city_become_rules() -> None:
    report = check(
        atlas([], [red_line(SQUARE)]), book(), city=city(off_map=(military(),)), as_of=AS_OF
    )
    (verdict,) = report.verdicts
    assert (verdict.code, verdict.status) == ("military", "consult")
    (summary,) = report.rules
    assert (summary.kind, summary.in_force, summary.route.office.en) == (
        "off_map", True, "Garrison",
    )  # fmt: skip
    # a letter alone is no check
    assert report.results[0].outcome == "incomplete"


def test_a_red_line_without_ledger_entry_is_checked() -> None:
    made = rule("overlap", role="farmland", applies_to={"forms": ["linear"]})
    report = check_tiny([layer("farmland", [SQUARE])], [red_line(SQUARE)], [made])
    assert report.verdicts[0].status == "conflict"
    known = check_tiny(
        [layer("farmland", [SQUARE])], [red_line(SQUARE)], [made], projects=[project()]
    )
    assert known.verdicts == ()


def test_given_red_lines_see_those_of_the_city_as_rivals() -> None:
    mine, theirs = red_line(SQUARE, "NEW", project_id="P9"), red_line(SQUARE, "R1")
    report = check(
        atlas([], [theirs]), book(rule("rivals")), city=city(), as_of=AS_OF, red_lines=[mine]
    )
    assert [result.red_line.id for result in report.results] == ["NEW"]
    assert [finding.feature_id for finding in report.findings] == ["R1"]


def test_no_red_lines_no_results() -> None:
    report = check_tiny([layer("farmland", [])], [], [FARM])
    assert (report.results, report.verdicts, report.findings) == ((), (), ())


def test_every_layer_and_refusal_shows_up_in_the_report() -> None:
    layers = [layer("roads", [], name="z"), layer("farmland", [], name="a", problem="torn")]
    refused = Refusal(3, "F3", "no area")
    report = check_tiny(layers, [], [FARM], refused=[refused])
    assert [(entry.name, entry.contract.status) for entry in report.inputs] == [
        ("a", "failed"), ("z", "passed"),
    ]  # fmt: skip
    assert report.refused_red_lines == (refused,)


def test_find_conflicts_is_the_same_engine() -> None:
    layers = [layer("farmland", [rect(1050, 0, 4000, 4000)])]
    lines = [red_line(SQUARE, "R1"), red_line(rect(0, 0, 10, 10), "R2")]
    report = check_tiny(layers, lines, [FARM])
    verdicts, findings = find_conflicts(
        lines, atlas(layers, lines), book(FARM), city=city(), as_of=AS_OF
    )
    assert verdicts == report.verdicts
    assert [finding.id for finding in findings] == [finding.id for finding in report.findings]


def test_a_candidate_of_the_same_project_is_no_rival_of_its_red_line() -> None:
    candidate = red_line(SQUARE, "candidate", project_id="P1")
    verdicts, _ = find_conflicts(
        [candidate], atlas([], [red_line(SQUARE)]), book(rule("rivals")), city=city(), as_of=AS_OF
    )
    assert verdicts[0].status == "clear"


def test_which_area_is_of_record_is_the_citys() -> None:
    ground = replace(city(), area_of_record="ellipsoidal")
    report = check(atlas([], [red_line(SQUARE)]), book(), city=ground, as_of=AS_OF)
    assert report.area_of_record == "ellipsoidal"
    (result,) = report.results
    assert result.area_m2 == pytest.approx(10_000.0)
    assert result.area_ellipsoidal_m2 == pytest.approx(10_000.0 * (1 - 241e-6), abs=0.05)


def test_one_report_has_one_ellipsoidal_method() -> None:
    """Red line and finding are the same outline here: the same figure, by either method."""
    figures = {}
    for of_record in ("ellipsoidal", "ellipsoidal_trapezoid"):
        ground = replace(city(), area_of_record=of_record)
        held = atlas([layer("farmland", [KITE])], [red_line(KITE)])
        report = check(held, book(FARM), city=ground, as_of=AS_OF)
        (result,), (finding,) = report.results, report.findings
        assert finding.area_ellipsoidal_m2 == pytest.approx(result.area_ellipsoidal_m2, abs=1e-6)
        figures[of_record] = result.area_ellipsoidal_m2
    assert 0.001 < abs(figures["ellipsoidal"] - figures["ellipsoidal_trapezoid"]) < 0.2
