"""What is offered: sites, suggestions, and the search that led to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shapely.geometry.base import BaseGeometry

from siting.model.display import Shown
from siting.model.ranks import Ranking, UsedProfile
from siting.model.words import Release, Text


class SiteKind(StrEnum):
    """What a site is made of: a whole parcel, by its class of land, or one that was drawn.

    A project's present red line, as it is or corrected, is a site in plans only.
    """

    PARCEL = "parcel"
    LAND_BANK = "land_bank"
    LOW_EFFICIENCY = "low_efficiency"
    IDLE = "idle"
    RENEWAL = "renewal"
    ASSEMBLED = "assembled"
    CARVED = "carved"
    RED_LINE = "red_line"
    REPAIRED = "repaired"

    @property
    def is_made(self) -> bool:
        """True for what is no whole parcel: it must be joined or divided first."""
        return self in {SiteKind.ASSEMBLED, SiteKind.CARVED}


KIND_NAMES: Mapping[SiteKind, Text] = {
    SiteKind.PARCEL: Text("整宗地", "whole parcel"),
    SiteKind.LAND_BANK: Text("储备土地", "land-bank land"),
    SiteKind.LOW_EFFICIENCY: Text("低效用地", "low-efficiency land"),
    SiteKind.IDLE: Text("闲置土地", "idle land"),
    SiteKind.RENEWAL: Text("更新改造用地", "renewal land"),
    SiteKind.ASSEMBLED: Text("多宗拼合", "assembled"),
    SiteKind.CARVED: Text("宗地内划出", "carved"),
    SiteKind.RED_LINE: Text("现红线", "present red line"),
    SiteKind.REPAIRED: Text("修正红线", "corrected red line"),
}
"""What each kind of site is called."""
#: Classes of land, by whose name parcels are told apart.
LAND_CLASSES = (SiteKind.LAND_BANK, SiteKind.LOW_EFFICIENCY, SiteKind.IDLE, SiteKind.RENEWAL)


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """Land that could serve a project, in the working CRS: a parcel, several, or part of some.

    ``parcel_ids`` are the parcels that it lies on. ``owners`` counts the different entries of
    the ownership column (an unknown one is an owner of its own), None without one; ``lane_m2``
    is nobody's parcel that it takes in and that must be closed first. ``frontage_m`` is None
    without roads. ``is_exact`` and ``gap`` say of an assembled site how good the search for it
    was (docs/assembly.md). A carved outline runs along the layers in ``follows``, and its
    geometry may travel no further than ``release``, besides the parcels' own.
    """

    id: str
    parcel_ids: tuple[str, ...]
    geometry: BaseGeometry
    area_m2: float
    area_ellipsoidal_m2: float
    district: str
    attributes: Mapping[str, str]
    """What a planner asks first: current use, supply state, plan state, acquisition state."""
    kind: SiteKind = SiteKind.PARCEL
    classes: tuple[SiteKind, ...] = ()
    """The classes of its land, each once."""
    owners: int | None = None
    lane_m2: float = 0.0
    least_width_m: float | None = None
    frontage_m: float | None = None
    compactness: float | None = None
    is_exact: bool | None = None
    gap: float | None = None
    follows: tuple[str, ...] = ()
    release: Release = Release.PUBLIC


@dataclass(frozen=True, eq=False, slots=True)
class Suggestion(Shown):
    """One site offered to one project, with the reason for its rank.

    ``contributions`` add up to ``score`` exactly (0–100). ``resolves`` are the rule codes
    that the project's present red line breaks and this site does not; ``remains`` are
    those (of milder severity) that this site still meets. ``must_acquire``: its land, or part
    of it, must first be acquired; such sites stand in a list of their own after the others, and
    None means that nothing tells. Ranks run through both lists.
    """

    project_id: str
    rank: int
    site: Site
    score: float
    contributions: Mapping[str, float]
    criteria: Mapping[str, float]
    resolves: tuple[str, ...]
    remains: tuple[str, ...]
    not_checked: tuple[str, ...]
    distance_m: float | None
    why: Text
    must_acquire: bool | None = None
    worths: Mapping[str, float] = field(default_factory=dict)
    """Per criterion what its measure is worth, 0 (worst) to 1 (best)."""


@dataclass(frozen=True, slots=True)
class AreaRelaxation:
    """One bound of the wanted area, and the figure with which a parcel would pass.

    ``is_min`` tells which bound. ``passes_with_m2`` is the planar area of the parcel
    ``parcel_id``, which passes everything else: of those below the range the largest, of
    those above it the smallest.
    """

    is_min: bool
    wanted_m2: float
    passes_with_m2: float
    parcel_id: str
    text: Text
    """The same in mu, without the parcel's id: "passes with 187 mu instead of 200"."""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One filter of the search and how many parcels it left."""

    name: str
    title: Text
    remaining: int
    remaining_if_lifted: int | None = None
    """Parcels that would remain at the end if this filter alone were lifted."""
    is_at_least: bool = False
    """Not every parcel that lifting lets in was re-checked: there may be more."""
    relaxations: tuple[AreaRelaxation, ...] = ()
    """Of the area filter: the least change of either bound that lets a parcel pass."""


@dataclass(frozen=True, slots=True)
class ChainageRow:
    """One stretch of a linear project within one district.

    Chainages run along the corridor from its start, in metres. ``code`` is the rule whose
    finding lies on the stretch, with its area; an empty code is the corridor itself.
    """

    red_line_id: str
    district: str
    from_m: float
    to_m: float
    length_m: float
    code: str = ""
    area_m2: float = 0.0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands between a parcel and being offered.

    ``code`` is a filter's name or, with ``is_rule``, the code of a prohibited rule.
    ``share`` says how much of the land it takes, 0–1: of a rule the part of the parcel in
    conflict, of the area filter the part of the least area that is missing, or of the
    parcel that is too much; 1 where it is a matter of yes or no. ``area_m2`` is the same in
    m², None where nothing is measured by area.
    """

    code: str
    title: Text
    share: float
    area_m2: float | None = None
    is_rule: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class NearMiss:
    """The parcel that is nearest to being offered and is not, with what stands in its way.

    ``shortfall`` orders parcels: the shares of the failed filters, plus the share of the
    parcel under broken rules, each m² once (``conflict_area_m2``). ``looked_at`` parcels
    were judged; without ``is_exact`` one that was not may be nearer.
    """

    site: Site
    obstacles: tuple[Obstacle, ...]
    shortfall: float
    conflict_area_m2: float
    looked_at: int
    is_exact: bool
    why: Text
    """What stands in its way, without the parcel's id."""


@dataclass(frozen=True, eq=False, slots=True)
class Search(Shown):
    """What the search for one project came to: the funnel and what blocked it.

    ``chainage`` is the table of a linear project, which gets no parcel alternatives.
    """

    project_id: str
    funnel: tuple[FunnelStep, ...]
    suggestions: tuple[Suggestion, ...]
    blocked_by: Text | None = None
    note: Text | None = None
    chainage: tuple[ChainageRow, ...] = ()
    nearest: NearMiss | None = None
    """Where there is no site, or on request: the best infeasible one."""
    profile: UsedProfile | None = None
    """What the sites were scored by; None for a linear project."""
    ranking: Ranking | None = None
    """How sure the order of the sites is; None for fewer than two."""
    access: Mapping[str, Any] | None = None
    """Of the roads on which ways were sought, all that was done to them; None where none were."""
