"""All that projects could have: shared land, red lines, made sites, deductions, names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shapely

from siting.city import DEDUCTIONS, PlanSpec
from siting.model import Form, Release, Repair, RepairSearch, RepairWay, SiteKind, Text
from siting.model.repairs import OutlineFigures
from siting.suggest import Asked

if TYPE_CHECKING:
    from conftest import Town

    from siting.model import Option, RedLine


def ids(options: tuple[Option, ...]) -> list[str]:
    return [option.site.id for option in options]


def repaired(line: RedLine, geometry: object, rank: int = 1, **more: object) -> Repair:
    figures = OutlineFigures(
        area_m2=geometry.area, area_lost_m2=0.0, area_gained_m2=0.0, moved_m=0.0, turned_deg=0.0,
        min_width_m=50.0, frontage_m=None, compactness=0.7,
        vertices_moved=0, vertices_added=0, vertices_removed=0,
    )  # fmt: skip
    known = {"resolves": (), "remains": (), "introduces": (), "not_checked": (), "says": None}
    corrected = replace(line, id=f"{line.id}~cut-{rank}", geometry=geometry)
    return Repair(corrected, rank, RepairWay.CUT, figures, **(known | more))


def corrected(line: RedLine, *repairs: Repair) -> RepairSearch:
    return RepairSearch(line.id, line.project_id, repairs, 0.0, 1e9, 100.0, 10.0)


def hectare(town: Town, number: int) -> None:
    """Add a parcel of a hectare, the squarer the higher its number, so that A0 is the worst."""
    width = 80 + 2 * number
    town.parcel(f"A{number}", town.box(0, 200 * number, width, 10_000 / width))


def far_away(town: Town) -> None:
    """Add a parcel that serves nobody: a layer without any has no columns."""
    town.parcel("FAR", town.box(4_000, 4_000, 10, 10))


def test_two_projects_have_the_same_parcel_and_nothing_is_shared_out(town: Town):
    town.projects = [town.project("P1"), town.project("P2")]
    town.parcel("A", town.box(0, 0))
    pools = town.pools()
    assert ids(pools.options["P1"]) == ["A"]
    assert ids(pools.options["P2"]) == ["A"]


def test_a_parcel_on_farmland_is_no_option(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    town.parcel("B", town.box(200, 0))
    town.farmland = [("F", town.box(250, 0))]
    assert ids(town.pools().options["P1"]) == ["A"]


def test_a_clean_red_line_is_an_option_and_other_land_costs_its_place(town: Town):
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(500, 500))]
    town.parcel("A", town.box(0, 0))
    town.parcel("UNDER", town.box(500, 500))
    options = {one.site.id: one for one in town.pools().options["P1"]}
    present = options["P1-R"]
    assert present.site.kind is SiteKind.RED_LINE
    assert present.site.parcel_ids == ("UNDER",)
    assert present.deductions == {}
    assert options["A"].deductions == {"elsewhere": DEDUCTIONS["elsewhere"]}
    assert options["A"].points == pytest.approx(options["A"].score - 5.0)


def test_a_red_line_in_conflict_is_an_option_only_as_it_was_corrected(town: Town):
    town.projects = [town.project("P1")]
    line = town.red_line("P1", town.box(500, 500))
    town.red_lines = [line]
    town.farmland = [("F", town.box(590, 500))]
    town.parcel("UNDER", town.box(500, 500))
    better = repaired(
        line, town.box(500, 500, 90, 100), release=Release.INTERNAL, follows=("farmland",)
    )
    pools = town.pools(repairs=(corrected(line, better),))
    (only,) = pools.options["P1"]
    assert only.site.kind is SiteKind.REPAIRED
    assert only.site.id == "P1-R~cut-1"
    assert only.site.area_m2 == pytest.approx(9_000)
    assert (only.site.release, only.site.follows) == (Release.INTERNAL, ("farmland",))
    assert only.site.parcel_ids == ("UNDER",)


@pytest.mark.parametrize(
    ("entered", "taken_off"),
    [({}, 0.0), ({"takes": ("SOLD",)}, 20.0), ({"street_m2": 12.0}, 20.0)],
)
def test_a_corrected_red_line_on_land_that_nobody_offers_costs_points(
    town: Town, entered: dict[str, object], taken_off: float
):
    town.projects = [town.project("P1")]
    line = town.red_line("P1", town.box(500, 500))
    town.red_lines = [line]
    town.farmland = [("F", town.box(590, 500))]
    town.parcel("UNDER", town.box(500, 500))
    better = repaired(line, town.box(500, 500, 90, 100), **entered)
    (only,) = town.pools(repairs=(corrected(line, better),)).options["P1"]
    assert only.deductions.get("not_on_offer", 0.0) == taken_off


def test_a_corrected_red_line_that_still_breaks_a_rule_is_no_option(town: Town):
    far_away(town)
    town.projects = [town.project("P1")]
    line = town.red_line("P1", town.box(500, 500))
    town.red_lines = [line]
    town.farmland = [("F", town.box(590, 500))]
    worse = repaired(line, town.box(500, 500, 95, 100))
    pools = town.pools(repairs=(corrected(line, worse),))
    assert pools.options["P1"] == ()


def test_several_red_lines_stay_together_each_as_it_is_or_corrected(town: Town):
    far_away(town)
    town.projects = [town.project("P1", low=15_000, high=25_000)]
    one, other = town.red_line("P1", town.box(500, 500)), town.red_line("P1", town.box(800, 500))
    other = replace(other, id="P1-S")
    town.red_lines = [one, other]
    town.farmland = [("F", town.box(890, 500))]
    better = repaired(other, town.box(800, 500, 90, 100))
    pools = town.pools(repairs=(corrected(other, better),))
    (only,) = pools.options["P1"]
    assert only.site.id == "P1-R+P1-S~cut-1"
    assert only.site.area_m2 == pytest.approx(19_000)
    expected = shapely.union(town.box(500, 500), town.box(800, 500, 90, 100))
    assert shapely.equals(only.site.geometry, expected)


def test_one_red_line_that_cannot_be_corrected_takes_the_others_with_it(town: Town):
    far_away(town)
    town.projects = [town.project("P1", low=15_000, high=25_000)]
    one = town.red_line("P1", town.box(500, 500))
    other = replace(town.red_line("P1", town.box(800, 500)), id="P1-S")
    town.red_lines = [one, other]
    town.farmland = [("F", town.box(800, 500))]
    assert town.pools(repairs=(corrected(other),)).options["P1"] == ()


def test_land_claimed_by_another_red_line_stays_an_option_for_the_plan_to_decide(town: Town):
    far_away(town)
    town.rules += """
