"""Which parcels lie side by side, along how many metres, and how far apart.

Two parcels face each other where an edge of one runs opposite to an edge of the other and the
ground between them is no wider than a lane. Cadastres are not topological: neighbours need not
share a vertex, and hairline gaps and overlaps are common, so no coordinate is compared for
equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.assembly.ground import Ground
from siting.overlay.kernel.layout import Geometries, rings_of

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Ground up to this width between two parcels does not part them (a lane, 巷道).
LANE_WIDTH_M = 6.0
#: Up to this, ground between parcels is the hairline of two digitisations, no lane.
HAIRLINE_M = 0.1
#: Parcels may overlap each other by as much and still lie side by side.
OVERLAP_DEPTH_M = 0.5
#: Parcels that face each other along less than this touch at a corner.
MIN_FACING_M = 2.0
#: Cosine of the angle by which facing edges may differ from running opposite (30°).
FACING_COSINE = 0.866
#: Pairs of edges that are worked on at once: bounds the memory.
BLOCK_EDGE_PAIRS = 1_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Adjacency:
    """Neighbours of each parcel, as rows of a sparse matrix.

    The neighbours of parcel ``i`` are ``neighbours[starts[i]:starts[i + 1]]``, ascending;
    ``facing_m`` is the length along which they face each other, ``gap_m`` the mean width
    of the ground between (0 where they touch or overlap).
    """

    starts: Longs
    neighbours: Longs
    facing_m: Floats
    gap_m: Floats

    def __len__(self) -> int:
        """Return the number of parcels."""
        return len(self.starts) - 1

    def of(self, parcel: int) -> tuple[Longs, Floats]:
        """Return the neighbours of a parcel and the metres along which each faces it."""
        span = slice(self.starts[parcel], self.starts[parcel + 1])
        return self.neighbours[span], self.facing_m[span]


def adjacency(
    shapes: Geometries,
    *,
    ground: Ground | None = None,
    lane_width_m: float = LANE_WIDTH_M,
    min_facing_m: float = MIN_FACING_M,
) -> Adjacency:
    """Return which polygons lie side by side.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.
    ground
        All parcels, where `shapes` are some of them: what lies on one is no lane.
    lane_width_m
        Ground up to this width between two of them does not part them.
    min_facing_m
        What faces along less is a corner.
    """
    view = _View(_edges(shapes), ground or Ground(shapes), lane_width_m)
    left, right = _near_pairs(shapes, lane_width_m)
    facing, gaps = np.zeros(len(left)), np.zeros(len(left))
    for block in _blocks(view.edges, left, right):
        facing[block], gaps[block] = _facing(view, left[block], right[block])
    is_facing = facing >= min_facing_m
    left, right = left[is_facing], right[is_facing]
    facing, gaps = facing[is_facing], gaps[is_facing]
    return _both_ways(len(shapes), (left, right), facing, gaps)


def _both_ways(count: int, pairs: tuple[Longs, Longs], facing: Floats, gaps: Floats) -> Adjacency:
    left, right = pairs
    rows, columns = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))])
    return Adjacency(
        starts.astype(np.int64),
        columns[order],
        np.tile(facing, 2)[order],
        np.tile(gaps, 2)[order],
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Edges:
    """Edges of all parcels with the parcel's inside on their left, grouped by parcel."""

    begin: Floats
    end: Floats
    starts: Longs


def _edges(shapes: Geometries) -> _Edges:
    rings = rings_of(shapes)
    sizes = np.diff(rings.ring_vertices)
    ring = np.repeat(np.arange(len(sizes)), sizes)
    part_of_ring = np.repeat(np.arange(len(rings.part_rings) - 1), np.diff(rings.part_rings))
    is_last = np.zeros(len(rings.xy), dtype=bool)
    is_last[rings.ring_vertices[1:][sizes > 0] - 1] = True
    first = np.flatnonzero(~is_last)
    begin, end = rings.xy[first], rings.xy[first + 1]
    local = rings.xy[rings.ring_vertices[:-1]][ring[first]]
    cross = _cross(begin - local, end - local)
    turns = np.bincount(ring[first], weights=cross, minlength=len(sizes))
    is_exterior = np.zeros(len(sizes), dtype=bool)
    is_exterior[rings.part_rings[:-1]] = True
    is_against = ((turns > 0) != is_exterior)[ring[first], None]
    begin, end = np.where(is_against, end, begin), np.where(is_against, begin, end)
    owner = rings.part_feature[part_of_ring[ring[first]]]
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(shapes)))])
    return _Edges(begin, end, starts.astype(np.int64))


