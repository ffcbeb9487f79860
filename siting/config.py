"""Reading TOML strictly: every unknown key and wrong kind is collected, with the nearest match.

city.toml and the rule books go through here, so both give the same kind of message.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from siting.errors import ConfigError, ProblemsError, ReadError, SitingError, Where, nearest
from siting.model import Text

_T = TypeVar("_T")
_KIND_NAMES = {
    str: "a text",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    dt.date: "a date such as 2026-03-01",
    list: "a list",
    dict: "a table",
}


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    ReadError
        When there is no such file or it cannot be read as UTF-8.
    ConfigError
        When it is not TOML; the message bears line and column.
    """
    where = Where(file=path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ReadError(
            f"there is no file '{path}'", where=where, next_step="check the path"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(
            f"'{path.name}' cannot be read",
            where=where,
            expected="a readable file in UTF-8",
            found=str(error),
            next_step="check the permissions, or save the file as UTF-8",
        ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"'{path.name}' is not valid TOML",
            where=where,
            found=str(error),
            next_step="mend the named line",
        ) from error


class TableReader:
    """Takes the keys out of one TOML table and remembers what was wrong.

    Parameters
    ----------
    table
        The table's content.
    file, place
        For messages: the file's name and the table's place in it (``layer 'roads'``).
    problems
        The list that all readers of one file share; see :meth:`raise_problems`.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        *,
        file: str,
        place: str = "",
        problems: list[SitingError] | None = None,
    ) -> None:
        self._table = table
        self._taken: list[str] = []
        self._asked: list[str] = []
        self.file = file
        self.place = place
        self.problems: list[SitingError] = [] if problems is None else problems

    def __contains__(self, key: str) -> bool:
        # an optional key is known, and so the nearest match of a misspelt one, though absent
        self._asked.append(key)
        return key in self._table

    def names(self) -> list[str]:
        """Return the keys of the table, in the order of the file."""
        return list(self._table)

    def is_text(self, key: str) -> bool:
        """True when the value of `key` is a text (not taken by asking)."""
        return isinstance(self._table.get(key), str)

    def is_table(self, key: str) -> bool:
        """True when the value of `key` is a table (not taken by asking)."""
        return isinstance(self._table.get(key), dict)

    def problem(self, what: str, *, expected: str = "", found: str = "", next_step: str) -> None:
        """Remember one problem of this table."""
        where = Where(file=self.file, layer=self.place)
        self.problems.append(
            ConfigError(what, where=where, expected=expected, found=found, next_step=next_step)
        )

    def _take(self, key: str, kind: type[_T], default: _T | None, *, required: bool) -> _T | None:
        self._taken.append(key)
        if key not in self._table:
            if required:
                self.problem(
                    f"'{key}' is missing",
                    expected=_KIND_NAMES[kind],
                    next_step=f"add {key} = … to {self.place or 'the file'}",
                )
            return default
        value = self._table[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        is_wrong_bool = isinstance(value, bool) and kind is not bool
        is_datetime = kind is dt.date and isinstance(value, dt.datetime)
        if not isinstance(value, kind) or is_wrong_bool or is_datetime:
            self.problem(
                f"'{key}' is of the wrong kind",
                expected=_KIND_NAMES[kind],
                found=repr(value),
                next_step=f"correct {key}",
            )
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Return a text, stripped."""
        return (self._take(key, str, default, required=required) or default).strip()

    def number(self, key: str, default: float | None = None) -> float | None:
        """Return a number or the default."""
        return self._take(key, float, default, required=False)

    def whole(self, key: str, default: int | None = None) -> int | None:
        """Return a whole number or the default."""
        return self._take(key, int, default, required=False)

    def flag(self, key: str, default: bool | None = None) -> bool | None:  # noqa: FBT001
        """Return true, false or the default."""
        return self._take(key, bool, default, required=False)

    def date(self, key: str) -> dt.date | None:
        """Return a date or None."""
        return self._take(key, dt.date, None, required=False)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        if isinstance(self._table.get(key), str):
            self._taken.append(key)
            return (str(self._table[key]),)
        values = self._take(key, list, None, required=False) or []
        wrong = [value for value in values if not isinstance(value, str)]
        if wrong:
            self.problem(
                f"'{key}' holds what is not a text",
                expected="a list of texts",
                found=repr(wrong[0]),
                next_step=f"put each value of {key} in quotes",
            )
        return tuple(value for value in values if isinstance(value, str))

    def pairs(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return a list of pairs of numbers, such as ``[[0, 1.0], [500, 0.0]]``."""
        values = self._take(key, list, None, required=False) or []
        wrong = [value for value in values if not _is_pair(value)]
        if wrong:
            self.problem(
                f"'{key}' holds what is not a pair of numbers",
                expected="pairs such as [500, 0.5]",
                found=repr(wrong[0]),
                next_step=f"write each part of {key} as two numbers in brackets",
            )
        return tuple((float(first), float(second)) for first, second in filter(_is_pair, values))

    def rows(self, key: str) -> tuple[tuple[float | str, ...], ...]:
        """Return a list of lists of numbers and texts, such as ``[[1, 3], ["1/3", 1]]``."""
        values = self._take(key, list, None, required=False) or []
        wrong = [value for value in values if not _is_row(value)]
        if wrong:
            self.problem(
                f"'{key}' holds what is not a row of numbers and texts",
                expected="rows such as [1, '1/3', 5]",
                found=repr(wrong[0]),
                next_step=f"write each row of {key} as numbers or texts in brackets",
            )
        return tuple(tuple(value) for value in values if _is_row(value))

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """Return one of the known words."""
        words = list(known)
        value = self.text(key, default)
        if value not in words:
            self.problem(
                f"'{key}' has an unknown value",
                expected=" | ".join(words),
                found=value,
                next_step=nearest(value, words) or f"choose one of the values of {key}",
            )
            return default
        return value

    def bilingual(self, key: str, default: str = "", *, required: bool = False) -> Text:
        """Return `key` and `key`_en as one Text."""
        return Text(self.text(key, default, required=required), self.text(f"{key}_en"))

    def table(self, key: str) -> TableReader:
        """Return a reader of a sub-table, empty when it is absent."""
        value = self._take(key, dict, {}, required=False) or {}
        place = f"{self.place}.{key}" if self.place else f"[{key}]"
        return TableReader(value, file=self.file, place=place, problems=self.problems)

    def tables(self, key: str, *, label: str = "name") -> list[TableReader]:
        """Return a reader for each table of an array; `label` names it in messages."""
        values = self._take(key, list, [], required=False) or []
        readers = []
        for position, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                self.problem(
                    f"'{key}' number {position} is no table",
                    expected=f"[[{key}]]",
                    found=repr(value),
                    next_step=f"write each {key} as [[{key}]]",
                )
                continue
            name = value.get(label, "")
            place = f"{self.place} {key} {position}".strip() + (f" '{name}'" if name else "")
            readers.append(TableReader(value, file=self.file, place=place, problems=self.problems))
        return readers

    def rest(self) -> dict[str, Any]:
        """Return all keys not taken so far, and count them as taken (free-form tables)."""
        rest = {key: value for key, value in self._table.items() if key not in self._taken}
        self._taken.extend(rest)
        return rest

    def finish(self) -> None:
        """Remember a problem for each key that nobody asked for, with the nearest known one."""
        known = sorted({*self._taken, *self._asked})
        for key in self._table:
            if key not in self._taken:
                self.problem(
                    f"unknown key '{key}'",
                    expected=", ".join(known),
                    found=key,
                    next_step=nearest(key, known) or f"remove {key}",
                )

    def raise_problems(self) -> None:
        """Raise everything that was remembered, once.

        Raises
        ------
        ConfigError, ProblemsError
            One problem as itself, several together.
        """
        raise_collected(f"'{self.file}' cannot be used", self.problems)


def _is_pair(value: object) -> bool:
    """True for a list of two numbers; true and false are none."""
    if not isinstance(value, list) or len(value) != 2:
        return False
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)


def _is_row(value: object) -> bool:
    """True for a list of numbers and texts; true and false are neither."""
    return isinstance(value, list) and all(
        isinstance(each, int | float | str) and not isinstance(each, bool) for each in value
    )


def raise_collected(what: str, problems: Sequence[SitingError]) -> None:
    """Raise one problem as itself and several as one :class:`ProblemsError`."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ProblemsError(what, problems)
