"""The exact oracle: the overlap area of two polygons in rational arithmetic.

GEOS returns wrong overlays without a word for some valid polygons whose edges nearly
coincide (shapely #1871, GEOS #1523). Where its two precisions disagree, this decides.
The area of A ∩ B is a sum over pairs of edges: each polygon's indicator function is the
signed sum of "below this edge" over its edges (Green's theorem), so the product of two
indicators is the signed sum of "below the lower of both edges". No geometry is built, so
nothing can be built wrongly; coordinates are taken as the exact rationals that they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
#: West, south, east, north.
Window = tuple[float, float, float, float]

#: One edge: x0 < x1, y at both ends, and the sign of "below it" in the indicator (how often it
#: counts, with sign, where it stands for several).
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
    window = _common_box(left, right)
    if not (window[0] < window[2] and window[1] < window[3]):
        return 0.0
    base = Fraction(window[1])
    ours, theirs = (_edges_within(_edges(each, base), window) for each in (left, right))
    pairs = _pairs_with_common_range(ours, theirs)
    if pairs is None:
        return None
    total = Fraction(0)
    for i, j in pairs.crossing:
        total += _area_below_both(ours.edge(i), theirs.edge(j))
    for edges, steps in ((ours, pairs.left_is_lower), (theirs, pairs.right_is_lower)):
        total += _area_below_one(edges, steps)
    return float(total)


def edges_of(geometry: shapely.Geometry, base: Fraction) -> list[Edge]:
    """Return the edges of polygons but for verticals, heights over a base; sign 1: below is in."""
    edges = _edges(geometry, base)
    return [edges.edge(number) for number in range(len(edges))]


def _common_box(left: shapely.Geometry, right: shapely.Geometry) -> Window:
    boxes = shapely.bounds([left, right])
    west, south = boxes[:, :2].max(axis=0).tolist()
    east, north = boxes[:, 2:].min(axis=0).tolist()
    return west, south, east, north


class _Edges:
    """The edges of polygons but for verticals, from west to east, in doubles; exact when asked.

    ``y0``, ``y1``: heights over the base, rounded once. ``size``: the larger of both.
    """

    def __init__(self, west: Floats, east: Floats, sign: Longs, base: Fraction) -> None:
        self.west, self.east, self.sign, self.base = west, east, sign, base
        self.start, self.end = west[:, 0], east[:, 0]
        self.y0, self.y1 = (side[:, 1] - float(base) for side in (west, east))
        self.size = np.maximum(np.abs(self.y0), np.abs(self.y1))

    def __len__(self) -> int:
        return len(self.sign)

    def edge(self, number: int) -> Edge:
        """Return an edge in rational numbers."""
        (x0, y0), (x1, y1) = self.west[number].tolist(), self.east[number].tolist()
        heights = Fraction(y0) - self.base, Fraction(y1) - self.base
        return Fraction(x0), Fraction(x1), *heights, int(self.sign[number])

    def heights(self, edge: int | NDArray[np.intp], x: Floats) -> Floats:
        """Return the heights of edges within their x-range, off by less than HEIGHT_DOUBT."""
        start, end = self.start[edge], self.end[edge]
        at: Floats = self.y0[edge] + (self.y1[edge] - self.y0[edge]) * (x - start) / (end - start)
        return at


def _edges(geometry: shapely.Geometry, base: Fraction) -> _Edges:
    oriented = shapely.orient_polygons(geometry, exterior_cw=True)
    rings = shapely.get_rings(shapely.get_parts(oriented))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ahead, behind = points[:-1, 0] < points[1:, 0], points[:-1, 0] > points[1:, 0]
    at = np.flatnonzero((ring[:-1] == ring[1:]) & (ahead | behind))
    is_east = ahead[at]
    return _Edges(points[at + ~is_east], points[at + is_east], np.where(is_east, 1, -1), base)


def _edges_within(edges: _Edges, window: Window) -> _Edges:
    """Return the edges that count in the common box of two polygons, of one that has these edges.

    South of the box only one of both has edges. Any such lies below all edges of the other, whose
    signs add up to nothing over every x, so they count for nothing. North of it, too, only
    one has edges: the other's lie below them, as they do below the box's northern side,
    which takes their place as often as they pass over it.
    """
    west, south, east, north = window
    ends = edges.west[:, 1], edges.east[:, 1]
    is_near = (edges.end > west) & (edges.start < east) & (np.maximum(*ends) >= south)
    is_above = is_near & (np.minimum(*ends) >= north)
    is_real = is_near & ~is_above
    start, end = np.maximum(edges.start[is_above], west), np.minimum(edges.end[is_above], east)
    sign = edges.sign[is_above]
    x, at = np.unique(np.concatenate([start, end]), return_inverse=True)
    changes = np.bincount(at, np.concatenate([sign, -sign]), minlength=len(x))
    weight = np.cumsum(changes).astype(np.int64)
    # the last place is where the last edge ends
    flat = np.flatnonzero(weight[:-1])
    level = np.full(len(flat), north)
    return _Edges(
        np.concatenate([edges.west[is_real], np.column_stack([x[flat], level])]),
        np.concatenate([edges.east[is_real], np.column_stack([x[flat + 1], level])]),
        np.concatenate([edges.sign[is_real], weight[flat]]),
        edges.base,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Pairs:
    """Pairs of edges with a common x-range, by what they take to measure.

    ``crossing``: both heights have to be known. Of all others one edge lies wholly below the other
    and its area alone counts: steps of how often it counts, as (edge, x, change).
    """

    crossing: list[tuple[int, int]]
    left_is_lower: list[tuple[int, float, int]]
    right_is_lower: list[tuple[int, float, int]]


def _pairs_with_common_range(ours: _Edges, theirs: _Edges) -> _Pairs | None:
    if not len(ours) or not len(theirs):
        return _Pairs([], [], [])
    crossing: list[tuple[int, int]] = []
    below: list[Floats] = []
    above: list[Floats] = []
    count = 0
    for i in range(len(ours)):
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
    edge, x, change = table[:, np.lexsort(table[1::-1])]
    is_next = (edge[1:] != edge[:-1]) | (x[1:] != x[:-1])
    first = np.flatnonzero(np.concatenate([np.ones(min(len(x), 1), dtype=bool), is_next]))
    changes = np.add.reduceat(change, first) if len(first) else change
    kept = first[changes != 0]
    columns = edge[kept].astype(np.int64), x[kept], changes[changes != 0].astype(np.int64)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _area_below_one(edges: _Edges, steps: list[tuple[int, float, int]]) -> Fraction:
    """Return the areas below single edges, each counted as often as its steps say.

    A change at x counts the rest of the edge beyond x; an edge's changes add up to nothing, so
    that is minus the area from its start to x, times the change.
    """
    total = Fraction(0)
    for number, x, change in steps:
        edge, place = edges.edge(number), Fraction(x)
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
