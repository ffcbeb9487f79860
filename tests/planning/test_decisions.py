"""Tables of decisions: what is written is what is read, and what contradicts itself is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from siting.errors import ConfigError, ProblemsError, ReadError, SitingError
from siting.model import Project
from siting.planning import Decided, Decision, Replies, read_decisions, settle, spoken_decisions

ZH = ["项目代码", "地块", "决定", "单位", "日期", "理由"]
PROJECTS = (Project("P1", "学校", aliases=("OLD-1",)), Project("P2", "医院"), Project("P3", "仓库"))


def table(path: Path, *rows: Sequence[object], sheets: Sequence[str] = ("决定",)) -> Path:
    """Write rows into the first sheet; the others stay empty."""
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    for name in sheets[1:]:
        book.create_sheet(name)
    for row in rows:
        book[sheets[0]].append(list(row))
    book.save(path)
    return path


def read(path: Path, *rows: Sequence[object]) -> Replies:
    return read_decisions([table(path / "a.xlsx", ZH, *rows)])


def fault(path: Path, *rows: Sequence[object]) -> str:
    with pytest.raises(SitingError) as caught:
        read(path, *rows)
    return str(caught.value)


def test_every_word_of_a_workbook_in_chinese(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ["P1", "S1", "锁定", "东区", dt.date(2026, 11, 2), "已谈定"],
        ["P2", "007", "拒绝", "西区", "2026年11月3日", "=1+1"],
        [None, "S3", "已供"],
        ["P3", "S4", "已供地", None, "2026/11/4"],
        ["P3", "S5", "同意"],
    )
    assert found.decisions == (
        Decision(Decided.LOCK, "S1", "P1", "东区", dt.date(2026, 11, 2), "已谈定",
                 "a.xlsx, 决定, row 2"),
        Decision(Decided.REFUSED, "007", "P2", "西区", dt.date(2026, 11, 3), "",
                 "a.xlsx, 决定, row 3"),
        Decision(Decided.SOLD, "S3", source="a.xlsx, 决定, row 4"),
        Decision(Decided.SOLD, "S4", "P3", dated=dt.date(2026, 11, 4),
                 source="a.xlsx, 决定, row 5"),
    )  # fmt: skip
    assert [(row.project_id, row.site) for row in found.agreed] == [("P3", "S5")]
    assert (found.unanswered, found.notes) == ((), ())


def test_a_csv_in_english_and_in_gbk(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Project,Site,Decision,Date,by\nP1,S1,Locked,20261102,East\nP2,S2,refuse,2026.1.3,\n",
        encoding="utf-8",
    )
    (tmp_path / "b.csv").write_text("项目编号,选址,决定\nP3,S3,不同意\n", encoding="gbk")
    found = read_decisions([tmp_path / "a.csv", tmp_path / "b.csv"]).decisions
    assert [(one.decided, one.project_id, one.site, one.by, one.dated) for one in found] == [
        (Decided.LOCK, "P1", "S1", "East", dt.date(2026, 11, 2)),
        (Decided.REFUSED, "P2", "S2", "", dt.date(2026, 1, 3)),
        (Decided.REFUSED, "P3", "S3", "", None),
    ]
    assert found[2].source == "b.csv, row 2"


def test_silence_is_no_consent_and_is_told(tmp_path: Path) -> None:
    found = read(
        tmp_path, ["P1", "S1", None], ["P2", "S2", "同意"], ["（盖章）"], [None, None, " "]
    )
    assert [(row.project_id, row.site) for row in found.unanswered] == [
        ("P1", "S1"),
        ("（盖章）", ""),
    ]
    (note,) = found.notes
    assert "不视为同意" in note.zh
    assert "row 2" in note.get("en")
    assert "row 3" not in note.get("en")
    # what stands below the table is no project, and nothing is decided about it
    assert settle(found, PROJECTS).unanswered == found.unanswered


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["P1", "S1", "锁顶"], ("did you mean '锁定'?", "row 2")),
        (["P1", "S1", "同意 / refused"], ("同意 / refused", "row 2")),
        (["P1", None, "拒绝"], ("地块 / site", "row 2")),
        ([None, "S1", "锁定"], ("only sold land may have none", "row 2")),
        ([None, "S1", "同意"], ("only sold land may have none", "row 2")),
        (["P1", "S1", "锁定", None, "下周"], ("a date, such as 2026-11-20", "下周")),
        (["P1", "S1", "锁定", None, "2026-02-30"], ("a date, such as 2026-11-20", "2026-02-30")),
    ],
)
def test_a_bad_row_is_named_with_its_place(
    tmp_path: Path, row: list[object], words: tuple[str, ...]
) -> None:
    message = fault(tmp_path, row)
    for word in (*words, "file a.xlsx", "layer 决定", "next step"):
        assert word in message


def test_all_bad_rows_of_all_tables_at_once(tmp_path: Path) -> None:
    one = table(tmp_path / "a.xlsx", ZH, ["P1", None, "锁顶", None, "下周"], ["P2", None, "拒绝"])
    with pytest.raises(ProblemsError) as caught:
        read_decisions([one, tmp_path / "nowhere.xlsx"])
    # three of row 2, one of row 3, and the file that is not there
    assert len(caught.value.problems) == 5
    assert "nowhere.xlsx" in str(caught.value)


def test_the_sheet_of_the_decisions_is_found_or_asked_for(tmp_path: Path) -> None:
    row = ["P1", "S1", "锁定"]
    named = table(tmp_path / "a.xlsx", ZH, row, sheets=("Decisions", "说明"))
    assert len(read_decisions([named]).decisions) == 1
    other = table(tmp_path / "b.xlsx", ZH, row, sheets=("表1", "表2"))
    with pytest.raises(ReadError, match="several sheets"):
        read_decisions([other])


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (["项目代码", "地快", "决定"], "did you mean '地快'?"),
        (["项目代码", "地块", "意见"], "决定 | decision"),
        (["项目代码", "地块", "site", "决定"], "two columns of the table mean: 地块 | site"),
    ],
)
def test_headings_that_do_not_fit(tmp_path: Path, headings: list[str], words: str) -> None:
    path = table(tmp_path / "a.xlsx", headings, ["P1", "S1", "锁定"])
    with pytest.raises(ReadError) as caught:
        read_decisions([path])
    assert words in str(caught.value)


def test_options_of_a_command() -> None:
    found = spoken_decisions(locks=["P1=S1", "P2 = a=b"], refusals=["P3=S3"], sold=["S4", "S5=P1"])
    assert [(one.decided, one.project_id, one.site, one.source) for one in found] == [
        (Decided.LOCK, "P1", "S1", "--lock"),
        (Decided.LOCK, "P2", "a=b", "--lock"),
        (Decided.REFUSED, "P3", "S3", "--refuse"),
        (Decided.SOLD, "", "S4", "--sold"),
        (Decided.SOLD, "P1", "S5", "--sold"),
    ]


def test_options_that_are_misspelt_are_named_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        spoken_decisions(locks=["P1", "=S1", "P1="], refusals=["P1"], sold=["", "S1="])
    assert len(caught.value.problems) == 6
    assert "PROJECT=SITE" in str(caught.value)
    with pytest.raises(ConfigError):
        spoken_decisions(sold=["=P1"])


def settled(*decisions: Decision, agreed: Replies | None = None) -> Replies:
    replies = agreed or Replies()
    return settle(Replies((*replies.decisions, *decisions), replies.agreed), PROJECTS)


def lock(project: str, site: str, source: str = "a") -> Decision:
    return Decision(Decided.LOCK, site, project, source=source)


def refused(project: str, site: str) -> Decision:
    return Decision(Decided.REFUSED, site, project, source="b")


def sold(site: str, project: str = "") -> Decision:
    return Decision(Decided.SOLD, site, project, source=f"c{project}")


def test_an_alias_is_the_project_and_the_same_twice_is_once() -> None:
    found = settled(lock("OLD-1", "S1"), lock("P1", "S1", "later"), refused("P2", "S1"))
    assert found.decisions == (lock("P1", "S1"), refused("P2", "S1"))


def test_a_project_that_the_ledger_does_not_have_is_named() -> None:
    with pytest.raises(ReadError, match="did you mean 'P1'") as caught:
        settled(lock("P11", "S1"))
    assert "no project 'P11'" in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (lock("P1", "S1"), lock("P1", "S2"), "locked to two sites"),
        (lock("P1", "S1"), lock("P2", "S1"), "locked for two projects"),
        (lock("P1", "S1"), refused("P1", "S1"), "given to project 'P1' and refused"),
        (lock("OLD-1", "S1"), refused("P1", "S1"), "given to project 'P1' and refused"),
        (lock("P1", "S1"), sold("S1"), "sold to another"),
        (lock("P1", "S1"), sold("S1", "P2"), "sold to another"),
        (sold("S1", "P1"), sold("S1", "P2"), "sold to two holders"),
        (sold("S1", "P1"), sold("S1"), "sold to two holders"),
        (sold("S1", "P1"), refused("P1", "S1"), "and refused to it"),
    ],
)
def test_two_decisions_that_contradict_each_other(
    one: Decision, other: Decision, words: str
) -> None:
    for pair in ((one, other), (other, one)):
        with pytest.raises(ReadError, match=words) as caught:
            settled(*pair)
        # both places are told, so that either can be mended
        assert f"({one.source})" in caught.value.found
        assert f"({other.source})" in caught.value.found


def test_decisions_that_go_together() -> None:
    together = (
        lock("P1", "S1"), sold("S1", "P1"), refused("P2", "S1"), refused("P1", "S2"),
        sold("S3"), refused("P3", "S3"), lock("P2", "S2"),
    )  # fmt: skip
    assert settled(*together).decisions == together


def test_what_is_agreed_to_in_one_table_and_refused_in_another(tmp_path: Path) -> None:
    agreed = read(tmp_path, ["P1", "S1", "同意"], ["P2", "S2", "同意"])
    with pytest.raises(ProblemsError) as caught:
        settled(refused("P1", "S1"), sold("S2"), agreed=agreed)
    assert len(caught.value.problems) == 2
    assert "a.xlsx, 决定, row 2" in str(caught.value)
