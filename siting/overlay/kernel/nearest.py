"""The distance of two features from their segments: a branch-and-bound over trees of boxes.

`siting.overlay.kernel.nearest_vector` does the same operations on numbers with numpy: whoever
changes one changes both. Which pairs of segments are skipped differs between the two and changes
nothing, for only those are skipped that are further apart than the least distance found, by more
than all roundings (docs/overlay-kernel.md, "Distances").
"""

from __future__ import annotations

import math

import numpy as np

from siting.overlay.kernel.cache import NEAREST_READY, mark_ready
from siting.overlay.kernel.jit import compiled, has_cache
from siting.overlay.kernel.records import (
    FAN_OUT,
    MEET,
    POINT_M2,
    UNIT_ROUNDOFF,
    Floats,
    Longs,
    Outlines,
    bound_of,
)

#: Levels × nodes of one branch that may wait: 8 per level, and 8^20 segments are enough.
MOST_WAITING = 160


_bound_of = compiled("f8", "f8", "f8")(bound_of)


@compiled("f8", "f8", "f8")
def cut_of(longest_m: float, best_sq: float) -> float:
    """Return the squared distance of boxes from which nothing better can be found."""
    best_m = math.sqrt(best_sq)
    reach_m = best_m + 4.0 * _bound_of(longest_m, best_m)
    return reach_m * reach_m


@compiled("(f8 i8)", "f8", "f8", "f8[:,:]", "i8", is_inlined=True)
def point_sq(x: float, y: float, segments: Floats, at: int) -> tuple[float, int]:
    """Return the squared distance of a point from a segment, and its side: 1, -1, or 0, unsure."""
    dx = segments[at, 2] - segments[at, 0]
    dy = segments[at, 3] - segments[at, 1]
    wx, wy = x - segments[at, 0], y - segments[at, 1]
    vx, vy = x - segments[at, 2], y - segments[at, 3]
    p, q = dx * wy, dy * wx
    cross = p - q
    doubt = 8.0 * UNIT_ROUNDOFF * (abs(p) + abs(q)) + 1e-300
    side = 1 if cross > doubt else (-1 if cross < -doubt else 0)
    length_sq = dx * dx + dy * dy
    if (wx == 0.0 and wy == 0.0) or (vx == 0.0 and vy == 0.0):
        return MEET, side
    if length_sq < POINT_M2 or wx * dx + wy * dy <= 0.0:
        return wx * wx + wy * wy, side
    if vx * dx + vy * dy >= 0.0:
        return vx * vx + vy * vy, side
    return cross * cross / length_sq, side


@compiled("f8", "f8[:,:]", "i8", "f8[:,:]", "i8")
def pair_sq(left: Floats, i: int, right: Floats, j: int) -> float:
    """Return the squared distance of two segments, ``MEET`` where they surely meet."""
    a, side_a = point_sq(left[i, 0], left[i, 1], right, j)
    b, side_b = point_sq(left[i, 2], left[i, 3], right, j)
    c, side_c = point_sq(right[j, 0], right[j, 1], left, i)
    d, side_d = point_sq(right[j, 2], right[j, 3], left, i)
    if side_a * side_b < 0 and side_c * side_d < 0:
        return MEET
    return min(a, b, c, d)


@compiled("f8", "f8[:,:]", "i8", "f8[:,:]", "i8", is_inlined=True)
def boxes_sq(one: Floats, i: int, other: Floats, j: int) -> float:
    """Return the squared distance of two boxes; 0 where they meet."""
    dx = max(one[i, 0] - other[j, 2], other[j, 0] - one[i, 2], 0.0)
    dy = max(one[i, 1] - other[j, 3], other[j, 1] - one[i, 3], 0.0)
    return float(dx * dx + dy * dy)


