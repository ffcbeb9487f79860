"""One project's candidates by PostGIS: the layers subdivided and indexed, the parcels indexed.

Timed: one query. A parcel that one piece of one layer lies on is asked about no more.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from wishes import LEAST_M2, MOST_M2, RED_LINE, TOUCH_M2, nearest_first

from engines.postgis import RUNNING, SUBDIVIDED, State, copy, index, start

__all__ = ["answer", "load", "start"]

TAKEN = f"""
NOT EXISTS (
  SELECT 1 FROM {{layer}} f WHERE ST_Intersects(f.geom, p.geom) AND
  (ST_Covers(f.geom, p.geom) OR ST_Area(ST_Intersection(p.geom, f.geom)) > {TOUCH_M2})
)
"""  # noqa: S608 - our own names
QUERY = f"""
SELECT p.number, ST_Distance(p.geom, (SELECT geom FROM red_lines WHERE number = {RED_LINE}))
FROM parcels p WHERE area_m2 BETWEEN {LEAST_M2} AND {MOST_M2} AND {{free}}
"""  # noqa: S608 - our own names


def load(city: Path, layers: tuple[str, ...]) -> State:
    connection = RUNNING[0]
    for name in ("parcels", "red_lines", *layers):
        copy(connection, city / f"{name}.parquet", name)
    index(connection, "red_lines", "SELECT number, geom FROM whole_red_lines")
    index(connection, "parcels", "SELECT number, geom, ST_Area(geom) AS area_m2 FROM whole_parcels")
    for name in layers:
        index(connection, name, f"SELECT number, {SUBDIVIDED} FROM whole_{name}")  # noqa: S608
    return connection, layers


def answer(state: State) -> pd.DataFrame:
    connection, layers = state
    free = " AND ".join(TAKEN.format(layer=name) for name in layers)
    rows = connection.execute(QUERY.format(free=free)).fetchall()
    found = pd.DataFrame(rows, columns=["number", "distance_m"])
    return nearest_first(found["number"].to_numpy(), found["distance_m"].to_numpy())
