"""What a sheet shows: rows of its table, and the things on its map in the working CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.mapping.styles import Look

Shapes = NDArray[np.object_]

#: A map of more planned sites elsewhere has no lines to them, and their labels stand near by.
MOST_JOINS = 150
#: Kind of the mark of a project that the plan gives no site.
NO_PLACE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a red line, a project without one, or one of another district.

    ``number`` is what the map calls it. ``outcome`` is a key of :data:`words.ROW_OUTCOMES`.
    ``area_m2`` is the area of record, None without a red line; ``areas`` are m², 公顷 and 亩 as
    shown, rounded so that each column adds up. ``why`` names the worst problems, ``brief`` the
    worst one; both count the rest. ``sites`` says why there are none, ``sites_brief`` that.
    """

    number: int
    id: str
    project_id: str
    name: str
    district: str
    stage: str
    outcome: str
    is_incomplete: bool
    why: str
    brief: str
    sites: str
    sites_brief: str
    area_m2: float | None
    areas: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, eq=False, slots=True)
class LineMark:
    """A red line on the map. ``is_withheld``: it breaks a rule on a layer that is not drawn."""

    number: int
    shape: BaseGeometry
    outcome: str
    is_incomplete: bool
    is_withheld: bool


@dataclass(frozen=True, eq=False, slots=True)
class PieceMark:
    """A piece in conflict, in the look of its constraint."""

    number: int
    shape: BaseGeometry
    look: Look


@dataclass(frozen=True, eq=False, slots=True)
class SiteMark:
    """A proposed site: the number of its project and its rank.

    ``is_named``: a sheet writes its label; a city's sheet names first choices alone.
    """

    number: int
    rank: int
    shape: BaseGeometry
    is_named: bool = True

    @property
    def label(self) -> str:
        """What the map calls it."""
        return f"{self.number}-{self.rank}"


@dataclass(frozen=True, eq=False, slots=True)
class PlanMark:
    """The site that the plan gives the project of a row, or its red line where it gets none.

    ``kind`` is a key of ``PLAN_LOOKS``, or :data:`NO_PLACE`. ``rank``: the site is this one of the
    proposed ones. ``start`` is the red line that the project gives up for it, where both may be
    told of.
    """

    number: int
    kind: str
    shape: BaseGeometry
    rank: int | None = None
    start: BaseGeometry | None = None

    @property
    def label(self) -> str:
        """Number and rank, as those of a proposed site."""
        return str(self.number) if self.rank is None else f"{self.number}-{self.rank}"


@dataclass(frozen=True, eq=False, slots=True)
class RepairMark:
    """The first correction of a red line, where it may be drawn."""

    number: int
    shape: BaseGeometry


@dataclass(frozen=True, eq=False)
class GroundLayer:
    """One layer under the red lines, as far as ``release`` lets it be drawn here."""

    title: str
    role: str
    look: Look
    is_base: bool
    shapes: Shapes = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def near(self, box: BaseGeometry) -> NDArray[np.intp]:
        """Return the places of the shapes whose boxes meet a box, in order."""
        return np.sort(self._tree.query(box))


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A district: its name, and its outline where that may be drawn."""

    name: str
    shape: BaseGeometry


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """All that maps of one scope show, in the working CRS.

    ``area`` is the district that is not masked; None for the whole city, and where the outline
    of districts may not be drawn. ``extent`` is what a
    sheet has to show: west, south, east, north.
    """

    layers: tuple[GroundLayer, ...]
    places: tuple[Place, ...]
    borders: BaseGeometry | None
    area: BaseGeometry | None
    lines: tuple[LineMark, ...]
    pieces: tuple[PieceMark, ...]
    sites: tuple[SiteMark, ...]
    extent: tuple[float, float, float, float]
    repairs: tuple[RepairMark, ...] = ()
    """Shown by the little maps of a report alone."""
    planned: tuple[PlanMark, ...] = ()

    @property
    def has_joins(self) -> bool:
        """True where lines join red lines to planned sites; very many would hide the map."""
        return 0 < sum(mark.start is not None for mark in self.planned) <= MOST_JOINS


@dataclass(frozen=True, eq=False, slots=True)
class Content:
    """One sheet: its texts, its table, its picture. ``notes`` begin with what is unknown."""

    language: str
    title: str
    subtitle: str
    secrecy: str
    crs: str
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[str, str, str]
    picture: Picture
    outcomes: Mapping[str, int]
    has_mu: bool = True
    """Land is counted in 亩 as well."""
