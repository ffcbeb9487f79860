"""Do the engines name the same pairs with the same areas? Each difference goes to the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from siting.overlay.exact import exact_overlap_area_m2

#: Pairs below this are not compared: what counts as a touch differs between engines.
LEAST_M2 = 0.01
#: Areas may differ by this, or by this share.
TOLERANCE_M2, TOLERANCE_SHARE = 0.01, 1e-6
#: So many differences go to the exact oracle; more than that is another kind of fault.
MOST_SETTLED = 200

KEY = ["layer", "red_line", "feature"]


def compared(tables: dict[str, pd.DataFrame], city: Path) -> dict[str, dict[str, Any]]:
    """Return for each engine its pairs over 0.01 m², and how many the exact oracle finds wrong."""
    columns = {name: table.set_index(KEY)["area_m2"] for name, table in tables.items()}
    areas = pd.DataFrame(columns).fillna(0.0)
    low, high = areas.min(axis=1), areas.max(axis=1)
    apart = high - low > np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * high)
    apart |= (high > LEAST_M2 + 1e-3) & (low < LEAST_M2 - 1e-3)
    differing = areas[apart]
    exact = _exact(differing.index[:MOST_SETTLED], city)
    answers = {}
    for name in tables:
        wrong = int(
            (
                (differing[name].iloc[: len(exact)] - exact).abs()
                > np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * exact)
            ).sum()
        )
        answers[name] = {
            "pairs": int((areas[name] > LEAST_M2).sum()),
            "differing": len(differing),
            "wrong_by_oracle": wrong,
        }
    return answers


def _exact(index: pd.MultiIndex, city: Path) -> pd.Series:
    """Return the exact area of each pair, by rational arithmetic."""
    shapes: dict[str, Any] = {}
    found = []
    for layer, red_line, feature in index:
        for name in ("red_lines", layer):
            if name not in shapes:
                column = pq.read_table(city / f"{name}.parquet", columns=["geometry"])["geometry"]
                shapes[name] = column.to_pylist()
        pair = (
            shapely.from_wkb(shapes["red_lines"][red_line]),
            shapely.from_wkb(shapes[layer][feature]),
        )
        found.append(exact_overlap_area_m2(*pair))
    return pd.Series(found, index=index, dtype=float)
