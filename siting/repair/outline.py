"""Outlines fit for survey: no strips, spikes or needless points, to the millimetre.

Every step here only takes land away, but for dents shallower than :data:`FLUSH_M` that are
filled where nothing is forbidden: what keeps clear of a barrier still does afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred, polygons_only
from siting.repair.widths import count_holes

#: Red lines are drawn to the millimetre (精度=0.001 of the red-line TXT).
DECIMALS = 3
#: A point is dropped from a new edge where that costs at most this much land, m²,
SPARE_M2 = 4.0
#: and moves the edge by at most this much, metres: a planner draws straight lines.
SPARE_M = 1.5
#: Steps along an edge smaller than this are drawn flush, metres.
FLUSH_M = 0.05
#: All points dropped from one outline may cost at most this share of it.
SPARE_SHARE = 0.01
#: A new corner sharper than this is blunted, degrees, where its tip is this wide, metres.
SHARP_DEG = 30.0
BLUNT_M = 3.0
#: How many millimetres a point may go to be rounded inwards: in a sharp corner there are few.
ROUNDING_STEPS = 10
#: Points closer than this are one, metres: what 1 mm of rounding may do to two of them.
SAME_POINT_M = 0.002
#: A hole is led out over one of so many nearest edges.
WAYS_OUT = 12
#: A hole smaller than this is no plot of somebody else's, it is a rounding error, m².
SMALLEST_HOLE_M2 = 0.01

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Legal = Callable[[BaseGeometry], bool]
_Point = tuple[float, float]
_Triple = tuple[_Point, _Point, _Point]


def points_at(coordinates: Floats) -> Geometries:
    """Return coordinates as an array of points."""
    made: Geometries = np.asarray(shapely.points(coordinates), dtype=object)
    return made


def ring_of(shape: BaseGeometry) -> Floats:
    """Return the closed outer ring of a polygon, counter-clockwise."""
    outer = shapely.get_exterior_ring(shapely.orient_polygons(shape))
    ring: Floats = shapely.get_coordinates(outer)
    return ring


def together(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the polygons that are not empty as one geometry; empty of none."""
    kept = [part for part in parts if not part.is_empty]
    if not kept:
        return Polygon()
    return kept[0] if len(kept) == 1 else cast("BaseGeometry", shapely.multipolygons(kept))


def largest_part(shape: BaseGeometry) -> BaseGeometry:
    """Return the largest polygon of a geometry; of equal ones the first by position."""
    parts = [part for part in shapely.get_parts(polygons_only(shape)) if not part.is_empty]
    if not parts:
        return Polygon()
    chosen: BaseGeometry = min(parts, key=lambda part: (-round(part.area, 6), part.bounds))
    return chosen


def opened(shape: BaseGeometry, width_m: float) -> BaseGeometry:
    """Return the best connected part of a polygon that is `width_m` wide everywhere.

    Shrunk by half the width with sharp corners, of which the largest part is grown again and
    held within the polygon: strips, necks and spikes below the width go, corners stay corners.
    """
    half_m = width_m / 2
    core = largest_part(mitred(shape, -half_m))
    if core.is_empty:
        return core
    regrown = mitred(core, half_m + SAME_POINT_M)
    return largest_part(shapely.intersection(regrown, shape))


def without_new_holes(shape: BaseGeometry, model: BaseGeometry, width_m: float) -> BaseGeometry:
    """Return a polygon of which each hole that `model` has not is opened to the outside.

    A hole is led straight out over that edge of the outer ring which costs least land; what is
    narrower than `width_m` beside it goes as well. Empty when nothing wide enough is left.
    """
    old = _holes(model)
    for _ in range(count_holes(shape)):
        new = [hole for hole in _holes(shape) if not shapely.intersects(hole, old).any()]
        if not new:
            break
        shape = opened(shapely.difference(shape, _way_out(new[0], shape)), width_m)
    return shape


