"""Drafts of corrected outlines, way by way and level by level; none is judged here."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from siting.model import Form, RepairWay, Severity
from siting.repair.corridor import Detour, band_m, corridor_of, detour
from siting.repair.cutting import Want, cut, shift_then_cut
from siting.repair.ground import Ground, Level
from siting.repair.moving import Move, least_shift, least_turn
from siting.repair.regaining import extensions
from siting.repair.straight import retreats
from siting.repair.swapping import Assembly, Lots, beside, lots_of, swaps

log = logging.getLogger(__name__)

#: Of each way so many drafts go on: the others are variations of them.
DRAFTS_EACH = 2
SWAPS = 4
#: Added land makes up for the land cut away when no more than this share is missing then.
SMALL_CUT_SHARE = 0.05
#: Before a cut a red line moves by half its side at most, and by half of what a shift alone
#: would take: farther away it is another site, not this one corrected.
SHIFT_CUT_SIDES = 0.5
SHIFT_CUT_SAVES = 0.5
#: Swapped parcels make up the present area when no more than this share is missing.
PRESENT_SHARE = 0.2
#: Less land than this is none, m².
NO_LAND_M2 = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """One corrected outline before it is judged, with what made it."""

    way: RepairWay
    shape: BaseGeometry
    level: Level
    move: Move | None = None
    detour: Detour | None = None
    is_grown_around: bool = False
    parcels_left: tuple[str, ...] = ()
    parcels_added: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Cuts:
    """What cutting one red line leaves at each level, each drawn once."""

    ground: Ground
    want: Want
    _known: dict[tuple[Severity, ...], BaseGeometry] = field(default_factory=dict)

    def at(self, level: Level) -> BaseGeometry:
        """Return what is left without all that a level keeps clear of."""
        if level.severities not in self._known:
            forbidden = self.ground.forbidden(level)
            self._known[level.severities] = cut(self.ground.outline, forbidden, self.want)
        return self._known[level.severities]


@dataclass(frozen=True, eq=False, slots=True)
class Drafting:
    """The drafts of one red line, and what was learned on the way.

    ``cuts`` are what cuts leave, whatever their area.
    """

    drafts: tuple[Draft, ...]
    cuts: Cuts
    is_corridor: bool = False


def drafts_of(ground: Ground, want: Want) -> Drafting:
    """Return the drafts for one red line: those of its form.

    Cuts and moves are tried at every level, for what is paid to keep clear of milder things is
    a choice; all else only where the better level gives nothing.
    """
    cuts = Cuts(ground, want)
    if ground.project.form is Form.LINEAR:
        corridor = corridor_of(ground.outline)
        return Drafting(tuple(_detours(ground)), cuts, is_corridor=corridor is not None)
    ways = (_cuts(ground, want, cuts), _moves(ground, cuts), _swaps(ground, want))
    drafts = [draft for way in ways for draft in drawn(way, ground.red_line.id)]
    return Drafting(tuple(drafts), cuts)


def levels_of(ground: Ground) -> tuple[Level, ...]:
    """Return the levels at which something lies in the way, the best first.

    Where no prohibited rule is near, keeping clear of these alone leaves the red line as it is.
    """
    if shapely.intersects(ground.forbidden(Level.LAWFUL), ground.outline).any():
        return tuple(Level)
    return (Level.BEST, Level.OPEN)


def careful_levels(ground: Ground) -> tuple[Level, ...]:
    """Return those levels that keep to parcels on offer and off the streets."""
    return tuple(level for level in levels_of(ground) if level in {Level.BEST, Level.LAWFUL})


def drawn(way: Iterator[Draft], red_line_id: str) -> list[Draft]:
    """Return what a way draws, up to where GEOS gives up: the other ways go on."""
    found: list[Draft] = []
    try:
        found.extend(way)
    except shapely.errors.GEOSException:
        log.exception("a way to repair %s was given up: GEOS cannot draw it", red_line_id)
    return found


def _cuts(ground: Ground, want: Want, cuts: Cuts) -> Iterator[Draft]:
    for level in careful_levels(ground):
        left = cuts.at(level)
        if left.is_empty:
            continue
        yield Draft(RepairWay.CUT, left, level)
        for shape in retreats(ground.outline, ground.forbidden(level), want)[:1]:
            yield Draft(RepairWay.RETREAT, shape, level)
        yield from _extended(ground, want, left, level)


def _extended(ground: Ground, want: Want, rest: BaseGeometry, level: Level) -> Iterator[Draft]:
    present_m2 = float(shapely.area(ground.outline))
    goal_m2 = min(max(present_m2, want.area_m2_min), want.area_m2_max)
    for shape in extensions(rest, ground.closed(level), want, goal_m2)[:DRAFTS_EACH]:
        yield Draft(RepairWay.CUT_EXTEND, shape, level)
    if ground.plots is None or shapely.area(rest) > present_m2 - NO_LAND_M2:
        return
    lots = lots_of(ground.plots, ground.outline, ground.barred(level))
    goal = replace(want, area_m2_min=max(want.area_m2_min, (1 - SMALL_CUT_SHARE) * goal_m2))
    made = beside(rest, lots, goal) or beside(rest, lots, want)
    if made is not None:
        added = tuple(ground.plots.ids[row] for row in made.rows)
        yield Draft(RepairWay.CUT_PARCELS, made.shape, level, parcels_added=added)


def _moves(ground: Ground, cuts: Cuts) -> Iterator[Draft]:
    for level in levels_of(ground):
        yield from _moved(ground, cuts, level)


def _moved(ground: Ground, cuts: Cuts, level: Level) -> Iterator[Draft]:
    outline, closed = ground.outline, ground.closed(level)
    shift = least_shift(outline, closed, ground.reach_m)
    if shift is not None:
        yield Draft(RepairWay.SHIFT, shift.apply(outline), level, shift)
    turn = least_turn(outline, closed, ground.reach_m, shift)
    if turn is not None:
        yield Draft(RepairWay.SHIFT_TURN, turn.apply(outline), level, turn)
    is_on_others_land = level in {Level.OPEN, Level.BARE}
    if is_on_others_land or cuts.want.fits(cuts.at(level)):
        return
    reach_m = short_reach_m(ground)
    if shift is not None:
        reach_m = min(reach_m, SHIFT_CUT_SAVES * shift.moved_m)
    both = shift_then_cut(outline, closed, cuts.want, reach_m)
    if both is not None:
        yield Draft(RepairWay.SHIFT_CUT, both[1], level, both[0])


def short_reach_m(ground: Ground) -> float:
    """Return how far a red line is moved when it is not the least shift: half its side."""
    return min(ground.reach_m, SHIFT_CUT_SIDES * math.sqrt(float(shapely.area(ground.outline))))


def _swaps(ground: Ground, want: Want) -> Iterator[Draft]:
    if ground.plots is None:
        return
    for level in careful_levels(ground):
        lots = lots_of(ground.plots, ground.outline, ground.barred(level))
        present_m2 = float(shapely.area(ground.outline))
        goal_m2 = (1 - PRESENT_SHARE) * min(present_m2, want.area_m2_max)
        goal = replace(want, area_m2_min=max(want.area_m2_min, goal_m2))
        made = (swaps(lots, goal) or swaps(lots, want))[:SWAPS]
        yield from (swapped(ground, lots, each, level) for each in made)
        if made:
            return


def swapped(ground: Ground, lots: Lots, made: Assembly, level: Level) -> Draft:
    """Return an assembly of parcels as a draft."""
    rows = frozenset(made.rows)
    return Draft(
        RepairWay.SWAP,
        made.shape,
        level,
        parcels_left=_ids(ground, lots.own - rows),
        parcels_added=_ids(ground, rows - lots.own),
    )


def _ids(ground: Ground, rows: AbstractSet[int]) -> tuple[str, ...]:
    return () if ground.plots is None else tuple(ground.plots.ids[row] for row in sorted(rows))


def _detours(ground: Ground) -> Iterator[Draft]:
    corridor = corridor_of(ground.outline)
    if corridor is None:
        return
    for level in Level:
        way = detour(
            corridor,
            ground.forbidden(level),
            ground.closed(level),
            min(band_m(corridor), ground.reach_m),
        )
        if way is not None:
            yield Draft(RepairWay.DETOUR, way.shape, level, detour=way)
            return
