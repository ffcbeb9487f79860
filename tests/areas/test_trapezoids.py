"""The official ellipsoidal area against the closed formula and against geodesics."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from siting.areas import CGCS2000, Ellipsoid, trapezoid_area_m2, trapezoid_areas_m2
from siting.crs import ellipsoidal_areas_m2, transform_geometries
from siting.errors import ConfigError, SitingError

A_M, F = 6_378_137.0, 1 / 298.257222101
#: Where central Guangzhou lies, without and with the zone's prefix.
GUANGZHOU = {"EPSG:4547": (425_000.0, 2_560_000.0), "EPSG:4526": (38_425_000.0, 2_560_000.0)}
LOCAL = 'LOCAL_CS["yard",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'


def authalic_m2(south_deg: float, north_deg: float, width_deg: float, *, f: float = F) -> float:
    """Area between parallels and meridians by the closed formula (Snyder 1987, 3-12)."""
    e = math.sqrt(f * (2 - f))

    def q(lat_deg: float) -> float:
        s = math.sin(math.radians(lat_deg))
        return (1 - e * e) * (s / (1 - e * e * s * s) + math.atanh(e * s) / e)

    return A_M**2 * math.radians(width_deg) / 2 * (q(north_deg) - q(south_deg))


def star(centre: tuple[float, float], radius_m: float) -> shapely.Polygon:
    """An irregular outline of eleven corners."""
    radii = radius_m * np.array([1.0, 0.7, 1.2, 0.6, 1.3, 0.9, 1.1, 0.65, 1.25, 0.8, 1.0])
    angles = np.linspace(0.2, 2 * np.pi + 0.2, len(radii), endpoint=False)
    easting, northing = centre
    return shapely.Polygon(
        np.column_stack([easting + radii * np.cos(angles), northing + radii * np.sin(angles)])
    )


def of_wkt(text: str) -> shapely.Geometry:
    with np.errstate(invalid="ignore"):  # GEOS compares the NaN
        return shapely.from_wkt(text)


def square(crs: str, area_m2: float) -> shapely.Polygon:
    east, north = GUANGZHOU[crs]
    side = math.sqrt(area_m2)
    return shapely.box(east, north, east + side, north + side)


@pytest.mark.parametrize(
    ("south", "north", "width"),
    [(23.125, 23 + 1 / 6, 0.0625), (20.0, 25.0, 1.0), (0.0, 90.0, 360.0), (-30.0, 10.0, 5.0)],
)
def test_a_sheet_between_parallels_and_meridians(south, north, width) -> None:
    found = trapezoid_area_m2(math.radians(south), math.radians(north), math.radians(width))
    assert float(found) == pytest.approx(authalic_m2(south, north, width), rel=1e-11)


def test_a_sheet_as_a_polygon_in_degrees() -> None:
    sheet = shapely.box(113.25, 23.125, 113.3125, 23 + 1 / 6)
    wanted = authalic_m2(23.125, 23 + 1 / 6, 0.0625)
    # 30 km²: the last digits of 113.3125° are 1e-9 m each
    assert trapezoid_areas_m2([sheet], "EPSG:4490")[0] == pytest.approx(wanted, abs=1e-3)


def test_the_constants_are_those_of_cgcs2000() -> None:
    # b and e² of CGCS2000 as published with the system
    assert pytest.approx(6_356_752.314_140_36, abs=1e-7) == CGCS2000.semi_minor_m
    first, second, *_ = CGCS2000.series
    e2 = 0.006_694_380_022_90
    # each constant as the notice writes it, first three terms by hand
    assert first == pytest.approx(1 + e2 / 2 + 0.375 * e2**2 + 0.3125 * e2**3, abs=1e-9)
    assert second == pytest.approx(e2 / 6 + 0.1875 * e2**2 + 0.1875 * e2**3, abs=1e-9)


def test_south_of_or_west_of_is_negative() -> None:
    forth = trapezoid_area_m2(0.40, 0.41, 0.01)
    assert trapezoid_area_m2(0.41, 0.40, 0.01) == pytest.approx(-forth)
    assert trapezoid_area_m2(0.40, 0.41, -0.01) == pytest.approx(-forth)


@pytest.mark.parametrize("crs", sorted(GUANGZHOU))
@pytest.mark.parametrize(("area_m2", "gate_m2"), [(1e5, 1e-4), (1e7, 0.2)])
def test_squares_against_the_geodesic(crs: str, area_m2: float, gate_m2: float) -> None:
    outline = square(crs, area_m2)
    found = trapezoid_areas_m2([outline], crs)[0]
    assert found == pytest.approx(ellipsoidal_areas_m2([outline], crs)[0], abs=gate_m2)


@pytest.mark.parametrize("crs", sorted(GUANGZHOU))
@pytest.mark.parametrize(("radius_m", "gate_m2"), [(180.0, 0.02), (1_800.0, 0.2)])
def test_irregular_outlines_against_the_geodesic(crs, radius_m, gate_m2) -> None:
    outline = star(GUANGZHOU[crs], radius_m)
    dense = shapely.segmentize(outline, 70.0)
    found = trapezoid_areas_m2([outline], crs)[0]
    assert found == pytest.approx(ellipsoidal_areas_m2([dense], crs)[0], abs=gate_m2)


@pytest.mark.parametrize("crs", sorted(GUANGZHOU))
def test_with_points_close_enough_both_methods_are_one(crs: str) -> None:
    outline = shapely.segmentize(star(GUANGZHOU[crs], 180.0), 5.0)
    found = trapezoid_areas_m2([outline], crs)[0]
    assert found == pytest.approx(ellipsoidal_areas_m2([outline], crs)[0], abs=5e-4)


def test_long_edges_get_points_every_seventy_metres() -> None:
    outline = square("EPSG:4547", 1e7)
    by_hand = shapely.segmentize(outline, 70.0)
    sparse, dense = trapezoid_areas_m2([outline, by_hand], "EPSG:4547")
    assert sparse == pytest.approx(dense, abs=1e-6)


def test_holes_are_taken_off_and_parts_added_however_rings_run() -> None:
    outer, hole, island = (
        shapely.Point(425_000, 2_560_000).buffer(radius) for radius in (200, 100, 50)
    )
    whole, less, more = trapezoid_areas_m2([outer, hole, island], "EPSG:4547")
    holed = shapely.Polygon(outer.exterior, [hole.exterior])
    wound = shapely.Polygon(outer.exterior, [hole.exterior.reverse()])
    both = shapely.MultiPolygon([holed, island])
    found = trapezoid_areas_m2([holed, wound, both, both.reverse()], "EPSG:4547")
    assert found == pytest.approx(
        [whole - less, whole - less, whole - less + more, whole - less + more], abs=1e-6
    )


def test_nothing_points_and_lines_have_no_area() -> None:
    box = shapely.box(425_000, 2_560_000, 425_100, 2_560_100)
    line = shapely.LineString([(425_000, 2_560_000), (425_100, 2_560_100)])
    nested = shapely.GeometryCollection([shapely.MultiPolygon([box]), line])
    found = trapezoid_areas_m2([None, shapely.Polygon(), line, nested, box], "EPSG:4547")
    assert found[:3].tolist() == [0.0, 0.0, 0.0]
    assert found[3] == found[4] > 0
    assert trapezoid_areas_m2([], "EPSG:4547").tolist() == []


def test_an_outline_across_the_180th_meridian() -> None:
    # UTM 60 south: 177° E is in the middle, 180° E some 319 km east of it at 17° S
    crs = "EPSG:32760"
    corner = transform_geometries([shapely.Point(180.0, -17.0)], "EPSG:4326", crs)[0]
    outline = corner.buffer(200.0, cap_style="square")
    found = trapezoid_areas_m2([outline], crs)[0]
    assert found == pytest.approx(ellipsoidal_areas_m2([outline], crs)[0], abs=0.02)


def test_the_ellipsoid_is_that_of_the_crs() -> None:
    # EPSG:4214 is Beijing 1954, on Krasovsky: the same degrees make another area
    cell = shapely.box(113.0, 23.0, 113.01, 23.01)
    krasovsky = Ellipsoid(6_378_245.0, 1 / 298.3)
    wanted = trapezoid_area_m2(
        math.radians(23.0), math.radians(23.01), math.radians(0.01), ellipsoid=krasovsky
    )
    assert trapezoid_areas_m2([cell], "EPSG:4214")[0] == pytest.approx(float(wanted), abs=1e-4)


def test_a_sphere_has_the_area_of_a_sphere() -> None:
    ball = Ellipsoid(6_371_000.0, 0.0)
    found = trapezoid_area_m2(-math.pi / 2, math.pi / 2, 2 * math.pi, ellipsoid=ball)
    assert float(found) == pytest.approx(4 * math.pi * 6_371_000.0**2, rel=1e-12)


@pytest.mark.parametrize(
    "outline",
    [
        shapely.box(1e12, 1e12, 2e12, 2e12),
        shapely.box(1e12, 1e12, 1e12 + 100, 1e12 + 100),
        of_wkt("POLYGON ((0 0, inf 0, 0 1, 0 0))"),
        of_wkt("POLYGON ((0 0, nan 0, 0 1, 0 0))"),
    ],
)
def test_coordinates_out_of_reach_are_refused(outline: shapely.Polygon) -> None:
    with pytest.raises(SitingError, match="cannot be computed"):
        trapezoid_areas_m2([outline], "EPSG:4547")


def test_a_crs_without_an_earth_is_refused() -> None:
    with pytest.raises(ConfigError, match="ellipsoid"):
        trapezoid_areas_m2([shapely.box(0, 0, 1, 1)], LOCAL)


def test_projected_degrees_come_back() -> None:
    cell = shapely.segmentize(shapely.box(113.255, 23.1, 113.265, 23.11), 0.0002)
    projected = transform_geometries([cell], "EPSG:4490", "EPSG:4547")
    wanted = authalic_m2(23.1, 23.11, 0.01)
    assert trapezoid_areas_m2(projected, "EPSG:4547")[0] == pytest.approx(wanted, abs=1e-3)
