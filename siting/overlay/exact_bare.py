"""The exact oracle of what is left bare: slabs between all places where anything changes.

Between two neighbouring x of vertices and crossings no edge crosses another, so each vertical
line there meets the same edges in the same order, and lengths on it are linear in x. An area is
therefore a sum of width × length at the middle, in rational arithmetic.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

import shapely

from siting.overlay.exact import Edge, edges_of, height
from siting.overlay.witness import Geometries

#: Above this number of edges the oracle would take seconds: the work grows with its square.
MAX_EDGES = 400

_Span = tuple[Fraction, Fraction]


def exact_bare_area_m2(subject: shapely.Geometry, cover: Geometries) -> float | None:
    """Return the exact area of a polygon outside all polygons of a set, rounded once.

    Parameters
    ----------
    subject
        A valid polygon or multipolygon.
    cover
        Valid polygons of the same plane, which may overlap each other.

    Returns
    -------
    float | None
        m² (square units of the plane), or None when there are too many edges.
    """
    if shapely.is_empty(subject):
        return 0.0
    ours = edges_of(subject, Fraction(0))
    west, east = min(edge[0] for edge in ours), max(edge[1] for edge in ours)
    theirs = [
        [edge for edge in edges_of(each, Fraction(0)) if edge[0] < east and edge[1] > west]
        for each in cover
    ]
    groups = [ours, *(edges for edges in theirs if edges)]
    if sum(map(len, groups)) > MAX_EDGES:
        return None
    total = Fraction(0)
    for start, end in itertools.pairwise(_places(groups, west, east)):
        middle = (start + end) / 2
        taken = _merged(span for edges in groups[1:] for span in _spans(edges, middle))
        total += (end - start) * _left_over(_spans(ours, middle), taken)
    return float(total)


def _places(groups: Sequence[list[Edge]], west: Fraction, east: Fraction) -> list[Fraction]:
    """Return the x, in order, at which an edge begins, ends or crosses one of another polygon."""
    places = {x for edges in groups for edge in edges for x in edge[:2]}
    for one, other in itertools.combinations(groups, 2):
        for left, right in itertools.product(one, other):
            start, end = max(left[0], right[0]), min(left[1], right[1])
            if start < end:
                before = height(left, start) - height(right, start)
                after = height(left, end) - height(right, end)
                if before * after < 0:
                    places.add(start + (end - start) * before / (before - after))
    return sorted(x for x in places if west <= x <= east)


def _spans(edges: list[Edge], x: Fraction) -> list[_Span]:
    """Return where a vertical line that meets no vertex is inside a polygon (even-odd)."""
    heights = sorted(height(edge, x) for edge in edges if edge[0] < x < edge[1])
    return list(zip(heights[::2], heights[1::2], strict=True))


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def _left_over(spans: list[_Span], taken: list[_Span]) -> Fraction:
    """Return the length of spans outside the taken ones, which do not overlap each other."""
    length = sum((high - low for low, high in spans), Fraction(0))
    for low, high in spans:
        for bottom, top in taken:
            length -= max(min(high, top) - max(low, bottom), Fraction(0))
    return length
