"""What was loaded: sources, layers with their contracts, projects, red lines, the atlas.

Geometry is in the working CRS of the city (a projected CRS in metres).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from siting.model.features import Features, FrameFeatures
from siting.model.raster import Pixels
from siting.model.words import Form, LoadStatus, Release, Text, narrowest

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer came from, fixed at the moment of reading."""

    name: str
    path: str
    sha256: str
    rows: int
    crs: str
    authority: str = ""
    dated: dt.date | None = None
    accuracy_m: float | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not used (or used after a repair), and why."""

    row: int
    feature_id: str
    reason: str
    is_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A hypothesis about coordinates that a person has verified and that was applied.

    Counts are of the points tried, at most a few thousand of ``points``; ``near`` means within
    the city's neighbourhood. ``fits_as_well`` names the hypotheses from which the city's
    outline cannot tell it.
    """

    hypothesis: str
    meaning: Text
    declared_crs: str
    read_as: str
    points: int
    points_tried: int
    inside: int
    near: int
    inside_as_declared: int
    near_as_declared: int
    fits_as_well: tuple[str, ...] = ()
    caveat: Text | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What the load contract of one layer found: rows in = rows used + rows refused.

    ``problems`` are what failed the contract (then the layer is not checked);
    ``notes`` are what a reader must know though it passed.
    """

    status: LoadStatus
    rows_in: int = 0
    rows_used: int = 0
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    accepted: Accepted | None = None

    @property
    def rows_refused(self) -> int:
        """Rows that were left out; repaired rows are used and do not count."""
        return sum(not refusal.is_repaired for refusal in self.refusals)


#: Where a layer keeps its frame, and an atlas its districts, or what will build them.
_KEPT = "_frame"


class _TableField:
    """A field that is set to a table, none, or one that is still to be built.

    A million geometry objects take longer than the whole load contract, and who asks only
    for the contract, or works on coordinates, needs none of them.
    """

    def __get__(self, record: object | None, owner: type) -> gpd.GeoDataFrame | None:
        if record is None:
            raise AttributeError  # so the dataclass sees a field without a default
        kept: gpd.GeoDataFrame | Features | None = record.__dict__[_KEPT]
        return kept.frame() if isinstance(kept, Features) else kept

    def __set__(self, record: object, value: gpd.GeoDataFrame | Features | None) -> None:
        record.__dict__[_KEPT] = value


@dataclass(frozen=True, eq=False)
class Layer:
    """One loaded layer.

    ``frame`` is in the working CRS and has ``feature_id`` (text, unique),
    ``feature_name`` (text), ``geometry`` and the columns kept by city.toml; it is
    None when the layer failed its contract. :class:`Features` in its place are built into a
    frame when it is first asked for; ``kept_frame`` hands them on unbuilt, and ``features``
    answers for some rows without building it. ``coverage`` is the
    declared area for which the layer is complete, in the working CRS; None when undeclared.
    ``content_sha256`` does not depend on the order of rows. Layers with the same ``part_of``
    are the parts of one whole, and what one of them covers the others need not. A raster
    has ``pixels`` and no frame.
    """

    name: str
    role: str
    title: Text
    if TYPE_CHECKING:
        frame: gpd.GeoDataFrame | None
    else:  # the field is a descriptor, which is no default
        frame: object = _TableField()
    coverage: BaseGeometry | None
    source: Source
    contract: Contract
    code_system: str = ""
    release: Release = Release.TABLE_ONLY
    max_age_days: int | None = None
    is_declared_empty: bool = False
    content_sha256: str = ""
    coverage_text: str = ""
    part_of: str = ""
    pixels: Pixels | None = None

    @property
    def is_usable(self) -> bool:
        """True when rows or cells are at hand: the contract passed, or it is short of some rows."""
        has_content = self.kept_frame is not None or self.pixels is not None
        return self.contract.status is not LoadStatus.FAILED and has_content

    @property
    def features(self) -> Features | None:
        """The rows, of which some can be had without building the frame; None without any."""
        kept: gpd.GeoDataFrame | Features | None = self.kept_frame
        return kept if kept is None or isinstance(kept, Features) else FrameFeatures(kept)

    @property
    def kept_frame(self) -> Any:  # noqa: ANN401 - what ``frame`` takes
        """The frame, or the :class:`Features` that will build it; for ``replace`` alone."""
        return self.__dict__[_KEPT]


@dataclass(frozen=True, slots=True)
class Demand:
    """What land a project needs. Areas in m²; ``uses`` are land-use codes (prefixes)."""

    area_m2_min: float | None = None
    area_m2_max: float | None = None
    uses: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """One investment project of the ledger. ``use`` is a code of ``code_system``."""

    id: str
    name: str
    form: Form = Form.AREA
    use: str = ""
    code_system: str = ""
    kind: str = ""
    stage: str = ""
    district: str = ""
    supply_mode: str = ""
    new_construction_land: bool | None = None
    demand: Demand = field(default_factory=Demand)
    aliases: tuple[str, ...] = ()
    promised: str = ""
    remark: str = ""
    priority: int = 1
    """Its class in plans: 1 goes before 2 at any price."""
    is_priority_assumed: bool = False
    """The ledger gives priorities, but none here: the project stands in the lowest class."""
    batch: str = ""
    """What quotas may ask for: a year's, a round's."""


@dataclass(frozen=True, eq=False, slots=True)
class RedLine:
    """The outline of the land that a project wants (用地红线), in the working CRS.

    ``declared_area_m2`` is what the source says of itself; ``notes`` are the deviations
    met on reading it. ``accuracy_m`` is the stated standard deviation of its positions; None
    where nobody states one.
    """

    id: str
    project_id: str
    geometry: BaseGeometry
    crs: str
    version: str = ""
    source: str = ""
    declared_area_m2: float | None = None
    notes: tuple[str, ...] = ()
    accepted: Accepted | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, eq=False)
class Atlas:
    """Everything that was loaded of a city, in its working CRS.

    ``districts`` is the layer with role ``district`` (``feature_id`` = district code);
    ``outline`` is the union of the districts or the file that city.toml names.
    """

    layers: tuple[Layer, ...]
    if TYPE_CHECKING:
        districts: gpd.GeoDataFrame
    else:  # as the frame of a layer
        districts: object = _TableField()
    outline: BaseGeometry
    projects: tuple[Project, ...]
    red_lines: tuple[RedLine, ...]
    refused_red_lines: tuple[Refusal, ...]

    @property
    def district_rows(self) -> Features:
        """The districts, of which some can be had without building the table."""
        kept: gpd.GeoDataFrame | Features = self.__dict__[_KEPT]
        return kept if isinstance(kept, Features) else FrameFeatures(kept)

    def by_role(self, role: str) -> tuple[Layer, ...]:
        """Return the layers of a role, usable or not, in the order of city.toml."""
        return tuple(layer for layer in self.layers if layer.role == role)

    def release_of(self, role: str) -> Release:
        """Return how far what shows the layers of a role may travel: as the narrowest of them."""
        return narrowest(layer.release for layer in self.by_role(role))
