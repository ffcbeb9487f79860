"""Geometries as arrays of coordinates, and back to the very same objects.

Polygons and multipolygons are vertices with offsets (ring, part, row; the way of GeoArrow),
which the overlay kernel takes as they are. What is neither (a line, a point) or has empty
parts is its WKB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.model import RingArrays
from siting.store import Column, PlainColumn
from siting.store.columns import positions_of

Geometries = NDArray[np.object_]
Positions = NDArray[np.intp]

POLYGON, MULTIPOLYGON = 3, 6
#: Stands for a row that is WKB.
OTHER = 255
#: The arrays, in the order of the fields.
NAMES = ("kinds", "row_parts", "part_rings", "ring_vertices", "xy", "wkb_offsets", "wkb")


@dataclass(frozen=True, eq=False, slots=True)
class Outlines:
    """Geometries by row.

    ``kinds``: shapely's type id, or ``OTHER``. ``row_parts``, ``part_rings``,
    ``ring_vertices``: where the parts, rings and vertices of each begin, and the end (a row of
    ``OTHER`` has no part). ``xy``: vertices, n × 2. ``wkb_offsets``, ``wkb``: bytes of the
    ``OTHER`` rows, all others having none.
    """

    kinds: Column
    row_parts: Column
    part_rings: Column
    ring_vertices: Column
    xy: Column
    wkb_offsets: Column
    wkb: Column

    @classmethod
    def within(cls, columns: Mapping[str, Column]) -> Self:
        """Return the outlines that the arrays named ``NAMES`` are."""
        return cls(*(columns[name] for name in NAMES))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return outlines over arrays in memory."""
        return cls(*(PlainColumn(arrays[name]) for name in NAMES))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.kinds)

    def take(self, positions: Positions) -> Geometries:
        """Return the geometries of some rows as objects."""
        found: Geometries = np.full(len(positions), None, dtype=object)
        kinds = self.kinds.take(positions)
        for kind in (POLYGON, MULTIPOLYGON):
            at = np.flatnonzero(kinds == kind)
            if len(at):
                found[at] = self._polygons(positions[at], kind)
        at = np.flatnonzero(kinds == OTHER)
        if len(at):
            found[at] = self._others(positions[at])
        return found

    def rings(self) -> RingArrays | None:
        """Return all rows as rings, as they are; None where one is neither kind of polygon."""
        if (self.kinds.whole() == OTHER).any():
            return None
        offsets = self.ring_vertices.whole(), self.part_rings.whole(), self.row_parts.whole()
        return RingArrays(self.xy.whole(), *offsets)

    def _polygons(self, rows: Positions, kind: int) -> Geometries:
        parts, row_parts = _gathered(self.row_parts, rows)
        rings, part_rings = _gathered(self.part_rings, parts)
        starts, stops = self.ring_vertices.take(rings), self.ring_vertices.take(rings + 1)
        ring_vertices = _offsets(stops - starts)
        xy = self.xy.spans(starts, stops)
        offsets: tuple[NDArray[np.int64], ...] = (ring_vertices, part_rings)
        if kind == MULTIPOLYGON:
            offsets = (*offsets, row_parts)
        shapes: Geometries = shapely.from_ragged_array(shapely.GeometryType(kind), xy, offsets)
        return shapes

    def _others(self, rows: Positions) -> Geometries:
        starts, stops = self.wkb_offsets.take(rows), self.wkb_offsets.take(rows + 1)
        content = self.wkb.spans(starts, stops).tobytes()
        ends = np.cumsum(stops - starts)
        values = [
            content[end - size : end]
            for end, size in zip(ends.tolist(), (stops - starts).tolist(), strict=True)
        ]
        shapes: Geometries = shapely.from_wkb(np.array(values, dtype=object))
        return shapes


def _gathered(offsets: Column, rows: Positions) -> tuple[Positions, NDArray[np.int64]]:
    """Return the members of some groups, and where each group begins among them."""
    starts, stops = offsets.take(rows), offsets.take(rows + 1)
    return positions_of(starts, stops), _offsets(stops - starts)


def _offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)])


