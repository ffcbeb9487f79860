"""The edges of one part that matter in a window, found without touching the others.

A window is the common box of two parts. Of a part's edges, those *real* in the window are
kept whole; those south of it are dropped; those north of it come down to a few horizontal
ones along its northern side, by the steps that real edges leave there. No coordinate is
rounded in any of this (proof: docs/overlay-kernel.md, "The window").
"""

from __future__ import annotations

from siting.overlay.kernel.edges import cell_of, edge, sort
from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import (
    END,
    H0,
    SIGN,
    SIZE,
    SLOPE,
    START,
    STEP_W,
    STEP_X,
    X0,
    Floats,
    Ints,
    Layout,
    Longs,
    Side,
)

Window = tuple[float, float, float, float]

#: Where fewer than one rank in so many between the first and the last is wanted, sorting the
#: wanted ones is quicker than looking at all.
DENSE = 8
#: Of a part with fewer edges than this all are looked at where the window takes more than one in so
#: many of its box: reading on is quicker than asking cells. The edges that are found are the same.
SCANNED_UP_TO = 256
SCAN_SHARE = 32.0


@compiled("none", "i8[,]", "i8", "i8", "i8", is_lean=True)
def _in_order(ranks: Longs, count: int, least: int, most: int) -> None:
    """Sort the `count` ranks from `least` to `most` that are marked as seen in this window."""
    if most - least > DENSE * count:
        sort(ranks[0], count)
        return
    now, to = ranks[1, ranks.shape[1] - 1], 0
    for rank in range(least, most + 1):
        if ranks[1, rank] == now:
            ranks[0, to] = rank
            to += 1


@compiled("(i8 f8)", "layout", "i8", "(f8 f8 f8 f8)", "i8[,]", is_inlined=True)
def _ranks(layout: Layout, part: int, window: Window, ranks: Longs) -> tuple[int, float]:
    """Write the ranks of the edges near a window of a gridded part; return the anchor too.

    The anchor counts (with sign) the edges that pass above the row of the window's northern
    side at its western side.
    """
    number = layout.part_grid[part]
    left, low = layout.grid_frame[number, 0], layout.grid_frame[number, 1]
    right, up = layout.grid_frame[number, 2], layout.grid_frame[number, 3]
    columns, rows = layout.grid_shape[number, 0], layout.grid_shape[number, 1]
    first = layout.grid_shape[number, 2]
    c0, c1 = cell_of(window[0], left, right, columns), cell_of(window[2], left, right, columns)
    r0, r1 = cell_of(window[1], low, up, rows), cell_of(window[3], low, up, rows)
    cell_start, cell_edges = layout.cell_start, layout.cell_edges
    last = ranks.shape[1] - 1
    count, least, most = 0, last, 0
    ranks[1, last] += 1
    for column in range(c0, c1 + 1):
        cell = first + column * rows
        for entry in range(cell_start[cell + r0], cell_start[cell + r1 + 1]):
            rank = cell_edges[entry]
            if ranks[1, rank] != ranks[1, last]:
                ranks[1, rank] = ranks[1, last]
                ranks[0, count] = rank
                count += 1
                least, most = min(least, rank), max(most, rank)
    if count > 1:
        _in_order(ranks, count, least, most)
    cell = first + c0 * rows + r1
    anchor = float(layout.cell_anchor[cell])
    xy, order = layout.xy, layout.order
    base, begin = layout.part_vertices[part], layout.part_edges[part]
    for entry in range(cell_start[cell], cell_start[cell + 1]):
        x0, y0, x1, y1, sign = edge(xy, base, order[begin + cell_edges[entry]])
        if x0 <= window[0] and cell_of(x0, left, right, columns) == c0:
            anchor -= sign if cell_of(y0, low, up, rows) > r1 else 0.0
        if x1 <= window[0] and cell_of(x1, left, right, columns) == c0:
            anchor += sign if cell_of(y1, low, up, rows) > r1 else 0.0
    return count, anchor


@compiled("b1", "layout", "i8", "(f8 f8 f8 f8)", is_inlined=True)
def is_void(layout: Layout, part: int, window: Window) -> bool:
    """True when the cells of a gridded part say that :func:`gather` finds nothing in a window."""
    number = layout.part_grid[part]
    left, low = layout.grid_frame[number, 0], layout.grid_frame[number, 1]
    right, up = layout.grid_frame[number, 2], layout.grid_frame[number, 3]
    columns, rows = layout.grid_shape[number, 0], layout.grid_shape[number, 1]
    first = layout.grid_shape[number, 2]
    c0, c1 = cell_of(window[0], left, right, columns), cell_of(window[2], left, right, columns)
    r0, r1 = cell_of(window[1], low, up, rows), cell_of(window[3], low, up, rows)
    void = layout.cell_anchor[first + c0 * rows + r1] == 0
    for column in range(c0, c1 + 1):
        cell = first + column * rows
        void = void and layout.cell_start[cell + r0] == layout.cell_start[cell + r1 + 1]
    return bool(void)


