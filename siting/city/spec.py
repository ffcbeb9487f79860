"""What city.toml says, as records; every path is absolute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siting.city.maps import MapSpec
from siting.city.plans import PlanSpec
from siting.measure import ELLIPSOIDAL_METHODS
from siting.model import Form, Release, Text

AREAS_OF_RECORD = tuple(ELLIPSOIDAL_METHODS)
#: What columns of a road layer may say; see :class:`siting.access.RoadColumns`.
ROAD_COLUMNS = ("road_class", "speed_kmh", "one_way", "level", "bridge", "tunnel")
#: When lines of several levels hang together; see :class:`siting.access.LevelsMeet`.
LEVELS_MEET = ("lone_end", "always")
GEOMETRY_KINDS = ("polygon", "line", "point", "raster")
#: What `siting new` writes behind a guess, and where something has to be filled in.
CONFIRM_MARK = "# CONFIRM 请确认:"
FILL_MARK = "# FILL 请填写:"
#: Stages that get suggestions unless city.toml says otherwise (DOMAIN: the choke point).
CHOKE_POINT_STAGES = ("前期研究", "已立项但规划红线未稳定")


@dataclass(frozen=True, slots=True)
class Role:
    """What a layer can be, and which kinds of geometry that takes."""

    name: str
    title: Text
    geometry: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageSpec:
    """The declared coverage: ``city``, the named districts, an outline file, or nothing."""

    kind: str = "undeclared"
    districts: tuple[str, ...] = ()
    path: Path | None = None
    sublayer: str = ""


@dataclass(frozen=True, slots=True)
class JoinSpec:
    """``join`` of a layer: a table whose ``columns`` are put beside the layer's own.

    A feature whose column ``on`` equals the table's column ``key`` gets the row's values.
    """

    path: Path
    on: str
    key: str
    columns: tuple[str, ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class LocalSystem:
    """One ``[[local_system]]``: a plane system whose parameters the user knows.

    Either ``crs`` names it (PROJ, WKT), or four parameters lead from it into ``to_crs``, in
    the convention of the surveyors (X = north, Y = east, rotation from north to east)::

        north = shift_north_m + scale * (north0 * cos r - east0 * sin r)
        east  = shift_east_m  + scale * (north0 * sin r + east0 * cos r)
    """

    name: str
    title: Text = field(default_factory=lambda: Text(""))
    crs: str = ""
    to_crs: str = ""
    shift_north_m: float = 0.0
    shift_east_m: float = 0.0
    rotation_deg: float = 0.0
    scale: float = 1.0
    source: str = ""
    """Who gave the parameters, on what paper."""


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One ``[[layer]]`` of city.toml."""

    name: str
    role: Role
    title: Text
    path: Path
    sublayer: str = ""
    id_column: str = ""
    name_column: str = ""
    columns: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the rule book calls a column -> what the file calls it."""
    join: JoinSpec | None = None
    crs: str = ""
    encoding: str = ""
    coverage: CoverageSpec = field(default_factory=CoverageSpec)
    dated: dt.date | None = None
    authority: str = ""
    part_of: str = ""
    """The whole that this layer is a part of: each district delivers its own."""
    accuracy_m: float | None = None
    licence: str = ""
    code_system: str = ""
    release: Release = Release.TABLE_ONLY
    max_age_days: int | None = None
    is_declared_empty: bool = False
    has_repair: bool = False
    sha256: str = ""
    accept: str = ""
    """A hypothesis about its coordinates that the user has verified; docs/forensics.md."""


@dataclass(frozen=True, slots=True)
class RedLineSpec:
    """One ``[[redlines]]`` of city.toml: a file of red lines."""

    path: Path
    sublayer: str = ""
    project_column: str = ""
    id_column: str = ""
    crs: str = ""
    encoding: str = ""
    version: str = ""
    authority: str = ""
    dated: dt.date | None = None
    accuracy_m: float | None = None
    accept: str = ""
    """A hypothesis about its coordinates that the user has verified; docs/forensics.md."""


@dataclass(frozen=True, slots=True)
class ProjectsSpec:
    """``[projects]``: the ledger table; ``columns`` maps our fields to its headings."""

    path: Path
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    code_system: str = ""
    has_merged_rows: bool = False
    """Rows of one id are phases of one project: distinct values are put side by side."""


@dataclass(frozen=True, slots=True)
class OffMapMatter:
    """A matter that is never on a map here (military, minerals below …): office and letter."""

    code: str
    title: Text
    office: Text
    letter: Text
    basis: str = ""


@dataclass(frozen=True, slots=True)
class SuggestSpec:
    """``[suggest]``: for which projects, how many, and with which weights.

    ``weights`` are per criterion name; ``available_states`` are the supply states of a
    parcel that can be offered; the ``*_column`` names are columns of the parcel layer,
    but for ``zoning_column``: the column of the zoning layers that holds the use code.
    ``classes`` says which values of ``class_column`` make low-efficiency, idle or renewal land.
    """

    stages: tuple[str, ...] = CHOKE_POINT_STAGES
    count: int = 3
    weights: Mapping[str, float] = field(default_factory=dict)
    supply_column: str = ""
    available_states: tuple[str, ...] = ()
    plan_state_column: str = ""
    acquisition_column: str = ""
    ownership_column: str = ""
    use_column: str = ""
    land_bank_column: str = ""
    zoning_column: str = ""
    show_columns: Mapping[str, str] = field(default_factory=dict)
    """Further parcel columns to show with a site -> what people call them."""
    area_m2_min: float | None = None
    area_m2_max: float | None = None
    acquire_count: int = 2
    """How many sites whose land must first be acquired, in a list of their own."""
    made_count: int = 2
    """How many assembled or carved sites besides ``count`` whole parcels, where there are any."""
    class_column: str = ""
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nearest_for_all: bool = False
    """Look for the best infeasible site also where there are sites to offer."""
    profiles: tuple[Path, ...] = ()
    """The city's own profiles of criteria (docs/profiles.md)."""
    profile_for: Mapping[str, str] = field(default_factory=dict)
    """A kind of project or a prefix of its use -> the name of its profile."""


