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
Origin = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Packed:
    """The shapes of a layer as text.

    ``text`` holds per feature ``rings * 4 + kind``, then per ring its number of vertices and the
    steps, the first one from the first vertex of the ring before. Rings are open, exteriors
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
    lengths = np.ones(len(values), dtype=np.int64)
    for more in range(1, _MOST_SIGNS):
        lengths += values >= 1 << (_BITS * more)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    digits = np.empty(int(ends[-1]), dtype=np.uint8)
    for place in range(int(lengths.max())):
        has_it = lengths > place
        bits = (values[has_it] >> (_BITS * place)) & (_MORE - 1)
        digits[starts[has_it] + place] = bits + _MORE * (lengths[has_it] > place + 1)
    return _SIGN_BYTES[digits].tobytes().decode("ascii")


def folded(steps: Whole) -> Whole:
    """Return steps as numbers from 0: small ones stay small, whichever way they go."""
    return (steps << 1) ^ (steps >> 63)


def map_units(coordinates: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
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
    rings, row_of, kinds = _rings_of(geometries)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    units = np.rint(map_units(coordinates, crs)) - np.array(origin)
    reachable = (np.abs(units) < _FARTHEST).all(axis=1)  # false for what has no place at all
    lost = np.unique(row_of[ring_of[~reachable]])
    is_in = ~np.isin(row_of, lost)
    keeps = is_in[ring_of]
    ring_sizes = np.bincount(ring_of[keeps], minlength=len(rings))[is_in]
    rows, ring_counts = np.unique(row_of[is_in], return_counts=True)
    places = units[keeps].astype(np.int64)
    stream = _stream(places, ring_sizes, ring_counts, kinds[rows])
    most = KIND_LETTERS[int(np.bincount(kinds[rows], minlength=3).argmax())]
    return Packed(signs_of(stream), rows, len(ring_sizes), len(places), most)


def _stream(places: Whole, ring_sizes: Whole, ring_counts: Whole, kinds: Whole) -> Whole:
    """Return the numbers of a layer in their order: heads of features, of rings, steps."""
    firsts = np.cumsum(ring_sizes) - ring_sizes
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[firsts] = np.diff(places[firsts], axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    feature_of_ring = np.repeat(np.arange(len(ring_counts)), ring_counts)
    ring_of = np.repeat(np.arange(len(ring_sizes)), ring_sizes)
    first_rings = np.cumsum(ring_counts) - ring_counts
    stream = np.empty(len(ring_counts) + len(ring_sizes) + 2 * len(places), dtype=np.int64)
    head_at = np.arange(len(ring_counts)) + first_rings
    head_at += 2 * np.append(firsts, len(places))[first_rings]
    stream[head_at] = ring_counts * 4 + kinds
    stream[np.arange(len(ring_sizes)) + feature_of_ring + 1 + 2 * firsts] = ring_sizes
    at = 2 * np.arange(len(places)) + ring_of + feature_of_ring[ring_of] + 2
    stream[at], stream[at + 1] = folded(steps[:, 0]), folded(steps[:, 1])
    return stream


def _rings_of(shapes: Geometries) -> tuple[Geometries, Whole, Whole]:
    """Return open rings, lines and points of all rows in order, their rows, and kinds by row."""
    shapes = _uniform(shapes)
    parts, part_row = shapely.get_parts(shapes, return_index=True)
    is_there = ~shapely.is_empty(parts)
    parts, part_row = parts[is_there], part_row[is_there]
    dimensions = shapely.get_dimensions(parts)
    is_polygon = dimensions == POLYGONS
    rings, of_part = shapely.get_rings(
        shapely.orient_polygons(parts[is_polygon]), return_index=True
    )
    all_of = np.concatenate([parts[~is_polygon], _opened(rings)])
    rows = np.concatenate([part_row[~is_polygon], part_row[is_polygon][of_part]])
    order = np.argsort(rows, kind="stable")
    kinds = np.zeros(len(shapes), dtype=np.int64)
    kinds[part_row] = dimensions
    return all_of[order], rows[order].astype(np.int64), kinds


def _opened(rings: Geometries) -> Geometries:
    """Return closed rings as lines without the vertex that repeats the first."""
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    is_last = np.append(ring_of[1:] != ring_of[:-1], True)[: len(ring_of)]
    opened: Geometries = shapely.linestrings(coordinates[~is_last], indices=ring_of[~is_last])
    return opened


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
