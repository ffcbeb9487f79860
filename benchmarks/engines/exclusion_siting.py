"""siting's exclusion table: pairs by the kernel, unions where features overlap each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from engines.shapely_expert import Shapes, read
from siting.exclude.land import Land
from siting.exclude.measuring import under
from siting.exclude.setting import Setting
from siting.overlay.cover import hits_of
from siting.overlay.kernel import unions  # noqa: F401 - machine code is there before the clock runs
from siting.overlay.kernel.measure import Prepared
from siting.overlay.pairs import prepared


@dataclass(frozen=True, eq=False, slots=True)
class State:
    setting: Setting
    layers: dict[str, Shapes]


def load(city: Path, layers: tuple[str, ...]) -> State:
    parcels = read(city / "parcels.parquet")
    ground = Prepared(parcels)
    ground.compiled()
    ids = tuple(map(str, range(len(parcels))))
    land = Land(ids, ground, shapely.area(parcels), np.arange(len(parcels)))
    return State(Setting(land, {}, {}), {name: read(city / f"{name}.parquet") for name in layers})


def answer(state: State) -> pd.DataFrame:
    land = state.setting.land
    vouched = np.ones(len(land), dtype=bool)
    tables = []
    for name, shapes in state.layers.items():
        covers = prepared(shapes)
        cells = under(state.setting, hits_of(covers, land.parcels), covers, vouched)
        hit = np.flatnonzero(cells.excluded_m2 > 0)
        columns = {"parcel": hit, "area_m2": cells.excluded_m2[hit]}
        tables.append(pd.DataFrame(columns).assign(layer=name))
    return pd.concat(tables, ignore_index=True)
