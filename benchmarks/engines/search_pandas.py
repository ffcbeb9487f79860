"""500 projects on the exclusion table by pandas, sorted by area once: a slice and one mask each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from wishes import Ask, asks, table_file, told

State = tuple[pd.DataFrame, list[Ask], tuple[str, ...]]


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    table_file(city, layers)


def load(city: Path, layers: tuple[str, ...]) -> State:
    table = pd.read_parquet(table_file(city, layers)).sort_values("area_m2", kind="stable")
    return table.reset_index(drop=True), asks(len(layers)), layers


def answer(state: State) -> pd.DataFrame:
    table, wanted, layers = state
    areas = table["area_m2"]
    found = []
    for ask in wanted:
        first = int(areas.searchsorted(ask.area_m2_min, side="left"))
        last = int(areas.searchsorted(ask.area_m2_max, side="right"))
        rows = table.iloc[first:last]
        minded = [layers[number] for number in ask.minds]
        kept = (rows[minded] <= ask.limit).all(axis=1)
        found.append(rows["number"].to_numpy()[kept.to_numpy()])
    return told(found)
