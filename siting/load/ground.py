"""What all layers of a city are loaded onto."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from siting.load.forensic.hypotheses import Place

if TYPE_CHECKING:
    from siting.city import LocalSystem
    from siting.load.kept import Shelf


@dataclass(frozen=True, slots=True)
class Ground:
    """What all layers of a city are loaded onto."""

    crs: str
    as_of: dt.date
    base: Path
    neighbourhood: BaseGeometry | None = None
    outline: BaseGeometry | None = None
    systems: tuple[LocalSystem, ...] = ()
    extra_columns: Mapping[str, tuple[str, ...]] | None = None
    """Columns to keep besides those of city.toml, per role."""
    shelf: Shelf | None = None
    """Where loaded layers are kept; None to load each from its files."""

    @property
    def place(self) -> Place | None:
        """The city as evidence for what coordinates are; None before anything of it is known."""
        if self.neighbourhood is None:
            return None
        return Place(self.crs, self.neighbourhood, self.outline, self.systems)

    def shown(self, path: Path) -> str:
        """Return a path for people: relative to city.toml, or the bare name outside its folder."""
        if path.is_relative_to(self.base):
            return path.relative_to(self.base).as_posix()
        return path.name
