"""GCJ-02 and BD-09: the offset coordinates of Chinese web maps, undone to under a millimetre.

Both are no datums but alterations of WGS84 longitude and latitude (50–700 m), which map
services apply by law. CGCS2000 equals WGS84 within centimetres, so what is said of one holds
of the other here.

**How sure this is.** Neither algorithm was ever published by its owner. The formulas are the
reverse-engineered ones that circulate since 2013: GCJ-02 as ``EvilTransform.cs`` (on4wp7,
CodePlex, 2013; later googollee/eviltransform), on the Krasovsky ellipsoid (a = 6378245 m,
e² = 0.00669342162296594323; some take WGS84's, 1 cm off); BD-09 as in
wandergis/coordtransform (2015). The *inverse of these formulas* is computed to under 1 mm. How
near the formulas are to what a service really did is another matter: points fetched from a
service are reported to differ from them by about
half a metre. Nothing that came through GCJ-02 or BD-09 is survey-grade, and no area or
boundary may rest on it.

**Outside China** both leave coordinates as they are; the circulating rule is the box
72.004–137.8347°E, 0.8293–55.8271°N, which holds much of the neighbours and seas. It is a rule
of the formulas, no statement about borders. Within an offset (0.01°) of the edge of the box
two originals may have one image, or none; there the inverse takes the one inside the box.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

#: The box in which coordinates are offset: west, south, east, north in degrees.
OFFSET_BOX_DEG = (72.004, 0.8293, 137.8347, 55.8271)
#: Krasovsky 1940, as the formulas have it.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
#: Where the polynomial part of GCJ-02 has its origin.
_ORIGIN_DEG = (105.0, 35.0)
_BAIDU_ANGLE = np.pi * 3000.0 / 180.0
#: What Baidu adds to longitude and latitude.
_BAIDU_SHIFT_DEG = (0.0065, 0.006)
#: Iteration ends when no point moves by more than this (0.01 mm), far below the 1 mm promised.
_SETTLED_DEG = 1e-10
#: Each step leaves at most a fiftieth of the error; six suffice.
_MOST_STEPS = 30


def is_offset(longitudes: Degrees, latitudes: Degrees) -> NDArray[np.bool_]:
    """True for each point that lies in the box where coordinates are offset.

    Examples
    --------
    >>> is_offset(np.array([113.3, 2.35]), np.array([23.1, 48.85])).tolist()
    [True, False]
    """
    west, south, east, north = OFFSET_BOX_DEG
    is_within = (longitudes >= west) & (longitudes <= east)
    return is_within & (latitudes >= south) & (latitudes <= north)


def wgs84_to_gcj02(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return GCJ-02 for WGS84 (or CGCS2000) degrees: the published direction, exact.

    Parameters
    ----------
    longitudes, latitudes
        Degrees, of one length. Points outside of the box come back as they are, NaN as NaN.

    Examples
    --------
    >>> east, north = wgs84_to_gcj02(np.array([116.404]), np.array([39.915]))
    >>> round(float(east[0]), 9), round(float(north[0]), 9)
    (116.410244499, 39.916404282)
    """
    east_deg, north_deg = _gcj02_offsets(longitudes, latitudes)
    inside = is_offset(longitudes, latitudes)
    return (
        np.where(inside, longitudes + east_deg, longitudes),
        np.where(inside, latitudes + north_deg, latitudes),
    )


def gcj02_to_wgs84(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return the WGS84 (or CGCS2000) degrees whose GCJ-02 these are, within 1 mm.

    Iterated from the published direction. A point that does not settle is NaN, never a guess.
    """
    return _undone(wgs84_to_gcj02, longitudes, latitudes)


def gcj02_to_bd09(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return BD-09 for GCJ-02 degrees: the published direction, exact.

    Examples
    --------
    >>> east, north = gcj02_to_bd09(np.array([116.404]), np.array([39.915]))
    >>> round(float(east[0]), 9), round(float(north[0]), 9)
    (116.410369494, 39.921336994)
    """
    radius = np.hypot(longitudes, latitudes) + 0.00002 * np.sin(latitudes * _BAIDU_ANGLE)
    angle = np.arctan2(latitudes, longitudes) + 0.000003 * np.cos(longitudes * _BAIDU_ANGLE)
    inside = is_offset(longitudes, latitudes)
    return (
        np.where(inside, radius * np.cos(angle) + _BAIDU_SHIFT_DEG[0], longitudes),
        np.where(inside, radius * np.sin(angle) + _BAIDU_SHIFT_DEG[1], latitudes),
    )


def bd09_to_gcj02(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return the GCJ-02 degrees whose BD-09 these are, within 1 mm; NaN where none settles."""
    return _undone(gcj02_to_bd09, longitudes, latitudes)


def wgs84_to_bd09(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return BD-09 for WGS84 (or CGCS2000) degrees, by way of GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(longitudes, latitudes))


def bd09_to_wgs84(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return the WGS84 (or CGCS2000) degrees whose BD-09 these are, within 1 mm."""
    return gcj02_to_wgs84(*bd09_to_gcj02(longitudes, latitudes))


def _gcj02_offsets(longitudes: Degrees, latitudes: Degrees) -> Pair:
    """Return what GCJ-02 adds to longitude and latitude, in degrees."""
    x, y = longitudes - _ORIGIN_DEG[0], latitudes - _ORIGIN_DEG[1]
    root = np.sqrt(np.abs(x))
    fine = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (fine + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))) / 1.5
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (fine + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))) / 1.5
    latitude = np.radians(latitudes)
    bend = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / bend**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(bend) * np.cos(latitude)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _waves(values: Degrees, *waves: tuple[float, float]) -> Degrees:
    """Return the sum of sine waves (amplitude in metres, half a wave's length in degrees)."""
    total = np.zeros_like(values)
    for amplitude_m, half_length in waves:
        total += amplitude_m * np.sin(values * np.pi / half_length)
    return total


def _undone(forward: Callable[[Degrees, Degrees], Pair], east: Degrees, north: Degrees) -> Pair:
    """Return the points whose image under `forward` is given, by fixed-point iteration.

    The offset changes by less than 2 % of a step, so x ← x + (y - f(x)) contracts. The first
    guess lies in the box wherever the image does, whence a point at the edge settles inside.
    """
    target = np.stack([np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)])
    found = target.copy()
    step = np.zeros_like(target)
    for _ in range(_MOST_STEPS):
        step = np.stack(forward(found[0], found[1])) - target
        found -= step
        # NaN never settles and need not: what is left of it stays NaN
        if not bool((np.abs(step) > _SETTLED_DEG).any()):
            break
    is_settled = (np.abs(step) <= _SETTLED_DEG).all(axis=0)
    return np.where(is_settled, found[0], np.nan), np.where(is_settled, found[1], np.nan)
