"""What a format cannot hold is said or refused; an option without meaning is refused."""

from __future__ import annotations

import datetime as dt
import io
import time
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

from siting import api
from siting.api import ConvertOptions
from siting.errors import WriteError

CRS = "EPSG:4547"
SQUARE = shapely.box(380_000, 2_560_000, 380_100, 2_560_100)


def source_of(tmp_path: Path, geometry: object = SQUARE, **columns: object) -> Path:
    """A GeoParquet: it keeps every type and every name."""
    path = tmp_path / "source.parquet"
    gpd.GeoDataFrame({key: [value] for key, value in columns.items()}, geometry=[geometry],
                     crs=CRS).to_parquet(path)  # fmt: skip
    return path


def told(tmp_path: Path, name: str, **columns: object) -> str:
    done = api.convert(source_of(tmp_path, **columns), tmp_path / name)
    return " ".join(done.notes)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("tiny", 1e-17, "1e-17 -> 0.0"),
        ("big", 2**62 + 1, "4611686018427387905 -> "),
        ("empty", "", "'' -> None"),
        ("规划用地编号", "1", "规划用地编号 -> 规划用"),
        ("abcdefghijk", "1", "abcdefghijk -> abcdefghij"),
    ],
)
def test_what_a_shapefile_does_not_hold_is_told(
    tmp_path: Path, column: str, value: object, words: str
) -> None:
    assert words in told(tmp_path, "a.shp", **{column: value})


def test_what_a_shapefile_holds_is_not_complained_of(tmp_path: Path) -> None:
    kept = {"t": "滘口", "n": -5, "f": 0.1, "b": True, "d": dt.date(2026, 3, 1), "x": None}
    assert told(tmp_path, "a.shp", **kept) == ""
    assert told(tmp_path, "a.gdb", **kept) == ""
    assert told(tmp_path, "a.gpkg", **kept) == ""


def test_254_bytes_are_the_most_for_a_dbf_and_counted_in_its_encoding(tmp_path: Path) -> None:
    # 100 characters: 300 bytes of UTF-8, 200 of GBK.
    source = source_of(tmp_path, name="滘" * 84)
    assert api.convert(source, tmp_path / "a.shp").notes == ()
    source = source_of(tmp_path, name="路" * 100)
    with pytest.raises(WriteError, match="300 bytes, at most 254"):
        api.convert(source, tmp_path / "b.shp")
    api.convert(source, tmp_path / "b.shp", ConvertOptions(encoding="gbk"))
    back = pyogrio.read_dataframe(tmp_path / "b.shp", encoding="GBK")
    assert back.name[0] == "路" * 100
    assert not (tmp_path / "a.shp.zip").exists()


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb", "a.shp", "a.fgb"])
def test_columns_called_like_the_formats_own_are_kept(tmp_path: Path, name: str) -> None:
    columns = {"fid": 7, "FID_2": 8, "geom": "g", "OBJECTID": 5, "Shape": "s"}
    api.convert(source_of(tmp_path, **columns), tmp_path / name)
    back = pyogrio.read_dataframe(tmp_path / name).drop(columns="geometry")
    assert back.iloc[0].tolist() == [7, 8, "g", 5, "s"]
    assert [one.upper() for one in back.columns] == [one.upper() for one in columns]


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb", "a.shp"])
def test_names_that_differ_in_case_alone_stay_two(tmp_path: Path, name: str) -> None:
    said = told(tmp_path, name, Name="one", NAME="two")
    back = pyogrio.read_dataframe(tmp_path / name).drop(columns="geometry")
    assert back.iloc[0].tolist() == ["one", "two"]
    assert "NAME -> NAME_2" in said


def test_a_geodatabase_tells_the_names_that_it_launders(tmp_path: Path) -> None:
    said = told(tmp_path, "1 a.gdb", **{"1 x": "a", "select": "b"})
    assert "feature class is called _1_a" in said
    assert "1 x -> _1_x" in said
    back = pyogrio.read_dataframe(tmp_path / "1 a.gdb").drop(columns="geometry")
    assert back.iloc[0].tolist() == ["a", "b"]


@pytest.mark.parametrize("name", ["a.gdb", "a.shp", "a.zip"])
def test_collections_and_mixtures_need_a_format_that_takes_them(tmp_path: Path, name: str) -> None:
    for shape in (shapely.GeometryCollection([SQUARE, SQUARE.centroid]),):
        with pytest.raises(WriteError, match="one kind of geometry"):
            api.convert(source_of(tmp_path, shape), tmp_path / name)
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb", "a.fgb", "a.parquet", "a.geojson", "a.kml",
                                  "a.kmz", "a.xlsx", "a.gdb.zip"])  # fmt: skip