[[rule]]
code = "RIVAL"
kind = "rivals"
title = "重叠"
severity = "prohibited"
[rule.basis]
citation = "试用"
[rule.route]
way = "adjust_plan"
"""
    town.projects = [town.project("P1"), town.project("P2")]
    town.red_lines = [
        town.red_line("P1", town.box(500, 500)), town.red_line("P2", town.box(550, 500)),
    ]  # fmt: skip
    pools = town.pools()
    assert ids(pools.options["P1"]) == ["P1-R"]
    assert ids(pools.options["P2"]) == ["P2-R"]


def test_an_outline_that_is_a_line_or_crossed_is_no_option(town: Town):
    far_away(town)
    town.projects = [town.project("P1"), town.project("P2")]
    crossed = shapely.Polygon(
        [*town.box(0, 0).exterior.coords[:2], *town.box(0, 0).exterior.coords[3:1:-1]]
    )
    assert not crossed.is_valid
    town.red_lines = [
        town.red_line("P1", shapely.LineString(town.box(0, 0).exterior.coords)),
        town.red_line("P2", crossed),
    ]
    pools = town.pools()
    assert pools.options["P1"] == pools.options["P2"] == ()


def test_what_was_not_checked_costs_points_and_stays_on_the_option(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    (full,) = town.pools().options["P1"]
    town.broken_layers = ("farmland",)
    (short,) = town.pools().options["P1"]
    assert full.not_checked == ()
    assert short.not_checked == ("FARM",)
    assert short.deductions == {"not_checked": 20.0}
    assert short.points == pytest.approx(full.points - 20.0)


def test_a_restricted_rule_costs_points(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    town.hazard = [("H", town.box(50, 0))]
    (met,) = town.pools().options["P1"]
    assert met.remains == ("HAZARD",)
    assert met.deductions == {"restricted": 10.0}


def test_points_of_a_city_and_never_below_nothing(town: Town):
    town.plan = PlanSpec(deductions={**DEDUCTIONS, "restricted": 200.0})
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    town.hazard = [("H", town.box(50, 0))]
    (met,) = town.pools().options["P1"]
    assert met.points == 0.0


def test_the_best_parcels_are_kept_and_that_there_are_more_is_told(town: Town):
    town.plan = PlanSpec(candidates=2)
    town.projects = [town.project("P1"), town.project("P2", low=39_000, high=41_000)]
    for number in range(9):
        # the wider the squarer: of all the criteria only the shape differs
        town.parcel(
            f"A{number}", town.box(0, 200 * number, 80 + 2 * number, 10_000 / (80 + 2 * number))
        )
    town.parcel("B", town.box(1_000, 0, 200, 200))
    pools = town.pools()
    kept = pools.options["P1"]
    assert len(kept) == 2
    assert pools.cut_short == {"P1"}
    town.plan = PlanSpec(candidates=9)
    every = town.pools()
    assert ids(every.options["P1"])[:2] == ids(kept)
    assert every.cut_short == frozenset()


def test_a_site_that_is_named_is_an_option_however_many_are_better(town: Town):
    town.plan = PlanSpec(candidates=1)
    town.projects = [town.project("P1")]
    for number in range(9):
        town.parcel(
            f"A{number}", town.box(0, 200 * number, 80 + 2 * number, 10_000 / (80 + 2 * number))
        )
    town.parcel("FARM", town.box(2_000, 0))
    town.farmland = [("F", town.box(2_000, 0))]
    names = ("A0", "FARM", "NOWHERE")
    pools = town.pools(Asked({"P1": names}))
    assert len(pools.options["P1"]) == 2
    assert "A0" in ids(pools.options["P1"])
    assert set(pools.why_not) == {("P1", "FARM"), ("P1", "NOWHERE")}
    assert "Farmland" in pools.why_not["P1", "FARM"].get("en")
    assert "没有这样的宗地" in pools.why_not["P1", "NOWHERE"].zh


def test_a_named_parcel_that_fails_a_filter_is_told(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("SMALL", town.box(0, 0, 10, 10))
    pools = town.pools(Asked({"P1": ("SMALL",)}))
    assert "面积符合需求" in pools.why_not["P1", "SMALL"].zh


def test_why_there_is_nothing_at_all(town: Town):
    town.projects = [town.project("P1"), town.project("P2", low=39_000, high=41_000)]
    town.parcel("SMALL", town.box(0, 0, 10, 10))
    town.parcel("BIG", town.box(1_000, 0, 200, 200))
    town.farmland = [("F", town.box(1_000, 0))]
    blocked = town.pools().blocked
    assert "'in the wanted area range'" in blocked["P1"].get("en")
    assert "Farmland" in blocked["P2"].get("en")


def test_projects_that_no_plan_can_place_are_left_out_with_the_reason(town: Town):
    town.projects = [
        town.project("P1", form=Form.LINEAR),
        town.project("P2", stage="已供地未完成规划报建"),
        town.project("P3"),
    ]
    town.parcel("A", town.box(0, 0))
    pools = town.pools()
    assert list(pools.options) == ["P3"]
    assert list(pools.left_out) == ["P1"]
    assert "线性项目" in pools.left_out["P1"].zh


def test_without_parcels_nobody_is_placed_and_it_is_told(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    town.broken_layers = ("parcels",)
    pools = town.pools()
    assert pools.options == {}
    assert "没有可用的宗地图层" in pools.left_out["P1"].zh


def test_made_sites_are_options_beside_whole_ones(town: Town):
    town.spec = replace(town.spec, made_count=2)
    town.projects = [town.project("P1"), town.project("P2")]
    town.parcel("A", town.box(0, 0, 100, 60))
    town.parcel("B", town.box(0, 60, 100, 40))
    pools = town.pools()
    for name in ("P1", "P2"):
        (one,) = pools.options[name]
        assert one.site.kind is SiteKind.ASSEMBLED
        assert one.deductions == {"assembled": 5.0}


def test_a_red_line_that_nobody_tried_to_correct_is_told(town: Town):
    town.projects = [town.project("P1")]
    line = town.red_line("P1", town.box(500, 500))
    town.red_lines = [line]
    town.farmland = [("F", town.box(590, 500))]
    town.parcel("A", town.box(0, 0))
    not_asked = replace(corrected(line), blocked_by=Text("只求前 100 条", "only the first 100"))
    pools = town.pools(repairs=(not_asked,))
    assert ids(pools.options["P1"]) == ["A"]
    assert "only the first 100" in pools.notes["P1"].get("en")


def test_parcels_that_took_no_part_are_told(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0))
    corners = town.box(200, 0).exterior.coords
    town.parcel("CROSSED", shapely.Polygon([*corners[:2], *corners[3:1:-1]]))
    pools = town.pools()
    assert ids(pools.options["P1"]) == ["A"]
    assert "1 parcel(s) with invalid geometry" in pools.notes["P1"].get("en")
