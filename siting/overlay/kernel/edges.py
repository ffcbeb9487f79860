"""Preparing a layer: boxes, ring directions, edges from west to east, grids of large parts.

Compiled when numba is there. Nothing here rounds a coordinate: edges are referred to, never
cut, and which cell an edge meets is found by monotone functions, so none can be lost.
"""

from __future__ import annotations

import math

import numpy as np

from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import GRID_FROM_EDGES, UNIT_ROUNDOFF, Floats, Ints, Longs

#: More entries than this per edge, and a grid is made coarser: long edges meet many cells.
MOST_ENTRIES_PER_EDGE = 4
#: Insertion sort below this length, merges above.
SMALL_SORT = 24


@compiled("none", "f8[:,:]", "i8[:]", "i8", "i8", "f8[,]")
def part_boxes(xy: Floats, part_vertices: Longs, first: int, last: int, boxes: Floats) -> None:
    """Write west, south, east, north of each part; NaN for one without vertices."""
    for part in range(first, last):
        begin, end = part_vertices[part], part_vertices[part + 1]
        if begin == end:
            for side in range(4):
                boxes[part, side] = math.nan
            continue
        west = east = xy[begin, 0]
        south = north = xy[begin, 1]
        for vertex in range(begin + 1, end):
            x, y = xy[vertex, 0], xy[vertex, 1]
            west, east = min(west, x), max(east, x)
            south, north = min(south, y), max(north, y)
        boxes[part, 0], boxes[part, 1] = west, south
        boxes[part, 2], boxes[part, 3] = east, north


@compiled("none", "f8[:,:]", "i8[:]", "i8", "i8", "i4[]")
def ring_turns(xy: Floats, ring_vertices: Longs, first: int, last: int, turns: Ints) -> None:
    """Write 1 for an anticlockwise ring, -1 for a clockwise one, 0 where rounding hides it."""
    for ring in range(first, last):
        begin, end = ring_vertices[ring], ring_vertices[ring + 1]
        total = size = 0.0
        if end - begin > 2:
            x0, y0 = xy[begin, 0], xy[begin, 1]
            for vertex in range(begin + 1, end - 1):
                one = (xy[vertex, 0] - x0) * (xy[vertex + 1, 1] - y0)
                other = (xy[vertex + 1, 0] - x0) * (xy[vertex, 1] - y0)
                total += one - other
                size += abs(one) + abs(other)
        # each product carries 3 roundings, the difference 1, the sum one per term
        doubt = (end - begin + 8) * 2.0 * UNIT_ROUNDOFF * size
        turns[ring] = 1 if total > doubt else (-1 if total < -doubt else 0)


@compiled("none", "i8[]", "i8", is_lean=True)
def sort(numbers: Longs, count: int) -> None:
    """Sort the first numbers, few or in runs as they mostly are, without asking for memory."""
    gap = 1
    while 3 * gap + 1 < count:
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(gap, count):
            number, to = numbers[at], at
            while to >= gap and numbers[to - gap] > number:
                numbers[to] = numbers[to - gap]
                to -= gap
            numbers[to] = number
        gap //= 3


@compiled("(f8 f8 f8 f8 f8)", "f8[:,:]", "i8", "i8", is_lean=True)
def edge(xy: Floats, base: int, code: int) -> tuple[float, float, float, float, float]:
    """Return the western end, the eastern end and the sign of an edge of ``Layout.order``.

    A vertical edge begins where the ring, in its rightful direction, begins it.
    """
    vertex = base + (code >> 1)
    xa, ya, xb, yb = xy[vertex, 0], xy[vertex, 1], xy[vertex + 1, 0], xy[vertex + 1, 1]
    if code & 1:
        xa, ya, xb, yb = xb, yb, xa, ya
    if xa <= xb:
        return xa, ya, xb, yb, 1.0
    return xb, yb, xa, ya, -1.0


@compiled("b1", "f8[:,:]", "i8", "i8", "i8")
def _is_before(xy: Floats, base: int, one: int, other: int) -> bool:
    a, b = edge(xy, base, one), edge(xy, base, other)
    if a[0] != b[0]:
        return a[0] < b[0]
    if a[1] != b[1]:
        return a[1] < b[1]
    if a[2] != b[2]:
        return a[2] < b[2]
    if a[3] != b[3]:
        return a[3] < b[3]
    return a[4] < b[4]


@compiled("none", "f8[:,:]", "i8", "i4[]", "i8", "i8", "i4[]")
def _sort(xy: Floats, base: int, codes: Ints, begin: int, end: int, spare: Ints) -> None:
    for low in range(begin, end, SMALL_SORT):
        for at in range(low + 1, min(low + SMALL_SORT, end)):
            code, to = codes[at], at
            while to > low and _is_before(xy, base, code, codes[to - 1]):
                codes[to] = codes[to - 1]
                to -= 1
            codes[to] = code
    width = SMALL_SORT
    while width < end - begin:
        for low in range(begin, end, 2 * width):
            middle, high = min(low + width, end), min(low + 2 * width, end)
            left, right = low, middle
            for to in range(low, high):
                is_left = left < middle and (
                    right >= high or not _is_before(xy, base, codes[right], codes[left])
                )
                spare[to - begin] = codes[left] if is_left else codes[right]
                left, right = (left + 1, right) if is_left else (left, right + 1)
            codes[low:high] = spare[low - begin : high - begin]
        width *= 2


