"""The red-line TXT: the standard form, its easy variants, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.city import RedLineSpec
from siting.errors import CRSMismatchError, MissingCRSError, ReadError
from siting.load import read_red_lines
from siting.load.redline_txt import parse
from siting.load.txt_crs import crs_of
from siting.load.txt_geometry import geometry_of
from siting.model import RedLine

HEADER = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
#: X = northing, Y = easting, unprefixed: a 100 m square.
SQUARE = [(2579600, 378300), (2579600, 378400), (2579700, 378400), (2579700, 378300)]
EXPECTED = shapely.box(378300, 2579600, 378400, 2579700)


def points(
    corners: list[tuple[float, float]],
    *,
    ring: int = 1,
    label: str = "J{}",
    close: str = "name",
    prefix: int = 38_000_000,
) -> str:
    """Return point lines of one ring, closed as asked."""
    lines = [
        f"{label.format(number)},{ring},{north:.3f},{east + prefix:.3f}"
        for number, (north, east) in enumerate(corners, start=1)
    ]
    north, east = corners[0]
    last = {"name": 1, "number": len(corners) + 1}.get(close)
    if last:
        lines.append(f"{label.format(last)},{ring},{north:.3f},{east + prefix:.3f}")
    return "\n".join(lines) + "\n"


def plot(body: str, *, head: str = "5,1.0000,P-01,甲地块,面,,公园,1401,@") -> str:
    """Return a plot line with its points."""
    return f"{head}\n{body}"


def read(path: Path, text: str, *, encoding: str = "gb18030", crs: str = "") -> tuple[RedLine, ...]:
    """Write a text and read it as red lines in EPSG:4547."""
    path.write_bytes(text.encode(encoding))
    lines, refused = read_red_lines(RedLineSpec(path, crs=crs), working_crs="EPSG:4547")
    assert refused == ()
    return lines


def only(lines: tuple[RedLine, ...]) -> RedLine:
    assert len(lines) == 1
    return lines[0]


def test_standard_form(tmp_path: Path) -> None:
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE))))
    assert line.geometry.equals(EXPECTED)
    assert line.id == line.project_id == "P-01"
    assert line.declared_area_m2 == 10_000.0
    assert line.crs == "EPSG:4547"
    assert [note for note in line.notes if "GB18030" not in note] == []


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, ending: str) -> None:
    text = (HEADER + plot(points(SQUARE))).replace("\n", ending)
    assert only(read(tmp_path / "a.txt", text, encoding=encoding)).geometry.equals(EXPECTED)


@pytest.mark.parametrize("label", ["J{}", "J0{}", "{}"])
@pytest.mark.parametrize("close", ["name", "number", "open"])
def test_labels_and_closings(tmp_path: Path, label: str, close: str) -> None:
    text = HEADER + plot(points(SQUARE, label=label, close=close))
    line = only(read(tmp_path / "a.txt", text))
    assert line.geometry.equals(EXPECTED)
    notes = " ".join(line.notes)
    assert ("was not closed" in notes) == (close == "open")
    assert ("under a new number" in notes) == (close == "number")


def test_first_label_with_zero_closes_by_name(tmp_path: Path) -> None:
    body = points(SQUARE, close="open") + "J01,1,2579600.000,38378300.000\n"
    notes = " ".join(only(read(tmp_path / "a.txt", HEADER + plot(body))).notes)
    assert "new number" not in notes


def test_clockwise_ring(tmp_path: Path) -> None:
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE[::-1]))))
    assert line.geometry.equals(EXPECTED)


@pytest.mark.parametrize(
    "head",
    [
        "5,1.0000,P-01,甲地块,面,,公园,1401,@",
        "5,1.0000,P-01,甲地块,面,,公园,1401@",
        "5,1.0000,P-01,甲地块,面,,公园,1401,,@",
        "5，1.0000，P-01，甲地块，面，，公园，1401，＠",
        "5,1.0000,P-01,甲地块,面,,公园,1401,@,,,,",
        "  5,1.0000公顷,P-01,甲地块,面,,公园,1401,@",
        "5,10000平方米,P-01,甲地块,面,,公园,1401,@",
        "5,15亩,P-01,甲地块,面,,公园,1401,@",
    ],
)
def test_plot_lines(tmp_path: Path, head: str) -> None:
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE), head=head)))
    assert line.id == "P-01"
    assert line.declared_area_m2 == pytest.approx(10_000.0, abs=1e-9)


def test_missing_area_is_none(tmp_path: Path) -> None:
    head = "5,,P-01,甲地块,面,,公园,1401,@"
    assert (
        only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE), head=head))).declared_area_m2
        is None
    )


def test_wrong_point_count_is_noted(tmp_path: Path) -> None:
    head = "7,1.0,P-01,甲地块,面,,公园,1401,@"
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE), head=head)))
    assert "7 points declared, 5 lines found" in " ".join(line.notes)


def test_zone_from_the_header(tmp_path: Path) -> None:
    text = HEADER + plot(points(SQUARE, prefix=0))
    assert only(read(tmp_path / "a.txt", text)).geometry.equals(EXPECTED)


def test_zone_from_city_toml(tmp_path: Path) -> None:
    text = HEADER.replace("带号=38", "带号=") + plot(points(SQUARE, prefix=0))
    line = only(read(tmp_path / "a.txt", text, crs="EPSG:4547"))
    assert line.geometry.equals(EXPECTED)


def test_prefixed_declaration_is_the_same_zone(tmp_path: Path) -> None:
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(SQUARE)), crs="EPSG:4526"))
    assert line.geometry.equals(EXPECTED)


def test_no_zone_anywhere(tmp_path: Path) -> None:
    text = HEADER.replace("带号=38", "带号=") + plot(points(SQUARE, prefix=0))
    with pytest.raises(MissingCRSError, match="no zone"):
        read(tmp_path / "a.txt", text)


def test_zone_against_city_toml(tmp_path: Path) -> None:
    with pytest.raises(CRSMismatchError, match="two CRSs"):
        read(tmp_path / "a.txt", HEADER + plot(points(SQUARE)), crs="EPSG:4548")


def test_neighbouring_zone_is_projected(tmp_path: Path) -> None:
    """Zone 37 (111°E): pyproj itself says where the corner lies in zone 38."""
    text = HEADER.replace("带号=38", "带号=37") + plot(points(SQUARE, prefix=37_000_000))
    line = only(read(tmp_path / "a.txt", text))
    import pyproj

    move = pyproj.Transformer.from_crs("EPSG:4546", "EPSG:4547", always_xy=True)
    west, north = move.transform(378300.0, 2579600.0)
    assert shapely.dwithin(line.geometry, shapely.Point(west, north), 1e-6)


def test_degrees(tmp_path: Path) -> None:
    corners = [(23.10, 113.20), (23.10, 113.21), (23.11, 113.21), (23.11, 113.20)]
    body = "".join(f"J{n},1,{lat},{lon}\n" for n, (lat, lon) in enumerate(corners, start=1))
    line = only(read(tmp_path / "a.txt", HEADER + plot(body)))
    # One hundredth of a degree each way at 23.1° N: about 1108 m by 1025 m.
    assert line.geometry.area == pytest.approx(1_108 * 1_025, rel=0.002)


@pytest.mark.parametrize("datum", ["1980西安坐标系", "1954北京坐标系", "WGS84"])
def test_other_datum_is_refused(tmp_path: Path, datum: str) -> None:
    text = HEADER.replace("2000国家大地坐标系", datum) + plot(points(SQUARE))
    with pytest.raises(ReadError, match="datum shift"):
        read(tmp_path / "a.txt", text)


def test_swapped_axes_are_named(tmp_path: Path) -> None:
    swapped = "".join(f"J{n},1,38{e},{x}\n" for n, (x, e) in enumerate(SQUARE, start=1))
    with pytest.raises(ReadError, match="X and Y"):
        read(tmp_path / "a.txt", HEADER + plot(swapped))


def test_two_zones_in_one_plot(tmp_path: Path) -> None:
    body = points(SQUARE[:2], close="open") + points(SQUARE[2:], close="open", prefix=39_000_000)
    with pytest.raises(CRSMismatchError, match="different zones"):
        read(tmp_path / "a.txt", HEADER + plot(body))


INNER = [(2579620, 378320), (2579620, 378380), (2579680, 378380), (2579680, 378320)]
APART = [(north, east + 500) for north, east in SQUARE]


def test_ring_inside_is_a_hole(tmp_path: Path) -> None:
    body = points(SQUARE) + points(INNER, ring=2)
    line = only(read(tmp_path / "a.txt", HEADER + plot(body)))
    assert line.geometry.area == 100 * 100 - 60 * 60
    assert "1 hole(s)" in " ".join(line.notes)


def test_ring_apart_is_a_part(tmp_path: Path) -> None:
    body = points(SQUARE) + points(APART, ring=2)
    line = only(read(tmp_path / "a.txt", HEADER + plot(body)))
    assert line.geometry.geom_type == "MultiPolygon"
    assert line.geometry.area == 2 * 100 * 100


def test_island_in_a_hole(tmp_path: Path) -> None:
    island = [(2579640, 378340), (2579640, 378360), (2579660, 378360), (2579660, 378340)]
    body = points(INNER, ring=1) + points(island, ring=2) + points(SQUARE, ring=3)
    line = only(read(tmp_path / "a.txt", HEADER + plot(body)))
    assert line.geometry.area == 100 * 100 - 60 * 60 + 20 * 20
    assert line.geometry.is_valid


def test_bowtie_is_kept_as_delivered(tmp_path: Path) -> None:
    crossed = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
    line = only(read(tmp_path / "a.txt", HEADER + plot(points(crossed))))
    assert not line.geometry.is_valid


def test_two_plots(tmp_path: Path) -> None:
    second = plot(points(APART), head="5,1.0,P-02,乙,面,,,,@")
    lines = read(tmp_path / "a.txt", HEADER + plot(points(SQUARE)) + second)
    assert [line.id for line in lines] == ["P-01", "P-02"]


def test_same_number_twice(tmp_path: Path) -> None:
    second = plot(points(APART))
    lines = read(tmp_path / "a.txt", HEADER + plot(points(SQUARE)) + second)
    assert sorted(line.id for line in lines) == ["P-01", "P-01#2"]
    assert {line.project_id for line in lines} == {"P-01"}


def test_too_few_corners_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HEADER + plot(points(SQUARE[:2])), encoding="utf-8")
    lines, refused = read_red_lines(RedLineSpec(path), working_crs="EPSG:4547")
    assert lines == ()
    assert refused[0].feature_id == "P-01"
    assert "fewer than 3 corners" in refused[0].reason


def test_line_that_is_no_point(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="line 11 is no boundary point"):
        read(tmp_path / "a.txt", HEADER + plot("J1,1,abc,38378300\n"))


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_non_finite_point(tmp_path: Path, value: str) -> None:
    with pytest.raises(ReadError, match="no boundary point"):
        read(tmp_path / "a.txt", HEADER + plot(f"J1,1,{value},38378300\n"))


def test_text_without_plots(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no plot with coordinates"):
        read(tmp_path / "a.txt", HEADER)


millimetres = st.integers(min_value=0, max_value=500_000)


@given(
    corners=st.lists(st.tuples(millimetres, millimetres), min_size=3, max_size=12, unique=True),
    is_prefixed=st.booleans(),
    close=st.sampled_from(["name", "number", "open"]),
    label=st.sampled_from(["J{}", "J{:03d}", "{}"]),
)
def test_round_trip(
    corners: list[tuple[int, int]], *, is_prefixed: bool, close: str, label: str
) -> None:
    """Any ring, valid or not, comes back with exactly the coordinates that were written."""
    plain = [(2_500_000_000 + north, 378_000_000 + east) for north, east in corners]
    zone = 38 if is_prefixed else 0
    lines = [
        f"{label.format(number)},1,{Decimal(north) / 1000},{Decimal(zone * 10**9 + east) / 1000}"
        for number, (north, east) in enumerate(plain, start=1)
    ]
    if close != "open":
        number = 1 if close == "name" else len(plain) + 1
        lines.append(f"{label.format(number)},{lines[0].split(',', 1)[1]}")
    head = f"{len(lines)},1.0000,P-01,甲地块,面,,公园,1401,@"
    text = HEADER + plot("\n".join(lines) + "\n", head=head)
    plot_read = parse(text, file="a.txt").plots[0]
    crs = crs_of(plot_read.points, {"带号": "38", "几度分带": "3"}, "", "a.txt")
    geometry, _ = geometry_of(plot_read, crs)
    found = shapely.get_coordinates(geometry)[:-1].tolist()
    assert found == [[east / 1000, north / 1000] for north, east in plain]


@pytest.mark.parametrize(
    ("zone", "degrees", "without_prefix", "with_prefix", "meridian"),
    [
        (38, "3", "EPSG:4547", "EPSG:4526", 114.0),
        (37, "3度带", "EPSG:4546", "EPSG:4525", 111.0),
        (35, "", "EPSG:4544", "EPSG:4523", 105.0),
        (19, "6", "EPSG:4508", "EPSG:4497", 111.0),
    ],
)
def test_codes_of_zones(
    zone: int, degrees: str, without_prefix: str, with_prefix: str, meridian: float
) -> None:
    """PROJ's own database says which central meridian each code has."""
    import pyproj

    header = {"带号": str(zone), "几度分带": degrees}
    body = plot(points(SQUARE, prefix=zone * 1_000_000))
    found = crs_of(parse(body, file="a.txt").plots[0].points, header, "", "a.txt")
    assert (found.crs, found.prefixed_crs) == (without_prefix, with_prefix)
    for code in (without_prefix, with_prefix):
        parameters = pyproj.CRS(code).coordinate_operation.params
        assert {p.name: p.value for p in parameters}["Longitude of natural origin"] == meridian
