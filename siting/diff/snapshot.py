"""What a comparison needs of one report.json, as frozen records.

Fields that older reports of version 1 do not have are None: *not recorded* is another thing
than *empty*, and the comparison says so instead of guessing.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from siting.model import Text
from siting.report import ID_PRINT_BYTES, id_print


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule of the book; ``figures`` is what it judges by, None when not recorded."""

    code: str
    kind: str
    title: Text
    severity: str
    needs: tuple[str, ...]
    reach_m: float
    in_force: bool
    in_force_from: str
    in_force_to: str
    exceptions: tuple[str, ...]
    figures: Mapping[str, str | float] | None


@dataclass(frozen=True)
class LayerView:
    """One layer as it was loaded. ``ids`` are truncated hashes, None when not recorded."""

    name: str
    role: str
    title: Text
    dated: str
    status: str
    rows_used: int
    rows_refused: int
    problems: tuple[str, ...]
    refusals: tuple[tuple[str, str], ...]
    sha256: str
    content_sha256: str
    coverage: str
    coverage_sha256: str | None
    code_system: str | None
    part_of: str | None
    ids_sha256: str | None
    ids: bytes | None

    @cached_property
    def _id_list(self) -> list[bytes]:
        packed = self.ids or b""
        steps = range(0, len(packed), ID_PRINT_BYTES)
        return [packed[start : start + ID_PRINT_BYTES] for start in steps]

    def has_feature(self, feature_id: str) -> bool | None:
        """Return whether the layer had a feature of this id; None when that is not recorded."""
        if self.ids is None or (not self.ids and self.ids_sha256 != ""):
            return None
        if not self.ids:
            return False if self.status != "failed" and not self.rows_used else None
        wanted = id_print(feature_id)
        place = bisect.bisect_left(self._id_list, wanted)
        return place < len(self._id_list) and self._id_list[place] == wanted


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One project of the ledger; ``fields`` are those that rules look at, as texts."""

    id: str
    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RedLineView:
    """One red line: areas in m², ``outline_sha256`` None when not recorded."""

    id: str
    project_id: str
    version: str
    source: str
    outline_sha256: str | None
    outcome: str
    is_incomplete: bool
    area_m2: float
    area_ellipsoidal_m2: float
    declared_area_m2: float | None
    conflict_area_m2: float
    sole: tuple[str, ...] | None
    """Codes of the rules that alone block it; None when not recorded."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding; ``feature_sha256`` is None when not recorded."""

    id: str
    layer: str
    feature_id: str
    feature_name: str
    severity: str
    measure: float
    unit: str
    limit: float | None
    area_m2: float | None
    is_sliver: bool
    feature_sha256: str | None
    certainty: str
    """``certain`` or ``possible`` by its error band; empty without one."""


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The verdict of one rule on one red line, with its findings."""

    code: str
    severity: str
    status: str
    area_m2: float
    distance_m: float | None
    gaps: tuple[Text, ...]
    findings: tuple[FindingView, ...]
    near: str
    """Layer and id of the nearest feature; empty where none is recorded."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A red line that could not be read: its id, or the name of its file, and why."""

    feature_id: str
    reason: str


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One report, indexed by the ids that a comparison goes by.

    ``verdicts`` are by red line and rule code. ``red_lines_left_out`` counts the red lines
    of the city that the check was not asked for, None when not recorded.
    """

    name: str
    identity: str
    city: Text
    crs: str
    as_of: dt.date
    area_of_record: str
    rule_book: str
    rule_book_sha256: str
    crosswalks_sha256: str | None
    rules: Mapping[str, RuleView]
    layers: Mapping[str, LayerView]
    projects: Mapping[str, ProjectView]
    red_lines: Mapping[str, RedLineView]
    verdicts: Mapping[str, Mapping[str, VerdictView]]
    refused: tuple[Refused, ...]
    red_lines_left_out: int | None
    witness: str
    versions: Mapping[str, str]

    @cached_property
    def features(self) -> Mapping[tuple[str, str], str | None]:
        """Return the hash of each feature that some finding names, by layer and id."""
        return {
            (finding.layer, finding.feature_id): finding.feature_sha256
            for by_code in self.verdicts.values()
            for verdict in by_code.values()
            for finding in verdict.findings
            if finding.feature_id
        }

    def layers_of(self, roles: tuple[str, ...]) -> dict[str, LayerView]:
        """Return the layers of some roles by name."""
        return {name: layer for name, layer in self.layers.items() if layer.role in roles}
