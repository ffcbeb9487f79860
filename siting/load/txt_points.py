"""The point lines of a red-line TXT: label, ring, X = northing, Y = easting.

Real files have 2 to 6 or more columns. Coordinates stay texts until the zone prefix is off,
so that no digit is lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from siting.load.deviation import DeviationKind, Deviations
from siting.load.txt_fields import narrow
from siting.model import Text

POINT_FIELDS = 4
#: The standard form, taken without a second look: most lines of most files are like this.
STANDARD_POINT = re.compile(
    r"(J[0-9]{1,9}),([0-9]{1,6}),([0-9]{1,8}\.?[0-9]{0,12}),([0-9]{1,8}\.?[0-9]{0,12})"
)
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{0,15})?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_LABEL = re.compile(r"[Jj]?[0-9]{1,9}([-_.][0-9]{1,9})?")
_OTHER_SEPARATORS = re.compile(r"[,;，；、\t ]+")
#: Beyond this a number is a coordinate in metres, not a ring, an edge or a height.
_LEAST_METRES = 10_000.0


class Point(NamedTuple):
    """A boundary point; X is north, Y is east, exactly as written (decimal texts)."""

    line: int
    label: str
    ring: str
    northing: str
    easting: str


def fields_of(content: str, line: int, deviations: Deviations) -> list[str]:
    """Return the fields of a point line, made narrow and without blank ones at its end."""
    narrowed = narrow(content)
    if narrowed != content:
        said = Text("使用了全角字符", "full-width characters")
        deviations.add(line, DeviationKind.FULL_WIDTH, said, found=content)
    fields = [field.strip() for field in narrowed.split(",")]
    if len(fields) == 1:
        fields = [field for field in _OTHER_SEPARATORS.split(narrowed.strip()) if field]
        if len(fields) > 1:
            said = Text("以空白或分号分隔", "separated by blanks or semicolons")
            deviations.add(line, DeviationKind.POINT_LINE, said, expected=",")
    while len(fields) > POINT_FIELDS and not fields[-1]:
        fields.pop()
    return fields


def point_of(fields: list[str], line: int, deviations: Deviations) -> Point | None:
    """Return the point of a line's fields, or None when it is none."""
    place = _place_of_coordinates(fields)
    if place is None:
        return None
    northing, easting = number_of(fields[place]), number_of(fields[place + 1])
    if northing is None or easting is None:
        return None
    label = fields[max(place - 2, 0)] if place else ""
    ring = fields[place - 1] if place > 1 else ""
    if len(fields) != POINT_FIELDS or place != POINT_FIELDS - 2:
        said = Text(f"坐标行有 {len(fields)} 列", f"point lines of {len(fields)} columns")
        expected, found = str(POINT_FIELDS), ",".join(fields)
        deviations.add(line, DeviationKind.POINT_LINE, said, expected=expected, found=found)
    if not ring.isdecimal():
        said = Text("坐标行没有圈号，按第 1 圈读取", "point lines without ring: read as ring 1")
        deviations.add(line, DeviationKind.RING, said, found=ring)
        ring = "1"
    if not label.upper().startswith("J"):
        said = Text("点号没有 J", "point numbers without J")
        deviations.add(line, DeviationKind.POINT_LINE, said, expected="J1", found=label)
    return Point(line, label, ring, northing, easting)


def _place_of_coordinates(fields: list[str]) -> int | None:
    """Return where X stands: by the number of columns, beyond four by the size of the numbers."""
    count = len(fields)
    if count == POINT_FIELDS:
        # J1,1,X,Y, unless it is J1,X,Y,height.
        return 1 if _are_metres(fields[1:3]) and not _are_metres(fields[2:4]) else 2
    if count == 2:
        return 0
    if count == 3:
        # x,y,height has no label; a label has no decimals
        return 0 if _are_metres(fields[:2]) and not _are_metres(fields[1:]) else 1
    for place in range(count - 1):
        if _are_metres(fields[place : place + 2]):
            return place
    is_degrees = count > POINT_FIELDS and all("." in text for text in fields[2:4])
    return 2 if is_degrees else None


def _are_metres(texts: Iterable[str]) -> bool:
    numbers = [number_of(text) for text in texts]
    return all(number is not None and abs(float(number)) >= _LEAST_METRES for number in numbers)


def number_of(text: str) -> str | None:
    """Return a decimal number as written, without its plus sign, or None for anything else.

    2.57E+06 is none: whoever wrote it has lost the digits.
    """
    plain = text.removeprefix("+")
    return plain if _NUMBER.fullmatch(plain) else None


def is_scientific(text: str) -> bool:
    """True for 2.57E+06, which spreadsheets make of coordinates."""
    return bool(_SCIENTIFIC.fullmatch(text.strip()))


def label_number(label: str) -> str:
    """``J1``, ``J01`` and ``1`` are one point number."""
    return label.upper().lstrip("J").lstrip("0")


def is_label(text: str) -> bool:
    """True for what can be the number of a point."""
    return bool(_LABEL.fullmatch(text))
