"""500 projects on the exclusion table by DuckDB, stored in the order of area: one query each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from wishes import Ask, asks, table_file, told

State = tuple[Any, list[Ask], tuple[str, ...]]


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    table_file(city, layers)


def load(city: Path, layers: tuple[str, ...]) -> State:
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE land AS "  # noqa: S608 - our own path
        f"SELECT * FROM read_parquet('{table_file(city, layers)}') ORDER BY area_m2"
    )
    return database, asks(len(layers)), layers


def answer(state: State) -> pd.DataFrame:
    database, wanted, layers = state
    found = []
    for ask in wanted:
        minded = "".join(f' AND "{layers[number]}" <= {ask.limit!r}' for number in ask.minds)
        query = (
            "SELECT number FROM land "  # noqa: S608 - our own names
            f"WHERE area_m2 BETWEEN {ask.area_m2_min!r} AND {ask.area_m2_max!r}{minded}"
        )
        found.append(database.execute(query).fetchnumpy()["number"])
    return told(found)
