"""``siting suggest`` by road: figures, the island, and what is said of a mode that nobody knows."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import shapely

from ..tiny_city import Files, frame, place, rect
from .conftest import Siting

LEDGER = "id,name,stage,min,max\nP8,Works,前期研究,9000,11000\n"
PROFILE = """
[profile]
title = "按路程"
title_en = "By road"
[[criterion]]
name = "metro_min"
title = "步行到地铁站"
title_en = "a walk to the metro"
weight = 1
worth = { kind = "linear", unit = "min", worst = 30, best = 0 }
[criterion.measure]
kind = "travel"
role = "metro_station"
mode = "walk"
what = "站"
what_en = "a stop"
"""


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """Two lots, one beside the road to the station, one beside a road that leads nowhere."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    lots = frame([rect(500, 520, 600, 620), rect(500, 2520, 600, 2620)], NO=["A", "B"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    streets = ["LINESTRING (600 500, 2000 500)", "LINESTRING (400 2500, 900 2500)"]
    tiny.add_layer("roads", frame([place(each) for each in streets], DJ=["支路"] * 2), role="road")
    tiny.add_layer("metro", frame([place(shapely.Point(1600, 500))]), role="metro_station")
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    (tiny.folder / "road.toml").write_text(PROFILE, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max", "profile": "name"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    tiny.tables["suggest"] = {
        "made_count": 0,
        "profiles": ["road.toml"],
        "profile_for": {"x": "road"},
    }
    tiny.tables["access"] = {"columns": {"road_class": "DJ"}}
    return tiny


def test_minutes_the_island_and_its_account(siting: Siting, town: Files, repo_root: Path) -> None:
    (town.folder / "ledger.csv").write_text(LEDGER.replace("Works", "road"), encoding="utf-8")

    run = siting("suggest", town.write(), "-q", "--json")

    assert run.status == 0, run.err
    document = json.loads(run.out)
    near, island = document["suggestions"]
    # 20 m to the road at its end and 1000 m along it, at 4 km/h
    assert near["criteria"] == {"metro_min": 15.3}
    assert near["score"] == pytest.approx(49.0, abs=0.01)
    assert "15 min on foot to a stop" in near["why"]["en"]
    assert (island["criteria"], island["score"]) == ({"metro_min": None}, 0.0)
    assert "do not hang together" in island["why"]["en"]
    assert "1 island(s) of roads on foot, 500 m in all" in document["searches"][0]["note"]["en"]
    (walk,) = document["access"]["modes"]
    assert walk["islands"] == {"count": 1, "length_m": 500.0}
    assert [part["length_m"] for part in walk["parts"]] == [1400.0, 500.0]
    schema = repo_root / "docs" / "schemas" / "report-1.schema.json"
    known = json.loads(schema.read_text(encoding="utf-8"))
    jsonschema.validate(document["access"], {"$ref": "#/$defs/access", "$defs": known["$defs"]})


def test_a_mode_that_nobody_knows_is_named_with_the_nearest(siting: Siting, town: Files) -> None:
    (town.folder / "ledger.csv").write_text(LEDGER.replace("Works", "road"), encoding="utf-8")
    text = PROFILE.replace('"walk"', '"walking"')
    (town.folder / "road.toml").write_text(text, encoding="utf-8")

    run = siting("suggest", town.write(), "-q")

    assert run.status not in {0, 1}
    assert "did you mean 'walk'?" in run.err


def test_who_does_not_ask_by_road_is_told_nothing_of_roads(siting: Siting, town: Files) -> None:
    run = siting("suggest", town.write(), "-q", "--json")
    assert run.status == 0, run.err
    assert json.loads(run.out)["access"] is None
