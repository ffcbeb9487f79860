"""How much of each parcel lies under the *union* of a layer: the base of exclusion tables.

The kernel measures every pair of parcel and feature. Where one feature lies on a parcel its area is
the pair's; where several do, whether or not they overlap each other, the kernel measures the
parcel under their union, by slabs. Both have a proven bound, and nothing is drawn. Each such
parcel is held against what its pairs say (never less than the largest, never more than the
sum), and a sample against a drawing of that parcel alone, in two precisions.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.exact_bare import exact_bare_area_m2
from siting.overlay.kernel import measure
from siting.overlay.kernel.measure import Prepared
from siting.overlay.kernel.records import UNIT_ROUNDOFF, AreaTable
from siting.overlay.pairs import SAMPLE_ONE_IN, TOUCH_AREA_M2, asked, prepared, settled
from siting.overlay.polygons import windows
from siting.overlay.witness import (
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Geometries,
    are_disputed,
    intersections,
    overlay_areas,
)

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: A layer outline drawn along a red line may miss it by the rounding of coordinates.
COVERAGE_TOLERANCE_M2 = 0.01
#: The witnesses are shown one pair in SAMPLE_ONE_IN, and where there are more parcels than this
#: many times that, as many fewer: about so many pairs, times the features that a parcel meets.
WITNESSED_PARCELS = 500


@dataclass(frozen=True, eq=False, slots=True)
class Hits:
    """Which feature lies on which parcel by more than a touch, sorted by parcel, then feature.

    ``area_m2`` is off by ``bound_m2`` at most; ``is_disputed`` as in
    :class:`siting.overlay.Pairs`.
    """

    parcel: Longs
    feature: Longs
    area_m2: Floats
    bound_m2: Floats
    is_disputed: Mask

    def __len__(self) -> int:
        return len(self.parcel)

    def where(self, keep: Mask) -> Hits:
        """Return the hits that a mask over the hits keeps."""
        return Hits(
            self.parcel[keep],
            self.feature[keep],
            self.area_m2[keep],
            self.bound_m2[keep],
            self.is_disputed[keep],
        )


@dataclass(frozen=True, eq=False, slots=True)
class Covered:
    """Per parcel the area under a union of features, m²; off by ``bound_m2`` at most.

    ``is_disputed``: two ways of computing disagreed somewhere on the parcel.
    """

    area_m2: Floats
    bound_m2: Floats
    is_disputed: Mask


def _one_in(parcels: Prepared) -> int:
    return max(SAMPLE_ONE_IN, len(parcels) // WITNESSED_PARCELS)


def hits_of(features: Geometries | Prepared, parcels: Prepared, *, threads: int = 1) -> Hits:
    """Return every parcel on which a feature lies by more than a touch, with the area.

    Witnesses are asked as for ``witness="doubtful"`` of :func:`siting.overlay.pair_areas`, but
    that the sample does not grow with the city (``WITNESSED_PARCELS``), and that of a large
    feature a sampled pair shows them only what lies about the parcel.

    Parameters
    ----------
    features, parcels
        Valid polygons of one plane, metres; anything else never pairs. Features for more
        than one question as :func:`prepared` gives them.
    threads
        Any number gives the same table.
    """
    covers = prepared(features)
    shapes = covers.geometries
    table = measure.areas(
        covers, parcels, floor_m2=TOUCH_AREA_M2, one_in=_one_in(parcels), threads=threads
    )
    is_asked = asked(table, "doubtful", ())
    is_sample = is_asked & table.is_drawn
    is_asked[is_sample] = _is_doubted(table, shapes, parcels, is_sample)
    pairs = settled(table, (covers, parcels), is_asked)
    order = np.lexsort((pairs.left, pairs.right))
    return Hits(
        pairs.right[order],
        pairs.left[order],
        pairs.area_m2[order],
        pairs.bound_m2[order],
        pairs.is_disputed[order],
    )


def _is_doubted(table: AreaTable, shapes: Geometries, parcels: Prepared, is_sample: Mask) -> Mask:
    """Return which of the sampled pairs need a full hearing: disputed, or close to a touch.

    A pair without area that GEOS's predicate too finds disjoint is not drawn.
    """
    areas, bounds = table.area_m2[is_sample], table.bound_m2[is_sample]
    features = shapes[table.left[is_sample]]
    outlines = parcels.geometries[table.right[is_sample]]
    doubted: Mask = ~(np.abs(areas - TOUCH_AREA_M2) > bounds)
    shapely.prepare(features)
    drawn = np.flatnonzero((areas > TOUCH_AREA_M2) | shapely.intersects(features, outlines))
    shapely.destroy_prepared(features)
    outlines = outlines[drawn]
    near = windows(features[drawn], outlines)
    doubted[drawn] |= are_disputed((near, outlines), areas[drawn], bounds[drawn])
    return doubted


def covered(
    hits: Hits, features: Geometries | Prepared, parcels: Prepared, *, threads: int = 1
) -> Covered:
    """Return the area of each parcel under the union of the features that hit it.

    Parameters
    ----------
    hits
        From :func:`hits_of`, or a part of them.
    features, parcels
        What the hits were made of.

    Returns
    -------
    Covered
        One entry per parcel; 0 where nothing hits. The bound is the kernel's proven one, but
        where two witnesses contradicted it: there it reaches over all that any of them said.
    """
    count = len(parcels)
    area_m2, bound_m2 = np.zeros(count), np.zeros(count)
    terms = np.bincount(hits.parcel, minlength=count)
    is_disputed = np.bincount(hits.parcel, hits.is_disputed, minlength=count) > 0
    is_single = terms[hits.parcel] == 1
    single = hits.parcel[is_single]
    area_m2[single], bound_m2[single] = hits.area_m2[is_single], hits.bound_m2[is_single]
    rows = np.flatnonzero(terms > 1)
    if len(rows):
        some = hits.where(~is_single)
        starts = np.concatenate([[0], np.cumsum(terms[rows])])
        united = _united(some, starts, prepared(features), parcels, threads=threads)
        area_m2[rows], bound_m2[rows] = united.area_m2, united.bound_m2
        is_disputed[rows] |= united.is_disputed
    return Covered(area_m2, bound_m2, is_disputed)


def _united(
    hits: Hits, starts: Longs, features: Prepared, parcels: Prepared, *, threads: int
) -> Covered:
    """Return the covered area of each parcel of hits, of which each begins at one of `starts`."""
    rows = hits.parcel[starts[:-1]]
    area_m2, bound_m2 = measure.unions(
        features, parcels, (rows, starts, hits.feature), threads=threads
    )
    is_disputed = np.zeros(len(rows), dtype=bool)
    largest = np.maximum.reduceat(hits.area_m2, starts[:-1])
    total = np.add.reduceat(hits.area_m2, starts[:-1])
    doubt = np.add.reduceat(hits.bound_m2, starts[:-1]) + len(hits) * UNIT_ROUNDOFF * total
    is_unknown = ~np.isfinite(bound_m2)
    # nobody knows: between the largest pair and the sum of all
    area_m2[is_unknown] = total[is_unknown]
    bound_m2[is_unknown] = (total - largest + doubt)[is_unknown]
    slack = bound_m2 + doubt
    is_impossible = (area_m2 < largest - slack) | (area_m2 > total + slack)
    for at in np.flatnonzero(is_impossible | (rows % _one_in(parcels) == 0)):
        shapes = features.geometries[hits.feature[starts[at] : starts[at + 1]]]
        heard = _heard(parcels.geometries[rows[at]], shapes, (area_m2[at], bound_m2[at]))
        if is_impossible[at]:
            log.error(
                "the union on parcel %d (%.6f m²) does not agree with its pairs: please report it",
                rows[at], area_m2[at],
            )  # fmt: skip
        area_m2[at], bound_m2[at], is_contested = heard
        is_disputed[at] = is_contested or is_impossible[at]
    return Covered(area_m2, bound_m2, is_disputed)


def _heard(
    outline: shapely.Geometry, shapes: Geometries, measured: tuple[float, float]
) -> tuple[float, float, bool]:
    """Return area and bound of one parcel under shapes after a hearing, and if it was disputed.

    Where a drawing of it, in either precision, is not what was measured, exact arithmetic
    decides; where that would take too long the larger area is said, and the bound reaches down.
    """
    area_m2, bound_m2 = measured
    drawn = _drawn_areas(outline, shapes)
    tolerance = max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * area_m2) + bound_m2
    if all(abs(each - area_m2) <= tolerance for each in drawn):
        return area_m2, bound_m2, False
    bare = exact_bare_area_m2(outline, shapes)
    if bare is not None:
        own = exact_bare_area_m2(outline, np.empty(0, dtype=object)) or 0.0
        return own - bare, 2.0 * UNIT_ROUNDOFF * own, True
    told = [area_m2, *(each for each in drawn if np.isfinite(each))]
    return max(told), max(told) - min(told) + bound_m2, True


def _drawn_areas(outline: shapely.Geometry, shapes: Geometries) -> tuple[float, float]:
    """Return the area of one parcel under shapes by GEOS, in two precisions; NaN: it gave up."""
    outlines = np.full(len(shapes), outline, dtype=object)
    shapes = windows(shapes, outlines)
    try:
        plain = float(shapely.area(shapely.union_all(intersections(outlines, shapes))))
        whole = np.array([shapely.union_all(shapes, grid_size=WITNESS_GRID_M)], dtype=object)
    except shapely.errors.GEOSException:
        return np.nan, np.nan
    return plain, float(overlay_areas(outlines[:1], whole, grid_size=WITNESS_GRID_M)[0])


def outside_m2(areas: Geometries, coverage: BaseGeometry, reach_m: float) -> dict[int, float]:
    """Return position → m² of each area that, grown by `reach_m`, leaves a coverage."""
    shapely.prepare(coverage)
    if reach_m > 0:
        areas = shapely.buffer(areas, reach_m)
    bare = {
        int(position): float(shapely.area(shapely.difference(areas[position], coverage)))
        for position in np.flatnonzero(~shapely.covers(coverage, areas))
    }
    return {at: bare_m2 for at, bare_m2 in bare.items() if bare_m2 > COVERAGE_TOLERANCE_M2}
