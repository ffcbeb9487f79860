"""The rows of a layer as an entry of the store holds them: mapped, and read where asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from siting.features.boxes import PackedBoxes
from siting.features.outlines import Outlines
from siting.features.table import framed, gaps_of, types_of
from siting.model import Boxes, Features, Positions
from siting.store import DamagedEntryError, Entry

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

_Answer = TypeVar("_Answer")


class StoredFeatures(Features):
    """Rows of an entry; bytes that turn out to be damaged are loaded anew from the source.

    Parameters
    ----------
    entry
        With the arrays of :class:`Outlines` and :class:`PackedBoxes`, the table of the
        columns, and what :func:`facts_of` says in its meta.
    crs
        The working CRS.
    rebuild
        Gives the same rows without the entry, or raises; called with what was found damaged.
    """

    def __init__(self, entry: Entry, crs: str, rebuild: Callable[[str], Features]) -> None:
        self._rows: Features = _Mapped(entry, crs)
        self._rebuild = rebuild

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the frame's columns, without the geometry."""
        return self._rows.columns

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        return self._ask(lambda rows: rows.ids())

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        return self._ask(lambda rows: rows.near(boxes))

    def _some(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._ask(lambda rows: rows.rows(positions))

    def _built(self) -> gpd.GeoDataFrame:
        return self._ask(lambda rows: rows.frame())

    def _ask(self, question: Callable[[Features], _Answer]) -> _Answer:
        try:
            return question(self._rows)
        except DamagedEntryError as damage:
            self._rows = self._rebuild(damage.found)
            return question(self._rows)


class _Mapped(Features):
    """The rows of a sound entry."""

    def __init__(self, entry: Entry, crs: str) -> None:
        self._entry = entry
        self._crs = crs
        columns = {name: entry.column(name) for name in entry.names}
        self._outlines = Outlines.within(columns)
        self._boxes = PackedBoxes.within(columns)

    def __len__(self) -> int:
        return len(self._outlines)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._entry.columns)

    def ids(self) -> list[str]:
        found: list[str] = self._entry.table(["feature_id"])["feature_id"].to_pylist()
        return found

    def near(self, boxes: Boxes) -> Positions:
        return np.unique(self._boxes.meeting(boxes)[1])

    def _some(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._framed(self._entry.table(rows=positions), positions)

    def _built(self) -> gpd.GeoDataFrame:
        return self._framed(self._entry.table(), np.arange(len(self)))

    def _framed(self, table: pa.Table, positions: Positions) -> gpd.GeoDataFrame:
        types = types_of(table.schema, self._entry.meta["gaps"])
        return framed(table, types, self._outlines.take(positions), self._crs)


def facts_of(table: pa.Table) -> dict[str, Any]:
    """Return what an entry has to remember of a whole table, refused rows included."""
    return {"gaps": gaps_of(table)}
