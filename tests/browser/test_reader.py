"""What a reader who never saw the page tries first: print, panel, search, phone, legend, clicks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ..unpacking import untabled

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
#: Within one task, as a browser prints: nothing that comes with a later frame counts.
PAPER = """() => {
    window.dispatchEvent(new Event("beforeprint"));
    const inked = canvas => canvas.getContext("2d").getImageData(
        0, 0, canvas.width, canvas.height).data.some(value => value > 0);
    const tiles = Array.from(document.querySelectorAll(".leaflet-ground-pane canvas"));
    const table = ask => ask.querySelectorAll("tbody tr").length;
    return {
        seen: tiles.filter(inked).map(tile => Number(getComputedStyle(tile).opacity)),
        answers: Array.from(document.querySelectorAll("#brief .ask")).map(table),
        heads: Array.from(document.querySelectorAll("#brief thead")).map(
            head => getComputedStyle(head).display),
        mark: getComputedStyle(document.getElementById("mark")).display,
        folds: document.querySelectorAll("#brief .ask[open], #scroll > details[open]").length,
    };
}"""
STATE = """() => [map_siting.getZoom(),
    document.getElementById("scroll").scrollTop,
    document.querySelectorAll("details[open]").length,
    Array.from(document.getElementById("app").children).map(e => e.id).join(),
    Array.from(document.getElementById("scroll").children).map(e => e.id).join()]"""
CENTRE = "() => { const at = map_siting.getCenter(); return [at.lat, at.lng]; }"
#: Degrees that a pixel comes to at the pages' own zoom: Leaflet rounds to it.
PIXEL = 3e-4


@pytest.fixture
def city(open_page: Callable, maps: Path):
    return open_page(maps / "city.html")


@pytest.fixture
def phone(open_page: Callable, maps: Path):
    return open_page(maps / "city.html", width=390, height=844)


def data_of(opened) -> dict:
    return untabled(json.loads(opened.page.locator("#siting-data").text_content()))


def box_of(opened, selector: str) -> dict:
    box = opened.page.locator(selector).first.bounding_box()
    assert box is not None
    return box


def test_the_browsers_own_print_has_the_background_and_every_answer_at_once(city):
    data = data_of(city)
    city.page.locator("#scroll").evaluate("e => { e.scrollTop = 120; }")
    city.page.evaluate("map_siting.zoomIn(1, {animate: false})")
    before, centre = city.page.evaluate(STATE), city.page.evaluate(CENTRE)
    paper = city.page.evaluate(PAPER)
    assert paper["seen"]
    assert set(paper["seen"]) == {1}
    blocked = sum(line["outcome"] in {"conflict", "review"} for line in data["redLines"])
    assert paper["answers"][0] == blocked
    assert len(paper["answers"]) == 5
    assert min(paper["answers"]) > 0
    assert set(paper["heads"]) == {"table-header-group"}
    assert paper["mark"] == "block"
    city.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert city.page.evaluate(STATE) == before
    assert city.page.evaluate(CENTRE) == pytest.approx(centre, abs=PIXEL)
    assert city.page.locator("#mark").is_hidden()
    assert city.mischief == CLEAN


@pytest.mark.slow
def test_a_print_with_a_project_chosen_gives_the_readers_view_back(city):
    city.page.locator("#list .row").first.click()
    city.page.evaluate("map_siting.setZoom(map_siting.getZoom() - 1, {animate: false})")
    before = city.page.evaluate(STATE)
    city.page.evaluate(PAPER)
    city.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert city.page.evaluate(STATE) == before


@pytest.mark.slow
def test_the_panels_head_stays_and_leads_to_each_section(city):
    city.page.locator("#list .row").first.click()
    panel = box_of(city, "#details")
    heads = city.page.locator("#details section > h3")
    ways = city.page.locator("#details .way")
    assert ways.count() == heads.count() > 2
    for i in range(ways.count()):
        ways.nth(i).click()
        head = heads.nth(i).bounding_box()
        below = box_of(city, ".details-head")
        assert below["y"] == pytest.approx(panel["y"], abs=1)
        assert below["y"] + below["height"] <= head["y"] + 1
        assert head["y"] < panel["y"] + panel["height"]
    assert box_of(city, "#details .close")["y"] >= panel["y"]
    assert "Esc" in city.page.locator("#details .close").get_attribute("title")


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.slow), 390])
def test_closing_returns_to_where_the_reader_was(open_page: Callable, maps: Path, width: int):
    opened = open_page(maps / "city.html", width=width, height=844)
    ask = opened.page.locator("#brief .ask").last
    ask.locator("summary").click()
    link = ask.locator(".link").last
    link.scroll_into_view_if_needed()
    (zoom, scrolled), centre = opened.page.evaluate(STATE)[:2], opened.page.evaluate(CENTRE)
    link.click()
    assert opened.page.locator("#details").is_visible()
    assert opened.page.evaluate(STATE)[1] == scrolled > 0
    opened.page.locator("#details .close").click()
    assert opened.page.evaluate(STATE)[:2] == [zoom, scrolled]
    assert opened.page.evaluate(CENTRE) == pytest.approx(centre, abs=PIXEL)


def test_the_list_is_searched_by_parcel_site_cause_and_office(city):
    data = data_of(city)
    search = city.page.locator("#search")
    shown = city.page.locator("#list .row")
    line, code = next(
        (line, verdict["code"])
        for line in data["redLines"]
        for verdict in line["verdicts"]
        if verdict["status"] == "conflict"
    )
    rule = data["rules"][code]
    lines = {line["project"]: line["id"] for line in data["redLines"]}
    project, found = next((p, s) for p, s in data["searches"].items() if s["sites"] and p in lines)
    for text, key in (
        (rule["title"][0], line["id"]),
        (rule["route"]["office"][0], line["id"]),
        (found["sites"][0]["id"], lines[project]),
    ):
        search.fill(text)
        assert 0 < shown.count() < len(data["redLines"]) + len(data["unplaced"]), text
        assert any(key in row for row in shown.all_text_contents()), text


def test_what_narrows_the_list_stands_above_it_and_can_be_dropped(city):
    every = city.page.locator("#list .row").count()
    assert city.page.locator("#shown .chip").count() == 0
    city.page.locator("#counters [data-counter=conflict]").click()
    column, finder = box_of(city, "#scroll"), box_of(city, "#finder")
    assert finder["y"] == pytest.approx(column["y"], abs=2)
    city.page.locator("#search").fill("no such project")
    assert city.page.locator("#none-found").is_visible()
    city.page.locator("#none-found button").click()
    assert city.page.locator("#list .row").count() == every
    assert city.page.locator("#none-found").is_hidden()
    city.page.locator("#counters [data-counter=conflict]").click()
    city.page.locator("#shown .chip").click()
    assert city.page.locator("#list .row").count() == every
    pressed = city.page.locator("#counters [data-counter=conflict]").get_attribute("aria-pressed")
    assert pressed == "false"


@pytest.mark.slow
def test_each_table_of_the_column_has_a_line_of_its_own(city):
    boxes = [fold.bounding_box() for fold in city.page.locator("#scroll > details:visible").all()]
    assert len({box["y"] for box in boxes}) == len(boxes) > 2
    assert len({box["width"] for box in boxes}) == 1
    city.page.locator("#by-constraint > summary").click()
    rows = city.page.locator("#by-constraint tbody tr")
    assert rows.count() == len(data_of(city)["byConstraint"])
    body = city.page.locator("#by-constraint .body")
    assert body.evaluate("e => e.scrollHeight <= e.clientHeight")


@pytest.mark.slow
def test_a_phone_shows_title_map_and_the_first_answers_in_one_view(phone):
    head, stage = box_of(phone, "#head"), box_of(phone, "#stage")
    first = box_of(phone, "#brief .ask")
    assert head["y"] == 0
    assert head["height"] < 90
    assert stage["y"] == pytest.approx(head["height"], abs=1)
    assert first["y"] + first["height"] < 844
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
def test_a_phones_map_is_made_smaller_and_larger(phone):
    heights = [box_of(phone, "#stage")["height"]]
    smaller, larger = phone.page.locator(".sizer").all()
    larger.click()
    heights.append(box_of(phone, "#stage")["height"])
    assert larger.is_disabled()
    smaller.click()
    smaller.click()
    heights.append(box_of(phone, "#stage")["height"])
    assert heights[2] < 120 < heights[0] < 844 / 2 < heights[1]
    assert phone.page.evaluate("map_siting.getSize().y") == pytest.approx(heights[2], abs=1)
    phone.page.evaluate("map_siting.setZoom(15, {animate: false})")
    larger.click()
    assert phone.page.evaluate("map_siting.getZoom()") == 15
    assert phone.mischief == CLEAN


def test_a_phones_panel_is_a_sheet_that_gives_way_to_the_map(phone):
    phone.page.locator("#list .row").first.click()
    head, panel = box_of(phone, "#head"), box_of(phone, "#details")
    assert panel["y"] == pytest.approx(head["height"], abs=1)
    assert panel["y"] + panel["height"] == pytest.approx(844, abs=1)
    wide = phone.page.locator("#details table.sums").all()
    assert wide
    assert all(table.bounding_box()["width"] <= 390 for table in wide)
    phone.page.locator("#details .zoom-buttons .small").first.click()
    stage, panel = box_of(phone, "#stage"), box_of(phone, "#details")
    assert stage["height"] > 300
    assert panel["y"] == pytest.approx(stage["y"] + stage["height"], abs=1)
    phone.page.locator("#details .sheet-size").click()
    assert box_of(phone, "#details")["y"] == pytest.approx(head["height"], abs=1)


@pytest.mark.slow
def test_a_phones_open_legend_leaves_the_tools_free_and_scrolls(phone):
    phone.page.locator("#legend > summary").click()
    tools, legend = box_of(phone, "#tools"), box_of(phone, "#legend")
    assert tools["y"] + tools["height"] < legend["y"]
    assert legend["y"] + legend["height"] == pytest.approx(844, abs=1)
    last = phone.page.locator("#legend li").last
    last.scroll_into_view_if_needed()
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= 844


@pytest.mark.slow
@pytest.mark.parametrize("place", [[0, 0.5], [0.5, 0], [1, 0.5]])
def test_a_tip_is_not_cut_at_the_edge_of_the_map(city, place: list[float]):
    item = data_of(city)["redLines"][0]
    city.page.locator("#legend > summary").click()
    city.page.evaluate(
        """([at, place]) => { const size = map_siting.getSize();
            map_siting.setView(at, 18, {animate: false});
            map_siting.panBy([size.x * (0.5 - place[0]), size.y * (0.5 - place[1])],
                {animate: false}); }""",
        [item["at"], place],
    )
    stage = box_of(city, "#map_siting")
    x = min(max(stage["width"] * place[0], 4), stage["width"] - 4)
    y = min(max(stage["height"] * place[1], 4), stage["height"] - 4)
    city.page.mouse.move(stage["x"] + x + 1, stage["y"] + y + 1)
    city.page.mouse.move(stage["x"] + x, stage["y"] + y)
    tip = box_of(city, ".tip")
    assert stage["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= stage["x"] + stage["width"]
    assert stage["y"] <= tip["y"]


def test_a_click_on_a_site_says_whose_it_is_and_opens_the_project(city):
    data = data_of(city)
    project, site = next(
        (p, s) for p, found in data["searches"].items() for s in found["sites"] if s.get("shape")
    )
    centre = city.page.evaluate(
        "at => { map_siting.fire('click', {latlng: L.latLng(at)}); return at; }", site["at"]
    )
    assert centre == site["at"]
    told = city.page.locator(".leaflet-popup-content")
    assert project in told.text_content()
    assert site["id"] in told.text_content()
    if city.page.locator("#details").is_hidden():  # several projects would have it: one chooses
        told.locator(".link", has_text=project).click()
    assert site["id"] in city.page.locator("#details").text_content()
    assert city.mischief == CLEAN


@pytest.mark.slow
def test_codes_stand_by_their_outlines_and_on_nothing_else(city):
    line = data_of(city)["redLines"][0]
    city.page.evaluate("at => map_siting.setView(at, 17, {animate: false})", line["at"])
    codes = city.page.locator(".code")
    assert line["id"] in codes.all_text_contents()
    boxes = [code.bounding_box() for code in codes.all()]
    for i, one in enumerate(boxes):
        assert not any(
            one["x"] < other["x"] + other["width"]
            and other["x"] < one["x"] + one["width"]
            and one["y"] < other["y"] + other["height"]
            and other["y"] < one["y"] + one["height"]
            for other in boxes[i + 1 :]
        )
    city.page.evaluate("at => map_siting.setView(at, 8, {animate: false})", line["at"])
    assert codes.count() == 0
