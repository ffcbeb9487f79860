"""What a planted city is made of: blocks with one parcel each, and the lines between them.

A city is a grid of square cells. Each cell holds one parcel in its middle, with what is planted
for that parcel alone: stations, power lines, a road that leads up to it, its own ground. Cells
are so large that what is planted in one is far from the parcel of the next. All is in metres,
on a grid of 10 m, in full Gauss-Krüger coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .surfaces import CELL_M, RIM, Surface
from .worths import Profile

CRS = "EPSG:4547"
EAST, NORTH = 480_000.0, 2_540_000.0
#: Width of the corridor that is the present red line.
CORRIDOR_M = 6.0
#: How far from the western edge the corridor's spine runs.
SPINE_M = 20.0
#: Width of a cut into a parcel that makes its outline ragged.
CUT_M = 10.0
#: Services that one travels to stand so far beside the road to a parcel.
BESIDE_M = 10.0
#: That road runs straight for so long, then it winds with legs so far apart.
STRAIGHT_M, LEG_M = 600.0, 20.0
#: The road of an island ends so far from the main road: too far to be a slip of the pen.
ISLAND_M = 60.0
#: Height of dry ground.
DRY_M = 20.0
FLAT = Surface("plane", 0.0)
#: Roles whose features are lines; all others are planted as points.
LINES = frozenset({"power_line", "railway", "highway", "metro_line", "oil_gas_pipe"})


@dataclass(frozen=True)
class Outline:
    """A parcel: a rectangle with cuts of 10 m from the north into its western half.

    Between the cuts, and south of them, it is `finger` metres wide.
    """

    width: float
    height: float
    cuts: int = 0
    finger: float = 0.0

    @property
    def depth(self) -> float:
        return self.height - self.finger if self.cuts else 0.0

    @property
    def area_m2(self) -> float:
        return self.width * self.height - self.cuts * CUT_M * self.depth

    @property
    def perimeter_m(self) -> float:
        return 2 * (self.width + self.height + self.cuts * self.depth)

    @property
    def least_width_m(self) -> float:
        return min(self.width, self.height, self.finger if self.cuts else math.inf)

    @property
    def body_share(self) -> float:
        """What is left in one piece where all falls off that is narrower than 0.3 √area."""
        narrow_m = 0.3 * math.sqrt(self.area_m2)
        east = self.width - self.cuts * (self.finger + CUT_M)
        if min(east, self.height) < narrow_m:
            return 0.0
        if not self.cuts or self.finger >= narrow_m:
            return 1.0
        return east * self.height / self.area_m2

    @cached_property
    def polygon(self) -> shapely.Polygon:
        """It, with its south-western corner at (0, 0)."""
        top: list[tuple[float, float]] = []
        for cut in range(self.cuts):
            west = self.finger * (cut + 1) + CUT_M * cut
            low, east = self.height - self.depth, west + CUT_M
            top += [(west, self.height), (west, low), (east, low), (east, self.height)]
        corners = [(0.0, 0.0), (0.0, self.height), *top, (self.width, self.height)]
        return shapely.Polygon([*corners, (self.width, 0.0)])


@dataclass(frozen=True)
class Planted:
    """A feature planted for one parcel: so far to the east or west of it, or beside its road.

    ``is_by_road``: the metres are along the road that leads up to the parcel, and it stands
    ``BESIDE_M`` to the side of it.
    """

    role: str
    metres: float
    columns: Mapping[str, str] = field(default_factory=dict)
    is_by_road: bool = False


@dataclass(frozen=True)
class Zone:
    """A zone that covers the southern `share` of a parcel."""

    role: str
    share: float
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Block:
    """One cell with its parcel; ``worse_on`` are the criteria on which it was made worse.

    ``detour_m`` is what its road winds more; ``is_island``: that ends short of the main road.
    ``surface`` and ``base_m`` are its ground, of which a part ``has_hole``; ``depths_m`` says by
    criterion how deep it is to be under water. ``lot`` decides what is left to chance.
    """

    name: str
    part: str
    worse_on: frozenset[str] = frozenset()
    cell: tuple[int, int] = (0, 0)
    is_remote: bool = False
    district: str = "A"
    gap_m: float = 20.0
    outline: Outline = Outline(100.0, 100.0)
    road_gap_m: float = 5.0
    detour_m: float = 0.0
    is_island: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    meets: tuple[str, ...] = ()
    use: str = ""
    surface: Surface = FLAT
    base_m: float = DRY_M
    depths_m: dict[str, float] = field(default_factory=dict)
    has_hole: bool = False
    lot: int = 0


@dataclass(frozen=True)
class City:
    """A planted city: its blocks stand in their cells, and everything has its place."""

    profile: Profile
    seed: int
    blocks: tuple[Block, ...]
    pitch_m: float
    wanted_m2: tuple[float, float]
    has_red_line: bool
    district: str
    use: str = "1301"
    is_profile_named: bool = True
    has_roads: bool = True
    has_ground: bool = False

    def at(self, block: Block, east: float, north: float) -> tuple[float, float]:
        """Return the coordinates of a place in a block's cell."""
        column, row = block.cell
        return EAST + column * self.pitch_m + east, NORTH + row * self.pitch_m + north

    def corner(self, block: Block) -> tuple[float, float]:
        """Return the south-western corner of a block's parcel."""
        width, height = block.outline.width, block.outline.height
        middle = self.pitch_m / 2
        return self.at(block, round(middle - width / 2, -1), round(middle - height / 2, -1))

    def cell(self, block: Block) -> BaseGeometry:
        west, south = self.at(block, 0, 0)
        return shapely.box(west, south, west + self.pitch_m, south + self.pitch_m)

    @cached_property
    def parcels(self) -> dict[str, BaseGeometry]:
        """The parcels by the names of their blocks."""
        return {
            block.name: shapely.affinity.translate(block.outline.polygon, *self.corner(block))
            for block in self.blocks
        }

    @cached_property
    def size(self) -> tuple[int, int]:
        """Columns and rows of cells."""
        columns, rows = zip(*(block.cell for block in self.blocks), strict=True)
        return max(columns) + 1, max(rows) + 1

    @cached_property
    def bounds(self) -> BaseGeometry:
        columns, rows = self.size
        return shapely.box(EAST, NORTH, EAST + columns * self.pitch_m, NORTH + rows * self.pitch_m)

    @cached_property
    def red_line(self) -> BaseGeometry | None:
        """The present red line: a corridor through all rows of cells, with a branch to each parcel.

        A branch ends as far south of its parcel as the block says; remote ones have none.
        """
        if not self.has_red_line:
            return None
        near = [block for block in self.blocks if not block.is_remote]
        top = max(self._corridor_south(block) for block in near) + CORRIDOR_M
        bottom = min(self._corridor_south(block) for block in near)
        west = EAST + SPINE_M
        parts = [shapely.box(west, bottom, west + CORRIDOR_M, top)]
        for block in near:
            south, (east, north) = self._corridor_south(block), self.corner(block)
            middle, half = east + block.outline.width / 2, CORRIDOR_M / 2
            parts.append(shapely.box(west, south, middle + half, south + CORRIDOR_M))
            parts.append(shapely.box(middle - half, south, middle + half, north - block.gap_m))
        return shapely.union_all(parts)

    def _corridor_south(self, block: Block) -> float:
        return NORTH + (block.cell[1] + 0.1) * self.pitch_m

    @cached_property
    def main_roads(self) -> list[shapely.LineString]:
        """The roads between the rows of cells, and the one in the west that joins them."""
        columns, rows = self.size
        norths = [NORTH + (row + 1) * self.pitch_m for row in range(rows)]
        eastings = [EAST + (column + 0.5) * self.pitch_m for column in range(columns)]
        across = [shapely.LineString([(x, north) for x in [EAST, *eastings]]) for north in norths]
        along = [shapely.LineString([(EAST, a), (EAST, b)]) for a, b in pairwise(norths)]
        return [*across, *along]

    @cached_property
    def spurs(self) -> dict[str, shapely.LineString]:
        """The road that leads from the main road in the north up to each parcel, by block.

        From the parcel on it runs straight for ``STRAIGHT_M``, then it winds, if it does.
        """
        found = {}
        for block in self.blocks:
            _, south = self.corner(block)
            east, north = self.at(block, self.pitch_m / 2, self.pitch_m)
            end = south + block.outline.height + block.road_gap_m
            path = [(east, end)]
            swing_m = self.pitch_m / 2 - 120.0
            for leg in range(math.ceil(block.detour_m / (2 * swing_m))):
                low = end + STRAIGHT_M + 2 * LEG_M * leg
                path += [(east, low), (east + swing_m, low), (east + swing_m, low + LEG_M)]
                path.append((east, low + LEG_M))
            path.append((east, north - ISLAND_M * block.is_island))
            found[block.name] = shapely.LineString(path)
        return found

    def features(self, role: str) -> list[tuple[BaseGeometry, Mapping[str, str]]]:
        """Return what is planted of a role, with its columns."""
        points = [
            (self._feature(block, planted, number), planted.columns)
            for block in self.blocks
            for number, planted in enumerate(block.planted)
            if planted.role == role
        ]
        zones = [
            (self._zone(block, zone.share), zone.columns)
            for block in self.blocks
            for zone in block.zones
            if zone.role == role
        ]
        return [*points, *zones]

    @property
    def roles(self) -> list[str]:
        """The roles of all that is planted."""
        planted = {each.role for block in self.blocks for each in (*block.planted, *block.zones)}
        return sorted(planted)

    def _feature(self, block: Block, planted: Planted, number: int) -> BaseGeometry:
        """Return a point or a line of 20 m, due east (or, every second one, west) of a parcel."""
        east, south = self.corner(block)
        if planted.is_by_road:
            middle, _ = self.at(block, self.pitch_m / 2, 0)
            end = south + block.outline.height + block.road_gap_m
            return shapely.Point(middle - BESIDE_M, end + planted.metres)
        is_east = number % 2 == 0
        place = east + block.outline.width + planted.metres if is_east else east - planted.metres
        north = south + 10.0 + 3.0 * number
        if planted.role in LINES:
            return shapely.LineString([(place, north), (place, north + 20.0)])
        return shapely.Point(place, north)

    def _zone(self, block: Block, share: float) -> BaseGeometry:
        east, south = self.corner(block)
        top = south + share * block.outline.height
        return shapely.box(east - 5, south - 5, east + block.outline.width + 5, top)

    @cached_property
    def heights(self) -> NDArray[np.float32]:
        """The elevation model of the city, its northern row first; NaN where nothing is known."""
        columns, rows = (int(number * self.pitch_m / CELL_M) for number in self.size)
        cells = np.full((rows, columns), DRY_M, dtype=np.float32)
        for block in self.blocks:
            window = self.window(block, RIM)
            wide, high = window[1].stop - window[1].start, window[0].stop - window[0].start
            cells[window] = block.base_m + block.surface.heights(wide, high)
            if block.has_hole:
                inner = self.window(block, 0)
                cells[inner][1:4, -4:-1] = np.nan
        return cells

    def window(self, block: Block, rim: int) -> tuple[slice, slice]:
        """Return the rows and columns of the elevation model around a parcel."""
        east, south = self.corner(block)
        first = round((east - EAST) / CELL_M)
        last = round(self.size[1] * self.pitch_m / CELL_M - (south - NORTH) / CELL_M)
        wide, high = round(block.outline.width / CELL_M), round(block.outline.height / CELL_M)
        return slice(last - high - rim, last + rim), slice(first - rim, first + wide + rim)
