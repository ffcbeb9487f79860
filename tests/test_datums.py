"""GCJ-02 and BD-09 against other people's published values, a plain scalar form, and themselves."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting import datums

#: (longitude, latitude) WGS84 -> GCJ-02; from the tests of googollee/eviltransform (first
#: three), wandergis/coordtransform, and the R package's figures (last, rounded to 1e-8°).
WGS84_TO_GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), 1e-11),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), 1e-11),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069), 1e-11),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164), 1e-11),
    # geotool takes the ellipsoid of WGS84 in the formulas: 9 mm off the others
    ((121.0917077, 30.6107779), (121.09626935575027, 30.608604331756705), 1e-7),
    ((116.39089, 39.90734), (116.39713094, 39.90874107), 6e-9),
]
#: GCJ-02 -> BD-09, from the same.
GCJ02_TO_BD09 = [
    ((116.404, 39.915), (116.41036949371029, 39.92133699351021), 1e-11),
    ((121.09626935575027, 30.608604331756705), (121.10271732371203, 30.61484572185035), 1e-11),
]
#: Mainland China within a box.
LONGITUDES, LATITUDES = st.floats(73.5, 135.0), st.floats(3.9, 53.6)
GEOD = pyproj.Geod(ellps="WGS84")


def one(transform, longitude: float, latitude: float) -> tuple[float, float]:
    east, north = transform(np.array([longitude]), np.array([latitude]))
    return float(east[0]), float(north[0])


@pytest.mark.parametrize(("given_deg", "expected", "tolerance_deg"), WGS84_TO_GCJ02)
def test_gcj02_is_what_others_published(given_deg, expected, tolerance_deg) -> None:
    assert one(datums.wgs84_to_gcj02, *given_deg) == pytest.approx(expected, abs=tolerance_deg)


@pytest.mark.parametrize(("given_deg", "expected", "tolerance_deg"), GCJ02_TO_BD09)
def test_bd09_is_what_others_published(given_deg, expected, tolerance_deg) -> None:
    assert one(datums.gcj02_to_bd09, *given_deg) == pytest.approx(expected, abs=tolerance_deg)


def test_bd09_by_way_of_gcj02() -> None:
    found = one(datums.wgs84_to_bd09, 121.0917077, 30.6107779)
    assert found == pytest.approx((121.10271732371203, 30.61484572185035), abs=1e-7)


@given(LONGITUDES, LATITUDES)
@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_there_and_back_within_a_tenth_of_a_millimetre(name, longitude, latitude) -> None:
    there = one(getattr(datums, f"wgs84_to_{name}"), longitude, latitude)
    back = one(getattr(datums, f"{name}_to_wgs84"), *there)
    off_m = GEOD.inv(longitude, latitude, *back)[2]
    assert off_m < 1e-4
    # 2 km: what both add together is far below; were nothing added, the test would show nothing
    assert 20 < GEOD.inv(longitude, latitude, *there)[2] < 2_000


def test_the_original_is_also_found_by_newton() -> None:
    """The original is also found by another method: Newton's, with differences of 1e-6°."""
    target = np.array([113.9171764808363, 22.540796131694766])
    point = target.copy()
    step = 1e-6
    for _ in range(20):
        value = np.array(one(datums.wgs84_to_gcj02, *point))
        columns = [
            (np.array(one(datums.wgs84_to_gcj02, *(point + delta))) - value) / step
            for delta in (np.array([step, 0.0]), np.array([0.0, step]))
        ]
        point -= np.linalg.solve(np.column_stack(columns), value - target)
    assert one(datums.gcj02_to_wgs84, *target) == pytest.approx(tuple(point), abs=1e-10)
    assert tuple(point) == pytest.approx((113.912316, 22.543847), abs=1e-9)


def test_many_points_on_the_seams_of_the_formulas() -> None:
    """sqrt|x| has no slope at 105°E, and the origin lies at 35°N: still under 1 mm."""
    offsets = np.concatenate([-np.logspace(-15, -1, 200), [0.0], np.logspace(-15, -1, 200)])
    longitudes, latitudes = 105.0 + offsets, 35.0 + offsets[::-1]
    for name in ("gcj02", "bd09"):
        there = getattr(datums, f"wgs84_to_{name}")(longitudes, latitudes)
        back = getattr(datums, f"{name}_to_wgs84")(*there)
        off_m = GEOD.inv(longitudes, latitudes, *back)[2]
        assert np.max(off_m) < 1e-3


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(2.35, 48.85), (-74.0, 40.7), (151.2, -33.9), (0.0, 0.0), (139.7, 35.7), (-180.0, 90.0)],
)
def test_outside_of_the_box_nothing_is_offset(longitude: float, latitude: float) -> None:
    for transform in (datums.wgs84_to_gcj02, datums.gcj02_to_wgs84, datums.wgs84_to_bd09,
                      datums.bd09_to_wgs84):  # fmt: skip
        assert one(transform, longitude, latitude) == (longitude, latitude)


def test_what_is_no_number_stays_none() -> None:
    longitudes = np.array([np.nan, np.inf, 113.0])
    with np.errstate(invalid="ignore"):
        east, north = datums.gcj02_to_wgs84(longitudes, np.array([23.0, 23.0, np.nan]))
    assert not np.isfinite(east).any() or not np.isfinite(north[2])
    assert math.isnan(north[0])


def test_nothing_in_nothing_out() -> None:
    east, north = datums.bd09_to_wgs84(np.empty(0), np.empty(0))
    assert east.shape == north.shape == (0,)
