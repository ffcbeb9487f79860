"""What the doctor says of [plan]: faults before a plan is asked for, and what a plan will tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.doctor import Check, CheckStatus, examine_city

from ..tiny_city import Files


def plan_of(tiny: Files, text: str) -> list[Check]:
    """The checks of a plan, with `text` at the end of city.toml."""
    path = tiny.write()
    path.write_text(path.read_text("utf-8") + text, encoding="utf-8")
    return [check for check in examine_city(path) if check.name.startswith("plan")]


def test_a_city_without_a_plan_is_not_asked_for_one(tiny: Files):
    assert plan_of(tiny, "") == []


def test_a_sound_plan_is_counted(tiny: Files, tmp_path: Path):
    (tmp_path / "d.csv").write_text("项目代码,地块,决定\nP1,S1,拒绝\n", encoding="utf-8")
    text = (
        '\n[plan]\ndecisions = ["d.csv"]\n[[plan.quota]]\nname = "q"\nunit = "sites"\nlimit = 1\n'
    )
    (check,) = plan_of(tiny, text)
    assert check.status is CheckStatus.OK
    assert check.found.en == "1 quotas, 0 separations, 0 scenarios, 1 decisions"


def test_rows_without_a_decision_are_told(tiny: Files, tmp_path: Path):
    (tmp_path / "d.csv").write_text("项目代码,地块,决定\nP1,S1,\n", encoding="utf-8")
    (check,) = plan_of(tiny, '\n[plan]\ndecisions = ["d.csv"]\n')
    assert check.status is CheckStatus.WARNING
    assert "no consent" in check.details[0].en


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('decisions = ["nowhere.xlsx"]\n', "nowhere.xlsx"),
        ('previous = "nowhere.json"\n', "nowhere.json"),
        ('[[plan.quota]]\nname = "q"\nunit = "sites"\nlimit = 1\ndistricts = ["09"]\n', "'09'"),
        ('[[plan.scenario]]\nname = "w"\nrulebook = "none.toml"\n', "none.toml"),
        ('[[plan.scenario]]\nname = "w"\nlayers = { farmland = "none.gpkg" }\n', "none.gpkg"),
    ],
)
def test_what_a_plan_could_not_be_made_with_is_a_fault(tiny: Files, text: str, words: str):
    (check,) = plan_of(tiny, "\n[plan]\n" + text)
    assert check.status is CheckStatus.FAULT
    assert words in check.found.en
    assert check.mend.en
