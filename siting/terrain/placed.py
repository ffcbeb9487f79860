"""A raster and the city that it is held against: the only place that knows both their CRS."""

from __future__ import annotations

from dataclasses import dataclass

from siting.crs import transform_geometries
from siting.model.raster import Pixels
from siting.terrain.coverage import Geometries


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """A raster, and the way between its CRS and the city's.

    ``crs`` is the working CRS of the city. A raster without one of its own lies in it. Corners
    are transformed, not the points between them: over 1 km of edge that is a centimetre.
    """

    pixels: Pixels
    crs: str

    def from_city(self, shapes: Geometries) -> Geometries:
        """Return shapes of the city in the CRS of the raster."""
        there = self.pixels.grid.crs
        return shapes if there in {"", self.crs} else transform_geometries(shapes, self.crs, there)

    def to_city(self, shapes: Geometries) -> Geometries:
        """Return shapes of the raster in the CRS of the city."""
        there = self.pixels.grid.crs
        return shapes if there in {"", self.crs} else transform_geometries(shapes, there, self.crs)
