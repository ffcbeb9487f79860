"""Kind area: what is measured against what is declared and demanded (100 m × 100 m)."""

from __future__ import annotations

import pytest

from siting.model import Demand
from siting.rules.base import Subject
from siting.rules.verdicts import judge

from ..tiny_city import around, project, rect, red_line, rule

TOLERANCES = {"tolerance_m2": 5.0, "tolerance_share": 0.01}


def against_declared(declared_m2: float | None, **tolerances):
    line = red_line(rect(0, 0, 100, 100), declared_area_m2=declared_m2)
    made = rule("area", against="declared", **(tolerances or TOLERANCES))
    verdicts, findings = judge(made, [Subject(line, project())], around())
    return verdicts[0], findings


@pytest.mark.parametrize(
    ("declared_m2", "status"),
    [(10_000, "clear"), (10_100.9, "clear"), (10_102, "conflict"), (9_901.1, "clear"),
     (9_900, "conflict")],
)  # fmt: skip
def test_the_share_is_of_the_declared_area(declared_m2: float, status: str) -> None:
    assert against_declared(declared_m2)[0].status == status


@pytest.mark.parametrize(("declared_m2", "status"), [(10_004.9, "clear"), (10_005.1, "conflict")])
def test_the_larger_tolerance_counts(declared_m2: float, status: str) -> None:
    verdict, _ = against_declared(declared_m2, tolerance_m2=5.0, tolerance_share=0.0)
    assert verdict.status == status


def test_the_difference_is_the_measure() -> None:
    verdict, (finding,) = against_declared(12_000)
    assert finding.measure == pytest.approx(2000.0)
    assert (finding.limit, finding.unit, finding.area_m2) == (12_000, "m2", None)
    assert "-2,000.00 m²" in finding.message.en
    assert verdict.area_m2 == 0.0
    assert not finding.is_sliver


def test_nothing_declared_is_noted() -> None:
    verdict, _ = against_declared(None)
    assert verdict.status == "clear"
    assert "declares no area" in verdict.notes[0].en


def against_demand(lowest: float | None, highest: float | None):
    made = rule("area", against="demand", **TOLERANCES)
    wanting = project(demand=Demand(lowest, highest))
    verdicts, findings = judge(made, [Subject(red_line(rect(0, 0, 100, 100)), wanting)], around())
    return verdicts[0], findings


@pytest.mark.parametrize(
    ("lowest", "highest", "status"),
    [(9_000, 11_000, "clear"), (10_100, None, "clear"), (10_102, None, "conflict"),
     (None, 9_901, "clear"), (None, 9_900, "conflict"), (20_000, 30_000, "conflict"),
     (1, 2, "conflict")],
)  # fmt: skip
def test_the_range_is_widened_by_the_tolerance(lowest, highest, status: str) -> None:
    assert against_demand(lowest, highest)[0].status == status


def test_how_far_off_the_range() -> None:
    assert against_demand(20_000, 30_000)[1][0].measure == pytest.approx(10_000)
    assert against_demand(None, 4_000)[1][0].measure == pytest.approx(6_000)


def test_no_demand_is_noted() -> None:
    verdict, _ = against_demand(None, None)
    assert (verdict.status, len(verdict.notes)) == ("clear", 1)
