"""Where a rectangle of given sides and direction fits into land: all places at once, exactly.

A rectangle with its south-western corner at p lies in the land when p is not in the ground
around the land grown by the rectangle turned over (a Minkowski sum). That is the ground itself
and what the rectangle covers on its way along each edge: the hull of where it stands at both ends.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

#: The rectangle that is placed is smaller by this, or land of its very size would hold none.
SLACK_M = 5e-4
#: Unions are drawn on this grid: far below the slack, and free of rounding's surprises.
UNION_GRID_M = 1e-6


def places(land: BaseGeometry, width_m: float, depth_m: float) -> BaseGeometry:
    """Return where the south-western corner of an upright rectangle may stand.

    Parameters
    ----------
    land
        A valid polygon; turn it first for a rectangle that is not upright.
    width_m, depth_m
        Its sides from west to east and from south to north.

    Returns
    -------
    BaseGeometry
        Polygons, empty where it fits nowhere. A rectangle may stand out by ``SLACK_M``.
    """
    west, south, east, north = shapely.bounds(land)
    if width_m > east - west + SLACK_M or depth_m > north - south + SLACK_M:
        return shapely.Polygon()
    frame = shapely.box(west - width_m, south - depth_m, east + width_m, north + depth_m)
    around = shapely.difference(frame, land)
    around = _grown(around, width_m - SLACK_M, depth_m - SLACK_M)
    corners = shapely.box(
        west - SLACK_M, south - SLACK_M, east - width_m + SLACK_M, north - depth_m + SLACK_M
    )
    free: BaseGeometry = shapely.difference(corners, around)
    return free


def _grown(ground: BaseGeometry, width_m: float, depth_m: float) -> BaseGeometry:
    """Return where the corner of a rectangle stands when it touches the ground."""
    corners, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(ground)), return_index=True
    )
    is_edge = ring[1:] == ring[:-1]
    ends = np.stack([corners[:-1][is_edge], corners[1:][is_edge]], axis=1)
    stands = np.array([(0, 0), (-width_m, 0), (-width_m, -depth_m), (0, -depth_m)])
    covered = (ends[:, :, None, :] + stands[None, None]).reshape(len(ends), 8, 2)
    hulls = shapely.convex_hull(shapely.multipoints(covered))
    # without a grid GEOS 3.14 returned a union with 900 m² too much and said nothing
    whole: BaseGeometry = shapely.union_all([ground, *hulls], grid_size=UNION_GRID_M)
    return whole
