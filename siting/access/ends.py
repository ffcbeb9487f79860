"""Dangling ends: those that stop just short of another line are joined, near misses are named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access.chains import (
    VERTEX_GRID_M,
    Chains,
    Insertions,
    keys_of,
    with_ends,
    with_vertices,
)
from siting.access.roads import Floats, Geometries, Longs

#: An end that already meets a line within so many times the gap has not missed it: it runs
#: over it by a little, or is a short stub of it.
DETOUR = 3.0
#: Both ends of one line are joined (a loop that was not closed) when it is this much longer
#: than the gap.
LOOP = 4.0


@dataclass(frozen=True, eq=False, slots=True)
class Gaps:
    """Dangling ends and the nearest place that each could be joined to.

    ``chain`` and ``is_start`` name the end, ``target`` the chain it would be joined to at
    ``xy``, ``gap_m`` away; there the target has a vertex (``after`` is -1), or gets one behind
    vertex ``after``, at ``share`` of the way to the next.
    """

    chain: Longs
    is_start: NDArray[np.bool_]
    end_xy: Floats
    target: Longs
    gap_m: Floats
    xy: Floats
    after: Longs
    share: Floats

    def __len__(self) -> int:
        """Return the number of gaps."""
        return len(self.chain)

    def where(self, chosen: NDArray[np.bool_]) -> Gaps:
        """Return some of them."""
        return Gaps(*(getattr(self, name)[chosen] for name in Gaps.__slots__))


@dataclass(frozen=True, eq=False, slots=True)
class _Scene:
    """The chains, and what is asked of them again and again."""

    chains: Chains
    lines: Geometries
    vertex: Longs
    along_m: Floats
    chain: Longs
    ends: Longs
    """The vertices that dangle: nothing else is on their millimetre."""


def joined(chains: Chains, snap_m: float, near_m: float) -> tuple[Chains, Gaps, Gaps]:
    """Return the chains with dangling ends prolonged to what they stop just short of.

    Parameters
    ----------
    chains
        All of them.
    snap_m
        Gaps up to this are closed.
    near_m
        Wider gaps up to this are named and left open.

    Returns
    -------
    tuple
        The chains, the gaps that were closed, and those that nearly were. An end is joined to a
        line of its own level, or to the end of a line of any level (a bridge begins where a
        street ends).
    """
    gaps = _gaps(chains, max(snap_m, near_m))
    is_closed = gaps.gap_m <= snap_m
    closed = gaps.where(is_closed)
    put = closed.after >= 0
    chains = with_vertices(chains, Insertions(closed.after[put], closed.share[put], closed.xy[put]))
    is_apart = (keys_of(closed.xy) != keys_of(closed.end_xy)).any(axis=1)
    longer = closed.where(is_apart)
    chains = with_ends(chains, longer.chain, longer.is_start, longer.xy)
    return chains, closed, gaps.where(~is_closed)


def _gaps(chains: Chains, reach_m: float) -> Gaps:
    vertex = chains.vertices()
    is_alone = np.bincount(vertex)[vertex] == 1
    ends = np.flatnonzero(chains.is_end & is_alone)
    scene = _Scene(chains, chains.lines, vertex, chains.along_m(), chains.chain, ends)
    at, target, gap_m = _candidates(scene, reach_m)
    is_new = np.array(
        [
            not _is_met(scene, *one)
            for one in zip(at.tolist(), target.tolist(), gap_m.tolist(), strict=True)
        ],
        dtype=bool,
    )
    at, target, gap_m = at[is_new], target[is_new], gap_m[is_new]
    order = np.lexsort((target, gap_m, at))
    first = np.unique(at[order], return_index=True)[1]
    chosen = order[first]
    return _once(_located(scene, ends[at[chosen]], target[chosen], gap_m[chosen]))


def _candidates(scene: _Scene, reach_m: float) -> tuple[Longs, Longs, Floats]:
    """Return for each dangling end the chains in reach that it may be joined to, and how far."""
    points = _points(scene.chains.xy[scene.ends])
    own = scene.chain[scene.ends]
    level = scene.chains.levels
    tree = shapely.STRtree(scene.lines)
    at, target = tree.query(points, predicate="dwithin", distance=reach_m)
    is_asked = (target != own[at]) & (level[target] == level[own[at]])
    at, target = at[is_asked], target[is_asked]
    gap_m = shapely.distance(points[at], scene.lines[target])
    every = np.flatnonzero(scene.chains.is_end)
    tree = shapely.STRtree(_points(scene.chains.xy[every]))
    from_end, end = tree.query(points, predicate="dwithin", distance=reach_m)
    is_asked = scene.ends[from_end] != every[end]
    from_end, end = from_end[is_asked], every[end[is_asked]]
    apart = np.hypot(*(scene.chains.xy[scene.ends[from_end]] - scene.chains.xy[end]).T)
    last = scene.chains.starts[own[from_end] + 1] - 1
    is_loop = scene.along_m[last] >= LOOP * apart
    is_asked = (scene.chain[end] != own[from_end]) | is_loop
    return (
        np.concatenate([at, from_end[is_asked]]),
        np.concatenate([target, scene.chain[end[is_asked]]]),
        np.concatenate([gap_m, apart[is_asked]]),
    )


def _points(xy: Floats) -> Geometries:
    return np.asarray(shapely.points(xy), dtype=object)


def _is_met(scene: _Scene, at: int, target: int, gap_m: float) -> bool:
    """True when an end's chain has a vertex in common with the target hardly behind the end."""
    end = int(scene.ends[at])
    own = int(scene.chain[end])
    if own == target:
        return False
    span = slice(scene.chains.starts[own], scene.chains.starts[own + 1])
    behind_m = np.abs(scene.along_m[span] - scene.along_m[end])
    theirs = slice(scene.chains.starts[target], scene.chains.starts[target + 1])
    near = scene.vertex[span][behind_m <= DETOUR * gap_m]
    return bool(np.isin(near, scene.vertex[theirs]).any())


