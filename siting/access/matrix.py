"""Ways from each place to each other place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.access.graph import Graph
from siting.access.places import Lack, Places, doors_of
from siting.access.roads import Floats
from siting.access.search import Costs, Measure, Search, Ways


@dataclass(frozen=True, eq=False, slots=True)
class Matrix:
    """Ways from each origin (rows) to each destination (columns), door to door.

    NaN where there is none; :meth:`lack` says why.
    """

    origins: Places
    destinations: Places
    minutes: Floats
    metres: Floats
    is_limited: bool

    def lack(self, origin: int, destination: int) -> Lack | None:
        """Return why there is no way; None where there is one.

        Where there was a limit, what lies beyond is not told from what one-way streets bar.
        """
        if np.isfinite(self.minutes[origin, destination]):
            return None
        missing = self.origins.lacks[origin] or self.destinations.lacks[destination]
        if missing:
            return missing
        if self.origins.part[origin] != self.destinations.part[destination]:
            return Lack.OTHER_PART
        return Lack.TOO_FAR if self.is_limited else Lack.ONE_WAY


def ways_between(
    graph: Graph,
    origins: Places,
    destinations: Places,
    *,
    measure: Measure = Measure.MINUTES,
    most: float = np.inf,
) -> Matrix:
    """Return minutes and metres from each origin to each destination, one search per origin.

    Parameters
    ----------
    graph
        The network and the mode.
    origins, destinations
        Places on that graph.
    measure
        What is least; the other is counted along the same way.
    most
        Searches end there (minutes or metres, as measured).
    """
    search = Search(graph, measure)
    leaving = search.seeds(doors_of(graph, origins, is_leaving=True), origins)
    arriving = doors_of(graph, destinations, is_leaving=False)
    direct = search.along_one_road(origins, destinations)
    start, end = search.off_road(origins), search.off_road(destinations)
    shape = (len(origins), len(destinations))
    found = Costs(np.full(shape, np.nan), np.full(shape, np.nan))
    for origin in np.flatnonzero(origins.is_placed).tolist():
        ways = search.run(leaving.of(origin), arriving, most)
        own = direct.of(origin)
        least, along = own.costs
        costs = Costs(least + start.least[origin], along + start.along[origin])
        _, total = ways.also(Ways(own.place, own.label, costs)).best(len(destinations))
        least, along = total.least + end.least, total.along + end.along
        is_within = np.isfinite(least) & (least <= most)
        found.least[origin, is_within] = least[is_within]
        found.along[origin, is_within] = along[is_within]
    minutes, metres = search.costs(*found)
    return Matrix(origins, destinations, minutes, metres, bool(np.isfinite(most)))
