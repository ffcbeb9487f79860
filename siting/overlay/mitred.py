"""Growing and shrinking with sharp corners, always valid."""

from __future__ import annotations

from typing import overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

#: How far a sharp corner may run out, in distances: GEOS's own default.
MITRE_LIMIT = 5.0


@overload
def mitred(
    shapes: BaseGeometry, distance_m: float, *, limit: float = MITRE_LIMIT
) -> BaseGeometry: ...
@overload
def mitred(
    shapes: NDArray[np.object_], distance_m: float, *, limit: float = MITRE_LIMIT
) -> NDArray[np.object_]: ...
def mitred(
    shapes: BaseGeometry | NDArray[np.object_], distance_m: float, *, limit: float = MITRE_LIMIT
) -> BaseGeometry | NDArray[np.object_]:
    """Return polygons grown (or shrunk, below 0) by a distance, corners kept sharp.

    GEOS now and then returns a self-crossing polygon from a buffer with mitred joins, and the
    next overlay with it raises: such a one is made valid, everything that its outer rings
    enclose counting as inside.

    Parameters
    ----------
    shapes
        One valid geometry, or an array of them.
    distance_m
        How far, metres.
    limit
        How far a sharp corner may run out, in distances; beyond that it is cut off.
    """
    grown = shapely.buffer(shapes, distance_m, join_style="mitre", mitre_limit=limit)
    if isinstance(grown, BaseGeometry):
        return grown if grown.is_valid else _mended(grown)
    for row in np.flatnonzero(~shapely.is_valid(grown)):
        grown[row] = _mended(grown[row])
    return grown


def _mended(shape: BaseGeometry) -> BaseGeometry:
    mended: BaseGeometry = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    return mended
