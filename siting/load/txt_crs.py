"""The CRS of a red-line TXT: from its header and from how its eastings are written.

An 8-digit easting bears its zone (38 378344.592), a 6-digit one needs the zone of the
header, values within ±180 are degrees. Without more ado only CGCS2000 is taken: a file in
the 1954 or 1980 datum needs a datum shift, and there is none that is both public and right.
Who has the parameters declares a CRS that bears them (``+towgs84=…`` or a bound WKT).

Codes (EPSG): CGCS2000 3° with zone prefix 4488 + zone, without 4534 + (zone - 25); 6° with
prefix 4478 + zone, without 4502 + (zone - 13); geographic 4490.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.crs import GaussZone, gauss_zone, parse_crs
from siting.errors import CRSMismatchError, MissingCRSError, ReadError, Where
from siting.load.contract import is_same_crs
from siting.load.txt_fields import narrow
from siting.load.txt_header import DATUM, DEGREES, PROJECTION, UNIT, ZONE
from siting.load.txt_points import Point
from siting.load.words import say

GEOGRAPHIC = "EPSG:4490"
MOST_DEGREES = 180
#: An easting of a zone with prefix is zone × this, plus up to 7 digits.
PREFIX = 1_000_000
ZONES_3_DEGREES = range(25, 46)
ZONES_6_DEGREES = range(13, 24)
_OTHER_DATUMS = re.compile(r"54|80|西安|北京|WGS|84", re.IGNORECASE)
_CGCS2000 = re.compile(r"2000|CGCS", re.IGNORECASE)
_LOCAL = re.compile(r"地方|独立|城市|任意|local", re.IGNORECASE)
_CODE = re.compile(r"EPSG:[0-9]{4,6}", re.IGNORECASE)
_GAUSS = re.compile(r"高斯|gauss|横轴墨卡托|transverse", re.IGNORECASE)
_METRES_OR_DEGREES = frozenset({"", "米", "m", "度", "metre", "meter", "degree", "十进制度"})
_CHINESE_DEGREES = {"三": "3", "六": "6"}

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TextCRS:
    """The CRS of some points and the zone prefix that is still in their eastings.

    A negative prefix is one that the CRS has and the points lack.
    """

    crs: str
    prefix: int = 0
    prefixed_crs: str = ""
    """The same zone with the prefix in its eastings; a city may be declared in either."""


def require_cgcs2000(header: Mapping[str, str], file: str, declared: str = "") -> None:
    """Refuse a datum other than CGCS2000; a header without one passes.

    Parameters
    ----------
    header
        Of the file.
    file
        For messages.
    declared
        A CRS that the user declared for the file. One that bears shift parameters
        (``+towgs84``, a bound CRS) is the user's own answer to another datum.

    Raises
    ------
    ReadError
        When the header names another datum, a projection other than Gauss-Krüger, or a
        unit other than metres and degrees.
    """
    datum = narrow(header.get(DATUM, ""))
    is_known = bool(_CGCS2000.search(datum)) and not _LOCAL.search(datum)
    if datum and not is_known and not _CODE.fullmatch(datum):
        is_old = bool(_OTHER_DATUMS.search(datum))
        if is_old and not _bears_parameters(declared):
            raise _other_datum(datum, file)
        if not is_old and not declared:
            raise _unknown_datum(datum, file)
    unit = narrow(header.get(UNIT, "")).lower()
    if unit not in _METRES_OR_DEGREES:
        raise ReadError(
            say(f"计量单位为 {unit}", f"the unit is '{unit}'"),
            where=Where(file=file),
            expected="米",
            found=unit,
            next_step=say("请提供以米为单位的坐标", "deliver coordinates in metres"),
        )
    projection = header.get(PROJECTION, "")
    if projection and not declared and not _GAUSS.search(projection):
        raise ReadError(
            say(f"投影类型为 {projection}", f"the projection is '{projection}'"),
            where=Where(file=file),
            expected="高斯克吕格",
            found=projection,
            next_step=say("为该文件声明 crs", "declare crs for the file"),
        )


def is_other_datum(header: Mapping[str, str], file: str, declared: str = "") -> bool:
    """True when :func:`require_cgcs2000` refuses the header."""
    try:
        require_cgcs2000(header, file, declared)
    except ReadError:
        return True
    return False


def _bears_parameters(declared: str) -> bool:
    return bool(declared) and parse_crs(declared).is_bound


def _other_datum(datum: str, file: str) -> ReadError:
    return ReadError(
        say(
            f"坐标系为 {datum}：需先做基准转换，不能直接使用",
            f"the datum is {datum}: it needs a datum shift first and cannot be used as it is",
        ),
        where=Where(file=file),
        expected="2000国家大地坐标系",
        found=datum,
        next_step=say(
            "请测绘单位转换为 CGCS2000，或声明带转换参数的 crs（+towgs84=…）",
            "ask the surveyor to convert to CGCS2000, or declare a crs with your own parameters "
            "(+towgs84=…)",
        ),
    )


def _unknown_datum(datum: str, file: str) -> ReadError:
    return ReadError(
        say(f"不认识的坐标系 {datum}", f"'{datum}' is no datum that siting knows"),
        where=Where(file=file),
        expected="2000国家大地坐标系",
        found=datum,
        next_step=say("为该文件声明 crs", "declare crs for the file, with its own parameters"),
    )


def crs_of(points: Sequence[Point], header: Mapping[str, str], declared: str, file: str) -> TextCRS:
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
        Points of two zones in one plot, a zone in the header that the eastings contradict,
        or a declared CRS that is another one.
    """
    return crs_of_values(values_of(points), header, declared, file)


