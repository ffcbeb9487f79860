"""Placing the red lines: one method per intent, each with what it must meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample import shapes
from siting.sample.ground import Floats, Ground
from siting.sample.intents import PLAIN
from siting.sample.planting import (
    STOCKED,
    Planted,
    Planter,
    bridge_candidates,
    corridor_candidates,
    joined,
)
from siting.sample.scene import Scene

#: The district that the hazard layer does not cover.
UNCOVERED_DISTRICT = "449906"
BORDER_SPOTS = 1_500
#: Clear lots come in this order of uses, so that they differ.
CLEAN_USES = ("0804", "100101", "0701", "1208", "0806", "0901", "100102", "0902")

#: Uses that bear no more than 15 % of slope.
WORKS_USES = ("100101", "100102", "1101")


def power_edge(planter: Planter) -> tuple[float, Planted]:
    """Choose a clear lot in the far west; the power data ends 12 m west of it."""
    polygons = planter.scene.parcel_polygons
    west = planter.scene.outline.bounds[0]
    good = planter.matches(set(), is_free=True) & np.isin(planter.use, STOCKED)
    good &= planter.district != UNCOVERED_DISTRICT
    places = np.flatnonzero(good)
    edges = np.array([polygons[planter.rows[place]].bounds[0] for place in places])
    far = np.where(edges > west + 1900, edges, np.inf)
    row = int(planter.rows[places[int(np.argmin(far))]])
    use = str(planter.use[places[int(np.argmin(far))]])
    planter.used.append(polygons[row])
    planter.covered_from_m = float(polygons[row].bounds[0]) + 60.0
    lot = Planted("power_reach", polygons[row], use, not_checked=("power_line",), parcel=row)
    return float(np.round(polygons[row].bounds[0] - 12.0, 3)), lot


class Placer:
    """Plants one intent after another; each method is one way of placing."""

    def __init__(self, planter: Planter, ground: Ground, scene: Scene, reach_lot: Planted) -> None:
        self.planter = planter
        self.ground = ground
        self.scene = scene
        self.reach_lot = reach_lot
        self.clean_turn = 0
        self.overlap: tuple[Planted, Planted] | None = None
        west = reach_lot.geometry.bounds[0]
        polygons = scene.parcel_polygons
        self.is_east = np.array([polygons[row].bounds[0] > west + 60 for row in planter.rows])

    def plant(self, intent: str) -> Planted | None:
        """Return the planted red line of an intent; None for demand only."""
        if intent.startswith(("demand", "impossible")):
            return None
        if intent in PLAIN:
            # a park is at home on a green line
            uses = [use for use in STOCKED if intent != "green_line" or use != "1401"]
            uses = list(WORKS_USES) if intent == "hazard" else uses
            lot = self.planter.parcel(intent, {intent}, uses=uses, where=self._covered)
            if intent == "hazard":
                # a spur of the hill is raised on it, see siting.sample.relief
                lot = replace(lot, conflicts=tuple(sorted({*lot.conflicts, "dem"})))
            return self._with_power(lot)
        if intent in {"clean", "supplied"}:
            return self._clean(intent, is_free=intent == "clean")
        made: Planted = getattr(self, f"_{intent}")()
        return self._with_power(made)

    def _covered(self, position: int) -> bool:
        """Tell whether hazard and power data both cover a candidate parcel."""
        return bool(
            self.is_east[position] and self.planter.district[position] != UNCOVERED_DISTRICT
        )

    def _with_power(self, planted: Planted) -> Planted:
        gaps = set(planted.not_checked)
        if planted.geometry.bounds[0] < self.reach_lot.geometry.bounds[0] + 10:
            gaps.add("power_line")
        dangan = self.scene.districts[5]
        if "hazard" not in gaps and not shapely.disjoint(dangan, planted.geometry):
            gaps.add("hazard")
        return replace(planted, not_checked=tuple(sorted(gaps)))

    def _clean(self, intent: str, *, is_free: bool) -> Planted:
        order = ("0804", "100101", "0701", "1208", "0806", "0901", "100102", "0902")
        use = order[self.clean_turn % len(order)]
        self.clean_turn += 1
        return self.planter.parcel(intent, set(), is_free=is_free, uses=(use,), where=self._covered)

    def _farmland(self) -> Planted:
        land = shapely.MultiPolygon(list(self.scene.some("farmland", self.ground.rng("farmland"))))
        return self.planter.rectangle(
            "farmland", {"farmland", "growth_boundary"}, land, size=(190.0, 130.0)
        )

    def _eco_redline(self) -> Planted:
        land = shapely.MultiPolygon(list(self.scene.some("eco_redline", self.ground.rng("eco"))))
        wanted = {"eco_redline", "growth_boundary"}
        return self.planter.rectangle("eco_redline", wanted, land, size=(150.0, 100.0), use="0901")

    def _growth_boundary(self) -> Planted:
        land = shapely.difference(self.scene.inner, self.scene.growth)
        return self.planter.rectangle(
            "growth", {"growth_boundary"}, land, size=(180.0, 120.0), use="1101"
        )

    def _zoning(self) -> Planted:
        lot = self.planter.parcel("zoning", set(), uses=("0701",), where=self._covered)
        return replace(lot, use="1101", conflicts=("zoning",))

    def _declared_area(self) -> Planted:
        lot = self.planter.parcel("declared_area", set(), where=self._covered)
        return replace(lot, conflicts=("declared_area",), declared_factor=1.2)

    def _overlap_first(self) -> Planted:
        first, second = self._neighbours()
        self.overlap = (first, second)
        return first

    def _overlap_second(self) -> Planted:
        if self.overlap is None:
            self._overlap_first()
        return self.overlap[1] if self.overlap else self._declared_area()

    def _neighbours(self) -> tuple[Planted, Planted]:
        """Two clear lots side by side: the second project claims both."""
        planter = self.planter
        good = planter.matches(set(), is_free=True) & np.isin(planter.use, STOCKED)
        places = [place for place in np.flatnonzero(good) if self._covered(int(place))]
        rows = planter.rows[places]
        polygons = self.scene.parcel_polygons[rows]
        left, right = STRtree(polygons).query(polygons, predicate="touches")
        for one, other in zip(left, right, strict=True):
            both = joined(polygons[one], polygons[other])
            use = str(planter.use[places[one]])
            is_same = use == planter.use[places[other]]
            if is_same and all(both.distance(taken) > 1 for taken in planter.used):
                planter.used.append(both)
                first = Planted(
                    "overlap_first", polygons[one], use, ("other_project",), parcel=int(rows[one])
                )
                return first, Planted("overlap_second", both, use, ("other_project",))
        lot = planter.parcel("overlap_first", set(), where=self._covered)
        lot = replace(lot, conflicts=("other_project",))
        return lot, replace(lot, intent="overlap_second", geometry=shapely.buffer(lot.geometry, -5))

    def _bowtie(self) -> Planted:
        lot = self.planter.parcel("bowtie", set(), where=self._covered)
        return replace(lot, geometry=shapes.bowtie(lot.geometry), conflicts=("quality",))

    def _spike(self) -> Planted:
        def is_roomy(position: int) -> bool:
            box = shapely.buffer(self.scene.parcel_polygons[self.planter.rows[position]], -25)
            return self._covered(position) and box.area > 3000

        lot = self.planter.parcel("spike", set(), where=is_roomy)
        return replace(lot, geometry=shapes.spiked(lot.geometry), conflicts=("quality",))

    def _road_farmland(self) -> Planted:
        rng = self.ground.rng("road_farmland")
        made = corridor_candidates(
            self.scene,
            centre_of=self.scene.some("farmland", rng),
            length_m=1500.0,
            width_m=30.0,
            rng=rng,
        )
        return self.planter.first(
            "road_farmland", made, {"farmland", "growth_boundary"}, use="1207"
        )

    def _corridor_eco(self) -> Planted:
        rng = self.ground.rng("corridor_eco")
        made = corridor_candidates(
            self.scene,
            centre_of=np.repeat(self.scene.some("eco_redline", rng), 4),
            length_m=1200.0,
            width_m=12.0,
            rng=rng,
        )
        return self.planter.first(
            "corridor_eco", made, {"eco_redline", "growth_boundary"}, use="1303"
        )

    def _bridge(self) -> Planted:
        made = bridge_candidates(self.scene, rng=self.ground.rng("bridge"))
        return self.planter.first("bridge", made, {"blue_line", "green_line"}, use="1207")

    def _sliver(self) -> Planted:
        patches = self.scene.some("farmland", self.ground.rng("sliver"))
        made = shapes.sliver_rectangles(patches, length_m=130.0, depth_m=90.0)
        tree = STRtree(self.scene.geometries("farmland"))
        row, patch = tree.query(made, predicate="intersects")
        pieces = shapely.intersection(np.array(made, dtype=object)[row], tree.geometries[patch])
        shares = np.bincount(row, weights=shapely.area(pieces), minlength=len(made))
        thin = [shape for shape, share in zip(made, shares, strict=True) if 20 < share < 30]
        return self.planter.first("sliver", thin, {"farmland", "growth_boundary"}, use="1101")

    def _border(self) -> Planted:
        rng = self.ground.rng("border")
        lines = shapely.intersection(shapely.boundary(self.scene.districts[0]), self.scene.growth)
        spots = _points_along(lines, 37.0)[:BORDER_SPOTS]
        made = [
            shapes.rectangle(
                (float(spot[0]), float(spot[1])), (150.0, 110.0), float(rng.uniform(0, np.pi))
            )
            for spot in spots
            for _ in range(6)
        ]
        made = [
            shape
            for shape in made
            if len(self.scene.zone_codes(shape)) == 1 and self._is_split(shape)
        ]
        exact = self.scene.exactly(made, set())
        best = [shape for shape, good in zip(made, exact, strict=True) if good] or made
        use = min(self.scene.zone_codes(best[0]))
        return self.planter.first("border", best[:1], set(), use=use)

    def _is_split(self, shape: shapely.Polygon) -> bool:
        shares = shapely.area(shapely.intersection(self.scene.districts, shape)) / shape.area
        return int((shares > 0.2).sum()) >= 2

    def _hazard_uncovered(self) -> Planted:
        def is_there(position: int) -> bool:
            return bool(self.planter.district[position] == UNCOVERED_DISTRICT)

        lot = self.planter.parcel("hazard_uncovered", set(), where=is_there)
        return replace(lot, not_checked=("hazard",))

    def _power_reach(self) -> Planted:
        return self.reach_lot

    def _near(self) -> Planted:
        """Take the clear-looking lot that lies nearest to a green, purple or yellow line."""
        roles = ("purple_line", "yellow_line", "green_line")
        planter, scene = self.planter, self.scene
        polygons = scene.parcel_polygons[planter.rows]
        good = planter.is_inside & planter.is_planned & np.isin(planter.use, STOCKED)
        for role in planter.hit:
            good &= ~planter.hit[role] if role in roles else ~planter.close[role]
        lines = {role: shapely.union_all(scene.geometries(role)) for role in roles}
        distance = np.array([shapely.distance(polygons, line) for line in lines.values()])
        gap = np.where(good, distance.min(axis=0), np.inf)
        gap[gap < 0.5] = np.inf
        for position in np.argsort(gap):
            row = int(planter.rows[position])
            polygon = scene.parcel_polygons[row]
            if self._covered(int(position)) and all(
                polygon.distance(other) > 1 for other in planter.used
            ):
                planter.used.append(polygon)
                role = roles[int(np.argmin(distance[:, position]))]
                return Planted(
                    "near", polygon, str(planter.use[position]), near=(role,), parcel=row
                )
        return planter.parcel("near", set())


def _points_along(lines: BaseGeometry, step_m: float) -> Floats:
    parts = [part for part in shapely.get_parts(lines) if part.length > 2 * step_m]
    return np.vstack(
        [
            shapely.get_coordinates(part.interpolate(np.arange(step_m, part.length, step_m)))
            for part in parts
        ]
    )
