"""What relaxing a filter or rule would give, and the best infeasible site: hand geometry."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from siting.candidates import Conflict, Key, Rechecker
from siting.model import Demand, FunnelStep, NearMiss, Search
from siting.report.why_not import near_miss_to_dict, step_to_dict
from siting.suggest.funnel import lowest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Town


def step(search: Search, name: str) -> FunnelStep:
    return next(each for each in search.funnel if each.name == name)


def nearest(search: Search) -> NearMiss:
    assert search.nearest is not None
    return search.nearest


def obstacles(search: Search) -> dict[str, tuple[float, float | None]]:
    return {
        each.code: (
            pytest.approx(each.share),
            None if each.area_m2 is None else pytest.approx(each.area_m2),
        )
        for each in nearest(search).obstacles
    }


def test_lifting_is_told_also_where_there_are_sites(town: Town):
    town.parcel("good", town.box(0, 0))
    town.parcel("small", town.box(200, 0, 50))
    town.parcel("sold", town.box(400, 0), supply="已供")
    town.parcel("sold too", town.box(600, 0), supply="已供")
    town.parcel("farm", town.box(800, 0))
    town.parcel("farm and sold", town.box(1_000, 0), supply="已供")
    town.farmland = [("F", town.box(850, 50, 300))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert [s.site.id for s in found.suggestions] == ["good"]
    assert {each.name: each.remaining_if_lifted for each in found.funnel} == {
        "all": None,
        "area": 2,
        "plan_use": 1,
        "supply": 3,
        "promised": 1,
        "shape": 1,
        "rule:FARM": 2,
        "rules": None,
    }
    assert not any(each.is_at_least for each in found.funnel)


def test_a_lift_that_was_cut_off_is_at_least(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("siting.suggest.search.LIFT_LIMIT_WITH_SITES", 1)
    town.parcel("good", town.box(0, 0))
    for name, east in (("a sold", 200), ("b sold", 400)):
        town.parcel(name, town.box(east, 0), supply="已供")
    town.projects = [town.project("P1")]
    supply = step(town.run()["P1"], "supply")
    assert (supply.remaining_if_lifted, supply.is_at_least) == (2, True)
    assert step_to_dict(supply)["is_at_least"] is True


def test_pools_that_were_not_examined_whole_give_lower_bounds(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("siting.suggest.offers.FIRST_BATCH", 1)
    town.spec = replace(town.spec, count=1)
    town.parcel("near", town.box(300, 0))
    town.parcel("far", town.box(3_000, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    found = town.run()["P1"]
    assert step(found, "examined").remaining == 1
    assert step(found, "area").is_at_least


def test_the_nearest_area_on_either_side_passes(town: Town):
    # the nearest of all are sold or farmland, so they would not pass
    town.parcel("8900 sold", town.box(0, 0, 89), supply="已供")
    town.parcel("8800 farm", town.box(200, 0, 88))
    town.parcel("8500", town.box(400, 0, 85))
    town.parcel("8000", town.box(600, 0, 80))
    town.parcel("12000", town.box(800, 0, 120))
    town.parcel("13000", town.box(1_000, 0, 130))
    town.farmland = [("F", town.box(220, 0, 20))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    low, high = step(found, "area").relaxations
    assert (low.is_min, low.wanted_m2, low.parcel_id) == (True, 9_000, "8500")
    assert low.passes_with_m2 == pytest.approx(8_500)
    assert (high.is_min, high.wanted_m2, high.parcel_id) == (False, 11_000, "12000")
    # 8,500 m² · 15 / 10,000 = 12.75 mu; 9,000 m² = 13.50; 12,000 = 18.00; 11,000 = 16.50
    assert "13.50 亩改为 12.75 亩" in low.text.zh
    assert low.text.en == "passes with at least 12.75 mu instead of 13.50"
    assert high.text.en == "passes with at most 18.00 mu instead of 16.50"
    assert low.text.zh in found.blocked_by.zh
    assert step(found, "area").remaining_if_lifted == 4


@pytest.mark.parametrize(
    ("width", "figure"), [(85.01, "at least 12.75 mu"), (115.01, "at most 17.26 mu")]
)
def test_a_figure_in_mu_is_rounded_so_that_the_parcel_passes(town: Town, width: float, figure: str):
    # 8,501 m² are 12.7515 mu, 11,501 m² are 17.2515 mu
    town.parcel("only", town.box(0, 0, width))
    town.projects = [town.project("P1")]
    (found,) = step(town.run()["P1"], "area").relaxations
    assert figure in found.text.en


def test_the_least_conflict_is_the_nearest(town: Town):
    town.parcel("a tenth", town.box(0, 0))
    town.parcel("half", town.box(200, 0))
    town.parcel("sold", town.box(400, 0), supply="已供")
    town.farmland = [("F", town.box(90, 0, 160))]  # 10 m of the first, 50 m of the second
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert nearest(found).site.id == "a tenth"
    assert obstacles(found) == {"FARM": (0.1, 1_000)}
    assert nearest(found).conflict_area_m2 == pytest.approx(1_000)
    assert nearest(found).is_exact
    assert "1,000.00 m² (10.00%)" in nearest(found).why.zh


def test_an_area_a_little_too_small_is_nearer_than_a_larger_conflict(town: Town):
    town.parcel("small", town.box(0, 0, 85.5))  # 450 m² or 5 % of 9,000 are missing
    town.parcel("farm", town.box(200, 0))
    town.farmland = [("F", town.box(200, 0, 6))]  # 6 %
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert nearest(found).site.id == "small"
    assert obstacles(found) == {"area": (0.05, 450)}
    assert "450.00 m² (0.68 mu) too small" in nearest(found).why.en


def test_what_is_too_large_counts_as_a_share_of_the_parcel(town: Town):
    town.parcel("large", town.box(0, 0, 220))  # 11,000 of 22,000 m² are too much
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert obstacles(found) == {"area": (0.5, 11_000)}
    assert "too large" in nearest(found).why.en


SECOND_RULE = """
[[rule]]
code = "ECO"
kind = "overlap"
title = "生态保护红线"
title_en = "Ecological red line"
severity = "prohibited"
role = "hazard"
[rule.basis]
citation = "试用"
[rule.route]
way = "avoid"
"""


def test_each_square_metre_counts_once_under_two_rules(town: Town):
    town.rules += SECOND_RULE
    town.parcel("both", town.box(0, 0))  # 20 % and 30 %, of which 10 % are the same
    town.parcel("one", town.box(200, 0))  # 45 %: less than the sum, more than the union
    town.farmland = [("F", town.box(0, 0, 20))]
    town.hazard = [("H1", town.box(10, 0, 30)), ("H2", town.box(200, 0, 45))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert nearest(found).site.id == "both"
    assert nearest(found).shortfall == pytest.approx(0.4)
    assert nearest(found).conflict_area_m2 == pytest.approx(4_000)
    assert obstacles(found) == {"FARM": (0.2, 2_000), "ECO": (0.3, 3_000)}


def test_a_rule_that_measures_no_area_counts_for_the_whole_parcel(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    measured = Rechecker.conflicts

    def unmeasured(self: Rechecker, keys: Iterable[Key]) -> dict[Key, tuple[Conflict, ...]]:
        # as a rule would say that compares a slope or a length
        return {
            key: tuple(replace(each, area_m2=0.0, pieces=()) for each in some)
            if self.parcels.ids[key[1]] == "unmeasured"
            else some
            for key, some in measured(self, keys).items()
        }

    monkeypatch.setattr(Rechecker, "conflicts", unmeasured)
    town.parcel("unmeasured", town.box(0, 0))
    town.parcel("mostly farm", town.box(200, 0))
    town.farmland = [("F1", town.box(0, 0, 1)), ("F2", town.box(200, 0, 90))]
    town.projects = [town.project("P1")]
    assert nearest(town.run()["P1"]).site.id == "mostly farm"
    town.parcels = town.parcels[:1]
    assert obstacles(town.run()["P1"]) == {"FARM": (1.0, None)}


def test_a_rule_that_says_the_same_as_a_failed_filter_counts_once(town: Town):
    town.rules += town.ZONING_RULE
    town.zoning = [("Z1", town.box(0, 0, 5_000, 5_000), {"plan_code": "0701"})]
    town.parcel("homes", town.box(0, 0))
    town.projects = [town.project("P1")]
    assert obstacles(town.run()["P1"]) == {"plan_use": (1.0, None)}


def test_land_offered_to_another_project_is_an_obstacle(town: Town):
    town.parcel("only", town.box(0, 0))
    town.projects = [town.project("P1"), town.project("P2")]
    found = town.run()
    assert found["P1"].nearest is None
    assert obstacles(found["P2"]) == {"offered": (1.0, None)}


def test_the_fewest_obstacles_come_first_of_equal_shortfalls(town: Town):
    town.parcel("a two", town.box(0, 0, 45), supply="已供")  # half too small, and sold
    town.parcel("b one", town.box(200, 0), supply="已供")
    town.parcel("c farm", town.box(400, 0))
    town.farmland = [("F", town.box(400, 0))]
    town.projects = [town.project("P1")]
    # b and c have 1.0 and one obstacle each: the one that fails no filter goes first
    assert nearest(town.run()["P1"]).site.id == "c farm"


def test_on_request_also_where_there_are_sites(town: Town):
    town.spec = replace(town.spec, nearest_for_all=True)
    town.parcel("good", town.box(0, 0))
    town.parcel("farm", town.box(200, 0))
    town.parcel("small", town.box(400, 0, 45))
    town.farmland = [("F", town.box(200, 0, 25))]
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert [s.site.id for s in found.suggestions] == ["good"]
    assert nearest(found).site.id == "farm"
    assert nearest(found).is_exact


def test_no_infeasible_parcel_at_all_is_none(town: Town):
    town.spec = replace(town.spec, nearest_for_all=True)
    town.parcel("good", town.box(0, 0))
    town.projects = [town.project("P1")]
    assert town.run()["P1"].nearest is None


def test_a_project_without_demand_has_no_nearest(town: Town):
    town.parcel("p", town.box(0, 0))
    town.projects = [town.project("P1", demand=Demand())]
    assert town.run()["P1"].nearest is None


def test_a_search_that_was_cut_off_says_so(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("siting.suggest.near_miss.NEAREST_LIMIT", 2)
    for name, east in (("a", 0), ("b", 200), ("c", 400)):
        town.parcel(name, town.box(east, 0))
    # 30, 20 and 10 % of them
    town.farmland = [
        ("F1", town.box(0, 0, 30)), ("F2", town.box(200, 0, 20)), ("F3", town.box(400, 0, 10)),
    ]  # fmt: skip
    town.projects = [town.project("P1")]
    found = nearest(town.run()["P1"])
    assert (found.site.id, found.looked_at, found.is_exact) == ("b", 2, False)
    assert "只逐宗核查了 2 宗" in found.why.zh
    told = near_miss_to_dict(found)
    assert (told["site_id"], told["shortfall"], told["is_exact"]) == ("b", 0.2, False)


def test_the_search_ends_when_nothing_else_can_be_nearer(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("siting.suggest.near_miss.BATCH", 1)
    town.parcel("a tenth", town.box(0, 0))
    town.farmland = [("F", town.box(90, 0, 10))]
    for number in range(20):
        town.parcel(f"sold {number:02}", town.box(200 + 200 * number, 0), supply="已供")
    town.projects = [town.project("P1")]
    found = nearest(town.run()["P1"])
    assert (found.site.id, found.looked_at, found.is_exact) == ("a tenth", 1, True)


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_is_that_of_all_parcels_by_shapely(
    town: Town, seed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("siting.suggest.near_miss.BATCH", 4)
    dice = random.Random(seed)  # noqa: S311 - a town, no secret
    for row in range(60):
        shape = town.box(
            dice.uniform(0, 4_000),
            dice.uniform(0, 4_000),
            dice.uniform(50, 150),
            dice.uniform(50, 150),
        )
        turned = shapely.affinity.rotate(shape, dice.uniform(0, 90))
        town.parcel(f"{row:02}", turned, supply=dice.choice(["未供", "已供"]))
    # every parcel has some farmland, so that none is feasible
    town.farmland = [
        (f"F{row}", shapely.affinity.scale(shape, dice.uniform(0.1, 0.9), dice.uniform(0.1, 0.9)))
        for row, (_, shape, _) in enumerate(town.parcels)
    ]
    town.projects = [town.project("P1", 8_000, 12_000)]
    farmland = shapely.union_all([shape for _, shape in town.farmland])
    expected = {}
    for name, shape, columns in town.parcels:
        area = shape.area
        gap = max(1 - area / 8_000, 1 - 12_000 / area, 0.0)
        share = shape.intersection(farmland).area / area
        expected[name] = gap + share + (columns["supply"] == "已供")
    found = nearest(town.run()["P1"])
    assert found.is_exact
    assert found.shortfall == pytest.approx(min(expected.values()), abs=1e-6)
    assert expected[found.site.id] == min(expected.values())


@pytest.mark.parametrize("seed", range(5))
def test_the_lowest_are_those_of_a_whole_sort(seed: int):
    dice = np.random.default_rng(seed)
    values = dice.integers(0, 6, 40).astype(float)  # many are equal
    whole = sorted(range(40), key=lambda position: (values[position], position))
    for count in (1, 7, 39, 40, 50):
        assert lowest(values, count).tolist() == whole[:count]
