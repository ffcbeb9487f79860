"""The same areas with numpy alone: for few pairs, and for machines without numba.

Every operation on numbers is the one that `area` and `window` do, in the same order (sums
by ``cumsum``, which adds one after another), so that the areas and bounds agree bit for bit
and a report does not depend on what is installed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.overlay.kernel.records import (
    BOUND_SLACK,
    SUM_ROUNDINGS,
    TERM_ROUNDINGS,
    UNDERFLOW_M2,
    UNIT_ROUNDOFF,
    Floats,
    Layout,
    Longs,
)

Window = tuple[float, float, float, float]

#: Pairs of edges looked at together: some 30 MB. Two outlines of 40,000 edges each would ask
#: for more than a hundred gigabytes at once; which rows go together changes no bit.
MOST_TERMS_AT_ONCE = 2**18


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Edges as columns: western end, eastern end, sign; or those of a window (see `Side`)."""

    columns: tuple[Floats, ...]

    def __len__(self) -> int:
        return len(self.columns[0])


class PartEdges:
    """The sorted edges of a layout's parts, decoded when first asked for."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._known: dict[int, Edges] = {}

    def __getitem__(self, part: int) -> Edges:
        if part not in self._known:
            self._known[part] = self._decoded(part)
        return self._known[part]

    def _decoded(self, part: int) -> Edges:
        layout = self.layout
        codes = layout.order[layout.part_edges[part] : layout.part_edges[part + 1]]
        vertex = layout.part_vertices[part] + (codes >> 1)
        is_against = (codes & 1 == 1)[:, None]
        here, there = layout.xy[vertex], layout.xy[vertex + 1]
        start, end = np.where(is_against, there, here), np.where(is_against, here, there)
        is_back = start[:, 0] > end[:, 0]
        west = np.where(is_back[:, None], end, start)
        east = np.where(is_back[:, None], start, end)
        sign = np.where(is_back, -1.0, 1.0)
        return Edges((west[:, 0], west[:, 1], east[:, 0], east[:, 1], sign))


def gather(edges: Edges, window: Window) -> Edges:
    """Return the edges of one part in a window: start, end, x0, h0, slope, size, sign."""
    west, south, east, north = window
    x0, y0, x1, y1, sign = edges.columns
    is_near = (x1 > west) & (x0 < east) & (np.maximum(y0, y1) >= south)
    is_above = np.minimum(y0, y1) >= north
    anchor = float(sign[is_near & is_above & (x0 <= west)].sum())
    is_real = is_near & ~is_above
    x0, y0, x1, y1, sign = (column[is_real] for column in edges.columns)
    rises, falls = (y0 >= north) & (west < x0), (y1 >= north) & (x1 < east)
    steps_x = np.concatenate([x0[rises], x1[falls]])
    steps_w = np.concatenate([-sign[rises], sign[falls]])
    is_wide = x0 < x1
    x0, y0, x1, y1, sign = (column[is_wide] for column in (x0, y0, x1, y1, sign))
    h0 = y0 - south
    size = np.maximum(np.abs(h0), np.abs(y1 - south))
    slope = (y1 - y0) / (x1 - x0)
    start, end = np.maximum(x0, west), np.minimum(x1, east)
    flat = _flat(steps_x, steps_w, window, anchor)
    real = (start, end, x0, h0, slope, size, sign)
    if not len(flat):
        return Edges(real)
    height, zero = np.full(len(flat), north - south), np.zeros(len(flat))
    extra = (flat[:, 0], flat[:, 1], flat[:, 0], height, zero, height, flat[:, 2])
    return Edges(tuple(np.concatenate(both) for both in zip(real, extra, strict=True)))


def _flat(steps_x: Floats, steps_w: Floats, window: Window, anchor: float) -> Floats:
    """Return the horizontal edges along the north of a window: start, end, sign."""
    rows: list[tuple[float, float, float]] = []
    begin, weight = window[0], anchor
    for x in np.unique(steps_x):
        change = float(steps_w[steps_x == x].sum())
        if change == 0.0:
            continue
        if weight != 0.0:
            rows.append((begin, float(x), weight))
        begin, weight = float(x), weight + change
    if weight != 0.0:
        rows.append((begin, window[2], weight))
    return np.array(rows).reshape(-1, 3)


def below_both(left: Edges, right: Edges) -> tuple[float, float]:
    """Return twice the signed area below both, and the sum of width × height of its terms."""
    rows, row_sizes = np.empty(len(left)), np.empty(len(left))
    step = max(1, MOST_TERMS_AT_ONCE // len(right))
    for begin in range(0, len(left), step):
        some = slice(begin, begin + step)
        part = Edges(tuple(column[some] for column in left.columns))
        rows[some], row_sizes[some] = _rows_below_both(part, right)
    sign = left.columns[6]
    total, size = np.cumsum(sign * rows)[-1], np.cumsum(np.abs(sign) * row_sizes)[-1]
    return float(total), float(size)


def _rows_below_both(left: Edges, right: Edges) -> tuple[Floats, Floats]:
    """Return both sums for each of the left edges, without its sign."""
    start, end, x0, h0, slope, size = (column[:, None] for column in left.columns[:6])
    a = np.maximum(start, right.columns[0])
    b = np.minimum(end, right.columns[1])
    is_common = a < b
    la, lb = h0 + slope * (a - x0), h0 + slope * (b - x0)
    ra = right.columns[3] + right.columns[4] * (a - right.columns[2])
    rb = right.columns[3] + right.columns[4] * (b - right.columns[2])
    da, db = la - ra, lb - rb
    is_lower, is_higher = (da <= 0.0) & (db <= 0.0), (da >= 0.0) & (db >= 0.0)
    over, gap = np.maximum(da, db), np.abs(da) + np.abs(db)
    gap[gap == 0.0] = 1.0
    crossed = (la + lb) - over * (over / gap)
    mean = np.where(is_lower, la + lb, np.where(is_higher, ra + rb, crossed))
    width = b - a
    terms = np.where(is_common, right.columns[6] * (width * mean), 0.0)
    tall = np.maximum(size, right.columns[5])
    sizes = np.where(is_common, np.abs(right.columns[6]) * (width * tall), 0.0)
    return np.cumsum(terms, axis=1)[:, -1], np.cumsum(sizes, axis=1)[:, -1]


def part_area(one: Edges, box: Floats, other: Edges, other_box: Floats) -> tuple[float, float]:
    """Return the overlap area of two parts in m², and how far it may be off at most."""
    west, south = max(box[0], other_box[0]), max(box[1], other_box[1])
    east, north = min(box[2], other_box[2]), min(box[3], other_box[3])
    if not (west < east and south < north):
        return 0.0, 0.0
    window = (float(west), float(south), float(east), float(north))
    # a slope may overflow, and edges without a common x-range give numbers that nobody uses
    with np.errstate(all="ignore"):
        right = gather(other, window)
        if not len(right):
            return 0.0, 0.0
        left = gather(one, window)
        if not len(left):
            return 0.0, 0.0
        total, size = below_both(left, right)
    if size == 0.0:
        return 0.0, 0.0
    if not (abs(total) < np.inf and size < np.inf):
        return 0.0, float("inf")
    roundings = TERM_ROUNDINGS + SUM_ROUNDINGS * (len(left) + len(right))
    return 0.5 * total, BOUND_SLACK * (UNIT_ROUNDOFF * roundings * size) + UNDERFLOW_M2


def pair_areas(
    left: Layout, right: Layout, left_index: Longs, right_index: Longs
) -> tuple[Floats, Floats, Longs]:
    """Return the overlap area of each pair of features in m², its error bound, and its head.

    The head is the first left and right part whose boxes meet, -1 where none do.
    """
    ours, theirs = PartEdges(left), PartEdges(right)
    areas, bounds = np.zeros(len(left_index)), np.zeros(len(left_index))
    heads = np.full((len(left_index), 2), -1, np.int64)
    for at, (i, j) in enumerate(zip(left_index.tolist(), right_index.tolist(), strict=True)):
        areas[at], bounds[at], heads[at] = _feature_area(ours, theirs, i, j)
    return areas, bounds, heads


def _feature_area(
    ours: PartEdges, theirs: PartEdges, i: int, j: int
) -> tuple[float, float, tuple[int, int]]:
    left, right = ours.layout, theirs.layout
    total = bound = size = 0.0
    met = [
        (a, b)
        for b in range(right.feature_parts[j], right.feature_parts[j + 1])
        for a in range(left.feature_parts[i], left.feature_parts[i + 1])
        if _is_meeting(left.boxes[a].tolist(), right.boxes[b].tolist())
    ]
    for a, b in met:
        area, doubt = part_area(ours[a], left.boxes[a], theirs[b], right.boxes[b])
        total += area
        bound += doubt
        size += abs(area)
    if len(met) > 1:
        bound += 1.01 * len(met) * UNIT_ROUNDOFF * (size + bound)
    return total, bound, met[0] if met else (-1, -1)


def _is_meeting(box: list[float], other: list[float]) -> bool:
    return max(box[0], other[0]) < min(box[2], other[2]) and max(box[1], other[1]) < min(
        box[3], other[3]
    )
