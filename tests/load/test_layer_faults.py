"""Each fault of a file: what the load contract must say of it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.city import LayerSpec, built_in_roles
from siting.load.child import Reader, VectorReply
from siting.load.formats import VectorRequest
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.model import Contract, Layer, LoadStatus

from .town import CRS, EAST, NORTH, Load, frame_of, square

FIVE = [square(column) for column in range(5)]
BOWTIE = shapely.Polygon(
    [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
)


def write(path: Path, frame: gpd.GeoDataFrame | None = None) -> Path:
    """Write a frame in the format of the path's suffix."""
    drivers = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}
    chosen = frame_of(FIVE) if frame is None else frame
    chosen.to_file(path, driver=drivers[path.suffix])
    return path


def failure(layer: Layer) -> str:
    """Return the problems of a layer that must have failed, without a frame."""
    assert layer.contract.status is LoadStatus.FAILED
    assert layer.frame is None
    assert not layer.is_usable
    assert_balanced(layer.contract)
    return " ".join(layer.contract.problems)


def shortfall(layer: Layer) -> list[tuple[int, str]]:
    """Return the refused rows of a layer that is short of them, and usable for the rest."""
    assert layer.contract.status is LoadStatus.SHORT, layer.contract.problems
    assert layer.frame is not None
    assert len(layer.frame) == layer.contract.rows_used
    assert_balanced(layer.contract)
    return [(refusal.row, refusal.reason) for refusal in layer.contract.refusals]


def assert_balanced(contract: Contract) -> None:
    assert contract.rows_in == contract.rows_used + contract.rows_refused


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_good_layer_passes(tmp_path: Path, load: Load, name: str) -> None:
    layer = load(write(tmp_path / name), id_column="code")
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert layer.frame is not None
    assert layer.contract.rows_in == layer.contract.rows_used == 5
    assert list(layer.frame["feature_id"]) == ["F1", "F2", "F3", "F4", "F5"]
    assert list(layer.frame.columns) == ["feature_id", "feature_name", "geometry"]
    assert layer.frame.crs == CRS


def test_missing_layer(tmp_path: Path, load: Load) -> None:
    assert "no such file" in failure(load(tmp_path / "none.gpkg"))


def test_folder_is_no_file(tmp_path: Path, load: Load) -> None:
    (tmp_path / "folder.gpkg").mkdir()
    assert "not a regular file" in failure(load(tmp_path / "folder.gpkg"))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
def test_zero_bytes(tmp_path: Path, load: Load, suffix: str) -> None:
    (tmp_path / f"empty{suffix}").write_bytes(b"")
    assert "0 bytes" in failure(load(tmp_path / f"empty{suffix}"))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_truncated(tmp_path: Path, load: Load, name: str, share: float) -> None:
    shapes = [square(column, row) for column in range(20) for row in range(20)]
    path = write(tmp_path / name, frame_of(shapes))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert failure(load(path))


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_truncated_part_of_shapefile(tmp_path: Path, load: Load, suffix: str) -> None:
    path = write(tmp_path / "a.shp")
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:-40])
    assert suffix in failure(load(path))


