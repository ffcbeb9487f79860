"""500 projects on the exclusion table by Polars, sorted by area once: a slice and a filter each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
from wishes import Ask, asks, table_file, told

State = tuple[pl.DataFrame, list[Ask], tuple[str, ...]]


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    table_file(city, layers)


def load(city: Path, layers: tuple[str, ...]) -> State:
    table = pl.read_parquet(table_file(city, layers)).sort("area_m2")
    return table, asks(len(layers)), layers


def answer(state: State) -> pd.DataFrame:
    table, wanted, layers = state
    areas = table["area_m2"]
    found = []
    for ask in wanted:
        # the table is sorted, so a range of areas is a slice
        first = areas.search_sorted(ask.area_m2_min, side="left")
        last = areas.search_sorted(ask.area_m2_max, side="right")
        minded = [pl.col(layers[number]) <= ask.limit for number in ask.minds]
        rows = table.slice(first, last - first).filter(*minded)
        found.append(rows["number"].to_numpy())
    return told(found)
