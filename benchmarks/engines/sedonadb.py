"""SedonaDB: one SQL join per layer, straight over the Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import sedonadb

State = tuple[Any, tuple[str, ...]]

QUERY = """
SELECT r.number AS red_line, f.number AS feature,
       ST_Area(ST_Intersection(r.geometry, f.geometry)) AS area_m2
FROM red_lines r JOIN {layer} f ON ST_Intersects(r.geometry, f.geometry)
"""
NUMBERED = "SELECT number, geometry FROM {layer}_file"


def load(city: Path, layers: tuple[str, ...]) -> State:
    database = sedonadb.connect()
    for name in ("red_lines", *layers):
        file = database.read_parquet(str(city / f"{name}.parquet"))
        file.to_view(f"{name}_file", overwrite=True)
        database.sql(NUMBERED.format(layer=name)).to_memtable().to_view(name, overwrite=True)
    return database, layers


def answer(state: State) -> pd.DataFrame:
    database, layers = state
    tables = [
        database.sql(QUERY.format(layer=name)).to_pandas().assign(layer=name) for name in layers
    ]
    return pd.concat(tables, ignore_index=True)
