"""Shortest paths from several seeds at once, and which nodes hang together: the inner loops.

Machine code where numba is there, the same functions in plain Python where it is not.
"""

from __future__ import annotations

import numpy as np

from siting.access.roads import Floats, Longs
from siting.overlay.kernel.jit import compiled

#: What ``place`` says of a node that is not waiting: never met, or done with.
UNSEEN, DONE = -1, -2


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


@compiled("none", "f8[]", "i8[]", "i8[]", "i8")
def _rise(cost: Floats, heap: Longs, place: Longs, at: int) -> None:
    """Bring a node of the heap to where its cost belongs, towards the top."""
    node = heap[at]
    while at > 0:
        above = (at - 1) // 4
        if cost[heap[above]] <= cost[node]:
            break
        heap[at] = heap[above]
        place[heap[at]] = at
        at = above
    heap[at] = node
    place[node] = at


@compiled("none", "f8[]", "i8[]", "i8[]", "i8")
def _sink(cost: Floats, heap: Longs, place: Longs, size: int) -> None:
    """Bring the top of the heap to where its cost belongs."""
    at, node = 0, heap[0]
    while True:
        least, first = -1, 4 * at + 1
        for below in range(first, min(first + 4, size)):
            if least < 0 or cost[heap[below]] < cost[heap[least]]:
                least = below
        if least < 0 or cost[heap[least]] >= cost[node]:
            break
        heap[at] = heap[least]
        place[heap[at]] = at
        at = least
    heap[at] = node
    place[node] = at


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

    Dijkstra, E. W. (1959), A note on two problems in connexion with graphs; with a heap of four.
    """
    heap = np.empty(len(best), np.int64)
    place = np.full(len(best), UNSEEN)
    size = 0
    for seed in seeds:
        heap[size] = seed
        size += 1
        _rise(best, heap, place, size - 1)
    reached = 0
    while size:
        node = heap[0]
        if best[node] > most:
            break
        size -= 1
        heap[0] = heap[size]
        if size:
            _sink(best, heap, place, size)
        place[node] = DONE
        reached += 1
        for arc in range(starts[node], starts[node + 1]):
            head = heads[arc]
            if place[head] == DONE:
                continue
            total = best[node] + cost[arc]
            along = carried[node] + extra[arc]
            if place[head] == UNSEEN:
                heap[size] = head
                place[head] = size
                size += 1
            elif not _is_better(total, label[node], along, best[head], label[head], carried[head]):
                continue
            best[head], carried[head], label[head] = total, along, label[node]
            _rise(best, heap, place, place[head])
    for waiting in range(size):
        best[heap[waiting]] = float("inf")
    return reached
