"""The compiled way: layouts with grids, and all pairs of two layouts in threads.

Importing this module loads (once per machine: makes) the machine code.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from siting.overlay.kernel import edges
from siting.overlay.kernel.boxes import index_of
from siting.overlay.kernel.cache import mark_ready
from siting.overlay.kernel.grids import with_grids
from siting.overlay.kernel.jit import has_cache
from siting.overlay.kernel.layout import Rings, settle_turns, without_grids
from siting.overlay.kernel.records import (
    AreaTable,
    Floats,
    Index,
    Layout,
    Side,
    room,
)
from siting.overlay.kernel.sweep import AREA, BOUND, DRAWN, LEFT, RIGHT, sweep

#: Left features per block: some thousand pairs, so that threads share the work evenly and
#: what one block holds stays far below a gigabyte.
BLOCK_FEATURES = 256


def prepare(rings: Rings) -> Layout:
    """Return the layout of rings, with grids for its large parts."""
    turns = np.empty(len(rings.ring_vertices) - 1, np.int32)
    starts = (rings.part_vertices, rings.part_rings, rings.ring_vertices)
    for array in starts:
        array.flags.writeable = False
    edges.ring_turns(rings.xy, rings.ring_vertices, 0, len(turns), turns)
    settle_turns(rings, turns)
    turns.flags.writeable = False
    parts = len(rings.part_rings) - 1
    boxes = np.empty((parts, 4))
    edges.part_boxes(rings.xy, starts[0], 0, parts, boxes)
    counts = np.zeros(parts, np.int64)
    order = np.empty(len(rings.xy), np.int32)
    total = edges.order_edges(rings.xy, starts, turns, 0, parts, counts, order)
    part_edges = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return with_grids(without_grids(rings, boxes, part_edges, order[:total].copy()))


def area_table(
    left: Layout,
    right: Layout,
    *,
    index: Index | None = None,
    floor_m2: float = 0.0,
    one_in: int = 0,
    threads: int = 1,
) -> AreaTable:
    """Return all pairs of features whose overlap may exceed a floor.

    Parameters
    ----------
    left, right
        From :func:`prepare`; the smaller layer (the red lines) left.
    index
        Of the right layout's boxes (`boxes.index_of`), where it is kept.
    floor_m2
        Pairs whose area is proven to be at most this are left out.
    one_in
        Draw one pair in so many for the witnesses, whatever its area; 0 draws none.
    threads
        Any number gives the same table, bit for bit: one thread sums one pair.
    """
    found = index_of(right.boxes) if index is None else index
    features = len(left.feature_parts) - 1
    limits = [*range(0, features, BLOCK_FEATURES), features]
    rooms = _rooms(left, right, threads)

    def run(block: tuple[int, int]) -> tuple[int, int, Floats]:
        one, other = rooms.pop()
        try:
            return sweep(left, right, found, (*block, one_in), floor_m2, one, other)
        finally:
            rooms.append((one, other))

    blocks = list(itertools.pairwise(limits))
    if threads > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(run, blocks))
    else:
        done = [run(block) for block in blocks]
    return _joined(done)


def _rooms(left: Layout, right: Layout, threads: int) -> list[tuple[Side, Side]]:
    longest = [int(np.diff(each.part_edges).max(initial=0)) for each in (left, right)]
    return [(room(longest[0]), room(longest[1])) for _ in range(max(threads, 1))]


def _joined(done: list[tuple[int, int, Floats]]) -> AreaTable:
    tables = [table[:found] for _, found, table in done]
    table = np.concatenate(tables) if tables else np.empty((0, 5))
    return AreaTable(
        left=table[:, LEFT].astype(np.int64),
        right=table[:, RIGHT].astype(np.int64),
        area_m2=table[:, AREA].copy(),
        bound_m2=table[:, BOUND].copy(),
        is_drawn=table[:, DRAWN] > 0.0,
        looked_at=sum(looked_at for looked_at, _, _ in done),
    )


if has_cache():
    mark_ready()
