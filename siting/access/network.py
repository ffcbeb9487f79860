"""Roads -> a network: edges between nodes, and all that was done to the lines on the way.

Two lines hang together where they have a vertex in common (to the millimetre). Ends that stop
just short of a line are joined to it; lines that cross without a vertex are joined where that
is asked for; levels keep apart what runs over each other. docs/access.md has the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import shapely

from siting.access.chains import Chains, chains_of
from siting.access.crossings import crossings, noded
from siting.access.drawing import Drawing, crossed, gaps_named
from siting.access.ends import joined
from siting.access.loops import loops_for
from siting.access.roads import Floats, Geometries, Longs, Roads
from siting.errors import ConfigError
from siting.features import packed

#: Ends this far from a line are meant to touch it, m.
SNAP_M = 1.0
#: Ends this far from a line may be meant to touch it: they are named and left alone, m.
NEAR_M = 10.0


class LevelsMeet(StrEnum):
    """When lines of different levels hang together at a vertex that they share.

    ``lone_end``: the only line of its level that ends there hangs together with the nearest
    level, for it would end in the air; what goes on at its own level does not. Right for layers
    cut at every crossing in the plane. ``always``: right where a shared vertex is a junction by
    definition, as in OpenStreetMap.
    """

    LONE_END = "lone_end"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Noding:
    """How lines become a network.

    ``snap_m``: gaps up to this are closed. ``near_m``: wider ones up to this are named.
    ``at_crossings``: lines of one level that cross without a common vertex are joined; else they
    are only named. In a layer whose junctions are vertices such a crossing is a flyover.
    """

    snap_m: float = SNAP_M
    near_m: float = NEAR_M
    at_crossings: bool = False
    levels_meet: LevelsMeet = LevelsMeet.LONE_END

    def __post_init__(self) -> None:
        """Refuse distances that are none."""
        if not (0 <= self.snap_m <= self.near_m < float("inf")):
            raise ConfigError(
                "道路端点的捕捉距离不成立 / the distances for ends of roads cannot be",
                expected="0 <= snap_m <= near_m, metres",
                found=f"snap_m = {self.snap_m}, near_m = {self.near_m}",
                next_step="correct snap_m and near_m",
            )


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes and edges of roads; an edge is what of a line lies between two nodes.

    ``tails`` and ``heads`` are the nodes of each edge, first and last as the line is drawn,
    ``rows`` its road, ``length_m`` its length in the plane of the working CRS. Its vertices are
    ``xy[firsts[i]:lasts[i] + 1]``. ``node_xy`` is the place of each node.
    """

    roads: Roads
    xy: Floats
    firsts: Longs
    lasts: Longs
    tails: Longs
    heads: Longs
    rows: Longs
    length_m: Floats
    node_xy: Floats
    drawing: Drawing

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self.rows)

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return len(self.node_xy)

    @cached_property
    def lines(self) -> Geometries:
        """The edges as lines."""
        counts = self.lasts - self.firsts + 1
        edge = np.repeat(np.arange(len(self)), counts)
        vertex = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
        if not len(edge):
            return np.empty(0, dtype=object)
        xy = self.xy[self.firsts[edge] + vertex]
        return np.asarray(shapely.linestrings(xy, indices=edge), dtype=object)


def network_of(roads: Roads, noding: Noding | None = None) -> Network:
    """Return the network of road lines.

    Parameters
    ----------
    roads
        Lines with their classes, directions and levels, in a projected CRS.
    noding
        How lines are joined; by default at shared vertices, and ends within 1 m.

    Returns
    -------
    Network
        Every part of a line that has a length is in it; ``drawing`` names the rows that are
        not, the ends that were joined, those that nearly were, and the crossings that are none.
    """
    noding = noding or Noding()
    chains, refused = chains_of(roads)
    own_m = _length_m(chains)
    if noding.at_crossings:
        chains, meetings = noded(chains)
    chains, closed, open_gaps = joined(chains, noding.snap_m, noding.near_m)
    if not noding.at_crossings:
        meetings = crossings(chains)  # an end that was joined crosses nothing
    node, apart = _nodes(chains, noding.levels_meet)
    firsts, lasts, chain = _edges(chains, node)
    tails, heads, node_xy = _numbered(
        node[firsts], node[lasts], chains.xy[firsts], chains.xy[lasts]
    )
    drawing = Drawing(
        rows_in=len(roads),
        rows_used=len(np.unique(chains.rows)),
        refused=refused,
        doubts=roads.doubts,
        length_m=own_m,
        joined=gaps_named(roads, chains, closed),
        nearly=gaps_named(roads, chains, open_gaps),
        crossings=crossed(roads, chains.rows, meetings, is_joined=noding.at_crossings),
        vertices_apart=tuple(map(tuple, chains.xy[apart].round(3).tolist())),
    )
    return Network(
        roads=roads,
        xy=chains.xy,
        firsts=firsts,
        lasts=lasts,
        tails=tails,
        heads=heads,
        rows=chains.rows[chain],
        length_m=_edge_lengths_m(chains, firsts),
        node_xy=node_xy,
        drawing=drawing,
    )


