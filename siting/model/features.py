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

    def part(self, positions: Positions) -> Features:
        """Return some rows as rows of their own, in their order; no table is built for it."""
        return PartOfFeatures(self, positions)

    def shapes(self, positions: Positions | None = None) -> NDArray[np.object_]:
        """Return the geometries of all rows, or of some."""
        return np.asarray(self._chosen(positions).geometry.array, dtype=object)

    def values(self, column: str, positions: Positions | None = None) -> list[Any]:
        """Return what ``frame()[column].tolist()`` is, of all rows or of some.

        Raises
        ------
        KeyError
            When there is no such column.
        """
        found: list[Any] = self._chosen(positions)[column].tolist()
        return found

    def texts(self, column: str) -> list[str]:
        """Return a column as texts without white space around them, ``""`` for no value.

        Raises
        ------
        KeyError
            As :meth:`values`.
        """
        column_texts = self.frame()[column].fillna("").astype(str).str.strip()
        found: list[str] = column_texts.tolist()
        return found

    def has_plain(self, column: str) -> bool:
        """True when the values of a column can be had, and written, without a table."""
        del column
        return False

    def _chosen(self, positions: Positions | None) -> gpd.GeoDataFrame:
        return self.frame() if positions is None else self.rows(positions)

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


class PartOfFeatures(Features):
    """Some rows of others, by their positions there (ascending, each once).

    Of rows that can be had without a table none is built; of others one, of these rows alone.
    What all rules ask for is had once.
    """

    def __init__(self, whole: Features, positions: Positions) -> None:
        self._whole = whole
        self._positions = positions
        self._shapes: NDArray[np.object_] | None = None
        self._ids: list[str] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._positions)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without the geometry."""
        return self._whole.columns

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        if self._ids is None:
            self._ids = self.values("feature_id")
        return self._ids

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        return np.flatnonzero(np.isin(self._positions, self._whole.near(boxes)))

    def part(self, positions: Positions) -> Features:
        """See :meth:`Features.part`."""
        return PartOfFeatures(self._whole, self._positions[positions])

    def shapes(self, positions: Positions | None = None) -> NDArray[np.object_]:
        """See :meth:`Features.shapes`."""
        if self._shapes is None:
            is_plain = self._whole.has_plain("feature_id")
            all_shapes = self._whole.shapes(self._positions) if is_plain else super().shapes()
            self._shapes = all_shapes
        return self._shapes if positions is None else self._shapes[positions]

    def values(self, column: str, positions: Positions | None = None) -> list[Any]:
        """See :meth:`Features.values`."""
        if not self.has_plain(column):
            return super().values(column, positions)
        chosen = self._positions if positions is None else self._positions[positions]
        return self._whole.values(column, chosen)

    def has_plain(self, column: str) -> bool:
        """See :meth:`Features.has_plain`."""
        return self._whole.has_plain(column)

    def texts(self, column: str) -> list[str]:
        """See :meth:`Features.texts`."""
        if not self.has_plain(column):
            return super().texts(column)
        values = self.values(column)
        # nothing is None, or not equal to itself
        return ["" if one is None or one != one else str(one).strip() for one in values]  # noqa: PLR0124

    def _some(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._whole.rows(self._positions[positions])

    def _built(self) -> gpd.GeoDataFrame:
        return self._whole.rows(self._positions)
