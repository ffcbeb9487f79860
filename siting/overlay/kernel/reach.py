"""Pairs of features within a distance: looked up by their boxes, measured in threads.

Which way is taken, machine code or numpy, depends on how many pairs there are, as for areas
(`siting.overlay.kernel.measure`); the numbers are the same to the last bit.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from siting.overlay.kernel import nearest_vector
from siting.overlay.kernel.cache import NEAREST_READY, is_warm, may_compile
from siting.overlay.kernel.outlines import Geometries, outlines_of
from siting.overlay.kernel.records import (
    LARGEST_COORDINATE,
    DistanceTable,
    Floats,
    Longs,
    Outlines,
)

#: From how many pairs on machine code pays: when it is loaded, when it is in the cache (about
#: 1.2 s to load against 0.2–1.5 ms a pair), and when it has to be made (about 15 s).
PAIRS_WHEN_LOADED = 8
PAIRS_WHEN_WARM = 1_500
PAIRS_WHEN_COLD = 20_000
#: Pairs that one thread measures at a time.
BLOCK_PAIRS = 2_048
#: Boxes are looked for this much beyond the limit, metres: more than any rounding at
#: ``LARGEST_COORDINATE`` (0.125 m), and it only brings pairs that are then measured.
BOX_MARGIN_M = 1.0

_ENGINE = "siting.overlay.kernel.nearest"


def distances(
    left: Geometries, right: Geometries, *, limit_m: float, threads: int = 1
) -> DistanceTable:
    """Return the pairs that may be at most `limit_m` apart, with distances and bounds.

    Parameters
    ----------
    left, right
        Polygons, lines, points in metres of one plane; the smaller set left.
    limit_m
        Pairs proven to be further apart are left out.
    threads
        Threads of the compiled way; any number gives the same table.

    Raises
    ------
    SitingError
        A coordinate is no finite number on the ground.
    """
    pairs = _pairs_of_boxes(left, right, limit_m)
    # only what pairs is laid out: what lies near the red lines, not the whole layer
    used = [np.unique(side) for side in pairs]
    ours, theirs = (outlines_of(side[rows]) for side, rows in zip((left, right), used, strict=True))
    at = [np.searchsorted(rows, side) for rows, side in zip(used, pairs, strict=True)]
    found = _measured((ours, theirs), (at[0], at[1]), limit_m, threads)
    is_near = found[:, 0] - found[:, 1] <= limit_m
    return DistanceTable(pairs[0][is_near], pairs[1][is_near], *found[is_near].T.copy())


def _pairs_of_boxes(left: Geometries, right: Geometries, limit_m: float) -> tuple[Longs, Longs]:
    """Return the pairs whose boxes come within the limit, sorted by left and right."""
    bounds = shapely.bounds(left)
    reach_m = min(limit_m, LARGEST_COORDINATE) + BOX_MARGIN_M
    is_there = ~np.isnan(bounds[:, 0])
    grown = bounds[is_there] + np.array([-1.0, -1.0, 1.0, 1.0]) * reach_m
    boxes = shapely.box(grown[:, 0], grown[:, 1], grown[:, 2], grown[:, 3])
    # the tree stands on the small side; of the large one only the boxes are asked for
    right_index, left_index = shapely.STRtree(boxes).query(right)
    left_index = np.flatnonzero(is_there)[left_index]
    order = np.lexsort((right_index, left_index))
    return left_index[order].astype(np.int64), right_index[order].astype(np.int64)


def _measured(
    sides: tuple[Outlines, Outlines], pairs: tuple[Longs, Longs], limit_m: float, threads: int
) -> Floats:
    if not is_worth_machine_code(len(pairs[0])):
        return nearest_vector.sweep(*sides, *pairs, limit_m)
    from siting.overlay.kernel import nearest

    found = np.empty((len(pairs[0]), 2))
    for index in pairs:
        index.flags.writeable = False

    def run(begin: int) -> None:
        rows = slice(begin, begin + BLOCK_PAIRS)
        nearest.sweep(*sides, pairs[0][rows], pairs[1][rows], limit_m, found[rows])

    blocks = range(0, len(found), BLOCK_PAIRS)
    if threads > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, blocks))
    else:
        for begin in blocks:
            run(begin)
    return found


def is_worth_machine_code(pairs: int) -> bool:
    """True when so many pairs are measured sooner in machine code, its loading included."""
    if not may_compile():
        return False
    if _ENGINE in sys.modules:
        return pairs >= PAIRS_WHEN_LOADED
    return pairs >= PAIRS_WHEN_COLD or (pairs >= PAIRS_WHEN_WARM and is_warm(NEAREST_READY))
