"""A layer's role: by its standard name and fields, else guessed from the words in its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from siting.city import built_in_roles
from siting.founding.entries import Entry, Sureness, Use
from siting.founding.ledger import judged_table
from siting.founding.matching import (
    TableMatch,
    WordMatch,
    tables_by_fields,
    tables_named,
    words_in,
)  # fmt: skip
from siting.founding.standards import Standards, standards
from siting.founding.survey import Sight
from siting.load.formats import Format
from siting.load.words import listed, say

#: What words point to that is no role.
RED_LINES = "#redlines"
OUTLINE = "#outline"
LEAST_RED_LINE_FIELDS = 2


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that may say what a layer is, and where it stands."""

    text: str
    zh: str
    en: str


def judge(sight: Sight, base: Path) -> Entry:
    """Return what is to be made of a layer, table or text.

    Parameters
    ----------
    sight
        What was seen of it.
    base
        The folder that was searched: the names of folders below it count as hints.
    """
    known = standards()
    if sight.problem:
        return _unread(sight, base, known)
    if sight.is_table:
        return judged_table(sight, known)
    if sight.file_format is Format.TXT:
        text = say(f"红线 TXT，{sight.rows} 个地块", f"a red-line TXT; plots: {sight.rows}")
        return Entry(sight, Use.RED_LINES, Sureness.SURE, evidence=(text,))
    if not sight.rows and not sight.columns:
        text = say("没有任何行", "it has 0 rows")
        return Entry(sight, Use.UNKNOWN, Sureness.UNKNOWN, evidence=(text,))
    return (
        _by_table(sight, known)
        or _by_words(sight, _own_names(sight), known)
        or _by_fields(sight, known)
        or _by_words(sight, _folder_names(sight, base), known)
        or _unknown(
            sight, (say("名称与字段都认不出", "neither name nor fields say what it is"),), ()
        )
    )


def _unread(sight: Sight, base: Path, known: Standards) -> Entry:
    """Return the entry of what cannot be read: the reason, and what its name says it is."""
    named = {match.table.role for match in tables_named(sight.name, (), known)}
    names = (*_own_names(sight), *_folder_names(sight, base))
    phrases = (words_in(name.text, known.words) for name in names)
    first = next((matches for matches in phrases if matches), [])
    roles = sorted({role for role in (*named, *(match.role for match in first)) if role})
    return Entry(
        sight,
        Use.UNREAD,
        Sureness.UNKNOWN,
        evidence=(sight.problem,),
        candidates=tuple(roles),
        is_active=False,
    )


def _by_table(sight: Sight, known: Standards) -> Entry | None:
    """Return the entry of a layer whose name is a standard table's."""
    named = tables_named(sight.name, sight.column_names, known)
    roles = {match.table.role for match in named}
    if not named:
        return None
    if len(roles) > 1 and not named[0].is_exact:
        texts = tuple(f"{each.table.code} ({each.table.title})" for each in named)
        reason = say(
            f"名称中有多个标准表名：{listed(texts)}", "its name bears several standard names"
        )
        return _unknown(sight, (reason,), sorted(role for role in roles if role))
    match = named[0]
    table = match.table
    rival = _rival(match, sight, known)
    evidence = _table_evidence(match)
    if not table.role:
        return _unknown(sight, evidence, table.maybe, source=table.source)
    if rival is not None:
        text = say(
            f"字段却像 {rival.table.code}", f"but its fields are those of {rival.table.code}"
        )
        return _unknown(sight, (*evidence, text), sorted({table.role, rival.table.role}))
    is_sure = match.has_fields and not table.is_never_sure
    entry = Entry(
        sight,
        Use.LAYER,
        Sureness.SURE if is_sure else Sureness.GUESSED,
        table.role,
        (*evidence, *([table.note] if table.note else [])),
        source=table.code,
    )
    return _fitting(entry)


def _rival(match: TableMatch, sight: Sight, known: Standards) -> TableMatch | None:
    """Return the table of another role that the fields point to, where the name's do not fit."""
    if match.has_fields:
        return None
    others = tables_by_fields(sight.column_names, known)
    is_backed = any(other.table.role == match.table.role for other in others)
    return None if is_backed or not others else others[0]


def _table_evidence(match: TableMatch) -> tuple[str, ...]:
    table = match.table
    fields = listed(match.fields) or "-"
    certainty = f"{table.source} [{table.certainty}]"
    name = table.code if match.is_exact else f"…{table.code}…"
    return (
        say(f"名称 {name}（{table.title}），字段 {fields}", f"name {name}, fields {fields}"),
        certainty,
    )


def _by_words(sight: Sight, names: Iterable[_Name], known: Standards) -> Entry | None:
    """Return the entry of a layer whose name bears words for a role."""
    entries = (
        *known.words,
        replace(known.red_lines.words, role=RED_LINES),
        replace(known.outline, role=OUTLINE),
    )
    for name in names:
        matches = words_in(name.text, entries)
        if matches:
            return _of_words(sight, matches, name, known)
    return None


def _own_names(sight: Sight) -> Iterator[_Name]:
    if sight.sublayer:
        yield _Name(sight.sublayer, "图层名", "the layer's name")
    yield _Name(sight.path.stem, "文件名", "the file's name")