@compiled("b1", "layout", "i8", "(f8 f8 f8 f8)", "i8", is_inlined=True)
def _is_scanned(layout: Layout, part: int, window: Window, edges: int) -> bool:
    """True when looking at all edges of a part is quicker than at the cells of a window."""
    boxes = layout.boxes
    height, width = boxes[part, 3] - boxes[part, 1], boxes[part, 2] - boxes[part, 0]
    seen = (window[2] - window[0]) * (window[3] - window[1])
    return bool(edges < SCANNED_UP_TO and seen * SCAN_SHARE > width * height)


@compiled("i8", "f8[,]", "(f8 f8 f8 f8)", "(i8 i8)", "f8", is_lean=True)
def _close(edges: Floats, window: Window, filled: tuple[int, int], anchor: float) -> int:
    """Add the horizontal edges along the north of a window, from the steps; return the count."""
    count, steps = filled
    for at in range(1, steps):
        x, w, to = edges[STEP_X, at], edges[STEP_W, at], at
        while to > 0 and edges[STEP_X, to - 1] > x:
            edges[STEP_X, to], edges[STEP_W, to] = edges[STEP_X, to - 1], edges[STEP_W, to - 1]
            to -= 1
        edges[STEP_X, to], edges[STEP_W, to] = x, w
    begin, weight, at = window[0], anchor, 0
    height = window[3] - window[1]
    while True:
        x, change = window[2], 0.0
        if at < steps:
            x = edges[STEP_X, at]
            while at < steps and edges[STEP_X, at] == x:
                change += edges[STEP_W, at]
                at += 1
            if change == 0.0:
                continue
        if weight != 0.0:
            edges[START, count], edges[END, count], edges[X0, count] = begin, x, begin
            edges[H0, count], edges[SIZE, count], edges[SLOPE, count] = height, height, 0.0
            edges[SIGN, count] = weight
            count += 1
        if x == window[2]:
            return count
        begin, weight = x, weight + change


@compiled("i8", "f8[:,:]", "(i8 i8 i8)", "i4[:]", "(f8 f8 f8 f8)", "f8", "side", is_lean=True)
def _real(
    xy: Floats,
    part: tuple[int, int, int],
    order: Ints,
    window: Window,
    anchor: float,
    side: Side,
) -> int:
    """Fill a side from a part (first vertex, first edge, how many); fewer than 0: by rank."""
    west, south, east, north = window
    base, begin, number = part
    edges, ranks = side.edges, side.ranks
    count = steps = 0
    for each in range(abs(number)):
        at = begin + (ranks[0, each] if number < 0 else each)
        x0, y0, x1, y1, sign = edge(xy, base, order[at])
        if x0 >= east:
            break
        if x1 <= west or max(y0, y1) < south:
            continue
        if min(y0, y1) >= north:
            anchor += sign if x0 <= west else 0.0
            continue
        if y0 >= north and west < x0:
            edges[STEP_X, steps], edges[STEP_W, steps] = x0, -sign
            steps += 1
        if y1 >= north and x1 < east:
            edges[STEP_X, steps], edges[STEP_W, steps] = x1, sign
            steps += 1
        if x0 < x1:
            edges[START, count], edges[END, count] = max(x0, west), min(x1, east)
            h0 = y0 - south
            edges[X0, count], edges[H0, count] = x0, h0
            edges[SLOPE, count] = (y1 - y0) / (x1 - x0)
            edges[SIZE, count], edges[SIGN, count] = max(abs(h0), abs(y1 - south)), sign
            count += 1
    return _close(edges, window, (count, steps), anchor)


@compiled("i8", "layout", "i8", "(f8 f8 f8 f8)", "side", is_inlined=True)
def gather(layout: Layout, part: int, window: Window, side: Side) -> int:
    """Fill a side with the edges of a part in a window; return how many.

    Below each edge with sign 1 lies the polygon, below each with -1 its outside, as far as
    the window goes. Real edges come first, from west to east.
    """
    begin = layout.part_edges[part]
    number, anchor = layout.part_edges[part + 1] - begin, 0.0
    if layout.part_grid[part] >= 0 and not _is_scanned(layout, part, window, number):
        near, anchor = _ranks(layout, part, window, side.ranks)
        number = -near
    where = (layout.part_vertices[part], begin, number)
    return _real(layout.xy, where, layout.order, window, anchor, side)
