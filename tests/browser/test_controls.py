"""Whatever can be clicked, chosen or typed into on a page does something, and is named.

The kinds of controls are found on the page, not listed by hand: a new one is tried without
anybody's doing. `test_page`, `test_tools`, `test_planned` and `test_repairs` say what each does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import shapely

from siting.compare import write_page
from siting.mapping import Planned, write_maps
from siting.model import OutlineFigures, Release, Repair, RepairSearch, RepairWay, Text

from ..compare import hand
from ..mapping.planned_city import planned_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "preload": False,
    "resultTypes": ["violations"],
}  # fmt: skip
#: Every control that is seen, by its kind: where it stands, its id, or its tag and first class.
KINDS = """() => {
    const found = {};
    const controls = "a[href],button,input,select,textarea,summary,[role=button],[onclick]";
    for (const one of document.querySelectorAll(controls)) {
        if (!one.getClientRects().length) { continue; }
        const box = one.closest("#details,#list,#legend,#tools,#measure,#plan,#brief,"
            + "#by-constraint,#by-district,#proposals,#inputs,#counters,#finder,#head,#stage");
        const own = one.id ? "#" + one.id
            : [one.tagName.toLowerCase(), ...[...one.classList].slice(0, 2)].join(".");
        const kind = (box ? "#" + box.id + " " : "") + own;
        const word = own === "button.small" ? " " + one.textContent : "";
        if (!found[kind + word]) { one.dataset.kind = kind + word; found[kind + word] = true; }
    }
    return Object.keys(found);
}"""
#: All that a control may change, as one text.
STATE = """() => JSON.stringify([
    map_siting.getCenter(), map_siting.getZoom(), document.documentElement.lang,
    document.body.className, document.body.innerText, window.printed,
    [...document.querySelectorAll("details")].map(one => one.open),
    [...document.querySelectorAll("[aria-pressed]")].map(one => one.getAttribute("aria-pressed")),
    [...document.querySelectorAll("input")].map(one => one.checked + one.value),
    document.getElementById("details").scrollTop, document.getElementById("scroll").scrollTop,
    [...document.querySelectorAll("[hidden]")].length, Object.keys(map_siting._layers).length])"""

#: What the dialog of a browser comes to for the page: it ends.
PRINT = """window.print = () => {
    window.printed = (window.printed || 0) + 1;
    window.dispatchEvent(new Event("afterprint"));
}"""
#: Choose a row of the list, whatever it was filtered by; nothing is being measured,
#: and the map does not show yet what its controls go to.
CHOOSE = """key => {
    const search = document.getElementById("search");
    search.value = "";
    search.dispatchEvent(new Event("input"));
    document.querySelectorAll("#counters [aria-pressed=true], .tool.measure[aria-pressed=true]")
        .forEach(one => one.click());
    [...document.querySelectorAll("#list .row")].find(one => one.dataset.key === key).click();
    map_siting.setZoom(map_siting.getZoom() - 1, {animate: false});
}"""


@pytest.fixture(scope="module")
def full(handmade: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the handmade city with a plan, a scenario and a repair: all controls."""
    folder = tmp_path_factory.mktemp("controls")
    report, searches, atlas, city = handmade.make(folder)
    line = next(one.red_line for one in report.results if one.red_line.geometry.is_valid)
    figures = OutlineFigures(
        area_m2=12_345.0, area_lost_m2=1.0, area_gained_m2=2.0, moved_m=0.0, turned_deg=0.0,
        min_width_m=50.0, frontage_m=None, compactness=0.7, vertices_moved=2, vertices_added=0,
        vertices_removed=0,
    )  # fmt: skip
    shape = shapely.buffer(line.geometry, -5.0, join_style="mitre")
    repair = Repair(
        red_line=replace(line, id=f"{line.id}~cut-1", geometry=shape), rank=1, way=RepairWay.CUT,
        figures=figures, resolves=(), remains=(), introduces=(), not_checked=(),
        says=Text("削去", "cut"), release=Release.PUBLIC,
    )  # fmt: skip
    search = RepairSearch(line.id, line.project_id, (repair,), 0.0, 1.0, 50.0, 10.0)
    report = replace(report, repairs=(search,))
    planned: Planned = planned_of(report, atlas)[0]
    write_maps(report, searches, atlas, city=city, folder=folder, planned=planned)
    return folder


def unfold(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def operate(page: Any, kind: str) -> None:
    """Use a control as a person does whose pointer is on it."""
    control = page.locator(f"[data-kind='{kind}']").first
    tag = control.evaluate("one => one.tagName")
    if tag == "SELECT":
        control.select_option(index=1)
    elif tag == "INPUT" and control.get_attribute("type") == "search":
        control.fill("RL")
    else:
        control.evaluate("one => { one.scrollIntoView({block: 'center'}); one.click(); }")


def try_one(page: Any, tried: set[str]) -> bool:
    """Try a kind of control that was not tried before; False when there is none in sight."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

    kind = next((one for one in page.evaluate(KINDS) if one not in tried), None)
    if kind is None:
        return False
    before = page.evaluate(STATE)
    operate(page, kind)
    try:
        page.wait_for_function(f"before => ({STATE})() !== before", arg=before, timeout=20_000)
    except PlaywrightTimeoutError:
        pytest.fail(f"{kind} does nothing")
    tried.add(kind)
    return True


def test_every_control_does_something(open_page: Callable[..., Any], full: Path) -> None:
    opened = open_page(full / "city.html")
    page = opened.page
    page.evaluate(PRINT)
    tried: set[str] = set()
    for key in page.locator("#list .row").evaluate_all("rows => rows.map(one => one.dataset.key)"):
        is_new = True
        while is_new:
            # a control may have closed, filtered or drawn anew what the next one stands in
            page.evaluate(CHOOSE, key)
            unfold(page)
            is_new = try_one(page, tried)
    page.locator(".tool.measure").evaluate("one => one.click()")
    while page.locator("#measure").is_visible():
        page.locator("#map_siting").focus()
        for pressed in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"):
            page.keyboard.press(pressed)
        assert try_one(page, tried)
    missing = {
        "#head #language", "#finder #search", "#finder #sort", "#plan #scenario",
        "#tools button.tool.zoomIn", "#tools button.tool.home", "#details button.close",
        "#plan button.link", "#legend summary", "#legend input",
    } - tried  # fmt: skip
    assert not missing, "\n".join(sorted(tried))
    assert any(kind.startswith("#details button.small.lay") for kind in tried)
    assert sum(kind.startswith("#measure button") for kind in tried) == 3
    assert opened.mischief == CLEAN


@pytest.mark.parametrize("name", ["city.html", "districts/449902.html"])
def test_axe_finds_nothing_on_a_page(open_page: Callable[..., Any], full: Path, name: str) -> None:
    page = open_page(full / name).page
    assert violations(page) == []
    unfold(page)
    page.locator("#list .row").first.click()
    page.locator(".tool.measure").click()
    assert violations(page) == []
    page.locator("#language").click()
    assert violations(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_a_comparison(
    open_page: Callable[..., Any], tmp_path: Path, language: str
) -> None:
    write_page(tmp_path / "a.html", hand.comparison(), language=language)
    assert violations(open_page(tmp_path / "a.html").page) == []


def violations(page: Any) -> list[tuple[str, str]]:
    """Return what axe-core has against a page: the rule and the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=WCAG).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]
