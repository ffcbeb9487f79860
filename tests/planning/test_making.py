"""Whole plans of a hand-made town: who gets what, what stands in the way, what a decision costs.

What a plan must be is told by enumeration over all choices of the options, with shapely for what
overlaps, not by the solver.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.allocate import Kind
from siting.city import DEDUCTIONS, PlanSpec, QuotaSpec, SeparationSpec
from siting.errors import ProblemsError
from siting.model import NO_TEXT, Demand, Text
from siting.planning import CityPlan, Decided, Decision, PlanOptions, make_plan

if TYPE_CHECKING:
    from conftest import Town

    from siting.planning import PlanRow

#: Parcels come to no deduction here, so that points are scores.
NO_POINTS_OFF = PlanSpec(deductions=dict.fromkeys(DEDUCTIONS, 0.0))


def planned(town: Town, *decisions: Decision, **options: object) -> CityPlan:
    known = PlanOptions(decisions=decisions, **options)
    return make_plan(town.study(), replace(town.report(), repairs=()), known)


def sites(plan: CityPlan) -> dict[str, str]:
    return {row.project.id: row.option.site.id for row in plan.placed if row.option}


def row_of(plan: CityPlan, name: str) -> PlanRow:
    return next(row for row in plan.rows if row.project.id == name)


def quota(name: str = "q", limit: float = 1.0, unit: str = "sites", **members: object) -> QuotaSpec:
    return QuotaSpec(name, Text(name), unit, limit, **members)


@pytest.fixture
def rivals(town: Town) -> Town:
    """Return a town where two projects want the same square parcel; a strip is the other one."""
    town.plan = NO_POINTS_OFF
    town.projects = [town.project("P1"), town.project("P2")]
    town.parcel("BEST", town.box(0, 0))
    town.parcel("GOOD", town.box(1_000, 0, 125, 80))
    return town


def test_the_same_parcel_goes_to_one_and_the_other_has_its_regret(rivals: Town):
    plan = planned(rivals)
    assert sorted(sites(plan).values()) == ["BEST", "GOOD"]
    loser = next(row for row in plan.rows if row.option and row.option.site.id == "GOOD")
    winner = next(row for row in plan.rows if row is not loser)
    assert loser.best is not None
    assert loser.best.site.id == "BEST"
    assert loser.regret == pytest.approx(loser.best.points - loser.option.points, abs=0.011)
    assert loser.regret > 0
    assert winner.regret == 0
    (block,) = loser.obstacles["BEST"]
    assert (block.kind, block.name) == (Kind.PLACED, winner.project.id)
    assert winner.project.id in loser.why.zh
    assert plan.gap == 0
    assert plan.is_proved


def test_priority_goes_before_points(rivals: Town):
    rivals.parcels = rivals.parcels[:1]
    rivals.projects = [rivals.project("P1", priority=2), rivals.project("P2", priority=1)]
    plan = planned(rivals)
    assert sites(plan) == {"P2": "BEST"}
    unplaced = row_of(plan, "P1")
    assert unplaced.blocks is not None
    (block,) = unplaced.blocks
    assert (block.kind, block.name) == (Kind.PLACED, "P2")
    assert "P2" in unplaced.why.zh


def test_overlap_is_by_land_and_an_edge_in_common_is_none(town: Town):
    town.plan = NO_POINTS_OFF
    town.projects = [town.project("P1"), town.project("P2")]
    town.parcel("WEST", town.box(0, 0))
    town.parcel("EAST", town.box(100, 0))
    assert len(sites(planned(town))) == 2
    # 0.5 m deep: no box tells these two from the two above, but their land does
    town.parcels = town.parcels[:1]
    town.parcel("EAST", town.box(99.5, 0))
    assert len(sites(planned(town))) == 1


def test_a_quota_of_a_use_binds_and_is_told(rivals: Town):
    rivals.plan = replace(NO_POINTS_OFF, quotas=(quota(uses=("10",)),))
    plan = planned(rivals)
    assert len(plan.placed) == 1
    (use,) = plan.quotas
    assert (use.used, use.unknown_m2) == (1.0, 0.0)
    (left,) = plan.unplaced
    assert left.blocks is not None
    assert {block.kind for block in left.blocks} == {Kind.PLACED, Kind.QUOTA}


def test_a_quota_for_a_use_that_nobody_has_binds_nobody(rivals: Town):
    rivals.plan = replace(NO_POINTS_OFF, quotas=(quota(limit=0.0, uses=("07",)),))
    plan = planned(rivals)
    assert len(plan.placed) == 2
    assert plan.quotas[0].used == 0
    assert any("'07'" in note.get("en") for note in plan.notes)


def test_a_project_of_unknown_use_counts_in_a_quota_for_any_use(rivals: Town):
    rivals.projects = [rivals.project("P1", use="", demand=Demand(9_000, 11_000))]
    rivals.plan = replace(NO_POINTS_OFF, quotas=(quota(limit=0.0, uses=("07",)),))
    assert planned(rivals).placed == ()


def test_a_quota_of_area_in_a_district_and_batch(rivals: Town):
    rivals.projects = [rivals.project("P1", batch="一"), rivals.project("P2", batch="二")]
    limited = quota(limit=9_999.0, unit="area_m2", districts=("A",), batches=("一",))
    rivals.plan = replace(NO_POINTS_OFF, quotas=(limited,))
    plan = planned(rivals)
    # each parcel has 10,000 m²: none is left for the batch of P1
    assert sites(plan) == {"P2": "BEST"}


def test_new_construction_land_counts_in_full_where_nothing_tells_the_use(rivals: Town):
    rivals.plan = replace(
        NO_POINTS_OFF, quotas=(quota(limit=15_000.0, unit="new_construction_m2"),)
    )
    plan = planned(rivals)
    assert len(plan.placed) == 1
    (use,) = plan.quotas
    assert use.used == pytest.approx(10_000)
    assert use.unknown_m2 == pytest.approx(10_000)


def test_uses_that_may_not_stand_together(rivals: Town):
    rivals.projects = [
        rivals.project("P1"),
        rivals.project("P2", use="1002", demand=Demand(9_000, 11_000)),
    ]
    rivals.zoning = [
        ("Z1", rivals.box(0, 0, 600, 5_000), {"plan_code": "1001"}),
        ("Z2", rivals.box(600, 0, 4_400, 5_000), {"plan_code": "1002"}),
    ]
    apart = SeparationSpec("apart", Text("间隔"), ("1001",), ("1002",), 900.0)
    rivals.plan = replace(NO_POINTS_OFF, separations=(apart,))
    assert len(planned(rivals).placed) == 2  # 900 m between 0–100 and 1,000–1,125
    rivals.plan = replace(NO_POINTS_OFF, separations=(replace(apart, distance_m=901.0),))
    assert len(planned(rivals).placed) == 1


def test_a_lock_is_kept_and_what_it_costs_is_told(town: Town):
    town.plan = NO_POINTS_OFF
    town.projects = [town.project("P1")]
    town.parcel("BEST", town.box(0, 0))
    town.parcel("GOOD", town.box(1_000, 0, 125, 80))
    free = planned(town)
    plan = planned(town, Decision(Decided.LOCK, "GOOD", "P1", source="test"))
    assert sites(plan) == {"P1": "GOOD"}
    row = row_of(plan, "P1")
    assert row.lock_cost is not None
    lost = free.rows[0].option.points - row.option.points
    assert row.lock_cost.score / 100 == pytest.approx(lost, abs=0.011)
    assert all(count == 0 for count in row.lock_cost.placed.values())


def test_a_lock_in_a_plan_that_is_mended_costs_what_it_costs(rivals: Town):
    before = sites(planned(rivals))
    loser = next(name for name, site in before.items() if site == "GOOD")
    lock = Decision(Decided.LOCK, "BEST", loser, source="test")
    plan = planned(rivals, lock, previous=before)
    cost = row_of(plan, loser).lock_cost
    assert cost is not None
    # both projects are alike: the points are the same, but two had to move
    assert (cost.score, cost.kept, dict(cost.placed)) == (0, 2, {1: 0})


def test_a_refusal_moves_one_project_and_nobody_else(rivals: Town):
    rivals.parcel("THIRD", rivals.box(2_000, 0, 130, 10_000 / 130))
    before = sites(planned(rivals))
    winner = next(name for name, site in before.items() if site == "BEST")
    refusal = Decision(
        Decided.REFUSED, "BEST", winner, by="A 区", reason="学校旁", source="reply.xlsx 第 3 行"
    )
    plan = planned(rivals, refusal, previous=before)
    after = sites(plan)
    assert after[winner] == "THIRD"
    assert {name for name in after if after[name] != before[name]} == {winner}
    move = row_of(plan, winner).move
    assert move is not None
    assert "不同意" in move.demanded
    assert "学校旁" in move.demanded


def test_sold_land_is_nobodys_but_the_buyers(rivals: Town):
    assert set(sites(planned(rivals, Decision(Decided.SOLD, "BEST"))).values()) == {"GOOD"}
    bought = planned(rivals, Decision(Decided.SOLD, "BEST", "P2"))
    assert sites(bought) == {"P1": "GOOD", "P2": "BEST"}


def test_a_parcel_stands_for_every_site_with_land_of_it(town: Town):
    town.plan = NO_POINTS_OFF
    town.spec = replace(town.spec, made_count=2)
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0, 100, 60))
    town.parcel("B", town.box(0, 60, 100, 40))
    assert len(planned(town).placed) == 1
    plan = planned(town, Decision(Decided.SOLD, "B", by="C 公司"))
    (left,) = plan.unplaced
    assert left.blocks is not None
    (block,) = left.blocks
    assert block.kind is Kind.PROMISED
    assert "C 公司" in block.text.zh


def test_a_decision_about_land_that_nobody_could_have_is_told(rivals: Town):
    plan = planned(rivals, Decision(Decided.SOLD, "ELSEWHERE", source="reply.xlsx"))
    assert any("ELSEWHERE" in note.zh for note in plan.notes)


def test_everything_that_cannot_be_is_named_at_once(rivals: Town):
    rivals.parcel("FARM", rivals.box(2_000, 0))
    rivals.farmland = [("F", rivals.box(2_000, 0))]
    with pytest.raises(ProblemsError) as caught:
        planned(
            rivals,
            Decision(Decided.LOCK, "BEST", "P1", source="a"),
            Decision(Decided.LOCK, "FARM", "P2", source="b"),
            Decision(Decided.REFUSED, "BEST", "P1", source="c"),
            Decision(Decided.LOCK, "BEST", "P9", source="d"),
        )
    text = "\n".join(str(problem) for problem in caught.value.problems)
    assert len(caught.value.problems) == 3
    assert "Farmland" in text
    assert "'P9'" in text


def test_a_red_line_of_a_project_outside_the_plan_keeps_its_land(town: Town):
    town.plan = NO_POINTS_OFF
    town.projects = [town.project("P1"), town.project("P2", stage="已供地未完成规划报建")]
    town.red_lines = [town.red_line("P1", town.box(0, 0)), town.red_line("P2", town.box(99, 0))]
    town.parcel("FAR", town.box(4_000, 4_000, 10, 10))
    (left,) = planned(town).unplaced
    assert left.blocks is not None
    assert "P2" in left.blocks[0].text.zh


def test_two_claims_to_the_same_land_and_one_of_them_is_met(town: Town):
    town.plan = NO_POINTS_OFF
    town.projects = [town.project("P1"), town.project("P2", priority=2)]
    town.red_lines = [town.red_line("P1", town.box(0, 0)), town.red_line("P2", town.box(99, 0))]
    town.parcel("FAR", town.box(4_000, 4_000, 10, 10))
    assert sites(planned(town)) == {"P1": "P1-R"}


def test_linear_projects_are_left_out_with_the_reason(rivals: Town):
    from siting.model import Form

    rivals.projects = [*rivals.projects, rivals.project("P3", form=Form.LINEAR)]
    plan = planned(rivals)
    assert [row.project.id for row in plan.rows] == ["P1", "P2"]
    assert plan.left_out["P3"] != NO_TEXT


rectangles = st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(85, 115))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(rectangles, min_size=1, max_size=6, unique=True),
    priorities=st.lists(st.integers(1, 2), min_size=2, max_size=4),
    limit=st.integers(0, 4),
)
def test_a_plan_is_the_best_of_all_choices(town: Town, cells, priorities, limit):
    town.parcels = []
    for number, (east, north, width) in enumerate(cells):
        town.parcel(f"A{number}", town.box(70 * east, 70 * north, width, 10_000 / width))
    town.projects = [town.project(f"P{n}", priority=level) for n, level in enumerate(priorities)]
    town.plan = replace(NO_POINTS_OFF, quotas=(quota(limit=float(limit)),))
    plan = planned(town)
    options = town.pools().options
    best = max(_worth(choice, priorities) for choice in _choices(options, limit))
    chosen = [row.option for row in plan.rows]
    assert _is_apart([one for one in chosen if one])
    assert sum(one is not None for one in chosen) <= limit
    assert _worth(chosen, priorities) == best


def _choices(options, limit):
    lists = [(None, *options[name]) for name in sorted(options)]
    for choice in itertools.product(*lists):
        taken = [one for one in choice if one]
        if len(taken) <= limit and _is_apart(taken):
            yield choice


def _is_apart(taken) -> bool:
    return all(
        shapely.intersection(one.site.geometry, other.site.geometry).area <= 0.01
        for one, other in itertools.combinations(taken, 2)
    )


def _worth(choice, priorities) -> tuple[int, ...]:
    placed = [
        sum(
            one is not None and level == wanted
            for one, level in zip(choice, priorities, strict=True)
        )
        for wanted in sorted(set(priorities))
    ]
    return (*placed, sum(round(one.points * 100) for one in choice if one))
