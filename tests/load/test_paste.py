# ruff: noqa: E501 - pasted texts stand as they come
"""Coordinates from the clipboard: each form by hand, and what is said of it."""

from __future__ import annotations

import json

import pyproj
import pytest
import shapely

from siting.errors import CRSMismatchError, MissingCRSError, ReadError
from siting.load import TextWays, read_pasted
from siting.model import RedLine

from .txt_text import CRS, SQUARE, STANDARD

NORTH_EAST = "2579600,378300\n2579600,378400\n2579700,378400\n2579700,378300\n"
EAST_NORTH = "378300,2579600\n378400,2579600\n378400,2579700\n378300,2579700\n"


def only(text: str, crs: str = CRS) -> RedLine:
    pasted = read_pasted(text, crs=crs, working_crs=CRS)
    assert pasted.refused == ()
    assert len(pasted.red_lines) == 1
    return pasted.red_lines[0]


def test_txt_rows() -> None:
    line = only(STANDARD, "")
    assert line.id == "P-01"
    assert line.geometry.equals(SQUARE)
    assert "taken for a red-line TXT" in line.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NORTH_EAST, "northing first"),
        (EAST_NORTH, "easting first"),
        (EAST_NORTH.replace(",", "\t"), "spreadsheet (easting first"),
        (EAST_NORTH.replace(",", "  "), "easting first"),
        (EAST_NORTH.replace(",", "，"), "easting first"),
        (EAST_NORTH.replace("\n", ";"), "easting first"),
        ("X\tY\n" + EAST_NORTH.replace(",", "\t"), "easting first"),
        ("东坐标,北坐标\n" + EAST_NORTH, "easting first"),
        (NORTH_EAST.replace("25", "X=25").replace(",", ", Y="), "northing first"),
        ("(" + EAST_NORTH.strip().replace("\n", "),(") + ")", "easting first"),
        ("[[" + EAST_NORTH.strip().replace("\n", "],[") + "]]", "easting first"),
        (NORTH_EAST.replace(",3", ",383"), "northing first"),
        ("".join(f"J{n},1,{row}\n" for n, row in enumerate(NORTH_EAST.split(), 1)), "northing"),
        ("".join(f"{n}\t{row}\t5.2\n" for n, row in enumerate(NORTH_EAST.split(), 1))
         .replace(",", "\t"), "northing first"),
    ],
)  # fmt: skip
def test_rows(text: str, words: str) -> None:
    """Which column is which follows from where the points fall, and is said."""
    if "383" in text:
        text = text.replace(",383", ",38378"[:3] + "3")
    line = only(text)
    assert line.geometry.equals(SQUARE)
    assert words in line.notes[0]


def test_zone_prefix_needs_no_crs() -> None:
    text = NORTH_EAST.replace(",378", ",38378")
    assert only(text, "").geometry.equals(SQUARE)


def test_evidence_is_in_the_notes() -> None:
    assert "X=north, Y=east: 0 of 4 points" in " ".join(only(EAST_NORTH).notes)


def test_two_red_lines_divided_by_a_blank_line_or_a_heading() -> None:
    pasted = read_pasted(f"{NORTH_EAST}\n乙地块：\n{NORTH_EAST}", crs=CRS, working_crs=CRS)
    assert [line.id for line in pasted.red_lines] == ["paste-1", "乙地块"]


@pytest.mark.parametrize(
    "text",
    [
        "113°15′30.5″ 23°07′12″\n113°15′40.5″ 23°07′12″\n113°15′40.5″ 23°07′22″",
        "23°07′12″N, 113°15′30.5″E\n23°07′12″N, 113°15′40.5″E\n23°07′22″N, 113°15′40.5″E",
        "东经113°15'30.5\" 北纬23°7'12\"\n东经113°15'40.5\" 北纬23°7'12\"\n东经113°15'40.5\" 北纬23°7'22\"",
        "1 113度15分30.5秒 23度7分12秒\n2 113度15分40.5秒 23度7分12秒\n3 113度15分40.5秒 23度7分22秒",
    ],
)
def test_degrees_minutes_seconds(text: str) -> None:
    """The corners by hand: 15′30.5″ is 930.5/3600 of a degree; PROJ projects them."""
    line = only(text, "EPSG:4490")
    move = pyproj.Transformer.from_crs("EPSG:4490", CRS, always_xy=True)
    corners = [(930.5, 432), (940.5, 432), (940.5, 442)]
    expected = [move.transform(113 + east / 3600, 23 + north / 3600) for east, north in corners]
    assert shapely.hausdorff_distance(line.geometry, shapely.Polygon(expected)) < 1e-5


def test_decimal_degrees_need_a_crs() -> None:
    text = "113.2,23.1;113.21,23.1;113.21,23.11"
    with pytest.raises(MissingCRSError, match="web maps"):
        read_pasted(text, working_crs=CRS)
    assert only(text, "EPSG:4490").geometry.area == pytest.approx(1024.6 * 1107.6 / 2, rel=2e-3)


