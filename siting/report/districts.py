"""Which land lies in which district: the one rule that pages and packages cut by."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from siting.model import Nearness

#: Less of a surface (m²) or of a line (m) in a district is the digitising of its border …
MIN_SHARE = 1.0
#: … unless it is the greater part of something as small.
_GREATER_PART = 0.5


def share_within(geometry: BaseGeometry | None, area: BaseGeometry) -> float | None:
    """Return how much of `geometry` lies in `area`: m² of a surface, m of a line, else 0.

    None when it has no part there: a touch along the border is none, nor is less than
    :data:`MIN_SHARE` of something larger. A point counts when it lies inside.

    Parameters
    ----------
    geometry
        In the working CRS. An invalid outline is measured after ``make_valid``; what is
        handed over stays as delivered.
    area
        The district.
    """
    if geometry is None or geometry.is_empty or not shapely.intersects(area, geometry.envelope):
        return None
    dimension = int(shapely.get_dimensions(geometry))
    measure = {2: shapely.area, 1: shapely.length}.get(dimension)
    sound = geometry if geometry.is_valid else shapely.make_valid(geometry)
    if measure is None:
        return 0.0 if shapely.intersects(area, sound) else None
    share = float(measure(shapely.intersection(sound, area)))
    enough = min(MIN_SHARE, _GREATER_PART * float(measure(sound)))
    return share if share > 0 and share >= enough else None


def has_land_in(geometry: BaseGeometry, area: BaseGeometry) -> bool:
    """True when `geometry` has a part in `area`; see :func:`share_within`."""
    return share_within(geometry, area) is not None


def is_named_in(near: Nearness, area: BaseGeometry | None) -> bool:
    """True when the nearest feature may be named: its nearest point lies in `area` (None: all).

    A district learns how near something is, not what lies beyond its border.
    """
    if not near.feature_id:
        return False
    return area is None or (near.at is not None and has_land_in(near.at, area))
