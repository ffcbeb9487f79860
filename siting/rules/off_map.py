"""Kind ``off_map``: matters that are never on a map here; the verdict is always *consult*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from siting.config import TableReader
from siting.model import NO_TEXT, Text
from siting.rules.base import Examination, Rule, Subject, Surroundings


@dataclass(frozen=True, kw_only=True)
class OffMapRule(Rule):
    """Sends every red line to an office by letter: military, minerals below, airports …

    Neither clear nor a fault. City-specific matters come from ``[[off_map]]`` of city.toml.
    """

    kind: ClassVar[str] = "off_map"

    letter: Text = NO_TEXT

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``letter``."""
        return {"letter": reader.bilingual("letter")}

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`: nothing is measured, the letter is noted."""
        del around
        seen = Examination()
        for subject in subjects:
            office_zh, office_en = self.route.office.get("zh"), self.route.office.get("en")
            letter_zh, letter_en = self.letter.get("zh"), self.letter.get("en")
            seen.note(
                subject.red_line.id,
                Text(
                    f"图上无此要素，须征求{office_zh}意见"
                    + (f"（{letter_zh}）" if letter_zh else ""),
                    f"never on a map here: consult {office_en}"
                    + (f" ({letter_en})" if letter_en else ""),
                ),
            )
        return seen
