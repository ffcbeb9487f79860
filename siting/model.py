"""The nouns of siting: frozen records without input or output.

A thing is a record; many rows are a table. Geometry is shapely, in the working CRS
of the city (a projected CRS in metres), unless a docstring says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    import geopandas as gpd

SQUARE_METRES_PER_MU = 10_000 / 15
"""1 亩 in m², exactly 10000/15 (15 亩 = 1 公顷)."""
SQUARE_METRES_PER_HECTARE = 10_000.0
"""1 公顷 in m²."""


class Severity(StrEnum):
    """How much a rule weighs; the order of the members is from worst to mildest."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    CONSULT = "consult"
    ADVISORY = "advisory"

    @property
    def rank(self) -> int:
        """0 for the worst severity; sort by it."""
        return list(Severity).index(self)


class Status(StrEnum):
    """The verdict on one red line under one rule."""

    CONFLICT = "conflict"
    EXCEPTION_MAY_APPLY = "exception_may_apply"
    NEAR = "near"
    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    CONSULT = "consult"


class Outcome(StrEnum):
    """What a red line comes to over all its rules; worst first.

    ``conflict``: a prohibited or restricted rule is broken. ``review``: only findings
    that an office or a person decides (consult, advisory, exception may apply).
    ``incomplete``: nothing found so far, but something was not checked. ``near``,
    ``clear``: as the verdicts. A red line in conflict may be incomplete as well: see
    :attr:`RedLineResult.is_incomplete`.
    """

    CONFLICT = "conflict"
    REVIEW = "review"
    INCOMPLETE = "incomplete"
    NEAR = "near"
    CLEAR = "clear"


class Form(StrEnum):
    """The form of a project: an area, a corridor, or none yet (demand only)."""

    AREA = "area"
    LINEAR = "linear"
    NONE = "none"


class Release(StrEnum):
    """How far a layer's geometry may travel; the default is the narrowest."""

    TABLE_ONLY = "table_only"
    DISTRICT = "district"
    INTERNAL = "internal"
    PUBLIC = "public"


class Way(StrEnum):
    """The way out of a finding."""

    AVOID = "avoid"
    ADJUST_PLAN = "adjust_plan"
    ASK_AUTHORITY = "ask_authority"
    FIX_DATA = "fix_data"


