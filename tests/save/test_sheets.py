"""Workbooks: numbers are numbers, texts never formulas, and nothing is replaced unasked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from siting.errors import WriteError
from siting.save import Column, Sheet, csv_text, write_sheets

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")', "{{7*7}}")


def sheet() -> Sheet:
    rows = ((HOSTILE[0], Decimal("1234.50")), ("二", 0.25), (None, 3))
    return Sheet("用地/组成[1]", (Column("=名"), Column("面积", "#,##0.00", 16)), rows)


def test_numbers_are_numbers_with_their_format(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    write_sheets(path, [sheet()])
    (page,) = openpyxl.load_workbook(path).worksheets
    assert page.title == "用地 组成 1 "
    assert [page.cell(row, 2).value for row in (2, 3, 4)] == [1234.5, 0.25, 3]
    assert {page.cell(row, 2).data_type for row in (2, 3, 4)} == {"n"}
    assert page.cell(2, 2).number_format == "#,##0.00"
    assert page.cell(4, 1).value is None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_a_formula(tmp_path: Path, text: str):
    path = tmp_path / "t.xlsx"
    write_sheets(path, [Sheet("s", (Column("h"),), ((text,),))])
    cell = openpyxl.load_workbook(path).worksheets[0].cell(2, 1)
    assert cell.data_type == "s"
    assert str(cell.value).replace("_x000D_", "\r") in {text, text.replace("\r", "\n")}


@pytest.mark.parametrize("text", [text for text in HOSTILE if text != "{{7*7}}"])
def test_a_text_of_a_csv_is_never_a_formula(text: str):
    lines = csv_text(Sheet("s", (Column("h"),), ((text,),)))
    assert "'" + text[0] in lines


def test_control_characters_do_not_break_a_workbook(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    write_sheets(path, [Sheet("s", (Column("h"),), (("a\x00b\x0bc",),))])
    assert openpyxl.load_workbook(path).worksheets[0].cell(2, 1).value == "a\ufffdb\ufffdc"


def test_nothing_is_replaced_unasked(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(WriteError, match="is there already"):
        write_sheets(path, [sheet()])
    assert path.read_bytes() == b"mine"
    write_sheets(path, [sheet()], may_replace=True)
    assert path.read_bytes() != b"mine"
    assert [each.name for each in tmp_path.iterdir()] == ["t.xlsx"]


def test_a_name_that_is_no_workbook(tmp_path: Path):
    with pytest.raises(WriteError, match="xlsx"):
        write_sheets(tmp_path / "t.xls", [sheet()])


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    one, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_sheets(one, [sheet()])
    later = 1_900_000_000.0
    monkeypatch.setattr("time.time", lambda: later)
    monkeypatch.setattr("time.localtime", lambda *_: (2030, 3, 17, 17, 46, 40, 6, 76, 0))
    write_sheets(other, [sheet()])
    assert one.read_bytes() == other.read_bytes()


def test_a_width_of_0_goes_by_the_cells_and_sentences_are_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    sentence, longest = "x" * 25, "y" * 500
    columns = (Column("a", width=0), Column("b", width=0), Column("c", width=0), Column("d"))
    write_sheets(path, [Sheet("s", columns, (("z", sentence, longest, longest),))])
    sheet = openpyxl.load_workbook(path)["s"]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [8, 25 + 3, 60, 14]
    wrapped = [sheet.cell(2, number).alignment.wrap_text for number in (1, 2, 3, 4)]
    assert wrapped == [None, True, True, None]
