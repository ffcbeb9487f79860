"""Scenarios: what is otherwise is put into the city, and what moves is told as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import openpyxl
import pyogrio
import pytest
import shapely

from siting.api import load, plan
from siting.api import scenarios as scenarios_of
from siting.city import DEDUCTIONS, PlanSpec, QuotaSpec, ScenarioSpec
from siting.errors import ConfigError
from siting.model import Release, Text
from siting.planning import (
    Change,
    PlanOptions,
    Scenario,
    city_of,
    make_plan,
    needs_loading,
    plan_to_dict,
)
from siting.planning.moving import (
    moves_table,
    scenario_lines,
    scenarios_to_dict,
    write_scenarios,
)

from .. import tiny_city as tiny

if TYPE_CHECKING:
    from conftest import Town

    from siting.planning import CityPlan

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "plan-1.schema.json"
TWO = QuotaSpec("west", Text("西部用地", "Sites in the west"), "sites", 2.0, districts=("A",))


def scenario(name: str = "less", **changes: object) -> ScenarioSpec:
    return ScenarioSpec(name, Text(f"情景{name}", f"scenario {name}"), **changes)


@pytest.fixture
def west(town: Town) -> Town:
    """Return a town with two projects and two parcels in the west, and a strip in the east."""
    town.projects = [town.project("P1"), town.project("P2", priority=2)]
    town.parcel("BEST", town.box(0, 0))
    town.parcel("NEXT", town.box(1_000, 0, 110, 10_000 / 110))
    town.parcel("EAST", town.box(3_000, 0, 140, 10_000 / 140))
    town.plan = PlanSpec(
        deductions=dict.fromkeys(DEDUCTIONS, 0.0),
        quotas=(TWO,),
        scenarios=(scenario(quotas={"west": 1.0}), scenario("none", quotas={"west": 0.0})),
    )
    return town


def both(town: Town, *names: str) -> tuple[CityPlan, tuple[Scenario, ...]]:
    study = town.study()
    base = make_plan(study, replace(town.report(), repairs=()), PlanOptions())
    return base, scenarios_of(study, base, names=names)


def sites(plan: CityPlan) -> dict[str, str]:
    return {row.project.id: row.option.site.id for row in plan.placed if row.option}


def test_a_smaller_quota_moves_one_project_only(west: Town):
    base, (less,) = both(west, "less")
    assert sites(base) == {"P1": "BEST", "P2": "NEXT"} or sites(base) == {
        "P1": "NEXT",
        "P2": "BEST",
    }
    # one of the two must go east; who has the best parcel keeps it
    assert [one.change for one in less.differences].count(Change.MOVED) == 1
    (moved,) = less.moving
    assert moved.before is not None
    assert moved.after is not None
    assert moved.before.option is not None
    assert moved.after.option is not None
    assert moved.before.option.site.id == "NEXT"
    assert moved.after.option.site.id == "EAST"
    expected = moved.after.option.points - moved.before.option.points
    assert moved.points == pytest.approx(expected)
    assert less.plan.quotas[0].spec.limit == 1.0
    assert less.plan.scenario == "less"


def test_all_scenarios_without_a_name_and_what_is_lost(west: Town):
    base, (less, none) = both(west)
    assert [less.spec.name, none.spec.name] == ["less", "none"]
    assert sites(none.plan) == {"P1": "EAST"}  # the first class goes before
    assert [one.change for one in none.differences] == [Change.MOVED, Change.LOST]
    lost = none.differences[1]
    assert lost.after is not None
    assert lost.after.option is None
    before = next(row for row in base.rows if row.project.id == "P2")
    assert before.option is not None
    assert lost.points == pytest.approx(-before.option.points)


def test_a_scenario_that_there_is_not(west: Town):
    with pytest.raises(ConfigError, match="no scenario 'lass'") as caught:
        both(west, "lass")
    assert "did you mean 'less'" in str(caught.value)


def test_what_is_otherwise_is_put_into_the_city_and_nothing_else(west: Town):
    city = west.city
    spec = scenario(
        weights={"compactness": 3.0},
        profile_for={"10": "depot"},
        deductions={"carved": 50.0},
        quotas={"west": 7.0},
    )
    other = city_of(city, spec)
    assert other.suggest.weights == {"compactness": 3.0}
    assert other.suggest.profile_for == {"10": "depot"}
    assert other.plan.deductions == {**city.plan.deductions, "carved": 50.0}
    assert other.plan.quotas == (replace(TWO, limit=7.0),)
    same = replace(
        other,
        suggest=replace(other.suggest, weights={}, profile_for={}),
        plan=replace(other.plan, quotas=city.plan.quotas, deductions=city.plan.deductions),
    )
    assert same == city
    assert not needs_loading(spec)


LEDGER = """编号,名称,用途,面积下限,面积上限,阶段
P9,学校,0804,9000,11000,前期研究
"""


@pytest.fixture
def on_disk(tmp_path: Path) -> tiny.Files:
    """Return a written city: one project, two parcels, and a newer farmland map beside it."""
    files = tiny.write_tiny(tmp_path)
    (tmp_path / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {
        "id": "编号", "name": "名称", "use": "用途", "stage": "阶段",
        "area_m2_min": "面积下限", "area_m2_max": "面积上限",
    }  # fmt: skip
    files.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    shapes = [tiny.rect(0, 0, 100, 100), tiny.rect(500, 0, 545, 222)]
    files.add_layer("parcel", tiny.frame(shapes, id=["BEST", "NEXT"]))
    newer = tiny.frame([tiny.rect(50, 50, 300, 300)])
    newer.to_file(tmp_path / "newer.gpkg", layer="farmland", driver="GPKG")
    lax = tiny.RULES.replace('severity = "prohibited"', 'severity = "consult"')
    (tmp_path / "lax.toml").write_text(lax, encoding="utf-8")
    return files


def test_another_version_of_a_layer_and_another_rule_book(on_disk: tiny.Files):
    path = on_disk.write()
    others = """
