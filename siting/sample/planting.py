"""Where the red lines go: each is placed on purpose, with what it must meet written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample import codes, shapes
from siting.sample.ground import Geometries, Ground, largest_part, rounded
from siting.sample.scene import ROLES, Scene

#: Uses of which the sample has so many free parcels that every project finds several.
STOCKED = ("0701", "0804", "0806", "0901", "0902", "100101", "100102", "1101", "1208", "1401")
LOT_M2 = (4_000.0, 90_000.0)
TRIES = 6_000
#: So many fitting shapes are looked at for one that leaves other plots of the plan alone.
CHOSEN_AMONG = 80


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted red line: what it must meet, come near, or lie beyond the coverage of."""

    intent: str
    geometry: BaseGeometry
    use: str
    conflicts: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    parcel: int = -1
    declared_factor: float = 1.0
    """What the TXT declares as area, as a multiple of the true one."""


class Planter:
    """Picks places one after another and never the same land twice."""

    def __init__(self, ground: Ground, scene: Scene) -> None:
        self.ground = ground
        self.scene = scene
        self.used: list[BaseGeometry] = []
        parcels = scene.parcels
        rng = ground.rng("planting")
        area = parcels["MJ"].to_numpy()
        fits = (area > LOT_M2[0]) & (area < LOT_M2[1]) & (parcels["YTDM"].to_numpy() != "0703")
        rows = rng.permutation(np.flatnonzero(fits))[:TRIES]
        self.rows = rows
        polygons = scene.parcel_polygons[rows]
        self.hit, self.close = scene.roles(list(polygons))
        self.is_inside = np.asarray(shapely.covers(scene.inner, polygons))
        self.supply = parcels["GDZT"].to_numpy(dtype="U4")[rows]
        self.use = parcels["YTDM"].to_numpy(dtype="U6")[rows]
        self.plan_state = parcels["KGZT"].to_numpy(dtype="U2")[rows]
        self.district = parcels["XZQDM"].to_numpy(dtype="U6")[rows]
        zone = self._zone_matches(rows)
        self.is_planned = zone
        #: Land west of this easting lies beyond the power data; see projects.
        self.covered_from_m = -np.inf

    def _zone_matches(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.array(
            [
                self.scene.zone_codes(self.scene.parcel_polygons[row]) == {use}
                for row, use in zip(rows, self.use, strict=True)
            ]
        )

    def _is_apart(self, polygon: BaseGeometry) -> bool:
        return all(polygon.distance(other) > 1.0 for other in self.used)

    def matches(self, wanted: set[str], *, is_free: bool) -> NDArray[np.bool_]:
        """Return which candidate parcels meet exactly the wanted roles, planned as they are."""
        good = self.is_inside & self.is_planned
        good &= np.isin(self.supply, codes.AVAILABLE_STATES) == is_free
        for role in ROLES:
            good &= self.hit[role] if role in wanted else ~self.close[role]
        return good

    def parcel(
        self,
        intent: str,
        wanted: set[str],
        *,
        is_free: bool = True,
        uses: Sequence[str] = STOCKED,
        where: Callable[[int], bool] = lambda _position: True,
    ) -> Planted:
        """Take a parcel that meets exactly the wanted roles; relax the supply state if need be."""
        for free in (is_free, not is_free):
            good = self.matches(wanted, is_free=free) & np.isin(self.use, uses)
            for position in np.flatnonzero(good):
                row = int(self.rows[position])
                polygon = self.scene.parcel_polygons[row]
                if where(int(position)) and self._is_apart(polygon):
                    return self._take_parcel(intent, int(position), wanted)
        return self._fallback(intent, wanted, uses)

    def _fallback(self, intent: str, wanted: set[str], uses: Sequence[str]) -> Planted:
        """Take the parcel that meets the wanted roles with the fewest others."""
        extra = np.sum([self.hit[role] for role in ROLES if role not in wanted], axis=0)
        good = self.is_inside & np.isin(self.use, uses)
        for role in wanted:
            good &= self.hit[role]
        for position in sorted(np.flatnonzero(good), key=lambda place: int(extra[place])):
            row = int(self.rows[position])
            polygon = self.scene.parcel_polygons[row]
            if self._is_apart(polygon):
                met = {role for role in ROLES if self.hit[role][position]}
                planted = self._take_parcel(intent, int(position), met)
                return planted if self.is_planned[position] else self._with_zoning(planted)
        return self.rectangle(intent, wanted | {"growth_boundary"}, self.scene.outline)

    @staticmethod
    def _with_zoning(planted: Planted) -> Planted:
        return replace(planted, conflicts=(*planted.conflicts, "zoning"))

    def _take(self, intent: str, polygon: BaseGeometry, use: str, met: set[str]) -> Planted:
        self.used.append(polygon)
        return Planted(intent, polygon, use, tuple(sorted(met)))

    def _take_parcel(self, intent: str, position: int, met: set[str]) -> Planted:
        row = int(self.rows[position])
        polygon = self.scene.parcel_polygons[row]
        return replace(self._take(intent, polygon, str(self.use[position]), met), parcel=row)

    def rectangle(
        self,
        intent: str,
        wanted: set[str],
        area: BaseGeometry,
        *,
        size: tuple[float, float] = (150.0, 110.0),
        use: str = "100101",
    ) -> Planted:
        """Lay a rectangle that meets exactly the wanted roles, anywhere in `area`."""
        made = shapes.random_rectangles(area, size, count=TRIES, rng=self.ground.rng(intent))
        return self.first(intent, made, wanted, use=use)

    def first(
        self, intent: str, made: list[shapely.Polygon], wanted: set[str], *, use: str
    ) -> Planted:
        """Take the first shape that meets exactly the wanted roles, else the best of them."""
        hit, _ = self.scene.roles(made)
        exact = self.scene.exactly(made, wanted)
        apart = np.array(
            [self._is_apart(shape) and shape.bounds[0] > self.covered_from_m for shape in made]
        )
        count = np.sum([hit[role] for role in ROLES], axis=0) + 100.0 * ~apart
        for role in wanted:
            count = count + 20.0 * ~hit[role]
        best = int(np.argmin(count))
        chosen = np.flatnonzero(exact & apart)[:CHOSEN_AMONG]
        if len(chosen):
            foreign = [len(self.scene.zone_codes(made[place]) - {use}) for place in chosen]
            best = int(chosen[int(np.argmin(foreign))])
        met = {role for role in ROLES if hit[role][best]}
        planted = self._take(intent, made[best], use, met)
        others = self.scene.zone_codes(made[best]) - {use}
        return self._with_zoning(planted) if others else planted

    def stock_m2(self, use: str) -> NDArray[np.float64]:
        """Return the areas of free, planned, clear parcels of a use that nobody was given."""
        good = self.matches(set(), is_free=True) & (self.use == use) & (self.plan_state == "已批")
        polygons = self.scene.parcel_polygons[self.rows[good]]
        tree = STRtree(np.array(self.used, dtype=object))
        taken, _ = tree.query(polygons, predicate="dwithin", distance=1.0)
        areas = shapely.area(polygons)
        return np.sort(np.delete(areas, np.unique(taken)))


def corridor_candidates(
    scene: Scene,
    *,
    centre_of: Geometries,
    length_m: float,
    width_m: float,
    rng: np.random.Generator,
) -> list[shapely.Polygon]:
    """Return slightly bent corridors across the given polygons."""
    made = []
    spots = shapely.get_coordinates(shapely.point_on_surface(centre_of))
    for spot in spots:
        for _ in range(12):
            turn = rng.uniform(0, np.pi)
            along = np.array([np.cos(turn), np.sin(turn)])
            side = np.array([-along[1], along[0]])
            t = np.linspace(-0.5, 0.5, 9)[:, None]
            sway = 40 * np.sin(3 * t + rng.uniform(0, 6))
            made.append(shapes.corridor(spot + along * t * length_m + side * sway, width_m))
    return [shape for shape in made if scene.inner.covers(shape)] or made


def bridge_candidates(scene: Scene, *, rng: np.random.Generator) -> list[shapely.Polygon]:
    """Return straight corridors over the wide river inside the city."""
    river = scene.geometries("blue_line")[0]
    west, south, east, north = shapely.bounds(scene.growth)
    made = []
    for easting in rng.uniform(west + 0.3 * (east - west), east - 0.2 * (east - west), 300):
        cut = largest_bank(river, float(easting), south, north)
        if cut is not None:
            low, high = cut
            lean = float(rng.uniform(-60, 60))
            made.append(
                shapes.corridor(
                    np.array([[easting, low - 140], [easting + lean, high + 140]]), 38.0
                )
            )
    return made


def largest_bank(
    river: BaseGeometry, easting: float, south: float, north: float
) -> tuple[float, float] | None:
    """Return the northings of the two banks at an easting, or None off the river."""
    line = shapely.LineString([(easting, south), (easting, north)])
    cut = shapely.intersection(line, largest_part(river))
    if cut.is_empty:
        return None
    _, low, _, high = shapely.bounds(cut)
    return float(low), float(high)


def joined(first: BaseGeometry, second: BaseGeometry) -> shapely.Polygon:
    """Return two touching parcels as one polygon."""
    return largest_part(rounded(np.array([shapely.union(first, second)], dtype=object))[0])
