"""How to convert, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from siting.load.forensic.hypotheses import Place
from siting.model import Refusal


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """How to convert; every empty text leaves it to the source or the format.

    ``encoding`` is that of the target's texts, ``layer`` the source's layer, ``txt_variant``
    the form of a red-line TXT. ``accept`` is a hypothesis about the source's coordinates that
    the user has verified, ``place`` the city that bears it out.
    """

    to_crs: str = ""
    from_crs: str = ""
    layer: str = ""
    encoding: str = ""
    txt_variant: str = ""
    overwrite: bool = False
    accept: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the rows."""

    rows_in: int
    rows_written: int
    crs: str
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]
