"""The best infeasible site: the parcel nearest to being offered, and what stands in its way.

Each obstacle has a share between 0 and 1 (docs/suggest.md), and their sum orders parcels. The
filters alone give a floor under that sum, so parcels are judged by it, lowest first, and the
search ends when no parcel that was not judged can be nearer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.candidates import (
    AREA,
    RULES_BEHIND_FILTER,
    SHAPE,
    Conflict,
    Filters,
    Parcels,
    Rechecker,
    Wanted,
)
from siting.model import SQUARE_METRES_PER_MU, NearMiss, Obstacle, Site, Text
from siting.overlay import union_area_m2
from siting.suggest.funnel import OFFERED, area_gap_shares, lowest, title_of

#: At most so many parcels are judged for one project: the engine takes about 1 ms each.
NEAREST_LIMIT = 500
#: So many are judged at once.
BATCH = 50

Order = tuple[float, int, float, int]
"""Shortfall, number of obstacles, the filters' part of the shortfall, row."""


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    """One parcel that could not be offered, with its place in the order."""

    order: Order
    obstacles: tuple[Obstacle, ...]
    conflict_area_m2: float

    def is_before(self, floor: float) -> bool:
        """True when no parcel with this floor under its shortfall can come before this one."""
        return self.order[:2] <= (floor, 1)


@dataclass(frozen=True, eq=False, slots=True)
class NearMissFinder:
    """Finds the nearest infeasible parcel of one project, after the land was shared out.

    ``known_free`` are rows that need not be asked about: they may be offered. ``unsure`` are
    rows that pass the filters and were never judged; they are left out, and the answer then
    says that it is not exact.
    """

    project_id: str
    wanted: Wanted
    filters: Filters
    rechecker: Rechecker
    free: Callable[[list[int]], list[int]]
    known_free: frozenset[int]
    unsure: frozenset[int]
    site: Callable[[int], Site]

    @property
    def _parcels(self) -> Parcels:
        return self.rechecker.parcels

    def nearest(self) -> NearMiss | None:
        """Return the parcel with the least shortfall; None where every parcel may be offered."""
        floors = self._floors()
        rows = self._in_order(floors)
        best: _Judged | None = None
        looked_at = 0
        while looked_at < min(len(rows), NEAREST_LIMIT):
            if best is not None and best.is_before(float(floors[rows[looked_at]])):
                break
            batch = rows[looked_at : min(looked_at + BATCH, NEAREST_LIMIT)]
            looked_at += len(batch)
            best = min(filter(None, (best, *self._judged(batch))), key=_order, default=None)
        if best is None:
            return None
        are_all = looked_at == len(rows) or best.is_before(float(floors[rows[looked_at]]))
        is_exact = are_all and not self.unsure
        return self._told(best, looked_at, is_exact=is_exact)

    def _floors(self) -> NDArray[np.float64]:
        """Return the least that the filters alone make of each parcel's shortfall.

        Of parcels that fail another filter the shape is not asked: they may fall short by more.
        """
        floors = area_gap_shares(self._parcels.areas_m2, self.wanted)
        for name, mask in self.filters.masks.items():
            if name != AREA:
                floors += ~mask
        asked = np.flatnonzero(self.filters.passing(lifted=(SHAPE,)))
        cut_off = asked[~self.filters.passes(asked, SHAPE)]
        floors[cut_off] += 1 - self.filters.bodies.shares(cut_off)
        return floors

    def _in_order(self, floors: NDArray[np.float64]) -> list[int]:
        """Return the rows to judge, lowest floor first, then by row: no more than may be used."""
        left_out = np.array(sorted(self.known_free | self.unsure), dtype=np.int64)
        asked = np.ones(len(floors), dtype=bool)
        asked[left_out] = False
        rows = np.flatnonzero(asked)
        # one more than is judged: its floor says whether the answer is exact
        kept: list[int] = rows[lowest(floors[rows], NEAREST_LIMIT + 1)].tolist()
        return kept

    def _judged(self, rows: list[int]) -> Iterable[_Judged]:
        conflicts = self.rechecker.conflicts((self.project_id, row) for row in rows)
        free = set(self.free(rows))
        for row in rows:
            failed = self.filters.failed_by(row)
            behind = self.rechecker.codes_of_kinds(
                kind for name in failed for kind in RULES_BEHIND_FILTER[name]
            )
            broken = [c for c in conflicts[self.project_id, row] if c.code not in behind]
            obstacles = [self._failed(name, row) for name in failed]
            of_filters = sum(each.share for each in obstacles)
            if row not in free:
                obstacles.append(Obstacle(OFFERED, title_of(OFFERED), 1.0))
            by_filters = sum(each.share for each in obstacles)
            area_m2 = float(self._parcels.areas_m2[row])
            in_conflict_m2 = union_area_m2(piece for c in broken for piece in c.pieces)
            obstacles.extend(_broken(conflict, area_m2) for conflict in broken)
            if not obstacles:
                continue
            is_unmeasured = any(not conflict.pieces for conflict in broken)
            share = 1.0 if is_unmeasured else min(1.0, in_conflict_m2 / area_m2)
            order = (by_filters + share, len(obstacles), of_filters, row)
            yield _Judged(order, tuple(obstacles), in_conflict_m2)

    def _failed(self, name: str, row: int) -> Obstacle:
        areas = self._parcels.areas_m2[[row]]
        area_m2 = float(areas[0])
        if name == SHAPE:
            share = 1 - float(self.filters.bodies.shares([row])[0])
            return Obstacle(name, title_of(name), share, share * area_m2)
        if name != AREA:
            return Obstacle(name, title_of(name), 1.0)
        gap_m2 = max(self.wanted.area_m2_min - area_m2, area_m2 - self.wanted.area_m2_max)
        return Obstacle(name, title_of(name), float(area_gap_shares(areas, self.wanted)[0]), gap_m2)

    def _told(self, best: _Judged, looked_at: int, *, is_exact: bool) -> NearMiss:
        shortfall, *_, row = best.order
        area_m2 = float(self._parcels.areas_m2[row])
        return NearMiss(
            site=self.site(row),
            obstacles=best.obstacles,
            shortfall=shortfall,
            conflict_area_m2=best.conflict_area_m2,
            looked_at=looked_at,
            is_exact=is_exact,
            why=_why(
                best.obstacles, looked_at, area_m2=area_m2, wanted=self.wanted, is_exact=is_exact
            ),
        )


