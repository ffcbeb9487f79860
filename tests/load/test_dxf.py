"""Drawings: which entities become areas, and what is said of the others."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pyarrow as pa
import pytest
import shapely

from siting.city import RedLineSpec
from siting.load import read_red_lines
from siting.load.bulk import BulkReadError, Rows
from siting.load.counts import CountError
from siting.load.dxf import count_dxf, read_dxf
from siting.load.dxf_pieces import ARC_TOLERANCE, with_bulges
from siting.load.formats import Format, VectorRequest

from .town import CRS, EAST, NORTH, Load

SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]


def drawing(version: str = "R2010", units: int = 6) -> Any:
    made = ezdxf.new(version)
    made.header["$INSUNITS"] = units
    return made


def read(made: Any, folder: Path, layer: str = "") -> tuple[Rows, list[Any]]:
    made.saveas(folder / "a.dxf")
    rows = read_dxf(VectorRequest(folder / "a.dxf", Format.DXF, layer, ("*",)))
    assert rows.consumed == count_dxf(folder / "a.dxf", "").rows
    assert isinstance(rows.table, pa.Table)
    return rows, list(shapely.from_wkb(rows.table["__wkb__"].to_pylist()))


def test_closed_polylines_old_and_new(tmp_path: Path) -> None:
    made = drawing()
    space = made.modelspace()
    space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "红线"})
    space.add_polyline2d([(200, 0), (300, 0), (300, 50)], close=True)
    space.add_polyline3d([(400, 0, 9), (500, 0, 9), (500, 50, 9)], close=True)
    rows, shapes = read(made, tmp_path)
    assert [shape.area for shape in shapes] == [10_000, 2_500, 2_500]
    assert rows.table["layer"].to_pylist() == ["红线", "0", "0"]


def test_a_bulge_is_an_arc_within_the_tolerance(tmp_path: Path) -> None:
    made = drawing()
    # a half circle of radius 50 on top of a square, counter-clockwise
    corners = [(0, 0, 0), (100, 0, 0), (100, 100, 1), (0, 100, 0)]
    made.modelspace().add_lwpolyline(corners, format="xyb", close=True)
    rows, shapes = read(made, tmp_path)
    exact = 10_000 + math.pi * 50**2 / 2
    assert exact - math.pi * 50 * ARC_TOLERANCE < shapes[0].area < exact
    assert shapes[0].bounds == pytest.approx((0, 0, 100, 150), abs=ARC_TOLERANCE)
    assert "chords within 0.001" in " ".join(rows.notes)


@pytest.mark.parametrize("bulge", [0.1, 0.5, 1.0, 3.0, -0.1, -1.0, -2.5])
def test_arc_points_lie_on_the_circle(bulge: float) -> None:
    start, end = np.array([3.0, 4.0]), np.array([13.0, -6.0])
    points = with_bulges([(*start, bulge), (*end, 0)], is_closed=False)
    angle = 4 * math.atan(bulge)
    radius = math.dist(start, end) / 2 / abs(math.sin(angle / 2))
    circle = shapely.minimum_bounding_circle(shapely.MultiPoint(points))
    if abs(bulge) >= 1:
        assert math.sqrt(circle.area / math.pi) == pytest.approx(radius, rel=2e-2)
    chords = np.hypot(*np.diff(points, axis=0).T)
    sagitta = radius - np.sqrt(radius**2 - (chords / 2) ** 2)
    assert sagitta.max() <= ARC_TOLERANCE * 1.001
    assert chords.sum() == pytest.approx(abs(angle) * radius, rel=1e-3)
    chord, middle = end - start, points[len(points) // 2] - start
    side = chord[0] * middle[1] - chord[1] * middle[0]
    assert math.copysign(1, side) == -math.copysign(1, bulge)


def test_lines_and_arcs_are_joined_to_a_loop(tmp_path: Path) -> None:
    made = drawing()
    space = made.modelspace()
    space.add_line((100, 100), (100, 0))  # against the way round
    space.add_line((0, 0), (100, 0.0004))  # 0.4 mm off
    space.add_lwpolyline([(0, 100), (0, 0)])
    space.add_arc((50, 100), 50, 0, 180)
    rows, shapes = read(made, tmp_path)
    assert [shape.geom_type for shape in shapes] == ["Polygon"]
    assert shapes[0].area == pytest.approx(10_000 + math.pi * 50**2 / 2, abs=0.3)
    assert "1 loop(s) joined from lines" in " ".join(rows.notes)


def test_a_gap_over_the_tolerance_joins_nothing(tmp_path: Path) -> None:
    made = drawing()
    made.modelspace().add_lwpolyline([*SQUARE, (0, 0.5)])
    rows, shapes = read(made, tmp_path)
    assert [shape.geom_type for shape in shapes] == ["LineString"]
    assert "close no loop" in " ".join(rows.notes)


def test_three_lines_at_one_point_join_nothing(tmp_path: Path) -> None:
    made = drawing()
    for end in ((10, 0), (0, 10), (-10, -10)):
        made.modelspace().add_line((0, 0), end)
    _, shapes = read(made, tmp_path)
    assert [shape.geom_type for shape in shapes] == ["LineString"] * 3


def test_a_polyline_that_ends_where_it_began_is_closed(tmp_path: Path) -> None:
    made = drawing()
    made.modelspace().add_lwpolyline([*SQUARE, SQUARE[0]])
    _, shapes = read(made, tmp_path)
    assert shapes[0].area == 10_000


def test_blocks_are_exploded_rotated_scaled_and_nested(tmp_path: Path) -> None:
    made = drawing()
    inner = made.blocks.new("内")
    inner.add_lwpolyline(SQUARE, close=True)
    outer = made.blocks.new("外")
    outer.add_blockref("内", (1000, 0), dxfattribs={"xscale": 2, "yscale": 2, "layer": "0"})
    where = {"rotation": 90, "layer": "红线"}
    made.modelspace().add_blockref("外", (EAST, NORTH), dxfattribs=where)
    rows, shapes = read(made, tmp_path)
    assert shapes[0].area == pytest.approx(40_000)
    wanted = (EAST - 200, NORTH + 1000, EAST, NORTH + 1200)
    assert shapes[0].bounds == pytest.approx(wanted)
    assert rows.table["layer"].to_pylist() == ["红线"]
    assert rows.table["block"].to_pylist() == ["内"]


def test_arrays_of_blocks(tmp_path: Path) -> None:
    made = drawing()
    made.blocks.new("格").add_lwpolyline(SQUARE, close=True)
    spacing = {"column_count": 3, "row_count": 2, "column_spacing": 200, "row_spacing": 300}
    made.modelspace().add_blockref("格", (0, 0), dxfattribs=spacing)
    _, shapes = read(made, tmp_path)
    assert len(shapes) == 6
    assert shapely.union_all(shapes).bounds == (0, 0, 500, 400)


def test_a_block_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = drawing()
    made.blocks.new("b0").add_line((0, 0), (1, 1))
    for level in range(1, 9):
        block = made.blocks.new(f"b{level}")
        for _ in range(20):
            block.add_blockref(f"b{level - 1}", (0, 0))
    made.modelspace().add_blockref("b8", (0, 0))
    monkeypatch.setattr("siting.load.dxf_pieces.MOST_EXPLODED", 2_000)
    with pytest.raises(BulkReadError, match="too many entities"):
        read(made, tmp_path)


def test_a_hatch_is_an_area_with_holes(tmp_path: Path) -> None:
    made = drawing()
    hatch = made.modelspace().add_hatch()
    hatch.paths.add_polyline_path(SQUARE, is_closed=True)
    hatch.paths.add_polyline_path([(20, 20), (40, 20), (40, 40), (20, 40)], is_closed=True)
    edges = made.modelspace().add_hatch().paths.add_edge_path()
    edges.add_line((300, 0), (500, 0))
    edges.add_arc((400, 0), 100, 0, 180)
    _, shapes = read(made, tmp_path)
    assert shapes[0].area == 10_000 - 400
    assert shapes[1].area == pytest.approx(math.pi * 100**2 / 2, abs=0.4)


def test_the_hatch_that_fills_an_outline_is_no_second_plot(tmp_path: Path) -> None:
    made = drawing()
    made.modelspace().add_lwpolyline(SQUARE, close=True)
    made.modelspace().add_hatch().paths.add_polyline_path(SQUARE, is_closed=True)
    rows, shapes = read(made, tmp_path)
    assert len(shapes) == 1
    assert "1 hatch(es) fill an outline" in " ".join(rows.notes)


def test_texts_name_the_smallest_plot_around_them(tmp_path: Path) -> None:
    made = drawing()
    space = made.modelspace()
    space.add_lwpolyline([(x * 10, y * 10) for x, y in SQUARE], close=True)
    space.add_lwpolyline(SQUARE, close=True)
    space.add_text("甲-1").dxf.insert = (50, 50)
    space.add_mtext("整宗\\P二行").dxf.insert = (500, 500)
    space.add_text("外面").dxf.insert = (5000, 0)
    rows, _ = read(made, tmp_path)
    assert rows.table["label"].to_pylist() == ["整宗 二行", "甲-1"]


def test_the_label_is_the_id_of_the_red_line(tmp_path: Path) -> None:
    made = drawing()
    corners = [(EAST + x, NORTH + y) for x, y in SQUARE]
    made.modelspace().add_lwpolyline(corners, close=True)
    made.modelspace().add_text("XM-007").dxf.insert = (EAST + 50, NORTH + 50)
    made.saveas(tmp_path / "a.dxf")
    lines, refused = read_red_lines(RedLineSpec(tmp_path / "a.dxf", crs=CRS), working_crs=CRS)
    assert [line.id for line in lines] == ["XM-007"]
    assert not refused


def test_a_drawing_has_no_crs(tmp_path: Path, load: Load) -> None:
    made = drawing()
    made.modelspace().add_lwpolyline([(EAST + x, NORTH + y) for x, y in SQUARE], close=True)
    made.saveas(tmp_path / "a.dxf")
    problems = " ".join(load(tmp_path / "a.dxf").contract.problems)
    assert "no coordinate reference system" in problems
    assert load(tmp_path / "a.dxf", crs=CRS).contract.rows_used == 1


@pytest.mark.parametrize("version", ["R2000", "R2004", "R2007", "R2018"])
def test_chinese_texts_of_every_version(tmp_path: Path, version: str) -> None:
    made = drawing(version)
    made.encoding = "gbk" if version < "R2007" else "utf-8"
    made.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "规划红线"})
    rows, _ = read(made, tmp_path)
    assert rows.table["layer"].to_pylist() == ["规划红线"]


def test_gbk_under_a_wrong_code_page(tmp_path: Path) -> None:
    made = drawing("R2000")
    made.encoding = "gbk"
    made.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "规划红线"})
    made.saveas(tmp_path / "a.dxf")
    content = (tmp_path / "a.dxf").read_bytes()
    (tmp_path / "a.dxf").write_bytes(content.replace(b"ANSI_936", b"ANSI_1252"))
    rows = read_dxf(VectorRequest(tmp_path / "a.dxf", Format.DXF, "", ("*",)))
    assert rows.table["layer"].to_pylist() == ["规划红线"]
    assert "gb18030" in " ".join(rows.notes)


@pytest.mark.parametrize(
    ("units", "factor", "words"),
    [(0, 1.0, "no unit"), (4, 0.001, "multiplied by 0.001"), (2, 0.3048, "0.3048"), (6, 1.0, "")],
)
def test_units(tmp_path: Path, units: int, factor: float, words: str) -> None:
    made = drawing(units=units)
    made.modelspace().add_lwpolyline(SQUARE, close=True)
    rows, shapes = read(made, tmp_path)
    assert shapes[0].area == pytest.approx(10_000 * factor**2)
    assert words in " ".join(rows.notes)


def test_millimetres_that_are_metres(tmp_path: Path) -> None:
    made = drawing(units=4)  # the CAD template's default, never changed
    made.modelspace().add_lwpolyline([(EAST + x, NORTH + y) for x, y in SQUARE], close=True)
    rows, shapes = read(made, tmp_path)
    assert shapes[0].area == pytest.approx(10_000)
    assert "contradicts the northings" in " ".join(rows.notes)


def test_one_layer_of_several(tmp_path: Path) -> None:
    made = drawing()
    for name in ("红线", "道路"):
        made.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": name})
    rows, _ = read(made, tmp_path, layer="红线")
    assert rows.table.num_rows == 1
    with pytest.raises(BulkReadError, match="no layer '绿线'"):
        read(made, tmp_path, layer="绿线")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_a_cut_drawing_is_refused(tmp_path: Path, share: float) -> None:
    made = drawing()
    made.modelspace().add_lwpolyline(SQUARE, close=True)
    made.saveas(tmp_path / "a.dxf")
    content = (tmp_path / "a.dxf").read_bytes()
    (tmp_path / "a.dxf").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(CountError, match="cut short"):
        count_dxf(tmp_path / "a.dxf", "")


def test_binary_drawings_are_refused(tmp_path: Path) -> None:
    made = drawing()
    made.saveas(tmp_path / "a.dxf", fmt="bin")
    with pytest.raises(CountError, match="binary DXF"):
        count_dxf(tmp_path / "a.dxf", "")


def test_what_is_not_used_is_tallied(tmp_path: Path) -> None:
    made = drawing()
    space = made.modelspace()
    space.add_lwpolyline(SQUARE, close=True)
    space.add_point((1, 1))
    space.add_solid([(0, 0), (1, 0), (1, 1)])
    rows, _ = read(made, tmp_path)
    assert "POINT 1, SOLID 1" in " ".join(rows.notes)


def test_a_character_by_its_number_is_that_character(tmp_path: Path) -> None:
    """CAD writes what the code page of an old drawing lacks as its number."""
    made = drawing("R2000")
    made.modelspace().add_lwpolyline(SQUARE, close=True)
    made.modelspace().add_text(r"\U+365F村 \U+005CU+4E2D").dxf.insert = (50, 50)
    rows, _ = read(made, tmp_path)
    assert rows.table["label"].to_pylist() == ["㙟村 \\U+4E2D"]
