"""Land taken beside what a cut has left: by one edge, or on all sides at once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred, polygons_only
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.repair.cutting import TOUCH_WIDTH_M, Want, with_berth
from siting.repair.outline import (
    DECIMALS,
    largest_part,
    opened,
    points_at,
    ring_of,
    tidied,
    together,
)

#: An extension reaches out at most by this share of the outline's own depth behind the edge,
DEEPEST_SHARE = 1.0
#: and by this share of the edge's length: what is deeper is a bump, no edge moved.
BUMP_SHARE = 0.5
#: Slits up to this width between old and new land are filled, metres.
SEAM_M = 0.5
#: What an extension may lack of the area it was made for, m².
SHORT_M2 = 0.5
#: Growing on all sides: how often the depth is halved, the berth that gives the new edge few
#: points, metres, and how many new points are too many.
HALVINGS = 14
BERTH_M = 1.0
MOST_POINTS = 16

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


def extensions(rest: BaseGeometry, closed: Geometries, want: Want, goal_m2: float) -> Geometries:
    """Return what is left after a cut, with one of its edges moved out parallel to itself.

    Each edge at least as long as the wanted width is moved out until the area is `goal_m2`,
    where the strip it sweeps is free; the flattest strips come first.

    Parameters
    ----------
    rest
        One polygon that keeps clear of every barrier.
    closed
        Land that may not be taken: barriers, other red lines, parcels not on offer.
    want
        The width, and the area that the result must have.
    goal_m2
        The area that is aimed at.
    """
    missing_m2 = goal_m2 - float(shapely.area(rest))
    if missing_m2 <= SHORT_M2 or rest.geom_type != "Polygon":
        return np.array([], dtype=object)
    ring, inner = ring_of(rest), _inner(rest, closed)
    found = []
    for number in range(len(ring) - 1):
        strip = _strip(ring, number, missing_m2)
        depth_m = math.sqrt(float(shapely.area(rest)))
        if strip is None or strip[2] < want.width_m:
            continue
        if strip[1] > min(DEEPEST_SHARE * depth_m, BUMP_SHARE * strip[2]):
            continue
        if shapely.area(shapely.intersection(strip[0], rest)) > SHORT_M2:
            continue
        if any(shapely.area(shapely.intersection(strip[0], _met(inner, strip[0]))) > 0.0):
            continue
        found.append((round(strip[1], 6), number, strip[0]))
    grown = [
        _merged(rest, strip, inner) for _, _, strip in sorted(found, key=lambda each: each[:2])
    ]
    fitting = [shape for shape in grown if not shape.is_empty and want.fits(shape)]
    return np.array(fitting, dtype=object)


def _inner(rest: BaseGeometry, closed: Geometries) -> Geometries:
    """Return closed land near by less the margin by which a neighbour only touches."""
    reach_m = (1 + DEEPEST_SHARE) * math.sqrt(float(shapely.area(rest)))
    west, south, east, north = rest.bounds
    box = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    met = shapely.intersection(closed[shapely.intersects(closed, box)], box)
    inner: Geometries = mitred(met, -TOUCH_WIDTH_M)
    return inner


def _met(inner: Geometries, strip: BaseGeometry) -> Geometries:
    return inner[shapely.intersects(inner, strip)]


def _strip(ring: Floats, number: int, area_m2: float) -> tuple[BaseGeometry, float, float] | None:
    """Return the strip that an edge sweeps outwards, its depth and the edge's length, metres.

    The strip's short sides run on from the neighbouring edges where those fan out by less
    than 45° from square, else square to the edge.
    """
    start, end = ring[number], ring[number + 1]
    before, after = ring[number - 1 if number else -2], ring[(number + 2) % (len(ring) - 1)]
    along = end - start
    length_m = float(np.hypot(*along))
    if not length_m:
        return None
    along = along / length_m
    out = np.array([along[1], -along[0]])  # the ring runs counter-clockwise
    lean = _lean(start - before, along, out), -_lean(end - after, -along, out)
    # area = length·depth + (lean_end - lean_start)·depth²/2
    fan = lean[1] - lean[0]
    root = length_m**2 + 2 * fan * area_m2
    if root <= 0:
        return None
    depth_m = 2 * area_m2 / (length_m + math.sqrt(root))
    corners = [
        start,
        start + depth_m * (out + lean[0] * along),
        end + depth_m * (out + lean[1] * along),
        end,
    ]
    strip = Polygon(np.round(corners, DECIMALS))
    return (strip, depth_m, length_m) if strip.is_valid else None


def _lean(side: Floats, along: Floats, out: Floats) -> float:
    """Return how far a neighbouring edge, run on outwards, leans along the edge; 0 if too far."""
    rise = float(side @ out)
    sideways = float(side @ along)
    return sideways / rise if rise > abs(sideways) else 0.0


def _seamless(shape: BaseGeometry, inner: Geometries) -> BaseGeometry:
    """Return polygons with slits up to a seam's width filled, where the land in them is free."""
    filled = mitred(mitred(shape, SEAM_M / 2), -SEAM_M / 2)
    slits = shapely.get_parts(polygons_only(shapely.difference(filled, shape)))
    met = shapely.area(shapely.intersection(slits, shapely.union_all(inner)))
    return polygons_only(shapely.union_all([shape, *slits[met <= TOUCH_AREA_M2 / 10]]))


