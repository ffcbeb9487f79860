"""The pages at work in a browser: counters, search, details, language, print, phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import shapely

from siting.mapping import city_scene, render_page

from ..unpacking import WEB, features_of, names_of, untabled

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}


@pytest.fixture
def city(open_page: Callable, maps: Path):
    return open_page(maps / "city.html")


def data_of(opened) -> dict:
    return untabled(json.loads(opened.page.locator("#siting-data").text_content()))


def rows(opened):
    return opened.page.locator("#list .row")


def test_the_city_opens_without_request_or_error(city):
    assert city.mischief == CLEAN
    assert city.page.locator("#map_siting canvas").count() > 0


@pytest.mark.slow
def test_every_district_opens_without_request_or_error(open_page: Callable, maps: Path):
    for path in sorted((maps / "districts").iterdir()):
        opened = open_page(path)
        assert opened.mischief == CLEAN
        assert rows(opened).count() > 0


@pytest.mark.parametrize("counter", ["conflict", "review", "incomplete", "near", "clear"])
def test_a_counter_filters_the_list_to_what_it_counts(city, counter: str):
    lines = data_of(city)["redLines"]
    if counter == "incomplete":
        expected = sum(line["incomplete"] for line in lines)
    else:
        expected = sum(line["outcome"] == counter for line in lines)
    element = city.page.locator(f"#counters [data-counter={counter}]")
    assert element.locator("b").text_content() == str(expected)
    element.click()
    assert rows(city).count() == expected
    assert element.get_attribute("aria-pressed") == "true"
    city.page.locator(f"#counters [data-counter={counter}]").click()
    assert rows(city).count() == len(lines) + len(data_of(city)["unplaced"])


def test_the_filter_hides_on_the_map_what_it_hides_in_the_list(city):
    count = "Object.values(map_siting._layers).filter(each => each instanceof L.Path).length"
    before = city.page.evaluate(count)
    city.page.locator("#counters [data-counter=near]").click()
    hidden = rows(city).count()
    assert before - city.page.evaluate(count) == len(data_of(city)["redLines"]) - hidden


def test_search_by_id_by_project_and_by_district(city):
    search = city.page.locator("#search")
    for text, least in (("rl-0003", 1), ("SF-2026-0045", 1), ("松岭区", 2)):
        search.fill(text)
        assert rows(city).count() >= least
    search.fill("RL-0003")
    assert rows(city).count() == 1
    search.fill("no such project")
    assert rows(city).count() == 0


def test_a_click_opens_details_with_numbered_alternatives(city):
    searches = data_of(city)["searches"]
    line = next(
        line for line in data_of(city)["redLines"]
        if line["outcome"] == "conflict" and searches.get(line["project"], {}).get("sites")
    )  # fmt: skip
    city.page.locator(f'#list .row[data-key="r:{line["id"]}"]').click()
    details = city.page.locator("#details")
    assert details.is_visible()
    assert details.locator(".site .rank").all_text_contents() == ["1", "2", "3"]
    assert sorted(city.page.locator(".tag .rank").all_text_contents()) == ["1", "2", "3"]
    assert city.mischief == CLEAN


@pytest.mark.parametrize("zooms", [0, 4])
def test_a_click_on_the_map_opens_the_red_line_there(city, zooms: int):
    """As a symbol from afar, as an outline near by, also beneath a chosen one."""
    line = data_of(city)["redLines"][0]
    other = data_of(city)["redLines"][5]
    city.page.locator(f'#list .row[data-key="r:{other["id"]}"]').click()
    city.page.evaluate(
        "([at, zooms]) => map_siting.setView(at, map_siting.getZoom() + zooms - 2,"
        " {animate: false})",
        [line["at"], zooms],
    )
    box = city.page.locator("#map_siting").bounding_box()
    city.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert line["id"] in city.page.locator("#details .details-head").text_content()


def test_score_parts_add_up_to_the_score(city):
    for search in data_of(city)["searches"].values():
        for site in search["sites"]:
            assert abs(sum(part[1] for part in site["parts"]) - site["score"]) < 0.005


def test_a_site_shows_how_sure_its_place_is_and_what_its_measures_are_worth(city):
    searches = data_of(city)["searches"]
    lines = {line["project"]: line["id"] for line in data_of(city)["redLines"]}
    project = next(p for p in lines if len(searches.get(p, {}).get("sites", [])) == 3)
    city.page.locator(f'#list .row[data-key="r:{lines[project]}"]').click()
    cards = city.page.locator("#details article.site")
    ahead, behind = (site["id"] for site in searches[project]["sites"][:2])
    assert cards.nth(0).locator(".standing .badge").all_text_contents() == ["排第一 62 %"]
    assert f"{behind} 比 {ahead} 低 1.00 分" in cards.nth(1).locator(".standing").text_content()
    worth = (
        cards.nth(0)
        .locator(".track span")
        .evaluate_all(
            "spans => spans.map(s => s.getBoundingClientRect().width / s.parentNode.clientWidth)"
        )
    )
    assert worth == pytest.approx([0.9, 0.5, 0.4], abs=0.02)
    sums = cards.nth(0).locator(".parts td.number").all_text_contents()
    assert sums == ["30.20", "20.50", "18.25", "68.95"]
    titles = [title[0] for title in searches[project]["criteria"].values()]
    shown = cards.nth(0).locator(".parts td:first-child").all_text_contents()
    assert shown[:3] == titles
    city.page.get_by_text("English", exact=True).click()
    assert "first under 62 %" in cards.nth(0).text_content()
    assert city.mischief == CLEAN


def test_the_details_cite_the_rule_and_name_the_office(city):
    rows(city).first.click()
    card = city.page.locator("#details .verdict.conflict").first
    assert "某某管理条例" in card.locator(".citation").text_content()
    assert "自然资源局" in card.locator(".route").text_content()


def test_areas_are_shown_in_three_units_with_the_one_of_record(city):
    rows(city).first.click()
    line = data_of(city)["redLines"][0]
    text = city.page.locator("#details section").nth(1).text_content()
    assert f"{line['area']:,.2f}" in text
    assert f"{line['area'] / 10_000:,.4f}" in text
    assert f"{line['area'] * 15 / 10_000:,.2f}" in text
    assert "认定" in text


def test_the_ladder_ends_with_what_its_rows_add_up_to(city):
    line = next(row for row in data_of(city)["redLines"] if len(row["ladder"]["rows"]) > 1)
    city.page.locator(f'#list .row[data-key="r:{line["id"]}"]').click()
    table = city.page.locator("#details table.sums").nth(1)
    cells = [
        [float(cell.replace(",", "")) for cell in row.locator("td").all_text_contents()[1:]]
        for row in table.locator("tbody tr").all()
    ]
    assert len(cells) == len(line["ladder"]["rows"]) + 1
    for column, scale in enumerate((100, 10_000, 100)):
        *parts, total = [round(row[column] * scale) for row in cells]
        assert sum(parts) == total


def test_the_panel_shows_the_path_and_what_alone_blocks(city):
    line = next(
        row for row in data_of(city)["redLines"]
        if row["path"] and any(lift["sole"] for lift in row["lifts"])
    )  # fmt: skip
    city.page.locator(f'#list .row[data-key="r:{line["id"]}"]').click()
    steps = city.page.locator("#details ol.path > li").all_text_contents()
    assert len(steps) == len(line["path"])
    rules = data_of(city)["rules"]
    for text, step in zip(steps, line["path"], strict=True):
        assert all(rules[code]["title"][0] in text for code in step["codes"])
    assert "只有该线阻挡" in city.page.locator("#details ul.lifts").text_content()


def test_a_blocked_project_shows_its_funnel(city):
    blocked = next(
        line for line in data_of(city)["redLines"]
        if data_of(city)["searches"].get(line["project"], {}).get("blocked")
    )  # fmt: skip
    city.page.locator(f'#list .row[data-key="r:{blocked["id"]}"]').click()
    text = city.page.locator("#details").text_content()
    assert "均在生态保护红线内" in text
    assert "4,012" in text
    assert "至少 35" in text
    assert "下限改为 13.50 亩即可" in text
    assert "最接近可选的宗地 P-NEAR" in text
    assert "违反“基本农田”一成" in text


def test_not_checked_reads_as_not_checked(city):
    line = next(line for line in data_of(city)["redLines"] if line["outcome"] == "incomplete")
    row = city.page.locator(f'#list .row[data-key="r:{line["id"]}"]')
    assert "未查" in row.text_content()
    assert "无冲突" not in row.text_content()
    row.click()
    assert "图层未载入" in city.page.locator("#details .verdict.not_checked").text_content()


def test_the_language_switch_changes_every_part(city):
    rows(city).first.click()
    city.page.locator("#language").click()
    assert city.page.locator("html").get_attribute("lang") == "en"
    for selector, text in (
        ("#title", "Siting (red line) proposals"),
        ("#disclaimer", "not a legal basis"),
        ("#counters", "Conflict"),
        ("#legend", "Legend"),
        ("#details", "Verdicts"),
        ("#tools", "Print"),
    ):
        assert text in city.page.locator(selector).text_content()
    city.page.locator("#language").click()
    assert "示意，不作为法定依据" in city.page.locator("#disclaimer").text_content()


def test_keys_move_in_the_list_open_and_close(city):
    rows(city).first.focus()
    city.page.keyboard.press("ArrowDown")
    city.page.keyboard.press("Enter")
    assert rows(city).nth(1).get_attribute("aria-current") == "true"
    city.page.keyboard.press("Escape")
    assert city.page.locator("#details").is_hidden()


PAINTED = """() => { return Array.from(
    document.querySelectorAll(".leaflet-ground-pane canvas")).map(canvas => {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        let sum = 0;
        for (let i = 0; i < data.length; i += 1) { sum = (sum * 31 + data[i]) % 1000003; }
        return sum;
    }).sort().join() }"""


def painted(opened) -> str:
    """A print of all that the background's tiles show, once they are drawn."""
    opened.page.wait_for_selector('body[data-ground="drawn"]')
    return opened.page.evaluate(PAINTED)


