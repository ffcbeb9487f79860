"""How much of an outline faces a road."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.kernel.layout import Geometries

Floats = NDArray[np.float64]

#: A side this far from a road (its edge, or its centre line where it has no width) is on it.
ROAD_REACH_M = 20.0
#: Sides are looked at every so many metres.
STEP_M = 2.0
#: Sine of the angle that the way to the road may make with the side: steeper is no frontage.
FACING_SINE = 0.707


def frontage_m(outline: BaseGeometry, roads: Geometries, *, reach_m: float = ROAD_REACH_M) -> float:
    """Return how many metres of a polygon's exterior face a road, to some ``STEP_M`` a side.

    Parameters
    ----------
    outline
        A polygon or multipolygon, metres.
    roads
        Lines or polygons near it, in the same CRS.
    reach_m
        How far off a road may lie. A stretch whose way to the road runs along the side instead
        of away from it (the flank of a site whose front is on the road) does not face it.
    """
    if not len(roads):
        return 0.0
    total = 0.0
    for part in shapely.get_parts(outline):
        ring = shapely.get_exterior_ring(part)
        total += float(_facing(shapely.get_coordinates(ring), roads, reach_m))
    return total


def _facing(corners: Floats, roads: Geometries, reach_m: float) -> float:
    along = np.diff(corners, axis=0)
    lengths = np.hypot(*along.T)
    counts = np.maximum(1, np.ceil(lengths / STEP_M)).astype(np.int64)
    side = np.repeat(np.arange(len(along)), counts)
    number = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (number + 0.5) / counts[side]
    places = corners[:-1][side] + share[:, None] * along[side]
    points = shapely.points(places)
    nearest = shapely.STRtree(roads).nearest(points)
    ways = shapely.shortest_line(points, roads[nearest])
    ends = shapely.get_coordinates(ways).reshape(-1, 2, 2)
    way = ends[:, 1] - ends[:, 0]
    distance = np.hypot(*way.T)
    unit = along[side] / np.where(lengths > 0, lengths, 1.0)[side, None]
    sine = np.abs(unit[:, 0] * way[:, 1] - unit[:, 1] * way[:, 0])
    # where the side touches the road there is no way to look at, and it faces it
    is_facing = (distance <= reach_m) & ((sine >= FACING_SINE * distance) | (distance == 0))
    return float((lengths / counts)[side][is_facing].sum())
