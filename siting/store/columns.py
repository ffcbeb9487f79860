"""Arrays that may lie in a file and are read where they are asked for, and there only."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]
Array = NDArray[Any]


class Column(Protocol):
    """Rows of numbers. Whoever gets an array from it must not write into it."""

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def whole(self) -> Array:
        """Return all rows."""
        ...

    def take(self, positions: Positions) -> Array:
        """Return the rows at the positions, in their order."""
        ...

    def spans(self, starts: Positions, stops: Positions) -> Array:
        """Return the rows of several ranges, one range after the other."""
        ...


class PlainColumn:
    """A column that is in memory already."""

    __slots__ = ("_values",)

    def __init__(self, values: Array) -> None:
        self._values = values

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._values)

    def whole(self) -> Array:
        """Return all rows."""
        return self._values

    def take(self, positions: Positions) -> Array:
        """Return the rows at the positions, in their order."""
        return self._values[positions]

    def spans(self, starts: Positions, stops: Positions) -> Array:
        """Return the rows of several ranges, one range after the other."""
        return self._values[positions_of(starts, stops)]


def positions_of(starts: Positions, stops: Positions) -> Positions:
    """Return the positions of several ranges, one range after the other.

    Parameters
    ----------
    starts, stops
        First position of each range and the one after its last; an empty range has
        ``start == stop``.
    """
    lengths = np.maximum(stops - starts, 0)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    shifts: Positions = np.repeat(starts - (ends - lengths), lengths)
    return np.arange(total, dtype=np.intp) + shifts
