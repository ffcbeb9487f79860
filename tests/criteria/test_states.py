"""States in words: acquired, planned, existing land, whose it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from siting.city import SuggestSpec
from siting.config import TableReader
from siting.criteria.base import Found, Measure, Sites
from siting.criteria.states import (
    ACQUISITION_WORDS,
    OWNERSHIP_WORDS,
    PLAN_STATE_WORDS,
    SUPPLY_WORDS,
    Acquisition,
    Ownership,
    PlanState,
    SupplyState,
    acquired,
    state_share,
)

from .made import setting_of, sites_of, stated


def figures(measure: Measure, sites: Sites, spec: SuggestSpec) -> list[float | None] | None:
    """Return what is measured, None for unknown."""
    found: Found | None = measure.of(sites, setting_of(spec=spec), None)
    if found is None:
        return None
    return [None if math.isnan(value) else value for value in found.values.tolist()]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("已收储", 1.0),
        ("已征收", 1.0),
        ("无需征收", 1.0),
        ("未征收", 0.0),
        ("正在征收", 0.5),
        ("部分收储", 0.5),
        ("not acquired", 0.0),
        ("Acquired", 1.0),
        ("", None),
        ("集体", None),
    ],
)
def test_acquisition_states_in_words(text: str, share: float | None) -> None:
    assert state_share(text, ACQUISITION_WORDS) == share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("已批", 1.0),
        ("已批复", 1.0),
        ("未批", 0.0),
        ("编制中", 0.5),
        ("未编制", 0.0),
        ("approved", 1.0),
        ("not approved", 0.0),
    ],
)
def test_plan_states_in_words(text: str, share: float) -> None:
    assert state_share(text, PLAN_STATE_WORDS) == share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("批而未供", 1.0),
        ("供而未用", 1.0),
        ("闲置土地", 1.0),
        ("未供", 0.5),
        ("新增建设用地", 0.0),
        # several parcels: the worse word counts
        ("批而未供、新增", 0.0),
        ("已登记", None),
    ],
)
def test_supply_states_in_words(text: str, share: float | None) -> None:
    assert state_share(text, SUPPLY_WORDS) == share


@pytest.mark.parametrize(
    ("text", "share"),
    [("国有", 1.0), ("20", 1.0), ("30", 0.0), ("集体", 0.0), ("310", None), ("国有、集体", 0.0)],
)
def test_owners_in_words_and_codes(text: str, share: float | None) -> None:
    assert state_share(text, OWNERSHIP_WORDS) == share


def test_banked_land_is_acquired_and_held_land_is_not() -> None:
    spec = SuggestSpec(acquisition_column="zs", land_bank_column="cb")
    texts = {"zs": ["已征收", "未征收", "", "已征收"], "cb": ["否", "是", "", ""]}
    shapes = [shapely.box(0, 0, 1, 1)] * 4
    sites = sites_of(shapes, texts=texts, is_held=[False, False, False, True])
    assert figures(Acquisition(), sites, spec) == [1.0, 1.0, None, 0.0]
    assert acquired(sites, SuggestSpec()) is None


def test_only_the_rows_asked_for_are_read() -> None:
    spec = SuggestSpec(acquisition_column="zs")
    sites = stated("zs", ["已征收", "未征收", "征收中"])
    some = Sites(sites.parcels, np.array([2, 0]))
    assert figures(Acquisition(), some, spec) == [0.5, 1.0]
    assert figures(Acquisition(), Sites(sites.parcels, np.array([], dtype=np.int64)), spec) == []


def test_the_plan_s_state_is_the_parcel_s_else_the_zone_s() -> None:
    own, spec = stated("kg", ["已批", "在编", "无", "?"]), SuggestSpec(plan_state_column="kg")
    assert figures(PlanState(), own, spec) == [1.0, 0.5, 0.0, None]
    shapes = [shapely.box(0, 0, 1, 1)] * 2
    of_zone = sites_of(shapes, plan_states=["已批", ""])
    assert figures(PlanState(), of_zone, spec) == [1.0, None]
    assert figures(PlanState(), sites_of(shapes), spec) is None


def test_existing_land_is_what_the_bank_a_class_or_the_words_say() -> None:
    spec = SuggestSpec(supply_column="gd", land_bank_column="cb", class_column="gd")
    texts = {"gd": ["批而未供", "新增", "?", "新增", "?"], "cb": ["", "", "", "是", ""]}
    shapes = [shapely.box(0, 0, 1, 1)] * 5
    sites = sites_of(shapes, texts=texts, classes=["", "", "idle", "", ""])
    measure = SupplyState(SUPPLY_WORDS)
    assert figures(measure, sites, spec) == [1.0, 0.0, 1.0, 1.0, None]
    assert figures(measure, sites, SuggestSpec()) is None


def test_a_profile_may_give_its_own_words() -> None:
    measure = Ownership(((1.0, ("镇",)), (0.25, ("村",))))
    sites = stated("qs", ["镇集体", "村集体", "国有"])
    assert figures(measure, sites, SuggestSpec(ownership_column="qs")) == [1.0, 0.25, None]
    assert figures(measure, sites, SuggestSpec()) is None


@pytest.mark.parametrize(
    "measure",
    [Acquisition(), PlanState(), SupplyState(SUPPLY_WORDS), Ownership(OWNERSHIP_WORDS)],
)
def test_every_share_has_its_own_words_in_both_languages(measure: Measure) -> None:
    phrases = [measure.phrase(value) for value in (0.0, 0.5, 1.0)]
    assert len({each.zh for each in phrases}) == len({each.en for each in phrases}) == 3
    assert measure.unit == "share"


def test_words_are_read_in_their_order_and_faults_told() -> None:
    table = {"words": [{"share": 0.0, "any": ["集体"]}, {"share": 1, "any": ["国有", "20"]}]}
    reader = TableReader(table, file="x.toml", place="measure")
    assert Ownership.parameters(reader) == {"words": ((0.0, ("集体",)), (1.0, ("国有", "20")))}
    assert not reader.problems
    for wrong in ({"share": 2.0, "any": ["x"]}, {"share": 1.0}, {"any": ["x"]}):
        reader = TableReader({"words": [wrong]}, file="x.toml", place="measure")
        assert Ownership.parameters(reader) == {"words": OWNERSHIP_WORDS}
        assert len(reader.problems) == 1
