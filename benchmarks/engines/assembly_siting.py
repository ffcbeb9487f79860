"""siting's assembly: who lies beside whom, then the best sites of several parcels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from city import SEED

from engines.shapely_expert import Shapes, read
from siting.assembly import Ground, Land, Objective, Problem, Range, adjacency, assemble

#: What is wanted: some three parcels' land.
WANTED = Range(18_000.0, 24_000.0)
#: So many parcels have one owner, on average.
PARCELS_PER_OWNER = 5
SITES = 5


def load(city: Path, _layers: tuple[str, ...]) -> Shapes:
    return read(city / "parcels.parquet")


def answer(shapes: Shapes) -> pd.DataFrame:
    ground = Ground(shapes)
    dice = np.random.default_rng(SEED)
    owners = dice.integers(0, max(1, len(shapes) // PARCELS_PER_OWNER), len(shapes))
    land = Land(
        shapely.area(shapes), shapely.length(shapes), owners, adjacency(shapes, ground=ground)
    )
    problem = Problem(land, WANTED, Objective())
    found = assemble(shapes, problem, count=SITES, ground=ground)
    return pd.DataFrame(
        {
            "members": [" ".join(map(str, site.members)) for site in found.sites],
            "area_m2": [site.area_m2 for site in found.sites],
            "cost": [site.cost for site in found.sites],
        }
    )
