"""The file of the table: read back by others, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from siting.errors import WriteError
from siting.exclude import ExclusionTable, exclude, write_exclusion

from ..tiny_city import AS_OF, CRS, atlas, book, layer, rect, rule


@pytest.fixture
def table() -> ExclusionTable:
    layers = [
        layer("parcel", [rect(0, 0, 100, 100), rect(100, 0, 200, 100)], ids=["甲", "乙"]),
        layer("farmland", [rect(0, 0, 30, 100)]),
    ]
    rules = (
        rule("overlap", code="FARM", role="farmland"),
        rule("inside", code="GROWTH", role="growth_boundary", severity="restricted"),
        rule("rivals"),
    )
    return exclude(atlas(layers, ()), book(*rules), crs=CRS, as_of=AS_OF)


def test_geopandas_reads_what_was_written(table: ExclusionTable, tmp_path: Path):
    path = tmp_path / "table.parquet"
    write_exclusion(path, table)
    frame = gpd.read_parquet(path).set_index("parcel_id")
    assert frame.crs == CRS
    assert sorted(frame.index) == ["乙", "甲"]
    assert frame.loc["甲", "FARM_share"] == pytest.approx(0.3)
    assert frame.loc["甲", "FARM_m2"] == pytest.approx(3_000.0)
    assert frame["FARM_hit"].to_dict() == {"甲": True, "乙": False}
    assert frame.loc["甲", "prohibited_share_min"] == pytest.approx(0.3)
    # what was not measured is empty, never nought
    assert frame["GROWTH_m2"].isna().all()
    assert frame["GROWTH_not_checked"].all()
    assert frame.geometry.geom_equals(gpd.GeoSeries(
        dict(zip(table.land.ids, table.land.geometries, strict=True)), crs=CRS)).all()  # fmt: skip


def test_boxes_let_readers_skip_rows(table: ExclusionTable, tmp_path: Path):
    path = tmp_path / "table.parquet"
    write_exclusion(path, table)
    west = rect(10, 10, 20, 20).bounds
    assert gpd.read_parquet(path, bbox=west)["parcel_id"].tolist() == ["甲"]


def test_each_column_says_what_it_is(table: ExclusionTable, tmp_path: Path):
    path = tmp_path / "table.parquet"
    write_exclusion(path, table)
    schema = pq.read_schema(path)
    about = {k.decode(): v.decode() for k, v in schema.field("FARM_share").metadata.items()}
    assert about["code"] == "FARM"
    assert about["citation"] == "test"
    assert about["severity"] == "prohibited"
    assert json.loads(about["layers"]) == {"farmland": "content of farmland"}
    head = json.loads(schema.metadata[b"siting"])
    assert head["as_of"] == AS_OF.isoformat()
    assert list(head["rules_not_in_table"]) == ["T-RIVALS"]
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["crs"]["id"]["code"] == 4547


def test_the_same_table_gives_the_same_bytes(table: ExclusionTable, tmp_path: Path):
    for name in ("a.parquet", "b.parquet"):
        write_exclusion(tmp_path / name, table)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_without_shapes_it_is_a_plain_table(table: ExclusionTable, tmp_path: Path):
    path = tmp_path / "table.parquet"
    write_exclusion(path, table, with_shapes=False)
    schema = pq.read_schema(path)
    assert b"geo" not in schema.metadata
    assert "geometry" not in schema.names
    assert "bbox" not in schema.names
    wkb = shapely.to_wkb(table.land.geometries[0])
    assert wkb[9:41] not in path.read_bytes()


def test_what_was_there_stays_when_writing_fails(
    table: ExclusionTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(WriteError, match="untouched"):
        write_exclusion(path, table)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["table.parquet"]
