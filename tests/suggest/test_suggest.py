"""What a planner is offered, against hand geometry."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from siting.errors import ConfigError, SchemaError
from siting.model import Demand, Form, Search

if TYPE_CHECKING:
    from conftest import Town


def ids(search: Search) -> list[str]:
    return [suggestion.site.id for suggestion in search.suggestions]


def steps(search: Search) -> dict[str, int]:
    return {step.name: step.remaining for step in search.funnel}


def lifts(search: Search) -> dict[str, int | None]:
    return {step.name: step.remaining_if_lifted for step in search.funnel}


def test_the_nearest_of_equal_parcels_comes_first(town: Town):
    town.parcel("far", town.box(2_000, 0))
    town.parcel("near", town.box(300, 0))
    town.parcel("middle", town.box(900, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    found = town.run()["P1"]
    assert ids(found) == ["near", "middle", "far"]
    assert [s.rank for s in found.suggestions] == [1, 2, 3]
    # from east 200 (the red line's edge) to 300, 900 and 2000
    assert [s.distance_m for s in found.suggestions] == pytest.approx([100, 700, 1800])


def test_the_planted_best_parcel_is_ranked_first(town: Town):
    town.spec = replace(
        town.spec, acquisition_column="acquired", plan_state_column="plan_state", count=4
    )
    poor = {"acquired": "未征收", "plan_state": "未编"}
    town.parcel("A1", town.box(300, 0, 60, 160), **poor)
    town.parcel("A2", town.box(400, 0), **poor)
    town.parcel("best", town.box(500, 0), acquired="已收储", plan_state="已批")
    town.parcel("A3", town.box(600, 0), **poor)
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    assert ids(town.run()["P1"])[0] == "best"


def test_ties_go_by_parcel_id(town: Town):
    for name in ("c", "a", "b"):
        town.parcel(name, town.box({"a": 500, "b": 700, "c": 900}[name], 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert len({s.score for s in found.suggestions}) == 1
    assert ids(found) == ["a", "b", "c"]


def test_supplied_land_and_land_of_unknown_state_is_never_offered(town: Town):
    town.parcel("free", town.box(0, 0))
    town.parcel("sold", town.box(200, 0), supply="已供")
    town.parcel("registered", town.box(400, 0), supply="已登记")
    town.parcel("unknown", town.box(600, 0), supply=None)
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert ids(found) == ["free"]
    assert steps(found)["supply"] == 1


def test_land_promised_to_another_project_is_not_offered(town: Town):
    town.parcel("free", town.box(0, 0))
    town.parcel("by ledger", town.box(200, 0))
    town.parcel("by-id", town.box(300, 0))
    town.parcel("by red line", town.box(400, 0))
    town.projects = [
        town.project("P1"),
        town.project("P2", stage="已供地未完成规划报建", promised="X9、by-id；other"),
    ]
    # overlaps the parcel by a strip of 1 m²
    town.red_lines = [town.red_line("P2", town.box(499.99, 0))]
    assert ids(town.run()["P1"]) == ["by ledger", "free"]


def test_land_promised_to_the_project_itself_is_offered(town: Town):
    town.parcel("own", town.box(0, 0))
    town.projects = [town.project("P1", promised="own")]
    assert ids(town.run()["P1"]) == ["own"]


def test_an_invalid_red_line_of_another_project_holds_its_whole_hull(town: Town):
    corner = town.box(0, 0).bounds
    bowtie = shapely.Polygon(
        [
            (corner[0], corner[1]),
            (corner[2], corner[3]),
            (corner[2], corner[1]),
            (corner[0], corner[3]),
        ]
    )
    town.parcel("under", town.box(30, 80, 10, 10))
    town.parcel("beside", town.box(200, 0, 10, 10))
    town.projects = [town.project("P1", 50, 150), town.project("P2", stage="其他")]
    town.red_lines = [town.red_line("P2", bowtie)]
    assert ids(town.run()["P1"]) == ["beside"]


def test_the_funnel_counts_by_hand(town: Town):
    town.parcel("small", town.box(0, 0, 50, 50))
    town.parcel("wrong use", town.box(6_000, 0))
    town.parcel("sold", town.box(200, 0), supply="已供")
    town.parcel("promised", town.box(400, 0))
    town.parcel("farm", town.box(600, 0))
    town.parcel("good", town.box(800, 0))
    town.farmland = [("F", town.box(650, 50))]
    town.projects = [
        town.project("P1"),
        town.project("P2", stage="其他", promised="promised"),
    ]
    found = town.run()["P1"]
    assert steps(found) == {
        "all": 6,
        "area": 5,
        "plan_use": 4,
        "supply": 3,
        "promised": 2,
        "shape": 2,
        "rule:FARM": 1,
        "rules": 1,
    }
    assert ids(found) == ["good"]


@pytest.mark.parametrize(
    "case",
    [
        ("已供", 100, 0, "supply"),
        ("未供", 50, 0, "area"),
        ("未供", 100, 6_000, "plan_use"),
        ("未供", 100, 600, "rule:FARM"),
    ],
)
def test_the_single_constraint_that_leaves_none_is_named(
    town: Town, case: tuple[str, float, float, str]
):
    supply, width, east, step = case
    town.parcel("only", town.box(east, 0, width), supply=supply)
    town.farmland = [("F", town.box(650, 50))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert found.suggestions == ()
    assert {name for name, count in lifts(found).items() if count} == {step}
    title = next(s.title for s in found.funnel if s.name == step)
    assert title.zh in found.blocked_by.zh
    assert "唯一" in found.blocked_by.zh


def test_two_constraints_together_are_not_blamed_on_one(town: Town):
    town.parcel("only", town.box(0, 0, 50), supply="已供")
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert not any(lifts(found).values())
    assert "没有哪一项" in found.blocked_by.zh


def test_several_constraints_each_enough_are_all_named(town: Town):
    town.parcel("small", town.box(0, 0, 50))
    town.parcel("sold", town.box(200, 0), supply="已供")
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert {n for n, c in lifts(found).items() if c} == {"area", "supply"}
    assert "任一项" in found.blocked_by.zh


def test_lifting_the_use_also_lifts_the_zoning_rule_that_says_the_same(town: Town):
    town.rules += town.ZONING_RULE
    town.zoning = [("Z1", town.box(0, 0, 5_000, 5_000), {"plan_code": "0701"})]
    town.parcel("homes", town.box(0, 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert {n for n, c in lifts(found).items() if c} == {"plan_use"}


def test_the_zoning_rule_says_which_zones_allow_a_use(town: Town):
    town.rules += town.ZONING_RULE.replace('10 = ["10"]', '10 = ["11"]')
    town.zoning = [
        ("Z1", town.box(0, 0, 1_000, 5_000), {"plan_code": "1001"}),
        ("Z2", town.box(1_000, 0, 1_000, 5_000), {"plan_code": "1101"}),
    ]
    town.parcel("industry", town.box(0, 0))
    town.parcel("warehouse", town.box(1_500, 0))
    town.projects = [town.project("P1")]
    assert ids(town.run()["P1"]) == ["warehouse"]


def test_no_common_code_system_is_not_compared_and_says_so(town: Town):
    town.zoning_system = "survey"
    town.parcel("only", town.box(0, 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert ids(found) == ["only"]
    assert "plan_use" in found.suggestions[0].not_checked
    assert "未比对" in found.note.zh


def test_a_city_without_supply_states_says_so_on_every_site(town: Town):
    town.spec = replace(town.spec, supply_column="", available_states=())
    town.parcel("only", town.box(0, 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert found.suggestions[0].not_checked == ("supply",)
    assert "supply_column" in found.note.zh


def test_a_site_with_an_unchecked_prohibited_rule_comes_after_checked_ones(town: Town):
    # a far better place, but outside what the farmland layer declares to cover
    town.parcel("unchecked", town.box(10, 0))
    town.parcel("checked", town.box(2_000, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(120, 0))]
    town.farmland_coverage = town.box(1_000, 0, 4_000, 5_000)
    found = town.run()["P1"]
    assert ids(found) == ["checked", "unchecked"]
    assert [s.not_checked for s in found.suggestions] == [(), ("FARM",)]


def test_a_failed_layer_never_reads_as_clear(town: Town):
    town.broken_layers = ("farmland",)
    town.parcel("only", town.box(0, 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert found.suggestions[0].not_checked == ("FARM",)
    assert "未核查" in found.suggestions[0].why.zh
    assert "未核查" in found.note.zh


def test_without_a_parcel_layer_nothing_is_searched(town: Town):
    town.broken_layers = ("parcels",)
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert (found.funnel, found.suggestions) == ((), ())
    assert "宗地图层" in found.blocked_by.zh


def test_a_restricted_rule_costs_and_remains(town: Town):
    town.parcel("a restricted", town.box(0, 0))
    town.parcel("b free", town.box(400, 0))
    town.hazard = [("H", town.box(50, 50))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert ids(found) == ["b free", "a restricted"]
    free, restricted = found.suggestions
    assert (free.remains, restricted.remains) == ((), ("HAZARD",))
    # one point of three, weight 10 of the measurable: area 15, compactness 5, burden 10
    assert free.score - restricted.score == pytest.approx(100 * 10 / 30 / 3, abs=0.011)


def test_what_the_present_red_line_breaks_is_resolved(town: Town):
    town.farmland = [("F", town.box(150, 50))]
    town.hazard = [("H", town.box(0, 0, 500, 500))]
    town.parcel("p", town.box(300, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    suggestion = town.run()["P1"].suggestions[0]
    assert suggestion.resolves == ("FARM",)
    assert suggestion.remains == ("HAZARD",)
    assert "基本农田" in suggestion.why.zh


def test_the_shown_contributions_add_up_to_the_shown_score(town: Town):
    for row in range(12):
        town.parcel(f"{row:02}", town.box(row * 130, row * 7, 95 + row, 101))
    town.projects = [town.project("P1", district="B"), town.project("P2", 8_000, 12_345)]
    town.spec = replace(town.spec, count=6)
    for search in town.run().values():
        assert len(search.suggestions) == 6
        for suggestion in search.suggestions:
            parts = sum(Decimal(str(part)) for part in suggestion.contributions.values())
            assert parts == Decimal(str(suggestion.score))


def test_no_two_projects_are_offered_the_same_land(town: Town):
    for row in range(4):
        town.parcel(f"{row}", town.box(row * 200, 0))
    town.projects = [town.project("P1"), town.project("P2")]
    found = town.run()
    assert (ids(found["P1"]), ids(found["P2"])) == (["0", "2"], ["1", "3"])
    assert steps(found["P2"])["offered"] == 2


def test_first_choices_go_by_stage_then_id(town: Town):
    town.parcel("only", town.box(0, 0))
    town.projects = [
        town.project("P1", stage="已立项但规划红线未稳定"),
        town.project("P2"),
    ]
    found = town.run()
    assert (ids(found["P2"]), ids(found["P1"])) == (["only"], [])
    assert lifts(found["P1"])["offered"] == 1
    assert "未推荐给其他项目" in found["P1"].blocked_by.zh


def test_overlapping_parcels_are_not_offered_to_two_projects(town: Town):
    town.parcel("a", town.box(0, 0))
    town.parcel("b", town.box(50, 0))
    town.projects = [town.project("P1"), town.project("P2")]
    found = town.run()
    assert (ids(found["P1"]), ids(found["P2"])) == (["a"], [])


def test_other_stages_get_no_search(town: Town):
    town.parcel("p", town.box(0, 0))
    town.projects = [town.project("P1", stage="已完成规划报建"), town.project("P2")]
    assert list(town.run()) == ["P2"]


def test_a_project_without_demand_is_served_by_its_red_line(town: Town):
    town.parcel("78 %", town.box(300, 0, 78))
    town.parcel("81 %", town.box(500, 0, 81))
    town.parcel("121 %", town.box(700, 0, 121))
    town.projects = [town.project("P1", demand=Demand())]
    town.red_lines = [town.red_line("P1", town.box(0, 0))]
    found = town.run()["P1"]
    assert ids(found) == ["81 %"]
    assert "10,000 m² ±20%" in found.note.zh


def test_a_project_without_red_line_is_served_from_its_demand(town: Town):
    town.parcel("in A", town.box(0, 0))
    town.parcel("in B", town.box(4_000, 0))
    town.projects = [town.project("P1", form=Form.NONE, district="B")]
    found = town.run()["P1"]
    assert ids(found) == ["in B", "in A"]
    assert found.suggestions[0].criteria["same_district"] == 1


def test_neither_demand_nor_red_line_nor_habit_is_told(town: Town):
    town.parcel("p", town.box(0, 0))
    town.projects = [town.project("P1", demand=Demand())]
    found = town.run()["P1"]
    assert found.suggestions == ()
    assert "缺用地需求" in found.blocked_by.zh


def test_the_habit_of_the_city_is_the_last_resort(town: Town):
    town.spec = replace(town.spec, area_m2_min=9_000.0)
    town.parcel("p", town.box(0, 0))
    town.parcel("small", town.box(200, 0, 80))
    town.projects = [town.project("P1", demand=Demand())]
    assert ids(town.run()["P1"]) == ["p"]


def test_a_linear_project_gets_its_chainage_and_no_parcels(town: Town):
    town.parcel("p", town.box(0, 0))
    town.farmland = [("F", town.box(1_000, 0, 200))]
    town.projects = [town.project("P1", form=Form.LINEAR)]
    town.red_lines = [town.red_line("P1", town.box(500, 40, 4_000, 20))]
    found = town.run()["P1"]
    assert (found.suggestions, found.funnel) == ((), ())
    rows = [(r.district, r.from_m, r.to_m, r.code, r.area_m2) for r in found.chainage]
    assert rows == [
        ("A", 0, 2_000, "", 40_000),
        ("A", 500, 700, "FARM", 4_000),
        ("B", 2_000, 4_000, "", 40_000),
    ]


def test_an_unknown_weight_names_the_nearest_criterion(town: Town):
    town.spec = replace(town.spec, weights={"compactnes": 1.0})
    with pytest.raises(ConfigError, match="compactness"):
        town.run()


def test_a_misspelt_column_names_the_nearest_one(town: Town):
    town.parcel("p", town.box(0, 0))
    town.spec = replace(town.spec, supply_column="suply")
    with pytest.raises(SchemaError, match="did you mean 'supply'"):
        town.run()


def test_a_supply_column_without_states_is_refused(town: Town):
    town.parcel("p", town.box(0, 0))
    town.spec = replace(town.spec, available_states=())
    with pytest.raises(ConfigError, match="available_states"):
        town.run()


def random_town(town: Town, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a town, no secret
    for row in range(40):
        east, north = dice.uniform(0, 1_500), dice.uniform(0, 1_500)
        shape = town.box(east, north, dice.uniform(50, 150), dice.uniform(50, 150))
        turned = shapely.affinity.rotate(shape, dice.uniform(0, 90))
        town.parcel(f"{row:02}", turned, supply=dice.choice(["未供", "未供", "已供"]))
    town.farmland = [
        (f"F{i}", town.box(dice.uniform(0, 1_500), dice.uniform(0, 1_500), 150, 150))
        for i in range(6)
    ]
    town.projects = [town.project(f"P{i}", 4_000, 12_000) for i in range(5)]


@pytest.mark.parametrize("seed", range(8))
def test_random_towns_offer_clean_free_land_once(town: Town, seed: int):
    random_town(town, seed)
    town.red_lines = [town.red_line("P0", town.box(0, 0)), town.red_line("P3", town.box(500, 500))]
    supplied = {row[0] for row in town.parcels if row[2]["supply"] == "已供"}
    offered = [s for search in town.run().values() for s in search.suggestions]
    assert offered
    for number, one in enumerate(offered):
        shape = one.site.geometry
        assert one.site.id not in supplied
        assert 4_000 <= shape.area <= 12_000
        # plain shapely, apart from the engine
        assert not any(shape.intersection(row[1]).area > 0.01 for row in town.farmland)
        for line in town.red_lines:
            if line.project_id != one.project_id:
                assert shape.intersection(line.geometry).area <= 0.01
        for other in offered[number + 1 :]:
            assert shape.intersection(other.site.geometry).area <= 0.01


def test_the_order_of_rows_changes_nothing(town: Town):
    random_town(town, 3)
    first = town.run()
    town.parcels = [town.parcels[i] for i in np.random.default_rng(1).permutation(40)]
    town.projects = town.projects[::-1]
    town.zoning = town.zoning[::-1]
    second = town.run()
    told = [
        {
            name: (
                ids(search), search.funnel, search.note,
                [(s.score, s.contributions, s.why) for s in search.suggestions],
            )
            for name, search in found.items()
        }
        for found in (first, second)
    ]  # fmt: skip
    assert told[0] == told[1]
    assert list(first) == list(second)


def test_small_batches_offer_the_same_as_one_large(town: Town, monkeypatch: pytest.MonkeyPatch):
    random_town(town, 5)
    town.hazard = [("H", town.box(0, 0, 900, 900))]
    whole = {name: ids(search) for name, search in town.run().items()}
    monkeypatch.setattr("siting.suggest.offers.FIRST_BATCH", 1)
    assert {name: ids(search) for name, search in town.run().items()} == whole


def test_a_search_that_ends_early_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # the best by score lie outside the farmland layer's coverage, the last one within
    for row in range(6):
        town.parcel(f"{row}", town.box(300 + row * 200, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    town.farmland_coverage = town.box(1_250, -50, 4_000, 5_000)
    town.spec = replace(town.spec, count=2)
    monkeypatch.setattr("siting.suggest.offers.FIRST_BATCH", 2)
    monkeypatch.setattr("siting.suggest.offers.DEEP_ENOUGH", 4)
    found = town.run()["P1"]
    assert ids(found) == ["0", "1"]
    assert steps(found)["examined"] == 4
    assert "核查更完整" in found.note.zh
    monkeypatch.setattr("siting.suggest.offers.DEEP_ENOUGH", 100)
    assert ids(town.run()["P1"]) == ["5", "0"]


def test_the_plan_state_may_stand_in_the_zoning_layer(town: Town) -> None:
    town.spec = replace(town.spec, plan_state_column="state")
    town.zoning = [
        ("Z1", town.box(0, 0, 500, 5_000), {"plan_code": "1001", "state": "编制中"}),
        ("Z2", town.box(500, 0, 500, 5_000), {"plan_code": "1001", "state": "已批"}),
    ]
    town.parcel("drawn up", town.box(0, 0))
    town.parcel("the approved", town.box(600, 0))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert ids(found) == ["the approved", "drawn up"]
    assert [s.site.attributes["控规状态"] for s in found.suggestions] == ["已批", "编制中"]


def test_a_burdened_first_batch_does_not_end_the_search(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.parcel("burdened", town.box(300, 0))
    town.parcel("free", town.box(350, 200))
    town.hazard = [("H", town.box(320, 20, 20, 20))]
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    town.spec = replace(town.spec, count=1)
    monkeypatch.setattr("siting.suggest.offers.FIRST_BATCH", 1)
    assert ids(town.run()["P1"]) == ["free"]
