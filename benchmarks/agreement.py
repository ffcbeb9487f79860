"""Do the engines give the same answers? Each difference of an area goes to the exact oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import raster_land
import shapely
from jobs import Job

from siting.overlay.exact import exact_overlap_area_m2

#: Pairs below this are not compared: what counts as a touch differs between engines.
LEAST_M2 = 0.01
#: Areas may differ by this, or by this share.
TOLERANCE_M2, TOLERANCE_SHARE = 0.01, 1e-6
#: So many differences go to the exact oracle; more than that is another kind of fault.
MOST_SETTLED = 200


def compared(tables: dict[str, pd.DataFrame], city: Path, job: Job) -> dict[str, dict[str, Any]]:
    """Return for each engine how many rows it names over 0.01, and how many of them are wrong.

    ``differing`` rows are those that not all engines give alike, the same number for all; the
    oracle finds ``wrong_by_oracle`` of them wrong in this engine's answer.
    """
    columns = {
        name: table.set_index(list(job.key))[job.value].astype(float)
        for name, table in tables.items()
    }
    values = pd.DataFrame(columns).fillna(0.0)
    low, high = values.min(axis=1), values.max(axis=1)
    apart = high - low > np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * high)
    apart |= (high > LEAST_M2 + 1e-3) & (low < LEAST_M2 - 1e-3)
    differing = values[apart]
    exact = _settled(differing.index[:MOST_SETTLED], city, job)
    answers = {}
    for name in tables:
        said = differing[name].iloc[: len(exact)]
        is_wrong = (said - exact).abs() > np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * exact)
        answers[name] = {
            "pairs": int((values[name] > LEAST_M2).sum()),
            "differing": len(differing),
            "wrong_by_oracle": int(is_wrong.sum()) if len(exact) == len(differing) else None,
        }
    return answers


def _settled(index: pd.Index, city: Path, job: Job) -> pd.Series:
    """Return the exact value of each row, where there is an oracle for it."""
    oracles = {"feature": _overlap, "parcel": _excluded, "place": _mean_slope}
    oracle = oracles.get(job.key[-1])
    if oracle is None:
        return pd.Series([], dtype=float)
    shapes = Shapes(city)
    return pd.Series([oracle(shapes, *key) for key in index], index=index, dtype=float)


class Shapes:
    """The layers of a city as bytes, read when first asked for."""

    def __init__(self, city: Path) -> None:
        self.city = city
        self._read: dict[str, Any] = {}

    def layer(self, name: str) -> list[bytes]:
        if name not in self._read:
            column = pq.read_table(self.city / f"{name}.parquet", columns=["geometry"])["geometry"]
            self._read[name] = column.to_pylist()
        found: list[bytes] = self._read[name]
        return found

    def one(self, name: str, number: int) -> shapely.Geometry:
        return shapely.from_wkb(self.layer(name)[number])

    def tree(self, name: str) -> shapely.STRtree:
        key = f"tree {name}"
        if key not in self._read:
            self._read[key] = shapely.STRtree(shapely.from_wkb(self.layer(name)))
        return self._read[key]


def _overlap(shapes: Shapes, layer: str, red_line: int, feature: int) -> float | None:
    return exact_overlap_area_m2(shapes.one("red_lines", red_line), shapes.one(layer, feature))


def _excluded(shapes: Shapes, layer: str, parcel: int) -> float | None:
    """The exact overlap with what GEOS makes of the union of the features near a parcel."""
    ground = shapes.one("parcels", parcel)
    tree = shapes.tree(layer)
    near = shapely.union_all(tree.geometries[tree.query(ground)])
    return exact_overlap_area_m2(ground, near)


def _mean_slope(shapes: Shapes, what: str, place: int) -> float | None:
    """The mean slope of a parcel: Horn's in double precision, cells by what GEOS cuts of each."""
    return raster_land.exact_mean_slope(shapes.city, place) if what == "mean slope" else None
