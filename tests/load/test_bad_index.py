"""Every row of ../shared/data/bad/INDEX.tsv with the outcome that the index asks for."""

from __future__ import annotations

import csv
import shutil
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from siting.city import LayerSpec, RedLineSpec, Role
from siting.convert import info, read_collection
from siting.errors import SitingError
from siting.load import read_red_lines
from siting.load.child import Reader
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.rows import Rows, decode, require_validity
from siting.load.tables import read_table
from siting.model import Layer, LoadStatus, Text

from .town import AS_OF

pytestmark = pytest.mark.shared

BAD = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "bad"
PLANE = "EPSG:4547"
ANY = ("polygon", "line", "point")
AREAS = ("polygon",)


@dataclass(frozen=True)
class Want:
    """Rows that are used and refused, and words that have to be said somewhere."""

    used: int = 0
    refused: int = 0
    says: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ANY
    options: dict[str, Any] = field(default_factory=dict)
    is_failed: bool = False

    @property
    def status(self) -> LoadStatus:
        if not self.used or self.is_failed:
            return LoadStatus.FAILED
        return LoadStatus.SHORT if self.refused else LoadStatus.PASSED


DEGREES = {"crs": "EPSG:4326"}
METRES = {"crs": PLANE}
REPAIR = {"has_repair": True}
LAYERS = {
    "gjh_bad-json.geojson": Want(says=("cut short or broken", "line 3")),
    "gjh_different-first-last.geojson": Want(refused=1, says=("cannot be read",)),
    "ms_openring.geojson": Want(refused=1, says=("cannot be read",)),
    "gjh_bad-polygon-interiorring-rhr.geojson": Want(1, kinds=AREAS),
    "gjh_excessive_precision_truncated.geojson": Want(1),
    "gjh_geometrycollection_nested.geojson": Want(
        1, kinds=("line",), says=("1 line part(s) kept, 2 other(s) dropped",)
    ),
    "gjh_multiple_problems.geojson": Want(
        used=1,
        refused=1,
        is_failed=True,
        says=('lack "type"', "number 3, 4", "4 rows, the reader gave 2"),
    ),
    "gjh_nofeaturetype.geojson": Want(says=('lack "type"', "the reader gave 0")),
    "gjh_good_nullproperties.geojson": Want(1),
    "gjh_good_issue82.geojson": Want(1, kinds=AREAS, options=METRES),
    "ms_clean_ex11_ogc.geojson": Want(1, kinds=AREAS),
    "ms_clean_ex13_ogc.geojson": Want(1, kinds=AREAS, says=("repaired",), options=REPAIR),
    "ms_clean_ex9_FranklinTwoPrecinctsDetail.geojson": Want(2, kinds=AREAS),
    "ms_explode_invalid_rings.geojson": Want(
        1, kinds=AREAS, says=("repaired",), options=REPAIR | METRES
    ),
    "ms_ccw_polygon.geojson": Want(1, kinds=AREAS),
    "ms_invalid_json.geojson": Want(says=("line 3",)),
    "ms_invalid_coordinates.geojson": Want(refused=1, says=("cannot be EPSG:4326", "e+308")),
    "ms_shp_corruption.shp": Want(8, says=("heights were dropped",)),
    "ms_big5.shp": Want(1, says=("big5", ".cpg"), options=METRES),
    "ms_mixed_crs.gpkg": Want(says=("2 layers", "oregon_2269")),
    "ms_missing_crs_mixed_ranges.gpkg": Want(says=("2 layers", "OR_land_2269")),
    "ms_empty.fgb": Want(says=("0 rows",)),
    "ms_Albania.kmz": Want(refused=63, kinds=AREAS, says=("a point where polygon is expected",)),
    "ms_crs_member_epsg4326_urn.geojson": Want(1),
    "tbd_crs84_member_shenzhen.geojson": Want(1, kinds=AREAS, says=("repaired",), options=REPAIR),
    "nga_sample_null.shp": Want(1),
    "nga_complexfields.geojson": Want(1),
    "pyo_curvepolygon.gpkg": Want(1, kinds=AREAS, says=("chords of 0.1 degrees",)),
    "pyo_multisurface.gpkg": Want(1, kinds=AREAS),
    "pyo_test_gpkg_nulls.gpkg": Want(4),
    "fio_!test.geojson": Want(1, kinds=AREAS),
    "fio_issue627.geojson": Want(3, kinds=AREAS),
    "fio_multicurve.gml": Want(says=("unsupported format '.gml'",)),
    "psh_latin1_noshx.shp": Want(1, says=("index was rebuilt", "cp1252"), options=DEGREES),
    "psh_multi_shapefile.zip": Want(says=("2 layers (blockgroups, blockgroups2)",)),
    "geos_invalid_polygons.geojson": Want(
        refused=42, says=("invalid geometry: Self-intersection",), kinds=AREAS, options=METRES
    ),
    "real_cambridge_parking_invalid.gpkg": Want(9, kinds=AREAS, says=("repaired",), options=REPAIR),
    "nga_truncated.tiff": Want(says=("cut short",), kinds=("raster",), options=DEGREES),
    "nga_huge_sparse.tiff": Want(says=("too large", "66000"), kinds=("raster",)),
    "dxf_lwpolylines.dxf": Want(
        1, 1, ("a line where polygon is expected", "close no loop"), AREAS, METRES
    ),
    "dxf_blocks2.dxf": Want(1, 1, ("INSERT (scale 0) 1",), AREAS, METRES),
    "dxf_ellipticalarcs.dxf": Want(
        1, 8, ("a line where polygon is expected", "arcs were read as chords"), AREAS, METRES
    ),
    "dxf_texts.dxf": Want(says=("no closed polyline", "TEXT 2"), kinds=AREAS, options=METRES),
    "ezdxf_2_polylines.dxf": Want(
        refused=79, says=("79 line(s) close no loop",), kinds=AREAS, options=METRES
    ),
    "ezdxf_nested_insert.dxf": Want(6, 324, ("close no loop",), AREAS, METRES),
    "ezdxf_geodata_parliament.dxf": Want(1, says=("GEODATA",), kinds=AREAS, options=METRES),
}
#: Tables: a text that has to be in the cells, and one that has to be said of the encoding.
TABLES = {
    "ms_gbk_noldid.dbf": ("简体国语", "GB18030"),
    "ms_utf8.dbf": ("国语國語", "utf-8"),
    "ms_duplicate_fields.dbf": ("15003980600", ""),
}
#: Geometries for the engine rather than files of a bureau.
ORACLES = (
    "geos_TestValid2-big.xml",
    "geos_makevalid.xml",
    "geos_stmlf-20070119.xml",
    "geos_TestOverlay-geos-586.xml",
    "geos_russia.wkt",
)


