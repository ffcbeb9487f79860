"""Which cells have their centre inside polygons, row by row: the inner loops.

Machine code where numba is there, the same functions in plain Python where it is not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from siting.overlay.kernel.jit import compiled

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Bits = NDArray[np.uint32]


@compiled("i8", "f8[:,:]", "i8", "i8", "i8", "i8", "i8[]", is_lean=True)
def _count(xy: Floats, start: int, end: int, top: int, bottom: int, ends: Longs) -> int:
    """Count how often a ring crosses the middle of each row ``top`` to ``bottom``.

    ``ends[row - top + 1]`` goes up by one for each crossing; returns how many there are.
    """
    total = 0
    for at in range(start, end - 1):
        above, below = xy[at, 1], xy[at + 1, 1]
        if above > below:
            above, below = below, above
        first = max(top, math.ceil(above - 0.5))
        last = min(bottom, math.ceil(below - 0.5))
        for row in range(first, last):
            ends[row - top + 1] += 1
        total += max(0, last - first)
    return total


@compiled("none", "f8[:,:]", "i8", "i8", "i8", "i8", "i8", "i8[]", "i4[]", is_lean=True)
def _cross(
    xy: Floats, start: int, end: int, top: int, bottom: int, columns: int, at: Longs, cut: Ints
) -> None:
    """Put the column right of each crossing of a ring into ``cut``, each row at its place."""
    for place in range(start, end - 1):
        x0, y0, x1, y1 = xy[place, 0], xy[place, 1], xy[place + 1, 0], xy[place + 1, 1]
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        first = max(top, math.ceil(y0 - 0.5))
        last = min(bottom, math.ceil(y1 - 0.5))
        for row in range(first, last):
            # the same figures in the same order for both polygons on an edge
            x = (row + 0.5 - y0) * (x1 - x0) / (y1 - y0) + x0
            cut[at[row - top]] = min(max(math.floor(x + 0.5), 0), columns)
            at[row - top] += 1


@compiled("none", "i4[]", "i8", "i8", is_lean=True)
def _sort(cut: Ints, start: int, end: int) -> None:
    """Sort a few columns in place."""
    for place in range(start + 1, end):
        value, at = cut[place], place
        while at > start and cut[at - 1] > value:
            cut[at] = cut[at - 1]
            at -= 1
        cut[at] = value


@compiled("none", "u4[,]", "i8", "i8", "u4", "i8[]", "i4[]", is_lean=True)
def _fill(cells: Bits, first: int, height: int, bits: int, ends: Longs, cut: Ints) -> None:
    """Set bits between each two cuts of some rows; ``ends`` is where the cuts of a row end."""
    start = 0
    for row in range(height):
        end = ends[row]
        _sort(cut, start, end)
        for pair in range(start, end - 1, 2):
            for column in range(cut[pair], cut[pair + 1]):
                cells[first + row, column] |= bits
        start = end


@compiled(
    "i8", "f8[:,:]", "i8[:]", "i8[:]", "f8[:,:]", "i8", "u4", "u4[,]", "i8[]", "i4[]", is_lean=True
)
def burn_rings(
    xy: Floats,
    ring_first: Longs,
    polygon_first: Longs,
    boxes: Floats,
    first_row: int,
    bits: int,
    cells: Bits,
    ends: Longs,
    cut: Ints,
) -> int:
    """Set bits in the cells of a strip whose centre lies in a polygon; return the cuts it takes.

    ``xy`` are in cells, columns from the west and rows from the north; ``first_row`` is that of
    the strip ``cells``. ``ends`` has room for the strip's rows and two more, ``cut`` for the
    crossings of one polygon: where it has not, nothing more is done, and the room that it takes
    is returned; 0 when all is done.
    """
    rows, columns = cells.shape
    for polygon in range(len(polygon_first) - 1):
        if not boxes[polygon, 0] < columns:  # far off, or empty
            continue
        top = max(first_row, math.ceil(max(boxes[polygon, 1], 0.0) - 0.5))
        bottom = min(first_row + rows, math.ceil(max(boxes[polygon, 3], 0.0) - 0.5))
        if top >= bottom:
            continue
        height = bottom - top
        for row in range(height + 2):
            ends[row] = 0
        total = 0
        for ring in range(polygon_first[polygon], polygon_first[polygon + 1]):
            total += _count(xy, ring_first[ring], ring_first[ring + 1], top, bottom, ends)
        if total > len(cut):
            return total
        for row in range(height):
            ends[row + 1] += ends[row]
        for ring in range(polygon_first[polygon], polygon_first[polygon + 1]):
            start, end = ring_first[ring], ring_first[ring + 1]
            _cross(xy, start, end, top, bottom, columns, ends, cut)
        # each entry has moved on to the end of its row
        _fill(cells, top - first_row, height, bits, ends, cut)
    return 0
