"""Conflicts as two arrays, against networkx and numpy."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from siting.allocate.graph import Graph, distinct, spans


@pytest.mark.parametrize("seed", range(20))
def test_neighbours_are_those_that_networkx_finds(seed):
    expected = nx.gnp_random_graph(12, 0.3, seed=seed)
    pairs = np.array(expected.edges, dtype=np.int64).reshape(-1, 2)
    graph = Graph.of(pairs, 12)
    for node in range(12):
        assert graph.near(node).tolist() == sorted(expected[node])


def test_without_edges_and_without_nodes():
    nothing = np.empty((0, 2), dtype=np.int64)
    assert Graph.of(nothing, 3).near(1).tolist() == []
    assert Graph.of(nothing, 0).starts.tolist() == [0]


def test_spans_put_ranges_one_after_the_other():
    numbers, counts = spans(np.array([5, 0, 7]), np.array([7, 0, 10]))
    assert numbers.tolist() == [5, 6, 7, 8, 9]
    assert counts.tolist() == [2, 0, 3]


@pytest.mark.parametrize("values", [[], [4], [3, 1, 3, 2, 1]])
def test_distinct_numbers_are_those_of_numpy(values):
    numbers = np.array(values, dtype=np.int64)
    assert distinct(numbers).tolist() == np.unique(numbers).tolist()
