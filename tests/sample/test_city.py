"""The committed sample is a whole city: layers, parcels, ledger, size."""

from __future__ import annotations

import openpyxl
import pyogrio
import pytest
import shapely

from siting.city import read_city
from siting.sample import sample_folder

MEGABYTES_5 = 5_000_000


def test_sample_folder_holds_the_city(sample):
    assert sample_folder() == sample.folder


def test_city_toml_is_understood(sample):
    city = read_city(sample.folder)
    assert city.crs == "EPSG:4547"
    assert len(city.off_map) == 2
    assert all(spec.path.is_file() for spec in city.layers)
    assert all(spec.path.is_file() for spec in city.red_lines)


def test_every_layer_is_dated_and_answered_for(sample):
    for spec in read_city(sample.folder).layers:
        assert spec.dated
        assert spec.authority
        assert spec.coverage.kind != "undeclared"


def test_at_least_ten_control_lines(sample):
    controls = [entry for entry in sample.toml["layer"] if entry["path"].startswith("control/")]
    assert len(controls) >= 10


def test_only_the_torn_layer_does_not_open(sample):
    broken = []
    for entry in sample.toml["layer"]:
        if "sublayer" not in entry:
            continue
        try:
            pyogrio.read_info(sample.folder / entry["path"], layer=entry["sublayer"])
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
            broken.append(entry["name"])
    assert broken == ["industrial_block"]


def test_total_size(sample):
    total = sum(path.stat().st_size for path in sample.folder.rglob("*") if path.is_file())
    assert total <= MEGABYTES_5


def test_about_four_thousand_valid_parcels(sample):
    parcels = sample.layer("parcels")
    assert 3_600 <= len(parcels) <= 4_400
    assert parcels.geometry.is_valid.all()
    assert parcels["ZDDM"].is_unique


def test_parcels_do_not_overlap(sample):
    shapes = sample.layer("parcels").geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = left < right
    areas = shapely.area(shapely.intersection(shapes[left[apart]], shapes[right[apart]]))
    assert areas.max() < 1e-6


def test_each_parcel_lies_in_its_district_alone(sample):
    districts = sample.layer("districts").set_index("XZQDM").geometry
    parcels = sample.layer("parcels")
    home = districts.loc[parcels["XZQDM"]].to_numpy()
    inside = shapely.area(shapely.intersection(parcels.geometry.to_numpy(), home))
    assert (parcels.geometry.area - inside).abs().max() < 1e-3


def test_districts_share_their_borders(sample):
    districts = sample.layer("districts").geometry
    union = shapely.union_all(districts)
    assert union.geom_type == "Polygon"
    assert districts.area.sum() == pytest.approx(union.area, abs=1e-3)
    assert len(districts) >= 5


def test_land_use_tiles_the_city(sample):
    outline = shapely.union_all(sample.layer("districts").geometry)
    land_use = sample.layer("land_use")
    assert land_use.geometry.is_valid.all()
    # corners of one neighbour on an edge of the other, rounded to 1 mm: square metres at most
    assert land_use.geometry.area.sum() == pytest.approx(outline.area, abs=25.0)


def test_coordinates_are_whole_millimetres(sample):
    for name in ("parcels", "zoning", "farmland", "districts"):
        corners = shapely.get_coordinates(sample.layer(name).geometry.to_numpy())
        assert abs(corners - corners.round(3)).max() < 1e-9


def ledger_rows(sample):
    sheet = openpyxl.load_workbook(sample.folder / sample.toml["projects"]["path"]).active
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_ledger_has_forty_projects_over_all_stages(sample):
    rows = ledger_rows(sample)
    assert len(rows) >= 40
    assert {row["项目阶段"] for row in rows} == {
        "前期研究", "已立项但规划红线未稳定", "规划红线稳定但未完成用地报批",
        "已完成用地报批尚未供地", "已供地未完成规划报建", "已完成规划报建",
        "已完成用地保障", "还需要用地保障", "尚未完成规划条件核实",
    }  # fmt: skip
    assert {row["项目形态"] for row in rows} == {"面状", "线性", "无红线"}


