"""Travel on random town grids against networkx, on a graph that the test builds by itself."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely

from siting.city import AccessSpec
from siting.criteria.travel import Travel

from .. import tiny_city as tiny
from .lots import line, point, setting_of, sites_of, tip, travel

#: Junctions lie so far apart that a place a few metres off a street has no other near, m.
BLOCK_M = 300.0
COLUMNS = 12
OFF_M = 4.0
WALK_M_PER_MIN = 4000 / 60
#: As siting/access/speeds.toml has them, by car.
KMH = {"主干路": 40.0, "支路": 20.0, "巷道": 10.0}


@dataclass
class Town:
    """Streets between junctions of a lattice, of which some are missing, and places on them."""

    ends: list[tuple[tuple[int, int], tuple[int, int]]]
    classes: list[str]
    ways: list[int]
    on: dict[int, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))

    def spot(self, street: int, share: float) -> tuple[float, float]:
        """Return the local place OFF_M beside a street, on the left of it."""
        (x0, y0), (x1, y1) = self.ends[street]
        east = BLOCK_M * (1 + x0 + share * (x1 - x0)) - OFF_M * (y1 - y0)
        return east, BLOCK_M * (1 + y0 + share * (y1 - y0)) + OFF_M * (x1 - x0)

    def graph(self, mode: str, count: str) -> nx.MultiDiGraph:
        """Return the streets cut where places are on them, minutes or metres as weights."""
        graph = nx.MultiDiGraph()
        for street, (start, end) in enumerate(self.ends):
            stops = [(0.0, start), *sorted(self.on[street]), (1.0, end)]
            kmh = 4.0 if mode == "walk" else KMH[self.classes[street]]
            way = 0 if mode == "walk" else self.ways[street]
            for (here, one), (there, other) in itertools.pairwise(stops):
                metres = (there - here) * BLOCK_M
                weight = metres if count == "metres" else metres / (kmh * 1000 / 60)
                if way >= 0:
                    graph.add_edge(one, other, weight=weight)
                if way <= 0:
                    graph.add_edge(other, one, weight=weight)
        return graph


def _town(dice: np.random.Generator) -> Town:
    nodes = list(itertools.product(range(COLUMNS), range(COLUMNS)))
    links = [((x, y), (x + 1, y)) for x, y in nodes if x + 1 < COLUMNS]
    links += [((x, y), (x, y + 1)) for x, y in nodes if y + 1 < COLUMNS]
    kept = [links[at] for at in np.flatnonzero(dice.random(len(links)) < 0.6)]
    return Town(
        kept,
        dice.choice(list(KMH), len(kept)).tolist(),
        dice.choice([0, 0, 1, -1], len(kept)).tolist(),
    )


def _at(*corner: int) -> tuple[float, float]:
    return BLOCK_M * (1 + corner[0]), BLOCK_M * (1 + corner[1])


def _expected(town: Town, measure: Travel, names: list[str], services: list[str]) -> list[float]:
    graph = town.graph(measure.mode, measure.count)
    if measure.direction == "to_service":
        graph = graph.reverse()
    known = nx.multi_source_dijkstra_path_length(graph, services)
    off = 2 * OFF_M / (1 if measure.count == "metres" else WALK_M_PER_MIN)
    return [known.get(name, math.nan) + off for name in names]


@pytest.mark.parametrize("seed", range(12))
def test_every_way_is_the_one_that_networkx_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    town = _town(dice)
    names, services = [f"lot {n}" for n in range(60)], [f"stop {n}" for n in range(4)]
    spots: dict[str, tuple[float, float]] = {}
    for name in (*names, *services):
        street, share = int(dice.integers(len(town.ends))), float(dice.uniform(0.1, 0.9))
        town.on[street].append((share, name))
        spots[name] = town.spot(street, share)
    setting = setting_of(_roads(town), _stops([spots[name] for name in services]), **_SAID)
    lots = sites_of(*[_lot(*spots[name]) for name in names])

    reached = 0
    for mode, count, direction in itertools.product(
        ("walk", "drive"), ("minutes", "metres"), ("to_service", "from_service")
    ):
        measure = travel(mode=mode, count=count, direction=direction)
        found = measure.of(lots, setting, None)
        assert found is not None
        expected = _expected(town, measure, names, services)
        np.testing.assert_allclose(found.values, expected, rtol=1e-9)
        assert set(found.reasons) == {at for at, each in enumerate(expected) if math.isnan(each)}
        reached += int(np.isfinite(expected).sum())
    assert 0 < reached < 8 * len(names)


_SAID: dict[str, Any] = {"access": AccessSpec(columns={"road_class": "DJ", "one_way": "DX"})}


def _roads(town: Town) -> Any:
    words = {0: "双向", 1: "是", -1: "反向"}
    return tiny.layer(
        "road",
        [line(_at(*start), _at(*end)) for start, end in town.ends],
        columns={"DJ": town.classes, "DX": [words[way] for way in town.ways]},
    )


def _stops(spots: list[tuple[float, float]]) -> Any:
    return tiny.layer("metro_station", [point(*spot) for spot in spots])


def _lot(east: float, north: float) -> Any:
    """Return a lot whose corner is at the place, and which lies away from the street."""
    is_above = abs(north / BLOCK_M - round(north / BLOCK_M)) * BLOCK_M < 2 * OFF_M
    if is_above:
        return tip(east, north)
    # beside a street to the north: its corner to the east
    corners = [(east, north), (east - 20, north + 10), (east - 20, north - 10)]
    return tiny.place(shapely.Polygon(corners))
