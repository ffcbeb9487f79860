"""A real city in feet: Massachusetts State Plane is used in US survey feet and in metres."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.load import Place
from siting.load.contract import neighbourhood_of
from siting.load.forensic.coincidence import compare
from siting.load.forensic.evidence import inquire

pytestmark = pytest.mark.shared

METRES, FEET = "EPSG:26986", "EPSG:2249"
FLOODS = "FEMA_Floodplains_100_Year__FEMA_FloodPlains100Year.geojson"


@pytest.fixture(scope="module")
def floods(repo_root: Path) -> gpd.GeoDataFrame:
    folder = repo_root.parent / "shared" / "data" / "cambridge_ma"
    frame = gpd.read_file(folder / FLOODS)
    return frame if frame.crs is not None else frame.set_crs("EPSG:4326")


@pytest.fixture(scope="module")
def place(floods: gpd.GeoDataFrame) -> Place:
    outline = shapely.box(*floods.to_crs(METRES).total_bounds)
    return Place(METRES, neighbourhood_of(outline), outline)


def test_feet_declared_as_metres(floods: gpd.GeoDataFrame, place: Place) -> None:
    """PROJ's own state plane in feet, taken for the one in metres."""
    points = shapely.get_coordinates(floods.to_crs(FEET).geometry.to_numpy())
    inquiry = inquire(points, METRES, place)
    assert inquiry.best is not None
    assert {"feet_us", "feet_international"} == {
        tally.hypothesis.id for tally in (inquiry.best, *inquiry.rivals)
    }
    assert inquiry.as_declared is not None
    assert inquiry.as_declared.near == 0
    # 2 ppm of 900 km: 1.8 m; only corners that coincide tell the two feet apart
    corners = shapely.get_coordinates(floods.to_crs(METRES).geometry.to_numpy())
    second = compare((inquiry.best, *inquiry.rivals), corners, layer="the same in metres")
    assert second.rows[0].hypothesis == "feet_us"
    assert second.rows[0].median_m < 1e-3  # PROJ rounds the false origin in feet by 0.1 mm
    assert second.rows[1].median_m > 0.5


def test_metres_declared_as_feet(floods: gpd.GeoDataFrame, place: Place) -> None:
    points = shapely.get_coordinates(floods.to_crs(METRES).geometry.to_numpy())
    inquiry = inquire(points, FEET, place)
    assert inquiry.best is not None
    assert inquiry.best.share_inside > 0.99
    assert inquiry.best.hypothesis.id in {"metres", "metres_in_EPSG:26986"}


def test_metres_declared_as_degrees_without_any_chinese_zone(
    floods: gpd.GeoDataFrame, place: Place
) -> None:
    points = shapely.get_coordinates(floods.to_crs(METRES).geometry.to_numpy())
    inquiry = inquire(points, "EPSG:4326", place)
    assert inquiry.is_unambiguous
    assert inquiry.best is not None
    assert inquiry.best.hypothesis.id == "metres_in_EPSG:26986"


def test_as_declared_it_fits_and_gcj02_does_not_enter(
    floods: gpd.GeoDataFrame, place: Place
) -> None:
    degrees = shapely.get_coordinates(floods.to_crs("EPSG:4326").geometry.to_numpy())
    inquiry = inquire(degrees, "EPSG:4326", place)
    assert inquiry.is_unambiguous
    assert inquiry.best is not None
    assert inquiry.best.hypothesis.id == "as_declared"
    assert inquiry.of("gcj02") is None
