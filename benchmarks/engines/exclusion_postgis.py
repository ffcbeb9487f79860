"""The exclusion table by PostGIS.

Ready beforehand: each layer dissolved (so that no land counts twice), subdivided and indexed, and
the parcels indexed. Timed: one join per layer; parcels within a piece are free.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from engines.postgis import RUNNING, SUBDIVIDED, State, copy, index, start

__all__ = ["answer", "load", "start"]

DISSOLVED = f"""
SELECT 0 AS number, {SUBDIVIDED} FROM (
  SELECT (ST_Dump(ST_UnaryUnion(ST_Collect(geom)))).geom FROM whole_{{layer}}
) AS dissolved
"""  # noqa: S608 - our own names
QUERY = """
SELECT p.number AS parcel,
       sum(CASE WHEN ST_Covers(f.geom, p.geom) THEN ST_Area(p.geom)
                ELSE ST_Area(ST_Intersection(p.geom, f.geom)) END) AS area_m2
FROM {layer} f JOIN parcels p ON ST_Intersects(f.geom, p.geom)
GROUP BY p.number
"""


def load(city: Path, layers: tuple[str, ...]) -> State:
    connection = RUNNING[0]
    for name in ("parcels", *layers):
        copy(connection, city / f"{name}.parquet", name)
    index(connection, "parcels", "SELECT number, geom FROM whole_parcels")
    for name in layers:
        index(connection, name, DISSOLVED.format(layer=name))
    return connection, layers


def answer(state: State) -> pd.DataFrame:
    connection, layers = state
    tables = []
    for name in layers:
        rows = connection.execute(QUERY.format(layer=name)).fetchall()
        tables.append(pd.DataFrame(rows, columns=["parcel", "area_m2"]).assign(layer=name))
    return pd.concat(tables, ignore_index=True)
