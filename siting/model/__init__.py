"""The nouns of siting: frozen records without input or output.

A thing is a record; many rows are a table.
"""

from siting.model.findings import (
    Basis,
    Finding,
    Input,
    RedLineResult,
    Report,
    Route,
    RuleSummary,
    Verdict,
)
from siting.model.land import (
    Accepted,
    Atlas,
    Contract,
    Deferred,
    Demand,
    Layer,
    Project,
    RedLine,
    Refusal,
    Source,
)
from siting.model.sites import (
    ChainageRow,
    FunnelStep,
    Search,
    Site,
    Suggestion,
)
from siting.model.words import (
    NO_TEXT,
    SQUARE_METRES_PER_HECTARE,
    SQUARE_METRES_PER_MU,
    Form,
    LoadStatus,
    Outcome,
    Release,
    Severity,
    Status,
    Text,
    Way,
)

__all__ = [
    "NO_TEXT",
    "SQUARE_METRES_PER_HECTARE",
    "SQUARE_METRES_PER_MU",
    "Accepted",
    "Atlas",
    "Basis",
    "ChainageRow",
    "Contract",
    "Deferred",
    "Demand",
    "Finding",
    "Form",
    "FunnelStep",
    "Input",
    "Layer",
    "LoadStatus",
    "Outcome",
    "Project",
    "RedLine",
    "RedLineResult",
    "Refusal",
    "Release",
    "Report",
    "Route",
    "RuleSummary",
    "Search",
    "Severity",
    "Site",
    "Source",
    "Status",
    "Suggestion",
    "Text",
    "Verdict",
    "Way",
]
