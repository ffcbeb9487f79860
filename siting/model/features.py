"""The rows of a layer, of which most questions need a few and few need them all."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd

Boxes = NDArray[np.float64]
"""West, south, east, north; n × 4, in the working CRS."""
Positions = NDArray[np.intp]


class Features(abc.ABC):
    """The rows of a layer: a table that need not be built to be asked for some of its rows.

    Rows go by position, from 0, as in ``Layer.frame``. A million geometry objects take longer
    than the whole load contract, and a check looks at those near its red lines.
    """

    _frame: gpd.GeoDataFrame | None = None

    @abc.abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @property
    @abc.abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The names of the frame's columns, without the geometry."""

    @abc.abstractmethod
    def ids(self) -> list[str]:
        """Return the ids of all rows."""

    @abc.abstractmethod
    def near(self, boxes: Boxes) -> Positions:
        """Return the rows whose box meets any of `boxes`, ascending; a shared border meets."""

    def rows(self, positions: Positions) -> gpd.GeoDataFrame:
        """Return ``frame().iloc[positions]``: the same values, types and labels.

        Parameters
        ----------
        positions
            Ascending, each once.
        """
        if self._frame is not None:
            return self._frame.iloc[positions]
        found = self._some(positions)
        return found.set_axis(positions)

    @abc.abstractmethod
    def _some(self, positions: Positions) -> gpd.GeoDataFrame:
        """Return some rows as a table, whatever its labels."""

    @abc.abstractmethod
    def _built(self) -> gpd.GeoDataFrame:
        """Return all rows as a table."""

    def frame(self) -> gpd.GeoDataFrame:
        """Return all rows as a table, built once for all who hold it."""
        if self._frame is None:
            self._frame = self._built()
        return self._frame

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the rows themselves: maps of files and readers do not travel.
        return FrameFeatures, (self.frame(),)


class FrameFeatures(Features):
    """Rows that are a table already."""

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self._frame = frame
        self._table = frame

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._table)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without the geometry."""
        shape = self._table.geometry.name
        return tuple(str(name) for name in self._table.columns if name != shape)

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        found: list[str] = self._table["feature_id"].tolist()
        return found

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        outlines = shapely.box(*boxes.T)
        return np.unique(self._table.sindex.query(outlines)[1])

    def _some(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._table.iloc[positions]

    def _built(self) -> gpd.GeoDataFrame:
        return self._table
