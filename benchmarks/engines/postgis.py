"""PostGIS, warm: features subdivided and indexed once, contained pieces for free.

Starts a server of its own in a temporary folder and ends it with the process.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow.parquet as pq

from engines.postgis_server import ACCOUNT
from engines.postgis_server import start as _server

State = tuple[Any, tuple[str, ...]]

SUBDIVIDED_TO = 128
QUERY = """
SELECT r.number AS red_line, f.number AS feature,
       sum(CASE WHEN ST_CoveredBy(f.geom, r.geom) THEN ST_Area(f.geom)
                ELSE ST_Area(ST_Intersection(r.geom, f.geom)) END) AS area_m2
FROM red_lines r JOIN {layer} f ON ST_Intersects(r.geom, f.geom)
GROUP BY r.number, f.number
"""


def load(city: Path, layers: tuple[str, ...]) -> State:
    connection = _connected(_server())
    connection.execute("CREATE EXTENSION postgis")
    for name in ("red_lines", *layers):
        _copy(connection, city / f"{name}.parquet", name)
    for name in layers:
        connection.execute(QUERY.format(layer=name))  # warm
    return connection, layers


def _copy(connection: Any, path: Path, name: str) -> None:  # noqa: ANN401 - psycopg's own
    table = pq.read_table(path, columns=["number", "geometry"])
    connection.execute(f"CREATE TABLE whole_{name} (number bigint, geom geometry)")
    with connection.cursor().copy(f"COPY whole_{name} FROM STDIN (FORMAT text)") as copy:
        for number, wkb in zip(
            table["number"].to_pylist(), table["geometry"].to_pylist(), strict=True
        ):
            copy.write_row((number, wkb.hex()))
    # red lines stay whole; what is laid under them is cut once
    shape = "geom" if name == "red_lines" else f"ST_Subdivide(geom, {SUBDIVIDED_TO}) AS geom"
    connection.execute(f"CREATE TABLE {name} AS SELECT number, {shape} FROM whole_{name}")  # noqa: S608 - our own names
    connection.execute(f"CREATE INDEX ON {name} USING gist (geom)")
    connection.execute(f"VACUUM ANALYZE {name}")


def pairs(state: State) -> pd.DataFrame:
    connection, layers = state
    tables = []
    for name in layers:
        rows = connection.execute(QUERY.format(layer=name)).fetchall()
        table = pd.DataFrame(rows, columns=["red_line", "feature", "area_m2"])
        tables.append(table.assign(layer=name))
    return pd.concat(tables, ignore_index=True)


def _connected(folder: Path) -> Any:  # noqa: ANN401 - psycopg's own
    for _ in range(200):
        try:
            return psycopg.connect(f"host={folder} user={ACCOUNT} dbname=postgres", autocommit=True)
        except psycopg.OperationalError:  # not ready yet
            time.sleep(0.1)
    raise SystemExit("PostgreSQL did not start")
