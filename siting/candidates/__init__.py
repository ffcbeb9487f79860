"""Land that could serve a project: the parcel table, the filters, and the re-check."""

from siting.candidates.drawn import Drawn, table_of
from siting.candidates.filters import (
    AREA,
    FILTERS,
    PROMISED,
    RULES_BEHIND_FILTER,
    SHAPE,
    SUPPLY,
    USE,
    Filters,
    filter_parcels,
)
from siting.candidates.parcels import (
    OVERLAP_TOLERANCE_M2,
    Parcels,
    as_array,
    gather_parcels,
    has_shape,
    largest_overlaps,
    possible_ids,
    promised_ids,
    red_lines_on,
    sound,
)
from siting.candidates.plan_use import PlanRules
from siting.candidates.recheck import Conflict, Key, Recheck, Rechecker
from siting.candidates.shape import body_share
from siting.candidates.wanted import Wanted, wanted_land

__all__ = [
    "AREA",
    "FILTERS",
    "OVERLAP_TOLERANCE_M2",
    "PROMISED",
    "RULES_BEHIND_FILTER",
    "SHAPE",
    "SUPPLY",
    "USE",
    "Conflict",
    "Drawn",
    "Filters",
    "Key",
    "Parcels",
    "PlanRules",
    "Recheck",
    "Rechecker",
    "Wanted",
    "as_array",
    "body_share",
    "filter_parcels",
    "gather_parcels",
    "has_shape",
    "largest_overlaps",
    "possible_ids",
    "promised_ids",
    "red_lines_on",
    "sound",
    "table_of",
    "wanted_land",
]
