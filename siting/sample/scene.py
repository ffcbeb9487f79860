"""What the generator knows of its own city when it plants red lines: who touches what.

Distances here are the legal ones of DOMAIN (电力设施保护条例, 铁路安全管理条例, 公路安全
保护条例). They only serve to *place* red lines with a margin; the rule book has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample.ground import Geometries
from siting.sample.networks import Row

Bools = NDArray[np.bool_]

OVERLAP_ROLES = (
    "farmland", "eco_redline", "blue_line", "green_line", "purple_line", "yellow_line",
    "hazard", "water_source",
)  # fmt: skip
SETBACK_ROLES = ("power_line", "metro_structure", "railway", "highway")
ROLES = (*OVERLAP_ROLES, *SETBACK_ROLES, "growth_boundary")
POWER_M = {10: 5.0, 35: 10.0, 110: 10.0, 220: 15.0, 500: 20.0}
METRO_M = {"地下": 50.0, "地上高架": 30.0, "车站": 50.0}
HIGHWAY_M = {"高速公路": 30.0, "国道": 20.0, "省道": 15.0, "县道": 10.0, "乡道": 5.0}
RAILWAY_M = {
    ("高速铁路", "城市市区"): 10.0, ("普通铁路", "城市市区"): 8.0,
    ("高速铁路", "城市郊区"): 12.0, ("普通铁路", "城市郊区"): 10.0,
    ("高速铁路", "其他地区"): 20.0, ("普通铁路", "其他地区"): 15.0,
}  # fmt: skip
#: A planted red line that shall not meet a line stays this much farther away than it must.
CLEAR_MARGIN_M = 25.0
SOME = 240


def setback_m(role: str, row: Row) -> float:
    """Return the legal distance of one feature, metres; 0 for overlap rules."""
    if role == "power_line":
        return POWER_M[int(str(row["kv"]))]
    if role == "metro_structure":
        return METRO_M[str(row["kind"])]
    if role == "highway":
        return HIGHWAY_M[str(row["grade"])]
    if role == "railway":
        return RAILWAY_M[str(row["grade"]), str(row["setting"])]
    return 0.0


@dataclass(eq=False)
class Scene:
    """The finished layers of a city by role, ready to be asked.

    ``parcels`` and ``parcel_polygons`` go together row by row; ``zones`` and
    ``zone_polygons`` are the plan.
    """

    layers: dict[str, list[Row]]
    outline: shapely.Polygon
    districts: Geometries
    parcels: pd.DataFrame
    parcel_polygons: Geometries
    zones: pd.DataFrame
    zone_polygons: Geometries
    _trees: dict[tuple[str, float], STRtree] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.growth = shapely.union_all(self.geometries("growth_boundary"))
        self.inner = shapely.buffer(self.outline, -200)
        shapely.prepare(self.growth)
        shapely.prepare(self.inner)
        self.zone_tree = STRtree(self.zone_polygons)
        self.zone_use = self.zones["YDDM"].to_numpy(dtype="U6")

    def geometries(self, role: str) -> Geometries:
        """Return the geometries of a role, in the order of its rows."""
        return np.array([row["geometry"] for row in self.layers[role]], dtype=object)

    def some(self, role: str, rng: np.random.Generator) -> Geometries:
        """Return some geometries of a role, enough to find places in a city of any size."""
        found = self.geometries(role)
        return found[np.sort(rng.permutation(len(found))[:SOME])]

    def touched(self, role: str, polygons: Geometries, *, margin_m: float = 0.0) -> Bools:
        """Return which polygons break the rule of a role, or come within `margin_m` of it."""
        found = np.zeros(len(polygons), dtype=bool)
        if role == "growth_boundary":
            return np.asarray(~shapely.covers(self.growth, polygons))
        rows = self.layers[role]
        legal = np.array([setback_m(role, row) for row in rows])
        for distance in np.unique(legal):
            key = (role, float(distance))
            if key not in self._trees:
                self._trees[key] = STRtree(self.geometries(role)[legal == distance])
            reach = float(distance) + margin_m
            tree = self._trees[key]
            if reach == 0:
                found[tree.query(polygons, predicate="intersects")[0]] = True
            else:
                found[tree.query(polygons, predicate="dwithin", distance=reach)[0]] = True
        return found

    def roles(self, polygons: Sequence[BaseGeometry]) -> tuple[dict[str, Bools], dict[str, Bools]]:
        """Return per role which polygons meet it, and which come near it (with the margin)."""
        array = np.array(list(polygons), dtype=object)
        hit = {role: self.touched(role, array) for role in ROLES}
        near = {role: self.touched(role, array, margin_m=CLEAR_MARGIN_M) for role in ROLES}
        return hit, near

    def exactly(self, polygons: Sequence[BaseGeometry], wanted: set[str]) -> Bools:
        """Return which polygons meet the wanted roles and stay well clear of all others."""
        hit, near = self.roles(polygons)
        good = np.asarray(shapely.covers(self.inner, np.array(list(polygons), dtype=object)))
        for role in ROLES:
            good &= hit[role] if role in wanted else ~near[role]
        return good

    def zone_codes(self, polygon: BaseGeometry) -> set[str]:
        """Return the plan's codes that a polygon overlaps by more than 1 m²."""
        rows = self.zone_tree.query(polygon, predicate="intersects")
        shares = shapely.area(shapely.intersection(self.zone_polygons[rows], polygon))
        return set(self.zone_use[rows[shares > 1.0]].tolist())
