"""What is sought for whom, and what was made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.candidates import Wanted
from siting.model import Project, Release, SiteKind

#: Parcels that are looked at for one project, the most promising: bounds the work on any city.
PARCELS_LOOKED_AT = 3_000
#: Digits of an outline's hash that tell made sites on the same parcels apart.
ID_DIGITS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Errand:
    """A project, the land it wants, and the parcels it may have, the most promising first.

    ``rows`` are positions in the parcel table of what passes every filter but the area's and is
    offered to nobody.
    """

    project: Project
    wanted: Wanted
    rows: NDArray[np.int64]

    @property
    def looked_at(self) -> NDArray[np.int64]:
        """The first :data:`PARCELS_LOOKED_AT` of them."""
        return self.rows[:PARCELS_LOOKED_AT]

    @property
    def is_cut_short(self) -> bool:
        """True when there are more."""
        return len(self.rows) > PARCELS_LOOKED_AT


@dataclass(frozen=True, eq=False, slots=True)
class Made:
    """One outline that is no parcel; see :class:`siting.model.Site` for the fields.

    ``members`` are the parcels that it lies on, as positions in the parcel table.
    """

    kind: SiteKind
    members: tuple[int, ...]
    geometry: BaseGeometry
    lane_m2: float = 0.0
    is_exact: bool | None = None
    gap: float | None = None
    follows: tuple[str, ...] = ()
    release: Release = Release.PUBLIC

    def name(self, ids: tuple[str, ...]) -> str:
        """Return its id: the first parcel's, how many more, and what tells the outline."""
        first, more = ids[self.members[0]], len(self.members) - 1
        outline = shapely.to_wkb(shapely.normalize(self.geometry), byte_order=1)
        digits = hashlib.sha256(outline).hexdigest()[:ID_DIGITS]
        return f"{first}{f'+{more}' if more else ''}/{digits}"
