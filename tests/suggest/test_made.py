"""Assembled and carved sites, classes of land and land to acquire, against hand geometry."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shapely

from siting.model import SiteKind, Suggestion

if TYPE_CHECKING:
    from conftest import Town


@pytest.fixture
def busy(town: Town) -> Town:
    """Return the town with two made sites and two sites to acquire a project."""
    town.spec = replace(town.spec, made_count=2)
    town.projects = [town.project("P1")]
    return town


def kinds(offered: tuple[Suggestion, ...]) -> list[SiteKind]:
    return [one.site.kind for one in offered]


# put together ---------------------------------------------------------------------------------


def test_two_parcels_side_by_side_make_the_site_that_neither_is(busy: Town):
    busy.spec = replace(busy.spec, ownership_column="owner")
    busy.parcel("A", busy.box(0, 0, 100, 60), owner="x")
    busy.parcel("B", busy.box(0, 60, 100, 40), owner="y")
    search = busy.run()["P1"]
    (one,) = search.suggestions
    site = one.site
    assert site.kind is SiteKind.ASSEMBLED
    assert site.parcel_ids == ("A", "B")
    assert site.id.startswith("A+1/")
    # a square of 100 m out of 60 and 40: π/4, two owners, no lane
    assert site.area_m2 == pytest.approx(10_000)
    assert shapely.equals(site.geometry, busy.box(0, 0, 100, 100))
    assert site.compactness == pytest.approx(math.pi / 4)
    assert site.least_width_m == pytest.approx(100, abs=0.1)
    assert (site.owners, site.lane_m2, site.is_exact) == (2, 0.0, True)
    assert site.gap == pytest.approx(0.0)
    assert search.blocked_by is None
    assert search.note is not None
    assert "拼合" in search.note.zh
    assert "由相邻 2 宗地拼合（2 种权属）" in one.why.zh


def test_a_lane_between_is_taken_in_and_named(busy: Town):
    busy.spec = replace(busy.spec, ownership_column="owner")
    busy.parcel("A", busy.box(0, 0, 100, 50), owner="x")
    busy.parcel("B", busy.box(0, 54, 100, 50), owner="x")
    (one,) = busy.run()["P1"].suggestions
    # 4 m of lane along 100 m
    assert one.site.lane_m2 == pytest.approx(400)
    assert one.site.area_m2 == pytest.approx(10_400)
    assert one.site.owners == 1
    assert "含宗地间巷道 400 m²" in one.why.zh


def test_a_parcel_on_farmland_is_not_put_in(busy: Town):
    busy.parcel("A", busy.box(0, 0, 100, 60))
    busy.parcel("B", busy.box(0, 60, 100, 40))
    busy.parcel("C", busy.box(100, 0, 60, 70))
    busy.farmland = [("F", busy.box(0, 70, 90, 20))]
    offered = busy.run()["P1"].suggestions
    assert [one.site.parcel_ids for one in offered if one.site.kind is SiteKind.ASSEMBLED] == [
        ("A", "C")
    ]


def test_a_whole_parcel_goes_before_what_must_be_joined_and_shares_no_land_with_it(busy: Town):
    busy.parcel("W", busy.box(1_000, 0, 95, 105))
    for name, at in (("A", 0), ("B", 60), ("C", 120)):
        busy.parcel(name, busy.box(0, at, 100, 60 if name != "C" else 40))
    busy.red_lines = [busy.red_line("P1", busy.box(-150, 0))]
    offered = busy.run()["P1"].suggestions
    assert [one.site.kind.is_made for one in offered] == [False, True]
    # A+B is 12,000 m²: too much; B+C is the square of 10,000
    assert [one.site.parcel_ids for one in offered] == [("W",), ("B", "C")]
    assert offered[1].score > offered[0].score


def test_no_land_twice_among_made_sites_of_two_projects(busy: Town):
    busy.projects = [busy.project("P1"), busy.project("P2")]
    for number in range(4):
        busy.parcel(f"A{number}", busy.box(0, 50.0 * number, 100, 50))
    offered = [one for search in busy.run().values() for one in search.suggestions]
    assert sorted(one.site.parcel_ids for one in offered) == [("A0", "A1"), ("A2", "A3")]
    assert {one.project_id for one in offered} == {"P1", "P2"}
    assert all(one.rank == 1 for one in offered)


def test_two_that_share_most_of_their_land_are_one(busy: Town):
    # a row of five: every pair of neighbours would do, two of them at most lie apart
    for number in range(5):
        busy.parcel(f"A{number}", busy.box(0, 50.0 * number, 100, 50))
    offered = busy.run()["P1"].suggestions
    taken = [name for one in offered for name in one.site.parcel_ids]
    assert len(taken) == len(set(taken)) == 4


def test_none_are_made_where_the_city_wants_none(busy: Town):
    busy.spec = replace(busy.spec, made_count=0)
    busy.parcel("A", busy.box(0, 0, 100, 60))
    busy.parcel("B", busy.box(0, 60, 100, 40))
    search = busy.run()["P1"]
    assert search.suggestions == ()
    assert search.blocked_by is not None


# carved ---------------------------------------------------------------------------------------


def test_an_outline_of_the_middle_of_the_range_is_drawn_in_a_parcel_too_large(busy: Town):
    busy.spec = replace(busy.spec, ownership_column="owner")
    busy.parcel("large", busy.box(0, 0, 300, 300), owner="x")
    (one,) = busy.run()["P1"].suggestions
    site = one.site
    assert site.kind is SiteKind.CARVED
    assert site.parcel_ids == ("large",)
    # the middle of 9,000–11,000, as a square
    assert site.area_m2 == pytest.approx(10_000, abs=1)
    assert site.compactness == pytest.approx(math.pi / 4, abs=1e-3)
    assert site.least_width_m == pytest.approx(100, abs=0.1)
    assert shapely.covers(busy.box(0, 0, 300, 300), site.geometry)
    assert site.owners == 1
    assert site.frontage_m is None  # the town has no roads
    assert site.is_exact is None


def test_it_keeps_off_farmland_and_off_a_hazard_where_there_is_room(busy: Town):
    busy.parcel("large", busy.box(0, 0, 400, 120))
    busy.farmland = [("F", busy.box(-10, -10, 150, 150))]
    busy.hazard = [("H", busy.box(280, -10, 150, 150))]
    (one,) = busy.run()["P1"].suggestions
    # between 140 and 280 m is room for one of 120 m by 83 m
    assert shapely.covers(busy.box(140, 0, 140, 120), one.site.geometry)
    assert one.remains == ()
    assert 9_000 <= one.site.area_m2 <= 11_000


def test_it_takes_land_under_a_restricted_rule_where_nothing_else_is_left(busy: Town):
    busy.parcel("large", busy.box(0, 0, 400, 120))
    busy.farmland = [("F", busy.box(-10, -10, 210, 150))]
    busy.hazard = [("H", busy.box(190, -10, 300, 150))]
    (one,) = busy.run()["P1"].suggestions
    assert one.remains == ("HAZARD",)
    assert not shapely.intersects(one.site.geometry, busy.box(-10, -10, 210, 150))


def test_where_farmland_leaves_too_little_nothing_is_drawn(busy: Town):
    busy.parcel("large", busy.box(0, 0, 300, 300))
    busy.farmland = [("F", busy.box(-10, -10, 320, 280))]  # 30 m are left, 9,000 m² less a hair
    search = busy.run()["P1"]
    assert search.suggestions == ()
    assert search.blocked_by is not None


def test_it_keeps_off_the_land_of_another_project(busy: Town):
    busy.parcel("large", busy.box(0, 0, 300, 300))
    busy.projects = [busy.project("P1"), busy.project("P2", stage="已供地")]
    busy.red_lines = [busy.red_line("P2", busy.box(50, 50, 200, 200))]
    # a parcel under another's red line is promised: nothing of it is offered
    assert busy.run()["P1"].suggestions == ()


def test_several_parcels_are_cut_where_they_are_too_small_alone_and_too_large_together(busy: Town):
    # together 12,100 m² of one owner, alone 6,050: any two are over 11,000
    busy.parcel("A", busy.box(0, 0, 55, 110))
    busy.parcel("B", busy.box(55, 0, 55, 110))
    (one,) = busy.run()["P1"].suggestions
    assert one.site.kind is SiteKind.CARVED
    assert one.site.parcel_ids == ("A", "B")
    assert one.site.area_m2 == pytest.approx(10_000, abs=1)
    assert shapely.covers(busy.box(0, 0, 110, 110), one.site.geometry)


# land that must first be acquired, and classes ------------------------------------------------


def acquiring(town: Town) -> None:
    town.spec = replace(town.spec, acquisition_column="acquired", acquire_count=2)
    town.red_lines = [town.red_line("P1", town.box(-150, 0))]
    town.projects = [town.project("P1")]


def test_land_to_acquire_stands_in_a_list_of_its_own_after_the_other(town: Town):
    acquiring(town)
    states = ("未征收", "已征收", "", "征收中", "未征收")
    for number, (state, east) in enumerate(zip(states, (0, 200, 400, 2_300, 2_500), strict=True)):
        town.parcel(f"P{number}", town.box(east, 0), acquired=state)
    offered = town.run()["P1"].suggestions
    # P0 and P2 are nearer than P3, but nobody has acquired them; P4 is the third such one
    assert [one.site.id for one in offered] == ["P1", "P3", "P0", "P2"]
    assert [one.must_acquire for one in offered] == [False, False, True, True]
    assert [one.rank for one in offered] == [1, 2, 3, 4]
    # by its score the nearest would stand before the farther one that is being acquired
    assert offered[2].score > offered[1].score


def test_the_list_has_its_own_count(town: Town):
    acquiring(town)
    town.spec = replace(town.spec, acquire_count=0)
    town.parcel("P0", town.box(0, 0), acquired="未征收")
    search = town.run()["P1"]
    assert search.suggestions == ()
    town.spec = replace(town.spec, acquire_count=1)
    assert [one.must_acquire for one in town.run()["P1"].suggestions] == [True]


def test_where_nothing_tells_nobody_says(town: Town):
    town.projects = [town.project("P1")]
    town.parcel("P0", town.box(0, 0))
    assert [one.must_acquire for one in town.run()["P1"].suggestions] == [None]


def test_a_site_with_one_parcel_to_acquire_is_land_to_acquire(town: Town):
    acquiring(town)
    town.spec = replace(town.spec, made_count=2)
    town.parcel("A", town.box(0, 0, 100, 60), acquired="已征收")
    town.parcel("B", town.box(0, 60, 100, 40), acquired="未征收")
    (one,) = town.run()["P1"].suggestions
    assert one.must_acquire is True
    assert one.criteria["acquisition"] == 0.0
    assert one.site.attributes["征收收储状态"] == "未征收"


def test_ready_land_is_put_together_before_land_to_acquire(town: Town):
    acquiring(town)
    town.spec = replace(town.spec, made_count=2)
    town.parcel("A", town.box(0, 0, 100, 60), acquired="未征收")
    town.parcel("B", town.box(0, 60, 100, 40), acquired="已征收")
    town.parcel("C", town.box(0, 100, 100, 50), acquired="已征收")
    (one,) = town.run()["P1"].suggestions
    assert one.site.parcel_ids == ("B", "C")
    assert one.must_acquire is False


def test_idle_land_is_offered_as_such_though_it_was_supplied(town: Town):
    acquiring(town)
    town.spec = replace(
        town.spec, class_column="state", classes={"idle": ("供而未用",), "renewal": ("旧改",)}
    )
    idle = {"supply": "已供", "acquired": "已征收"}
    town.parcel("idle", town.box(0, 0), state="供而未用", **idle)
    town.parcel("renewal", town.box(200, 0), state="旧改", **idle)
    town.parcel("taken", town.box(400, 0), state="在用", **idle)
    town.parcel("free", town.box(600, 0), state="空地", acquired="已征收")
    town.parcel("renewed", town.box(800, 0), state="旧改", acquired="已征收")
    offered = town.run()["P1"].suggestions
    assert [(one.site.id, str(one.site.kind), one.must_acquire) for one in offered] == [
        ("free", "parcel", False),
        ("renewed", "renewal", False),
        ("idle", "idle", True),
        ("renewal", "renewal", True),
    ]
    # what was acquired once is its holder's now
    assert offered[2].criteria["acquisition"] == 0.0
    assert offered[2].why.zh.startswith("闲置土地")


def test_land_of_the_bank_says_so(town: Town):
    town.spec = replace(town.spec, land_bank_column="bank")
    town.projects = [town.project("P1")]
    town.parcel("A", town.box(0, 0), bank="是")
    (one,) = town.run()["P1"].suggestions
    assert one.site.kind is SiteKind.LAND_BANK
    assert one.site.classes == (SiteKind.LAND_BANK,)
    assert one.must_acquire is False
    assert one.why.zh.startswith("储备土地")
