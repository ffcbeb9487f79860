"""The red-line TXT (勘测定界 / 报盘): the official copy that every district can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from siting.crs import (
    GaussZone,
    crs_label,
    ellipsoidal_areas_m2,
    gauss_zone,
    parse_crs,
)
from siting.errors import Where, WriteError
from siting.model import SQUARE_METRES_PER_HECTARE, RedLine
from siting.save.atomic import write_bytes
from siting.save.txt_variant import STANDARD, TxtVariant

#: Decimals of a coordinate: 1 mm, the 精度 that the header states; degrees to 0.1 mm.
COORDINATE_DECIMALS = 3
DEGREE_DECIMALS = 9
#: EPSG code of CGCS2000; the header may call only this datum 2000国家大地坐标系.
_CGCS2000 = 4490
#: Digits of an easting before its decimal point, without the zone.
_EASTING_DIGITS = 6
_STANDARD_FIELDS = 8


@dataclass(frozen=True, slots=True)
class _Plane:
    """How coordinates of one CRS are written under a variant."""

    crs: str
    zone: GaussZone | None
    decimals: int
    is_geographic: bool
    writes_prefix: bool

    def easting(self, value: float) -> str:
        """Return an easting with the zone before it, or without, without losing a digit."""
        text = f"{value:.{self.decimals}f}"
        if self.zone is None or self.writes_prefix == self.zone.is_prefixed:
            return text
        if self.zone.is_prefixed:
            return text.removeprefix(str(self.zone.number)).lstrip("0") or "0"
        # The zone is put before the digits: 38e6 added to a float would cost its last ones.
        whole, dot, rest = text.partition(".")
        if not whole.isdecimal() or len(whole) > _EASTING_DIGITS:
            raise WriteError(
                f"an easting of {text} has no room for its zone",
                expected=f"at most {_EASTING_DIGITS} digits before the decimal point",
                found=text,
                next_step="check that the red line lies in this zone, or write it without prefix",
            )
        return f"{self.zone.number}{whole.zfill(_EASTING_DIGITS)}{dot}{rest}"


def write_red_line_txt(
    path: Path,
    red_lines: Sequence[RedLine],
    *,
    crs: str,
    names: Mapping[str, str],
    encoding: str = "gb18030",
    variant: TxtVariant = STANDARD,
) -> None:
    r"""Write red lines as the TXT of 勘测定界, X = northing and Y = easting, to the millimetre.

    One plot per red line, in the order given: outer rings clockwise, holes the other way
    round, each ring closed by its first point again; the point count of the plot line
    counts every line of points. The geometry is written as it is, valid or not.

    Parameters
    ----------
    path
        The file to write.
    red_lines
        Red lines in `crs`; a line geometry is written as 线, without closing it.
    crs
        The working CRS, for the header: zone and datum are stated for CGCS2000
        Gauss-Krüger, any other CRS by its name, with an empty 带号. A geographic CRS is
        written in degrees, latitude first.
    names
        Name of the plot by red-line id; what would break a line (comma, ``@``, line end) is
        written full-width or as a space.
    encoding
        GB18030 by default: it holds every character that GBK lacks (滘 氹 埗) and reads as
        GBK where that is enough. ``gbk``, ``utf-8`` and ``utf-8-sig`` for who asks.
    variant
        Header of 10, 7 or no keys, further fields, decimals, zone prefix, numbering.

    Raises
    ------
    WriteError
        A character that `encoding` lacks, named with its red line; an easting that has no
        room for the zone; and see :func:`siting.save.atomic_file`.
    """
    plane = _plane(crs, variant)
    lines = [*_header(plane, variant), "[地块坐标]"]
    for red_line in red_lines:
        lines.extend(_plot(red_line, names.get(red_line.id, ""), plane, variant))
    write_bytes(path, _encoded(lines, encoding, path.name))


def _plane(crs: str, variant: TxtVariant) -> _Plane:
    parsed = parse_crs(crs)
    geodetic = parsed.geodetic_crs
    is_cgcs2000 = geodetic is not None and geodetic.to_epsg() == _CGCS2000
    zone = gauss_zone(crs) if is_cgcs2000 else None
    if zone is not None and variant.zone_degrees == 6 and zone.degrees == 3:
        zone = _as_six_degrees(zone, crs)
    is_geographic = parsed.is_geographic
    usual = DEGREE_DECIMALS if is_geographic else COORDINATE_DECIMALS
    decimals = usual if variant.decimals is None else variant.decimals
    by_crs = zone is not None and zone.is_prefixed
    writes_prefix = by_crs if variant.has_prefix is None else variant.has_prefix
    if writes_prefix and zone is None:
        raise WriteError(
            f"{crs_label(crs)} has no zone to write before the eastings",
            expected="a CGCS2000 Gauss-Krüger zone, for example EPSG:4547",
            found=crs_label(crs),
            next_step="write it without prefix",
        )
    return _Plane(crs, zone, decimals, is_geographic, writes_prefix)


def _as_six_degrees(zone: GaussZone, crs: str) -> GaussZone:
    """Return the 6° zone of the same meridian, which only every other 3° zone has."""
    meridian = 3 * zone.number
    if zone.is_prefixed or (meridian + 3) % 6:
        raise WriteError(
            f"{crs_label(crs)} is no 6-degree zone",
            expected="a zone whose meridian both divisions share, without prefix",
            found=f"{meridian}°E",
            next_step="write it as a 3-degree zone, or project it first",
        )
    return GaussZone(6, (meridian + 3) // 6, is_prefixed=False)


def _encoded(lines: list[str], encoding: str, file: str) -> bytes:
    text = "\r\n".join(lines) + "\r\n"
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        sign = text[error.start]
        line = text.count("\r\n", 0, error.start) + 1
        raise WriteError(
            f"编码 {encoding} 没有字符“{sign}” / {encoding} has no character '{sign}'",
            where=Where(file=file, feature=f"line {line}"),
            expected=f"characters of {encoding}",
            found=f"{sign} (U+{ord(sign):04X}): {lines[line - 1][:80]}",
            next_step="write it as gb18030 or utf-8, which have every character",
        ) from error
    except LookupError as error:
        raise WriteError(
            f"unknown encoding '{encoding}'",
            expected="gb18030, gbk, utf-8, utf-8-sig",
            found=encoding,
            next_step="choose one of these",
        ) from error


def _header(plane: _Plane, variant: TxtVariant) -> list[str]:
    if not variant.header_keys:
        return []
    geodetic = parse_crs(plane.crs).geodetic_crs
    is_named = plane.zone is not None or (
        plane.is_geographic and geodetic is not None and geodetic.to_epsg() == _CGCS2000
    )
    datum = "2000国家大地坐标系" if is_named else crs_label(plane.crs)
    long = [
        "格式版本号=1.00版本",
        f"数据产生单位={_plain(variant.producer)}",
        f"数据产生日期={_plain(variant.produced)}",
    ]
    return [
        "[属性描述]",
        *(long if variant.header_keys == 10 else []),
        f"坐标系={_plain(datum)}",
        f"几度分带={plane.zone.degrees if plane.zone else ''}",
        f"投影类型={'高斯克吕格' if plane.zone else ''}",
        f"计量单位={'度' if plane.is_geographic else '米'}",
        f"带号={plane.zone.number if plane.zone else ''}",
        f"精度={10**-plane.decimals:.{plane.decimals}f}",
        "转换参数=,,,,,,",
    ]


def _plot(red_line: RedLine, name: str, plane: _Plane, variant: TxtVariant) -> list[str]:
    rings = list(_rings(red_line.geometry))
    if not variant.is_closed:
        rings = [ring[:-1] if ring[0] == ring[-1] else ring for ring in rings]
    if plane.is_geographic:
        area_m2 = float(ellipsoidal_areas_m2([red_line.geometry], plane.crs)[0])
    else:
        area_m2 = float(shapely.area(red_line.geometry))
    area_ha = area_m2 / SQUARE_METRES_PER_HECTARE
    kind = "面" if shapely.get_dimensions(red_line.geometry) == 2 else "线"
    count = sum(len(ring) for ring in rings)
    blanks = "," * (variant.plot_fields - _STANDARD_FIELDS)
    lines = [f"{count},{area_ha:.4f},{_plain(red_line.id)},{_plain(name)},{kind},,,,{blanks}@"]
    number = 0
    for ring_number, ring in enumerate(rings, start=1):
        number = 0 if variant.restarts_numbers else number
        lines.extend(_points(ring, ring_number, number, plane))
        number += len(ring) - (ring[0] == ring[-1])
    return lines


def _points(
    ring: list[tuple[float, float]], ring_number: int, number: int, plane: _Plane
) -> Iterator[str]:
    """Yield the lines of a ring; a closing point bears the number of the first."""
    is_closed = ring[0] == ring[-1]
    for position, (easting, northing) in enumerate(ring):
        is_closing = is_closed and position == len(ring) - 1
        label = number + 1 if is_closing else number + position + 1
        yield f"J{label},{ring_number},{northing:.{plane.decimals}f},{plane.easting(easting)}"


def _rings(geometry: shapely.Geometry) -> Iterator[list[tuple[float, float]]]:
    """Yield each ring or line as (easting, northing) pairs, outer ring before its holes."""
    flat = shapely.force_2d(geometry)
    for part in shapely.get_parts(shapely.orient_polygons(flat, exterior_cw=True)):
        pieces = shapely.get_rings(part) if shapely.get_dimensions(part) == 2 else [part]
        for piece in pieces:
            ring = [(float(x), float(y)) for x, y in shapely.get_coordinates(piece)]
            if ring:
                yield ring


def _plain(text: str) -> str:
    """Return `text` as a field of one line: no separator, no line end, no control character."""
    swapped = text.replace(",", "，").replace("@", "＠")
    return "".join(sign if sign.isprintable() else " " for sign in swapped).strip()
