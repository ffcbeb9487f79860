"""Job B: its table, what 500 projects ask of it, and one project's candidates without a table.

For the 500 a parcel is eligible when its area is in the project's range and no layer that the
project's use minds excludes more of it than the project's limit. A candidate of the one project
has an area in its range and lies under none of the layers by more than a touch; the nearest to
its red line comes first. All of this is the same for every engine.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from city import SEED
from numpy.typing import NDArray

PROJECTS = 500
#: What the one project wants: some 10 to 16 mu, which fits about every second parcel.
LEAST_M2, MOST_M2 = 7_000.0, 10_500.0
#: What lies on a parcel by no more than this touches it (as siting.overlay has it).
TOUCH_M2 = 1e-4
#: The red line of the one project, by its number.
RED_LINE = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """What one project asks. ``minds``: numbers of the layers; ``limit``: a share, 0 to 1."""

    use: str
    area_m2_min: float
    area_m2_max: float
    minds: tuple[int, ...]
    limit: float


def asks(layers: int) -> list[Ask]:
    """Return what each project asks; each of the uses is let off one of the layers."""
    dice = np.random.default_rng(SEED)
    found = []
    for _ in range(PROJECTS):
        low, kind = float(dice.uniform(3_000, 9_000)), int(dice.integers(0, layers + 2))
        minds = tuple(number for number in range(layers) if number != kind)
        limit = float(dice.choice([0.0, 0.02]))
        found.append(Ask(f"{kind:02d}", low, 1.5 * low, minds, limit))
    return found


def table_file(city: Path, layers: tuple[str, ...]) -> Path:
    """Return the table (number, area_m2, a share per layer), made by shapely unless it is there."""
    target = city / "exclusion_table.parquet"
    if target.is_file():
        return target
    pieces = city / "exclusion_pieces.parquet"
    one = Path(__file__).with_name("one.py")
    command = [sys.executable, str(one), "exclusion_shapely", str(city), str(pieces), *layers]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    shapes = pq.read_table(city / "parcels.parquet", columns=["geometry"])["geometry"]
    areas = shapely.area(shapely.from_wkb(shapes.to_numpy(zero_copy_only=False)))
    table = pd.DataFrame({"number": np.arange(len(areas)), "area_m2": areas})
    found = pd.read_parquet(pieces)
    for name in layers:
        of_layer = found[found["layer"] == name].set_index("parcel")["area_m2"]
        excluded = of_layer.reindex(table["number"], fill_value=0.0).to_numpy()
        table[name] = np.clip(excluded / areas, 0.0, 1.0)
    table.to_parquet(target)
    return target


def told(found: list[NDArray[np.int64]]) -> pd.DataFrame:
    """Return how many parcels each project may have, and a number that names them all."""
    return pd.DataFrame(
        {
            "project": np.arange(len(found)),
            "sites": [len(numbers) for numbers in found],
            "numbers_sum": [int(np.sum(numbers)) for numbers in found],
        }
    )


def nearest_first(numbers: NDArray[np.int64], distances_m: NDArray[np.float64]) -> pd.DataFrame:
    """Return the candidates of the one project, the nearest to its red line first."""
    order = np.lexsort((numbers, distances_m))
    return pd.DataFrame({"candidate": numbers[order], "distance_m": distances_m[order]})
