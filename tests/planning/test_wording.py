"""The sentences of a plan, held against what a reader should learn from the plan drawn by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.allocate import Cost, Kind, Move
from siting.model import Text
from siting.planning import Block, PlanRow, QuotaUse
from siting.planning.phrases import (
    Names,
    area_text,
    cost_text,
    decision_text,
    gap_share_text,
    proof_text,
    quota_text,
)
from siting.planning.wording import (
    is_moved,
    lock_text,
    move_reason_text,
    move_text,
    summary_text,
    why_text,
    worded,
)

from . import hand

PLAN = hand.plan()
NAMES = Names(PLAN)
SCHOOL, CLINIC, DEPOT, PARK, FACTORY = PLAN.rows


def has(text: Text, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    for told in zh:
        assert told in text.zh, text.zh
    for told in en:
        assert told in text.en, text.en


def test_a_project_with_its_own_best() -> None:
    why = why_text(SCHOOL, NAMES)
    assert (
        why.zh == "得到 S1（整宗地，推荐 90.00 分，4.0000 公顷（60.00 亩），西区），为其最优备选。"
    )
    assert why.en.endswith("西区), its own best.")


def test_regret_names_who_has_the_better_site_and_what_is_to_be_known() -> None:
    has(
        why_text(CLINIC, NAMES),
        ("较自身最优 S1 少 10.00 分", "因 S1 安排给 P1 示例学校", "得分 85.00，扣分：须先征收 5",
         "仍涉及、须征询：临近高压线", "未核查：洪水风险", "只计入 3 处备选"),
        ("10.00 points less than its own best, S1", "because S1 goes to P1 示例学校",
         "taken off: must first be acquired 5", "to be asked: near a power line",
         "not checked: flood risk", "only 3 sites of its own were weighed, there are more"),
    )  # fmt: skip


def test_land_shared_with_a_site_of_another_name_is_told_as_such() -> None:
    best = hand.option("P2", "S1", 90.0)
    made = replace(best, site=replace(best.site, id="A-1", parcel_ids=("S1", "S9")))
    why = why_text(replace(CLINIC, best=made), NAMES)
    has(why, ("A-1 的土地（或其一部分）安排给 P1 示例学校",), ("land of A-1 goes to P1 示例学校",))


def test_no_cause_is_made_up_where_none_is_known() -> None:
    best = hand.option("P2", "S4", 95.0)
    why = why_text(replace(CLINIC, best=best, regret=15.0), NAMES)
    has(why, ("未逐项求解",), ("was not worked out",))
    told = {"S4": (Block(Kind.QUOTA, "west", Text("")),)}
    why = why_text(replace(CLINIC, best=best, regret=15.0, obstacles=told), NAMES)
    has(why, ("因指标“西区用地”",), ("because the quota 'land in the west'",))
    why = why_text(replace(CLINIC, best=best, regret=15.0, obstacles={"S4": ()}), NAMES)
    has(why, ("单看本项目可得",), ("by itself the project could have it",))


def test_unknown_is_said_and_never_left_out() -> None:
    assert SCHOOL.option is not None
    unknown = replace(SCHOOL, option=replace(SCHOOL.option, must_acquire=None))
    has(why_text(unknown, NAMES), ("是否须先征收未知",), ("is not known",))


def test_what_is_not_known_of_the_data_ends_the_sentence_of_who_gets_nothing() -> None:
    note = Text("一个图层未通过。", "one layer was refused.")
    for row in PLAN.unplaced:
        why = why_text(replace(row, note=note), NAMES)
        assert why.zh.endswith("；一个图层未通过。")
        assert why.en.endswith("; one layer was refused.")


def test_irreducible_reasons_are_named_with_what_they_mean_together() -> None:
    has(
        why_text(PARK, NAMES),
        (
            "P3 示例仓库 锁定于 S3",
            "指标“西区用地”（上限 10.0000 公顷，",
            "缺任何一条即可安排",
        ),
        ("P3 示例仓库 is locked to S3", "together these shut out its 2 sites"),
    )
    one = why_text(replace(PARK, blocks=PARK.blocks and PARK.blocks[:1]), NAMES)
    has(one, ("没有这一条即可安排",), ("that alone shuts out its 2 sites",))


def test_what_was_not_proved_is_not_told_as_a_reason() -> None:
    why = why_text(replace(PARK, blocks=None), NAMES)
    has(
        why,
        (
            "完整原因在限时内未求出",
            "P3 示例仓库 锁定于 S3（东区，2026-10-01",
            "（1 处）；指标“西区用地”",
        ),
        ("the full reasons were not found in time", "is locked to S3 (东区", "(1 site); the quota"),
    )
    bare = why_text(replace(PARK, blocks=None, obstacles={}), NAMES)
    has(bare, ("原因在限时内未求出",), ("not found in time",))


def test_no_site_at_all_is_told_with_the_words_of_the_search() -> None:
    has(
        why_text(FACTORY, NAMES),
        ("没有可选用地：面积要求无宗地满足。",),
        ("no site for it at all: no parcel is that large.",),
    )
    silent = why_text(replace(FACTORY, blocked_by=None), NAMES)
    has(silent, ("搜索未说明原因",), ("the search does not tell why",))


@pytest.mark.parametrize(
    ("move", "zh", "en"),
    [
        (Move("P3", "S4", "S3", "forbidden"), "因 S4：东区不同意", "refused by the east"),
        (Move("P3", "S4", "S3", clash="two locks"), "与输入矛盾：two locks", "contradicts"),
        (
            Move("P3", "S4", "S3", cost=Cost({1: 1, 2: -2}, 350)),
            "若留在 S4，1 类少安排 1 个项目，2 类多安排 2 个项目，总分少 3.50 分",
            "staying at S4 would mean 1 fewer project of class 1 placed, 2 more projects of",
        ),
        (Move("P3", "S4", "S3", cost=Cost({1: 0})), "须改由别的项目移动", "another project"),
        (None, "重新编排", "planned anew"),
        (Move("P3", "S4", "S3"), "重新编排", "planned anew"),
    ],
)  # fmt: skip
def test_each_justification_of_a_move(move: Move | None, zh: str, en: str) -> None:
    has(move_reason_text(replace(DEPOT, move=move)), (zh,), (en,))


@pytest.mark.parametrize(
    ("demanded", "zh", "en"),
    [
        ("locked to S3", "因已另锁定于 S3", "because it is locked to S3"),
        ("S4 is no candidate any more", "因 S4 已不是其备选", "S4 is no candidate any more"),
        ("promised to P7", "因 S4：promised to P7", "because S4: promised to P7"),
    ],
)
def test_a_demand_without_words_of_its_own(demanded: str, zh: str, en: str) -> None:
    row = replace(DEPOT, former_closed=Text(""), move=Move("P3", "S4", "S3", demanded))
    has(move_reason_text(row), (zh,), (en,))


def test_a_move_is_told_also_where_the_place_is_lost() -> None:
    assert [row.project.id for row in PLAN.rows if is_moved(row)] == ["P3"]
    assert move_text(DEPOT, NAMES).zh == "P3 示例仓库：S4 → S3，因 S4：东区不同意。"
    lost = replace(PARK, former_site_id="S3", move=Move("P4", "S3", "", "promised to P3"))
    assert is_moved(lost)
    assert move_text(lost, NAMES).en == "P4 示例公园: loses S3, because S3: promised to P3."


def test_a_lock_says_what_it_costs() -> None:
    has(
        lock_text(DEPOT, NAMES),
        ("P3 示例仓库 锁定于 S3（东区，2026-10-01，已谈定，replies.csv 第 2 行）",
         "代价：2 类少安排 1 个项目，总分多 3.50 分"),
        ("1 fewer project of class 2 placed, 3.50 more points in all",),
    )  # fmt: skip
    has(lock_text(replace(DEPOT, lock_cost=Cost({1: 0})), NAMES), ("未因此变差",), ("no worse",))
    has(lock_text(replace(DEPOT, lock_cost=None), NAMES), ("代价未求",), ("not worked out",))
    assert lock_text(SCHOOL, NAMES) == Text("", "")


def test_a_quota_tells_what_is_used_left_and_unknown() -> None:
    has(
        quota_text(PLAN.quotas[0]),
        ("已用 8.0000 公顷", "余 2.0000 公顷（30.00 亩）", "0.1000 公顷（1.50 亩）地类不明"),
        ("8.0000 ha (120.00 mu) used of 10.0000 ha", "of unknown use, counted in full"),
    )  # fmt: skip
    sites = QuotaUse(replace(hand.WEST, unit="sites", limit=1), 1)
    has(quota_text(sites), ("已用 1 宗，上限 1 宗，余 0 宗",), ("1 site used of 1 site, 0 sites",))


def test_the_gap_is_told_and_never_shown_as_less_than_it_is() -> None:
    has(
        proof_text(PLAN),
        ("未证明最优", "至多 2.13 %", "总分达 230.00，至多可达 235.00"),
        ("not proved", "at most 235.00 possible"),
    )
    # the clinic has more sites: the proof is about those that were weighed
    proved = replace(PLAN, is_proved=True, gap=0.0)
    has(proof_text(proved), ("已证明最优", "；1 个项目另有未计入的备选"), ("1 project had more",))
    whole = replace(proved, rows=(SCHOOL, DEPOT))
    assert proof_text(whole).en == (
        "proved to be the best: with the sites that were weighed no plan does better"
    )
    assert [gap_share_text(gap) for gap in (0.0, 1e-9, 0.00045, 0.24)] == [
        "0 %", "< 0.001 %", "0.045 %", "24 %",
    ]  # fmt: skip


def test_the_summary_counts_by_class() -> None:
    told = summary_text(PLAN)
    assert told.zh == "5 个项目，安排 3 个（1 类 2/2、2 类 1/3），总分 230.00"
    assert told.en == (
        "3 of 5 projects placed (class 1: 2 of 2, class 2: 1 of 3), 230.00 points in all"
    )
    assert summary_text(hand.plan(rows=())).en == "0 of 0 projects placed, 0.00 points in all"


def test_every_row_and_block_is_given_words_once() -> None:
    told = worded(PLAN)
    assert all(row.why.zh and row.why.en for row in told.rows)
    blocks = [block for row in told.rows for block in row.blocks or ()]
    assert all(block.text.zh and block.text.en for block in blocks)
    assert worded(told) == told or [row.why for row in worded(told).rows] == [
        row.why for row in told.rows
    ]


def test_small_pieces() -> None:
    assert area_text(10_000 / 15).zh == "0.0667 公顷（1.00 亩）"
    assert cost_text(Cost({1: 0})) == Text("", "")
    has(cost_text(Cost({}, 0, 2)), ("保持不动的项目少 2 个",), ("2 fewer projects left",))
    has(
        decision_text(hand.LOCK, NAMES),
        ("锁定：S3 → P3 示例仓库（东区，2026-10-01",),
        ("lock: S3 → P3 示例仓库 (东区, 2026-10-01",),
    )
    nobody = PlanRow(SCHOOL.project, 1, SCHOOL.option)
    assert "最优" not in why_text(nobody, NAMES).zh  # nothing is known of a best
