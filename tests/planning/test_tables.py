"""The plan as files of a geodatabase: rows, outlines as ``release`` allows, nobody hidden."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.model import Release, SiteKind
from siting.planning import plan_identity
from siting.planning.tables import (
    PLAN_COLUMNS,
    UNPLACED_COLUMNS,
    plan_table,
    release_of_site,
    unplaced_table,
    write_geojson_of,
    write_gpkg_of,
)

from . import hand


def test_one_row_per_planned_site_with_areas_in_three_units() -> None:
    table = plan_table(hand.plan())
    assert (*PLAN_COLUMNS, "geometry") == tuple(table.columns)
    assert table["project_id"].tolist() == ["P1", "P2", "P3"]
    clinic = table.iloc[1]
    assert (clinic["area_m2"], clinic["area_ha"], clinic["area_mu"]) == (40_000.0, 4.0, 60.0)
    assert (clinic["points"], clinic["score"], clinic["regret"]) == (80.0, 85.0, 10.0)
    assert (clinic["remains"], clinic["not_checked"]) == ("T-NEAR", "T-FLOOD")
    assert bool(clinic["must_acquire"])
    assert table["is_locked"].tolist() == [False, False, True]
    assert table.geometry.area.tolist() == pytest.approx([40_000.0] * 3)
    assert table.crs.to_epsg() == 4547


def test_who_gets_nothing_is_a_table_of_its_own() -> None:
    table = unplaced_table(hand.plan())
    assert tuple(table.columns) == UNPLACED_COLUMNS
    assert table["project_id"].tolist() == ["P4", "P5", "P9"]
    assert "P3 示例仓库 锁定于 S3" in table["reasons_zh"].iloc[0]
    unproved = replace(hand.rows()[3], blocks=None)
    assert not unplaced_table(hand.plan(rows=(unproved,)))["is_proved"].iloc[0]


@pytest.mark.parametrize(
    ("kind", "own", "parcels", "expected"),
    [
        (SiteKind.PARCEL, Release.PUBLIC, Release.TABLE_ONLY, Release.TABLE_ONLY),
        (SiteKind.PARCEL, Release.PUBLIC, Release.INTERNAL, Release.INTERNAL),
        (SiteKind.CARVED, Release.TABLE_ONLY, Release.PUBLIC, Release.TABLE_ONLY),
        (SiteKind.CARVED, Release.DISTRICT, Release.INTERNAL, Release.DISTRICT),
        (SiteKind.RED_LINE, Release.PUBLIC, Release.TABLE_ONLY, Release.PUBLIC),
        (SiteKind.REPAIRED, Release.PUBLIC, Release.TABLE_ONLY, Release.TABLE_ONLY),
        (SiteKind.REPAIRED, Release.DISTRICT, Release.PUBLIC, Release.DISTRICT),
    ],
)
def test_an_outline_travels_as_far_as_all_whose_edges_it_shows(
    kind: SiteKind, own: Release, parcels: Release, expected: Release
) -> None:
    site = replace(hand.site("S1"), kind=kind, release=own)
    assert release_of_site(site, parcels) is expected


@pytest.mark.parametrize("parcels", list(Release))
def test_what_release_forbids_is_in_no_file(tmp_path: Path, parcels: Release) -> None:
    plan = hand.plan(origin=replace(hand.plan().origin, parcels=parcels))
    is_shown = parcels in {Release.INTERNAL, Release.PUBLIC}
    write_gpkg_of(tmp_path / "plan.gpkg", plan)
    write_geojson_of(tmp_path / "plan.geojson", plan)
    found = gpd.read_file(tmp_path / "plan.gpkg", layer="plan")
    assert found.geometry.notna().tolist() == [is_shown] * 3
    assert set(found["geometry_state"]) == {"as_found" if is_shown else "withheld"}
    view = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    assert [one["geometry"] is not None for one in view["features"]] == [is_shown] * 3


def test_a_carved_outline_along_a_closed_layer_stays_while_the_others_go(tmp_path: Path) -> None:
    rows = hand.rows()
    depot = rows[2].option
    assert depot is not None
    closed = replace(depot, site=replace(depot.site, release=Release.TABLE_ONLY))
    plan = hand.plan(rows=(*rows[:2], replace(rows[2], option=closed), *rows[3:]))
    table = plan_table(plan)
    assert table["geometry_state"].tolist() == ["as_found", "as_found", "withheld"]
    everything = plan_table(plan, may_show=lambda release: release is not Release.PUBLIC)
    assert everything.geometry.notna().all()
    write_gpkg_of(tmp_path / "plan.gpkg", plan)
    content = (tmp_path / "plan.gpkg").read_bytes()
    west = shapely.bounds(closed.site.geometry)[0]
    assert shapely.bounds(rows[0].option.site.geometry)[0] != west  # type: ignore[union-attr]
    assert struct.pack("<d", west) not in content


def test_the_geopackage_is_the_official_copy_and_equal_each_time(tmp_path: Path) -> None:
    write_gpkg_of(tmp_path / "a.gpkg", hand.plan())
    write_gpkg_of(tmp_path / "b.gpkg", hand.plan())
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    back = gpd.read_file(tmp_path / "a.gpkg", layer="plan")
    given = [row.option.site.geometry for row in hand.plan().placed if row.option]
    for one, other in zip(back.geometry, given, strict=True):
        assert one.symmetric_difference(other).area == 0.0
    unplaced = gpd.read_file(tmp_path / "a.gpkg", layer="plan_unplaced")
    assert unplaced["project_id"].tolist() == ["P4", "P5", "P9"]


def test_a_plan_that_places_nobody_is_a_table_without_rows(tmp_path: Path) -> None:
    plan = hand.plan(rows=hand.rows()[3:])
    assert len(plan_table(plan)) == 0
    write_gpkg_of(tmp_path / "plan.gpkg", plan)
    write_geojson_of(tmp_path / "plan.geojson", plan)
    assert json.loads((tmp_path / "plan.geojson").read_text())["features"] == []
    assert len(gpd.read_file(tmp_path / "plan.gpkg", layer="plan_unplaced")) == 3


def test_a_geopackage_that_travels_alone_says_what_it_is(tmp_path: Path) -> None:
    write_gpkg_of(tmp_path / "plan.gpkg", hand.plan())
    about = gpd.read_file(tmp_path / "plan.gpkg", layer="plan_about")
    facts = dict(zip(about["item_en"], about["content_en"], strict=True))
    assert facts["marking"] == "Internal material"
    assert facts["plan"] == plan_identity(hand.plan())
    assert facts["how good"].startswith("not proved to be the best, at most 2.13 %")
    assert facts["points in all"] == "230.00 of at most 235.00"
    assert facts["note"] == "points taken off are a judgement"
