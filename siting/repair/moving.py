"""The least movement that frees an outline: exact for shifts, searched for turns.

A shift t puts the outline P on forbidden land F exactly when t lies in the Minkowski sum of F
and -P. P is cut into convex parts; for a convex part C and an edge e of F, e ⊕ -C is the
convex hull of the corners, and F ⊕ -C is the union of these and of F shifted by one point of
C (Lozano-Pérez 1983, Spatial planning: a configuration space approach). What is left of the
disc of allowed shifts is free, and its point nearest to the origin is the least shift.

The sums are only made where they decide: of all shifts that some sums leave free the best is
tried on the land, and the parts that lie on something there bring in their sums. The first
that lies on nothing is the least of all, for it is the least of a larger set.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import polygons_only
from siting.repair.barriers import as_shapes
from siting.repair.bounds import moved_at_least_m
from siting.repair.outline import DECIMALS
from siting.repair.widths import inner_circle

#: Rings of the search for a shift: the radius doubles until something is free, metres.
FIRST_RADIUS_M = 8.0
#: Edges of forbidden land in reach beyond which the outline's hull stands for it.
MOST_EDGES = 6_000
#: Turning sums anew at every angle: with more hulls to make than this no turn is tried.
MOST_HULLS_TURNED = 2_000
#: Parts that bring in their sums at a time, those that lie on most land first.
PARTS_AT_ONCE = 4
#: The widest turn: beyond it another side of the outline would come to face the road, degrees.
WIDEST_TURN_DEG = 45.0
#: Turns tried to each side before the best is refined, and how often its step is halved.
TURNS_EACH_SIDE = 6
HALVINGS = 4
#: A turn has to save this share of the shift's movement to be worth its trouble.
TURN_SAVES = 0.1
#: Land that a freed outline may touch by rounding, m²: a hundredth of the margin's own.
NOISE_M2 = 1e-5
#: Free shifts no larger than this are cracks between sums, metres.
CRACK_M = 0.001
#: How far inside of a smallest distance is known to be blocked for a round reason.
INSCRIBED = 0.99

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Move:
    """A turn about ``(centre_east, centre_north)`` and then a shift.

    ``turned_deg`` is counter-clockwise. ``moved_m`` is the largest movement of a vertex, the
    objective; ``at_least_m`` is proven: no shift (for a turn: no turn and shift) that moves
    every vertex by less frees the outline.
    """

    east_m: float
    north_m: float
    turned_deg: float
    centre_east: float
    centre_north: float
    moved_m: float
    at_least_m: float = 0.0

    @property
    def gap_m(self) -> float:
        """By how much a smaller movement may still be possible, metres."""
        return max(0.0, self.moved_m - self.at_least_m)

    def apply(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a moved shape, in whole millimetres; a shift alone changes no length."""
        moved: BaseGeometry = shapely.transform(
            shape, lambda xy: np.round(self._placed(xy), DECIMALS)
        )
        return moved

    def _placed(self, xy: Floats) -> Floats:
        centre = self.centre_east, self.centre_north
        placed: Floats = turned(xy, self.turned_deg, centre) + np.array([self.east_m, self.north_m])
        return placed


def turned(xy: Floats, degrees: float, centre: tuple[float, float]) -> Floats:
    """Return coordinates turned counter-clockwise about a centre."""
    if not degrees:
        return xy
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    relative = xy - centre
    moved: Floats = relative @ np.array([[cosine, sine], [-sine, cosine]]) + centre
    return moved


