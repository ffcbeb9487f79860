"""Tables by attribute: which setback a feature calls for, by its kV, class, grade …

A setback table is rows of conditions on columns; the first row whose conditions all hold
gives the distance. A feature that fits no row is not guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siting.config import TableReader


@dataclass(frozen=True, slots=True)
class Condition:
    """A column's value is one of ``values``, or lies in [lowest, highest]."""

    column: str
    values: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    def holds(self, value: object) -> bool:
        """True when `value` fulfils the condition; nothing fulfils none."""
        if self.lowest is None or self.highest is None:
            return str(value).strip() in self.values
        try:
            number = float(str(value))
        except ValueError:
            return False
        return self.lowest <= number <= self.highest


@dataclass(frozen=True, slots=True)
class SetbackRow:
    """One line of a setback table, in metres.

    ``setback_m`` counts from the origin that the law names (an edge conductor, the foot
    of an embankment); ``offset_m`` is the distance from the drawn geometry (a centre line)
    to that origin, None when nobody declared it.
    """

    setback_m: float
    conditions: tuple[Condition, ...] = ()
    offset_m: float | None = None

    @property
    def total_m(self) -> float:
        """The setback from the drawn geometry, as far as the offset is known."""
        return self.setback_m + (self.offset_m or 0.0)


def read_rows(reader: TableReader) -> tuple[SetbackRow, ...]:
    """Read ``[[rule.row]]`` tables: ``setback_m``, ``offset_m`` and ``when``."""
    rows = []
    for entry in reader.tables("row", label="setback_m"):
        setback_m = entry.number("setback_m")
        if setback_m is None or setback_m < 0:
            entry.problem(
                "'setback_m' must be a distance ≥ 0", found=repr(setback_m), next_step="correct it"
            )
        when = entry.table("when")
        conditions = tuple(_condition(column, value) for column, value in when.rest().items())
        rows.append(SetbackRow(setback_m or 0.0, conditions, entry.number("offset_m")))
        entry.finish()
    if not rows:
        reader.problem(
            "a setback rule has no table",
            expected="at least one [[rule.row]] with setback_m",
            next_step="add the rows",
        )
    return tuple(rows)


def _condition(column: str, value: object) -> Condition:
    if isinstance(value, list) and len(value) == 2 and all(_is_number(v) for v in value):
        return Condition(column, (), float(value[0]), float(value[1]))
    values = value if isinstance(value, list) else [value]
    return Condition(column, tuple(str(entry) for entry in values))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def match_row(rows: Sequence[SetbackRow], attributes: Mapping[str, Any]) -> SetbackRow | None:
    """Return the first row whose conditions all hold, or None."""
    for row in rows:
        if all(condition.holds(attributes.get(condition.column)) for condition in row.conditions):
            return row
    return None
