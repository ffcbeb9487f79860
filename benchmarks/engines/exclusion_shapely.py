"""The exclusion table by shapely as an expert writes it.

Ready beforehand: each layer dissolved (so that no land counts twice) and cut into tiles, the tree
on the parcels. Timed: the tiles ask the tree, parcels inside a tile are free, the rest is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from engines.shapely_expert import Shapes, read, tiles_of


@dataclass(frozen=True, eq=False, slots=True)
class State:
    parcels: Shapes
    areas_m2: NDArray[np.float64]
    tree: shapely.STRtree
    tiles: dict[str, Shapes]


def load(city: Path, layers: tuple[str, ...]) -> State:
    parcels = read(city / "parcels.parquet")
    tiles = {}
    for name in layers:
        dissolved = shapely.get_parts(shapely.union_all(read(city / f"{name}.parquet")))
        tiles[name], _ = tiles_of(dissolved)
    return State(parcels, shapely.area(parcels), shapely.STRtree(parcels), tiles)


def answer(state: State) -> pd.DataFrame:
    tables = []
    for name, tiles in state.tiles.items():
        # the tree prepares what it is asked with, and prepared tiles serve contains_properly
        shapely.prepare(tiles)
        tile, parcel = state.tree.query(tiles, predicate="intersects")
        is_within = shapely.contains_properly(tiles[tile], state.parcels[parcel])
        areas = np.where(is_within, state.areas_m2[parcel], 0.0)
        rest = np.flatnonzero(~is_within)
        pieces = shapely.intersection(state.parcels[parcel[rest]], tiles[tile[rest]])
        areas[rest] = shapely.area(pieces)
        sums = np.bincount(parcel, areas, minlength=len(state.parcels))
        hit = np.flatnonzero(sums > 0)
        tables.append(pd.DataFrame({"parcel": hit, "area_m2": sums[hit], "layer": name}))
    return pd.concat(tables, ignore_index=True)