def indexed() -> list[str]:
    """The names in the index, but none where the data are not there."""
    if not BAD.is_dir():
        return []
    with (BAD / "INDEX.tsv").open(encoding="utf-8") as file:
        return [row["file"] for row in csv.DictReader(file, delimiter="\t")]


def load(path: Path, want: Want, reader: Reader, **options: Any) -> Layer:
    role = Role("control", Text("x"), want.kinds)
    spec = LayerSpec("layer", role, Text("x"), path, **(want.options | options))
    return load_layer(spec, reader, Ground(PLANE, AS_OF, path.parent))


def said_of(layer: Layer) -> str:
    contract = layer.contract
    reasons = (refusal.reason for refusal in contract.refusals)
    return " ".join([*contract.problems, *contract.notes, *reasons])


def test_every_row_of_the_index_has_its_test() -> None:
    assert sorted(indexed()) == sorted([*LAYERS, *TABLES, *ORACLES])


@pytest.mark.parametrize("name", [name for name in indexed() if name in LAYERS])
def test_layer(name: str, reader: Reader) -> None:
    want = LAYERS[name]
    layer = load(BAD / name, want, reader)
    said = said_of(layer)
    contract = layer.contract
    assert contract.status is want.status, said
    assert contract.rows_refused == want.refused
    assert contract.rows_used == want.used
    missing = [words for words in want.says if words not in said]
    assert not missing, said
    assert "died" not in said


@pytest.mark.parametrize("name", [name for name in indexed() if name in TABLES])
def test_table(name: str) -> None:
    text, encoding = TABLES[name]
    table = read_table(BAD / name)
    assert text in {cell for row in table.rows for cell in row}
    assert encoding in table.encoding
    assert len(set(table.columns)) == len(table.columns)


def test_duplicate_fields_lose_no_column() -> None:
    table = read_table(BAD / "ms_duplicate_fields.dbf")
    assert (len(table.columns), len(table.rows)) == (12, 5)
    assert [name for name in table.columns if name.endswith("_2")]


def geometries(path: Path) -> list[shapely.Geometry]:
    """Every WKT or hexadecimal WKB in a test file of GEOS."""
    if path.suffix == ".wkt":
        return [shapely.from_wkt(path.read_text(encoding="ascii"))]
    texts = [
        (element.text or "").strip()
        for element in ET.parse(path).iter()  # noqa: S314 - GEOS's own tests
        if element.tag in ("a", "b", "op")
    ]
    found = []
    for text in texts:
        reader = shapely.from_wkb if text[:2] in ("00", "01") else shapely.from_wkt
        try:
            found.append(reader("".join(text.split()) if reader is shapely.from_wkb else text))
        except shapely.errors.ShapelyError:  # "true", a number: an expected answer
            continue
    return found


@pytest.mark.parametrize("name", [name for name in indexed() if name in ORACLES])
def test_engine_cases_are_read_and_repaired(name: str) -> None:
    shapes = [shape for shape in geometries(BAD / name) if shapely.get_dimensions(shape) == 2]
    assert shapes
    rows = decode([shape.wkb for shape in shapes])
    require_validity(rows, has_repair=True)
    assert all(shapely.is_valid(rows.geometries[rows.usable]))
    assert int(rows.usable.sum()) + len(rows.reasons) == len(shapes) == len(rows)


