"""[plan] against the data: a quota that would bind nothing is named."""

from __future__ import annotations

from typing import Any

import pytest

from siting.city import PlanSpec, QuotaSpec, SeparationSpec
from siting.errors import ConfigError, ProblemsError
from siting.model import Project, Text
from siting.planning import notes_of_priorities, require_known

from .. import tiny_city as tiny

PROJECTS = (
    Project("P1", "学校", use="0804", batch="2026年第一批"),
    Project("P2", "工厂", use="100101", batch="2026年第二批"),
    Project("P3", "无用途"),
)


def quota(**fields: Any) -> QuotaSpec:
    return QuotaSpec("q", Text("q"), "sites", 1.0, **fields)


def judge(**fields: Any) -> None:
    require_known(tiny.city(plan=PlanSpec(**fields)), tiny.atlas([], [], projects=PROJECTS))


def test_what_there_is_passes() -> None:
    separation = SeparationSpec("s", Text("s"), ("10",), ("0804",), 100.0)
    members = quota(districts=("01",), uses=("08", "1001"), batches=("2026年第一批",))
    judge(quotas=(members, quota()), separations=(separation,))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"districts": ("011",)}, "did you mean '01'?"),
        ({"batches": ("2026年第三批",)}, "did you mean '2026年第"),
        ({"uses": ("100102",)}, "did you mean '100101'?"),
        ({"uses": ("13",)}, "it would bind nothing"),
    ],
)
def test_what_nobody_has_is_named(members: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        judge(quotas=(quota(**members),))
    assert words in str(caught.value)
    assert "[[plan.quota]] 'q'" in str(caught.value)


def test_everything_that_matches_nothing_at_once() -> None:
    separation = SeparationSpec("s", Text("s"), ("13",), ("0806",), 100.0)
    with pytest.raises(ProblemsError) as caught:
        judge(quotas=(quota(districts=("x",), batches=("y",)),), separations=(separation,))
    assert len(caught.value.problems) == 4
    assert "[[plan.separation]] 's'" in str(caught.value)


def test_projects_without_a_priority_are_told() -> None:
    assert notes_of_priorities(PROJECTS) == ()
    assumed = Project("P4", "公园", priority=3, is_priority_assumed=True)
    (note,) = notes_of_priorities([*PROJECTS, assumed])
    assert note.get("en") == "1 project(s) without a priority stand in the lowest class (3): P4"
    assert "最低一级（3）" in note.zh
