"""siting's own overlay kernel, on one thread: layouts with grids, and the index of their boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from siting.overlay.kernel import engine, layout
from siting.overlay.kernel.boxes import index_of
from siting.overlay.kernel.records import Index, Layout
from siting.overlay.pairs import TOUCH_AREA_M2

State = tuple[Layout, dict[str, tuple[Layout, Index]]]


def load(city: Path, layers: tuple[str, ...]) -> State:
    return _prepared(city / "red_lines.parquet"), {
        name: _indexed(_prepared(city / f"{name}.parquet")) for name in layers
    }


def _prepared(path: Path) -> Layout:
    column = pq.read_table(path, columns=["geometry"])["geometry"]
    shapes = np.asarray(shapely.from_wkb(column.to_numpy(zero_copy_only=False)), dtype=object)
    return engine.prepare(layout.rings_of(shapes))


def _indexed(made: Layout) -> tuple[Layout, Index]:
    return made, index_of(made.boxes)


def pairs(state: State) -> pd.DataFrame:
    red_lines, layers = state
    tables = []
    for name, (made, index) in layers.items():
        found = engine.area_table(red_lines, made, index=index, floor_m2=TOUCH_AREA_M2)
        columns = {"red_line": found.left, "feature": found.right, "area_m2": found.area_m2}
        tables.append(pd.DataFrame(columns).assign(layer=name))
    return pd.concat(tables, ignore_index=True)