def test_metres_need_a_crs() -> None:
    with pytest.raises(MissingCRSError):
        read_pasted(NORTH_EAST, working_crs=CRS)


def test_order_that_nothing_tells() -> None:
    local = "+proj=tmerc +lon_0=113.3 +lat_0=22.9 +ellps=GRS80 +type=crs"
    rows = "30000,20000\n30100,20000\n30100,20100\n"
    with pytest.raises(ReadError, match="which column is the northing"):
        read_pasted(rows, crs=local, working_crs=local)
    city = shapely.box(15_000, 25_000, 25_000, 35_000)  # east 20 km, north 30 km
    pasted = read_pasted(rows, crs=local, working_crs=local, ways=TextWays(outline=city))
    assert pasted.red_lines[0].geometry.bounds == (20_000, 30_000, 20_100, 30_100)
    named = read_pasted("easting,northing\n" + rows, crs=local, working_crs=local)
    assert named.red_lines[0].geometry.bounds == (30_000, 20_000, 30_100, 20_100)


def test_wkt() -> None:
    line = only(SQUARE.wkt)
    assert line.geometry.equals(SQUARE)
    assert "WKT (easting first)" in line.notes[0]
    assert only(f"SRID=4547;{SQUARE.wkt}", "").geometry.equals(SQUARE)


def test_several_wkt_and_what_is_no_area() -> None:
    text = f"{SQUARE.wkt}\nPOINT (378300 2579600)\nPOLYGON ((1 2, 3\n{SQUARE.wkt};"
    pasted = read_pasted(text, crs=CRS, working_crs=CRS)
    assert [line.id for line in pasted.red_lines] == ["paste-1", "paste-4"]
    assert [refusal.row for refusal in pasted.refused] == [2, 3]


def test_wkt_without_or_with_two_crs() -> None:
    with pytest.raises(MissingCRSError):
        read_pasted(SQUARE.wkt, working_crs=CRS)
    with pytest.raises(CRSMismatchError):
        read_pasted(f"SRID=4548;{SQUARE.wkt}", crs=CRS, working_crs=CRS)


def test_swapped_wkt_is_shown_and_accepted_only_when_asked() -> None:
    swapped = shapely.transform(SQUARE, lambda pairs: pairs[:, ::-1]).wkt
    with pytest.raises(ReadError, match="swapped: 5 of 5"):
        read_pasted(swapped, crs=CRS, working_crs=CRS)
    ways = TextWays(accept="axes_swapped")
    pasted = read_pasted(swapped, crs=CRS, working_crs=CRS, ways=ways)
    assert pasted.red_lines[0].geometry.equals(SQUARE)


RING = [[113.2, 23.1], [113.21, 23.1], [113.21, 23.11], [113.2, 23.1]]


@pytest.mark.parametrize("wrap", ["geometry", "feature", "collection"])
def test_geojson(wrap: str) -> None:
    document: dict[str, object] = {"type": "Polygon", "coordinates": [RING]}
    if wrap != "geometry":
        document = {"type": "Feature", "properties": {"id": "A", "XMDM": "X"}, "geometry": document}
    if wrap == "collection":
        document = {"type": "FeatureCollection", "features": [document]}
    line = only(json.dumps(document), "")
    assert line.geometry.area == pytest.approx(1024.6 * 1107.6 / 2, rel=2e-3)
    assert line.id == ("paste-1" if wrap == "geometry" else "A")
    assert line.project_id == ("" if wrap == "geometry" else "X")


def test_geojson_faults_are_refused_one_by_one() -> None:
    geometries = [
        {"type": "Polygon", "coordinates": [RING[:3]]},
        {"type": "Polygon", "coordinates": [RING[:2]]},
        {"type": "Polygon", "coordinates": RING},
        {"type": "Point", "coordinates": [113.2, 23.1]},
        None,
    ]
    features = [{"type": "Feature", "properties": {}, "geometry": g} for g in geometries]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    pasted = read_pasted(text, working_crs=CRS)
    assert "an open ring was closed" in " ".join(pasted.red_lines[0].notes)
    assert [refusal.row for refusal in pasted.refused] == [2, 3, 4, 5]


def test_broken_json_names_the_place() -> None:
    with pytest.raises(ReadError, match="feature 1:"):
        read_pasted('{"type": "Polygon", ', working_crs=CRS)


@pytest.mark.parametrize("text", ["", "   ", "hello", "请帮忙看一下这个地块", "{}", "1"])
def test_nothing_to_read(text: str) -> None:
    with pytest.raises(ReadError):
        read_pasted(text, crs=CRS, working_crs=CRS)


def test_a_row_that_is_none_refuses_its_block() -> None:
    faulty = NORTH_EAST.replace("2579700,378400", "2579700 和 378,4 之间 7")
    pasted = read_pasted(f"{NORTH_EAST}\n{faulty}", crs=CRS, working_crs=CRS)
    assert len(pasted.red_lines) == 1
    assert "no pair of coordinates" in pasted.refused[0].reason
