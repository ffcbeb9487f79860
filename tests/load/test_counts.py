"""Counting rows without GDAL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siting.load.counts import CountError
from siting.load.formats import Format
from siting.load.readers import count_rows

from .town import frame_of, square

SHAPES = [square(column) for column in range(7)]


@pytest.mark.parametrize(
    ("name", "file_format"),
    [("a.gpkg", Format.GPKG), ("a.shp", Format.SHAPEFILE), ("a.geojson", Format.GEOJSON)],
)
def test_rows(tmp_path: Path, name: str, file_format: Format) -> None:
    frame_of(SHAPES).to_file(tmp_path / name)
    count = count_rows(tmp_path / name, file_format, "")
    assert (count.rows, count.problems) == (7, ())


def test_deleted_rows_of_a_dbf_do_not_count(tmp_path: Path) -> None:
    frame_of(SHAPES).to_file(tmp_path / "a.shp")
    dbf = tmp_path / "a.dbf"
    content = bytearray(dbf.read_bytes())
    header_bytes = int.from_bytes(content[8:10], "little")
    content[header_bytes] = ord("*")
    dbf.write_bytes(bytes(content))
    count = count_rows(tmp_path / "a.shp", Format.SHAPEFILE, "")
    assert count.rows == 6
    assert "1 rows are marked deleted" in count.notes[0]


def test_shapes_without_index_are_walked(tmp_path: Path) -> None:
    frame_of(SHAPES).to_file(tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    assert count_rows(tmp_path / "a.shp", Format.SHAPEFILE, "").rows == 7


def test_topojson(tmp_path: Path) -> None:
    objects = {
        "one": {"type": "GeometryCollection", "geometries": [{"type": None}] * 3},
        "two": {"type": "GeometryCollection", "geometries": []},
    }
    path = tmp_path / "a.topojson"
    path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": []}))
    assert count_rows(path, Format.TOPOJSON, "one").rows == 3
    with pytest.raises(CountError, match="one, two"):
        count_rows(path, Format.TOPOJSON, "")


def test_geojson_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.geojsonl"
    path.write_text('{"type":"Feature"}\n\n{"type":"Feature"}\n', encoding="utf-8")
    assert count_rows(path, Format.GEOJSON_LINES, "").rows == 2


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection",\n "features": [}', encoding="utf-8")
    with pytest.raises(CountError, match="line 2"):
        count_rows(path, Format.GEOJSON, "")


def test_deeply_nested_json(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"a":' + "[" * 200_000 + "]" * 200_000 + "}", encoding="utf-8")
    with pytest.raises(CountError, match="nested too deeply"):
        count_rows(path, Format.GEOJSON, "")
