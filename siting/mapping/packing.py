"""Outlines as text: whole numbers, steps instead of places, five bits to a sign.

Background layers are packed whole: every coordinate of a layer is one number of a stream that
the page unpacks into typed arrays. Coordinates are those of the map itself (Leaflet's spherical
Mercator) in units of :data:`UNIT_M`, counted from an origin near the data, so that the page draws
them without projecting anything. They are for looking at: what is of record is never packed.

A number is written with its lowest five bits first, one sign of :data:`SIGNS` for every five,
and 32 is added to all signs but the last. Steps may be negative: ``2n`` stands for n, ``2n - 1``
for -n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.crs import viewing_degrees
from siting.mapping.sharing import Copies, copies_of

#: The sixty-four signs: none of them means anything to JSON, HTML or a template language.
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#: One unit in metres of the map's plane, which on the ground are fewer (times cos of the latitude).
UNIT_M = 0.05
#: How far a packed vertex lies off at most, in metres: half a unit each way.
PACKED_ERROR_M = UNIT_M / 2 * 2**0.5
#: Radius of the sphere of Leaflet's (and every web map's) Mercator plane, in metres.
SPHERE_M = 6_378_137.0
#: Kinds of shapes in the stream, by dimension.
POINTS, LINES, POLYGONS = 0, 1, 2
KIND_LETTERS = "olp"
_SIGN_BYTES = np.frombuffer(SIGNS.encode("ascii"), dtype=np.uint8)
_BITS, _MORE = 5, 32
#: Places farther from the origin than this (13,000 km) cannot be packed, nor be meant.
_FARTHEST = 1 << 28
#: A page reads numbers with 32-bit arithmetic: seven signs at most.
_MOST, _MOST_SIGNS = 1 << 32, 7

Geometries = NDArray[np.object_]
Whole = NDArray[np.int64]
Places = NDArray[np.float64]
Origin = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Packed:
    """The shapes of a layer as text.

    ``text`` holds per feature ``rings * 4 + kind``, then per ring twice its number of vertices and
    the steps, the first one from the first vertex of the ring before. Where it is one more than
    twice the number, some vertices of the ring are those of earlier ones, backwards
    (:mod:`siting.mapping.sharing`): in turn, how many steps follow, these, how many vertices back
    the first copied one's original lies, and how many are copied. Rings are open, exteriors
    anticlockwise and holes clockwise, so that a page fills them as they come. ``rows`` are the
    positions of the geometries that are in it; what has no shape, or no place on the map, is not.
    """

    text: str
    rows: Whole
    rings: int
    vertices: int
    kind: str

    @property
    def size(self) -> list[int]:
        """Numbers of features, rings and vertices, for which the page makes room."""
        return [len(self.rows), self.rings, self.vertices]


def signs_of(values: Whole) -> str:
    """Return whole numbers from 0 as text.

    Raises
    ------
    ValueError
        When a number is negative or needs more than 32 bits.
    """
    if not len(values):
        return ""
    if values.min() < 0 or values.max() >= _MOST:
        raise ValueError("a number cannot be packed: it is negative or over 32 bits long")
    rest = values.astype(np.uint32)
    lengths = np.ones(len(values), dtype=np.uint8)
    for more in range(1, _MOST_SIGNS):
        longer = values >= 1 << (_BITS * more)
        if not longer.any():
            break
        lengths += longer
    ends = np.cumsum(lengths, dtype=np.int64)
    at = ends - lengths
    digits = np.empty(int(ends[-1]), dtype=np.uint8)
    while len(at):  # one sign of each number that has more of them
        is_longer = lengths > 1
        digits[at] = (rest & (_MORE - 1)) | (is_longer * np.uint8(_MORE))
        at, rest, lengths = (
            at[is_longer] + 1,
            rest[is_longer] >> np.uint32(_BITS),
            lengths[is_longer] - 1,
        )
    return _SIGN_BYTES[digits].tobytes().decode("ascii")


def folded(steps: Whole) -> Whole:
    """Return steps as numbers from 0: small ones stay small, whichever way they go."""
    return (steps << 1) ^ (steps >> 63)


def map_units(coordinates: Places, crs: str) -> Places:
    """Return coordinates (n × 2) of `crs` as units of the map's plane, not yet rounded."""
    radians = np.radians(viewing_degrees(coordinates, crs))
    with np.errstate(all="ignore"):  # what has no place gets none, and is counted by who asks
        north = np.log(np.tan(np.pi / 4 + radians[:, 1] / 2))
    return np.column_stack([radians[:, 0], north]) * (SPHERE_M / UNIT_M)