def least_shift(
    outline: BaseGeometry,
    forbidden: Geometries,
    reach_m: float,
    *,
    towards: float | None = None,
) -> Move | None:
    """Return the shortest shift after which an outline lies on nothing forbidden.

    Parameters
    ----------
    outline
        A valid polygon or multipolygon.
    forbidden
        Polygons grown by a margin; they may overlap.
    reach_m
        The longest shift that is looked at; None is returned when there is none within it.
    towards
        Only shifts that lead within 45° of this direction (degrees counter-clockwise from
        east): the shortest of them, of which nothing is proven (``at_least_m`` is 0).
    """
    parts = convex_parts(outline)
    radius_m = min(FIRST_RADIUS_M, reach_m)
    while True:
        asked = _asked(radius_m, towards)
        found = _best_shift((outline, parts), forbidden, asked, _shortest)
        if found is not None:
            # rounded away from nothing in particular: the margin is larger
            east, north = (round(value, DECIMALS) for value in found[0])
            moved_m = math.hypot(east, north)
            move = Move(east, north, 0.0, 0.0, 0.0, moved_m, moved_m if found[1] else 0.0)
            if towards is not None:
                return replace(move, at_least_m=0.0)
            return move if found[1] else _proven(move, outline, forbidden)
        if radius_m >= reach_m:
            return None
        radius_m = min(4 * radius_m, reach_m)


def _asked(radius_m: float, towards: float | None = None) -> BaseGeometry:
    """Return the shifts that are asked about: a disc, or the quarter of it in one direction."""
    disc = Point(0, 0).buffer(radius_m, quad_segs=32)
    if towards is None:
        return disc
    sides = np.radians(towards + np.array([-45.0, 0.0, 45.0]))
    far = 2 * radius_m * np.column_stack([np.cos(sides), np.sin(sides)])
    return shapely.intersection(disc, Polygon([(0.0, 0.0), *far]))


def least_turn(
    outline: BaseGeometry, forbidden: Geometries, reach_m: float, shift: Move | None
) -> Move | None:
    """Return the turn and shift of least movement, where turning saves something.

    The objective is the largest movement of a vertex. Turns are tried at even steps on both
    sides, about the centre of the smallest circle around the outline, and the best is refined
    by halving the step; each with the best of its own free shifts. None when no turn tried
    moves the outline by a tenth less than `shift`, or there are too many edges around to try.

    Parameters
    ----------
    outline, forbidden, reach_m
        As for :func:`least_shift`.
    shift
        What :func:`least_shift` gave; None when no shift alone is enough.
    """
    limit_m = reach_m if shift is None else (1 - TURN_SAVES) * shift.moved_m
    parts = convex_parts(outline)
    if len(_edges(_in_reach(outline, forbidden, limit_m))) * len(parts) > MOST_HULLS_TURNED:
        return None
    circle = shapely.minimum_bounding_circle(outline)
    middle, radius_m = circle.centroid, math.sqrt(float(circle.area) / math.pi)
    # a turn alone moves the farthest vertex by 2 r sin(angle / 2): more than this cannot pay
    widest = math.degrees(2 * math.asin(min(1.0, limit_m / (2 * radius_m))))
    step = min(widest, WIDEST_TURN_DEG) / TURNS_EACH_SIDE
    centre = (float(middle.x), float(middle.y))

    def tried(angle: float) -> Move | None:
        whole = (outline, parts)
        return _turn(whole, forbidden, angle, centre=centre, limit_m=limit_m)

    found: Move | None = None
    for number in range(1, TURNS_EACH_SIDE + 1):
        for angle in (number * step, -number * step):
            found = _better(found, tried(angle))
            limit_m = limit_m if found is None else min(limit_m, found.moved_m)
    for _ in range(HALVINGS if found is not None else 0):
        step /= 2
        for angle in (found.turned_deg - step, found.turned_deg + step) if found else ():
            found = _better(found, tried(angle))
    if found is None:
        return None
    return _proven(found, outline, forbidden)


def _proven(move: Move, outline: BaseGeometry, forbidden: Geometries) -> Move:
    least_m = moved_at_least_m(outline, forbidden, move.moved_m)
    return replace(move, at_least_m=min(least_m, move.moved_m))


def _better(known: Move | None, other: Move | None) -> Move | None:
    if known is None or (other is not None and other.moved_m < known.moved_m):
        return other
    return known


