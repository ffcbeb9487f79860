"""The background of a page: counted squares, failed layers, print; no request, no error."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from siting.city import MapSpec
from siting.mapping import city_scene, render_page
from siting.model import Contract, LoadStatus

from ..unpacking import WEB, features_of

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}


@pytest.fixture
def opened(handmade, tmp_path: Path, open_page: Callable):
    """Opens the handmade city's page under a budget, with a change to its parcels."""

    def make(budget_mb: float = 25.0, **changes: object):
        report, searches, atlas, city = handmade.make(tmp_path)
        layers = tuple(
            dataclasses.replace(layer, **changes) if layer.role == "parcel" else layer
            for layer in atlas.layers
        )
        atlas = dataclasses.replace(atlas, layers=layers)
        city = dataclasses.replace(city, maps=MapSpec(budget_mb))
        scene = city_scene(report, searches, atlas, city=city)
        path = tmp_path / "ground.html"
        path.write_text(render_page(scene), encoding="utf-8")
        page = open_page(path)
        page.page.wait_for_selector('body[data-ground="drawn"]')
        return page, scene.payload

    return make


def painted(page) -> int:
    """Painted pixels of the background's tiles."""
    return page.evaluate(
        """() => Array.from(document.querySelectorAll(".leaflet-ground-pane canvas"))
            .map(canvas => {
                const size = [canvas.width, canvas.height];
                const data = canvas.getContext("2d").getImageData(0, 0, ...size).data;
                return data.filter((value, i) => i % 4 === 3 && value > 0).length;
            }).reduce((sum, count) => sum + count, 0)"""
    )


def test_a_page_over_its_budget_says_what_it_counts(opened):
    page, payload = opened(0.01)
    row = next(layer for layer in payload["ground"] if layer["role"] == "parcel")
    text = page.page.locator("#legend label", has_text="宗地").text_content()
    assert "5 个按" in text
    assert "方格计数，不逐个绘出" in text
    _, rings = features_of(row, payload["origin"], payload["unit"])[0]
    east, north = WEB.transform(
        *(sum(axis) / len(rings[0]) for axis in zip(*rings[0], strict=True))
    )
    page.page.evaluate("at => map_siting.fire('click', {latlng: L.latLng(at)})", [north, east])
    assert "此格内" in page.page.locator(".leaflet-popup-content").text_content()
    page.page.locator("#language").click()
    assert "not drawn one by one" in page.page.locator("#legend").text_content()
    assert page.mischief == CLEAN


def test_a_page_over_its_budget_by_red_lines_alone_says_so(opened):
    """A red line whose overlaps are left out has the hatch of what is not drawn."""
    page, payload = opened(0.01)
    legend = page.page.locator("#legend")
    for text in ("超过设定的 0.01 MB", "占用部分从略", "已简化 5 m"):
        assert text in legend.text_content()
    broken = next(line for line in payload["redLines"] if line["outcome"] == "conflict")
    page.page.locator(f'#list .row[data-key="r:{broken["id"]}"]').click()
    assert "图形从略" in page.page.locator("#details").text_content()
    page.page.locator("#language").click()
    assert "over the 0.01 MB asked for" in legend.text_content()
    assert page.mischief == CLEAN


def test_parcels_that_failed_or_lost_rows_are_named_so(opened):
    failed = Contract(LoadStatus.FAILED, problems=("truncated",))
    page, _ = opened(frame=None, contract=failed)
    entry = page.page.locator("#legend li", has_text="宗地")
    assert "未载入" in entry.text_content()
    assert entry.locator("input").count() == 0
    page, _ = opened(contract=Contract(LoadStatus.SHORT, 6, 5))
    assert "缺行" in page.page.locator("#legend label", has_text="宗地").text_content()


def test_the_background_is_on_paper_at_once(opened):
    page, _ = opened()
    on_screen = painted(page.page)
    assert on_screen > 1_000
    page.page.emulate_media(media="print")
    page.page.wait_for_selector("body.printing")
    assert page.page.evaluate("document.body.dataset.ground") == "drawn"
    assert painted(page.page) > 1_000
    assert page.mischief == CLEAN


def test_a_sharp_screen_gets_sharp_tiles(chromium, opened, tmp_path: Path):
    opened()
    context = chromium.new_context(device_scale_factor=2, offline=True)
    page = context.new_page()
    page.goto((tmp_path / "ground.html").as_uri())
    page.wait_for_selector('body[data-ground="drawn"]')
    tile = page.locator(".leaflet-ground-pane canvas").first
    shown, drawn = tile.evaluate("tile => [tile.offsetWidth, tile.width]")
    assert drawn == 2 * shown
    context.close()