def test_ledger_headings_are_those_of_city_toml(sample):
    head = set(ledger_rows(sample)[0])
    assert set(sample.toml["projects"]["columns"].values()) <= head


def test_red_lines_belong_to_projects(sample):
    ids = {row["项目代码"] for row in ledger_rows(sample)}
    assert set(sample.red_lines()) <= ids


def test_demands_of_open_projects_can_be_met_but_for_one(sample):
    parcels = sample.layer("parcels")
    free = parcels[parcels["GDZT"].isin(["批而未供", "未供"])]
    stages = ("前期研究", "已立项但规划红线未稳定")
    unmet = []
    for row in ledger_rows(sample):
        if row["项目阶段"] not in stages or row["项目形态"] == "线性":
            continue
        fits = (free["YTDM"] == row["用地代码"]) & free["MJ"].between(
            row["最小用地面积（平方米）"], row["最大用地面积（平方米）"]
        )
        if fits.sum() < 3:
            unmet.append(row["备注"])
    assert unmet == ["需求面积大于任何一宗地，无法推荐"]


OPEN_STAGES = ("前期研究", "已立项但规划红线未稳定")


def test_every_project_has_a_priority_and_open_ones_a_batch(sample):
    rows = ledger_rows(sample)
    assert {row["优先级"] for row in rows} == {1, 2, 3}
    assert all(row["批次"] for row in rows if row["项目阶段"] in OPEN_STAGES)


def test_more_factories_want_one_district_than_its_quota_allows(sample):
    (quota,) = (one for one in sample.toml["plan"]["quota"] if one["name"] == "works")
    wanting = [
        row["项目代码"]
        for row in ledger_rows(sample)
        if row["项目阶段"] in OPEN_STAGES
        and row["用地代码"].startswith(tuple(quota["uses"]))
        and row["区代码"] in quota["districts"]
    ]
    assert len(wanting) > quota["limit"]


def test_next_years_projects_want_more_land_than_their_quota_allows(sample):
    (quota,) = (one for one in sample.toml["plan"]["quota"] if one["name"] == "next_year")
    assert quota["in"] == "mu"
    largest = [
        row["最大用地面积（平方米）"]
        for row in ledger_rows(sample)
        if row["批次"] in quota["batches"]
        and row["项目形态"] != "线性"
        and row["备注"] != "需求面积大于任何一宗地，无法推荐"
    ]
    assert sum(largest) / (10_000 / 15) > quota["limit"]


def test_what_is_decided_is_about_free_parcels_and_known_projects(sample):
    (path,) = sample.toml["plan"]["decisions"]
    sheet = openpyxl.load_workbook(sample.folder / path).active
    head, *rows = ([cell or "" for cell in row] for row in sheet.iter_rows(values_only=True))
    decided = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["决定"] for row in decided] == ["拒绝", "已供"]
    parcels = sample.layer("parcels").set_index("ZDDM")
    known = {row["项目代码"] for row in ledger_rows(sample)} | {""}
    for row in decided:
        assert parcels.loc[row["地块"], "GDZT"] in ("批而未供", "未供")
        assert row["项目代码"] in known


def test_the_plan_asks_for_nothing_that_the_city_does_not_have(sample):
    rows, plan = ledger_rows(sample), sample.toml["plan"]
    uses = [row["用地代码"] for row in rows]
    for entry in (*plan["quota"], *plan["separation"]):
        assert set(entry.get("districts", [])) <= set(sample.layer("districts")["XZQDM"])
        assert set(entry.get("batches", [])) <= {row["批次"] for row in rows}
        for prefix in (*entry.get("uses", []), *entry.get("from_uses", [])):
            assert any(use.startswith(prefix) for use in uses)
