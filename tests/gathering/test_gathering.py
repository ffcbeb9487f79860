"""What is gathered for a project: names, owners, bounds on the work, a table of drawn outlines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.assembly import adjacency
from siting.candidates import Drawn, Wanted, gather_parcels, table_of
from siting.gathering import PARCELS_LOOKED_AT, Errand, Made, Region, gather
from siting.gathering.carved import BLOCK_PARCELS, grown_from
from siting.model import Project, SiteKind

from ..town import AS_OF, Town, box


@pytest.fixture
def town(tmp_path) -> Town:
    return Town(tmp_path)


def region_of(town: Town) -> Region:
    parcels = gather_parcels(town.atlas, town.city)
    assert parcels is not None
    every = np.arange(len(parcels))
    ready = np.ones(len(parcels), dtype=bool)
    return Region(town.atlas, town.rule_book, town.city, AS_OF, parcels, ready, every)


def errand(region: Region, low: float = 9_000, high: float = 11_000) -> Errand:
    wanted = Wanted(low, high, ("1001",), "plan")
    project = Project("P1", "P1", use="1001", code_system="plan")
    return Errand(project, wanted, np.arange(len(region.parcels)))


def test_a_name_tells_outlines_on_the_same_parcels_apart() -> None:
    ids = ("A", "B", "C")
    one = Made(SiteKind.ASSEMBLED, (0, 2), box(0, 0))
    other = Made(SiteKind.ASSEMBLED, (0, 2), box(0, 1))
    assert one.name(ids).startswith("A+1/")
    assert len(one.name(ids)) == len("A+1/") + 6
    assert one.name(ids) != other.name(ids)
    # where the ring begins does not matter
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(box(0, 0))[:-1], 1, axis=0))
    assert Made(SiteKind.CARVED, (0, 2), turned).name(ids) == one.name(ids)
    assert Made(SiteKind.CARVED, (1,), box(0, 0)).name(ids).startswith("B/")


def test_an_unknown_owner_is_an_owner_each_and_without_a_column_nobody_counts(town: Town) -> None:
    town.spec = replace(town.spec, ownership_column="owner")
    for name, owner in (("A", "x"), ("B", "y"), ("C", "x"), ("D", ""), ("E", "")):
        town.parcel(name, box(0, 0), owner=owner)
    region = region_of(town)
    assert region.owners_of([0, 2]) == 1
    assert region.owners_of([0, 1, 2]) == 2
    assert region.owners_of([0, 3, 4]) == 3
    town.spec = replace(town.spec, ownership_column="")
    assert region_of(town).owners_of([0, 1]) is None


def test_no_more_than_some_parcels_are_looked_at() -> None:
    rows = np.arange(PARCELS_LOOKED_AT + 5)
    one = Errand(Project("P", "P"), Wanted(1, 2, (), ""), rows)
    assert len(one.looked_at) == PARCELS_LOOKED_AT
    assert one.is_cut_short
    assert not replace(one, rows=rows[:10]).is_cut_short


def test_a_block_grows_until_it_is_enough_or_has_too_many_parcels() -> None:
    shapes = np.array([box(100.0 * n, 0) for n in range(20)], dtype=object)
    beside = adjacency(shapes)
    areas = np.full(20, 10_000.0)
    # from the tenth: its neighbours on both sides, then theirs
    assert sorted(grown_from(10, beside, areas, 25_000)) == [9, 10, 11]
    assert grown_from(10, beside, areas, 10_000) == [10]
    assert len(grown_from(10, beside, areas, 1e9)) == BLOCK_PARCELS


def test_a_wedge_is_not_offered(town: Town) -> None:
    # 400 m long and 50 m at its wider end: a third of it is narrower than 0.3 · 100 m
    tip = shapely.Polygon([(0, 0), (200, 0), (200, 25)])
    rest = shapely.Polygon([(200, 0), (400, 0), (400, 50), (200, 25)])
    west, south, *_ = box(0, 0).bounds
    for name, shape in (("A", tip), ("B", rest)):
        town.parcel(name, shapely.transform(shape, lambda xy: xy + (west, south)))  # noqa: RUF005 - numpy adds
    region = region_of(town)
    assert gather(errand(region), region) == ()
    # the same area as a block of 100 m
    town.parcels = []
    town.parcel("A", box(0, 0, 100, 40))
    town.parcel("B", box(0, 40, 100, 60))
    region = region_of(town)
    assert SiteKind.ASSEMBLED in {one.kind for one in gather(errand(region), region)}


def test_a_drawn_outline_has_the_state_of_its_worst_parcel(town: Town) -> None:
    town.spec = replace(
        town.spec, acquisition_column="acquired", land_bank_column="bank", use_column="use"
    )
    town.parcel("A", box(0, 0), acquired="未征收", bank="是", use="工业")
    town.parcel("B", box(100, 0), acquired="征收中", bank="否", use="空地")
    parcels = gather_parcels(town.atlas, town.city, zoning_column="plan_code")
    assert parcels is not None
    drawn = [Drawn("A+1", (0, 1), box(0, 0, 200, 100)), Drawn("A", (0,), box(0, 0, 50, 50))]
    worth = np.array([1.0, 0.5])
    table = table_of(drawn, parcels, town.atlas, town.spec, acquired=worth)
    # banked land needs nothing more: of both, the one being acquired is the worse
    assert table.texts["acquired"] == ("征收中", "未征收")
    assert table.texts["bank"] == ("否", "是")
    assert table.texts["use"] == ("工业、空地", "工业")
    assert table.ids == ("A+1", "A")
    assert table.areas_m2.tolist() == pytest.approx([20_000, 2_500])
    assert table.districts.tolist() == ["A", "A"]
    assert table.zoned.use.tolist() == ["100101", "100101"]


def test_a_drawn_outline_is_held_by_whose_red_line_it_meets(town: Town) -> None:
    town.parcel("A", box(0, 0))
    town.parcel("B", box(110, 0))
    town.red_lines = [town.red_line("P9", box(102, 0, 4, 100))]
    parcels = gather_parcels(town.atlas, town.city)
    assert parcels is not None
    assert parcels.holders == (frozenset(), frozenset())
    # the lane between them is another project's
    drawn = [Drawn("A+1", (0, 1), box(0, 0, 210, 100))]
    table = table_of(drawn, parcels, town.atlas, town.spec, acquired=None)
    assert table.holders == (frozenset({"P9"}),)


def test_no_range_no_site(town: Town) -> None:
    town.parcel("A", box(0, 0))
    town.parcel("B", box(100, 0))
    region = region_of(town)
    assert gather(errand(region, 0.0, float("inf")), region) == ()
    assert region.as_of == dt.date(2026, 11, 1)
