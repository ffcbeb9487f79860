"""Kind rivals: land that two projects claim."""

from __future__ import annotations

import pytest

from siting.rules.base import Subject
from siting.rules.verdicts import judge

from ..tiny_city import around, place, project, rect, red_line, rule

MINE = red_line(rect(0, 0, 100, 100), "R1", project_id="P1")
BOWTIE = place("POLYGON ((90 0, 200 100, 200 0, 90 100, 90 0))")


def judged(*others, mine=MINE):
    surroundings = around(others=[mine, *others], projects=[project("P2")])
    verdicts, findings = judge(
        rule("rivals", sliver_width_m=0.1), [Subject(mine, project("P1"))], surroundings
    )
    return verdicts[0], findings


def test_alone_is_clear() -> None:
    assert judged()[0].status == "clear"


def test_another_project_on_the_same_land() -> None:
    verdict, (finding,) = judged(red_line(rect(90, 0, 200, 100), "R2", project_id="P2"))
    assert verdict.status == "conflict"
    assert finding.area_m2 == pytest.approx(1000.0)
    assert (finding.layer, finding.feature_id, finding.feature_name) == ("redlines", "R2", "项目P2")


def test_a_rival_unknown_to_the_ledger_is_named_by_its_id() -> None:
    _, (finding,) = judged(red_line(rect(90, 0, 200, 100), "R2", project_id="P9"))
    assert finding.feature_name == "P9"


def test_another_version_of_the_same_project_is_no_rival() -> None:
    assert judged(red_line(rect(0, 0, 90, 100), "R1-V2", project_id="P1"))[0].status == "clear"


def test_the_same_number_in_another_file_is_a_rival() -> None:
    assert judged(red_line(rect(0, 0, 90, 100), "R1", project_id="P2"))[0].status == "conflict"


def test_red_lines_without_project_are_each_others_rivals() -> None:
    mine = red_line(rect(0, 0, 100, 100), "R1", project_id="")
    assert judged(mine=mine)[0].status == "clear"
    other = red_line(rect(0, 0, 50, 100), "R2", project_id="")
    assert judged(other, mine=mine)[0].status == "conflict"


def test_touching_is_clear_and_a_strip_is_near() -> None:
    assert judged(red_line(rect(100, 0, 200, 100), "R2", project_id="P2"))[0].status == "clear"
    verdict, (finding,) = judged(red_line(rect(99.95, 0, 200, 100), "R2", project_id="P2"))
    assert (verdict.status, finding.is_sliver) == ("near", True)


def test_an_invalid_neighbour_leaves_a_gap_where_it_may_touch() -> None:
    verdict, _ = judged(red_line(BOWTIE, "R2", project_id="P2"))
    assert verdict.status == "not_checked"
    assert "R2" in verdict.gaps[0].en


def test_an_invalid_line_of_ones_own_or_far_away_leaves_none() -> None:
    far = red_line(place("POLYGON ((900 0, 990 90, 990 0, 900 90, 900 0))"), "R3", project_id="P2")
    assert judged(red_line(BOWTIE, "R2", project_id="P1"), far)[0].status == "clear"


def test_an_invalid_red_line_is_not_checked() -> None:
    mine = red_line(BOWTIE, "R1", project_id="P1")
    verdict, findings = judged(red_line(rect(90, 0, 200, 100), "R2", project_id="P2"), mine=mine)
    assert (verdict.status, findings) == ("not_checked", ())
