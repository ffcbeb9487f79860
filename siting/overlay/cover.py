"""How much of each parcel lies under the *union* of a layer: the base of exclusion tables.

The kernel measures every pair of parcel and feature. Where one feature lies on a parcel, or
several that do not overlap each other, their areas add up, with a proven bound. Only where
features overlap each other is anything drawn: each such group of features is dissolved once,
and the kernel measures what came of it. What GEOS dissolved is held against what the kernel knows
for certain on every parcel (never less than the largest pair, never more than the sum), and on one
parcel in a hundred against a drawing of that parcel alone, in two precisions. Where one parcel
fails, all parcels of the same group are drawn one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.kernel import measure
from siting.overlay.kernel.measure import Prepared
from siting.overlay.kernel.records import UNIT_ROUNDOFF, AreaTable
from siting.overlay.pairs import SAMPLE_ONE_IN, TOUCH_AREA_M2, areal, asked, settled
from siting.overlay.witness import (
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Geometries,
    are_disputed,
    intersections,
    overlay_areas,
)

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: A layer outline drawn along a red line may miss it by the rounding of coordinates.
COVERAGE_TOLERANCE_M2 = 0.01
#: A witness of a pair sees no more of a large feature than lies this far around the parcel.
WINDOW_MARGIN_M = 1.0
#: Features with fewer vertices are shown to a witness whole.
WINDOW_FROM_VERTICES = 256


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


def hits_of(features: Geometries, parcels: Prepared, *, threads: int = 1) -> Hits:
    """Return every parcel on which a feature lies by more than a touch, with the area.

    Witnesses are asked as for ``witness="doubtful"`` of :func:`siting.overlay.pair_areas`; of
    a large feature a sampled pair shows them only what lies about the parcel.

    Parameters
    ----------
    features, parcels
        Valid polygons of one plane, metres; anything else never pairs.
    threads
        Any number gives the same table.
    """
    shapes = areal(features)
    table = measure.areas(
        shapes, parcels, floor_m2=TOUCH_AREA_M2, one_in=SAMPLE_ONE_IN, threads=threads
    )
    is_asked = asked(table, "doubtful", ())
    is_sample = is_asked & table.is_drawn
    is_asked[is_sample] = _is_doubted(table, shapes, parcels, is_sample)
    pairs = settled(table, (shapes, parcels.geometries), is_asked)
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
    near = _windows(features[drawn], outlines)
    doubted[drawn] |= are_disputed((near, outlines), areas[drawn], bounds[drawn])
    return doubted


def _windows(features: Geometries, outlines: Geometries) -> Geometries:
    windows = features.copy()
    for at in np.flatnonzero(shapely.get_num_coordinates(features) >= WINDOW_FROM_VERTICES):
        west, south, east, north = shapely.bounds(outlines[at])
        margin = WINDOW_MARGIN_M
        windows[at] = shapely.clip_by_rect(
            features[at], west - margin, south - margin, east + margin, north + margin
        )
    return areal(windows)


def covered(hits: Hits, features: Geometries, parcels: Prepared, *, threads: int = 1) -> Covered:
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
        One entry per parcel; 0 where nothing hits. Where hitting features overlap each other
        the bound is what witnesses may differ by, max(0.01 m², 1e-6 of the area); elsewhere it
        is the kernel's proven one.
    """
    count = len(parcels)
    area_m2 = _sums(hits.parcel, hits.area_m2, count)
    bound_m2 = _sums(hits.parcel, hits.bound_m2, count)
    terms = np.bincount(hits.parcel, minlength=count)
    bound_m2 += np.where(terms > 1, terms * UNIT_ROUNDOFF * area_m2, 0.0)
    is_disputed = np.bincount(hits.parcel, hits.is_disputed, minlength=count) > 0
    first, second, at = _together(hits)
    is_doubled = _overlap(first, second, areal(features))
    if is_doubled.any():
        rows = np.unique(at[is_doubled])
        some = hits.where(np.isin(hits.parcel, rows))
        groups = _dissolved(some, (first[is_doubled], second[is_doubled]), features)
        united = _united(some, groups, parcels, threads=threads)
        area_m2[rows], bound_m2[rows] = united.area_m2, united.bound_m2
        is_disputed[rows] |= united.is_disputed
    return Covered(area_m2, bound_m2, is_disputed)


def _together(hits: Hits) -> tuple[Longs, Longs, Longs]:
    """Return every two features that hit one parcel (the lower first), and that parcel."""
    firsts, seconds, rows = (
        [np.empty(0, np.int64)],
        [np.empty(0, np.int64)],
        [np.empty(0, np.int64)],
    )
    step = 1
    while len(hits) > step:
        is_same = hits.parcel[step:] == hits.parcel[:-step]
        if not is_same.any():
            break
        firsts.append(hits.feature[:-step][is_same])
        seconds.append(hits.feature[step:][is_same])
        rows.append(hits.parcel[step:][is_same])
        step += 1
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(rows)


def _overlap(first: Longs, second: Longs, features: Geometries) -> Mask:
    """Return which of the couples have common interior points, by DE-9IM; each asked once."""
    if not len(first):
        return np.zeros(0, dtype=bool)
    keys, back = np.unique(first * len(features) + second, return_inverse=True)
    one, other = np.divmod(keys, len(features))
    shapes = features[one], features[other]
    meet = np.flatnonzero(_boxes_meet(*shapes))
    found = np.zeros(len(keys), dtype=bool)
    found[meet] = shapely.relate_pattern(shapes[0][meet], shapes[1][meet], "T********")
    overlapping: Mask = found[back]
    return overlapping