def _holes(shape: BaseGeometry) -> Geometries:
    parts = shapely.get_parts(shape)
    rings = [part.interiors[row] for part in parts for row in range(count_holes(part))]
    return np.array([Polygon(ring) for ring in rings], dtype=object)


def _way_out(hole: BaseGeometry, shape: BaseGeometry) -> BaseGeometry:
    """Return the land between a hole and that near edge of the outer ring where it is least."""
    ring = ring_of(shape)
    edges = np.stack([ring[:-1], ring[1:]], axis=1)
    away_m = shapely.distance(np.asarray(shapely.linestrings(edges), dtype=object), hole)
    near = np.argsort(np.round(away_m, 6), kind="stable")[:WAYS_OUT]
    start, along = ring[near], ring[near + 1] - ring[near]
    lengths = np.maximum(np.hypot(*along.T), SAME_POINT_M)
    along = along / lengths[:, None]
    corners = shapely.get_coordinates(hole)
    run = ((corners[None] - start[:, None]) * along[:, None]).sum(axis=2)
    run = np.clip(run, 0.0, lengths[:, None])
    out = np.column_stack([along[:, 1], -along[:, 0]])  # the ring runs counter-clockwise
    feet = start[:, None] + run[..., None] * along[:, None] + FLUSH_M * out[:, None]
    both = np.concatenate([feet, np.broadcast_to(corners, feet.shape)], axis=1)
    ways = np.asarray(shapely.convex_hull(shapely.multipoints(both)), dtype=object)
    cost = shapely.area(shapely.intersection(ways, shape))
    chosen: BaseGeometry = ways[int(np.argmin(np.round(cost, 6)))]
    return chosen


def tidied(shape: BaseGeometry, kept: BaseGeometry, is_legal: Legal) -> BaseGeometry:
    """Return a polygon with few points, rounded inwards to the millimetre.

    Parameters
    ----------
    shape
        A polygon that keeps clear of every barrier.
    kept
        The outline whose corners are to stay where they are: the present red line.
    is_legal
        Tells whether a triangle of land may be added.
    """
    corners = shapely.STRtree(points_at(shapely.get_coordinates(kept)))
    spare_m2 = SPARE_SHARE * float(shapely.area(shape))
    rings = []
    for ring in shapely.get_rings(shape):
        points, spare_m2 = _thinned(shapely.get_coordinates(ring)[:-1], corners, is_legal, spare_m2)
        rings.append(points)
    holes = [ring for ring in rings[1:] if _size_m2(ring) > SMALLEST_HOLE_M2]
    thin = Polygon(rings[0], holes)
    drawn = rounded_inwards(blunted(thin if thin.is_valid else shape, corners))
    return _without_stubs(drawn, is_legal)


def _without_stubs(shape: BaseGeometry, is_legal: Legal) -> BaseGeometry:
    """Return a polygon without edges shorter than :data:`FLUSH_M`, where its ends may go.

    An end that turns outwards only gives land up; one that turns inwards takes a triangle.
    """
    ring = ring_of(shape)[:-1]
    holes = shapely.get_rings(shape)[1:]
    while len(ring) > 4:
        lengths = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
        is_short = (lengths < FLUSH_M) | (np.roll(lengths, 1) < FLUSH_M)
        angles = corner_angles(ring)
        stubs = [
            row
            for row in np.flatnonzero(is_short)
            if angles[row] > 0 or is_legal(Polygon(ring[[row - 1, row, (row + 1) % len(ring)]]))
        ]
        if not stubs:
            break
        ring = np.delete(ring, stubs[0], axis=0)
    made = Polygon(ring, holes)
    return made if made.is_valid else shape


def corner_angles(ring: Floats) -> Floats:
    """Return the angle within at each corner of an open counter-clockwise ring, degrees.

    Negative where the ring turns inwards.
    """
    back, ahead = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    cross = ahead[:, 0] * back[:, 1] - ahead[:, 1] * back[:, 0]
    angles: Floats = np.degrees(np.arctan2(cross, (ahead * back).sum(axis=1)))
    return angles


