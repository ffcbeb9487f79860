"""Values of a parsed JSON object by name and kind; what does not fit is a ReadError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siting.errors import ReadError, Where
from siting.load.words import say
from siting.model import Text


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object and its place in the file, for messages."""

    content: Mapping[str, Any]
    file: str
    place: str = ""

    def fault(self, key: str, expected: str, found: object) -> ReadError:
        """Return the error for a value that does not fit."""
        return ReadError(
            say("核查报告已损坏", "the report is damaged"),
            where=Where(file=self.file, layer=f"{self.place}.{key}".lstrip(".")),
            expected=expected,
            found=str(found)[:80],
            next_step=say(
                "重新生成报告：siting run 或 siting check --json",
                "write the report again: siting run, or siting check --json",
            ),
        )

    def _value(self, key: str, kinds: tuple[type, ...], expected: str) -> Any:  # noqa: ANN401
        if key not in self.content:
            raise self.fault(key, expected, say("缺失", "missing"))
        value = self.content[key]
        is_flag = isinstance(value, bool) and bool not in kinds
        if is_flag or not isinstance(value, kinds):
            raise self.fault(key, expected, repr(value))
        return value

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        return str(self._value(key, (str,), "a text"))

    def text_or_none(self, key: str) -> str | None:
        """Return a text; None when it is not recorded or null."""
        return None if self.content.get(key) is None else self.text(key)

    def number(self, key: str) -> float:
        """Return a number that must be there."""
        return float(self._value(key, (int, float), "a number"))

    def number_or_none(self, key: str) -> float | None:
        """Return a number; None when it is not recorded or null."""
        return None if self.content.get(key) is None else self.number(key)

    def count(self, key: str) -> int:
        """Return a whole number that must be there."""
        return int(self._value(key, (int,), "a whole number"))

    def count_or_none(self, key: str) -> int | None:
        """Return a whole number; None when it is not recorded."""
        return None if self.content.get(key) is None else self.count(key)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return bool(self._value(key, (bool,), "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._value(key, (list,), "a list of texts")
        for value in values:
            if not isinstance(value, str):
                raise self.fault(key, "a list of texts", repr(value))
        return tuple(values)

    def table(self, key: str) -> Fields:
        """Return an object within this one."""
        content = self._value(key, (dict,), "an object")
        return Fields(content, self.file, f"{self.place}.{key}".lstrip("."))

    def tables(self, key: str) -> list[Fields]:
        """Return a list of objects."""
        found = []
        for number, content in enumerate(self._value(key, (list,), "a list of objects")):
            place = f"{self.place}.{key}[{number}]".lstrip(".")
            if not isinstance(content, dict):
                raise self.fault(f"{key}[{number}]", "an object", repr(content))
            found.append(Fields(content, self.file, place))
        return found

    def bilingual(self, key: str = "") -> Text:
        """Return a text in two languages, from `key` or from this object itself."""
        entry = self.table(key) if key else self
        return Text(entry.text("zh"), entry.text("en"))
