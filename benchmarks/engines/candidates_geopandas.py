"""One project's candidates by geopandas: an overlay per layer, as its manual says."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from wishes import LEAST_M2, MOST_M2, RED_LINE, TOUCH_M2, nearest_first

State = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[gpd.GeoDataFrame, ...]]


def load(city: Path, layers: tuple[str, ...]) -> State:
    parcels, red_lines, *others = (
        gpd.read_parquet(city / f"{name}.parquet", columns=["number", "geometry"])
        for name in ("parcels", "red_lines", *layers)
    )
    return parcels, red_lines, tuple(others)


def answer(state: State) -> pd.DataFrame:
    parcels, red_lines, layers = state
    wanted = parcels[parcels.area.between(LEAST_M2, MOST_M2)]
    for layer in layers:
        pieces = gpd.overlay(wanted, layer[["geometry"]], how="intersection")
        taken = pieces.loc[pieces.area > TOUCH_M2, "number"]
        wanted = wanted[~wanted["number"].isin(taken)]
    distances = wanted.distance(red_lines.geometry.iloc[RED_LINE])
    return nearest_first(wanted["number"].to_numpy(np.int64), distances.to_numpy())
