"""What was found: bases and routes of rules, findings, verdicts, results, the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from siting.model.display import Shown
from siting.model.features import Features
from siting.model.land import Contract, Project, RedLine, Refusal, Source
from siting.model.words import Outcome, Release, Severity, Status, Text, Way

if TYPE_CHECKING:
    from siting.model.repairs import RepairSearch


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


@dataclass(frozen=True, slots=True)
class Band:
    """Between what the overlap lies when the positions are off by one standard deviation.

    ``sigma_m`` is the root of the sum of the squares of the layer's and the red line's stated
    accuracies; ``area_m2_min`` and ``area_m2_max`` are the overlap with the feature shrunk and
    grown by it, planar, in the working CRS. The band words a finding, it never judges one.
    """

    sigma_m: float
    area_m2_min: float
    area_m2_max: float

    @property
    def is_certain(self) -> bool:
        """True when the overlap is still there with the feature shrunk; else it is possible."""
        return self.area_m2_min > 0.0


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
    feature_sha256: str = ""
    """Hash of the feature as loaded (shape and kept columns); empty where there is none."""
    band: Band | None = None
    """The interval of the overlap, where both accuracies are stated."""
    band_missing: Text | None = None
    """Why an overlap has no band (which accuracy nobody states); None where none is due."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """The nearest feature that a rule did not hit, and how far it is.

    ``distance_m`` is to the feature, and for a setback to the edge of its zone. ``at`` is the
    point of the feature that is nearest to the red line: it decides which district may read the
    feature's name, and does not travel.
    """

    distance_m: float
    layer: str = ""
    feature_id: str = ""
    feature_name: str = ""
    at: BaseGeometry | None = field(default=None, repr=False)


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
    near: Nearness | None = None
    """What ``distance_m`` leads to; in a verdict that has a distance."""


@dataclass(frozen=True, slots=True)
class Lift:
    """What lifting one rule, or one layer role with all its rules, would free ("只有该线阻挡").

    ``freed_m2`` is the union of the pieces under prohibited and restricted rules minus the
    union without the lifted ones (planar): land that others block as well is not freed.
    ``is_sole`` tells that no binding conflict would be left.
    """

    is_role: bool
    name: str
    codes: tuple[str, ...]
    freed_m2: float
    is_sole: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the cheapest path to a stable red line: one thing done at one office.

    ``area_m2`` is the union of the pieces that the step is about, planar. ``also_settles`` are
    the rules whose pieces lie wholly on land that this step gives up, so that they need no step
    of their own. ``exceptions`` are what could be claimed instead. ``leaves_m2`` is what is left
    of the red line after avoiding (planar); None for the other ways.
    """

    way: Way
    severity: Severity
    codes: tuple[str, ...]
    texts: tuple[Text, ...]
    offices: tuple[Text, ...]
    papers: tuple[str, ...]
    area_m2: float
    finding_ids: tuple[str, ...] = ()
    also_settles: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    leaves_m2: float | None = None


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
    lifts: tuple[Lift, ...] = ()
    """What each rule and layer role in conflict blocks alone, most freed first."""
    path: tuple[Step, ...] = ()
    """The steps that settle all findings, cheapest class first; see :data:`WAYS_BY_COST`."""


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
    code_system: str = ""
    part_of: str = ""
    coverage_area: BaseGeometry | None = field(default=None, compare=False, repr=False)
    """The declared coverage in the working CRS; only its hash travels."""
    rows: Features | None = field(default=None, compare=False, repr=False)
    """The rows used, where a rule in force needs the layer; only hashes of their ids travel."""


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
    figures: Mapping[str, str | float] = field(default_factory=dict)
    """What the rule judges by, flat; see :func:`siting.rules.figures.figures_of`."""


@dataclass(frozen=True, eq=False)
class Report(Shown):
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
    crosswalks_sha256: str = ""
    """Hash of the rule book's crosswalks between code systems."""
    red_lines_left_out: int = 0
    """Red lines of the city that this check was not asked for."""
    witness: str = "found"
    """Which overlaps were shown to the witnesses: ``found``, ``doubtful`` or ``all``."""
    repairs: tuple[RepairSearch, ...] | None = None
    """Corrected red lines, no part of the identity; None where nobody asked for them."""
