"""How much of each cell a polygon covers, exactly: the signed area right of each edge.

An edge that runs down through a row adds to each cell right of it the height that it passes, and
to the cells that it crosses the part of them right of it; an edge that runs up takes as much away.
Summed from left to right this is the covered share of each cell (Green's theorem), for holes and
several parts as well. No cell is divided into points, and no geometry is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.model.raster import Floats, Grid

Geometries = NDArray[np.object_]
Longs = NDArray[np.int64]

#: Cells that are covered by less than this share are touched by rounding alone.
LEAST_SHARE = 1e-9
#: Cells of windows that are held at once; each takes some 100 bytes on the way.
CELLS_AT_ONCE = 400_000
#: shapely's number for a polygon of one part: taking its parts would be a copy.
_POLYGON = 3
#: Vertices that are taken apart at once.
VERTICES_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The edges of polygons in cells of a grid: columns from its west, rows from its north.

    ``first`` has one entry per polygon and one more: edges of polygon *i* are
    ``first[i]:first[i + 1]``. Land lies left of an edge as the map is seen.
    """

    start: Floats
    end: Floats
    first: Longs
    boxes: Floats
    """First column, first row, last column, last row of each polygon; NaN where it is empty."""

    @classmethod
    def of(cls, polygons: Geometries, grid: Grid) -> Edges:
        """Take the edges of valid polygons and multipolygons in the CRS of the grid."""
        room = int(shapely.get_num_coordinates(polygons).sum())
        start, end = np.empty((2, room, 2))
        counts, filled = [np.empty(0, dtype=np.int64)], 0
        for some in batches(polygons):
            begin, finish, owner = _edges(some, grid)
            place = slice(filled, filled + len(owner))
            start[place], end[place] = begin, finish
            filled += len(owner)
            counts.append(np.bincount(owner, minlength=len(some)))
        first = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        west, south, east, north = shapely.bounds(polygons).reshape(-1, 4).T
        boxes = np.column_stack(
            [
                (west - grid.west) / grid.step_east,
                (grid.north - north) / grid.step_south,
                (east - grid.west) / grid.step_east,
                (grid.north - south) / grid.step_south,
            ]
        )
        return cls(start[:filled], end[:filled], first.astype(np.int64), boxes)


def batches(polygons: Geometries) -> list[Geometries]:
    """Cut polygons into batches of some vertices: GEOS copies what it takes apart."""
    batch = np.cumsum(shapely.get_num_coordinates(polygons)) // VERTICES_AT_ONCE
    return np.split(polygons, np.flatnonzero(np.diff(batch)) + 1)


