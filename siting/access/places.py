"""Where sites and services meet the roads: the nearest point of the nearest road with frontage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access.chains import VERTEX_GRID_M
from siting.access.graph import METRES_PER_MINUTE_AT_1_KMH, Graph
from siting.access.roads import Floats, Geometries, Longs
from siting.crs import require_same_crs
from siting.model import Text

#: A road farther off than this is none of a site's, m.
MOST_OFF_ROAD_M = 1000.0


class Lack(StrEnum):
    """Why there is no way."""

    NO_SHAPE = "no_shape"
    NO_ROAD = "no_road"
    NO_SERVICE = "no_service"
    SERVICE_OFF_ROAD = "service_off_road"
    OTHER_PART = "other_part"
    ONE_WAY = "one_way"
    TOO_FAR = "too_far"

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _LACKS[self]


_LACKS = {
    Lack.NO_SHAPE: Text("没有几何，无法接路", "there is no geometry"),
    Lack.NO_ROAD: Text("限定距离内没有可接的道路", "no road to get on within the distance allowed"),
    Lack.NO_SERVICE: Text("没有此类设施", "there is no such service"),
    Lack.SERVICE_OFF_ROAD: Text("此类设施附近都没有可接的道路", "no such service has a road near"),
    Lack.OTHER_PART: Text("两处的路网互不相连", "the roads here and there do not hang together"),
    Lack.ONE_WAY: Text(
        "路网相连，单行方向走不通", "the roads hang together, one-way streets bar it"
    ),
    Lack.TOO_FAR: Text("超出时间或距离上限", "beyond the limit that was asked for"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Sites or services on a graph, one entry per geometry in each array.

    ``edge`` is the road reached, -1 for none, ``along_m`` where on it, ``xy`` the place;
    ``off_road_m`` the straight way there (given too where it is over the limit, NaN without a
    geometry). ``part`` is the part of the network; where nearer roads of islands were passed over,
    ``passed_part`` and ``passed_m`` name the nearest of them (-1 and NaN else). ``lacks`` says
    why there is no road.
    """

    ids: tuple[str, ...]
    edge: Longs
    along_m: Floats
    xy: Floats
    off_road_m: Floats
    part: Longs
    passed_part: Longs
    passed_m: Floats
    lacks: tuple[Lack | None, ...]

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.ids)

    @property
    def is_placed(self) -> NDArray[np.bool_]:
        """True for those with a road."""
        return self.edge >= 0

    def off_road_min(self, graph: Graph) -> Floats:
        """Return the minutes to the road."""
        return self.off_road_m / (graph.mode.off_road_kmh * METRES_PER_MINUTE_AT_1_KMH)


def places_on(
    graph: Graph,
    shapes: Geometries,
    ids: Sequence[str],
    crs: str,
    *,
    most_off_road_m: float = MOST_OFF_ROAD_M,
    only_main: bool = False,
) -> Places:
    """Return where geometries meet the roads of a graph.

    Parameters
    ----------
    graph
        The network and the mode. Roads closed to it, bridges, tunnels and classes without
        frontage do not count.
    shapes, ids
        Points, lines or polygons: one place each, at the nearest point of the nearest road. One
        that a road runs through is 0 m from it, at the first point of the road that is within.
    crs
        The CRS of the shapes, which must be the roads'.
    most_off_road_m
        A road farther off than this does not count.
    only_main
        Pass over the roads of islands; the result says which were nearer.

    Raises
    ------
    CRSMismatchError
        The shapes are in another CRS than the roads.
    """
    require_same_crs(graph.network.roads.crs, crs)
    shapes = np.asarray(shapes, dtype=object)
    is_shape = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    asked = np.flatnonzero(is_shape)
    edge, off_road_m = _nearest(graph.tree, shapes, asked)
    passed_part, passed_m = np.full(len(shapes), -1), np.full(len(shapes), np.nan)
    if only_main and len(graph.parts):
        near, near_m = edge, off_road_m
        edge, off_road_m = _nearest(graph.main_tree, shapes, asked)
        is_passed = (near >= 0) & (graph.part[near] > 0) & (near_m <= most_off_road_m)
        passed_part[is_passed] = graph.part[near[is_passed]]
        passed_m[is_passed] = near_m[is_passed]
    edge = np.where(off_road_m <= most_off_road_m, edge, -1)
    along_m, xy = _spots(graph, shapes, edge)
    return Places(
        ids=tuple(ids),
        edge=edge,
        along_m=along_m,
        xy=xy,
        off_road_m=off_road_m,
        part=np.where(edge >= 0, _taken(graph.part, edge), -1),
        passed_part=passed_part,
        passed_m=passed_m,
        lacks=tuple(
            None if on >= 0 else Lack.NO_ROAD if there else Lack.NO_SHAPE
            for on, there in zip(edge.tolist(), is_shape.tolist(), strict=True)
        ),
    )


