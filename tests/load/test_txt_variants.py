# ruff: noqa: RUF001 - full-width digits and brackets are what is tested
"""Every variant of the red-line TXT that was seen, as a hand-made text of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shapely

from siting.city import RedLineSpec
from siting.errors import (
    ConfigError,
    CRSMismatchError,
    ProblemsError,
    ReadError,
    SitingError,
)
from siting.load import TextWays, read_red_lines
from siting.load.deviation import DeviationKind
from siting.load.encoding import decode_text
from siting.load.redline_txt import parse
from siting.load.txt_red_lines import red_lines_of

from .txt_text import (
    CRS,
    HEADER,
    HOLE,
    PLOT,
    RING,
    SQUARE,
    STANDARD,
    STRICT,
    SWAPPED,
    read_all,
    read_one,
    said_of,
)

TEN_KEYS = HEADER.replace(
    "坐标系=", "格式版本号=1.00版本\n数据产生单位=某测绘院\n数据产生日期=2026-11-01\n坐标系=", 1
)
BARE_RING = RING.replace("38378", "378")


# ------------------------------------------------------------------ header
@pytest.mark.parametrize("header", [HEADER, TEN_KEYS, HEADER.replace("38\n", "38\n\n  \n")])
def test_standard_headers_have_no_deviation(tmp_path: Path, header: str) -> None:
    line = read_one(tmp_path, header + PLOT + RING)
    assert line.geometry.equals(SQUARE)
    assert said_of(line) == ""


def test_no_header_at_all(tmp_path: Path) -> None:
    line = read_one(tmp_path, RING)
    assert line.geometry.equals(SQUARE)
    assert "there is no header" in said_of(line)
    assert "points without plot line" in said_of(line)


def test_rows_of_id_x_y_alone(tmp_path: Path) -> None:
    rows = "1,2579600,38378300\n2,2579600,38378400\n3,2579700,38378400\n4,2579700,38378300\n"
    line = read_one(tmp_path, rows)
    assert line.geometry.equals(SQUARE)
    assert "read as ring 1, 4 lines" in said_of(line)


def test_heading_above_bare_rows(tmp_path: Path) -> None:
    line = read_one(tmp_path, "甲地块界址点\n点号,X坐标,Y坐标\n" + RING)
    assert line.geometry.equals(SQUARE)
    assert "甲地块界址点" in said_of(line)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("带号=38", "带号=", "left blank"),
        ("几度分带=3", "分带=3度带", "is read as 几度分带"),
        ("几度分带=3", "几度分带=３度带", "another way"),
        ("几度分带=3", "几度分带=三度带", "another way"),
        ("精度=0.001", "精度=3", "precision"),
        ("精度=0.001\n", "", "keys missing"),
        ("带号=38", "带号＝38", "full-width"),
        ("转换参数=,,,,,,", "转换参数=1,2,3,4,5,6,7", "not applied"),
        ("转换参数=,,,,,,", "转换参数=,,,,,,\n备注=无", "unknown key"),
        ("[地块坐标]", "【地块坐标】", "full-width"),
        ("[地块坐标]\n", "", "no section"),
        ("[地块坐标]", "[项目信息]\n名称=某某\n某某公司\n[地块坐标]", "further section"),
    ],
)
def test_header_deviations(tmp_path: Path, old: str, new: str, word: str) -> None:
    line = read_one(tmp_path, STANDARD.replace(old, new))
    assert line.geometry.equals(SQUARE)
    assert word in said_of(line)


def test_standard_transformation_left_wholly_blank(tmp_path: Path) -> None:
    assert said_of(read_one(tmp_path, STANDARD.replace("=,,,,,,", "="))) == ""


def test_many_headers_in_one_file(tmp_path: Path) -> None:
    """The second part is in zone 37: its own header and eastings count, not the first."""
    zone_37 = STANDARD.replace("带号=38", "带号=37").replace("38378", "378").replace("P-01", "P-02")
    lines, refused = read_all(tmp_path, STANDARD + zone_37)
    assert refused == ()
    assert lines[0].geometry.equals(SQUARE)
    # one zone is about 307 km wide at 23°
    assert shapely.distance(lines[0].geometry, lines[1].geometry) == pytest.approx(307e3, rel=0.01)
    assert "several headers" in said_of(lines[0])


def test_headers_without_section_names(tmp_path: Path) -> None:
    bare = STANDARD.replace("[属性描述]\n", "").replace("[地块坐标]\n", "")
    second = bare.replace("P-01", "P-02")
    lines, _ = read_all(tmp_path, bare + second)
    assert [line.id for line in lines] == ["P-01", "P-02"]


def test_remark_between_points_does_not_tear_the_plot_apart(tmp_path: Path) -> None:
    text = STANDARD.replace("J3,1", "备注=转角\nJ3,1")
    assert read_one(tmp_path, text).geometry.equals(SQUARE)


def test_e_mail_in_the_header_is_no_plot(tmp_path: Path) -> None:
    text = STANDARD.replace("坐标系=", "数据产生单位=a@b.cn\n坐标系=", 1)
    assert read_one(tmp_path, text).id == "P-01"


# ------------------------------------------------------------------ plot line
@pytest.mark.parametrize(
    ("head", "area_m2", "word"),
    [
        ("5,1.0000,P-01,甲地块,面,,公园,1401,,,@", 10_000, "10 fields before @"),
        ("5,1.0000,P-01,甲地块,面,,公园,1401,,,,,,@", 10_000, "13 fields before @"),
        ("5,1.0000,P-01,甲地块,面,,公园,1401,A,B,@", 10_000, "further fields are not used"),
        ("5,1.0000,P-01,甲地块,面,,公园,1401@", 10_000, "no comma before @"),
        ("5,1.0000,P-01,甲地块,面,,公园,1401,@备注", 10_000, "what follows @"),
        ("5，1.0000，P-01，甲地块，面，，公园，1401，＠", 10_000, "full-width"),
        ("5,P-01,甲地块,面,,公园,1401,@", None, "aligned by the word 面"),
        ("1.0000,P-01,甲地块,面,,公园,1401,@", 10_000, "aligned by the word 面"),
        (",5,1.0000,P-01,甲地块,面,,公园,1401,@", 10_000, "aligned by the word 面"),
        ("5,1.0000公顷,P-01,甲地块,面,,公园,1401,@", 10_000, "bears a unit"),
        ("5,15亩,P-01,甲地块,面,,公园,1401,@", 10_000, "bears a unit"),
        ("5,10000平方米,P-01,甲地块,面,,公园,1401,@", 10_000, "bears a unit"),
        ("5,10000㎡,P-01,甲地块,面,,公园,1401,@", 10_000, "bears a unit"),
        ("5,１．００００,P-01,甲地块,面,,公园,1401,@", 10_000, ""),
        ("5,,P-01,甲地块,面,,公园,1401,@", None, "no area"),
        ("5,0,P-01,甲地块,面,,公园,1401,@", None, "the area is 0"),
        ("5,约1,P-01,甲地块,面,,公园,1401,@", None, "is no number"),
        ("5,10000,P-01,甲地块,面,,公园,1401,@", 1e8, "in another unit"),
        ("5,15,P-01,甲地块,面,,公园,1401,@", 150_000, "in another unit"),
        ("五,1.0000,P-01,甲地块,面,,公园,1401,@", 10_000, "no whole number"),
        ("5,1.0000,P-01,DKMC,面,TFH,DKYT,DLBM,@", 10_000, "template's column name"),
        ("5,1.0000,P-01,甲地块,,,公园,1401,@", 10_000, ""),
        ("5,1.0000,P-01,甲地块,面,,公园,1401,", 10_000, "has no @"),
        ("5,1.0000,P-01,甲,乙地块,面,,公园,1401,@", 10_000, "aligned by the word 面"),
    ],
)
def test_plot_lines(tmp_path: Path, head: str, area_m2: float | None, word: str) -> None:
    line = read_one(tmp_path, HEADER + head + "\n" + RING)
    assert line.id == "P-01"
    assert line.geometry.equals(SQUARE)
    assert line.declared_area_m2 == area_m2
    assert word in said_of(line)
    assert bool(said_of(line)) == bool(word)


def test_fields_are_not_lost() -> None:
    head = "5,1.0000,P-01,甲地块,面,F49,公园,1401,所有权,备注,@\n"
    plot = parse(HEADER + head + RING, file="a.txt").plots[0]
    assert (plot.name, plot.map_sheet, plot.use) == ("甲地块", "F49", "公园")
    assert (plot.land_code, plot.extras) == ("1401", ("所有权", "备注"))


def test_full_width_comma_within_a_name_stays() -> None:
    plot = parse(HEADER + PLOT.replace("甲地块", "甲，乙＠丙") + RING, file="a.txt").plots[0]
    assert plot.name == "甲，乙＠丙"
    assert plot.deviations == []


def test_seven_fields_of_a_public_writer() -> None:
    plot = parse(HEADER + "5,1.0,,甲地块,面,,,@\n" + RING, file="a.txt").plots[0]
    assert (plot.number, plot.name, plot.declared_points) == ("", "甲地块", 5)


# ------------------------------------------------------------------ points
@pytest.mark.parametrize(
    ("pattern", "replacement", "word"),
    [
        ("J", "", "without J"),
        ("J", "J0", ""),
        (",1,2579", ",2579", "read as ring 1"),
        (",38378", ", 38378", ""),
        ("J", "   J", ""),
        (",", "\t", "separated by blanks"),
        (",", "，", "full-width"),
        ("38378", "３８３７８", "full-width"),
        (".000\n", ".000,12.5,备注\n", "6 columns"),
        (".000\n", ".000,,\n", ""),
        ("J", "1,J", "5 columns"),
        ("38378", "378", ""),
    ],
)
def test_point_lines(tmp_path: Path, pattern: str, replacement: str, word: str) -> None:
    line = read_one(tmp_path, HEADER + PLOT + RING.replace(pattern, replacement))
    assert line.geometry.equals(SQUARE)
    assert word in said_of(line)
    assert bool(said_of(line)) == bool(word)


def test_unclosed_and_closed_by_another_number(tmp_path: Path) -> None:
    opened = RING[: RING.rindex("J1")]
    line = read_one(tmp_path, HEADER + PLOT.replace("5,", "4,", 1) + opened)
    assert line.geometry.equals(SQUARE)
    assert said_of(line).endswith("line 14: ring 1 was not closed; closed")
    renamed = opened + "J5,1,2579600.000,38378300.000\n"
    line = read_one(tmp_path, HEADER + PLOT + renamed)
    assert line.geometry.equals(SQUARE)
    assert "closed under a new number, J5 (expected J1)" in said_of(line)


def test_first_number_again_at_another_place_is_refused(tmp_path: Path) -> None:
    """A public writer puts the northing into both columns of the closing row."""
    wrong = RING[: RING.rindex("J1")] + "J1,1,2579600.010,38378300.000\n"
    lines, refused = read_all(tmp_path, HEADER + PLOT + wrong)
    assert lines == ()
    assert "point J1 again, at another place" in refused[0].reason


def test_ring_number_repeated_for_a_second_ring(tmp_path: Path) -> None:
    line = read_one(
        tmp_path, HEADER + PLOT.replace("5,", "10,", 1) + RING + HOLE.replace(",2,", ",1,")
    )
    assert line.geometry.area == 100 * 100 - 20 * 20
    assert "several rings under number 1" in said_of(line)


def test_numbers_restart_in_the_hole(tmp_path: Path) -> None:
    hole = HOLE
    for old, new in zip("5678", "1234", strict=True):
        hole = hole.replace(f"J{old}", f"J{new}")
    line = read_one(tmp_path, HEADER + PLOT.replace("5,", "10,", 1) + RING + hole)
    assert line.geometry.area == 100 * 100 - 20 * 20
    assert "1 part(s) and 1 hole(s)" in said_of(line)


def test_ring_that_touches_its_first_corner_stays_one(tmp_path: Path) -> None:
    """As delivered, though invalid: J4 lies on J1, and the ring goes on."""
    text = RING.replace("J1,1,2579600.000,38378300.000\n", "")
    ring = (
        "J1,1,2579600,38378300\n"
        + text.replace("J4", "J6")
        .replace("J3", "J5")
        .replace("J5,1", "J4,1,2579600,38378300\nJ5,1")
        + "J1,1,2579600,38378300\n"
    )
    line = read_one(tmp_path, HEADER + PLOT.replace("5,", "6,", 1) + ring)
    assert shapely.get_num_interior_rings(line.geometry) == 0
    assert shapely.get_num_coordinates(line.geometry) == 6


def test_rows_of_a_ring_torn_apart_are_refused(tmp_path: Path) -> None:
    first, rest = RING[: RING.index("J3")], RING[RING.index("J3") : RING.rindex("J1")]
    lines, refused = read_all(tmp_path, HEADER + PLOT.replace("5,", "9,", 1) + first + HOLE + rest)
    assert lines == ()
    assert "torn apart" in refused[0].reason


def test_open_line_is_no_area(tmp_path: Path) -> None:
    opened = RING[: RING.rindex("J1")]
    lines, refused = read_all(
        tmp_path, HEADER + PLOT.replace("面", "线").replace("5", "4", 1) + opened
    )
    assert lines == ()
    assert "no area" in refused[0].reason


def test_closed_line_is_read_as_area_and_said(tmp_path: Path) -> None:
    line = read_one(tmp_path, HEADER + PLOT.replace("面", "线") + RING)
    assert line.geometry.equals(SQUARE)
    assert "the geometry is '线'" in said_of(line)


def test_spreadsheet_notation_has_lost_the_digits(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no boundary point"):
        read_all(tmp_path, STANDARD.replace("J2,1,2579600.000", "J2,1,2.58E+06"))


def test_one_faulty_plot_costs_one_plot(tmp_path: Path) -> None:
    faulty = (PLOT + RING).replace("P-01", "P-02").replace("J3,1,2579700.000", "J3,1,二五七")
    lines, refused = read_all(tmp_path, STANDARD + faulty + PLOT.replace("P-01", "P-03") + RING)
    assert [line.id for line in lines] == ["P-01", "P-03"]
    assert [(refusal.row, refusal.feature_id) for refusal in refused] == [(2, "P-02")]
    assert "line 19: is no boundary point" in refused[0].reason


def test_cut_off_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    """Cut at every byte, no plot ever reads as a smaller or another one."""
    plots = []
    for number in range(1, 4):
        corners = [(2579600 + 7 * n, 378300 + 11 * (n % 5) + n) for n in range(3 + number)]
        rows = [f"J{n},1,{x}.125,38{y}.375" for n, (x, y) in enumerate(corners, 1)]
        plots.append(f"{len(rows) + 1},0.1,P-0{number},甲,面,,,,@\n" + "\n".join([*rows, rows[0]]))
    data = (HEADER + "\n".join(plots) + "\n").encode("gb18030")
    spec = RedLineSpec(tmp_path / "a.txt")

    def read(content: bytes) -> dict[str, object]:
        text, encoding = decode_text(content)
        parsed = parse(text, file="a.txt", encoding=encoding)
        return {line.id: line.geometry for line in red_lines_of(parsed, spec, CRS).lines}

    with_hole = PLOT.replace("5,", "10,", 1).replace("P-01", "P-09") + RING + HOLE
    data += with_hole.encode("gb18030")
    whole = read(data)
    assert len(whole) == 4
    for length in range(len(data)):
        try:
            found = read(data[:length])
        except (SitingError, UnicodeDecodeError):
            continue
        assert all(geometry == whole[name] for name, geometry in found.items()), length


# ------------------------------------------------------------------ encodings
@pytest.mark.parametrize(
    "encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, ending: str) -> None:
    line = read_one(tmp_path, STANDARD.replace("\n", ending), encoding=encoding)
    assert line.geometry.equals(SQUARE)
    assert ("UTF-16" in said_of(line)) == encoding.startswith("utf-16")


def test_utf8_cut_within_a_letter_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    data = (STANDARD + PLOT).encode()
    cut = data[: data.rindex("公".encode()) + 2]
    (tmp_path / "a.txt").write_bytes(cut)
    with pytest.raises(ReadError, match="cannot be read as text"):
        read_red_lines(RedLineSpec(tmp_path / "a.txt"), working_crs=CRS)


# ------------------------------------------------------------------ axes and CRS
def swap(text: str) -> str:
    """Return a text whose point rows have X and Y the other way round."""
    lines = [row.split(",") for row in text.splitlines()]
    return "\n".join(
        ",".join([*row[:2], row[3], row[2]]) if row[0].startswith("J") and len(row) == 4
        else ",".join(row)
        for row in lines
    )  # fmt: skip


@pytest.mark.parametrize("text", [STANDARD, HEADER + PLOT + BARE_RING])
def test_swapped_axes_are_shown_never_mended(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_all(tmp_path, swap(text))
    assert "X=north, Y=east: 0 of 5 points" in caught.value.found
    assert "swapped: 5 of 5" in caught.value.found
    lines, refused = read_all(tmp_path, swap(text), ways=SWAPPED)
    assert refused == ()
    assert lines[0].geometry.equals(SQUARE)
    assert "as the user confirmed" in said_of(lines[0])


def test_swapped_degrees(tmp_path: Path) -> None:
    ring = "J1,1,113.20,23.10\nJ2,1,113.21,23.10\nJ3,1,113.21,23.11\nJ1,1,113.20,23.10\n"
    with pytest.raises(ReadError, match="X and Y"):
        read_all(tmp_path, HEADER + PLOT.replace("5", "4", 1) + ring)
    lines, _ = read_all(tmp_path, HEADER + PLOT.replace("5", "4", 1) + ring, ways=SWAPPED)
    # half of 0.01° by 0.01° at 23.1° N: 1024.6 m by 1107.6 m
    assert lines[0].geometry.area == pytest.approx(1024.6 * 1107.6 / 2, rel=2e-3)


def test_accepting_a_swap_changes_nothing_where_there_is_none(tmp_path: Path) -> None:
    lines, _ = read_all(tmp_path, STANDARD, ways=SWAPPED)
    assert lines[0].geometry.equals(SQUARE)
    assert said_of(lines[0]) == ""


def test_one_swapped_plot_among_good_ones_is_refused(tmp_path: Path) -> None:
    swapped = swap(PLOT + RING).replace("P-01", "P-02")
    lines, refused = read_all(tmp_path, STANDARD + swapped)
    assert [line.id for line in lines] == ["P-01"]
    assert "swapped: 5 of 5" in refused[0].reason


def test_some_rows_swapped_is_a_faulty_plot(tmp_path: Path) -> None:
    text = HEADER + PLOT + BARE_RING.replace("J3,1,2579700.000,378400", "J3,1,378400,2579700")
    with pytest.raises(SitingError):
        read_all(tmp_path, text, ways=SWAPPED)


def test_outline_tells_the_axes_where_the_crs_cannot(tmp_path: Path) -> None:
    """A local system: no area of use, but the city lies east of its origin, not north."""
    local = "+proj=tmerc +lon_0=113.3 +lat_0=22.9 +x_0=40000 +y_0=20000 +ellps=GRS80 +type=crs"
    header = HEADER.replace("2000国家大地坐标系", "某市坐标系").replace("=38", "=")
    ring = "J1,1,90000,30000\nJ2,1,90100,30000\nJ3,1,90100,30100\nJ1,1,90000,30000\n"
    text = header + PLOT.replace("5", "4", 1) + ring
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    city = shapely.box(80_000, 20_000, 100_000, 40_000)  # east of the origin
    spec = RedLineSpec(path, crs=local)
    with pytest.raises(ReadError, match="the city's neighbourhood"):
        read_red_lines(spec, working_crs=local, ways=TextWays(outline=city))
    accepted = TextWays(outline=city, accept="axes_swapped")
    (line,), _ = read_red_lines(spec, working_crs=local, ways=accepted)
    assert line.geometry.bounds == (90_000, 30_000, 90_100, 30_100)


def test_unknown_hypothesis() -> None:
    with pytest.raises(ConfigError, match="axes_swapped"):
        TextWays(accept="axes_swaped")


def test_header_zone_against_eastings(tmp_path: Path) -> None:
    with pytest.raises(CRSMismatchError, match="two zones"):
        read_all(tmp_path, STANDARD.replace("带号=38", "带号=37"))


def test_local_plane_coordinates_are_not_degrees(tmp_path: Path) -> None:
    ring = "J1,1,3.0,8.0\nJ2,1,1.0,8.0\nJ3,1,2.0,10.0\nJ1,1,3.0,8.0\n"
    with pytest.raises(ReadError, match="outside the area"):
        read_all(tmp_path, HEADER + PLOT.replace("5", "4", 1) + ring)


@pytest.mark.parametrize(
    "datum",
    ["1980西安坐标系", "1954年北京坐标系", "WGS84", "WGS-84", "某市独立坐标系", "地方坐标系"],
)
def test_other_datums_are_refused(tmp_path: Path, datum: str) -> None:
    text = STANDARD.replace("2000国家大地坐标系", datum)
    with pytest.raises(ReadError, match="datum"):
        read_all(tmp_path, text)


@pytest.mark.parametrize("datum", ["1980西安坐标系", "1954年北京坐标系", "WGS84"])
def test_declared_crs_without_parameters_is_no_answer(tmp_path: Path, datum: str) -> None:
    with pytest.raises(ReadError, match="datum shift"):
        read_all(tmp_path, STANDARD.replace("2000国家大地坐标系", datum), crs="EPSG:2383")


@pytest.mark.parametrize("text", [STANDARD, HEADER + PLOT + BARE_RING])
def test_old_datum_with_the_users_own_parameters(tmp_path: Path, text: str) -> None:
    """A shift of 30 m along the Z axis moves Guangzhou north by about 30·cos(latitude)."""
    own = "+proj=tmerc +lon_0=114 +x_0=500000 +ellps=GRS80 +towgs84=0,0,30 +type=crs"
    old = text.replace("2000国家大地坐标系", "1980西安坐标系")
    lines, _ = read_all(tmp_path, old, crs=own)
    west, south, _, _ = lines[0].geometry.bounds
    assert south - 2579600 == pytest.approx(30 * 0.9187, abs=0.05)
    assert west - 378300 == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("name", ["CGCS2000", "国家2000", "2000国家大地坐标系", "2000坐标系"])
def test_names_of_cgcs2000(tmp_path: Path, name: str) -> None:
    line = read_one(tmp_path, STANDARD.replace("2000国家大地坐标系", name))
    assert line.geometry.equals(SQUARE)


@pytest.mark.parametrize(
    ("old", "new"), [("计量单位=米", "计量单位=英尺"), ("高斯克吕格", "兰勃特投影")]
)
def test_other_unit_or_projection_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ReadError):
        read_all(tmp_path, STANDARD.replace(old, new))


# ------------------------------------------------------------------ strict
def test_strict_takes_the_standard_form(tmp_path: Path) -> None:
    lines, refused = read_all(tmp_path, STANDARD, ways=STRICT)
    assert refused == ()
    assert lines[0].geometry.equals(SQUARE)


def test_strict_collects_every_deviation_with_its_line(tmp_path: Path) -> None:
    text = STANDARD.replace("精度=0.001", "精度=3").replace("1.0000", "15亩")
    text = text.replace("J2", "2") + PLOT.replace("P-01", "P-02") + RING[: RING.index("J3")]
    with pytest.raises(ProblemsError) as caught:
        read_all(tmp_path, text, ways=STRICT)
    places = [problem.where.feature for problem in caught.value.problems]
    assert places == ["line 2", "line 10", "line 12", "line 16", "P-02"]
    unit = caught.value.problems[1]
    assert "the area bears a unit" in unit.what
    assert unit.found == "15亩"


def test_deviations_are_records() -> None:
    parsed = parse(STANDARD.replace("J", ""), file="a.txt")
    (deviation,) = parsed.all_deviations
    assert (deviation.line, deviation.count, deviation.kind.value) == (11, 5, "point_line")
    assert (deviation.expected, deviation.found) == ("J1", "1")
    assert deviation.note().startswith("第 11 行：点号没有 J")


def test_every_kind_of_deviation_is_explained_to_planners() -> None:
    page = Path(__file__).parents[2] / "docs" / "red-line-txt.md"
    explained = re.findall(
        r"^\| `([a-z_]+)` \|", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert {kind.value for kind in DeviationKind} <= set(explained)
