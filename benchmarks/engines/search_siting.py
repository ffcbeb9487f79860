"""500 projects on the exclusion table by siting's finder, from the table to the parcels."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
from city import CRS
from wishes import asks, table_file, told

from siting.exclude import Cells, Column, ExclusionTable, Finder, Land, Wish
from siting.model import Basis, Project, Route, Severity, Text, Way
from siting.overlay.kernel.measure import Prepared
from siting.rules.base import AppliesTo
from siting.rules.overlap import OverlapRule

State = tuple[ExclusionTable, list[Wish]]


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    table_file(city, layers)


def load(city: Path, layers: tuple[str, ...]) -> State:
    table = pd.read_parquet(table_file(city, layers))
    areas = table["area_m2"].to_numpy()
    # the finder never looks at a shape
    nowhere = Prepared(np.full(len(table), None, dtype=object))
    ids = tuple(map(str, table["number"].tolist()))
    land = Land(ids, nowhere, areas, np.arange(len(table)))
    columns = []
    for number, name in enumerate(layers):
        excluded = table[name].to_numpy() * areas
        nothing = np.zeros(len(table), dtype=bool)
        cells = Cells(excluded, np.zeros(len(table)), excluded > 0, nothing, nothing)
        columns.append(Column(_rule(name, number), "", cells))
    made = ExclusionTable(land, tuple(columns), {}, dt.date(2026, 11, 1), CRS, "benchmark")
    wishes = [
        Wish(
            Project(id=f"P{number}", name="", use=ask.use, code_system="x"),
            ask.area_m2_min,
            ask.area_m2_max,
            {Severity.PROHIBITED: ask.limit},
        )
        for number, ask in enumerate(asks(len(layers)))
    ]
    return made, wishes


def _rule(name: str, number: int) -> OverlapRule:
    return OverlapRule(
        code=name,
        title=Text(name),
        severity=Severity.PROHIBITED,
        basis=Basis(name),
        route=Route(Way.AVOID, Text("")),
        targets=AppliesTo(not_uses=(f"{number:02d}",)),
        role=name,
    )


def answer(state: State) -> pd.DataFrame:
    table, wishes = state
    # what the finder works out once for all projects is part of the answer
    finder = Finder(table)
    return told([finder.find(wish).rows for wish in wishes])
