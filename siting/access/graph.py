"""A network as one mode travels it: arcs both ways, minutes, the parts that hang together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access.loops import loops_for
from siting.access.network import Network
from siting.access.roads import Floats, Longs
from siting.access.speeds import Mode

#: Minutes for a kilometre at 1 km/h, by which metres and km/h give minutes.
METRES_PER_MINUTE_AT_1_KMH = 1000.0 / 60.0


class Arcs(NamedTuple):
    """Arcs as rows of a sparse matrix: those of node i are ``starts[i]`` to ``starts[i + 1]``."""

    starts: Longs
    heads: Longs
    minutes: Floats
    metres: Floats


@dataclass(frozen=True, slots=True)
class Part:
    """Roads that hang together, one-way streets taken both ways; number 0 is the longest part.

    ``share`` is of the length of all open roads. The example is the road with most metres in it.
    """

    number: int
    edges: int
    nodes: int
    length_m: float
    share: float
    example_id: str
    example_name: str
    west: float
    south: float
    east: float
    north: float

    @property
    def is_main(self) -> bool:
        """True for the longest part; all others are islands."""
        return self.number == 0


@dataclass(frozen=True, slots=True)
class UnknownClass:
    """A word of the class column that the mode has no speed for, and in how many rows."""

    word: str
    rows: int
    example_id: str


@dataclass(frozen=True, eq=False)
class Graph:
    """A network for one mode.

    ``minutes`` is by edge, NaN where the mode may not go; ``is_along`` and ``is_against``
    say in which senses it may. ``out`` are the arcs as they are travelled, ``back`` the same
    turned round. ``part`` is the part of each edge, -1 where it is closed; ``parts[0]`` the
    longest. ``unknown`` lists the classes that were given the mode's default speed.
    ``has_frontage`` is true where one gets on from beside the road: open, on the ground (level
    0), and of a class that allows it.
    """

    network: Network
    mode: Mode
    minutes: Floats
    is_along: NDArray[np.bool_]
    is_against: NDArray[np.bool_]
    out: Arcs
    back: Arcs
    part: Longs
    parts: tuple[Part, ...]
    unknown: tuple[UnknownClass, ...]
    has_frontage: NDArray[np.bool_]

    @property
    def islands(self) -> tuple[Part, ...]:
        """The parts that do not hang together with the longest one."""
        return self.parts[1:]

    @cached_property
    def tree(self) -> tuple[shapely.STRtree, Longs]:
        """An index of the edges with frontage, and which edges they are."""
        return self._tree(self.has_frontage)

    @cached_property
    def main_tree(self) -> tuple[shapely.STRtree, Longs]:
        """The same of the longest part alone."""
        return self._tree(self.has_frontage & (self.part == 0))

    def _tree(self, chosen: NDArray[np.bool_]) -> tuple[shapely.STRtree, Longs]:
        edges = np.flatnonzero(chosen)
        return shapely.STRtree(self.network.lines[edges]), edges


def graph_of(network: Network, mode: Mode) -> Graph:
    """Return a network as one mode travels it.

    Parameters
    ----------
    network
        Edges and nodes.
    mode
        Speeds by class, and whether it heeds one-way streets.

    Returns
    -------
    Graph
        A class at 0 km/h is closed: its edges are in no part and nobody gets on them.
    """
    kmh, unknown = _speeds_kmh(network, mode)
    row_kmh = kmh[network.rows]
    is_open = row_kmh > 0
    speed = np.where(is_open, row_kmh, np.nan) * METRES_PER_MINUTE_AT_1_KMH
    minutes = network.length_m / speed
    way = network.roads.one_way[network.rows] if mode.heeds_one_way else np.zeros(len(network))
    is_along, is_against = is_open & (way >= 0), is_open & (way <= 0)
    tails = np.concatenate([network.tails[is_along], network.heads[is_against]])
    heads = np.concatenate([network.heads[is_along], network.tails[is_against]])
    edges = np.concatenate([np.flatnonzero(is_along), np.flatnonzero(is_against)])
    costs = minutes[edges], network.length_m[edges]
    part, parts = _parts(network, is_open)
    roads = network.roads
    has_frontage = np.array(
        [word.casefold() not in mode.no_frontage for word in roads.classes], bool
    )
    return Graph(
        network=network,
        mode=mode,
        minutes=minutes,
        is_along=is_along,
        is_against=is_against,
        out=_arcs(network.nodes, tails, heads, costs),
        back=_arcs(network.nodes, heads, tails, costs),
        part=part,
        parts=parts,
        unknown=unknown,
        has_frontage=is_open & (has_frontage & (roads.levels == 0))[network.rows],
    )


def _speeds_kmh(network: Network, mode: Mode) -> tuple[Floats, tuple[UnknownClass, ...]]:
    """Return the speed on each road, 0 where it is closed, and the classes without one."""
    roads = network.roads
    words = [word.casefold() for word in roads.classes]
    by_class = np.array([mode.speeds_kmh.get(word, mode.default_kmh) for word in words], np.float64)
    posted = roads.posted_kmh if mode.heeds_posted_speed else np.full(len(roads), np.nan)
    is_posted = (by_class > 0) & np.isfinite(posted)
    is_unknown = [word not in mode.speeds_kmh for word in words]
    rows = [row for row, unknown in enumerate(is_unknown) if unknown and not is_posted[row]]
    counts = Counter(roads.classes[row] for row in rows)
    first = {roads.classes[row]: roads.ids[row] for row in reversed(rows)}
    unknown = tuple(UnknownClass(word, counts[word], first[word]) for word in sorted(counts))
    return np.where(is_posted, posted, by_class), unknown


def _arcs(nodes: int, tails: Longs, heads: Longs, costs: tuple[Floats, Floats]) -> Arcs:
    order = np.lexsort((heads, tails))
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=nodes))])
    return Arcs(starts.astype(np.int64), heads[order], costs[0][order], costs[1][order])


def _parts(network: Network, is_open: NDArray[np.bool_]) -> tuple[Longs, tuple[Part, ...]]:
    """Return the part of each edge, and the parts, longest first."""
    group = np.arange(network.nodes)
    loops_for(len(group)).unite(network.tails[is_open], network.heads[is_open], group)
    edges = np.flatnonzero(is_open)
    part = np.full(len(network), -1, np.int64)
    if not len(edges):
        return part, ()
    roots, of_edge = np.unique(group[network.tails[edges]], return_inverse=True)
    lengths = np.bincount(of_edge, weights=network.length_m[edges])
    first = np.full(len(roots), len(network), np.int64)
    np.minimum.at(first, of_edge, edges)
    rank = np.empty(len(roots), np.int64)
    rank[np.lexsort((first, -lengths))] = np.arange(len(roots))
    part[edges] = rank[of_edge]
    return part, _described(network, edges, part[edges])


def _described(network: Network, edges: Longs, part: Longs) -> tuple[Part, ...]:
    count = int(part.max()) + 1
    length = network.length_m[edges]
    lengths = np.bincount(part, weights=length, minlength=count)
    total = float(lengths.sum())
    ends = np.stack([network.tails[edges], network.heads[edges]], axis=1)
    pairs = np.unique(np.repeat(part, 2) * network.nodes + ends.ravel())
    nodes = np.bincount(pairs // network.nodes, minlength=count)
    boxes = _boxes(network, edges, part, count)
    example = _longest_roads(network.rows[edges], part, length)
    sizes = np.bincount(part, minlength=count)
    return tuple(
        Part(
            number,
            int(sizes[number]),
            int(nodes[number]),
            float(lengths[number]),
            float(lengths[number]) / total,
            network.roads.ids[example[number]],
            network.roads.names[example[number]],
            *boxes[number].tolist(),
        )
        for number in range(count)
    )


def _boxes(network: Network, edges: Longs, part: Longs, count: int) -> Floats:
    """Return west, south, east, north of each part."""
    boxes = shapely.bounds(network.lines[edges])
    whole = np.full((count, 4), np.inf)
    np.minimum.at(whole, part, boxes * np.array([1, 1, -1, -1]))
    turned: Floats = whole * np.array([1, 1, -1, -1])
    return turned


def _longest_roads(rows: Longs, part: Longs, length_m: Floats) -> list[int]:
    """Return for each part the road with most metres in it; of equal ones the first."""
    roads = int(rows.max()) + 1
    pairs, of_edge = np.unique(part * roads + rows, return_inverse=True)
    metres = np.bincount(of_edge, weights=length_m)
    order = np.lexsort((pairs, -metres, pairs // roads))
    first = np.unique(pairs[order] // roads, return_index=True)[1]
    return [int(pair % roads) for pair in pairs[order[first]]]
