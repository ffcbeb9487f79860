"""Least minutes from a node to all others, and the parts of a network, as networkx has them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from siting.access import Graph, Mode, RoadColumns, graph_of, network_of, plain_roads, roads_of
from siting.access.paths import spread
from siting.model import Text
from siting.model.features import FrameFeatures

from .streets import AS_DRAWN, CRS, shapes

SPEEDS = {"slow": 15.0, "quick": 45.0}
MODE = Mode("m", Text("m"), SPEEDS, default_kmh=30.0, off_road_kmh=4.0)
SOURCES = 5


def _as_networkx(graph: Graph) -> nx.MultiDiGraph:
    """The same arcs, parallel ones too."""
    arcs, nodes = graph.out, graph.network.nodes
    tails = np.repeat(np.arange(nodes), np.diff(arcs.starts))
    other = nx.MultiDiGraph()
    other.add_nodes_from(range(nodes))
    links = (each.tolist() for each in (tails, arcs.heads, arcs.minutes))
    other.add_weighted_edges_from(zip(*links, strict=True))
    return other


def _ours(graph: Graph, source: int) -> NDArray[np.float64]:
    nodes = graph.network.nodes
    best, carried, label = np.full(nodes, np.inf), np.zeros(nodes), np.zeros(nodes, np.int64)
    best[source] = 0.0
    spread(*graph.out, np.array([source]), np.inf, best, carried, label)
    return best


def _theirs(other: nx.MultiDiGraph, source: int) -> NDArray[np.float64]:
    best = np.full(len(other), np.inf)
    for node, minutes in nx.single_source_dijkstra_path_length(other, source).items():
        best[node] = minutes
    return best


def _hold(graph: Graph, dice: np.random.Generator) -> int:
    other = _as_networkx(graph)
    islands = nx.number_weakly_connected_components(other)
    assert len(graph.parts) == islands
    for source in dice.integers(0, graph.network.nodes, SOURCES).tolist():
        np.testing.assert_allclose(_ours(graph, source), _theirs(other, source), rtol=1e-12)
    return islands


@pytest.mark.parametrize("seed", range(25))
def test_random_streets_with_islands_and_one_way_signs(seed: int) -> None:
    dice = np.random.default_rng(seed)
    spots = np.unique(dice.integers(0, 3_000, (30, 2)), axis=0)
    ends = [dice.choice(len(spots), 2, replace=False) for _ in range(40)]
    lines = shapes(*[[tuple(spots[a]), tuple(spots[b])] for a, b in ends])
    roads = plain_roads(
        lines,
        CRS,
        classes=dice.choice(list(SPEEDS), len(lines)).tolist(),
        one_way=dice.choice([0, 0, 1, -1], len(lines)).tolist(),
    )
    _hold(graph_of(network_of(roads, AS_DRAWN), MODE), dice)


def test_random_streets_are_not_all_of_one_piece() -> None:
    """So that the test above has islands to name."""
    dice = np.random.default_rng(1)
    lines = shapes(*[[(x, 0.0), (x, 50.0)] for x in (0.0, 100.0, 200.0)])
    assert _hold(graph_of(network_of(plain_roads(lines, CRS), AS_DRAWN), MODE), dice) == 3


def test_the_streets_of_the_sample_city(repo_root: Path) -> None:
    table = gpd.read_file(repo_root / "data/base/base.gpkg", layer="roads")
    table = table.rename(columns={"id": "feature_id", "name": "feature_name"})
    roads = roads_of(FrameFeatures(table), RoadColumns(road_class="grade"), CRS)
    _hold(graph_of(network_of(roads), MODE), np.random.default_rng(2))
