"""The kinds of measures that a profile may name."""

from __future__ import annotations

from siting.criteria.base import Measure
from siting.criteria.burden import Burden
from siting.criteria.nearness import Distance
from siting.criteria.outlines import AreaDeviation, Compactness, LeastWidth
from siting.criteria.states import Acquisition, Ownership, PlanState, SupplyState
from siting.criteria.whereabouts import PresentDistance, SameDistrict

KINDS: dict[str, type[Measure]] = {
    kind.kind: kind
    for kind in (
        Acquisition,
        AreaDeviation,
        Burden,
        Compactness,
        Distance,
        LeastWidth,
        Ownership,
        PlanState,
        PresentDistance,
        SameDistrict,
        SupplyState,
    )
}