class LoadStatus(StrEnum):
    """What became of a layer under its load contract.

    ``short``: rows were refused, the rest is usable. A conflict with what is left is a
    conflict, but nothing is ever clear of a short layer.
    """

    PASSED = "passed"
    SHORT = "short"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and English; either may stand in for the other."""

    zh: str
    en: str = ""

    def get(self, language: str) -> str:
        """Return the text in `language` (``zh`` or ``en``), or the other one if it is empty."""
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        return first or second


NO_TEXT = Text("")
"""Nothing said, in both languages."""


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

    @property
    def rows_refused(self) -> int:
        """Rows that were left out; repaired rows are used and do not count."""
        return sum(not refusal.is_repaired for refusal in self.refusals)


@dataclass(frozen=True, eq=False)
class Layer:
    """One loaded layer.

    ``frame`` is in the working CRS and has ``feature_id`` (text, unique),
    ``feature_name`` (text), ``geometry`` and the columns kept by city.toml; it is
    None when the layer failed its contract. ``coverage`` is the declared area for which the
    layer is complete, in the working CRS; None when undeclared. ``content_sha256`` does
    not depend on the order of rows.
    """

    name: str
    role: str
    title: Text
    frame: gpd.GeoDataFrame | None
    coverage: BaseGeometry | None
    source: Source
    contract: Contract
    code_system: str = ""
    release: Release = Release.TABLE_ONLY
    max_age_days: int | None = None
    is_declared_empty: bool = False
    content_sha256: str = ""
    coverage_text: str = ""

    @property
    def is_usable(self) -> bool:
        """True when rows are at hand: the contract passed, or it is short of some rows."""
        return self.contract.status is not LoadStatus.FAILED and self.frame is not None


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


@dataclass(frozen=True, eq=False, slots=True)
class RedLine:
    """The outline of the land that a project wants (用地红线), in the working CRS.

    ``declared_area_m2`` is what the source says of itself; ``notes`` are the deviations
    met on reading it. ``is_repaired`` tells that the geometry is not as delivered.
    """

    id: str
    project_id: str
    geometry: BaseGeometry
    crs: str
    version: str = ""
    source: str = ""
    declared_area_m2: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """The law, standard or decision behind a rule, with how sure we are of it.

    ``certainty``: ``H`` read in the text or computed, ``M`` known well, ``L`` to be
    checked before use. An uncertain figure is data with its mark, never law.
    """

    citation: str
    article: str = ""
    edition: str = ""
    certainty: str = "L"
    in_force_from: dt.date | None = None
    in_force_to: dt.date | None = None

    def is_in_force(self, as_of: dt.date) -> bool:
        """True when `as_of` lies in [in_force_from, in_force_to]; open ends count as inside."""
        starts = self.in_force_from is None or self.in_force_from <= as_of
        return starts and (self.in_force_to is None or as_of <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class Route:
    """The way out of a finding: what to do, which office, which papers."""

    way: Way
    text: Text
    office: Text = field(default_factory=lambda: Text(""))
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Finding:
    """One thing that a rule found: one red line against one feature.

    ``measure`` is in ``unit`` and is what the rule compares with ``limit``. For overlaps
    both areas stand here: planar in the working CRS and ellipsoidal. ``is_sliver`` labels
    a piece whose mean width (2·area/perimeter) is under the rule's sliver width: labelled,
    never dropped. ``is_disputed`` tells that two ways of computing the area disagreed.
    """

    id: str
    code: str
    severity: Severity
    red_line_id: str
    project_id: str
    layer: str
    feature_id: str
    feature_name: str
    geometry: BaseGeometry | None
    measure: float
    unit: str
    limit: float | None
    message: Text
    route: Route
    area_m2: float | None = None
    area_ellipsoidal_m2: float | None = None
    mean_width_m: float | None = None
    is_sliver: bool = False
    is_disputed: bool = False
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one red line, and what of it could not be looked at.

    ``gaps`` name what was not checked (a missing layer, a part outside the declared
    coverage); they may stand beside a conflict, which is then known but not complete.
    """

    red_line_id: str
    project_id: str
    code: str
    severity: Severity
    status: Status
    finding_ids: tuple[str, ...] = ()
    distance_m: float | None = None
    area_m2: float = 0.0
    gaps: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class RedLineResult:
    """One red line over all rules: areas, totals as unions, and the ladder.

    ``conflict_area_m2`` is the union of all pieces under prohibited and restricted rules;
    ``ladder_m2`` counts each m² once, under its most severe rule code.
    """

    red_line: RedLine
    district: str
    outcome: Outcome
    is_incomplete: bool
    area_m2: float
    area_ellipsoidal_m2: float
    conflict_area_m2: float
    ladder_m2: Mapping[str, float]
    worst_severity: Severity | None


@dataclass(frozen=True, slots=True)
class Input:
    """One configured layer as the report records it, loaded or not."""

    name: str
    role: str
    title: Text
    source: Source
    contract: Contract
    coverage: str
    release: Release
    content_sha256: str


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule as the report carries it, so that a reader needs no rule book beside it."""

    code: str
    kind: str
    title: Text
    severity: Severity
    basis: Basis
    needs: tuple[str, ...]
    reach_m: float
    route: Route
    in_force: bool
    exceptions: tuple[str, ...] = ()
    """What each exception says: condition, authority and papers, in words."""


@dataclass(frozen=True, eq=False)
class Report:
    """The one honest record: what was checked, what was found, what could not be checked."""

    city: Text
    crs: str
    as_of: dt.date
    rule_book: str
    rule_book_sha256: str
    rules: tuple[RuleSummary, ...]
    inputs: tuple[Input, ...]
    projects: tuple[Project, ...]
    results: tuple[RedLineResult, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    totals_m2: Mapping[str, float]
    """Union over all red lines per rule code, m² in the working CRS."""
    area_of_record: str
    versions: Mapping[str, str]
    refused_red_lines: tuple[Refusal, ...] = ()


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


@dataclass(frozen=True, eq=False)
class Atlas:
    """Everything that was loaded of a city, in its working CRS.

    ``districts`` is the layer with role ``district`` (``feature_id`` = district code);
    ``outline`` is the union of the districts or the file that city.toml names.
    """

    layers: tuple[Layer, ...]
    districts: gpd.GeoDataFrame
    outline: BaseGeometry
    projects: tuple[Project, ...]
    red_lines: tuple[RedLine, ...]
    refused_red_lines: tuple[Refusal, ...]

    def by_role(self, role: str) -> tuple[Layer, ...]:
        """Return the layers of a role, usable or not, in the order of city.toml."""
        return tuple(layer for layer in self.layers if layer.role == role)