def test_encoding_means_nothing_where_texts_are_utf8(tmp_path: Path, name: str) -> None:
    source = source_of(tmp_path)
    with pytest.raises(WriteError, match="always UTF-8"):
        api.convert(source, tmp_path / name, ConvertOptions(encoding="gbk"))
    assert not (tmp_path / name).exists()


def test_no_option_is_ignored_on_a_stream(tmp_path: Path) -> None:
    source, sink = source_of(tmp_path), io.BytesIO()
    for options in (ConvertOptions(encoding="gbk"), ConvertOptions(txt_variant="header=10")):
        with pytest.raises(WriteError):
            api.convert(source, sink, options)
    assert sink.getvalue() == b""


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.zip", "a.csv", "a.dxf"])
def test_a_txt_variant_is_for_a_txt(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteError, match="no variants"):
        api.convert(source_of(tmp_path), tmp_path / name, ConvertOptions(txt_variant="header=10"))


def test_a_txt_variant_is_written(tmp_path: Path) -> None:
    api.convert(source_of(tmp_path), tmp_path / "a.txt", ConvertOptions(txt_variant="header=10"))
    assert (tmp_path / "a.txt").read_text(encoding="gb18030").count("格式版本号") == 1


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("a.dxf", "latin-1"), ("a.dxf", "big5"), ("a.shp", "latin-1"), ("a.csv", "no-such")],
)
def test_an_encoding_that_is_not_written(tmp_path: Path, name: str, encoding: str) -> None:
    with pytest.raises(WriteError, match=r"cannot be written in"):
        api.convert(source_of(tmp_path, t="滘"), tmp_path / name, ConvertOptions(encoding=encoding))
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.topojson", "read and not written"),
        ("a.dbf", "write .shp"),
        ("a.tif", "write .gpkg"),
        ("a.txt.zip", "no format that siting writes"),
        ("a.xlsm", "did you mean '.xlsx'"),
    ],
)
def test_what_is_not_written_says_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(WriteError, match=words):
        api.convert(source_of(tmp_path), tmp_path / name)


@pytest.mark.parametrize("part", ["a.dbf", "a.DBF", "a.prj", "a.shp.xml"])
def test_a_table_of_the_same_name_is_not_run_over(tmp_path: Path, part: str) -> None:
    (tmp_path / part).write_bytes(b"mine")
    with pytest.raises(WriteError, match="exists; nothing was written"):
        api.convert(source_of(tmp_path), tmp_path / "a.shp")
    assert (tmp_path / part).read_bytes() == b"mine"


def test_a_part_of_the_target_is_no_source(tmp_path: Path) -> None:
    api.convert(source_of(tmp_path, n=1), tmp_path / "a.shp")
    with pytest.raises(WriteError, match="part of what would be replaced"):
        api.convert(tmp_path / "a.dbf", tmp_path / "a.shp", ConvertOptions(overwrite=True))


def test_a_workbook_runs_nothing_and_loses_no_digit(tmp_path: Path) -> None:
    code = 440106199912311234
    columns = {"f": "=cmd|' /C calc'!A0", "code": code, "n": -5, "t": "007"}
    said = told(tmp_path, "a.xlsx", **columns)
    heading, row = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows()
    assert [cell.value for cell in heading] == ["WKT", "f", "code", "n", "t"]
    assert [cell.value for cell in row[1:]] == ["=cmd|' /C calc'!A0", str(code), -5, "007"]
    assert {cell.data_type for cell in (row[1], row[2], row[4])} == {"s"}
    assert "over 15 digits were written as text" in said


def test_a_workbook_refuses_what_a_cell_cannot_hold(tmp_path: Path) -> None:
    outline = SQUARE.centroid.buffer(50, quad_segs=500)
    with pytest.raises(WriteError, match="does not fit into a cell"):
        api.convert(source_of(tmp_path, outline), tmp_path / "a.xlsx")
    with pytest.raises(WriteError, match="control character"):
        api.convert(source_of(tmp_path, t="a\x0bb"), tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


@pytest.mark.parametrize("name", ["a.xlsx", "a.kmz", "a.zip", "a.gpkg.zip"])
def test_packed_formats_have_no_clock(tmp_path: Path, name: str) -> None:
    source = source_of(tmp_path, t="x")
    api.convert(source, tmp_path / "one" / name)
    # Zips keep dates to two seconds.
    time.sleep(2.1)
    api.convert(source, tmp_path / "two" / name)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
