"""What a planted city is made of: blocks with one parcel each, and the lines between them.

A city is a grid of square cells. Each cell holds one parcel in its middle, with what is planted
for that parcel alone: stations, power lines, a road that leads up to it, its own ground. Cells
are so large that what is planted in one is far from the parcel of the next. All is in metres,
on a grid of 10 m, in full Gauss-Krüger coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from .worths import Profile

CRS = "EPSG:4547"
EAST, NORTH = 480_000.0, 2_540_000.0
#: Width of the corridor that is the present red line.
CORRIDOR_M = 6.0
#: How far from the western edge the corridor's spine runs.
SPINE_M = 20.0
#: Width of a cut into a parcel that makes its outline ragged.
CUT_M = 10.0
#: Roles whose features are lines; all others are planted as points.
LINES = frozenset({"power_line", "railway", "highway", "metro_line", "oil_gas_pipe"})


@dataclass(frozen=True)
class Outline:
    """A parcel: a rectangle with `cuts` of 10 m × `depth` from the north, in its western half."""

    width: float
    height: float
    cuts: int = 0
    depth: float = 0.0

    @property
    def area_m2(self) -> float:
        return self.width * self.height - self.cuts * CUT_M * self.depth

    @property
    def perimeter_m(self) -> float:
        return 2 * (self.width + self.height + self.cuts * self.depth)

    def polygon(self) -> shapely.Polygon:
        """Return it with its south-western corner at (0, 0)."""
        top: list[tuple[float, float]] = []
        for cut in range(self.cuts):
            west = CUT_M * (1 + 2 * cut)
            low = self.height - self.depth
            east = west + CUT_M
            top += [(west, self.height), (west, low), (east, low), (east, self.height)]
        corners = [(0.0, 0.0), (0.0, self.height), *top, (self.width, self.height)]
        return shapely.Polygon([*corners, (self.width, 0.0)])


@dataclass(frozen=True)
class Planted:
    """A feature planted for one parcel: so far to the east or west of it."""

    role: str
    metres: float
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Block:
    """One cell with its parcel; ``worse_on`` are the criteria on which it was made worse."""

    name: str
    part: str
    worse_on: frozenset[str] = frozenset()
    cell: tuple[int, int] = (0, 0)
    is_remote: bool = False
    district: str = "A"
    gap_m: float = 20.0
    outline: Outline = Outline(100.0, 100.0)
    road_gap_m: float = 5.0
    texts: dict[str, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    meets: tuple[str, ...] = ()
    use: str = ""
    shape: dict[str, str] = field(default_factory=dict)
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
    has_roads: bool = True

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
            block.name: shapely.affinity.translate(block.outline.polygon(), *self.corner(block))
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
        """The road that leads from the main road in the north up to each parcel, by block."""
        found = {}
        for block in self.blocks:
            _, south = self.corner(block)
            east, north = self.at(block, self.pitch_m / 2, self.pitch_m)
            end = south + block.outline.height + block.road_gap_m
            found[block.name] = shapely.LineString([(east, north), (east, end)])
        return found

    def features(self, role: str) -> list[tuple[BaseGeometry, Mapping[str, str]]]:
        """Return what is planted of a role, with its columns."""
        return [
            (self._feature(block, planted, number), planted.columns)
            for block in self.blocks
            for number, planted in enumerate(block.planted)
            if planted.role == role
        ]

    def _feature(self, block: Block, planted: Planted, number: int) -> BaseGeometry:
        """Return a point or a line of 20 m, due east (or, every second one, west) of a parcel."""
        east, south = self.corner(block)
        is_east = number % 2 == 0
        place = east + block.outline.width + planted.metres if is_east else east - planted.metres
        north = south + 10.0 + 3.0 * number
        if planted.role in LINES:
            return shapely.LineString([(place, north), (place, north + 20.0)])
        return shapely.Point(place, north)
