"""Whether an outline is one piece of land, or a strip, a web of streets, or plots on a string."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.carving import wide_pieces

#: What is narrower than this share of the root of its area is narrow: a strip of one to eleven.
LEAST_WIDTH_SHARE = 0.3
#: What is wide hangs together by necks of this share: half as wide, two wings are one site.
LEAST_NECK_SHARE = 0.15
#: A parcel is taken as it is, with the lane that leads to it: so much of it must be its body.
LEAST_BODY_SHARE = 2 / 3


def body_share(outline: BaseGeometry) -> float:
    """Return the share (0-1) of an outline that is its body: its largest piece that is wide.

    Parts narrower than :data:`LEAST_WIDTH_SHARE` of the root of the area fall off; what is left
    is one piece as far as it hangs together by necks of :data:`LEAST_NECK_SHARE`. A strip has no
    body, and of two plots joined by a lane it is the larger one.

    Parameters
    ----------
    outline
        A valid polygon, or several, in a projected CRS, metres.
    """
    area_m2 = float(outline.area)
    root_m = math.sqrt(area_m2)
    pieces = wide_pieces(outline, LEAST_WIDTH_SHARE * root_m, neck_m=LEAST_NECK_SHARE * root_m)
    return max((float(piece.area) for piece in pieces), default=0.0) / area_m2


class Bodies:
    """The body shares of a table of outlines, each found when it is first asked for.

    It takes tenths of a millisecond an outline: nobody should ask for all of a city.
    """

    __slots__ = ("_outlines", "_shares")

    def __init__(self, outlines: NDArray[np.object_]) -> None:
        self._outlines = outlines
        self._shares = np.full(len(outlines), np.nan)

    def shares(self, rows: Iterable[int] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return :func:`body_share` of some rows, in their order."""
        asked = np.asarray(list(rows), dtype=np.int64)
        for row in np.unique(asked[np.isnan(self._shares[asked])]).tolist():
            self._shares[row] = body_share(self._outlines[row])
        return self._shares[asked]

    def are_enough(self, rows: Iterable[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return for each of some rows whether it is a site as it is, by its shape."""
        enough: NDArray[np.bool_] = self.shares(rows) >= LEAST_BODY_SHARE
        return enough
