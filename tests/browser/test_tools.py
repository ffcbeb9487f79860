"""The page's tools: order of the list, measuring, scale, paper; and who uses it otherwise."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyproj
import pytest
import shapely

from ..unpacking import untabled

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Everything that takes the focus by itself, and what it is called.
INTERACTIVE = """() => Array.from(document.querySelectorAll(
    "button, a[href], input, select, summary, [tabindex='0']")).filter(
    e => e.getClientRects().length).map(e => [e.tagName, (e.getAttribute("aria-label") ||
    (e.labels && e.labels.length ? e.labels[0].textContent : "") || e.textContent).trim()])"""
#: Text nodes that are seen, with their colour and the first opaque ground beneath it.
TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = {};
    const channels = text => text.match(/[0-9.]+/g).map(Number);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || !parent.getClientRects().length) continue;
        if (parent.closest("script,style,noscript")) continue;
        const style = getComputedStyle(parent);
        if (style.visibility === "hidden") continue;
        let ground = null;
        for (let up = parent; up && !ground; up = up.parentElement) {
            const colour = channels(getComputedStyle(up).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.85) ground = colour.slice(0, 3);
        }
        found[[channels(style.color).slice(0, 3), ground || [255, 255, 255]].join("|")] =
            [channels(style.color).slice(0, 3), ground || [255, 255, 255], text.slice(0, 30)];
    }
    return Object.values(found);
}"""


@pytest.fixture
def city(open_page: Callable, maps: Path):
    return open_page(maps / "city.html")


@pytest.fixture(scope="module")
def colour() -> ModuleType:
    path = Path(__file__).parent.parent / "colour.py"
    spec = importlib.util.spec_from_file_location("colour", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def to_plane(handmade: ModuleType) -> Callable:
    """PROJ itself, from degrees to the working CRS."""
    return pyproj.Transformer.from_crs("EPSG:4326", handmade.CRS, always_xy=True).transform


def data_of(opened) -> dict:
    return untabled(json.loads(opened.page.locator("#siting-data").text_content()))


def listed(opened) -> list[str]:
    keys = opened.page.locator("#list .row").evaluate_all("rows => rows.map(r => r.dataset.key)")
    return [key[2:] for key in keys]


def figure(text: str, before: str) -> float:
    found = re.search(rf"{before}：\s*([\d,.]+)", text)
    assert found, text
    return float(found[1].replace(",", ""))


def test_the_list_sorts_by_area_and_by_id_and_back(city):
    worst = listed(city)
    lines = {line["id"]: line for line in data_of(city)["redLines"]}
    city.page.locator("#sort").select_option("area")
    areas = [lines[name]["area"] for name in listed(city) if name in lines]
    assert areas == sorted(areas, reverse=True)
    city.page.locator("#sort").select_option("conflict")
    conflicts = [lines[name]["conflict"] for name in listed(city) if name in lines]
    assert conflicts == sorted(conflicts, reverse=True)
    city.page.locator("#sort").select_option("id")
    assert sorted(worst) == listed(city)
    city.page.locator("#sort").select_option("worst")
    assert listed(city) == worst


def test_what_the_list_leaves_out_is_said(city):
    city.page.locator("#counters [data-counter=conflict]").click()
    city.page.locator("#search").fill("RL")
    assert "只看：冲突✕搜索“RL”" in city.page.locator("#shown").text_content()
    city.page.emulate_media(media="print")
    city.page.wait_for_selector("body.printing")
    assert city.page.locator("#shown").is_visible()


def places_clicked(opened, points: list[tuple[int, int]], to_plane: Callable) -> list:
    box = opened.page.locator("#map_siting").bounding_box()
    for x, y in points:
        opened.page.mouse.click(x, y)
    corners = [[x - box["x"], y - box["y"]] for x, y in points]
    read = "points => points.map(p => map_siting.containerPointToLatLng(p))"
    return [to_plane(at["lng"], at["lat"]) for at in opened.page.evaluate(read, corners)]


def test_measuring_gives_what_proj_gives(city, to_plane: Callable):
    city.page.locator(".tool.measure").click()
    clicked = [(600, 300), (820, 320), (800, 560), (620, 520)]
    places = places_clicked(city, clicked, to_plane)
    text = city.page.locator("#measured").text_content()
    shape = shapely.Polygon(places)
    assert figure(text, "长度") == pytest.approx(shapely.LineString(places).length, abs=0.06)
    assert figure(text, "周长") == pytest.approx(shape.length, abs=0.06)
    assert figure(text, "面积") == pytest.approx(shape.area, rel=1e-6)
    mu = re.search(r"([\d,.]+) 亩", text)
    assert mu
    assert float(mu[1].replace(",", "")) == pytest.approx(shape.area * 15 / 10_000, rel=1e-5)
    assert city.page.locator("#details").is_hidden()
    assert city.mischief == CLEAN


def test_on_a_phone_the_panel_leaves_the_map_free(open_page: Callable, maps: Path):
    page = open_page(maps / "city.html", width=390, height=844).page
    page.locator(".tool.measure").click()
    for point in ((100, 160), (200, 180), (180, 260)):
        page.mouse.click(*point)
    panel, stage = (page.locator(name).bounding_box() for name in ("#measure", "#stage"))
    assert panel["y"] >= stage["y"] + stage["height"]
    assert panel["y"] + panel["height"] <= 844


def test_a_line_that_crosses_itself_has_no_area(city):
    city.page.locator(".tool.measure").click()
    for point in ((600, 300), (800, 500), (800, 300), (600, 500)):
        city.page.mouse.click(*point)
    text = city.page.locator("#measured").text_content()
    assert "不计面积" in text
    assert "面积：" not in text


def test_a_point_beyond_the_map_gives_no_figure(city):
    city.page.locator(".tool.measure").click()
    city.page.evaluate("map_siting.setView([0, 0], 6, {animate: false})")
    city.page.locator("#map_siting").focus()
    city.page.keyboard.press("Enter")
    text = city.page.locator("#measured").text_content()
    assert "不给数值" in text
    assert " m" not in text


def test_measuring_by_keys_alone(city):
    city.page.locator(".tool.measure").focus()
    city.page.keyboard.press("Enter")
    for key in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"):
        city.page.keyboard.press(key)
        city.page.wait_for_timeout(300)
    assert figure(city.page.locator("#measured").text_content(), "面积") > 0
    city.page.keyboard.press("Backspace")
    assert "面积" not in city.page.locator("#measured").text_content()
    city.page.keyboard.press("Escape")
    assert city.page.locator("#measure").is_hidden()
    assert city.page.locator(".tool.measure").get_attribute("aria-pressed") == "false"


def test_the_scale_bar_is_as_long_as_it_says(city, to_plane: Callable):
    """Within one pixel of what PROJ gives across the middle of the map."""
    bar = city.page.locator(".leaflet-control-scale-line")
    said = re.fullmatch(r"([\d.]+) (k?m)", bar.text_content())
    assert said
    metres = float(said[1]) * (1000 if said[2] == "km" else 1)
    ends = city.page.evaluate(
        """() => { const size = map_siting.getSize();
            return [-200, 200].map(x => map_siting.containerPointToLatLng(
                [size.x / 2 + x, size.y / 2])); }"""
    )
    (east, north), (east_too, north_too) = (to_plane(at["lng"], at["lat"]) for at in ends)
    ground = ((east_too - east) ** 2 + (north_too - north) ** 2) ** 0.5 / 400
    assert bar.evaluate("e => e.offsetWidth") == pytest.approx(metres / ground, abs=1.0)


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 842, 595), ("a3", 1191, 842)])
def test_the_print_button_knows_two_papers(city, paper: str, width: int, height: int):
    page = city.page
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".tool.print").click()
    page.locator(f".tool.{paper}").click()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    assert re.fullmatch(r"1 : [\d,]+", page.locator("#ratio").text_content())
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(width, height)}
    page.emulate_media(media="screen")
    page.wait_for_selector("body:not(.printing)")
    page.emulate_media(media="print")
    page.wait_for_selector("body.printing")
    assert "a3" not in page.locator("body").get_attribute("class").split()
    assert city.mischief == CLEAN


