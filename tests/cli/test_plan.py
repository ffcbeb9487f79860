"""``siting plan`` from the outside: terminal, JSON, files, decisions, the plan before, refusals."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import jsonschema
import openpyxl
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Run, Siting

LEDGER = """id,name,stage,min,max,class
P6,School,前期研究,9000,11000,1
P7,Clinic,前期研究,9000,11000,1
P8,Works,前期研究,9000,11000,2
P9,Airport,前期研究,200000,300000,1
"""


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """Two clean parcels of a hectare, A and C, and B on farmland; three projects want one each."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3100, 3100)]))
    shapes = [rect(500, 500, 600, 600), rect(2950, 3000, 3050, 3100), rect(900, 500, 1000, 600)]
    lots = frame(shapes, NO=["A", "B", "C"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage", "priority": "class"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    return tiny


def planned(run: Run) -> dict[str, dict[str, Any]]:
    """Return the rows of the document by project."""
    return {row["project"]: row for row in json.loads(run.out)["rows"]}


def test_each_class_in_turn_and_a_reason_for_who_gets_nothing(
    siting: Siting, town: Files, repo_root: Path
) -> None:
    run = siting("plan", town.write(), "-q", "--json")
    assert run.status == 1, run.err
    document = json.loads(run.out)
    schema = (repo_root / "docs" / "schemas" / "plan-1.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(schema)).validate(document)
    assert (document["gap"], document["is_proved"]) == (0.0, True)
    rows = planned(run)
    assert sorted(rows) == ["P6", "P7", "P8", "P9"]
    assert {rows["P6"]["site"], rows["P7"]["site"]} == {"A", "C"}
    assert [(one["kind"], one["name"]) for one in rows["P8"]["reasons"]] == [
        ("placed", "P6"), ("placed", "P7"),
    ]  # fmt: skip
    assert (rows["P9"]["considered"], rows["P9"]["reasons"]) == (0, [])
    assert "area" in rows["P9"]["why"]["en"]


def test_the_terminal_says_who_stands_in_the_way(siting: Siting, town: Files) -> None:
    run = siting("plan", town.write(), "--lang", "en")
    assert run.status == 1
    assert "2 of 4 projects placed (class 1: 2 of 3, class 2: 0 of 1)" in run.out
    assert "proved to be the best" in run.out
    assert "P8 Works: No place: together these shut out its 2 sites" in run.out
    assert "P6 School gets " in run.out
    assert "planned in" in run.err
    assert "planned in" not in run.out  # the clock is no result


def test_all_placed_is_status_0(siting: Siting, town: Files) -> None:
    short = "\n".join(LEDGER.splitlines()[:3]) + "\n"
    (town.folder / "ledger.csv").write_text(short, encoding="utf-8")
    run = siting("plan", town.write(), "-q", "--lang", "zh")
    assert run.status == 0
    assert "2 个项目，安排 2 个（1 类 2/2）" in run.out


def test_the_files_say_the_same_and_no_two_sites_overlap(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path, folder = town.write(), tmp_path / "out"
    run = siting("plan", path, "--json", "--output", folder, "--xlsx", tmp_path / "b.xlsx")
    rows = planned(run)
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8")) == json.loads(run.out)
    assert sorted(file.name for file in folder.iterdir()) == [
        "plan.geojson", "plan.gpkg", "plan.json", "plan.xlsx",
    ]  # fmt: skip
    assert (folder / "plan.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sites = gpd.read_file(folder / "plan.gpkg", layer="plan")
    assert dict(zip(sites["project_id"], sites["site_id"], strict=True)) == {
        "P6": rows["P6"]["site"], "P7": rows["P7"]["site"],
    }  # fmt: skip
    overlaps = [a.intersection(b).area for a, b in combinations(sites.geometry, 2)]
    assert overlaps == [0.0]
    unplaced = gpd.read_file(folder / "plan.gpkg", layer="plan_unplaced")
    assert unplaced["project_id"].tolist() == ["P8", "P9"]
    view = json.loads((folder / "plan.geojson").read_text(encoding="utf-8"))
    assert {one["properties"]["site_id"] for one in view["features"]} == {"A", "C"}
    assert "placed" in openpyxl.load_workbook(folder / "plan.xlsx").sheetnames
    again = siting("plan", path, "-q", "--output", folder)
    assert again.status == 2
    assert "--overwrite" in again.err
    assert siting("plan", path, "-q", "--output", folder, "--overwrite").status == 1


def test_outlines_stay_where_the_parcels_may_not_travel(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    town.layers["lots"]["release"] = "table_only"
    siting("plan", town.write(), "-q", "--output", tmp_path / "out")
    sites = gpd.read_file(tmp_path / "out" / "plan.gpkg", layer="plan")
    assert sites.geometry.isna().tolist() == [True, True]
    assert set(sites["geometry_state"]) == {"withheld"}
    view = json.loads((tmp_path / "out" / "plan.geojson").read_text(encoding="utf-8"))
    assert [one["geometry"] for one in view["features"]] == [None, None]


def test_a_lock_is_kept_and_its_price_told(siting: Siting, town: Files) -> None:
    run = siting("plan", town.write(), "-q", "--lock", "P8=A", "--json")
    rows = planned(run)
    assert rows["P8"]["site"] == "A"
    assert rows["P8"]["lock_cost"]["placed"] == {"1": 1, "2": -1}
    assert rows["P8"]["lock"]["source"] == "--lock"
    told = siting("plan", town.write(), "-q", "--lock", "P8=A", "--lang", "zh").out
    assert "P8 Works 锁定于 A（--lock）；代价：1 类少安排 1 个项目，2 类多安排 1 个项目" in told


def test_a_refusal_moves_only_who_must_move(siting: Siting, town: Files, tmp_path: Path) -> None:
    path = town.write()
    siting("plan", path, "-q", "--output", tmp_path)
    before = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    held = next(row["site"] for row in before["rows"] if row["project"] == "P6")
    ask = ("plan", path, "-q", "--previous", tmp_path / "plan.json", "--refuse", f"P6={held}")
    rows = planned(siting(*ask, "--json"))
    assert rows["P6"]["former"] == held
    assert rows["P6"]["site"] not in {held, None}
    assert rows["P6"]["move"]["demanded"]["zh"] == f"{held}：不同意该用地"
    # P7 gives way: if it stayed, P6 would have no site, and P8 of class 2 would take the other
    assert rows["P7"]["move"]["cost"]["placed"] == {"1": 1, "2": -1}
    told = siting(*ask, "--lang", "en").out
    assert f"because {held}: refused." in told
    assert "1 fewer project of class 1 placed" in told


def test_sold_land_is_nobodys_and_the_reason_says_so(siting: Siting, town: Files) -> None:
    rows = planned(siting("plan", town.write(), "-q", "--sold", "A", "--sold", "C", "--json"))
    assert {row["site"] for row in rows.values()} == {None}
    assert {one["kind"] for one in rows["P6"]["reasons"]} == {"promised"}
    assert "the land is sold" in rows["P6"]["why"]["en"]


def test_tables_of_decisions_count_beside_the_options(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    table = tmp_path / "replies.csv"
    table.write_text("决定,项目代码,地块,单位\n已供,,A,西区\n,P7,C,\n", encoding="utf-8")
    run = siting("plan", town.write(), "-q", "--decisions", table, "--json")
    document = json.loads(run.out)
    assert [(one["decided"], one["site"], one["by"]) for one in document["decisions"]] == [
        ("sold", "A", "西区"),
    ]  # fmt: skip
    # silence is no yes, and it is told
    assert any("no consent" in note["en"] for note in document["notes"])
    assert sum(row["site"] is not None for row in document["rows"]) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--lock", "P6=A", "--refuse", "P6=A"), "P6"),
        (("--lock", "P6=A", "--lock", "P7=A"), "A"),
        (("--lock", "P6=B"), "B"),
        (("--lock", "P66=A"), "P6"),
        (("--lock", "P6"), "PROJECT=SITE"),
        (("--gap", "1"), "--gap"),
        (("--xlsx", "plan.txt"), "must end in .xlsx"),
        (("--time-limit", "0"), "--time-limit"),
        (("--previous", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_is_status_2_and_said(
    siting: Siting, town: Files, options: tuple[str, ...], said: str
) -> None:
    run = siting("plan", town.write(), "-q", *options)
    assert run.status == 2
    assert said in run.err


def test_a_damaged_plan_before_is_refused(siting: Siting, town: Files, tmp_path: Path) -> None:
    path = town.write()
    siting("plan", path, "-q", "--output", tmp_path)
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    (tmp_path / "plan.json").write_text(text[: len(text) // 2], encoding="utf-8")
    run = siting("plan", path, "-q", "--previous", tmp_path)
    assert run.status == 2
    assert "cut short" in run.err


def test_a_failed_layer_never_makes_a_site_good(siting: Siting, town: Files) -> None:
    path = town.write()
    (town.folder / "farmland.gpkg").write_bytes(b"no geopackage")
    rows = planned(siting("plan", path, "-q", "--json"))
    placed = [row for row in rows.values() if row["site"]]
    assert placed
    assert all("T-FARM" in row["not_checked"] for row in placed)
    told = [row["why"]["en"].partition("not checked: ")[2] for row in placed]
    assert all("farmland" in codes.partition(";")[0] for codes in told)
    assert all(row["deductions"]["not_checked"] == 20.0 for row in placed)


def test_projects_of_the_plan_before_that_take_no_part_are_named(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path = town.write()
    siting("plan", path, "-q", "--output", tmp_path)
    short = "\n".join(line for line in LEDGER.splitlines() if "Clinic" not in line) + "\n"
    (town.folder / "ledger.csv").write_text(short, encoding="utf-8")
    run = siting("plan", path, "-q", "--previous", tmp_path, "--lang", "en")
    assert "1 project(s) of the plan before take no part in this one" in run.out
    assert "keeps their sites: P7" in run.out


def test_scenarios_are_files_of_their_own_whatever_they_are_called(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path, folder = town.write(), tmp_path / "out"
    scenarios = """
[[plan.scenario]]
name = "多扣分"
deductions = { not_checked = 5 }
[[plan.scenario]]
name = "less"
deductions = { not_checked = 10 }
"""
    path.write_text(path.read_text(encoding="utf-8") + scenarios, encoding="utf-8")
    ask = ("plan", path, "-q", "--output", folder, "--scenario", "all")
    assert siting(*ask).status == 1
    names = gpd.read_file(folder / "scenarios.gpkg", layer="scenarios")
    assert dict(zip(names["scenario"], names["table_name"], strict=True)) == {
        "多扣分": "scenario_1", "less": "less",
    }  # fmt: skip
    assert len(gpd.read_file(folder / "scenarios.gpkg", layer="scenario_1")) == 2
    for name in ("plan.json", "plan.xlsx", "plan.gpkg", "plan.geojson"):
        (folder / name).unlink()
    again = siting(*ask)
    assert again.status == 2
    assert "scenarios.xlsx" in again.err