def has_new_spike(shape: BaseGeometry, kept: BaseGeometry) -> bool:
    """True when a corner that `kept` has not is sharper than :data:`SHARP_DEG`."""
    corners = shapely.STRtree(points_at(shapely.get_coordinates(kept)))
    return any(len(_spikes(ring_of(part)[:-1], corners)) for part in shapely.get_parts(shape))


def _spikes(ring: Floats, corners: shapely.STRtree) -> list[int]:
    """Return the rows of an outer ring that are sharp corners and none of the known ones."""
    angles = corner_angles(ring)
    sharp = np.flatnonzero((angles > 0) & (angles < SHARP_DEG))
    return [
        int(row)
        for row in sharp
        if not len(
            corners.query(shapely.Point(ring[row]), predicate="dwithin", distance=SAME_POINT_M)
        )
    ]


def blunted(shape: BaseGeometry, corners: shapely.STRtree) -> BaseGeometry:
    """Return a polygon without the tips of its new corners sharper than :data:`SHARP_DEG`.

    Each is cut off square to its middle where it is :data:`BLUNT_M` wide. `corners` are the
    points of the present red line: what is sharp there is the surveyor's.
    """
    ring = ring_of(shape)[:-1]
    angles, tips = corner_angles(ring), []
    for row in _spikes(ring, corners):
        ways = [ring[row - 1] - ring[row], ring[(row + 1) % len(ring)] - ring[row]]
        sizes = [float(np.hypot(*way)) for way in ways]
        side_m = BLUNT_M / 2 / math.sin(math.radians(float(angles[row]) / 2))
        ends = [
            ring[row] + min(side_m, *sizes) * way / size
            for way, size in zip(ways, sizes, strict=True)
        ]
        tips.append(Polygon([ring[row], *ends]))
    return largest_part(shapely.difference(shape, shapely.union_all(tips))) if tips else shape


def _size_m2(points: Floats) -> float:
    return abs(float(shapely.area(Polygon(points)))) if len(points) > 2 else 0.0


def _thinned(
    points: Floats, corners: shapely.STRtree, is_legal: Legal, spare_m2: float
) -> tuple[Floats, float]:
    """Drop points of a ring, the cheapest first, while the land that costs can be spared."""
    ring: list[_Point] = [(float(east), float(north)) for east, north in points]
    costs: dict[_Triple, tuple[float, float]] = {}
    refused: set[_Triple] = set()
    while len(ring) > 3:
        triples = list(zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True))
        costs.update((each, _cost(*each)) for each in triples if each not in costs)
        waiting = [
            (costs[each], index, each)
            for index, each in enumerate(triples)
            if each not in refused and _is_cheap(costs[each], spare_m2)
        ]
        gone = next((each for each in sorted(waiting) if _may_go(each, corners, is_legal)), None)
        if gone is None:
            break
        # what was asked before it in this round is refused for good
        refused.update(each[2] for each in waiting if each < gone)
        spare_m2 -= gone[0][0]
        del ring[gone[1]]
    return np.array(ring), spare_m2


def _is_cheap(cost: tuple[float, float], spare_m2: float) -> bool:
    area_m2, height_m = cost
    return height_m <= SPARE_M and (area_m2 <= min(SPARE_M2, spare_m2) or height_m <= FLUSH_M)


def _cost(before: _Point, at: _Point, after: _Point) -> tuple[float, float]:
    """Return the triangle that dropping a point costs, m², and its height over the new edge, m."""
    cross = (at[0] - before[0]) * (after[1] - before[1]) - (at[1] - before[1]) * (
        after[0] - before[0]
    )
    base_m = math.dist(before, after)
    return abs(cross) / 2, abs(cross) / base_m if base_m > SAME_POINT_M else math.dist(before, at)


