"""The standard red-line TXT (勘测定界 / 报盘): the official copy that every district can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyproj
import shapely

from siting.crs import crs_label, parse_crs
from siting.model import SQUARE_METRES_PER_HECTARE, RedLine
from siting.save.atomic import write_bytes

#: Decimals of a coordinate: 1 mm, the 精度 that the header states.
COORDINATE_DECIMALS = 3
#: EPSG code of CGCS2000; the header may call only this datum 2000国家大地坐标系.
_CGCS2000 = 4490
_FALSE_EASTING_M = 500_000.0
_METRES_PER_ZONE_PREFIX = 1_000_000.0


def write_red_line_txt(
    path: Path,
    red_lines: Sequence[RedLine],
    *,
    crs: str,
    names: Mapping[str, str],
    encoding: str = "gb18030",
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
        Gauss-Krüger, any other CRS by its name, with an empty 带号.
    names
        Name of the plot by red-line id; what would break a line (comma, ``@``, line end) is
        written full-width or as a space.
    encoding
        GB18030 by default: it holds every character that GBK lacks (滘 氹 埗) and reads as
        GBK where that is enough.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    lines = [*_header(crs), "[地块坐标]"]
    for red_line in red_lines:
        lines.extend(_plot(red_line, names.get(red_line.id, "")))
    text = "\r\n".join(lines) + "\r\n"
    write_bytes(path, text.encode(encoding, errors="replace"))


def _header(crs: str) -> list[str]:
    parsed = parse_crs(crs)
    width, zone = _zone(parsed)
    datum = "2000国家大地坐标系" if width else crs_label(parsed)
    return [
        "[属性描述]",
        f"坐标系={_plain(datum)}",
        f"几度分带={width}",
        f"投影类型={'高斯克吕格' if width else ''}",
        "计量单位=米",
        f"带号={zone}",
        "精度=0.001",
        "转换参数=,,,,,,",
    ]


def _zone(crs: pyproj.CRS) -> tuple[str, str]:
    """Return degrees per zone and zone number of a CGCS2000 Gauss-Krüger CRS, else two blanks."""
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.to_epsg() != _CGCS2000 or crs.coordinate_operation is None:
        return "", ""
    parameters = {item.name: float(item.value) for item in crs.coordinate_operation.params}
    meridian = parameters.get("Longitude of natural origin")
    false_easting_m = parameters.get("False easting")
    if meridian is None or false_easting_m is None:
        return "", ""
    prefix = (false_easting_m - _FALSE_EASTING_M) / _METRES_PER_ZONE_PREFIX
    of_six, of_three = (meridian + 3) / 6, meridian / 3
    if prefix and prefix == of_six:
        return "6", str(int(of_six))
    is_local = of_three != int(of_three) or prefix not in {0, of_three}
    return ("", "") if is_local else ("3", str(int(of_three)))


def _plot(red_line: RedLine, name: str) -> list[str]:
    rings = list(_rings(red_line.geometry))
    area_ha = shapely.area(red_line.geometry) / SQUARE_METRES_PER_HECTARE
    kind = "面" if shapely.get_dimensions(red_line.geometry) == 2 else "线"
    count = sum(len(ring) for ring in rings)
    lines = [f"{count},{area_ha:.4f},{_plain(red_line.id)},{_plain(name)},{kind},,,,@"]
    number = 0
    for ring_number, ring in enumerate(rings, start=1):
        is_closed = ring[0] == ring[-1]
        first = number + 1
        for position, (easting, northing) in enumerate(ring):
            is_closing = is_closed and position == len(ring) - 1
            number += 0 if is_closing else 1
            label = first if is_closing else number
            lines.append(
                f"J{label},{ring_number},"
                f"{northing:.{COORDINATE_DECIMALS}f},{easting:.{COORDINATE_DECIMALS}f}"
            )
    return lines


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
