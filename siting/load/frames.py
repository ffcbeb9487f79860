"""The frame of a layer, built from what the contract let pass when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from siting.errors import SchemaError, Where
from siting.load.identity import duplicates_in
from siting.load.shapes import Shapes
from siting.load.survey import Flags
from siting.load.words import listed, say
from siting.schema import LAYER_COLUMNS, require_columns

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a frame is built of: shapes in the working CRS, columns in their order, usable rows."""

    shapes: Shapes
    usable: Flags
    columns: Mapping[str, pa.Array | pa.ChunkedArray]
    crs: str
    where: Where

    def check_ids(self) -> None:
        """Refuse ids that occur twice now, so that building never fails later.

        Raises
        ------
        SchemaError
            When an id made from content equals a given one.
        """
        ids = self.columns["feature_id"]
        twice = duplicates_in(ids if self.usable.all() else ids.filter(pa.array(self.usable)))
        if twice:
            raise SchemaError(
                say("编号重复", "ids occur twice"),
                where=self.where,
                found=listed(twice),
                next_step=say("更正编号列", "correct the column of ids"),
            )

    def build(self) -> gpd.GeoDataFrame:
        """Return the frame of the usable rows, numbered from 0."""
        import geopandas as gpd
        import pandas as pd

        own = {name: column for name, column in self.columns.items() if name != "geometry"}
        frame: pd.DataFrame = pa.table(own).to_pandas()
        if not self.usable.all():
            frame = frame.loc[self.usable].reset_index(drop=True)
        shapes = gpd.array.from_shapely(self.shapes[self.usable])
        built = gpd.GeoDataFrame(frame, geometry=shapes, crs=self.crs)
        require_columns(built, LAYER_COLUMNS, where=self.where)
        return built
