"""What is to be written for one layer, table or text: its use, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from siting.founding.columns import Column
from siting.founding.survey import Sight


class Use(StrEnum):
    """What city.toml makes of it."""

    LAYER = "layer"
    RED_LINES = "redlines"
    LEDGER = "projects"
    OUTLINE = "outline"
    TABLE = "table"
    UNKNOWN = "unknown"
    UNREAD = "unread"


class Sureness(StrEnum):
    """How sure the use is: by a standard's name *and* fields, or less."""

    SURE = "sure"
    GUESSED = "guessed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Picked:
    """A column that was chosen, why, and whether the standard says so."""

    column: str
    reason: str
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of the city.toml to be.

    ``is_active`` is False where it is written as a comment: unknown, unread, or beside
    another one that is in use; ``why_idle`` says which.
    """

    sight: Sight
    use: Use
    sureness: Sureness
    role: str = ""
    evidence: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    source: str = ""
    id_column: Picked | None = None
    name_column: Picked | None = None
    columns: tuple[str, ...] = ()
    code_column: Column | None = None
    has_codes: bool = False
    attributes: Mapping[str, Picked] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    """Words of the rule book for which no column was found."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Fields of a project -> headings."""
    joins: tuple[tuple[str, Path, str], ...] = ()
    """Tables that share a column with it: column, file, sheet."""
    name: str = ""
    is_active: bool = True
    why_idle: str = ""