def _boxes_meet(one: Geometries, other: Geometries) -> Mask:
    a, b = shapely.bounds(one), shapely.bounds(other)
    meet: Mask = (
        (a[:, 0] < b[:, 2]) & (b[:, 0] < a[:, 2]) & (a[:, 1] < b[:, 3]) & (b[:, 1] < a[:, 3])
    )
    return meet


def _united(hits: Hits, dissolved: _Dissolved, parcels: Prepared, *, threads: int) -> Covered:
    """Return the covered area of each parcel that is hit, in the order of the parcels."""
    rows, at = np.unique(hits.parcel, return_inverse=True)
    area_m2 = _under_groups(hits, dissolved, parcels, threads)
    largest, total = np.zeros(len(rows)), _sums(at, hits.area_m2, len(rows))
    np.maximum.at(largest, at, hits.area_m2)
    slack = _tolerance(area_m2)
    is_impossible = (area_m2 < largest - slack) | (area_m2 > total + slack)
    group = dissolved.group_of[hits.feature]
    # one impossible parcel, and nothing that was drawn with the same group is believed
    is_unsure = dissolved.is_unsure.copy()
    is_unsure[group[is_impossible[at]]] = True
    is_asked = (np.bincount(at, is_unsure[group]) > 0) | (rows % SAMPLE_ONE_IN == 0)
    is_disputed = np.zeros(len(rows), dtype=bool)
    ends = np.searchsorted(hits.parcel, rows, side="right")
    for row in np.flatnonzero(is_asked):
        first = 0 if row == 0 else ends[row - 1]
        shapes = dissolved.features[hits.feature[first : ends[row]]]
        drawn, is_contested = _drawn_area(parcels.geometries[rows[row]], shapes)
        is_disputed[row] = is_contested or abs(drawn - area_m2[row]) > slack[row]
        if is_disputed[row]:
            area_m2[row] = max(drawn, area_m2[row]) if is_contested else drawn
            slack[row] = area_m2[row] - largest[row] if is_contested else slack[row]
    return Covered(np.clip(area_m2, largest, total), slack, is_disputed)


def _under_groups(hits: Hits, dissolved: _Dissolved, parcels: Prepared, threads: int) -> Floats:
    """Return the kernel's area of each parcel that is hit under the groups that hit it."""
    count = len(dissolved.groups)
    rows, at = np.unique(hits.parcel, return_inverse=True)
    table = measure.areas(dissolved.groups, parcels, floor_m2=0.0, threads=threads)
    place = np.minimum(np.searchsorted(rows, table.right), len(rows) - 1)
    # a group may lie on a parcel where none of its features hits by more than a touch
    wanted = np.unique(at * count + dissolved.group_of[hits.feature])
    is_ours = (rows[place] == table.right) & np.isin(place * count + table.left, wanted)
    return _sums(place[is_ours], table.area_m2[is_ours], len(rows))


def _sums(at: Longs, values: Floats, count: int) -> Floats:
    return np.bincount(at, values, minlength=count).astype(np.float64)


def _tolerance(area_m2: Floats) -> Floats:
    return np.maximum(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * area_m2)


@dataclass(frozen=True, eq=False, slots=True)
class _Dissolved:
    """Groups of features that overlap, each one shape; ``group_of`` is each feature's.

    A feature that overlaps none is a group of its own, and is taken as it is. A group
    ``is_unsure`` where GEOS gave up, or drew what is not valid.
    """

    features: Geometries
    groups: Geometries
    group_of: Longs
    is_unsure: Mask


def _dissolved(hits: Hits, couples: tuple[Longs, Longs], features: Geometries) -> _Dissolved:
    used = np.unique(hits.feature)
    names, group = np.unique(lowest_coupled(couples, len(features))[used], return_inverse=True)
    order = np.argsort(group, kind="stable")
    limits = np.searchsorted(group[order], np.arange(len(names) + 1))
    groups = np.empty(len(names), dtype=object)
    is_unsure = np.zeros(len(names), dtype=bool)
    for number in range(len(names)):
        members = features[used[order[limits[number] : limits[number + 1]]]]
        if len(members) == 1:
            groups[number] = members[0]
        else:
            groups[number], is_unsure[number] = _union(members)
    group_of = np.zeros(len(features), np.int64)
    group_of[used] = group
    return _Dissolved(features, areal(groups), group_of, is_unsure)


def lowest_coupled(couples: tuple[Longs, Longs], count: int) -> Longs:
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


def _union(members: Geometries) -> tuple[shapely.Geometry, bool]:
    try:
        union = shapely.union_all(members)
    except shapely.errors.GEOSException:
        return shapely.MultiPolygon(), True
    return union, not shapely.is_valid(union)


def _drawn_area(outline: shapely.Geometry, shapes: Geometries) -> tuple[float, bool]:
    """Return the area of one parcel under shapes by GEOS alone, and whether its ways differ."""
    outlines = np.full(len(shapes), outline, dtype=object)
    shapes = _windows(shapes, outlines)
    pieces = intersections(outlines, shapes)
    if any(piece is None for piece in pieces):
        return 0.0, True
    plain = float(shapely.area(shapely.union_all(pieces)))
    whole = np.array([shapely.union_all(shapes, grid_size=WITNESS_GRID_M)], dtype=object)
    witness = float(
        overlay_areas(np.array([outline], dtype=object), whole, grid_size=WITNESS_GRID_M)[0]
    )
    larger = max(plain, witness)
    is_far = not abs(plain - witness) <= max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * larger)
    return larger, is_far


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
