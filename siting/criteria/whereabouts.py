"""Measures of where a site lies beside where its project is, or wants to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from siting.criteria.base import Found, Measure, Setting, Sites, Wish
from siting.model import Text


@dataclass(frozen=True)
class PresentDistance(Measure):
    """Metres in a straight line to the present red lines.

    Without one it is to an inner point of the wanted district.
    """

    kind: ClassVar[str] = "present_distance"
    is_of_project: ClassVar[bool] = True

    @property
    def unit(self) -> str:
        """Metres."""
        return "m"

    @property
    def needs(self) -> Text:
        """A place."""
        return Text("现红线或意向区", "a red line or a wanted district")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure from outline to outline; None where the project has no place."""
        del setting
        if wish is None or wish.place.geometry is None:
            return None
        shapely.prepare(wish.place.geometry)
        values = shapely.distance(sites.shapes, wish.place.geometry)
        return Found(np.asarray(values, dtype=np.float64))

    def phrase(self, value: float) -> Text:
        """Return "距现选址 800 m"."""
        return Text(f"距现选址 {value:,.0f} m", f"{value:,.0f} m from the present place")

    def phrase_for(self, value: float, wish: Wish) -> Text:
        """Return "距现红线 800 m", or the same of the wanted district."""
        if not wish.place.has_red_line:
            return Text(
                f"距意向区中心 {value:,.0f} m",
                f"{value:,.0f} m from the middle of the wanted district",
            )
        if value == 0:
            return Text("与现红线相接或相叠", "touching the present red line")
        return Text(f"距现红线 {value:,.0f} m", f"{value:,.0f} m from the present red line")


@dataclass(frozen=True)
class SameDistrict(Measure):
    """1 in the wanted district (else that of the present red line), 0 in another."""

    kind: ClassVar[str] = "same_district"
    is_of_project: ClassVar[bool] = True

    @property
    def unit(self) -> str:
        """Yes or no."""
        return "0/1"

    @property
    def needs(self) -> Text:
        """A district."""
        return Text("意向区", "a wanted district")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Compare the districts; None where the project has none."""
        del setting
        if wish is None or not wish.place.district:
            return None
        is_there = sites.parcels.districts[sites.rows] == wish.place.district
        return Found(is_there.astype(np.float64))

    def phrase(self, value: float) -> Text:
        """Return "在意向区内"."""
        if value >= 1:
            return Text("在意向区内", "in the wanted district")
        return Text("不在意向区内", "not in the wanted district")
