"""A small town for the load tests: layers are written by the tests, never shipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import shapely

from siting.model import Layer

#: CGCS2000, 3-degree zone, 114°E: the working CRS of the town.
CRS = "EPSG:4547"
EAST, NORTH = 380_000.0, 2_560_000.0
AS_OF = dt.date(2026, 3, 1)

Load = Callable[..., Layer]


def square(column: int, row: int = 0, side_m: float = 100.0) -> shapely.Polygon:
    """Return a square of the town's grid."""
    west, south = EAST + 200 * column, NORTH + 200 * row
    return shapely.box(west, south, west + side_m, south + side_m)


def frame_of(geometries: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    """Return a frame in the town's CRS with ids F1, F2 …."""
    ids = columns.pop("code", [f"F{number}" for number in range(1, len(geometries) + 1)])
    return gpd.GeoDataFrame({"code": ids, **columns}, geometry=geometries, crs=CRS)
