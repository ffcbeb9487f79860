"""The ``[map]`` table of city.toml: how much a page may weigh, and tiles of the intranet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from siting.config import TableReader

#: What a mail server lets through in most offices; a page over it does not arrive.
DEFAULT_BUDGET_MB = 25.0
#: A page without any background weighs about half of this.
LEAST_BUDGET_MB = 1.0


@dataclass(frozen=True, slots=True)
class MapSpec:
    """``[map]``: ``budget_mb`` (10⁶ bytes) is how much a page may weigh with its background."""

    budget_mb: float = DEFAULT_BUDGET_MB


def map_of(reader: TableReader) -> MapSpec:
    """Read ``[map]``."""
    budget_mb = reader.number("budget_mb", DEFAULT_BUDGET_MB)
    if budget_mb is None or not (math.isfinite(budget_mb) and budget_mb >= LEAST_BUDGET_MB):
        reader.problem(
            "'budget_mb' is no size of a page",
            expected=f"megabytes ≥ {LEAST_BUDGET_MB:g}",
            found=str(budget_mb),
            next_step="say how many megabytes a page may weigh",
        )
        budget_mb = DEFAULT_BUDGET_MB
    reader.finish()
    return MapSpec(budget_mb)
