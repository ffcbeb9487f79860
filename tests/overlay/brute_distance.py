"""The exact squared distance by brute force in whole numbers: every segment against every other."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import shapely

Point = tuple[int, int]
Segment = tuple[Point, Point]


def simple_parts(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    parts = [geometry]
    while any(shapely.get_type_id(part) >= 4 for part in parts):
        parts = [piece for part in parts for piece in shapely.get_parts(part)]
    return [part for part in parts if not shapely.is_empty(part)]


def scale_of(*shapes: shapely.Geometry) -> int:
    """Return the largest denominator of any coordinate: a power of two that makes all whole."""
    values = np.concatenate([shapely.get_coordinates(shape).ravel() for shape in shapes])
    return max(value.as_integer_ratio()[1] for value in values.tolist())


def segments_of(part: shapely.Geometry, scale: int) -> list[Segment]:
    rings = shapely.get_rings(part) if shapely.get_type_id(part) == 3 else [part]
    found = []
    for ring in rings:
        points = [
            (int(Fraction(x) * scale), int(Fraction(y) * scale))
            for x, y in shapely.get_coordinates(ring).tolist()
        ]
        found.extend(itertools.pairwise(points) if len(points) > 1 else [(points[0], points[0])])
    return found


def turn(a: Point, b: Point, c: Point) -> int:
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def from_segment(point: Point, segment: Segment) -> Fraction:
    """Minimise |a + t(b - a) - p|² over t = share / square in 0..1, a parabola."""
    (ax, ay), (bx, by) = segment
    ux, uy = bx - ax, by - ay
    square = (ux * ux + uy * uy) or 1
    share = min(max((point[0] - ax) * ux + (point[1] - ay) * uy, 0), square)
    east = (ax - point[0]) * square + share * ux
    north = (ay - point[1]) * square + share * uy
    return Fraction(east * east + north * north, square * square)


def between(one: Segment, other: Segment) -> Fraction:
    turns = turn(*one, other[0]), turn(*one, other[1]), turn(*other, one[0]), turn(*other, one[1])
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return Fraction(0)
    return min(
        *(from_segment(point, one) for point in other),
        *(from_segment(point, other) for point in one),
    )


def is_in(point: Point, ring: list[Segment]) -> bool:
    """Even-odd with the crossing's own easting, for points off the boundary."""
    crossings = 0
    for (ax, ay), (bx, by) in ring:
        if (ay <= point[1]) != (by <= point[1]):
            crossings += ax + Fraction(point[1] - ay, by - ay) * (bx - ax) > point[0]
    return crossings % 2 == 1


def distance_sq(left: shapely.Geometry, right: shapely.Geometry) -> Fraction:
    """Return the exact squared distance of two geometries."""
    scale = scale_of(left, right)
    least = []
    for one, other in itertools.product(simple_parts(left), simple_parts(right)):
        ours, theirs = segments_of(one, scale), segments_of(other, scale)
        found = min(between(a, b) for a, b in itertools.product(ours, theirs))
        is_held = (shapely.get_type_id(other) == 3 and is_in(ours[0][0], theirs)) or (
            shapely.get_type_id(one) == 3 and is_in(theirs[0][0], ours)
        )
        least.append(Fraction(0) if is_held else found)
    return min(least) / (scale * scale)