def values_of(points: Sequence[Point]) -> Values:
    """Return northing and easting of each point as floats, prefix included."""
    return np.array([(float(point[3]), float(point[4])) for point in points], dtype=np.float64)


def crs_of_values(values: Values, header: Mapping[str, str], declared: str, file: str) -> TextCRS:
    """Return the CRS of northings and eastings; parameters and errors of :func:`crs_of`."""
    if bool((np.abs(values) <= MOST_DEGREES).all()):
        return _degrees(declared, file)
    first, last = values[:, 1].min() // PREFIX, values[:, 1].max() // PREFIX
    if declared and _is_foreign(declared) and gauss_zone(declared) is None:
        return TextCRS(declared)
    if first != last:
        raise CRSMismatchError(
            say("同一地块的横坐标属于不同带", "eastings of one plot lie in different zones"),
            where=Where(file=file),
            expected=say("一个带号", "one zone"),
            found=f"{first:.0f} … {last:.0f}",
            next_step=say("更正横坐标", "mend the eastings"),
        )
    zone, degrees = whole(header.get(ZONE, "")), whole(header.get(DEGREES, ""))
    code = header.get(DATUM, "")
    own = code.upper() if _CODE.fullmatch(code) else ""
    return _zoned(int(first), zone, degrees, declared=declared or own, file=file)


def _degrees(declared: str, file: str) -> TextCRS:
    if declared and not parse_crs(declared).is_geographic:
        raise _mismatch(declared, say("经纬度（度）", "degrees"), file)
    return TextCRS(declared or GEOGRAPHIC)


@functools.lru_cache(maxsize=256)
def _zoned(
    prefix: int, zone: int | None, degrees: int | None, *, declared: str, file: str
) -> TextCRS:
    """Return the CRS of metric points by the zone in their eastings, header, or declaration."""
    if prefix and zone is not None and prefix != zone:
        raise CRSMismatchError(
            say("横坐标的带号与文件头不一致", "eastings and header name two zones"),
            where=Where(file=file),
            expected=f"带号={zone}",
            found=str(prefix),
            next_step=say("核对带号，以及 X/Y 是否对调", "check the zone; are X and Y swapped?"),
        )
    known = gauss_zone(declared) if declared else None
    if declared and (known is None or _is_foreign(declared)):
        return _declared(declared, known, prefix=prefix, zone=zone, file=file)
    number = prefix or zone or (known.number if known else None)
    if number is None:
        raise MissingCRSError(
            say("横坐标和文件头都没有带号", "no zone in the eastings, and none in the header"),
            where=Where(file=file),
            expected="带号=38",
            found=say("6 位横坐标", "eastings of 6 digits"),
            next_step=say("声明 crs，或补上带号", "declare crs, or add 带号"),
        )
    found = _of_zone(number, prefix, degrees or (known.degrees if known else None), file)
    if declared and not _is_same_zone(found, declared):
        raise _mismatch(declared, found.crs, file)
    return found


