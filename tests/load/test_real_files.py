"""Real files beside the repository: Cambridge's layers and the collection of bad ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely

from siting.city import LayerSpec, RedLineSpec, Role
from siting.errors import SitingError
from siting.load import read_red_lines
from siting.load.child import Reader
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.red_lines import read_with
from siting.model import Layer, LoadStatus, Text

from .town import AS_OF

pytestmark = pytest.mark.shared


@pytest.fixture
def shared(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data"


def load(
    path: Path, reader: Reader, *, kinds: tuple[str, ...], crs: str = "", **options: object
) -> Layer:
    """Load a file anywhere on earth under a role of the given kinds."""
    role = Role(str(options.pop("role", "control")), Text("x"), kinds)
    spec = LayerSpec("layer", role, Text("x"), path, crs=crs, **options)
    return load_layer(spec, reader, Ground("EPSG:26986", AS_OF, path.parent))


def test_cambridge_parcels(shared: Path, reader: Reader) -> None:
    path = shared / "cambridge_ma" / "FY2014_Parcels__ASSESSING_ParcelsFY2014.topojson"
    layer = load(path, reader, kinds=("polygon",), crs="EPSG:4326", role="parcel", id_column="id")
    contract = layer.contract
    assert contract.status is LoadStatus.SHORT, contract.problems
    assert contract.rows_in == 13_116
    assert contract.rows_used + contract.rows_refused == 13_116
    # PROVENANCE.txt: one parcel without geometry; invalid ones vary by a few with the plane.
    assert sum("empty geometry" in refusal.reason for refusal in contract.refusals) == 1
    assert 30 <= contract.rows_refused <= 38
    assert layer.frame is not None
    assert len(layer.frame) == contract.rows_used
    assert layer.frame.is_valid.all()


def test_cambridge_parcels_repaired(shared: Path, reader: Reader) -> None:
    path = shared / "cambridge_ma" / "FY2014_Parcels__ASSESSING_ParcelsFY2014.topojson"
    layer = load(path, reader, kinds=("polygon",), crs="EPSG:4326", role="parcel", has_repair=True)
    repaired = [refusal for refusal in layer.contract.refusals if refusal.is_repaired]
    assert layer.contract.rows_refused == 1
    assert len(repaired) >= 30
    assert all("m²" in refusal.reason for refusal in repaired)


def test_topojson_without_declared_crs_fails(shared: Path, reader: Reader) -> None:
    path = shared / "cambridge_ma" / "Roads__BASEMAP_Roads.topojson"
    layer = load(path, reader, kinds=("polygon",))
    assert "no coordinate reference system" in " ".join(layer.contract.problems)


ANY = ("polygon", "line", "point")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gjh_bad-json.geojson", "cut short or broken"),
        ("ms_invalid_json.geojson", "line 3"),
        ("gjh_nofeaturetype.geojson", 'lack "type"'),
        ("gjh_different-first-last.geojson", "refused"),
        ("ms_openring.geojson", "refused"),
        ("geos_invalid_polygons.geojson", "refused"),
        ("gjh_multiple_problems.geojson", "refused"),
        ("ms_mixed_crs.gpkg", "2 layers"),
        ("ms_missing_crs_mixed_ranges.gpkg", "2 layers"),
        ("ms_empty.fgb", "0 rows"),
        ("ms_big5.shp", "no coordinate reference system"),
        ("real_cambridge_parking_invalid.gpkg", "refused"),
        ("fio_multicurve.gml", "unsupported format"),
    ],
)
def test_bad_file_fails_clearly(shared: Path, reader: Reader, name: str, problem: str) -> None:
    layer = load(shared / "bad" / name, reader, kinds=ANY)
    contract = layer.contract
    assert contract.status is not LoadStatus.PASSED
    said = [*contract.problems, *contract.notes, *(refusal.reason for refusal in contract.refusals)]
    assert problem in " ".join(said)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("fio_!test.geojson", 1),
        ("fio_issue627.geojson", 3),
        ("gjh_good_nullproperties.geojson", 1),
        ("gjh_bad-polygon-interiorring-rhr.geojson", 1),
        ("ms_ccw_polygon.geojson", 1),
        ("ms_clean_ex11_ogc.geojson", 1),
        ("ms_crs_member_epsg4326_urn.geojson", 1),
        ("ms_clean_ex9_FranklinTwoPrecinctsDetail.geojson", 2),
        ("pyo_curvepolygon.gpkg", 1),
        ("pyo_multisurface.gpkg", 1),
        ("pyo_test_gpkg_nulls.gpkg", 4),
        ("nga_sample_null.shp", 1),
        ("ms_shp_corruption.shp", 8),
        ("nga_complexfields.geojson", 1),
    ],
)
def test_odd_file_is_accepted(shared: Path, reader: Reader, name: str, rows: int) -> None:
    layer = load(shared / "bad" / name, reader, kinds=ANY)
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert layer.contract.rows_used == rows


def test_gbk_dbf_without_any_hint(shared: Path, reader: Reader, tmp_path: Path) -> None:
    from siting.load.encoding import dbf_encoding

    assert dbf_encoding(shared / "bad" / "ms_gbk_noldid.dbf", None, "").name == "GB18030"
    assert dbf_encoding(shared / "bad" / "ms_utf8.dbf", None, "").name == "utf-8"


def test_shapefile_without_index(shared: Path, reader: Reader, tmp_path: Path) -> None:
    for part in (shared / "bad").glob("psh_latin1_noshx.*"):
        shutil.copyfile(part, tmp_path / part.name)
    layer = load(tmp_path / "psh_latin1_noshx.shp", reader, kinds=ANY, crs="EPSG:4326")
    assert any("index was rebuilt" in note for note in layer.contract.notes)


def test_invalid_polygons_are_all_kept_as_red_lines(shared: Path) -> None:
    path = shared / "bad" / "geos_invalid_polygons.geojson"
    lines, refused = read_red_lines(RedLineSpec(path, crs="EPSG:4547"), working_crs="EPSG:4547")
    assert len(lines) + len(refused) == 42
    assert len(refused) <= 1
    assert not any(shapely.is_valid(line.geometry) for line in lines)


def test_every_bad_file_is_answered(shared: Path, reader: Reader) -> None:
    """No crash, no hang, no stray exception, whatever the file."""
    refused = []
    for path in sorted((shared / "bad").iterdir()):
        try:
            read_with(RedLineSpec(path, crs="EPSG:4547"), reader, "EPSG:4547")
        except SitingError as error:
            refused.append(error.what)
    assert all(refused)
    assert not [what for what in refused if "died" in what]
