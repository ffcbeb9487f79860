"""What a comparison of two reports says: frozen records, from one cause up to the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from siting.model import SQUARE_METRES_PER_MU, Text


class ChangeKind(StrEnum):
    """What became of one rule on one red line; the order is that of urgency.

    ``conflict_unchecked`` stands first: a conflict was known, and now it is unknown, wholly or
    in part. ``no_longer_checked``: the rule was not broken, and now that is unknown.
    ``not_checked``: a rule is new for the red line and could not be looked at.
    ``new_conflict``: broken now and not known to be broken before. ``worse``, ``milder``:
    another severity, or the conflict turned from or into one that an exception may cover.
    ``rule_ended``: the rule says nothing of the red line any more; that clears no conflict.
    ``cleared``: broken before; now every layer was looked at and it is not broken.
    """

    CONFLICT_UNCHECKED = "conflict_unchecked"
    NEW_CONFLICT = "new_conflict"
    WORSE = "worse"
    GROWN = "grown"
    NO_LONGER_CHECKED = "no_longer_checked"
    NOT_CHECKED = "not_checked"
    CHANGED = "changed"
    RULE_ENDED = "rule_ended"
    MILDER = "milder"
    SHRUNK = "shrunk"
    CLEARED = "cleared"
    NOW_CHECKED = "now_checked"
    RULE_STARTED = "rule_started"
    NEARER = "nearer"
    FARTHER = "farther"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(ChangeKind).index(self)


#: What is unknown now; the dispatch counts these together.
UNCHECKED = (ChangeKind.CONFLICT_UNCHECKED, ChangeKind.NO_LONGER_CHECKED, ChangeKind.NOT_CHECKED)


class CauseKind(StrEnum):
    """Which input of a verdict differs between the reports."""

    RED_LINE = "red_line"
    RIVAL = "rival"
    PROJECT = "project"
    FEATURE_NEW = "feature_new"
    FEATURE_GONE = "feature_gone"
    FEATURE_CHANGED = "feature_changed"
    LAYER = "layer"
    LAYER_STATUS = "layer_status"
    LAYER_COVERAGE = "layer_coverage"
    LAYER_ADDED = "layer_added"
    LAYER_REMOVED = "layer_removed"
    RULE = "rule"
    RULE_SEVERITY = "rule_severity"
    RULE_PERIOD = "rule_period"
    DATE = "date"
    CRS = "crs"
    PROGRAM = "program"
    UNDETERMINED = "undetermined"


class Fate(StrEnum):
    """What became of a project or a red line."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"