def _turn(
    whole: tuple[BaseGeometry, Geometries],
    forbidden: Geometries,
    angle: float,
    *,
    centre: tuple[float, float],
    limit_m: float,
) -> Move | None:
    """Return the least movement of an outline (with its convex parts) at one angle.

    None when it is not under the limit.
    """
    if not angle:
        return None
    at = shapely.transform(whole[0], lambda xy: turned(xy, angle, centre))
    parts = shapely.transform(whole[1], lambda xy: turned(xy, angle, centre))
    corners = shapely.get_coordinates(whole[0])
    drift = turned(corners, angle, centre) - corners

    def farthest(shifts: Floats) -> Floats:
        both = drift[:, None, :] + shifts[None, :, :]
        moved: Floats = np.hypot(both[..., 0], both[..., 1]).max(axis=0)
        return moved

    def choose(free: BaseGeometry) -> Floats | None:
        shifts = _candidates(free)
        moved = farthest(shifts)
        best = int(np.argmin(moved))
        return shifts[best] if moved[best] < limit_m else None

    found = _best_shift((at, parts), forbidden, _asked(limit_m), choose)
    if found is None:
        return None
    east, north = (round(value, DECIMALS) for value in found[0])
    moved_m = float(farthest(np.array([[east, north]]))[0])
    return Move(east, north, angle, *centre, moved_m)


def _candidates(free: BaseGeometry) -> Floats:
    """Return points of the free shifts: the nearest to none, and its edges at even steps."""
    edges = shapely.segmentize(shapely.boundary(free), max(0.05, float(shapely.length(free)) / 400))
    return np.concatenate([_shortest(free)[None, :], shapely.get_coordinates(edges)])


def _shortest(free: BaseGeometry) -> Floats:
    point: Floats = shapely.get_coordinates(shapely.shortest_line(Point(0, 0), free))[-1]
    return point


def _best_shift(
    whole: tuple[BaseGeometry, Geometries],
    forbidden: Geometries,
    asked: BaseGeometry,
    choose: Callable[[BaseGeometry], Floats | None],
) -> tuple[tuple[float, float], bool] | None:
    """Return the free shift that `choose` likes best, and whether the outline itself was used.

    None when none of the shifts asked about is free, or `choose` likes none of them.
    """
    outline, parts = whole
    radius_m = float(np.hypot(*shapely.get_coordinates(asked).T).max())
    land = _in_reach(outline, forbidden, radius_m)
    edges = _edges(land)
    is_exact = len(edges) <= MOST_EDGES
    if not is_exact:
        parts = np.array([shapely.convex_hull(outline)], dtype=object)
    free = shapely.difference(asked, _blocked_at_heart(outline, land))
    is_summed = np.zeros(len(parts), dtype=np.bool_)
    shapely.prepare(land)
    while not (free := _solid(free)).is_empty:
        best = choose(free)
        if best is None:
            return None
        on_it_m2 = shapely.area(shapely.intersection(_shifted(parts, best), land))
        if on_it_m2.max() <= NOISE_M2:
            return (float(best[0]), float(best[1])), is_exact
        worst = np.argsort(np.where(is_summed, 0.0, -on_it_m2), kind="stable")[:PARTS_AT_ONCE]
        worst = worst[(on_it_m2[worst] > NOISE_M2) & ~is_summed[worst]]
        is_summed[worst] = True
        taken = [_sum(part, land, edges, radius_m) for part in parts[worst]]
        if not taken:
            # all that it lies on is summed up: it stands in a crack between two sums
            taken = [Point(best).buffer(CRACK_M)]
        free = shapely.difference(free, shapely.union_all(as_shapes(taken)))
    return None


def _solid(free: BaseGeometry) -> BaseGeometry:
    """Return free shifts without the cracks that rounding leaves between sums."""
    parts = shapely.get_parts(polygons_only(free))
    return polygons_only(shapely.union_all(parts[shapely.area(parts) > CRACK_M**2]))


