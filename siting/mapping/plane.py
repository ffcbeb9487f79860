"""From the page's degrees to the plane of the working CRS, so that a page can measure there.

A page draws in Web Mercator, where lengths are 8 % too long at Guangzhou and 35 % at Cambridge.
Instead of a projection in script for each kind of CRS, the page gets two polynomials, easting
and northing by longitude and latitude, fitted over its own box; how far off they are at most is
measured on a finer grid and goes with them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siting.crs import viewing_degrees
from siting.mapping.background import Payload

#: A fit is good enough when no checked point is farther off than this: far below a pixel, and
#: of a square of 1 ha it moves the area by less than 0.5 m².
GOOD_FIT_M = 0.001
#: Degrees tried in turn; a Gauss-Krüger zone of a city takes 4 or 5, all of a province 7.
DEGREES = (3, 4, 5, 6, 7, 8)
#: How far beyond its box a page measures, as a share of the box's longer side.
MARGIN = 0.5
#: Points a side: of the fit (towards the edges, as Chebyshev has them) and of the check.
FIT_POINTS, CHECK_POINTS = 20, 41

Points = NDArray[np.float64]


def plane_of(bounds: tuple[float, float, float, float], crs: str) -> Payload:
    """Return the polynomials by which a page measures in the plane of `crs`.

    Parameters
    ----------
    bounds
        West, south, east, north in metres of `crs`.

    Returns
    -------
    Payload
        ``centre`` (longitude, latitude) and ``reach`` (degrees to either side) that scale to -1
        to 1, ``degree``, ``east`` and ``north`` (metres; one coefficient per power of the scaled
        longitude, then latitude, whose sum is at most the degree), ``off_m`` (the farthest that
        a checked point is off).
    """
    west, south, east, north = bounds
    margin = MARGIN * max(east - west, north - south, 1.0)
    box = (west - margin, south - margin, east + margin, north + margin)
    places, degrees = _sample(box, crs, _towards_the_edges(FIT_POINTS))
    centre = (degrees.min(axis=0) + degrees.max(axis=0)) / 2
    reach = (degrees.max(axis=0) - degrees.min(axis=0)) / 2
    checked, checked_degrees = _sample(box, crs, np.linspace(-1.0, 1.0, CHECK_POINTS))
    best: Payload = {}
    least_m = float("inf")
    for degree in DEGREES:
        terms = _terms((degrees - centre) / reach, degree)
        fitted = np.linalg.lstsq(terms, places, rcond=None)[0]
        missed = _terms((checked_degrees - centre) / reach, degree) @ fitted - checked
        off_m = float(np.hypot(missed[:, 0], missed[:, 1]).max())
        if off_m >= least_m:
            break
        least_m = off_m
        best = {
            "centre": [float(value) for value in centre],
            "reach": [float(value) for value in reach],
            "degree": degree,
            "east": [round(float(value), 5) for value in fitted[:, 0]],
            "north": [round(float(value), 5) for value in fitted[:, 1]],
            "off_m": float(np.ceil(off_m * 1e4) / 1e4),
        }
        if off_m <= GOOD_FIT_M:
            break
    return best


def _sample(
    box: tuple[float, float, float, float], crs: str, along: Points
) -> tuple[Points, Points]:
    """Return a grid over the box: easting, northing, and longitude, latitude of the same."""
    west, south, east, north = box
    eastings = (west + east) / 2 + along * (east - west) / 2
    northings = (south + north) / 2 + along * (north - south) / 2
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(eastings, northings)])
    return grid, viewing_degrees(grid, crs)


def _towards_the_edges(count: int) -> Points:
    nodes: Points = np.cos(np.linspace(0.0, np.pi, count))
    return nodes


def _terms(scaled: Points, degree: int) -> Points:
    """Return one column per power of longitude and latitude, in the page's order."""
    columns = [
        scaled[:, 0] ** i * scaled[:, 1] ** j
        for i in range(degree + 1)
        for j in range(degree + 1 - i)
    ]
    return np.column_stack(columns)
