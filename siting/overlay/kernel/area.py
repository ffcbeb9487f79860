"""The overlap area of two parts: signed areas below the lower of two edges, and its bound."""

from __future__ import annotations

import math

from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import (
    BOUND_SLACK,
    END,
    H0,
    SIGN,
    SIZE,
    SLOPE,
    START,
    SUM_ROUNDINGS,
    TERM_ROUNDINGS,
    UNDERFLOW_M2,
    UNIT_ROUNDOFF,
    X0,
    Floats,
    Layout,
    Side,
)
from siting.overlay.kernel.window import gather, is_void


@compiled("(f8 f8)", "f8[,]", "i8", "f8[,]", "i8", is_lean=True)
def below_both(
    left: Floats, left_count: int, right: Floats, right_count: int
) -> tuple[float, float]:
    """Return twice the signed area, and the sum of width × largest height of its terms.

    Both sides as in ``Side.edges``. `siting.overlay.kernel.vector` does the same operations
    in the same order: whoever changes one changes both.
    """
    total = size = 0.0
    for i in range(left_count):
        start, end, x0, h0 = left[START, i], left[END, i], left[X0, i], left[H0, i]
        slope, tall, row, row_size = left[SLOPE, i], left[SIZE, i], 0.0, 0.0
        for j in range(right_count):
            a, b = max(start, right[START, j]), min(end, right[END, j])
            if a >= b:
                continue
            la, lb = h0 + slope * (a - x0), h0 + slope * (b - x0)
            ra = right[H0, j] + right[SLOPE, j] * (a - right[X0, j])
            rb = right[H0, j] + right[SLOPE, j] * (b - right[X0, j])
            da, db = la - ra, lb - rb
            if da <= 0.0 and db <= 0.0:
                mean = la + lb
            elif da >= 0.0 and db >= 0.0:
                mean = ra + rb
            else:
                over = max(da, db)
                mean = (la + lb) - over * (over / (abs(da) + abs(db)))
            width = b - a
            row += right[SIGN, j] * (width * mean)
            row_size += abs(right[SIGN, j]) * (width * max(tall, right[SIZE, j]))
        total += left[SIGN, i] * row
        size += abs(left[SIGN, i]) * row_size
    return total, size


@compiled("(f8 f8)", "layout", "i8", "layout", "i8", "side", "side", is_inlined=True)
def part_area(
    left: Layout, left_part: int, right: Layout, right_part: int, one: Side, other: Side
) -> tuple[float, float]:
    """Return the overlap area of two parts in m², and how far it may be off at most."""
    west = max(left.boxes[left_part, 0], right.boxes[right_part, 0])
    south = max(left.boxes[left_part, 1], right.boxes[right_part, 1])
    east = min(left.boxes[left_part, 2], right.boxes[right_part, 2])
    north = min(left.boxes[left_part, 3], right.boxes[right_part, 3])
    if not (west < east and south < north):
        return 0.0, 0.0
    window = (west, south, east, north)
    # most boxes that meet a river's box are far from the river
    if left.part_grid[left_part] >= 0 and is_void(left, left_part, window):
        return 0.0, 0.0
    count = gather(right, right_part, window, other)
    if count == 0:
        return 0.0, 0.0
    own = gather(left, left_part, window, one)
    total, size = below_both(one.edges, own, other.edges, count)
    if size == 0.0:
        return 0.0, 0.0
    if not (abs(total) < math.inf and size < math.inf):
        # a slope that overflowed: nothing is known, and the exact oracle will be asked
        return 0.0, math.inf
    roundings = TERM_ROUNDINGS + SUM_ROUNDINGS * (own + count)
    return 0.5 * total, BOUND_SLACK * (UNIT_ROUNDOFF * roundings * size) + UNDERFLOW_M2
