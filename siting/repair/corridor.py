"""A linear project's way around: the shortest local deviation of the same width.

A corridor polygon is read as its centre line and width; where that does not give the
polygon back, it is no corridor of constant width and nothing is deviated. The centre of the
corridor must keep half its width from what is forbidden, so obstacles are grown by that,
with sharp corners; the shortest way between two points of the line then runs straight from
corner to corner of them (the visibility graph), within a band around the line.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred
from siting.repair.outline import DECIMALS, points_at

#: A centre line and a width are taken for a corridor when they give back all of it but this.
SAME_SHARE = 0.01
#: The band is so many widths to each side of the line, but at least so wide, metres.
BAND_WIDTHS = 6.0
LEAST_BAND_M = 60.0
#: The deviation leaves the line so many widths before what is in its way, the nearest first.
LEADS = (2.0, 4.0, 8.0, 16.0)
#: of a line without width so many times this, metres.
LEAD_OF_A_LINE_M = 10.0
#: A way is straight edges; the first that bends no more than the one is taken, else the one
#: that bends least, but none that bends more than the other, degrees.
SMOOTH_BEND_DEG = 30.0
SHARPEST_BEND_DEG = 60.0
#: Corners of obstacles that a visibility graph may have.
MOST_CORNERS = 250
#: Obstacles are drawn with so few corners that the way has few bends, metres.
OBSTACLE_STEP_M = 0.5

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Corridor:
    """A corridor of constant width: its centre line and width in metres (0: a bare line)."""

    centre: LineString
    width_m: float

    def drawn(self, centre: LineString) -> BaseGeometry:
        """Return the corridor along another centre line, in whole millimetres."""
        if not self.width_m:
            return shapely.transform(centre, lambda xy: np.round(xy, DECIMALS))
        band = shapely.buffer(
            centre, self.width_m / 2, cap_style="flat", join_style="mitre", mitre_limit=10.0
        )
        rounded: BaseGeometry = shapely.transform(band, lambda xy: np.round(xy, DECIMALS))
        return rounded


@dataclass(frozen=True, eq=False, slots=True)
class Detour:
    """A corridor that leaves the present line between two chainages, metres.

    ``off_m`` is how far it runs from the line at most, ``longer_m`` by how much the line
    grows, ``bend_deg`` its sharpest bend.
    """

    shape: BaseGeometry
    from_m: float
    to_m: float
    off_m: float
    longer_m: float
    bend_deg: float


def corridor_of(geometry: BaseGeometry) -> Corridor | None:
    """Return the centre line and width of a line or of a corridor polygon.

    A polygon's ring is read as one side there and the other side back: for each place where
    the ends may be, the middles of opposite corners are a centre line, which has to give the
    polygon back. None when none does.
    """
    if geometry.geom_type == "LineString":
        return Corridor(LineString(shapely.get_coordinates(geometry)), 0.0)
    if geometry.geom_type != "Polygon" or len(shapely.get_rings(geometry)) > 1:
        return None
    ring = shapely.get_coordinates(geometry)[:-1]
    count = len(ring)
    if count < 4 or count % 2:
        return None
    best: tuple[float, Corridor] | None = None
    for start in range(count // 2):
        turned = np.roll(ring, -start, axis=0)
        centre = LineString((turned[: count // 2] + turned[count // 2 :][::-1]) / 2)
        if not centre.length:
            continue
        made = Corridor(centre, float(geometry.area) / centre.length)
        again = shapely.buffer(
            centre, made.width_m / 2, cap_style="flat", join_style="mitre", mitre_limit=10.0
        )
        missed = float(shapely.area(shapely.symmetric_difference(again, geometry)))
        is_longer = made.width_m <= centre.length
        if is_longer and (best is None or missed < best[0]):
            best = (missed, made)
    if best is None or best[0] > SAME_SHARE * geometry.area:
        return None
    return best[1]


def band_m(corridor: Corridor) -> float:
    """Return how far a deviation may run from the line, unless the user says."""
    return max(LEAST_BAND_M, BAND_WIDTHS * corridor.width_m)


def detour(
    corridor: Corridor,
    forbidden: Geometries,
    closed: Geometries,
    reach_m: float,
    *,
    side: float = 0.0,
) -> Detour | None:
    """Return the shortest deviation around what is forbidden, or None within the band.

    Parameters
    ----------
    corridor
        The present corridor.
    forbidden
        What rules forbid, grown by a margin: what the present line meets of it is bypassed.
    closed
        All that the deviation must keep clear of.
    reach_m
        Half the width of the band.
    side
        1: only to the left of the line, -1: only to its right, 0: where it is shortest.
    """
    half_m = corridor.width_m / 2
    centre = corridor.centre
    met = forbidden[shapely.dwithin(forbidden, centre, half_m)] if len(forbidden) else forbidden
    hit = shapely.intersection(_kept_off(met, half_m, centre, reach_m), centre)
    if hit.is_empty:
        return None
    obstacles = _kept_off(closed, half_m, centre, reach_m)
    if side:
        wrong = shapely.buffer(centre, -side * (reach_m + half_m), single_sided=True)
        obstacles = shapely.union(obstacles, mitred(wrong, -OBSTACLE_STEP_M))
    along = shapely.line_locate_point(centre, points_at(shapely.get_coordinates(hit)))
    found: list[Detour] = []
    for lead in LEADS:
        lead_m = lead * (corridor.width_m or LEAD_OF_A_LINE_M)
        start, end = max(0.0, float(along.min()) - lead_m), float(along.max()) + lead_m
        end = min(end, centre.length)
        way = _way(centre, (start, end), obstacles, reach_m)
        if way is None:
            continue
        made = _made(corridor, way, start, end)
        if made is not None and made.bend_deg <= SMOOTH_BEND_DEG:
            return made
        found += [] if made is None else [made]
    return min(found, key=lambda each: round(each.bend_deg, 6), default=None)


def _kept_off(
    shapes: Geometries, half_m: float, centre: LineString, reach_m: float
) -> BaseGeometry:
    """Return what the centre line must stay out of, near the band."""
    around = shapely.buffer(centre, reach_m + half_m + 1.0)
    near = shapely.intersection(shapes[shapely.intersects(shapes, around)], around)
    land = shapely.union_all(near)
    grown = mitred(land, half_m + OBSTACLE_STEP_M, limit=2.0)
    return shapely.simplify(grown, OBSTACLE_STEP_M / 2)


def _way(
    centre: LineString, between: tuple[float, float], obstacles: BaseGeometry, reach_m: float
) -> LineString | None:
    """Return the shortest way between two chainages outside the obstacles, within the band."""
    ends = [centre.interpolate(each) for each in between]
    shapely.prepare(obstacles)
    if any(shapely.contains_properly(obstacles, point) for point in ends):
        return None
    band = shapely.buffer(centre, reach_m)
    corners = points_at(shapely.get_coordinates(obstacles))
    corners = corners[shapely.intersects(band, corners)]
    if len(corners) > MOST_CORNERS:
        return None
    nodes = np.array([*ends, *corners], dtype=object)
    return _shortest(nodes, obstacles, band)


def _shortest(nodes: Geometries, obstacles: BaseGeometry, band: BaseGeometry) -> LineString | None:
    """Return the shortest path from the first node to the second over edges that are free."""
    pairs = np.array(list(itertools.combinations(range(len(nodes)), 2)))
    xy = shapely.get_coordinates(nodes)
    ends = np.stack([xy[pairs[:, 0]], xy[pairs[:, 1]]], axis=1)
    edges = np.asarray(shapely.linestrings(ends), dtype=object)
    # on the rim of an obstacle is free: only its inside is not
    inner = mitred(obstacles, -0.001)
    shapely.prepare(inner)
    is_free = ~shapely.intersects(inner, edges) & shapely.covers(band, edges)
    near: dict[int, list[tuple[int, float]]] = {}
    for (one, other), length in zip(pairs[is_free], shapely.length(edges[is_free]), strict=True):
        near.setdefault(int(one), []).append((int(other), float(length)))
        near.setdefault(int(other), []).append((int(one), float(length)))
    heap: list[tuple[float, tuple[int, ...]]] = [(0.0, (0,))]
    done: set[int] = set()
    while heap:
        length, path = heapq.heappop(heap)
        if path[-1] == 1:
            return LineString(xy[list(path)])
        if path[-1] in done:
            continue
        done.add(path[-1])
        for other, step in near.get(path[-1], ()):
            if other not in done:
                heapq.heappush(heap, (length + step, (*path, other)))
    return None


def _made(corridor: Corridor, way: LineString, start: float, end: float) -> Detour | None:
    """Return the whole corridor with the way in it; None when that bends too sharply."""
    centre = corridor.centre
    along = shapely.line_locate_point(centre, points_at(shapely.get_coordinates(centre)))
    points = shapely.get_coordinates(centre)
    line = np.concatenate(
        [points[along < start - 0.01], shapely.get_coordinates(way), points[along > end + 0.01]]
    )
    bend = _sharpest_bend(line)
    whole = LineString(line)
    shape = corridor.drawn(whole)
    if bend > SHARPEST_BEND_DEG or not whole.is_simple or not shape.is_valid:
        return None
    off_m = float(shapely.distance(points_at(line), centre).max())
    return Detour(shape, start, end, off_m, whole.length - centre.length, bend)


def _sharpest_bend(line: Floats) -> float:
    steps = np.diff(line, axis=0)
    headings = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    bends = np.abs((np.diff(headings) + 180.0) % 360.0 - 180.0)
    return float(bends.max(initial=0.0))


def chainage(metres: float) -> str:
    """Return a chainage as surveyors write it: K1+250."""
    whole = math.floor(metres)
    return f"K{whole // 1000}+{whole % 1000:03d}"
