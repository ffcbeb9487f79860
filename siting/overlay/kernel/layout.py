"""From geometries or raw rings to a :class:`Layout`, in numpy alone."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.errors import SitingError
from siting.overlay.kernel.records import (
    LARGEST_COORDINATE,
    UNIT_ROUNDOFF,
    Floats,
    Ints,
    Layout,
    Longs,
)

Geometries = NDArray[np.object_]

_POLYGON, _MULTIPOLYGON = 3, 6


class Rings:
    """Closed rings, grouped into parts (first ring: exterior) and parts into features.

    Parameters
    ----------
    xy
        Easting and northing, n × 2.
    ring_vertices, part_rings, feature_parts
        Offsets, each with the end as its last entry.

    Raises
    ------
    SitingError
        A coordinate is no number or beyond ``LARGEST_COORDINATE``, or a ring is not closed.
    """

    def __init__(
        self, xy: Floats, ring_vertices: Longs, part_rings: Longs, feature_parts: Longs
    ) -> None:
        self.xy: Floats = _read_only(xy, np.float64)
        self.ring_vertices: Longs = _read_only(ring_vertices, np.int64)
        self.part_rings: Longs = _read_only(part_rings, np.int64)
        self.feature_parts: Longs = _read_only(feature_parts, np.int64)
        self._refuse_what_is_no_ground()

    def _refuse_what_is_no_ground(self) -> None:
        if not len(self.xy):
            return
        # minimum and maximum carry NaN on
        least, most = float(self.xy.min()), float(self.xy.max())
        if not (least >= -LARGEST_COORDINATE and most <= LARGEST_COORDINATE):
            raise SitingError(
                "a polygon has a coordinate that is no place on the ground",
                expected=f"finite coordinates up to {LARGEST_COORDINATE:g}",
                found=f"{least} to {most}",
                next_step="mend the geometry: siting doctor names the feature",
            )
        begins, ends = self.ring_vertices[:-1], self.ring_vertices[1:]
        is_ring = ends > begins
        first, last = self.xy[begins[is_ring]], self.xy[ends[is_ring] - 1]
        if not np.array_equal(first, last):
            open_rings = int((first != last).any(axis=1).sum())
            raise SitingError(
                "a ring does not end where it begins",
                expected="closed rings",
                found=f"{open_rings} open ring(s)",
                next_step="close the rings before measuring",
            )

    @property
    def part_vertices(self) -> Longs:
        """The first vertex of each part, and the end."""
        return self.ring_vertices[self.part_rings]

    @property
    def part_feature(self) -> Longs:
        """The feature of each part."""
        return np.repeat(np.arange(len(self.feature_parts) - 1), np.diff(self.feature_parts))


def _read_only(array: NDArray[Any], dtype: type) -> NDArray[Any]:
    view: NDArray[Any] = np.ascontiguousarray(array, dtype=dtype).view()
    view.flags.writeable = False
    return view


def rings_of(geometries: Geometries) -> Rings:
    """Return the rings of polygons; what is no polygon (None, empty, lines) has none."""
    kinds = shapely.get_type_id(geometries)
    is_area = ((kinds == _POLYGON) | (kinds == _MULTIPOLYGON)) & ~shapely.is_empty(geometries)
    counts = np.zeros(len(geometries), np.int64)
    if not is_area.any():
        zero = np.zeros(1, np.int64)
        return Rings(np.empty((0, 2)), zero, zero, np.concatenate([zero, counts]))
    kind, xy, offsets = shapely.to_ragged_array(geometries[is_area], include_z=False)
    counts[is_area] = np.diff(offsets[2]) if kind == _MULTIPOLYGON else 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Rings(xy, offsets[0].astype(np.int64), offsets[1].astype(np.int64), starts)


def settle_turns(rings: Rings, turns: Ints) -> None:
    """Replace each 0 of `turns` (a needle whose sign rounding hides) by exact arithmetic."""
    for ring in np.flatnonzero(turns == 0):
        begin, end = rings.ring_vertices[ring], rings.ring_vertices[ring + 1]
        points = [(Fraction(x), Fraction(y)) for x, y in rings.xy[begin:end].tolist()]
        twice = sum(
            (a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points)),
            Fraction(0),
        )
        turns[ring] = (twice > 0) - (twice < 0)


def frozen(layout: Layout) -> Layout:
    """Return the layout with arrays that cannot be written, as the compiled functions expect."""
    arrays: list[Any] = []
    for array in layout:
        view = array.view()
        view.flags.writeable = False
        arrays.append(view)
    return Layout(*arrays)


def without_grids(rings: Rings, boxes: Floats, part_edges: Longs, order: Ints) -> Layout:
    """Return a layout whose parts are all scanned whole."""
    return frozen(
        Layout(
            xy=rings.xy,
            part_vertices=rings.part_vertices,
            part_feature=rings.part_feature,
            feature_parts=rings.feature_parts,
            boxes=boxes,
            part_edges=part_edges,
            order=order,
            part_grid=np.full(len(boxes), -1, np.int64),
            grid_frame=np.empty((0, 4)),
            grid_shape=np.empty((0, 3), np.int64),
            cell_start=np.zeros(1, np.int64),
            cell_edges=np.empty(0, np.int32),
            cell_anchor=np.empty(0, np.int32),
        )
    )


def prepare(rings: Rings) -> Layout:
    """Return the layout of rings, made with numpy; the compiled one is equal, but for grids."""
    turns = _turns(rings)
    settle_turns(rings, turns)
    count = len(rings.xy)
    ring = np.repeat(np.arange(len(turns)), np.diff(rings.ring_vertices))
    part = np.repeat(np.arange(len(rings.part_rings) - 1), np.diff(rings.part_vertices))
    is_edge = np.ones(count, dtype=bool)
    is_edge[rings.ring_vertices[1:][np.diff(rings.ring_vertices) > 0] - 1] = False
    vertex = np.flatnonzero(is_edge)
    start, end = rings.xy[vertex], rings.xy[np.minimum(vertex + 1, count - 1)]
    is_long = (start != end).any(axis=1)
    vertex, start, end = vertex[is_long], start[is_long], end[is_long]
    is_exterior = np.zeros(len(turns), dtype=bool)
    is_exterior[rings.part_rings[:-1][np.diff(rings.part_rings) > 0]] = True
    is_against = ((turns > 0) == is_exterior)[ring[vertex]]
    start, end = (
        np.where(is_against[:, None], end, start),
        np.where(is_against[:, None], start, end),
    )
    is_back = start[:, 0] > end[:, 0]
    west, east = np.where(is_back[:, None], end, start), np.where(is_back[:, None], start, end)
    owner = part[vertex]
    keys = (~is_back, east[:, 1], east[:, 0], west[:, 1], west[:, 0], owner)
    sorted_by = np.lexsort(keys)
    base = rings.part_vertices[owner]
    order = (2 * (vertex - base) + is_against)[sorted_by].astype(np.int32)
    parts = len(rings.part_rings) - 1
    part_edges = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=parts))])
    return without_grids(rings, _boxes(rings), part_edges.astype(np.int64), order)


def _boxes(rings: Rings) -> Floats:
    boxes = np.full((len(rings.part_rings) - 1, 4), np.nan)
    begins = rings.part_vertices
    is_area = np.diff(begins) > 0
    if is_area.any():
        at = begins[:-1][is_area]
        boxes[is_area, :2] = np.minimum.reduceat(rings.xy, at, axis=0)
        boxes[is_area, 2:] = np.maximum.reduceat(rings.xy, at, axis=0)
    return boxes


def _turns(rings: Rings) -> Ints:
    """Return 1 for anticlockwise rings, -1 for clockwise ones, 0 where rounding hides it."""
    sizes = np.diff(rings.ring_vertices)
    turns = np.zeros(len(sizes), np.int32)
    is_ring = sizes > 0
    if not is_ring.any():
        return turns
    begins = rings.ring_vertices[:-1]
    local = rings.xy - np.repeat(rings.xy[np.minimum(begins, len(rings.xy) - 1)], sizes, axis=0)
    ahead = np.roll(local, -1, axis=0)
    one, other = local[:, 0] * ahead[:, 1], ahead[:, 0] * local[:, 1]
    # the last vertex of a ring is its first, where local coordinates are zero: no term
    is_last = np.zeros(len(local), dtype=bool)
    is_last[rings.ring_vertices[1:][is_ring] - 1] = True
    one[is_last] = other[is_last] = 0.0
    totals = np.add.reduceat(one - other, begins[is_ring])
    spans = np.add.reduceat(np.abs(one) + np.abs(other), begins[is_ring])
    doubt = (sizes[is_ring] + 8) * 2.0 * UNIT_ROUNDOFF * spans
    turns[is_ring] = (totals > doubt).astype(np.int32) - (totals < -doubt).astype(np.int32)
    return turns
