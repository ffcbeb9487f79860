"""Geometry for the page: clipped, thinned within a budget, and written as whole numbers.

A ring is a text (:mod:`siting.mapping.packing`) of steps in units of 1e-7 degree (about 1 cm):
the first pair is absolute, each further pair the difference to the one before. That is a
quarter of the size of decimals and exact to the rounding. Background layers are coarser and
packed whole (:mod:`siting.mapping.ground`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.crs import to_viewing
from siting.mapping.packing import KIND_LETTERS, POLYGONS, folded, highest_parts, signs_of

#: Units per degree: 1e-7 degree is 1.1 cm on the ground.
UNITS_PER_DEGREE = 10_000_000
#: Most vertices of the district outlines on one page; beyond it they are thinned.
LAYER_VERTEX_BUDGET = 40_000
#: Tolerances tried in turn for thinning outlines, in metres.
THINNING_STEPS_M = (0.5, 2.0, 5.0, 10.0, 25.0)

Geometries = NDArray[np.object_]
Shape = list[object]
"""``[kind, parts]``: kind ``p`` polygons (parts of rings), ``l`` lines, ``o`` points."""


@dataclass(frozen=True, slots=True)
class Thinned:
    """Background geometries, aligned with the input (None = not drawn), and what was done."""

    geometries: Geometries
    tolerance_m: float
    omitted: int


def clip_to(geometries: Geometries, area: BaseGeometry | None) -> Geometries:
    """Return the parts inside `area` (all of it when None); empty results become None."""
    if area is None:
        return geometries
    clipped = geometries.copy()
    is_broken = ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
    clipped[is_broken] = shapely.make_valid(geometries[is_broken])  # for the picture only
    geometries = clipped.copy()
    shapely.prepare(area)
    inside = shapely.covers(area, geometries)
    touched = ~inside & shapely.intersects(area, geometries)
    clipped[touched] = shapely.intersection(geometries[touched], area)
    clipped[~inside & ~touched] = None
    clipped[shapely.is_empty(clipped)] = None
    return clipped


def thin(geometries: Geometries, *, budget: int = LAYER_VERTEX_BUDGET) -> Thinned:
    """Return background geometries with at most `budget` vertices.

    Outlines are simplified (topology of each feature kept) by growing tolerances; when the
    widest does not suffice the smallest features are left out and counted.
    """
    thinned, tolerance_m = geometries, 0.0
    for step_m in THINNING_STEPS_M:
        if _vertices(thinned) <= budget:
            return Thinned(thinned, tolerance_m, 0)
        tolerance_m = step_m
        thinned = shapely.simplify(geometries, tolerance_m)
    sizes = np.nan_to_num(shapely.area(thinned)) + np.nan_to_num(shapely.length(thinned))
    counts = shapely.get_num_coordinates(thinned)
    order = np.argsort(-sizes, kind="stable")
    is_over = np.cumsum(counts[order]) > budget
    kept = thinned.copy()
    kept[order[is_over]] = None
    omitted = int(sum(geometry is not None for geometry in thinned[order[is_over]]))
    return Thinned(kept, tolerance_m, omitted)


def _vertices(geometries: Geometries) -> int:
    return int(shapely.get_num_coordinates(geometries).sum())


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely a page draws, by how many metres its outlines are simplified.

    ``pieces_m`` is for pieces of findings, None where they are not drawn; ``outlines_m`` for red
    lines, repairs and sites, which are always drawn.
    """

    pieces_m: float | None = 0.0
    outlines_m: float = 0.0


#: A page draws all as it is; where that is too many bytes, the next that suffices, or the last.
WHOLE = Detail()
COARSER = (Detail(0.5), Detail(2.0, 0.5), Detail(5.0, 2.0), Detail(None, 5.0))


def encode(
    geometries: Sequence[BaseGeometry | None] | Geometries, crs: str, *, simplified_m: float = 0.0
) -> list[Shape | None]:
    """Return each geometry as a shape of the page; None and empty ones stay None.

    Parameters
    ----------
    geometries
        In `crs`. Of a mixed collection the parts of the highest dimension are kept.
    crs
        The working CRS.
    simplified_m
        How far an outline may be off, in metres.
    """
    array = np.asarray(list(geometries), dtype=object)
    if not len(array):
        return []
    if simplified_m:
        array = shapely.simplify(array, simplified_m)
    return [_shape(geometry) for geometry in to_viewing(array, crs)]


def _shape(geometry: BaseGeometry | None) -> Shape | None:
    highest = None if geometry is None else highest_parts(geometry)
    if highest is None:
        return None
    dimension = int(shapely.get_dimensions(highest))
    parts = shapely.get_parts(highest)
    if dimension == POLYGONS:
        return ["p", [[_steps(ring) for ring in shapely.get_rings(part)] for part in parts]]
    return [KIND_LETTERS[dimension], [_steps(part) for part in parts]]


def _steps(geometry: BaseGeometry) -> str:
    units = np.rint(shapely.get_coordinates(geometry) * UNITS_PER_DEGREE).astype(np.int64)
    steps = np.vstack([units[:1], np.diff(units, axis=0)])
    is_closing = shapely.get_type_id(geometry) == shapely.GeometryType.LINEARRING
    return signs_of(folded((steps[:-1] if is_closing else steps).ravel()))


def label_points(
    geometries: Sequence[BaseGeometry | None] | Geometries, crs: str
) -> list[list[float] | None]:
    """Return ``[latitude, longitude]`` of a point inside each geometry; None stays None."""
    array = np.asarray(list(geometries), dtype=object)
    if not len(array):
        return []
    is_broken = ~shapely.is_valid(array) & ~shapely.is_missing(array)
    array[is_broken] = shapely.make_valid(array[is_broken])
    points = to_viewing(shapely.point_on_surface(array), crs)
    return [
        None if point is None or point.is_empty else [round(point.y, 7), round(point.x, 7)]
        for point in points
    ]


def box_of(geometries: Geometries, crs: str) -> list[list[float]] | None:
    """Return ``[[south, west], [north, east]]`` in degrees, or None when there is nothing."""
    present = [geometry for geometry in geometries if geometry is not None]
    if not present:
        return None
    west, south, east, north = shapely.total_bounds(to_viewing(present, crs))
    return [[round(float(v), 7) for v in pair] for pair in ((south, west), (north, east))]