def rings_of(polygons: Geometries) -> tuple[Geometries, Longs]:
    """Return the rings of polygons and multipolygons, and whose they are."""
    parts, polygon_of = polygons, np.arange(len(polygons))
    if (shapely.get_type_id(polygons) != _POLYGON).any():
        parts, polygon_of = shapely.get_parts(polygons, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    return rings, polygon_of[part_of]


def _edges(polygons: Geometries, grid: Grid) -> tuple[Floats, Floats, Longs]:
    """Return the edges of polygons in cells, and whose they are."""
    turned = shapely.orient_polygons(polygons, exterior_cw=False)
    rings, polygon_of = rings_of(turned)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    cells = np.column_stack(
        [(points[:, 0] - grid.west) / grid.step_east, (grid.north - points[:, 1]) / grid.step_south]
    )
    is_edge = ring_of[1:] == ring_of[:-1]
    return cells[:-1][is_edge], cells[1:][is_edge], polygon_of[ring_of[:-1][is_edge]]


@dataclass(frozen=True, eq=False, slots=True)
class Windows:
    """The cells around some polygons within some rows, and the covered share of each.

    Cells of one polygon stand together, row by row; ``polygon``, ``row``, ``column`` and
    ``share`` have an entry per cell that is covered at all.
    """

    polygon: Longs
    row: Longs
    column: Longs
    share: Floats


def covered(edges: Edges, grid: Grid, first_row: int, rows: int) -> Iterator[Windows]:
    """Yield the covered cells of all polygons within some rows of the grid, a part at a time."""
    west, north, east, south = edges.boxes.T
    with np.errstate(invalid="ignore"):
        top = np.clip(np.floor(north), first_row, first_row + rows)
        bottom = np.clip(np.ceil(south), first_row, first_row + rows)
        left, right = np.clip([np.floor(west), np.ceil(east)], 0, grid.columns)
        is_seen = (bottom > top) & (right > left)
    which = np.flatnonzero(is_seen)
    frames = np.column_stack([top, bottom, left, right])[which].astype(np.int64)
    sizes = (frames[:, 1] - frames[:, 0]) * (frames[:, 3] - frames[:, 2] + 1)
    batch = np.cumsum(sizes) // CELLS_AT_ONCE
    for each in np.split(np.arange(len(which)), np.flatnonzero(np.diff(batch)) + 1):
        if len(each):
            yield _windows(edges, which[each], frames[each])


def _windows(edges: Edges, which: Longs, frames: Longs) -> Windows:
    top, bottom, left, right = frames.T
    widths = right - left + 1
    sizes = (bottom - top) * widths
    begin = np.concatenate([[0], np.cumsum(sizes)])
    at, window = _taken(edges.first[which], edges.first[which + 1] - edges.first[which])
    shift = np.column_stack([left, top])[window]
    pieces = _by_row(edges.start[at] - shift, edges.end[at] - shift, (bottom - top)[window])
    window = window[pieces.edge]
    steps, parts = _by_cell(pieces, (right - left)[window])
    owner = window[steps.piece]
    flat = begin[owner] + steps.row * widths[owner] + steps.column
    return _summed(totals(flat, parts, int(begin[-1])), which, frames)


def totals(of: Longs, weights: Floats, count: int) -> Floats:
    """Return the sum of the weights of each of `count` things, in the order given."""
    sums: Floats = np.bincount(of, weights=weights, minlength=count).astype(np.float64)
    return sums


def _summed(steps: Floats, which: Longs, frames: Longs) -> Windows:
    """Sum the steps of each row of each window from left to right."""
    top, bottom, left, right = frames.T
    lines, window = _taken(top, bottom - top)
    widths = (right - left + 1)[window]
    starts = np.concatenate([[0], np.cumsum(widths)])[:-1]
    sums = np.cumsum(steps)
    before = np.where(starts > 0, sums[starts - 1], 0.0)
    share = sums - np.repeat(before, widths)
    kept = np.flatnonzero(share > LEAST_SHARE)
    line = np.repeat(np.arange(len(lines)), widths)[kept]
    column = kept - starts[line] + left[window[line]]
    # the column past the last only takes what edges leave there
    is_cell = column < right[window[line]]
    kept, line, column = kept[is_cell], line[is_cell], column[is_cell]
    shares = np.minimum(share[kept], 1.0)
    return Windows(which[window[line]], lines[line], column, shares)


def _taken(first: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """Return first, first + 1 … for each count, and which of them each one is of."""
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(owner)) - before[owner] + first[owner], owner


@dataclass(frozen=True, eq=False, slots=True)
class _Pieces:
    """Edges cut at the rows: each within one row, from column ``left`` to ``right``."""

    edge: Longs
    row: Longs
    left: Floats
    right: Floats
    height: Floats
    """In cells; below 0 where the edge runs up."""


def _by_row(start: Floats, end: Floats, rows: Longs) -> _Pieces:
    """Cut edges at the rows of their windows; what lies above or below is dropped."""
    is_down = start[:, 1] < end[:, 1]
    upper = np.where(is_down[:, None], start, end)
    lower = np.where(is_down[:, None], end, start)
    first = np.maximum(np.floor(upper[:, 1]), 0).astype(np.int64)
    last = np.minimum(np.ceil(lower[:, 1]), rows).astype(np.int64)
    counts = np.where(upper[:, 1] < lower[:, 1], np.maximum(last - first, 0), 0)
    row, edge = _taken(first, counts)
    x0, y0 = upper[edge].T
    x1, y1 = lower[edge].T
    top, bottom = np.maximum(y0, row), np.minimum(y1, row + 1)
    lean = (x1 - x0) / (y1 - y0)
    begin, finish = x0 + (top - y0) * lean, np.where(bottom == y1, x1, x0 + (bottom - y0) * lean)
    height = (bottom - top) * np.where(is_down[edge], 1.0, -1.0)
    return _Pieces(edge, row, np.minimum(begin, finish), np.maximum(begin, finish), height)


def _by_cell(pieces: _Pieces, columns: Longs) -> tuple[_Steps, Floats]:
    """Return what each piece adds to which cell; what lies beside the window counts at its rim."""
    first = np.clip(np.floor(pieces.left), 0, columns).astype(np.int64)
    last = np.maximum(np.minimum(np.ceil(pieces.right), columns), first + 1).astype(np.int64)
    column, piece = _taken(first, last - first)
    share = _right_of(pieces, piece, column)
    is_first = np.diff(piece, prepend=-1) > 0
    is_last = np.diff(piece, append=len(first)) > 0
    before = np.where(is_first, 0.0, np.roll(share, 1))
    ends = piece[is_last]
    steps = _Steps(
        np.concatenate([piece, ends]),
        np.concatenate([pieces.row[piece], pieces.row[ends]]),
        np.concatenate([column, np.minimum(column[is_last] + 1, columns[ends])]),
    )
    return steps, np.concatenate([share - before, pieces.height[ends] - share[is_last]])


@dataclass(frozen=True, eq=False, slots=True)
class _Steps:
    """From which cell on the covered share changes."""

    piece: Longs
    row: Longs
    column: Longs


def _right_of(pieces: _Pieces, piece: Longs, column: Longs) -> Floats:
    """Return how much of a cell lies right of a piece that is as high as it passes."""
    left, right = pieces.left[piece], pieces.right[piece]
    is_upright = right <= left
    reach = np.where(is_upright, 1.0, right - left)
    low, high = np.clip([left, right], column, column + 1)
    # the parts of the height that are passed left of the cell, and within it
    before = np.where(is_upright, left < column, (np.clip(column, left, right) - left) / reach)
    is_here = (left >= column) & (left < column + 1)
    inside = np.where(is_upright, is_here, (high - low) / reach)
    share: Floats = pieces.height[piece] * (before + inside * (column + 1 - (low + high) / 2))
    return share
