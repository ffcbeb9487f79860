"""``uncovered``: what a set of polygons leaves bare of a red line, with a proven bound.

Where the polygons do not overlap each other the bare area is area(A) less Σ area(A ∩ Bᵢ), and the
kernel's bounds add up; where they do, by O together, it lies between that and O more (the
inequality of Bonferroni). GEOS draws the bare part and is the witness; exact arithmetic decides
where they disagree.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.overlay.exact_bare import exact_bare_area_m2
from siting.overlay.kernel import measure
from siting.overlay.kernel.layout import rings_of
from siting.overlay.kernel.records import BOUND_SLACK, UNIT_ROUNDOFF
from siting.overlay.pairs import TOUCH_AREA_M2, Witness, polygons_only
from siting.overlay.witness import (
    ORACLE_ROUNDING,
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Geometries,
)

log = logging.getLogger(__name__)

#: Up to this bound the kernel's area is the sharpest; it is exceeded where polygons overlap.
SHARP_M2 = 1e-6
#: Whether polygons overlap each other is looked at while their pairs of edges are no more: a
#: second's work. Two shores of a large lake are not compared edge by edge for one red line.
MOST_EDGE_PAIRS = 1_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Bare:
    """The bare part of a polygon (polygons, maybe empty) and its area.

    ``area_m2`` is off by ``bound_m2`` at most: nanometres of an outline where the polygons do
    not overlap each other, wide where they do or may, infinite where two ways disagree and
    nothing is proven. ``is_disputed``: kernel, float overlay and overlay on a grid did not
    agree; the area is the exact one, else the kernel's where that is proven, else the larger.
    """

    geometry: BaseGeometry
    area_m2: float
    bound_m2: float
    is_disputed: bool


def uncovered(subject: BaseGeometry, cover: Geometries, *, witness: Witness = "found") -> Bare:
    """Return the part of a valid polygon that a set of polygons leaves bare.

    Parameters
    ----------
    subject
        A valid polygon (a red line), metres.
    cover
        Valid polygons of the same plane that may cover it; they may touch and overlap each
        other.
    witness
        ``all`` asks GEOS also where the kernel proves that nothing, or nothing more than a
        touch, is left bare; all other words ask it about every bare part.

    Returns
    -------
    Bare
        Of what is proven to be no more than a touch no geometry is made.
    """
    middle_m2, doubt_m2 = _measured(subject, cover)
    if witness != "all" and middle_m2 + doubt_m2 <= TOUCH_AREA_M2:
        return Bare(shapely.Polygon(), middle_m2, doubt_m2, is_disputed=False)
    if not len(cover):
        return Bare(subject, middle_m2, doubt_m2, is_disputed=False)
    drawn = [_drawn(subject, cover, grid_size) for grid_size in (None, WITNESS_GRID_M)]
    told = [np.nan if each is None else float(shapely.area(each)) for each in drawn]
    is_disputed = _are_apart(told, middle_m2, doubt_m2)
    area_m2, bound_m2 = middle_m2, doubt_m2
    if doubt_m2 > SHARP_M2 and not is_disputed:
        # polygons that overlap a little: the float overlay is nearer than the interval's middle
        area_m2, bound_m2 = told[0], abs(told[0] - middle_m2) + doubt_m2
    if is_disputed or abs(area_m2 - TOUCH_AREA_M2) <= min(bound_m2, WITNESS_TOLERANCE_M2):
        area_m2, bound_m2 = _settled(subject, cover, told, (area_m2, bound_m2))
    pieces = [each for each in drawn if each is not None] or [subject]
    piece = min(pieces, key=lambda each: abs(float(shapely.area(each)) - area_m2))
    return Bare(polygons_only(piece), area_m2, bound_m2, is_disputed)


def _are_apart(told: list[float], middle_m2: float, doubt_m2: float) -> bool:
    """True when the two overlays differ, or one of them and what the kernel has proven."""
    tolerance = max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * max(told))
    # never true of NaN, so where GEOS gives up there is a dispute
    is_one = abs(told[0] - told[1]) <= tolerance
    return not (is_one and all(abs(each - middle_m2) <= doubt_m2 + tolerance for each in told))


def _settled(
    subject: BaseGeometry, cover: Geometries, told: list[float], known: tuple[float, float]
) -> tuple[float, float]:
    """Return the exact area; where that would take too long the proven one, else the largest."""
    area_m2, bound_m2 = known
    exact = exact_bare_area_m2(subject, cover)
    if exact is not None:
        if abs(exact - area_m2) > bound_m2 + ORACLE_ROUNDING * exact:
            log.error(
                "the kernel's bare area (%.6f ± %.1e m²) is not the exact one (%.6f m²): "
                "the exact one counts; please report this",
                area_m2, bound_m2, exact,
            )  # fmt: skip
        return exact, ORACLE_ROUNDING * exact
    if bound_m2 <= WITNESS_TOLERANCE_M2:
        return known
    # nobody knows: what is left bare may not be made less than anyone says
    return (float(shapely.area(subject)) if np.isnan(told).any() else max(told)), np.inf


def _drawn(
    subject: BaseGeometry, cover: Geometries, grid_size: float | None
) -> shapely.Geometry | None:
    try:
        return shapely.difference(subject, shapely.union_all(cover), grid_size=grid_size)
    except shapely.errors.GEOSException:
        return None


def _measured(subject: BaseGeometry, cover: Geometries) -> tuple[float, float]:
    """Return the bare area by the kernel and how far it may be off; maybe infinitely."""
    one = np.array([subject], dtype=object)
    whole_m2, doubt_m2 = _area(one)
    if not len(cover):
        return whole_m2, doubt_m2
    table = measure.areas(one, cover, floor_m2=-np.inf)
    bare_m2 = whole_m2 - float(table.area_m2.sum())
    doubt_m2 += float(table.bound_m2.sum())
    sizes = whole_m2 + float(np.abs(table.area_m2).sum()) + doubt_m2
    doubt_m2 += BOUND_SLACK * UNIT_ROUNDOFF * (len(table) + 2) * sizes
    # what surely lies on the red line; leaving the others out of the union adds their area
    is_on = table.area_m2 > table.bound_m2
    doubt_m2 += float(np.maximum(table.area_m2[~is_on], 0.0).sum())
    # no area is less than nothing, nor more than what the largest cover alone leaves
    bare_m2 = max(bare_m2, 0.0)
    alone_m2 = whole_m2 - float((table.area_m2 - table.bound_m2).max(initial=0.0))
    most_m2 = bare_m2 + _own_overlap_m2(cover[table.right[is_on]])
    return bare_m2, doubt_m2 + max(min(most_m2, alone_m2) - bare_m2, 0.0)


def _area(one: Geometries) -> tuple[float, float]:
    """Return the area of a polygon by the shoelace sum of each ring, and its bound."""
    rings = rings_of(one)
    total = doubt = 0.0
    is_exterior = np.zeros(len(rings.ring_vertices) - 1, dtype=bool)
    is_exterior[rings.part_rings[:-1]] = True
    for ring in range(len(is_exterior)):
        xy = rings.xy[rings.ring_vertices[ring] : rings.ring_vertices[ring + 1]]
        x, y = (xy - xy[0]).T
        one_way, other_way = x[:-1] * y[1:], x[1:] * y[:-1]
        area = 0.5 * abs(float((one_way - other_way).sum()))
        total += area if is_exterior[ring] else -area
        # three roundings a product, one a difference, one a term of the sum; halved twice over
        doubt += (len(xy) + 8) * UNIT_ROUNDOFF * float((abs(one_way) + abs(other_way)).sum())
        doubt += len(is_exterior) * UNIT_ROUNDOFF * area
    return total, BOUND_SLACK * doubt


def _own_overlap_m2(cover: Geometries) -> float:
    """Return at most how much polygons overlap each other; infinite where that is too much work."""
    edges = shapely.get_num_coordinates(cover).astype(float)
    if edges.sum() ** 2 - (edges**2).sum() > 2 * MOST_EDGE_PAIRS:
        return np.inf
    most_m2 = 0.0
    for first in range(len(cover) - 1):
        table = measure.areas(cover[first : first + 1], cover[first + 1 :], floor_m2=-np.inf)
        most_m2 += float((np.maximum(table.area_m2, 0.0) + table.bound_m2).sum())
    return BOUND_SLACK * most_m2
