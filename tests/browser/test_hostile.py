"""Hostile texts in every name: shown verbatim, nothing runs, nothing is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from siting.mapping import city_scene, district_scene, render_page
from siting.model import Text

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}

PAYLOADS = (
    "{{7*7}}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% raw",
    "{# gone #}",
    "<img src=x onerror=window.__pwned=1>",
    "<svg/onload=alert(1)>",
    "</script><script>window.__pwned=1</script>",
    "</title></style><!--",
    "${window.__pwned=1}",
    "`+(window.__pwned=1)+`",
    "line\u2028separator\u2029text",
    "javascript:alert(1)",
    "'\"><b onmouseover=alert(1)>x</b>",
    "back\\slash \\u003cscript\\u003e",
    "[[data]][[scripts]]",
)

#: Markup, Jinja and a separator of lines each time; the others, variations of these, in CI.
ALWAYS = (0, 4, 6, 10)
EACH = [
    pytest.param(text, marks=() if number in ALWAYS else pytest.mark.slow)
    for number, text in enumerate(PAYLOADS)
]


def poisoned(handmade: ModuleType, folder: Path, text: str):
    """The handmade city with `text` in every name that comes from outside."""
    report, searches, atlas, city = handmade.make(folder)
    bad = Text(text, text)
    layers = tuple(
        dataclasses.replace(
            layer,
            title=bad,
            frame=None if layer.frame is None else layer.frame.assign(feature_name=text),
        )
        for layer in atlas.layers
    )
    districts = atlas.districts.assign(feature_name=text)
    atlas = dataclasses.replace(atlas, layers=layers, districts=districts)
    report = dataclasses.replace(
        report,
        projects=tuple(dataclasses.replace(p, name=text, kind=text) for p in report.projects),
        rules=tuple(dataclasses.replace(r, title=bad) for r in report.rules),
        findings=tuple(
            dataclasses.replace(f, feature_name=text, message=bad) for f in report.findings
        ),
        rule_book=text,
    )
    searches = tuple(
        dataclasses.replace(
            search,
            suggestions=tuple(
                dataclasses.replace(s, why=bad, site=dataclasses.replace(
                    s.site, id=text, attributes={text: text}))
                for s in search.suggestions
            ),
            ranking=search.ranking and dataclasses.replace(
                search.ranking, spread=bad,
                standings=tuple(
                    dataclasses.replace(s, site_id=text, text=bad,
                        behind=s.behind and dataclasses.replace(s.behind, text=bad))
                    for s in search.ranking.standings
                ),
            ),
        )
        for search in searches
    )  # fmt: skip
    return report, searches, atlas, dataclasses.replace(city, name=bad, secrecy_mark=text)


@pytest.fixture
def poisoned_page(handmade: ModuleType, open_page: Callable, tmp_path: Path):
    def opened(text: str, code: str = ""):
        report, searches, atlas, city = poisoned(handmade, tmp_path, text)
        scene = (
            district_scene(report, searches, atlas, city=city, code=code)
            if code
            else city_scene(report, searches, atlas, city=city)
        )
        path = tmp_path / "page.html"
        path.write_text(render_page(scene), encoding="utf-8")
        return open_page(path)

    return opened


def shown(opened, selector: str) -> list[str]:
    return opened.page.locator(selector).all_text_contents()


@pytest.mark.parametrize("text", EACH)
def test_hostile_names_are_shown_verbatim_and_nothing_runs(poisoned_page: Callable, text: str):
    opened = poisoned_page(text)
    page = opened.page
    assert shown(opened, "#place") == [text]
    assert all(text in name for name in shown(opened, "#list .row-name"))
    assert set(shown(opened, ".district-name")) == {text}
    assert any(text in entry for entry in shown(opened, "#legend label"))
    line = page.locator("#list .row.conflict").first
    line.click()
    assert shown(opened, "#details h2") == [text]
    assert all(text in entry for entry in shown(opened, "#details .message"))
    page.locator("#counters [data-counter=suggested]").click()
    page.locator("#list .row").first.click()
    assert text in shown(opened, "#details .site bdi")
    page.locator("#inputs summary").click()
    page.locator("#language").click()
    assert opened.mischief == CLEAN


@pytest.mark.parametrize("text", EACH[:7])
def test_a_district_page_is_as_safe(poisoned_page: Callable, text: str):
    opened = poisoned_page(text, "449902")
    assert text in shown(opened, "#place")[0]
    assert opened.mischief == CLEAN


def test_a_hover_shows_text_and_no_markup(poisoned_page: Callable):
    text = PAYLOADS[4]
    opened = poisoned_page(text)
    at = opened.page.evaluate(
        """() => {
            const data = JSON.parse(document.getElementById("siting-data").textContent);
            const point = map_siting.latLngToContainerPoint(data.redLines.columns.at[0]);
            const box = map_siting.getContainer().getBoundingClientRect();
            return [box.left + point.x, box.top + point.y];
        }"""
    )
    opened.page.mouse.move(at[0] - 3, at[1])
    opened.page.mouse.move(at[0], at[1])
    opened.page.wait_for_selector(".tip")
    assert any(text in tip for tip in shown(opened, ".tip"))
    assert opened.mischief == CLEAN


def test_the_policy_stops_a_script_that_was_put_in(maps: Path, open_page: Callable, tmp_path: Path):
    page = (maps / "city.html").read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text(page.replace("<body>", "<body><script>window.__pwned=1</script>"), "utf-8")
    opened = open_page(broken)
    assert opened.mischief["pwned"] is False
    assert any("Content Security Policy" in error for error in opened.errors)
