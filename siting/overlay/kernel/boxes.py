"""Which boxes meet: grids of several sizes, and each pair once.

A pair is reported in the cell that holds the south-west corner of the common box, so none
is reported twice and nothing has to be remembered.
"""

from __future__ import annotations

import numpy as np

from siting.overlay.kernel.edges import cell_of
from siting.overlay.kernel.jit import compiled
from siting.overlay.kernel.records import Floats, Index, Longs

#: Each level of the index has cells so many times as wide as the one before.
LEVEL_STEP = 4.0
#: A grid has at most so many columns or rows.
MOST_CELLS_ACROSS = 16_384


def index_of(boxes: Floats) -> Index:
    """Return the index of boxes (n × 4: west, south, east, north); those with NaN meet nothing."""
    numbers = np.flatnonzero(~np.isnan(boxes[:, 0]))
    if not len(numbers):
        empty = np.zeros((0, 3))
        return _frozen(Index(empty, empty.astype(np.int64), *_nothing()))
    known = boxes[numbers]
    west, south = known[:, 0].min(), known[:, 1].min()
    width, height = known[:, 2].max() - west, known[:, 3].max() - south
    sizes = np.maximum(known[:, 2] - known[:, 0], known[:, 3] - known[:, 1])
    spread = max(float(width), float(height), 1e-300)
    finest = max(
        float(np.median(sizes)),
        float(np.sqrt(float(width) * float(height) / len(known))),
        spread / MOST_CELLS_ACROSS,
    )
    cells_m = [finest]
    while cells_m[-1] < float(sizes.max()):
        cells_m.append(cells_m[-1] * LEVEL_STEP)
    levels = np.searchsorted(np.array(cells_m), sizes)
    frame = np.array([(west, south, 1.0 / cell_m) for cell_m in cells_m])
    shape = np.array(
        [(int(width / cell_m) + 1, int(height / cell_m) + 1, 0) for cell_m in cells_m], np.int64
    )
    shape[1:, 2] = np.cumsum(shape[:, 0] * shape[:, 1])[:-1]
    start = np.zeros(int((shape[:, 0] * shape[:, 1]).sum()) + 1, np.int64)
    boxes = np.ascontiguousarray(boxes)
    enter(boxes, numbers, levels, (frame, shape), start[1:], np.empty(0, np.int64))
    np.cumsum(start, out=start)
    parts = np.empty(start[-1], np.int64)
    enter(boxes, numbers, levels, (frame, shape), start[:-1].copy(), parts)
    return _frozen(Index(frame, shape, start, parts))


def _nothing() -> tuple[Longs, Longs]:
    return np.zeros(1, np.int64), np.empty(0, np.int64)


def _frozen(index: Index) -> Index:
    for array in index:
        array.flags.writeable = False
    return index


def enter(
    boxes: Floats,
    numbers: Longs,
    levels: Longs,
    grids: tuple[Floats, Longs],
    cursor: Longs,
    parts: Longs,
) -> None:
    """Count the boxes of each cell in `cursor`; with room in `parts` write them there too."""
    for array in (boxes, numbers, levels, *grids):
        array.flags.writeable = False
    _enter(boxes, numbers, levels, grids[0], grids[1], cursor, parts)


@compiled("none", "f8[:,:]", "i8[:]", "i8[:]", "f8[:,:]", "i8[:,:]", "i8[]", "i8[]")
def _enter(
    boxes: Floats,
    numbers: Longs,
    levels: Longs,
    frame: Floats,
    shape: Longs,
    cursor: Longs,
    parts: Longs,
) -> None:
    is_writing = len(parts) > 0
    for each in range(len(numbers)):
        part, level = numbers[each], levels[each]
        west, south, right = frame[level]
        columns, rows, first = shape[level]
        c0, c1 = (
            cell_of(boxes[part, 0], west, right, columns),
            cell_of(boxes[part, 2], west, right, columns),
        )
        r0, r1 = (
            cell_of(boxes[part, 1], south, right, rows),
            cell_of(boxes[part, 3], south, right, rows),
        )
        for column in range(c0, c1 + 1):
            for row in range(r0, r1 + 1):
                cell = first + column * rows + row
                if is_writing:
                    parts[cursor[cell]] = part
                cursor[cell] += 1


@compiled("i8", "index", "f8[:,:]", "f8[:]", "i8[]", is_lean=True)
def meeting(index: Index, boxes: Floats, box: Floats, found: Longs) -> int:
    """Return how many boxes share an area with `box`; write those that find room."""
    count = 0
    west, south, east, north = box[0], box[1], box[2], box[3]
    for level in range(len(index.frame)):
        left, low, right = index.frame[level]
        columns, rows, first = index.shape[level]
        c0, c1 = cell_of(west, left, right, columns), cell_of(east, left, right, columns)
        r0, r1 = cell_of(south, low, right, rows), cell_of(north, low, right, rows)
        for column in range(c0, c1 + 1):
            for row in range(r0, r1 + 1):
                cell = first + column * rows + row
                for entry in range(index.cell_start[cell], index.cell_start[cell + 1]):
                    part = index.cell_parts[entry]
                    x, y = max(west, boxes[part, 0]), max(south, boxes[part, 1])
                    if (
                        x < min(east, boxes[part, 2])
                        and y < min(north, boxes[part, 3])
                        and cell_of(x, left, right, columns) == column
                        and cell_of(y, low, right, rows) == row
                    ):
                        if count < len(found):
                            found[count] = part
                        count += 1
    return count
