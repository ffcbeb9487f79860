"""All parcels of the city, so that no lane is seen where somebody's land lies."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.overlay.kernel.layout import Geometries

#: A strip of which more than this share is parcels is no lane.
TAKEN_SHARE = 0.05


class Ground:
    """Tells ground that is nobody's parcel from ground that is.

    Parameters
    ----------
    parcels
        Every parcel, offered or not, in the CRS of the land that is put together.
    """

    def __init__(self, parcels: Geometries) -> None:
        self._parcels = parcels
        self._tree = shapely.STRtree(parcels)

    def is_free(self, strips: Geometries) -> NDArray[np.bool_]:
        """Return for each polygon whether it is nobody's parcel, hairlines aside."""
        strip, parcel = self._tree.query(strips, predicate="intersects")
        taken = shapely.area(shapely.intersection(strips[strip], self._parcels[parcel]))
        total = np.bincount(strip, weights=taken, minlength=len(strips))
        free: NDArray[np.bool_] = total <= TAKEN_SHARE * shapely.area(strips)
        return free
