"""A second exact oracle, of another kind than the first: slabs, even-odd, no signs, no Green.

Between two neighbouring critical x (vertices, and crossings of any two edges) nothing crosses,
so lengths along a vertical line are linear in x, and an area is width × length at the middle.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import shapely

Edge = tuple[Fraction, Fraction, Fraction, Fraction]


def edges_of(geometry: shapely.Geometry) -> list[Edge]:
    edges = []
    for polygon in shapely.get_parts(geometry):
        for ring in shapely.get_rings(polygon):
            points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                if x0 != x1:
                    edges.append((x0, y0, x1, y1) if x0 < x1 else (x1, y1, x0, y0))
    return edges


def height(edge: Edge, x: Fraction) -> Fraction:
    x0, y0, x1, y1 = edge
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def crossings(left: list[Edge], right: list[Edge]) -> set[Fraction]:
    found = set()
    for one, other in itertools.product(left, right):
        start, end = max(one[0], other[0]), min(one[2], other[2])
        if start < end:
            a = height(one, start) - height(other, start)
            b = height(one, end) - height(other, end)
            if a * b < 0:
                found.add(start + (end - start) * a / (a - b))
    return found


def spans(edges: list[Edge], x: Fraction) -> list[tuple[Fraction, Fraction]]:
    heights = sorted(height(edge, x) for edge in edges if edge[0] < x < edge[2])
    return list(zip(heights[::2], heights[1::2], strict=True))


def overlap(left: shapely.Geometry, right: shapely.Geometry) -> Fraction:
    """Return the exact area of the overlap of two valid polygons."""
    ours, theirs = edges_of(left), edges_of(right)
    places = {x for edge in ours + theirs for x in (edge[0], edge[2])}
    places |= crossings(ours, theirs)
    total = Fraction(0)
    for west, east in itertools.pairwise(sorted(places)):
        middle = (west + east) / 2
        for low, high in spans(ours, middle):
            for bottom, top in spans(theirs, middle):
                total += (east - west) * max(min(high, top) - max(low, bottom), 0)
    return total