@compiled("f8", "f8[:,:]", "i8", "f8[:,:]", "i8", is_inlined=True)
def segments_box_sq(left: Floats, i: int, right: Floats, j: int) -> float:
    """Return the squared distance of the boxes of two segments."""
    dx = max(left[i, 0] - right[j, 2], right[j, 0] - left[i, 2], 0.0)
    low, high = min(left[i, 1], left[i, 3]), max(left[i, 1], left[i, 3])
    bottom, top = min(right[j, 1], right[j, 3]), max(right[j, 1], right[j, 3])
    dy = max(low - top, bottom - high, 0.0)
    return float(dx * dx + dy * dy)


@compiled("(i8 i8)", "i8[:,:]", "i8", is_inlined=True)
def _root(node_first: Longs, part: int) -> tuple[int, int]:
    """Return the level and the number (within part and level) of the one node of a part's tree."""
    level = len(node_first) - 1
    while node_first[level, part] == node_first[level, part + 1]:
        level -= 1
    return level, 0


@compiled("f8", "f8[:,:]", "(i8 i8)", "f8[:,:]", "(i8 i8)", "(f8 f8)", is_inlined=False)
def _leaves_sq(
    left: Floats,
    own: tuple[int, int],
    right: Floats,
    other: tuple[int, int],
    known: tuple[float, float],
) -> float:
    """Return the least squared distance of two runs of segments, or what was known before."""
    longest, best = known
    cut = cut_of(longest, best)
    for i in range(own[0], own[1]):
        for j in range(other[0], other[1]):
            if segments_box_sq(left, i, right, j) > cut:
                continue
            found = pair_sq(left, i, right, j)
            if found < best:
                best = found
                if best < 0.0:
                    return best
                cut = cut_of(longest, best)
    return best


@compiled("f8", "outlines", "i8", "outlines", "i8", "(f8 f8)", "i8[,]")
def part_sq(
    left: Outlines, one: int, right: Outlines, other: int, known: tuple[float, float], wait: Longs
) -> float:
    """Return the least squared distance of the segments of two parts, if less than known."""
    longest, best = known
    cut = cut_of(longest, best)
    own_first, own_end = left.part_segments[one], left.part_segments[one + 1]
    first, end = right.part_segments[other], right.part_segments[other + 1]
    leaves, nodes = left.node_boxes, right.node_boxes
    for leaf in range(left.node_first[0, one], left.node_first[0, one + 1]):
        if boxes_sq(leaves, leaf, right.part_boxes, other) > cut:
            continue
        begin = own_first + (leaf - left.node_first[0, one]) * FAN_OUT
        run = (begin, min(begin + FAN_OUT, own_end))
        wait[0, 0], wait[0, 1] = _root(right.node_first, other)
        waiting = 1
        while waiting > 0:
            waiting -= 1
            level, number = wait[waiting, 0], wait[waiting, 1]
            node = right.node_first[level, other] + number
            if boxes_sq(leaves, leaf, nodes, node) > cut:
                continue
            if level > 0:
                below = right.node_first[level - 1, other + 1] - right.node_first[level - 1, other]
                for child in range(number * FAN_OUT, min((number + 1) * FAN_OUT, below)):
                    wait[waiting, 0], wait[waiting, 1] = level - 1, child
                    waiting += 1
                continue
            start = first + number * FAN_OUT
            there = (start, min(start + FAN_OUT, end))
            best = _leaves_sq(left.segments, run, right.segments, there, (longest, best))
            if best < 0.0:
                return best
            cut = cut_of(longest, best)
    return best


@compiled("b1", "f8[:,:]", "i8", "f8", "f8")
def _is_west_of(segments: Floats, at: int, x: float, y: float) -> bool:
    """True when a ray from a point to the east crosses a segment."""
    x0, y0, x1, y1 = segments[at, 0], segments[at, 1], segments[at, 2], segments[at, 3]
    if (y0 > y) == (y1 > y) or x > x1:
        return False
    if x < x0:
        return True
    cross = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
    return bool(cross > 0.0 if y1 > y0 else cross < 0.0)


