"""Tables of coordinates: what a heading means, which axis is which, and what is refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import shapely

from siting.city import RedLineSpec
from siting.errors import ReadError
from siting.load import read_red_lines
from siting.load.child import Reader
from siting.load.formats import Format, VectorRequest
from siting.load.tables import count_records

from .town import CRS, EAST, NORTH, Load, square

CORNERS = [(0, 0), (100, 0), (100, 100), (0, 100)]


def rows(plot: str, *, is_swapped: bool = False) -> list[str]:
    """A square of 100 m, one line a corner."""
    points = [(EAST + x, NORTH + y) for x, y in CORNERS]
    texts = [
        (f"{y:.3f}", f"{x:.3f}") if is_swapped else (f"{x:.3f}", f"{y:.3f}") for x, y in points
    ]
    return [f"{plot},J{number},{a},{b}" for number, (a, b) in enumerate(texts, start=1)]


def table(path: Path, heading: str, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([heading, *lines, ""]).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("heading", "is_swapped"),
    [
        ("地块编号,点号,东坐标,北坐标", False),
        ("DKBH,点号,X,Y", False),
        ("DKBH,点号,X,Y", True),
        ("plot_id,no,X坐标,Y坐标", True),
        ("Plot ID,no,Northing,Easting", True),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_one_row_a_vertex(tmp_path: Path, heading: str, encoding: str, *, is_swapped: bool) -> None:
    lines = [*rows("甲-1", is_swapped=is_swapped), *rows("甲-2", is_swapped=is_swapped)]
    path = table(tmp_path / "a.csv", heading.replace("Plot ID", "PlotID"), lines, encoding)
    found, refused = read_red_lines(RedLineSpec(path, crs=CRS), working_crs=CRS)
    assert not refused
    assert [line.geometry.equals(square(0)) for line in found] == [True, True]


def test_the_choice_of_axes_is_said(tmp_path: Path, reader: Reader) -> None:
    path = table(tmp_path / "a.csv", "DKBH,点号,X,Y", rows("甲", is_swapped=True))
    reply = reader.read_vector(VectorRequest(path, Format.CSV))
    assert "Y is east and X is north" in " ".join(reply.facts["notes"])


def test_axes_that_the_numbers_do_not_tell(tmp_path: Path, load: Load) -> None:
    path = table(tmp_path / "a.csv", "DKBH,X,Y", ["甲,1,2", "甲,3,2", "甲,3,5"])
    problems = " ".join(load(path, crs=CRS).contract.problems)
    assert "do not say which of X and Y is north" in problems


def test_degrees(tmp_path: Path, load: Load) -> None:
    lines = ["甲,23.14,113.83", "甲,23.14,113.84", "甲,23.15,113.84"]
    path = table(tmp_path / "a.csv", "地块编号,纬度,经度", lines)
    layer = load(path, crs="EPSG:4490")
    assert layer.contract.rows_used == 1, layer.contract.problems


def test_rings_are_holes_or_parts_by_containment(tmp_path: Path, reader: Reader) -> None:
    ring = [f"甲,2,{EAST + x:.0f},{NORTH + y:.0f}" for x, y in ((20, 20), (40, 20), (40, 40))]
    outer = [f"甲,1,{EAST + x:.0f},{NORTH + y:.0f}" for x, y in CORNERS]
    far = [f"甲,3,{EAST + 500 + x:.0f},{NORTH + y:.0f}" for x, y in CORNERS]
    path = table(tmp_path / "a.csv", "地块编号,圈号,东坐标,北坐标", [*outer, *ring, *far])
    reply = reader.read_vector(VectorRequest(path, Format.CSV))
    shape = shapely.from_wkb(reply.table["__wkb__"][0].as_py())
    assert shape.area == 10_000 - 200 + 10_000
    assert len(shape.geoms) == 2


def test_a_point_table_is_no_red_line(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "名称,东坐标,北坐标", [f"甲,{EAST},{NORTH}"])
    lines, refused = read_red_lines(RedLineSpec(path, crs=CRS), working_crs=CRS)
    assert not lines
    assert "a point where polygon is expected" in refused[0].reason


def test_a_bad_number_costs_its_plot_and_names_the_row(tmp_path: Path) -> None:
    lines = [*rows("甲"), *rows("乙")]
    lines[5] = "乙,J2,38O100,2560000"  # a letter O
    path = table(tmp_path / "a.csv", "地块编号,点号,东坐标,北坐标", lines)
    found, refused = read_red_lines(RedLineSpec(path, crs=CRS), working_crs=CRS)
    assert (len(found), len(refused)) == (1, 1)
    assert "row 7" in refused[0].reason


def test_wkt_rows(tmp_path: Path, load: Load) -> None:
    lines = [f'1,"{square(0).wkt}"', "2,", '3,"POLYGON ((0 0"']
    layer = load(table(tmp_path / "a.csv", "id,WKT", lines), crs=CRS, id_column="id")
    reasons = {refusal.feature_id: refusal.reason for refusal in layer.contract.refusals}
    assert layer.contract.rows_used == 1
    assert "null geometry" in reasons["2"]
    assert "broken WKT" in reasons["3"]


def test_a_wrong_heading_gets_the_nearest(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "地块编号,eastng,northng", ["甲,1,2"])
    with pytest.raises(ReadError) as error:
        read_red_lines(RedLineSpec(path, crs=CRS), working_crs=CRS)
    assert "did you mean 'easting'?" in str(error.value)


def test_blank_plot_ids_are_those_above(tmp_path: Path, reader: Reader) -> None:
    lines = [rows("甲")[0], *(line.replace("甲", "", 1) for line in rows("甲")[1:])]
    path = table(tmp_path / "a.csv", "地块编号,点号,东坐标,北坐标", lines)
    reply = reader.read_vector(VectorRequest(path, Format.CSV))
    assert reply.facts["rows_read"] == 1
    assert "3 row(s) have no plot id" in " ".join(reply.facts["notes"])


def test_excel(tmp_path: Path, load: Load) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["地块编号", "点号", "东坐标", "北坐标"])
    for number, (x, y) in enumerate(CORNERS, start=1):
        sheet.append(["甲", f"J{number}", EAST + x, NORTH + y])
    book.save(tmp_path / "a.xlsx")
    layer = load(tmp_path / "a.xlsx", crs=CRS)
    assert layer.contract.rows_used == 1, layer.contract.problems
    assert layer.frame is not None
    assert layer.frame.geometry[0].equals(square(0))


def test_records_are_counted_apart_from_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,note\n1,"two\nlines, and ""quotes"""\n\n2,plain\n', encoding="utf-8")
    assert count_records(path, "").rows == 2
