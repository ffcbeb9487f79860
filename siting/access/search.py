"""One search over a graph from many places, and what it comes to at the places it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from siting.access.graph import Arcs, Graph
from siting.access.loops import loops_for
from siting.access.places import Doors, Places
from siting.access.roads import Floats, Longs


class Measure(StrEnum):
    """What is least on the way that is taken; the other is counted along that way."""

    MINUTES = "minutes"
    METRES = "metres"


class Costs(NamedTuple):
    """What is least, and what is counted along."""

    least: Floats
    along: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """Candidate ways: for whom, from which label, and what they cost."""

    place: Longs
    label: Longs
    costs: Costs

    def also(self, others: Ways) -> Ways:
        """Return these ways and others."""
        return Ways(
            np.concatenate([self.place, others.place]),
            np.concatenate([self.label, others.label]),
            Costs(*(np.concatenate(each) for each in zip(self.costs, others.costs, strict=True))),
        )

    def of(self, label: int) -> Ways:
        """Return the ways of one label."""
        chosen = self.label == label
        costs = Costs(self.costs.least[chosen], self.costs.along[chosen])
        return Ways(self.place[chosen], self.label[chosen], costs)

    def best(self, places: int) -> tuple[Longs, Costs]:
        """Return the best way for each place: its label (-1: none) and costs (then infinite).

        Of equal ones that with the lowest label.
        """
        label = np.full(places, -1, np.int64)
        costs = Costs(np.full(places, np.inf), np.full(places, np.inf))
        is_way = np.isfinite(self.costs.least)
        place, of = self.place[is_way], self.label[is_way]
        least, along = self.costs.least[is_way], self.costs.along[is_way]
        order = np.lexsort((along, of, least, place))
        first = order[np.unique(place[order], return_index=True)[1]]
        label[place[first]] = of[first]
        costs.least[place[first]], costs.along[place[first]] = least[first], along[first]
        return label, costs


@dataclass(frozen=True, eq=False, slots=True)
class Search:
    """Looks for ways on a graph: as it is travelled, or (``is_back``) turned round."""

    graph: Graph
    measure: Measure
    is_back: bool = False

    def costs(self, minutes: Floats, metres: Floats) -> Costs:
        """Return two figures in the order in which they are weighed."""
        is_time = self.measure is Measure.MINUTES
        return Costs(minutes, metres) if is_time else Costs(metres, minutes)

    def off_road(self, places: Places) -> Costs:
        """Return what the straight way between places and their roads costs."""
        return self.costs(places.off_road_min(self.graph), places.off_road_m)

    def run(self, seeds: Ways, asked: Doors, most: float = np.inf) -> Ways:
        """Search from seeds, whose places are nodes; return the ways to the doors asked for.

        The label of a seed comes out as that of the ways from it. Ways beyond `most` are not
        sought.
        """
        nodes = self.graph.network.nodes
        label, start = seeds.best(nodes)
        seed = np.flatnonzero(label >= 0)
        arcs: Arcs = self.graph.back if self.is_back else self.graph.out
        cost = self.costs(arcs.minutes, arcs.metres)
        loops_for(len(arcs.heads)).spread(arcs.starts, arcs.heads, *cost, seed, most, *start, label)
        last = self.costs(asked.minutes, asked.metres)
        return Ways(
            asked.place,
            label[asked.node],
            Costs(start.least[asked.node] + last.least, start.along[asked.node] + last.along),
        )

    def seeds(self, doors: Doors, places: Places) -> Ways:
        """Return doors as seeds: each starts with what its place is off the road."""
        off, own = self.off_road(places), self.costs(doors.minutes, doors.metres)
        costs = Costs(own.least + off.least[doors.place], own.along + off.along[doors.place])
        return Ways(doors.node, doors.place, costs)

    def along_one_road(self, starts: Places, ends: Places) -> Ways:
        """Return the ways on one edge: ``place`` numbers the ends, ``label`` the starts."""
        order = np.argsort(starts.edge, kind="stable")
        edges = starts.edge[order]
        low = np.searchsorted(edges, ends.edge, "left")
        count = np.where(ends.edge >= 0, np.searchsorted(edges, ends.edge, "right") - low, 0)
        end = np.repeat(np.arange(len(ends)), count)
        number = np.arange(len(end)) - np.repeat(np.cumsum(count) - count, count)
        start = order[low[end] + number]
        edge, ahead_m = ends.edge[end], ends.along_m[end] - starts.along_m[start]
        graph = self.graph
        # a search that is turned round goes from the end to the start
        is_onward = (ahead_m >= 0) ^ self.is_back
        is_open = np.where(is_onward, graph.is_along[edge], graph.is_against[edge])
        is_open |= ahead_m == 0
        edge, end, start = edge[is_open], end[is_open], start[is_open]
        metres = np.abs(ahead_m[is_open])
        minutes = metres * graph.minutes[edge] / graph.network.length_m[edge]
        return Ways(end, start, self.costs(minutes, metres))
