"""The same graph asked of networkx and scipy, which the project does not need: answers agree."""

from __future__ import annotations

import time
from collections.abc import Callable

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from siting.access import Graph
from siting.access.paths import spread

SEARCHES = 3


def beside(graph: Graph, edges: NDArray[np.int64]) -> dict[str, object]:
    """Find the minutes to all nodes from the first nodes of some edges, three times."""
    arcs, nodes = graph.out, graph.network.nodes
    sources = graph.network.tails[edges[:SEARCHES]].tolist()
    tails = np.repeat(np.arange(nodes), np.diff(arcs.starts))
    # of parallel arcs the quickest: the peers have one link between two nodes
    order = np.lexsort((arcs.minutes, arcs.heads, tails))
    first = order[np.unique(tails[order] * nodes + arcs.heads[order], return_index=True)[1]]
    links, minutes = (tails[first], arcs.heads[first]), arcs.minutes[first]
    matrix = csr_matrix((minutes, links), shape=(nodes, nodes))
    other = nx.DiGraph()
    other.add_nodes_from(range(nodes))
    other.add_weighted_edges_from(zip(*(each.tolist() for each in (*links, minutes)), strict=True))
    seconds, found = {}, {}
    for name, search in {
        "siting": lambda source: ours(graph, source),
        "scipy": lambda source: dijkstra(matrix, indices=source),
        "networkx": lambda source: _dense(
            nx.single_source_dijkstra_path_length(other, source), nodes
        ),
    }.items():
        seconds[f"search_{name}_s"], found[name] = _spent(search, sources)
    np.testing.assert_allclose(found["siting"], found["scipy"], rtol=1e-12)
    np.testing.assert_allclose(found["siting"], found["networkx"], rtol=1e-12)
    parts = nx.number_weakly_connected_components(other)
    assert parts == len(graph.parts)
    return {**seconds, "parts_networkx": parts}


def _spent(
    search: Callable[[int], NDArray[np.float64]], sources: list[int]
) -> tuple[float, NDArray[np.float64]]:
    start = time.process_time()
    found = np.array([search(source) for source in sources])
    return round((time.process_time() - start) / len(sources), 3), found


def ours(graph: Graph, source: int) -> NDArray[np.float64]:
    arcs, nodes = graph.out, graph.network.nodes
    best, carried, label = np.full(nodes, np.inf), np.zeros(nodes), np.zeros(nodes, np.int64)
    best[source] = 0.0
    spread(*arcs, np.array([source]), np.inf, best, carried, label)
    return best


def _dense(ways: dict[int, float], nodes: int) -> NDArray[np.float64]:
    best = np.full(nodes, np.inf)
    best[list(ways)] = list(ways.values())
    return best
