"""``siting suggest`` tells how sure the order is: in the terminal and in JSON, in its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting

LEDGER = "id,name,stage,min,max\nP8,Works,前期研究,9000,11000\n"


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """The tiny city with a square of the wanted middle, and a longer strip of 9,500 m²."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    lots = frame([rect(500, 500, 600, 600), rect(700, 500, 750, 690)], NO=["A", "B"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    tiny.tables["suggest"] = {
        "made_count": 0,
        "weights": {"compactness": 10, "area_deviation": 30},
    }
    return tiny


def test_the_terminal_tells_how_sure_the_order_is(siting: Siting, town: Files) -> None:
    run = siting("suggest", town.write(), "-q", "--lang", "en")
    assert run.status == 0, run.err
    lines = [line.strip() for line in run.out.splitlines()]
    first = lines.index(next(line for line in lines if line.startswith("1. A ")))
    # A is better on the area, on the shape, and as good on all else
    assert lines[first + 1] == "Site 1 is first under 100 % of weights."
    assert lines[first + 2].startswith("2. B ")
    assert lines[first + 3] == (
        "Site 2 keeps place 2 under 100 % of weights; as measured it is better than site 1 on no "
        "criterion."
    )
    # half of the way to the end of the wanted range
    assert "mostly by 'area fits'" in lines[first + 4]
    assert "no weights turn the order" in lines[first + 4]
    assert "weights within ±25 % of theirs, measures taken as exact" in run.out.casefold()


def test_json_has_the_ranking_and_fits_the_schema(
    siting: Siting, town: Files, repo_root: Path
) -> None:
    folder = town.folder / "out"
    run = siting("run", town.write(), "-q", "--no-sheets", "-o", str(folder))
    assert run.status in {0, 1}, run.err
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    schema = repo_root / "docs" / "schemas" / "report-1.schema.json"
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
    (search,) = document["searches"]
    ranking = search["ranking"]
    assert (ranking["top"], ranking["draws"], ranking["weights_by_share"]) == (1, 10_000, 0.25)
    assert [each["by_place"] for each in ranking["standings"]] == [[1.0, 0.0], [0.0, 1.0]]
    behind = ranking["standings"][1]["behind"]
    ahead, site = document["suggestions"]
    assert behind["gap_points"] == pytest.approx(ahead["score"] - site["score"], abs=1e-9)
