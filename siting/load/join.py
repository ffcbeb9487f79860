"""Joining a table to a layer: tax rolls and supply lists come apart from the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from siting.errors import SitingError
from siting.load.contract import Findings
from siting.load.tables import read_table
from siting.load.texts import texts_of
from siting.load.values import BETWEEN_VALUES
from siting.load.words import one_line
from siting.schema import missing_columns

if TYPE_CHECKING:
    from siting.city import JoinSpec


def joined(table: pa.Table, spec: JoinSpec, found: Findings) -> pa.Table:
    """Return a layer's columns with those of a table beside them; the same rows and order.

    Parameters
    ----------
    table
        Columns of the layer; ``spec.on`` is matched with ``spec.key`` of the table, as text.
    spec
        ``join`` of city.toml.
    found
        Where problems (a missing column, an unreadable table) and notes go: how many
        features found no row, and how many found several (then distinct values are
        listed, sorted).
    """
    try:
        other = read_table(spec.path, sheet=spec.sheet)
    except SitingError as error:
        found.problems.append(one_line(error))
        return table
    wanted = (spec.key, *spec.columns)
    for name, hint in missing_columns(other.columns, wanted).items():
        found.problem(
            f"{spec.path.name} 缺少列 {name} {hint}",
            f"{spec.path.name} has no column '{name}' {hint}".rstrip(),
        )
    if found.problems or spec.on not in table.column_names:
        return table
    keys, values = other.column(spec.key), [other.column(name) for name in spec.columns]
    rows_of: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    matches = [rows_of.get(key, []) if key else [] for key in texts_of(table[spec.on]).to_pylist()]
    _tell(matches, spec.path.name, found)
    for name, column in zip(spec.columns, values, strict=True):
        texts = pa.array([_distinct(column, rows) for rows in matches], pa.string())
        table = (table.drop_columns([name]) if name in table.column_names else table).append_column(
            name, texts
        )
    return table


def _distinct(column: Sequence[str], rows: Sequence[int]) -> str:
    return BETWEEN_VALUES.join(sorted({column[row] for row in rows if column[row]}))


def _tell(matches: Sequence[Sequence[int]], name: str, found: Findings) -> None:
    bare = sum(not rows for rows in matches)
    several = sum(len(rows) > 1 for rows in matches)
    if bare:
        found.note(f"{bare} 个要素在 {name} 中没有记录", f"{bare} feature(s) have no row in {name}")
    if several:
        found.note(
            f"{several} 个要素在 {name} 中有多条记录，取不同值并列",
            f"{several} feature(s) have several rows in {name}; their distinct values are listed",
        )
