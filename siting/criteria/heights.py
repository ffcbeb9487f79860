"""What measures of the ground share: which elevation model speaks for which site.

A site is measured on one model, never on two at once: the first usable one, in the order of
city.toml, that knows enough of it. What no model knows enough of is unknown, never flat.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from siting.config import TableReader
from siting.criteria.base import Floats, Found, Geometries, Longs, Measure, Setting, Sites, Wish
from siting.model import Layer, Text
from siting.terrain import Placed

#: The role of elevation models.
ROLE = "dem"
#: So much of a site's area has to be known: 1 % is a ditch or a pond in the model.
LEAST_KNOWN = 0.99


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What one elevation model says of sites, an entry each; NaN where it knows nothing."""

    values: Floats
    known_m2: Floats
    unknown_m2: Floats

    @property
    def known_share(self) -> Floats:
        """Share of each site's area (0-1) that the model knows."""
        whole = self.known_m2 + self.unknown_m2
        shares: Floats = np.divide(self.known_m2, whole, out=np.zeros(len(whole)), where=whole > 0)
        return shares


Reader = Callable[[Placed, Longs], Reading]
"""(model, positions of sites) → what the model says of these sites."""


@dataclass(frozen=True, kw_only=True)
class GroundMeasure(Measure):
    """A measure that one elevation model gives; ``least_known`` is a share of the area (0-1)."""

    is_dear: ClassVar[bool] = True

    least_known: float = LEAST_KNOWN

    @property
    def needs(self) -> Text:
        """An elevation model."""
        return Text("数字高程模型图层", "an elevation model (a layer of the role dem)")

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``least_known``."""
        return {"least_known": share_in(reader, "least_known", LEAST_KNOWN)}

    @abc.abstractmethod
    def read(self, model: Placed, outlines: Geometries) -> Reading:
        """Return what a model says of outlines in the CRS of the city."""

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure; None without a usable elevation model."""
        del wish
        shapes = sites.shapes

        def read(model: Placed, rows: Longs) -> Reading:
            return self.read(model, shapes[rows])

        return measured(len(sites), setting, read, least_known=self.least_known)


def measured(count: int, setting: Setting, read: Reader, *, least_known: float) -> Found | None:
    """Return a figure per site from the first model that knows enough of it.

    Parameters
    ----------
    count
        Number of sites.
    setting
        Its layers of the role ``dem`` are asked in their order.
    read
        What a model says; asked once per model, for the sites that are still unknown.
    least_known
        The share of a site's area (0-1) that a model has to know.

    Returns
    -------
    Found or None
        None without a usable elevation model.
    """
    layers = [layer for layer in setting.atlas.by_role(ROLE) if layer.is_usable and layer.pixels]
    if not layers:
        return None
    values, most_known = np.full(count, np.nan), np.zeros(count)
    for layer in layers:
        open_rows = np.flatnonzero(np.isnan(values))
        if not len(open_rows) or layer.pixels is None:
            continue
        reading = read(Placed(layer.pixels, setting.city.crs), open_rows)
        known = reading.known_share
        most_known[open_rows] = np.maximum(most_known[open_rows], known)
        is_enough = known >= least_known
        values[open_rows[is_enough]] = reading.values[is_enough]
    reasons = {
        int(at): _unknown(1 - float(most_known[at])) for at in np.flatnonzero(np.isnan(values))
    }
    return Found(values, (_told(layers),), reasons)


def share_in(reader: TableReader, key: str, default: float) -> float:
    """Read a share above 0 and up to 1."""
    share = reader.number(key, default)
    if share is None or not 0 < share <= 1:
        reader.problem(
            f"'{key}' must be a share above 0 and up to 1",
            expected=f"{key} = {default:g}",
            found=repr(share),
            next_step="give 0.99 for 99 %",
        )
        return default
    return share


def _unknown(share: float) -> Text:
    return Text(
        f"场地有 {share:.2%} 在高程模型中无值、在其边缘或之外",
        f"{share:.2%} of the site has no value in an elevation model, or lies at its rim "
        "or beside it",
    )


def _told(layers: Sequence[Layer]) -> Text:
    return Text(
        "地形量取自" + "、".join(f"“{layer.title.zh}”{_cells(layer, 'zh')}" for layer in layers),
        "terrain was measured on "
        + ", ".join(f"'{layer.title.get('en')}'{_cells(layer, 'en')}" for layer in layers),
    )


def _cells(layer: Layer, language: str) -> str:
    if layer.pixels is None:
        return ""
    grid = layer.pixels.grid
    middle = grid.rows // 2
    size = f"{grid.widths_m()[middle]:.3g} × {grid.heights_m()[middle]:.3g} m"
    dated = "" if layer.source.dated is None else layer.source.dated.isoformat()
    if language == "zh":
        return f"（像元 {size}{dated and '，' + dated}）"
    return f" (cells of {size}{dated and ', ' + dated})"
