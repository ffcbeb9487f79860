"""Tiles of a server: asked for only where city.toml names one, and laid where the map is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from siting.city import MapSpec, TileSpec
from siting.datums import wgs84_to_gcj02
from siting.mapping import city_scene, render_page

pytestmark = pytest.mark.browser
URL = "http://tiles.test:8080/w/{z}/{x}/{y}.png"
#: Two pixels at zoom 15, where tiles are told apart.
TWO_PIXELS_DEG = 2 * 360 / 256 / 2**15
#: One grey pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63680000008200817784ddd20000000049454e44ae426082"
)


def write_page(handmade, folder: Path, tiles: TileSpec | None) -> Path:
    report, searches, atlas, city = handmade.make(folder)
    city = dataclasses.replace(city, maps=MapSpec(tiles=tiles))
    path = folder / "tiles.html"
    path.write_text(render_page(city_scene(report, searches, atlas, city=city)), encoding="utf-8")
    return path


@pytest.fixture
def tiled(chromium, handmade, tmp_path: Path):
    """Opens the page with tiles of a datum; requests are answered here and listed."""
    contexts = []

    def opened(datum: str, *, is_answered: bool = True):
        path = write_page(handmade, tmp_path, TileSpec(URL, datum, "© 某局 <b>x</b>"))
        context = chromium.new_context(viewport={"width": 1200, "height": 800})
        contexts.append(context)
        page = context.new_page()
        asked: list[str] = []

        def answer(route) -> None:
            asked.append(route.request.url)
            if is_answered:
                route.fulfill(body=PNG, content_type="image/png")
            else:
                route.abort()

        page.route(re.compile("^https?://"), answer)
        page.goto(path.as_uri())
        page.wait_for_selector('body[data-ready][data-ground="drawn"]')
        page.wait_for_selector(".leaflet-tiles-pane img", state="attached")
        return page, asked

    yield opened
    for context in contexts:
        context.close()


def tile_under(page, at: list[float]) -> tuple[float, float]:
    """Column and row (with fractions) of the tile that is shown at a place of the map."""
    return page.evaluate(
        """at => {
            const point = map_siting.latLngToContainerPoint(at);
            const frame = map_siting.getContainer().getBoundingClientRect();
            const x = frame.left + point.x, y = frame.top + point.y;
            const tile = Array.from(document.querySelectorAll(".leaflet-tiles-pane img")).filter(
                image => { const box = image.getBoundingClientRect();
                    return box.left <= x && x < box.right && box.top <= y && y < box.bottom; })[0];
            const box = tile.getBoundingClientRect();
            const [, z, column, row] = tile.src.match(/w\\/(\\d+)\\/(\\d+)\\/(\\d+)/).map(Number);
            return [z, column + (x - box.left) / box.width, row + (y - box.top) / box.height];
        }""",
        at,
    )


def place_of(z: float, column: float, row: float, page) -> tuple[float, float]:
    """Latitude and longitude of a place within a tile, by Leaflet's own projection."""
    found = page.evaluate(
        "([z, x, y]) => map_siting.unproject(L.point(256 * x, 256 * y), z)", [z, column, row]
    )
    return found["lat"], found["lng"]


def closer(page) -> list[float]:
    """Go to zoom 15; return latitude and longitude of the middle."""
    page.evaluate("() => map_siting.setZoom(15, {animate: false})")
    page.wait_for_selector('.leaflet-tiles-pane img[src*="/15/"]', state="attached")
    return page.evaluate("() => { const c = map_siting.getCenter(); return [c.lat, c.lng]; }")


def test_a_page_without_tiles_opens_no_door(handmade, tmp_path: Path, open_page: Callable):
    path = write_page(handmade, tmp_path, None)
    assert "img-src data:;" in path.read_text(encoding="utf-8")
    assert not open_page(path).requests


def test_only_the_named_server_is_asked(tiled):
    page, asked = tiled("cgcs2000")
    assert asked
    assert all(re.fullmatch(r"http://tiles\.test:8080/w/\d+/\d+/\d+\.png", url) for url in asked)
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    assert "img-src data: http://tiles.test:8080;" in policy
    assert page.locator("#credit").text_content() == "© 某局 <b>x</b>"


def test_another_server_is_refused_by_the_browser(tiled):
    page, asked = tiled("cgcs2000")
    asked.clear()
    page.evaluate("() => { const image = new Image(); image.src = 'http://evil.test/x.png'; }")
    page.wait_for_timeout(100)
    assert not [url for url in asked if "evil" in url]


def test_tiles_of_the_city_s_datum_lie_where_they_say(tiled):
    page, _ = tiled("cgcs2000")
    at = closer(page)
    lat, lng = place_of(*tile_under(page, at), page)
    assert abs(lat - at[0]) < TWO_PIXELS_DEG
    assert abs(lng - at[1]) < TWO_PIXELS_DEG


def test_tiles_of_gcj02_are_moved_back(tiled):
    """Where the map shows a place, the tile shows what GCJ-02 calls that place."""
    page, _ = tiled("gcj02")
    at = closer(page)
    lat, lng = place_of(*tile_under(page, at), page)
    east, north = wgs84_to_gcj02(np.array([at[1]]), np.array([at[0]]))
    assert abs(lat - north[0]) < TWO_PIXELS_DEG
    assert abs(lng - east[0]) < TWO_PIXELS_DEG
    assert abs(lng - at[1]) > 1e-3
    assert "GCJ-02" in page.locator("#legend").text_content()


def test_tiles_that_do_not_come_are_told(tiled):
    page, _ = tiled("cgcs2000", is_answered=False)
    page.wait_for_selector("#legend:has-text('有瓦片未能载入')", state="attached")
