"""One project's candidates by shapely as an expert writes it.

Ready beforehand: the layers cut into tiles, each with its tree. Timed: parcels of the wanted area
ask the trees layer by layer, those that a layer has taken ask no more; parcels inside a tile are
free of charge, the rest is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from wishes import LEAST_M2, MOST_M2, RED_LINE, TOUCH_M2, nearest_first

from engines.shapely_expert import Shapes, read, tiles_of

Layer = tuple[Shapes, shapely.STRtree]


@dataclass(frozen=True, eq=False, slots=True)
class State:
    parcels: Shapes
    areas_m2: NDArray[np.float64]
    red_line: shapely.Geometry
    layers: tuple[Layer, ...]


def load(city: Path, layers: tuple[str, ...]) -> State:
    parcels = read(city / "parcels.parquet")
    found = []
    for name in layers:
        tiles, _ = tiles_of(read(city / f"{name}.parquet"))
        shapely.prepare(tiles)
        found.append((tiles, shapely.STRtree(tiles)))
    red_line = read(city / "red_lines.parquet")[RED_LINE]
    return State(parcels, shapely.area(parcels), red_line, tuple(found))


def answer(state: State) -> pd.DataFrame:
    rows = np.flatnonzero((state.areas_m2 >= LEAST_M2) & (state.areas_m2 <= MOST_M2))
    for tiles, tree in state.layers:
        rows = rows[~_is_under(state.parcels[rows], tiles, tree)]
    shapely.prepare(state.red_line)
    return nearest_first(rows, shapely.distance(state.red_line, state.parcels[rows]))


def _is_under(parcels: Shapes, tiles: Shapes, tree: shapely.STRtree) -> NDArray[np.bool_]:
    # boxes by the tree, then the prepared tiles: they are the large side
    parcel, tile = tree.query(parcels)
    meets = shapely.intersects(tiles[tile], parcels[parcel])
    parcel, tile = parcel[meets], tile[meets]
    is_within = shapely.contains_properly(tiles[tile], parcels[parcel])
    is_taken = np.zeros(len(parcels), dtype=bool)
    is_taken[parcel[is_within]] = True
    rest = np.flatnonzero(~is_taken[parcel])
    pieces = shapely.intersection(parcels[parcel[rest]], tiles[tile[rest]])
    sums = np.bincount(parcel[rest], shapely.area(pieces), minlength=len(parcels))
    taken: NDArray[np.bool_] = is_taken | (sums > TOUCH_M2)
    return taken
