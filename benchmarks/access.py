"""Travel on a network of a million edges: making it, reaching it, and finding the nearest service.

    python benchmarks/access.py [edges ...] [--peers]

A lattice of bent streets of which three in ten are missing, a fifth one-way, and one in fifty ends
0.4 m short of its crossing. CPU seconds of one thread. ``--peers`` asks networkx and scipy the same
of the same graph (`access_peers.py`).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access import (
    Graph,
    Question,
    Roads,
    graph_of,
    nearest_services,
    network_of,
    places_on,
    plain_roads,
    read_speeds,
    ways_between,
)

CRS = "EPSG:4547"
SEED = 20261122
BLOCK_M = 100.0
SITES, SERVICES, ORIGINS = 100_000, 1_000, 10
CLASSES = ("主干路", "次干路", "支路")


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of some work, and what it returned."""
    start = time.process_time()
    done = work()
    return round(time.process_time() - start, 2), done


def streets(edges: int) -> Roads:
    """Return about so many streets between crossings."""
    dice = np.random.default_rng(SEED)
    side = round((edges / 1.4) ** 0.5)
    x, y = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    xy = np.stack([x, y], axis=-1) * BLOCK_M + dice.normal(0, 8.0, (side, side, 2))
    xy = np.round(xy + np.array([400_000.0, 2_500_000.0]), 3)
    starts = np.concatenate([xy[:-1].reshape(-1, 2), xy[:, :-1].reshape(-1, 2)])
    ends = np.concatenate([xy[1:].reshape(-1, 2), xy[:, 1:].reshape(-1, 2)])
    is_there = dice.random(len(starts)) > 0.3
    starts, ends = starts[is_there], ends[is_there].copy()
    middle = np.round((starts + ends) / 2 + dice.normal(0, 3.0, ends.shape), 3)
    is_short = dice.random(len(ends)) < 0.02
    way = ends - middle
    ends[is_short] -= (0.4 * way / np.hypot(*way.T)[:, None])[is_short]
    lines = shapely.linestrings(np.stack([starts, middle, ends], axis=1))
    one_way = dice.choice([0, 0, 0, 0, 1], len(lines))
    return plain_roads(lines, CRS, one_way=one_way, classes=dice.choice(CLASSES, len(lines)))


def spots(graph: Graph, count: int, seed: int) -> NDArray[np.object_]:
    low, high = graph.network.node_xy.min(0), graph.network.node_xy.max(0)
    return shapely.points(np.random.default_rng(seed).uniform(low, high, (count, 2)))


def measured(edges: int, *, peers: bool) -> dict[str, object]:
    roads = streets(edges)
    row: dict[str, object] = {"streets": len(roads)}
    row["network_s"], network = spent(lambda: network_of(roads))
    row |= {"edges": len(network), "nodes": network.nodes}
    row["ends_joined"] = len(network.drawing.joined)
    row["graph_s"], graph = spent(lambda: graph_of(network, read_speeds().modes["drive"]))
    row["parts"] = len(graph.parts)
    row["tree_s"], _ = spent(lambda: graph.tree[0].query(shapely.Point(0, 0)))
    names = list(map(str, range(SITES)))
    row["places_s"], sites = spent(
        lambda: places_on(graph, spots(graph, SITES, 1), names, CRS, only_main=True)
    )
    services = places_on(graph, spots(graph, SERVICES, 2), names[:SERVICES], CRS, only_main=True)
    row["nearest_s"], found = spent(
        lambda: nearest_services(graph, sites, services, Question("school"))
    )
    row["unreached"] = int((found.service < 0).sum())
    few = places_on(graph, spots(graph, ORIGINS, 3), names[:ORIGINS], CRS, only_main=True)
    row["one_search_s"], matrix = spent(lambda: ways_between(graph, few, services))
    row["one_search_s"] = round(float(row["one_search_s"]) / ORIGINS, 3)  # type: ignore[arg-type]
    if peers:
        from access_peers import beside  # noqa: PLC0415 - networkx and scipy are not the project's

        row |= beside(graph, few.edge)
    assert np.isfinite(matrix.minutes).any()
    return row


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("edges", nargs="*", type=int, default=[62_500, 250_000, 1_000_000])
    asked.add_argument("--peers", action="store_true")
    given = asked.parse_args()
    for edges in given.edges:
        print(json.dumps(measured(edges, peers=given.peers)), flush=True)


if __name__ == "__main__":
    main()
