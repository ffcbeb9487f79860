"""What the columns of a layer hold, and which of them identifies and which names a feature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siting.load.values import text_of

if TYPE_CHECKING:
    import pandas as pd

    from siting.load.tables import Table

#: Distinct values that are kept of a column, to compare them with a rule's or a table's.
MOST_VALUES = 2000
#: Values that are shown.
SHOWN_VALUES = 6
#: A column with more different values than this is no list of kinds.
MOST_KINDS = 30
#: A district's code names files: short, without blanks.
LONGEST_CODE = 12
#: Names that a column of ids has; those of programs (FID, OBJECTID) change at each export.
_ID_NAME = re.compile(r"(bsm|bh|dm|code|id|no|编号|编码|代码|标识码)$", re.IGNORECASE)
_FLEETING = re.compile(r"^(fid|oid_?|objectid(_\d+)?|shape_.*|id_0)$", re.IGNORECASE)
_LABEL_NAME = re.compile(r"(mc|name|名称|名|label|title)$", re.IGNORECASE)
#: Measures of a feature that identify nothing, though each is different.
_MEASURE = re.compile(
    r"(area|leng|length|mj|面积|周长|长度|date|time|日期|时间|webpage|url|_x|_y)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how many rows fill it, how many different values, and some of them.

    ``shown`` are the most frequent values, ``members`` up to 2,000 in the order of the text.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    shown: tuple[str, ...]
    members: frozenset[str]

    @property
    def is_unique(self) -> bool:
        """True when each row has a value of its own."""
        return 0 < self.rows == self.filled == self.distinct

    @property
    def is_kinds(self) -> bool:
        """True when few values come again and again: a list of kinds or states."""
        return 0 < self.distinct <= MOST_KINDS and 2 * self.distinct <= max(self.filled, 2)


def profile_frame(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the profile of each column but the geometry, in the frame's order."""
    names = [name for name in frame.columns if name != "geometry"]
    return tuple(_profile(str(name), frame[name], len(frame)) for name in names)


def _profile(name: str, values: pd.Series, rows: int) -> Column:
    present = values[values.notna()]
    if present.dtype == object:
        present = present.map(text_of)
        present = present[present != ""]
    counts = present.value_counts(sort=False)
    texts = [text_of(value) for value in counts.index]
    return _column(name, rows, dict(zip(texts, counts.tolist(), strict=True)))


def profile_table(table: Table) -> tuple[Column, ...]:
    """Return the profile of each column of a table without geometry."""
    columns = []
    for name in table.columns:
        counts: dict[str, int] = {}
        for value in table.column(name):
            if value:
                counts[value] = counts.get(value, 0) + 1
        columns.append(_column(name, len(table.rows), counts))
    return tuple(columns)


def _column(name: str, rows: int, counts: dict[str, int]) -> Column:
    often = sorted(counts, key=lambda value: (-counts[value], value))
    return Column(
        name=name,
        rows=rows,
        filled=sum(counts.values()),
        distinct=len(counts),
        shown=tuple(often[:SHOWN_VALUES]),
        members=frozenset(sorted(counts)[:MOST_VALUES]),
    )


def by_name(columns: Iterable[Column], name: str) -> Column | None:
    """Return the column of that name, whatever the case."""
    return next((column for column in columns if column.name.upper() == name.upper()), None)


def first_of(columns: Sequence[Column], names: Iterable[str]) -> Column | None:
    """Return the first column that there is of `names`, in their order."""
    found = (by_name(columns, name) for name in names)
    return next((column for column in found if column is not None), None)


def unique_of(columns: Sequence[Column], names: Iterable[str]) -> Column | None:
    """Return the first column of `names` in which each row has a value of its own."""
    found = (by_name(columns, name) for name in names)
    return next((column for column in found if column is not None and column.is_unique), None)


def guessed_id(columns: Sequence[Column]) -> Column | None:
    """Return the column that looks most like an id: its own value in every row, and its name."""
    fit = [column for column in _own_values(columns) if _ID_NAME.search(column.name)]
    # the shortest name first: DKBH before SSXZQDM
    return min(fit, key=lambda column: (len(column.name), column.name), default=None)


def guessed_code(columns: Sequence[Column]) -> Column | None:
    """Return the column of short codes that could name files: districts are called by them."""
    fit = [
        column
        for column in _own_values(columns)
        if all(_is_code(value) for value in column.members)
    ]
    return min(fit, key=_length, default=None)


def _own_values(columns: Sequence[Column]) -> list[Column]:
    return [
        column
        for column in columns
        if column.is_unique
        and not _MEASURE.search(column.name)
        and not _FLEETING.match(column.name)
    ]


def _is_code(value: str) -> bool:
    return len(value) <= LONGEST_CODE and value.isascii() and value.replace("-", "").isalnum()


def _length(column: Column) -> tuple[int, str]:
    return max(len(value) for value in column.members), column.name


def guessed_label(columns: Sequence[Column], id_column: str) -> Column | None:
    """Return the column that looks most like the name that people know."""
    fit = [
        column
        for column in columns
        if column.filled
        and column.name != id_column
        and _LABEL_NAME.search(column.name)
        and not all(_is_number(value) for value in column.shown)
    ]
    return max(fit, key=lambda column: (column.filled, column.distinct, column.name), default=None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
