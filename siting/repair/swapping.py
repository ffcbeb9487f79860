"""Swapping parcels: those in conflict are left out, free ones beside them are added.

Parcels are neighbours when they share an edge, or lie at most :data:`SEAM_M` apart along
one: a seam of digitising, not a lane.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import mitred, polygons_only
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.repair.barriers import SAFETY_M
from siting.repair.cutting import AS_COMPACT, Want
from siting.repair.ground import Plots
from siting.repair.outline import largest_part, rounded_inwards
from siting.repair.widths import compactness, is_wide

#: Gaps up to this between two parcels are seams; a lane that splits a site is wider, metres.
SEAM_M = 0.5
#: Neighbours share at least this much of an edge, metres.
SHARED_EDGE_M = 5.0
#: A parcel belongs to the red line when this share of it lies within.
OWN_SHARE = 0.5
#: Parcels from which an assembly is begun, and how many may make one.
SEEDS = 6
MOST_PARCELS = 12

Geometries = NDArray[np.object_]


@dataclass(frozen=True, eq=False, slots=True)
class Assembly:
    """Parcels that make one piece of land: rows of the plots, and their common outline."""

    rows: tuple[int, ...]
    shape: BaseGeometry


@dataclass(frozen=True, eq=False, slots=True)
class Lots:
    """The parcels that a red line may use, and which of them it holds now.

    ``own`` are the rows that lie mostly within the red line, ``usable`` those on which
    nothing is forbidden and that are on offer or held now.
    """

    plots: Plots
    outline: BaseGeometry
    own: frozenset[int]
    usable: NDArray[np.bool_]


def lots_of(plots: Plots, outline: BaseGeometry, closed: Geometries) -> Lots:
    """Return which parcels a red line holds and which it may use.

    Parameters
    ----------
    plots
        The parcels near by.
    outline
        The present red line.
    closed
        Land that may not be used, grown by its margin.
    """
    shapes = plots.shapes
    inside_m2 = shapely.area(shapely.intersection(shapes, outline))
    own = np.flatnonzero(inside_m2 >= OWN_SHARE * shapely.area(shapes))
    usable = plots.is_free.copy()
    usable[own] = True
    if len(closed):
        barred = mitred(closed, -SAFETY_M - 0.002)
        left, right = shapely.STRtree(shapes).query(barred, predicate="intersects")[::-1]
        on_it = shapely.area(shapely.intersection(shapes[left], barred[right])) > TOUCH_AREA_M2
        usable[left[on_it]] = False
    return Lots(plots, outline, frozenset(own.tolist()), usable)


def swaps(lots: Lots, want: Want, *, seeds: int = SEEDS) -> list[Assembly]:
    """Return assemblies of usable parcels with enough land, nearest to the red line first.

    One is begun from all usable parcels that the red line holds, others from the usable ones
    nearest to it; each grows by the neighbour that best keeps it near and compact until the
    area is in range. Greedy: there may be a better set of parcels. `seeds` is from how many
    parcels that the red line does not hold one is begun.
    """
    usable = np.flatnonzero(lots.usable)
    if not len(usable):
        return []
    away_m = shapely.distance(lots.plots.shapes[usable], lots.outline.centroid)
    near = [int(usable[i]) for i in np.lexsort((usable, np.round(away_m, 3)))]
    held = [row for row in near if row in lots.own]
    starts = [tuple(group) for group in _groups(held, lots)]
    starts += [(row,) for row in near if row not in lots.own][:seeds]
    least_compact = AS_COMPACT * compactness(lots.outline)
    found: dict[tuple[int, ...], Assembly] = {}
    for start in starts:
        made = _grown(start, lots, want)
        if made is not None and compactness(made.shape) >= least_compact:
            found.setdefault(made.rows, made)
    return sorted(found.values(), key=lambda made: (round(_away(made, lots), 3), made.rows))


def beside(rest: BaseGeometry, lots: Lots, want: Want) -> Assembly | None:
    """Return what is left after a cut with free parcels added until the area is in range.

    The rows are those added; None when no neighbour helps.
    """
    return _grown((), lots, want, start=rest)


def _away(made: Assembly, lots: Lots) -> float:
    """Return how far an assembly is from the present red line, m².

    Land given up, difference of the areas, and the way between the middles times the side.
    """
    present_m2 = float(shapely.area(lots.outline))
    kept_m2 = float(shapely.area(shapely.intersection(made.shape, lots.outline)))
    way_m = float(shapely.distance(made.shape.centroid, lots.outline.centroid))
    other_m2 = abs(present_m2 - float(shapely.area(made.shape)))
    return present_m2 - kept_m2 + other_m2 + way_m * math.sqrt(present_m2)


def _groups(rows: list[int], lots: Lots) -> list[list[int]]:
    """Return the connected groups of parcels, the largest area first."""
    waiting, groups = sorted(rows), []
    while waiting:
        group, waiting = [waiting[0]], waiting[1:]
        while True:
            joined = [row for row in waiting if _touches(row, group, lots)]
            if not joined:
                break
            group += joined
            waiting = [row for row in waiting if row not in joined]
        groups.append(sorted(group))
    shapes = lots.plots.shapes
    return sorted(groups, key=lambda group: (-round(shapely.area(shapes[group]).sum(), 6), group))


def _touches(row: int, group: Iterable[int], lots: Lots) -> bool:
    shapes = lots.plots.shapes
    return any(_shares_edge(shapes[row], shapes[other]) for other in group)


def _shares_edge(one: BaseGeometry, other: BaseGeometry) -> bool:
    if not shapely.dwithin(one, other, SEAM_M):
        return False
    seam = mitred(one, SEAM_M)
    return float(shapely.length(shapely.intersection(shapely.boundary(other), seam))) > (
        SHARED_EDGE_M
    )


def _grown(
    rows: tuple[int, ...], lots: Lots, want: Want, *, start: BaseGeometry | None = None
) -> Assembly | None:
    """Add neighbours until the area is in range; None when that cannot be had."""
    shapes = lots.plots.shapes
    chosen = list(rows)
    shape = _joined([*([] if start is None else [start]), *shapes[chosen]])
    while not shape.is_empty and float(shapely.area(shape)) < want.area_m2_min:
        if len(chosen) >= MOST_PARCELS:
            return None
        row = _best_neighbour(shape, chosen, lots, want)
        if row is None:
            return None
        chosen.append(row)
        shape = _joined([shape, shapes[row]])
    is_good = not shape.is_empty and want.fits(shape) and is_wide(shape, want.width_m)
    if not is_good or (start is not None and not chosen):
        return None
    return Assembly(tuple(sorted(chosen)), rounded_inwards(shape))


def _best_neighbour(shape: BaseGeometry, chosen: list[int], lots: Lots, want: Want) -> int | None:
    """Return the usable neighbour that keeps the land compact and near the present red line."""
    shapes = lots.plots.shapes
    near = np.flatnonzero(lots.usable & shapely.dwithin(shapes, shape, SEAM_M))
    best: tuple[tuple[float, int], int] | None = None
    for row in (int(each) for each in near if each not in chosen):
        overlap_m2 = float(shapely.area(shapely.intersection(shapes[row], shape)))
        if overlap_m2 > OWN_SHARE * shapes[row].area or not _shares_edge(shape, shapes[row]):
            continue
        both = _joined([shape, shapes[row]])
        if both.is_empty or shapely.area(both) > want.area_m2_max:
            continue
        shared = shapely.area(shapely.intersection(both, lots.outline)) / shapely.area(both)
        order = (-round(compactness(both) + float(shared), 9), row)
        if best is None or order < best[0]:
            best = (order, row)
    return None if best is None else best[1]


def _joined(pieces: list[BaseGeometry]) -> BaseGeometry:
    """Return pieces as one polygon, seams closed; empty when they are not one."""
    if not pieces:
        return Polygon()
    union = polygons_only(shapely.union_all(np.array(pieces, dtype=object)))
    if union.geom_type == "Polygon" and not len(shapely.get_rings(union)) > 1:
        return union
    half_m = SEAM_M / 2 + 0.001
    closed = mitred(mitred(union, half_m), -half_m)
    whole = largest_part(closed)
    is_one = float(shapely.area(polygons_only(closed)) - shapely.area(whole)) <= TOUCH_AREA_M2
    return whole if is_one else Polygon()
