"""Tables and the ledger: texts stay texts, and every faulty row is named at once."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siting.city import ProjectsSpec
from siting.errors import ProblemsError, ReadError
from siting.load import read_projects
from siting.load.tables import read_table
from siting.model import Form

COLUMNS = {
    "id": "编号", "name": "名称", "form": "形态", "area_m2_min": "最小面积",
    "area_m2_max": "最大面积", "uses": "用途", "aliases": "曾用", "new_construction_land": "新增",
}  # fmt: skip


def write_xlsx(path: Path, rows: list[list[Any]], *, sheets: tuple[str, ...] = ("台账",)) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    for name in sheets[1:]:
        book.create_sheet(name)
    for row in rows:
        book[sheets[0]].append(row)
    book.save(path)
    return path


def ledger(path: Path, *rows: list[Any]) -> ProjectsSpec:
    heading = list(COLUMNS.values())
    body = [[*row, *[None] * len(heading)][: len(heading)] for row in rows]
    return ProjectsSpec(write_xlsx(path, [heading, *body]), columns=COLUMNS, code_system="ydyh2023")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("编号,名称\r\n007,大氹镇\r\n".encode(encoding))
    table = read_table(tmp_path / "a.csv")
    assert table.columns == ("编号", "名称")
    assert table.rows == (("007", "大氹镇"),)
    assert table.numbers == (2,)


def test_csv_with_quotes_and_semicolons(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a;b\n"1;2";"x\ny"\n', encoding="utf-8")
    assert read_table(tmp_path / "a.csv").rows == (("1;2", "x\ny"),)


def test_xlsx_values_as_text(tmp_path: Path) -> None:
    rows = [["a", "b", "c", "d", "e"], ["007", 5, 2.5, dt.datetime(2026, 3, 1), True]]  # noqa: DTZ001
    table = read_table(write_xlsx(tmp_path / "a.xlsx", rows))
    assert table.rows == (("007", "5", "2.5", "2026-03-01", "是"),)


def test_sheet_must_be_named_when_there_are_several(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["a"], ["1"]], sheets=("台账", "说明"))
    with pytest.raises(ReadError, match="several sheets"):
        read_table(path)
    with pytest.raises(ReadError, match="did you mean '台账'"):
        read_table(path, sheet="台帐")
    assert read_table(path, sheet="台账").rows == (("1",),)


def test_double_heading(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    with pytest.raises(ReadError, match="headings that occur twice: a"):
        read_table(tmp_path / "a.csv")


def test_damaged_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["a"], ["1"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ReadError, match="damaged"):
        read_table(path)


def test_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 10_000_000)
    with pytest.raises(ReadError, match="unsafe"):
        read_table(tmp_path / "a.xlsx")


def test_empty_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n\n", encoding="utf-8")
    with pytest.raises(ReadError, match="table is empty"):
        read_table(tmp_path / "a.csv")


def test_projects(tmp_path: Path) -> None:
    spec = ledger(
        tmp_path / "a.xlsx",
        ["SF-1", "工厂", "面状", "12,000", 20000, "100101、1101;0701，09", "OLD-1", "是"],
        ["SF-2", "道路", "线性", None, None, None, None, "否"],
        ["SF-3", "医院", "无红线"],
    )
    one, two, three = read_projects(spec)
    assert (one.demand.area_m2_min, one.demand.area_m2_max) == (12_000.0, 20_000.0)
    assert one.demand.uses == ("100101", "1101", "0701", "09")
    assert one.aliases == ("OLD-1",)
    assert one.code_system == "ydyh2023"
    assert [project.form for project in (one, two, three)] == [Form.AREA, Form.LINEAR, Form.NONE]
    assert [p.new_construction_land for p in (one, two, three)] == [True, False, None]


def test_every_faulty_row_is_named_at_once(tmp_path: Path) -> None:
    spec = ledger(
        tmp_path / "a.xlsx",
        ["SF-1", "one", "面状"],
        ["SF-1", "twin", "面状"],
        ["SF-3", "three", "圆形"],
        ["SF-4", "four", "面状", "很多"],
        ["SF-5", "five", "面状", 30, 20],
        [None, "nameless"],
    )
    with pytest.raises(ProblemsError) as caught:
        read_projects(spec)
    text = str(caught.value)
    assert len(caught.value.problems) == 5
    for expected in ("row 2, 3", "row 4", "row 5", "row 6", "row 7", "圆形", "很多"):
        assert expected in text


def classes(tmp_path: Path, *cells: object) -> list[tuple[int, bool]]:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [["id", "name", "级"], *([f"P{n}", "x", cell] for n, cell in enumerate(cells))],
    )
    spec = ProjectsSpec(path, columns={"id": "id", "name": "name", "priority": "级"})
    return [(each.priority, each.is_priority_assumed) for each in read_projects(spec)]


def test_a_project_without_priority_stands_in_the_lowest_class(tmp_path: Path) -> None:
    assert classes(tmp_path, 1, None, "3", 2.0, "\uff12") == [
        (1, False), (3, True), (3, False), (2, False), (2, False),
    ]  # fmt: skip
    assert classes(tmp_path, None, " ") == [(1, True), (1, True)]


def test_without_a_column_of_priorities_all_are_of_class_one(tmp_path: Path) -> None:
    spec = ledger(tmp_path / "a.xlsx", ["SF-1", "工厂"], ["SF-2", "道路"])
    found = [(p.priority, p.is_priority_assumed, p.batch) for p in read_projects(spec)]
    assert found == [(1, False, "")] * 2


@pytest.mark.parametrize("cell", ["高", 0, -1, 1.5, "1、2", "inf", "nan"])
def test_what_is_no_class_is_named_with_its_row(tmp_path: Path, cell: object) -> None:
    with pytest.raises(ReadError, match="column '级'") as caught:
        classes(tmp_path, 1, cell)
    assert "row 3" in str(caught.value)


def test_missing_heading_names_the_nearest(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["项目编码", "名称"], ["SF-1", "one"]])
    spec = ProjectsSpec(path, columns={"id": "项目编号", "name": "名称"})
    with pytest.raises(ReadError, match="did you mean '项目编码'"):
        read_projects(spec)


def test_any_bit_of_a_workbooks_directory_is_refused_not_died_of(tmp_path: Path) -> None:
    """Flags, methods and sizes: "encrypted", bz2 and LZMA streams that are none, ends too soon."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "name"])
    book.active.append(["1", "甲"])
    book.save(path)
    sound = path.read_bytes()
    start = sound.index(b"PK\x01\x02")
    for bit in range(8 * 8, 8 * 30):  # from the flags to the lengths of the names
        hurt = bytearray(sound)
        hurt[start + bit // 8] ^= 1 << (bit % 8)
        path.write_bytes(hurt)
        with contextlib.suppress(ReadError):
            assert read_table(path).columns == ("id", "name")
