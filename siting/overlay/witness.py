"""The witnesses of an overlap area, and what becomes of a disagreement.

GEOS's float overlay, its overlay on a 1e-6 m grid, and DE-9IM beside the kernel's area with
its proven bound. GEOS returns wrong overlays without a word where edges nearly coincide, its
two precisions seldom the same wrong one, and the kernel builds no geometry at all: where they
disagree exact rational arithmetic decides. Nothing is picked silently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.overlay.exact import exact_overlap_area_m2
from siting.overlay.polygons import windows

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]

#: Grid of the second opinion, metres: 1e-3 is up to 1.7 m² off on polygons of 50,000
#: vertices, 1e-6 only 5e-4 m².
WITNESS_GRID_M = 1e-6
#: Two ways of computing an area may differ by this much, or by this share, unremarked.
WITNESS_TOLERANCE_M2 = 0.01
WITNESS_TOLERANCE_SHARE = 1e-6
#: The oracle rounds once, at the end: half a unit in the last place.
ORACLE_ROUNDING = 2.0**-53


@dataclass(frozen=True, eq=False, slots=True)
class Testimony:
    """What became of each pair: its area and bound, and whether the ways had disagreed.

    ``is_kernel_wrong`` marks a defect: an exact area outside the kernel's proven interval.
    """

    area_m2: Floats
    bound_m2: Floats
    is_disputed: NDArray[np.bool_]
    is_kernel_wrong: NDArray[np.bool_]


def hear(
    shapes: tuple[Geometries, Geometries],
    measured: tuple[Floats, Floats],
    *,
    limits_m2: tuple[float, ...],
    is_bulk: bool = False,
) -> Testimony:
    """Return the settled areas of pairs that the kernel has measured.

    Parameters
    ----------
    shapes
        The left and the right polygon of each pair.
    measured
        The kernel's area of each pair, and its bound, m².
    limits_m2
        Areas at which something is decided: a pair that cannot be told from one is settled
        exactly too, though nobody disagrees.
    is_bulk
        Show GEOS of large polygons only what lies near the other one of the pair, and the
        whole where it then disagrees. For what is not shown to anybody.
    """
    areas, bounds = (column.copy() for column in measured)
    is_disputed = np.ones(len(areas), dtype=bool)
    if is_bulk:
        near = windows(shapes[0], shapes[1]), windows(shapes[1], shapes[0])
        is_disputed = are_disputed(near, areas, bounds)
    unsure = shapes[0][is_disputed], shapes[1][is_disputed]
    is_disputed[is_disputed] = are_disputed(unsure, areas[is_disputed], bounds[is_disputed])
    is_wrong = np.zeros(len(areas), dtype=bool)
    is_close = np.zeros(len(areas), dtype=bool)
    for limit in limits_m2:
        is_close |= ~(np.abs(areas - limit) > bounds)
    for position in np.flatnonzero(is_disputed | is_close):
        exact = exact_overlap_area_m2(shapes[0][position], shapes[1][position])
        if exact is not None:
            rounding = ORACLE_ROUNDING * abs(exact)
            is_wrong[position] = not abs(exact - areas[position]) <= bounds[position] + rounding
            areas[position], bounds[position] = exact, rounding
        elif not np.isfinite(bounds[position]):
            # nobody knows: nothing less than the smaller polygon is safe to say
            whole = min(float(shapely.area(side[position])) for side in shapes)
            areas[position], bounds[position] = whole, whole
    return Testimony(areas, bounds, is_disputed, is_wrong)


def are_disputed(
    shapes: tuple[Geometries, Geometries], areas: Floats, bounds: Floats
) -> NDArray[np.bool_]:
    """Return the pairs on whose area GEOS in two precisions and DE-9IM do not agree."""
    left, right = shapes
    plain, grid = overlay_areas(left, right), overlay_areas(left, right, grid_size=WITNESS_GRID_M)
    larger = np.fmax(np.fmax(plain, grid), areas)
    tolerance = np.maximum(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * larger)
    # never true of NaN, so a pair on which GEOS gives up is disputed
    is_agreed = (np.abs(areas - plain) <= tolerance) & (np.abs(areas - grid) <= tolerance)
    # DE-9IM: an area where interiors do not meet
    interiors_meet = shapely.relate_pattern(left, right, "T********")
    return ~is_agreed | ((larger > tolerance) & ~interiors_meet) | ~np.isfinite(bounds)


def intersections(
    left: Geometries, right: Geometries, *, grid_size: float | None = None
) -> Geometries:
    """Return the overlap of each pair; None for a pair on which GEOS gives up, not for all."""
    try:
        pieces: Geometries = shapely.intersection(left, right, grid_size=grid_size)
    except shapely.errors.GEOSException:
        if len(left) > 1:
            pairs = ((left[[at]], right[[at]]) for at in range(len(left)))
            return np.concatenate([intersections(*pair, grid_size=grid_size) for pair in pairs])
        return np.array([None], dtype=object)
    return pieces


def overlay_areas(
    left: Geometries, right: Geometries, *, grid_size: float | None = None
) -> NDArray[np.float64]:
    """Return the area of each overlap by GEOS; NaN for a pair on which it gives up."""
    pieces = intersections(left, right, grid_size=grid_size)
    return np.where(pieces == None, np.nan, shapely.area(pieces))  # noqa: E711 - by element
