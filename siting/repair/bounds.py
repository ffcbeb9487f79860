"""How far an outline has to move at the least: a bound that holds for shifts and for turns.

A movement takes no point of an outline farther than it takes one of its corners. Around a point
p of the outline lies a disc of radius r within it, r being its distance to the rim; a turn takes
discs to discs. When the outline lies on nothing forbidden, p is at least r away from forbidden
land; and as distances change no faster than p moves, p has moved by r less its distance from the
land now, or, where it lies on it, by r and its depth in it. The largest of these is the bound.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay import polygons_only

#: Points asked along each side of the box around the outline, and around the best one then.
GRID = 24
FINER = 9
#: How often the grid is drawn together around the best point.
REFINED = 3

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


def moved_at_least_m(outline: BaseGeometry, forbidden: Geometries, reach_m: float) -> float:
    """Return a length by which some corner of an outline moves in every movement that frees it.

    Parameters
    ----------
    outline
        A valid polygon or multipolygon.
    forbidden
        Polygons it must come to lie clear of.
    reach_m
        Land farther from the outline than this is not looked at: it cannot raise the bound above.

    Returns
    -------
    float
        Metres, 0 where nothing is proven; never more than the least movement.
    """
    near = forbidden[shapely.dwithin(forbidden, outline, reach_m)] if len(forbidden) else forbidden
    land = polygons_only(shapely.union_all(near))
    if land.is_empty:
        return 0.0
    low, high = np.array(outline.bounds[:2]), np.array(outline.bounds[2:])
    met = shapely.get_coordinates(shapely.intersection(land, outline))
    points = np.concatenate([_grid(low, high, GRID), shapely.get_coordinates(outline), met])
    step = (high - low) / GRID
    best = 0.0
    for _ in range(1 + REFINED):
        proven = _proven_m(points, outline, land)
        row = int(np.argmax(proven))
        best = max(best, float(proven[row]))
        points = _grid(points[row] - step, points[row] + step, FINER)
        step = 2 * step / FINER
    return best


def _grid(low: Floats, high: Floats, count: int) -> Floats:
    sides = [np.linspace(low[axis], high[axis], count) for axis in (0, 1)]
    grid: Floats = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    return grid


def _proven_m(points: Floats, outline: BaseGeometry, land: BaseGeometry) -> Floats:
    """Return what each point proves; nothing (0) where it lies outside of the outline."""
    at = np.asarray(shapely.points(points), dtype=object)
    shapely.prepare([outline, land])
    radius_m = shapely.distance(at, shapely.boundary(outline))
    is_on_land = shapely.contains_properly(land, at)
    away_m = np.where(
        is_on_land, -shapely.distance(at, shapely.boundary(land)), shapely.distance(at, land)
    )
    proven: Floats = np.where(shapely.covers(outline, at), radius_m - away_m, 0.0)
    return proven
