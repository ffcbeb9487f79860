"""The kinds of measures that a profile may name."""

from __future__ import annotations

from siting.criteria.base import Measure
from siting.criteria.burden import Burden
from siting.criteria.flood import FloodDepth
from siting.criteria.ground import Earthwork, Relief, Slope, SteepShare
from siting.criteria.nearness import Distance, Overlap
from siting.criteria.outlines import AreaDeviation, Compactness, LeastWidth
from siting.criteria.states import Acquisition, Ownership, PlanState, SupplyState
from siting.criteria.travel import Travel
from siting.criteria.whereabouts import PresentDistance, SameDistrict

KINDS: dict[str, type[Measure]] = {
    kind.kind: kind
    for kind in (
        Acquisition,
        AreaDeviation,
        Burden,
        Compactness,
        Distance,
        Earthwork,
        FloodDepth,
        LeastWidth,
        Overlap,
        Ownership,
        PlanState,
        PresentDistance,
        Relief,
        SameDistrict,
        Slope,
        SteepShare,
        SupplyState,
        Travel,
    )
}