def test_alternatives_out_of_view_are_signed_at_the_edge(city):
    searches = data_of(city)["searches"]
    line = next(
        line for line in data_of(city)["redLines"]
        if len(searches.get(line["project"], {}).get("sites", [])) == 3
    )  # fmt: skip
    city.page.locator(f'#list .row[data-key="r:{line["id"]}"]').click()
    at = line["at"]
    city.page.evaluate("at => map_siting.setView(at, 19, {animate: false})", at)
    signs = city.page.locator(".edge-sign")
    assert sorted(signs.all_text_contents()) == ["1", "2", "3"]
    signs.first.click()
    assert signs.count() < 3
    city.page.keyboard.press("Escape")
    assert signs.count() == 0


def test_the_five_questions_are_answered_by_what_the_data_says(city):
    data = data_of(city)
    blocked = [line for line in data["redLines"] if line["outcome"] in {"conflict", "review"}]
    ask = {fold.get_attribute("data-ask"): fold for fold in city.page.locator("#brief .ask").all()}
    assert list(ask) == [
        "briefBlocked", "briefOffered", "briefUnchecked", "briefAsk", "briefNext",
    ]  # fmt: skip
    conflicts = sum(line["outcome"] == "conflict" for line in blocked)
    assert f"红线冲突 {conflicts}，" in ask["briefBlocked"].text_content()
    incomplete = sum(line["incomplete"] for line in data["redLines"])
    assert f"{incomplete} 条红线未查全" in ask["briefUnchecked"].text_content()
    failed = sum(item["status"] != "passed" for item in data["inputs"])
    assert f"{failed} 个图层" in ask["briefUnchecked"].text_content()
    for fold in ask.values():
        fold.locator("summary").click()
        fold.locator("tbody tr").first.wait_for()
    assert ask["briefBlocked"].locator("tbody tr").count() == len(blocked)
    own = len(data["redLines"]) + len(data["unplaced"])
    together = bool(data["guests"]) + bool(data["offMap"])  # a line each
    assert ask["briefNext"].locator("tbody tr").count() == own + together + failed
    offices = ask["briefAsk"].locator("tbody td:first-child").all_text_contents()
    assert {say["office"][0] for say in data["offMap"]} <= set(offices)
    ask["briefBlocked"].locator(".link").first.click()
    assert city.page.locator("#details").is_visible()
    assert city.mischief == CLEAN