def test_a_layer_can_be_switched_off(city):
    box = city.page.locator("#legend label", has_text="永久基本农田").locator("input")
    before = painted(city)
    box.uncheck()
    assert painted(city) != before
    box.check()
    assert painted(city) == before


def inner_point(payload: dict, row: dict) -> list[float]:
    """Latitude and longitude of a place within the first feature of a background layer."""
    _, rings = features_of(row, payload["origin"], payload["unit"])[0]
    point = shapely.Polygon(rings[0]).representative_point()
    east, north = WEB.transform(point.x, point.y)
    return [north, east]


def tell(city, at: list[float]) -> str:
    city.page.evaluate(
        "at => map_siting.fire('click', {latlng: L.latLng(at),"
        " layerPoint: map_siting.latLngToLayerPoint(at)})",
        at,
    )
    return city.page.locator(".leaflet-popup-content").text_content()


def test_a_click_on_a_constraint_tells_its_name(city):
    payload = data_of(city)
    row = next(c for c in payload["controls"] if c["role"] == "farmland")
    assert names_of(row)[0] in tell(city, inner_point(payload, row))


def test_a_click_tells_of_parcels_where_they_are_drawn_and_not_from_afar(city):
    payload = data_of(city)
    row = next(c for c in payload["ground"] if c["role"] == "parcel")
    at = inner_point(payload, row)
    city.page.evaluate("at => map_siting.setView(at, 17, {animate: false})", at)
    assert names_of(row)[0] in tell(city, at)
    city.page.evaluate("at => map_siting.setView(at, 8, {animate: false})", at)
    assert names_of(row)[0] not in tell(city, at)
    assert city.mischief == CLEAN


