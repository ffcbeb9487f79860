"""Shortest paths from several seeds at once, and which nodes hang together: the inner loops.

Machine code where numba is there; `loops` says when, `plain_paths` is the same without it.
"""

from __future__ import annotations

import numpy as np

from siting.access.roads import Floats, Longs
from siting.overlay.kernel.jit import compiled


@compiled("i8", "i8[]", "i8", is_inlined=True)
def root_of(parent: Longs, node: int) -> int:
    """Return the node that stands for all that hang together with this one."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled("none", "i8[:]", "i8[:]", "i8[]")
def unite(one: Longs, other: Longs, parent: Longs) -> None:
    """Join the groups of each pair of nodes; the lowest node stands for its group.

    ``parent`` comes in as 0, 1, 2 …, and goes out with the group of each node.
    """
    for pair in range(len(one)):
        left, right = root_of(parent, one[pair]), root_of(parent, other[pair])
        parent[max(left, right)] = min(left, right)
    for node in range(len(parent)):
        parent[node] = root_of(parent, node)


@compiled("none", "f8[]", "i8[]", "i8", "f8", "i8", is_inlined=True)
def _push(keys: Floats, heap: Longs, size: int, key: float, node: int) -> None:
    """Put a node into a heap of so many, the cheapest on top, four below each."""
    at = size
    while at > 0:
        above = (at - 1) // 4
        if keys[above] <= key:
            break
        keys[at], heap[at] = keys[above], heap[above]
        at = above
    keys[at], heap[at] = key, node


@compiled("none", "f8[]", "i8[]", "i8", is_inlined=True)
def _drop(keys: Floats, heap: Longs, size: int) -> None:
    """Take the top from a heap of so many: the last comes to where it belongs."""
    last = size - 1
    key, node = keys[last], heap[last]
    at = 0
    while 4 * at + 1 < last:
        first = 4 * at + 1
        least = first
        for below in range(first + 1, min(first + 4, last)):
            if keys[below] < keys[least]:
                least = below
        if keys[least] >= key:
            break
        keys[at], heap[at] = keys[least], heap[least]
        at = least
    keys[at], heap[at] = key, node


@compiled("b1", "f8", "i8", "f8", "f8", "i8", "f8", is_inlined=True)
def _is_better(
    cost: float, label: int, extra: float, known: float, known_label: int, known_extra: float
) -> bool:
    """True when a way is better than the one that is known: cost, label, what is counted."""
    if cost != known:
        return cost < known
    return label < known_label or (label == known_label and extra < known_extra)


@compiled("i8", "i8[:]", "i8[:]", "f8[:]", "f8[:]", "i8[:]", "f8", "f8[]", "f8[]", "i8[]")
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
    """Find the cheapest way from the seeds to every node that costs no more than ``most``.

    The arcs of node ``i`` are ``starts[i]`` to ``starts[i + 1]``: where they lead, what they cost
    (over 0), and what is only counted along. At the seeds ``best``, ``carried`` and ``label`` bear
    what each starts with; elsewhere ``best`` is infinite. Afterwards they say of each node
    what the way to it costs, what was counted along it, and the label it came from; of ways
    of equal cost that with the lowest label, then with the least counted. Beyond ``most``, and
    where nothing leads, ``best`` stays infinite. Returns the number of nodes reached.

    Dijkstra, E. W. (1959), A note on two problems in connexion with graphs. A node waits once
    more for each better way that is found to it; those that have got old are passed over.
    """
    keys, heap = np.empty(len(heads) + len(seeds)), np.empty(len(heads) + len(seeds), np.int64)
    is_done = np.zeros(len(best), np.bool_)
    size = reached = 0
    for seed in seeds:
        _push(keys, heap, size, best[seed], seed)
        size += 1
    while size and keys[0] <= most:
        node = heap[0]
        _drop(keys, heap, size)
        size -= 1
        if is_done[node]:
            continue
        is_done[node] = True
        reached += 1
        for arc in range(starts[node], starts[node + 1]):
            head = heads[arc]
            total, along = best[node] + cost[arc], carried[node] + extra[arc]
            if not is_done[head] and _is_better(
                total, label[node], along, best[head], label[head], carried[head]
            ):
                best[head], carried[head], label[head] = total, along, label[node]
                _push(keys, heap, size, total, head)
                size += 1
    for at in range(size):
        if not is_done[heap[at]]:
            best[heap[at]] = np.inf
    return reached
