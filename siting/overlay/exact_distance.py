"""The exact oracle of distances: the squared distance of two geometries in whole numbers.

Doubles are whole multiples of a power of two, so crossing tests, containment and squared
distances are exact in integers; only the square root is rounded, once, by
:func:`rounded_distance_m`. Pairs of segments are passed over only where their boxes prove that
they are further apart than what has been found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import shapely

from siting.overlay.kernel.outlines import outlines_of
from siting.overlay.kernel.records import Floats, Outlines

#: Above this number of pairs of segments near each other the oracle would take minutes.
MAX_SEGMENT_PAIRS = 4_000_000
#: Boxes are compared in doubles: their squared distances are off by less than this share.
BOX_SLACK = 1.0 + 1e-12

_Ends = tuple[int, int, int, int]
#: Numerator and denominator (positive) of a squared distance.
_Ratio = tuple[int, int]


def exact_distance_sq(left: shapely.Geometry, right: shapely.Geometry) -> Fraction | None:
    """Return the exact squared distance of two geometries, 0 where they meet.

    Parameters
    ----------
    left, right
        Polygons (valid), lines or points of one plane, or several of them; not empty.

    Returns
    -------
    Fraction | None
        Square metres (square units of the plane), or None when the pair has too many segments.
    """
    one, other = (outlines_of(np.array([side], dtype=object)) for side in (left, right))
    ours, theirs, reach_sq = _near(one.segments, other.segments)
    if len(ours) * len(theirs) > MAX_SEGMENT_PAIRS:
        return None
    scale = _scale(one.segments, other.segments)
    least: _Ratio = (1, 0)
    least_sq = math.inf
    for box_sq, i, j in _by_boxes(ours, theirs, reach_sq):
        if box_sq > least_sq * BOX_SLACK:
            break
        found = _segments_sq(_whole(ours[i], scale), _whole(theirs[j], scale))
        if found[0] == 0:
            return Fraction(0)
        if found[0] * least[1] < least[0] * found[1]:
            least, least_sq = found, float(Fraction(found[0], found[1] * scale * scale))
    if _holds(one, other, scale) or _holds(other, one, scale):
        return Fraction(0)
    return Fraction(least[0], least[1] * scale * scale)


def rounded_distance_m(distance_sq: Fraction, limits_m: tuple[float, ...]) -> float:
    """Return the root as a double that is on the same side of each limit as the exact one."""
    distance_m = math.sqrt(distance_sq)
    for limit_m in limits_m:
        limit_sq = Fraction(limit_m) ** 2
        if distance_sq < limit_sq and distance_m >= limit_m:
            distance_m = math.nextafter(limit_m, 0.0)
        elif distance_sq > limit_sq and distance_m <= limit_m:
            distance_m = math.nextafter(limit_m, math.inf)
        elif distance_sq == limit_sq:
            distance_m = limit_m
    return distance_m


def _scale(one: Floats, other: Floats) -> int:
    """Return the power of two that makes whole numbers of all coordinates."""
    _, exponents = np.frexp(np.concatenate([one.ravel(), other.ravel()]))
    # a double has 53 digits after its exponent; zeros have exponent 0
    return int(2 ** max(53 - int(exponents.min()), 0))


def _whole(ends: Floats, scale: int) -> _Ends:
    ratios = (value.as_integer_ratio() for value in ends.tolist())
    x0, y0, x1, y1 = (over * (scale // under) for over, under in ratios)
    return x0, y0, x1, y1


def _near(ours: Floats, theirs: Floats) -> tuple[Floats, Floats, float]:
    """Return the segments that can be the nearest, and what two vertices are apart, squared."""
    start = ours[0, :2]
    there = theirs[np.argmin(((theirs[:, :2] - start) ** 2).sum(axis=1)), :2]
    reach_sq = float(((ours[:, :2] - there) ** 2).sum(axis=1).min()) * BOX_SLACK
    ours = ours[_box_sq(ours, _hull(theirs)) <= reach_sq]
    return ours, theirs[_box_sq(theirs, _hull(ours)) <= reach_sq], reach_sq


def _hull(ends: Floats) -> Floats:
    """Return the box of segments, as a segment from corner to corner."""
    x, y = ends[:, [0, 2]], ends[:, [1, 3]]
    return np.array([x.min(), y.min(), x.max(), y.max()])


def _box_sq(ends: Floats, box: Floats) -> Floats:
    """Return the squared distance of the boxes of segments from that of one segment."""
    x0, x1 = np.minimum(ends[:, 0], ends[:, 2]), np.maximum(ends[:, 0], ends[:, 2])
    y0, y1 = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    dx = np.maximum(np.maximum(x0 - max(box[0], box[2]), min(box[0], box[2]) - x1), 0.0)
    dy = np.maximum(np.maximum(y0 - max(box[1], box[3]), min(box[1], box[3]) - y1), 0.0)
    squares: Floats = dx * dx + dy * dy
    return squares


def _by_boxes(ours: Floats, theirs: Floats, reach_sq: float) -> Iterator[tuple[float, int, int]]:
    """Yield pairs of segments from the nearest boxes to the furthest, with that distance."""
    apart = np.array([_box_sq(theirs, each) for each in ours])
    rows, columns = np.nonzero(apart <= reach_sq)
    squares = apart[rows, columns]
    for at in np.argsort(squares, kind="stable").tolist():
        yield float(squares[at]), int(rows[at]), int(columns[at])


def _side(ends: _Ends, x: int, y: int) -> int:
    return (ends[2] - ends[0]) * (y - ends[1]) - (ends[3] - ends[1]) * (x - ends[0])


def _point_sq(ends: _Ends, x: int, y: int) -> _Ratio:
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    wx, wy = x - ends[0], y - ends[1]
    length_sq, along = dx * dx + dy * dy, wx * dx + wy * dy
    if along <= 0:
        return wx * wx + wy * wy, 1
    if along >= length_sq:
        return (x - ends[2]) ** 2 + (y - ends[3]) ** 2, 1
    return _side(ends, x, y) ** 2, length_sq


def _segments_sq(one: _Ends, other: _Ends) -> _Ratio:
    a, b = _side(one, *other[:2]), _side(one, *other[2:])
    c, d = _side(other, *one[:2]), _side(other, *one[2:])
    if a * b < 0 and c * d < 0:
        return 0, 1
    # segments that meet otherwise have an end of one on the other
    least = _point_sq(one, *other[:2])
    for ends, point in ((one, other[2:]), (other, one[:2]), (other, one[2:])):
        found = _point_sq(ends, *point)
        if found[0] * least[1] < least[0] * found[1]:
            least = found
    return least


def _holds(outer: Outlines, inner: Outlines, scale: int) -> bool:
    """True when a polygon of the one holds the first point of a part of the other."""
    starts = inner.segments[inner.part_segments[:-1], :2]
    for part in np.flatnonzero(outer.part_is_area):
        ends = outer.segments[outer.part_segments[part] : outer.part_segments[part + 1]]
        for x, y in starts:
            crossed = ends[(ends[:, 1] > y) != (ends[:, 3] > y)]
            px, py, *_ = _whole(np.array([x, y, x, y]), scale)
            if sum(_is_west_of(_whole(each, scale), px, py) for each in crossed) % 2:
                return True
    return False


def _is_west_of(ends: _Ends, x: int, y: int) -> bool:
    side = _side(ends, x, y)
    return side > 0 if ends[3] > ends[1] else side < 0
