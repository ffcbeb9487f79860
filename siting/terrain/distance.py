"""How far each cell is from the nearest marked one, exactly, with a strip in memory at a time.

Distances are those between the centres of cells. Two sweeps: downwards each cell counts the rows
to what is marked above it, and the counts go to a temporary file (four bytes a cell); upwards they
are read again, what is marked below joins in, and each row takes the least over all its columns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from siting.errors import CRSMismatchError, Where
from siting.model.raster import Grid, Singles

Ints = NDArray[np.int32]
Marks = NDArray[np.uint8]

Marking = Callable[[int, int], Marks]
"""(first row, rows) → cells; what is not 0 is marked. It is asked for each strip once, in order."""


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
    with tempfile.TemporaryFile(prefix="siting-rows-") as file:
        strips = list(grid.strips())
        _sweep_down(marking, grid, strips, file)
        yield from _sweep_up(grid, strips, file)


def _nowhere(grid: Grid) -> int:
    """Return a count that no cell above or below can give."""
    return grid.rows + 1


def _sweep_down(
    marking: Marking, grid: Grid, strips: list[tuple[int, int]], file: IO[bytes]
) -> None:
    from siting.terrain.envelopes import count_down

    above = np.full(grid.columns, _nowhere(grid), dtype=np.int32)
    for first, rows in strips:
        counts = np.empty((rows, grid.columns), dtype=np.int32)
        marks = np.ascontiguousarray(marking(first, rows), dtype=np.uint8)
        count_down(marks, above, counts)
        file.write(counts.data)


def _sweep_up(
    grid: Grid, strips: list[tuple[int, int]], file: IO[bytes]
) -> Iterator[tuple[int, Singles]]:
    from siting.terrain.envelopes import count_up, measure_rows

    below = np.full(grid.columns, _nowhere(grid), dtype=np.int32)
    peaks, starts = np.empty((2, grid.columns), dtype=np.int64)
    squares = np.empty(grid.columns)
    for first, rows in reversed(strips):
        counts = np.empty((rows, grid.columns), dtype=np.int32)
        file.seek(first * grid.columns * counts.itemsize)
        file.readinto(counts.data.cast("B"))  # type: ignore[attr-defined]
        count_up(counts, below)
        strip = np.empty((rows, grid.columns), dtype=np.float32)
        ratio = grid.step_south / grid.step_east
        measure_rows(counts, _nowhere(grid), grid.step_east, ratio, peaks, starts, squares, strip)
        yield first, strip