def _declared(
    declared: str, known: GaussZone | None, *, prefix: int, zone: int | None, file: str
) -> TextCRS:
    """Return the user's own CRS (another datum, a local system), prefix on or off as needed."""
    if known is None:
        return TextCRS(declared)
    number = prefix or zone
    if number is not None and number != known.number:
        raise _mismatch(declared, f"带号 {number}", file)
    own = known.number * PREFIX
    return TextCRS(declared, own * (int(bool(prefix)) - int(known.is_prefixed)))


def _of_zone(number: int, prefix: int, degrees: int | None, file: str) -> TextCRS:
    codes = _zone_codes(number, degrees)
    if codes is None:
        raise ReadError(
            say(f"带号 {number} 不在中国范围", f"zone {number} is no zone of China"),
            where=Where(file=file),
            expected="13 … 23, 25 … 45",
            found=str(number),
            next_step=say("核对带号与 X/Y 是否对调", "check the zone; are X and Y swapped?"),
        )
    without_prefix, with_prefix = codes
    # The prefix is taken off in decimals, exactly, rather than by a projection.
    return TextCRS(f"EPSG:{without_prefix}", prefix * PREFIX, f"EPSG:{with_prefix}")


@functools.lru_cache(maxsize=64)
def _is_foreign(declared: str) -> bool:
    """True for a CRS that is not CGCS2000, or bears parameters of its own."""
    parsed = parse_crs(declared)
    geodetic = parsed.geodetic_crs
    return parsed.is_bound or geodetic is None or not is_same_crs(geodetic.to_wkt(), GEOGRAPHIC)


def _mismatch(declared: str, found: str, file: str) -> CRSMismatchError:
    return CRSMismatchError(
        say("文件自述的坐标系与声明的不一致", "the file and the declaration name two CRSs"),
        where=Where(file=file),
        expected=declared,
        found=found,
        next_step=say("核对带号与声明的 crs", "check the zone and the declared crs"),
    )


@functools.lru_cache(maxsize=256)
def _is_same_zone(found: TextCRS, declared: str) -> bool:
    """True when both are one zone, whether its eastings bear the prefix or not."""
    return is_same_crs(found.crs, declared) or (
        bool(found.prefixed_crs) and is_same_crs(found.prefixed_crs, declared)
    )


def whole(text: str) -> int | None:
    """Return the whole number in ``38``, ``3度带`` or ``三度带``, full-width or not."""
    plain = narrow(text)
    for chinese, digit in _CHINESE_DEGREES.items():
        plain = plain.replace(chinese, digit)
    match = re.search(r"[0-9]{1,3}", plain)
    return int(match[0]) if match else None


def _zone_codes(zone: int, degrees: int | None) -> tuple[int, int] | None:
    """Return the EPSG codes of a zone without and with prefix, or None for no zone of China."""
    if zone in ZONES_3_DEGREES and degrees in (3, None):
        return 4534 + zone - ZONES_3_DEGREES.start, 4488 + zone
    if zone in ZONES_6_DEGREES and degrees in (6, None):
        return 4502 + zone - ZONES_6_DEGREES.start, 4478 + zone
    return None


def easting_of(text: str, prefix: int) -> float:
    """Return an easting with its prefix off (or on), exactly: on the text, not on the float."""
    if not prefix:
        return float(text)
    before, _, after = text.partition(".")
    return float(f"{int(before) - prefix}.{after}")