class FeatureFate(StrEnum):
    """What became of one finding. ``unconfirmed``: gone, but its layer was not seen in full."""

    NEW = "new"
    GONE = "gone"
    UNCONFIRMED = "unconfirmed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """One input that differs; ``subject`` is a layer, rule code, red line or project."""

    kind: CauseKind
    subject: str
    feature_id: str
    zh: str
    en: str

    @property
    def text(self) -> Text:
        """Return the sentence in two languages."""
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class VerdictSide:
    """One rule on one red line in one report; status ``none``: no verdict."""

    status: str
    severity: str = ""
    area_m2: float = 0.0
    distance_m: float | None = None
    findings: int = 0
    gaps: tuple[Text, ...] = ()
    near: str = ""
    """Layer and id of the nearest feature."""
    is_possible: bool = False
    """True when each finding is within its error band: the overlap is possible, not certain."""


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """One finding that came, went, or has another measure. Areas in m²."""

    fate: FeatureFate
    layer: str
    feature_id: str
    feature_name: str
    unit: str
    measure_before: float | None
    measure_after: float | None
    area_before_m2: float | None
    area_after_m2: float | None
    certainty_before: str = ""
    """``certain`` or ``possible`` by the error band; empty without one."""
    certainty_after: str = ""


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """What changed of one rule on one red line, and by what.

    ``delta_m2`` is the change of the area in conflict under this rule, None where one side
    was not looked at in full: what is unknown has no difference.
    """

    red_line_id: str
    code: str
    title: Text
    kind: ChangeKind
    before: VerdictSide
    after: VerdictSide
    delta_m2: float | None
    features: tuple[FeatureChange, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class RedLineChange:
    """One red line in both reports, or in one. Areas in m² (the area of record).

    ``is_outline_changed`` is None when the reports do not record outlines, and for a red
    line that stands in one report only.
    """

    fate: Fate
    id_before: str
    id_after: str
    version_before: str
    version_after: str
    outcome_before: str
    outcome_after: str
    area_before_m2: float | None
    area_after_m2: float | None
    conflict_before_m2: float | None
    conflict_after_m2: float | None
    is_outline_changed: bool | None
    is_renamed: bool
    is_comparable: bool
    """False when a rule was looked at on one side only: then totals have no difference."""
    causes: tuple[Cause, ...]
    changes: tuple[VerdictChange, ...]
    sole_before: tuple[str, ...] | None = None
    """Codes of the rules that alone block it (只有该线阻挡); None when not recorded."""
    sole_after: tuple[str, ...] | None = None

    @property
    def delta_m2(self) -> float:
        """Change of the red line's area, m²; the whole of one that came or went."""
        return (self.area_after_m2 or 0.0) - (self.area_before_m2 or 0.0)

    @property
    def conflict_delta_m2(self) -> float | None:
        """Change of the union in conflict, m²; None where it cannot be compared."""
        if not self.is_comparable:
            return None
        return (self.conflict_after_m2 or 0.0) - (self.conflict_before_m2 or 0.0)

    @property
    def is_unchanged(self) -> bool:
        """True when nothing that a planner looks at differs."""
        return (
            self.fate is Fate.SAME
            and not self.changes
            and not self.is_outline_changed
            and not self.is_renamed
            and self.version_before == self.version_after
            and self.outcome_before == self.outcome_after
            and abs(self.delta_m2) <= AREA_NOISE_M2
        )


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the ledger that differs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One line of the dispatch: a project with its red lines."""

    project_id: str
    name: str
    fate: Fate
    fields: tuple[FieldChange, ...]
    red_lines: tuple[RedLineChange, ...]

    @property
    def changes(self) -> tuple[VerdictChange, ...]:
        """Return the changes of all its red lines, most urgent first."""
        found = [change for line in self.red_lines for change in line.changes]
        return tuple(sorted(found, key=lambda one: (one.kind.rank, one.code, one.red_line_id)))

    @property
    def is_unchanged(self) -> bool:
        """True when neither the ledger nor any red line differs."""
        is_same = self.fate is Fate.SAME and not self.fields
        return is_same and all(line.is_unchanged for line in self.red_lines)

    @property
    def delta_mu(self) -> float:
        """Change of the area of its red lines, 亩."""
        return sum(line.delta_m2 for line in self.red_lines) / SQUARE_METRES_PER_MU

    @property
    def conflict_delta_mu(self) -> float | None:
        """Change of the area in conflict, 亩; None where a red line cannot be compared."""
        deltas = [line.conflict_delta_m2 for line in self.red_lines]
        known = [delta for delta in deltas if delta is not None]
        return sum(known) / SQUARE_METRES_PER_MU if len(known) == len(deltas) else None

    def count(self, *kinds: ChangeKind) -> int:
        """Return how many changes are of some kinds."""
        return sum(change.kind in kinds for change in self.changes)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports."""

    name: str
    identity: str
    as_of: dt.date
    rule_book: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two reports compared: what applies to all, and one record per project.

    ``projects`` are all projects of either report, most urgent first; the unchanged ones
    are at the end.
    """

    city: Text
    before: Side
    after: Side
    area_of_record: str
    common: tuple[Cause, ...]
    """What differs for every project: date, CRS, rule book, versions of programs."""
    layers: tuple[Cause, ...]
    rules: tuple[Cause, ...]
    refused: tuple[Cause, ...]
    """Red lines and files that the second report could not read and the first could."""
    projects: tuple[ProjectChange, ...]

    @property
    def changed(self) -> tuple[ProjectChange, ...]:
        """Return the projects of which something differs."""
        return tuple(project for project in self.projects if not project.is_unchanged)

    @property
    def is_empty(self) -> bool:
        """True when no project, layer or rule differs, nor what applies to all."""
        return not (self.common or self.layers or self.rules or self.refused or self.changed)

    @property
    def has_news(self) -> bool:
        """True when a project differs, or a layer or red line is not to be had any more."""
        lost = (CauseKind.LAYER_STATUS, CauseKind.LAYER_REMOVED)
        is_lost = any(cause.kind in lost for cause in self.layers)
        return bool(self.changed or self.refused or is_lost)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many changes are of each kind, and how many projects."""
        by_kind = {str(kind): 0 for kind in ChangeKind}
        for project in self.projects:
            for change in project.changes:
                by_kind[str(change.kind)] += 1
        fates = [project.fate for project in self.projects]
        return {
            **by_kind,
            "projects": len(self.projects),
            "projects_changed": len(self.changed),
            "projects_unchanged": len(self.projects) - len(self.changed),
            "projects_new": fates.count(Fate.NEW),
            "projects_gone": fates.count(Fate.GONE),
        }


#: Two areas that differ by less are the same: rounding, and another GEOS (docs/report-identity.md).
AREA_NOISE_M2 = 0.01
AREA_NOISE_SHARE = 1e-6
#: The same for distances (m) and angles (deg).
MEASURE_NOISE = 0.001


def differs(before: float | None, after: float | None, *, is_area: bool = True) -> bool:
    """True when two measures differ by more than computing alone can explain."""
    if before is None or after is None:
        return before is not after
    noise = MEASURE_NOISE
    if is_area:
        noise = max(AREA_NOISE_M2, AREA_NOISE_SHARE * max(abs(before), abs(after)))
    return abs(after - before) > noise
