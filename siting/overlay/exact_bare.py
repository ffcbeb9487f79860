"""The exact oracle of what is left bare: slabs between all places where anything changes.

Between two neighbouring x of vertices and crossings no edge crosses another, so each vertical
line there meets the same edges in the same order, and lengths on it are linear in x. An area is
therefore a sum of width × length at the middle, in rational arithmetic.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import shapely

from siting.overlay.exact import Edge, edges_of, height
from siting.overlay.witness import Floats, Geometries

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
    places = _places(groups, west, east)
    slabs = [_by_slab(edges, places) for edges in groups]
    total = Fraction(0)
    for slab, (start, end) in enumerate(itertools.pairwise(places)):
        middle = (start + end) / 2
        lines = [_spans(by_slab[slab], middle) for by_slab in slabs]
        taken = _merged(itertools.chain.from_iterable(lines[1:]))
        total += (end - start) * _left_over(lines[0], taken)
    return float(total)


def _places(groups: Sequence[list[Edge]], west: Fraction, east: Fraction) -> list[Fraction]:
    """Return the x, in order, at which an edge begins, ends or crosses one of another polygon."""
    places = {x for edges in groups for edge in edges for x in edge[:2]}
    boxes = [_boxes(edges) for edges in groups]
    for (one, ours), (other, theirs) in itertools.combinations(zip(groups, boxes, strict=True), 2):
        for row, column in _meeting(ours, theirs):
            left, right = one[row], other[column]
            start, end = max(left[0], right[0]), min(left[1], right[1])
            before = height(left, start) - height(right, start)
            after = height(left, end) - height(right, end)
            if before * after < 0:
                places.add(start + (end - start) * before / (before - after))
    return sorted(x for x in places if west <= x <= east)


def _boxes(edges: list[Edge]) -> Floats:
    """Return west, east, south, north of each edge: ends are coordinates, so nothing is rounded."""
    ends = np.array([[float(value) for value in edge[:4]] for edge in edges])
    return np.column_stack([ends[:, :2], ends[:, 2:].min(axis=1), ends[:, 2:].max(axis=1)])


def _meeting(one: Floats, other: Floats) -> list[list[int]]:
    """Return which edges of two polygons can cross: they have x in common, and touch in y."""
    west, east, south, north = (column[:, None] for column in one.T)
    is_common = np.maximum(west, other[:, 0]) < np.minimum(east, other[:, 1])
    is_level = np.maximum(south, other[:, 2]) <= np.minimum(north, other[:, 3])
    pairs: list[list[int]] = np.argwhere(is_common & is_level).tolist()
    return pairs


def _by_slab(edges: list[Edge], places: list[Fraction]) -> list[list[Edge]]:
    """Return the edges over each slab; an edge ends at a place, or outside them all."""
    slabs: list[list[Edge]] = [[] for _ in places]
    for edge in edges:
        for slab in range(bisect_left(places, edge[0]), bisect_left(places, edge[1])):
            slabs[slab].append(edge)
    return slabs


def _spans(edges: list[Edge], x: Fraction) -> list[_Span]:
    """Return where a vertical line that meets no vertex is inside a polygon (even-odd)."""
    heights = sorted(height(edge, x) for edge in edges)
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