def _merged(rest: BaseGeometry, strip: BaseGeometry, inner: Geometries) -> BaseGeometry:
    both = _seamless(polygons_only(shapely.union(rest, strip)), inner)
    whole = largest_part(both)
    if shapely.area(both) - shapely.area(whole) > SHORT_M2:
        return Polygon()
    closed = mitred(mitred(whole, 0.005), -0.005)
    return tidied(largest_part(closed), rest, lambda land: bool(shapely.covers(whole, land)))


def grown_around(
    rest: BaseGeometry, closed: Geometries, want: Want, goal_m2: float
) -> BaseGeometry:
    """Return what a cut has left, grown on all free sides by one depth until an area is reached.

    The depth is found by halving; what the growth makes narrow goes again. Empty where the free
    land around does not suffice, or the new edge would have too many points.

    Parameters
    ----------
    rest, closed, want, goal_m2
        As for :func:`extensions`.
    """
    if goal_m2 - float(shapely.area(rest)) <= SHORT_M2:
        return Polygon()
    if rest.geom_type != "Polygon":
        return _largest_grown(rest, closed, want, goal_m2)
    kept_off = with_berth(shapely.union_all(_inner(rest, closed)), BERTH_M)
    kept_off = mitred(polygons_only(shapely.difference(kept_off, rest)), TOUCH_WIDTH_M)
    kept_off = shapely.difference(kept_off, rest)
    low, high = 0.0, math.sqrt(float(shapely.area(rest)))
    best: BaseGeometry = Polygon()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        made = _grown(rest, kept_off, middle, want)
        if float(shapely.area(made)) > goal_m2:
            high = middle
        else:
            low, best = middle, made
    if best.is_empty or not want.fits(best) or shapely.area(best) <= shapely.area(rest) + SHORT_M2:
        return Polygon()
    drawn = tidied(best, rest, lambda land: _is_off(land, kept_off))
    corners = shapely.STRtree(points_at(shapely.get_coordinates(rest)))
    points = points_at(shapely.get_coordinates(drawn))
    old = corners.query(points, predicate="dwithin", distance=0.002)[0]
    return drawn if len(points) - len(set(old.tolist())) <= MOST_POINTS else Polygon()


def _largest_grown(
    rest: BaseGeometry, closed: Geometries, want: Want, goal_m2: float
) -> BaseGeometry:
    """Return several parts, the largest grown so that all together have the area."""
    largest = largest_part(rest)
    others = [part for part in shapely.get_parts(rest) if not shapely.equals(part, largest)]
    others_m2 = float(shapely.area(others).sum())
    low, high = want.area_m2_min - others_m2, want.area_m2_max - others_m2
    own = replace(want, area_m2_min=max(0.0, low), area_m2_max=high)
    # wider than a seam apart, or two parts would only touch
    apart = mitred(np.array(others, dtype=object), want.width_m / 2)
    grown = grown_around(
        largest, np.array([*closed, *apart], dtype=object), own, goal_m2 - others_m2
    )
    return Polygon() if grown.is_empty else together([*others, grown])


def _is_off(land: BaseGeometry, kept_off: BaseGeometry) -> bool:
    if not land.is_valid:
        return False
    return float(shapely.area(shapely.intersection(land, kept_off))) <= TOUCH_AREA_M2 / 10


def _grown(rest: BaseGeometry, kept_off: BaseGeometry, depth_m: float, want: Want) -> BaseGeometry:
    whole = shapely.difference(mitred(rest, depth_m), kept_off)
    return opened(largest_part(shapely.union(whole, rest)), want.width_m)
