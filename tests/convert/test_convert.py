"""What convert refuses, and what it says of rows that stay behind."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import ezdxf
import geopandas as gpd
import pyogrio
import pytest
import shapely

from siting import api
from siting.api import ConvertOptions
from siting.errors import CRSMismatchError, MissingCRSError, ReadError, WriteError

CRS = "EPSG:4547"
SQUARE = shapely.box(380_000, 2_560_000, 380_100, 2_560_100)


def write(path: Path, geometries: list[object], crs: str | None = CRS, **columns: object) -> Path:
    gpd.GeoDataFrame(columns, geometry=geometries, crs=crs).to_file(path)
    return path


@pytest.fixture
def square(tmp_path: Path) -> Path:
    return write(tmp_path / "square.gpkg", [SQUARE], name=["甲"])


def test_nothing_is_overwritten_unasked(square: Path) -> None:
    target = square.with_name("there.geojson")
    target.write_text("precious", encoding="utf-8")
    with pytest.raises(WriteError, match="exists; nothing was written"):
        api.convert(square, target)
    assert target.read_text(encoding="utf-8") == "precious"
    api.convert(square, target, ConvertOptions(overwrite=True))
    assert json.loads(target.read_text(encoding="utf-8"))["type"] == "FeatureCollection"


def test_source_is_no_target(square: Path) -> None:
    with pytest.raises(WriteError, match="one file"):
        api.convert(square, square, ConvertOptions(overwrite=True))


def test_a_failed_conversion_leaves_the_old_file(tmp_path: Path) -> None:
    source = write(tmp_path / "a.gpkg", [SQUARE], name=["x" * 300])
    target = write(tmp_path / "b.shp", [SQUARE], name=["old"])
    before = target.with_suffix(".dbf").read_bytes()
    with pytest.raises(WriteError, match="does not fit"):
        api.convert(source, target, ConvertOptions(overwrite=True))
    assert target.with_suffix(".dbf").read_bytes() == before
    assert not list(tmp_path.glob(".siting-part*"))


def test_unknown_target(square: Path) -> None:
    with pytest.raises(WriteError, match="no format that siting writes"):
        api.convert(square, square.with_name("a.dwg"))


def test_no_crs_is_never_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'id,wkt\n1,"{SQUARE.wkt}"\n', encoding="utf-8")
    with pytest.raises(MissingCRSError):
        api.convert(tmp_path / "a.csv", tmp_path / "a.gpkg")
    done = api.convert(tmp_path / "a.csv", tmp_path / "a.gpkg", ConvertOptions(from_crs=CRS))
    assert (done.rows_written, done.crs) == (1, CRS)


@pytest.mark.parametrize("name", ["a.kml", "a.geojsonl"])
def test_formats_in_degrees_stay_in_degrees(square: Path, name: str) -> None:
    with pytest.raises(CRSMismatchError, match="WGS84 by its standard"):
        api.convert(square, square.with_name(name), ConvertOptions(to_crs=CRS))


@pytest.mark.parametrize("name", ["a.dxf", "a.txt"])
def test_formats_in_metres_want_metres(square: Path, name: str) -> None:
    with pytest.raises(CRSMismatchError, match="in metres"):
        api.convert(square, square.with_name(name), ConvertOptions(to_crs="EPSG:4490"))


@pytest.mark.parametrize("datum", ["EPSG:2435", "EPSG:2383"])  # Beijing 1954, Xian 1980
def test_an_old_datum_is_not_pretended_to_be_known(tmp_path: Path, datum: str) -> None:
    source = write(tmp_path / "old.gpkg", [SQUARE], datum)
    with pytest.raises(CRSMismatchError, match="1954 or 1980"):
        api.convert(source, tmp_path / "new.gpkg", ConvertOptions(to_crs=CRS))
    assert api.convert(source, tmp_path / "same.shp").rows_written == 1


def test_a_character_that_gbk_lacks_is_named(tmp_path: Path) -> None:
    source = write(tmp_path / "a.gpkg", [SQUARE], name=["㑇地块𠀀"])
    for name in ("a.shp", "a.csv"):
        with pytest.raises(WriteError, match="gbk"):
            api.convert(source, tmp_path / name, ConvertOptions(encoding="gbk"))
        assert not (tmp_path / name).exists()


def test_a_drawing_for_older_cad_keeps_every_character_and_says_what_a_label_lacks(
    tmp_path: Path,
) -> None:
    """㑇 has a number of four digits, by which CAD draws it; 𠀀 has none."""
    source = write(tmp_path / "a.gpkg", [SQUARE, SQUARE], name=["㑇地块𠀀", "㑇村"])
    done = api.convert(source, tmp_path / "a.dxf", ConvertOptions(encoding="gbk"))
    assert any("1 label(s) have 〓" in note for note in done.notes)
    drawn = [text.dxf.text for text in ezdxf.readfile(tmp_path / "a.dxf").query("TEXT")]
    assert drawn == [r"\U+3447地块〓", r"\U+3447村"]
    api.convert(tmp_path / "a.dxf", tmp_path / "b.gpkg", ConvertOptions(from_crs=CRS))
    assert pyogrio.read_dataframe(tmp_path / "b.gpkg")["name"].tolist() == ["㑇地块𠀀", "㑇村"]


def test_encoding_where_there_is_no_choice(square: Path) -> None:
    with pytest.raises(WriteError, match="always UTF-8"):
        api.convert(square, square.with_name("b.gpkg"), ConvertOptions(encoding="gbk"))


def test_mixed_kinds_do_not_fit_a_shapefile(tmp_path: Path) -> None:
    source = tmp_path / "a.geojson"
    gpd.GeoDataFrame(geometry=[SQUARE, SQUARE.centroid], crs=CRS).to_file(source)
    with pytest.raises(WriteError, match="one kind of geometry"):
        api.convert(source, tmp_path / "a.shp")


def test_points_are_no_drawing_and_no_red_line(tmp_path: Path) -> None:
    source = write(tmp_path / "a.gpkg", [SQUARE.centroid])
    for name in ("a.dxf", "a.txt"):
        with pytest.raises(WriteError):
            api.convert(source, tmp_path / name)


def test_rows_without_a_shape_are_listed(tmp_path: Path) -> None:
    source = write(tmp_path / "a.gpkg", [SQUARE, None, shapely.Polygon()])
    done = api.convert(source, tmp_path / "b.geojson")
    assert (done.rows_in, done.rows_written) == (3, 1)
    assert [refusal.row for refusal in done.refused] == [2, 3]


def test_an_invalid_shape_is_neither_mended_nor_dropped(tmp_path: Path) -> None:
    bowtie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    source = write(tmp_path / "a.gpkg", [bowtie])
    api.convert(source, tmp_path / "b.gpkg")
    assert gpd.read_file(tmp_path / "b.gpkg").geometry[0].equals_exact(bowtie, 0)


def test_formulas_are_disarmed_in_csv_alone(tmp_path: Path) -> None:
    source = write(tmp_path / "a.gpkg", [SQUARE], name=["=cmd|' /C calc'!A0"], n=[-5])
    api.convert(source, tmp_path / "b.csv")
    text = (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    assert ",'=cmd" in text
    assert text.rstrip().endswith(",-5")
    api.convert(source, tmp_path / "b.gpkg")
    assert gpd.read_file(tmp_path / "b.gpkg").name[0].startswith("=cmd")


def test_field_names_stay_apart_when_cut(tmp_path: Path) -> None:
    names = {"规划用地编号": ["1"], "规划用地名称": ["2"], "abcdefghijk": ["3"]}
    source = write(tmp_path / "a.gpkg", [SQUARE], **names)
    done = api.convert(source, tmp_path / "b.shp")
    back = gpd.read_file(tmp_path / "b.shp")
    assert sorted(back.drop(columns="geometry").iloc[0]) == ["1", "2", "3"]
    assert "shortened" in " ".join(done.notes)


def test_streams_are_lines_of_geojson(square: Path) -> None:
    sink = io.BytesIO()
    api.convert(square, sink)
    lines = sink.getvalue().decode().splitlines()
    assert [json.loads(line)["properties"]["name"] for line in lines] == ["甲"]
    target = square.with_name("back.gpkg")
    done = api.convert(io.BytesIO(sink.getvalue()), target, ConvertOptions(to_crs=CRS))
    assert done.rows_written == 1
    assert shapely.hausdorff_distance(gpd.read_file(target).geometry[0], SQUARE) < 2e-4


def test_a_cut_stream_is_refused() -> None:
    with pytest.raises(ReadError, match="cut short"):
        api.convert(io.BytesIO(b'{"type":"Feature","geom'), io.BytesIO())


def siting(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "siting", *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_command_line(square: Path) -> None:
    done = siting("convert", square, square.with_name("b.dxf"))
    assert done.returncode == 0, done.stderr
    assert "1 = 1 + 0" in done.stderr
    piped = siting("convert", square, "-")
    assert json.loads(piped.stdout)["type"] == "Feature"


def test_command_line_info(square: Path) -> None:
    done = siting("info", square)
    assert done.returncode == 0, done.stderr
    assert "1 rows; polygon; EPSG:4547" in done.stdout
    assert json.loads(siting("info", "--json", square).stdout)["is_sound"]


def test_info_says_what_is_wrong(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", [SQUARE, None])
    (tmp_path / "a.prj").unlink()
    found = api.info(tmp_path / "a.shp")
    layer = found.layers[0]
    assert not found.is_sound
    assert (layer.rows, layer.rows_refused, layer.crs) == (2, 1, "")
    assert layer.bounds == (380_000, 2_560_000, 380_100, 2_560_100)
    assert "no coordinate reference system" in " ".join(layer.problems)


def test_info_of_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("项目代码,名称\n1,甲\n", encoding="gb18030")
    layer = api.info(tmp_path / "a.csv").layers[0]
    assert (layer.rows, layer.columns) == (1, ("项目代码", "名称"))
    assert "a table without geometry" in " ".join(layer.notes)
