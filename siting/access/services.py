"""The nearest service of a role for each site: minutes and metres, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.access.graph import Graph
from siting.access.places import Lack, Places, doors_of
from siting.access.roads import Floats, Longs
from siting.access.search import Costs, Measure, Search, Ways


class Direction(StrEnum):
    """Which way round: from the site to the service (a school), or from it (a fire station)."""

    TO_SERVICE = "to_service"
    FROM_SERVICE = "from_service"


@dataclass(frozen=True, eq=False, slots=True)
class Reach:
    """The nearest service of one role for each site, door to door.

    ``service`` is its number among ``services``, -1 where none is reached; then ``minutes`` and
    ``metres`` are NaN and ``lacks`` says why. Both count the straight ways between the places and
    their roads. ``graph`` is that of the places.
    """

    role: str
    graph: Graph
    sites: Places
    services: Places
    direction: Direction
    service: Longs
    minutes: Floats
    metres: Floats
    lacks: tuple[Lack | None, ...]

    @property
    def without_road(self) -> tuple[str, ...]:
        """The ids of services that no open road leads to: they serve nobody."""
        lacks = zip(self.services.ids, self.services.lacks, strict=True)
        return tuple(name for name, lack in lacks if lack)

    def records(self) -> list[dict[str, Any]]:
        """Return one record per site, fit for JSON: None and its reason where there is no way."""
        return [self._place(site) | self._way(site) for site in range(len(self.sites))]

    def _place(self, site: int) -> dict[str, Any]:
        """Return where a site meets the roads."""
        sites, network = self.sites, self.graph.network
        road, part, passed = (
            int(each[site]) for each in (sites.edge, sites.part, sites.passed_part)
        )
        return {
            "site": sites.ids[site],
            "road": network.roads.ids[network.rows[road]] if road >= 0 else None,
            "off_road_m": plain(sites.off_road_m[site]),
            "part": part if part >= 0 else None,
            "is_island": part > 0,
            "passed_part": passed if passed >= 0 else None,
            "passed_m": plain(sites.passed_m[site]),
        }

    def _way(self, site: int) -> dict[str, Any]:
        """Return what the way to the nearest service comes to."""
        service, lack = int(self.service[site]), self.lacks[site]
        is_served = service >= 0
        return {
            "role": self.role,
            "mode": self.graph.mode.name,
            "direction": self.direction.value,
            "service": self.services.ids[service] if is_served else None,
            "service_off_road_m": plain(self.services.off_road_m[service]) if is_served else None,
            "minutes": plain(self.minutes[site]),
            "metres": plain(self.metres[site]),
            "reason": lack.value if lack else None,
            "reason_zh": lack.text.zh if lack else None,
            "reason_en": lack.text.en if lack else None,
        }


def plain(value: float) -> float | None:
    """Return a figure to the third place; None for what is no figure."""
    return round(float(value), 3) if np.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about services of a role.

    ``role`` is what they are: ``metro_station``, ``school`` …. ``measure`` is what is least;
    of equally near services the first counts. Ways over ``most`` (minutes or metres, as measured,
    door to door) do not count.
    """

    role: str
    direction: Direction = Direction.TO_SERVICE
    measure: Measure = Measure.MINUTES
    most: float = np.inf


def nearest_services(graph: Graph, sites: Places, services: Places, question: Question) -> Reach:
    """Return the nearest service for each site, by one search from all services at once.

    Parameters
    ----------
    graph
        The network and the mode.
    sites, services
        Places on that graph.
    question
        The role, which way round, and what is least.

    Returns
    -------
    Reach
        One entry per site, in their order; a reason where no service is reached.

    Examples
    --------
    >>> from siting.access import (
    ...     Question, graph_of, nearest_services, network_of, places_on, plain_roads, read_speeds,
    ... )
    >>> lines = shapely.from_wkt(["LINESTRING (0 0, 900 0)", "LINESTRING (900 0, 900 700)"])
    >>> roads = plain_roads(lines, "EPSG:4547", classes=["主干路", "支路"])
    >>> graph = graph_of(network_of(roads), read_speeds().modes["drive"])
    >>> site = places_on(graph, shapely.points([[100.0, 40.0]]), ["site"], "EPSG:4547")
    >>> schools = places_on(graph, shapely.points([[900.0, 200.0]]), ["school"], "EPSG:4547")
    >>> record = nearest_services(graph, site, schools, Question("school")).records()[0]
    >>> record["metres"], record["minutes"]  # 40 on foot, 800 at 40 km/h, 200 at 20 km/h
    (1040.0, 2.4)
    """
    is_to = question.direction is Direction.TO_SERVICE
    search = Search(graph, question.measure, is_back=is_to)
    ways = search.run(
        search.seeds(doors_of(graph, services, is_leaving=not is_to), services),
        doors_of(graph, sites, is_leaving=is_to),
    )
    direct = search.along_one_road(services, sites)
    off = search.off_road(services)
    least, along = direct.costs
    costs = Costs(least + off.least[direct.label], along + off.along[direct.label])
    service, total = ways.also(Ways(direct.place, direct.label, costs)).best(len(sites))
    off = search.off_road(sites)
    total = Costs(total.least + off.least, total.along + off.along)
    is_far = (service >= 0) & (total.least > question.most)
    lacks = _lacks(sites, services, service, is_far)
    service = np.where(is_far, -1, service)
    for figures in total:
        figures[service < 0] = np.nan
    minutes, metres = search.costs(*total)
    return Reach(
        question.role, graph, sites, services, question.direction, service, minutes, metres, lacks
    )


def _lacks(
    sites: Places, services: Places, service: Longs, is_far: NDArray[np.bool_]
) -> tuple[Lack | None, ...]:
    """Return for each site why it has no service; None where it has one."""
    served = set(services.part[services.is_placed].tolist())

    def lack(site: int) -> Lack | None:
        if sites.lacks[site]:
            return sites.lacks[site]
        if not served:
            return Lack.SERVICE_OFF_ROAD if len(services) else Lack.NO_SERVICE
        if service[site] >= 0:
            return Lack.TOO_FAR if is_far[site] else None
        return Lack.ONE_WAY if int(sites.part[site]) in served else Lack.OTHER_PART

    return tuple(lack(site) for site in range(len(sites)))
