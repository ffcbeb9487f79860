"""Outlines drawn for one project inside parcels that are too large or partly blocked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.assembly import Adjacency, adjacency
from siting.assembly import outline as outline_of
from siting.candidates import as_array
from siting.carving import BRIEF, Objective, Scene, Wanted, carve
from siting.gathering.records import Errand, Made
from siting.gathering.region import Floats, Geometries, Longs, Region
from siting.model import RedLine, Release, SiteKind
from siting.overlay import polygons_only
from siting.repair import Ground, Level, ground_of

#: An outline stays this far within its parcels, so that rounding takes nothing of a neighbour, m.
INSIDE_M = 0.002
#: Of an outline's parcels one counts from this overlap on, m².
ON_PARCEL_M2 = 0.01
#: Blocks of land that are looked at for one project.
BLOCKS = 2
#: Outlines that are tried for one project.
CARVED = 1
#: Parcels side by side that make one block where no single one is large enough.
BLOCK_PARCELS = 8
#: Such a block is as large as this many times the target, so that there is room to draw.
BLOCK_TARGETS = 2.0
#: What is better, with a weight on sides along the edge of the land: what is left over is land too.
OBJECTIVE = Objective(edge=0.3)
#: Land with more vertices is drawn with fewer, by so much within its own edge, metres.
PLAIN_VERTICES = 60
PLAIN_BY_M = 0.1
#: A road that is drawn as a line is street for this far on each side, m.
STREET_HALF_WIDTH_M = 3.0


def carved(errand: Errand, rows: Longs, region: Region, *, is_across: bool) -> tuple[Made, ...]:
    """Return outlines of the wanted area on free land, on the most promising parcels first.

    Parameters
    ----------
    errand
        Whose land is sought.
    rows
        The parcels, the most promising first.
    region
        The city.
    is_across
        Where no single parcel is worth cutting, several side by side may be.
    """
    made: list[Made] = []
    wanted = Wanted(errand.wanted.area_m2_min, errand.wanted.area_m2_max)
    if not 0 < wanted.target < np.inf:
        return ()
    for members in _blocks(errand, rows, region, is_across=is_across):
        if len(made) == CARVED:
            break
        block = _Block.of(members, region)
        site = None if block is None else _site(errand, block, wanted, region)
        if site is not None:
            made.append(site)
    return tuple(made)


@dataclass(frozen=True, eq=False, slots=True)
class _Block:
    """Parcels as one outline, a hair smaller."""

    members: tuple[int, ...]
    parcels: Geometries
    land: BaseGeometry

    @classmethod
    def of(cls, members: tuple[int, ...], region: Region) -> _Block | None:
        """Return a block; None when the parcels do not make one outline."""
        parcels = region.parcels.geometries[list(members)]
        whole = outline_of(parcels, region.ground) if len(members) > 1 else parcels[0]
        if whole is None:
            return None
        return cls(members, parcels, shapely.buffer(whole, -INSIDE_M, join_style="mitre"))

    def room(self, closed: Geometries, least_m2: float) -> shapely.Polygon | None:
        """Return the largest piece of the land that is not closed; None where all are too small.

        A long outline is drawn with fewer vertices, within itself.
        """
        free = polygons_only(shapely.difference(self.land, shapely.union_all(closed)))
        largest = _largest(free)
        if largest is None or largest.area < least_m2:
            return None
        if shapely.get_num_coordinates(largest) <= PLAIN_VERTICES:
            return largest
        within = shapely.buffer(largest, -PLAIN_BY_M, join_style="mitre")
        return _largest(polygons_only(shapely.simplify(within, PLAIN_BY_M)))

    def under(self, outline: BaseGeometry) -> tuple[int, ...]:
        """Return the parcels that an outline lies on."""
        areas = shapely.area(shapely.intersection(self.parcels, outline))
        pairs = zip(self.members, areas, strict=True)
        return tuple(member for member, area in pairs if area > ON_PARCEL_M2)


def _largest(shape: BaseGeometry) -> shapely.Polygon | None:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return max(parts, key=lambda part: float(part.area), default=None)


def _blocks(
    errand: Errand, rows: Longs, region: Region, *, is_across: bool
) -> Iterator[tuple[int, ...]]:
    """Yield single parcels worth cutting, or where there are none, several side by side."""
    wanted, areas = errand.wanted, region.parcels.areas_m2
    is_touched = region.is_touched(errand.project)[rows]
    is_large = areas[rows] > wanted.area_m2_max
    is_enough = areas[rows] >= wanted.area_m2_min
    is_worth = is_enough & (is_large | is_touched)
    # a ragged parcel is no site, but its body may hold one
    others = np.flatnonzero(is_enough & ~is_worth)
    bodies = region.parcels.bodies
    is_body_enough = bodies.shares(rows[others]) * areas[rows[others]] >= wanted.area_m2_min
    is_worth[others] = is_body_enough & ~bodies.are_enough(rows[others])
    single = rows[is_worth][:BLOCKS]
    yield from ((row,) for row in single.tolist())
    ordered = np.sort(rows)
    if is_across and len(ordered) > 1 and not len(single):
        beside = adjacency(region.parcels.geometries[ordered], ground=region.ground)
        seeds = np.searchsorted(ordered, rows[:BLOCKS])
        for seed in seeds.tolist():
            grown = grown_from(seed, beside, areas[ordered], BLOCK_TARGETS * wanted.target_m2)
            members = tuple(sorted(ordered[grown].tolist()))
            if len(members) > 1 and areas[list(members)].sum() >= wanted.area_m2_min:
                yield members


def grown_from(seed: int, beside: Adjacency, areas_m2: Floats, enough_m2: float) -> list[int]:
    """Return parcels about one of them, nearest first, until they are enough or too many."""
    grown, asked = [seed], 0
    while asked < len(grown) < BLOCK_PARCELS and areas_m2[grown].sum() < enough_m2:
        near, _ = beside.of(grown[asked])
        grown += [other for other in near.tolist() if other not in grown]
        asked += 1
    return grown[:BLOCK_PARCELS]


def _site(errand: Errand, block: _Block, wanted: Wanted, region: Region) -> Made | None:
    """Return the best outline in a block, clear of restricted rules too where there is room."""
    ground = _ground(errand, block.land, region)
    roads = region.roads_near(block.land)
    roads = as_array([]) if roads is None else roads
    guides = shapely.get_rings(shapely.get_parts(block.parcels))
    for level in (Level.OPEN, Level.BARE):
        closed = np.concatenate([ground.closed(level), _streets(roads)])
        room = block.room(closed, wanted.least)
        if room is None:
            continue
        scene = Scene(room, roads, guides, road_reach_m=region.road_reach_m)
        for carving in carve(scene, wanted, objective=OBJECTIVE, count=1, effort=BRIEF):
            if wanted.least <= carving.area_m2 <= wanted.most:
                return _made(carving.geometry, block, ground)
    return None


def _ground(errand: Errand, block: BaseGeometry, region: Region) -> Ground:
    # the edge of the block stands for a red line: it has no land of its own, and so
    # nothing of what others hold is left open to it
    edge = RedLine(
        id="~carved",
        project_id=errand.project.id,
        geometry=shapely.boundary(block),
        crs=region.city.crs,
    )
    return ground_of(
        edge,
        region.ruled,
        region.rule_book,
        city=region.city,
        as_of=region.as_of,
        reach_m=0.0,
    )


def _streets(roads: Geometries) -> Geometries:
    is_line = shapely.get_dimensions(roads) < 2
    lines = shapely.buffer(roads[is_line], STREET_HALF_WIDTH_M, cap_style="flat")
    return np.concatenate([roads[~is_line], lines])


def _made(outline: BaseGeometry, block: _Block, ground: Ground) -> Made:
    edge = shapely.buffer(shapely.boundary(block.land), 2 * INSIDE_M)
    new = shapely.difference(shapely.boundary(outline), edge)
    follows = () if new.is_empty else ground.layers_along(new)
    names = {name for each in follows for name in each.split("+")}
    releases = [layer.release for layer in ground.atlas.layers if layer.name in names]
    return Made(
        kind=SiteKind.CARVED,
        members=block.under(outline),
        geometry=outline,
        follows=follows,
        release=min(releases, key=list(Release).index, default=Release.PUBLIC),
    )
