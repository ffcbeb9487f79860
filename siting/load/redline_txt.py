"""Red-line TXT (勘测定界 / 报盘): text -> header, plots, points; every deviation is kept.

In four steps, so that further variants of real files find their place: the text becomes
lines of four kinds (:func:`tokenise`), these become a header and plots (:func:`parse`), the
header and the eastings give the CRS (:mod:`siting.load.txt_crs`), the points become rings
and a geometry (:mod:`siting.load.txt_geometry`).

The standard form::

    [属性描述]
    坐标系=2000国家大地坐标系
    …
    [地块坐标]
    5,0.7749,P-01,甲地块,面,,公园,1401,@
    J1,1,2579602.040,38378344.592

Plot line: points, area in hectares, plot number, plot name, geometry, map sheet, use, land
code, ``@``. Point line: point number, ring, X = northing, Y = easting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from siting.errors import ReadError, Where
from siting.load.encoding import decode_text
from siting.load.words import say
from siting.model import SQUARE_METRES_PER_HECTARE

#: Fields of a plot line before the ``@``.
PLOT_FIELDS = 8
POINT_FIELDS = 4
END_OF_PLOT = "@"
_AREA = re.compile(r"^([0-9.]+)\s*(公顷|hm2|hm²|ha|平方米|m2|m²|亩|平方公里|km2)?$", re.IGNORECASE)
_HECTARE = Decimal(int(SQUARE_METRES_PER_HECTARE))
#: Exact: 24.7 hectares are 247,000 m², not a float beside it.
_AREA_UNITS_M2 = {
    "": _HECTARE, "公顷": _HECTARE, "hm2": _HECTARE, "hm²": _HECTARE, "ha": _HECTARE,
    "平方米": Decimal(1), "m2": Decimal(1), "m²": Decimal(1), "亩": _HECTARE / 15,
    "平方公里": _HECTARE * 100, "km2": _HECTARE * 100,
}  # fmt: skip
#: Full-width punctuation that people type in these files.
_NARROW = str.maketrans(
    {"，": ",", "＝": "=", "＠": "@", "\uff3b": "[", "\uff3d": "]", "\u3000": " "}
)


class Kind(StrEnum):
    """What a line of the file is."""

    SECTION = "section"
    HEADER = "header"
    PLOT = "plot"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number in the file, its kind and its fields."""

    number: int
    kind: Kind
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A boundary point; X is north, Y is east, exactly as written."""

    line: int
    label: str
    ring: str
    northing: Decimal
    easting: Decimal


@dataclass(slots=True)
class Plot:
    """One plot: what its line says of it, and its points in the order of the file."""

    line: int
    number: str = ""
    name: str = ""
    use: str = ""
    declared_points: int | None = None
    declared_area_m2: float | None = None
    points: list[Point] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RedLineText:
    """A red-line TXT as it was written."""

    header: Mapping[str, str]
    plots: tuple[Plot, ...]
    encoding: str
    notes: tuple[str, ...] = ()


def read_red_line_txt(path: Path) -> RedLineText:
    """Read a red-line TXT in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.

    Raises
    ------
    ReadError
        When it is no text, holds no plot, or a point line is none.
    """
    try:
        text, encoding = decode_text(path.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(
            say("文件无法按文本读取", "the file cannot be read as text"),
            where=Where(file=path.name),
            expected="UTF-8, GB18030",
            found=str(error),
            next_step=say("另存为 UTF-8 或 GBK 文本", "save it as text in UTF-8 or GBK"),
        ) from error
    return parse(text, file=path.name, encoding=encoding)


def tokenise(text: str) -> list[Line]:
    """Return the lines that are not blank, each with its kind."""
    lines = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        content = raw.translate(_NARROW).strip()
        if content:
            lines.append(_line(number, content))
    return lines


def _line(number: int, content: str) -> Line:
    if content.startswith("["):
        return Line(number, Kind.SECTION, (content.strip("[] "),))
    if END_OF_PLOT in content:
        before = content.split(END_OF_PLOT, 1)[0].rstrip()
        fields = before.removesuffix(",").split(",")
        return Line(number, Kind.PLOT, tuple(part.strip() for part in fields))
    if "=" in content:
        key, _, value = content.partition("=")
        return Line(number, Kind.HEADER, (key.strip(), value.strip()))
    return Line(number, Kind.POINT, tuple(part.strip() for part in content.split(",")))


def parse(text: str, *, file: str, encoding: str = "utf-8") -> RedLineText:
    """Return header, plots and points of a red-line text.

    Parameters
    ----------
    text
        The file's content.
    file
        Its name, for messages.
    encoding
        How it was decoded; said in the notes when it is not UTF-8.

    Raises
    ------
    ReadError
        No plot with points in it, or a line that is no point where one must be.
    """
    header: dict[str, str] = {}
    plots: list[Plot] = []
    for line in tokenise(text):
        if line.kind is Kind.HEADER:
            header.setdefault(*line.fields)
        elif line.kind is Kind.PLOT:
            plots.append(_plot(line))
        elif line.kind is Kind.POINT:
            if not plots:
                plots.append(_plot_without_line(line))
            plots[-1].points.append(_point(line, plots[-1], file))
    if not any(plot.points for plot in plots):
        raise ReadError(
            say("文件中没有地块坐标", "there is no plot with coordinates in the file"),
            where=Where(file=file),
            expected="[地块坐标] … @",
            next_step=say("检查是否为界址点坐标文件", "check that this is a red-line TXT"),
        )
    for plot in plots:
        _compare_point_count(plot)
    notes = [] if encoding.startswith("utf-8") else [_encoding_note(encoding)]
    return RedLineText(header, tuple(plots), encoding, tuple(notes))


def _encoding_note(encoding: str) -> str:
    return say(f"按 {encoding} 读取", f"read as {encoding}")


def _plot(line: Line) -> Plot:
    plot = Plot(line.number)
    fields = list(line.fields)
    if len(fields) != PLOT_FIELDS:
        plot.notes.append(
            say(
                f"第 {line.number} 行：@ 前有 {len(fields)} 个字段，标准为 {PLOT_FIELDS} 个",
                f"line {line.number}: {len(fields)} fields before @, not {PLOT_FIELDS}",
            )
        )
    padded = [*fields, *[""] * PLOT_FIELDS]
    plot.declared_points = _whole(padded[0], plot)
    plot.declared_area_m2 = _area_m2(padded[1], plot)
    plot.number, plot.name, plot.use = padded[2], padded[3], padded[6]
    if padded[4] and padded[4] != "面":
        plot.notes.append(
            say(f"记录图形属性为“{padded[4]}”，按面读取", f"geometry '{padded[4]}' is read as area")
        )
    return plot


def _plot_without_line(line: Line) -> Plot:
    note = say(
        f"第 {line.number} 行：坐标之前没有地块行", f"line {line.number}: points without plot line"
    )
    return Plot(line.number, notes=[note])


def _whole(text: str, plot: Plot) -> int | None:
    if text.isdigit():
        return int(text)
    if text:
        plot.notes.append(
            say(f"界址点数“{text}”不是整数", f"the number of points '{text}' is no whole number")
        )
    return None


def _area_m2(text: str, plot: Plot) -> float | None:
    match = _AREA.match(text)
    if match:
        unit = (match[2] or "").lower()
        try:
            area_m2 = float(Decimal(match[1]) * _AREA_UNITS_M2[unit])
        except InvalidOperation:
            area_m2 = -1.0
        if unit:
            plot.notes.append(say(f"面积带单位 {match[2]}", f"the area bears a unit: {match[2]}"))
        if area_m2 >= 0:
            return area_m2
    if text:
        plot.notes.append(say(f"面积“{text}”不是数字", f"the area '{text}' is no number"))
    return None


def _point(line: Line, plot: Plot, file: str) -> Point:
    fields = _point_fields(line, plot)
    try:
        northing, easting = (Decimal(text) for text in fields[2:4])
    except (InvalidOperation, ValueError) as error:
        raise _bad_line(line, file) from error
    if not (northing.is_finite() and easting.is_finite()):
        raise _bad_line(line, file)
    return Point(line.number, fields[0], fields[1], northing, easting)


def _point_fields(line: Line, plot: Plot) -> tuple[str, ...]:
    """Return label, ring, X and Y; rows of ``id,x,y`` have ring 1."""
    fields = line.fields
    while len(fields) > POINT_FIELDS and not fields[-1]:
        fields = fields[:-1]
    if len(fields) == POINT_FIELDS:
        return fields
    if len(fields) == POINT_FIELDS - 1:
        note = say("坐标行没有圈号，按第 1 圈读取", "point lines without ring: read as ring 1")
        if note not in plot.notes:
            plot.notes.append(note)
        return (fields[0], "1", *fields[1:])
    return ()


def _bad_line(line: Line, file: str) -> ReadError:
    return ReadError(
        say(f"第 {line.number} 行不是界址点坐标", f"line {line.number} is no boundary point"),
        where=Where(file=file, feature=f"line {line.number}"),
        expected="J1,1,2579602.040,38378344.592",
        found=",".join(line.fields)[:80],
        next_step=say("更正该行", "mend that line"),
    )


def _compare_point_count(plot: Plot) -> None:
    found = len(plot.points)
    if plot.declared_points is not None and plot.declared_points != found:
        plot.notes.append(
            say(
                f"声明 {plot.declared_points} 个界址点，实有 {found} 行",
                f"{plot.declared_points} points declared, {found} lines found",
            )
        )


def rings_of(points: Iterable[Point]) -> dict[str, list[Point]]:
    """Return the points by ring number, rings in the order of the file."""
    rings: dict[str, list[Point]] = {}
    for point in points:
        rings.setdefault(point.ring or "1", []).append(point)
    return rings
