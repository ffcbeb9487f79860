"""Further drafts, for red lines of which the first ones leave fewer than three repairs.

They come in rounds, the cheapest first; after each the search looks whether there are enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.model import Form, RepairWay
from siting.overlay import mitred
from siting.repair.barriers import SAFETY_M
from siting.repair.corridor import band_m, corridor_of, detour
from siting.repair.cutting import Want, cut, shift_and_cut, shift_then_cut
from siting.repair.drafts import (
    Cuts,
    Draft,
    careful_levels,
    drawn,
    levels_of,
    short_reach_m,
    swapped,
)
from siting.repair.ground import Ground
from siting.repair.moving import least_shift
from siting.repair.outline import DECIMALS
from siting.repair.regaining import extensions, grown_around
from siting.repair.straight import straight_cuts
from siting.repair.swapping import lots_of, swaps

#: Shifts other than the least lead this much aside of it, degrees.
ASIDE_DEG = (90.0, 180.0, 270.0)
#: What is moved otherwise than by the least shift keeps this share of the present land.
KEEPS_SHARE = 0.3
#: Of one way and level so many drafts go on.
DRAFTS_EACH = 3
#: Straight cuts of one red line share no more than this of their land.
UNLIKE_SHARE = 0.97
#: Parcels from which an assembly is begun in the second search.
MORE_SEEDS = 24

Rounds = Iterator[list[Draft]]
_Way = Callable[[], Iterator[Draft]]


def wider(ground: Ground, cuts: Cuts, known: Sequence[Draft]) -> Rounds:
    """Yield further drafts for one red line, round by round.

    Parameters
    ----------
    ground, cuts
        As for :func:`siting.repair.drafts.drafts_of`, and what it learned of cuts.
    known
        The drafts that are there: shifts aside are measured against the least ones of them.
    """
    if ground.project.form is Form.LINEAR:
        yield drawn(_sides(ground), ground.red_line.id)
        return
    shifts = [draft for draft in known if draft.way is RepairWay.SHIFT and draft.move is not None]
    aside = drawn(_aside(ground, shifts), ground.red_line.id)
    ways: tuple[_Way, ...] = (
        lambda: _straight(ground, cuts),
        lambda: iter(aside),
        lambda: _regained(ground, cuts),
        lambda: _part_ways(ground, cuts.want, [*shifts, *aside]),
        lambda: _over_others(ground, cuts),
        lambda: _other_parcels(ground, cuts.want),
    )
    for way in ways:
        yield drawn(way(), ground.red_line.id)


def _straight(ground: Ground, cuts: Cuts) -> Iterator[Draft]:
    want = cuts.want
    for level in careful_levels(ground):
        forbidden = ground.forbidden(level)
        for shape in _unlike(straight_cuts(ground.outline, forbidden, want))[:DRAFTS_EACH]:
            yield Draft(RepairWay.STRAIGHT_CUT, shape, level)
        # a barrier across the red line leaves two pieces: the smaller may be enough as well
        larger = cuts.at(level)
        if not larger.is_empty:
            away = np.array([*forbidden, mitred(larger, SAFETY_M)], dtype=object)
            smaller = cut(ground.outline, away, want)
            if want.fits(smaller):
                yield Draft(RepairWay.CUT, smaller, level)


def _unlike(shapes: NDArray[np.object_]) -> list[BaseGeometry]:
    """Return shapes of which no two share nearly all of their land, in their order."""
    kept: list[BaseGeometry] = []
    for shape in shapes:
        shared = shapely.area(shapely.intersection(shape, np.array(kept, dtype=object)))
        if not (shared > UNLIKE_SHARE * shapely.area(shape)).any():
            kept.append(shape)
    return kept


def _aside(ground: Ground, shifts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the shortest shift to each other side, where there is a least one."""
    for draft in shifts:
        least = draft.move
        if least is None or not least.moved_m:
            continue
        # where even the least shift leaves the present land, the other sides are as good
        is_near = _keeps(ground, least.apply(ground.outline))
        reach_m = max(short_reach_m(ground), least.moved_m) if is_near else ground.reach_m
        main = math.degrees(math.atan2(least.north_m, least.east_m))
        for turn in ASIDE_DEG:
            closed = ground.closed(draft.level)
            move = least_shift(ground.outline, closed, reach_m, towards=main + turn)
            if move is None or (is_near and not _keeps(ground, move.apply(ground.outline))):
                continue
            known = replace(move, at_least_m=least.at_least_m)
            yield Draft(RepairWay.SHIFT, move.apply(ground.outline), draft.level, known)