def repaired(shape: shapely.Geometry) -> Rows:
    rows = decode([shape.wkb])
    require_validity(rows, has_repair=True)
    return rows


def test_repair_against_geos_expectations() -> None:
    """Simple makeValid cases whose expected answer the file itself gives."""
    agreed = 0
    for case in ET.parse(BAD / "geos_makevalid.xml").iter("case"):  # noqa: S314
        given, wanted = case.findtext("a", ""), case.findtext("test/op", "")
        shape, expected = shapely.from_wkt(given), shapely.from_wkt(wanted.strip())
        if shapely.is_valid(shape) or shapely.get_dimensions(expected) != 2:
            continue
        rows = repaired(shape)
        # ours keeps what a ring encloses, GEOS's linework method may cut it out
        assert rows.geometries[0].area >= expected.area - 1e-9
        agreed += bool(np.isclose(rows.geometries[0].area, expected.area))
    assert agreed >= 1


def test_overlay_of_near_coincident_polygons_raises_nothing() -> None:
    one, other = geometries(BAD / "geos_TestOverlay-geos-586.xml")[:2]
    assert shapely.is_valid(shapely.intersection(one, other))


def test_russia_is_read_whole(tmp_path: Path, reader: Reader) -> None:
    wkt = (BAD / "geos_russia.wkt").read_text(encoding="ascii").strip()
    (tmp_path / "russia.csv").write_text(f'id,wkt\n1,"{wkt}"\n', encoding="utf-8")
    found = read_collection(tmp_path / "russia.csv", reader, crs="EPSG:4326")
    assert found.rows_in == len(found.frame) == 1
    assert found.frame.geometry[0].equals(shapely.from_wkt(wkt))


@pytest.mark.parametrize(
    ("name", "sublayer", "crs", "kinds"),
    [
        ("ms_mixed_crs.gpkg", "oregon_2269", "", AREAS),
        ("ms_mixed_crs.gpkg", "oregon_4326", "", AREAS),
        ("psh_multi_shapefile.zip", "blockgroups2", "EPSG:4326", AREAS),
    ],
)
def test_a_choice_of_layer_is_enough(
    name: str, sublayer: str, crs: str, kinds: tuple[str, ...], reader: Reader
) -> None:
    layer = load(BAD / name, Want(kinds=kinds), reader, sublayer=sublayer, crs=crs)
    assert layer.contract.rows_used > 0, said_of(layer)


def test_both_ranges_are_told_where_no_crs_is_known() -> None:
    found = info(BAD / "ms_missing_crs_mixed_ranges.gpkg")
    feet, degrees = found.layers
    assert feet.bounds[2] > 1_000
    assert -180 <= degrees.bounds[0] <= degrees.bounds[2] <= 180
    assert all("no coordinate reference system" in " ".join(one.problems) for one in found.layers)


def test_axes_of_a_urn_are_not_swapped(reader: Reader) -> None:
    found = read_collection(BAD / "ms_crs_member_epsg4326_urn.geojson", reader)
    text = (BAD / "ms_crs_member_epsg4326_urn.geojson").read_text(encoding="utf-8")
    x, y = shapely.get_coordinates(found.frame.geometry.to_numpy())[0]
    assert text.index(f"{x:g}"[:5]) < text.index(f"{y:g}"[:5])


def test_big5_honours_its_code_page(reader: Reader) -> None:
    found = read_collection(BAD / "ms_big5.shp", reader, crs="EPSG:4326")
    assert found.frame.NAME.tolist() == ["國語"]


def test_nulls_stay_nulls(reader: Reader) -> None:
    found = read_collection(BAD / "nga_sample_null.shp", reader)
    assert found.frame.drop(columns="geometry").isna().all(axis=None)


def test_open_rings_of_red_lines_are_closed_and_said(tmp_path: Path) -> None:
    spec = RedLineSpec(BAD / "ms_openring.geojson")
    lines, refused = read_red_lines(spec, working_crs=PLANE)
    assert (len(lines), len(refused)) == (1, 0)
    assert any("an open ring was closed" in note for note in lines[0].notes)


def test_reading_leaves_nothing_beside_a_shapefile(tmp_path: Path, reader: Reader) -> None:
    for part in BAD.glob("psh_latin1_noshx.*"):
        shutil.copyfile(part, tmp_path / part.name)
    before = sorted(path.name for path in tmp_path.iterdir())
    load(tmp_path / "psh_latin1_noshx.shp", Want(), reader, crs="EPSG:4326")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", indexed())
def test_info_answers_every_file(name: str) -> None:
    try:
        answer = str(info(BAD / name).layers)
    except SitingError as error:
        answer = str(error)
    assert answer
    assert "died" not in answer
