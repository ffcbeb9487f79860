"""The standard red-line TXT, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon

from siting.model import RedLine
from siting.save import write_red_line_txt

SQUARE = Polygon([(500_000, 2_500_000), (500_100, 2_500_000), (500_100, 2_500_100),
                  (500_000, 2_500_100)])  # fmt: skip


def lines_of(path: Path, geometry: object = SQUARE, *, crs: str = "EPSG:4547", name: str = "甲"):
    red_line = RedLine(id="P-01", project_id="P", geometry=geometry, crs=crs)  # type: ignore[arg-type]
    write_red_line_txt(path, [red_line], crs=crs, names={"P-01": name})
    return path.read_bytes().decode("gb18030").split("\r\n")


def test_a_square_hectare(tmp_path: Path):
    lines = lines_of(tmp_path / "a.txt")
    assert lines == [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=38",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        "5,1.0000,P-01,甲,面,,,,@",
        "J1,1,2500000.000,500000.000",
        "J2,1,2500100.000,500000.000",
        "J3,1,2500100.000,500100.000",
        "J4,1,2500000.000,500100.000",
        "J1,1,2500000.000,500000.000",
        "",
    ]


@pytest.mark.parametrize(
    ("crs", "width", "zone"),
    [
        ("EPSG:4526", "3", "38"),  # zone 38 with its prefix
        ("EPSG:4547", "3", "38"),  # 114°E without
        ("EPSG:4549", "3", "40"),
        ("EPSG:4498", "6", "20"),  # 6° zone 20, with prefix
        ("EPSG:26986", "", ""),  # Massachusetts: no zone, and no CGCS2000
        ("EPSG:2383", "", ""),  # Xian 1980: the datum must not be called CGCS2000
    ],
)
def test_the_header_states_the_zone_and_never_a_wrong_datum(
    tmp_path: Path, crs: str, width: str, zone: str
):
    lines = lines_of(tmp_path / "a.txt", crs=crs)
    assert f"几度分带={width}" in lines
    assert f"带号={zone}" in lines
    datum = "2000国家大地坐标系" if zone else crs
    assert f"坐标系={datum}" in lines


def test_holes_and_parts_are_rings_of_their_own_with_numbers_running_on(tmp_path: Path):
    hole = [(500_010, 2_500_010), (500_020, 2_500_010), (500_020, 2_500_020)]
    other = Polygon([(501_000, 2_500_000), (501_010, 2_500_000), (501_000, 2_500_010)])
    geometry = MultiPolygon([Polygon(SQUARE.exterior.coords, [hole]), other])
    lines = lines_of(tmp_path / "a.txt", geometry)
    assert lines[9].startswith("13,")
    labels = [tuple(line.split(",")[:2]) for line in lines[10:-1]]
    assert labels == [
        *[(f"J{n}", "1") for n in (1, 2, 3, 4, 1)],
        *[(f"J{n}", "2") for n in (5, 6, 7, 5)],
        *[(f"J{n}", "3") for n in (8, 9, 10, 8)],
    ]


def test_a_name_cannot_break_the_line(tmp_path: Path):
    lines = lines_of(tmp_path / "a.txt", name="甲,乙@丙\r\n[地块坐标]\u2028丁")
    assert lines[9] == "5,1.0000,P-01,甲，乙＠丙  [地块坐标] 丁,面,,,,@"
    assert len(lines) == 16


def test_characters_that_gbk_lacks_are_kept(tmp_path: Path):
    assert "滘氹埗塱𠮷" in lines_of(tmp_path / "a.txt", name="滘氹埗塱𠮷")[9]


def test_a_line_is_written_as_a_line(tmp_path: Path):
    lines = lines_of(tmp_path / "a.txt", LineString([(500_000, 2_500_000), (500_010, 2_500_000)]))
    assert lines[9:] == [
        "2,0.0000,P-01,甲,线,,,,@",
        "J1,1,2500000.000,500000.000",
        "J2,1,2500000.000,500010.000",
        "",
    ]


def test_an_invalid_outline_is_handed_over_as_it_is(tmp_path: Path):
    bowtie = Polygon([(500_000, 2_500_000), (500_100, 2_500_100), (500_100, 2_500_000),
                      (500_000, 2_500_100)])  # fmt: skip
    lines = lines_of(tmp_path / "a.txt", bowtie)
    assert lines[9].startswith("5,")
    assert {tuple(line.split(",")[2:]) for line in lines[10:-1]} == {
        ("2500000.000", "500000.000"),
        ("2500100.000", "500100.000"),
        ("2500000.000", "500100.000"),
        ("2500100.000", "500000.000"),
    }