def _length_m(chains: Chains) -> float:
    return float(chains.along_m()[chains.starts[1:] - 1].sum())


def _nodes(chains: Chains, levels_meet: LevelsMeet) -> tuple[Longs, Longs]:
    """Return the node of each vertex, and one vertex of each place that levels share unjoined."""
    vertex, chain = chains.vertices(), chains.chain
    if levels_meet is LevelsMeet.ALWAYS or not np.any(chains.levels != chains.levels[:1]):
        return vertex, np.empty(0, np.int64)
    floor = np.unique(chains.levels, return_inverse=True)[1]
    levels = int(floor.max()) + 1
    keys, group = np.unique(vertex * levels + floor[chain], return_inverse=True)
    # a line that goes on here counts twice
    degree = np.bincount(group, weights=np.where(chains.is_end, 1.0, 2.0))
    parent = np.arange(len(keys))
    height = np.unique(chains.levels)[keys % levels].astype(np.float64)
    place = keys // levels
    below_m = np.full(len(keys), np.inf)
    is_stacked = place[1:] == place[:-1]
    below_m[1:][is_stacked] = (height[1:] - height[:-1])[is_stacked]
    above_m = np.append(below_m[1:], np.inf)
    lone = np.flatnonzero((degree == 1) & np.isfinite(np.minimum(below_m, above_m)))
    other = np.where(below_m[lone] <= above_m[lone], lone - 1, lone + 1)
    loops_for(len(keys)).unite(lone, other, parent)
    nodes_at = np.unique(np.stack([place, parent], axis=1), axis=0)[:, 0]
    at = np.flatnonzero(np.bincount(nodes_at) > 1)
    return parent[group], np.unique(vertex, return_index=True)[1][at]


def _edges(chains: Chains, node: Longs) -> tuple[Longs, Longs, Longs]:
    """Return the first and last vertex of each edge, and its chain."""
    is_break = chains.is_end | (np.bincount(node)[node] > 1 if len(node) else False)
    breaks = np.flatnonzero(is_break)
    chain = chains.chain[breaks]
    is_edge = chain[1:] == chain[:-1]
    return breaks[:-1][is_edge], breaks[1:][is_edge], chain[:-1][is_edge]


def _numbered(
    tails: Longs, heads: Longs, tail_xy: Floats, head_xy: Floats
) -> tuple[Longs, Longs, Floats]:
    """Number the nodes at which edges end along a curve that keeps near ones together.

    A search looks at nodes near each other, which then are near in memory as well.
    """
    _, where, ends = np.unique(
        np.concatenate([tails, heads]), return_index=True, return_inverse=True
    )
    xy = np.concatenate([tail_xy, head_xy])[where]
    order = packed(np.concatenate([xy, xy], axis=1))["box_order"]
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[ends[: len(tails)]], place[ends[len(tails) :]], xy[order]


def _edge_lengths_m(chains: Chains, firsts: Longs) -> Floats:
    """Return the length of each edge, summed over its own segments alone."""
    if not len(firsts):
        return np.empty(0)
    steps = np.hypot(*np.diff(chains.xy, axis=0).T)
    # edges follow each other; what lies between the last of a chain and the next is no road
    steps[chains.starts[1:-1] - 1] = 0.0
    lengths: Floats = np.add.reduceat(steps, firsts)
    return lengths
