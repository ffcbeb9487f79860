"""What an outline measures: its least width, its compactness, its holes."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred
from siting.rules.quality import narrow_arms

#: Widths are told to the centimetre, metres.
WIDTH_STEP_M = 0.01


def count_holes(shape: BaseGeometry) -> int:
    """Return how many holes the polygons of a geometry have."""
    return int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum())


def min_width_m(shape: BaseGeometry) -> float:
    """Return the largest width that no part, neck or arm of a polygon falls below, metres.

    Found by halving, to the centimetre below: at this width the polygon shrunk by half of it
    has as many parts as before, and no arm longer than the width is lost (the same arms as
    rules of kind ``quality`` find).
    """
    parts = shapely.get_parts(shape)
    low, high = 0.0, 2.0 * min(float(shapely.length(inner_circle(part))) for part in parts)
    if not high:
        return 0.0
    for _ in range(40):
        if high - low <= WIDTH_STEP_M:
            break
        middle = (low + high) / 2
        low, high = (middle, high) if is_wide(shape, middle) else (low, middle)
    return math.floor(low / WIDTH_STEP_M) * WIDTH_STEP_M


def is_wide(shape: BaseGeometry, width_m: float) -> bool:
    """True when no part, neck or arm of a polygon is narrower than `width_m`."""
    for part in shapely.get_parts(shape):
        core = mitred(part, -width_m / 2)
        if core.is_empty or len(shapely.get_parts(core)) > 1:
            return False
    return not narrow_arms(shape, width_m)


def inner_circle(shape: BaseGeometry) -> BaseGeometry:
    """Return the radius of the largest circle inside, from its centre to its rim."""
    found: BaseGeometry = shapely.maximum_inscribed_circle(np.array([shape], dtype=object))[0]
    return found


def compactness(shape: BaseGeometry) -> float:
    """Return 4π·area/perimeter² (Polsby and Popper 1991): 1 for a disc, 0.785 for a square."""
    perimeter_m = float(shapely.length(shape))
    return 4 * math.pi * float(shapely.area(shape)) / perimeter_m**2 if perimeter_m else 0.0
