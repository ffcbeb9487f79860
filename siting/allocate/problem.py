"""What a plan is made from: claimants and their candidates, what shuts what out, what is limited.

Plain records without geometry. Which candidates overlap or stand too near each other is *given*,
as pairs of positions: whoever knows the outlines measures that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]

#: Amounts of land are counted in hundredths of a square metre, as integers: sums are exact.
HUNDREDTHS_PER_M2 = 100


class Amount(StrEnum):
    """What a quota counts of a site."""

    SITES = "sites"
    AREA = "area_m2"
    NEW_CONSTRUCTION = "new_construction_m2"
    FARMLAND = "farmland_m2"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One site that would serve one project.

    ``score`` is in hundredths of a point (0 to 10,000), ``new_construction_m2`` and
    ``farmland_m2`` are what the site would use up of the indicators (新增建设用地, 农用地转用).
    The same land wanted by two projects is two candidates with one ``site_id``.
    """

    site_id: str
    score: int
    area_m2: float
    use: str = ""
    district: str = ""
    new_construction_m2: float = 0.0
    farmland_m2: float = 0.0

    def amount(self, unit: Amount) -> int:
        """Return what the site counts in a unit: sites, or hundredths of a square metre."""
        if unit is Amount.SITES:
            return 1
        area_m2: float = getattr(self, unit.value)
        return round(area_m2 * HUNDREDTHS_PER_M2)


@dataclass(frozen=True, slots=True)
class Claimant:
    """One project that wants land; of its candidates it takes at most one.

    ``priority`` is its class: 1 goes before 2 at any price. ``batch`` is only what a quota may
    ask for (a year's, a round's).
    """

    project_id: str
    candidates: tuple[Candidate, ...]
    priority: int = 1
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """An upper limit on what the chosen sites of its members come to.

    An empty set asks for nothing: a quota without any is a budget of the whole city. ``limit``
    is in the unit: sites, or square metres.
    """

    name: str
    unit: Amount
    limit: float
    districts: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    batches: frozenset[str] = frozenset()

    @property
    def limit_counted(self) -> int:
        """The limit as amounts are counted: sites, or hundredths of a square metre."""
        is_count = self.unit is Amount.SITES
        return int(self.limit) if is_count else round(self.limit * HUNDREDTHS_PER_M2)

    def is_member(self, claimant: Claimant, candidate: Candidate) -> bool:
        """True where a candidate counts, if it is chosen."""
        return (
            (not self.districts or candidate.district in self.districts)
            and (not self.uses or candidate.use in self.uses)
            and (not self.batches or claimant.batch in self.batches)
        )


def _no_conflicts() -> dict[str, Longs]:
    return {}


@dataclass(frozen=True, eq=False)
class Problem:
    """All that a plan depends on.

    ``conflicts`` holds, under the name of each cause (``overlap``, a separation rule's code), an
    array of shape (n, 2): positions of candidates that cannot both be chosen. Positions count
    through all claimants' candidates in order (:attr:`starts`). ``locks`` has the site that a
    project must get, ``forbidden`` the (project, site) pairs that are refused, each with the
    reason, and ``promised`` the sites that belong to somebody: to all but the holder (which may
    be a project here) they are closed. ``previous`` is the plan before, a site per project.
    """

    claimants: tuple[Claimant, ...]
    conflicts: Mapping[str, Longs] = field(default_factory=_no_conflicts)
    quotas: tuple[Quota, ...] = ()
    locks: Mapping[str, str] = field(default_factory=dict)
    forbidden: Mapping[tuple[str, str], str] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def starts(self) -> Longs:
        """Where each claimant's candidates begin, and at the end how many there are in all."""
        counts = [len(claimant.candidates) for claimant in self.claimants]
        return np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64)

    @cached_property
    def owner(self) -> Longs:
        """The position of its claimant, for each candidate."""
        counts = np.diff(self.starts)
        return np.repeat(np.arange(len(self.claimants), dtype=np.int64), counts)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, claimant by claimant."""
        return tuple(c for claimant in self.claimants for c in claimant.candidates)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The position of each claimant by its project's id."""
        return {claimant.project_id: row for row, claimant in enumerate(self.claimants)}

    def position(self, project_id: str, site_id: str) -> int:
        """Return the position of a candidate, or -1 where the project has no such site."""
        row = self.places.get(project_id, -1)
        if row < 0:
            return -1
        ids = [candidate.site_id for candidate in self.claimants[row].candidates]
        return int(self.starts[row]) + ids.index(site_id) if site_id in ids else -1

    def closed(self, position: int) -> str:
        """Return why a candidate may not be chosen by anybody's decision, or an empty text."""
        project_id = self.claimants[int(self.owner[position])].project_id
        site_id = self.candidates[position].site_id
        if (project_id, site_id) in self.forbidden:
            return self.forbidden[project_id, site_id] or "forbidden"
        holder = self.promised.get(site_id, project_id)
        return "" if holder == project_id else f"promised to {holder}"
