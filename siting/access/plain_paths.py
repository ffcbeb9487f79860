"""The same ways and groups in plain Python: for small networks, which never wait for numba.

Every figure is the same to the last bit as from :mod:`siting.access.paths`: a node's way is the
best of the ways over its neighbours, in whatever order they are looked at.
"""

from __future__ import annotations

import heapq

import numpy as np

from siting.access.roads import Floats, Longs


def unite(one: Longs, other: Longs, parent: Longs) -> None:
    """Join the groups of each pair of nodes; see :func:`siting.access.paths.unite`."""
    group = parent.tolist()

    def root_of(node: int) -> int:
        while group[node] != node:
            group[node] = group[group[node]]
            node = group[node]
        return node

    for left, right in zip(one.tolist(), other.tolist(), strict=True):
        low, high = sorted((root_of(left), root_of(right)))
        group[high] = low
    parent[:] = [root_of(node) for node in range(len(group))]


def spread(
    starts: Longs,
    heads: Longs,
    cost: Floats,
    extra: Floats,
    seeds: Longs,
    most: float,
    best: Floats,
    carried: Floats,
    label: Longs,
) -> int:
    """Find the cheapest way from seeds to all nodes; see :func:`siting.access.paths.spread`."""
    first = starts.tolist()
    arcs = list(zip(heads.tolist(), cost.tolist(), extra.tolist(), strict=True))
    known = list(zip(best.tolist(), label.tolist(), carried.tolist(), strict=True))
    waiting = [(known[seed][0], seed) for seed in seeds.tolist()]
    heapq.heapify(waiting)
    is_done = [False] * len(known)
    while waiting and waiting[0][0] <= most:
        least, node = heapq.heappop(waiting)
        if is_done[node]:
            continue
        is_done[node] = True
        _, name, along = known[node]
        for head, more, aside in arcs[first[node] : first[node + 1]]:
            way = least + more, name, along + aside
            if not is_done[head] and way < known[head]:
                known[head] = way
                heapq.heappush(waiting, (way[0], head))
    best[:] = [each[0] for each in known]
    label[:] = [each[1] for each in known]
    carried[:] = [each[2] for each in known]
    best[[node for _, node in waiting if not is_done[node]]] = np.inf
    return sum(is_done)
