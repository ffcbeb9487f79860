"""The filters of the funnel, as masks over the parcel table; no rule is looked at here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.candidates.parcels import Mask, Parcels
from siting.candidates.plan_use import PlanRules, allows_use
from siting.candidates.shape import Bodies
from siting.candidates.wanted import Wanted
from siting.model import Project, Text

AREA, USE, SUPPLY, PROMISED, SHAPE = "area", "plan_use", "supply", "promised", "shape"
#: The filters in the order of the funnel, with what each step is called. The shape comes last,
#: for it alone must be computed: only what passes all others is asked.
FILTERS: Mapping[str, Text] = {
    AREA: Text("面积符合需求", "in the wanted area range"),
    USE: Text("规划用途允许", "the plan allows the use"),
    SUPPLY: Text("未供应、未登记", "not supplied or registered"),
    PROMISED: Text("未安排给其他项目", "not promised to another project"),
    SHAPE: Text("形状完整、不狭长", "one wide piece, no strip"),
}
#: Kinds of rules that say the same as a filter: lifting the filter lifts them as well,
#: else a parcel of another use would stay blocked and no single constraint could be named.
RULES_BEHIND_FILTER: Mapping[str, tuple[str, ...]] = {
    AREA: ("area",),
    USE: ("zoning",),
    SUPPLY: (),
    PROMISED: ("rivals",),
    SHAPE: (),
}


@dataclass(frozen=True, eq=False, slots=True)
class Filters:
    """What decides in each of :data:`FILTERS`, and what was not compared.

    ``masks`` has one mask per filter but the shape's, which is found in ``bodies`` for the
    parcels that are asked about.
    ``not_compared`` names filters that let every parcel pass because the data to decide
    are missing; each is told in ``notes`` and on every suggestion, so it never reads as
    clear.
    """

    masks: Mapping[str, Mask]
    bodies: Bodies
    not_compared: tuple[str, ...]
    notes: tuple[Text, ...]

    def passing(self, *, lifted: Collection[str] = ()) -> Mask:
        """Return the parcels that pass every filter but the lifted ones."""
        kept = [mask for name, mask in self.masks.items() if name not in lifted]
        passed: Mask = np.logical_and.reduce(kept)
        return passed if SHAPE in lifted else self.left(passed, SHAPE)

    def left(self, passed: Mask, name: str) -> Mask:
        """Return which of the parcels that passed so far pass one filter more."""
        rows = np.flatnonzero(passed)
        left = np.zeros(len(passed), dtype=bool)
        left[rows] = self.passes(rows, name)
        return left

    def passes(self, rows: NDArray[np.int64], name: str) -> Mask:
        """Return for each of some rows whether it passes one filter."""
        return self.bodies.are_enough(rows) if name == SHAPE else self.masks[name][rows]

    def failed_by(self, row: int) -> tuple[str, ...]:
        """Return the filters that one parcel fails, in the order of the funnel."""
        at = np.array([row])
        return tuple(name for name in FILTERS if not self.passes(at, name)[0])


def filter_parcels(parcels: Parcels, project: Project, wanted: Wanted, plan: PlanRules) -> Filters:
    """Return which parcels pass which filter for one project.

    Area: planar m² within the wanted range, ends included. Use: see
    :func:`siting.candidates.plan_use.allows_use`. Supply: the state is one of those that
    can be offered; an unknown state is not. Promised: no red line of another project lies
    on the parcel, and no other row of the ledger names it. Shape: see
    :func:`siting.candidates.shape.body_share`; two thirds of the parcel must be its body.
    """
    use, why_not = allows_use(parcels, project, wanted, plan)
    not_compared: list[str] = []
    notes: list[Text] = []
    if use is None:
        not_compared.append(USE)
        notes.append(why_not)
    if not parcels.is_supply_known:
        not_compared.append(SUPPLY)
        notes.append(_NO_SUPPLY_STATE)
    masks = {
        AREA: (parcels.areas_m2 >= wanted.area_m2_min) & (parcels.areas_m2 <= wanted.area_m2_max),
        USE: np.ones(len(parcels), dtype=bool) if use is None else use,
        SUPPLY: parcels.is_available,
        PROMISED: np.array([not (names - {project.id}) for names in parcels.holders], dtype=bool),
    }
    return Filters(masks, parcels.bodies, tuple(not_compared), tuple(notes))


_NO_SUPPLY_STATE = Text(
    "供应与登记状态未核对：宗地图层没有供应状态字段（supply_column）",
    "supply and registration not compared: no supply_column for the parcel layer",
)
