"""Rings without a word on which are holes -> polygons, decided by containment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ring = NDArray[np.float64]


def assembled(rings: Sequence[Ring]) -> BaseGeometry:
    """Return one geometry: a ring inside an odd number of others is a hole of the innermost.

    Parameters
    ----------
    rings
        Closed rings of at least four points, x before y. Nothing is repaired.
    """
    outlines = [shapely.Polygon(ring) for ring in rings]
    around = [_around(one, rings, outlines) for one in range(len(rings))]
    polygons = []
    for shell in range(len(rings)):
        if len(around[shell]) % 2:
            continue
        depth = len(around[shell]) + 1
        inner = [one for one in range(len(rings)) if len(around[one]) == depth]
        holes = [rings[one] for one in inner if shell in around[one]]
        polygons.append(shapely.Polygon(rings[shell], holes))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _around(one: int, rings: Sequence[Ring], outlines: Sequence[shapely.Polygon]) -> set[int]:
    return {
        other
        for other in range(len(rings))
        if other != one and lies_in(rings[one], outlines[other])
    }


def lies_in(ring: Ring, outline: shapely.Polygon) -> bool:
    """True when no corner or middle of an edge lies outside and one lies inside.

    Holds for invalid outlines too, where GEOS would refuse to answer ``within``.
    """
    probes = np.vstack([ring[:-1], (ring[:-1] + ring[1:]) / 2])
    inside = shapely.contains_xy(outline, probes[:, 0], probes[:, 1])
    if inside.all() or not inside.any():
        return bool(inside.all())
    edge = shapely.get_exterior_ring(outline)
    touches = shapely.dwithin(edge, shapely.points(probes), 0.0)
    return bool((inside | touches).all() and (inside & ~touches).any())
