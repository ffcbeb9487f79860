"""Pasted rows of coordinates: one pair per row or many, labels or none, degrees with symbols."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from siting.load.deviation import Deviation, DeviationKind, Deviations
from siting.load.txt_fields import narrow
from siting.load.txt_points import Point, number_of, point_of
from siting.model import Text

#: Decimals of a degree that are kept: 1e-12° is a ten-thousandth of a millimetre.
DEGREE_DECIMALS = Decimal("1e-12")
NORTH_FIRST, EAST_FIRST, UNKNOWN = "north_first", "east_first", ""
_SEPARATORS = re.compile(r"[,\t 、]+")
_BETWEEN_PAIRS = re.compile(r"[\])]\s*,?\s*[\[(]")
_BRACKETS = re.compile(r"[\[\](){}]")
_NAMED = re.compile(r"(?:\b[XYNEHxyneh]|[\u4e00-\u9fff]+)\s*[=:]\s*(?=[-+0-9])")
_ANGLE = re.compile(
    r"([0-9]{1,3}(?:\.[0-9]{1,15})?)\s*[°º度]\s*"
    r"(?:([0-9]{1,2}(?:\.[0-9]{1,15})?)\s*[′'\u2019\u2018分]\s*)?"
    r"(?:([0-9]{1,2}(?:\.[0-9]{1,15})?)\s*(?:″|\"|\u201d|\u201c|''|′′|秒))?"
)
_HEMISPHERE = re.compile(r"[东西]经|[南北]纬|(?<![A-Za-z])[NSEW](?![A-Za-z])")
_NORTHERN, _SOUTHERN, _WESTERN = ("北纬", "N"), ("南纬", "S"), ("西经", "W")
#: Column headings that say which way a coordinate runs; X and Y do not (see the axes).
_NORTH_WORDS = ("纬度", "北坐标", "北向", "纵坐标", "lat", "northing")
_EAST_WORDS = ("经度", "东坐标", "东向", "横坐标", "lon", "lng", "easting")


@dataclass(slots=True)
class Block:
    """The rows of one red line; blank lines and headings divide them."""

    line: int
    name: str = ""
    points: list[Point] = field(default_factory=list)
    faults: list[Deviation] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """All blocks, the form they were taken for, and the order of columns where it is named."""

    form: Text
    blocks: list[Block] = field(default_factory=list)
    order: str = UNKNOWN
    notes: Deviations = field(default_factory=Deviations)


def rows_of(content: str) -> Rows:
    """Return the rows of a pasted text.

    Parameters
    ----------
    content
        Any text; a line without two numbers is a heading, and names the rows that follow.
    """
    is_degrees = any(sign in content for sign in "°º度")
    form = Text("坐标行", "rows of coordinates")
    if is_degrees:
        form = Text("度分秒坐标行", "rows of degrees, minutes, seconds")
    elif "\t" in content:
        form = Text("表格坐标行", "rows of a spreadsheet")
    rows = Rows(form)
    block: Block | None = None
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, raw in enumerate(lines, start=1):
        plain = narrow(raw).strip()
        if not plain:
            block = None
            continue
        if _is_heading(plain, rows):
            block = _named_block(plain, number, rows)
            continue
        if block is None:
            block = Block(number)
            rows.blocks.append(block)
        _take(plain, number, block, rows)
    rows.blocks = [entry for entry in rows.blocks if entry.points or entry.faults]
    return rows


def _is_heading(plain: str, rows: Rows) -> bool:
    """True for a line without coordinates; column headings are looked at for the order."""
    if len(re.findall(r"[0-9]+", plain)) > 1 and re.search(r"[0-9]{2}", plain):
        return False
    lowered = plain.lower()
    north = min((lowered.find(word) for word in _NORTH_WORDS if word in lowered), default=-1)
    east = min((lowered.find(word) for word in _EAST_WORDS if word in lowered), default=-1)
    if min(north, east) >= 0 and not rows.order:
        rows.order = NORTH_FIRST if north < east else EAST_FIRST
    return True


def _named_block(plain: str, number: int, rows: Rows) -> Block | None:
    """Return a block named by a heading, unless the heading names columns."""
    words = [word for word in _SEPARATORS.split(plain.strip(":： ")) if word]
    if len(words) != 1:
        rows.notes.add(number, DeviationKind.OTHER_TEXT, Text("标题行", "a heading"), found=plain)
        return None
    block = Block(number, words[0])
    rows.blocks.append(block)
    return block


def _take(plain: str, number: int, block: Block, rows: Rows) -> None:
    angles = _angles(plain)
    if angles:
        point = _point_of_angles(plain, angles, number, rows)
        found = [point]
    else:
        found = [_point(piece, number, rows.notes) for piece in _pieces(plain)]
    if found and all(point is not None for point in found):
        block.points.extend(point for point in found if point is not None)
        return
    text = Text("不是坐标", "is no pair of coordinates")
    block.faults.append(Deviation(number, DeviationKind.FAULT, text, found=plain[:80]))


def _pieces(plain: str) -> list[str]:
    """Return the pairs of a line: one, or several divided by ; | brackets or commas."""
    text = _BRACKETS.sub(" ", _BETWEEN_PAIRS.sub(";", plain))
    if ";" in text or "|" in text:
        return [piece for piece in re.split(r"[;|]", text) if piece.strip(" ,")]
    commas = [piece.split() for piece in text.split(",")]
    is_list = len(commas) > 1 and all(
        len(pair) == 2 and all(number_of(value) for value in pair) for pair in commas
    )
    return [" ".join(pair) for pair in commas] if is_list else [text]


def _point(piece: str, line: int, notes: Deviations) -> Point | None:
    fields = [field for field in _SEPARATORS.split(_NAMED.sub(" ", piece).strip(" ,\t")) if field]
    point = point_of(fields, line, Deviations())
    if point is None:
        point = _decimal_pair(fields, line)
    if point is not None and len(fields) > 2:
        said = Text(f"每行 {len(fields)} 列", f"rows of {len(fields)} columns")
        used = f"{point.label} {point.ring} {point.northing} {point.easting}"
        notes.add(line, DeviationKind.POINT_LINE, said, found=used)
    return point


def _decimal_pair(fields: Sequence[str], line: int) -> Point | None:
    """Return the first two neighbours that are decimals, whatever stands around them."""
    for place in range(len(fields) - 1):
        first, second = number_of(fields[place]), number_of(fields[place + 1])
        if first and second and "." in first and "." in second:
            return Point(line, fields[0] if place else "", "1", first, second)
    return None


def _angles(plain: str) -> list[re.Match[str]]:
    return list(_ANGLE.finditer(plain))


def _point_of_angles(
    plain: str, angles: Sequence[re.Match[str]], line: int, rows: Rows
) -> Point | None:
    """Return a point of two angles; hemisphere letters tell which is the latitude."""
    values = [_degrees(match) for match in angles]
    if len(values) != 2 or None in values:
        return None
    first, second = (value or Decimal(0) for value in values)
    rest = narrow(plain[: angles[0].start()])
    label = next(iter(_SEPARATORS.split(_HEMISPHERE.sub(" ", rest).strip())), "")
    letters = _HEMISPHERE.findall(plain)
    if len(letters) == 2:
        first, second = _signed(first, letters[0]), _signed(second, letters[1])
        if letters[1] in _NORTHERN or letters[1] in _SOUTHERN:
            first, second = second, first
        rows.order = NORTH_FIRST
    return Point(line, label, "1", f"{first:f}", f"{second:f}")


def _degrees(match: re.Match[str]) -> Decimal | None:
    degrees, minutes, seconds = (Decimal(part or 0) for part in match.groups())
    if minutes >= 60 or seconds >= 60:
        return None
    return (degrees + minutes / 60 + seconds / 3600).quantize(DEGREE_DECIMALS)


def _signed(value: Decimal, letter: str) -> Decimal:
    return -value if letter in _SOUTHERN or letter in _WESTERN else value
