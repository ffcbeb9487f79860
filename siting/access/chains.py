"""Road lines as flat arrays of vertices: one chain for each part of each line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access.roads import Floats, Geometries, Longs, Roads
from siting.model import Refusal

#: Vertices are the same when they round to the same millimetre, the survey's.
VERTEX_GRID_M = 0.001

_LINES = (1, 2)  # LineString, LinearRing
_GROUPS = (5, 7)  # MultiLineString, GeometryCollection


def keys_of(xy: Floats) -> Longs:
    """Return the millimetre that each vertex is on."""
    keys: Longs = np.rint(xy / VERTEX_GRID_M).astype(np.int64)
    return keys


@dataclass(frozen=True, eq=False, slots=True)
class Chains:
    """Vertices of the chains one after the other.

    The vertices of chain ``i`` are ``xy[starts[i]:starts[i + 1]]``, two or more, none on the
    same millimetre as the one before it. ``rows`` and ``levels`` are by chain.
    """

    xy: Floats
    starts: Longs
    rows: Longs
    levels: Longs

    def __len__(self) -> int:
        """Return the number of chains."""
        return len(self.rows)

    @property
    def chain(self) -> Longs:
        """The chain of each vertex."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def is_end(self) -> NDArray[np.bool_]:
        """True for the first and the last vertex of each chain."""
        ends = np.zeros(len(self.xy), dtype=bool)
        ends[self.starts[:-1]] = ends[self.starts[1:] - 1] = True
        return ends

    @property
    def segments(self) -> Longs:
        """The first vertex of each segment."""
        is_last = np.zeros(len(self.xy), dtype=bool)
        is_last[self.starts[1:] - 1] = True
        return np.flatnonzero(~is_last)

    @property
    def lines(self) -> Geometries:
        """The chains as lines."""
        if not len(self):
            return np.empty(0, dtype=object)
        return np.asarray(shapely.linestrings(self.xy, indices=self.chain), dtype=object)

    def vertices(self) -> Longs:
        """Return the number of each vertex; those on the same millimetre share one."""
        return same(keys_of(self.xy))

    def along_m(self) -> Floats:
        """Return how far each vertex is from the first of its chain."""
        steps = np.hypot(*np.diff(self.xy, axis=0).T)
        steps[self.starts[1:-1] - 1] = 0.0
        total = np.concatenate([[0.0], np.cumsum(steps)])
        along: Floats = total - np.repeat(total[self.starts[:-1]], np.diff(self.starts))
        return along


@dataclass(frozen=True, eq=False, slots=True)
class Insertions:
    """Vertices to be put into chains: after a vertex, at a share of the way to the next one."""

    after: Longs
    share: Floats
    xy: Floats


def same(table: Longs) -> Longs:
    """Number the rows of a table with two columns so that equal rows share a number."""
    if not len(table):
        return np.empty(0, np.int64)
    order = np.lexsort((table[:, 1], table[:, 0]))
    is_new = (table[order[1:]] != table[order[:-1]]).any(axis=1)
    numbers = np.empty(len(table), np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(is_new)])
    return numbers


def chains_of(roads: Roads) -> tuple[Chains, tuple[Refusal, ...]]:
    """Return the chains of all road lines, and the rows of which something could not be used."""
    parts, row = _parts(roads.lines)
    kinds = shapely.get_type_id(parts)
    is_line = np.isin(kinds, _LINES) & ~shapely.is_empty(parts)
    is_finite = np.ones(len(parts), dtype=bool)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    is_finite[part[~np.isfinite(xy).all(axis=1)]] = False
    is_usable = is_line & is_finite
    xy, part = xy[is_usable[part]], part[is_usable[part]]
    keys = keys_of(xy)
    is_moving = np.ones(len(xy), dtype=bool)
    is_moving[1:] = (part[1:] != part[:-1]) | (keys[1:] != keys[:-1]).any(axis=1)
    xy, part = xy[is_moving], part[is_moving]
    counts = np.bincount(part, minlength=len(parts))
    is_long = counts >= 2
    xy = xy[is_long[part]]
    rows = row[is_long]
    starts = np.concatenate([[0], np.cumsum(counts[is_long])]).astype(np.int64)
    reasons = np.select(
        [kinds < 0, ~np.isin(kinds, _LINES), ~is_finite, ~is_long], [0, 1, 2, 3], -1
    )
    chains = Chains(np.ascontiguousarray(xy), starts, rows, roads.levels[rows])
    return chains, _refused(roads, row, reasons)


