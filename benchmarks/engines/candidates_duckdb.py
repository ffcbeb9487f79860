"""One project's candidates by DuckDB: a spatial join per layer with the parcels that are left."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from wishes import LEAST_M2, MOST_M2, RED_LINE, TOUCH_M2, nearest_first

from engines import duckdb_spatial
from engines.duckdb_spatial import State

WANTED = f"""
CREATE OR REPLACE TEMP TABLE wanted AS SELECT number, geometry FROM parcels
WHERE ST_Area(geometry) BETWEEN {LEAST_M2} AND {MOST_M2}
"""  # noqa: S608 - our own names
TAKEN = f"""
DELETE FROM wanted WHERE number IN (
  SELECT p.number FROM wanted p JOIN "{{layer}}" f ON ST_Intersects(p.geometry, f.geometry)
  WHERE ST_Area(ST_Intersection(p.geometry, f.geometry)) > {TOUCH_M2}
)
"""  # noqa: S608 - our own names
DISTANCES = f"""
SELECT p.number, ST_Distance(p.geometry, r.geometry) AS distance_m
FROM wanted p, (SELECT geometry FROM red_lines WHERE number = {RED_LINE}) r
"""  # noqa: S608 - our own names


def load(city: Path, layers: tuple[str, ...]) -> State:
    database, _ = duckdb_spatial.load(city, ("parcels", *layers))
    return database, layers


def answer(state: State) -> pd.DataFrame:
    database, layers = state
    database.execute(WANTED)
    for name in layers:
        database.execute(TAKEN.format(layer=name))
    found = database.execute(DISTANCES).df()
    return nearest_first(found["number"].to_numpy(), found["distance_m"].to_numpy())
