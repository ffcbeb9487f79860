"""What ``[plan]`` of city.toml says: quotas, separations, decisions, scenarios."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siting.model import Text

#: What a quota may count of a site; see :class:`siting.allocate.Amount`.
QUOTA_UNITS = ("sites", "area_m2", "new_construction_m2", "farmland_m2")
#: Points that a plan takes off a score, so that of two sites the one with less to do goes first.
#: A bureau's judgement, not a figure of any text: city.toml may give others.
DEDUCTIONS: Mapping[str, float] = {
    "must_acquire": 20.0,
    "assembled": 5.0,
    "carved": 10.0,
    "restricted": 10.0,
    "not_checked": 20.0,
    "elsewhere": 5.0,
    "not_on_offer": 20.0,
}


@dataclass(frozen=True, slots=True)
class QuotaSpec:
    """One ``[[plan.quota]]``: an upper limit on what the planned sites of its members come to.

    ``unit`` is one of ``QUOTA_UNITS``, ``limit`` in sites or m². ``uses`` are prefixes of use
    codes; an empty tuple asks for nothing, and a quota without any is a budget of the whole city.
    """

    name: str
    title: Text
    unit: str
    limit: float
    districts: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True)
class SeparationSpec:
    """One ``[[plan.separation]]``: two uses that may not be planned nearer than ``distance_m``.

    ``uses`` and ``from_uses`` are prefixes of use codes of the projects; 0 m bans only sites
    that touch.
    """

    name: str
    title: Text
    uses: tuple[str, ...]
    from_uses: tuple[str, ...]
    distance_m: float
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioSpec:
    """One ``[[plan.scenario]]``: what is otherwise than in the plan itself.

    ``layers`` has other files for layers by name, ``quotas`` other limits (sites, or m²) by
    name, ``weights`` those of ``[suggest.weights]``, ``profile_for`` those of
    ``[suggest.profile_for]``, ``deductions`` other points.
    """

    name: str
    title: Text
    rule_book: str = ""
    as_of: dt.date | None = None
    layers: Mapping[str, Path] = field(default_factory=dict)
    quotas: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    profile_for: Mapping[str, str] = field(default_factory=dict)
    deductions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """``[plan]``: what one plan for all projects goes by (docs/plan.md).

    ``candidates`` whole parcels per project at most, ``in_run``: `siting run` makes the plan.
    ``decisions`` are tables of locks, refusals and sold land; ``previous`` is the plan before, a
    ``plan.json`` that `siting plan` wrote.
    """

    in_run: bool = True
    candidates: int = 40
    time_limit_s: float = 60.0
    relative_gap: float = 0.0
    deductions: Mapping[str, float] = field(default_factory=lambda: dict(DEDUCTIONS))
    quotas: tuple[QuotaSpec, ...] = ()
    separations: tuple[SeparationSpec, ...] = ()
    scenarios: tuple[ScenarioSpec, ...] = ()
    decisions: tuple[Path, ...] = ()
    previous: Path | None = None
