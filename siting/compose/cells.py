"""A red line cut into cells: which plots lie on each piece of it, with nothing lost or doubled.

Each covering (current land use, villages, basic farmland …) cuts what the ones before it left.
A piece that no feature covers stays a cell, and so does one that several cover: gaps and
overlaps of a layer are found here, never spread over their neighbours. That the cells make up
their red line is checked each time, and each feature's share is held against its witnessed
overlap area; where the float overlay fails, the cut is made again on a grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay import Pairs, overlap_geometries, pair_areas, polygons_only

Geometries = NDArray[np.object_]
#: Features (by position in their covering) that lie on a cell, ascending; empty: none does.
Members = tuple[int, ...]

#: Grids that the cut is tried on, metres; None is the float overlay.
GRIDS_M = (None, 1e-6, 1e-5)
#: The cells of one cut may differ from their whole by this much: far under a shown 0.01 m².
CLOSE_M2 = 0.001
#: A feature's cells may differ from its witnessed overlap by this much, or by this share.
SHARE_M2, SHARE = 0.01, 1e-6


class NotClosedError(Exception):
    """The cells do not make up their red line by any way; caught in this room, told as a gap."""

    def __init__(self, residue_m2: float) -> None:
        self.residue_m2 = residue_m2
        super().__init__(f"{residue_m2!r} m²")


@dataclass(frozen=True, eq=False)
class Covering:
    """Features of one kind that may cover a red line, valid polygons in the working CRS.

    Sorted by `ids`, so that the same features in another order give the same cells.
    """

    name: str
    shapes: Geometries
    ids: tuple[str, ...]
    tree: shapely.STRtree

    @classmethod
    def of(cls, name: str, shapes: Geometries, ids: Sequence[str]) -> Covering:
        """Return a covering of shapes that are sorted by id already."""
        return cls(name, shapes, tuple(ids), shapely.STRtree(shapes))

    def near(self, shape: BaseGeometry) -> NDArray[np.int64]:
        """Return the positions of the features whose box meets that of a shape, ascending."""
        return np.sort(self.tree.query(shape)).astype(np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """A piece of a red line and, per covering, the features that lie on all of it."""

    geometry: BaseGeometry
    members: tuple[Members, ...]


def cells_of(outline: BaseGeometry, coverings: Sequence[Covering]) -> list[Cell]:
    """Return the cells that the coverings cut a red line into.

    Parameters
    ----------
    outline
        A valid polygon or multipolygon.
    coverings
        In the order in which ``Cell.members`` lists them.

    Raises
    ------
    NotClosedError
        When the cells do not make up the outline, whatever grid the cut is made on.
    """
    cells = [Cell(outline, ())]
    for covering in coverings:
        cells = [
            Cell(geometry, (*cell.members, members))
            for cell in cells
            for geometry, members in cut(cell.geometry, covering)
        ]
    return cells


def cut(shape: BaseGeometry, covering: Covering) -> list[tuple[BaseGeometry, Members]]:
    """Return the pieces of a polygon with the features that cover each, bare ground included.

    Raises
    ------
    NotClosedError
        See :func:`cells_of`.
    """
    near = covering.near(shape)
    features = covering.shapes[near]
    whole = np.array([shape], dtype=object)
    pairs = pair_areas(whole, features)
    if not len(pairs):
        return [(shape, ())]
    worst_m2 = math.inf
    for grid_m in GRIDS_M:
        try:
            pieces = list(_pieces(whole, features, pairs, grid_m=grid_m))
        except shapely.errors.GEOSException:
            continue
        residue_m2 = _residue_m2(shape, pieces, pairs)
        if residue_m2 <= CLOSE_M2:
            return [
                (piece, tuple(int(near[pairs.right[member]]) for member in members))
                for piece, members in pieces
            ]
        worst_m2 = min(worst_m2, residue_m2)
    raise NotClosedError(worst_m2)


def _pieces(
    whole: Geometries, features: Geometries, pairs: Pairs, *, grid_m: float | None
) -> Iterator[tuple[BaseGeometry, Members]]:
    """Yield pieces with the positions (within `pairs`) of what covers them."""
    covers = features[pairs.right]
    if grid_m is None:
        shares = overlap_geometries(whole, features, pairs)
    else:
        shares = _polygons(shapely.intersection(whole[0], covers, grid_size=grid_m))
    union = shapely.union_all(covers, grid_size=grid_m)
    bare = polygons_only(shapely.difference(whole[0], union, grid_size=grid_m))
    # what the shares have too much is what they have in common: mostly nothing, and known so
    # without a look at each pair of neighbours
    twice_m2 = math.fsum([*shapely.area(shares).tolist(), bare.area, -float(whole[0].area)])
    groups = [[each] for each in range(len(shares))] if twice_m2 <= CLOSE_M2 else _tangles(shares)
    for group in groups:
        yield from _arranged(shares, group, grid_m=grid_m)
    if not bare.is_empty:
        yield bare, ()


def _polygons(geometries: Geometries) -> Geometries:
    return np.array([polygons_only(each) for each in geometries], dtype=object)


def _tangles(shares: Geometries) -> list[list[int]]:
    """Return the shares in groups that overlap each other, directly or by way of others."""
    overlaps = pair_areas(shares, shares)
    home = list(range(len(shares)))

    def root(position: int) -> int:
        while home[position] != position:
            position = home[position]
        return position

    for left, right in zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True):
        low, high = sorted((root(left), root(right)))
        home[high] = low
    groups: dict[int, list[int]] = {}
    for position in range(len(shares)):
        groups.setdefault(root(position), []).append(position)
    return [groups[first] for first in sorted(groups)]


def _arranged(
    shares: Geometries, group: list[int], *, grid_m: float | None
) -> Iterator[tuple[BaseGeometry, Members]]:
    """Yield the pieces that overlapping shares cut each other into."""
    pieces: list[tuple[BaseGeometry, Members]] = []
    for position in group:
        rest = shares[position]
        grown: list[tuple[BaseGeometry, Members]] = []
        for piece, members in pieces:
            common = polygons_only(shapely.intersection(piece, rest, grid_size=grid_m))
            if common.is_empty:
                grown.append((piece, members))
                continue
            grown.append((common, (*members, position)))
            left = polygons_only(shapely.difference(piece, rest, grid_size=grid_m))
            grown.extend([] if left.is_empty else [(left, members)])
            rest = polygons_only(shapely.difference(rest, piece, grid_size=grid_m))
        pieces = grown if rest.is_empty else [*grown, (rest, (position,))]
    yield from pieces


def _residue_m2(
    shape: BaseGeometry, pieces: Sequence[tuple[BaseGeometry, Members]], pairs: Pairs
) -> float:
    """Return what the pieces miss of the whole, or infinity where a feature's share is wrong."""
    areas = [float(shapely.area(piece)) for piece, _ in pieces]
    share_m2 = np.zeros(len(pairs))
    for area, (_, members) in zip(areas, pieces, strict=True):
        share_m2[list(members)] += area
    tolerance = np.maximum(SHARE_M2, SHARE * pairs.area_m2)
    if (np.abs(share_m2 - pairs.area_m2) > tolerance).any():
        return math.inf
    return abs(math.fsum([*areas, -float(shapely.area(shape))]))
