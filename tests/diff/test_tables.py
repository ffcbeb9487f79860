"""The dispatch as JSON, CSV and XLSX: it fits its schema, and spreadsheets run nothing of it."""

from __future__ import annotations

import copy
import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from siting.diff import (
    DETAIL_COLUMNS,
    PROJECT_COLUMNS,
    compare,
    difference_to_dict,
    project_text,
    write_csv,
    write_xlsx,
)

from ..tiny_city import project, rect, red_line
from .towns import FAR, FARM, difference, farmland, loaded, town

EVIL = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def validator(repo_root: Path) -> jsonschema.Draft202012Validator:
    path = repo_root / "docs" / "schemas" / "diff-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def found():
    """A conflict cleared, one new, one lost, a project gone; and one that does not change."""
    lines = (
        *town().red_lines,
        red_line(rect(500, 500, 600, 600), "R2", project_id="P2"),
        red_line(rect(1080, 1000, 1200, 1100), "R3", project_id="P3"),
        red_line(rect(2000, 2000, 2100, 2100), "R4", project_id="P4"),
    )
    projects = (project("P1"), replace(project("P2"), name=EVIL), project("P4"))
    before = town().but(red_lines=lines, projects=projects)
    new = rect(500, 500, 600, 510)
    after = before.but(
        red_lines=(*lines[:2], lines[3]),
        layers=(
            farmland(FAR, new, ids=["F9", "F2"])[0],
            loaded("eco_redline", [FAR], problem="torn"),
        ),
    )
    return difference(before, after)


def test_it_fits_its_schema(validator, found) -> None:
    for has_unchanged in (True, False):
        document = difference_to_dict(found, has_unchanged=has_unchanged)
        again = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False))
        assert [error.message for error in validator.iter_errors(again)] == []
    kinds = {c["kind"] for p in document["projects"] for line in p["red_lines"]
             for c in line["changes"]}  # fmt: skip
    assert kinds >= {"cleared", "new_conflict", "conflict_unchecked", "no_longer_checked"}


MUTATIONS = {
    "cleared without having been looked at": lambda c: c["after"].update(status="not_checked"),
    "cleared beside a gap": lambda c: c["after"].update(gaps=[{"zh": "缺", "en": "gap"}]),
    "cleared of nothing": lambda c: c["before"].update(status="clear"),
    "an unknown kind": lambda c: c.update(kind="fine"),
    "a difference of the unknown": lambda c: c.update(kind="conflict_unchecked"),
    "a key too few": lambda c: c.pop("causes"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_schema_refuses(name: str, validator, found) -> None:
    document = copy.deepcopy(difference_to_dict(found))
    cleared = next(
        change
        for each in document["projects"]
        for line in each["red_lines"]
        for change in line["changes"]
        if change["kind"] == "cleared"
    )
    MUTATIONS[name](cleared)
    assert not validator.is_valid(document)


def test_the_csv_has_a_row_per_project(tmp_path: Path, found) -> None:
    write_csv(tmp_path / "a.csv", found)
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0] == [words[0] for words in PROJECT_COLUMNS]
    assert [row[0] for row in rows[1:]] == ["P3", "P2", "P1", "P4"]
    by_id = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    # all of P3 is gone: 120 m x 100 m
    assert float(by_id["P3"]["红线±亩"]) == pytest.approx(-18.0, abs=1e-3)
    assert by_id["P3"]["冲突±亩"] == ""
    assert (by_id["P1"]["消除"], by_id["P1"]["未能核查"]) == ("1", "1")
    assert by_id["P2"]["名称"] == f"'{EVIL}"
    for row in rows[1:]:
        assert "\n" not in row[-1]


def test_all_lists_the_unchanged_too(tmp_path: Path) -> None:
    same = difference(town(), town())
    write_csv(tmp_path / "a.csv", same, language="en")
    write_csv(tmp_path / "b.csv", same, language="en", has_unchanged=True)
    assert len((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()) == 1
    assert len((tmp_path / "b.csv").read_text("utf-8-sig").splitlines()) == 2


def test_the_workbook_has_three_sheets_and_no_formula(tmp_path: Path, found) -> None:
    write_xlsx(tmp_path / "a.xlsx", found)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["周调度", "明细", "总体"]
    heads = [[cell.value for cell in sheet[1]] for sheet in book.worksheets]
    assert heads[0] == [words[0] for words in PROJECT_COLUMNS]
    assert heads[1] == [words[0] for words in DETAIL_COLUMNS]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}  # never "f"
    assert EVIL in {cell.value for cell in cells}
    cleared = [row for row in book["明细"].iter_rows(values_only=True) if row[4] == "消除"]
    assert [(row[0], row[2]) for row in cleared] == [("P1", "T-FARM")]
    assert cleared[0][10] == pytest.approx(-1.5, abs=1e-4)


def test_equal_input_gives_equal_bytes(tmp_path: Path, found) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, found)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}


def test_control_characters_do_not_break_the_workbook(tmp_path: Path) -> None:
    odd = replace(project("P1"), name="a\x00b\x1f" + "字" * 40_000)
    found = difference(town(), town().but(projects=(odd,), red_lines=()))
    write_xlsx(tmp_path / "a.xlsx", found)
    value = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["B2"].value
    assert value.startswith("a�b�字")
    assert len(value) == 32_767


def text_of(before, after, language: str = "zh") -> str:
    (changed,) = difference(before, after).changed
    return project_text(changed, language)


def test_the_line_in_words() -> None:
    clean = town().but(layers=farmland(FAR, ids=["F9"]))
    assert text_of(clean, town()) == (
        "新增冲突 T-FARM 规则overlap +1.50 亩 ← 图层“图层farmland”内容改动（行数 1 → 2），"
        "要素 F1 新增"
    )
    assert text_of(town(), clean, "en") == (
        "cleared T-FARM the overlap rule -1.50 mu ← layer 'farmland' has other rows (2 → 1); "
        "feature F1 is gone"
    )


def test_a_lost_conflict_in_words() -> None:
    lost = town().but(layers=(loaded("farmland", [FARM], problem="torn"), town().layers[1]))
    assert text_of(town(), lost) == (
        "原冲突未能核查 T-FARM 规则overlap（原冲突 1.50 亩） ← 图层“图层farmland”加载核验 "
        "通过 → 未通过（torn）"
    )


def test_a_new_label_alone_is_said_to_be_one() -> None:
    label = town().but(red_lines=(red_line(rect(1000, 1000, 1100, 1100), "R1", version="V2"),))
    assert text_of(town(), label) == "仅版本或编号变化，图形与结论不变"
    moved = red_line(rect(900, 500, 1000, 600), "R1")
    still = town().but(layers=farmland(FAR, ids=["F9"]))
    assert text_of(still, still.but(red_lines=(moved,))).startswith("红线图形已改，结论不变")


def test_two_areas_of_record_are_compared_in_the_plane() -> None:
    left, right = town().snapshot("a"), replace_record(town().snapshot("b"))
    found = compare(left, right)
    assert found.area_of_record == "planar"
    assert found.changed == ()
    assert "planar areas are compared" in found.common[0].en


def replace_record(side):
    return replace(side, area_of_record="ellipsoidal")
