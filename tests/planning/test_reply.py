"""The reply form: what a district fills in is what is read back; nothing in it is a formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from siting.errors import WriteError
from siting.planning import Decided, PlanRow, read_decisions, write_reply_form

from .hand import rows

SITE, AREA, DECISION, REASON = 3, 4, 5, 6


def form(path: Path, *plan_rows: PlanRow) -> Path:
    write_reply_form(path / "form.xlsx", plan_rows or rows(), by="东区")
    return path / "form.xlsx"


def filled(path: Path, answers: dict[int, tuple[str, str]]) -> Path:
    book = openpyxl.load_workbook(path)
    for row, (decision, reason) in answers.items():
        book.active.cell(row, DECISION).value = decision
        book.active.cell(row, REASON).value = reason
    book.save(path)
    return path


def test_the_form_has_a_row_per_placed_project(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(form(tmp_path)).active
    assert [cell.value for cell in sheet[1]][:5] == [
        "项目代码 / project", "项目名称 / name", "地块 / site", "面积（公顷） / area, ha",
        "决定 / decision",
    ]  # fmt: skip
    # the park and the factory of hand.py get nothing, so there is nothing to answer
    assert [(row[0].value, row[2].value, row[3].value) for row in sheet.iter_rows(min_row=2)] == [
        ("P1", "S1", 4), ("P2", "S2", 4), ("P3", "S3", 4),
    ]  # fmt: skip


def test_the_drop_down_offers_both_languages_on_every_row(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(form(tmp_path)).active
    (offer,) = sheet.data_validations.dataValidation
    assert (str(offer.sqref), offer.type) == ("E2:E4", "list")
    assert offer.formula1 == '"同意 / agree,拒绝 / refused,已供 / sold,锁定 / lock"'
    assert len(offer.formula1) <= 255  # what Excel takes


def test_a_blank_form_is_no_consent(tmp_path: Path) -> None:
    found = read_decisions([form(tmp_path)])
    assert (found.decisions, found.agreed) == ((), ())
    assert [row.project_id for row in found.unanswered] == ["P1", "P2", "P3"]


def test_what_is_filled_in_is_read_back(tmp_path: Path) -> None:
    answers = {2: ("同意 / agree", ""), 3: ("拒绝 / refused", "邻避"), 4: ("已供 / sold", "")}
    found = read_decisions([filled(form(tmp_path), answers)])
    assert [(row.project_id, row.site) for row in found.agreed] == [("P1", "S1")]
    assert [(one.decided, one.project_id, one.site, one.reason) for one in found.decisions] == [
        (Decided.REFUSED, "P2", "S2", "邻避"), (Decided.SOLD, "P3", "S3", ""),
    ]  # fmt: skip
    assert {one.by for one in found.decisions} == {"东区"}
    assert found.unanswered == ()


def test_a_name_that_begins_with_an_equals_sign_stays_a_text(tmp_path: Path) -> None:
    first = rows()[0]
    hostile = replace(first, project=replace(first.project, id="=1+1", name='=HYPERLINK("x")'))
    path = form(tmp_path, hostile)
    cells = openpyxl.load_workbook(path).active[2]
    assert [cell.data_type for cell in cells[:3]] == ["s", "s", "s"]
    (row,) = read_decisions([path]).unanswered
    assert row.project_id == "=1+1"


def test_a_form_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = form(tmp_path)
    before = path.read_bytes()
    with pytest.raises(WriteError, match="is not replaced"):
        write_reply_form(path, rows()[:1])
    assert path.read_bytes() == before
    write_reply_form(path, rows()[3:], may_replace=True)  # nobody is placed: headings alone
    assert openpyxl.load_workbook(path).active.max_row == 1
