"""What is offered: sites, suggestions, and the search that led to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from siting.model.words import Release, Text


class SiteKind(StrEnum):
    """What a site is made of: a whole parcel, by its class of land, or one that was drawn."""

    PARCEL = "parcel"
    LAND_BANK = "land_bank"
    LOW_EFFICIENCY = "low_efficiency"
    IDLE = "idle"
    RENEWAL = "renewal"
    ASSEMBLED = "assembled"
    CARVED = "carved"

    @property
    def is_made(self) -> bool:
        """True for what is no whole parcel: it must be joined or divided first."""
        return self in {SiteKind.ASSEMBLED, SiteKind.CARVED}


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
class Suggestion:
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


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One filter of the search and how many parcels it left."""

    name: str
    title: Text
    remaining: int
    remaining_if_lifted: int | None = None
    """Parcels that would remain at the end if this filter alone were lifted."""


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


@dataclass(frozen=True, eq=False, slots=True)
class Search:
    """What the search for one project came to: the funnel and what blocked it.

    ``chainage`` is the table of a linear project, which gets no parcel alternatives.
    """

    project_id: str
    funnel: tuple[FunnelStep, ...]
    suggestions: tuple[Suggestion, ...]
    blocked_by: Text | None = None
    note: Text | None = None
    chainage: tuple[ChainageRow, ...] = ()
