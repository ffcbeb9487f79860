"""Records that a notebook shows: who writes them is said by name, for records know no HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Class of a record by its full name -> what writes it as HTML.
_WRITERS: dict[str, Callable[[Any], str]] = {}


def shown_by(kind: str, writer: Callable[[Any], str]) -> None:
    """Let `writer` show the records of a class, such as ``siting.model.findings.Report``."""
    _WRITERS[kind] = writer


class Shown:
    """A record that a notebook shows, where somebody has said how."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        kind = type(self)
        writer = _WRITERS.get(f"{kind.__module__}.{kind.__qualname__}")
        return None if writer is None else writer(self)
