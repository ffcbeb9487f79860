"""The parcel table and its cheap filters, on their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from siting.candidates import Recheck, gather_parcels, largest_overlaps, wanted_land
from siting.candidates.parcels import as_text, promised_ids
from siting.city import SuggestSpec
from siting.model import Demand, Severity, Status, Text, Verdict

if TYPE_CHECKING:
    from conftest import Town

AS_OF = dt.date(2026, 11, 1)


def test_the_zone_with_the_largest_overlap_counts(town: Town) -> None:
    parcels = np.array([town.box(0, 0), town.box(300, 0)], dtype=object)
    zones = np.array([town.box(0, 0, 40), town.box(40, 0, 60)], dtype=object)
    best, share = largest_overlaps(parcels, zones)
    assert best.tolist() == [1, -1]
    assert share.tolist() == pytest.approx([0.6, 0.0])


def test_parcels_are_sorted_and_know_their_district_and_zone(town: Town) -> None:
    town.parcel("b", town.box(2_450, 0))
    town.parcel("a", town.box(2_460, 200))
    town.zoning = [("Z", town.box(2_400, 0, 100, 1_000), {"plan_code": "0701"})]
    parcels = gather_parcels(town.atlas, town.city)
    assert parcels is not None
    assert parcels.ids == ("a", "b")
    # the border runs at 2,500: 40 m of a are west of it, 50 m of b (a tie goes to the first)
    assert parcels.districts.tolist() == ["B", "A"]
    assert parcels.zoned.share.tolist() == pytest.approx([0.4, 0.5])


def test_parcels_without_area_are_left_out_and_counted(town: Town) -> None:
    town.parcel("a", town.box(0, 0))
    town.parcels.append(("b", None, {"supply": "未供"}))
    parcels = gather_parcels(town.atlas, town.city)
    assert parcels is not None
    assert (parcels.ids, parcels.left_out) == (("a",), 1)


def test_two_parcel_layers_with_the_same_numbers_stay_apart(town: Town) -> None:
    town.parcel("1", town.box(0, 0))
    atlas = town.atlas
    first = atlas.by_role("parcel")[0]
    both = replace(atlas, layers=(*atlas.layers, replace(first, name="more")))
    parcels = gather_parcels(both, town.city)
    assert parcels is not None
    assert parcels.ids == ("more/1", "parcels/1")


def test_a_corridor_drawn_as_a_line_holds_the_land_under_it(town: Town) -> None:
    town.parcel("crossed", town.box(0, 0))
    town.parcel("beside", town.box(0, 200))
    corridor = town.box(-50, 50, 300, 1).boundary
    town.red_lines = [town.red_line("P9", corridor)]
    parcels = gather_parcels(town.atlas, town.city)
    assert parcels is not None
    assert dict(zip(parcels.ids, parcels.holders, strict=True)) == {
        "beside": frozenset(),
        "crossed": frozenset({"P9"}),
    }


@pytest.mark.parametrize("text", ["a,b", "a;b", "a、b", "a；b", " a  b ", "a/b|"])
def test_promised_parcels_are_read_whatever_stands_between(town: Town, text: str) -> None:
    assert promised_ids(town.project("P1", promised=text)) == ("a", "b")


def test_a_slash_within_a_known_number_is_no_border(town: Town) -> None:
    promised = town.project("P1", promised="a/1,b/c")
    assert promised_ids(promised, {"a/1", "1"}) == ("a/1", "b", "c")


def test_a_promise_holds_the_parcels_of_both_layers_that_share_its_number(town: Town) -> None:
    town.projects = [town.project("P1"), town.project("P9", stage="-", promised="A")]
    town.parcel("A", town.box(0, 0))
    town.parcel("B", town.box(200, 0))
    atlas = town.atlas
    (own,) = atlas.by_role("parcel")
    frame = own.frame
    assert frame is not None
    other = frame.iloc[[0]].set_geometry([town.box(0, 300)])
    twice = replace(atlas, layers=(*atlas.layers, replace(own, name="more", frame=other)))
    parcels = gather_parcels(twice, town.city)
    assert parcels is not None
    assert dict(zip(parcels.ids, parcels.holders, strict=True)) == {
        "more/A": frozenset({"P9"}),
        "parcels/A": frozenset({"P9"}),
        "parcels/B": frozenset(),
    }


def test_a_promise_that_nobody_can_find_is_told(town: Town) -> None:
    town.projects = [town.project("P1"), town.project("P9", stage="-", promised="A、GONE")]
    town.parcel("A", town.box(0, 0))
    town.parcel("B", town.box(200, 0))
    note = town.run()["P1"].note
    assert note is not None
    assert "(GONE)" in note.get("en")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (1001.0, "1001"),
        (True, "是"),
        (np.bool_(False), "否"),
        (" 已供 ", "已供"),
        (0.5, "0.5"),
    ],
)
def test_cells_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_one_bound_leaves_the_other_end_open(town: Town) -> None:
    wanted = wanted_land(town.project("P1", demand=Demand(None, 500.0)), (), SuggestSpec())
    assert wanted is not None
    assert (wanted.area_m2_min, wanted.area_m2_max) == (0.0, 500.0)
    wanted = wanted_land(town.project("P1", demand=Demand(500.0, None)), (), SuggestSpec())
    assert wanted is not None
    assert wanted.area_m2_max == float("inf")


def test_wanted_uses_come_from_the_demand_before_the_use(town: Town) -> None:
    demand = Demand(1.0, 2.0, uses=("11", "1001"))
    wanted = wanted_land(town.project("P1", demand=demand), (), SuggestSpec())
    assert wanted is not None
    assert wanted.uses == ("11", "1001")


def verdict(code: str, severity: Severity, status: Status, *, gap: bool = False) -> Verdict:
    gaps = (Text("缺"),) if gap else ()
    return Verdict("L", "P1", code, severity, status, gaps=gaps)


def test_an_exception_that_may_apply_is_no_clear() -> None:
    recheck = Recheck.of([verdict("R", Severity.PROHIBITED, Status.EXCEPTION_MAY_APPLY)])
    assert recheck.broken == ("R",)
    assert not recheck.is_clean()


def test_a_near_with_a_gap_is_not_free() -> None:
    recheck = Recheck.of([verdict("R", Severity.PROHIBITED, Status.NEAR, gap=True)])
    assert recheck.free == ()
    assert recheck.unchecked_prohibited == ("R",)


def test_matters_off_the_map_are_listed_but_weigh_nothing() -> None:
    recheck = Recheck.of([verdict("MIL", Severity.CONSULT, Status.CONSULT)])
    assert (recheck.remaining, recheck.burden) == (("MIL",), ())