@dataclass(frozen=True, eq=False, slots=True)
class Bare:
    """Outlines of one ring each whose vertices somebody else will write.

    ``rows`` are their positions, ``kinds`` their type ids, ``vertices`` how many each has.
    """

    rows: Positions
    kinds: NDArray[np.integer[Any]]
    vertices: NDArray[np.int64]


def arrays_of(size: int, bare: Bare, rows: Positions, shapes: Geometries) -> dict[str, Any]:
    """Return the arrays of :class:`Outlines`, the vertices of bare rows still to be written.

    Parameters
    ----------
    size
        How many rows there are.
    bare
        Rows whose vertices the caller writes into ``xy``, from ``ring_vertices`` of the row's
        only ring on.
    rows, shapes
        All others, and their positions, ascending.
    """
    is_areal = _is_areal(shapes)
    areal, own = shapes[is_areal], rows[is_areal]
    kinds = np.full(size, OTHER, np.uint8)
    kinds[bare.rows] = bare.kinds
    kinds[own] = shapely.get_type_id(areal)
    xy, (rings, parts, members) = _ragged(areal)
    counts = np.zeros(size, np.int64)
    counts[bare.rows], counts[own] = 1, np.diff(members)
    row_parts = _offsets(counts)
    # Where the parts of the rows that are objects lie among all parts, and their rings.
    part_at = positions_of(row_parts[own], row_parts[own + 1])
    counts = np.ones(row_parts[-1], np.int64)
    counts[part_at] = np.diff(parts)
    part_rings = _offsets(counts)
    ring_at = positions_of(part_rings[part_at], part_rings[part_at + 1])
    counts = np.empty(part_rings[-1], np.int64)
    counts[part_rings[row_parts[bare.rows]]] = bare.vertices
    counts[ring_at] = np.diff(rings)
    ring_vertices = _offsets(counts)
    vertices = xy
    if len(bare.rows):
        vertices = np.empty((ring_vertices[-1], 2))
        vertices[positions_of(ring_vertices[ring_at], ring_vertices[ring_at + 1])] = xy
    arrays = (kinds, row_parts, part_rings, ring_vertices, vertices)
    others = _wkb(size, rows[~is_areal], shapes[~is_areal])
    return dict(zip(NAMES, (*arrays, *others), strict=True))


def outlines_of(shapes: Geometries) -> Outlines:
    """Return geometries (no None among them) as outlines in memory."""
    nothing = np.empty(0, np.int64)
    bare = Bare(nothing, nothing, nothing)
    return Outlines.of(arrays_of(len(shapes), bare, np.arange(len(shapes)), shapes))


def _is_areal(shapes: Geometries) -> NDArray[np.bool_]:
    """True for polygons and multipolygons in 2D without an empty part."""
    kinds = shapely.get_type_id(shapes)
    areal: NDArray[np.bool_] = ((kinds == POLYGON) | (kinds == MULTIPOLYGON)) & ~shapely.is_empty(
        shapes
    )
    areal &= ~shapely.has_z(shapes) & ~shapely.has_m(shapes)
    parts, owners = shapely.get_parts(shapes, return_index=True)
    areal[owners[shapely.is_empty(parts)]] = False
    return areal


def _ragged(shapes: Geometries) -> tuple[NDArray[np.float64], tuple[NDArray[np.int64], ...]]:
    """Return vertices, and the offsets of rings, parts and rows."""
    if not len(shapes):
        zero = np.zeros(1, np.int64)
        return np.empty((0, 2)), (zero, zero, zero)
    kind, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    if kind == POLYGON:
        offsets = (*offsets, np.arange(len(shapes) + 1, dtype=np.int32))
    return xy, tuple(each.astype(np.int64) for each in offsets)


def _wkb(
    size: int, rows: Positions, shapes: Geometries
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    values = shapely.to_wkb(shapes, byte_order=1, flavor="iso").tolist()
    lengths = np.zeros(size, np.int64)
    lengths[rows] = [len(value) for value in values]
    return _offsets(lengths), np.frombuffer(b"".join(values), np.uint8)
