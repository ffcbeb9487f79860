"""Reference systems and areas against figures computed by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from siting.crs import (
    crs_label,
    ellipsoidal_areas_m2,
    parse_crs,
    planar_areas_m2,
    project_frame,
    require_same_crs,
    to_viewing,
    transform_geometries,
    working_crs,
)
from siting.errors import ConfigError, CRSMismatchError, MissingCRSError, Where

#: CGCS2000 ellipsoid.
A_M, F = 6_378_137.0, 1 / 298.257222101


def zone_area_m2(south_deg: float, north_deg: float, width_deg: float) -> float:
    """Area between two parallels and two meridians, by the closed formula (Snyder 3-12)."""
    e = math.sqrt(F * (2 - F))

    def q(lat_deg: float) -> float:
        s = math.sin(math.radians(lat_deg))
        tail = math.log((1 - e * s) / (1 + e * s)) / (2 * e)
        return (1 - e * e) * (s / (1 - e * e * s * s) - tail)

    return A_M**2 * math.radians(width_deg) / 2 * (q(north_deg) - q(south_deg))


def square(crs: str, lon: float, lat: float, side_deg: float) -> shapely.Geometry:
    """A cell between parallels, its sides followed closely, projected."""
    cell = shapely.segmentize(shapely.box(lon, lat, lon + side_deg, lat + side_deg), side_deg / 200)
    return transform_geometries([cell], "EPSG:4490", crs)[0]


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526"])
def test_ellipsoidal_area_is_that_of_the_closed_formula(crs: str) -> None:
    cell = square(crs, 113.2, 23.1, 0.01)
    wanted = zone_area_m2(23.1, 23.11, 0.01)
    assert ellipsoidal_areas_m2([cell], crs)[0] == pytest.approx(wanted, abs=0.02)


def test_planar_exceeds_ellipsoidal_by_the_scale_of_the_projection() -> None:
    # 0.74° west of 114°E at 23.1°: y = 75.8 km, (y/R)² = 141 ppm (DOMAIN)
    cell = square("EPSG:4547", 113.255, 23.1, 0.01)
    planar, ellipsoidal = planar_areas_m2([cell])[0], ellipsoidal_areas_m2([cell], "EPSG:4547")[0]
    assert (planar / ellipsoidal - 1) * 1e6 == pytest.approx(141, abs=3)


def test_holes_count_out_whatever_way_they_run() -> None:
    shell, hole = (
        shapely.box(4e5, 25e5, 4e5 + 1000, 25e5 + 1000),
        shapely.box(4e5 + 100, 25e5 + 100, 4e5 + 200, 25e5 + 200),
    )
    areas = [
        ellipsoidal_areas_m2([shapely.Polygon(shell.exterior, [ring])], "EPSG:4547")[0]
        for ring in (hole.exterior, hole.exterior.reverse())
    ]
    assert areas[0] == areas[1]
    parts = ellipsoidal_areas_m2([shell, hole], "EPSG:4547")
    assert areas[0] == pytest.approx(parts[0] - parts[1], abs=1e-4)


def test_long_edges_are_followed() -> None:
    long = shapely.box(4e5, 25e5, 4e5 + 10_000, 25e5 + 10_000)
    dense = shapely.segmentize(long, 10.0)
    areas = ellipsoidal_areas_m2([long, dense], "EPSG:4547")
    assert areas[0] == pytest.approx(areas[1], abs=0.2)


def test_what_has_no_area_has_none() -> None:
    nothing = [
        None,
        shapely.Polygon(),
        shapely.Point(4e5, 25e5),
        shapely.LineString([(0, 0), (1, 1)]),
    ]
    assert ellipsoidal_areas_m2(nothing, "EPSG:4547").tolist() == [0.0] * 4
    assert ellipsoidal_areas_m2([], "EPSG:4547").tolist() == []
    mixed = shapely.GeometryCollection([shapely.box(4e5, 25e5, 4e5 + 10, 25e5 + 10), nothing[3]])
    assert ellipsoidal_areas_m2([mixed], "EPSG:4547")[0] == pytest.approx(100, abs=0.1)


def test_easting_comes_first_whatever_the_authority_says() -> None:
    point = shapely.Point(113.0, 22.6)
    moved = transform_geometries([point], "EPSG:4490", "EPSG:4547")[0]
    assert (moved.x, moved.y) == (
        pytest.approx(397_200, abs=200),
        pytest.approx(2_500_300, abs=900),
    )
    back = to_viewing([moved], "EPSG:4547")[0]
    assert (back.x, back.y) == (pytest.approx(113.0, abs=1e-8), pytest.approx(22.6, abs=1e-8))


def test_the_zone_prefix_is_38_million() -> None:
    points = [
        transform_geometries([shapely.Point(113.3, 23.1)], "EPSG:4490", crs)[0]
        for crs in ("EPSG:4547", "EPSG:4526")
    ]
    assert points[1].x - points[0].x == pytest.approx(38_000_000.0, abs=1e-6)
    assert points[1].y == pytest.approx(points[0].y, abs=1e-6)


def test_none_stays_none_and_heights_are_dropped() -> None:
    moved = transform_geometries([None, shapely.Point(113, 22, 50)], "EPSG:4490", "EPSG:4547")
    assert moved[0] is None
    assert not moved[1].has_z


@pytest.mark.parametrize("text", ["", "  "])
def test_no_crs_is_never_guessed(text: str) -> None:
    with pytest.raises(MissingCRSError, match="next step"):
        parse_crs(text)


def test_an_unknown_crs() -> None:
    with pytest.raises(ConfigError, match="unknown coordinate reference system 'EPSG:99999'"):
        parse_crs("EPSG:99999")


@pytest.mark.parametrize("text", ["EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:2263"])
def test_what_cannot_be_a_working_crs(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the working CRS"):
        working_crs(text)


@pytest.mark.parametrize("text", ["EPSG:4547", "EPSG:4526", "EPSG:26986"])
def test_what_can(text: str) -> None:
    assert crs_label(working_crs(text)) == text


def test_labels() -> None:
    assert crs_label("epsg:4547") == "EPSG:4547"
    assert crs_label("+proj=tmerc +lon_0=113 +ellps=GRS80 +units=m") == "unknown"


def test_frames_keep_index_columns_and_order() -> None:
    frame = gpd.GeoDataFrame(
        {"a": [1, 2]}, geometry=[shapely.Point(113, 22), shapely.Point(114, 23)],
        index=[7, 3], crs="EPSG:4490",
    )  # fmt: skip
    moved = project_frame(frame, "EPSG:4547")
    assert (moved.index.tolist(), moved["a"].tolist()) == ([7, 3], [1, 2])
    assert moved.geometry.iloc[1].x == pytest.approx(500_000, abs=1e-6)
    assert frame.geometry.iloc[1].x == 114
    assert project_frame(moved, "EPSG:4547") is moved


def test_a_frame_without_crs_is_refused_with_its_place() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])
    with pytest.raises(MissingCRSError) as raised:
        project_frame(frame, "EPSG:4547", where=Where(file="a.shp"))
    assert "a.shp" in str(raised.value)


def test_mixed_systems_are_refused() -> None:
    require_same_crs("EPSG:4547", "epsg:4547")
    with pytest.raises(CRSMismatchError, match="EPSG:4526"):
        require_same_crs("EPSG:4547", "EPSG:4526")


def test_planar_areas() -> None:
    found = planar_areas_m2([shapely.box(0, 0, 2, 3), shapely.Polygon()])
    assert np.array_equal(found, [6.0, 0.0])


def test_a_frame_of_a_bound_crs_keeps_its_shift():
    """PROJ drops ``+towgs84`` on the way to CGCS2000; a chain over WGS84 is the witness."""
    bound = "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(113.3, 23.1)], crs=bound)
    moved = project_frame(frame, "EPSG:4547").geometry.iloc[0]
    to_wgs84 = pyproj.Transformer.from_crs(bound, "EPSG:4326", always_xy=True)
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    expected = to_plane.transform(*to_wgs84.transform(113.3, 23.1))
    assert (moved.x, moved.y) == pytest.approx(expected, abs=1e-6)
    unshifted = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)
    assert shapely.distance(moved, shapely.Point(unshifted.transform(113.3, 23.1))) > 40
