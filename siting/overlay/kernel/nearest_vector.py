"""The same distances with numpy alone: for few pairs, and for machines without numba.

Every operation on numbers is the one that `nearest` does, so that distances and bounds agree
bit for bit; the least of many numbers does not depend on the order in which they are looked at.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from siting.overlay.kernel.records import (
    MEET,
    POINT_M2,
    UNIT_ROUNDOFF,
    Floats,
    Longs,
    Outlines,
    bound_of,
)

#: At most so many pairs of segments are held at once: about 100 MB of numbers.
MOST_AT_ONCE = 500_000


def cut_of(longest_m: float, best_sq: float) -> float:
    """Return the squared distance of boxes from which nothing better can be found."""
    best_m = math.sqrt(best_sq)
    reach_m = best_m + 4.0 * bound_of(longest_m, best_m)
    return reach_m * reach_m


def points_sq(x: Floats, y: Floats, ends: list[Floats]) -> tuple[Floats, Floats]:
    """Return squared distances of points from segments, and their sides: 1, -1, or 0, unsure."""
    x0, y0, x1, y1 = ends
    dx, dy = x1 - x0, y1 - y0
    wx, wy, vx, vy = x - x0, y - y0, x - x1, y - y1
    p, q = dx * wy, dy * wx
    cross = p - q
    doubt = 8.0 * UNIT_ROUNDOFF * (np.abs(p) + np.abs(q)) + 1e-300
    side = np.where(cross > doubt, 1.0, np.where(cross < -doubt, -1.0, 0.0))
    length_sq = dx * dx + dy * dy
    is_before = (length_sq < POINT_M2) | (wx * dx + wy * dy <= 0.0)
    is_beyond = vx * dx + vy * dy >= 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        across = cross * cross / length_sq
    found = np.where(is_before, wx * wx + wy * wy, np.where(is_beyond, vx * vx + vy * vy, across))
    is_end = ((wx == 0.0) & (wy == 0.0)) | ((vx == 0.0) & (vy == 0.0))
    return np.where(is_end, MEET, found), side


def pairs_sq(left: Floats, right: Floats) -> Floats:
    """Return the squared distance of each segment of one set from each of another."""
    ours = [column[:, None] for column in left.T]
    theirs = [column[None, :] for column in right.T]
    a, side_a = points_sq(ours[0], ours[1], theirs)
    b, side_b = points_sq(ours[2], ours[3], theirs)
    c, side_c = points_sq(theirs[0], theirs[1], ours)
    d, side_d = points_sq(theirs[2], theirs[3], ours)
    least = np.minimum(np.minimum(a, b), np.minimum(c, d))
    return np.where((side_a * side_b < 0) & (side_c * side_d < 0), MEET, least)


def boxes_sq(boxes: Floats, box: Floats) -> Floats:
    """Return the squared distance of each box from one; 0 where they meet."""
    dx = np.maximum(np.maximum(boxes[:, 0] - box[2], box[0] - boxes[:, 2]), 0.0)
    dy = np.maximum(np.maximum(boxes[:, 1] - box[3], box[1] - boxes[:, 3]), 0.0)
    squares: Floats = dx * dx + dy * dy
    return squares


def _segments_near(outlines: Outlines, part: int, box: Floats, cut: float) -> Floats:
    """Return the segments of a part whose boxes lie within a squared distance of a box."""
    ends = outlines.segments[outlines.part_segments[part] : outlines.part_segments[part + 1]]
    lows, highs = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    dx = np.maximum(np.maximum(ends[:, 0] - box[2], box[0] - ends[:, 2]), 0.0)
    dy = np.maximum(np.maximum(lows - box[3], box[1] - highs), 0.0)
    is_near: NDArray[np.bool_] = dx * dx + dy * dy <= cut
    return ends[is_near]


def part_sq(
    left: Outlines, one: int, right: Outlines, other: int, known: tuple[float, float]
) -> float:
    """Return the least squared distance of the segments of two parts, if less than known."""
    longest, best = known
    cut = cut_of(longest, best)
    ours = _segments_near(left, one, right.part_boxes[other], cut)
    theirs = _segments_near(right, other, left.part_boxes[one], cut)
    if not len(ours) or not len(theirs):
        return best
    step = max(MOST_AT_ONCE // len(theirs), 1)
    for begin in range(0, len(ours), step):
        best = min(best, float(pairs_sq(ours[begin : begin + step], theirs).min()))
        if best < 0.0:
            break
    return best


def is_inside(outlines: Outlines, part: int, x: float, y: float) -> bool:
    """True when a point that is clear of a polygon's boundary lies within the polygon."""
    begin, end = outlines.part_segments[part], outlines.part_segments[part + 1]
    x0, y0, x1, y1 = outlines.segments[begin:end].T
    cross = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
    is_across = (y0 > y) != (y1 > y)
    is_left = np.where(y1 > y0, cross > 0.0, cross < 0.0)
    crossed: NDArray[np.bool_] = is_across & (x <= x1) & ((x < x0) | is_left)
    return int(crossed.sum()) % 2 == 1


def holds(outer: Outlines, part: int, inner: Outlines, other: int) -> bool:
    """True when a polygon holds a part whose outline is clear of its boundary."""
    if not outer.part_is_area[part]:
        return False
    x, y = inner.segments[inner.part_segments[other], :2].tolist()
    west, south, east, north = outer.part_boxes[part].tolist()
    if x < west or x > east or y < south or y > north:
        return False
    return is_inside(outer, part, x, y)


def feature_distance(
    left: Outlines, one: int, right: Outlines, other: int, limit_m: float
) -> float:
    """Return the distance of two features in metres; ``MEET`` where they surely meet.

    Infinite where it is over the limit by more than it can be off.
    """
    longest = max(float(left.longest_m[one]), float(right.longest_m[other]))
    far_sq = cut_of(longest, limit_m * limit_m)
    least = math.inf
    begin, end = right.feature_parts[other], right.feature_parts[other + 1]
    for a in range(left.feature_parts[one], left.feature_parts[one + 1]):
        apart = boxes_sq(right.part_boxes[begin:end], left.part_boxes[a])
        for b in (begin + np.flatnonzero(apart <= cut_of(longest, far_sq))).tolist():
            found = part_sq(left, a, right, b, (longest, far_sq))
            if found < 0.0:
                return MEET
            found_m = math.sqrt(found)
            if found_m > bound_of(longest, found_m) and (
                holds(left, a, right, b) or holds(right, b, left, a)
            ):
                return MEET
            if found < far_sq:
                least = min(least, found_m)
    return least


def sweep(left: Outlines, right: Outlines, ones: Longs, others: Longs, limit_m: float) -> Floats:
    """Return distance and bound of each pair; infinity where it is beyond the limit."""
    found = np.zeros((len(ones), 2))
    for at, (one, other) in enumerate(zip(ones.tolist(), others.tolist(), strict=True)):
        distance_m = feature_distance(left, one, right, other, limit_m)
        if distance_m >= 0.0:
            longest = max(float(left.longest_m[one]), float(right.longest_m[other]))
            is_near = distance_m < math.inf
            found[at] = distance_m, bound_of(longest, distance_m) if is_near else 0.0
    return found
