"""Cells of the table against hand geometry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.errors import ConfigError, SchemaError
from siting.exclude import UNPLANNED, ExclusionTable, exclude, funnel
from siting.model import Layer, LoadStatus, Severity
from siting.rules.base import Rule

from ..tiny_city import AS_OF, CRS, atlas, book, layer, place, rect, rule


def table_of(layers: Sequence[Layer], *rules: Rule, **options) -> ExclusionTable:
    return exclude(atlas(layers, ()), book(*rules), crs=CRS, as_of=AS_OF, **options)


def parcels(*shapes, **fields) -> Layer:
    return layer("parcel", shapes, ids=[f"P{n}" for n in range(1, len(shapes) + 1)], **fields)


ONE = rect(1_000, 1_000, 1_100, 1_100)
"""A parcel of a hectare."""
FARM = {"role": "farmland", "code": "FARM"}


def cells(table: ExclusionTable, key: str):
    return next(column for column in table.columns if column.key == key).cells


def test_a_strip_of_farmland_takes_its_share():
    farm = layer("farmland", [rect(900, 900, 1_030, 1_200)])
    table = table_of([parcels(ONE), farm], rule("overlap", **FARM))
    found = cells(table, "FARM")
    assert found.excluded_m2 == pytest.approx([3_000.0], abs=1e-6)
    assert found.bound_m2[0] < 1e-6
    assert table.shares(table.columns[0]) == pytest.approx([0.3])
    assert found.is_hit.tolist() == [True]
    assert found.is_unchecked.tolist() == [False]


def test_overlapping_features_count_once_and_touching_ones_add_up():
    overlapping = layer(
        "farmland", [rect(1_000, 1_000, 1_060, 1_100), rect(1_040, 1_000, 1_080, 1_100)]
    )
    touching = layer("hazard", [rect(1_000, 1_000, 1_050, 1_100), rect(1_050, 1_000, 1_080, 1_100)])
    table = table_of(
        [parcels(ONE), overlapping, touching],
        rule("overlap", **FARM),
        rule("overlap", role="hazard", code="HAZARD"),
    )
    assert cells(table, "FARM").excluded_m2 == pytest.approx([8_000.0], abs=0.01)
    assert cells(table, "HAZARD").excluded_m2 == pytest.approx([8_000.0], abs=1e-6)
    # features that touch or overlap: proven either way
    assert cells(table, "FARM").bound_m2[0] < 1e-8
    assert cells(table, "HAZARD").bound_m2[0] < 1e-6


def test_features_that_overlap_outside_the_parcel_alone():
    shapes = [
        rect(900, 1_000, 1_040, 1_020).union(rect(900, 1_000, 920, 1_080)),
        rect(900, 1_060, 1_040, 1_080),
    ]
    table = table_of([parcels(ONE), layer("farmland", shapes)], rule("overlap", **FARM))
    assert cells(table, "FARM").excluded_m2 == pytest.approx([1_600.0], abs=0.01)


def test_two_layers_of_a_role_are_one_ground():
    west = layer("farmland", [rect(1_000, 1_000, 1_050, 1_100)], name="west")
    east = layer("farmland", [rect(1_030, 1_000, 1_090, 1_100)], name="east")
    table = table_of([parcels(ONE), west, east], rule("overlap", **FARM))
    assert cells(table, "FARM").excluded_m2 == pytest.approx([9_000.0], abs=0.01)


def test_a_touch_is_no_hit():
    farm = layer("farmland", [rect(900, 1_000, 1_000, 1_100)])
    found = cells(table_of([parcels(ONE), farm], rule("overlap", **FARM)), "FARM")
    assert found.is_hit.tolist() == [False]
    assert found.excluded_m2.tolist() == [0.0]


def test_where_keeps_the_features_of_a_value_and_those_without_one():
    water = layer(
        "water_source",
        [rect(1_000, 1_000, 1_010, 1_100), rect(1_020, 1_000, 1_040, 1_100),
         rect(1_050, 1_000, 1_090, 1_100)],
        columns={"level": ["1", "2", None]},
    )  # fmt: skip
    table = table_of(
        [parcels(ONE), water],
        rule("overlap", role="water_source", code="W1", where={"level": ["1"]}),
        rule("overlap", role="water_source", code="NONE", where={"grade": ["1"]}),
    )
    assert cells(table, "W1").excluded_m2 == pytest.approx([5_000.0], abs=1e-6)
    # no such column: everything counts, and nothing is vouched for
    assert cells(table, "NONE").excluded_m2 == pytest.approx([7_000.0], abs=1e-6)
    assert cells(table, "NONE").is_unchecked.all()


def test_a_setback_in_square_metres_between_its_two_outlines():
    # a line along the parcel's western side, 12 m off; 15 m wanted: a strip of 3 m
    line = layer("power_line", [place(shapely.LineString([(988, 0), (988, 4_000)]))])
    far = rect(1_200, 1_000, 1_300, 1_100)
    setback = rule("setback", role="power_line", code="POWER", row=[{"setback_m": 15.0}])
    found = cells(table_of([parcels(ONE, far), line], setback), "POWER")
    assert found.is_hit.tolist() == [True, False]
    assert found.excluded_m2[0] >= 300.0
    assert found.excluded_m2[0] - found.bound_m2[0] <= 300.0
    assert found.bound_m2[0] < 0.2
    assert found.excluded_m2[1] == 0.0


def test_a_round_setback_holds_the_circle():
    point = layer("metro_structure", [place(shapely.Point(1_050, 1_050))])
    setback = rule("setback", role="metro_structure", code="METRO", row=[{"setback_m": 40.0}])
    found = cells(table_of([parcels(ONE), point], setback), "METRO")
    circle_m2 = math.pi * 40.0**2
    assert found.excluded_m2[0] >= circle_m2
    assert found.excluded_m2[0] - found.bound_m2[0] <= circle_m2
    assert found.bound_m2[0] < 2.0


def test_a_setback_hits_by_distance_not_by_its_drawn_zone():
    # GEOS draws the zone of a shallow hollow up to 1 % too wide: a parcel in that excess is free
    bend = [(0, 0), (500, 0.3), (1_000, 0)]
    line = layer("power_line", [place(shapely.LineString(bend))])
    setback = rule("setback", role="power_line", code="POWER", row=[{"setback_m": 50.0}])
    below = [rect(450, -150, 550, -49.8), rect(450, -150, 550, -49.6)]
    found = cells(table_of([parcels(*below), line], setback), "POWER")
    # by hand: at 450 and 550 the line stands at 0.27, so 50.07 and 49.87 m away
    assert found.is_hit.tolist() == [False, True]
    assert found.excluded_m2[0] == 0.0
    assert found.excluded_m2[1] > 0.0


def test_exactly_at_the_limit_is_not_nearer_than_the_limit():
    line = layer("power_line", [place(shapely.LineString([(985, 0), (985, 4_000)]))])
    setback = rule("setback", role="power_line", code="POWER", row=[{"setback_m": 15.0}])
    found = cells(table_of([parcels(ONE), line], setback), "POWER")
    assert found.is_hit.tolist() == [False]
    assert found.excluded_m2.tolist() == [0.0]


def test_a_structure_that_fits_no_row_leaves_its_neighbours_unchecked():
    lines = layer(
        "power_line",
        [place(shapely.LineString([(990, 0), (990, 4_000)]))],
        columns={"kv": ["?"]},
    )
    rows = [{"setback_m": 15.0, "when": {"kv": [35, 110]}}]
    far = rect(1_200, 1_000, 1_300, 1_100)
    found = cells(
        table_of([parcels(ONE, far), lines], rule("setback", role="power_line", row=rows)),
        "T-SETBACK",
    )
    assert found.is_unchecked.tolist() == [True, False]
    assert found.is_hit.tolist() == [False, False]


def test_what_lies_outside_the_boundary_is_excluded():
    inside, across, outside = (
        rect(1_000, 1_000, 1_100, 1_100),
        rect(1_960, 1_000, 2_060, 1_100),
        rect(2_500, 1_000, 2_600, 1_100),
    )
    growth = layer("growth_boundary", [rect(0, 0, 1_500, 4_000), rect(1_500, 0, 2_000, 4_000)])
    found = cells(
        table_of([parcels(inside, across, outside), growth],
                 rule("inside", role="growth_boundary", code="GROWTH")),
        "GROWTH",
    )  # fmt: skip
    assert found.excluded_m2 == pytest.approx([0.0, 6_000.0, 10_000.0], abs=1e-6)
    assert found.is_hit.tolist() == [False, True, True]


def zoning_rule() -> Rule:
    return rule(
        "zoning",
        role="zoning",
        code="ZONE",
        code_column="zone_code",
        code_system="ydyh2023",
        severity="restricted",
        allows={"07": ["07"], "11": ["11"]},
    )


def test_a_zoning_rule_has_a_column_per_use_and_one_for_bare_land():
    zones = layer(
        "zoning",
        [rect(1_000, 1_000, 1_060, 1_100), rect(1_060, 1_000, 1_090, 1_100)],
        columns={"zone_code": ["0701", "1101"]},
        code_system="ydyh2023",
    )
    table = table_of([parcels(ONE), zones], zoning_rule())
    assert [column.key for column in table.columns] == ["ZONE.07", "ZONE.11", f"ZONE.{UNPLANNED}"]
    assert cells(table, "ZONE.07").excluded_m2 == pytest.approx([3_000.0], abs=1e-6)
    assert cells(table, "ZONE.11").excluded_m2 == pytest.approx([6_000.0], abs=1e-6)
    assert cells(table, "ZONE.unplanned").excluded_m2 == pytest.approx([1_000.0], abs=1e-6)
    assert [column.severity for column in table.columns] == [
        Severity.RESTRICTED, Severity.RESTRICTED, Severity.CONSULT,
    ]  # fmt: skip


def test_a_zone_without_a_code_leaves_its_parcel_unchecked():
    zones = layer("zoning", [ONE], columns={"zone_code": [""]}, code_system="ydyh2023")
    found = cells(table_of([parcels(ONE), zones], zoning_rule()), "ZONE.07")
    assert found.is_unchecked.tolist() == [True]
    assert found.is_hit.tolist() == [False]


def test_a_missing_layer_is_not_checked_and_measures_nothing():
    table = table_of([parcels(ONE)], rule("overlap", **FARM))
    found = cells(table, "FARM")
    assert np.isnan(found.excluded_m2).all()
    assert found.is_unchecked.all()
    assert table.columns[0].gaps
    assert not table.is_complete


def test_a_failed_layer_of_a_rule_that_needs_the_whole_is_not_measured():
    growth = layer("growth_boundary", [], problem="cut short")
    found = cells(
        table_of([parcels(ONE), growth], rule("inside", role="growth_boundary")), "T-INSIDE"
    )
    assert np.isnan(found.excluded_m2).all()
    assert not found.is_hit.any()


def test_a_short_layer_shows_its_hits_and_vouches_for_nothing():
    farm = layer("farmland", [rect(1_000, 1_000, 1_050, 1_100)])
    short = replace(farm, contract=replace(farm.contract, status=LoadStatus.SHORT))
    other = rect(2_000, 1_000, 2_100, 1_100)
    found = cells(table_of([parcels(ONE, other), short], rule("overlap", **FARM)), "FARM")
    assert found.excluded_m2 == pytest.approx([5_000.0, 0.0], abs=1e-6)
    assert found.is_unchecked.all()


def test_the_coverage_vouches_for_parcels_with_the_rules_reach_around_them():
    covered = rect(0, 0, 1_110, 4_000)
    farm = layer("farmland", [], coverage=covered)
    beyond = rect(1_200, 1_000, 1_300, 1_100)
    table = table_of(
        [parcels(ONE, beyond), farm],
        rule("overlap", code="NO-REACH", role="farmland"),
        rule("overlap", code="REACH", role="farmland", near_m=20.0),
    )
    assert cells(table, "NO-REACH").is_unchecked.tolist() == [False, True]
    assert cells(table, "REACH").is_unchecked.tolist() == [True, True]


def test_a_hole_in_the_coverage_within_a_parcel_is_seen():
    covered = rect(0, 0, 4_000, 4_000).difference(rect(1_040, 1_040, 1_060, 1_060))
    farm = layer("farmland", [], coverage=covered)
    assert cells(table_of([parcels(ONE), farm], rule("overlap", **FARM)), "FARM").is_unchecked.all()


def test_parcels_of_two_layers_with_the_same_numbers_bear_their_layers_name():
    first = layer("parcel", [ONE], ids=["7"], name="old")
    second = layer("parcel", [rect(0, 0, 10, 10)], ids=["7"], name="new")
    farm = layer("farmland", [ONE])
    table = table_of([first, second, farm], rule("overlap", **FARM))
    assert table.land.ids == ("new/7", "old/7")
    assert cells(table, "FARM").excluded_m2 == pytest.approx([0.0, 10_000.0])


def test_rows_without_a_valid_area_are_counted_and_left_out():
    bowtie = place(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))
    table = table_of([parcels(ONE, bowtie), layer("farmland", [])], rule("overlap", **FARM))
    assert table.land.ids == ("P1",)
    assert table.land.left_out == 1


def test_rules_that_do_not_follow_from_where_land_lies_are_named():
    table = table_of([parcels(ONE), layer("farmland", [])], rule("overlap", **FARM), rule("rivals"))
    assert set(table.left_out) == {"T-RIVALS"}
    assert [column.key for column in table.columns] == ["FARM"]


def test_a_table_of_some_rules_and_of_one_that_is_none():
    layers = [parcels(ONE), layer("farmland", []), layer("hazard", [])]
    rules = rule("overlap", **FARM), rule("overlap", role="hazard", code="HAZARD")
    assert [c.key for c in table_of(layers, *rules, codes=["HAZARD"]).columns] == ["HAZARD"]
    with pytest.raises(ConfigError, match="did you mean 'HAZARD'"):
        table_of(layers, *rules, codes=["HAZRD"])


def test_without_parcels_there_is_no_table():
    with pytest.raises(SchemaError, match="no usable parcel layer"):
        table_of([layer("farmland", [])], rule("overlap", **FARM))


def test_severities_stand_apart_and_their_land_together_is_a_range():
    farm = layer("farmland", [rect(1_000, 1_000, 1_060, 1_100)])
    eco = layer("eco_redline", [rect(1_040, 1_000, 1_080, 1_100)])
    hazard = layer("hazard", [rect(1_000, 1_000, 1_010, 1_100)])
    table = table_of(
        [parcels(ONE), farm, eco, hazard],
        rule("overlap", **FARM),
        rule("overlap", role="eco_redline", code="ECO"),
        rule("overlap", role="hazard", code="HAZARD", severity="restricted"),
    )
    least, most = table.range_m2(Severity.PROHIBITED)
    assert (least[0], most[0]) == pytest.approx((6_000.0, 10_000.0))
    assert [each[0] for each in table.range_m2(Severity.RESTRICTED)] == pytest.approx([1_000.0] * 2)


def test_the_funnel_counts_what_stays_free():
    shapes = [rect(1_000 + 200 * n, 1_000, 1_100 + 200 * n, 1_100) for n in range(4)]
    farm = layer("farmland", [shapes[0], shapes[1]])
    hazard = layer("hazard", [shapes[1], shapes[2]])
    table = table_of(
        [parcels(*shapes), farm, hazard],
        rule("overlap", **FARM),
        rule("overlap", role="hazard", code="HAZARD", severity="restricted"),
    )
    assert [(name, count) for name, _, count in funnel(table)] == [
        ("all", 4), ("rule:FARM", 2), ("free:prohibited", 2), ("checked:prohibited", 2),
        ("rule:HAZARD", 1), ("free:restricted", 1), ("checked:restricted", 1),
    ]  # fmt: skip