def _cross(one: Floats, other: Floats) -> Floats:
    product: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _near_pairs(shapes: Geometries, lane_width_m: float) -> tuple[Longs, Longs]:
    bounds = shapely.bounds(shapes)
    grown = shapely.box(*(bounds + lane_width_m * np.array([-1, -1, 1, 1])).T)
    left, right = shapely.STRtree(shapes).query(grown)
    is_once = left < right
    left, right = left[is_once], right[is_once]
    order = np.lexsort((right, left))
    return left[order].astype(np.int64), right[order].astype(np.int64)


def _blocks(edges: _Edges, left: Longs, right: Longs) -> Iterator[slice]:
    """Cut the pairs so that the edges listed at once stay within the memory's bound."""
    counts = np.diff(edges.starts)
    work = np.cumsum(counts[left] + counts[right])
    begin = 0
    while begin < len(left):
        done = work[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(work, done + BLOCK_EDGE_PAIRS)))
        yield slice(begin, end)
        begin = end


@dataclass(frozen=True, eq=False, slots=True)
class _View:
    """What pairs are looked at with."""

    edges: _Edges
    ground: Ground
    lane_width_m: float


def _facing(view: _View, left: Longs, right: Longs) -> tuple[Floats, Floats]:
    """Return for each pair the facing length and the mean gap."""
    edges, reach = view.edges, view.lane_width_m
    boxes = _boxes(edges, np.concatenate([left, right])).reshape(2, -1, 4)
    ours = _edges_near(edges, left, boxes[1], reach)
    theirs = _edges_near(edges, right, boxes[0], reach)
    pair, one, other = _product(ours, theirs, len(left))
    found = _stretches(edges, one, other, reach)
    pair, one = pair[found.at], one[found.at]
    is_open = _is_open(view, one, found)
    pair, one, found = pair[is_open], one[is_open], found.rows(is_open)
    seen = _covered(pair, one, found.t0, found.t1)
    facing = np.bincount(pair, weights=seen, minlength=len(left)).astype(np.float64)
    gap = np.maximum((found.gap0 + found.gap1) / 2, 0.0)
    weighted = np.bincount(pair, weights=seen * gap, minlength=len(left))
    mean: Floats = np.divide(weighted, facing, out=np.zeros(len(left)), where=facing > 0)
    return facing, mean


def _boxes(edges: _Edges, parcels: Longs) -> Floats:
    """Return the boxes of some parcels, as their edges have them."""
    at = np.minimum(edges.starts[:-1], len(edges.begin) - 1)
    least = np.minimum.reduceat(edges.begin, at, axis=0)
    most = np.maximum.reduceat(edges.begin, at, axis=0)
    return np.hstack([least, most])[parcels]


def _edges_near(
    edges: _Edges, parcels: Longs, boxes: Floats, reach_m: float
) -> tuple[Longs, Longs]:
    """Return (pair, edge) of the parcels' edges that come within reach of the other's box."""
    counts = np.diff(edges.starts)[parcels]
    pair = np.repeat(np.arange(len(parcels)), counts)
    edge = _ranges(edges.starts[parcels], counts)
    box = boxes[pair]
    low = np.minimum(edges.begin[edge], edges.end[edge])
    high = np.maximum(edges.begin[edge], edges.end[edge])
    is_near = ((low <= box[:, 2:] + reach_m) & (high >= box[:, :2] - reach_m)).all(axis=1)
    return pair[is_near], edge[is_near]


def _ranges(starts: Longs, counts: Longs) -> Longs:
    """Return starts[i], starts[i] + 1 … counts[i] of them, one after the other."""
    total = int(counts.sum())
    ahead = np.repeat(np.cumsum(counts) - counts, counts)
    ranges: Longs = np.arange(total) - ahead + np.repeat(starts, counts)
    return ranges


