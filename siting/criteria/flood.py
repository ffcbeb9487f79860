"""How deep a site would stand under water: a design water level held against the ground.

Only heights are compared: no flow, no dyke, no drain. What it can say is in ``docs/terrain.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from siting.config import TableReader
from siting.criteria.base import Found, Geometries, Longs, Setting, Sites, Wish
from siting.criteria.heights import GroundMeasure, Reading, measured
from siting.criteria.roles import roles_in, titles_of
from siting.criteria.waters import Waters
from siting.model import Text
from siting.terrain import Placed, depth_below, zonal

MEAN, GREATEST = "mean", "greatest"
#: The column of a flood layer with the height of the water.
ATTRIBUTE = "level_m"


@dataclass(frozen=True, kw_only=True)
class FloodDepth(GroundMeasure):
    """Depth under a design water level, metres: the mean over a site, or the greatest.

    The level is one for the whole city (``level_m``), or it stands in a column (``attribute``)
    of the layers of some ``roles`` and holds where their features lie; of two that overlap the
    higher one holds. Land outside of them is dry as far as the layer's declared coverage goes,
    and unknown beyond. ``datum`` names the height datum of the levels: it has to be that of the
    elevation model, which no file says reliably.
    """

    kind: ClassVar[str] = "flood_depth"

    datum: Text
    statistic: str = MEAN
    level_m: float | None = None
    roles: tuple[str, ...] = ()
    attribute: str = ATTRIBUTE

    @property
    def unit(self) -> str:
        """Metres."""
        return "m"

    @property
    def needs(self) -> Text:
        """An elevation model, and a layer of water levels where no level is given."""
        ground = super().needs
        if self.level_m is not None:
            return ground
        titles = titles_of(self.roles)
        return Text(
            f"{ground.zh}，以及带有“{self.attribute}”字段的{titles.zh}图层",
            f"{ground.get('en')}, and a layer of {titles.get('en')} with a column {self.attribute}",
        )

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``level_m``, or ``roles`` and ``attribute``; and ``datum``, ``statistic``."""
        level_m = reader.number("level_m")
        is_by_layer = level_m is None
        if not is_by_layer and "roles" in reader:
            reader.problem(
                "the water level is given twice",
                expected="level_m, or roles with an attribute",
                next_step="remove one of them",
            )
        if level_m is not None and not math.isfinite(level_m):
            reader.problem(
                "'level_m' is no height",
                expected="metres above the datum",
                found=repr(level_m),
                next_step="give the design water level, such as level_m = 7.5",
            )
        return super().parameters(reader) | {
            "datum": reader.bilingual("datum", required=True),
            "statistic": reader.choice("statistic", (MEAN, GREATEST), MEAN),
            "level_m": level_m,
            "roles": roles_in(reader, "roles") if is_by_layer else (),
            "attribute": reader.text("attribute", ATTRIBUTE) if is_by_layer else ATTRIBUTE,
        }

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure; None without an elevation model, or without a usable layer of levels."""
        found = super().of(sites, setting, wish) if self.level_m is not None else None
        if self.level_m is None:
            waters = self._waters(setting)
            found = None if waters is None else self._under(waters, sites, setting)
        return None if found is None else replace(found, notes=(*found.notes, self._caution()))

    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return depths under the level that holds for the whole city."""
        level_m = np.nan if self.level_m is None else self.level_m
        table = zonal(model.pixels, model.from_city(outlines), surface=depth_below(level_m))
        depths = table.mean if self.statistic == MEAN else table.most
        return Reading(depths, table.known_m2, table.unknown_m2)

    def phrase(self, value: float) -> Text:
        """Return "设计水位下平均水深 0.40 m"."""
        if value == 0:
            return Text("在设计水位以上", "above the design water level")
        which = Text("最大", "at most")
        if self.statistic == MEAN:
            which = Text("平均", "on average")
        return Text(
            f"设计水位下{which.zh}水深 {value:.2f} m",
            f"{value:.2f} m under the design water level {which.get('en')}",
        )

    def _waters(self, setting: Setting) -> Waters | None:
        key = (self.kind, self.roles, self.attribute)
        if key not in setting.kept:
            layers = [layer for role in self.roles for layer in setting.atlas.by_role(role)]
            setting.kept[key] = Waters.of(layers, self.attribute)
        waters: Waters | None = setting.kept[key]
        return waters

    def _under(self, waters: Waters, sites: Sites, setting: Setting) -> Found | None:
        wet = waters.over(sites.shapes)

        def read(model: Placed, rows: Longs) -> Reading:
            mean_m, greatest_m, known_m2, unknown_m2 = wet.depths(model, rows)
            return Reading(mean_m if self.statistic == MEAN else greatest_m, known_m2, unknown_m2)

        found = measured(len(sites), setting, read, least_known=self.least_known)
        if found is None:
            return None
        undeclared = wet.undeclared(sites.areas_m2, least_known=self.least_known)
        values = found.values.copy()
        values[list(undeclared)] = np.nan
        return Found(values, found.notes, {**found.reasons, **undeclared})

    def _caution(self) -> Text:
        return Text(
            f"水深只比较高程：水位为{self.datum.zh}，高程模型须为同一基准；不计堤防、排水和水流",
            f"depths compare heights alone: the levels are in {self.datum.get('en')}, which has to "
            "be the datum of the elevation model; no dykes, drains or flow",
        )
