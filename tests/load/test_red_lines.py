"""Files of red lines: nothing that has a shape is dropped, nothing without one is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from siting.city import RedLineSpec
from siting.errors import MissingCRSError, ReadError
from siting.load import read_red_lines
from siting.load.red_lines import Batch, settle
from siting.model import Project, RedLine
from siting.save import write_red_line_txt

from .town import CRS, EAST, NORTH, frame_of, square

BOWTIE = shapely.Polygon(
    [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
)


def test_bowtie_is_kept_as_delivered(tmp_path: Path) -> None:
    frame_of([square(0), BOWTIE]).to_file(tmp_path / "a.gpkg")
    spec = RedLineSpec(tmp_path / "a.gpkg", id_column="code")
    lines, refused = read_red_lines(spec, working_crs=CRS)
    assert refused == ()
    assert not lines[1].geometry.is_valid
    assert shapely.equals_exact(lines[1].geometry, BOWTIE)


def test_null_empty_and_lines_are_refused(tmp_path: Path) -> None:
    shapes = [square(0), None, shapely.Polygon(), shapely.LineString(square(1).exterior)]
    frame_of(shapes).to_file(tmp_path / "a.gpkg")
    spec = RedLineSpec(tmp_path / "a.gpkg", id_column="code")
    lines, refused = read_red_lines(spec, working_crs=CRS)
    assert [line.id for line in lines] == ["F1"]
    assert [(refusal.row, refusal.feature_id) for refusal in refused] == [
        (2, "F2"), (3, "F3"), (4, "F4"),
    ]  # fmt: skip


def test_columns_of_the_spec(tmp_path: Path) -> None:
    frame = frame_of([square(0)], XM=["SF-1"], declared_area_m2=[9_999.5])
    frame.to_file(tmp_path / "a.gpkg")
    spec = RedLineSpec(tmp_path / "a.gpkg", id_column="code", project_column="XM", version="V2")
    (line,), _ = read_red_lines(spec, working_crs=CRS)
    assert (line.id, line.project_id, line.version) == ("F1", "SF-1", "V2")
    assert line.declared_area_m2 == 9_999.5
    assert line.source == "a.gpkg"


def test_standard_project_column_is_recognised(tmp_path: Path) -> None:
    frame_of([square(0), square(1)], XMDM=["SF-1", "SF-1"]).to_file(tmp_path / "a.gpkg")
    lines, _ = read_red_lines(RedLineSpec(tmp_path / "a.gpkg"), working_crs=CRS)
    assert sorted(line.id for line in lines) == ["SF-1", "SF-1#2"]
    assert {line.project_id for line in lines} == {"SF-1"}
    assert any("XMDM" in note for note in lines[0].notes)


def test_ids_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    frame = frame_of([square(0), square(1), square(2)], XMDM=["SF-1"] * 3)
    frame.to_file(tmp_path / "a.gpkg")
    (tmp_path / "b").mkdir()
    frame.iloc[::-1].to_file(tmp_path / "b" / "a.gpkg")
    one, _ = read_red_lines(RedLineSpec(tmp_path / "a.gpkg"), working_crs=CRS)
    other, _ = read_red_lines(RedLineSpec(tmp_path / "b" / "a.gpkg"), working_crs=CRS)
    assert {line.id: line.geometry.wkb for line in one} == {
        line.id: line.geometry.wkb for line in other
    }


def test_missing_column_names_the_nearest(tmp_path: Path) -> None:
    frame_of([square(0)], XMDM=["SF-1"]).to_file(tmp_path / "a.gpkg")
    with pytest.raises(ReadError, match="did you mean 'XMDM'"):
        read_red_lines(RedLineSpec(tmp_path / "a.gpkg", project_column="XMDN"), working_crs=CRS)


def test_no_crs(tmp_path: Path) -> None:
    frame_of([square(0)]).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(MissingCRSError):
        read_red_lines(RedLineSpec(tmp_path / "a.shp"), working_crs=CRS)
    lines, _ = read_red_lines(RedLineSpec(tmp_path / "a.shp", crs=CRS), working_crs=CRS)
    assert lines[0].geometry.equals(square(0))


def test_other_crs_is_projected(tmp_path: Path) -> None:
    frame_of([square(0)]).to_crs("EPSG:4490").to_file(tmp_path / "a.gpkg")
    (line,), _ = read_red_lines(RedLineSpec(tmp_path / "a.gpkg"), working_crs=CRS)
    assert line.crs == CRS
    assert shapely.hausdorff_distance(line.geometry, square(0)) < 1e-6


def test_open_ring_is_closed_and_said(tmp_path: Path) -> None:
    ring = [[113.0, 23.14], [113.001, 23.14], [113.001, 23.141], [113.0, 23.1411]]
    content = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    (tmp_path / "a.geojson").write_text(json.dumps(content), encoding="utf-8")
    (line,), _ = read_red_lines(RedLineSpec(tmp_path / "a.geojson"), working_crs=CRS)
    assert len(line.geometry.exterior.coords) == 5
    assert any("open ring was closed" in note for note in line.notes)


def test_collection_keeps_its_polygons_and_says_what_went(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection(
        [square(0), shapely.GeometryCollection([square(1), shapely.Point(EAST, NORTH)])]
    )
    frame_of([mixed]).to_file(tmp_path / "a.gpkg")
    (line,), _ = read_red_lines(RedLineSpec(tmp_path / "a.gpkg"), working_crs=CRS)
    assert line.geometry.equals(shapely.union_all([square(0), square(1)]))
    assert any("1 other(s) dropped" in note for note in line.notes)


@pytest.mark.parametrize("stated", [0.05, None])
def test_the_stated_accuracy_goes_with_the_red_line(tmp_path: Path, stated) -> None:
    frame_of([square(0)]).to_file(tmp_path / "a.gpkg")
    spec = RedLineSpec(tmp_path / "a.gpkg", accuracy_m=stated)
    (line,), _ = read_red_lines(spec, working_crs=CRS)
    write_red_line_txt(tmp_path / "a.txt", [line], crs=CRS, names={})
    spec = RedLineSpec(tmp_path / "a.txt", accuracy_m=stated)
    (text_line,), _ = read_red_lines(spec, working_crs=CRS)
    assert (line.accuracy_m, text_line.accuracy_m) == (stated, stated)


def test_heights_are_dropped_and_said(tmp_path: Path) -> None:
    frame_of([shapely.force_3d(square(0), 7.0)]).to_file(tmp_path / "a.gpkg")
    (line,), _ = read_red_lines(RedLineSpec(tmp_path / "a.gpkg"), working_crs=CRS)
    assert not line.geometry.has_z
    assert any("2D" in note for note in line.notes)


def test_table_is_no_file_of_red_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ReadError, match="a table has no geometry"):
        read_red_lines(RedLineSpec(tmp_path / "a.csv"), working_crs=CRS)


def line_of(project_id: str, *, name: str = "R", source: str = "a.gpkg") -> RedLine:
    return RedLine(id=name, project_id=project_id, geometry=square(0), crs=CRS, source=source)


LEDGER = (Project("SF-1", "one", aliases=("OLD-1",)), Project("SF-2", "two"))


@pytest.mark.parametrize(
    ("line", "project_id", "is_noted"),
    [
        (line_of("SF-1"), "SF-1", False),
        (line_of("OLD-1"), "SF-1", False),
        (line_of("SF-1-P01"), "SF-1", True),
        (line_of("", source="SF-2.txt"), "SF-2", True),
        (line_of("P-01", name="P-01", source="SF-2.txt"), "SF-2", True),
        (line_of("XX-9"), "XX-9", True),
    ],
)
def test_tie_to_the_ledger(line: RedLine, project_id: str, *, is_noted: bool) -> None:
    (tied,) = settle([Batch([line])], LEDGER).lines
    assert tied.project_id == project_id
    assert bool(tied.notes) == is_noted


def test_without_ledger_nothing_is_said() -> None:
    (tied,) = settle([Batch([line_of("XX-9")])], ()).lines
    assert tied.notes == ()
