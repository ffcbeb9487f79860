"""The inner loops alone, as machine code and in plain Python: limits, ties, what hangs together."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from siting.access import loops, paths, plain_paths

INF = np.inf
WAYS = [paths, plain_paths]


@pytest.fixture(params=WAYS, ids=["machine code", "plain"])
def way(request: pytest.FixtureRequest) -> ModuleType:
    """Either way of running the loops."""
    module: ModuleType = request.param
    return module


def _spread(
    way: ModuleType,
    arcs: list[tuple[int, int, float, float]],
    nodes: int,
    seeds: dict[int, int],
    most: float,
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
    reached = way.spread(starts, heads, cost, extra, start, most, best, carried, label)
    return reached, best.tolist(), carried.tolist(), label.tolist()


@pytest.mark.parametrize(
    ("most", "reached", "best"),
    [(INF, 4, [0, 1, 2, 3]), (2.0, 3, [0, 1, 2, INF]), (1.5, 2, [0, 1, INF, INF])],
)
def test_a_search_ends_at_its_limit(
    way: ModuleType, most: float, reached: int, best: list[float]
) -> None:
    arcs = [(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (2, 3, 1.0, 1.0)]

    found = _spread(way, arcs, 4, {0: 0}, most)

    assert found[:2] == (reached, best)


@pytest.mark.parametrize("extras", [(500.0, 1000.0), (1000.0, 500.0)])
def test_of_ways_of_equal_cost_the_one_with_less_counted_is_kept(
    way: ModuleType, extras: tuple[float, float]
) -> None:
    arcs = [(0, 1, 1.0, extras[0]), (0, 1, 1.0, extras[1])]

    assert _spread(way, arcs, 2, {0: 0}, INF)[2] == [0.0, 500.0]


@pytest.mark.parametrize("labels", [(3, 7), (7, 3)])
def test_of_seeds_that_are_as_near_the_lowest_label_is_kept(
    way: ModuleType, labels: tuple[int, int]
) -> None:
    arcs = [(0, 1, 1.0, 0.0), (2, 1, 1.0, 0.0)]

    assert _spread(way, arcs, 3, {0: labels[0], 2: labels[1]}, INF)[3][1] == 3


def test_the_lowest_node_stands_for_those_that_hang_together(way: ModuleType) -> None:
    group = np.arange(6)

    way.unite(np.array([5, 1, 4]), np.array([3, 2, 5]), group)

    assert group.tolist() == [0, 1, 1, 3, 3, 3]


@pytest.mark.parametrize("seed", range(20))
def test_both_ways_agree_to_the_last_bit(seed: int) -> None:
    dice = np.random.default_rng(seed)
    nodes, count = 40, int(dice.integers(0, 120))
    tails, heads = np.sort(dice.integers(0, nodes, count)), dice.integers(0, nodes, count)
    # few different costs, so that many ways are equally good
    cost, extra = dice.choice([0.1, 0.2, 0.3, 0.7], count), dice.choice([1.0, 2.5], count)
    starts = np.searchsorted(tails, np.arange(nodes + 1)).astype(np.int64)
    seeds = np.unique(dice.integers(0, nodes, 4))
    most = float(dice.choice([INF, 0.8]))
    found = []
    for way in WAYS:
        best, carried, label = np.full(nodes, INF), np.zeros(nodes), np.full(nodes, -1, np.int64)
        best[seeds], carried[seeds], label[seeds] = 0.1 * (seeds % 3), 1.0, seeds % 2
        reached = way.spread(starts, heads, cost, extra, seeds, most, best, carried, label)
        is_known = np.isfinite(best)
        group = np.arange(nodes)
        way.unite(tails, heads, group)
        ways = [best.tolist(), carried[is_known].tolist(), label[is_known].tolist()]
        found.append((reached, ways, group.tolist()))
    assert found[0] == found[1]


def test_a_small_network_never_waits_for_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, paths.__name__)
    assert loops.loops_for(loops.FEW) is plain_paths
    assert loops.loops_for(loops.FEW + 1).__name__ == paths.__name__


def test_without_numba_nothing_but_plain_python_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert loops.loops_for(10 * loops.FEW) is plain_paths
