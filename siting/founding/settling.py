"""All entries together: their columns, one set of districts, one ledger, names of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from siting.founding.columns import (
    Column,
    by_name,
    first_of,
    guessed_code,
    guessed_id,
    guessed_label,
    unique_of,
)  # fmt: skip
from siting.founding.entries import Entry, Picked, Sureness, Use
from siting.founding.ledger import NEEDED
from siting.founding.needs import CodeSystems, Needs, attributes_of
from siting.founding.standards import Standards, StandardTable
from siting.load.words import say

#: Digits of a district's code (county); a township has 9, a village 12.
DISTRICT_DIGITS = 6
#: Share of a layer's values that a table must hold to be worth joining.
SHARED_VALUES = 0.5
#: Columns by which nobody joins: they mean something else in each table.
_NO_KEYS = frozenset({"id", "name", "objectid", "fid", "type", "editdate", "globalid"})


def settle(
    entries: Sequence[Entry], known: Standards, *, needs: Needs, systems: CodeSystems
) -> tuple[Entry, ...]:
    """Complete the entries; none is dropped and their order stays.

    Parameters
    ----------
    entries
        As :func:`siting.founding.judging.judge` gave them.
    known
        ``names.toml``.
    needs, systems
        What the rules of the book look at.
    """
    full = [_with_columns(entry, known, needs, systems) for entry in entries]
    full = _one_district_layer(full)
    full = _one_ledger(full)
    full = _named(full)
    return tuple(_joinable(entry, full) for entry in full)


def _with_columns(entry: Entry, known: Standards, needs: Needs, systems: CodeSystems) -> Entry:
    if entry.use is Use.RED_LINES:
        return _red_line_columns(entry, known)
    if entry.use is not Use.LAYER and entry.use is not Use.UNKNOWN:
        return entry
    columns = entry.sight.columns
    table = next((each for each in known.tables if each.code == entry.source), None)
    id_column, notes = _id(columns, table, is_district=entry.role == "district")
    label = _label(columns, table, id_column.column if id_column else "")
    attributes, lacking = attributes_of(columns, needs.get(entry.role, {}), known)
    has_codes = entry.role in systems.roles or (table is not None and bool(table.code_column))
    return _checked_district(
        replace(
            entry,
            evidence=(*entry.evidence, *notes),
            id_column=id_column,
            name_column=label,
            columns=_kept(columns, table),
            code_column=_codes(columns, table, attributes),
            has_codes=has_codes,
            attributes=attributes,
            lacking=lacking,
        )
    )


def _id(
    columns: Sequence[Column], table: StandardTable | None, *, is_district: bool
) -> tuple[Picked | None, tuple[str, ...]]:
    """Choose the column that identifies a feature; say why a standard one does not."""
    notes: list[str] = []
    if table is not None:
        chosen = unique_of(columns, table.id)
        for name in table.id:
            column = by_name(columns, name)
            if column is not None and chosen is not None and column.name == chosen.name:
                return Picked(chosen.name, table.code, is_sure=True), tuple(notes)
            if column is not None and not column.is_unique:
                notes.append(_not_unique(column))
    guess = (guessed_code(columns) if is_district else None) or guessed_id(columns)
    if guess is None:
        return None, tuple(notes)
    reason = say(f"{guess.rows} 行各不相同", f"each of {guess.rows} rows has its own")
    return Picked(guess.name, reason), tuple(notes)


def _not_unique(column: Column) -> str:
    return say(
        f"{column.name} 有重复或空白（{column.rows} 行，{column.distinct} 个值），不作编号",
        f"{column.name} is blank or repeated ({column.rows} rows, {column.distinct} values): no id",
    )


def _label(columns: Sequence[Column], table: StandardTable | None, taken: str) -> Picked | None:
    if table is not None:
        column = first_of(columns, table.label)
        if column is not None:
            return Picked(column.name, table.code, is_sure=True)
    guess = guessed_label(columns, taken)
    return None if guess is None else Picked(guess.name, say("按列名", "by its name"))


def _kept(columns: Sequence[Column], table: StandardTable | None) -> tuple[str, ...]:
    if table is None:
        return ()
    found = (by_name(columns, name) for name in table.columns)
    return tuple(column.name for column in found if column is not None)


def _codes(
    columns: Sequence[Column], table: StandardTable | None, attributes: dict[str, Picked]
) -> Column | None:
    if "zone_code" in attributes:
        return by_name(columns, attributes["zone_code"].column)
    return None if table is None or not table.code_column else by_name(columns, table.code_column)


def _checked_district(entry: Entry) -> Entry:
    """Downgrade districts whose codes are those of townships or villages, or none at all."""
    if entry.role != "district" or entry.use is not Use.LAYER:
        return entry
    column = (
        None if entry.id_column is None else by_name(entry.sight.columns, entry.id_column.column)
    )
    digits = {len(value) for value in column.members if value.isdigit()} if column else set()
    if digits == {DISTRICT_DIGITS}:
        return entry
    if digits and min(digits) > DISTRICT_DIGITS:
        text = say(
            f"代码 {min(digits)} 位：是镇街或村，不是区",
            f"codes of {min(digits)} digits: townships or villages",
        )
    else:
        text = say("代码不是 6 位区划代码", "its codes are not those of districts (6 digits)")
    return replace(entry, sureness=Sureness.GUESSED, evidence=(*entry.evidence, text))


def _one_district_layer(entries: Sequence[Entry]) -> list[Entry]:
    """Keep one layer of districts in use: a city has one, and everything hangs on it."""
    chosen = min(
        (entry for entry in entries if entry.use is Use.LAYER and entry.role == "district"),
        key=_district_rank,
        default=None,
    )
    if chosen is None:
        return list(entries)
    name = _called(chosen)
    why = say(f"已用“{name}”作行政区", f"'{name}' serves as districts")
    return [
        replace(entry, is_active=False, why_idle=why)
        if entry.use is Use.LAYER and entry.role == "district" and entry is not chosen
        else entry
        for entry in entries
    ]


def _called(entry: Entry) -> str:
    sight = entry.sight
    return f"{sight.path.name} · {sight.sublayer}" if sight.sublayer else sight.path.name


def _district_rank(entry: Entry) -> tuple[bool, bool, bool, float, str]:
    """Order candidates: sure, of district codes, with an id, large in extent."""
    column = (
        None if entry.id_column is None else by_name(entry.sight.columns, entry.id_column.column)
    )
    has_codes = column is not None and {len(value) for value in column.members} == {DISTRICT_DIGITS}
    west, south, east, north = entry.sight.degrees or (0.0, 0.0, 0.0, 0.0)
    return (
        entry.sureness is not Sureness.SURE,
        not has_codes,
        column is None,
        -round((east - west) * (north - south), 6),
        str(entry.sight.path),
    )


def _red_line_columns(entry: Entry, known: Standards) -> Entry:
    columns = entry.sight.columns
    if entry.sight.is_table or entry.sureness is Sureness.SURE:  # a TXT names its plots itself
        return entry
    project = first_of(columns, known.red_lines.project)
    own = unique_of(columns, known.red_lines.id)
    by = say("按列名", "by its name")
    return replace(
        entry,
        id_column=None if own is None else Picked(own.name, by),
        name_column=None if project is None else Picked(project.name, by),
    )


def _one_ledger(entries: Sequence[Entry]) -> list[Entry]:
    """Keep one ledger in use: the one with the most fields and a row per project."""
    ledgers = [entry for entry in entries if entry.use is Use.LEDGER]
    if not ledgers:
        return list(entries)
    best = max(
        ledgers, key=lambda entry: (_has_own_ids(entry), len(entry.mapping), entry.sight.rows)
    )
    name = _called(best)
    why = say(f"已用“{name}”作台账", f"'{name}' serves as the ledger")
    return [
        replace(entry, is_active=False, why_idle=why)
        if entry.use is Use.LEDGER and entry is not best
        else entry
        for entry in entries
    ]


def _has_own_ids(entry: Entry) -> bool:
    column = by_name(entry.sight.columns, entry.mapping[NEEDED[0]])
    return column is not None and column.is_unique


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """Give each layer a name of its own: its role's, numbered where several share it."""
    counts = Counter(entry.role for entry in entries if entry.use is Use.LAYER and entry.is_active)
    seen: Counter[str] = Counter()
    named = []
    for entry in entries:
        number = counts[entry.role]
        if entry.use is not Use.LAYER or not entry.is_active:
            named.append(replace(entry, name=entry.role or entry.sight.name))
        elif number == 1:
            named.append(replace(entry, name=entry.role))
        else:
            seen[entry.role] += 1
            name = f"{entry.role}_{seen[entry.role]}"
            named.append(
                replace(entry, name=name, evidence=(*entry.evidence, _shared_role(number)))
            )
    return named


def _shared_role(number: int) -> str:
    return say(
        f"共 {number} 个图层是这个角色：同一整体的各部分写同一个 part_of；重复的只留一个",
        f"{number} layers have this role: parts of one whole need the same part_of, of doubles "
        "keep one",
    )


def _joinable(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """Note the tables that share a column, and most of its values, with a layer."""
    if entry.use is not Use.LAYER:
        return entry
    joins = []
    for other in entries:
        if other.use is not Use.TABLE:
            continue
        key = _shared(entry.sight.columns, other.sight.columns)
        if key:
            joins.append((key, other.sight.path, other.sight.sublayer))
    return replace(entry, joins=tuple(joins))


def _shared(columns: Sequence[Column], others: Sequence[Column]) -> str:
    """Return the first column of both whose values a table holds for the most part."""
    for column in columns:
        other = next((each for each in others if each.name == column.name), None)
        if other is None or column.name.lower() in _NO_KEYS or column.is_kinds:
            continue
        common = len(column.members & other.members)
        if common and common >= SHARED_VALUES * min(len(column.members), len(other.members)):
            return column.name
    return ""
