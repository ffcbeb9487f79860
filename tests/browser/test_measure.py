"""Measuring on the map, against the geodesic."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyproj import Geod

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
#: Latitude and longitude: a quarter of a turn, some 3 km wide, in the handmade city.
CORNERS = [(23.14, 113.24), (23.14, 113.27), (23.16, 113.27), (23.165, 113.235)]


@pytest.fixture
def city(open_page: Callable, maps: Path):
    opened = open_page(maps / "city.html")
    opened.page.locator(".tool.measure").click()
    return opened


def click(opened, at: tuple[float, float]) -> None:
    opened.page.evaluate(
        "at => map_siting.fire('click', {latlng: L.latLng(at),"
        " layerPoint: map_siting.latLngToLayerPoint(at)})",
        list(at),
    )


def test_length_and_area_are_those_of_the_ellipsoid(city) -> None:
    for corner in CORNERS:
        click(city, corner)
    lats, lons = zip(*CORNERS, strict=True)
    geod = Geod(ellps="GRS80")
    text = city.page.locator("#measure").text_content()
    length = float(re.search(r"折线 ([\d.]+) km", text).group(1))
    assert length == pytest.approx(geod.line_length(lons, lats) / 1000, abs=0.006)
    area = float(re.search(r"围合 ([\d,.]+) 公顷", text).group(1).replace(",", ""))
    exact = abs(geod.polygon_area_perimeter(lons, lats)[0]) / 10_000
    assert area == pytest.approx(exact, rel=5e-5)
    assert city.mischief == CLEAN


def test_two_points_enclose_nothing_and_one_starts_again(city) -> None:
    assert "逐点点击" in city.page.locator("#measure").text_content()
    click(city, CORNERS[0])
    click(city, CORNERS[1])
    assert "围合" not in city.page.locator("#measure").text_content()
    city.page.get_by_text("重新量").click()
    assert "逐点点击" in city.page.locator("#measure").text_content()


def test_while_one_measures_a_click_opens_nothing(city) -> None:
    line = (
        "Object.values(map_siting._layers).filter(l => l.options.pane === 'lines' && l.getBounds)"
    )
    fire = f"{line}[0].fire('click', {{latlng: {line}[0].getBounds().getCenter()}})"
    city.page.evaluate(fire)
    assert city.page.locator("#details").is_hidden()
    assert city.page.locator(".leaflet-popup").count() == 0
    city.page.keyboard.press("Escape")
    assert city.page.locator("#measure").is_hidden()
    city.page.evaluate(fire)
    assert city.page.locator("#details").is_visible()
