"""What sites use up of the indicators; until land use is read, all land counts in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.city import City
from siting.model import Atlas, Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class LandAmounts:
    """Per site what it uses up, m²; ``unknown_m2`` counts in both, for nothing tells its use."""

    new_construction_m2: Floats
    farmland_m2: Floats
    unknown_m2: Floats
    notes: tuple[Text, ...] = ()


def amounts_of(geometries: Sequence[BaseGeometry], atlas: Atlas, city: City) -> LandAmounts:
    """Return what sites use up."""
    del atlas, city
    areas_m2 = shapely.area(np.array(geometries, dtype=object))
    return LandAmounts(areas_m2, areas_m2, areas_m2)