@compiled("i8", "f8[:,:]", "(i8[:] i8[:] i8[:])", "i4[:]", "i8", "i8", "i8[]", "i4[]")
def order_edges(
    xy: Floats,
    starts: tuple[Longs, Longs, Longs],
    turns: Ints,
    first: int,
    last: int,
    counts: Longs,
    order: Ints,
) -> int:
    """Write the sorted edges of the parts first..last one after another; return how many.

    ``starts``: first vertex and first ring of each part, and first vertex of each ring.
    ``counts`` gets the number of edges of each part.
    """
    part_vertices, part_rings, ring_vertices = starts
    to, longest = 0, 0
    for part in range(first, last):
        longest = max(longest, part_vertices[part + 1] - part_vertices[part])
    spare = np.empty(longest, np.int32)
    for part in range(first, last):
        base, begin = part_vertices[part], to
        for ring in range(part_rings[part], part_rings[part + 1]):
            # exteriors run clockwise, so that a polygon lies below its eastward edges
            is_exterior = ring == part_rings[part]
            is_against = (turns[ring] > 0) == is_exterior
            for vertex in range(ring_vertices[ring], ring_vertices[ring + 1] - 1):
                is_point = xy[vertex, 0] == xy[vertex + 1, 0] and xy[vertex, 1] == xy[vertex + 1, 1]
                if not is_point:
                    order[to] = 2 * (vertex - base) + (1 if is_against else 0)
                    to += 1
        _sort(xy, base, order, begin, to, spare)
        counts[part] = to - begin
    return to


@compiled("i8", "f8", "f8", "f8", "i8", is_lean=True)
def cell_of(value: float, origin: float, per_metre: float, count: int) -> int:
    """Return the column (or row) of a coordinate; never smaller for a larger coordinate."""
    number = (value - origin) * per_metre
    if not number > 0.0:
        return 0
    if number >= count:
        return count - 1
    return int(number)


@compiled("(i8 i8)", "f8[:,:]", "i8", "i4[:]", "f8[:]")
def grid_size(xy: Floats, base: int, codes: Ints, box: Floats) -> tuple[int, int]:
    """Return columns and rows for the edges of one part: about a cell per edge."""
    count = len(codes)
    width, height = box[2] - box[0], box[3] - box[1]
    if count < GRID_FROM_EDGES or not (width > 0.0 and height > 0.0):
        return 1, 1
    columns = int(min(max(math.sqrt(count * (width / height)), 1.0), float(count)))
    rows = max(count // columns, 1)
    while columns * rows > 1:
        right, up = columns / width, rows / height
        entries = 0
        for code in codes:
            x0, y0, x1, y1, _ = edge(xy, base, code)
            across = cell_of(x1, box[0], right, columns) - cell_of(x0, box[0], right, columns) + 1
            above = cell_of(max(y0, y1), box[1], up, rows)
            entries += across * (above - cell_of(min(y0, y1), box[1], up, rows) + 1)
        if entries <= MOST_ENTRIES_PER_EDGE * count:
            break
        columns, rows = (columns + 1) // 2, (rows + 1) // 2
    return columns, rows


@compiled("i8", "f8[:,:]", "i8", "i4[:]", "f8[:]", "(i8 i8)", "i8[]", "i4[]")
def grid_counts(
    xy: Floats,
    base: int,
    codes: Ints,
    frame: Floats,
    size: tuple[int, int],
    cell_counts: Longs,
    anchor: Ints,
) -> int:
    """Count the edges of each cell, and those that pass above its western border line."""
    columns, rows = size
    total = 0
    for code in codes:
        x0, y0, x1, y1, sign = edge(xy, base, code)
        west = cell_of(x0, frame[0], frame[2], columns)
        east = cell_of(x1, frame[0], frame[2], columns)
        south = cell_of(min(y0, y1), frame[1], frame[3], rows)
        north = cell_of(max(y0, y1), frame[1], frame[3], rows)
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                cell_counts[column * rows + row] += 1
                total += 1
            if column > west and south > 0:
                anchor[column * rows + south - 1] += int(sign)
    for column in range(columns):
        for row in range(rows - 2, -1, -1):
            anchor[column * rows + row] += anchor[column * rows + row + 1]
    return total


@compiled("none", "f8[:,:]", "i8", "i4[:]", "f8[:]", "(i8 i8)", "i8[]", "i4[]")
def grid_fill(
    xy: Floats,
    base: int,
    codes: Ints,
    frame: Floats,
    size: tuple[int, int],
    cursor: Longs,
    cell_edges: Ints,
) -> None:
    """Write the ranks of the edges of each cell, in order; ``cursor`` is moved."""
    columns, rows = size
    for rank in range(len(codes)):
        x0, y0, x1, y1, _ = edge(xy, base, codes[rank])
        west = cell_of(x0, frame[0], frame[2], columns)
        east = cell_of(x1, frame[0], frame[2], columns)
        south = cell_of(min(y0, y1), frame[1], frame[3], rows)
        north = cell_of(max(y0, y1), frame[1], frame[3], rows)
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                cell = column * rows + row
                cell_edges[cursor[cell]] = rank
                cursor[cell] += 1
