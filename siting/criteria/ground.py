"""How steep and how uneven the ground of a site is, from an elevation model.

What each figure says, and what it cannot say, is told in ``docs/terrain.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from siting.config import TableReader
from siting.criteria.base import Floats, Found, Geometries, Setting, Sites, Wish
from siting.criteria.heights import GroundMeasure, Reading
from siting.model import Text
from siting.terrain import Placed, degrees_of_percent, percent_of_degrees, slope_strip, zonal

#: A slope of this many percent and more is taken for one in degrees by mistake, or for a cliff.
STEEPEST_PERCENT = 1_000.0


@dataclass(frozen=True, kw_only=True)
class Slope(GroundMeasure):
    """The mean natural slope of a site in percent: 100 % are 45 degrees.

    Horn's slope of each cell, by the exact covered share of the cell. It is in percent and in
    nothing else, so that no profile can take degrees for it.
    """

    kind: ClassVar[str] = "slope"

    @property
    def unit(self) -> str:
        """Percent."""
        return "%"

    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return the mean slope."""
        table = zonal(model.pixels, model.from_city(outlines), surface=slope_strip)
        return Reading(table.mean, table.known_m2, table.unknown_m2)

    def phrase(self, value: float) -> Text:
        """Return "平均坡度 4.2%"."""
        return Text(f"平均坡度 {value:.1f}%", f"mean slope {value:.1f} %")


@dataclass(frozen=True, kw_only=True)
class SteepShare(GroundMeasure):
    """The share of a site (0-1) that is steeper than ``limit_percent``."""

    kind: ClassVar[str] = "steep_share"

    limit_percent: float

    @property
    def unit(self) -> str:
        """A share of the area."""
        return "share"

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``limit_percent``, or ``limit_deg`` in its place, and ``least_known``."""
        return super().parameters(reader) | {"limit_percent": _limit_percent(reader)}

    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return the steep share of what is known."""
        table = zonal(
            model.pixels,
            model.from_city(outlines),
            surface=slope_strip,
            limits=self.limit_percent,
        )
        known = table.known_m2
        steep = np.divide(table.above_m2, known, out=np.full(len(known), np.nan), where=known > 0)
        return Reading(steep, known, table.unknown_m2)

    def phrase(self, value: float) -> Text:
        """Return "12% 的用地坡度大于 15%"."""
        limit = f"{self.limit_percent:.3g}"
        if value == 0:
            return Text(f"坡度均不大于 {limit}%", f"nowhere steeper than {limit} %")
        return Text(
            f"{value:.0%} 的用地坡度大于 {limit}%", f"{value:.0%} of it steeper than {limit} %"
        )


@dataclass(frozen=True, kw_only=True)
class Relief(GroundMeasure):
    """Highest minus lowest height of the cells that a site covers a part of, metres."""

    kind: ClassVar[str] = "relief"

    @property
    def unit(self) -> str:
        """Metres."""
        return "m"

    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return the difference of heights."""
        table = zonal(model.pixels, model.from_city(outlines))
        return Reading(table.most - table.least, table.known_m2, table.unknown_m2)

    def phrase(self, value: float) -> Text:
        """Return "场地高差 3.2 m"."""
        return Text(f"场地高差 {value:.1f} m", f"{value:.1f} m of relief")


@dataclass(frozen=True, kw_only=True)
class Earthwork(GroundMeasure):
    """What has to be moved to level a site at its mean height, m³ per m² of site.

    The mean distance of its heights from their mean: half of it is cut, half is fill. A proxy:
    one level pad, no terraces, walls or banks, no swell of the soil, nothing carried in or out.
    """

    kind: ClassVar[str] = "earthwork"

    @property
    def unit(self) -> str:
        """Cubic metres per square metre."""
        return "m3/m2"

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure, and say that it is a proxy."""
        found = super().of(sites, setting, wish)
        if found is None:
            return None
        return Found(found.values, (*found.notes, _PROXY), found.reasons)

    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return the mean distance from the mean height."""
        table = zonal(model.pixels, model.from_city(outlines), with_deviation=True)
        deviation: Floats = table.mean if table.deviation is None else table.deviation
        return Reading(deviation, table.known_m2, table.unknown_m2)

    def phrase(self, value: float) -> Text:
        """Return "挖填方约 0.85 m³/m²"."""
        return Text(
            f"挖填方约 {value:.2f} m³/m²（粗估，挖方占一半）",
            f"about {value:.2f} m³ of earth to move per m² (a proxy; half of it is cut)",
        )


_PROXY = Text(
    "挖填方为粗估：按场地平均高程整平，挖方占一半；不计台地、护坡、松散系数和外运",
    "earthwork is a proxy: one level pad at the mean height, half of it cut; no terraces, banks, "
    "swell of the soil or haulage",
)


def _limit_percent(reader: TableReader) -> float:
    """Read one of ``limit_percent`` and ``limit_deg``; return percent."""
    percent, degrees = reader.number("limit_percent"), reader.number("limit_deg")
    if (percent is None) == (degrees is None):
        reader.problem(
            "'steep_share' needs its limit in one unit",
            expected="limit_percent = 15, or limit_deg = 8.5",
            found="both" if percent is not None else "neither",
            next_step="give one of them: 45 degrees are 100 %",
        )
        return STEEPEST_PERCENT
    if degrees is not None:
        percent = percent_of_degrees(degrees) if 0 < degrees < 90 else -1.0
    if percent is None or not 0 < percent <= STEEPEST_PERCENT:
        most = degrees_of_percent(STEEPEST_PERCENT)
        reader.problem(
            "the limit of 'steep_share' is no slope",
            expected=f"above 0 and up to {STEEPEST_PERCENT:g} % ({most:.0f}°)",
            found=repr(percent if degrees is None else degrees),
            next_step="give percent or degrees of a slope",
        )
        return STEEPEST_PERCENT
    return percent
