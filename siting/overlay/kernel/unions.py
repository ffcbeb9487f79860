"""The area of features under the union of others, row by row: the compiled way, in threads."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from siting.overlay.kernel.cache import UNIONS_READY, mark_ready
from siting.overlay.kernel.jit import compiled, has_cache
from siting.overlay.kernel.records import (
    END,
    H0,
    SIGN,
    SLOPE,
    START,
    UNIT_ROUNDOFF,
    Floats,
    Layout,
    Longs,
    Side,
    room,
)
from siting.overlay.kernel.slabs import covered_area, places
from siting.overlay.kernel.window import Window, gather

#: Rows per block, so that threads share the work evenly.
BLOCK_ROWS = 2_048
#: Properties of an edge that are taken along: START to SIGN.
KEPT = SIGN + 1


@compiled("(i8 f8[,])", "f8[,]", "i8", "side", "i8")
def _taken(pool: Floats, count: int, side: Side, more: int) -> tuple[int, Floats]:
    """Add the edges that a side holds to a pool; return how many there are, and the pool."""
    if count + more > pool.shape[1]:
        longer = np.empty((KEPT, 2 * (count + more)))
        longer[:, :count] = pool[:, :count]
        pool = longer
    for row in range(KEPT):
        for at in range(more):
            pool[row, count + at] = side.edges[row, at]
    return count + more, pool


@compiled("b1", "side", "i8", "(f8 f8 f8 f8)")
def _is_whole(side: Side, count: int, window: Window) -> bool:
    """True when a window lies within the part: one horizontal edge along all its north is left."""
    edges = side.edges
    return bool(
        count == 1
        and edges[START, 0] == window[0]
        and edges[END, 0] == window[2]
        and edges[SLOPE, 0] == 0.0
        and edges[H0, 0] == window[3] - window[1]
        and edges[SIGN, 0] == 1.0
    )


@compiled("(i8 i8 f8[,])", "layout", "i8", "layout", "i8[:]", "side", "side", "f8[,]")
def _pooled(
    covered: Layout,
    part: int,
    covers: Layout,
    features: Longs,
    one: Side,
    other: Side,
    pool: Floats,
) -> tuple[int, int, Floats]:
    """Collect the edges of a part and of the features over it; return how many are its own."""
    box = covered.boxes[part]
    window = (box[0], box[1], box[2], box[3])
    own, pool = _taken(pool, 0, one, gather(covered, part, window, one))
    total = own
    for feature in features:
        for cover in range(covers.feature_parts[feature], covers.feature_parts[feature + 1]):
            theirs = covers.boxes[cover]
            if not (
                theirs[0] < box[2]
                and box[0] < theirs[2]
                and theirs[1] < box[3]
                and box[1] < theirs[3]
            ):
                continue
            count = gather(covers, cover, window, other)
            if _is_whole(other, count, window):
                total, pool = _taken(pool, own, other, count)
                return own, total, pool
            total, pool = _taken(pool, total, other, count)
    return own, total, pool


@compiled("none", "layout", "layout", "(i8[:] i8[:] i8[:])", "(i8 i8)", "side", "side", "f8[,]")
def sweep(
    covered: Layout,
    covers: Layout,
    rows: tuple[Longs, Longs, Longs],
    block: tuple[int, int],
    one: Side,
    other: Side,
    out: Floats,
) -> None:
    """Write area and bound of the rows first..last.

    `rows`: the covered features, the first entry of each (and the end) among the third: the
    features over it.
    """
    targets, starts, features = rows
    pool, stops = np.empty((KEPT, 64)), np.empty(256)
    active, heights = np.empty(64, np.int64), np.empty((3, 64))
    for row in range(block[0], block[1]):
        over = features[starts[row] : starts[row + 1]]
        total = bound = 0.0
        summed = 0
        first, last = covered.feature_parts[targets[row]], covered.feature_parts[targets[row] + 1]
        for part in range(first, last):
            own, count, pool = _pooled(covered, part, covers, over, one, other, pool)
            if count == own:
                continue
            if count > len(active):
                active, heights = np.empty(2 * count, np.int64), np.empty((3, 2 * count))
            order = np.argsort(pool[START, :count])
            found, stops = places(pool, order, stops)
            area, doubt = covered_area(pool, own, order, stops[:found], active, heights)
            total += area
            bound += doubt
            summed += 1
        if summed > 1:
            bound += 1.01 * summed * UNIT_ROUNDOFF * (total + bound)
        out[row, 0], out[row, 1] = total, bound


def covered_areas(
    covered: Layout, covers: Layout, rows: tuple[Longs, Longs, Longs], *, threads: int = 1
) -> Floats:
    """Return area and bound (n × 2) of each row; see :func:`siting.overlay.kernel.measure.unions`.

    Any number of threads gives the same table, bit for bit: one thread sums one row.
    """
    count = len(rows[0])
    targets, starts, features = (np.ascontiguousarray(array, np.int64).view() for array in rows)
    for array in (targets, starts, features):
        array.flags.writeable = False
    out = np.zeros((count, 2))
    longest = [int(np.diff(each.part_edges).max(initial=0)) for each in (covered, covers)]
    rooms = [(room(longest[0]), room(longest[1])) for _ in range(max(threads, 1))]

    def run(block: tuple[int, int]) -> None:
        one, other = rooms.pop()
        try:
            sweep(covered, covers, (targets, starts, features), block, one, other, out)
        finally:
            rooms.append((one, other))

    blocks = list(itertools.pairwise([*range(0, count, BLOCK_ROWS), count]))
    if threads > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, blocks))
    else:
        for block in blocks:
            run(block)
    return out


if has_cache():
    mark_ready(UNIONS_READY)
