"""The machine code alone: limits, ties, and what hangs together."""

from __future__ import annotations

import numpy as np
import pytest

from siting.access.paths import spread, unite

INF = np.inf


def _spread(
    arcs: list[tuple[int, int, float, float]], nodes: int, seeds: dict[int, int], most: float
) -> tuple[int, list[float], list[float], list[int]]:
    """Search over arcs (from, to, cost, extra), from seeds with their labels."""
    arcs = sorted(arcs)
    starts = np.searchsorted([arc[0] for arc in arcs], np.arange(nodes + 1)).astype(np.int64)
    heads = np.array([arc[1] for arc in arcs], np.int64)
    cost, extra = (np.array([arc[at] for arc in arcs], np.float64) for at in (2, 3))
    best, carried, label = np.full(nodes, INF), np.zeros(nodes), np.full(nodes, -1, np.int64)
    for node, name in seeds.items():
        best[node], label[node] = 0.0, name
    start = np.array(sorted(seeds), np.int64)
    reached = spread(starts, heads, cost, extra, start, most, best, carried, label)
    return reached, best.tolist(), carried.tolist(), label.tolist()


@pytest.mark.parametrize(
    ("most", "reached", "best"),
    [(INF, 4, [0, 1, 2, 3]), (2.0, 3, [0, 1, 2, INF]), (1.5, 2, [0, 1, INF, INF])],
)
def test_a_search_ends_at_its_limit(most: float, reached: int, best: list[float]) -> None:
    arcs = [(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (2, 3, 1.0, 1.0)]

    found = _spread(arcs, 4, {0: 0}, most)

    assert found[:2] == (reached, best)


@pytest.mark.parametrize("extras", [(500.0, 1000.0), (1000.0, 500.0)])
def test_of_ways_of_equal_cost_the_one_with_less_counted_is_kept(
    extras: tuple[float, float],
) -> None:
    arcs = [(0, 1, 1.0, extras[0]), (0, 1, 1.0, extras[1])]

    assert _spread(arcs, 2, {0: 0}, INF)[2] == [0.0, 500.0]


@pytest.mark.parametrize("labels", [(3, 7), (7, 3)])
def test_of_seeds_that_are_as_near_the_lowest_label_is_kept(labels: tuple[int, int]) -> None:
    arcs = [(0, 1, 1.0, 0.0), (2, 1, 1.0, 0.0)]

    assert _spread(arcs, 3, {0: labels[0], 2: labels[1]}, INF)[3][1] == 3


def test_the_lowest_node_stands_for_those_that_hang_together() -> None:
    group = np.arange(6)

    unite(np.array([5, 1, 4]), np.array([3, 2, 5]), group)

    assert group.tolist() == [0, 1, 1, 3, 3, 3]
