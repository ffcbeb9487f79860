"""What one format writes, another reading gives back: shapes, attributes, rows in order."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting import api
from siting.api import ConvertOptions
from siting.save.dxf import write_dxf
from siting.save.vector import write_by_driver

CRS = "EPSG:4547"
EAST, NORTH = 380_000.0, 2_560_000.0
#: 0.1 mm in degrees of nine decimals, over outlines of 400 m: the area in m².
AREA_OF_DEGREES_M2 = 0.05


def shapes() -> list[shapely.Geometry]:
    """A plot with a hole and odd decimals, two parts, a triangle."""
    outer = [(0, 0), (100.125, 0), (100, 100.0625), (0, 100)]
    hole = [(20, 20), (20, 40), (40.5, 40), (40, 20)]
    one = shapely.Polygon(outer, [hole])
    two = shapely.MultiPolygon([shapely.box(200, 0, 250, 50), shapely.box(300, 0, 350, 50)])
    three = shapely.Polygon([(400, 0), (450, 0), (425, 43.301)])
    return [
        shapely.transform(each, lambda xy: xy + np.array([EAST, NORTH]))
        for each in (one, two, three)
    ]


def parts(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """One part or several: formats of one kind hold every polygon as a multipolygon."""
    return shapely.MultiPolygon(list(shapely.get_parts(shape))).normalize()


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["P-1", "P-2", "P-3"],
            "名称": ["甲地块", "滘口“二”号,乙", "<丙> & {{7*7}}"],
            "户数": [1, -5, 700],
            "ha": [1.5, None, -0.25],
        },
        geometry=shapes(),
        crs=CRS,
    )


@pytest.fixture
def source(tmp_path: Path, frame: gpd.GeoDataFrame) -> Path:
    write_by_driver(tmp_path / "source.gpkg", frame, driver="GPKG", layer="source")
    return tmp_path / "source.gpkg"


def there_and_back(source: Path, name: str, **options: str) -> gpd.GeoDataFrame:
    there = source.with_name(name)
    back = source.with_name(f"{name}.back.gpkg")
    done = api.convert(source, there, ConvertOptions(**options))
    assert (done.rows_in, done.rows_written, done.refused) == (3, 3, ())
    knows_crs = there.suffix not in (".dxf", ".csv")
    again = ConvertOptions(from_crs="" if knows_crs else CRS, to_crs=CRS)
    returned = api.convert(there, back, again)
    assert (returned.rows_in, returned.rows_written, returned.refused) == (3, 3, ())
    return gpd.read_file(back)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.fgb", "a.parquet", "a.dxf", "a.csv"])
def test_coordinates_come_back_to_the_last_bit(
    source: Path, frame: gpd.GeoDataFrame, name: str
) -> None:
    back = there_and_back(source, name)
    for one, other in zip(frame.geometry, back.geometry, strict=True):
        assert parts(one).equals_exact(parts(other), 0.0)


def test_geojson_in_its_own_crs_is_exact(source: Path, frame: gpd.GeoDataFrame) -> None:
    back = there_and_back(source, "a.geojson", to_crs=CRS)
    for one, other in zip(frame.geometry, back.geometry, strict=True):
        assert parts(one).equals_exact(parts(other), 0.0)


@pytest.mark.parametrize("name", ["a.geojson", "a.geojsonl", "a.kml"])
def test_degrees_come_back_within_a_tenth_of_a_millimetre(
    source: Path, frame: gpd.GeoDataFrame, name: str
) -> None:
    back = there_and_back(source, name)
    for one, other in zip(frame.geometry, back.geometry, strict=True):
        assert shapely.hausdorff_distance(one, other) < 2e-4
        assert abs(one.area - other.area) < AREA_OF_DEGREES_M2


def test_txt_comes_back_to_the_millimetre(source: Path, frame: gpd.GeoDataFrame) -> None:
    back = there_and_back(source, "a.txt")
    for one, other in zip(frame.geometry, back.geometry, strict=True):
        assert shapely.hausdorff_distance(one, other) <= 0.001
    assert back.id.tolist() == ["P-1", "P-2", "P-3"]


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.fgb", "a.parquet", "a.geojson", "a.geojsonl", "a.kml", "a.dxf", "a.csv"]
)
def test_texts_come_back_verbatim(source: Path, frame: gpd.GeoDataFrame, name: str) -> None:
    back = there_and_back(source, name)
    assert back["名称"].tolist() == frame["名称"].tolist()
    assert [int(value) for value in back["户数"]] == [1, -5, 700]
    assert float(back.ha[0]) == 1.5


@pytest.mark.parametrize(("encoding", "page"), [("utf-8", "UTF-8"), ("gb18030", "GB18030")])
def test_shapefile_says_its_encoding(
    source: Path, frame: gpd.GeoDataFrame, encoding: str, page: str
) -> None:
    back = there_and_back(source, "a.shp", encoding=encoding)
    assert source.with_name("a.cpg").read_text(encoding="ascii") == page
    assert back["名称"].tolist() == frame["名称"].tolist()


@pytest.mark.parametrize("encoding", ["", "gbk"])
def test_dxf_is_for_new_and_for_old_cad(
    source: Path, frame: gpd.GeoDataFrame, encoding: str
) -> None:
    back = there_and_back(source, "a.dxf", encoding=encoding)
    content = source.with_name("a.dxf").read_bytes()
    assert ("甲地块".encode("gbk" if encoding else "utf-8")) in content
    assert (b"AC1015" in content) == bool(encoding)
    assert back["名称"].tolist() == frame["名称"].tolist()


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.shp", "a.fgb", "a.geojson", "a.geojsonl", "a.kml", "a.dxf", "a.csv"]
)
def test_equal_input_gives_equal_bytes(source: Path, name: str) -> None:
    first, second = source.parent / "one" / name, source.parent / "two" / name
    for target in (first, second):
        api.convert(source, target)
    assert first.read_bytes() == second.read_bytes()


def test_gdal_reads_our_dxf_too(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    write_dxf(tmp_path / "a.dxf", frame.drop(columns="ha"), layer="REDLINE")
    found = gpd.read_file(tmp_path / "a.dxf")
    outlines = found[found.geometry.geom_type != "Point"]
    assert len(outlines) == 5  # an outline with its hole, two parts, a triangle
    assert outlines.total_bounds == pytest.approx(frame.total_bounds)