def origin_of(geometries: Geometries, crs: str) -> Origin:
    """Return a place near the data, from which a page's units are counted.

    ``geometries`` are in `crs`; the origin is the south-western corner of their box.
    """
    bounds = shapely.total_bounds(geometries)
    corner = map_units(bounds[None, :2], crs)[0]
    if not np.isfinite(corner).all():
        return 0, 0
    return int(corner[0]), int(corner[1])


def pack(geometries: Geometries, crs: str, origin: Origin) -> Packed:
    """Return the shapes of a layer, packed.

    Parameters
    ----------
    geometries
        In `crs`; None and empty ones are left out, and of a mixed collection all parts but
        those of the highest dimension.
    crs
        The working CRS.
    origin
        From :func:`origin_of`.
    """
    coordinates, ring_of, row_of, kinds = _rings_of(geometries)
    units = np.rint(map_units(coordinates, crs)) - np.array(origin)
    reachable = (np.abs(units) < _FARTHEST).all(axis=1)  # false for what has no place at all
    lost = np.unique(row_of[ring_of[~reachable]])
    is_in = ~np.isin(row_of, lost)
    keeps = is_in[ring_of]
    ring_sizes = np.bincount(ring_of[keeps], minlength=len(row_of))[is_in]
    rows, ring_counts = np.unique(row_of[is_in], return_counts=True)
    places = units[keeps].astype(np.int64)
    stream = _stream(places, ring_sizes, ring_counts, kinds[rows])
    most = KIND_LETTERS[int(np.bincount(kinds[rows], minlength=3).argmax())]
    return Packed(signs_of(stream), rows, len(ring_sizes), len(places), most)


