"""Terminal and workbook: the same figures, names that come from outside harmless."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from siting.columns import WIDTH, columns_of
from siting.errors import WriteError
from siting.model import NO_TEXT, Text
from siting.planning import CityPlan, QuotaUse
from siting.planning.terminal import plan_lines
from siting.planning.workbook import sheets_of, write_workbook

from . import hand

PAYLOADS = ("=1+1", "+cmd", "@x", "\x1b[2Jgone\r\x9b31m", "\u202etxet", "{{7*7}}", "<b>", "-2\t")


def poisoned(text: str) -> CityPlan:
    """The plan with a text in every name that comes from outside."""
    bad = Text(text, text)
    plan = hand.plan()
    rows = tuple(
        replace(row, project=replace(row.project, name=text, batch=text), note=bad)
        for row in plan.rows
    )
    origin = replace(
        plan.origin, city=bad, rule_book=text, secrecy=bad, district_names={"01": text}
    )
    decisions = tuple(replace(one, by=text, reason=text, source=text) for one in plan.decisions)
    quotas = tuple(replace(q, spec=replace(q.spec, title=bad, basis=text)) for q in plan.quotas)
    return replace(
        plan, rows=rows, origin=origin, decisions=decisions, quotas=quotas, notes=(bad,),
        left_out={"P9": bad}, title=bad, scenario=text,
    )  # fmt: skip


def cells_of(file: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(file)
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }


def test_the_workbook_has_a_sheet_for_each_question(tmp_path: Path) -> None:
    write_workbook(tmp_path / "plan.xlsx", hand.plan(), language="en")
    found = cells_of(tmp_path / "plan.xlsx")
    assert list(found) == [
        "summary", "placed", "unplaced", "quotas", "regret", "moves", "decisions", "notes",
    ]  # fmt: skip
    school, clinic, depot, total = found["placed"][1:]
    assert clinic[:13] == [
        "P2", "示例医院", 1, None, "S2", "whole parcel", "西区", 40_000, 4, 60, 80, 85, 10,
    ]  # fmt: skip
    assert (school[13], clinic[13], depot[5]) == ("no", "yes", "carved")
    assert total[7:11] == [120_000, 12, 180, 230]
    locked, limited = [str(row[6]) for row in found["unplaced"][1:3]]
    assert locked.startswith("P3 示例仓库 is locked to S3 (东区, 2026-10-01")
    assert limited.startswith(
        "the quota 'land in the west' (limit 10.0000 ha, this plan uses 8.0000 ha of it)"
    )
    assert found["unplaced"][3][6] == "no parcel is that large."
    assert found["unplaced"][4][:2] == ["P9", None]
    assert found["quotas"][1][2:8] == ["ha", 10, 8, 2, 0.8, 0.1]
    assert [(row[0], row[8]) for row in found["regret"][1:]] == [("P4", 70), ("P2", 10)]
    assert found["regret"][2][9] == "S1 goes to P1 示例学校"
    assert found["moves"][1][4:] == ["S4", "S3", "because S4: refused by the east"]
    assert "1 fewer project of class 2" in str(found["decisions"][1][7])
    assert found["decisions"][2][:3] == ["refused", "S4", "P3 示例仓库"]
    assert found["notes"][1] == ["points taken off are a judgement"]


def test_columns_of_area_add_up_to_their_own_totals() -> None:
    rows = hand.rows()
    third = 40_000 / 3
    split = tuple(
        replace(row, option=replace(row.option, site=replace(row.option.site, area_m2=third)))
        for row in rows
        if row.option
    )
    sheet = sheets_of(hand.plan(rows=split), language="zh")[1]
    for column in (7, 8, 9):
        *parts, total = [row[column] for row in sheet.rows]
        assert sum(Decimal(str(part)) for part in parts) == total


def test_what_is_not_known_is_not_shown_as_no_reason(tmp_path: Path) -> None:
    park = replace(hand.rows()[3], blocks=None, obstacles={})
    factory = replace(hand.rows()[4], blocked_by=None)
    school = hand.rows()[0]
    assert school.option is not None
    open_ = replace(school, option=replace(school.option, must_acquire=None))
    write_workbook(tmp_path / "a.xlsx", hand.plan(rows=(open_, park, factory)), language="en")
    found = cells_of(tmp_path / "a.xlsx")
    assert [row[6] for row in found["unplaced"][1:3]] == ["not found in time", "unknown"]
    assert found["placed"][1][13] == "unknown"


def test_an_empty_plan_has_all_sheets_and_a_summary(tmp_path: Path) -> None:
    empty = hand.plan(rows=(), stages=(), quotas=(), decisions=(), left_out={}, notes=())
    write_workbook(tmp_path / "a.xlsx", empty, language="zh")
    found = cells_of(tmp_path / "a.xlsx")
    assert len(found) == 8
    assert all(len(rows) == 1 for name, rows in found.items() if name != "总览")
    lines = list(plan_lines(empty, "zh"))
    assert lines[1] == "0 个项目，安排 0 个，总分 0.00"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_of_the_data_are_no_formulas_and_move_no_cursor(tmp_path: Path, payload: str) -> None:
    plan = poisoned(payload)
    write_workbook(tmp_path / "a.xlsx", plan, language="zh")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    shown = "\n".join(plan_lines(plan, "zh"))
    assert not {"\x1b", "\r", "\x9b", "\t"} & set(shown)


def test_a_workbook_is_not_replaced_unasked(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", hand.plan(), language="zh")
    before = (tmp_path / "a.xlsx").read_bytes()
    with pytest.raises(WriteError):
        write_workbook(tmp_path / "a.xlsx", hand.plan(), language="zh")
    write_workbook(tmp_path / "a.xlsx", hand.plan(), language="zh", may_replace=True)
    assert (tmp_path / "a.xlsx").read_bytes() == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_is_at_most_100_columns_wide(language: str) -> None:
    plan = hand.plan()
    wide = tuple(
        replace(
            row,
            project=replace(row.project, id=f"SF-2026-{number:03}", name="钟楼街道产业园" * 4),
            note=Text("说明，" * 60, "a note " * 60),
            option=row.option
            and replace(row.option, site=replace(row.option.site, id=f"449903GB{number:06}+1/8f")),
        )
        for number, row in enumerate(plan.rows)
    )  # fmt: skip
    lines = list(plan_lines(replace(plan, rows=wide), language))
    # a mark that may not begin a row may stand out by its own width
    assert max(map(columns_of, lines)) <= WIDTH + 2
    table = [line for line in lines if "449903GB" in line][:3]
    assert max(map(columns_of, table)) <= WIDTH


def test_who_gives_way_most_stands_first() -> None:
    lines = list(plan_lines(hand.plan(), "en"))
    head = next(place for place, line in enumerate(lines) if line.startswith("project"))
    assert [line.split()[0] for line in lines[head + 1 : head + 4]] == ["P2", "P1", "P3"]
    assert "unplaced (2)" in lines
    assert any(line.startswith("  ████████████████░░░░ 80 % 'land in the west'") for line in lines)


@pytest.mark.parametrize(
    ("used", "shown"),
    [
        (0.0, "░" * 20 + " 0 %"),
        (99_999.0, "█" * 19 + "░ > 99 %"),
        (100_000.0, "█" * 20 + " 100 %"),
        (1.0, "░" * 20 + " < 1 %"),
    ],
)
def test_a_bar_is_full_only_where_nothing_is_left(used: float, shown: str) -> None:
    lines = list(plan_lines(hand.plan(quotas=(QuotaUse(hand.WEST, used),)), "en"))
    assert any(line.startswith(f"  {shown}") for line in lines)


def test_a_quota_of_nothing_is_full() -> None:
    none = QuotaUse(replace(hand.WEST, limit=0.0), 0.0)
    lines = list(plan_lines(hand.plan(quotas=(none,)), "en"))
    assert any(line.startswith("  " + "█" * 20 + " 100 %") for line in lines)
    assert sheets_of(hand.plan(quotas=(none,)), language="en")[3].rows[0][6] is None


def test_notes_of_many_projects_are_told_once() -> None:
    shared = Text("高程取自模型", "heights from a model")
    first = Text("高程取自模型；无需求", "heights from a model; no demand")
    rows = tuple(
        replace(
            row, note=NO_TEXT if not row.option else first if row.best is row.option else shared
        )
        for row in hand.rows()
    )
    lines = list(plan_lines(hand.plan(rows=rows), "en"))
    assert lines[-3:] == ["notes", "  P1, P2, P3: heights from a model", "  P1, P3: no demand"]


def test_what_was_decided_is_listed_each_once() -> None:
    text = "\n".join(plan_lines(hand.plan(), "en"))
    assert "decisions (1)\n  refused: S4 → P3 示例仓库 (东区, 2026-10-01)" in text
    assert "what locks cost (1)\n  P3 示例仓库 is locked to S3" in text
