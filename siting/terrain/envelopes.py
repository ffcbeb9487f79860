"""Exact Euclidean distances of cells to marked ones, a strip of rows at a time: the inner loops.

Source: Felzenszwalb, P. F., Huttenlocher, D. P. (2012), Distance transforms of sampled functions,
Theory of Computing 8 (19), 415–428: along a column the distance is counted, along a row the least
of the parabolas over its cells is taken. Machine code where numba is there.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from siting.overlay.kernel.jit import compiled

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Marks = NDArray[np.uint8]


@compiled("none", "u1[:,:]", "i4[]", "i4[,]", is_lean=True)
def count_down(marks: Marks, above: Ints, counts: Ints) -> None:
    """Count the rows to the next marked cell above, or in, each cell of a strip.

    ``above`` are the counts of the row over the strip, and those of its last row when this
    returns.
    """
    rows, columns = marks.shape
    for row in range(rows):
        for column in range(columns):
            above[column] = 0 if marks[row, column] else above[column] + 1
            counts[row, column] = above[column]


@compiled("none", "u1[:,:]", "i4[]", is_lean=True)
def count_through(marks: Marks, above: Ints) -> None:
    """As :func:`count_down`, without the counts of the strip's own rows."""
    rows, columns = marks.shape
    for row in range(rows):
        for column in range(columns):
            above[column] = 0 if marks[row, column] else above[column] + 1


@compiled("none", "i4[,]", "i4[]", is_lean=True)
def count_up(counts: Ints, below: Ints) -> None:
    """Lower counts to those to the next marked cell below; ``below`` are those under the strip."""
    rows, columns = counts.shape
    for row in range(rows - 1, -1, -1):
        for column in range(columns):
            below[column] = min(counts[row, column], below[column] + 1)
            counts[row, column] = below[column]


@compiled("i8", "i4[,]", "i8", "i4", "f8", "i8[]", "i8[]", "f8[]", is_lean=True)
def _envelope(
    counts: Ints,
    row: int,
    nowhere: int,
    height: float,
    peaks: Longs,
    starts: Longs,
    squares: Floats,
) -> int:
    """Find which column of a row is nearest from where on; return how many ever are."""
    columns, size = counts.shape[1], 0
    for at in range(columns):
        if counts[row, at] >= nowhere:
            continue
        rise = counts[row, at] * height
        square = rise * rise
        start = 0
        while size > 0:
            # where the last one begins it is still the nearer: the new one comes after it
            before, after = float(starts[size - 1] - peaks[size - 1]), float(starts[size - 1] - at)
            if before * before + squares[size - 1] < after * after + square:
                gap = float(at - peaks[size - 1])
                middle = (square - squares[size - 1] + gap * (at + peaks[size - 1])) / (2.0 * gap)
                start = math.floor(middle) + 1 if middle < columns else columns
                break
            size -= 1
        if start < columns:
            peaks[size], starts[size], squares[size] = at, start, square
            size += 1
    return size


@compiled("none", "i4[,]", "i4", "f8", "f8", "i8[]", "i8[]", "f8[]", "f4[,]", is_lean=True)
def measure_rows(
    counts: Ints,
    nowhere: int,
    step: float,
    height: float,
    peaks: Longs,
    starts: Longs,
    squares: Floats,
    distances: Singles,
) -> None:
    """Turn the counts along columns into distances.

    A count of ``nowhere`` or more says that nothing is marked in that column. ``step`` is the
    width of a cell and what distances are told in, ``height`` how many widths high a cell is.
    ``peaks``, ``starts`` and ``squares`` have room for a row.
    """
    rows, columns = counts.shape
    for row in range(rows):
        size = _envelope(counts, row, nowhere, height, peaks, starts, squares)
        if size == 0:
            distances[row, :] = np.inf
        for piece in range(size):
            end = starts[piece + 1] if piece + 1 < size else columns
            peak, square = peaks[piece], squares[piece]
            for column in range(starts[piece], end):
                off = float(column - peak)
                distances[row, column] = step * math.sqrt(off * off + square)
