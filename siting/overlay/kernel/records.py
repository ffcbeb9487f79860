"""The arrays that the kernel works on, and its numbers.

All records are named tuples of numpy arrays, so that machine code and numpy take the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

#: Half the distance from 1 to the next double: the relative error of one operation.
UNIT_ROUNDOFF = 2.0**-53
#: Roundings of one term, in units of u·width·height (proof: docs/overlay-kernel.md; 24 there).
TERM_ROUNDINGS = 25.0
#: Roundings of the two sums, per edge of the windows (1 in the proof).
SUM_ROUNDINGS = 1.05
#: Roundings of one slab of a union, in units of u·width·edges·height, and of the sum, per slab
#: (proof: docs/overlay-kernel.md, "Unions"; 22 and 2 there).
SLAB_ROUNDINGS = 24.0
SLAB_SUM_ROUNDINGS = 2.1
#: Covers what underflows, and the rounding of the bound itself.
BOUND_SLACK = 1.01
UNDERFLOW_M2 = 1e-280
#: Coordinates beyond this are no ground, and their products could overflow.
LARGEST_COORDINATE = 1e15
#: Parts with fewer edges are scanned whole; for larger ones a grid of their edges pays.
GRID_FROM_EDGES = 48
#: Roundings of a distance, in units of u·longest segment and of u·distance (proof:
#: docs/overlay-kernel.md, "Distances"; 31 and 9.3 there).
LENGTH_ROUNDINGS = 32.0
DISTANCE_ROUNDINGS = 10.0
UNDERFLOW_M = 1e-20
#: A segment whose squared length is below this is a point: it is shorter than 1e-130 m.
POINT_M2 = 1e-260
#: What a squared distance is when two segments surely meet.
MEET = -1.0
#: A node of a tree of boxes holds so many segments, or so many nodes of the level below.
FAN_OUT = 8


class Layout(NamedTuple):
    """Polygons as flat arrays: features of parts (polygons), parts of rings, in file order.

    ``xy``: vertices, easting and northing, m (n × 2), each ring closed.
    ``part_vertices``: first vertex of each part, and the end.
    ``part_feature``: the feature of each part; ``feature_parts``: its first part, and the end.
    ``boxes``: west, south, east, north of each part; NaN for a part without vertices.
    ``part_edges``: first edge of each part in ``order``, and the end.
    ``order``: the part's edges from west to east, 2 × (vertex - first vertex of the part),
    plus 1 where the ring runs against the rule (exteriors clockwise, holes the other way).
    ``part_grid``: the grid of a large part, or -1. ``grid_frame``: its west and south, and
    cells per metre in both directions; ``grid_shape``: columns, rows, first cell.
    ``cell_start``, ``cell_edges``: the edges (rank within the part) whose box meets a cell.
    ``cell_anchor``: signed number of edges that cross the cell's western border line in
    rows above the cell.
    """

    xy: Floats
    part_vertices: Longs
    part_feature: Longs
    feature_parts: Longs
    boxes: Floats
    part_edges: Longs
    order: Ints
    part_grid: Longs
    grid_frame: Floats
    grid_shape: Longs
    cell_start: Longs
    cell_edges: Ints
    cell_anchor: Ints


@dataclass(frozen=True, eq=False, slots=True)
class AreaTable:
    """Pairs of features with their planar overlap, sorted by left and right.

    ``area_m2`` may be off by ``bound_m2`` at most. ``is_drawn``: drawn for the witnesses,
    whatever the area. ``looked_at``: pairs whose boxes met, also those not in the table.
    """

    left: Longs
    right: Longs
    area_m2: Floats
    bound_m2: Floats
    is_drawn: NDArray[np.bool_]
    looked_at: int

    def __len__(self) -> int:
        return len(self.left)


class Index(NamedTuple):
    """Boxes of parts in grids of several sizes; a box lies in the finest that is as large.

    ``frame``: west, south, cells per metre of each level; ``shape``: columns, rows, first
    cell; ``cell_start``, ``cell_parts``: the parts whose box meets a cell.
    """

    frame: Floats
    shape: Longs
    cell_start: Longs
    cell_parts: Longs


def bound_of(longest_m: float, distance_m: float) -> float:
    """Return how far a computed distance may be off at most, metres."""
    size = LENGTH_ROUNDINGS * longest_m + DISTANCE_ROUNDINGS * distance_m
    return BOUND_SLACK * (UNIT_ROUNDOFF * size) + UNDERFLOW_M


class Outlines(NamedTuple):
    """Features of parts (polygons, lines, points) as segments, with a tree of boxes per part.

    ``segments``: both ends, the lesser first (n × 4, m); a point is one without length.
    ``part_segments``: first segment of each part, and the end. ``part_is_area``: 1 for a
    polygon. ``part_boxes``: west, south, east, north. ``feature_parts``: first part of each
    feature, and the end. ``longest_m``: the longest segment of each feature.
    ``node_boxes``: the boxes of the trees' nodes; ``node_first``: per level (leaves first)
    the first node of each part, and the end.
    """

    segments: Floats
    part_segments: Longs
    part_is_area: Longs
    part_boxes: Floats
    feature_parts: Longs
    longest_m: Floats
    node_boxes: Floats
    node_first: Longs


@dataclass(frozen=True, eq=False, slots=True)
class DistanceTable:
    """Pairs of features with their distance, sorted by left and right; off by ``bound_m`` at most.

    A bound of 0 goes with a distance of 0 that is certain: the two surely meet.
    """

    left: Longs
    right: Longs
    distance_m: Floats
    bound_m: Floats

    def __len__(self) -> int:
        return len(self.left)


class Side(NamedTuple):
    """Room for the edges of one part in one window: a row per property, a column per edge.

    ``edges``: the rows below. ``ranks``: numbers of edges, and when each was last seen (the
    last entry of that row counts the windows).
    """

    edges: Floats
    ranks: Longs


#: Rows of ``Side.edges``: the edge's x-range within the window; x, height over the window's
#: south, and slope at its western end; its largest height; 1 where the polygon lies below
#: it, -1 where above; and the steps along the northern side, place and change.
START, END, X0, H0, SLOPE, SIZE, SIGN, STEP_X, STEP_W = range(9)


def room(edges: int) -> Side:
    """Return room for a part with so many edges."""
    return Side(np.empty((9, 3 * edges + 4)), np.zeros((2, edges + 1), np.int64))
