"""siting from prepared layers: the kernel on one thread, with the witnesses that bulk work has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from siting.overlay.kernel import engine, layout
from siting.overlay.kernel.boxes import index_of
from siting.overlay.kernel.records import AreaTable, Index, Layout
from siting.overlay.pairs import SAMPLE_ONE_IN, TOUCH_AREA_M2
from siting.overlay.witness import WITNESS_TOLERANCE_M2, hear

Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False, slots=True)
class Prepared:
    """A layer as shapes for the witnesses, and as the kernel has it."""

    shapes: Shapes
    layout: Layout
    index: Index


State = tuple[Prepared, dict[str, Prepared]]


def load(city: Path, layers: tuple[str, ...]) -> State:
    return _prepared(city / "red_lines.parquet"), {
        name: _prepared(city / f"{name}.parquet") for name in layers
    }


def _prepared(path: Path) -> Prepared:
    column = pq.read_table(path, columns=["geometry"])["geometry"]
    shapes = np.asarray(shapely.from_wkb(column.to_numpy(zero_copy_only=False)), dtype=object)
    made = engine.prepare(layout.rings_of(shapes))
    return Prepared(shapes, made, index_of(made.boxes))


def answer(state: State) -> pd.DataFrame:
    red_lines, layers = state
    tables = []
    for name, layer in layers.items():
        found = engine.area_table(
            red_lines.layout,
            layer.layout,
            index=layer.index,
            floor_m2=TOUCH_AREA_M2,
            one_in=SAMPLE_ONE_IN,
        )
        settled = _witnessed(red_lines.shapes, layer.shapes, found)
        is_overlap = settled > TOUCH_AREA_M2
        columns = {
            "red_line": found.left[is_overlap],
            "feature": found.right[is_overlap],
            "area_m2": settled[is_overlap],
        }
        tables.append(pd.DataFrame(columns).assign(layer=name))
    return pd.concat(tables, ignore_index=True)


def _witnessed(left: Shapes, right: Shapes, found: AreaTable) -> NDArray[np.float64]:
    """Return the areas after the witnesses have been heard, as `pair_areas` hears them."""
    is_asked = found.is_drawn | ~(np.abs(found.area_m2 - TOUCH_AREA_M2) > found.bound_m2)
    is_asked |= ~(found.bound_m2 < WITNESS_TOLERANCE_M2)
    areas = found.area_m2.copy()
    heard = hear(
        (left[found.left[is_asked]], right[found.right[is_asked]]),
        (areas[is_asked], found.bound_m2[is_asked]),
        limits_m2=(TOUCH_AREA_M2,),
        is_bulk=True,
    )
    areas[is_asked] = heard.area_m2
    return areas
