"""The areas of `slabs` and `unions` with numpy alone: the same operations, the same bits."""

from __future__ import annotations

import numpy as np

from siting.overlay.kernel.records import (
    BOUND_SLACK,
    SLAB_ROUNDINGS,
    SLAB_SUM_ROUNDINGS,
    UNDERFLOW_M2,
    UNIT_ROUNDOFF,
    Floats,
    Layout,
    Longs,
)
from siting.overlay.kernel.vector import MOST_TERMS_AT_ONCE, Edges, PartEdges, Window, gather

#: Columns of the edges of a window.
START, END, X0, H0, SLOPE, SIZE, SIGN = range(7)


def covered_areas(covered: Layout, covers: Layout, rows: tuple[Longs, Longs, Longs]) -> Floats:
    """Return area and bound (n × 2) of each row; as the function of `unions`."""
    ours, theirs = PartEdges(covered), PartEdges(covers)
    targets, starts, features = rows
    out = np.zeros((len(targets), 2))
    # a slope may overflow: the bound is infinite then
    with np.errstate(all="ignore"):
        for row, target in enumerate(targets.tolist()):
            over = features[starts[row] : starts[row + 1]].tolist()
            out[row] = _feature(ours, theirs, target, over)
    return out


def _feature(ours: PartEdges, theirs: PartEdges, target: int, over: list[int]) -> Floats:
    covered = ours.layout
    total = bound = 0.0
    summed = 0
    for part in range(covered.feature_parts[target], covered.feature_parts[target + 1]):
        own, covers = _pooled(ours, part, theirs, over)
        if not covers:
            continue
        columns = zip(own.columns, *(each.columns for each in covers), strict=True)
        pool = tuple(np.concatenate(column) for column in columns)
        area, doubt = _covered_area(pool, len(own), _places(pool))
        total += area
        bound += doubt
        summed += 1
    if summed > 1:
        bound += 1.01 * summed * UNIT_ROUNDOFF * (total + bound)
    return np.array([total, bound])


def _pooled(
    ours: PartEdges, part: int, theirs: PartEdges, over: list[int]
) -> tuple[Edges, list[Edges]]:
    box, covers = ours.layout.boxes[part].tolist(), theirs.layout
    window: Window = (box[0], box[1], box[2], box[3])
    found: list[Edges] = []
    for feature in over:
        for cover in range(covers.feature_parts[feature], covers.feature_parts[feature + 1]):
            west, south, east, north = covers.boxes[cover].tolist()
            if not (west < box[2] and box[0] < east and south < box[3] and box[1] < north):
                continue
            edges = gather(theirs[cover], window)
            if _is_whole(edges, window):
                return gather(ours[part], window), [edges]
            if len(edges):
                found.append(edges)
    return gather(ours[part], window), found


def _is_whole(edges: Edges, window: Window) -> bool:
    if len(edges) != 1:
        return False
    start, end, _, h0, slope, _, sign = (float(column[0]) for column in edges.columns)
    height = window[3] - window[1]
    return (start, end, h0, slope, sign) == (window[0], window[2], height, 0.0, 1.0)


def _heights(pool: tuple[Floats, ...], x: Floats) -> Floats:
    return pool[H0] + pool[SLOPE] * (x - pool[X0])


def _places(pool: tuple[Floats, ...]) -> Floats:
    """Return the sorted x at which anything changes."""
    order = np.argsort(pool[START])
    edges = tuple(column[order] for column in pool)
    step = max(1, MOST_TERMS_AT_ONCE // len(order))
    found = [pool[START], pool[END]]
    for begin in range(0, len(order), step):
        one = tuple(column[begin : begin + step, None] for column in edges)
        # each couple once, the one that begins first as the one
        is_later = np.arange(len(order)) > np.arange(begin, begin + len(one[0]))[:, None]
        a, b = np.broadcast_to(edges[START], is_later.shape), np.minimum(one[END], edges[END])
        before = _heights(one, a) - _heights(edges, a)
        after = _heights(one, b) - _heights(edges, b)
        is_crossed = ((before < 0.0) & (after > 0.0)) | ((before > 0.0) & (after < 0.0))
        crossed = a + (b - a) * (before / (before - after))
        found.append(crossed[is_later & (a < one[END]) & is_crossed])
    return np.sort(np.concatenate(found))


def _covered_area(pool: tuple[Floats, ...], own: int, stops: Floats) -> tuple[float, float]:
    a, b = stops[:-1], stops[1:]
    a, b = a[a < b], b[a < b]
    step = max(1, MOST_TERMS_AT_ONCE // len(pool[0]))
    told = [
        _slabs(pool, own, a[begin : begin + step, None], b[begin : begin + step, None])
        for begin in range(0, len(a), step)
    ]
    length, tall, defect, count = (np.concatenate(column) for column in zip(*told, strict=True))
    total = np.cumsum((b - a) * length)[-1]
    size = np.cumsum((b - a) * (count * tall))[-1]
    loose = np.cumsum((b - a) * (count * defect))[-1]
    if not (abs(total) < np.inf and size < np.inf and loose < np.inf):
        return 0.0, float("inf")
    rounded = UNIT_ROUNDOFF * (SLAB_ROUNDINGS + SLAB_SUM_ROUNDINGS * len(a)) * size
    return float(0.5 * total), float(BOUND_SLACK * (rounded + 2.0 * loose) + UNDERFLOW_M2)


def _slabs(
    pool: tuple[Floats, ...], own: int, a: Floats, b: Floats
) -> tuple[Floats, Floats, Floats, Longs]:
    """Return twice the covered length, the largest height, the defect and the edges of slabs."""
    is_active = (pool[START] <= a) & (pool[END] > a)
    west, east = _heights(pool, a), _heights(pool, b)
    middle = np.where(is_active, west + east, np.inf)
    # from the top; the inactive ones, which have no sign, first
    order = np.argsort(middle, axis=1, kind="stable")[:, ::-1]
    ranked = np.take_along_axis(middle, order, axis=1)
    is_ours = order < own
    sign = np.where(np.take_along_axis(is_active, order, axis=1), pool[SIGN][order], 0.0)
    inside = np.cumsum(np.where(is_ours, sign, 0.0), axis=1)
    under = np.cumsum(np.where(is_ours, 0.0, sign), axis=1)
    is_land = (inside[:, :-1] > 0.0) & (under[:, :-1] > 0.0)
    gaps = np.zeros_like(ranked[:, 1:])
    np.subtract(ranked[:, :-1], ranked[:, 1:], out=gaps, where=is_land)
    length = np.cumsum(gaps, axis=1)[:, -1]
    defect = np.zeros(len(a))
    for ends in (west, east):
        along = np.take_along_axis(np.where(is_active, ends, np.inf), order, axis=1)
        lowest = np.minimum.accumulate(along, axis=1)
        lag = np.zeros_like(along)
        np.subtract(along, lowest, out=lag, where=along < np.inf)
        defect = np.maximum(defect, lag.max(axis=1))
    tall = np.where(is_active, pool[SIZE], 0.0).max(axis=1)
    return length, tall, defect, is_active.sum(axis=1)
