"""``pair_areas``: arrays of geometries in, a table of overlapping pairs and areas out.

The seam behind which a faster kernel slots in without touching a rule. Coordinates are
used as they are: shifting them to a local origin before an overlay makes GEOS fail more
often (689 of 80,000 near-coincident pairs wrong in small coordinates, none of 150,000
in full Gauss-Krüger metres).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.exact import exact_overlap_area_m2

Geometries = NDArray[np.object_]

#: Grid of the second opinion, metres: 1e-3 is up to 1.7 m² off on polygons of 50,000
#: vertices, 1e-6 only 5e-4 m².
WITNESS_GRID_M = 1e-6
#: Two ways of computing an area may differ by this much, or by this share, unremarked.
WITNESS_TOLERANCE_M2 = 0.01
WITNESS_TOLERANCE_SHARE = 1e-6
#: Below this the overlap is the rounding of coordinates (0.1 mm × 1 m), not land.
TOUCH_AREA_M2 = 1e-4


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Overlapping pairs, sorted by left and right index; one entry per pair in each array.

    ``is_disputed`` marks pairs where the float overlay and its witness disagreed; their
    area is the exact oracle's, or the larger of both where the oracle could not be asked.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    is_disputed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)


def _candidates(
    left: Geometries, right: Geometries, *, distance_m: float | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # the tree prepares its input geometries: build it on the left (small) side
    tree = shapely.STRtree(left)
    if distance_m is None:
        right_index, left_index = tree.query(right)
    else:
        right_index, left_index = tree.query(right, predicate="dwithin", distance=distance_m)
    order = np.lexsort((right_index, left_index))
    return left_index[order].astype(np.int64), right_index[order].astype(np.int64)


def pair_areas(left: Geometries, right: Geometries, *, has_witness: bool = True) -> Pairs:
    """Return every pair of valid polygons that overlaps by more than a touch.

    Parameters
    ----------
    left, right
        Valid polygons in the same plane (metres); None and empty geometries never pair.
        Put the smaller set (the red lines) left.
    has_witness
        Compute each area a second way and settle disagreements; off only for measurements.

    Returns
    -------
    Pairs
        Pairs with an area over ``TOUCH_AREA_M2``, in m² of the plane.
    """
    # no predicate: GEOS's `intersects` cannot be wrong for boxes, its overlay can
    left_index, right_index = _candidates(left, right)
    areas = _areas(left[left_index], right[right_index])
    is_disputed = np.zeros(len(areas), dtype=bool)
    if has_witness and len(areas):
        areas, is_disputed = _with_witness(left[left_index], right[right_index], areas)
    is_overlap = areas > TOUCH_AREA_M2
    return Pairs(
        left_index[is_overlap], right_index[is_overlap], areas[is_overlap], is_disputed[is_overlap]
    )


def _intersections(
    left: Geometries, right: Geometries, *, grid_size: float | None = None
) -> Geometries:
    """Return the overlap of each pair; None for a pair on which GEOS gives up, not for all."""
    try:
        pieces: Geometries = shapely.intersection(left, right, grid_size=grid_size)
    except shapely.errors.GEOSException:
        if len(left) > 1:
            pairs = ((left[[at]], right[[at]]) for at in range(len(left)))
            return np.concatenate([_intersections(*pair, grid_size=grid_size) for pair in pairs])
        return np.array([None], dtype=object)
    return pieces


def _areas(
    left: Geometries, right: Geometries, *, grid_size: float | None = None
) -> NDArray[np.float64]:
    """Return the area of each overlap; NaN for a pair on which GEOS gives up."""
    pieces = _intersections(left, right, grid_size=grid_size)
    return np.where(pieces == None, np.nan, shapely.area(pieces))  # noqa: E711 - by element


def _with_witness(
    left: Geometries, right: Geometries, areas: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    grid = _areas(left, right, grid_size=WITNESS_GRID_M)
    # where GEOS gives up both times, nothing less than the smaller polygon is safe to say
    whole = np.minimum(shapely.area(left), shapely.area(right))
    larger = np.where(np.isnan(areas) & np.isnan(grid), whole, np.fmax(areas, grid))
    tolerance = np.maximum(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * larger)
    # DE-9IM: an area where interiors do not meet
    interiors_meet = shapely.relate_pattern(left, right, "T********")
    is_agreed = np.abs(areas - grid) <= tolerance  # never true of NaN
    is_disputed = ~is_agreed | ((larger > tolerance) & ~interiors_meet)
    settled = areas.copy()
    for position in np.flatnonzero(is_disputed):
        exact = exact_overlap_area_m2(left[position], right[position])
        settled[position] = larger[position] if exact is None else exact
    return settled, is_disputed


def overlap_area_m2(left: shapely.Geometry, right: shapely.Geometry) -> float:
    """Return the witnessed overlap area of two valid polygons, in m² of their plane.

    The float overlay of GEOS, a second one on a 1e-6 m grid, DE-9IM, and where they
    disagree exact rational arithmetic.

    Examples
    --------
    >>> overlap_area_m2(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10))
    50.0
    """
    pairs = pair_areas(np.array([left], dtype=object), np.array([right], dtype=object))
    return float(pairs.area_m2[0]) if len(pairs) else 0.0


def overlap_geometries(left: Geometries, right: Geometries, pairs: Pairs) -> Geometries:
    """Return the polygonal part of each overlap, pair by pair (for what is shown).

    Parameters
    ----------
    left, right
        The arrays that `pairs` was made of.
    pairs
        From :func:`pair_areas`. A disputed pair shows whichever of the two overlays comes
        nearer to its settled area, for the float overlay may be empty there.
    """
    outlines, shapes = left[pairs.left], right[pairs.right]
    pieces = _intersections(outlines, shapes)
    for position in np.flatnonzero(pairs.is_disputed):
        at = [position]
        witness = _intersections(outlines[at], shapes[at], grid_size=WITNESS_GRID_M)[0]
        drawn = [piece for piece in (pieces[position], witness) if piece is not None]
        pieces[position] = min(
            drawn or [outlines[position]],
            key=lambda piece: abs(float(shapely.area(piece)) - float(pairs.area_m2[position])),
        )
    return np.array([polygons_only(piece) for piece in pieces], dtype=object)


def polygons_only(geometry: shapely.Geometry) -> BaseGeometry:
    """Return the polygons of a geometry as one (multi)polygon; empty when there are none."""
    if shapely.get_type_id(geometry) in {3, 6}:
        return cast("BaseGeometry", geometry)
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = parts[shapely.get_dimensions(parts) == 2]
    if len(polygons) == 1:
        return cast("BaseGeometry", polygons[0])
    return shapely.union_all(polygons)


def mean_width_m(geometry: shapely.Geometry) -> float:
    """Return 2·area/perimeter, the mean width of a strip; a square of side a gives a/2."""
    perimeter = float(shapely.length(geometry))
    return 2.0 * float(shapely.area(geometry)) / perimeter if perimeter else 0.0


def distances_within(
    left: Geometries, right: Geometries, distance_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs at most `distance_m` apart, and the distance of each in metres.

    Sorted by left and right index; overlapping pairs have distance 0.
    """
    left_index, right_index = _candidates(left, right, distance_m=distance_m)
    distances = shapely.distance(left[left_index], right[right_index])
    return left_index, right_index, distances


def uncovered(subject: BaseGeometry, cover: Geometries) -> tuple[BaseGeometry, float, bool]:
    """Return the part of a valid polygon that a set of polygons leaves bare.

    Parameters
    ----------
    subject
        A valid polygon (a red line).
    cover
        Valid polygons that may cover it; they may touch and overlap each other.

    Returns
    -------
    tuple
        The bare part (polygons, maybe empty), its area in m², and whether the float
        overlay and its witness on a 1e-6 m grid disagreed (then the larger area).
    """
    if not len(cover):
        return subject, float(shapely.area(subject)), False
    union = shapely.union_all(cover)
    bare = polygons_only(shapely.difference(subject, union))
    area = float(shapely.area(bare))
    witness = shapely.difference(subject, union, grid_size=WITNESS_GRID_M)
    witness_area = float(shapely.area(witness))
    larger = max(area, witness_area)
    tolerance = max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * larger)
    if abs(area - witness_area) > tolerance:
        chosen = bare if area >= witness_area else polygons_only(witness)
        return chosen, larger, True
    return bare, area, False
