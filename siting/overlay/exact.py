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
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: One edge: x0 < x1, y at both ends, and the sign of "below it" in the indicator.
Edge = tuple[Fraction, Fraction, Fraction, Fraction, int]

#: Above this number of edge pairs with a common x-range the oracle would take minutes.
MAX_EDGE_PAIRS = 400_000

#: Two heights in doubles (seven roundings each, none of more than twice the edge's largest height)
#: whose difference exceeds this share of the largest are truly apart: 2⁻⁴⁷ would do.
HEIGHT_DOUBT = 2.0**-40


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
    for i, j in pairs.crossing:
        total += _area_below_both(left_edges[i], right_edges[j])
    for edges, steps in ((left_edges, pairs.left_is_lower), (right_edges, pairs.right_is_lower)):
        total += _area_below_one(edges, steps)
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


@dataclass(frozen=True, eq=False, slots=True)
class _Pairs:
    """Pairs of edges with a common x-range, by what they take to measure.

    ``crossing``: both heights have to be known. Of all others one edge lies wholly below the other
    and its area alone counts: steps of how often it counts, as (edge, x, change).
    """

    crossing: list[tuple[int, int]]
    left_is_lower: list[tuple[int, float, int]]
    right_is_lower: list[tuple[int, float, int]]


class _Ranges:
    """Edges in doubles: x exactly, heights over the base rounded."""

    def __init__(self, edges: list[Edge]) -> None:
        table = np.array([[float(value) for value in edge] for edge in edges])
        self.start, self.end, self.sign = table[:, 0], table[:, 1], table[:, 4].astype(np.int64)
        self.y0, self.y1 = table[:, 2], table[:, 3]
        self.size = np.maximum(np.abs(self.y0), np.abs(self.y1))

    def heights(self, edge: int | NDArray[np.intp], x: Floats) -> Floats:
        """Return the heights of edges within their x-range, off by less than HEIGHT_DOUBT."""
        start, end = self.start[edge], self.end[edge]
        at: Floats = self.y0[edge] + (self.y1[edge] - self.y0[edge]) * (x - start) / (end - start)
        return at


def _pairs_with_common_range(left: list[Edge], right: list[Edge]) -> _Pairs | None:
    if not left or not right:
        return _Pairs([], [], [])
    ours, theirs = _Ranges(left), _Ranges(right)
    crossing: list[tuple[int, int]] = []
    below: list[Floats] = []
    above: list[Floats] = []
    count = 0
    for i in range(len(left)):
        common = np.flatnonzero((theirs.start < ours.end[i]) & (theirs.end > ours.start[i]))
        count += len(common)
        if count > MAX_EDGE_PAIRS:
            return None
        start = np.maximum(theirs.start[common], ours.start[i])
        end = np.minimum(theirs.end[common], ours.end[i])
        doubt = HEIGHT_DOUBT * np.maximum(theirs.size[common], ours.size[i])
        # straight edges that are clearly apart at both ends of a range are so all along
        gaps = [theirs.heights(common, x) - ours.heights(i, x) for x in (start, end)]
        is_above = (gaps[0] > doubt) & (gaps[1] > doubt)
        is_below = (gaps[0] < -doubt) & (gaps[1] < -doubt)
        crossing.extend((i, int(j)) for j in common[~(is_above | is_below)])
        for chosen, steps, is_ours in ((is_above, below, True), (is_below, above, False)):
            j = common[chosen]
            edge = np.full(len(j), i) if is_ours else j
            sign = theirs.sign[j] * ours.sign[i]
            steps += [np.stack([edge, start[chosen], sign]), np.stack([edge, end[chosen], -sign])]
    return _Pairs(crossing, _steps(below), _steps(above))


def _steps(found: list[Floats]) -> list[tuple[int, float, int]]:
    """Add up the changes of each edge at each x. Nearly all cancel: rings go to and fro."""
    table = np.concatenate(found, axis=1)
    places, at = np.unique(table[:2], axis=1, return_inverse=True)
    changes = np.bincount(at.ravel(), table[2], minlength=places.shape[1])
    return [
        (int(edge), float(x), int(change))
        for (edge, x), change in zip(places.T, changes, strict=True)
        if change
    ]


def _area_below_one(edges: list[Edge], steps: list[tuple[int, float, int]]) -> Fraction:
    """Return the areas below single edges, each counted as often as its steps say.

    A change at x counts the rest of the edge beyond x; an edge's changes add up to nothing, so
    that is minus the area from its start to x, times the change.
    """
    total = Fraction(0)
    for number, x, change in steps:
        edge, place = edges[number], Fraction(x)
        total -= change * (edge[2] + height(edge, place)) * (place - edge[0])
    return total / 2


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
