"""What is offered: sites, suggestions, and the search that led to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from siting.model.words import Text


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """Land that could serve a project: here one parcel, in the working CRS."""

    id: str
    parcel_ids: tuple[str, ...]
    geometry: BaseGeometry
    area_m2: float
    area_ellipsoidal_m2: float
    district: str
    attributes: Mapping[str, str]
    """What a planner asks first: current use, supply state, plan state, acquisition state."""


@dataclass(frozen=True, eq=False, slots=True)
class Suggestion:
    """One site offered to one project, with the reason for its rank.

    ``contributions`` add up to ``score`` exactly (0–100). ``resolves`` are the rule codes
    that the project's present red line breaks and this site does not; ``remains`` are
    those (of milder severity) that this site still meets.
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