def _folder_names(sight: Sight, base: Path) -> Iterator[_Name]:
    """Yield the names of the folders between `base` and the file, the nearest first."""
    if sight.path.is_relative_to(base):
        for folder in reversed(sight.path.relative_to(base).parts[:-1]):
            yield _Name(folder, "文件夹名", "the folder's name")


def _of_words(sight: Sight, matches: Sequence[WordMatch], name: _Name, known: Standards) -> Entry:
    fitting = [match for match in matches if not match.role or _takes(match.role, sight.kinds)]
    roles = list(dict.fromkeys(match.role for match in fitting if match.role))
    phrases = listed(f"“{match.phrase}”" for match in (fitting or matches))
    evidence = say(f"{name.zh}中的{phrases}", f"{phrases} in {name.en}")
    if not fitting:
        return _wrong_kind(sight, matches[0].role, evidence)
    if not fitting[0].role or not roles:
        text = say("siting 没有这种图层的角色", "siting has no role for this")
        return _unknown(sight, (evidence, text), roles)
    if len(roles) > 1:
        text = say("名称可作几种理解", "the name can be understood in several ways")
        return _unknown(sight, (evidence, text), [role for role in roles if role[0] != "#"])
    return _guessed(sight, fitting[0], evidence, known)


def _guessed(sight: Sight, match: WordMatch, evidence: str, known: Standards) -> Entry:
    notes = (evidence, match.note) if match.note else (evidence,)
    if match.role == RED_LINES:
        return Entry(sight, Use.RED_LINES, Sureness.GUESSED, evidence=notes)
    if match.role == OUTLINE:
        return Entry(sight, Use.OUTLINE, Sureness.GUESSED, evidence=notes, is_active=False)
    others = tables_by_fields(sight.column_names, known)
    if others and all(other.table.role != match.role for other in others):
        rival = others[0].table
        text = say(f"字段却像 {rival.code}", f"but its fields are those of {rival.code}")
        return _unknown(sight, (*notes, text), sorted({match.role, rival.role}))
    return Entry(sight, Use.LAYER, Sureness.GUESSED, match.role, notes)


def _by_fields(sight: Sight, known: Standards) -> Entry | None:
    """Return the entry of a layer whose name says nothing, by its fields."""
    lines = known.red_lines
    columns = {column.upper(): column for column in sight.column_names}
    fields = [columns[name.upper()] for name in lines.fields if name.upper() in columns]
    has_project = any(name.upper() in columns for name in lines.project)
    is_drawing = sight.file_format is Format.DXF
    if "polygon" in sight.kinds and (
        is_drawing or (has_project and len(fields) >= LEAST_RED_LINE_FIELDS)
    ):
        what = say("DXF 图形", "a drawing") if is_drawing else say("字段", "fields")
        text = f"{what} {listed(fields)}".strip()
        return Entry(sight, Use.RED_LINES, Sureness.GUESSED, evidence=(text,))
    if "raster" in sight.kinds and sight.bands == 1:
        text = say("单波段栅格，名称未说明", "one band, and its name says nothing")
        return _unknown(sight, (text,), ("dem",))
    matches = tables_by_fields(sight.column_names, known)
    if not matches:
        return None
    best = matches[0]
    evidence = (
        say(f"字段 {listed(best.fields)}", f"fields {listed(best.fields)}"),
        f"{best.table.code}: {best.table.source} [{best.table.certainty}]",
    )
    roles = sorted({match.table.role for match in matches})
    if len(roles) > 1:
        return _unknown(sight, evidence, roles)
    entry = Entry(
        sight, Use.LAYER, Sureness.GUESSED, best.table.role, evidence, source=best.table.code
    )
    return _fitting(entry)


def _takes(role: str, kinds: Sequence[str]) -> bool:
    if role.startswith("#"):
        return "polygon" in kinds
    return not kinds or bool(set(built_in_roles()[role].geometry) & set(kinds))


def _fitting(entry: Entry) -> Entry:
    """Return the entry, or an unknown one where the role takes no geometry of that kind."""
    if _takes(entry.role, entry.sight.kinds):
        return entry
    return _wrong_kind(entry.sight, entry.role, "; ".join(entry.evidence))


def _wrong_kind(sight: Sight, role: str, evidence: str) -> Entry:
    needed = "polygon" if role.startswith("#") else " | ".join(built_in_roles()[role].geometry)
    kinds = " | ".join(sight.kinds) or "-"
    label = role.removeprefix("#")
    text = say(
        f"名称指向 {label}，但图形是 {kinds}，该角色要 {needed}",
        f"it is called {label}, but holds {kinds} where {needed} is needed",
    )
    return _unknown(sight, (evidence, text), ())


def _unknown(
    sight: Sight, evidence: Sequence[str], candidates: Sequence[str], *, source: str = ""
) -> Entry:
    return Entry(
        sight,
        Use.UNKNOWN,
        Sureness.UNKNOWN,
        evidence=tuple(text for text in evidence if text),
        candidates=tuple(candidates),
        source=source,
        is_active=False,
    )
