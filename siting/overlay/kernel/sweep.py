"""All pairs of a block of features, with areas and bounds: the loop that is run in threads."""

from __future__ import annotations

import numpy as np

from siting.overlay.kernel.area import part_area
from siting.overlay.kernel.boxes import meeting
from siting.overlay.kernel.draw import is_drawn
from siting.overlay.kernel.edges import sort
from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import UNIT_ROUNDOFF, Floats, Index, Layout, Longs, Side

#: Columns of the table that `sweep` fills.
LEFT, RIGHT, AREA, BOUND, DRAWN = range(5)

_is_drawn = compiled("b1", "f8[:,:]", "i8", "f8[:,:]", "i8", "i8", is_lean=True)(is_drawn)


@compiled("(i8 f8 f8)", "layout", "layout", "(i8 i8 i8)", "i8[]", "side", "side", is_inlined=True)
def _feature_pair(
    left: Layout,
    right: Layout,
    run: tuple[int, int, int],
    keys: Longs,
    one: Side,
    other: Side,
) -> tuple[int, float, float]:
    """Sum the parts of the pair of features that begins at a key; return where the next begins."""
    at, count, first_part = run
    parts = left.feature_parts[left.part_feature[first_part] + 1] - first_part
    feature = right.part_feature[keys[at] // parts]
    total = bound = size = 0.0
    summed = 0
    while at < count and right.part_feature[keys[at] // parts] == feature:
        key = keys[at]
        area, doubt = part_area(left, first_part + key % parts, right, key // parts, one, other)
        total += area
        bound += doubt
        size += abs(area)
        summed += 1
        at += 1
    if summed > 1:
        bound += 1.01 * summed * UNIT_ROUNDOFF * (size + bound)
    return at, total, bound


@compiled("i8", "layout", "i8", "index", "f8[:,:]", "i8[]", is_lean=True)
def _near(left: Layout, feature: int, index: Index, boxes: Floats, keys: Longs) -> int:
    """Return how many pairs of parts of one feature have boxes that meet; write sorted keys.

    A key is the right part × the number of the feature's parts + the left part's number. Where
    there is no room for all, the keys are good for nothing.
    """
    begin, end = left.feature_parts[feature], left.feature_parts[feature + 1]
    count = 0
    for part in range(begin, end):
        near = meeting(index, boxes, left.boxes[part], keys[count:])
        if count + near <= len(keys):
            for at in range(count, count + near):
                keys[at] = keys[at] * (end - begin) + (part - begin)
        count += near
    if count <= len(keys):
        sort(keys, count)
    return count


@compiled(
    "(i8 i8)", "layout", "layout", "i8[]", "(i8 i8 i8 i8 f8)", "f8[,]", "(side side)", is_lean=True
)
def _measure(
    left: Layout,
    right: Layout,
    keys: Longs,
    run: tuple[int, int, int, int, float],
    table: Floats,
    sides: tuple[Side, Side],
) -> tuple[int, int]:
    """Write the rows of one feature; return how many pairs were looked at, and the end of the rows.

    `run`: the feature, how many keys it has, the first free row, and `one_in` and the floor.
    """
    feature, count, found, one_in, floor_m2 = run
    first = left.feature_parts[feature]
    parts = left.feature_parts[feature + 1] - first
    at = looked_at = 0
    while at < count:
        part, own = keys[at] // parts, first + keys[at] % parts
        at, area, bound = _feature_pair(left, right, (at, count, first), keys, sides[0], sides[1])
        looked_at += 1
        is_sample = one_in > 0 and _is_drawn(left.boxes, own, right.boxes, part, one_in)
        if not (is_sample or area + bound > floor_m2):
            continue
        table[found, LEFT], table[found, RIGHT] = feature, right.part_feature[part]
        table[found, AREA], table[found, BOUND] = area, bound
        table[found, DRAWN] = 1.0 if is_sample else 0.0
        found += 1
    return looked_at, found


@compiled("(i8 i8 f8[,])", "layout", "layout", "index", "(i8 i8 i8)", "f8", "side", "side")
def sweep(
    left: Layout,
    right: Layout,
    index: Index,
    block: tuple[int, int, int],
    floor_m2: float,
    one: Side,
    other: Side,
) -> tuple[int, int, Floats]:
    """Return the pairs of the left features first..last whose area may exceed a floor.

    `block`: first, last, and of how many pairs one is drawn for the witnesses, whatever its
    area. Returns how many pairs were looked at, how many rows of the table are filled, and
    the table: left, right (sorted by both), area, bound, drawn.
    """
    keys, table = np.empty(256, np.int64), np.empty((256, 5))
    looked_at = found = 0
    for feature in range(block[0], block[1]):
        count = _near(left, feature, index, right.boxes, keys)
        if count > len(keys):
            keys = np.empty(2 * count, np.int64)
            _near(left, feature, index, right.boxes, keys)
        if found + count > len(table):
            longer = np.empty((2 * (found + count), 5))
            longer[:found] = table[:found]
            table = longer
        run = (feature, count, found, block[2], floor_m2)
        more, found = _measure(left, right, keys, run, table, (one, other))
        looked_at += more
    return looked_at, found, table
