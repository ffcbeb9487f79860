"""One project's candidates by siting: parcels of the wanted area, asked layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from wishes import LEAST_M2, MOST_M2, RED_LINE, nearest_first

from engines.shapely_expert import Shapes, read
from siting.overlay.cover import hits_of, prepared
from siting.overlay.kernel.measure import Prepared


@dataclass(frozen=True, eq=False, slots=True)
class State:
    parcels: Shapes
    areas_m2: NDArray[np.float64]
    red_line: shapely.Geometry
    layers: tuple[Prepared, ...]


def load(city: Path, layers: tuple[str, ...]) -> State:
    parcels = read(city / "parcels.parquet")
    covers = tuple(prepared(read(city / f"{name}.parquet")) for name in layers)
    for cover in covers:
        cover.compiled()
    red_line = read(city / "red_lines.parquet")[RED_LINE]
    return State(parcels, shapely.area(parcels), red_line, covers)


def answer(state: State) -> pd.DataFrame:
    rows = np.flatnonzero((state.areas_m2 >= LEAST_M2) & (state.areas_m2 <= MOST_M2))
    for covers in state.layers:
        # what a layer has taken is asked about no more
        is_free = np.ones(len(rows), dtype=bool)
        is_free[hits_of(covers, Prepared(state.parcels[rows])).parcel] = False
        rows = rows[is_free]
    return nearest_first(rows, shapely.distance(state.parcels[rows], state.red_line))