def test_missing_dbf_with_wanted_id(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    assert "no column 'code'" in failure(load(path, id_column="code"))


def test_missing_dbf_is_noted(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    layer = load(path)
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert any(".dbf is missing" in note for note in layer.contract.notes)


def test_missing_shx_is_restored_in_a_copy(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp")
    path.with_suffix(".shx").unlink()
    layer = load(path, id_column="code")
    assert layer.contract.rows_used == 5, layer.contract.problems
    assert any("index was rebuilt" in note for note in layer.contract.notes)
    assert not path.with_suffix(".shx").exists()


def test_missing_prj_needs_declared_crs(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert "no coordinate reference system" in failure(load(path))
    assert load(path, crs=CRS).contract.status is LoadStatus.PASSED


def test_no_crs_in_gpkg(tmp_path: Path, load: Load) -> None:
    path = tmp_path / "a.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        frame_of(FIVE).set_crs(None, allow_override=True).to_file(path)
    assert "no coordinate reference system" in failure(load(path))


def test_declared_crs_against_the_file(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg"), crs="EPSG:4548")
    assert "two CRSs" in failure(layer)


def test_other_crs_is_projected_once(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of(FIVE).to_crs("EPSG:4490"))
    layer = load(path)
    assert layer.frame is not None
    assert layer.source.crs == "EPSG:4490"
    moved = layer.frame.geometry.iloc[0]
    assert shapely.hausdorff_distance(moved, FIVE[0]) < 1e-6


def test_zero_rows_undeclared(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of(FIVE).iloc[:0])
    assert "0 rows" in failure(load(path))


def test_zero_rows_declared(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of(FIVE).iloc[:0])
    layer = load(path, is_declared_empty=True)
    assert layer.is_usable, layer.contract.problems
    assert layer.frame is not None
    assert len(layer.frame) == 0


def test_declared_empty_but_rows(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg"), is_declared_empty=True)
    assert layer.is_usable, layer.contract.problems
    assert any("declared empty" in note for note in layer.contract.notes)


def test_lying_feature_count(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = 2")
    connection.close()
    layer = load(path)
    if layer.contract.status is LoadStatus.PASSED:
        assert layer.contract.rows_used == 5
    else:
        assert "holds 5 rows" in failure(layer)


def test_stale_rtree_loses_nothing(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        table = connection.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE 'rtree_%' AND type = 'table'"
        ).fetchone()[0]
        connection.execute(f'DELETE FROM "{table}" WHERE id > 2')  # noqa: S608 - our own file
    connection.close()
    assert load(path).contract.rows_used == 5


def test_view_instead_of_table(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        for statement in (
            "ALTER TABLE a RENAME TO hidden",
            "CREATE VIEW a AS SELECT * FROM hidden WHERE fid < 3",
            "UPDATE gpkg_contents SET table_name = 'a'",
        ):
            connection.execute(statement)
    connection.close()
    assert "no table" in failure(load(path))


def test_leftover_journal(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg")
    path.with_name("a.gpkg-wal").write_bytes(b"half a write")
    assert "unfinished write" in failure(load(path))


def test_several_layers_need_a_choice(tmp_path: Path, load: Load) -> None:
    path = tmp_path / "a.gpkg"
    frame_of(FIVE).to_file(path, layer="one")
    frame_of(FIVE[:2]).to_file(path, layer="two")
    assert "one, two" in failure(load(path))
    assert load(path, sublayer="two").contract.rows_used == 2
    assert "no layer 'three'" in failure(load(path, sublayer="three"))


def geojson(path: Path, geometries: list[object], **root: object) -> Path:
    """Write degrees as GeoJSON by hand."""
    features = [
        {"type": "Feature", "properties": {"code": f"F{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries, start=1)
    ]
    content = {"type": "FeatureCollection", "features": features, **root}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def degrees(west: float = 113.0, south: float = 23.14) -> dict[str, object]:
    """Return a small square in degrees within the town's neighbourhood."""
    step = 0.001
    ring = [
        [west, south], [west + step, south], [west + step, south + step], [west, south + step],
        [west, south],
    ]  # fmt: skip
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (None, "null geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty geometry"),
        ({"type": "Polygon", "coordinates": [[[113.0, float("nan")], [113.1, 23.1],
          [113.1, 23.2], [113.0, float("nan")]]]}, ""),
        ({"type": "Polygon", "coordinates": [[[113.0, float("inf")], [113.1, 23.1],
          [113.1, 23.2], [113.0, float("inf")]]]}, ""),
    ],
)  # fmt: skip
def test_unusable_geometry_is_never_passed_over(
    tmp_path: Path, load: Load, bad: object, reason: str
) -> None:
    """Listed as refused, or (no JSON knows NaN) the file as a whole."""
    layer = load(geojson(tmp_path / "a.geojson", [degrees(), bad]), id_column="code")
    assert layer.contract.status is not LoadStatus.PASSED
    if layer.contract.status is LoadStatus.SHORT:
        ((row, found),) = shortfall(layer)
        assert row == 2
        assert reason in found
        assert layer.contract.refusals[0].feature_id == "F2"


def test_the_others_stay_usable(tmp_path: Path, load: Load) -> None:
    path = geojson(tmp_path / "a.geojson", [degrees(), None, degrees(113.01)])
    layer = load(path, role="parcel", id_column="code")
    assert layer.frame is not None
    assert list(layer.frame["feature_id"]) == ["F1", "F3"]
    assert [refusal.feature_id for refusal in layer.contract.refusals] == ["F2"]
    assert_balanced(layer.contract)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_coordinates_in_gpkg(tmp_path: Path, load: Load, value: float) -> None:
    with np.errstate(invalid="ignore"):
        bad = shapely.Polygon([(EAST, NORTH), (EAST + 1, value), (EAST + 1, NORTH + 1)])
    layer = load(write(tmp_path / "a.gpkg", frame_of([*FIVE, bad])))
    ((row, reason),) = shortfall(layer)
    assert row == 6
    assert "NaN" in reason


def test_bowtie_is_refused(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg", frame_of([*FIVE, BOWTIE])), id_column="code")
    ((_, reason),) = shortfall(layer)
    assert layer.contract.refusals[0].feature_id == "F6"
    assert "Self-intersection" in reason


def test_bowtie_is_repaired_when_asked(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of([*FIVE, BOWTIE]))
    layer = load(path, id_column="code", has_repair=True)
    assert layer.frame is not None
    assert layer.contract.rows_used == 6
    repair = layer.contract.refusals[0]
    assert repair.is_repaired
    # Two triangles of 100 m by 50 m; the bowtie's own shoelace sum is 0.
    assert "0.00 → 5000.00 m²" in repair.reason
    assert layer.frame.geometry.iloc[5].area == pytest.approx(5000.0)
    assert_balanced(layer.contract)


def test_open_ring_costs_one_feature(tmp_path: Path, load: Load) -> None:
    ring = [[113.0, 23.14], [113.001, 23.14], [113.001, 23.141], [113.0, 23.1411]]
    path = geojson(tmp_path / "a.geojson", [degrees(), {"type": "Polygon", "coordinates": [ring]}])
    layer = load(path, role="parcel", id_column="code")
    assert layer.contract.rows_used == 1, layer.contract.problems
    assert "closed" in layer.contract.refusals[0].reason


def test_lines_where_polygons_are_expected(tmp_path: Path, load: Load) -> None:
    # As plain lines: pyogrio 0.13 crashes on writing a layer of rings.
    lines = [shapely.LineString(shape.exterior) for shape in FIVE]
    layer = load(write(tmp_path / "a.gpkg", frame_of(lines)))
    assert "a line where polygon is expected" in failure(layer)
    assert layer.contract.rows_refused == 5


def test_collection_keeps_its_polygons(tmp_path: Path, load: Load) -> None:
    mixed = shapely.GeometryCollection([FIVE[0], shapely.LineString(FIVE[1].exterior)])
    layer = load(write(tmp_path / "a.gpkg", frame_of([mixed])))
    assert layer.frame is not None
    assert layer.frame.geometry.iloc[0].equals(FIVE[0])
    assert "1 other(s) dropped" in layer.contract.refusals[0].reason


def test_metres_labelled_degrees(tmp_path: Path, load: Load) -> None:
    frame = frame_of(FIVE).set_crs("EPSG:4326", allow_override=True)
    problems = failure(load(write(tmp_path / "a.gpkg", frame)))
    assert "cannot be EPSG:4326" in problems
    assert "x 380000" in problems


def test_swapped_axes(tmp_path: Path, load: Load) -> None:
    path = geojson(tmp_path / "a.geojson", [degrees(23.14, 113.0)])
    said = failure(load(path))
    assert "axes_swapped (X and Y (longitude and latitude) are swapped): 5 of 5 points" in said
    assert 'accept = "axes_swapped" (--accept layer=axes_swapped)' in said


def test_swapped_axes_in_metres(tmp_path: Path, load: Load) -> None:
    swapped = [shapely.box(NORTH, EAST, NORTH + 10, EAST + 10)]
    problems = failure(load(write(tmp_path / "a.gpkg", frame_of(swapped))))
    assert 'once verified: [[layer]] accept = "axes_swapped"' in problems


def test_wrong_zone(tmp_path: Path, load: Load) -> None:
    frame = frame_of(FIVE).set_crs("EPSG:4548", allow_override=True)
    assert "nowhere near the city" in failure(load(write(tmp_path / "a.gpkg", frame)))


def test_duplicate_ids(tmp_path: Path, load: Load) -> None:
    frame = frame_of(FIVE, code=["A", "B", "A", "C", "B"])
    assert "A, B" in failure(load(write(tmp_path / "a.gpkg", frame), id_column="code"))


def test_blank_id_is_made_from_content(tmp_path: Path, load: Load) -> None:
    frame = frame_of(FIVE, code=["A", None, "C", " ", "E"])
    layer = load(write(tmp_path / "a.gpkg", frame), id_column="code")
    assert layer.frame is not None
    assert layer.frame["feature_id"].is_unique
    assert all(layer.frame["feature_id"])


def test_ids_and_hash_do_not_depend_on_the_order_of_rows(tmp_path: Path, load: Load) -> None:
    frame = frame_of([*FIVE, FIVE[0]])
    one = load(write(tmp_path / "one.gpkg", frame), columns=("code",))
    other = load(write(tmp_path / "other.gpkg", frame.iloc[::-1]), columns=("code",))
    assert one.frame is not None
    assert other.frame is not None
    ids = dict(zip(one.frame["code"], one.frame["feature_id"], strict=True))
    assert ids == dict(zip(other.frame["code"], other.frame["feature_id"], strict=True))
    assert len(set(ids.values())) == 6
    assert one.content_sha256 == other.content_sha256


def test_hash_sees_a_changed_value(tmp_path: Path, load: Load) -> None:
    one = load(write(tmp_path / "one.gpkg", frame_of(FIVE)), columns=("code",))
    changed = frame_of(FIVE, code=["F1", "F2", "F3", "F4", "X5"])
    other = load(write(tmp_path / "other.gpkg", changed), columns=("code",))
    assert one.content_sha256 != other.content_sha256


def test_missing_column_names_the_nearest(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of(FIVE, DLBM=["01"] * 5))
    assert "did you mean 'DLBM'?" in failure(load(path, columns=("DLMB",)))


def test_vrt_in_disguise(tmp_path: Path, load: Load) -> None:
    other = write(tmp_path / "other.gpkg")
    path = tmp_path / "a.geojson"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="other"><SrcDataSource>{other}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    assert "the content is not geojson" in failure(load(path))


def test_unknown_format(tmp_path: Path, load: Load) -> None:
    (tmp_path / "a.vrt").write_text("<OGRVRTDataSource/>", encoding="utf-8")
    assert "unsupported format" in failure(load(tmp_path / "a.vrt"))


def test_feature_without_type(tmp_path: Path, load: Load) -> None:
    path = geojson(tmp_path / "a.geojson", [degrees(), degrees(113.01)])
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["features"][1]["type"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert '1 features lack "type"' in failure(load(path))


def test_geojson_without_crs_is_degrees(tmp_path: Path, load: Load) -> None:
    layer = load(geojson(tmp_path / "a.geojson", [degrees()]))
    assert layer.source.crs == "EPSG:4326"


def test_geojson_without_crs_takes_the_declared_one(tmp_path: Path, load: Load) -> None:
    shapes = [json.loads(shapely.to_geojson(shape)) for shape in FIVE]
    layer = load(geojson(tmp_path / "a.geojson", shapes), crs=CRS)
    assert layer.frame is not None, layer.contract.problems
    assert layer.frame.geometry.iloc[0].equals(FIVE[0])


def test_heights_are_dropped_and_noted(tmp_path: Path, load: Load) -> None:
    raised = [shapely.force_3d(shape, 12.0) for shape in FIVE]
    layer = load(write(tmp_path / "a.gpkg", frame_of(raised)))
    assert layer.frame is not None
    assert not layer.frame.has_z.any()
    assert any("2D" in note for note in layer.contract.notes)


@pytest.mark.parametrize("name", ["!a.gpkg", "!a.shp", "!a.geojson"])
def test_name_that_begins_with_an_exclamation_mark(tmp_path: Path, load: Load, name: str) -> None:
    plain = write(tmp_path / name.strip("!"))
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_name("!" + part.name))
    assert load(plain.with_name(name)).contract.rows_used == 5


def test_future_layer(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg"), dated=dt.date(2026, 4, 1))
    assert "after the as-of date" in failure(layer)


def test_old_layer(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg"), dated=dt.date(2020, 1, 1), max_age_days=365)
    assert "too old" in failure(layer)


def test_age_without_date(tmp_path: Path, load: Load) -> None:
    assert "no date" in failure(load(write(tmp_path / "a.gpkg"), max_age_days=365))


def test_recorded_sha256(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.geojson")
    good = load(path).source.sha256
    assert load(path, sha256=good).contract.status is LoadStatus.PASSED
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(bytes(content))
    assert "sha256 differs" in failure(load(path, sha256=good))


def test_contract_balances_when_a_layer_fails(tmp_path: Path, load: Load) -> None:
    layer = load(write(tmp_path / "a.gpkg", frame_of([*FIVE, BOWTIE])), columns=("none",))
    assert "no column 'none'" in failure(layer)
    assert layer.contract.rows_in == 6
    assert layer.contract.rows_refused == 1


def test_attributes_come_under_the_rule_books_names(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg", frame_of(FIVE, VOLT=[110] * 5))
    layer = load(path, attributes={"kv": "VOLT"})
    assert layer.frame is not None
    assert list(layer.frame["kv"]) == [110] * 5
    assert "VOLT" not in layer.frame.columns


def test_file_changed_while_it_was_read(tmp_path: Path, ground: Ground) -> None:
    path = write(tmp_path / "a.geojson")

    class Meddling(Reader):
        def read_vector(self, request: VectorRequest) -> VectorReply:
            reply = super().read_vector(request)
            path.write_bytes(path.read_bytes() + b"\n")
            return reply

    role = built_in_roles()["farmland"]
    with Meddling() as reader:
        layer = load_layer(LayerSpec("layer", role, role.title, path), reader, ground)
    assert "changed while it was being read" in failure(layer)


def test_lost_part_of_a_shapefile_changes_its_sha256(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp")
    recorded = load(path).source.sha256
    path.with_suffix(".cpg").unlink()
    assert "sha256 differs" in failure(load(path, sha256=recorded))


def test_texts_in_gpkg_that_are_no_utf8(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'a'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE a SET code = CAST(x'C4E3BAC3' AS TEXT) WHERE fid = 2")
    connection.close()
    layer = load(path, name_column="code")
    assert layer.frame is not None, layer.contract.problems
    assert layer.frame["feature_name"].iloc[1] == "你好"
    assert any("no UTF-8" in note for note in layer.contract.notes)
