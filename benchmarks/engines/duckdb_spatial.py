"""DuckDB with its spatial extension (from PyPI, so without a network): one join per layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_spatial
import pandas as pd

State = tuple[Any, tuple[str, ...]]

QUERY = """
SELECT r.number AS red_line, f.number AS feature,
       ST_Area(ST_Intersection(r.geometry, f.geometry)) AS area_m2
FROM red_lines r JOIN "{layer}" f ON ST_Intersects(r.geometry, f.geometry)
"""


def load(city: Path, layers: tuple[str, ...]) -> State:
    database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob("spatial.duckdb_extension"))
    database.execute(f"LOAD '{extension}'")
    for name in ("red_lines", *layers):
        database.execute(
            f'CREATE TABLE "{name}" AS SELECT number, geometry '  # noqa: S608
            f"FROM read_parquet('{city / name}.parquet')"
        )
    return database, layers


def answer(state: State) -> pd.DataFrame:
    database, layers = state
    tables = [database.execute(QUERY.format(layer=name)).df().assign(layer=name) for name in layers]
    return pd.concat(tables, ignore_index=True)