def test_parcels_are_painted_where_they_lie(city):
    """The tile beneath the middle of a parcel's border is darker than without parcels."""
    payload = data_of(city)
    row = next(c for c in payload["ground"] if c["role"] == "parcel")
    at = inner_point(payload, row)
    city.page.evaluate("at => map_siting.setView(at, 17.25, {animate: false})", at)
    before = painted(city)
    box = city.page.locator("#legend label", has_text="宗地").locator("input")
    box.uncheck()
    assert painted(city) != before


def test_print_media_shows_map_legend_and_the_whole_list(city):
    city.page.emulate_media(media="print")
    city.page.wait_for_selector("body.printing")
    shown = data_of(city)
    assert rows(city).count() == len(shown["redLines"]) + len(shown["unplaced"])
    last = rows(city).last.bounding_box()
    assert last is not None
    assert last["height"] > 0
    assert city.page.locator("#legend .body").is_visible()
    assert city.page.locator("#tools").is_hidden()
    painted = city.page.evaluate(
        """() => Array.from(document.querySelectorAll("canvas.traced")).map(canvas => {
            const size = [canvas.width, canvas.height];
            const data = canvas.getContext("2d").getImageData(0, 0, ...size).data;
            return data.some(value => value > 0);
        })"""
    )
    assert painted.count(True) >= 4
    assert len(city.page.pdf(prefer_css_page_size=True)) > 10_000
    city.page.emulate_media(media="screen")
    city.page.wait_for_selector("body:not(.printing)")
    assert city.page.locator("#tools").is_visible()
    assert city.mischief == CLEAN


