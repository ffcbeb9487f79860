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
    polygons = polygons_of(rings)
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def polygons_of(rings: Sequence[Ring]) -> list[shapely.Polygon]:
    """Return the polygons that closed rings make; see :func:`assembled`."""
    around = _around(rings)
    every = range(len(rings))
    polygons = []
    for shell in every:
        if len(around[shell]) % 2:
            continue
        depth = len(around[shell]) + 1
        holes = [rings[one] for one in every if len(around[one]) == depth and shell in around[one]]
        polygons.append(shapely.Polygon(rings[shell], holes))
    return polygons


def _around(rings: Sequence[Ring]) -> list[set[int]]:
    """Return for each ring the rings around it; boxes first, for most rings are far apart."""
    outlines = [shapely.Polygon(ring) for ring in rings]
    shapely.prepare(outlines)
    boxes = shapely.bounds(outlines)
    around: list[set[int]] = []
    for one, ring in enumerate(rings):
        is_box_in = _is_box_in(boxes[one], boxes)
        is_box_in[one] = False
        candidates = np.flatnonzero(is_box_in).tolist()
        around.append({other for other in candidates if _lies_in(ring, outlines[other])})
    return around


def _is_box_in(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    low = np.all(boxes[:, :2] <= box[:2], axis=1)
    high = np.all(boxes[:, 2:] >= box[2:], axis=1)
    both: NDArray[np.bool_] = np.logical_and(low, high)
    return both


def _lies_in(ring: Ring, outline: shapely.Polygon) -> bool:
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


def leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the single parts of a geometry, however deeply it is nested."""
    if shapely.get_type_id(geometry) < 4:
        return [geometry]
    return [leaf for part in shapely.get_parts(geometry) for leaf in leaves(part)]
