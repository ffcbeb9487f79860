"""[plan] against the data: a quota that would bind nothing is named."""

from __future__ import annotations

from typing import Any

import pytest

from siting.city import PlanSpec, QuotaSpec, SeparationSpec
from siting.errors import ConfigError, ProblemsError
from siting.model import Project, Text
from siting.planning import require_known
from siting.planning.inputs import notes_of_inputs, notes_of_priorities

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


def test_an_unknown_district_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        judge(quotas=(quota(districts=("011",)),))
    assert "did you mean '01'?" in str(caught.value)
    assert "[[plan.quota]] 'q'" in str(caught.value)


def test_all_unknown_districts_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        judge(quotas=(quota(districts=("x", "01", "y")),))
    assert len(caught.value.problems) == 2


def test_a_limit_that_binds_nobody_today_is_told_not_refused() -> None:
    separation = SeparationSpec("s", Text("s"), ("13",), ("0804",), 100.0)
    spec = PlanSpec(quotas=(quota(batches=("2027年第一批",)),), separations=(separation,))
    atlas = tiny.atlas([], [], projects=PROJECTS)
    require_known(tiny.city(plan=spec), atlas)
    batch, use = notes_of_inputs(tiny.city(plan=spec), atlas)
    assert batch.get("en").endswith("no project has the batch '2027年第一批' now")
    assert "[[plan.separation]] 's'" in use.get("en")


def test_projects_without_a_priority_are_told() -> None:
    assert notes_of_priorities(PROJECTS) == ()
    assumed = Project("P4", "公园", priority=3, is_priority_assumed=True)
    (note,) = notes_of_priorities([*PROJECTS, assumed])
    assert note.get("en") == "1 project(s) without a priority stand in the lowest class (3): P4"
    assert "最低一级（3）" in note.zh
