"""What a comparison holds: the alternatives of one project as plain values, side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from siting.mapping.styles import Look
from siting.model import ChainageRow, LeftOutCriterion, Project, Text


class OptionKind(StrEnum):
    """What an alternative is."""

    PRESENT = "present"
    SITE = "site"
    REPAIR = "repair"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Mark:
    """How an alternative does in one criterion.

    ``measure`` is in the criterion's unit and ``worth`` 0–1, both None where nothing is known:
    then ``points`` is 0. ``points`` of all criteria add up to the score; None for what is
    measured and not scored.
    """

    measure: float | None
    worth: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Named:
    """A rule, or a filter of the search (then ``is_rule`` is False), by its code and title.

    ``area_m2`` is planar, of the land in conflict, where one is measured.
    """

    code: str
    title: Text
    area_m2: float | None = None
    is_rule: bool = True


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the score: a row of the comparison.

    ``share`` is the part of all weight that it carries, 0–1. ``worth`` is the table of its
    value function (:func:`siting.score.value_function`).
    """

    name: str
    title: Text
    unit: str
    share: float
    worth: Mapping[str, object]
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure the place of a site is; shares of draws, 0–1."""

    first_share: float
    top_share: float
    is_unbeaten: bool
    closeness: float | None
    text: Text
    behind: Text | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a corrected red line changes of the present one: metres and planar m²."""

    moved_m: float
    lost_m2: float
    gained_m2: float
    min_width_m: float
    frontage_m: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Option:
    """One alternative: a column of the comparison.

    ``number`` counts within the kind, for a site its rank. ``score`` is there for what was scored,
    ``marks`` also for what was only measured. Areas in m², planar in the working CRS and
    ellipsoidal. ``remains`` are the rules that it meets (of the present red line: its conflicts),
    ``introduces`` those that the present one does not. ``shape`` is None where ``release`` lets
    nothing be drawn.
    """

    kind: OptionKind
    number: int
    id: str
    what: Text
    district: str
    area_m2: float
    area_ellipsoidal_m2: float
    why: Text
    shape: BaseGeometry | None
    score: float | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    certainty: Certainty | None = None
    conflict_area_m2: float | None = None
    resolves: tuple[Named, ...] = ()
    remains: tuple[Named, ...] = ()
    introduces: tuple[Named, ...] = ()
    not_checked: tuple[Named, ...] = ()
    must_acquire: bool | None = None
    distance_m: float | None = None
    change: Change | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the alternative is called in tables and on maps: 现 P, 1, 2 … R1 … or N."""
        lead = {OptionKind.PRESENT: "P", OptionKind.REPAIR: "R", OptionKind.NEAREST: "N"}
        return f"{lead.get(self.kind, '')}{self.number}"


@dataclass(frozen=True, slots=True)
class Profile:
    """By what the sites were scored, and why by that (``chosen``)."""

    name: str
    title: Text
    chosen: Text
    method: str
    weighting: str
    consistency_ratio: float | None
    left_out: tuple[LeftOutCriterion, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the shares of places were drawn, so that a reader can draw them again."""

    draws: int
    seed: int
    top: int
    spread: Text


@dataclass(frozen=True, slots=True)
class Origin:
    """Of which report this is: what stands in the head of every output."""

    city: Text
    crs: str
    as_of: dt.date
    rule_book: str
    identity: str
    area_of_record: str
    secrecy: Text


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """One layer near the alternatives. ``names`` go with ``shapes``; CRS is the working one."""

    title: Text
    role: str
    look: Look
    shapes: tuple[BaseGeometry, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """A piece of the present red line in conflict, with the look of what it lies on."""

    shape: BaseGeometry
    look: Look


@dataclass(frozen=True, eq=False, slots=True)
class Backdrop:
    """Base map, zones of prohibited and restricted rules, and pieces in conflict.

    ``withheld`` are zones that no page of the whole city may show, by title; with
    ``has_withheld_pieces`` so are pieces of the present red line.
    """

    base: tuple[Drawn, ...] = ()
    zones: tuple[Drawn, ...] = ()
    borders: BaseGeometry | None = None
    pieces: tuple[Piece, ...] = ()
    withheld: tuple[Text, ...] = ()
    has_withheld_pieces: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """The alternatives of one project side by side.

    ``options`` are the present red lines, the sites by rank, the corrected red lines by rank and,
    where there is no site, the best infeasible one. ``profile`` is None where nothing was
    scored, ``drawing`` where nobody asked how sure the order is.
    """

    project: Project
    origin: Origin
    criteria: tuple[Criterion, ...]
    options: tuple[Option, ...]
    profile: Profile | None
    drawing: Drawing | None
    notes: tuple[Text, ...]
    backdrop: Backdrop = field(default_factory=Backdrop)
    chainage: tuple[ChainageRow, ...] = ()
    district_names: Mapping[str, str] = field(default_factory=dict)

    def of_kind(self, *kinds: OptionKind) -> tuple[Option, ...]:
        """Return the alternatives of some kinds, in order."""
        return tuple(option for option in self.options if option.kind in kinds)