def _parts(lines: Geometries) -> tuple[Geometries, Longs]:
    """Return the parts of lines and their rows; nothing counts as one part of its row."""
    parts, row = np.asarray(lines, dtype=object), np.arange(len(lines))
    while np.isin(shapely.get_type_id(parts), _GROUPS).any():
        is_group = np.isin(shapely.get_type_id(parts), _GROUPS) & ~shapely.is_empty(parts)
        opened, index = shapely.get_parts(parts[is_group], return_index=True)
        opened, of_row = np.asarray(opened, dtype=object), row[is_group][index]
        is_bare = np.isin(shapely.get_type_id(parts), _GROUPS) & shapely.is_empty(parts)
        parts[is_bare] = shapely.LineString()
        parts = np.concatenate([parts[~is_group], opened])
        row = np.concatenate([row[~is_group], of_row])
    order = np.argsort(row, kind="stable")
    return parts[order], row[order]


_REASONS = (
    "没有几何 / no geometry",
    "不是线 / no line",
    "坐标不是数 / a coordinate is no number",
    "没有长度（空，或短于 1 mm） / without length (empty, or shorter than 1 mm)",
)
_REST = "；其余部分已用 / its other parts are used"


def _refused(roads: Roads, row: Longs, reasons: Longs) -> tuple[Refusal, ...]:
    """Name each row with a part that was left out; where others are used, say so."""
    is_used = np.zeros(len(roads), dtype=bool)
    is_used[row[reasons < 0]] = True
    found = sorted({(int(row[at]), int(reasons[at])) for at in np.flatnonzero(reasons >= 0)})
    return tuple(
        Refusal(
            number,
            roads.ids[number],
            _REASONS[reason] + (_REST if is_used[number] else ""),
            is_repaired=bool(is_used[number]),
        )
        for number, reason in found
    )


def with_vertices(chains: Chains, new: Insertions) -> Chains:
    """Return the chains with vertices put in; one that is there already is not doubled."""
    place = np.concatenate([np.arange(len(chains.xy), dtype=np.float64), new.after + new.share])
    # an old vertex stands before what is put in at its own place
    order = np.lexsort((np.arange(len(place)), place))
    xy = np.concatenate([chains.xy, new.xy])[order]
    chain = np.concatenate([chains.chain, chains.chain[new.after]])[order]
    keys = keys_of(xy)
    is_kept = np.ones(len(xy), dtype=bool)
    is_kept[1:] = (chain[1:] != chain[:-1]) | (keys[1:] != keys[:-1]).any(axis=1)
    return _from(chains, xy[is_kept], chain[is_kept])


def with_ends(chains: Chains, chain: Longs, is_start: NDArray[np.bool_], xy: Floats) -> Chains:
    """Return the chains with vertices put before their first or behind their last one."""
    place = np.concatenate([
        np.arange(len(chains.xy), dtype=np.float64),
        np.where(is_start, chains.starts[chain] - 0.5, chains.starts[chain + 1] - 0.5),
    ])  # fmt: skip
    of_chain = np.concatenate([chains.chain, chain])
    order = np.lexsort((place, of_chain))
    return _from(chains, np.concatenate([chains.xy, xy])[order], of_chain[order])


def _from(chains: Chains, xy: Floats, chain: Longs) -> Chains:
    counts = np.bincount(chain, minlength=len(chains))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return replace(chains, xy=np.ascontiguousarray(xy), starts=starts)
