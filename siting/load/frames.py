"""The rows of a layer that the contract let pass, built into frames as far as somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from siting.errors import SchemaError, Where
from siting.features import PackedBoxes, TabularFeatures, packed
from siting.load.binary import flags_of, positions_of
from siting.load.identity import duplicates_in
from siting.load.shapes import Geometries, Shapes
from siting.load.survey import Flags
from siting.load.words import listed, say
from siting.model import Boxes, Positions
from siting.schema import LAYER_COLUMNS, require_columns

if TYPE_CHECKING:
    import geopandas as gpd


class Recipe(TabularFeatures):
    """What a frame is built of; rows go by position among the usable ones.

    Parameters
    ----------
    shapes
        In the working CRS.
    usable
        Which rows passed.
    columns
        In their order; the first two are ``feature_id`` and ``feature_name``.
    crs
        The working CRS.
    where
        The source, for messages.
    """

    def __init__(
        self,
        shapes: Shapes,
        usable: Flags,
        columns: Mapping[str, pa.Array | pa.ChunkedArray],
        *,
        crs: str,
        where: Where,
    ) -> None:
        whole = pa.table({name: each for name, each in columns.items() if name != "geometry"})
        self.gaps = [name for name in whole.column_names if whole[name].null_count]
        """The columns in which a value is missing, in refused rows too."""
        super().__init__(crs, self.gaps)
        self._shapes = shapes
        self._where = where
        self._kept = np.flatnonzero(usable)
        self._table = whole if usable.all() else whole.filter(flags_of(usable))
        self._boxes: PackedBoxes | None = None

    def check_ids(self) -> None:
        """Refuse ids that occur twice now, so that building never fails later.

        Raises
        ------
        SchemaError
            When an id made from content equals a given one.
        """
        twice = duplicates_in(self._table["feature_id"])
        if twice:
            raise SchemaError(
                say("编号重复", "ids occur twice"),
                where=self._where,
                found=listed(twice),
                next_step=say("更正编号列", "correct the column of ids"),
            )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._kept)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the frame's columns, without the geometry."""
        return tuple(self._table.column_names)

    @property
    def table(self) -> pa.Table:
        """The columns."""
        return self._table

    def near(self, boxes: Boxes) -> Positions:
        """See :meth:`Features.near`."""
        if self._boxes is None:
            self._boxes = PackedBoxes.of(self._shapes.bounds()[self._kept])
        return np.unique(self._boxes.meeting(boxes)[1])

    def shapes_at(self, positions: Positions) -> Geometries:
        """See :meth:`Features.shapes_at`."""
        return self._shapes[self._kept[positions]]

    def table_at(self, positions: Positions, names: list[str] | None = None) -> pa.Table:
        """See :class:`siting.features.TabularFeatures`."""
        table = self._table if names is None else self._table.select(names)
        return table if len(positions) == len(self) else table.take(positions_of(positions))

    def frame(self) -> gpd.GeoDataFrame:
        """Return all rows as a table, built once for all who hold it."""
        if self._frame is None:
            require_columns(super().frame(), LAYER_COLUMNS, where=self._where)
        return super().frame()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return outlines and index as arrays; see :class:`siting.features.StoredFeatures`."""
        outlines = self._shapes.outlines(self._kept)
        return outlines | packed(self._shapes.bounds()[self._kept])
