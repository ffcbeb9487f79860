"""What a red line comes to: unions, the ladder, and the order of outcomes."""

from __future__ import annotations

import itertools

import pytest
import shapely

from siting.check.totals import is_incomplete, main_districts, outcome_of
from siting.model import FrameFeatures, Severity, Status, Text, Verdict
from siting.overlay import union_area_m2

from ..tiny_city import check, districts, layer, rect, red_line, rule

DISTRICTS = FrameFeatures(districts())
SQUARE = rect(1000, 1000, 1100, 1100)


def verdict(status: Status, severity: Severity = Severity.PROHIBITED, *, has_gap=False) -> Verdict:
    gaps = (Text("缺", "gap"),) if has_gap else ()
    return Verdict("R1", "P1", "T", severity, status, gaps=gaps)


RESTRICTED, CONSULT, ADVISORY = Severity.RESTRICTED, Severity.CONSULT, Severity.ADVISORY


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ([verdict(Status.CLEAR)], "clear"),
        ([verdict(Status.CLEAR), verdict(Status.NEAR)], "near"),
        ([verdict(Status.NEAR), verdict(Status.NOT_CHECKED)], "incomplete"),
        ([verdict(Status.CLEAR), verdict(Status.NEAR, has_gap=True)], "incomplete"),
        ([verdict(Status.EXCEPTION_MAY_APPLY), verdict(Status.NOT_CHECKED)], "review"),
        ([verdict(Status.CONFLICT, CONSULT), verdict(Status.NOT_CHECKED)], "review"),
        ([verdict(Status.CONFLICT, ADVISORY), verdict(Status.NEAR)], "review"),
        ([verdict(Status.CONFLICT, RESTRICTED), verdict(Status.EXCEPTION_MAY_APPLY)], "conflict"),
        ([verdict(Status.CONFLICT), verdict(Status.CONFLICT, ADVISORY)], "conflict"),
        ([verdict(Status.CONSULT, CONSULT), verdict(Status.CLEAR)], "clear"),
        ([verdict(Status.CONSULT, CONSULT)], "incomplete"),
        ([], "incomplete"),
    ],
)
def test_worst_first(verdicts: list[Verdict], outcome: str) -> None:
    for order in itertools.permutations(verdicts):
        assert outcome_of(order) == outcome


def test_incomplete_stands_beside_a_conflict() -> None:
    both = [verdict(Status.CONFLICT), verdict(Status.NOT_CHECKED)]
    assert (outcome_of(both), is_incomplete(both)) == ("conflict", True)
    assert is_incomplete([verdict(Status.CONFLICT, has_gap=True)])
    assert not is_incomplete([verdict(Status.CONFLICT), verdict(Status.CLEAR)])


def three_constraints():
    """Three constraints that overlap: 60, 60 and 30 m of a red line of 100 m × 100 m."""
    layers = [
        layer("farmland", [rect(1000, 1000, 1060, 1100)]),
        layer("hazard", [rect(1040, 1000, 1100, 1100)]),
        layer("forest", [rect(1030, 1000, 1060, 1100)]),
    ]
    rules = [
        rule("overlap", code="C-MILD", role="forest", severity="advisory"),
        rule("overlap", code="B-RESTRICTED", role="hazard", severity="restricted"),
        rule("overlap", code="A-PROHIBITED", role="farmland", severity="prohibited"),
    ]
    return check(layers, [red_line(SQUARE)], rules)


def test_the_conflict_area_is_the_union_of_binding_rules() -> None:
    (result,) = three_constraints().results
    assert result.conflict_area_m2 == pytest.approx(10_000.0)
    assert result.conflict_area_m2 <= result.area_m2
    assert result.worst_severity == "prohibited"


def test_the_ladder_counts_each_square_metre_once_worst_first() -> None:
    (result,) = three_constraints().results
    assert list(result.ladder_m2) == ["A-PROHIBITED", "B-RESTRICTED", "C-MILD"]
    assert list(result.ladder_m2.values()) == pytest.approx([6000.0, 4000.0, 0.0], abs=1e-6)
    assert sum(result.ladder_m2.values()) == pytest.approx(10_000.0)


def test_of_two_rules_of_one_severity_the_first_in_the_book_counts() -> None:
    layers = [layer("farmland", [SQUARE]), layer("hazard", [SQUARE])]
    rules = [
        rule("overlap", code="Z", role="farmland"),
        rule("overlap", code="A", role="hazard"),
    ]
    (result,) = check(layers, [red_line(SQUARE)], rules).results
    assert dict(result.ladder_m2) == pytest.approx({"Z": 10_000.0, "A": 0.0})


def test_mild_rules_make_no_conflict_area() -> None:
    rules = [rule("overlap", role="farmland", severity="consult")]
    report = check([layer("farmland", [SQUARE])], [red_line(SQUARE)], rules)
    (result,) = report.results
    assert (result.conflict_area_m2, result.outcome) == (0.0, "review")
    assert result.worst_severity == "consult"
    assert report.totals_m2 == {"T-OVERLAP": pytest.approx(10_000.0)}


def test_a_total_is_the_union_over_red_lines() -> None:
    lines = [
        red_line(SQUARE, "R1", project_id="P1"),
        red_line(rect(1050, 1000, 1150, 1100), "R2", project_id="P2"),
    ]
    report = check(
        [layer("farmland", [rect(0, 0, 4000, 4000)])], lines, [rule("overlap", role="farmland")]
    )
    assert report.totals_m2 == {"T-OVERLAP": pytest.approx(15_000.0)}


def test_clear_has_no_worst_severity_and_no_ladder() -> None:
    report = check([layer("farmland", [])], [red_line(SQUARE)], [rule("overlap", role="farmland")])
    (result,) = report.results
    assert (result.worst_severity, dict(result.ladder_m2), dict(report.totals_m2)) == (None, {}, {})


def test_unions() -> None:
    assert union_area_m2([]) == 0.0
    assert union_area_m2([rect(0, 0, 10, 10), rect(5, 0, 15, 10)]) == 150.0


def test_the_main_district_holds_most_of_the_red_line() -> None:
    shapes = {
        "01": rect(1900, 0, 2040, 100),
        "02": rect(1960, 0, 2100, 100),
        "": rect(9000, 0, 9100, 100),
    }
    lines = [red_line(shape, code) for code, shape in shapes.items()]
    assert main_districts(lines, DISTRICTS) == list(shapes)


def test_a_bowtie_is_filed_under_its_district() -> None:
    from ..tiny_city import place

    bowtie = place("POLYGON ((3000 0, 3100 100, 3100 0, 3000 100, 3000 0))")
    assert main_districts([red_line(bowtie)], DISTRICTS) == ["02"]


def test_an_outline_without_area_is_filed_where_it_touches() -> None:
    flat = shapely.Polygon([rect(0, 0, 1, 1).exterior.coords[0]] * 4)
    assert main_districts([red_line(flat)], DISTRICTS)[0] in {"01", ""}
