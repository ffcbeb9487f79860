"""Column contracts: which columns a table must have, of which kind and in which unit.

A small check of our own: what it says is meant for a planner, in the words of city.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siting.errors import ProblemsError, SchemaError, Where, nearest

if TYPE_CHECKING:
    import pandas as pd

#: How many values a message lists.
LISTED_AT_MOST = 10
#: Kinds of a column, and the numpy kinds (dtype.kind) that count as such.
KINDS = {"text": "OUT", "number": "iuf", "whole": "iu", "flag": "b", "date": "M", "geometry": "O"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, kind (see :data:`KINDS`), unit and whether it must be.

    ``is_unique`` says that no value may occur twice; ``has_nulls`` that values may be missing.
    """

    name: str
    kind: str
    unit: str = ""
    is_required: bool = True
    is_unique: bool = False
    has_nulls: bool = False
    meaning: str = ""


#: What every loaded layer's frame has; the columns that city.toml keeps come besides.
LAYER_COLUMNS = (
    Column("feature_id", "text", is_unique=True, meaning="id in the source, or of its content"),
    Column("feature_name", "text", meaning="name for people, may be an empty text"),
    Column("geometry", "geometry", unit="working CRS, metres", meaning="valid, 2D, never null"),
)


def require_columns(
    frame: pd.DataFrame, columns: Sequence[Column], *, where: Where | None = None
) -> None:
    """Check a table against its contract.

    Parameters
    ----------
    frame
        The table; it is not changed.
    columns
        The contract.
    where
        For the message.

    Raises
    ------
    SchemaError, ProblemsError
        One problem as itself, several at once. Each names the column, what it should be
        and what was found, with the nearest match for a missing one.
    """
    place = where or Where()
    problems = [problem for column in columns for problem in _column_problems(frame, column, place)]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ProblemsError("the table does not have the columns that it must have", problems)


def missing_columns(available: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Return the wanted columns that are not available, each with a hint (may be empty)."""
    known = list(available)
    return {name: nearest(name, known) for name in dict.fromkeys(wanted) if name not in known}


def _column_problems(frame: pd.DataFrame, column: Column, where: Where) -> list[SchemaError]:
    if column.name not in frame.columns:
        if not column.is_required:
            return []
        names = [str(name) for name in frame.columns]
        hint = nearest(column.name, names)
        return [_problem(column, where, "is missing", ", ".join(names), hint=hint)]
    values = frame[column.name]
    problems = []
    if not _is_kind(values, column.kind):
        problems.append(_problem(column, where, "is of the wrong kind", str(values.dtype)))
    if not column.has_nulls and bool(values.isna().any()):
        found = f"{int(values.isna().sum())} of {len(values)} rows without a value"
        problems.append(_problem(column, where, "has rows without a value", found))
    if column.is_unique and bool(values.duplicated().any()):
        twice = sorted({str(value) for value in values[values.duplicated()]})
        found = ", ".join(twice[:LISTED_AT_MOST])
        problems.append(_problem(column, where, "has values that occur twice", found))
    return problems


def _is_kind(values: pd.Series, kind: str) -> bool:
    if kind == "geometry":
        return str(values.dtype) == "geometry"
    if kind == "text" and str(values.dtype) in ("string", "str"):
        return True
    return values.dtype.kind in KINDS[kind]


def _problem(column: Column, where: Where, what: str, found: str, *, hint: str = "") -> SchemaError:
    expected = f"{column.kind} in {column.unit}" if column.unit else column.kind
    return SchemaError(
        f"column '{column.name}' {what}",
        where=where,
        expected=expected,
        found=found,
        next_step=hint or f"deliver the table with {column.name}, or correct city.toml",
    )