@dataclass(frozen=True, slots=True)
class RepairSpec:
    """``[repair]``: whether `siting run` corrects red lines in conflict, and how many.

    ``count`` corrected ones per red line at most; ``most`` bounds the time of a run: so many
    red lines are corrected, the worst first, and of the others the report says that they were
    not.
    """

    in_run: bool = True
    count: int = 5
    most: int = 100


@dataclass(frozen=True, slots=True)
class ComposeSpec:
    """``[compose]``: what composition tables go by.

    The ``*_column`` names are columns of the land-use layers (role ``role``); ``stated`` are
    those that city.toml names itself, which a layer must then have.
    """

    book: str = "cn"
    role: str = "land_use"
    farmland_role: str = "farmland"
    class_column: str = "DLBM"
    ownership_column: str = "QSXZ"
    town_column: str = ""
    village_column: str = "ZLDWMC"
    ridge_column: str = "KCXS"
    quality_column: str = ""
    sliver_m2: float = 1.0
    """Up to this, bare or disputed land of a red line stays a row, but casts no doubt."""
    stated: tuple[str, ...] = ()

    def text_columns(self) -> dict[str, str]:
        """Return the columns read as text, by what they hold."""
        return {
            "code": self.class_column,
            "ownership": self.ownership_column,
            "town": self.town_column,
            "village": self.village_column,
            "grade": self.quality_column,
        }


@dataclass(frozen=True, slots=True)
class AccessSpec:
    """``[access]``: the roads that one travels on, for measures of travel (docs/access.md).

    ``roles`` are those of the road layers. ``columns`` maps ``ROAD_COLUMNS`` to the headings of
    those layers. ``speeds`` is a file of the city's own in the form of
    ``siting/access/speeds.toml``. The others are as in :class:`siting.access.Noding` and
    :func:`siting.access.places_on`; None means what is the default there.
    """

    roles: tuple[str, ...] = ("road",)
    columns: Mapping[str, str] = field(default_factory=dict)
    speeds: Path | None = None
    snap_m: float | None = None
    near_m: float | None = None
    at_crossings: bool = False
    levels_meet: str = "lone_end"
    most_off_road_m: float | None = None
    only_main: bool = False


@dataclass(frozen=True, slots=True)
class City:
    """A city as its city.toml describes it; every path is absolute."""

    name: Text
    path: Path
    crs: str
    language: str
    code: str
    area_of_record: str
    rule_book: str
    layers: tuple[LayerSpec, ...]
    red_lines: tuple[RedLineSpec, ...]
    projects: ProjectsSpec | None
    off_map: tuple[OffMapMatter, ...]
    suggest: SuggestSpec
    output: Path
    outline: CoverageSpec
    as_of: dt.date | None = None
    """The date of the study when the user gives none; None means the day of the run."""
    secrecy_mark: str = ""
    map_title: Text = field(default_factory=lambda: Text(""))
    map_logo: str = ""
    """The bureau's logo on maps, as a ``data:`` address; the command line gives it."""
    local_systems: tuple[LocalSystem, ...] = ()
    compose: ComposeSpec = field(default_factory=ComposeSpec)
    repair: RepairSpec = field(default_factory=RepairSpec)
    access: AccessSpec = field(default_factory=AccessSpec)
    plan: PlanSpec = field(default_factory=PlanSpec)
    maps: MapSpec = field(default_factory=MapSpec)

    def layers_as_of(self, as_of: dt.date) -> tuple[LayerSpec, ...]:
        """Return one spec per layer name: the newest version that is not after `as_of`.

        A name all of whose versions are dated later keeps its oldest one, so that the load
        contract can refuse it by name instead of forgetting it.
        """
        chosen: dict[str, LayerSpec] = {}
        for spec in sorted(self.layers, key=lambda spec: spec.dated or dt.date.min):
            is_known = spec.dated is None or spec.dated <= as_of
            if spec.name not in chosen or is_known:
                chosen[spec.name] = spec
        names = list(dict.fromkeys(spec.name for spec in self.layers))
        return tuple(chosen[name] for name in names)


def form_of(text: str) -> Form | None:
    """Return the form that a ledger's word means, or None when it is not known."""
    words = {
        "area": Form.AREA, "面状": Form.AREA, "面": Form.AREA, "块状": Form.AREA,
        "linear": Form.LINEAR, "线性": Form.LINEAR, "线状": Form.LINEAR, "线": Form.LINEAR,
        "none": Form.NONE, "无红线": Form.NONE, "无": Form.NONE, "未定": Form.NONE,
    }  # fmt: skip
    return words.get(text.strip().lower())
