"""``siting compare`` from the outside: terminal, files, exit status, wrong names."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def conflict(tiny: Files) -> Files:
    """R2 of P2 lies on farmland with its western tenth."""
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3010, 3300)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3000, 3000, 3100, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny


def test_corrections_stand_beside_the_present_red_line(siting: Siting, conflict: Files) -> None:
    run = siting("compare", conflict.write(), "P2", "-q", "--json")
    assert run.status == 0
    present, *rest = json.loads(run.out)["options"]
    assert (present["key"], present["id"]) == ("P1", "R2")
    assert [rule["code"] for rule in present["remains"]] == ["T-FARM"]
    assert present["remains"][0]["area_m2"] == 1000.0  # 10 m × 100 m
    assert {option["kind"] for option in rest} == {"repair"}
    assert all("T-FARM" in [rule["code"] for rule in each["resolves"]] for each in rest)


def test_both_files_are_written_and_not_replaced_unasked(
    siting: Siting, conflict: Files, tmp_path: Path
) -> None:
    page, book = tmp_path / "对比.html", tmp_path / "对比.xlsx"
    ask = ("compare", conflict.write(), "P2", "--html", page, "--xlsx", book)
    run = siting(*ask, "--lang", "zh")
    assert run.status == 0
    assert "修正 1" in run.out
    assert "对比.html" in run.err
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert openpyxl.load_workbook(book).sheetnames == ["对比", "理由", "依据"]  # nothing scored
    again = siting(*ask)
    assert again.status == 2
    assert "--overwrite" in again.err
    assert siting(*ask, "--overwrite", "-q").status == 0


def test_status_1_where_there_is_nothing_to_choose(siting: Siting, tiny: Files) -> None:
    run = siting("compare", tiny.write(), "P1", "-q", "--lang", "en")
    assert run.status == 1
    assert "breaks no binding rule" in run.out


def test_corrections_can_be_left_out(siting: Siting, conflict: Files) -> None:
    run = siting("compare", conflict.write(), "P2", "-q", "--json", "--no-repairs")
    assert run.status == 1
    document = json.loads(run.out)
    assert [option["kind"] for option in document["options"]] == ["present"]
    assert "no corrected red lines were asked for" in [note["en"] for note in document["notes"]]


def test_an_unknown_project_is_an_error_with_the_nearest_one(
    siting: Siting, conflict: Files
) -> None:
    run = siting("compare", conflict.write(), "P22", "-q")
    assert run.status == 2
    assert "did you mean 'P2'?" in run.err
