"""Red lines as sites: a project's present one where it breaks nothing, and its corrected ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.candidates import (
    OVERLAP_TOLERANCE_M2,
    PROMISED,
    RULES_BEHIND_FILTER,
    Drawn,
    Parcels,
    as_array,
    table_of,
)
from siting.criteria import Gauge
from siting.gathering import Made
from siting.model import RedLine, Release, Repair, RepairSearch, SiteKind
from siting.overlay import pair_areas
from siting.suggest.cases import Case, Lot, must_acquire
from siting.suggest.made import Workshop


@dataclass(frozen=True, eq=False, slots=True)
class _Outline:
    """All red lines of one project, each as it is or corrected, as one outline."""

    case: Case
    id: str
    kind: SiteKind
    geometry: BaseGeometry
    follows: tuple[str, ...] = ()
    release: Release = Release.PUBLIC
    is_off_offer: bool = False

    def made(self, members: tuple[int, ...]) -> Made:
        """Return it as what is offered beside whole parcels."""
        return Made(self.kind, members, self.geometry, follows=self.follows, release=self.release)


def outlines_of(
    cases: Sequence[Case], repairs: Sequence[RepairSearch], workshop: Workshop
) -> dict[str, list[Lot]]:
    """Return the red lines that each project could keep, best first.

    Parameters
    ----------
    cases
        The projects, with their present red lines.
    repairs
        The corrected red lines of the same report; a line that is not among them was in no
        conflict.
    workshop
        The parcels and what judges and measures.

    Notes
    -----
    A project with several red lines keeps all of them: those in conflict each in its correction
    of the same rank. Land that another project's red line claims too does not put an outline
    aside here: whose it is, is for the plan to say.
    """
    searches = {search.red_line_id: search for search in repairs}
    drawn = [one for case in cases for one in _drawn(case, searches)]
    return _judged(drawn, workshop) if drawn else {}


def _drawn(case: Case, searches: Mapping[str, RepairSearch]) -> Iterator[_Outline]:
    lines = [line for line in case.present.red_lines if _has_area(line.geometry)]
    if not lines or len(lines) < len(case.present.red_lines):
        return
    yield _joined(case, lines, SiteKind.RED_LINE)
    choices = [searches[line.id].repairs if line.id in searches else (line,) for line in lines]
    depth = max(len(some) for some in choices)
    if not all(choices) or all(line.id not in searches for line in lines):
        return
    for rank in range(depth):
        picked = [some[min(rank, len(some) - 1)] for some in choices]
        yield _joined(case, picked, SiteKind.REPAIRED)


def _joined(case: Case, picked: Sequence[RedLine | Repair], kind: SiteKind) -> _Outline:
    repairs = [one for one in picked if isinstance(one, Repair)]
    lines = [one.red_line if isinstance(one, Repair) else one for one in picked]
    order = list(Release)  # the narrowest first
    return _Outline(
        case,
        id="+".join(line.id for line in lines),
        kind=kind,
        geometry=shapely.union_all([line.geometry for line in lines]),
        follows=tuple(dict.fromkeys(name for one in repairs for name in one.follows)),
        release=min((one.release for one in repairs), key=order.index, default=Release.PUBLIC),
        is_off_offer=any(one.takes or one.street_m2 for one in repairs),
    )


def _has_area(geometry: BaseGeometry) -> bool:
    is_areal = shapely.get_dimensions(geometry) == 2
    return bool(is_areal and shapely.is_valid(geometry) and geometry.area > 0)


def _judged(drawn: Sequence[_Outline], workshop: Workshop) -> dict[str, list[Lot]]:
    judge, parcels = workshop.rechecker, workshop.parcels
    members = _members([one.geometry for one in drawn], parcels)
    table = table_of(
        [Drawn(one.id, some, one.geometry) for one, some in zip(drawn, members, strict=True)],
        parcels,
        judge.atlas,
        judge.city.suggest,
        acquired=workshop.acquired(),
        zoning_column=workshop.plan.code_column,
    )
    rechecker = replace(judge, parcels=table, known={}, _broken=None)
    rechecker.recheck((one.case.project.id, row) for row, one in enumerate(drawn))
    gauge = Gauge(table, workshop.gauge.setting)
    must = must_acquire(table, judge.city.suggest)
    rivals = rechecker.codes_of_kinds(RULES_BEHIND_FILTER[PROMISED])
    lots: dict[str, list[Lot]] = {}
    for row, (one, some) in enumerate(zip(drawn, members, strict=True)):
        project_id = one.case.project.id
        if not rechecker.known[project_id, row].is_clean(lifted=rivals):
            continue
        own = np.array([i for i, other in enumerate(drawn) if other.case is one.case])
        yardstick = one.case.applicant.yardstick.on(gauge, own)
        applicant = replace(one.case.applicant, yardstick=yardstick)
        state = None if must is None else bool(must[row])
        lots.setdefault(project_id, []).append(
            Lot(row, applicant, rechecker, state, one.made(some), is_off_offer=one.is_off_offer)
        )
    return lots


def _members(geometries: Sequence[BaseGeometry], parcels: Parcels) -> list[tuple[int, ...]]:
    """Return the parcels that each outline has land of."""
    pairs = pair_areas(
        as_array(geometries),
        parcels.geometries,
        witness="doubtful",
        limits_m2=(OVERLAP_TOLERANCE_M2,),
    )
    is_land = pairs.area_m2 > OVERLAP_TOLERANCE_M2
    left, right = pairs.left[is_land], pairs.right[is_land]
    return [tuple(np.sort(right[left == row]).tolist()) for row in range(len(geometries))]