def _order(judged: _Judged) -> Order:
    return judged.order


def _broken(conflict: Conflict, area_m2: float) -> Obstacle:
    if not conflict.pieces:
        return Obstacle(conflict.code, conflict.title, 1.0, is_rule=True)
    share = min(1.0, conflict.area_m2 / area_m2)
    return Obstacle(conflict.code, conflict.title, share, conflict.area_m2, is_rule=True)


def _why(
    obstacles: Iterable[Obstacle], looked_at: int, *, area_m2: float, wanted: Wanted, is_exact: bool
) -> Text:
    """Return the obstacles in words, and how far was looked."""
    is_small = area_m2 < wanted.area_m2_min
    phrases = [_phrase(each, is_small=is_small) for each in obstacles]
    more = Text("", "")
    if not is_exact:
        more = Text(
            f"（只逐宗核查了 {looked_at} 宗，未查的可能更近）",
            f" (only {looked_at} parcels were judged: one that was not may be nearer)",
        )
    return Text(
        "；".join(phrase.get("zh") for phrase in phrases) + more.get("zh"),
        "; ".join(phrase.get("en") for phrase in phrases) + more.get("en"),
    )


def _phrase(obstacle: Obstacle, *, is_small: bool) -> Text:
    zh, en = obstacle.title.get("zh"), obstacle.title.get("en")
    if obstacle.area_m2 is None:
        return Text(f"不符合：{zh}", f"fails: {en}")
    if obstacle.is_rule:
        figures = f"{obstacle.area_m2:,.2f} m² ({obstacle.share:.2%})"
        return Text(f"违反“{zh}”{figures}", f"breaks '{en}': {figures}")
    if obstacle.code == SHAPE:
        figures = f"{obstacle.area_m2:,.2f} m² ({obstacle.share:.2%})"
        return Text(
            f"形状狭长或零碎：主体以外 {figures}",
            f"a strip or ragged: {figures} outside its body",
        )
    mu = obstacle.area_m2 / SQUARE_METRES_PER_MU
    figures = f"{obstacle.area_m2:,.2f} m² ({mu:,.2f} "
    return Text(
        f"面积{'小' if is_small else '大'} {figures}亩)",
        f"area {figures}mu) too {'small' if is_small else 'large'}",
    )
