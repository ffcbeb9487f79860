"""Two reports compared: one line per project for the weekly dispatch (周调度).

What changed, by how many 亩, and which red line, feature, layer, rule or date did it. Pure
functions over parsed reports; nothing is judged again, and nothing is guessed.
"""

from siting.diff.compare import compare, compare_files
from siting.diff.document import SCHEMA, difference_to_dict
from siting.diff.reading import read_report, snapshot_of
from siting.diff.records import (
    UNCHECKED,
    Cause,
    CauseKind,
    ChangeKind,
    Difference,
    Fate,
    FeatureChange,
    FeatureFate,
    FieldChange,
    ProjectChange,
    RedLineChange,
    Side,
    VerdictChange,
    VerdictSide,
)
from siting.diff.snapshot import Snapshot
from siting.diff.tables import DETAIL_COLUMNS, PROJECT_COLUMNS, write_csv, write_xlsx
from siting.diff.wording import change_text, project_text

__all__ = [
    "DETAIL_COLUMNS",
    "PROJECT_COLUMNS",
    "SCHEMA",
    "UNCHECKED",
    "Cause",
    "CauseKind",
    "ChangeKind",
    "Difference",
    "Fate",
    "FeatureChange",
    "FeatureFate",
    "FieldChange",
    "ProjectChange",
    "RedLineChange",
    "Side",
    "Snapshot",
    "VerdictChange",
    "VerdictSide",
    "change_text",
    "compare",
    "compare_files",
    "difference_to_dict",
    "project_text",
    "read_report",
    "snapshot_of",
    "write_csv",
    "write_xlsx",
]
