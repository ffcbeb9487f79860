"""What is sought: land, the wanted range, and the objective that every search shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from siting.assembly.adjacency import Adjacency

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Land:
    """The parcels that may be put together, one entry per parcel in each array.

    ``areas_m2`` and ``perimeters_m`` are planar; ``owners`` numbers who holds a parcel, -1 where
    nobody knows (each unknown one counts as an owner of its own).
    """

    areas_m2: Floats
    perimeters_m: Floats
    owners: Longs
    adjacency: Adjacency

    def __len__(self) -> int:
        """Return the number of parcels."""
        return len(self.areas_m2)


@dataclass(frozen=True, slots=True)
class Range:
    """The wanted area in m²; ``most`` may be infinite."""

    least: float
    most: float

    @property
    def target(self) -> float:
        """The area that fits best: the middle, or the one known bound."""
        return self.least if math.isinf(self.most) else (self.least + self.most) / 2


@dataclass(frozen=True, slots=True)
class Objective:
    """What makes one assembled site better than another; less is better, 0 the ideal.

    ``cost = shape·(1 - 4πA/P²) + owner·(owners - 1) + parcel·(parcels - 1)
    + fit·|A - target|/target``

    where P is the perimeter with the sides on which the parcels face each other taken out. The
    compactness 4πA/P² is Polsby and Popper's (1991): 1 for a circle, 0.785 for a square.
    """

    shape: float = 1.0
    owner: float = 0.10
    parcel: float = 0.05
    fit: float = 0.30

    def cost(self, figures: Figures, target_m2: float) -> float:
        """Return the cost of a site with these figures."""
        compactness = 4 * math.pi * figures.area_m2 / figures.perimeter_m**2
        return (
            self.shape * (1 - min(1.0, compactness))
            + self.owner * (figures.owners - 1)
            + self.parcel * (figures.parcels - 1)
            + self.fit * abs(figures.area_m2 - target_m2) / target_m2
        )

    def costs(self, table: FigureTable, target_m2: float) -> Floats:
        """Return the costs of many sites at once."""
        compactness = 4 * math.pi * table.area_m2 / table.perimeter_m**2
        costs: Floats = (
            self.shape * (1 - np.minimum(1.0, compactness))
            + self.owner * (table.owners - 1)
            + self.parcel * (table.parcels - 1)
            + self.fit * np.abs(table.area_m2 - target_m2) / target_m2
        )
        return costs


@dataclass(frozen=True, slots=True)
class Figures:
    """What the objective asks of one set of parcels."""

    area_m2: float
    perimeter_m: float
    owners: int
    parcels: int


@dataclass(frozen=True, eq=False, slots=True)
class FigureTable:
    """:class:`Figures` of many sets, an array each."""

    area_m2: Floats
    perimeter_m: Floats
    owners: Longs
    parcels: Longs


#: The perimeter of a set never falls below this share of the sides that are left in it.
LEAST_PERIMETER_SHARE = 0.05


def perimeter_left(perimeter_m: Floats | float, facing_m: Floats | float) -> Floats:
    """Return a perimeter less both sides of what faces each other, held above zero.

    Where parcels overlap or lanes run wild the sides may seem to outrun the perimeter.
    """
    left: Floats = np.maximum(
        np.asarray(perimeter_m) - 2.0 * np.asarray(facing_m),
        LEAST_PERIMETER_SHARE * np.asarray(perimeter_m),
    )
    return left


class Links:
    """Neighbour → metres faced by parcel; made for those that are asked for, once."""

    def __init__(self, graph: Adjacency) -> None:
        self._graph = graph
        self._known: dict[int, dict[int, float]] = {}

    def __getitem__(self, parcel: int) -> dict[int, float]:
        """Return the neighbours of one parcel."""
        if parcel not in self._known:
            near, facing = self._graph.of(parcel)
            self._known[parcel] = dict(zip(near.tolist(), facing.tolist(), strict=True))
        return self._known[parcel]


@dataclass(frozen=True, eq=False)
class Problem:
    """Land, the wanted range, the objective, and how many parcels a site may have."""

    land: Land
    wanted: Range
    objective: Objective = Objective()
    most_parcels: int = 8

    @cached_property
    def links(self) -> Links:
        """Neighbour → metres faced, for each parcel."""
        return Links(self.land.adjacency)

    def figures(self, members: Sequence[int]) -> Figures:
        """Return the figures of a set of parcels."""
        land = self.land
        at = np.array(sorted(members), dtype=np.int64)
        inside = set(at.tolist())
        facing = sum(
            metres
            for member in at.tolist()
            for other, metres in self.links[member].items()
            if other > member and other in inside
        )
        return Figures(
            float(land.areas_m2[at].sum()),
            float(perimeter_left(float(land.perimeters_m[at].sum()), facing)),
            self.owners(at.tolist()),
            len(at),
        )

    def owners(self, members: Iterable[int]) -> int:
        """Return how many hold the parcels; each unknown one is a holder of its own."""
        held = [int(self.land.owners[member]) for member in members]
        return len({owner for owner in held if owner >= 0}) + held.count(-1)

    def cost(self, members: Sequence[int]) -> float:
        """Return the cost of a set of parcels."""
        return self.objective.cost(self.figures(members), self.wanted.target)

    def is_wanted(self, members: Sequence[int]) -> bool:
        """True when the area is in the range and there are neither too few nor too many parcels."""
        area = float(self.land.areas_m2[list(members)].sum())
        return (
            self.wanted.least <= area <= self.wanted.most
            and 2 <= len(members) <= self.most_parcels
        )  # fmt: skip

    def is_connected(self, members: Sequence[int]) -> bool:
        """True when one can walk from each parcel to each other."""
        inside = set(members)
        seen, waiting = set[int](), [members[0]]
        while waiting:
            member = waiting.pop()
            if member not in seen:
                seen.add(member)
                waiting.extend(self.links[member].keys() & inside - seen)
        return seen == inside
