"""A layer's name and fields against the standard names and the words of ``names.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from siting.founding.standards import Standards, StandardTable, Words

#: Shares of a standard table's fields from which the fields alone point to it.
TELLING_SHARE = 0.4
TELLING_FIELDS = 3
#: Fields that nearly every table of the standards has: they tell nothing by themselves.
GENERAL_FIELDS = frozenset({"BSM", "YSDM", "XZQDM", "XZQMC", "MJ", "MC", "ZL"})
LEAST_OWN_FIELDS = 2
#: A table's code of fewer letters is met by chance inside another name.
LEAST_LETTERS = 4
_LETTERS = re.compile(r"[A-Z]+")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
#: What stands around a table's code: the district's number, a year, separators.
_AROUND = re.compile(r"^[\d_\-. ]+|[\d_\-. ]+$")


@dataclass(frozen=True, slots=True)
class TableMatch:
    """A standard table that a layer may be.

    ``is_exact``: the name is the table's code but for numbers around it.
    """

    table: StandardTable
    fields: tuple[str, ...]
    is_exact: bool = False

    @property
    def has_fields(self) -> bool:
        """True when enough of the table's fields are there to confirm its name."""
        return len(self.fields) >= self.table.least


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A phrase found in a name; ``span`` is where, so that nested phrases do not count twice."""

    role: str
    phrase: str
    span: tuple[int, int]
    note: str = ""


def tables_named(name: str, columns: Sequence[str], known: Standards) -> list[TableMatch]:
    """Return the standard tables whose code stands in `name`, those of whole names first."""
    upper = _AROUND.sub("", name.upper())
    runs = _LETTERS.findall(upper)
    matches = []
    for table in known.tables:
        is_exact = upper in table.codes
        is_inside = any(code in runs and len(code) >= LEAST_LETTERS for code in table.codes)
        if is_exact or is_inside:
            matches.append(TableMatch(table, fields_of(table, columns), is_exact=is_exact))
    return sorted(matches, key=lambda match: not match.is_exact)


def tables_by_fields(columns: Sequence[str], known: Standards) -> list[TableMatch]:
    """Return the standard tables whose fields a layer has, the best first."""
    matches = []
    for table in known.tables:
        fields = fields_of(table, columns)
        is_telling = len(fields) >= max(TELLING_FIELDS, TELLING_SHARE * len(table.fields))
        if table.role and is_telling and not _are_general(fields):
            matches.append(TableMatch(table, fields))
    return sorted(matches, key=lambda match: -len(match.fields) / len(match.table.fields))


def _are_general(fields: Sequence[str]) -> bool:
    return len(set(fields) - GENERAL_FIELDS) < LEAST_OWN_FIELDS


def fields_of(table: StandardTable, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the table's fields that a layer has, in the table's order."""
    upper = {column.upper() for column in columns}
    return tuple(field for field in table.fields if field in upper)


def words_in(name: str, entries: Iterable[Words]) -> list[WordMatch]:
    """Return the phrases found in `name` that lie in no longer one, the longest first."""
    parts = [_stem(part) for part in _WORDS.findall(name)]
    found = []
    for entry in entries:
        found += [_spot(entry, phrase, name.find(phrase)) for phrase in entry.zh if phrase in name]
        for phrase in entry.en:
            wanted = [_stem(part) for part in _WORDS.findall(phrase)]
            start = _position(wanted, parts)
            if start is not None:
                # words count from beyond the name, so that they never nest in Chinese ones
                begin = len(name) + sum(len(part) for part in parts[:start])
                span = (begin, begin + sum(len(part) for part in wanted))
                found.append(WordMatch(entry.role, phrase, span, entry.note))
    outer = [match for match in found if not any(_holds(other, match) for other in found)]
    longest = sorted(outer, key=_rank)
    once = {(match.role, match.span): match for match in reversed(longest)}
    return [match for match in longest if once[match.role, match.span] is match]


def _rank(match: WordMatch) -> tuple[int, bool, str]:
    """Order: the longest phrase first, one without a role after its equals."""
    return match.span[0] - match.span[1], not match.role, match.role


def _spot(entry: Words, phrase: str, start: int) -> WordMatch:
    return WordMatch(entry.role, phrase, (start, start + len(phrase)), entry.note)


def _stem(word: str) -> str:
    lower = word.lower()
    if lower.endswith("ies"):
        return lower[:-3] + "y"
    return lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower


def _position(wanted: Sequence[str], parts: Sequence[str]) -> int | None:
    size = len(wanted)
    return next(
        (start for start in range(len(parts) - size + 1) if parts[start : start + size] == wanted),
        None,
    )


def _holds(outer: WordMatch, inner: WordMatch) -> bool:
    """True when `inner` lies within a longer phrase."""
    return (
        outer.span != inner.span
        and outer.span[0] <= inner.span[0]
        and inner.span[1] <= outer.span[1]
    )
