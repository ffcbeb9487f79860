"""The rows of a layer that many red lines are measured against: laid out once, and kept.

What the kernel works on (edges in order, grids of large parts, an index of boxes) is made of the
arrays in which a kept layer's outlines lie, no geometry object between them, and kept beside
them. Objects are built of the rows that a witness is shown, and of no others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.model import Arrays, Features, RingArrays
from siting.overlay.kernel import layout as layouts
from siting.overlay.kernel import measure
from siting.overlay.kernel.cache import fingerprint
from siting.overlay.kernel.measure import Prepared
from siting.overlay.kernel.records import AreaTable, Index, Layout
from siting.overlay.polygons import areal

Geometries = NDArray[np.object_]
Rows = NDArray[np.int64]

#: Kind of what is kept beside a layer.
KIND = "layout"
#: What of a layout a layer's own arrays are already.
_OWN = ("xy", "feature_parts")
#: Stands before the names of the index's arrays.
_INDEX = "index_"


class Ground(Prepared):
    """The rows of a layer as the right side of :func:`siting.overlay.pair_areas`.

    Parameters
    ----------
    features
        Valid polygons of one plane, in metres; anything else never pairs.
    """

    def __init__(self, features: Features) -> None:
        super().__init__(np.array([], dtype=object))
        self._features = features
        self._all: Geometries | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._features)

    @property
    def geometries(self) -> Geometries:
        """All rows as objects, for who cannot do without."""
        if self._all is None:
            self._all = areal(self._features.shapes_at(self._features.every))
        return self._all

    def at(self, rows: Rows) -> Geometries:
        """Return the polygons of some rows, in any order; collections as their polygons."""
        ascending, back = np.unique(rows, return_inverse=True)
        return areal(self._features.shapes_at(ascending))[back]

    def areas(
        self, left: Prepared, *, floor_m2: float, one_in: int = 0, threads: int = 1
    ) -> AreaTable:
        """Return what :func:`siting.overlay.kernel.measure.areas` would of all rows.

        Few polygons are measured against the rows near them, and nothing is laid out for good;
        so are many where the rows are no arrays.
        """
        if measure.is_bulk(len(left), len(self)) and self._features.rings() is not None:
            return measure.areas_compiled(
                left, self, floor_m2=floor_m2, one_in=one_in, threads=threads
            )
        near = self._features.near(shapely.bounds(left.geometries))
        some = Prepared(self.at(near))
        table = measure.areas(left, some, floor_m2=floor_m2, one_in=one_in, threads=threads)
        return replace(table, right=near[table.right].astype(np.int64))

    def _made(self) -> tuple[Layout, Index]:
        rings = self._features.rings()
        if rings is None:
            return super()._made()
        kept = self._features.derived(KIND, fingerprint(), lambda: _laid_out(rings))
        return _layout_of(rings, kept)


def _laid_out(rings: RingArrays) -> Arrays:
    layout, index = measure.laid_out(layouts.Rings(*rings))
    own = {name: array for name, array in layout._asdict().items() if name not in _OWN}
    return own | {_INDEX + name: array for name, array in index._asdict().items()}


def _layout_of(rings: RingArrays, kept: Arrays) -> tuple[Layout, Index]:
    arrays: dict[str, Any] = {**kept, **dict(zip(_OWN, (rings.xy, rings.row_parts), strict=True))}
    layout = Layout(*(arrays[name] for name in Layout._fields))
    return layouts.frozen(layout), Index(*(arrays[_INDEX + name] for name in Index._fields))
