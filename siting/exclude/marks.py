"""One rule as cells: which it excludes, and on which it could not be checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.exclude.setting import shapes_of
from siting.exclude.zones import WIDENING, distances_of, wide_zones
from siting.model import Layer, Release, Text
from siting.model.raster import Grid
from siting.rules.base import Rule, layer_gaps, wholes
from siting.rules.inside import InsideRule
from siting.rules.overlap import OverlapRule, matching
from siting.rules.setback import SetbackRule
from siting.terrain import Edges, Rings, burn, touch

_TABLE_ONLY = Text(
    "图层只限表格使用（release），栅格即其图形，故不绘入",
    "its layer is released for tables only, and cells would be a drawing of it",
)

Geometries = NDArray[np.object_]
Bits = NDArray[np.uint32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Layers = Mapping[str, tuple[Layer, ...]]

#: GEOS leaves out vertices in hollows shallower than this share of a distance when it draws a
#: zone (see :mod:`siting.exclude.zones`): a coverage is shrunk by so much more.
_HOLLOWS = 1.01


@dataclass(frozen=True, eq=False, slots=True)
class Mark:
    """A rule's land as cells.

    ``land`` are the cells it excludes, or with ``is_outside`` all but those; ``vouched``, of
    each layer that is whole by itself, the cells that it can speak for; ``doubts`` are cells
    near a structure whose setback is not known. ``gaps`` are what is missing everywhere:
    then no cell is checked; ``is_blind``: nothing could be looked at at all. ``layers`` are the
    hashes of what was looked at.
    """

    rule: Rule
    land: tuple[Rings | Edges, ...]
    is_outside: bool
    vouched: tuple[Rings, ...]
    doubts: Rings
    gaps: tuple[Text, ...]
    is_blind: bool
    layers: Mapping[str, str]
    release: Release

    def excluded(self, grid: Grid, first_row: int, rows: int) -> Bits:
        """Return 1 in the cells of a strip that the rule excludes, else 0."""
        cells = np.zeros((rows, grid.columns), dtype=np.uint32)
        for part in self.land:
            if isinstance(part, Edges):
                touch(part, grid, cells, first_row=first_row)
            else:
                burn(part, cells, first_row=first_row)
        return cells ^ np.uint32(1) if self.is_outside else cells

    def unchecked(self, grid: Grid, first_row: int, rows: int) -> Bits:
        """Return 1 in the cells of a strip on which the rule could not be checked, else 0."""
        if self.gaps:
            return np.ones((rows, grid.columns), dtype=np.uint32)
        unsure = np.zeros((rows, grid.columns), dtype=np.uint32)
        for rings in self.vouched:
            cells = np.zeros_like(unsure)
            burn(rings, cells, first_row=first_row)
            unsure |= cells ^ np.uint32(1)
        burn(self.doubts, unsure, first_row=first_row)
        return unsure


def is_drawable(rule: Rule) -> bool:
    """True for kinds whose land is the same whoever asks; zoning's depends on the use."""
    return isinstance(rule, (OverlapRule, InsideRule, SetbackRule))


def mark_of(rule: Rule, layers: Layers, grid: Grid, *, is_touched: bool) -> Mark:
    """Return the cells of a rule that :func:`is_drawable`.

    Parameters
    ----------
    rule
        The rule.
    layers
        All layers of the city by role, usable or not.
    grid
        The raster, in metres.
    is_touched
        Exclude each cell that the land covers at all, not only those with their centre on it.
    """
    usable = [layer for role in rule.needs for layer in layers.get(role, ()) if layer.is_usable]
    gaps = [gap for role in rule.needs for gap in layer_gaps(role, layers.get(role, ()))]
    is_closed = any(layer.release is Release.TABLE_ONLY for layer in usable)
    if is_closed:
        usable, gaps = [], [_TABLE_ONLY]
    # what is left of a short layer excludes; what lies outside of it may be its missing part
    is_blind = not usable or (bool(gaps) and not rule.finds_by_layer)
    seen = () if is_blind else tuple(_seen(layer, rule) for layer in usable)
    land, is_outside = _land(rule, seen, grid, is_touched=is_touched)
    return Mark(
        rule=rule,
        land=land,
        is_outside=is_outside,
        vouched=tuple(_vouched(layer, rule, grid) for layer in wholes(usable)),
        doubts=_doubts(rule, seen, grid),
        gaps=(*gaps, *(gap for each in seen for gap in each.gaps)),
        is_blind=is_blind,
        layers={layer.name: layer.content_sha256 for layer in usable},
        release=_narrowest(usable),
    )


