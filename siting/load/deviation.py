"""Where a text departs from its standard form: what was expected, what was found, on which line.

In tolerant reading a deviation goes into the notes of the red line; in strict reading every
one of them is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from siting.errors import ReadError, Where
from siting.load.words import say
from siting.model import Text

#: How much of a faulty line a message shows.
SHOWN_CHARACTERS = 80


class DeviationKind(StrEnum):
    """What a deviation is about; docs/red-line-txt.md explains each to planners."""

    ENCODING = "encoding"
    SECTION = "section"
    HEADER = "header"
    DATUM = "datum"
    PLOT_LINE = "plot_line"
    AREA = "area"
    POINT_LINE = "point_line"
    POINT_COUNT = "point_count"
    FULL_WIDTH = "full_width"
    OTHER_TEXT = "other_text"
    CLOSING = "closing"
    RING = "ring"
    AXES = "axes"
    PLACE = "place"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure from the standard form, or several of one kind in one plot.

    ``line`` is the first line that shows it (1 for the first line of the file, 0 where no
    line can be named), ``count`` how many do.
    """

    line: int
    kind: DeviationKind
    text: Text
    expected: str = ""
    found: str = ""
    count: int = 1

    def note(self) -> str:
        """Return the deviation as one line in Chinese and English."""
        zh = f"第 {self.line} 行：" if self.line else ""
        en = f"line {self.line}: " if self.line else ""
        values_zh, values_en = self._values()
        more_zh = f"，共 {self.count} 行" if self.count > 1 else ""
        more_en = f", {self.count} lines" if self.count > 1 else ""
        return say(
            f"{zh}{self.text.zh}{values_zh}{more_zh}", f"{en}{self.text.en}{values_en}{more_en}"
        )

    def error(self, file: str) -> ReadError:
        """Return the deviation as the error that it is in strict reading."""
        where = f"line {self.line}" if self.line else ""
        return ReadError(
            say(self.text.zh, self.text.en),
            where=Where(file=file, layer=self.kind.value, feature=where),
            expected=self.expected,
            found=self.found,
            next_step=say("更正该处，或按宽松方式读取", "mend it, or read without strict"),
        )

    def _values(self) -> tuple[str, str]:
        zh = [f"应为 {self.expected}"] if self.expected else []
        en = [f"expected {self.expected}"] if self.expected else []
        if self.found:
            zh.append(f"实为 {self.found}")
            en.append(f"found {self.found}")
        return (f"（{'，'.join(zh)}）", f" ({', '.join(en)})") if zh else ("", "")


class Deviations(list[Deviation]):
    """Deviations in the order met; what one plot shows line by line is counted, not repeated."""

    def add(
        self,
        line: int,
        kind: DeviationKind,
        text: Text,
        *,
        expected: str = "",
        found: str = "",
    ) -> None:
        """Remember a deviation, or count it with an earlier one of the same words."""
        for position, known in enumerate(self):
            if known.kind is kind and known.text == text:
                self[position] = replace(known, count=known.count + 1)
                return
        self.append(Deviation(line, kind, text, expected, found[:SHOWN_CHARACTERS]))


def notes_of(deviations: Iterable[Deviation]) -> list[str]:
    """Return the deviations as notes, each once, in order."""
    return list(dict.fromkeys(deviation.note() for deviation in deviations))
