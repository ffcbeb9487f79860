"""By which method the ellipsoidal areas of a city are measured, as its area of record says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from siting.areas import Floats, trapezoid_areas_m2
from siting.crs import ellipsoidal_areas_m2

PLANAR = "planar"
GEODESIC, TRAPEZOID = "geodesic", "trapezoid"
#: What ``area_of_record`` may be -> the method of every ellipsoidal area that is shown.
ELLIPSOIDAL_METHODS = {
    PLANAR: GEODESIC,
    "ellipsoidal": GEODESIC,
    "ellipsoidal_trapezoid": TRAPEZOID,
}


@dataclass(frozen=True, slots=True)
class EllipsoidalMeasure:
    """How one city measures on the ellipsoid: one method for all its figures.

    A red line of record by the official trapezoids beside findings by geodesics would
    contradict itself in the second decimal of a m².
    """

    crs: str
    area_of_record: str = PLANAR

    @property
    def method(self) -> str:
        """``geodesic`` or ``trapezoid``."""
        return ELLIPSOIDAL_METHODS[self.area_of_record]

    def areas_m2(self, geometries: Iterable[object]) -> Floats:
        """Return the ellipsoidal area of each geometry of the CRS, in m² and in order.

        Raises
        ------
        SitingError
            By the trapezoids, for coordinates that have no longitude and latitude.

        Notes
        -----
        See :func:`siting.crs.ellipsoidal_areas_m2` (Karney 2013) and
        :func:`siting.areas.trapezoid_areas_m2` (国土调查办发〔2008〕32号).
        """
        if self.method == TRAPEZOID:
            return trapezoid_areas_m2(geometries, self.crs)
        return ellipsoidal_areas_m2(geometries, self.crs)
