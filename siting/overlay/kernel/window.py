"""The edges of one part that matter in a window, found without touching the others.

A window is the common box of two parts. Of a part's edges, those *real* in the window are
kept whole; those south of it are dropped; those north of it come down to a few horizontal
ones along its northern side, by the steps that real edges leave there. No coordinate is
rounded in any of this (proof: docs/overlay-kernel.md, "The window").
"""

from __future__ import annotations

from siting.overlay.kernel.edges import cell_of, edge
from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import Layout, Side

Window = tuple[float, float, float, float]


@compiled("(i8 i8 f8)", "layout", "(i8 i8)", "(f8 f8 f8 f8)", "side", "(i8 i8)")
def _take(
    layout: Layout, at: tuple[int, int], window: Window, side: Side, filled: tuple[int, int]
) -> tuple[int, int, float]:
    west, south, east, north = window
    count, steps = filled
    x0, y0, x1, y1, sign = edge(layout.xy, at[0], layout.order[at[1]])
    if x1 <= west or x0 >= east or max(y0, y1) < south:
        return count, steps, 0.0
    if min(y0, y1) >= north:
        return count, steps, sign if x0 <= west else 0.0
    if y0 >= north and west < x0:
        side.step_x[steps], side.step_w[steps] = x0, -sign
        steps += 1
    if y1 >= north and x1 < east:
        side.step_x[steps], side.step_w[steps] = x1, sign
        steps += 1
    if x0 < x1:
        side.start[count], side.end[count] = max(x0, west), min(x1, east)
        side.x0[count], side.sign[count] = x0, sign
        side.slope[count] = (y1 - y0) / (x1 - x0)
        h0 = y0 - south
        side.h0[count], side.size[count] = h0, max(abs(h0), abs(y1 - south))
        count += 1
    return count, steps, 0.0


@compiled("(i8 f8)", "layout", "i8", "(f8 f8 f8 f8)", "side")
def _ranks(layout: Layout, part: int, window: Window, side: Side) -> tuple[int, float]:
    """Write the ranks of the edges near a window of a gridded part; return the anchor too."""
    number = layout.part_grid[part]
    left, low, right, up = layout.grid_frame[number]
    columns, rows, first = layout.grid_shape[number]
    c0, c1 = cell_of(window[0], left, right, columns), cell_of(window[2], left, right, columns)
    r0, r1 = cell_of(window[1], low, up, rows), cell_of(window[3], low, up, rows)
    count = 0
    side.stamp[len(side.stamp) - 1] += 1
    stamp = side.stamp[len(side.stamp) - 1]
    for column in range(c0, c1 + 1):
        for row in range(r0, r1 + 1):
            cell = first + column * rows + row
            for entry in range(layout.cell_start[cell], layout.cell_start[cell + 1]):
                rank = layout.cell_edges[entry]
                if side.stamp[rank] != stamp:
                    side.stamp[rank] = stamp
                    side.rank[count] = rank
                    count += 1
    side.rank[:count].sort()
    cell = first + c0 * rows + r1
    anchor = float(layout.cell_anchor[cell])
    base, begin = layout.part_vertices[part], layout.part_edges[part]
    for entry in range(layout.cell_start[cell], layout.cell_start[cell + 1]):
        code = layout.order[begin + layout.cell_edges[entry]]
        x0, y0, x1, y1, sign = edge(layout.xy, base, code)
        is_high = cell_of(y0, low, up, rows) > r1
        if is_high and x0 <= window[0] and cell_of(x0, left, right, columns) == c0:
            anchor -= sign
        is_high = cell_of(y1, low, up, rows) > r1
        if is_high and x1 <= window[0] and cell_of(x1, left, right, columns) == c0:
            anchor += sign
    return count, anchor


@compiled("i8", "side", "(f8 f8 f8 f8)", "(i8 i8)", "f8")
def _close(side: Side, window: Window, filled: tuple[int, int], anchor: float) -> int:
    """Add the horizontal edges along the north of a window, from the steps; return the count."""
    count, steps = filled
    for at in range(1, steps):
        x, w, to = side.step_x[at], side.step_w[at], at
        while to > 0 and side.step_x[to - 1] > x:
            side.step_x[to], side.step_w[to] = side.step_x[to - 1], side.step_w[to - 1]
            to -= 1
        side.step_x[to], side.step_w[to] = x, w
    begin, weight, at = window[0], anchor, 0
    height = window[3] - window[1]
    while True:
        x, change = window[2], 0.0
        if at < steps:
            x = side.step_x[at]
            while at < steps and side.step_x[at] == x:
                change += side.step_w[at]
                at += 1
            if change == 0.0:
                continue
        if weight != 0.0:
            side.start[count], side.end[count], side.x0[count] = begin, x, begin
            side.h0[count], side.size[count], side.slope[count] = height, height, 0.0
            side.sign[count] = weight
            count += 1
        if x == window[2]:
            return count
        begin, weight = x, weight + change


@compiled("i8", "layout", "i8", "(f8 f8 f8 f8)", "side")
def gather(layout: Layout, part: int, window: Window, side: Side) -> int:
    """Fill a side with the edges of a part in a window; return how many.

    Below each edge with sign 1 lies the polygon, below each with −1 its outside, as far as
    the window goes. Real edges come first, from west to east.
    """
    base, begin, end = (
        layout.part_vertices[part],
        layout.part_edges[part],
        layout.part_edges[part + 1],
    )
    count, steps, anchor = 0, 0, 0.0
    if layout.part_grid[part] < 0:
        for at in range(begin, end):
            count, steps, above = _take(layout, (base, at), window, side, (count, steps))
            anchor += above
    else:
        ranks, anchor = _ranks(layout, part, window, side)
        for each in range(ranks):
            at = begin + side.rank[each]
            count, steps, above = _take(layout, (base, at), window, side, (count, steps))
            anchor += above
    return _close(side, window, (count, steps), anchor)
