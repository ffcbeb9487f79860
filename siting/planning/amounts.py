"""What sites use up: new construction land (新增建设用地), and farmland to convert (农用地转用).

By the account of the composition table (`siting.compose`): farm land by its class, 田坎 as the
book has them, and unused land beside it as new construction land. Land of which nothing tells
what it is today (no plot, plots that disagree, a class that the book does not list) counts in
full against both.

An outline whose plots do not overlap each other is accounted for by the areas that it shares with
them, all outlines at once; every other one by the cells of its composition table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.candidates import as_array, sound
from siting.city import City
from siting.compose import Book, Category, Row, read_book
from siting.compose.account import NOISE_M2, accounts_of, ridge_class_of
from siting.compose.book import LandClass
from siting.compose.cells import NotClosedError, cells_of
from siting.compose.composing import whole_of
from siting.compose.ground import Ground, Use, land_use_of
from siting.crs import ellipsoidal_areas_m2
from siting.errors import ConfigError, SitingError
from siting.measure import PLANAR, EllipsoidalMeasure
from siting.model import Atlas, Text
from siting.overlay import Pairs, overlap_geometries, pair_areas, prepared
from siting.overlay.cover import outside_m2
from siting.planning.outlines import NAMED, Geometries, Longs, Mask, distinct
from siting.rules.base import wholes

Floats = NDArray[np.float64]

#: Plots that share no more than this are not asked whether they agree: far under 0.01 m².
TWICE_M2 = 0.001


@dataclass(frozen=True, eq=False, slots=True)
class LandAmounts:
    """What each site uses up, in m² of the area of record; one entry per site in each array.

    ``unknown_m2`` is part of both others. ``notes`` say what is not known, and of how many
    outlines.
    """

    new_construction_m2: Floats
    farmland_m2: Floats
    unknown_m2: Floats
    notes: tuple[Text, ...] = ()


def amounts_of(
    geometries: Sequence[BaseGeometry], atlas: Atlas, city: City, book: Book | None = None
) -> LandAmounts:
    """Return what sites use up of new construction land and farmland.

    Parameters
    ----------
    geometries
        Polygons in the working CRS, one per site; the same outline is measured once. Of an
        invalid one all land of its hull is unknown.
    atlas
        Its land-use layers (``[compose] role``) are read.
    city
        For ``[compose]`` and the area of record.
    book
        Which class is farm land; without it that of ``[compose] book`` is read.

    Raises
    ------
    ReadError, ProblemsError
        When the book cannot be read.
    ConfigError
        When a land-use layer has no class column, or its code system is not declared or not in
        the book.
    """
    book = book or read_book(city.compose.book, base=city.path.parent)
    shapes, place = distinct(as_array(geometries))
    is_valid = shapely.is_valid(shapes)
    shapes = as_array([sound(shape) for shape in shapes])
    ground = land_use_of(atlas, book, city.compose, outlines=shapes)
    tally = _Tally(shapes, ground, city)
    for at in np.flatnonzero(~is_valid).tolist():
        tally.give_up(at)
    tally.count(np.flatnonzero(is_valid))
    sums = tally.sums[place]
    notes = (*ground.gaps, *_notes(tally, int((~is_valid).sum())))
    # the columns: farm, unused, unknown
    return LandAmounts(
        new_construction_m2=sums.sum(axis=1),
        farmland_m2=sums[:, 0] + sums[:, 2],
        unknown_m2=sums[:, 2].copy(),
        notes=tuple(dict.fromkeys(notes)),
    )


#: The columns of a tally, and where the other categories go: nowhere.
_COLUMNS = (Category.FARM, Category.UNUSED, Category.UNKNOWN)


class _Tally:
    """What outlines come to, a row each: farm land, unused land and unknown land, m²."""

    def __init__(self, shapes: Geometries, ground: Ground, city: City) -> None:
        self.shapes = shapes
        self.ground = ground
        self.city = city
        self.sums = np.zeros((len(shapes), len(_COLUMNS)))
        self.failed: list[int] = []
        self.unlisted: set[str] = set()

    def give_up(self, at: int) -> None:
        """Enter all land of an outline as unknown."""
        whole = whole_of(self.shapes[at], self.city)
        self.sums[at] = (0.0, 0.0, whole.areas_m2[int(whole.is_ellipsoidal)])

    def count(self, rows: Longs) -> None:
        """Enter the land of valid outlines."""
        plots, shapes = prepared(self.ground.coverings[0].shapes), self.shapes[rows]
        pairs = pair_areas(shapes, plots, witness="doubtful")
        is_tangled = _tangled(pairs, plots.geometries, len(rows))
        for at in rows[is_tangled].tolist():
            self._by_cells(at)
        self._by_pairs(rows, pairs, ~is_tangled)

    def _by_pairs(self, rows: Longs, pairs: Pairs, keep: Mask) -> None:
        """Enter outlines on which no two plots lie on each other."""
        codes = self.ground.values[0]
        weights = np.array([self._weights(use) for use in codes]).reshape(-1, len(_COLUMNS))
        is_in = keep[pairs.left]
        outline, plot = pairs.left[is_in], pairs.right[is_in]
        wholes_m2, areas_m2 = self._record_areas(self.shapes[rows], pairs)
        areas_m2 = areas_m2[is_in]
        for column in range(len(_COLUMNS)):
            part = np.bincount(outline, areas_m2 * weights[plot, column], len(rows))
            self.sums[rows[keep], column] = part[keep]
        bare = wholes_m2 - np.bincount(outline, areas_m2, len(rows))
        bare[bare < NOISE_M2] = 0.0
        self.sums[rows[keep], _COLUMNS.index(Category.UNKNOWN)] += bare[keep]
        self.unlisted.update(
            codes[at].code for at in np.unique(plot).tolist() if self._class(codes[at]) is None
        )

    def _record_areas(self, shapes: Geometries, pairs: Pairs) -> tuple[Floats, Floats]:
        """Return the areas of record of outlines, and of what they share with plots."""
        if self.city.area_of_record == PLANAR:
            return shapely.area(shapes), pairs.area_m2
        crs = self.city.crs
        record = EllipsoidalMeasure(crs, self.city.area_of_record).areas_m2(shapes)
        ratio = record / ellipsoidal_areas_m2(shapes, crs)
        pieces = overlap_geometries(shapes, self.ground.coverings[0].shapes, pairs)
        return record, ellipsoidal_areas_m2(pieces, crs) * ratio[pairs.left]

    def _by_cells(self, at: int) -> None:
        """Enter an outline as its composition table has it."""
        whole = whole_of(self.shapes[at], self.city)
        try:
            cells = cells_of(self.shapes[at], self.ground.coverings)
            made = accounts_of(
                cells, self.ground, whole=whole, crs=self.city.crs, knows_basic=False
            )
        except ConfigError:
            raise
        except (NotClosedError, SitingError):
            self.failed.append(at)
            self.give_up(at)
            return
        self.unlisted.update(made.unlisted)
        self.sums[at] = [_sum_of(made.rows, category) for category in _COLUMNS]

    def _weights(self, use: Use) -> list[float]:
        """Return how much of a plot is in each column, 0 to 1; 田坎 go by their own class."""
        found = self._class(use)
        if found is None:
            return [float(column is Category.UNKNOWN) for column in _COLUMNS]
        ridge = use.ridge or 0.0 if found.group.is_cultivated else 0.0
        share = dict.fromkeys(Category, 0.0) | {found.group.category: 1.0 - ridge}
        if ridge:
            share[ridge_class_of(use, self.ground).group.category] += ridge
        return [share[column] for column in _COLUMNS]

    def _class(self, use: Use) -> LandClass | None:
        return self.ground.systems[use.system].find(use.code)


def _sum_of(rows: Iterable[Row], category: Category) -> float:
    return sum(row.record_m2 for row in rows if row.category is category)


def _tangled(pairs: Pairs, plots: Geometries, outlines: int) -> Mask:
    """Return the outlines that lie on two plots at once that overlap each other somewhere."""
    used, plot = np.unique(pairs.right, return_inverse=True)
    near = prepared(plots[used])
    shared = pair_areas(near, near, witness="doubtful")
    is_met = (shared.left != shared.right) & (shared.area_m2 > TWICE_M2)
    first, second = shared.left[is_met], shared.right[is_met]
    # each plot of an outline, with each plot that overlaps it: does the outline have that too?
    begin, end = np.searchsorted(first, plot), np.searchsorted(first, plot, side="right")
    row = np.repeat(np.arange(len(plot)), end - begin)
    within = np.arange(len(row)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin)
    partner = second[begin[row] + within]
    count = max(len(used), 1)
    is_both = np.isin(pairs.left[row] * count + partner, pairs.left * count + plot)
    found = np.zeros(outlines, dtype=bool)
    found[pairs.left[row[is_both]]] = True
    return found


def _notes(tally: _Tally, invalid: int) -> Iterable[Text]:
    unknown_m2 = tally.sums[:, _COLUMNS.index(Category.UNKNOWN)]
    count = int((unknown_m2 > tally.city.compose.sliver_m2).sum())
    if count:
        yield Text(
            f"{count} 个用地范围内有现状地类未知的土地，按全额计入新增建设用地与农用地转用",
            f"{count} outline(s) have land of unknown current use: it counts in full as new "
            "construction land and as farmland",
        )
    if invalid or tally.failed:
        yield Text(
            f"{invalid} 个用地范围几何无效、{len(tally.failed)} 个无法闭合：全部按地类未知计",
            f"{invalid} outline(s) are invalid and {len(tally.failed)} could not be composed: all "
            "of their land counts as unknown",
        )
    outside = {
        at
        for layer in wholes(tally.ground.layers)
        if layer.coverage is not None
        for at in outside_m2(tally.shapes, layer.coverage, 0.0)
    }
    if outside:
        yield Text(
            f"{len(outside)} 个用地范围超出现状地类图层声明的覆盖范围",
            f"{len(outside)} outline(s) leave the declared coverage of the current land use",
        )
    if tally.unlisted:
        named = ", ".join(code or "（空）" for code in sorted(tally.unlisted)[:NAMED])
        yield Text(
            f"地类编码不在分类表中，按地类未知计：{named}",
            f"class codes that the book does not list count as unknown: {named}",
        )
