"""The union of polygons, by two witnesses: GEOS returns wrong ones without a word.

GEOS 3.14's union of 58,000 m² of overlapping polygons was valid, and had 900 m² that none of them
covers (tests/overlay/test_unions.py). So every union is drawn in floating point and on a grid of a
micrometre, and where they differ the kernel says which one holds all the parts. Nothing is drawn
where nothing can go wrong: of polygons whose boxes do not meet, and where one holds the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.kernel import measure
from siting.overlay.witness import (
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Geometries,
)

log = logging.getLogger(__name__)

Longs = NDArray[np.int64]

#: shapely's type ids.
POLYGON, MULTIPOLYGON = 3, 6


def union_of(polygons: Iterable[shapely.Geometry | None]) -> BaseGeometry:
    """Return the union of valid polygons of one plane, metres; empty of none.

    Where the float overlay and the one on a grid of 1e-6 m differ by more than max(0.01 m², 1e-6
    of the area), the smaller one that holds every polygon, by the kernel's areas, is taken:
    the union is the smallest set that does.
    """
    parts = np.array([each for each in polygons if each is not None], dtype=object)
    parts = parts[~shapely.is_empty(parts)] if len(parts) else parts
    kinds = shapely.get_type_id(parts)
    if len(parts) < 2 or not ((kinds == POLYGON) | (kinds == MULTIPOLYGON)).all():
        return _united(parts)
    groups = [_united(group) for group in _apart(parts)]
    if len(groups) == 1:
        return groups[0]
    return shapely.MultiPolygon(shapely.get_parts(groups).tolist())


def union_area_m2(polygons: Iterable[shapely.Geometry | None]) -> float:
    """Return the area of the union of valid polygons, m² of their plane; 0 of none."""
    return float(shapely.area(union_of(polygons)))


def _apart(parts: Geometries) -> list[Geometries]:
    """Return polygons in groups whose members' boxes meet, and no others do."""
    first, second = shapely.STRtree(parts).query(parts)
    label = _lowest_coupled((first, second), len(parts))
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order])) + 1
    return np.split(parts[order], starts)


def _lowest_coupled(couples: tuple[Longs, Longs], count: int) -> Longs:
    """Return the lowest number that each one is coupled with, over any number of couples."""
    label = np.arange(count)
    while True:
        before = label.copy()
        lower = np.minimum(label[couples[0]], label[couples[1]])
        for side in couples:
            np.minimum.at(label, side, lower)
        label = label[label]
        if np.array_equal(before, label):
            return label


def _united(parts: Geometries) -> BaseGeometry:
    """Return the union of what may overlap."""
    if len(parts) < 2:
        alone: BaseGeometry = parts[0] if len(parts) else shapely.Polygon()
        return alone
    largest: BaseGeometry = parts[int(np.argmax(shapely.area(parts)))]
    if _holds(largest, parts):
        return largest
    drawn = [_drawn(parts, None), _drawn(parts, WITNESS_GRID_M)]
    told = [each for each in drawn if each is not None]
    if len(told) == 2 and _are_one(told):
        return told[0]
    return _settled(parts, told)


def _holds(largest: BaseGeometry, parts: Geometries) -> bool:
    """True when a polygon holds all parts, by its box and by DE-9IM."""
    if not np.array_equal(shapely.bounds(largest), shapely.total_bounds(parts)):
        return False
    return bool(shapely.covers(largest, parts).all())


def _drawn(parts: Geometries, grid_size: float | None) -> BaseGeometry | None:
    try:
        drawn: BaseGeometry = shapely.union_all(parts, grid_size=grid_size)
    except shapely.errors.GEOSException:
        return None
    return drawn


def _are_one(told: list[BaseGeometry]) -> bool:
    areas = [float(shapely.area(each)) for each in told]
    tolerance = max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * max(areas))
    return abs(areas[0] - areas[1]) <= tolerance


def _settled(parts: Geometries, told: list[BaseGeometry]) -> BaseGeometry:
    log.warning(
        "合并 %d 个图形，两种算法得出 %s m²：已取完整包含各图形的一个 / two ways to unite %d "
        "shapes gave %s m²: the one that holds all of them was taken",
        len(parts), _areas(told), len(parts), _areas(told),
    )  # fmt: skip
    ranked = sorted(told, key=lambda each: (_missing_m2(parts, each), float(each.area)))
    if ranked and _missing_m2(parts, ranked[0]) <= WITNESS_TOLERANCE_M2:
        return ranked[0]
    # neither holds them all: piece by piece, on the grid, is slower and goes another way
    whole: BaseGeometry = shapely.Polygon()
    for part in parts:
        whole = shapely.union(whole, part, grid_size=WITNESS_GRID_M)
    return whole


def _areas(told: list[BaseGeometry]) -> str:
    return " | ".join(f"{each.area:,.3f}" for each in told)


def _missing_m2(parts: Geometries, whole: BaseGeometry) -> float:
    """Return how much of the parts a union lacks, rounded to what two witnesses may differ by."""
    table = measure.areas(np.array([whole], dtype=object), parts, floor_m2=-np.inf)
    held = np.zeros(len(parts))
    np.add.at(held, table.right, table.area_m2)
    lacking = float(np.maximum(shapely.area(parts) - held, 0.0).sum())
    return round(lacking / WITNESS_TOLERANCE_M2) * WITNESS_TOLERANCE_M2
