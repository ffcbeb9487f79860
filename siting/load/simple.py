"""A certificate, in numpy, that a ring is simple: for whole blocks of rings at once.

Nearly every parcel is a plain ring whose edges keep well apart from one another, and to see
that takes no geometry object. The certificate errs to one side only: what it calls simple is
simple, and for everything else GEOS is asked. Each sign it relies on is larger than the error
that rounding can have made, so touching, nearly touching and repeated points are never certified.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
Box = tuple[Numbers, Numbers, Numbers, Numbers]

#: Rings with more edges go to GEOS: pairs grow with the square of the edges.
MOST_EDGES = 128
#: Pairs of edges whose boxes are compared in one step: they stay in a processor's cache.
PAIRS_AT_ONCE = 100_000
#: Rounding error of a 2 × 2 determinant of differences of coordinates, as a share of the sum
#: of its two products. Shewchuk (1997), Adaptive Precision Floating-Point Arithmetic, proves
#: 3.4e-16; the rest is margin.
ERROR_SHARE = 1e-14
#: Below this a product may have lost digits to underflow, which that proof excludes.
SMALLEST = 1e-280
#: Rings that are smaller or larger than any land go to GEOS: nothing here can overflow.
SPANS = (1e-100, 1e100)
#: Largest of the small whole numbers that boxes are compared in, alone and in two bytes of a
#: word, and the guard bits.
_MOST_CELL = 127.0
_MOST_CELLS, _GUARDS = np.uint32(0x007F007F), np.uint32(0x80808080)


def is_certainly_simple(xs: Numbers, ys: Numbers, box: Box | None = None) -> Flags:
    """Return which rings are certainly simple; False means that somebody else must look.

    Parameters
    ----------
    xs, ys
        Coordinates of closed rings with the same number of points, all finite: one row per
        point (the last repeats the first), one column per ring.
    box
        West, south, east and north of each ring, where they are known already.
    """
    edges = len(xs) - 1
    rings = xs.shape[1]
    if edges < 3 or edges > MOST_EDGES:
        return np.zeros(rings, dtype=bool)
    with np.errstate(all="ignore"):  # what overflows is left to somebody else
        west, south, east, north = box or (xs.min(0), ys.min(0), xs.max(0), ys.max(0))
        span = np.maximum(east - west, north - south)
        is_usual = (span >= SPANS[0]) & (span <= SPANS[1])
        if not is_usual.all():
            found = np.zeros(rings, dtype=bool)
            found[is_usual] = is_certainly_simple(xs[:, is_usual], ys[:, is_usual])
            return found
        is_simple = _never_folds_back(xs, ys, span)
        firsts, seconds, owners = _near_pairs((xs, ys), (west, south), span)
        apart = _are_apart(xs, ys, (firsts, seconds), owners)
        is_simple[owners[~apart]] = False
    return is_simple


def _never_folds_back(xs: Numbers, ys: Numbers, span: Numbers) -> Flags:
    """True for rings in which no edge runs back along the one before it."""
    along_x, along_y = _along(xs), _along(ys)
    forth = along_x[:-1] * along_x[1:]
    forth += along_y[:-1] * along_y[1:]
    # No product is larger than the square of the span, so one bound does for a whole ring.
    goes_on = forth > 2 * ERROR_SHARE * span * span + SMALLEST
    # Only sharp turns (and the shortest edges) are left: they must not lie on one line, unless
    # the second goes on in the direction of the first.
    edges, owners = np.divmod(np.flatnonzero(~goes_on), len(span))
    here_x, here_y = along_x[edges, owners], along_y[edges, owners]
    next_x, next_y = along_x[edges + 1, owners], along_y[edges + 1, owners]
    one, other = here_x * next_y, here_y * next_x
    turns = _is_surely(np.abs(one - other), one, other)
    one, other = here_x * next_x, here_y * next_y
    turns |= _is_surely(one + other, one, other)
    never = np.ones(len(span), dtype=bool)
    never[owners[~turns]] = False
    return never


def _along(values: Numbers) -> Numbers:
    """Return the differences along closed rings; the first stands once more at the end."""
    along = np.empty_like(values)
    np.subtract(values[1:], values[:-1], out=along[:-1])
    along[-1] = along[0]
    return along


def _is_surely(value: Numbers, one: Numbers, other: Numbers) -> Flags:
    """True where a sum or difference of two products is positive whatever rounding did."""
    surely: Flags = value > ERROR_SHARE * (np.abs(one) + np.abs(other)) + SMALLEST
    return surely


def _near_pairs(
    ring: tuple[Numbers, Numbers], corner: tuple[Numbers, Numbers], span: Numbers
) -> tuple[Places, Places, Places]:
    """Return pairs of edges that are no neighbours and whose boxes meet, and their rings."""
    edges, rings = len(ring[0]) - 1, len(span)
    ends, begins = _packed_boxes(ring, corner, span)
    # Once more from the start, so that "the k-th edge after" is a slice.
    begins = np.concatenate([begins, begins[: edges // 2]])
    at_once = max(1, PAIRS_AT_ONCE // max(1, edges * rings))
    flat = []
    for step in range(2, edges // 2 + 1, at_once):
        steps = min(at_once, edges // 2 + 1 - step)
        later = np.ndarray(
            (steps, edges, rings), np.uint32, begins, step * begins.strides[0],
            (begins.strides[0], *begins.strides),
        )  # fmt: skip
        apart = ends - later
        apart &= _GUARDS
        # Flat, because numpy looks for what is true in a row of bytes many times faster.
        flat.append(np.flatnonzero(apart == _GUARDS) + step * edges * rings)
    after, places = np.divmod(np.concatenate(flat or [np.empty(0, np.intp)]), edges * rings)
    firsts, owners = np.divmod(places, rings)
    seconds = (firsts + after) % edges
    meets = _boxes_meet(ring[0], firsts, seconds, owners)
    meets &= _boxes_meet(ring[1], firsts, seconds, owners)
    return firsts[meets], seconds[meets], owners[meets]


def _packed_boxes(
    ring: tuple[Numbers, Numbers], corner: tuple[Numbers, Numbers], span: Numbers
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the boxes of edges in small whole numbers, four of them in one word.

    Rounding keeps the order of any two numbers, so boxes that meet still do, and some more. In
    the first answer a byte each has the upper ends and what the lower ends lack to the most, all
    with a guard bit on top; in the second the lower ends and what the upper ends lack. Two boxes
    meet unless the second, taken from the first, borrows the guard of one of the four bytes.
    """
    cells = np.empty((*ring[0].shape, 2), np.uint16)
    scale = _MOST_CELL / span
    for axis in (0, 1):
        cells[..., axis] = (ring[axis] - corner[axis]) * scale
    low = np.minimum(cells[:-1], cells[1:]).view(np.uint32)[..., 0]
    high = np.maximum(cells[:-1], cells[1:]).view(np.uint32)[..., 0]
    ends = (((low ^ _MOST_CELLS) << np.uint32(8)) | high) | _GUARDS
    begins = ((high ^ _MOST_CELLS) << np.uint32(8)) | low
    return ends, begins


