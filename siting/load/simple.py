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

#: Rings with more edges go to GEOS: pairs grow with the square of the edges.
MOST_EDGES = 40
#: Rounding error of a 2 × 2 determinant of differences of coordinates, as a share of the sum
#: of its two products. Shewchuk (1997), Adaptive Precision Floating-Point Arithmetic, proves
#: 3.4e-16; the rest is margin.
ERROR_SHARE = 1e-14
#: Below this a product may have lost digits to underflow, which that proof excludes.
SMALLEST = 1e-280


def is_certainly_simple(xs: Numbers, ys: Numbers) -> Flags:
    """Return which rings are certainly simple; False means that somebody else must look.

    Parameters
    ----------
    xs, ys
        Coordinates of closed rings with the same number of points, all finite: one row per
        point (the last repeats the first), one column per ring.
    """
    edges = len(xs) - 1
    rings = xs.shape[1]
    if edges < 3 or edges > MOST_EDGES:
        return np.zeros(rings, dtype=bool)
    with np.errstate(all="ignore"):  # what overflows compares as False: not certain
        is_simple = _never_folds_back(xs, ys)
        for firsts, seconds, owners in _near_pairs(xs, ys):
            apart = _are_apart(xs, ys, (firsts, seconds), owners)
            is_simple[owners[~apart]] = False
    return is_simple


def _never_folds_back(xs: Numbers, ys: Numbers) -> Flags:
    """True for rings in which no edge runs back along the one before it."""
    along_x, along_y = np.diff(xs, axis=0), np.diff(ys, axis=0)
    next_x, next_y = np.roll(along_x, -1, axis=0), np.roll(along_y, -1, axis=0)
    one, other = along_x * next_x, along_y * next_y
    goes_on = _is_surely(one + other, one, other)
    # Only sharp turns are left, where the edges must not lie on one line.
    edges, owners = np.nonzero(~goes_on)
    one = along_x[edges, owners] * next_y[edges, owners]
    other = along_y[edges, owners] * next_x[edges, owners]
    turns = _is_surely(np.abs(one - other), one, other)
    never = np.ones(xs.shape[1], dtype=bool)
    never[owners[~turns]] = False
    return never


def _is_surely(value: Numbers, one: Numbers, other: Numbers) -> Flags:
    """True where a sum or difference of two products is positive whatever rounding did."""
    surely: Flags = value > ERROR_SHARE * (np.abs(one) + np.abs(other)) + SMALLEST
    return surely


def _near_pairs(
    xs: Numbers, ys: Numbers
) -> list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]]:
    """Return pairs of edges that are no neighbours and whose boxes meet, and their rings."""
    edges = len(xs) - 1
    # In single precision, from the ring's own corner: rounding keeps the order of any two
    # numbers, so boxes that meet still do, and a few more.
    xs, ys = ((each - each.min(axis=0)).astype(np.float32) for each in (xs, ys))
    # Each box twice over, so that "the k-th edge after" is a slice.
    low_x, high_x = _twice(np.minimum(xs[:-1], xs[1:])), _twice(np.maximum(xs[:-1], xs[1:]))
    low_y, high_y = _twice(np.minimum(ys[:-1], ys[1:])), _twice(np.maximum(ys[:-1], ys[1:]))
    found = []
    for step in range(2, edges // 2 + 1):
        here, there = slice(0, edges), slice(step, step + edges)
        meets = low_x[here] <= high_x[there]
        meets &= high_x[here] >= low_x[there]
        meets &= low_y[here] <= high_y[there]
        meets &= high_y[here] >= low_y[there]
        # Flat, because numpy looks for what is true in a row of bytes many times faster.
        firsts, owners = np.divmod(np.flatnonzero(meets), meets.shape[1])
        found.append((firsts, (firsts + step) % edges, owners))
    return found


def _twice(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([values, values[: len(values) // 2]])


def _are_apart(
    xs: Numbers,
    ys: Numbers,
    pair: tuple[NDArray[np.intp], NDArray[np.intp]],
    owners: NDArray[np.intp],
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
