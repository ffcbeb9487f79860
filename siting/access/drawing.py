"""What was done to road lines to make a network of them, and what was left: nothing in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.access.chains import Chains
from siting.access.crossings import Crossings
from siting.access.ends import Gaps
from siting.access.roads import Doubt, Longs, Roads
from siting.model import Refusal


@dataclass(frozen=True, slots=True)
class Gap:
    """An end of a road and what it stops short of; a place in the working CRS."""

    road_id: str
    to_id: str
    gap_m: float
    easting: float
    northing: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two roads meet in the plane without a common vertex; a place in the working CRS."""

    road_id: str
    other_id: str
    easting: float
    northing: float
    is_one_level: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """Crossings without a common vertex.

    ``joined`` were made junctions: where the layer says nothing of levels, a flyover among them
    is none. At those that are ``apart`` no way leads from one road to the other: on one level
    they are junctions that the layer lacks, or flyovers of which it does not say so. ``own`` are
    the roads that cross themselves, which are not joined there.
    """

    joined: tuple[Crossing, ...]
    apart: tuple[Crossing, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The account of one network: rows in = rows used + rows refused (not those repaired).

    ``length_m`` is that of the lines as they were drawn. ``joined`` are the gaps that were
    closed, ``nearly`` the wider ones that were not. ``vertices_apart`` are the places (easting,
    northing) of the vertices that roads of several levels share without hanging together.
    """

    rows_in: int
    rows_used: int
    refused: tuple[Refusal, ...]
    doubts: tuple[Doubt, ...]
    length_m: float
    joined: tuple[Gap, ...]
    nearly: tuple[Gap, ...]
    crossings: Crossed
    vertices_apart: tuple[tuple[float, float], ...]

    def document(self) -> Mapping[str, Any]:
        """Return all of it as plain values, fit for JSON."""
        return asdict(self)


def gaps_named(roads: Roads, chains: Chains, gaps: Gaps) -> tuple[Gap, ...]:
    """Return gaps with the ids of their roads, in the order of the road lines."""
    return tuple(
        Gap(
            roads.ids[int(chains.rows[gaps.chain[at]])],
            roads.ids[int(chains.rows[gaps.target[at]])],
            round(float(gaps.gap_m[at]), 3),
            round(float(gaps.end_xy[at, 0]), 3),
            round(float(gaps.end_xy[at, 1]), 3),
        )
        for at in np.lexsort((gaps.is_start, gaps.chain))
    )


def crossed(roads: Roads, rows: Longs, found: Crossings, *, is_joined: bool) -> Crossed:
    """Return the crossings with the ids of their roads; `rows` are the roads of the chains."""
    joined = found.is_level & is_joined
    own = sorted({int(rows[chain]) for chain in found.own})
    return Crossed(
        joined=_crossings(roads, rows, found, joined),
        apart=_crossings(roads, rows, found, ~joined),
        own=tuple(roads.ids[row] for row in own),
    )


def _crossings(
    roads: Roads, rows: Longs, found: Crossings, chosen: NDArray[np.bool_]
) -> tuple[Crossing, ...]:
    """Return some crossings in the order of the road lines, each place of two roads once."""
    pairs = rows[found.chains[chosen]]
    places = found.xy[chosen].round(3)
    table = np.concatenate([pairs, places, found.is_level[chosen, None]], axis=1)
    return tuple(
        Crossing(roads.ids[int(one)], roads.ids[int(other)], easting, northing, bool(is_one_level))
        for one, other, easting, northing, is_one_level in sorted(set(map(tuple, table.tolist())))
    )