def _may_go(
    waiting: tuple[tuple[float, float], int, _Triple], corners: shapely.STRtree, is_legal: Legal
) -> bool:
    """True when a point may be dropped; a corner of the red line only where it makes no corner."""
    (area_m2, height_m), _, triple = waiting
    if height_m > FLUSH_M:
        at = shapely.Point(triple[1])
        if len(corners.query(at, predicate="dwithin", distance=SAME_POINT_M)):
            return False
    # a point on a straight line costs nothing; else ask about the land, whichever way it turns
    return area_m2 == 0.0 or is_legal(Polygon(triple))


def rounded_inwards(shape: BaseGeometry) -> BaseGeometry:
    """Return a polygon with coordinates of whole millimetres, none of its edges outside of it.

    A point on whole millimetres stays. Any other goes to the nearest one that lies on the
    inner side of both its edges (a corner of a degree or less may have none within a
    centimetre): then the new edges lie on the inner side of the old ones, also where the
    outline turns inwards.
    """
    # outer rings counter-clockwise and holes clockwise: land lies on the left of every edge
    turned = shapely.get_rings(shapely.orient_polygons(shape))
    rings = [_without_doubles(_rounded(shapely.get_coordinates(each)[:-1])) for each in turned]
    if len(rings[0]) < 3:
        return Polygon()
    made = Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 2])
    if made.is_valid:
        return made
    # where a spike crossed its own foot the crossing is no whole millimetre: half of one is spare
    whole = largest_part(shapely.make_valid(made))
    return largest_part(shapely.set_precision(whole, 10.0**-DECIMALS))


def _rounded(points: Floats) -> Floats:
    """Round a ring that has its land on the left."""
    step = 10.0**DECIMALS
    found = np.round(points, DECIMALS)
    before = points - np.roll(points, 1, axis=0)
    after = np.roll(points, -1, axis=0) - points
    offsets = np.arange(1 - ROUNDING_STEPS, ROUNDING_STEPS + 1)
    around = np.stack(np.meshgrid(offsets, offsets), axis=-1).reshape(-1, 2)
    for row in np.flatnonzero(np.abs(found - points).max(axis=1) > 1e-9):
        nearby = (np.floor(points[row] * step) + around) / step
        way = nearby - points[row]
        order = np.argsort(np.hypot(*way.T), kind="stable")
        left = [e[0] * way[:, 1] - e[1] * way[:, 0] >= 0 for e in (before[row], after[row])]
        inside = (left[0] & left[1])[order]
        nearest = order[np.argmax(inside)] if inside.any() else order[0]
        found[row] = np.round(nearby[nearest], DECIMALS)
    return found


def _without_doubles(points: Floats) -> Floats:
    if len(points) < 2:
        return points
    return points[np.any(points != np.roll(points, 1, axis=0), axis=1)]


def like(shape: BaseGeometry, model: BaseGeometry) -> BaseGeometry:
    """Return polygons drawn as `model` is: the same turn of the rings, the same first point.

    The first point is that of the model's ring where it is still a corner, else the first of
    the model's corners that is; a new ring begins at its most western point.
    """
    first = shapely.get_coordinates(model)
    exterior = shapely.get_exterior_ring(shapely.get_parts(model)[0])
    is_ccw = bool(shapely.is_ccw(exterior))
    parts = [_drawn(part, first, is_ccw=is_ccw) for part in shapely.get_parts(shape)]
    return together(parts)


def _drawn(part: BaseGeometry, corners: Floats, *, is_ccw: bool) -> Polygon:
    rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(part)]
    turned = []
    for number, points in enumerate(rings):
        wants_ccw = is_ccw if number == 0 else not is_ccw
        is_now = bool(shapely.is_ccw(shapely.linearrings(points)))
        ordered = points if is_now == wants_ccw else points[::-1]
        turned.append(np.roll(ordered, -_start(ordered, corners), axis=0))
    return Polygon(turned[0], turned[1:])


def _start(points: Floats, corners: Floats) -> int:
    for corner in corners:
        near = np.flatnonzero(np.hypot(*(points - corner).T) <= SAME_POINT_M)
        if len(near):
            return int(near[0])
    return int(np.lexsort((points[:, 1], points[:, 0]))[0])