def _stream(places: Whole, ring_sizes: Whole, ring_counts: Whole, kinds: Whole) -> Whole:
    """Return the numbers of a layer in their order: heads of features, of rings, steps, copies."""
    firsts = np.cumsum(ring_sizes) - ring_sizes
    kind_of_ring = np.repeat(kinds, ring_counts)
    copies = copies_of(places, ring_sizes, kind_of_ring == POLYGONS)
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[firsts] = np.diff(places[firsts], axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    has_copies, runs = _runs_of_told(copies, firsts, ring_sizes)
    follows = np.append(False, copies.is_copied)[copies.at]  # a copy right after a copy
    room = np.where(copies.is_copied, 0, 2)
    room[runs[0]] += 1
    room[copies.at] = 2 + follows
    room[firsts] += 1
    first_rings = np.cumsum(ring_counts) - ring_counts
    room[firsts[first_rings]] += 1
    ends = np.cumsum(room)
    stream = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    begins = ends - room
    stream[begins[firsts[first_rings]]] = ring_counts * 4 + kinds
    begins[firsts[first_rings]] += 1
    stream[begins[firsts]] = ring_sizes * 2 + has_copies
    stream[ends[runs[0]] - 3] = runs[1]
    at = ends[copies.at] - 2
    stream[at], stream[at + 1] = copies.back, copies.length
    at = ends[~copies.is_copied] - 2
    stream[at], stream[at + 1] = folded(steps[~copies.is_copied].T)
    return stream


def _runs_of_told(copies: Copies, firsts: Whole, sizes: Whole) -> tuple[Whole, tuple[Whole, Whole]]:
    """Return which rings have copies; where they go on with steps, and how many these are."""
    told = ~copies.is_copied
    ring_of = np.repeat(np.arange(len(firsts)), sizes)
    has_copies = np.zeros(len(firsts), dtype=np.int64)
    has_copies[ring_of[copies.at]] = 1
    begins = told & ~np.append(False, told)[: len(told)]
    begins[firsts] = True
    at = np.flatnonzero(begins)
    counts = np.add.reduceat(told.astype(np.int64), at) if len(at) else at
    is_said = has_copies[ring_of[at]] == 1
    return has_copies, (at[is_said], counts[is_said])


def _rings_of(shapes: Geometries) -> tuple[Places, Whole, Whole, Whole]:
    """Return open rings, lines and points of all rows in order.

    That is: coordinates; the ring of each; the row of each ring; the kind of each row.
    """
    parts, part_row = _parts_of(_uniform(shapes))
    dimensions = shapely.get_dimensions(parts)
    kinds = np.zeros(len(shapes), dtype=np.int64)
    kinds[part_row] = dimensions
    is_polygon = dimensions == POLYGONS
    rings, of_part = shapely.get_rings(parts[is_polygon], return_index=True)
    is_hole = np.append(False, of_part[1:] == of_part[:-1])[: len(of_part)]
    all_of = np.concatenate([parts[~is_polygon], rings])
    rows = np.concatenate([part_row[~is_polygon], part_row[is_polygon][of_part]])
    # exteriors, holes, and what is no ring at all
    turns = np.concatenate([np.zeros(len(all_of) - len(rings), np.int64), 1 - 2 * is_hole])
    order = np.argsort(rows, kind="stable")
    coordinates, ring_of = shapely.get_coordinates(all_of[order], return_index=True)
    sizes = np.bincount(ring_of, minlength=len(all_of))
    kept = _turned(coordinates, ring_of, sizes, turns[order])
    return coordinates[kept], ring_of[kept], rows[order].astype(np.int64), kinds


def _parts_of(shapes: Geometries) -> tuple[Geometries, Whole]:
    """Return the parts of all rows that are not empty, and their rows."""
    is_there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if (shapely.get_type_id(shapes[is_there]) <= shapely.GeometryType.POLYGON).all():
        return shapes[is_there], np.flatnonzero(is_there)
    parts, part_row = shapely.get_parts(shapes, return_index=True)
    is_there = ~shapely.is_empty(parts)
    return parts[is_there], part_row[is_there]


def _turned(coordinates: Places, ring_of: Whole, sizes: Whole, turns: Whole) -> Whole:
    """Return positions of vertices: rings without the last, exteriors against the clock.

    ``turns`` is 1 for exteriors, -1 for holes, 0 for what is no ring and stays as it is.
    """
    ends = np.cumsum(sizes)
    starts = ends - sizes
    at = np.arange(len(coordinates))
    cross = np.zeros(len(coordinates))
    with np.errstate(invalid="ignore"):  # what has no place turns no way, and is left out later
        x, y = (coordinates - coordinates[starts][ring_of]).T  # millions would cost digits
        cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]  # a ring's first is 0, 0: it ends the last
    twice = np.bincount(ring_of, cross, minlength=len(sizes))
    is_wrong = (twice * turns < 0)[ring_of]
    at[is_wrong] = (starts + ends - 1)[ring_of[is_wrong]] - at[is_wrong]
    is_last = np.zeros(len(coordinates), dtype=bool)
    is_last[ends[turns != 0] - 1] = True
    return at[~is_last]


def _uniform(shapes: Geometries) -> Geometries:
    """Return the shapes, of mixed collections the parts of the highest dimension alone."""
    is_mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not is_mixed.any():
        return shapes
    uniform = shapes.copy()
    uniform[is_mixed] = [highest_parts(each) for each in shapes[is_mixed]]
    return uniform


def highest_parts(geometry: BaseGeometry) -> BaseGeometry | None:
    """Return the parts of the highest dimension as one multi-part geometry; None of nothing."""
    leaves = np.array([] if geometry.is_empty else _leaves(geometry), dtype=object)
    if not len(leaves):
        return None
    dimensions = shapely.get_dimensions(leaves)
    highest = int(dimensions.max())
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    kept = leaves[dimensions == highest]
    made: BaseGeometry = makers[highest](kept, indices=np.zeros(len(kept), dtype=np.int64))[0]
    return made


def _leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    if int(shapely.get_type_id(geometry)) <= shapely.GeometryType.POLYGON:
        return [geometry]
    parts = shapely.get_parts(geometry)
    return [leaf for part in parts if not part.is_empty for leaf in _leaves(part)]
