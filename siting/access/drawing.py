"""What was done to road lines to make a network of them, and what was left: nothing in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

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
    """Where two roads cross in the plane on different levels: no way from one to the other."""

    road_id: str
    other_id: str
    easting: float
    northing: float


@dataclass(frozen=True, slots=True)
class Crossed:
    """Crossings without a common vertex: how many were joined, and those that were not.

    ``own`` are the roads that cross themselves, which are not joined there.
    """

    joined: int
    apart: tuple[Crossing, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The account of one network: rows in = rows used + rows refused (not those repaired).

    ``length_m`` is that of the lines as they were drawn. ``joined`` are the gaps that were
    closed, ``nearly`` the wider ones that were not; ``crossings`` is None where crossings were
    not looked for. ``vertices_apart`` are the places (easting, northing) of the vertices that
    roads of several levels share without hanging together.
    """

    rows_in: int
    rows_used: int
    refused: tuple[Refusal, ...]
    doubts: tuple[Doubt, ...]
    length_m: float
    joined: tuple[Gap, ...]
    nearly: tuple[Gap, ...]
    crossings: Crossed | None
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


def crossed(roads: Roads, rows: Longs, found: Crossings) -> Crossed:
    """Return the crossings with the ids of their roads; `rows` are the roads of the chains."""
    apart = np.flatnonzero(~found.is_joined)
    row = rows[found.chains]
    named = {
        Crossing(
            roads.ids[int(row[at, 0])],
            roads.ids[int(row[at, 1])],
            round(float(found.xy[at, 0]), 3),
            round(float(found.xy[at, 1]), 3),
        )
        for at in apart
    }
    own = sorted({int(rows[chain]) for chain in found.own})
    return Crossed(
        joined=len(np.unique(found.xy[found.is_joined].round(3), axis=0)),
        apart=tuple(sorted(named, key=lambda each: (each.road_id, each.other_id, each.easting))),
        own=tuple(roads.ids[row] for row in own),
    )
