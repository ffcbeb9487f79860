"""geopandas.overlay, layer by layer: what the manual says to do."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

State = tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]


def load(city: Path, layers: tuple[str, ...]) -> State:
    return _read(city / "red_lines.parquet", "red_line"), {
        name: _read(city / f"{name}.parquet", "feature") for name in layers
    }


def _read(path: Path, number: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(path, columns=["number", "geometry"]).rename(columns={"number": number})


def answer(state: State) -> pd.DataFrame:
    red_lines, layers = state
    tables = []
    for name, layer in layers.items():
        pieces = gpd.overlay(red_lines, layer, how="intersection", keep_geom_type=True)
        table = pieces[["red_line", "feature"]].assign(layer=name, area_m2=pieces.area)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