@compiled("b1", "outlines", "i8", "f8", "f8", "i8[,]")
def is_inside(outlines: Outlines, part: int, x: float, y: float, wait: Longs) -> bool:
    """True when a point that is clear of a polygon's boundary lies within the polygon."""
    segments, nodes = outlines.segments, outlines.node_boxes
    first, end = outlines.part_segments[part], outlines.part_segments[part + 1]
    wait[0, 0], wait[0, 1] = _root(outlines.node_first, part)
    waiting, crossings = 1, 0
    while waiting > 0:
        waiting -= 1
        level, number = wait[waiting, 0], wait[waiting, 1]
        node = outlines.node_first[level, part] + number
        if x > nodes[node, 2] or y < nodes[node, 1] or y > nodes[node, 3]:
            continue
        if level > 0:
            counts = outlines.node_first[level - 1]
            below = counts[part + 1] - counts[part]
            for child in range(number * FAN_OUT, min((number + 1) * FAN_OUT, below)):
                wait[waiting, 0], wait[waiting, 1] = level - 1, child
                waiting += 1
            continue
        begin = first + number * FAN_OUT
        for at in range(begin, min(begin + FAN_OUT, end)):
            if _is_west_of(segments, at, x, y):
                crossings += 1
    return crossings % 2 == 1


@compiled("b1", "outlines", "i8", "outlines", "i8", "i8[,]")
def holds(outer: Outlines, part: int, inner: Outlines, other: int, wait: Longs) -> bool:
    """True when a polygon holds a part whose outline is clear of its boundary."""
    if outer.part_is_area[part] == 0:
        return False
    at = inner.part_segments[other]
    x, y = inner.segments[at, 0], inner.segments[at, 1]
    box = outer.part_boxes[part]
    if x < box[0] or x > box[2] or y < box[1] or y > box[3]:
        return False
    return is_inside(outer, part, x, y, wait)


@compiled("f8", "outlines", "i8", "outlines", "i8", "f8", "i8[,]")
def feature_distance(
    left: Outlines, one: int, right: Outlines, other: int, limit_m: float, wait: Longs
) -> float:
    """Return the distance of two features in metres; ``MEET`` where they surely meet.

    Infinite where it is over the limit by more than it can be off.
    """
    longest = max(left.longest_m[one], right.longest_m[other])
    far_sq = cut_of(longest, limit_m * limit_m)
    least = math.inf
    for a in range(left.feature_parts[one], left.feature_parts[one + 1]):
        for b in range(right.feature_parts[other], right.feature_parts[other + 1]):
            if boxes_sq(left.part_boxes, a, right.part_boxes, b) > cut_of(longest, far_sq):
                continue
            found = part_sq(left, a, right, b, (longest, far_sq), wait)
            if found < 0.0:
                return MEET
            found_m = math.sqrt(found)
            # clear of each other's outlines, so that the sides of points are certain
            if found_m > _bound_of(longest, found_m) and (
                holds(left, a, right, b, wait) or holds(right, b, left, a, wait)
            ):
                return MEET
            if found < far_sq:
                least = min(least, found_m)
    return least


@compiled("none", "outlines", "outlines", "i8[:]", "i8[:]", "f8", "f8[,]")
def sweep(
    left: Outlines, right: Outlines, ones: Longs, others: Longs, limit_m: float, found: Floats
) -> None:
    """Write distance and bound of each pair; infinity where it is beyond the limit."""
    wait = np.empty((MOST_WAITING, 2), np.int64)
    for at in range(len(ones)):
        one, other = ones[at], others[at]
        distance_m = feature_distance(left, one, right, other, limit_m, wait)
        if distance_m < 0.0:
            found[at, 0], found[at, 1] = 0.0, 0.0
            continue
        longest = max(left.longest_m[one], right.longest_m[other])
        found[at, 0] = distance_m
        found[at, 1] = _bound_of(longest, distance_m) if distance_m < math.inf else 0.0


if has_cache():
    mark_ready(NEAREST_READY)
