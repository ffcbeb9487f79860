"""Variants of the red-line TXT, line by line, and what cannot be written."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from shapely.geometry import Polygon

from siting.errors import WriteError
from siting.model import RedLine
from siting.save import TxtVariant, txt_variant, write_red_line_txt

SQUARE = Polygon([(500_000, 2_500_000), (500_100, 2_500_000), (500_100, 2_500_100),
                  (500_000, 2_500_100)])  # fmt: skip
HOLE = [(500_010, 2_500_010), (500_020, 2_500_010), (500_020, 2_500_020)]


def lines_of(
    folder: Path,
    variant: TxtVariant,
    *,
    geometry: Polygon = SQUARE,
    crs: str = "EPSG:4547",
    encoding: str = "gb18030",
    name: str = "甲",
) -> list[str]:
    path = folder / "a.txt"
    red_line = RedLine(id="P-01", project_id="P", geometry=geometry, crs=crs)
    write_red_line_txt(
        path, [red_line], crs=crs, names={"P-01": name}, encoding=encoding, variant=variant
    )
    return path.read_bytes().decode(encoding).split("\r\n")


def test_ten_keys(tmp_path: Path) -> None:
    variant = TxtVariant(header_keys=10, producer="某局", produced="2026-11-01")
    assert lines_of(tmp_path, variant)[:5] == [
        "[属性描述]",
        "格式版本号=1.00版本",
        "数据产生单位=某局",
        "数据产生日期=2026-11-01",
        "坐标系=2000国家大地坐标系",
    ]


def test_no_keys(tmp_path: Path) -> None:
    assert lines_of(tmp_path, TxtVariant(header_keys=0))[0] == "[地块坐标]"


@pytest.mark.parametrize(("fields", "commas"), [(8, 8), (10, 10), (13, 13)])
def test_fields_of_the_plot_line(tmp_path: Path, fields: int, commas: int) -> None:
    line = lines_of(tmp_path, TxtVariant(plot_fields=fields))[9]
    assert line.startswith("5,1.0000,P-01,甲,面,")
    assert line.endswith(",@")
    assert line.count(",") == commas


@pytest.mark.parametrize(
    ("crs", "prefix", "expected"),
    [
        ("EPSG:4547", None, "J1,1,2500000.000,500000.000"),
        ("EPSG:4547", True, "J1,1,2500000.000,38500000.000"),
        ("EPSG:4548", True, "J1,1,2500000.000,39500000.000"),
    ],
)
def test_zone_prefix(tmp_path: Path, crs: str, prefix: bool | None, expected: str) -> None:
    assert lines_of(tmp_path, TxtVariant(has_prefix=prefix), crs=crs)[10] == expected


def test_decimals_are_stated(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, TxtVariant(decimals=4))
    assert "精度=0.0001" in lines
    assert lines[10] == "J1,1,2500000.0000,500000.0000"


def test_six_degree_zone_of_a_shared_meridian(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, TxtVariant(zone_degrees=6, has_prefix=True), crs="EPSG:4548")
    assert lines[2] == "几度分带=6"
    assert lines[5] == "带号=20"
    assert lines[10] == "J1,1,2500000.000,20500000.000"
    with pytest.raises(WriteError, match="no 6-degree zone"):
        lines_of(tmp_path, TxtVariant(zone_degrees=6), crs="EPSG:4547")


def test_numbers_restart_and_rings_stay_open(tmp_path: Path) -> None:
    geometry = Polygon(SQUARE.exterior.coords, [HOLE])
    lines = lines_of(
        tmp_path, TxtVariant(restarts_numbers=True, is_closed=False), geometry=geometry
    )
    assert lines[9].startswith("7,")
    labels = [tuple(line.split(",")[:2]) for line in lines[10:-1]]
    assert labels == [("J1", "1"), ("J2", "1"), ("J3", "1"), ("J4", "1"),
                      ("J1", "2"), ("J2", "2"), ("J3", "2")]  # fmt: skip


def signed_area(rows: list[str]) -> float:
    """Return the area of point rows: above 0 when they run against the clock on the map."""
    pairs = [(float(row.split(",")[3]), float(row.split(",")[2])) for row in rows]
    return sum(a * d - b * c for (a, b), (c, d) in itertools.pairwise(pairs)) / 2


@pytest.mark.parametrize("is_reversed", [False, True])
def test_shells_run_with_the_clock_and_holes_against_it(tmp_path: Path, is_reversed: bool) -> None:
    geometry = Polygon(SQUARE.exterior.coords, [HOLE])
    lines = lines_of(
        tmp_path, TxtVariant(), geometry=geometry.reverse() if is_reversed else geometry
    )
    rows = lines[10:-1]
    assert signed_area([row for row in rows if row.split(",")[1] == "1"]) == -10_000
    assert signed_area([row for row in rows if row.split(",")[1] == "2"]) == 50


@pytest.mark.parametrize("encoding", ["gbk", "gb2312"])
def test_a_character_that_the_encoding_lacks_is_named(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_text("before", encoding="utf-8")
    with pytest.raises(WriteError, match=r"𠮷.*U\+20BB7") as caught:
        lines_of(tmp_path, TxtVariant(), encoding=encoding, name="大𠮷镇")
    assert caught.value.where.feature == "line 10"
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_other_encodings_have_every_character(tmp_path: Path, encoding: str) -> None:
    assert "大𠮷氹" in lines_of(tmp_path, TxtVariant(), encoding=encoding, name="大𠮷氹")[9]


def test_utf8_with_mark(tmp_path: Path) -> None:
    lines_of(tmp_path, TxtVariant(), encoding="utf-8-sig")
    assert (tmp_path / "a.txt").read_bytes().startswith(b"\xef\xbb\xbf[")


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="unknown encoding"):
        write_red_line_txt(tmp_path / "a", [], crs="EPSG:4547", names={}, encoding="gbq")
    with pytest.raises(WriteError, match="no zone"):
        lines_of(tmp_path, TxtVariant(has_prefix=True), crs="EPSG:26986")
    far = Polygon([(1_500_000, 2_500_000), (1_500_100, 2_500_000), (1_500_100, 2_500_100)])
    with pytest.raises(WriteError, match="no room"):
        lines_of(tmp_path, TxtVariant(has_prefix=True), geometry=far)
    with pytest.raises(WriteError, match="plot_fields"):
        TxtVariant(plot_fields=9)


def test_variant_as_text() -> None:
    assert txt_variant("") == TxtVariant()
    text = "header=10,fields=13,decimals=4,prefix=yes,closed=no,restart=yes,zone=3"
    assert txt_variant(text) == TxtVariant(
        10, 13, 4, has_prefix=True, zone_degrees=3, restarts_numbers=True, is_closed=False
    )


@pytest.mark.parametrize("text", ["headr=10", "header=ten", "prefix=maybe", "fields=9"])
def test_variant_that_is_not_understood(text: str) -> None:
    with pytest.raises(WriteError):
        txt_variant(text)
