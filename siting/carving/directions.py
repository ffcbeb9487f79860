"""In which directions the sides of land, parcels and roads run."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.overlay.kernel.layout import Geometries

Floats = NDArray[np.float64]

#: Directions that count, those with the longest sides first.
DIRECTIONS = 6
#: Two directions closer than this are one, degrees.
SAME_DIRECTION = 2.0


def directions_of(lines: Geometries) -> list[float]:
    """Return the directions in which lines run, 0–90°, the commonest first."""
    degrees, lengths = sides_of(lines)
    found: list[float] = []
    bins = np.round(degrees / SAME_DIRECTION) % round(90 / SAME_DIRECTION)
    weights = np.bincount(bins.astype(np.int64), weights=lengths)
    for number in np.argsort(-weights, kind="stable")[:DIRECTIONS]:
        if weights[number] > 0:
            own = degrees[bins == number]
            # sides just below 90° and just above 0° share a bin
            own = np.where(own > 90 - SAME_DIRECTION / 2, own - 90, own)
            found.append(float(np.average(own, weights=lengths[bins == number])))
    return found


def sides_of(lines: Geometries) -> tuple[Floats, Floats]:
    """Return direction (0–90°) and length of each straight piece of lines and rings."""
    parts = shapely.get_parts(lines)
    is_area = shapely.get_dimensions(parts) == 2
    parts = np.concatenate([parts[~is_area], shapely.get_rings(parts[is_area])])
    corners, line = shapely.get_coordinates(parts, return_index=True)
    along = np.diff(corners, axis=0)[line[1:] == line[:-1]]
    lengths: Floats = np.hypot(*along.T)
    along, lengths = along[lengths > 0], lengths[lengths > 0]
    degrees: Floats = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 90.0
    return degrees, lengths


def aligned_share(outline: shapely.Polygon, directions: list[float]) -> float:
    """Return the share of an outline's length that runs in one of the directions."""
    degrees, lengths = sides_of(np.array([shapely.get_exterior_ring(outline)], dtype=object))
    if not directions:
        return 0.0
    apart = np.abs(degrees[:, None] - np.array(directions)[None, :])
    is_aligned = (np.minimum(apart, 90.0 - apart) <= SAME_DIRECTION / 2).any(axis=1)
    return float(lengths[is_aligned].sum() / lengths.sum())