def _narrowest(layers: list[Layer]) -> Release:
    """Return how far a drawing of all of these layers may travel."""
    order = list(Release)
    return min((layer.release for layer in layers), key=order.index, default=Release.PUBLIC)


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """What a rule looks at of a layer: which rows, for setbacks how far each reaches, gaps."""

    layer: Layer
    keep: Mask
    distances_m: Floats
    gaps: tuple[Text, ...] = ()

    def shapes(self, keep: Mask) -> Geometries:
        """Return the geometries of some rows."""
        return shapes_of([self.layer])[keep]

    def rings(self, grid: Grid) -> Rings:
        """Return the rows that are looked at, without building one where they are arrays."""
        rows = self.layer.features
        arrays = None if rows is None else rows.rings()
        if arrays is None:
            return Rings.of(self.shapes(self.keep), grid)
        return Rings.of_arrays(arrays, grid, self.keep)


def _seen(layer: Layer, rule: Rule) -> _Seen:
    nowhere = np.zeros(0)
    if isinstance(rule, OverlapRule):
        keep, gaps = matching(layer, rule.where)
        return _Seen(layer, keep, nowhere, gaps)
    if isinstance(rule, SetbackRule):
        distances_m = distances_of(rule, [layer])
        return _Seen(layer, np.nan_to_num(distances_m) > 0, distances_m)
    count = 0 if layer.features is None else len(layer.features)
    return _Seen(layer, np.ones(count, dtype=bool), nowhere)


def _land(
    rule: Rule, seen: tuple[_Seen, ...], grid: Grid, *, is_touched: bool
) -> tuple[tuple[Rings | Edges, ...], bool]:
    """Return the land of a rule as cells, and whether it excludes all but that."""
    is_outside = isinstance(rule, InsideRule) and bool(seen)
    if not (is_touched or isinstance(rule, SetbackRule)):
        return tuple(each.rings(grid) for each in seen), is_outside
    shapes = [each.shapes(each.keep) for each in seen]
    if isinstance(rule, SetbackRule):
        pairs = zip(shapes, seen, strict=True)
        shapes = [wide_zones(some, each.distances_m[each.keep]) for some, each in pairs]
    if not is_touched:
        return tuple(Rings.of(some, grid) for some in shapes), False
    if is_outside:
        shapes = [_bare(np.concatenate(shapes), grid)]
    return tuple(Edges.of(some, grid) for some in shapes), False


def _doubts(rule: Rule, seen: tuple[_Seen, ...], grid: Grid) -> Rings:
    """Return the cells near structures that fit no row of a setback rule."""
    unknown = [each.shapes(np.isnan(each.distances_m)) for each in seen if len(each.distances_m)]
    shapes = np.concatenate([np.array([], dtype=object), *unknown])
    reach_m = np.full(len(shapes), rule.reach_m + _half_diagonal(grid))
    return Rings.of(wide_zones(shapes, reach_m), grid)


def _bare(shapes: Geometries, grid: Grid) -> Geometries:
    """Return what of the raster's ground no shape covers."""
    east = grid.west + grid.columns * grid.step_east
    south = grid.north - grid.rows * grid.step_south
    ground = shapely.box(grid.west, south, east, grid.north)
    return np.array([shapely.difference(ground, shapely.union_all(shapes))], dtype=object)


def _vouched(layer: Layer, rule: Rule, grid: Grid) -> Rings:
    """Return the cells that, whole and grown by the rule's reach, lie in a layer's coverage."""
    shrink_m = (rule.reach_m + _half_diagonal(grid)) * _HOLLOWS * WIDENING
    coverage = shapely.Polygon() if layer.coverage is None else layer.coverage
    inner = shapely.buffer(coverage, -shrink_m, quad_segs=64)
    return Rings.of(np.array([inner], dtype=object), grid)


def _half_diagonal(grid: Grid) -> float:
    return math.hypot(grid.step_east, grid.step_south) / 2
