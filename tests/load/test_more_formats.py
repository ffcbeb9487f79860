"""FlatGeobuf, GeoParquet, File Geodatabase, KML: read whole or refused, never short."""

from __future__ import annotations

import json
import shutil
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from siting.load.child import Reader
from siting.load.counts import CountError
from siting.load.flatgeobuf import _index_bytes, count_flatgeobuf
from siting.load.formats import Format, VectorRequest
from siting.model import LoadStatus

from .town import CRS, Load, frame_of, square

MANY = 300
CUTS = (0.3, 0.5, 0.9, 0.99, 0.999)


def many() -> gpd.GeoDataFrame:
    squares = [square(number % 20, number // 20) for number in range(MANY)]
    return frame_of(squares, name=[f"图斑{number}" for number in range(MANY)])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same layer in each format."""
    folder = tmp_path_factory.mktemp("formats")
    frame = many()
    frame.to_file(folder / "a.fgb", driver="FlatGeobuf")
    frame.to_file(folder / "plain.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    frame.to_parquet(folder / "a.parquet", write_page_checksum=True)
    frame.to_parquet(folder / "native.parquet", geometry_encoding="geoarrow")
    frame.to_file(folder / "a.gdb", driver="OpenFileGDB", layer="DLTB")
    frame.iloc[:3].to_file(folder / "a.gdb", driver="OpenFileGDB", layer="XZQ", mode="a")
    with zipfile.ZipFile(folder / "a.gdb.zip", "w") as file:
        for part in sorted((folder / "a.gdb").iterdir()):
            file.write(part, f"a.gdb/{part.name}")
    return folder


@pytest.mark.parametrize(
    ("name", "sublayer"),
    [
        ("a.fgb", ""),
        ("plain.fgb", ""),
        ("a.parquet", ""),
        ("native.parquet", ""),
        ("a.gdb", "DLTB"),
        ("a.gdb.zip", "DLTB"),
    ],
)
def test_read_whole(files: Path, load: Load, name: str, sublayer: str) -> None:
    layer = load(files / name, sublayer=sublayer, id_column="code", name_column="name")
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert layer.contract.rows_used == MANY
    assert layer.frame is not None
    by_id = dict(zip(layer.frame.feature_id, layer.frame.geometry, strict=True))
    assert all(
        by_id[f"F{number + 1}"].equals(square(number % 20, number // 20)) for number in range(MANY)
    )
    assert set(layer.frame.feature_name) == {f"图斑{number}" for number in range(MANY)}


@pytest.mark.parametrize("share", CUTS)
@pytest.mark.parametrize("name", ["a.fgb", "plain.fgb", "a.parquet", "native.parquet"])
def test_cut_files_are_refused(
    files: Path, tmp_path: Path, load: Load, name: str, share: float
) -> None:
    content = (files / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    layer = load(tmp_path / name)
    assert layer.contract.status is LoadStatus.FAILED
    assert layer.frame is None


@pytest.mark.parametrize("share", CUTS)
def test_a_cut_geodatabase_is_refused(
    files: Path, tmp_path: Path, load: Load, share: float
) -> None:
    folder = tmp_path / "a.gdb"
    shutil.copytree(files / "a.gdb", folder)
    tables = sorted(folder.glob("*.gdbtable"), key=lambda path: path.stat().st_size)
    content = tables[-1].read_bytes()
    tables[-1].write_bytes(content[: int(len(content) * share)])
    layer = load(folder, sublayer="DLTB")
    assert layer.contract.status is LoadStatus.FAILED


def test_a_flatgeobuf_with_a_wrong_index_is_walked(files: Path, tmp_path: Path) -> None:
    """Its leaves say where features begin; where they lie, the features themselves count."""
    content = bytearray((files / "a.fgb").read_bytes())
    start = 12 + int.from_bytes(content[8:12], "little")
    rows = count_flatgeobuf(files / "a.fgb", "").rows
    leaves = start + _index_bytes(rows, 16) - rows * 40
    for leaf, place in ((0, 1), (rows - 1, 0), (1, 1 << 60)):
        broken = content.copy()
        at = leaves + leaf * 40 + 32
        broken[at : at + 8] = place.to_bytes(8, "little")
        (tmp_path / "a.fgb").write_bytes(broken)
        assert count_flatgeobuf(tmp_path / "a.fgb", "").rows == rows
    for cut in (1, 40):
        (tmp_path / "a.fgb").write_bytes(content[:-cut])
        with pytest.raises(CountError, match="cut short"):
            count_flatgeobuf(tmp_path / "a.fgb", "")
    (tmp_path / "a.fgb").write_bytes(content + content[-8:])
    with pytest.raises(CountError, match="cut short"):
        count_flatgeobuf(tmp_path / "a.fgb", "")


def test_a_lying_flatgeobuf_header(files: Path, tmp_path: Path, load: Load) -> None:
    content = bytearray((files / "plain.fgb").read_bytes())
    at = content.index(struct.pack("<Q", MANY))
    struct.pack_into("<Q", content, at, 10)
    (tmp_path / "a.fgb").write_bytes(content)
    problems = " ".join(load(tmp_path / "a.fgb").contract.problems)
    assert f"the header says 10 features, the file holds {MANY}" in problems


def test_parquet_without_geometry(tmp_path: Path, load: Load) -> None:
    many().drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    assert "no GeoParquet" in " ".join(load(tmp_path / "a.parquet").contract.problems)


@pytest.mark.parametrize(("crs", "words"), [("null", "no coordinate reference"), ("", "nowhere")])
def test_parquet_crs_null_and_absent(
    files: Path, tmp_path: Path, load: Load, crs: str, words: str
) -> None:
    table = pq.read_table(files / "a.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = None
    if not crs:  # absent means WGS84, and these metres are none
        del geo["columns"]["geometry"]["crs"]
    pq.write_table(
        table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), tmp_path / "a.parquet"
    )
    problems = " ".join(load(tmp_path / "a.parquet").contract.problems)
    assert words in problems or "cannot be" in problems


def test_native_parquet_keeps_holes_parts_and_nulls(tmp_path: Path, reader: Reader) -> None:
    ring = shapely.Polygon(square(0).exterior, [square(0).buffer(-20).exterior])
    shapes = [
        shapely.MultiPolygon([ring, square(3)]), None, shapely.MultiPolygon([square(5)]),
    ]  # fmt: skip
    frame_of(shapes).to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow")
    reply = reader.read_vector(VectorRequest(tmp_path / "a.parquet", Format.GEOPARQUET))
    found = shapely.from_wkb(reply.table["__wkb__"].to_pylist())
    assert found[1] is None
    assert found[0].equals_exact(shapes[0], 0)
    assert found[2].equals_exact(shapes[2], 0)


def test_geodatabase_demands_a_choice(files: Path, load: Load, reader: Reader) -> None:
    assert "2 layers (DLTB, XZQ)" in " ".join(load(files / "a.gdb").contract.problems)
    assert reader.list_layers(files / "a.gdb", Format.GDB) == ["DLTB", "XZQ"]
    assert load(files / "a.gdb", sublayer="XZQ").contract.rows_used == 3


def test_a_folder_is_no_geodatabase(tmp_path: Path, load: Load) -> None:
    (tmp_path / "a.gdb").mkdir()
    assert "no File Geodatabase" in " ".join(load(tmp_path / "a.gdb").contract.problems)


# ------------------------------------------------------------------------------------- KML

KML = """<?xml version="1.0" encoding="{encoding}"?>
{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>一期</name>
<!-- <Placemark> in a comment -->
<Placemark><name>甲</name><ExtendedData><Data name="用途"><value>工业</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
113.0,23.0,0 113.1,23.0,0 113.1,23.1,0 113.0,23.1,0 113.0,23.0,0
</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>
113.02,23.02 113.04,23.02 113.04,23.04 113.02,23.02
</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark></Folder>
<Placemark><name>乙</name><Point><coordinates>113,23</coordinates></Point></Placemark>
<Placemark><name>丙</name></Placemark>
<Placemark><name>丁</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
113,x 1,2</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>
"""


def kml(path: Path, *, encoding: str = "UTF-8", doctype: str = "") -> Path:
    path.write_bytes(KML.format(encoding=encoding, doctype=doctype).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "UTF-16"])
def test_kml(tmp_path: Path, reader: Reader, encoding: str) -> None:
    path = kml(tmp_path / "a.kml", encoding=encoding)
    reply = reader.read_vector(VectorRequest(path, Format.KML, columns=("*",)))
    assert (reply.facts["rows_counted"], reply.facts["rows_read"]) == (4, 4)
    assert reply.table["name"].to_pylist() == ["甲", "乙", "丙", "丁"]
    assert reply.table["用途"].to_pylist()[0] == "工业"
    assert reply.table["folder"].to_pylist()[0] == "一期"
    assert [number for number, _ in reply.facts["lost"]] == [4]
    area = shapely.from_wkb(reply.table["__wkb__"][0].as_py()).area
    assert area == pytest.approx(0.1 * 0.1 - 0.02 * 0.02 / 2)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE kml [<!ENTITY a "aaaa">]>',
        '<!doctype kml SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE kml PUBLIC "-//x" "http://127.0.0.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_any_doctype_is_refused(tmp_path: Path, load: Load, doctype: str, encoding: str) -> None:
    layer = load(kml(tmp_path / "a.kml", doctype=doctype, encoding=encoding))
    assert "DOCTYPE" in " ".join(layer.contract.problems)


def test_a_cut_kml_is_refused(tmp_path: Path, load: Load) -> None:
    path = kml(tmp_path / "a.kml")
    path.write_bytes(path.read_bytes()[:700])
    assert "broken" in " ".join(load(path).contract.problems)


def test_kmz_reads_its_main_document(tmp_path: Path, reader: Reader) -> None:
    content = kml(tmp_path / "a.kml").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as file:
        file.writestr("files/icon.png", b"x")
        file.writestr("doc.kml", content)
    reply = reader.read_vector(VectorRequest(tmp_path / "a.kmz", Format.KMZ))
    assert reply.facts["rows_read"] == 4


# ------------------------------------------------------------------------------- sequences


def test_sequence_with_separators(tmp_path: Path, load: Load) -> None:
    texts = json.loads(frame_of([square(0), square(1)]).to_json())["features"]
    body = b"".join(b"\x1e" + json.dumps(one, indent=1).encode() + b"\n" for one in texts)
    (tmp_path / "a.geojsons").write_bytes(body)
    assert load(tmp_path / "a.geojsons", crs=CRS).contract.rows_used == 2
    (tmp_path / "b.geojsons").write_bytes(body[:-40])
    assert "cut short" in " ".join(load(tmp_path / "b.geojsons", crs=CRS).contract.problems)


def test_rebuilding_one_index_touches_no_other_file(tmp_path: Path, load: Load) -> None:
    frame_of([square(0)]).to_file(tmp_path / "without.shp")
    frame_of([square(1)]).to_file(tmp_path / "with.shp")
    (tmp_path / "without.shx").unlink()
    index = tmp_path / "with.shx"
    before = index.stat().st_mtime_ns
    assert load(tmp_path / "without.shp").contract.rows_used == 1
    assert load(tmp_path / "with.shp").contract.rows_used == 1
    assert index.stat().st_mtime_ns == before
    assert not (tmp_path / "without.shx").exists()
