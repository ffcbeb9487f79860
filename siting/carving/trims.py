"""Outlines that are no rectangle: the land cut across, so that the wanted area is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from siting.carving.problem import Effort, Scene, Wanted, opened

#: A cut is found when its area is this near to the wanted one, as a share of it.
NEAR_ENOUGH = 1e-7
#: Tries at most; half of them halve what is in doubt.
TRIES = 40
#: Depths, as multiples of the root of the area, to which the land is taken from one side.
DEPTHS = (0.7, 1.0, 1.4, 2.0)


@dataclass(frozen=True, eq=False, slots=True)
class TrimSearch:
    """Cuts one piece of land in several directions."""

    scene: Scene
    wanted: Wanted
    effort: Effort

    def all(self, area_m2: float) -> Iterator[BaseGeometry]:
        """Return connected pieces of the area, none narrower than the least width."""
        land = self.scene.land
        origin = (float(land.bounds[0]), float(land.bounds[1]))
        for degrees in self.scene.directions[: self.effort.cuts]:
            for quarter in (0.0, 90.0):
                turned = affinity.rotate(land, -degrees - quarter, origin=origin)
                for piece in self._cuts(turned, area_m2):
                    yield affinity.rotate(piece, degrees + quarter, origin=origin)

    def _cuts(self, land: BaseGeometry, area_m2: float) -> Iterator[BaseGeometry]:
        """Cut upright land from west to east, in whole or to a depth from the south or north."""
        west, south, east, north = land.bounds
        bands = [(south, north)]
        for factor in DEPTHS:
            depth = factor * area_m2**0.5
            if self.wanted.least_width_m <= depth < north - south:
                bands.extend([(south, south + depth), (north - depth, north)])
        for low, high in bands:
            band = shapely.intersection(land, shapely.box(west, low, east, high))
            for part in shapely.get_parts(band):
                if part.geom_type == "Polygon" and part.area >= area_m2:
                    yield from self._along(part, area_m2)

    def _along(self, part: BaseGeometry, area_m2: float) -> Iterator[BaseGeometry]:
        west, _, east, _ = part.bounds
        for begin in np.linspace(west, east, self.effort.begins, endpoint=False):
            piece = _cut_at(part, float(begin), area_m2)
            if piece is None:
                return
            whole = _largest(opened(piece, self.wanted.least_width_m))
            if whole is not None:
                yield whole


def _cut_at(part: BaseGeometry, begin: float, area_m2: float) -> BaseGeometry | None:
    """Return the part east of `begin` that has the area; None when there is too little left."""
    _, south, east, north = part.bounds

    def until(end: float) -> BaseGeometry:
        return shapely.intersection(part, shapely.box(begin, south, end, north))

    if until(east).area < area_m2:
        return None
    low, high = (begin, -area_m2), (east, float(until(east).area) - area_m2)
    for number in range(TRIES):
        if high[1] <= NEAR_ENOUGH * area_m2:
            break
        # in turns where a straight line would end, and in the middle
        share = 0.5 if number % 2 else -low[1] / (high[1] - low[1])
        at = low[0] + share * (high[0] - low[0])
        over = float(until(at).area) - area_m2
        low, high = (low, (at, over)) if over >= 0 else ((at, over), high)
    return until(high[0])


def _largest(piece: BaseGeometry) -> BaseGeometry | None:
    parts = [part for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: float(part.area), default=None)
