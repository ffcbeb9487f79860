"""Chainage: what lies where along a linear project, by district.

A red line that is a line is measured exactly. A corridor drawn as a polygon has no centre
line, so its chainage is *approximate*: it runs along the longer axis of its minimum
rotated rectangle, from the western end (the southern one when the axis runs due north).
For a straight corridor that is exact; on a bent one the chainage is shorter than the road.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import shapely
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from siting.candidates import sound
from siting.model import ChainageRow, Finding, RedLine

if TYPE_CHECKING:
    import geopandas as gpd

#: Stretches closer than this are one: the rounding of coordinates, metres.
SAME_STRETCH_M = 0.01
#: Chainages are told to the millimetre, like the coordinates of a red line.
DECIMALS = 3

Stretch = tuple[float, float]


class Chain(Protocol):
    """Something along which chainage is measured, in metres."""

    def stretch(self, piece: BaseGeometry) -> Stretch:
        """Return where a piece begins and ends."""


@dataclass(frozen=True, eq=False, slots=True)
class LineChain:
    """Exact chainage along the parts of a line, one after the other."""

    parts: tuple[LineString, ...]

    def stretch(self, piece: BaseGeometry) -> Stretch:
        """Return the first and last chainage of the piece's vertices."""
        middle = piece.interpolate(0.5, normalized=True)
        nearest = min(range(len(self.parts)), key=lambda i: self.parts[i].distance(middle))
        offset_m = math.fsum(part.length for part in self.parts[:nearest])
        points = shapely.points(shapely.get_coordinates(piece))
        located = shapely.line_locate_point(self.parts[nearest], points)
        return offset_m + float(located.min()), offset_m + float(located.max())


@dataclass(frozen=True, slots=True)
class AxisChain:
    """Approximate chainage along a straight axis through a polygon."""

    east: float
    north: float
    origin_m: float
    length_m: float

    def stretch(self, piece: BaseGeometry) -> Stretch:
        """Return the piece's shadow on the axis, held within the corridor's own."""
        along = shapely.get_coordinates(piece) @ (self.east, self.north) - self.origin_m
        start, end = float(along.min()), float(along.max())
        return min(max(start, 0.0), self.length_m), max(min(end, self.length_m), 0.0)


def chainage_table(
    red_line: RedLine, districts: gpd.GeoDataFrame, findings: Iterable[Finding]
) -> tuple[ChainageRow, ...]:
    """Return the stretches of a linear red line by district, and those that rules found.

    Parameters
    ----------
    red_line
        A line (exact) or a corridor polygon (approximate, see the module), working CRS.
    districts
        ``feature_id`` = district code, same CRS. What lies in none has the code ``""``; a
        line on a boundary belongs to the first district by code.
    findings
        Those of other red lines and those without geometry are passed over.

    Returns
    -------
    tuple[ChainageRow, ...]
        Sorted by district, chainage and rule code; metres, areas in m² (planar).
        Pieces of one rule count each m² once.
    """
    corridor = sound(red_line.geometry)
    dimension = int(shapely.get_dimensions(corridor))
    chain = _chain_of(corridor)
    within = _by_district(corridor, districts, dimension)
    pieces: dict[str, list[Any]] = {}
    for finding in findings:
        if finding.red_line_id == red_line.id and finding.geometry is not None:
            pieces.setdefault(finding.code, []).append(sound(finding.geometry))
    rows = []
    for district, part in within:
        rows.extend(_rows(red_line.id, part, chain, district=district, code=""))
        for code, shapes in pieces.items():
            # the union first: each m² of a rule counts once, whatever its features are
            hit = _of_dimension(shapely.intersection(shapely.union_all(shapes), part), dimension)
            rows.extend(_rows(red_line.id, hit, chain, district=district, code=code))
    return tuple(sorted(rows, key=lambda row: (row.district, row.from_m, row.to_m, row.code)))


def _chain_of(corridor: BaseGeometry) -> Chain:
    if shapely.get_dimensions(corridor) == 1:
        return LineChain(tuple(shapely.get_parts(shapely.line_merge(corridor, directed=True))))
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(corridor))
    sides = [corners[i + 1] - corners[i] for i in range(2)]
    east, north = max(sides, key=lambda side: float(math.hypot(*side)))
    size = math.hypot(east, north)
    east, north = float(east / size), float(north / size)
    # a rectangle's side points either way: let it run eastwards, or due north
    if round(east, 9) < 0 or (round(east, 9) == 0 and north < 0):
        east, north = -east, -north
    along = shapely.get_coordinates(corridor) @ (east, north)
    return AxisChain(east, north, float(along.min()), float(along.max() - along.min()))


def _by_district(
    corridor: BaseGeometry, districts: gpd.GeoDataFrame, dimension: int
) -> list[tuple[str, Any]]:
    named = zip(districts["feature_id"], districts.geometry, strict=True)
    rest, within = corridor, []
    for code, shape in sorted(((str(code), shape) for code, shape in named), key=lambda p: p[0]):
        part = _of_dimension(shapely.intersection(rest, shape), dimension)
        if not part.is_empty:
            within.append((code, part))
            rest = _of_dimension(shapely.difference(rest, shape), dimension)
    if not rest.is_empty:
        within.append(("", rest))
    return within


def _of_dimension(geometry: BaseGeometry, dimension: int) -> BaseGeometry:
    """Return the parts of one dimension: where lines and areas touch, points are left over."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    kept = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    if dimension == 1:
        merged: BaseGeometry = shapely.line_merge(MultiLineString(list(kept)))
        return merged
    union: BaseGeometry = shapely.union_all(kept)
    return union


def _rows(
    red_line_id: str, geometry: BaseGeometry, chain: Chain, *, district: str, code: str
) -> list[ChainageRow]:
    parts = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    located = sorted(((*chain.stretch(part), part) for part in parts), key=lambda item: item[:2])
    rows = []
    for start, end, together in _joined(located):
        area_m2 = math.fsum(part.area for part in together)
        length_m = round(end, DECIMALS) - round(start, DECIMALS)
        if length_m <= SAME_STRETCH_M and area_m2 <= SAME_STRETCH_M:
            continue
        rows.append(
            ChainageRow(
                red_line_id=red_line_id,
                district=district,
                from_m=round(start, DECIMALS),
                to_m=round(end, DECIMALS),
                length_m=round(length_m, DECIMALS),
                code=code,
                area_m2=round(area_m2, DECIMALS),
            )
        )
    return rows


def _joined(
    located: Sequence[tuple[float, float, Any]],
) -> list[tuple[float, float, list[Any]]]:
    joined: list[tuple[float, float, list[Any]]] = []
    for start, end, part in located:
        if joined and start <= joined[-1][1] + SAME_STRETCH_M:
            first, last, together = joined[-1]
            joined[-1] = (first, max(last, end), [*together, part])
        else:
            joined.append((start, end, [part]))
    return joined
