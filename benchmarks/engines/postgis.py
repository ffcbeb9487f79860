"""PostGIS: features subdivided and indexed once, contained pieces for free.

Starts a server of its own in a temporary folder and ends it with the process.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow.parquet as pq

from engines import postgis_server

State = tuple[Any, tuple[str, ...]]

SUBDIVIDED_TO = 128
SUBDIVIDED = f"ST_Subdivide(geom, {SUBDIVIDED_TO}) AS geom"
QUERY = """
SELECT r.number AS red_line, f.number AS feature,
       sum(CASE WHEN ST_CoveredBy(f.geom, r.geom) THEN ST_Area(f.geom)
                ELSE ST_Area(ST_Intersection(r.geom, f.geom)) END) AS area_m2
FROM red_lines r JOIN {layer} f ON ST_Intersects(r.geom, f.geom)
GROUP BY r.number, f.number
"""


RUNNING: list[Any] = []


def start(_city: Path, _layers: tuple[str, ...]) -> None:
    """Start the server: a planner's has been running for months."""
    RUNNING.append(_connected(postgis_server.start()))
    RUNNING[0].execute("CREATE EXTENSION postgis")


def load(city: Path, layers: tuple[str, ...]) -> State:
    connection = RUNNING[0]
    for name in ("red_lines", *layers):
        copy(connection, city / f"{name}.parquet", name)
        # red lines stay whole; what is laid under them is cut once
        shape = "geom" if name == "red_lines" else SUBDIVIDED
        index(connection, name, f"SELECT number, {shape} FROM whole_{name}")  # noqa: S608
    return connection, layers


def copy(connection: Any, path: Path, name: str) -> None:  # noqa: ANN401 - psycopg's own
    """Copy a layer into the table ``whole_NAME``."""
    table = pq.read_table(path, columns=["number", "geometry"])
    connection.execute(f"CREATE TABLE whole_{name} (number bigint, geom geometry)")
    with connection.cursor().copy(f"COPY whole_{name} FROM STDIN (FORMAT text)") as target:
        for number, wkb in zip(
            table["number"].to_pylist(), table["geometry"].to_pylist(), strict=True
        ):
            target.write_row((number, wkb.hex()))


def index(connection: Any, name: str, select: str) -> None:  # noqa: ANN401 - psycopg's own
    """Make a table of a query, with its spatial index and statistics."""
    connection.execute(f"CREATE TABLE {name} AS {select}")
    connection.execute(f"CREATE INDEX ON {name} USING gist (geom)")
    connection.execute(f"VACUUM ANALYZE {name}")


def answer(state: State) -> pd.DataFrame:
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
            return psycopg.connect(
                f"host={folder} user={postgis_server.ACCOUNT} dbname=postgres", autocommit=True
            )
        except psycopg.OperationalError:  # not ready yet
            time.sleep(0.1)
    raise SystemExit("PostgreSQL did not start")
