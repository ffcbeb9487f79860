"""The area of one part under several polygons at once: slabs between all places of change.

The edges of the part come first, then those of everything that may cover it, all of one window
and as `window.gather` leaves them. Between two neighbouring x at which an edge begins, ends or
crosses another the order of the edges does not change, so that the covered length is linear there,
and its value at the middle times the width is the area. Nothing is decided by a crossing: where a
rounded one leaves an order that does not hold over a whole slab, that goes into the bound
(proof: docs/overlay-kernel.md, "Unions").
"""

from __future__ import annotations

import math

import numpy as np

from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import (
    BOUND_SLACK,
    END,
    H0,
    SIGN,
    SIZE,
    SLAB_ROUNDINGS,
    SLAB_SUM_ROUNDINGS,
    SLOPE,
    START,
    UNDERFLOW_M2,
    UNIT_ROUNDOFF,
    X0,
    Floats,
    Longs,
)

#: Rows of the table of active edges: twice the height at the middle, the heights at both ends.
MIDDLE, WEST, EAST = range(3)


@compiled("f8", "f8[,]", "i8", "f8")
def height(edges: Floats, at: int, x: float) -> float:
    """Return the height of an edge at x."""
    return float(edges[H0, at] + edges[SLOPE, at] * (x - edges[X0, at]))


@compiled("(i8 f8[])", "f8[,]", "i8[]", "f8[]")
def places(edges: Floats, order: Longs, found: Floats) -> tuple[int, Floats]:
    """Return the sorted x at which anything changes, and how many; `order`: edges by START."""
    count = 0
    for place, one in enumerate(order):
        if count + len(order) + 2 > len(found):
            longer = np.empty(2 * (count + len(order) + 2))
            longer[:count] = found[:count]
            found = longer
        end = edges[END, one]
        found[count], found[count + 1] = edges[START, one], end
        count += 2
        for other in order[place + 1 :]:
            a = edges[START, other]
            if a >= end:
                break
            b = min(end, edges[END, other])
            before = height(edges, one, a) - height(edges, other, a)
            after = height(edges, one, b) - height(edges, other, b)
            if (before < 0.0 and after > 0.0) or (before > 0.0 and after < 0.0):
                found[count] = a + (b - a) * (before / (before - after))
                count += 1
    found[:count].sort()
    return count, found


@compiled("(f8 f8 f8)", "f8[,]", "i8", "i8[]", "i8", "f8[,]", "(f8 f8)")
def slab(
    edges: Floats, own: int, active: Longs, count: int, heights: Floats, ends: tuple[float, float]
) -> tuple[float, float, float]:
    """Return twice the covered length at the middle, the largest height, and the defect.

    The defect is how far the order at the middle is from holding at the ends, metres. ``active``
    is put in order, from the lowest edge.
    """
    tall = 0.0
    for at in range(count):
        edge = active[at]
        west, east = height(edges, edge, ends[0]), height(edges, edge, ends[1])
        middle, to = west + east, at
        tall = max(tall, edges[SIZE, edge])
        while to > 0 and (
            heights[MIDDLE, to - 1] > middle
            or (heights[MIDDLE, to - 1] == middle and active[to - 1] > edge)
        ):
            active[to] = active[to - 1]
            for row in range(3):
                heights[row, to] = heights[row, to - 1]
            to -= 1
        active[to] = edge
        heights[MIDDLE, to], heights[WEST, to], heights[EAST, to] = middle, west, east
    length = inside = under = defect = 0.0
    lowest_west = lowest_east = math.inf
    for at in range(count - 1, -1, -1):
        if inside > 0.0 and under > 0.0:
            length += heights[MIDDLE, at + 1] - heights[MIDDLE, at]
        lowest_west = min(lowest_west, heights[WEST, at])
        lowest_east = min(lowest_east, heights[EAST, at])
        defect = max(defect, heights[WEST, at] - lowest_west, heights[EAST, at] - lowest_east)
        if active[at] < own:
            inside += edges[SIGN, active[at]]
        else:
            under += edges[SIGN, active[at]]
    return length, tall, defect


@compiled("(f8 f8)", "f8[,]", "i8", "i8[]", "f8[]", "i8[]", "f8[,]")
def covered_area(
    edges: Floats, own: int, order: Longs, stops: Floats, active: Longs, heights: Floats
) -> tuple[float, float]:
    """Return the covered area in m², and how far it may be off at most.

    `edges`: the part's `own` first; `order`: all of them by START; `stops`: from
    :func:`places`; the last two are room for as many edges.
    """
    total = size = loose = 0.0
    count = ahead = slabs = 0
    for at in range(len(stops) - 1):
        a, b = stops[at], stops[at + 1]
        if not a < b:
            continue
        kept = 0
        for number in range(count):
            if edges[END, active[number]] > a:
                active[kept] = active[number]
                kept += 1
        count = kept
        while ahead < len(order) and edges[START, order[ahead]] <= a:
            active[count] = order[ahead]
            count += 1
            ahead += 1
        length, tall, defect = slab(edges, own, active, count, heights, (a, b))
        total += (b - a) * length
        size += (b - a) * (count * tall)
        loose += (b - a) * (count * defect)
        slabs += 1
    if not (abs(total) < math.inf and size < math.inf and loose < math.inf):
        return 0.0, math.inf
    rounded = UNIT_ROUNDOFF * (SLAB_ROUNDINGS + SLAB_SUM_ROUNDINGS * slabs) * size
    return 0.5 * total, BOUND_SLACK * (rounded + 2.0 * loose) + UNDERFLOW_M2
