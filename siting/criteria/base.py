"""What every measure has, and what it looks at.

A measure is one frozen dataclass per *kind*; its parameters bear units and are read from a
profile's TOML. It measures many outlines at once, in its own unit. What a measure is worth, and
how much that weighs, is the profile's business (:mod:`siting.criteria.profile`).
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.candidates import Parcels, Wanted, sound
from siting.city import City
from siting.config import TableReader
from siting.model import Atlas, Project, RedLine, Text

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Sites:
    """Outlines to be measured: some rows of a parcel table, in the working CRS."""

    parcels: Parcels
    rows: Longs

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def shapes(self) -> Geometries:
        """Their outlines, one per row asked for."""
        return self.parcels.geometries[self.rows]

    @property
    def areas_m2(self) -> Floats:
        """Their planar areas, m²."""
        return self.parcels.areas_m2[self.rows]

    def texts(self, column: str) -> tuple[str, ...]:
        """Return a column of the parcel layer as text; empty where it is not configured or null."""
        values = self.parcels.texts.get(column)
        if values is None:
            return ("",) * len(self.rows)
        return tuple(values[row] for row in self.rows.tolist())


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """What measures may look at, the same for all projects; built once per search.

    ``kept`` is what is dear to make and shared between measures (a road network …), by a
    hashable key that names all that it depends on.
    """

    atlas: Atlas
    city: City
    kept: dict[object, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a project is, or wants to be.

    ``geometry`` is the union of its present red lines, else an inner point of the wanted
    district, else None; ``district`` is the wanted district's code, else the red line's.
    """

    geometry: Any | None
    district: str
    has_red_line: bool


@dataclass(frozen=True, eq=False, slots=True)
class Wish:
    """What a project brings: itself, where it is or wants to be, and the land that it wants."""

    project: Project
    place: Place
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Doubt:
    """A layer failed or lost rows: the figures may in truth lie anywhere as far as ``towards``.

    ``towards`` is 0 for a distance (what is missing may be nearer), 1 for a share of land.
    """

    towards: float
    why: Text


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What was measured.

    ``values`` has one figure per site in the measure's unit, NaN where it is unknown.
    ``notes`` are told in the note of each search that uses the measure; ``reasons`` say of a
    position among the sites why its figure is unknown. With a ``doubt`` only those count that
    are worth no more than what may be the truth (:meth:`siting.criteria.Criterion.known`).
    """

    values: Floats
    notes: tuple[Text, ...] = ()
    reasons: Mapping[int, Text] = field(default_factory=dict)
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Measure(abc.ABC):
    """One kind of measure with its parameters; two with the same ones measure the same.

    Subclasses are frozen dataclasses whose fields are hashable: a search measures each
    different measure once, whatever criteria and profiles use it.
    """

    kind: ClassVar[str]
    is_of_project: ClassVar[bool] = False
    """Its figures differ from project to project: it looks at the :class:`Wish`."""
    is_dear: ClassVar[bool] = False
    """It takes far longer than a look into a table: only sites that may be offered are asked."""

    @property
    @abc.abstractmethod
    def unit(self) -> str:
        """The unit of its figures: ``m``, ``%``, ``min``, ``share`` …."""

    @property
    @abc.abstractmethod
    def needs(self) -> Text:
        """What it needs, told where that is not there and the criterion is left out."""

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read the keys of its kind (but ``kind`` itself) and return them as fields.

        What is wrong is remembered by the reader; the caller finishes it. Kinds without keys of
        their own keep this one.
        """
        del reader
        return {}

    @abc.abstractmethod
    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure outlines; None where there is nothing to measure with.

        A site's figure depends on that site, the setting and the wish alone, never on the
        other sites asked for, and so does whether there is anything to measure with: no sites at
        all may be asked for. ``wish`` is there for measures that are of the project.
        """

    @abc.abstractmethod
    def phrase(self, value: float) -> Text:
        """Return a known figure as part of a sentence: "距地铁站 640 m"."""

    def to_table(self) -> dict[str, object]:
        """Return kind and parameters as plain data, for the report."""
        fields = dataclasses.fields(self)
        return {"kind": self.kind} | {
            each.name: _plain(getattr(self, each.name)) for each in fields
        }

    def phrase_for(self, value: float, wish: Wish) -> Text:
        """Return the same for one project, whose place may change the words."""
        del wish
        return self.phrase(value)


def _plain(value: object) -> object:
    """Return a parameter as plain data: texts in both languages, tuples as lists."""
    if isinstance(value, Text):
        return {"zh": value.get("zh"), "en": value.get("en")}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def place_of(project: Project, red_lines: Sequence[RedLine], home: str, atlas: Atlas) -> Place:
    """Return the place of a project.

    Parameters
    ----------
    project
        Its ``district`` may be a code or a name of the district layer.
    red_lines
        Its present red lines.
    home
        District code of the present red line as the report has it; may be empty.
    atlas
        For the districts.
    """
    wanted = project.district.strip()
    frame = atlas.districts
    code, centre = "", None
    rows = zip(frame["feature_id"], frame["feature_name"], frame.geometry, strict=True)
    for feature_id, name, shape in rows:
        if wanted and wanted in {str(feature_id), str(name)}:
            code, centre = str(feature_id), shapely.point_on_surface(shape)
    if red_lines:
        union = shapely.union_all([sound(line.geometry) for line in red_lines])
        return Place(union, code or home, has_red_line=True)
    return Place(centre, code, has_red_line=False)
