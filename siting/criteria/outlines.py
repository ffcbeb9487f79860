"""Measures of a site's own outline: its area beside what is wanted, its shape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from siting.candidates import Wanted
from siting.carving import least_width_m
from siting.criteria.base import Floats, Found, Measure, Setting, Sites, Wish
from siting.model import Text

#: An area nearer to the middle of the range than this share of its half is called close.
CLOSE_SHARE = 1 / 3
#: From here on a shape is called compact: a rectangle of one to four has 0.503.
COMPACT_FROM = 0.5


def compactness(areas_m2: Floats, perimeters_m: Floats) -> Floats:
    """Return the Polsby-Popper measure 4πA/P²: 1 for a circle, 0.785 for a square, 0 for no area.

    Source: Polsby, D. D. and Popper, R. D. (1991), The third criterion: compactness as a
    procedural safeguard, Yale Law & Policy Review 9, 301-353.
    """
    found = np.zeros(len(areas_m2))
    is_there = perimeters_m > 0
    found[is_there] = 4 * math.pi * areas_m2[is_there] / perimeters_m[is_there] ** 2
    return found


def area_deviation(areas_m2: Floats, wanted: Wanted) -> Floats:
    """Return how far areas are from the middle of the wanted range: 0 there, 1 at its ends.

    With one bound only it is the relative distance from that bound; 0 when the range has
    no width, or no bound above 0.
    """
    is_open = math.isinf(wanted.area_m2_max)
    half_m2 = (wanted.area_m2_max - wanted.area_m2_min) / 2
    if is_open:
        half_m2 = wanted.area_m2_min
    if half_m2 <= 0:
        return np.zeros(len(areas_m2))
    deviations: Floats = np.abs(areas_m2 - wanted.target_m2) / half_m2
    return deviations


@dataclass(frozen=True)
class AreaDeviation(Measure):
    """How far the area is from the middle of the wanted range, as a share of half the range."""

    kind: ClassVar[str] = "area_deviation"
    is_of_project: ClassVar[bool] = True

    @property
    def unit(self) -> str:
        """A share of half the wanted range."""
        return "share"

    @property
    def needs(self) -> Text:
        """A wanted area."""
        return Text("用地需求", "a wanted area")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure; None without a wish."""
        del setting
        return None if wish is None else Found(area_deviation(sites.areas_m2, wish.wanted))

    def phrase(self, value: float) -> Text:
        """Return "面积贴近需求"."""
        if value < CLOSE_SHARE:
            return Text("面积贴近需求", "area close to the demand")
        return Text("面积在需求范围内", "area within the demand")


@dataclass(frozen=True)
class Compactness(Measure):
    """How compact the outline is: see :func:`compactness`."""

    kind: ClassVar[str] = "compactness"

    @property
    def unit(self) -> str:
        """A share: that of a circle of the same perimeter which the site would fill."""
        return "share"

    @property
    def needs(self) -> Text:
        """Nothing that a site has not."""
        return Text("宗地轮廓", "the outline of the parcel")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure."""
        del setting, wish
        return Found(compactness(sites.areas_m2, shapely.length(sites.shapes)))

    def phrase(self, value: float) -> Text:
        """Return "形状规整（0.78）" or, of a strip or a ragged outline, "形状不规整（0.32）"."""
        if value >= COMPACT_FROM:
            return Text(f"形状规整（{value:.2f}）", f"compact shape ({value:.2f})")
        return Text(f"形状不规整（{value:.2f}）", f"irregular shape ({value:.2f})")


@dataclass(frozen=True)
class LeastWidth(Measure):
    """Metres across the site where it is narrowest, as ``least_width_m`` of a site."""

    kind: ClassVar[str] = "least_width_m"
    is_dear: ClassVar[bool] = True

    @property
    def unit(self) -> str:
        """Metres."""
        return "m"

    @property
    def needs(self) -> Text:
        """Nothing that a site has not."""
        return Text("宗地轮廓", "the outline of the parcel")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure one outline after the other."""
        del setting, wish
        return Found(np.array([least_width_m(shape) for shape in sites.shapes], dtype=np.float64))

    def phrase(self, value: float) -> Text:
        """Return "最窄处 42 m"."""
        return Text(f"最窄处 {value:,.0f} m", f"nowhere narrower than {value:,.0f} m")
