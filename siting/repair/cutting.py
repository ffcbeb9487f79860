"""Cutting: the outline without what rules forbid, and the same with land added beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred, polygons_only
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.repair.barriers import SAFETY_M, as_shapes
from siting.repair.moving import Move
from siting.repair.outline import (
    DECIMALS,
    largest_part,
    opened,
    points_at,
    tidied,
    together,
    without_new_holes,
)
from siting.repair.widths import compactness, count_holes

#: Areas of red lines are stated to 0.0001 公顷: by less nothing falls short, m².
STATED_M2 = 1.0
#: Barriers are grown by 1 cm: what overlaps an outline by hardly more only touches it, metres.
TOUCH_WIDTH_M = SAFETY_M + 0.002
#: A bite reaches this much beyond the overlap, so that the cut runs clear of its ends, metres.
BITE_MARGIN_M = 0.5
#: How wide a berth a barrier with many bends is given, the least first, metres; what that may
#: cost of the land left, and how many new points are few enough.
BERTHS_M = (0.0, 0.25, 0.5, 1.0, 2.0)
BERTH_SHARE = 0.01
FEW_POINTS = 6
#: Directions and rings in which a shift before a cut is looked for.
COMPASS = 24
RINGS = 8
#: What takes the present outline's place has this share of its compactness (after a shift and a
#: cut, and no new hole either).
AS_COMPACT = 0.7
#: How often the shift found is halved to draw it back.
HALVINGS = 4

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Want:
    """What a corrected outline has to have: area between the ends (m²), width (m).

    No part is narrower than ``width_m``; what is left beside a cut has ``cut_width_m``, which
    is more where the present red line is narrow somewhere else.
    """

    area_m2_min: float
    area_m2_max: float
    width_m: float
    cut_width_m: float

    def fits(self, shape: BaseGeometry) -> bool:
        """True when the area lies within the range, to the last digit that is stated."""
        area_m2 = float(shapely.area(shape))
        return self.area_m2_min - STATED_M2 <= area_m2 <= self.area_m2_max + STATED_M2


def bites(outline: BaseGeometry, forbidden: Geometries) -> BaseGeometry:
    """Return what has to be taken out of an outline: forbidden land where it really overlaps.

    Where a forbidden shape only touches with its margin, as a neighbour does along a shared
    edge, it is left out, so that the edge stays as it is drawn.
    """
    if not len(forbidden):
        return Polygon()
    near = forbidden[shapely.intersects(forbidden, outline)]
    overlaps = shapely.intersection(mitred(near, -TOUCH_WIDTH_M), outline)
    is_real = shapely.area(overlaps) > TOUCH_AREA_M2
    around = mitred(overlaps[is_real], BITE_MARGIN_M)
    return polygons_only(shapely.union_all(shapely.intersection(near[is_real], around)))


def cut(outline: BaseGeometry, forbidden: Geometries, want: Want) -> BaseGeometry:
    """Return the outline without forbidden land: wide enough, few points, whole millimetres.

    Of each part of the outline the best connected piece is kept; parts of which nothing wide
    enough is left are dropped. Empty when none is left.

    Parameters
    ----------
    outline
        A valid polygon or multipolygon.
    forbidden
        Polygons grown by a margin.
    want
        Its width is kept; its area is not looked at.
    """
    barrier = bites(outline, forbidden)
    parts = shapely.get_parts(outline)
    is_met = shapely.intersects(barrier, parts)
    kept = [_part_cut(part, barrier, outline, want) for part in parts[is_met]]
    return together([*parts[~is_met], *kept])


def _part_cut(
    part: BaseGeometry, barrier: BaseGeometry, outline: BaseGeometry, want: Want
) -> BaseGeometry:
    """Return one part without the barrier, along as straight lines as the land allows.

    A barrier with many bends is given a wider berth until the new edge has few points, while
    that costs little land.
    """
    best: BaseGeometry = Polygon()
    corners = points_at(shapely.get_coordinates(outline))
    for berth_m in BERTHS_M:
        bite = with_berth(barrier, berth_m)
        rest = opened(shapely.difference(part, bite), want.width_m)
        rest = _without_strips(rest, bite, want.cut_width_m)
        rest = without_new_holes(rest, part, want.width_m)
        if rest.is_empty:
            break
        made = tidied(rest, outline, partial(is_free, barrier=bite, within=outline))
        if best.is_empty:
            best = made
        if made.area < (1 - BERTH_SHARE) * best.area or made.is_empty:
            break
        points = points_at(shapely.get_coordinates(made))
        if len(points) <= len(shapely.get_coordinates(best)):
            best = made
        is_new = shapely.STRtree(corners).query(points, predicate="dwithin", distance=0.002)[0]
        if len(points) - len(set(is_new.tolist())) <= FEW_POINTS:
            break
    return best


def _without_strips(rest: BaseGeometry, bite: BaseGeometry, width_m: float) -> BaseGeometry:
    """Drop what a bite leaves narrow beside itself; what was narrow elsewhere stays.

    So the rim between a bite and an edge goes even where the red line has a narrow arm.
    """
    wide = mitred(mitred(rest, -width_m / 2), width_m / 2 + SAFETY_M)
    narrow = shapely.get_parts(polygons_only(shapely.difference(rest, wide)))
    beside = narrow[shapely.dwithin(narrow, bite, SAFETY_M) & (shapely.area(narrow) > STATED_M2)]
    if not len(beside):
        return rest
    return largest_part(shapely.difference(rest, shapely.union_all(beside)))


def with_berth(barrier: BaseGeometry, berth_m: float) -> BaseGeometry:
    """Return a barrier with its bends drawn straight, nowhere less than it was."""
    if not berth_m:
        return barrier
    wider = mitred(barrier, berth_m, limit=2.0)
    return shapely.union(shapely.simplify(wider, berth_m), barrier)


def is_free(land: BaseGeometry, barrier: BaseGeometry, within: BaseGeometry) -> bool:
    """True when a triangle lies on nothing forbidden and within the red line's own land."""
    if not land.is_valid:
        return False
    outside_m2 = float(shapely.area(shapely.difference(land, within)))
    return outside_m2 <= TOUCH_AREA_M2 / 10 and (
        float(shapely.area(shapely.intersection(land, barrier))) <= TOUCH_AREA_M2 / 10
    )


