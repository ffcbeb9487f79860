"""Polygons, lines and points as flat arrays of segments, for distances; in numpy alone.

A segment is kept from its lesser end to its greater one (by easting, then northing), so that
neither a ring's direction nor its first vertex, nor which of two features draws a common edge,
changes a bit of a distance.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.errors import SitingError
from siting.overlay.kernel.records import FAN_OUT, LARGEST_COORDINATE, Floats, Longs, Outlines

Geometries = NDArray[np.object_]

_POLYGON = 3
#: Types of geometries that hold others.
_FIRST_MULTI = 4


def outlines_of(geometries: Geometries) -> Outlines:
    """Return the outlines of geometries; None and empty ones have no part.

    Parameters
    ----------
    geometries
        Polygons, lines, points, several of them, and collections, in metres of one plane.

    Raises
    ------
    SitingError
        A coordinate is no number or beyond ``LARGEST_COORDINATE``.
    """
    parts, owners = _simple_parts(geometries)
    paths, path_part = _paths(parts)
    xy, vertex_path = shapely.get_coordinates(paths, return_index=True)
    _refuse_what_is_no_ground(xy)
    segments, segment_path = _segments(xy, vertex_path)
    segment_part = path_part[segment_path]
    part_segments = _starts(segment_part, len(parts))
    boxes, first = _trees(segments, part_segments)
    lengths = np.sqrt(
        (segments[:, 2] - segments[:, 0]) ** 2 + (segments[:, 3] - segments[:, 1]) ** 2
    )
    longest = np.zeros(len(geometries))
    np.maximum.at(longest, owners[segment_part], lengths)
    return _frozen(
        Outlines(
            segments=segments,
            part_segments=part_segments,
            part_is_area=(shapely.get_type_id(parts) == _POLYGON).astype(np.int64),
            part_boxes=_part_boxes(segments, part_segments),
            feature_parts=_starts(owners, len(geometries)),
            longest_m=longest,
            node_boxes=boxes,
            node_first=first,
        )
    )


def _simple_parts(geometries: Geometries) -> tuple[Geometries, Longs]:
    owners = np.arange(len(geometries))
    parts = geometries
    while (shapely.get_type_id(parts) >= _FIRST_MULTI).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        owners = owners[index]
    is_there = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    return parts[is_there], owners[is_there].astype(np.int64)


def _paths(parts: Geometries) -> tuple[Geometries, Longs]:
    """Return rings, lines and points in the order of their parts, with the part of each."""
    is_area = shapely.get_type_id(parts) == _POLYGON
    rings, index = shapely.get_rings(parts[is_area], return_index=True)
    paths = np.concatenate([rings, parts[~is_area]])
    path_part = np.concatenate([np.flatnonzero(is_area)[index], np.flatnonzero(~is_area)])
    order = np.argsort(path_part, kind="stable")
    return paths[order], path_part[order].astype(np.int64)


def _refuse_what_is_no_ground(xy: Floats) -> None:
    if len(xy) and not (xy.min() >= -LARGEST_COORDINATE and xy.max() <= LARGEST_COORDINATE):
        raise SitingError(
            "a geometry has a coordinate that is no place on the ground",
            expected=f"finite coordinates up to {LARGEST_COORDINATE:g}",
            found=f"{xy.min()} to {xy.max()}",
            next_step="mend the geometry: siting doctor names the feature",
        )


def _segments(xy: Floats, vertex_path: Longs) -> tuple[Floats, Longs]:
    """Return the segments of paths; a path of one vertex (a point) is a segment without length."""
    follows = np.flatnonzero(vertex_path[1:] == vertex_path[:-1])
    is_alone = np.ones(len(xy), dtype=bool)
    is_alone[follows] = is_alone[follows + 1] = False
    alone = np.flatnonzero(is_alone)
    begin, end = np.concatenate([follows, alone]), np.concatenate([follows + 1, alone])
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], end[order]
    one, other = xy[begin], xy[end]
    is_back = (one[:, 0] > other[:, 0]) | ((one[:, 0] == other[:, 0]) & (one[:, 1] > other[:, 1]))
    low = np.where(is_back[:, None], other, one)
    high = np.where(is_back[:, None], one, other)
    return np.concatenate([low, high], axis=1), vertex_path[begin]


def _starts(owner: Longs, count: int) -> Longs:
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def _part_boxes(segments: Floats, part_segments: Longs) -> Floats:
    if len(part_segments) == 1:
        return np.empty((0, 4))
    return _bounds(_segment_boxes(segments), part_segments[:-1])


def _segment_boxes(segments: Floats) -> Floats:
    lows = np.minimum(segments[:, 1], segments[:, 3])
    highs = np.maximum(segments[:, 1], segments[:, 3])
    return np.column_stack([segments[:, 0], lows, segments[:, 2], highs])


def _bounds(boxes: Floats, begins: Longs) -> Floats:
    return np.column_stack(
        [
            np.minimum.reduceat(boxes[:, :2], begins, axis=0),
            np.maximum.reduceat(boxes[:, 2:], begins, axis=0),
        ]
    )


def _trees(segments: Floats, part_segments: Longs) -> tuple[Floats, Longs]:
    """Return the boxes of the parts' trees, level by level from the leaves, and where each begins.

    A part has no more levels than it takes to come to one node.
    """
    boxes, starts = _segment_boxes(segments), part_segments
    levels: list[Floats] = []
    firsts: list[Longs] = []
    filled = 0
    while True:
        counts = np.diff(starts)
        # the leaves hold segments; above them a level is for parts with several nodes below
        nodes = np.where((counts > 1) | (not levels), -(-counts // FAN_OUT), 0)
        if not nodes.any():
            break
        owner = np.repeat(np.arange(len(nodes)), nodes)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(nodes) - nodes, nodes)
        used = np.concatenate([[0], np.cumsum(nodes)])
        # parts that ended below leave boxes between the runs: each run ends where its part does
        edges = np.column_stack([starts[owner] + within * FAN_OUT, starts[owner + 1]])
        boxes = _bounds_between(boxes, edges)
        levels.append(boxes)
        firsts.append(used + filled)
        filled += len(boxes)
        starts = used
    if not levels:
        return np.empty((0, 4)), np.zeros((1, len(part_segments)), np.int64)
    return np.concatenate(levels), np.array(firsts, np.int64)


def _bounds_between(boxes: Floats, edges: Longs) -> Floats:
    begins = edges[:, 0]
    ends = np.minimum(begins + FAN_OUT, edges[:, 1])
    bounds = np.empty((len(begins), 4))
    bounds[:, :2], bounds[:, 2:] = np.inf, -np.inf
    for step in range(FAN_OUT):
        at = begins + step
        is_in = at < ends
        bounds[is_in, :2] = np.minimum(bounds[is_in, :2], boxes[at[is_in], :2])
        bounds[is_in, 2:] = np.maximum(bounds[is_in, 2:], boxes[at[is_in], 2:])
    return bounds


def _frozen(outlines: Outlines) -> Outlines:
    for array in outlines:
        array.flags.writeable = False
    return outlines


def feature_boxes(outlines: Outlines) -> Floats:
    """Return west, south, east, north of each feature; NaN for one without parts."""
    begins = outlines.feature_parts
    boxes = np.full((len(begins) - 1, 4), np.nan)
    is_there = np.diff(begins) > 0
    if is_there.any():
        boxes[is_there] = _bounds(outlines.part_boxes, begins[:-1][is_there])
    return boxes
