"""The rows of a layer, of which most questions need a few and few need them all."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.model.prints import IdPrints, prints_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Boxes = NDArray[np.float64]
"""West, south, east, north; n × 4, in the working CRS."""
Geometries = NDArray[np.object_]
Positions = NDArray[np.intp]
Arrays = Mapping[str, NDArray[Any]]
"""Numbers by name, of any shape; not to be written into."""


class RingArrays(NamedTuple):
    """Polygons as vertices (n × 2) and offsets of rings, parts and rows, each with the end.

    Every ring is closed; the first ring of a part is its exterior.
    """

    xy: NDArray[np.float64]
    ring_vertices: NDArray[np.int64]
    part_rings: NDArray[np.int64]
    row_parts: NDArray[np.int64]


class Features(abc.ABC):
    """The rows of a layer: a table that need not be built to be asked for some of its rows.

    Rows go by position, from 0, as in ``Layer.frame``, and positions ascend. A million geometry
    objects take longer than the whole load contract; a check looks at those near its red lines.
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
    def near(self, boxes: Boxes) -> Positions:
        """Return the rows whose box meets any of `boxes`; a shared border meets."""

    @abc.abstractmethod
    def shapes_at(self, positions: Positions) -> Geometries:
        """Return the geometries of some rows."""

    @abc.abstractmethod
    def values_at(self, name: str, positions: Positions) -> list[Any]:
        """Return a column of some rows as ``frame()[name].iloc[positions].tolist()`` does."""

    @abc.abstractmethod
    def texts_at(self, name: str, positions: Positions) -> list[str]:
        """Return a column of some rows as texts, stripped; empty where there is no value."""

    @abc.abstractmethod
    def _rows(self, positions: Positions) -> gpd.GeoDataFrame:
        """Return some rows as a table, whatever its labels."""

    @property
    def every(self) -> Positions:
        """The positions of all rows."""
        return np.arange(len(self))

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        return self.values_at("feature_id", self.every)

    def id_prints(self) -> IdPrints:
        """Return what a report says of the ids."""
        return prints_of(self.ids())

    def rings(self) -> RingArrays | None:
        """Return the outlines of all rows without building one; None where they are no arrays."""
        return None

    def derived(self, kind: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
        """Return arrays that depend on the outlines of all rows and on nothing else.

        Rows that are kept between runs keep them too.

        Parameters
        ----------
        kind
            What they are: small letters and underscores.
        recipe
            Stands for the code that makes them.
        make
            Makes them.
        """
        del kind, recipe  # nothing is kept of rows that are not
        return make()

    def some(self, positions: Positions) -> Features:
        """Return some rows as features of their own, still unread."""
        return Selection(self, positions)

    def rows(self, positions: Positions) -> gpd.GeoDataFrame:
        """Return ``frame().iloc[positions]``: the same values, types and labels."""
        if self._frame is not None:
            return self._frame.iloc[positions]
        return self._rows(positions).set_axis(positions)

    def frame(self) -> gpd.GeoDataFrame:
        """Return all rows as a table, built once for all who hold it."""
        if self._frame is None:
            self._frame = self._rows(self.every)
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

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        known = boxes[~np.isnan(boxes).any(axis=1)]
        return np.unique(self._table.sindex.query(shapely.box(*known.T))[1])

    def shapes_at(self, positions: Positions) -> Geometries:
        """See :meth:`Features.shapes_at`."""
        return np.asarray(self._table.geometry.array, dtype=object)[positions]

    def values_at(self, name: str, positions: Positions) -> list[Any]:
        """See :meth:`Features.values_at`."""
        found: list[Any] = self._table[name].iloc[positions].tolist()
        return found

    def texts_at(self, name: str, positions: Positions) -> list[str]:
        """See :meth:`Features.texts_at`."""
        return series_texts(self._table[name].iloc[positions])

    def _rows(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._table.iloc[positions]


def series_texts(column: pd.Series[Any]) -> list[str]:
    """Return a pandas column as texts, stripped; empty where there is no value."""
    is_known = column.notna().tolist()
    texts = column.astype(str).tolist()
    return [text.strip() if known else "" for text, known in zip(texts, is_known, strict=True)]


def plain_word(text: str) -> str:
    """Return a text as people write it: ``1`` for ``1.0``, as whole numbers with gaps are read."""
    whole = text.removesuffix(".0")
    return whole if whole.removeprefix("-").isdecimal() else text


class Selection(Features):
    """Some rows of other features.

    Parameters
    ----------
    features
        All of them.
    positions
        Those that are in.
    """

    def __init__(self, features: Features, positions: Positions) -> None:
        self._features = features
        self._positions = positions
        self._shapes: Geometries | None = None
        self._tree: shapely.STRtree | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._positions)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the frame's columns, without the geometry."""
        return self._features.columns

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        if self._tree is None:
            self._tree = shapely.STRtree(self.shapes_at(self.every))
        known = boxes[~np.isnan(boxes).any(axis=1)]
        return np.unique(self._tree.query(shapely.box(*known.T))[1])

    def shapes_at(self, positions: Positions) -> Geometries:
        """See :meth:`Features.shapes_at`; several rules look at the same ones."""
        if self._shapes is None:
            self._shapes = self._features.shapes_at(self._positions)
        return self._shapes[positions]

    def values_at(self, name: str, positions: Positions) -> list[Any]:
        """See :meth:`Features.values_at`."""
        return self._features.values_at(name, self._positions[positions])

    def texts_at(self, name: str, positions: Positions) -> list[str]:
        """See :meth:`Features.texts_at`."""
        return self._features.texts_at(name, self._positions[positions])

    def _rows(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._features.rows(self._positions[positions])

    def rows(self, positions: Positions) -> gpd.GeoDataFrame:
        """See :meth:`Features.rows`; labels are those of all rows, as ``iloc`` leaves them."""
        return self._rows(positions)
