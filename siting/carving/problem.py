"""What is to be carved, out of what, and what makes one outline better than another."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.carving.directions import aligned_share, directions_of
from siting.carving.frontage import ROAD_REACH_M, frontage_m
from siting.overlay.kernel.layout import Geometries

Floats = NDArray[np.float64]

#: Without a stated width a site is at most four times as long as it is wide.
LEAST_WIDTH_SHARE = 0.5
#: Narrower parts may make up this share of an outline: cut corners are no necks.
NARROW_SHARE = 1e-3
#: What is as wide as asked stays, whatever rounding says: widths are taken so much less.
SAME_WIDTH = 1 - 1e-6
#: A side this near to the edge of the land lies on it, metres.
ON_EDGE_M = 0.1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Area in m² (``most`` may be infinite) and the least width, metres (0: half of √target)."""

    least: float
    most: float
    width_m: float = 0.0

    @property
    def target(self) -> float:
        """The area that fits best: the middle, or the one known bound."""
        return self.least if math.isinf(self.most) else (self.least + self.most) / 2

    @property
    def least_width_m(self) -> float:
        """The least width of a site, and its least depth."""
        return self.width_m or LEAST_WIDTH_SHARE * math.sqrt(self.target)


@dataclass(frozen=True, slots=True)
class Objective:
    """What makes one carved outline better than another; less is better.

    ``cost = shape·(1 - 4πA/P²) + frontage·(1 - min(1, F/√A)) + along·(1 - S)
    + edge·(1 - E) + fit·|A - target|/target``

    F is the frontage in metres; without roads that term is left out. S is the share of the
    sides that run in a direction of the land, the guides or the roads (within 1°); E that of the
    sides on the land's own edge, so that no odd strips are left over (not counted by default).
    """

    shape: float = 1.0
    frontage: float = 0.5
    along: float = 0.1
    fit: float = 0.3
    edge: float = 0.0

    def cost(self, outline: shapely.Polygon, scene: Scene, target_m2: float) -> float:
        """Return the cost of an outline."""
        area, perimeter = float(outline.area), float(outline.length)
        cost = self.shape * (1 - 4 * math.pi * area / perimeter**2)
        if len(scene.roads):
            faced = scene.frontage_m(outline) / math.sqrt(area)
            cost += self.frontage * (1 - min(1.0, faced))
        cost += self.along * (1 - aligned_share(outline, scene.directions))
        if self.edge:
            cost += self.edge * (1 - scene.edge_share(outline))
        return cost + self.fit * abs(area - target_m2) / target_m2


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard outlines are sought.

    ``directions`` and ``proportions`` of rectangles that are tried, ``places`` that are looked at
    for each, how many of the best are ``refined``, and whether directions of no side are tried as
    well (``is_all_round``); ``cuts`` are the directions, ``begins`` the places of the cuts across.
    """

    directions: int = 6
    proportions: int = 13
    places: int = 60
    refined: int = 3
    is_all_round: bool = True
    cuts: int = 4
    begins: int = 6


#: What docs/carving.md measures.
THOROUGH = Effort()
#: For one of many projects: some tens of milliseconds.
BRIEF = Effort(
    directions=2, proportions=3, places=8, refined=0, is_all_round=False, cuts=1, begins=2
)


@dataclass(frozen=True, eq=False)
class Scene:
    """One piece of land that may be taken, with the roads and the lines beside it.

    ``land`` is a valid polygon in a projected CRS, metres; ``roads`` are lines or polygons;
    ``guides`` are lines along which sides should run (parcels, roads), besides the land's own.
    """

    land: shapely.Polygon
    roads: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    guides: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    road_reach_m: float = ROAD_REACH_M

    @cached_property
    def directions(self) -> list[float]:
        """The directions of the sides at hand, degrees from east within 0–90."""
        lines = [*shapely.get_rings(self.land), *self.guides, *self.roads]
        return directions_of(np.array(lines, dtype=object))

    @cached_property
    def _on_edge(self) -> BaseGeometry:
        zone = shapely.buffer(shapely.boundary(self.land), ON_EDGE_M, cap_style="flat")
        shapely.prepare(zone)
        return zone

    def edge_share(self, outline: BaseGeometry) -> float:
        """Return the share of an outline that lies on the edge of the land."""
        ring = shapely.boundary(outline)
        return float(shapely.length(shapely.intersection(ring, self._on_edge)) / ring.length)

    def frontage_m(self, outline: BaseGeometry) -> float:
        """Return the metres of an outline that face one of the roads."""
        return frontage_m(outline, self.roads, reach_m=self.road_reach_m)


@dataclass(frozen=True, eq=False, slots=True)
class Carving:
    """One outline carved: ``way`` is rectangle, trim or whole."""

    geometry: shapely.Polygon
    way: str
    area_m2: float
    perimeter_m: float
    frontage_m: float
    least_width_m: float
    cost: float

    @property
    def compactness(self) -> float:
        """4πA/P² (Polsby and Popper 1991)."""
        return 4 * math.pi * self.area_m2 / self.perimeter_m**2


def is_wide(outline: BaseGeometry, width_m: float) -> bool:
    """True when no part of the outline worth speaking of is narrower than that."""
    narrow = float(outline.area) - float(opened(outline, width_m).area)
    return narrow <= NARROW_SHARE * float(outline.area)


def opened(outline: BaseGeometry, width_m: float) -> BaseGeometry:
    """Return what is left where parts narrower than a width fall off; corners stay corners."""
    return _regrown(_core(outline, width_m), outline, width_m)


def wide_pieces(outline: BaseGeometry, width_m: float, *, neck_m: float) -> list[BaseGeometry]:
    """Return what :func:`opened` leaves, in pieces that hang together by necks of a width.

    Where two places meet, a disc of the neck's width must be able to move from one to the other
    within the outline: that they touch is not enough.
    """
    cores = shapely.get_parts(_core(outline, width_m))
    if len(cores) > 1:
        ways = shapely.get_parts(_core(outline, neck_m))
        way_of = np.array([np.argmin(shapely.distance(ways, core)) for core in cores])
        cores = np.array([shapely.union_all(cores[way_of == way]) for way in np.unique(way_of)])
    return [_regrown(core, outline, width_m) for core in cores]


def _core(outline: BaseGeometry, width_m: float) -> BaseGeometry:
    """Return where the middle of a disc of a width may be (with mitres for arcs)."""
    reach = -width_m / 2 * SAME_WIDTH
    core: BaseGeometry = shapely.buffer(outline, reach, join_style="mitre", mitre_limit=5.0)
    return core


def _regrown(core: BaseGeometry, outline: BaseGeometry, width_m: float) -> BaseGeometry:
    reach = width_m / 2 * SAME_WIDTH
    grown = shapely.buffer(core, reach, join_style="mitre", mitre_limit=5.0)
    kept: BaseGeometry = shapely.intersection(grown, outline)
    return kept
