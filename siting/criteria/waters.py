"""Design water levels that stand in layers: which level holds over which part of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.criteria.base import Floats, Geometries, Longs
from siting.model import Layer, LoadStatus, Text
from siting.overlay import polygons_only
from siting.terrain import Placed, depth_below, zonal

if TYPE_CHECKING:
    import geopandas as gpd

#: Pieces up to this are the rounding of coordinates, m².
LEAST_PIECE_M2 = 0.01


@dataclass(frozen=True, eq=False, slots=True)
class Waters:
    """The features of some layers with their levels, the highest first; unknown levels lead."""

    shapes: Geometries
    levels_m: Floats
    """NaN where a feature has no level."""
    complete: BaseGeometry
    """Where the layers say all there is: the declared coverage of those that lost no row."""

    @classmethod
    def of(cls, layers: Sequence[Layer], column: str) -> Waters | None:
        """Take usable layers; None without any."""
        usable = [layer for layer in layers if layer.is_usable]
        frames = [layer.frame for layer in usable if layer.frame is not None]
        if not frames:
            return None
        shapes = np.concatenate([np.asarray(frame.geometry.array, object) for frame in frames])
        levels_m = np.concatenate([_levels(frame, column) for frame in frames])
        # by height, the highest first; before them all what has no level, for nobody knows it
        order = np.lexsort((-levels_m, ~np.isnan(levels_m)))
        covered = [
            layer.coverage
            for layer in usable
            if layer.contract.status is LoadStatus.PASSED and layer.coverage is not None
        ]
        return cls(shapes[order], levels_m[order], shapely.union_all(covered))

    def over(self, sites: Geometries) -> Wet:
        """Cut sites by the features: each part of a site under the highest level that holds."""
        site, feature = STRtree(self.shapes).query(sites, predicate="intersects")
        order = np.lexsort((feature, site))
        site, feature = site[order], feature[order]
        turn = np.arange(len(site)) - np.searchsorted(site, site)
        rest = sites.copy()
        pieces: list[BaseGeometry] = []
        rows: list[tuple[int, int]] = []
        # the highest feature of each site takes its part first, then the next one of what is left
        for number in range(int(turn.max(initial=-1)) + 1):
            here, by = site[turn == number], feature[turn == number]
            cut = shapely.intersection(rest[here], self.shapes[by])
            rest[here] = _polygons(shapely.difference(rest[here], self.shapes[by]))
            pieces += list(_polygons(cut))
            rows += zip(here.tolist(), by.tolist(), strict=True)
        kept = [at for at, piece in enumerate(pieces) if piece.area > LEAST_PIECE_M2]
        taken = np.array(rows, dtype=np.int64).reshape(-1, 2)[kept]
        shapes = np.empty(len(kept), dtype=object)
        shapes[:] = [pieces[at] for at in kept]
        beyond_m2 = shapely.area(shapely.difference(rest, self.complete))
        return Wet(shapes, taken[:, 0], self.levels_m[taken[:, 1]], shapely.area(rest), beyond_m2)


@dataclass(frozen=True, eq=False, slots=True)
class Wet:
    """Sites under water levels: pieces with one level each, and the rest of each site."""

    pieces: Geometries
    site: Longs
    """Of each piece."""
    levels_m: Floats
    dry_m2: Floats
    """Of each site: where no feature lies."""
    beyond_m2: Floats
    """Of that, what lies beyond the declared coverage: nobody says that it is dry."""

    def depths(self, model: Placed, rows: Longs) -> tuple[Floats, Floats, Floats, Floats]:
        """Return of some sites the mean and the greatest depth, known and unknown area.

        Depths are in metres, areas in m². A piece without a level is unknown.
        """
        count = len(self.dry_m2)
        known_m2, unknown_m2, volume_m3, greatest_m = self.dry_m2.copy(), *np.zeros((3, count))
        is_asked = np.isin(self.site, rows)
        for level_m in np.unique(self.levels_m[is_asked]):
            is_level = (self.levels_m == level_m) | (np.isnan(level_m) & np.isnan(self.levels_m))
            at = np.flatnonzero(is_asked & is_level)
            outlines = model.from_city(self.pieces[at])
            table = zonal(model.pixels, outlines, surface=depth_below(float(level_m)))
            np.add.at(known_m2, self.site[at], table.known_m2)
            np.add.at(unknown_m2, self.site[at], table.unknown_m2)
            np.add.at(volume_m3, self.site[at], np.nan_to_num(table.mean * table.known_m2))
            np.fmax.at(greatest_m, self.site[at], table.most)
        mean_m = np.divide(volume_m3, known_m2, out=np.full(count, np.nan), where=known_m2 > 0)
        return mean_m[rows], greatest_m[rows], known_m2[rows], unknown_m2[rows]

    def undeclared(self, areas_m2: Floats, *, least_known: float) -> dict[int, Text]:
        """Return why the depth of a site is unknown though its heights are known.

        ``least_known`` is the share of its area (0-1) whose water level has to be declared.
        """
        untold_m2 = np.zeros(len(areas_m2))
        is_untold = np.isnan(self.levels_m)
        np.add.at(untold_m2, self.site[is_untold], shapely.area(self.pieces[is_untold]))
        return {
            int(at): _undeclared(self.beyond_m2[at] / areas_m2[at], untold_m2[at] / areas_m2[at])
            for at in np.flatnonzero(self.beyond_m2 + untold_m2 > (1 - least_known) * areas_m2)
        }


def _levels(frame: gpd.GeoDataFrame, column: str) -> Floats:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)
    levels_m: Floats = np.where(np.isfinite(numbers), numbers, np.nan)
    return levels_m


def _polygons(shapes: Geometries) -> Geometries:
    found = np.empty(len(shapes), dtype=object)
    found[:] = [polygons_only(shape) for shape in shapes]
    return found


def _undeclared(beyond: float, untold: float) -> Text:
    return Text(
        f"场地有 {beyond:.2%} 在设计水位图层声明范围之外，{untold:.2%} 没有水位值",
        f"{beyond:.2%} of the site lies beyond the declared coverage of the water levels, "
        f"{untold:.2%} has no level",
    )