def overlap(first: dict, second: dict) -> bool:
    across = (
        first["x"] < second["x"] + second["width"] and second["x"] < first["x"] + first["width"]
    )
    along = (
        first["y"] < second["y"] + second["height"] and second["y"] < first["y"] + first["height"]
    )
    return across and along


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768), (1440, 900)])
def test_nothing_on_the_map_collides(open_page: Callable, maps: Path, width: int, height: int):
    page = open_page(maps / "city.html", width=width, height=height).page
    parts = ["#compass", "#tools", "#legend", ".leaflet-control-scale"]
    boxes = [page.locator(part).bounding_box() for part in parts]
    stage = page.locator("#stage").bounding_box()
    for i, box in enumerate(boxes):
        assert box["x"] >= stage["x"]
        assert box["y"] >= stage["y"]
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]
        assert not any(overlap(box, other) for other in boxes[i + 1 :])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_legend_is_folded_on_a_phone(open_page: Callable, maps: Path):
    page = open_page(maps / "city.html", width=390, height=844).page
    assert page.locator("#legend .body").is_hidden()
    assert page.locator("#legend").bounding_box()["height"] < 60


def test_no_two_of_thirty_criteria_look_alike(
    handmade: ModuleType, open_page: Callable, tmp_path: Path
):
    report, searches, atlas, city = handmade.make(tmp_path)
    scene = city_scene(report, searches, atlas, city=city)
    project, search = next(
        (name, each) for name, each in scene.payload["searches"].items() if each["sites"]
    )
    site = search["sites"][0]
    site["parts"] = [[f"criterion {at}", 3.0, 1.0, 0.5] for at in range(30)]
    path = tmp_path / "criteria.html"
    path.write_text(render_page(scene), encoding="utf-8")
    opened = open_page(path)
    opened.page.locator("#search").fill(project)
    rows(opened).first.click()
    looks = (
        opened.page.locator("#details .site")
        .first.locator(".score i")
        .evaluate_all(
            "dots => dots.map(d => getComputedStyle(d)).map(s => s.backgroundColor + "
            "s.backgroundImage)"
        )
    )
    assert (len(looks), len(set(looks))) == (30, 30)
    assert opened.mischief == CLEAN