def _part_ways(ground: Ground, want: Want, shifts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield half of each shift, and what a cut leaves after it."""
    for draft in shifts:
        if draft.move is None:
            continue
        half = np.round([draft.move.east_m / 2, draft.move.north_m / 2], DECIMALS)
        both = shift_and_cut(ground.outline, ground.closed(draft.level), want, half)
        if both is not None and _keeps(ground, both[1]):
            yield Draft(RepairWay.SHIFT_CUT, both[1], draft.level, both[0])


def _regained(ground: Ground, cuts: Cuts) -> Iterator[Draft]:
    """Yield what a cut leaves, grown on all free sides; also over land that is not on offer."""
    want, present_m2 = cuts.want, float(shapely.area(ground.outline))
    goal_m2 = min(max(present_m2, want.area_m2_min), want.area_m2_max)
    for level in levels_of(ground):
        rest, closed = cuts.at(level), ground.closed(level)
        if rest.is_empty:
            continue
        grown = grown_around(rest, closed, want, goal_m2)
        if not grown.is_empty:
            yield Draft(RepairWay.CUT_EXTEND, grown, level, is_grown_around=True)
        if level not in careful_levels(ground):
            for shape in extensions(rest, closed, want, goal_m2)[:DRAFTS_EACH]:
                yield Draft(RepairWay.CUT_EXTEND, shape, level)


def _over_others(ground: Ground, cuts: Cuts) -> Iterator[Draft]:
    """Yield a shift and a cut that enter land not on offer, where a cut alone leaves too little."""
    for level in levels_of(ground):
        if level in careful_levels(ground):
            continue
        if cuts.want.fits(cuts.at(level)):
            continue
        closed = ground.closed(level)
        both = shift_then_cut(ground.outline, closed, cuts.want, short_reach_m(ground))
        if both is not None and _keeps(ground, both[1]):
            yield Draft(RepairWay.SHIFT_CUT, both[1], level, both[0])


def _keeps(ground: Ground, shape: BaseGeometry) -> bool:
    """True when an outline keeps enough of the present land to be the same site."""
    kept_m2 = float(shapely.area(shapely.intersection(shape, ground.outline)))
    return kept_m2 >= KEEPS_SHARE * float(shapely.area(ground.outline))


def _other_parcels(ground: Ground, want: Want) -> Iterator[Draft]:
    if ground.plots is None:
        return
    for level in careful_levels(ground):
        lots = lots_of(ground.plots, ground.outline, ground.barred(level))
        for made in swaps(lots, want, seeds=MORE_SEEDS)[: 2 * DRAFTS_EACH]:
            yield swapped(ground, lots, made, level)


def _sides(ground: Ground) -> Iterator[Draft]:
    """Yield the ways round on the left and on the right of a corridor, at every level."""
    corridor = corridor_of(ground.outline)
    if corridor is None:
        return
    reach_m = min(band_m(corridor), ground.reach_m)
    for level in levels_of(ground):
        forbidden, closed = ground.forbidden(level), ground.closed(level)
        for side in (1.0, -1.0):
            way = detour(corridor, forbidden, closed, reach_m, side=side)
            if way is not None:
                yield Draft(RepairWay.DETOUR, way.shape, level, detour=way)