def _shifted(shapes: Geometries, by: Floats) -> Geometries:
    return shapely.transform(shapes, lambda xy: xy + by)


def _blocked_at_heart(outline: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """Return shifts that are surely blocked: the largest circle inside comes to lie on land.

    Cheap, and in a crowded place nearly the whole answer.
    """
    heart = inner_circle(outline)
    (east, north), _ = shapely.get_coordinates(heart)
    reach = shapely.buffer(land, INSCRIBED * float(shapely.length(heart)), quad_segs=4)
    return shapely.transform(reach, lambda xy: xy - (east, north))


def _in_reach(outline: BaseGeometry, forbidden: Geometries, radius_m: float) -> BaseGeometry:
    """Return the union of what a shift can bring the outline to."""
    near = forbidden[shapely.dwithin(forbidden, outline, radius_m)] if len(forbidden) else forbidden
    west, south, east, north = shapely.bounds(outline)
    margin = radius_m + 1.0
    box = shapely.box(west - margin, south - margin, east + margin, north + margin)
    return polygons_only(shapely.union_all(shapely.intersection(near, box)))


def _edges(land: BaseGeometry) -> Floats:
    """Return the edges of all rings, one row (east, north, east, north) each."""
    rings = shapely.get_rings(shapely.get_parts(land))
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    same = ring_of[1:] == ring_of[:-1]
    edges: Floats = np.concatenate([points[:-1], points[1:]], axis=1)[same]
    return edges


def _sum(part: BaseGeometry, land: BaseGeometry, edges: Floats, radius_m: float) -> BaseGeometry:
    """Return land ⊕ -part, complete within a radius; `part` is convex."""
    corners = shapely.get_coordinates(part)[:-1]
    ends = np.concatenate(
        [edges[:, None, :2] - corners[None], edges[:, None, 2:] - corners[None]], axis=1
    )
    # an edge that stays out of reach needs no hull
    least = ends.min(axis=1) <= radius_m
    most = ends.max(axis=1) >= -radius_m
    ends = ends[(least & most).all(axis=1)]
    hulls = shapely.convex_hull(shapely.multipoints(ends)) if len(ends) else []
    shifted = shapely.transform(land, lambda xy: xy - corners[0])
    return shapely.union_all(as_shapes([*hulls, shifted]))


def convex_parts(outline: BaseGeometry) -> Geometries:
    """Return a polygon as few convex parts: triangles, joined while they stay convex."""
    found: list[BaseGeometry] = []
    for part in shapely.get_parts(outline):
        if _is_convex(part):
            found.append(shapely.convex_hull(part))
            continue
        triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(part))
        found.extend(_joined(sorted(triangles, key=lambda each: (-each.area, each.bounds))))
    return np.array(found, dtype=object)


def _joined(triangles: list[BaseGeometry]) -> list[BaseGeometry]:
    """Join neighbours while their union is convex (Hertel and Mehlhorn 1983, in spirit)."""
    waiting = [triangle for triangle in triangles if triangle.area > 0]
    pieces = []
    while waiting:
        piece, waiting = waiting[0], waiting[1:]
        while waiting:
            near = np.flatnonzero(shapely.intersects(piece, waiting))
            both = shapely.union(piece, np.array(waiting, dtype=object)[near])
            fits = [row for row, union in zip(near, both, strict=True) if _is_convex(union)]
            if not fits:
                break
            piece = shapely.convex_hull(shapely.union(piece, waiting.pop(int(fits[0]))))
        pieces.append(piece)
    return pieces


def _is_convex(shape: BaseGeometry) -> bool:
    if shape.geom_type != "Polygon":
        return False
    hull = shapely.convex_hull(shape)
    return float(shapely.area(hull) - shapely.area(shape)) <= NOISE_M2