def shift_then_cut(
    outline: BaseGeometry, closed: Geometries, want: Want, reach_m: float
) -> tuple[Move, BaseGeometry] | None:
    """Return the shortest tried shift after which a cut leaves enough land, with that land.

    Shifts are tried on rings around the present place, the nearest first, in even directions;
    the best is drawn back by halving. So it is the least of those tried, no proven minimum.

    Parameters
    ----------
    outline, want
        As for :func:`cut`.
    closed
        What land that is taken anew must keep clear of.
    reach_m
        The longest shift tried.
    """
    west, south, east, north = shapely.bounds(outline)
    box = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    closed = shapely.intersection(closed[shapely.intersects(closed, box)], box)
    barrier = shapely.union_all(closed)
    shapely.prepare(barrier)
    angles = np.linspace(0, 2 * math.pi, COMPASS, endpoint=False)
    steps = np.column_stack([np.cos(angles), np.sin(angles)])
    for ring in range(1, RINGS + 1):
        radius_m = reach_m * (ring / RINGS) ** 2
        shifts = np.round(radius_m * steps, DECIMALS)
        moved = as_shapes(_shifted(outline, by) for by in shifts)
        left_m2 = shapely.area(shapely.difference(moved, barrier))
        for row in np.argsort(-left_m2, kind="stable"):
            if left_m2[row] < want.area_m2_min:
                break
            found = shift_and_cut(outline, closed, want, shifts[row])
            if found is not None:
                return _drawn_back(outline, closed, want, found)
    return None


def _shifted(outline: BaseGeometry, by: Floats) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(outline, lambda xy: xy + by)
    return moved


def shift_and_cut(
    outline: BaseGeometry, closed: Geometries, want: Want, by: Floats
) -> tuple[Move, BaseGeometry] | None:
    """Return one shift and what a cut leaves after it; None where that is no fit outline."""
    move = Move(float(by[0]), float(by[1]), 0.0, 0.0, 0.0, float(np.hypot(*by)))
    rest = cut(move.apply(outline), closed, want)
    is_good = (
        want.fits(rest)
        and count_holes(rest) <= count_holes(outline)
        and compactness(rest) >= AS_COMPACT * compactness(outline)
    )
    return (move, rest) if is_good else None


def _drawn_back(
    outline: BaseGeometry, closed: Geometries, want: Want, found: tuple[Move, BaseGeometry]
) -> tuple[Move, BaseGeometry]:
    low, high = 0.0, 1.0
    end = np.array([found[0].east_m, found[0].north_m])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        nearer = shift_and_cut(outline, closed, want, np.round(middle * end, DECIMALS))
        if nearer is None:
            low = middle
        else:
            found, high = nearer, middle
    return found
