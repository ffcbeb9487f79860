"""The plan on a page: all of it on the city's, on a district's what is the district's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from siting.mapping import Planned, city_scene, district_scene, render_page
from siting.model import Release

from .planned_city import AWAY, HOME, planned_of


@pytest.fixture(scope="module")
def planned(made):
    report, _, atlas, _ = made
    return planned_of(report, atlas)


def with_parcels(made, release: Release):
    """The handmade city whose parcels may travel as far as that; it has no parcels otherwise."""
    report, searches, atlas, city = made
    roads = next(layer for layer in atlas.layers if layer.role == "road")
    parcels = replace(roads, name="parcels", role="parcel", release=release)
    return report, searches, replace(atlas, layers=(*atlas.layers, parcels)), city


def scene(made, planned, code: str = "", release: Release = Release.INTERNAL):
    report, searches, atlas, city = with_parcels(made, release)
    if code:
        return district_scene(report, searches, atlas, city=city, code=code, planned=planned[0])
    return city_scene(report, searches, atlas, city=city, planned=planned[0])


def plan_on(*args, **kwargs):
    return scene(*args, **kwargs).payload["plan"]


def text_of(plan, number: int) -> str:
    return plan["texts"][number][0]


def test_without_a_plan_there_is_none(made):
    report, searches, atlas, city = made
    assert city_scene(report, searches, atlas, city=city).payload["plan"] is None


def test_the_city_is_told_who_has_what_and_why(made, planned):
    plan, cast = plan_on(made, planned), planned[1]
    view = plan["views"][0]
    row = view["rows"][cast.parcel]
    site = plan["sites"][row["site"]]
    assert (site["id"], site["kind"], site["area"]) == ("HERE-1", "parcel", 40_000.0)
    assert site["shape"] is not None
    # 87.5 less 5 is 82.5; its own best would have 90, 7.5 more
    assert (row["score"], row["less"], row["points"]) == (87.5, [["elsewhere", 5.0]], 82.5)
    assert (row["regret"], row["best"]) == (7.5, ["BEST-AWAY", 90.0])
    assert (row["remains"], row["unchecked"]) == (["HERIT-01"], ["HAZ-01"])
    assert row["acquire"] is True
    assert "1.20" in text_of(plan, row["lock"])
    assert row["former"] == "SECRET-FORMER"
    shut = view["rows"][cast.shut_out]
    assert shut["site"] is None
    assert "SECRET-SITE 被四区否定" in [text_of(plan, number) for number in shut["reasons"]]
    assert text_of(plan, view["rows"][cast.hopeless]["reasons"][0]) == "面积均不符"
    # all six are of class 1, four have a site: 82.5 + 80 + 70 + 61.25
    assert (view["classes"], view["points"]) == ([[1, 4, 6]], 293.75)
    assert [quota["used"] for quota in view["quotas"]] == [150_000.0, 2.0]
    assert view["quotas"][0]["unknown"] == 30_000.0
    assert len(view["decisions"]) == 2
    assert view["notes"] == [["SECRET-CITY-NOTE", "SECRET-CITY-NOTE"]]


def test_a_scenario_bears_only_the_rows_that_differ(made, planned):
    plan, cast = plan_on(made, planned), planned[1]
    view = plan["views"][1]
    assert view["title"] == ["放宽总量", "a wider total"]
    assert set(view["rows"]) == {cast.parcel, cast.shut_out, cast.moved_out}
    # 79 instead of 82.5, 55 instead of nothing, nothing instead of 70
    assert sorted(view["moves"]) == sorted([
        [cast.parcel, "moved", -3.5], [cast.shut_out, "gained", 55.0],
        [cast.moved_out, "lost", -70.0],
    ])  # fmt: skip
    assert plan["sites"][view["rows"][cast.parcel]["site"]]["id"] == "HERE-3"


def test_a_site_is_told_once(made, planned):
    sites = [site["id"] for site in plan_on(made, planned)["sites"]]
    assert len(sites) == len(set(sites)) == 6


def test_numbers_are_the_same_on_every_page(made, planned):
    numbers = plan_on(made, planned)["numbers"]
    assert sorted(numbers.values()) == [1, 2, 3, 4, 5, 6]
    for code in (HOME, AWAY):
        here = plan_on(made, planned, code)["numbers"]
        assert here
        assert here.items() <= numbers.items()


def test_a_district_is_told_what_is_its_own(made, planned):
    plan, cast = plan_on(made, planned, HOME), planned[1]
    view = plan["views"][0]
    # its five, of which three have a site: 82.5 + 80 + 70
    assert (view["classes"], view["points"]) == ([[1, 3, 5]], 232.5)
    assert view["rows"][cast.moved_out] == {"away": [AWAY, 40_000.0], "points": 70.0}
    guest = view["rows"][cast.foreign]
    assert set(guest) == {"site", "points"}
    assert plan["sites"][guest["site"]]["id"] == "HERE-2"
    assert plan["sites"][guest["site"]]["shape"] is not None
    assert "best" not in view["rows"][cast.parcel]
    reasons = [text_of(plan, number) for number in view["rows"][cast.shut_out]["reasons"]]
    assert reasons == [
        f"{cast.foreign} 得到 HERE-2", f"{cast.moved_out} 在其他区有安排", "指标“总量”",
        "一处此处不列明的备选用地，不可用",
    ]  # fmt: skip
    assert [quota["title"][0] for quota in view["quotas"]] == ["总量"]
    assert (view["quotasElsewhere"], view["notesElsewhere"]) == (1, 1)
    assert (len(view["decisions"]), view["decisionsElsewhere"]) == (1, 1)
    told = json.dumps(plan, ensure_ascii=False)
    for secret in ("SECRET", "BEST-AWAY", "OUT-1", "外区机密项目"):
        assert secret not in told


def test_the_other_district_learns_of_the_site_on_its_land_and_no_more(made, planned):
    plan, cast = plan_on(made, planned, AWAY), planned[1]
    rows = plan["views"][0]["rows"]
    assert set(rows) == {cast.moved_out, cast.foreign}
    assert set(rows[cast.moved_out]) == {"site", "points"}
    assert rows[cast.foreign]["away"] == [HOME, 40_000.0]
    assert [site["id"] for site in plan["sites"]] == ["OUT-1"]
    # in the scenario it loses that site: the page does not say to whom, or what it has then
    assert plan["views"][1]["rows"] == {cast.moved_out: None}
    assert plan["views"][1]["moves"] == []
    assert cast.moved_out in scene(made, planned, AWAY).payload["guests"]


def test_a_district_without_anything_of_the_plan_has_no_row(made, planned):
    plan = plan_on(made, planned, "449905")
    assert all(view["rows"] == {} for view in plan["views"])
    assert plan["sites"] == []


@pytest.mark.parametrize(
    ("release", "in_city", "in_district"),
    [
        (Release.TABLE_ONLY, False, False),
        (Release.DISTRICT, False, True),
        (Release.INTERNAL, True, True),
        (Release.PUBLIC, True, True),
    ],
)
def test_outlines_go_as_far_as_the_parcels_may(made, planned, release, in_city, in_district):
    for code, may in (("", in_city), (HOME, in_district)):
        sites = {site["id"]: site for site in plan_on(made, planned, code, release)["sites"]}
        for name in ("HERE-1", "HERE-2", "HERE-3"):
            assert (sites[name]["shape"] is not None) is may
            assert (sites[name]["at"] is not None) is may
        kept = [site for site in sites.values() if site["kind"] == "red_line"]
        assert all(site["shape"] is not None for site in kept)


def test_a_site_cut_along_a_controlled_layer_is_not_drawn(made, planned):
    base = planned[0].plan
    rows = tuple(
        row
        if row.option is None
        else replace(
            row,
            option=replace(row.option, site=replace(row.option.site, release=Release.TABLE_ONLY)),
        )
        for row in base.rows
    )
    bound = (Planned(replace(base, rows=rows)), planned[1])
    assert all(site["shape"] is None for site in plan_on(made, bound)["sites"])


def test_the_page_bears_the_plan(made, planned):
    page = render_page(scene(made, planned))
    assert "HERE-1" in page
    assert "HERE-3" in page
