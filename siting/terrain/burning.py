"""Polygons as cells: which cells have their centre inside, strip by strip.

The rule is GDAL's own: a cell counts when its centre lies inside, by the even-odd rule over all
rings of a polygon. A centre exactly on an edge belongs to the polygon west of it, on a level edge
to the one south of it, so that polygons which share their edges share out the cells between them.
(GDAL gives a centre on the southern edge to the northern polygon as well where that edge happens
to be drawn from east to west.)
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.model import RingArrays
from siting.model.raster import Floats, Grid
from siting.terrain.coverage import Edges, Geometries, batches, covered, rings_of

Longs = NDArray[np.int64]
Bits = NDArray[np.uint32]
Mask = NDArray[np.bool_]

#: Crossings of one polygon that there is room for at first.
_FIRST_ROOM = 4_096


@dataclass(frozen=True, eq=False, slots=True)
class Rings:
    """The rings of polygons in cells of a grid: columns from its west, rows from its north.

    Vertices of ring *i* are ``ring_first[i]:ring_first[i + 1]`` of ``xy``, rings of polygon *i*
    ``polygon_first[i]:polygon_first[i + 1]``. Rows of ``boxes``: first column, first row, last
    column, last row of a polygon; NaN where it is empty.
    """

    xy: Floats
    ring_first: Longs
    polygon_first: Longs
    boxes: Floats

    @classmethod
    def of(cls, polygons: Geometries, grid: Grid) -> Rings:
        """Take the rings of polygons and multipolygons in the CRS of the grid."""
        xy = np.empty((int(shapely.get_num_coordinates(polygons).sum()), 2))
        ring_sizes, ring_counts, filled = [np.empty(0, dtype=np.int64)], [], 0
        for some in batches(polygons):
            rings, owner = rings_of(some)
            points = shapely.get_coordinates(rings)
            xy[filled : filled + len(points)] = points
            filled += len(points)
            ring_sizes.append(shapely.get_num_coordinates(rings).astype(np.int64))
            ring_counts.append(np.bincount(owner, minlength=len(some)).astype(np.int64))
        west, south, east, north = shapely.bounds(polygons).reshape(-1, 4).T
        boxes = _in_cells(np.column_stack([west, north, east, south]).reshape(-1, 2), grid)
        return cls(
            xy=_in_cells(xy[:filled], grid),
            ring_first=_offsets(np.concatenate(ring_sizes)),
            polygon_first=_offsets(np.concatenate(ring_counts)),
            boxes=boxes.reshape(-1, 4),
        )

    @classmethod
    def of_arrays(cls, arrays: RingArrays, grid: Grid, keep: Mask) -> Rings:
        """Take the rings of rows in the CRS of the grid; rows that are not kept are empty."""
        polygon_first = arrays.part_rings[arrays.row_parts]
        xy = _in_cells(arrays.xy.astype(np.float64), grid)
        begin = arrays.ring_vertices[polygon_first]
        has_land = begin[1:] > begin[:-1]
        boxes = np.full((len(keep), 4), np.nan)
        for column, (side, pick) in enumerate(itertools.product((np.minimum, np.maximum), (0, 1))):
            boxes[has_land, column] = side.reduceat(xy[:, pick], begin[:-1][has_land])
        boxes[~keep] = np.nan
        offsets = arrays.ring_vertices.astype(np.int64), polygon_first.astype(np.int64)
        return cls(xy, *offsets, boxes)


def _offsets(sizes: Longs) -> Longs:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _in_cells(points: Floats, grid: Grid) -> Floats:
    """Turn points into columns from the west and rows from the north, in place."""
    points -= (grid.west, grid.north)
    points /= (grid.step_east, -grid.step_south)
    return points


def burn(rings: Rings, cells: Bits, *, first_row: int = 0, bits: int = 1) -> None:
    """Set bits in the cells whose centre lies in some polygon.

    Parameters
    ----------
    rings
        From :meth:`Rings.of`, on the grid of the cells.
    cells
        Some rows of the grid, whole and C-contiguous; changed in place, other bits stay.
    first_row
        Which row of the grid the first of them is.
    bits
        What is set.
    """
    from siting.terrain.scanlines import burn_rings

    ends = np.empty(len(cells) + 2, dtype=np.int64)
    room = _FIRST_ROOM
    while room:
        arrays = rings.xy, rings.ring_first, rings.polygon_first, rings.boxes
        cut = np.empty(room, dtype=np.int32)
        # setting a bit twice is setting it once: where room was short all is done again
        room = burn_rings(*arrays, first_row, bits, cells, ends, cut)


def touch(edges: Edges, grid: Grid, cells: Bits, *, first_row: int = 0, bits: int = 1) -> None:
    """Set bits in the cells that polygons cover at all; see :func:`burn`.

    Cells are covered by more than :data:`siting.terrain.coverage.LEAST_SHARE`: one that an edge
    only runs along is not touched.
    """
    for windows in covered(edges, grid, first_row, len(cells)):
        cells[windows.row - first_row, windows.column] |= np.uint32(bits)
