"""``siting exclude`` on a written city: status, formats, choices, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """The tiny city with two parcels, one of them half on farmland."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    lots = frame([rect(1000, 1000, 1100, 1100), rect(3000, 3000, 3100, 3100)], NO=["A", "B"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    return tiny


def test_a_line_per_rule_and_the_funnel(siting: Siting, town: Files):
    run = siting("exclude", town.write(), "-q", "--lang", "en")
    assert "2 parcels, 2.00 ha" in run.out
    assert "all parcels  2" in run.out
    assert run.out.index("prohibited") < run.out.index("free parcels")


def test_json_and_file_say_the_same(siting: Siting, town: Files, tmp_path: Path):
    target = tmp_path / "out" / "table.parquet"
    run = siting("exclude", town.write(), "-q", "--json", "--out", target)
    said = json.loads(run.out)
    table = gpd.read_parquet(target)
    assert said["schema"] == "siting-exclusion/1"
    assert said["parcels"] == len(table) == 2
    for rule in said["rules"]:
        assert int(table[f"{rule['column']}_hit"].sum()) == rule["parcels_hit"]
        assert int(table[f"{rule['column']}_not_checked"].sum()) == rule["parcels_not_checked"]
        assert table[f"{rule['column']}_m2"].sum() == pytest.approx(rule["excluded_m2"] or 0.0)
    unchecked = any(rule["parcels_not_checked"] for rule in said["rules"])
    assert run.status == int(unchecked)


def test_a_second_run_says_the_same_from_what_was_kept(siting: Siting, town: Files, tmp_path: Path):
    path = town.write()
    first = siting("exclude", path, "-q", "--json")
    assert list((tmp_path / "kept").rglob("*exclusion*"))
    assert siting("exclude", path, "-q", "--json").out == first.out
    assert siting("exclude", path, "-q", "--json", "--no-cache").out == first.out


def test_a_file_that_is_there_is_not_replaced_unasked(siting: Siting, town: Files, tmp_path: Path):
    target = tmp_path / "table.parquet"
    target.write_bytes(b"mine")
    run = siting("exclude", town.write(), "-q", "--out", target)
    assert run.status == 2
    assert "--overwrite" in run.err
    assert target.read_bytes() == b"mine"
    assert siting("exclude", town.write(), "-q", "--out", target, "--overwrite").status in {0, 1}
    assert len(gpd.read_parquet(target)) == 2


def test_one_rule_alone_and_one_that_is_none(siting: Siting, town: Files):
    path = town.write()
    codes = [
        rule["code"] for rule in json.loads(siting("exclude", path, "-q", "--json").out)["rules"]
    ]
    run = siting("exclude", path, "-q", "--json", "--rule", codes[0])
    assert {rule["code"] for rule in json.loads(run.out)["rules"]} == {codes[0]}
    refused = siting("exclude", path, "-q", "--rule", "NO-SUCH")
    assert refused.status == 2
    assert "NO-SUCH" in refused.err


def test_parcels_for_tables_only_lend_no_shapes(siting: Siting, town: Files, tmp_path: Path):
    town.layers["lots"]["release"] = "table_only"
    target = tmp_path / "table.parquet"
    run = siting("exclude", town.write(), "-q", "--lang", "en", "--out", target)
    assert "the file has no shapes" in run.err
    with pytest.raises(ValueError, match="geo metadata"):
        gpd.read_parquet(target)


def test_a_city_without_parcels_is_told_what_to_add(siting: Siting, tiny: Files):
    run = siting("exclude", tiny.write(), "-q")
    assert run.status == 2
    assert "role parcel" in run.err


def test_cells_and_their_legend(siting: Siting, town: Files, tmp_path: Path):
    import rasterio

    target, far = tmp_path / "cells.tif", tmp_path / "far.tif"
    path = town.write()
    run = siting("exclude", path, "-q", "--json", "--raster", target, "--cell", 20,
                 "--distance", far)  # fmt: skip
    legend = json.loads(run.out)
    assert legend == json.loads((tmp_path / "cells.tif.legend.json").read_text("utf-8"))
    assert legend["schema"] == "siting-exclusion-raster/1"
    assert run.status == int(any(rule["gaps"] for rule in legend["rules"]))
    with rasterio.open(target) as cells, rasterio.open(far) as metres:
        excluded = cells.read(1)
        assert cells.shape == metres.shape == (200, 200)
        assert ((excluded == 0) == (metres.read(1) > 0)).all()
    for rule in legend["rules"]:
        seen_m2 = float(((excluded & rule["value"]) > 0).sum() * 400)
        assert rule["excluded_m2"] in (seen_m2, None)
    told = siting("exclude", path, "-q", "--lang", "en", "--raster", target, "--overwrite")
    assert "bit 0  not checked by some rule" in told.out


def test_cells_are_not_replaced_unasked_and_options_fit(
    siting: Siting, town: Files, tmp_path: Path
):
    path, target = town.write(), tmp_path / "cells.tif"
    (tmp_path / "cells.tif.legend.json").write_text("mine")
    assert "--overwrite" in siting("exclude", path, "-q", "--raster", target).err
    assert not target.exists()
    assert "--raster" in siting("exclude", path, "-q", "--touched").err
    both = siting("exclude", path, "-q", "--raster", target, "--out", tmp_path / "t.parquet")
    assert "two runs" in both.err
