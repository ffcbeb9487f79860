"""Record by record, where the bulk reader gives up: one bad feature costs one feature."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import shapely

from siting.load import bulk
from siting.load.bulk import BulkReadError, record_by_record
from siting.load.encoding import Encoding
from siting.load.formats import GEOMETRY, Format, VectorRequest

from .town import frame_of, square


def polygon(ring: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One good feature, one open ring, one ring too short for any geometry."""
    good = [[113.0, 23.1], [113.1, 23.1], [113.1, 23.2], [113.0, 23.1]]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": polygon(ring)}
        for code, ring in (("A", good), ("B", good[:3]), ("C", good[:2]))
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_one_bad_feature_costs_one_feature(mixed: Path) -> None:
    request = VectorRequest(mixed, Format.GEOJSON, columns=("code", "gone"))
    rows = record_by_record(mixed, request, Encoding(""), "why")
    assert rows.table["code"].to_pylist()[:2] == ["A", "B"]
    assert rows.table.num_rows == 3
    shapes = rows.table[GEOMETRY].to_pylist()
    assert shapely.from_wkb(shapes[0]).is_valid
    assert shapes[2] is None
    assert [number for number, _ in rows.lost] == [3]
    assert "closes open rings" in rows.notes[0]


def test_bulk_failure_falls_back(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> bulk.Rows:
        text = "bulk reader gave up"
        raise RuntimeError(text)

    monkeypatch.setattr(bulk, "_in_bulk", give_up)
    rows = bulk.read_rows(VectorRequest(mixed, Format.GEOJSON, columns=("code",)))
    assert rows.table.num_rows == 3
    assert "bulk reader gave up" in rows.notes[0]


def test_file_that_neither_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(BulkReadError, match="cannot be opened"):
        record_by_record(path, VectorRequest(path, Format.GEOJSON), Encoding(""), "why")


def test_chinese_shapefile_record_by_record(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame = frame_of([square(0), square(1)], DLMC=["大氹镇", "滘口村"])
    frame.to_file(path, driver="ESRI Shapefile", encoding="gb18030")
    path.with_suffix(".cpg").unlink()
    request = VectorRequest(path, Format.SHAPEFILE, columns=("DLMC",))
    rows = record_by_record(path, request, Encoding("GB18030"), "why")
    assert rows.table["DLMC"].to_pylist() == ["大氹镇", "滘口村"]
    assert "fiona" in sys.modules
