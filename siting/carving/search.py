"""The search: rectangles and cuts of one piece of land beside each other, best first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from siting.carving.problem import (
    THOROUGH,
    Carving,
    Effort,
    Objective,
    Scene,
    Wanted,
    is_wide,
)
from siting.carving.rectangles import RectangleSearch
from siting.carving.trims import TrimSearch

#: Vertices stand on the survey's millimetre.
SURVEY_GRID_M = 0.001
#: Outlines of which more than this share is the same count as one.
SAME_SHARE = 0.5
#: Carved outlines may stick out of the land by the rounding of their vertices, m.
ROUNDING_M = 0.001
#: Halvings by which the least width of an outline is measured.
WIDTH_HALVINGS = 14
#: What is offered is as wide as was asked for but for the halvings' own rounding.
WIDTH_SLACK = 0.999
#: Rectangles that are carried on from the search.
RECTANGLES = 12


def carve(
    scene: Scene,
    wanted: Wanted,
    *,
    objective: Objective | None = None,
    count: int = 3,
    effort: Effort = THOROUGH,
) -> tuple[Carving, ...]:
    """Return outlines of the wanted area within land, best first.

    Parameters
    ----------
    scene
        The land, the roads and the guides.
    wanted
        Area and least width. Outlines have the target area where the land allows, else as much
        as fits, down to the least.
    objective
        What is better; the default is that of docs/carving.md.
    count
        How many, none sharing more than half of its land with another.
    effort
        How hard to look; the default is what docs/carving.md measures.

    Returns
    -------
    tuple[Carving, ...]
        Valid polygons without holes narrower than the least width; vertices on the millimetre,
        so a side may stand out of the land by less than one.
    """
    carver = _Carver(scene, wanted, objective or Objective(), effort)
    kept: list[Carving] = []
    for area in _areas(scene, wanted):
        found = carver.found(area, is_one=count == 1)
        for carving in sorted(found, key=_order):
            if len(kept) < count and not _is_known(carving, kept):
                width = least_width_m(carving.geometry)
                # a part that narrows can pass at one width and fail at lesser ones
                if width >= wanted.least_width_m * WIDTH_SLACK:
                    kept.append(replace(carving, least_width_m=width))
        if kept:
            break
    return tuple(kept)


def _order(carving: Carving) -> tuple[float, str]:
    return carving.cost, shapely.to_wkt(carving.geometry, rounding_precision=3)


def _areas(scene: Scene, wanted: Wanted) -> Iterator[float]:
    """Return the areas to try: the target, and less as far as less is wanted."""
    most = min(float(scene.land.area), wanted.most)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        area = wanted.target - share * (wanted.target - wanted.least)
        if area <= most:
            yield area
            if wanted.target == wanted.least:
                return


@dataclass(frozen=True, eq=False, slots=True)
class _Carver:
    """Draws outlines in one piece of land, and lets pass those that were asked for."""

    scene: Scene
    wanted: Wanted
    aim: Objective
    effort: Effort

    def found(self, area: float, *, is_one: bool) -> list[Carving]:
        """Return the outlines of an area; where one is wanted, rectangles only if better."""
        if self.wanted.least <= self.scene.land.area <= self.wanted.most:
            found = list(self.finished("whole", self.scene.land))
        else:
            found = []
        for piece in TrimSearch(self.scene, self.wanted, self.effort).all(area):
            found += self.finished("trim", piece)
        # what is refined may become squarer than where it began, so no bound holds for it
        is_bounded = is_one and not self.effort.refined
        worth = min((carving.cost for carving in found), default=math.inf)
        search = RectangleSearch(self.scene, self.wanted, self.aim, self.effort)
        ceiling = worth if is_bounded else math.inf
        for rectangle in search.best(area, RECTANGLES, ceiling=ceiling):
            found += self.finished("rectangle", rectangle)
        return found

    def finished(self, way: str, outline: BaseGeometry) -> Iterator[Carving]:
        drawn = shapely.set_precision(outline, SURVEY_GRID_M)
        if not isinstance(drawn, shapely.Polygon) or drawn.is_empty or not drawn.is_valid:
            return
        drawn = shapely.simplify(drawn, 0.0)
        rounding = ROUNDING_M * float(drawn.length)
        is_wanted = self.wanted.least - rounding <= drawn.area <= self.wanted.most + rounding
        if not is_wanted or not is_wide(drawn, self.wanted.least_width_m):
            return
        if not shapely.covers(shapely.buffer(self.scene.land, ROUNDING_M), drawn):
            return
        yield Carving(
            geometry=drawn,
            way=way,
            area_m2=float(drawn.area),
            perimeter_m=float(drawn.length),
            frontage_m=self.scene.frontage_m(drawn),
            least_width_m=self.wanted.least_width_m,
            cost=self.aim.cost(drawn, self.scene, self.wanted.target),
        )


def least_width_m(outline: BaseGeometry) -> float:
    """Return the width of the narrowest part of an outline worth speaking of."""
    low, high = 0.0, 2 * math.sqrt(float(outline.area))
    for _ in range(WIDTH_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_wide(outline, middle) else (low, middle)
    return low


def _is_known(carving: Carving, kept: Iterable[Carving]) -> bool:
    return any(
        shapely.area(shapely.intersection(carving.geometry, other.geometry))
        > SAME_SHARE * min(carving.area_m2, other.area_m2)
        for other in kept
    )