def _product(
    ours: tuple[Longs, Longs], theirs: tuple[Longs, Longs], pairs: int
) -> tuple[Longs, Longs, Longs]:
    """Return (pair, our edge, their edge) for every two edges of a pair."""
    counts = np.bincount(theirs[0], minlength=pairs)
    begins = np.cumsum(counts) - counts
    each = counts[ours[0]]
    pair, one = np.repeat(ours[0], each), np.repeat(ours[1], each)
    other = theirs[1][_ranges(begins[ours[0]], each)]
    return pair, one, other


@dataclass(frozen=True, eq=False, slots=True)
class _Stretches:
    """Parts of edges that another edge faces: from t0 to t1 along it, gap0 and gap1 away there.

    ``at`` are the places among the pairs of edges asked about.
    """

    at: Longs
    t0: Floats
    t1: Floats
    gap0: Floats
    gap1: Floats

    def rows(self, rows: NDArray[np.bool_]) -> _Stretches:
        return _Stretches(
            self.at[rows], self.t0[rows], self.t1[rows], self.gap0[rows], self.gap1[rows]
        )


def _stretches(edges: _Edges, one: Longs, other: Longs, lane_width_m: float) -> _Stretches:
    """Return where an edge has another one opposite it, no further off than a lane is wide."""
    along, back = edges.end[one] - edges.begin[one], edges.end[other] - edges.begin[other]
    length, norm = np.hypot(*along.T), np.hypot(*back.T)
    unit = along / np.where(length > 0, length, 1.0)[:, None]
    to_low, to_high = (ends[other] - edges.begin[one] for ends in (edges.end, edges.begin))
    low, high = (to_low * unit).sum(axis=1), (to_high * unit).sum(axis=1)
    t0, t1 = np.maximum(low, 0.0), np.minimum(high, length)
    # the inside is on the left, so what faces an edge lies to its right
    gap_low, gap_high = -_cross(unit, to_low), -_cross(unit, to_high)
    slope = (gap_high - gap_low) / np.where(high > low, high - low, 1.0)
    gap0, gap1 = gap_low + slope * (t0 - low), gap_low + slope * (t1 - low)
    gap = (gap0 + gap1) / 2
    is_opposite = (along * back).sum(axis=1) < -FACING_COSINE * length * norm
    is_near = (gap <= lane_width_m) & (gap >= -OVERLAP_DEPTH_M)
    at = np.flatnonzero((t1 > t0) & is_opposite & is_near)
    return _Stretches(at, t0[at], t1[at], gap0[at], gap1[at])


def _is_open(view: _View, one: Longs, found: _Stretches) -> NDArray[np.bool_]:
    """Return for each stretch whether nobody's parcel lies between."""
    is_open = np.ones(len(one), dtype=bool)
    is_lane = (found.gap0 + found.gap1) / 2 > HAIRLINE_M
    if not is_lane.any():
        return is_open
    seen, edge = found.rows(is_lane), one[is_lane]
    along = view.edges.end[edge] - view.edges.begin[edge]
    unit = along / np.hypot(*along.T)[:, None]
    right = np.column_stack([unit[:, 1], -unit[:, 0]])
    begin = view.edges.begin[edge] + seen.t0[:, None] * unit
    end = view.edges.begin[edge] + seen.t1[:, None] * unit
    far_end = end + np.maximum(seen.gap1, 0.0)[:, None] * right
    far_begin = begin + np.maximum(seen.gap0, 0.0)[:, None] * right
    corners = np.stack([begin, end, far_end, far_begin], axis=1)
    strips = np.asarray(shapely.polygons(corners), dtype=object)
    is_open[is_lane] = view.ground.is_free(strips)
    return is_open


def _covered(pair: Longs, edge: Longs, t0: Floats, t1: Floats) -> Floats:
    """Return how much each stretch adds to those before it: no metre of an edge counts twice."""
    if not len(pair):
        return t0
    order = np.lexsort((t0, edge, pair))
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (np.diff(pair[order]) != 0) | (np.diff(edge[order]) != 0)
    offset = (np.cumsum(is_new) - 1) * (2.0 * float(t1.max()) + 1.0)
    begins, ends = t0[order] + offset, t1[order] + offset
    before = np.concatenate([[-np.inf], np.maximum.accumulate(ends)[:-1]])
    added = np.empty(len(order))
    added[order] = np.maximum(0.0, ends - np.maximum(begins, before))
    return added
