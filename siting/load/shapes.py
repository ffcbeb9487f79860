"""The geometries of a layer, made into objects only where somebody needs objects.

A million geometry objects cost more than the whole load contract, and a plain row (see
:mod:`siting.load.survey`) is judged by its bytes. So a column of WKB stays what it is; rows
that are not plain are decoded at once, the others when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.features import Bare, arrays_of
from siting.load.binary import flags_of, positions_of
from siting.load.survey import Flags, points_of, surveyed, write_vertices

Geometries = NDArray[np.object_]
Positions = NDArray[np.intp]

#: Geometries that one thread looks at before it takes the next.
TURN_ROWS = 4096


class Shapes:
    """Geometries by position; None where there is none.

    ``is_plain`` rows are known by their bytes, have finite coordinates and are a polygon or a
    multipolygon; ``is_simple`` ones are certainly valid besides.
    """

    __slots__ = ("_column", "_is_made", "_kinds", "_made", "_plain_bounds", "is_plain", "is_simple")

    def __init__(self, column: pa.LargeBinaryArray) -> None:
        found = surveyed(column)
        self._column = column
        self._made: Geometries = np.full(len(column), None, dtype=object)
        self._is_made: Flags = ~found.is_plain
        self._kinds = found.kinds
        self._plain_bounds = found.bounds
        self.is_plain = found.is_plain
        self.is_simple = found.is_simple

    @classmethod
    def of(cls, geometries: Geometries) -> Self:
        """Return geometries that are objects already."""
        shapes = cls(pa.nulls(len(geometries), pa.large_binary()))
        shapes._made = np.array(geometries, dtype=object)
        return shapes

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._made)

    def __getitem__(self, rows: Flags | Positions) -> Geometries:
        """Return geometries as objects: of a mask, or of positions."""
        self._make(np.arange(len(self))[rows])
        return self._made[rows]

    def all(self) -> Geometries:
        """Return every geometry as an object; do not write into the answer."""
        self._make(np.arange(len(self)))
        return self._made

    def replace(self, rows: Flags | Positions, geometries: Geometries) -> None:
        """Put geometries into the place of others; they are plain no more."""
        self._made[rows] = geometries
        self._is_made[rows] = True
        self.is_plain[rows] = False
        self.is_simple[rows] = False

    def copy(self) -> Shapes:
        """Return a copy that later replacements leave alone; the bytes are shared."""
        other = object.__new__(Shapes)
        for name in self.__slots__:
            value = getattr(self, name)
            setattr(other, name, value.copy() if isinstance(value, np.ndarray) else value)
        return other

    def raw(self, positions: Positions) -> list[bytes | None]:
        """Return WKB as it was read."""
        values: list[bytes | None] = self._column.take(positions_of(positions)).to_pylist()
        return values

    def kinds(self) -> NDArray[np.int64]:
        """Return shapely's type id of each row, -1 for none."""
        kinds = self._kinds.astype(np.int64)
        other = ~self.is_plain
        kinds[other] = shapely.get_type_id(self._made[other])
        return kinds

    def bounds(self) -> NDArray[np.float64]:
        """Return west, south, east, north of each row; NaN for nothing and empty ones."""
        bounds = self._plain_bounds.copy()
        other = ~self.is_plain
        bounds[other] = shapely.bounds(self._made[other])
        return bounds

    def outlines(self, rows: Positions) -> dict[str, NDArray[Any]]:
        """Return rows that have a geometry as the arrays of :class:`siting.features.Outlines`.

        Plain rows go from bytes to coordinates, without an object between.
        """
        is_plain = self.is_plain[rows]
        bare, other = np.flatnonzero(is_plain), np.flatnonzero(~is_plain)
        own = rows[bare]
        points = points_of(self._column, self._kinds)[own]
        arrays = arrays_of(
            len(rows), Bare(bare, self._kinds[own], points), other, self[rows[other]]
        )
        ring = arrays["part_rings"][arrays["row_parts"][bare]]
        write_vertices(self._column, own, arrays["ring_vertices"][ring], arrays["xy"])
        return arrays

    def is_valid(self, positions: Positions) -> Flags:
        """Return whether geometries are valid, as GEOS says; None is not."""
        valid = self.is_simple[positions]
        unsure = positions[~valid]
        turns = np.array_split(self[unsure], len(unsure) // TURN_ROWS + 1)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            valid[~valid] = np.concatenate(list(threads.map(shapely.is_valid, turns)))
        return valid

    def to_wkb(self) -> pa.LargeBinaryArray:
        """Return little-endian 2D WKB of each row, null for none: the same for the same shape."""
        other = np.flatnonzero(~self.is_plain)
        if not len(other):
            return self._column
        written = shapely.to_wkb(self._made[other], byte_order=1, output_dimension=2)
        values = pa.array(written.tolist(), pa.large_binary())
        return pc.replace_with_mask(self._column, flags_of(~self.is_plain), values)

    def _make(self, positions: Positions) -> None:
        missing = positions[~self._is_made[positions]]
        if not len(missing):
            return
        raw = self._column.take(positions_of(missing)).to_numpy(zero_copy_only=False)
        self._made[missing] = shapely.from_wkb(raw)
        self._is_made[missing] = True


def column_of(wkb: pa.ChunkedArray | Sequence[bytes | None]) -> pa.LargeBinaryArray:
    """Return WKB as one Arrow array."""
    if not isinstance(wkb, pa.ChunkedArray):
        return pa.array(list(wkb), pa.large_binary())
    if wkb.num_chunks == 1 and pa.types.is_large_binary(wkb.type):
        return wkb.chunk(0)  # as it came over: joining one array with nothing would copy it
    chunks = [chunk.cast(pa.large_binary()) for chunk in wkb.chunks]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.large_binary())


def one(geometry: BaseGeometry | None) -> Geometries:
    """Return one geometry as an array of one."""
    array = np.empty(1, dtype=object)
    array[0] = geometry
    return array