[[plan.scenario]]
name = "newer"
title = "新版农田"
layers = { farmland = "newer.gpkg" }
[[plan.scenario]]
name = "newer_lax"
title = "新版农田，只征求意见"
rulebook = "lax.toml"
layers = { farmland = "newer.gpkg" }
"""
    path.write_text(path.read_text(encoding="utf-8") + others, encoding="utf-8")
    study = load(path)
    base = plan(study)
    assert sites(base) == {"P9": "BEST"}
    newer, lax = scenarios_of(study, base)
    assert sites(newer.plan) == {"P9": "NEXT"}
    assert [one.change for one in newer.moving] == [Change.MOVED]
    assert newer.plan.origin.report_identity != base.origin.report_identity
    # where the rule only asks for consent the parcel is open again; nobody moves
    assert sites(lax.plan) == {"P9": "BEST"}
    assert lax.moving == ()


def test_what_moves_as_lines_between_the_sites(west: Town):
    west_public = _with_release(west, Release.PUBLIC)
    _, (less,) = both(west_public, "less")
    table = moves_table(less)
    (line,) = table.geometry
    ends = shapely.points(line.coords)
    assert west.box(1_000, 0, 110, 10_000 / 110).contains(ends[0])
    assert west.box(3_000, 0, 140, 10_000 / 140).contains(ends[1])
    assert table["change"].tolist() == ["moved"]


def test_a_line_that_would_tell_where_withheld_parcels_are_is_withheld(west: Town):
    hidden = moves_table(both(_with_release(west, Release.TABLE_ONLY), "less")[1][0])
    assert hidden.geometry.isna().all()
    assert hidden["geometry_state"].tolist() == ["withheld"]
    assert hidden["to_site_id"].tolist() == ["EAST"]


def _with_release(town: Town, release: Release) -> Town:
    town.release = release
    return town


def test_the_document_fits_its_schema(west: Town):
    base, found = both(west)
    document = plan_to_dict(base) | {"scenarios": scenarios_to_dict(base, found)["scenarios"]}
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    less, none = document["scenarios"]
    assert less["changes"] == {"same": 1, "moved": 1, "gained": 0, "lost": 0, "unplaced": 0}
    assert (none["placed"], none["unplaced"]) == (1, 1)


def test_lines_say_what_moves(west: Town):
    _, found = both(west)
    text = "\n".join(scenario_lines(found, "en"))
    assert "scenario scenario less · 1 moved" in text
    assert "NEXT" in text
    assert "EAST" in text
    assert "1 moved, 1 loses its site" in text


def test_files_of_scenarios(west: Town, tmp_path: Path):
    base, found = both(_with_release(west, Release.PUBLIC))
    folder = tmp_path / "out"
    folder.mkdir()
    workbook, geopackage, document = write_scenarios(folder, base, found, language="zh")
    sheets = openpyxl.load_workbook(workbook)
    assert sheets.sheetnames == ["情景对比", "情景变动"]
    assert sheets["情景对比"].max_row == 4  # heading, the plan itself, two scenarios
    layers = {name for name, _ in pyogrio.list_layers(geopackage)}
    assert {"less", "less_moves", "none", "none_moves"} <= layers
    assert pyogrio.read_dataframe(geopackage, layer="less_moves")["from_site_id"].tolist() == [
        "NEXT"
    ]
    assert json.loads(document.read_text(encoding="utf-8"))["schema"] == "siting-scenarios/1"
