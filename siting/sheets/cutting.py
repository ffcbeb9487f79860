"""Shapes of the working CRS as what a frame shows of them, in millimetres of paper."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.sheets.records import Shapes
from siting.sheets.scales import View

#: Outlines are thinned to this on paper, mm: less than a printed dot.
_THIN_MM = 0.06
#: A little more than the frame is kept, mm, so that no cut edge is seen.
_MORE_MM = 1.5
#: A red line that is smaller on paper is a symbol, mm.
_SYMBOL_BELOW_MM = 3.2


def seen_by(view: View) -> BaseGeometry:
    """Return what is kept for a frame, in the working CRS."""
    return view.ground.buffer(_MORE_MM / view.mm_per_m, join_style="mitre")


def on_paper(shapes: Iterable[BaseGeometry], view: View) -> Shapes:
    """Return what a frame shows of shapes, in mm, thinned to what can be printed.

    Shapes outside are left out, the others stay in order.
    """
    array = np.asarray(list(shapes), dtype=object)
    if not len(array):
        return array
    seen = seen_by(view)
    shapely.prepare(seen)
    array = array[shapely.intersects(seen, array)]
    is_cut = ~shapely.covers(seen, array)
    array[is_cut] = shapely.intersection(array[is_cut], seen)
    array = array[~shapely.is_empty(array)]

    def placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        east = view.frame.left + (points[:, 0] - view.west) * view.mm_per_m
        north = view.frame.bottom + (points[:, 1] - view.south) * view.mm_per_m
        return np.column_stack([east, north])

    return np.asarray(shapely.simplify(shapely.transform(array, placed), _THIN_MM))


def is_small(shape: BaseGeometry) -> bool:
    """True for a shape on paper that is shown by a symbol as well."""
    west, south, east, north = shapely.bounds(shape)
    return bool(max(east - west, north - south) < _SYMBOL_BELOW_MM)


def middle_of(shape: BaseGeometry) -> tuple[float, float]:
    """Return a place inside of a shape, mm."""
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)
