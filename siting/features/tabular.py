"""What rows have in common whose columns are Arrow's: values and texts without pandas."""

from __future__ import annotations

import abc
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from siting.features.table import pandas_of, texts_of, values_of
from siting.model import Features, Positions
from siting.model.features import series_texts

if TYPE_CHECKING:
    import geopandas as gpd


class TabularFeatures(Features):
    """Rows with Arrow columns.

    Parameters
    ----------
    crs
        The working CRS.
    gaps
        The columns in which a value is missing anywhere, refused rows included.
    """

    def __init__(self, crs: str, gaps: Collection[str]) -> None:
        self._crs = crs
        self._gaps = frozenset(gaps)

    @abc.abstractmethod
    def table_at(self, positions: Positions, names: list[str] | None = None) -> pa.Table:
        """Return columns of some rows; all columns when none are named."""

    def values_at(self, name: str, positions: Positions) -> list[Any]:
        """See :meth:`Features.values_at`."""
        table = self.table_at(positions, [name])
        found = values_of(table[name], has_gaps=name in self._gaps)
        if found is not None:
            return found
        listed: list[Any] = pandas_of(table, self._gaps)[name].tolist()
        return listed

    def texts_at(self, name: str, positions: Positions) -> list[str]:
        """See :meth:`Features.texts_at`."""
        table = self.table_at(positions, [name])
        found = texts_of(table[name], has_gaps=name in self._gaps)
        return series_texts(pandas_of(table, self._gaps)[name]) if found is None else found

    def _rows(self, positions: Positions) -> gpd.GeoDataFrame:
        import geopandas as gpd

        shapes = gpd.array.from_shapely(self.shapes_at(positions))
        frame = pandas_of(self.table_at(positions), self._gaps)
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=self._crs)
