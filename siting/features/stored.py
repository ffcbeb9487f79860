"""The rows of a layer as an entry of the store holds them: mapped, and read where asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from siting.features.boxes import PackedBoxes
from siting.features.outlines import Geometries, Outlines
from siting.features.tabular import TabularFeatures
from siting.model import Arrays, Boxes, Features, Positions, RingArrays
from siting.model.prints import IdPrints
from siting.store import DamagedEntryError, Entry

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

_Answer = TypeVar("_Answer")


class Beside(Protocol):
    """What else is kept of the rows of an entry."""

    def id_prints(self, read: Callable[[], IdPrints]) -> IdPrints:
        """Return what is known of the ids of all rows, or what `read` finds."""
        ...

    def derived(self, kind: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
        """Return what is kept, or what `make` makes; see :meth:`Features.derived`."""
        ...


class StoredFeatures(Features):
    """Rows of an entry; bytes that turn out to be damaged are loaded anew from the source.

    Parameters
    ----------
    entry
        With the arrays of :class:`Outlines` and :class:`PackedBoxes`, the table of the
        columns, and in its meta ``gaps``, the columns that lack a value anywhere.
    crs
        The working CRS.
    rebuild
        Gives the same rows without the entry, or raises; called with what was found damaged.
    beside
        Keeps what takes long to find out of the rows: hashes of a million ids take a second.
    """

    def __init__(
        self, entry: Entry, crs: str, rebuild: Callable[[str], Features], beside: Beside
    ) -> None:
        self._source: Features = _Mapped(entry, crs)
        self._rebuild = rebuild
        self._beside = beside

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._source)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the frame's columns, without the geometry."""
        return self._source.columns

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        return self._ask(lambda rows: rows.near(boxes))

    def shapes_at(self, positions: Positions) -> Geometries:
        """See :meth:`Features.shapes_at`."""
        return self._ask(lambda rows: rows.shapes_at(positions))

    def values_at(self, name: str, positions: Positions) -> list[Any]:
        """See :meth:`Features.values_at`."""
        return self._ask(lambda rows: rows.values_at(name, positions))

    def texts_at(self, name: str, positions: Positions) -> list[str]:
        """See :meth:`Features.texts_at`."""
        return self._ask(lambda rows: rows.texts_at(name, positions))

    def id_prints(self) -> IdPrints:
        """See :meth:`Features.id_prints`."""
        return self._beside.id_prints(super().id_prints)

    def rings(self) -> RingArrays | None:
        """See :meth:`Features.rings`; mapped, and verified as a whole."""
        return self._ask(lambda rows: rows.rings())

    def derived(self, kind: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
        """See :meth:`Features.derived`."""
        return self._beside.derived(kind, recipe, make)

    def _rows(self, positions: Positions) -> gpd.GeoDataFrame:
        return self._ask(lambda rows: rows.rows(positions).reset_index(drop=True))

    def _ask(self, question: Callable[[Features], _Answer]) -> _Answer:
        try:
            return question(self._source)
        except DamagedEntryError as damage:
            self._source = self._rebuild(damage.found)
            return question(self._source)


class _Mapped(TabularFeatures):
    """The rows of a sound entry."""

    def __init__(self, entry: Entry, crs: str) -> None:
        super().__init__(crs, entry.meta["gaps"])
        self._entry = entry
        columns = {name: entry.column(name) for name in entry.names}
        self._outlines = Outlines.within(columns)
        self._boxes = PackedBoxes.within(columns)

    def __len__(self) -> int:
        return len(self._outlines)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._entry.columns)

    def near(self, boxes: Boxes) -> Positions:
        return np.unique(self._boxes.meeting(boxes)[1])

    def shapes_at(self, positions: Positions) -> Geometries:
        return self._outlines.take(positions)

    def rings(self) -> RingArrays | None:
        return self._outlines.rings()

    def table_at(self, positions: Positions, names: list[str] | None = None) -> pa.Table:
        is_whole = len(positions) == len(self)
        return self._entry.table(names, rows=None if is_whole else positions)
