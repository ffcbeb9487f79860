"""The exact oracle: the overlap area of two polygons in rational arithmetic.

GEOS returns wrong overlays without a word for some valid polygons whose edges nearly
coincide (shapely #1871, GEOS #1523). Where its two precisions disagree, this decides.
The area of A ∩ B is a sum over pairs of edges: each polygon's indicator function is the
signed sum of "below this edge" over its edges (Green's theorem), so the product of two
indicators is the signed sum of "below the lower of both edges". No geometry is built, so
nothing can be built wrongly; coordinates are taken as the exact rationals that they are.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import shapely

#: One edge: x0 < x1, y at both ends, and the sign of "below it" in the indicator.
Edge = tuple[Fraction, Fraction, Fraction, Fraction, int]

#: Above this number of edge pairs with a common x-range the oracle would take minutes.
MAX_EDGE_PAIRS = 400_000


def exact_overlap_area_m2(left: shapely.Geometry, right: shapely.Geometry) -> float | None:
    """Return the exact overlap area of two valid polygons, rounded once at the end.

    Parameters
    ----------
    left, right
        Polygons or multipolygons, valid, of the same plane.

    Returns
    -------
    float | None
        m² (square units of the plane), or None when the pair has too many edges.
    """
    if shapely.is_empty(left) or shapely.is_empty(right):
        return 0.0
    base = Fraction(min(shapely.bounds(left)[1], shapely.bounds(right)[1]))
    left_edges, right_edges = edges_of(left, base), edges_of(right, base)
    pairs = _pairs_with_common_range(left_edges, right_edges)
    if pairs is None:
        return None
    total = Fraction(0)
    for i, j in pairs:
        total += _area_below_both(left_edges[i], right_edges[j])
    return float(total)


def edges_of(geometry: shapely.Geometry, base: Fraction) -> list[Edge]:
    """Return the edges of polygons but for verticals, heights over a base; sign 1: below is in."""
    edges: list[Edge] = []
    oriented = shapely.orient_polygons(geometry, exterior_cw=True)
    for polygon in shapely.get_parts(oriented):
        for ring in shapely.get_rings(polygon):
            points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                if x0 < x1:
                    edges.append((x0, x1, y0 - base, y1 - base, 1))
                elif x1 < x0:
                    edges.append((x1, x0, y1 - base, y0 - base, -1))
    return edges


def _pairs_with_common_range(left: list[Edge], right: list[Edge]) -> list[tuple[int, int]] | None:
    if not left or not right:
        return []
    # float ranges widened by nothing: conversion of the coordinates back is exact
    starts = np.array([float(edge[0]) for edge in right])
    ends = np.array([float(edge[1]) for edge in right])
    pairs: list[tuple[int, int]] = []
    for i, edge in enumerate(left):
        common = np.flatnonzero((starts < float(edge[1])) & (ends > float(edge[0])))
        pairs.extend((i, int(j)) for j in common)
        if len(pairs) > MAX_EDGE_PAIRS:
            return None
    return pairs


def height(edge: Edge, x: Fraction) -> Fraction:
    """Return the height of an edge's line at x."""
    x0, x1, y0, y1, _ = edge
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def _area_below_both(left: Edge, right: Edge) -> Fraction:
    start, end = max(left[0], right[0]), min(left[1], right[1])
    left_start, left_end = height(left, start), height(left, end)
    right_start, right_end = height(right, start), height(right, end)
    gap_start, gap_end = left_start - right_start, left_end - right_end
    low_start, low_end = min(left_start, right_start), min(left_end, right_end)
    if gap_start * gap_end < 0:
        crossing = start + (end - start) * gap_start / (gap_start - gap_end)
        top = height(left, crossing)
        area = (low_start + top) * (crossing - start) + (top + low_end) * (end - crossing)
    else:
        area = (low_start + low_end) * (end - start)
    return left[4] * right[4] * area / 2
