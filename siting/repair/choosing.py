"""Which of the repairs that passed are offered: the best that really differ, ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from siting.model import Repair, RepairAttempt, RepairWay, Severity, Text
from siting.repair.cutting import Want
from siting.repair.drafts import Draft
from siting.repair.ground import Ground
from siting.repair.judging import Fate, Judged
from siting.repair.reasons import attempt_text

#: Two repairs of one way differ when they do not share this much of their land,
DIFFERENT_SHARE = 0.02
#: two of different ways already when they do not share this much, and differ in so much of the
#: land that the larger of them changes: a strip given up is another matter than a shift.
OTHER_WAY_SHARE = 0.005
OTHER_CHANGE_SHARE = 0.5
#: Of one way so many are returned.
EACH_WAY = 3
#: Outlines whose lands differ by no more than this are one draft, m².
SAME_M2 = 0.01
#: With fewer than so many clean repairs those that meet a restricted rule anew are offered too.
FEW = 3


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """The repairs that are offered, ranked, and the fate of every draft.

    ``alike`` are the passed ones put aside because they nearly equal a better one.
    """

    kept: tuple[Repair, ...]
    judged: tuple[Judged, ...]
    alike: frozenset[str]


def unlike(drafts: Iterable[Draft], outline: BaseGeometry) -> list[Draft]:
    """Return the drafts whose outline is neither the present one nor that of an earlier draft."""
    kept: list[Draft] = []
    for draft in drafts:
        known = [outline, *(each.shape for each in kept)]
        if not draft.shape.is_empty and not any(_is_same(draft.shape, each) for each in known):
            kept.append(draft)
    return kept


def _is_same(one: BaseGeometry, other: BaseGeometry) -> bool:
    if one.geom_type != other.geom_type or abs(one.area - other.area) > SAME_M2:
        return False
    if not one.area:
        return bool(shapely.equals(one, other))
    return float(shapely.area(shapely.symmetric_difference(one, other))) <= SAME_M2


def chosen(judged: Sequence[Judged], ground: Ground, count: int) -> Choice:
    """Return the best repairs that differ, ranked: one of each way before a second of any.

    Parameters
    ----------
    judged
        All drafts of one red line with their fates.
    ground
        Its ground.
    count
        So many are offered at most.
    """
    passed = [each.repair for each in judged if each.repair is not None]
    # land whose use the plan does not allow is no way out while there are cleaner ones
    clean = [each for each in passed if not _is_restricted(each)]
    kept = _differing(clean, [], ground, count)
    if len(kept) < min(FEW, count):
        others = [each for each in passed if _is_restricted(each)]
        kept = _differing(others, kept, ground, min(FEW, count))
    alike = frozenset(
        each.red_line.id
        for each in passed
        if each not in kept and not all(_differ(each, other) for other in kept)
    )
    kept.sort(key=lambda each: (_is_restricted(each), *_order(each, ground)))
    ranked = tuple(replace(each, rank=rank) for rank, each in enumerate(kept, start=1))
    return Choice(ranked, tuple(judged), alike)


def _differing(
    repairs: Sequence[Repair], kept: Sequence[Repair], ground: Ground, count: int
) -> list[Repair]:
    """Return those kept with the best of further ones that differ from them."""
    ordered, found = sorted(repairs, key=lambda each: _order(each, ground)), list(kept)
    for most in range(1, EACH_WAY + 1):
        for each in ordered:
            of_way = sum(other.way is each.way for other in found)
            if len(found) >= count or of_way >= most or each in found:
                continue
            if all(_differ(each, other) for other in found):
                found.append(each)
    return found


def _is_restricted(repair_: Repair) -> bool:
    """True when a repair meets a restricted rule that the present red line does not."""
    present = {finding.code for finding in repair_.remains}
    return any(
        finding.severity is Severity.RESTRICTED and finding.code not in present
        for finding in repair_.introduces
    )


def _order(repair_: Repair, ground: Ground) -> tuple[bool, int, int, float, str]:
    """Sort by land of others taken, restricted rules still broken, matters raised, land changed."""
    restricted = {
        finding.code
        for finding in (*repair_.remains, *repair_.introduces)
        if finding.severity is Severity.RESTRICTED
    }
    share = _changed_m2(repair_) / max(float(shapely.area(ground.outline)), 1.0)
    further = {finding.code for finding in repair_.introduces}
    return (
        bool(repair_.takes or repair_.street_m2),
        len(restricted),
        len(further),
        round(share, 6),
        repair_.red_line.id,
    )


def _changed_m2(repair_: Repair) -> float:
    return repair_.figures.area_lost_m2 + repair_.figures.area_gained_m2


def _differ(one: Repair, other: Repair) -> bool:
    apart_m2 = float(shapely.area(shapely.symmetric_difference(one.geometry, other.geometry)))
    area_m2 = one.figures.area_m2
    if one.way is other.way or not area_m2:
        return apart_m2 > DIFFERENT_SHARE * area_m2
    changed_m2 = max(_changed_m2(one), _changed_m2(other))
    is_other_change = apart_m2 >= OTHER_CHANGE_SHARE * changed_m2
    return apart_m2 > (OTHER_WAY_SHARE if is_other_change else DIFFERENT_SHARE) * area_m2


def attempts(choice: Choice, want: Want, *, is_linear: bool) -> tuple[RepairAttempt, ...]:
    """Return what came of each way that a red line of this form has, in the order of the ways."""
    ways = [way for way in RepairWay if (way is RepairWay.DETOUR) == is_linear]
    return tuple(_attempt(way, choice, want) for way in ways)


def _attempt(way: RepairWay, choice: Choice, want: Want) -> RepairAttempt:
    own = [each for each in choice.judged if each.draft.way is way]
    fates = [each.fate for each in own]
    ids = {each.repair.red_line.id for each in own if each.repair is not None}
    offered = ids & {each.red_line.id for each in choice.kept}
    alike = ids & choice.alike
    short_m2 = [
        float(shapely.area(each.draft.shape))
        for each in own
        if each.fate is Fate.MISFIT and shapely.area(each.draft.shape) < want.area_m2_min
    ]
    told = RepairAttempt(
        way=way,
        drawn=len(own),
        misfits=fates.count(Fate.MISFIT),
        unfit=fates.count(Fate.UNFIT),
        refused=fates.count(Fate.REFUSED),
        alike=len(alike),
        outranked=len(ids) - len(offered) - len(alike),
        offered=len(offered),
        says=Text(""),
    )
    return replace(told, says=attempt_text(told, max(short_m2, default=None), want.area_m2_min))
