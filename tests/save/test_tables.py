"""GeoPackage and GeoJSON: what was written reads back as the same thing."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box

from siting.errors import CRSMismatchError, WriteError
from siting.save import write_gpkg, write_viewing_geojson

CRS = "EPSG:4547"
#: 100 m by 200 m near Guangzhou, in EPSG:4547, with a hole of 10 m by 10 m.
EAST, NORTH = 433_000.123456789, 2_558_000.987654321
PLOT = Polygon(
    [(EAST, NORTH), (EAST, NORTH + 200), (EAST + 100, NORTH + 200), (EAST + 100, NORTH)],
    [[(EAST + p, NORTH + q) for p, q in ((10, 10), (20, 10), (20, 20), (10, 20))]],
)


def frame_of(*geometries: object, **columns: list[object]) -> gpd.GeoDataFrame:
    data = columns or {"id": [str(number) for number in range(len(geometries))]}
    return gpd.GeoDataFrame(data, geometry=list(geometries), crs=CRS)


def test_geopackage_keeps_geometry_and_attributes(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_gpkg(path, {"plots": frame_of(PLOT, None, name=["滘心", "无"], area_m2=[1.5, None])})
    back = pyogrio.read_dataframe(path, layer="plots")
    assert back.crs == pyproj.CRS(CRS)
    assert back["name"].tolist() == ["滘心", "无"]
    assert shapely.hausdorff_distance(back.geometry.iloc[0], PLOT) == 0
    assert back.geometry.iloc[1] is None


def test_geopackage_holds_several_tables_also_without_geometry_and_without_rows(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    plain = pd.DataFrame({"code": ["A"], "n": [3]})
    write_gpkg(path, {"plots": frame_of(PLOT), "plain": plain, "none": frame_of(PLOT).iloc[:0]})
    assert [row[0] for row in pyogrio.list_layers(path)] == ["plots", "none", "plain"]
    assert pyogrio.read_dataframe(path, layer="plain").to_dict("list") == {"code": ["A"], "n": [3]}
    assert pyogrio.read_info(path, layer="none", force_feature_count=True)["features"] == 0


def test_geopackage_takes_every_kind_of_geometry_in_one_table(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    kinds = [PLOT, LineString([(EAST, NORTH), (EAST + 1, NORTH)]), Point(EAST, NORTH), None]
    kinds.append(GeometryCollection(kinds[:3]))
    write_gpkg(path, {"mixed": frame_of(*kinds)})
    back = pyogrio.read_dataframe(path, layer="mixed").geometry
    assert back.isna().tolist() == [False, False, False, True, False]
    for written, read_again in zip(kinds, back, strict=True):
        assert written is None or shapely.equals(read_again, written)


def test_geopackage_is_a_sound_database(tmp_path: Path):
    """SQLite itself, not the library that wrote it, counts the rows."""
    path = tmp_path / "a.gpkg"
    write_gpkg(path, {"plots": frame_of(PLOT, PLOT, PLOT)})
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT COUNT(*) FROM plots").fetchone() == (3,)
        assert base.execute("SELECT COUNT(*) FROM rtree_plots_geom").fetchone() == (3,)
    base.close()


def test_geopackage_is_the_same_for_the_same_content_and_date(tmp_path: Path):
    for name in ("a.gpkg", "b.gpkg"):
        write_gpkg(tmp_path / name, {"plots": frame_of(PLOT)}, dated=dt.date(2026, 3, 1))
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert b"2026-03-01T00:00:00" in (tmp_path / "a.gpkg").read_bytes()


def test_geopackage_replaces_the_old_one_whole(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_gpkg(path, {"secret": frame_of(PLOT, owner=["CANARY"])})
    write_gpkg(path, {"plots": frame_of(PLOT)})
    assert b"CANARY" not in path.read_bytes()
    assert [row[0] for row in pyogrio.list_layers(path)] == ["plots"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.parametrize("name", ["", "a b", "x;drop table y", "../up", "表", "9a"])
def test_geopackage_refuses_odd_table_names(tmp_path: Path, name: str):
    with pytest.raises(WriteError, match="name of a table"):
        write_gpkg(tmp_path / "a.gpkg", {name: frame_of(PLOT)})
    assert list(tmp_path.iterdir()) == []


def read(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def test_viewing_copy_follows_rfc_7946(tmp_path: Path):
    path = tmp_path / "a.geojson"
    write_viewing_geojson(path, frame_of(PLOT, name=["甲"]), crs=CRS)
    content = read(path)
    assert "crs" not in content
    assert "查看副本" in str(content["note"])
    assert CRS in str(content["note"])
    (feature,) = content["features"]  # type: ignore[misc]
    assert feature["properties"] == {"name": "甲"}
    outer, hole = feature["geometry"]["coordinates"]
    assert signed_area(outer) > 0
    assert signed_area(hole) < 0


def test_viewing_copy_is_within_a_millimetre(tmp_path: Path):
    path = tmp_path / "a.geojson"
    write_viewing_geojson(path, frame_of(PLOT), crs=CRS)
    (feature,) = read(path)["features"]  # type: ignore[misc]
    back = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    found = {back.transform(*point) for point in feature["geometry"]["coordinates"][0]}
    for corner in PLOT.exterior.coords:
        assert min(Point(corner).distance(Point(point)) for point in found) < 0.001


def test_viewing_copy_keeps_null_geometry_and_missing_values(tmp_path: Path):
    path = tmp_path / "a.geojson"
    frame = frame_of(
        box(EAST, NORTH, EAST + 1, NORTH + 1),
        None,
        number=[1.5, float("nan")],
        day=[pd.Timestamp("2026-03-01"), pd.NaT],
        text=["<b>{{7*7}}", None],
    )
    write_viewing_geojson(path, frame, crs=CRS)
    first, second = read(path)["features"]  # type: ignore[misc]
    assert first["properties"] == {
        "number": 1.5,
        "day": "2026-03-01T00:00:00",
        "text": "<b>{{7*7}}",
    }
    assert second["geometry"] is None
    assert second["properties"] == {"number": None, "day": None, "text": None}


def test_viewing_copy_without_rows_is_still_a_collection(tmp_path: Path):
    path = tmp_path / "a.geojson"
    write_viewing_geojson(path, frame_of(PLOT).iloc[:0], crs=CRS)
    assert read(path)["features"] == []


def test_viewing_copy_refuses_a_frame_in_another_crs(tmp_path: Path):
    with pytest.raises(CRSMismatchError):
        write_viewing_geojson(tmp_path / "a.geojson", frame_of(PLOT), crs="EPSG:4546")
