"""Which way round X and Y are written: told by where the points fall, never by a guess.

The standard says X = north, Y = east. When the points read so lie outside the area in which
their CRS is meant to be used (or outside the city), and the other way round inside, the
file is refused with that evidence; the user may accept the other reading, and the red line
then says so.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.crs import crs_label, parse_crs, transform_geometries
from siting.errors import ReadError, SitingError, Where
from siting.load.contract import area_of_use
from siting.load.txt_crs import TextCRS, Values, crs_of_values
from siting.load.words import say

#: The hypothesis that a caller may accept.
AXES_SWAPPED = "axes_swapped"
#: How far beyond its area of use a geographic CRS is believed.
BEYOND_USE_DEGREES = 3.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """What the points of one file are held against.

    ``outline`` is the neighbourhood of the city in ``outline_crs``; None when there is none.
    """

    header: Mapping[str, str]
    declared: str
    file: str
    outline: BaseGeometry | None = None
    outline_crs: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many of the points fall into the area under each reading."""

    points: int
    as_written: int
    swapped: int
    area: str

    def text(self) -> str:
        """Return the evidence in words."""
        return say(
            f"按 X=北、Y=东：{self.as_written}/{self.points} 点落在{self.area}内；"
            f"对调后：{self.swapped}/{self.points} 点",
            f"X=north, Y=east: {self.as_written} of {self.points} points within {self.area}; "
            f"swapped: {self.swapped} of {self.points}",
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the points of a plot, with the CRS that follows from it."""

    crs: TextCRS | None
    inside: int
    error: SitingError | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the points are: their CRS, whether X and Y are swapped, and why."""

    crs: TextCRS
    is_swapped: bool
    is_outside: bool
    evidence: Evidence


def judge(values: Values, ground: Ground) -> Judgement:
    """Return in which CRS and which way round the points of a plot are written.

    Parameters
    ----------
    values
        First and second coordinate of each point as they stand in the file.
    ground
        Header, declared CRS and outline.

    Raises
    ------
    ReadError
        When some points fall into the area and others do not: a faulty plot.
    SitingError
        When neither reading has a CRS; the reason of the reading as written.
    """
    count = len(values)
    written = _reading(values, ground)
    if written.inside == count and not _is_beyond_outline(values, written, ground):
        evidence = Evidence(count, count, 0, _area_name(written.crs))
        return _judgement(written, evidence, is_swapped=False)
    swapped = _reading(values[:, ::-1], ground)
    named = written.crs if swapped.crs is None else swapped.crs
    evidence = Evidence(count, written.inside, swapped.inside, _area_name(named))
    if written.inside == count:
        return _by_outline(values, written, swapped, ground)
    if swapped.inside == count:
        return _judgement(swapped, evidence, is_swapped=True)
    if written.error is not None:
        raise written.error
    if 0 < written.inside < count or _is_nowhere(written):
        raise ReadError(
            say("部分或全部界址点不在坐标系适用范围内", "points outside the area of their CRS"),
            where=Where(file=ground.file),
            found=evidence.text(),
            next_step=say("核对这些点的坐标", "check the coordinates of these points"),
        )
    return _judgement(written, evidence, is_swapped=False)


def both_ways(values: Values, ground: Ground) -> Evidence:
    """Return how many points fit under each order of two columns that nothing names.

    The city's outline decides where the CRS's area of use admits both, or is not known.

    Raises
    ------
    SitingError
        When neither order has a CRS; the reason of the first.
    """
    written, swapped = _reading(values, ground), _reading(values[:, ::-1], ground)
    if written.error is not None and swapped.error is not None:
        raise written.error
    named = swapped.crs if written.crs is None else written.crs
    evidence = Evidence(len(values), written.inside, swapped.inside, _area_name(named))
    box = _outline_box(ground, named)
    if written.inside != swapped.inside or box is None or written.crs is None or named is None:
        return evidence
    first = _inside(values, written.crs, box)
    second = _inside(values[:, ::-1], named, box)
    return Evidence(len(values), first, second, say("本市范围", "the city's neighbourhood"))


def swapped_error(evidence: Evidence, file: str) -> ReadError:
    """Return the error of a file whose X and Y are swapped, with the evidence."""
    return ReadError(
        say("X 与 Y 疑似对调，未自动更正", "X and Y seem to be swapped; nothing was changed"),
        where=Where(file=file),
        expected="X=北 / north, Y=东 / east",
        found=evidence.text(),
        next_step=say(
            f"核实后以 accept={AXES_SWAPPED} 确认，或请提供方更正",
            f"confirm it with accept={AXES_SWAPPED}, or have the file mended",
        ),
    )


def _judgement(reading: Reading, evidence: Evidence, *, is_swapped: bool) -> Judgement:
    if reading.crs is None:  # pragma: no cover - a reading with points inside has a CRS
        raise ReadError(evidence.text(), next_step=say("核对坐标", "check the coordinates"))
    is_outside = reading.inside == 0
    return Judgement(reading.crs, is_swapped, is_outside, evidence)


def _reading(values: Values, ground: Ground) -> Reading:
    try:
        crs = crs_of_values(values, ground.header, ground.declared, ground.file)
    except SitingError as error:
        return Reading(None, 0, error)
    box = _use_box(crs.crs)
    if box is None:
        return Reading(crs, len(values))
    return Reading(crs, _inside(values, crs, box))


def _inside(values: Values, crs: TextCRS, box: Box) -> int:
    west, south, east, north = box
    northings, eastings = values[:, 0], values[:, 1] - crs.prefix
    is_in = (eastings >= west) & (eastings <= east) & (northings >= south) & (northings <= north)
    return int(np.count_nonzero(is_in))


@functools.lru_cache(maxsize=64)
def _use_box(crs: str) -> Box | None:
    parsed = parse_crs(crs)
    area = parsed.area_of_use
    if area is None:
        return None
    if parsed.is_geographic:
        margin = BEYOND_USE_DEGREES
        return area.west - margin, area.south - margin, area.east + margin, area.north + margin
    box = area_of_use(crs)
    return None if box is None else _bounds(box)


def _bounds(geometry: BaseGeometry) -> Box:
    west, south, east, north = (float(value) for value in shapely.bounds(geometry))
    return west, south, east, north


def _is_nowhere(reading: Reading) -> bool:
    """True for degrees outside of their area: coordinates of a local system, most likely."""
    return reading.crs is not None and parse_crs(reading.crs.crs).is_geographic


def _area_name(crs: TextCRS | None) -> str:
    return f" {_label(crs.crs)} " if crs is not None else " CRS "


@functools.lru_cache(maxsize=64)
def _label(crs: str) -> str:
    return crs_label(crs)


def _outline_box(ground: Ground, crs: TextCRS | None) -> Box | None:
    return None if ground.outline is None or crs is None else _moved_outline(ground, crs.crs)


@functools.lru_cache(maxsize=16)
def _moved_outline(ground: Ground, crs: str) -> Box | None:
    moved = transform_geometries([ground.outline], ground.outline_crs, crs)[0]
    box = _bounds(moved)
    return box if np.isfinite(box).all() else None


def _is_beyond_outline(values: Values, reading: Reading, ground: Ground) -> bool:
    box = _outline_box(ground, reading.crs)
    return box is not None and reading.crs is not None and not _inside(values, reading.crs, box)


def _by_outline(values: Values, written: Reading, swapped: Reading, ground: Ground) -> Judgement:
    """Judge by the city where the CRS's area admits the points as written."""
    box = _outline_box(ground, swapped.crs)
    count, inside = len(values), 0
    if box is not None and swapped.crs is not None:
        inside = _inside(values[:, ::-1], swapped.crs, box)
    evidence = Evidence(count, 0, inside, say("本市范围", "the city's neighbourhood"))
    if inside == count:
        return _judgement(swapped, evidence, is_swapped=True)
    return _judgement(written, evidence, is_swapped=False)
