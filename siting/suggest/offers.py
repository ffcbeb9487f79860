"""Who is offered which land: each project's pool, and the rounds that share the land out.

No land is offered twice. In each round every project, in order of priority, takes the
best of its pool that is still free: all first choices before any second one. That is
greedy, and fair in rounds; it is not the best plan for the city as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.candidates import OVERLAP_TOLERANCE_M2, Recheck, Rechecker, as_array
from siting.model import Severity
from siting.overlay import pair_areas
from siting.suggest.yardstick import Yardstick

Mask = NDArray[np.bool_]

#: Parcels per project that go through the engine at first: enough for nearly every project
#: to have its whole pool re-checked, so that its funnel is complete.
FIRST_BATCH = 80
#: Where every place is taken but a parcel beyond might still be better (because a rule could
#: not be checked for those found), the search ends here: the engine takes about 1 ms each.
DEEP_ENOUGH = 320


@dataclass(frozen=True, eq=False, slots=True)
class Applicant:
    """One project in search of land.

    ``pool`` are the parcels that pass the cheap filters, the best first *as if none broke
    or met a rule*; ``best_possible`` are their merits then (scores, in hundredths): a true one
    is never higher. ``best_tier`` is 2 when no site at all can be fully checked, else 0.
    """

    project_id: str
    yardstick: Yardstick
    pool: tuple[int, ...]
    best_possible: tuple[int, ...]
    best_tier: int

    @classmethod
    def of(
        cls,
        project_id: str,
        *,
        yardstick: Yardstick,
        has_gap_everywhere: bool,
    ) -> Applicant:
        """Order a pool by the best score that each parcel could reach, then by id."""
        possible = yardstick.best_possible()
        order = np.lexsort((yardstick.rows, -possible))
        return cls(
            project_id,
            yardstick,
            tuple(yardstick.rows[order].tolist()),
            tuple(possible[order].tolist()),
            2 * has_gap_everywhere,
        )

    def part(self, keep: Mask) -> Applicant:
        """Return the applicant with the part of the pool that `keep` is true for."""
        is_kept = keep[list(self.pool)]
        pairs = zip(self.pool, self.best_possible, is_kept.tolist(), strict=True)
        kept = [(row, possible) for row, possible, is_in in pairs if is_in]
        return replace(
            self, pool=tuple(r for r, _ in kept), best_possible=tuple(p for _, p in kept)
        )

    def merit(self, row: int, recheck: Recheck) -> int:
        """Return what a re-checked parcel is ordered by, truly: its score, in hundredths."""
        return self.yardstick.measured(row, recheck).merit

    def order(self, row: int, recheck: Recheck) -> tuple[int, int, int]:
        """Return the sort key of a site: its tier, then its score, then the parcel id."""
        return tier(recheck), -self.merit(row, recheck), row


def tier(recheck: Recheck) -> int:
    """Return the group a site is offered in; within a group the score decides.

    0: every prohibited rule checked in full, no restricted rule met. 1: a restricted rule
    met (a site that needs a consent is no way out while there is one that needs none).
    2 and 3: the same with a prohibited rule not checked in full.
    """
    is_restricted = Severity.RESTRICTED in recheck.burden
    return 2 * bool(recheck.unchecked_prohibited) + is_restricted


@dataclass(frozen=True, eq=False, slots=True)
class Offers:
    """The rows offered to each project, best first, and what of each pool was examined.

    ``land`` are the parcels that each project's offers lie on, overlapping ones included;
    ``cut_short`` are the projects for which a better parcel may lie beyond that depth.
    """

    rows: Mapping[str, tuple[int, ...]]
    examined: Mapping[str, tuple[int, ...]]
    land: Mapping[str, frozenset[int]]
    cut_short: frozenset[str]

    def free(self, rows: Iterable[int], *, project_id: str) -> list[int]:
        """Return the parcels that do not overlap what was offered to *other* projects."""
        others = [land for name, land in self.land.items() if name != project_id]
        taken = frozenset[int]().union(*others)
        return [row for row in rows if row not in taken]

    @property
    def all_land(self) -> frozenset[int]:
        """The parcels that anybody's offers lie on."""
        return frozenset[int]().union(*self.land.values())

    def then(self, further: Offers) -> Offers:
        """Return these offers with those of a second list after them."""
        return Offers(
            {name: self.rows[name] + further.rows[name] for name in self.rows},
            {name: self.examined[name] + further.examined[name] for name in self.rows},
            {name: self.land[name] | further.land[name] for name in self.rows},
            self.cut_short | further.cut_short,
        )


def share_lists(
    applicants: Sequence[Applicant],
    rechecker: Rechecker,
    *,
    must_acquire: Mask | None,
) -> Offers:
    """Return what each project is offered: ready land, then land that must first be acquired.

    Parameters
    ----------
    applicants, rechecker
        As for :func:`share_out`.
    must_acquire
        Which parcels are of the second list; None where nothing tells, and there is one list.
    """
    spec = rechecker.city.suggest
    if must_acquire is None:
        return share_out(applicants, rechecker, count=spec.count)
    ready = [applicant.part(~must_acquire) for applicant in applicants]
    others = [applicant.part(must_acquire) for applicant in applicants]
    first = share_out(ready, rechecker, count=spec.count)
    second = share_out(others, rechecker, count=spec.acquire_count, taken=first.all_land)
    return first.then(second)


