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


@compiled("none", "i4[,]", "i4[]", is_lean=True)
def count_up(counts: Ints, below: Ints) -> None:
    """Lower counts to those to the next marked cell below; ``below`` are those under the strip."""
    rows, columns = counts.shape
    for row in range(rows - 1, -1, -1):
        for column in range(columns):
            below[column] = min(counts[row, column], below[column] + 1)
            counts[row, column] = below[column]


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
        size = 0
        for at in range(columns):
            count = counts[row, at]
            if count >= nowhere:
                continue
            rise = count * height
            square = rise * rise
            start = 0
            while size > 0:
                peak, begin = peaks[size - 1], starts[size - 1]
                old = squares[size - 1]
                # where the last one begins the new one is nearer: the last is nowhere nearest
                off, far = float(begin - peak), float(begin - at)
                if far * far + square <= off * off + old:
                    size -= 1
                    continue
                # from here on the new one is nearer
                gap = float(at - peak)
                middle = (square - old + gap * (at + peak)) / (2.0 * gap)
                start = int(math.floor(middle)) + 1 if middle < columns else columns
                break
            if start < columns:
                peaks[size], starts[size], squares[size] = at, start, square
                size += 1
        if size == 0:
            for column in range(columns):
                distances[row, column] = np.inf
        for piece in range(size):
            end = starts[piece + 1] if piece + 1 < size else columns
            peak, square = peaks[piece], squares[piece]
            for column in range(starts[piece], end):
                off = float(column - peak)
                distances[row, column] = step * math.sqrt(off * off + square)
