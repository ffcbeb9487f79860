"""The method that city.toml names is the one that measures."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pyproj
import pytest
import shapely

from siting.measure import EllipsoidalMeasure

A_M, F = 6_378_137.0, 1 / 298.257222101
CRS = "EPSG:4547"
GEODETIC = "EPSG:4490"


def star() -> shapely.Polygon:
    """An irregular outline of about 8 km², 1.3 degrees off the central meridian."""
    radii = 1_800.0 * np.array([1.0, 0.7, 1.2, 0.6, 1.3, 0.9, 1.1, 0.65, 1.25, 0.8, 1.0])
    angles = np.linspace(0.2, 2 * np.pi + 0.2, len(radii), endpoint=False)
    return shapely.Polygon(
        np.column_stack([380_000 + radii * np.cos(angles), 2_560_000 + radii * np.sin(angles)])
    )


def trapezoids_by_the_closed_formula_m2(outline: shapely.Polygon) -> float:
    """Area under straight edges in latitude and longitude: no series, no code of siting.

    Snyder 1987 (3-12): the zone between two parallels is a²/2 (q2 - q1) wide by radian.
    """
    e = math.sqrt(F * (2 - F))

    def q(lat_rad: float) -> float:
        s = math.sin(lat_rad)
        return (1 - e * e) * (s / (1 - e * e * s * s) + math.atanh(e * s) / e)

    to_globe = pyproj.Transformer.from_crs(CRS, GEODETIC, always_xy=True)
    corners = list(outline.exterior.coords)
    points = []
    for (x1, y1), (x2, y2) in itertools.pairwise(corners):
        pieces = math.ceil(math.hypot(x2 - x1, y2 - y1) / 70.0)
        points += [
            to_globe.transform(x1 + (x2 - x1) * n / pieces, y1 + (y2 - y1) * n / pieces)
            for n in range(pieces)
        ]
    rad = [(math.radians(lon - points[0][0]), math.radians(lat)) for lon, lat in points]
    return abs(
        math.fsum(
            A_M**2 / 2 * (q(b2) - q(b1)) * (l1 + l2) / 2
            for (l1, b1), (l2, b2) in zip(rad, [*rad[1:], rad[0]], strict=True)
        )
    )


@pytest.mark.parametrize(
    ("of_record", "method"),
    [
        ("planar", "geodesic"),
        ("ellipsoidal", "geodesic"),
        ("ellipsoidal_trapezoid", "trapezoid"),
    ],
)
def test_the_method_is_the_one_named(of_record: str, method: str) -> None:
    measure = EllipsoidalMeasure(CRS, of_record)
    assert measure.method == method
    found = float(measure.areas_m2([star()])[0])
    by_trapezoids = trapezoids_by_the_closed_formula_m2(star())
    to_globe = pyproj.Transformer.from_crs(CRS, GEODETIC, always_xy=True)
    dense = shapely.segmentize(star(), 10.0)
    lonlat = to_globe.transform(*np.array(dense.exterior.coords).T)
    by_geodesics = abs(pyproj.Geod(a=A_M, f=F).polygon_area_perimeter(*lonlat)[0])
    wanted, other = by_geodesics, by_trapezoids
    if method == "trapezoid":
        wanted, other = by_trapezoids, by_geodesics
    assert found == pytest.approx(wanted, abs=1e-3)
    assert abs(found - other) > 1e-2


def test_nothing_and_no_geometry_have_no_area() -> None:
    for of_record in ("planar", "ellipsoidal", "ellipsoidal_trapezoid"):
        areas = EllipsoidalMeasure(CRS, of_record).areas_m2([None, shapely.Point(1, 2), star()])
        assert areas[:2].tolist() == [0.0, 0.0]
        assert areas[2] > 50_000
