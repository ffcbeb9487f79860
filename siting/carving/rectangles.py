"""The best rectangle: directions of the sides at hand, proportions, and every place for each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from siting.carving.placement import places
from siting.carving.problem import Effort, Objective, Scene, Wanted

#: Besides the directions of the sides at hand all others are tried in steps, degrees.
STEP_DEGREES = 7.5
#: Front over depth.
PROPORTIONS = (1.0, 1.25, 0.8, 1.6, 0.625, 2.0, 0.5, 2.5, 0.4, 3.2, 0.3125, 4.0, 0.25)
#: The proportions that are tried in directions of no side: a square, or nearly one.
NEARLY_SQUARE = (1.0, 1.2, 1 / 1.2, 1.5, 1 / 1.5)
#: Steps by which direction (degrees) and proportion (factor) of the best are refined.
REFINEMENTS = ((5.0, 1.12), (2.5, 1.06), (1.2, 1.03), (0.6, 1.015), (0.3, 1.007))


@dataclass(frozen=True, order=True, slots=True)
class Placed:
    """A rectangle and its cost; ``front_m`` runs along ``degrees`` from east."""

    cost: float
    degrees: float
    proportion: float
    west: float
    south: float
    area_m2: float

    @property
    def sides(self) -> tuple[float, float]:
        """Front and depth, metres."""
        front = math.sqrt(self.area_m2 * self.proportion)
        return front, self.area_m2 / front


@dataclass(frozen=True, eq=False, slots=True)
class RectangleSearch:
    """Looks for rectangles of one area in one piece of land."""

    scene: Scene
    wanted: Wanted
    objective: Objective
    effort: Effort

    def best(
        self, area_m2: float, count: int, *, ceiling: float = math.inf
    ) -> list[shapely.Polygon]:
        """Return the best rectangles of an area, of each direction and proportion one at most.

        Those that cannot cost less than `ceiling`, wherever they stand, are left out.
        """
        effort = self.effort
        tries = [
            (turn, each)
            for turn in self.scene.directions[: effort.directions]
            for each in PROPORTIONS[: effort.proportions]
        ]
        if effort.is_all_round:
            others = np.arange(0.0, 90.0, STEP_DEGREES).tolist()
            tries += [(turn, each) for turn in others for each in NEARLY_SQUARE]
        tries = [(turn, each) for turn, each in tries if self.floor(each, area_m2) < ceiling]
        found = sorted(placed for turn, each in tries for placed in self._at(turn, each, area_m2))
        leaders = {placed.degrees: placed for placed in reversed(found)}
        refined = [self._refined(placed) for placed in sorted(leaders.values())[: effort.refined]]
        return [self.drawn(placed) for placed in sorted({*refined, *found})[:count]]

    def floor(self, proportion: float, area_m2: float) -> float:
        """Return what a rectangle costs at least: its front on a road, its sides along others."""
        aim, target_m2 = self.objective, self.wanted.target
        compactness = math.pi * proportion / (1 + proportion) ** 2
        return aim.shape * (1 - compactness) + aim.fit * abs(area_m2 - target_m2) / target_m2

    def drawn(self, placed: Placed) -> shapely.Polygon:
        """Return a rectangle as a polygon."""
        front, depth = placed.sides
        upright = shapely.box(placed.west, placed.south, placed.west + front, placed.south + depth)
        turned: shapely.Polygon = affinity.rotate(upright, placed.degrees, origin=self._origin)
        return turned

    @property
    def _origin(self) -> tuple[float, float]:
        west, south, _, _ = shapely.bounds(self.scene.land)
        return float(west), float(south)

    def _at(self, degrees: float, proportion: float, area_m2: float) -> Iterator[Placed]:
        """Return the best place for a direction and a proportion, if there is one."""
        shape = Placed(math.inf, degrees, proportion, 0.0, 0.0, area_m2)
        front, depth = shape.sides
        if min(front, depth) < self.wanted.least_width_m:
            return
        turned = affinity.rotate(self.scene.land, -degrees, origin=self._origin)
        free = places(turned, front, depth)
        best = None
        for west, south in _candidates(free, min(front, depth), self.effort.places):
            placed = Placed(math.inf, degrees, proportion, west, south, area_m2)
            cost = self.objective.cost(self.drawn(placed), self.scene, self.wanted.target)
            placed = Placed(cost, degrees, proportion, west, south, area_m2)
            best = placed if best is None else min(best, placed)
            if not len(self.scene.roads) and not self.objective.edge:
                break  # without roads a rectangle costs the same wherever it stands
        if best is not None:
            yield best

    def _refined(self, placed: Placed) -> Placed:
        for turn, factor in REFINEMENTS:
            tries = [
                better
                for degrees, proportion in (
                    (placed.degrees - turn, placed.proportion),
                    (placed.degrees + turn, placed.proportion),
                    (placed.degrees, _squarer(placed.proportion, factor)),
                    (placed.degrees - turn, _squarer(placed.proportion, factor)),
                    (placed.degrees + turn, _squarer(placed.proportion, factor)),
                )
                for better in self._at(degrees, proportion, placed.area_m2)
            ]
            placed = min([placed, *tries])
        return placed


def _squarer(proportion: float, factor: float) -> float:
    """Return a proportion nearer to the square's."""
    return max(1.0, proportion / factor) if proportion >= 1 else min(1.0, proportion * factor)


def _candidates(free: BaseGeometry, step_m: float, places: int) -> list[tuple[float, float]]:
    """Return places to look at: the corners of where it fits, and steps along its sides."""
    parts = shapely.get_parts(free)
    areas = parts[shapely.get_dimensions(parts) == 2]
    if not len(areas):
        return []
    inner = [shapely.get_coordinates(shapely.point_on_surface(area)) for area in areas]
    rings = shapely.segmentize(shapely.get_rings(areas), max(step_m / 2, 1.0))
    points = np.concatenate([*inner, shapely.get_coordinates(rings)])
    points = np.unique(points.round(4), axis=0)
    if len(points) > places:
        points = points[np.linspace(0, len(points) - 1, places).astype(np.int64)]
    return [(float(x), float(y)) for x, y in points]
