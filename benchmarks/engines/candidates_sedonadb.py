"""One project's candidates by SedonaDB: a spatial join per layer, and what none of them names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from wishes import LEAST_M2, MOST_M2, RED_LINE, TOUCH_M2, nearest_first

from engines import sedonadb
from engines.sedonadb import State

WANTED = f"""
SELECT number, geometry FROM parcels WHERE ST_Area(geometry) BETWEEN {LEAST_M2} AND {MOST_M2}
"""  # noqa: S608 - our own names
TAKEN = f"""
SELECT p.number FROM wanted p JOIN {{layer}} f ON ST_Intersects(p.geometry, f.geometry)
WHERE ST_Area(ST_Intersection(p.geometry, f.geometry)) > {TOUCH_M2}
"""  # noqa: S608 - our own names
DISTANCES = f"""
SELECT p.number, ST_Distance(p.geometry, r.geometry) AS distance_m
FROM wanted p CROSS JOIN (SELECT geometry FROM red_lines WHERE number = {RED_LINE}) r
"""  # noqa: S608 - our own names


def load(city: Path, layers: tuple[str, ...]) -> State:
    database, _ = sedonadb.load(city, ("parcels", *layers))
    return database, layers


def answer(state: State) -> pd.DataFrame:
    database, layers = state
    database.sql(WANTED).to_memtable().to_view("wanted", overwrite=True)
    taken = [database.sql(TAKEN.format(layer=name)).to_pandas()["number"] for name in layers]
    found = database.sql(DISTANCES).to_pandas()
    left = found[~found["number"].isin(np.unique(np.concatenate(taken)))]
    return nearest_first(left["number"].to_numpy(), left["distance_m"].to_numpy())
