"""How far each cell is from the nearest marked one, exactly, with a strip in memory at a time.

Distances are those between the centres of cells. Two sweeps: downwards each cell counts the rows
to what is marked above it, and the counts at the head of each strip are kept; upwards the strips
are counted again from there, what is marked below joins in, and each row takes the least over all
its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from siting.errors import CRSMismatchError, Where
from siting.model.raster import Grid, Singles

Ints = NDArray[np.int32]
Marks = NDArray[np.uint8]

Marking = Callable[[int, int], Marks]
"""(first row, rows) → cells; what is not 0 is marked. It is asked for each strip twice."""


def distances(marking: Marking, grid: Grid) -> Iterator[tuple[int, Singles]]:
    """Yield strips of the distance to the nearest marked cell, the southernmost strip first.

    Parameters
    ----------
    marking
        Which cells are marked.
    grid
        The raster; its cells may be of any width and height.

    Yields
    ------
    tuple[int, Singles]
        The first row of a strip (one of :meth:`Grid.strips`), and the metres from the centre of
        each cell to that of the nearest marked one: 0 on marked cells, infinite where nothing is
        marked.

    Raises
    ------
    CRSMismatchError
        For a raster in degrees, whose cells differ in width from row to row.
    """
    if grid.is_geographic:
        raise CRSMismatchError(
            "distances are measured in a plane",
            where=Where(layer="raster"),
            expected="a raster in metres",
            found=grid.crs or "degrees",
            next_step="warp the raster into the working CRS of the city",
        )
    from siting.terrain.envelopes import count_down, count_up, measure_rows

    nowhere = grid.rows + 1  # more than any cell above or below can be off
    strips = list(grid.strips())
    heads = _heads(marking, grid, strips, nowhere)
    below = np.full(grid.columns, nowhere, dtype=np.int32)
    peaks, starts = np.empty((2, grid.columns), dtype=np.int64)
    squares = np.empty(grid.columns)
    ratio = grid.step_south / grid.step_east
    for (first, rows), head in zip(reversed(strips), reversed(heads), strict=True):
        counts = np.empty((rows, grid.columns), dtype=np.int32)
        count_down(_marks(marking, first, rows), head, counts)
        count_up(counts, below)
        strip = np.empty((rows, grid.columns), dtype=np.float32)
        measure_rows(counts, nowhere, grid.step_east, ratio, peaks, starts, squares, strip)
        yield first, strip


def _heads(marking: Marking, grid: Grid, strips: list[tuple[int, int]], nowhere: int) -> list[Ints]:
    """Return for each strip the counts of the row above it."""
    from siting.terrain.envelopes import count_through

    above = np.full(grid.columns, nowhere, dtype=np.int32)
    heads = []
    for first, rows in strips:
        heads.append(above.copy())
        count_through(_marks(marking, first, rows), above)
    return heads


def _marks(marking: Marking, first: int, rows: int) -> Marks:
    return np.ascontiguousarray(marking(first, rows), dtype=np.uint8)