def test_whatever_takes_the_focus_has_a_name_in_both_languages(city):
    city.page.locator("#list .row").first.click()
    city.page.locator(".tool.measure").click()
    for language in ("zh", "en"):
        named = city.page.evaluate(INTERACTIVE)
        assert [tag for tag, name in named if not name] == []
        assert len(named) > 40
        if language == "zh":
            city.page.locator("#language").click()
    labels = city.page.evaluate(
        "() => Array.from(document.querySelectorAll('[aria-label]')).map("
        "e => e.getAttribute('aria-label'))"
    )
    assert [label for label in labels if CHINESE.search(label) and label != "切换为中文"] == []


def test_the_tabulator_goes_from_head_to_map_with_one_stop_in_the_list(city):
    stops = []
    for _ in range(80):
        city.page.keyboard.press("Tab")
        stops.append(
            city.page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.id || e.className || e.tagName; }"
            )
        )
        if stops.count("language") > 1:
            break
    order = [
        next(i for i, stop in enumerate(stops) if stop.startswith(start))
        for start in ("language", "counter", "search", "sort", "row", "map_siting", "tool")
    ]
    assert order == sorted(order)
    assert sum(stop.startswith("row") for stop in stops[: order[-1]]) == 1


@pytest.mark.slow
def test_every_red_line_on_the_map_is_reached_by_keys_alone(city):
    """The canvas is a picture for the pointer: arrows in the list lead to each of its lines."""
    keyboard, data = city.page.keyboard, data_of(city)
    city.page.locator("#list .row").first.focus()
    reached = {}
    for _ in range(len(data["redLines"])):
        keyboard.press("Enter")
        assert city.page.evaluate("document.activeElement.id") == "details"
        name = city.page.locator("#details .row-id").first.text_content()
        reached[name] = city.page.evaluate(
            "() => { const b = map_siting.getBounds(); return [b.getSouth(), b.getWest(), "
            "b.getNorth(), b.getEast()]; }"
        )
        keyboard.press("Escape")  # back to its row
        keyboard.press("ArrowDown")
    assert reached.keys() == {line["id"] for line in data["redLines"]}
    for line in data["redLines"]:
        if line["at"]:
            south, west, north, east = reached[line["id"]]
            assert south < line["at"][0] < north, line["id"]
            assert west < line["at"][1] < east, line["id"]
    assert city.mischief == CLEAN


def test_every_red_line_is_found_by_typing_its_name(city):
    search, keyboard = city.page.locator("#search"), city.page.keyboard
    for line in data_of(city)["redLines"][:3]:
        search.focus()
        keyboard.press("Control+A")
        keyboard.type(line["id"])
        city.page.locator("#list .row[tabindex='0']").focus()
        keyboard.press("Enter")
        assert city.page.locator("#details .row-id").first.text_content().startswith(line["id"])
        keyboard.press("Escape")


def test_who_chooses_by_key_reads_on_in_the_panel(city):
    row = city.page.locator("#list .row").first
    row.focus()
    city.page.keyboard.press("Enter")
    assert city.page.evaluate("document.activeElement.id") == "details"
    city.page.keyboard.press("Escape")
    assert city.page.evaluate("document.activeElement.dataset.key") == row.get_attribute("data-key")


def code_of(channels: list[float]) -> str:
    return "#" + "".join(f"{round(value):02x}" for value in channels)


@pytest.mark.parametrize("media", ["screen", "print"])
def test_every_text_has_the_contrast_that_wcag_asks(city, colour: ModuleType, media: str):
    city.page.locator("#list .row").first.click()
    city.page.locator("#counters [data-counter=conflict]").click()
    if media == "print":
        city.page.emulate_media(media="print")
        city.page.wait_for_selector("body.printing")
    texts = city.page.evaluate(TEXTS)
    assert len(texts) > 8
    faint = [
        (text, code_of(ink), code_of(ground))
        for ink, ground, text in texts
        if colour.contrast(code_of(ink), code_of(ground)) < 4.5
    ]
    assert faint == []


def test_no_motion_for_who_asked_for_none_and_forced_colours_stay_clean(chromium, maps: Path):
    context = chromium.new_context(reduced_motion="reduce", forced_colors="active", offline=True)
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((maps / "city.html").as_uri())
        page.wait_for_selector("body[data-ready]")
        assert page.evaluate("map_siting._zoomAnimated || map_siting.options.inertia") is False
        page.locator("#counters [data-counter=conflict]").click()
        pressed = page.locator("#counters [aria-pressed=true]")
        assert pressed.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        assert errors == []
    finally:
        context.close()
