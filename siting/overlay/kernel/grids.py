"""Grids of the edges of large parts: of all parts of a layer in three passes of machine code."""

from __future__ import annotations

import numpy as np

from siting.overlay.kernel.edges import grid_counts, grid_fill, grid_size
from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.layout import frozen
from siting.overlay.kernel.records import GRID_FROM_EDGES, Floats, Ints, Layout, Longs


@compiled("none", "layout", "i8[:]", "f8[,]", "i8[,]")
def _size(layout: Layout, parts: Longs, frame: Floats, shape: Longs) -> None:
    """Write west, south and cells per metre, and columns and rows, of the grid of each part."""
    for at in range(len(parts)):
        part = parts[at]
        box = layout.boxes[part]
        codes = layout.order[layout.part_edges[part] : layout.part_edges[part + 1]]
        columns, rows = grid_size(layout.xy, layout.part_vertices[part], codes, box)
        shape[at, 0], shape[at, 1] = columns, rows
        frame[at, 0], frame[at, 1] = box[0], box[1]
        if columns * rows > 1:
            frame[at, 2] = columns / (box[2] - box[0])
            frame[at, 3] = rows / (box[3] - box[1])


@compiled("none", "layout", "i8[:]", "(f8[:,:] i8[:,:])", "i8[]", "i4[]")
def _count(
    layout: Layout, parts: Longs, grids: tuple[Floats, Longs], counts: Longs, anchor: Ints
) -> None:
    """Count the edges of each cell of all grids, and those above its western border line."""
    frame, shape = grids
    for at in range(len(parts)):
        part, columns, rows, first = parts[at], shape[at, 0], shape[at, 1], shape[at, 2]
        codes = layout.order[layout.part_edges[part] : layout.part_edges[part + 1]]
        cells = slice(first, first + columns * rows)
        base = layout.part_vertices[part]
        size = columns, rows
        grid_counts(layout.xy, base, codes, frame[at], size, counts[cells], anchor[cells])


@compiled("none", "layout", "i8[:]", "(f8[:,:] i8[:,:])", "i8[]", "i4[]")
def _fill(
    layout: Layout, parts: Longs, grids: tuple[Floats, Longs], cursor: Longs, cell_edges: Ints
) -> None:
    """Write the edges of each cell of all grids, from its cursor on."""
    frame, shape = grids
    for at in range(len(parts)):
        part, columns, rows, first = parts[at], shape[at, 0], shape[at, 1], shape[at, 2]
        codes = layout.order[layout.part_edges[part] : layout.part_edges[part + 1]]
        cells = slice(first, first + columns * rows)
        base = layout.part_vertices[part]
        grid_fill(layout.xy, base, codes, frame[at], (columns, rows), cursor[cells], cell_edges)


def with_grids(layout: Layout) -> Layout:
    """Return the layout with a grid of edges for each part that is worth one."""
    large = _read_only(np.flatnonzero(np.diff(layout.part_edges) >= GRID_FROM_EDGES))
    frame, shape = np.zeros((len(large), 4)), np.zeros((len(large), 3), np.int64)
    _size(layout, large, frame, shape)
    cells = shape[:, 0] * shape[:, 1]
    is_grid = cells > 1
    if not is_grid.any():
        return layout
    parts, frame, shape, cells = large[is_grid], frame[is_grid], shape[is_grid], cells[is_grid]
    shape[1:, 2] = np.cumsum(cells)[:-1]
    for array in (parts, frame, shape):
        array.flags.writeable = False
    start = np.zeros(int(cells.sum()) + 1, np.int64)
    anchor = np.zeros(len(start) - 1, np.int32)
    _count(layout, parts, (frame, shape), start[1:], anchor)
    np.cumsum(start, out=start)
    cell_edges = np.empty(start[-1], np.int32)
    _fill(layout, parts, (frame, shape), start[:-1].copy(), cell_edges)
    part_grid = np.full(len(layout.boxes), -1, np.int64)
    part_grid[parts] = np.arange(len(parts))
    return frozen(
        layout._replace(
            part_grid=part_grid,
            grid_frame=frame,
            grid_shape=shape,
            cell_start=start,
            cell_edges=cell_edges,
            cell_anchor=anchor,
        )
    )


def _read_only(numbers: Longs) -> Longs:
    numbers.flags.writeable = False
    return numbers