def _boxes_meet(values: Numbers, firsts: Places, seconds: Places, owners: Places) -> Flags:
    """True where two edges have a value in common along one axis."""
    start, end = values[firsts, owners], values[firsts + 1, owners]
    other_start, other_end = values[seconds, owners], values[seconds + 1, owners]
    meets: Flags = np.minimum(start, end) <= np.maximum(other_start, other_end)
    meets &= np.maximum(start, end) >= np.minimum(other_start, other_end)
    return meets


def _are_apart(
    xs: Numbers,
    ys: Numbers,
    pair: tuple[Places, Places],
    owners: Places,
) -> Flags:
    """True where one edge lies strictly on one side of the line through the other."""
    first, second = (
        (
            (xs[edge, owners], ys[edge, owners]),
            (xs[edge + 1, owners], ys[edge + 1, owners]),
        )
        for edge in pair
    )
    return _is_on_one_side(first, second) | _is_on_one_side(second, first)


_Point = tuple[Numbers, Numbers]


def _is_on_one_side(line: tuple[_Point, _Point], other: tuple[_Point, _Point]) -> Flags:
    sides = [_side(line, point) for point in other]
    on_one: Flags = (sides[0] * sides[1]) > 0
    return on_one


def _side(line: tuple[_Point, _Point], point: _Point) -> NDArray[np.int8]:
    """Return 1 or -1 for a side that is certain, 0 for one that is not."""
    (start_x, start_y), (end_x, end_y) = line
    one = (end_x - start_x) * (point[1] - start_y)
    other = (end_y - start_y) * (point[0] - start_x)
    bound = ERROR_SHARE * (np.abs(one) + np.abs(other)) + SMALLEST
    difference = one - other
    left, right = difference > bound, difference < -bound
    return left.astype(np.int8) - right.astype(np.int8)