def _taken(values: Longs, at: Longs) -> Longs:
    """Return values at places, whatever stands there for -1 where there are no values."""
    return values[at] if len(values) else at


def _nearest(
    index: tuple[shapely.STRtree, Longs], shapes: Geometries, asked: Longs
) -> tuple[Longs, Floats]:
    """Return the nearest edge of each shape, the first of those as near, and its distance."""
    tree, edges = index
    found, distance_m = np.full(len(shapes), -1, np.int64), np.full(len(shapes), np.nan)
    if len(edges) and len(asked):
        pairs, apart_m = tree.query_nearest(shapes[asked], return_distance=True)
        shape, edge = asked[pairs[0]], edges[pairs[1]]
        order = np.lexsort((edge, shape))
        first = order[np.unique(shape[order], return_index=True)[1]]
        found[shape[first]], distance_m[shape[first]] = edge[first], apart_m[first]
    return found, distance_m


def _spots(graph: Graph, shapes: Geometries, edge: Longs) -> tuple[Floats, Floats]:
    """Return where on their edges shapes meet them: metres along, and the place."""
    along_m, xy = np.full(len(shapes), np.nan), np.full((len(shapes), 2), np.nan)
    at = np.flatnonzero(edge >= 0)
    if not len(at):
        return along_m, xy
    lines = graph.network.lines[edge[at]]
    points = shapely.get_point(shapely.shortest_line(lines, shapes[at]), 0)
    far_m = shapely.line_locate_point(lines, points)
    for number in np.flatnonzero(shapely.intersects(lines, shapes[at])):
        within = shapely.get_coordinates(shapely.intersection(lines[number], shapes[at[number]]))
        each_m = shapely.line_locate_point(lines[number], shapely.points(within))
        far_m[number] = each_m.min(initial=far_m[number])
    along_m[at] = np.clip(far_m, 0.0, graph.network.length_m[edge[at]])
    xy[at] = shapely.get_coordinates(shapely.line_interpolate_point(lines, far_m))
    return along_m, xy


@dataclass(frozen=True, eq=False, slots=True)
class Doors:
    """The nodes next to places: leaving (or, turned round, reaching) them costs so much."""

    place: Longs
    node: Longs
    minutes: Floats
    metres: Floats


def doors_of(graph: Graph, places: Places, *, is_leaving: bool) -> Doors:
    """Return the nodes to which one gets from places, or from which one gets to them.

    A place at a node is on all its roads; elsewhere a one-way street leads to one node only.
    """
    network = graph.network
    place = np.flatnonzero(places.is_placed)
    edge, along_m = places.edge[place], places.along_m[place]
    length_m = network.length_m[edge]
    is_tail = along_m <= VERTEX_GRID_M
    is_head = ~is_tail & (along_m >= length_m - VERTEX_GRID_M)
    is_between = ~is_tail & ~is_head
    onward, backward = graph.is_along[edge], graph.is_against[edge]
    to_tail = is_tail | (is_between & (backward if is_leaving else onward))
    to_head = is_head | (is_between & (onward if is_leaving else backward))
    tail_m = np.where(is_tail, 0.0, along_m)[to_tail]
    head_m = np.where(is_head, 0.0, length_m - along_m)[to_head]
    per_metre = graph.minutes[edge] / length_m
    return Doors(
        np.concatenate([place[to_tail], place[to_head]]),
        np.concatenate([network.tails[edge][to_tail], network.heads[edge][to_head]]),
        np.concatenate([tail_m * per_metre[to_tail], head_m * per_metre[to_head]]),
        np.concatenate([tail_m, head_m]),
    )
