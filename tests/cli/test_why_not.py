"""``siting suggest`` where there is no site, and with ``--nearest``: text, JSON and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Run, Siting

LEDGER = """id,name,stage,min,max
P8,Works,前期研究,9000,11000
P9,Airport,前期研究,20000,30000
"""


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """The tiny city with three parcels of a hectare, B half on farmland, and two projects."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    shapes = [rect(500, 500, 600, 600), rect(2950, 3000, 3050, 3100), rect(700, 500, 800, 600)]
    lots = frame(shapes, NO=["A", "B", "C"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    tiny.tables["suggest"] = {"count": 1}  # P8 takes A, and leaves C
    return tiny


def said(run: Run, project_id: str) -> dict[str, object]:
    searches = json.loads(run.out)["searches"]
    found: dict[str, object] = next(s for s in searches if s["project_id"] == project_id)
    return found


def test_the_terminal_names_the_area_that_passes_and_the_nearest(siting: Siting, town: Files):
    run = siting("suggest", town.write(), "-q", "--lang", "en", "--project", "P9")
    assert run.status == 0, run.err
    # 10,000 m² are 15 mu, 20,000 are 30
    assert "passes with at least 15.00 mu instead of 30.00" in run.out
    assert "nearest to feasible: C 1.0000 ha (15.00 mu)" in run.out
    assert "area 10,000.00 m² (15.00 mu) too small" in run.out


def test_nearest_is_for_those_without_a_site_unless_asked(siting: Siting, town: Files):
    path = town.write()
    plain = said(siting("suggest", path, "-q", "--json"), "P8")
    assert (plain["suggestions"], plain["nearest"]) == (1, None)
    asked = said(siting("suggest", path, "-q", "--json", "--nearest"), "P8")
    assert asked["nearest"]["site_id"] == "B"
    (obstacle,) = asked["nearest"]["obstacles"]
    assert (obstacle["kind"], obstacle["code"]) == ("rule", "T-FARM")
    assert (obstacle["area_m2"], obstacle["share"]) == (5_000, 0.5)
    town.tables["suggest"] |= {"nearest_for_all": True}
    assert said(siting("suggest", town.write(), "-q", "--json"), "P8") == asked


def test_the_schema_knows_what_is_said(siting: Siting, town: Files, repo_root: Path):
    text = (repo_root / "docs" / "schemas" / "report-1.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    schema |= {"$ref": "#/$defs/search"}
    search = said(siting("suggest", town.write(), "-q", "--json", "--nearest"), "P9")
    only = {key: schema[key] for key in ("$schema", "$defs", "$ref")}
    jsonschema.Draft202012Validator(only).validate(search)
    del search["nearest"]["why"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(only).validate(search)
