"""A set of parcels as one outline: hairlines closed, lanes taken in and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.assembly.adjacency import LANE_WIDTH_M
from siting.assembly.ground import Ground
from siting.overlay.kernel.layout import Geometries

#: Where hairlines or lanes were closed, vertices stand on the survey's millimetre.
SURVEY_GRID_M = 0.001
#: Ground between parcels that is smaller than this is a hairline, not worth a word.
LANE_WORTH_NAMING_M2 = 1.0
#: How much more than the lane is closed, so that rounding leaves no crack.
_SPARE_M = 0.01


@dataclass(frozen=True, eq=False, slots=True)
class Assembly:
    """One site put together: which parcels, its outline, and what lies between them.

    ``members`` are positions among the shapes given; ``lane_m2`` is the ground of lanes that the
    outline takes in, which is nobody's parcel and has to be closed first.
    """

    members: tuple[int, ...]
    geometry: BaseGeometry
    area_m2: float
    lane_m2: float
    perimeter_m: float
    owners: int
    cost: float

    @property
    def compactness(self) -> float:
        """4πA/P² (Polsby and Popper 1991)."""
        return float(4 * np.pi * self.area_m2 / self.perimeter_m**2)


def outline(
    shapes: Geometries, ground: Ground, *, lane_width_m: float = LANE_WIDTH_M
) -> BaseGeometry | None:
    """Return the one polygon that parcels make; None when they do not make one.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.
    ground
        All parcels: what lies on one that is not among the shapes is not taken in.
    lane_width_m
        Ground between two of them up to this width is taken in.
    """
    union: BaseGeometry = shapely.union_all(shapes)
    if isinstance(union, shapely.Polygon) and not union.interiors:
        return union
    between = _between(shapes, union, lane_width_m)
    between = between[ground.is_free(between)] if len(between) else between
    if len(between):
        union = shapely.union_all(np.array([union, *between]), grid_size=SURVEY_GRID_M)
    return union if isinstance(union, shapely.Polygon) and union.is_valid else None


def _between(shapes: Geometries, union: BaseGeometry, lane_width_m: float) -> Geometries:
    """Return the pieces of ground that lie between at least two of the parcels."""
    reach = lane_width_m / 2 + _SPARE_M
    grown = shapely.buffer(union, reach, join_style="mitre", mitre_limit=2.0)
    closed = shapely.buffer(grown, -reach, join_style="mitre", mitre_limit=2.0)
    parts = shapely.get_parts(shapely.difference(closed, union))
    pieces: Geometries = parts[shapely.get_dimensions(parts) == 2]
    if not len(pieces):
        return pieces
    touched, _ = shapely.STRtree(shapes).query(pieces, predicate="dwithin", distance=SURVEY_GRID_M)
    between: Geometries = pieces[np.bincount(touched, minlength=len(pieces)) >= 2]
    return between
