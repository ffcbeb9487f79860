"""The CRS of a red-line TXT: from its header and from how its eastings are written.

An 8-digit easting bears its zone (38 378344.592), a 6-digit one needs the zone of the
header, values within ±180 are degrees. Only CGCS2000 is taken: a file in the 1954 or 1980
datum needs a datum shift, and there is none that is both public and right.

Codes (EPSG): CGCS2000 3° with zone prefix 4488 + zone, without 4534 + (zone - 25); 6° with
prefix 4478 + zone, without 4502 + (zone - 13); geographic 4490.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from siting.errors import CRSMismatchError, MissingCRSError, ReadError, Where
from siting.load.contract import is_same_crs
from siting.load.redline_txt import Point
from siting.load.words import say

GEOGRAPHIC = "EPSG:4490"
MOST_DEGREES = 180
#: An easting of a zone with prefix is zone × this, plus up to 7 digits.
PREFIX = 1_000_000
ZONES_3_DEGREES = range(25, 46)
ZONES_6_DEGREES = range(13, 24)
_OTHER_DATUMS = re.compile(r"54|80|西安|北京|WGS|84|地方|独立|local", re.IGNORECASE)
_CGCS2000 = re.compile(r"2000|CGCS", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextCRS:
    """The CRS of some points and the zone prefix that is still in their eastings."""

    crs: str
    prefix: int = 0
    prefixed_crs: str = ""
    """The same zone with the prefix in its eastings; a city may be declared in either."""


def require_cgcs2000(header: Mapping[str, str], file: str) -> None:
    """Refuse a datum other than CGCS2000; a header without one passes.

    Raises
    ------
    ReadError
        When the header names another datum, a projection other than Gauss-Krüger, or a
        unit other than metres.
    """
    datum = header.get("坐标系", "")
    if datum and not _CGCS2000.search(datum) and _OTHER_DATUMS.search(datum):
        raise ReadError(
            say(
                f"坐标系为 {datum}：需先做基准转换，不能直接使用",
                f"the datum is {datum}: it needs a datum shift first and cannot be used as it is",
            ),
            where=Where(file=file),
            expected="2000国家大地坐标系",
            found=datum,
            next_step=say("请测绘单位转换为 CGCS2000", "ask the surveyor to convert to CGCS2000"),
        )
    unit = header.get("计量单位", "")
    if unit and unit.strip() not in ("米", "m", "M", "度", "metre", "meter"):
        raise ReadError(
            say(f"计量单位为 {unit}", f"the unit is '{unit}'"),
            where=Where(file=file),
            expected="米",
            found=unit,
            next_step=say("请提供以米为单位的坐标", "deliver coordinates in metres"),
        )


def crs_of(points: list[Point], header: Mapping[str, str], declared: str, file: str) -> TextCRS:
    """Return the CRS in which one plot is written.

    Parameters
    ----------
    points
        Points of the plot.
    header
        Of the file: 带号 and 几度分带.
    declared
        ``crs`` of city.toml, an empty text for none.
    file
        For messages.

    Raises
    ------
    MissingCRSError
        6-digit eastings and no zone anywhere.
    CRSMismatchError
        Points of two zones in one plot, or a declared CRS that is another one.
    """
    found = _written_crs(points, header, file)
    if found is None:
        return _declared_crs(points, header, declared, file)
    if declared and not _is_same_zone(found, declared):
        raise CRSMismatchError(
            say("文件自述的坐标系与 city.toml 不一致", "the file and city.toml name two CRSs"),
            where=Where(file=file),
            expected=declared,
            found=found.crs,
            next_step=say("核对带号", "check the zone"),
        )
    return found


def _declared_crs(
    points: list[Point], header: Mapping[str, str], declared: str, file: str
) -> TextCRS:
    if declared:
        return TextCRS(declared)
    raise MissingCRSError(
        say("横坐标和文件头都没有带号", "no zone in the eastings, and none in the header"),
        where=Where(file=file),
        expected="带号=38",
        found=f"{header.get('带号', '')} {points[0].easting}",
        next_step=say("在 city.toml 声明 crs，或补上带号", "declare crs, or add 带号"),
    )


def _is_same_zone(found: TextCRS, declared: str) -> bool:
    """True when both are one zone, whether its eastings bear the prefix or not."""
    return is_same_crs(found.crs, declared) or (
        bool(found.prefixed_crs) and is_same_crs(found.prefixed_crs, declared)
    )


def _written_crs(points: list[Point], header: Mapping[str, str], file: str) -> TextCRS | None:
    if all(max(abs(point.northing), abs(point.easting)) <= MOST_DEGREES for point in points):
        return TextCRS(GEOGRAPHIC)
    prefixes = {int(point.easting // PREFIX) for point in points}
    if len(prefixes) != 1:
        raise CRSMismatchError(
            say("同一地块的横坐标属于不同带", "eastings of one plot lie in different zones"),
            where=Where(file=file, feature=f"line {points[0].line}"),
            expected=say("一个带号", "one zone"),
            found=", ".join(str(prefix) for prefix in sorted(prefixes)),
            next_step=say("更正横坐标", "mend the eastings"),
        )
    prefix = prefixes.pop()
    zone = prefix or _whole(header.get("带号", ""))
    if zone is None:
        return None
    degrees = _whole(header.get("几度分带", "") or header.get("分带", ""))
    codes = _zone_codes(zone, degrees)
    if codes is None:
        raise ReadError(
            say(f"带号 {zone} 不在中国范围", f"zone {zone} is no zone of China"),
            where=Where(file=file, feature=f"line {points[0].line}"),
            expected="13 … 23, 25 … 45",
            found=str(points[0].easting),
            next_step=say("核对带号与 X/Y 是否对调", "check the zone; are X and Y swapped?"),
        )
    without_prefix, with_prefix = codes
    # The prefix is taken off in decimals, exactly, rather than by a projection.
    return TextCRS(f"EPSG:{without_prefix}", prefix * PREFIX, f"EPSG:{with_prefix}")


def _whole(text: str) -> int | None:
    match = re.search(r"\d+", text)
    return int(match[0]) if match else None


def _zone_codes(zone: int, degrees: int | None) -> tuple[int, int] | None:
    """Return the EPSG codes of a zone without and with prefix, or None for no zone of China."""
    if zone in ZONES_3_DEGREES and degrees in (3, None):
        return 4534 + zone - ZONES_3_DEGREES.start, 4488 + zone
    if zone in ZONES_6_DEGREES and degrees in (6, None):
        return 4502 + zone - ZONES_6_DEGREES.start, 4478 + zone
    return None


def coordinate(point: Point, crs: TextCRS) -> tuple[float, float]:
    """Return easting and northing (longitude and latitude) of a point, prefix taken off."""
    return float(point.easting - Decimal(crs.prefix)), float(point.northing)
