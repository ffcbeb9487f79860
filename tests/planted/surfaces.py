"""Ground planted under parcels, and what it measures: Horn's slope and the like in plain numpy.

Cells are 10 m wide and parcels are cut along them, so that every cell lies within or without.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Mask = NDArray[np.bool_]

CELL_M = 10.0
#: Cells of a surface around its parcel.
RIM = 5


@dataclass(frozen=True)
class Surface:
    """A shape of ground, in heights above the ``base_m`` of its block.

    plane: rises `size` percent to one side; waves: four cells long, `size` metres high; step:
    one half is `size` metres higher; spike: one cell is; bank: four cells wide, `size` percent.
    """

    form: str
    size: float
    turns: int = 0

    def heights(self, columns: int, rows: int) -> Singles:
        """Return rows × columns of cells."""
        if self.turns % 2:
            columns, rows = rows, columns
        x = np.arange(columns, dtype=np.float64)
        middle = columns // 2
        made = np.tile(_FORMS[self.form](x, middle) * self.size, (rows, 1))
        if self.form == "spike":
            made[: rows // 2] = made[rows // 2 + 1 :] = 0.0
        turned: Singles = np.rot90(made, self.turns).astype(np.float32)
        return turned


_FORMS: Mapping[str, Callable[[NDArray[np.float64], int], NDArray[np.float64]]] = {
    "plane": lambda x, _: x * CELL_M / 100,
    "waves": lambda x, _: (x % 4 >= 2).astype(np.float64),
    "step": lambda x, middle: (x >= middle).astype(np.float64),
    "spike": lambda x, middle: (x == middle).astype(np.float64),
    "bank": lambda x, middle: np.clip(x - middle, 0, 4) * CELL_M / 100,
}


def within(parcel: shapely.Polygon, columns: int, rows: int) -> Mask:
    """Return which cells lie in a parcel, whose box starts at (0, 0); the northern row first."""
    x = (np.arange(columns) + 0.5) * CELL_M
    y = (np.arange(rows)[::-1] + 0.5) * CELL_M
    easting, northing = np.meshgrid(x, y)
    inside: Mask = shapely.contains_xy(parcel, easting, northing)
    return inside


def slopes_percent(heights: NDArray[Any]) -> NDArray[np.float64]:
    """Return Horn's slope of all cells but the outermost ring (Horn 1981)."""
    z = heights.astype(np.float64)
    north, middle, south = z[:-2], z[1:-1], z[2:]
    east = north[:, 2:] + 2 * middle[:, 2:] + south[:, 2:]
    west = north[:, :-2] + 2 * middle[:, :-2] + south[:, :-2]
    up = north[:, :-2] + 2 * north[:, 1:-1] + north[:, 2:]
    down = south[:, :-2] + 2 * south[:, 1:-1] + south[:, 2:]
    slopes: NDArray[np.float64] = 100 * np.hypot(east - west, up - down) / (8 * CELL_M)
    return slopes


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of a parcel: slope in percent and height of each of its cells; NaN is unknown."""

    slopes: NDArray[np.float64]
    cells: NDArray[np.float64]

    @classmethod
    def of(cls, heights: NDArray[Any], inside: Mask) -> Ground:
        """Take the cells of a parcel's box and one more on each side, and which are its own."""
        return cls(slopes_percent(heights)[inside], heights[1:-1, 1:-1][inside].astype(np.float64))

    def measure(self, table: Mapping[str, Any], water_m: float) -> float:
        """Return what a kind of the ground measures, NaN where too little is known.

        `water_m` is the height of the water, -inf where there is none.
        """
        kind = table["kind"]
        known = self.slopes if kind in {"slope", "steep_share"} else self.cells
        is_known = ~np.isnan(known)
        if is_known.mean() < float(table.get("least_known", 0.99)):
            return math.nan
        known = known[is_known]
        match kind:
            case "flood_depth":
                depths = np.maximum(water_m - known, 0.0)
                return float(
                    depths.max() if table.get("statistic") == "greatest" else depths.mean()
                )
            case "steep_share":
                return float((known > _limit_percent(table)).mean())
            case "relief":
                return float(known.max() - known.min())
            case "earthwork":
                return float(np.abs(known - known.mean()).mean())
        return float(known.mean())


def _limit_percent(measure: Mapping[str, Any]) -> float:
    if "limit_deg" in measure:
        return 100 * float(np.tan(np.radians(measure["limit_deg"])))
    return float(measure["limit_percent"])
