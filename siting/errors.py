"""Errors of siting: each says what, where, expected, found, and the next step.

A planner reads these messages without the author at hand, so an error without a
next step is a defect. Problems of a batch are collected and raised once, as one
:class:`ProblemsError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem: file, layer within it, and feature within that."""

    file: str = ""
    layer: str = ""
    feature: str = ""

    def __str__(self) -> str:
        parts = (("file", self.file), ("layer", self.layer), ("feature", self.feature))
        return ", ".join(f"{label} {value}" for label, value in parts if value)


class SitingError(Exception):
    """Base of every error that siting raises on purpose.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    where
        File, layer and feature, as far as they are known.
    expected, found
        What should have been there and what was, in the user's own values.
    next_step
        What to do now.
    """

    #: exit status of the command line when this error ends a command
    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        where: Where | None = None,
        expected: str = "",
        found: str = "",
        next_step: str = "",
    ) -> None:
        self.what = what
        self.where = where or Where()
        self.expected = expected
        self.found = found
        self.next_step = next_step
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [self.what]
        for label, value in (
            ("where", str(self.where)),
            ("expected", self.expected),
            ("found", self.found),
            ("next step", self.next_step),
        ):
            if value:
                lines.append(f"  {label}: {value}")
        return "\n".join(lines)


class ConfigError(SitingError):
    """A city.toml or a rule book that cannot be used as it is written."""


class ReadError(SitingError):
    """A file that cannot be read, or not in full."""


class MissingCRSError(SitingError):
    """Coordinates without a declared coordinate reference system."""


class CRSMismatchError(SitingError):
    """Coordinates of different reference systems met in one operation."""


class SchemaError(SitingError):
    """A table without a column that it must have, or with values of another kind."""


class RuleError(SitingError):
    """A rule that contradicts itself or its own cases."""


class WriteError(SitingError):
    """An output that cannot be written; the file that was there is untouched."""


class ProblemsError(SitingError):
    """Several problems of one batch, raised once so that they are mended in one go."""

    def __init__(self, what: str, problems: Iterable[SitingError]) -> None:
        self.problems = tuple(problems)
        super().__init__(what, found=f"{len(self.problems)} problem(s)")

    def __str__(self) -> str:
        return "\n".join([self.what, *(f"- {problem}" for problem in self.problems)])


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the known word closest to `word`, or an empty text.

    Parameters
    ----------
    word
        The word that was not understood.
    known
        The words that would have been.
    """
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean '{matches[0]}'?" if matches else ""
