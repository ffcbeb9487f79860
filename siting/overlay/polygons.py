"""Polygons out of what files hold, and the part of large ones that a pair is about."""

from __future__ import annotations

from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Geometries = NDArray[np.object_]

#: shapely's type id of a geometry collection.
_COLLECTION = 7
#: A window shows no more of a large polygon than lies this far around the other one of a pair.
WINDOW_MARGIN_M = 1.0
#: Polygons with fewer vertices are shown whole.
WINDOW_FROM_VERTICES = 256


def areal(geometries: Geometries) -> Geometries:
    """Return the array with collections (a shapefile's oddity) brought down to their polygons."""
    collections = np.flatnonzero(shapely.get_type_id(geometries) == _COLLECTION)
    # most windows on a river show nothing
    collections = collections[~shapely.is_empty(geometries[collections])]
    if not len(collections):
        return geometries
    polygons = geometries.copy()
    for position in collections:
        polygons[position] = polygons_only(geometries[position])
    return polygons


def polygons_only(geometry: shapely.Geometry) -> BaseGeometry:
    """Return the polygons of a geometry as one (multi)polygon; empty when there are none."""
    if shapely.get_type_id(geometry) in {3, 6}:
        return cast("BaseGeometry", geometry)
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = parts[shapely.get_dimensions(parts) == 2]
    if len(polygons) == 1:
        return cast("BaseGeometry", polygons[0])
    return shapely.union_all(polygons)


def windows(shapes: Geometries, around: Geometries) -> Geometries:
    """Return of each large polygon what lies near the other one of its pair; for a witness.

    Where the frame cuts an edge, the end is rounded: what is measured inside may move by
    nanometres. A shape that GEOS cannot cut is shown whole.
    """
    near = shapes.copy()
    large = np.flatnonzero(shapely.get_num_coordinates(shapes) >= WINDOW_FROM_VERTICES)
    frames = shapely.bounds(around[large]) + np.array([-1.0, -1.0, 1.0, 1.0]) * WINDOW_MARGIN_M
    for at, frame in zip(large.tolist(), frames.tolist(), strict=True):
        try:
            near[at] = shapely.clip_by_rect(shapes[at], *frame)
        except shapely.errors.GEOSException:
            continue
    return areal(near)
