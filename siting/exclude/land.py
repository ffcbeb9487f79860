"""The parcels of a city as an exclusion table has them: each once, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.errors import SchemaError, Where
from siting.model import Layer
from siting.overlay.kernel.measure import Prepared

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False, slots=True)
class Land:
    """Parcels with a valid area, sorted by id.

    ``parcels`` are their shapes, laid out once for all rules; ``areas_m2`` are planar.
    ``row_of`` is each parcel's place among the rows of the layers, one after the other;
    ``left_out`` counts the rows that have no valid area.
    """

    ids: tuple[str, ...]
    parcels: Prepared
    areas_m2: NDArray[np.float64]
    row_of: NDArray[np.int64]
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def geometries(self) -> NDArray[np.object_]:
        """The parcels' shapes."""
        return self.parcels.geometries


def land_of(layers: Sequence[Layer]) -> Land:
    """Return the parcels of usable layers; where two layers share a number, both bear their name.

    Raises
    ------
    SchemaError
        When a layer has no rows at hand.
    """
    frames = [frame_of(layer) for layer in layers]
    names = [frame["feature_id"].astype(str).to_numpy(dtype=object) for frame in frames]
    total = sum(len(some) for some in names)
    # two parcel layers may use the same numbers for different land
    if len({name for some in names for name in some}) != total:
        names = [
            np.array([f"{layer.name}/{name}" for name in some], dtype=object)
            for layer, some in zip(layers, names, strict=True)
        ]
    ids = np.concatenate([np.array([], dtype=object), *names])
    shapes = np.concatenate(
        [
            np.array([], dtype=object),
            *(np.asarray(frame.geometry.array, dtype=object) for frame in frames),
        ]
    )
    is_land = shapely.is_valid(shapes) & (shapely.area(shapes) > 0)
    rows = np.flatnonzero(is_land)
    rows = np.array(sorted(rows.tolist(), key=ids.__getitem__), dtype=np.int64)
    return Land(
        ids=tuple(ids[rows].tolist()),
        parcels=Prepared(shapes[rows]),
        areas_m2=shapely.area(shapes[rows]),
        row_of=rows,
        left_out=total - len(rows),
    )


def frame_of(layer: Layer) -> gpd.GeoDataFrame:
    """Return a usable layer's table.

    Raises
    ------
    SchemaError
        When the layer has none.
    """
    if layer.frame is None:
        raise SchemaError(
            f"layer '{layer.name}' has no rows at hand",
            where=Where(layer=layer.name),
            next_step="ask is_usable before the frame is read",
        )
    return layer.frame