def share_out(
    applicants: Sequence[Applicant],
    rechecker: Rechecker,
    *,
    count: int,
    taken: frozenset[int] = frozenset(),
) -> Offers:
    """Return up to `count` parcels per project, none of them offered twice.

    Parameters
    ----------
    applicants
        In the order of priority.
    rechecker
        Every parcel that is offered has gone through it.
    count
        How many each project is offered where there are as many.
    taken
        Parcels that are nobody's to take.

    Notes
    -----
    Pools go through the engine in batches, best first. A batch more is asked for until no
    parcel outside could have been chosen, so the result is that of examining all; but
    where all places are taken it ends after ``DEEP_ENOUGH`` parcels (``cut_short``).
    """
    land = Land(rechecker.parcels.geometries)
    depth = {a.project_id: min(FIRST_BATCH, len(a.pool)) for a in applicants}
    while True:
        rechecker.recheck(
            (a.project_id, row) for a in applicants for row in a.pool[: depth[a.project_id]]
        )
        queues = {a.project_id: _queue(a, rechecker, depth[a.project_id]) for a in applicants}
        rows = _rounds(queues, land, count, taken)
        open_ends = [
            a
            for a in applicants
            if depth[a.project_id] < len(a.pool)
            and not (
                len(rows[a.project_id]) == count
                and _is_beyond_reach(a, rows[a.project_id], rechecker, depth[a.project_id])
            )
        ]
        deeper = [
            a
            for a in open_ends
            if len(rows[a.project_id]) < count or depth[a.project_id] < DEEP_ENOUGH
        ]
        if not deeper:
            cut_short = frozenset(a.project_id for a in open_ends)
            examined = {a.project_id: a.pool[: depth[a.project_id]] for a in applicants}
            return Offers(rows, examined, _land_of(rows, land), cut_short)
        for a in deeper:
            depth[a.project_id] = min(2 * depth[a.project_id], len(a.pool))


def _land_of(rows: Mapping[str, tuple[int, ...]], land: Land) -> dict[str, frozenset[int]]:
    return {
        project_id: frozenset[int]().union(*(land.under(row) for row in offered))
        for project_id, offered in rows.items()
    }


def _queue(applicant: Applicant, rechecker: Rechecker, depth: int) -> list[int]:
    known = {row: rechecker.known[applicant.project_id, row] for row in applicant.pool[:depth]}
    clean = [row for row, recheck in known.items() if recheck.is_clean()]
    return sorted(clean, key=lambda row: applicant.order(row, known[row]))


def _is_beyond_reach(
    applicant: Applicant, rows: tuple[int, ...], rechecker: Rechecker, depth: int
) -> bool:
    """True when no parcel from `depth` on could outrank any of the chosen ones."""
    rechecks = [rechecker.known[applicant.project_id, row] for row in rows]
    if any(tier(recheck) > applicant.best_tier for recheck in rechecks):
        return False
    worst = min(applicant.merit(row, recheck) for row, recheck in zip(rows, rechecks, strict=True))
    return worst > applicant.best_possible[depth]


def _rounds(
    queues: Mapping[str, list[int]], land: Land, count: int, barred: frozenset[int]
) -> dict[str, tuple[int, ...]]:
    chosen: dict[str, list[int]] = {project_id: [] for project_id in queues}
    waiting = {project_id: iter(queue) for project_id, queue in queues.items()}
    taken = set(barred)
    for _ in range(count):
        for project_id, queue in waiting.items():
            # what was taken stays taken, so nobody need look back in the queue
            row = next((row for row in queue if row not in taken), None)
            if row is not None:
                taken |= land.under(row)
                chosen[project_id].append(row)
    return {project_id: tuple(rows) for project_id, rows in chosen.items()}


class Land:
    """Which parcels lie on the same land: those of a careless layer overlap each other."""

    def __init__(self, geometries: NDArray[np.object_]) -> None:
        self._geometries = geometries
        self._tree = shapely.STRtree(geometries)
        self._known: dict[int, frozenset[int]] = {}

    def under(self, row: int) -> frozenset[int]:
        """Return a parcel and all that overlap it by more than the rounding of coordinates."""
        if row not in self._known:
            subject = as_array([self._geometries[row]])
            near: NDArray[np.int64] = self._tree.query(subject[0])
            pairs = pair_areas(
                subject,
                self._geometries[near],
                witness="doubtful",
                limits_m2=(OVERLAP_TOLERANCE_M2,),
            )
            is_land = pairs.area_m2 > OVERLAP_TOLERANCE_M2
            self._known[row] = frozenset({row, *near[pairs.right[is_land]].tolist()})
        return self._known[row]
