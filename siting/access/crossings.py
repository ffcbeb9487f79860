"""Where lines cross in the plane without a common vertex: found, and joined where asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access.chains import VERTEX_GRID_M, Chains, Insertions, keys_of, with_vertices
from siting.access.roads import Floats, Longs

#: Segments whose crossings are sought at once: bounds the memory.
BLOCK_SEGMENTS = 200_000


@dataclass(frozen=True, eq=False, slots=True)
class Crossings:
    """Pairs of chains that meet in the plane, and where: ``xy`` is easting and northing.

    ``after`` and ``share`` (n × 2) say where on either chain; ``is_level`` is true where both are
    on one level.
    """

    chains: Longs
    xy: Floats
    after: Longs
    share: Floats
    is_level: NDArray[np.bool_]
    own: Longs
    """The chains that cross themselves: a loop of a ramp, most likely, and never joined."""


def noded(chains: Chains) -> tuple[Chains, Crossings]:
    """Return the chains with a vertex wherever two of one level meet, and all that meet."""
    found = crossings(chains)
    at = found.is_level
    new = Insertions(
        found.after[at].ravel(), found.share[at].ravel(), np.repeat(found.xy[at], 2, axis=0)
    )
    return with_vertices(chains, new), found


def crossings(chains: Chains) -> Crossings:
    """Return where chains meet in the plane and have no vertex in common there."""
    segments = chains.segments
    ends = np.stack([chains.xy[segments], chains.xy[segments + 1]], axis=1)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(ends), dtype=object))
    blocks = [
        _meeting(chains, segments, tree, slice(at, at + BLOCK_SEGMENTS))
        for at in range(0, max(len(segments), 1), BLOCK_SEGMENTS)
    ]
    after, share, xy = (np.concatenate(each) for each in zip(*blocks, strict=True))
    chain = chains.chain[after]
    is_own = chain[:, 0] == chain[:, 1]
    own = np.unique(chain[is_own, 0])
    after, share, xy, chain = after[~is_own], share[~is_own], xy[~is_own], chain[~is_own]
    level = chains.levels[chain]
    return Crossings(chain, xy, after, share, level[:, 0] == level[:, 1], own)


def _meeting(
    chains: Chains, segments: Longs, tree: shapely.STRtree, block: slice
) -> tuple[Longs, Floats, Floats]:
    """Return the meetings of a block of segments with all that come after them."""
    shapes = tree.geometries[block]
    # a millimetre of reach, or a vertex just short of a level segment were not seen
    boxes = shapely.bounds(shapes) + np.array([-1, -1, 1, 1]) * VERTEX_GRID_M
    one, other = tree.query(shapely.box(*boxes.T))
    one = one + block.start
    vertex = np.stack([segments[one], segments[other]], axis=1)
    chain = chains.chain[vertex]
    # neighbours in a chain share a vertex; what else meets in it runs through itself
    is_asked = (other > one) & ((chain[:, 0] != chain[:, 1]) | (other > one + 1))
    return _met(chains, vertex[is_asked])


def _met(chains: Chains, vertex: Longs) -> tuple[Longs, Floats, Floats]:
    """Return where pairs of segments meet: first vertices, shares along them, and the place."""
    start, end = chains.xy[vertex], chains.xy[vertex + 1]
    way = end - start
    length = np.hypot(way[..., 0], way[..., 1])
    between = start[:, 1] - start[:, 0]
    cross = way[:, 0, 0] * way[:, 1, 1] - way[:, 0, 1] * way[:, 1, 0]
    is_parallel = np.abs(cross) <= 1e-12 * length[:, 0] * length[:, 1]
    cross = np.where(is_parallel, 1.0, cross)
    share = np.stack([
        (between[:, 0] * way[:, 1, 1] - between[:, 1] * way[:, 1, 0]) / cross,
        (between[:, 0] * way[:, 0, 1] - between[:, 1] * way[:, 0, 0]) / cross,
    ], axis=1)  # fmt: skip
    share = np.clip(share, 0.0, 1.0)
    places = start + share[..., None] * way
    apart = np.hypot(*(places[:, 0] - places[:, 1]).T)
    # two vertices on one millimetre are one already
    keys = keys_of(np.stack([start, end], axis=2))
    is_known = (keys[:, 0, :, None] == keys[:, 1, None, :]).all(axis=-1).any(axis=(1, 2))
    is_met = ~is_parallel & ~is_known & (apart <= VERTEX_GRID_M)
    places, share, vertex = places[is_met], share[is_met], vertex[is_met]
    return vertex, share, _at_vertices(places, np.stack([start, end], axis=2)[is_met])


def _at_vertices(places: Floats, corners: Floats) -> Floats:
    """Return one place for each meeting: a vertex that is within a millimetre, or the point."""
    found = places[:, 0].copy()
    for side in (1, 0):
        for end in (1, 0):
            corner = corners[:, side, end]
            is_near = np.hypot(*(corner - places[:, side]).T) <= VERTEX_GRID_M
            found[is_near] = corner[is_near]
    return found
