"""DXF and shapefile of a package: the outlines handed over, and every change told."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import ezdxf
import fiona
import pytest
import shapely
from shapely.geometry import LineString, box

from siting.city import RedLineSpec
from siting.handover.copies import SHAPEFILE_FIELDS, fit, layer_name
from siting.handover.tables import RED_LINE_COLUMNS
from siting.load import read_red_lines
from siting.model import Form

A, B = "440901", "440902"
EAST, NORTH = 433_000.0, 2_558_000.0
#: A tenth of a millimetre.
SAME_M = 1e-4


def delivered(world, code: str) -> dict[str, shapely.Geometry]:
    wanted = {A: {"RL-1", "RL-3", "RL-4"}, B: {"RL-2", "RL-3"}}[code]
    lines = [item.red_line for item in world.report.results]
    return {line.id: line.geometry for line in lines if line.id in wanted}


def entries_of(home: Path) -> dict[str, dict[str, Any]]:
    content = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    return {entry["path"]: entry for entry in content["files"]}


def is_same(found: shapely.Geometry, wanted: shapely.Geometry) -> bool:
    same_points = shapely.get_num_coordinates(found) == shapely.get_num_coordinates(wanted)
    return bool(same_points) and shapely.hausdorff_distance(found, wanted) <= SAME_M


@pytest.mark.parametrize("code", [A, B])
@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("redlines.dxf", {"id_column": "red_line_id", "project_column": "project_id"}),
        ("redlines.shp", {"id_column": "DKBH", "project_column": "XMDM"}),
    ],
    ids=["dxf", "shp"],
)
def test_siting_reads_the_same_red_lines(world, folder: Path, code, file, columns):
    spec = RedLineSpec(path=folder / code / file, crs="EPSG:4547", **columns)
    red_lines, refusals = read_red_lines(spec, working_crs="EPSG:4547")
    expected = delivered(world, code)
    assert {line.id for line in red_lines} == set(expected)
    assert all(is_same(line.geometry, expected[line.id]) for line in red_lines)
    assert {line.project_id for line in red_lines} == {i.replace("RL", "PRJ") for i in expected}
    assert not [refusal for refusal in refusals if not refusal.is_repaired]


def test_fiona_reads_the_same_shapefile(world, folder: Path):
    expected = delivered(world, A)
    assert (folder / A / "redlines.cpg").read_text(encoding="ascii") == "GBK"
    with fiona.open(folder / A / "redlines.shp") as source:
        assert source.crs.to_epsg() == 4547
        found = {row.properties["DKBH"]: row for row in source}
    assert set(found) == set(expected)
    for name, row in found.items():
        assert is_same(shapely.geometry.shape(row.geometry), expected[name])
        assert row.properties["XMDM"] == name.replace("RL", "PRJ")
    assert found["RL-3"].properties["XMMC"] == "跨界"
    assert found["RL-1"].properties["INCOMPLETE"] is True
    assert "地铁结构未载入" in found["RL-1"].properties["NOTCHECKED"]


def test_gdal_s_own_tool_reads_the_same_drawing(world, folder: Path, tmp_path: Path):
    """ogr2ogr of another GDAL; it takes closed polylines for lines."""
    target = tmp_path / "back.geojson"
    command = ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=6", "-a_srs", "EPSG:4547"]
    try:
        subprocess.run([*command, target, folder / A / "redlines.dxf"], check=True)
    except FileNotFoundError:
        pytest.skip("there is no ogr2ogr")
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(f["geometry"]) for f in features]
    rings = [shape for shape in shapes if shape.geom_type == "LineString"]
    outlines = [shapely.get_exterior_ring(shape) for shape in delivered(world, A).values()]
    assert len(rings) == len(outlines)
    assert all(any(is_same(ring, outline) for ring in rings) for outline in outlines)
    labels = {f["properties"]["Text"] for f in features if f["geometry"]["type"] == "Point"}
    assert labels == {"PRJ-1", "PRJ-3", "PRJ-4"}
    layers = {f["properties"]["Layer"] for f in features if f["geometry"]["type"] != "Point"}
    assert layers == {"红线-冲突-未查全"}


def test_the_drawing_is_one_that_old_cad_reads(folder: Path):
    content = (folder / A / "redlines.dxf").read_bytes()
    assert b"AC1015" in content
    assert b"ANSI_936" in content
    drawing = ezdxf.readfile(folder / A / "redlines.dxf")
    assert not drawing.audit().errors
    assert drawing.header["$INSUNITS"] == 6
    layers = {layer.dxf.name: layer.dxf.color for layer in drawing.layers}
    assert layers["红线-冲突"] == 1
    assert {layers[f"红线-{name}"] for name in ("待核", "未查全", "临近", "无冲突")} == {
        30,
        8,
        6,
        3,
    }


def test_no_layer_of_a_drawing_reads_clear_where_something_was_not_checked():
    assert layer_name("clear", "zh", is_incomplete=False) == "红线-无冲突"
    assert layer_name("clear", "zh", is_incomplete=True) == "红线-无冲突-未查全"
    assert layer_name("incomplete", "zh", is_incomplete=True) == "红线-未查全"
    assert layer_name("review", "en", is_incomplete=True) == "REDLINE-REVIEW-INCOMPLETE"


def test_the_manifest_says_which_columns_are_there_and_which_stayed(folder: Path):
    entry = entries_of(folder / A)["redlines.shp"]
    assert entry["fields"]["DKBH"] == "red_line_id"
    assert set(entry["fields"].values()) | set(entry["left_out"]) == set(RED_LINE_COLUMNS)
    assert entry["fields"]["NOTCHECKED"] == "not_checked_zh"
    assert all(len(name.encode("gbk")) <= 10 for name in entry["fields"])
    assert len({name.upper() for name in SHAPEFILE_FIELDS.values()}) == len(SHAPEFILE_FIELDS)
    assert (entry["rows"], entry["notes"], entry["official"]) == (3, [], False)
    assert entries_of(folder / A)["redlines.dxf"]["notes"] == []


def test_what_gbk_or_a_field_cannot_hold_is_told(make_world, write):
    world = make_world()
    names = {"PRJ-1": "㑇𠀀村", "PRJ-3": "长" * 200}
    projects = tuple(
        replace(project, name=names.get(project.id, project.name))
        for project in world.report.projects
    )
    world = replace(world, report=replace(world.report, projects=projects))
    home = write(world) / A
    notes = " ".join(entries_of(home)["redlines.shp"]["notes"])
    assert "1 value(s) of XMMC cut to 254 bytes" in notes
    assert "1 value(s) of XMMC with 2 for ² and 〓 for what else GBK lacks (from row 1)" in notes
    with fiona.open(home / "redlines.shp") as source:
        found = {row.properties["XMDM"]: row.properties["XMMC"] for row in source}
    assert found["PRJ-1"] == "〓〓村"
    assert found["PRJ-3"] == "长" * 126 + "…"
    drawing = ezdxf.readfile(home / "redlines.dxf")
    texts = ["".join(tag.value for tag in line.get_xdata("SITING") if tag.code == 1000)
             for line in drawing.modelspace().query("LWPOLYLINE")]  # fmt: skip
    kept = {json.loads(text)["values"]["project_name"] for text in texts}
    assert set(names.values()) <= kept


def test_a_cut_never_splits_a_character():
    kept, reason = fit("a" + "长" * 200)
    assert kept is not None
    assert (kept, reason) == ("a" + "长" * 125 + "…", "cut")
    assert len(kept.encode("gbk")) == 253
    assert fit("长" * 127) == ("长" * 127, "")
    assert fit("") == (None, "")
    assert fit("12 m²") == ("12 m2", "replaced")


def with_a_line(world):
    """The world with RL-2 as a corridor in the eastern district."""
    line = LineString([(EAST + 1500, NORTH + 100), (EAST + 1700, NORTH + 400)])
    results = list(world.report.results)
    red_line = replace(results[1].red_line, geometry=line)
    results[1] = replace(results[1], red_line=red_line)
    projects = [
        replace(project, form=Form.LINEAR) if project.id == "PRJ-2" else project
        for project in world.report.projects
    ]
    report = replace(world.report, results=tuple(results), projects=tuple(projects))
    return replace(world, report=report)


def test_a_corridor_is_a_line_in_files_of_its_own(make_world, write):
    world = with_a_line(make_world())
    home = write(world) / B
    with fiona.open(home / "redlines_lines.shp") as source:
        (row,) = list(source)
    assert row.properties["DKBH"] == "RL-2"
    assert is_same(shapely.geometry.shape(row.geometry), world.report.results[1].red_line.geometry)
    assert entries_of(home)["redlines_lines.shp"]["rows"] == 1
    labels = {text.dxf.text for text in ezdxf.readfile(home / "redlines.dxf").query("TEXT")}
    assert labels == {"PRJ-2", "PRJ-3"}
    # the next run has no corridor: nothing of the old one is left
    write(make_world())
    assert not list(home.glob("redlines_lines*"))


def test_what_is_neither_area_nor_line_is_named(make_world, write):
    world = make_world()
    results = list(world.report.results)
    odd = shapely.GeometryCollection([box(EAST + 1800, NORTH + 100, EAST + 1900, NORTH + 200)])
    results[1] = replace(results[1], red_line=replace(results[1].red_line, geometry=odd))
    home = write(replace(world, report=replace(world.report, results=tuple(results)))) / B
    for name in ("redlines.shp", "redlines.dxf"):
        entry = entries_of(home)[name]
        assert entry["rows"] == 1
        assert "left out: RL-2" in entry["notes"][0]


def test_no_clock_in_a_shapefile(folder: Path):
    """A .dbf bears the day of its last change: years since 1900, month, day."""
    assert (folder / A / "redlines.dbf").read_bytes()[1:4] == bytes([126, 3, 1])
