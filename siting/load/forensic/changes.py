"""What a hypothesis does to coordinates before they are read: pure functions of arrays.

Arrays have two columns, easting (or longitude) and northing (or latitude).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyproj
from numpy.typing import NDArray

from siting.city import LocalSystem
from siting.crs import parse_crs
from siting.datums import bd09_to_wgs84, gcj02_to_wgs84

Pairs = NDArray[np.float64]
Change = Callable[[Pairs], Pairs]

#: Metres in a foot: of the US survey (1200/3937, exact by definition) and international.
US_FOOT_M = 1200 / 3937
FOOT_M = 0.3048
#: What one zone number adds to an easting.
PREFIX_M = 1_000_000.0
MOST_LONGITUDE_DEG, MOST_LATITUDE_DEG = 180.0, 90.0


def swapped(pairs: Pairs) -> Pairs:
    """Return both columns the other way round."""
    turned: Pairs = pairs[:, ::-1]
    return turned


def after(first: Change, second: Change) -> Change:
    """Return the change that does `first`, then `second`."""

    def both(pairs: Pairs) -> Pairs:
        return second(first(pairs))

    return both


def scaled(factor: float) -> Change:
    """Return the change of units by `factor`."""

    def change(pairs: Pairs) -> Pairs:
        multiplied: Pairs = pairs * factor
        return multiplied

    return change


def shifted_east(metres: float) -> Change:
    """Return the change that adds `metres` to the easting."""

    def change(pairs: Pairs) -> Pairs:
        moved: Pairs = pairs + np.array([metres, 0.0])
        return moved

    return change


def plane(system: LocalSystem) -> Change:
    """Return the four-parameter change of a local system; see :class:`LocalSystem`."""
    angle = math.radians(system.rotation_deg)
    cosine, sine = system.scale * math.cos(angle), system.scale * math.sin(angle)

    def change(pairs: Pairs) -> Pairs:
        east, north = pairs[:, 0], pairs[:, 1]
        return np.column_stack(
            [
                system.shift_east_m + north * sine + east * cosine,
                system.shift_north_m + north * cosine - east * sine,
            ]
        )

    return change


def offset_undone(name: str, crs: str, *, is_degrees: bool) -> Change:
    """Return the change that takes GCJ-02 or BD-09 off.

    Parameters
    ----------
    name
        ``gcj02`` or ``bd09``.
    crs
        In which the coordinates are declared.
    is_degrees
        They are degrees; otherwise they are offset degrees that somebody projected into `crs`,
        and go back into it.
    """
    undo = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}[name]

    def of_degrees(pairs: Pairs) -> Pairs:
        return np.column_stack(undo(pairs[:, 0], pairs[:, 1]))

    if is_degrees:
        return of_degrees
    # degrees on the CRS's own datum: no shift, there and back
    parsed = parse_crs(crs)
    flat = parsed.source_crs if parsed.is_bound and parsed.source_crs is not None else parsed
    inverse = pyproj.Transformer.from_crs(flat, flat.geodetic_crs, always_xy=True)

    def of_plane(pairs: Pairs) -> Pairs:
        degrees = np.column_stack(inverse.transform(pairs[:, 0], pairs[:, 1]))
        plain = of_degrees(degrees)
        back = inverse.transform(plain[:, 0], plain[:, 1], direction="INVERSE")
        return np.column_stack(back)

    return of_plane


def can_be_degrees(pairs: Pairs) -> bool:
    """True when every finite pair could be longitude and latitude."""
    size = np.abs(pairs[np.isfinite(pairs).all(axis=1)])
    if not len(size):
        return False
    east, north = size.max(axis=0).tolist()
    return bool(east <= MOST_LONGITUDE_DEG and north <= MOST_LATITUDE_DEG)