def _located(scene: _Scene, ends: Longs, target: Longs, gap_m: Floats) -> Gaps:
    """Return gaps with the places where their ends would be joined."""
    chains, own = scene.chains, scene.chain[ends]
    is_start = ends == chains.starts[own]
    end_xy = chains.xy[ends]
    far_m = shapely.line_locate_point(scene.lines[target], shapely.points(end_xy))
    # a loop is joined to its own other end
    last = chains.starts[target + 1] - 1
    far_m = np.where(own == target, np.where(is_start, scene.along_m[last], 0.0), far_m)
    spans = zip(chains.starts[target].tolist(), last.tolist(), far_m.tolist(), strict=True)
    # the segment that begins at or before the place: never the last vertex, which begins none
    after = np.array(
        [
            begin + int(np.searchsorted(scene.along_m[begin + 1 : end], far, "right"))
            for begin, end, far in spans
        ],
        dtype=np.int64,
    )
    step = scene.along_m[after + 1] - scene.along_m[after]
    share = np.clip((far_m - scene.along_m[after]) / step, 0.0, 1.0)
    xy = chains.xy[after] + share[:, None] * (chains.xy[after + 1] - chains.xy[after])
    for vertex in (after, after + 1):
        is_near = np.hypot(*(chains.xy[vertex] - xy).T) <= VERTEX_GRID_M
        xy[is_near] = chains.xy[vertex[is_near]]
        after = np.where(is_near, -1, after)
    return Gaps(own, is_start, end_xy, target, gap_m, xy, after, share)


def _once(gaps: Gaps) -> Gaps:
    """Leave out the second of two ends that would be joined to each other."""
    keys = [tuple(key) for key in keys_of(gaps.end_xy).tolist()]
    at = {key: number for number, key in enumerate(keys)}
    to = [at.get(tuple(key), -1) for key in keys_of(gaps.xy).tolist()]
    is_kept = np.array(
        [not (-1 < other < number and to[other] == number) for number, other in enumerate(to)],
        dtype=bool,
    )
    return gaps.where(is_kept)
