"""Ways on the roads of a planted city, by networkx: every road, every place, one search."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import networkx as nx
import shapely
from shapely.geometry.base import BaseGeometry

MAIN, SPUR = "主干路", "支路"
#: Defaults of docs/access.md: by car by the class of road, on foot everywhere 4 km/h.
KMH = {"drive": {MAIN: 40.0, SPUR: 20.0}, "walk": {MAIN: 4.0, SPUR: 4.0}}
OFF_ROAD_KMH = 4.0
#: A road farther off than this does not count.
MOST_OFF_ROAD_M = 1_000.0

Roads = Sequence[tuple[shapely.LineString, str]]
Node = tuple[float, float]


def travel(
    roads: Roads,
    sites: Mapping[str, BaseGeometry],
    services: Sequence[BaseGeometry],
    measure: Mapping[str, Any],
) -> dict[str, float]:
    """Return the cost from each site to the nearest service, NaN where there is no way."""
    graph = nx.Graph()
    stops: dict[int, list[float]] = defaultdict(list)
    doors: list[tuple[str, Node, float]] = []
    places = [*sites.items(), *((f"service {n}", shape) for n, shape in enumerate(services))]
    lines = [line for line, _ in roads]
    for name, shape in places:
        road = min(range(len(lines)), key=lambda at: shapely.distance(lines[at], shape))
        off_road_m = float(shapely.distance(lines[road], shape))
        if off_road_m <= MOST_OFF_ROAD_M:
            spot = shapely.get_point(shapely.shortest_line(lines[road], shape), 0)
            along_m = float(shapely.line_locate_point(lines[road], spot))
            stops[road].append(along_m)
            doors.append((name, _node(lines[road], along_m), off_road_m))
    for at, (line, grade) in enumerate(roads):
        _lay(graph, line, stops[at], _per_metre(measure, grade))
    for name, node, off_road_m in doors:
        end = "services" if name.startswith("service ") else name
        cost = off_road_m * _per_metre(measure, None)
        joined = f"{name} joined"
        graph.add_edge(joined, node, cost=cost)
        graph.add_edge(end, joined, cost=0.0)
    if "services" not in graph:
        return dict.fromkeys(sites, math.nan)
    costs = nx.single_source_dijkstra_path_length(graph, "services", weight="cost")
    most = float(measure.get("most", math.inf))
    found = {name: float(costs.get(name, math.nan)) for name in sites}
    return {name: cost if cost <= most else math.nan for name, cost in found.items()}


def _per_metre(measure: Mapping[str, Any], grade: str | None) -> float:
    if measure.get("count", "minutes") == "metres":
        return 1.0
    kmh = OFF_ROAD_KMH if grade is None else KMH[measure.get("mode", "drive")][grade]
    return 60 / (1_000 * kmh)


def _node(line: shapely.LineString, along_m: float) -> Node:
    point = shapely.line_interpolate_point(line, along_m)
    return round(point.x, 3), round(point.y, 3)


def _lay(
    graph: nx.Graph, line: shapely.LineString, stops: Sequence[float], per_metre: float
) -> None:
    """Add a road, cut at its vertices and where places meet it."""
    vertices = [shapely.line_locate_point(line, shapely.Point(xy)) for xy in line.coords]
    for start_m, end_m in pairwise(sorted({*map(float, vertices), *stops})):
        ends = _node(line, start_m), _node(line, end_m)
        if ends[0] != ends[1]:
            graph.add_edge(*ends, cost=(end_m - start_m) * per_metre)
