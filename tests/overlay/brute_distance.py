"""The exact squared distance by brute force in fractions: every segment against every other."""

from __future__ import annotations

import itertools
from fractions import Fraction

import shapely

Point = tuple[Fraction, Fraction]
Segment = tuple[Point, Point]


def simple_parts(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    parts = [geometry]
    while any(shapely.get_type_id(part) >= 4 for part in parts):
        parts = [piece for part in parts for piece in shapely.get_parts(part)]
    return [part for part in parts if not shapely.is_empty(part)]


def segments_of(part: shapely.Geometry) -> list[Segment]:
    rings = shapely.get_rings(part) if shapely.get_type_id(part) == 3 else [part]
    found = []
    for ring in rings:
        points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
        found.extend(itertools.pairwise(points) if len(points) > 1 else [(points[0], points[0])])
    return found


def turn(a: Point, b: Point, c: Point) -> int:
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def from_segment(point: Point, segment: Segment) -> Fraction:
    """Minimise |a + t(b - a) - p|² over t in 0..1, a parabola."""
    (ax, ay), (bx, by) = segment
    ux, uy = bx - ax, by - ay
    square = ux * ux + uy * uy
    share = Fraction(0)
    if square:
        share = min(max(((point[0] - ax) * ux + (point[1] - ay) * uy) / square, 0), Fraction(1))
    return (ax + share * ux - point[0]) ** 2 + (ay + share * uy - point[1]) ** 2


def between(one: Segment, other: Segment) -> Fraction:
    turns = turn(*one, other[0]), turn(*one, other[1]), turn(*other, one[0]), turn(*other, one[1])
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return Fraction(0)
    return min(
        *(from_segment(point, one) for point in other),
        *(from_segment(point, other) for point in one),
    )


def is_in(point: Point, part: shapely.Geometry) -> bool:
    """Even-odd with the crossing's own easting, for points off the boundary."""
    if shapely.get_type_id(part) != 3:
        return False
    crossings = 0
    for (ax, ay), (bx, by) in segments_of(part):
        if (ay <= point[1]) != (by <= point[1]):
            crossings += ax + (point[1] - ay) / (by - ay) * (bx - ax) > point[0]
    return crossings % 2 == 1


def distance_sq(left: shapely.Geometry, right: shapely.Geometry) -> Fraction:
    """Return the exact squared distance of two geometries."""
    least = None
    for one, other in itertools.product(simple_parts(left), simple_parts(right)):
        ours, theirs = segments_of(one), segments_of(other)
        found = min(between(a, b) for a, b in itertools.product(ours, theirs))
        if found and (is_in(ours[0][0], other) or is_in(theirs[0][0], one)):
            found = Fraction(0)
        least = found if least is None else min(least, found)
    assert least is not None
    return least
