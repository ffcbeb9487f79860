"""Setbacks: red lines within 50 m of rivers, roads and power lines, ours beside shapely's.

    python benchmarks/distances.py [parcels] [red lines]

CPU seconds of this process, both from geometry objects; shapely as an expert uses it: the tree
on the small side, which prepares each large feature once, then ``distance`` of the pairs found.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from city import extent_of, layer_of, red_lines_of

from siting.overlay import distances_within
from siting.overlay.kernel import nearest, reach

LIMIT_M = 50.0
ROUNDS = 3

Geometries = NDArray[np.object_]
Table = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def by_shapely(left: Geometries, right: Geometries) -> Table:
    """Return the pairs within the limit and their distances."""
    found, own = shapely.STRtree(left).query(right, predicate="dwithin", distance=LIMIT_M)
    order = np.lexsort((found, own))
    own, found = own[order], found[order]
    return own, found, shapely.distance(left[own], right[found])


def by_kernel(left: Geometries, right: Geometries) -> Table:
    """Return the same by the kernel alone, with bounds."""
    table = reach.distances(left, right, limit_m=LIMIT_M)
    return table.left, table.right, table.distance_m


def by_all(left: Geometries, right: Geometries) -> Table:
    """Return the same as a check does in bulk: limits exact, one pair in 100 shown to GEOS."""
    found = distances_within(left, right, LIMIT_M, shown_m=0.0)
    return found.left, found.right, found.distance_m


def timed(
    way: Callable[[Geometries, Geometries], Table], *sides: Geometries
) -> tuple[float, Table]:
    """Return the least CPU seconds of some rounds, and the answer."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        table = way(*sides)
        spent.append(time.process_time() - start)
    return min(spent), table


def main(parcels: int, red_lines: int) -> None:
    """Print a row per layer."""
    extent = extent_of(parcels)
    left = np.asarray(red_lines_of(extent, red_lines).geometry.array, dtype=object)
    names = ("rivers", "roads", "ecological_red_line", "power_corridors")
    layers = {name: np.asarray(layer_of(name, extent).geometry.array, object) for name in names}
    layers["power lines"] = shapely.boundary(layers.pop("power_corridors"))
    print(f"{red_lines} red lines; {nearest.__name__} is loaded")
    print(
        "layer | features | vertices | pairs | kernel s | with limits s | shapely s | ratio | off"
    )
    for name, right in layers.items():
        kernel_s, ours = timed(by_kernel, left, right)
        all_s, told = timed(by_all, left, right)
        shapely_s, theirs = timed(by_shapely, left, right)
        is_same = all(np.array_equal(told[side], theirs[side]) for side in (0, 1))
        off = f"{np.abs(told[2] - theirs[2]).max(initial=0.0):.1e} m" if is_same else "other pairs"
        sizes = f"{len(right)} | {shapely.get_num_coordinates(right).sum()} | {len(ours[0])}"
        spent = f"{kernel_s:.3f} | {all_s:.3f} | {shapely_s:.3f}"
        print(f"{name} | {sizes} | {spent} | {shapely_s / all_s:.1f} | {off}")


if __name__ == "__main__":
    main(*([int(text) for text in sys.argv[1:3]] or [100_000, 10_000]))
