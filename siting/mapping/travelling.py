"""How a page's rows travel: as columns, and what is equal once.

A thousand red lines have the same twelve rules, and say of most of them the same word. The scene
(:mod:`siting.mapping.scene`) holds plain rows; here they become tables that the page's script
(``31-tables.js``) makes the same rows of. A table is ``{"rows": how many, "columns": {name: …}}``
(of rows that go by an id also ``"keys"``), and a column one of

- a list: a value per row;
- ``{"of": values, "at": text}``: each value once, and per row its number from 1, 0 for a row that
  does not have the column;
- ``{"counts": text, "table": table}``: lists of rows, one after the other; per row one more than
  its list is long, 0 for none. With ``"at"`` the table has each row once, and ``at`` their numbers
  from 0. With ``"tuple": true`` each row stands for the list of its values.

Texts are numbers as in :mod:`siting.mapping.packing`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar, cast

import numpy as np

from siting.mapping.background import Payload
from siting.mapping.packing import signs_of

#: Parts of the scene that travel as tables: findings, red lines, and rows that go by an id.
FOUND, LINES, KEYED = "findings", "redLines", ("projects", "searches", "repairs")
#: Values are told once where at most so many of them differ.
SHARE_OF_KINDS = 0.6
_ABSENT = object()

Rows = Sequence[Payload]
_Value = TypeVar("_Value")


def travelling(payload: Payload) -> Payload:
    """Return what of a scene's payload goes into the page; `payload` stays as it is.

    Findings lose their ids, which are long and which nobody reads: verdicts name them by place.
    """
    by_id = {name: _by_id(payload[name]) for name in (FOUND, *KEYED) if name in payload}
    number = {finding_id: at for at, finding_id in enumerate(by_id.pop(FOUND, {}))}
    tables: Payload = {
        name: {"keys": list(rows), **table_of(list(rows.values()))} for name, rows in by_id.items()
    }
    if FOUND in payload:
        tables[FOUND] = table_of(list(_by_id(payload[FOUND]).values()))
    if LINES in payload:
        tables[LINES] = table_of([_numbered(line, number) for line in _listed(payload[LINES])])
    return {**payload, **tables}


def _numbered(line: Payload, number: Mapping[str, int]) -> Payload:
    verdicts = [
        {**verdict, "findings": [number[each] for each in _listed(verdict["findings"])]}
        if "findings" in verdict
        else verdict
        for verdict in _listed(line["verdicts"])
    ]
    return {**line, "verdicts": verdicts}


def _by_id(rows: object) -> dict[str, Payload]:
    return cast("dict[str, Payload]", rows)


def _listed(values: object) -> list[Any]:
    return cast("list[Any]", values)


def table_of(rows: Rows) -> Payload:
    """Return rows as a table; each column is there in the order of its first appearance."""
    names = dict.fromkeys(itertools.chain.from_iterable(rows))
    columns = {name: _column([row.get(name, _ABSENT) for row in rows]) for name in names}
    return {"rows": len(rows), "columns": columns}


def _column(values: Sequence[object]) -> object:
    present = [value for value in values if value is not _ABSENT]
    if _are_lists(present):
        members = list(itertools.chain.from_iterable(present))
        if members and all(isinstance(each, dict) for each in members):
            return {"counts": _counts(values), **_once(cast("Rows", members))}
        if _are_lists(members) and len({len(each) for each in members}) == 1 and members[0]:
            rows = [{str(at): part for at, part in enumerate(each)} for each in members]
            return {"counts": _counts(values), "tuple": True, **_once(rows)}
    numbers, kinds = _kinds(present)
    if len(present) == len(values) and len(kinds) > SHARE_OF_KINDS * len(values):
        return list(values)
    numbered = iter(numbers)
    return {"of": kinds, "at": _text(0 if v is _ABSENT else next(numbered) + 1 for v in values)}


def _are_lists(values: Sequence[object]) -> TypeGuard[Sequence[list[object]]]:
    return bool(values) and all(isinstance(value, list) for value in values)


def _counts(values: Sequence[object]) -> str:
    return _text(len(value) + 1 if isinstance(value, list) else 0 for value in values)


def _once(rows: Rows) -> Payload:
    numbers, kinds = _kinds(rows)
    if len(kinds) > SHARE_OF_KINDS * len(rows):
        return {"table": table_of(rows)}
    return {"at": _text(numbers), "table": table_of(kinds)}


def _kinds(values: Sequence[_Value]) -> tuple[list[int], list[_Value]]:
    """Return the number of each value among those that differ, and these in order."""
    found: dict[object, tuple[int, _Value]] = {}
    numbers = [found.setdefault(_key(value), (len(found), value))[0] for value in values]
    return numbers, [value for _, value in found.values()]


def _key(value: object) -> object:
    """Return what is equal for values that JSON writes alike, and for no others."""
    return value if isinstance(value, str) else (json.dumps(value, ensure_ascii=False),)


def _text(numbers: Iterable[int]) -> str:
    return signs_of(np.fromiter(numbers, dtype=np.int64))
