"""A repair laid over its red line: before and after by one click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import shapely

from siting.mapping import city_scene, render_page
from siting.model import OutlineFigures, Release, Repair, RepairSearch, RepairWay, Text

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=window.__pwned=1>{{7*7}}"


@pytest.fixture
def repaired(handmade: ModuleType, tmp_path: Path) -> tuple[Path, str]:
    report, searches, atlas, city = handmade.make(tmp_path)
    line = next(r.red_line for r in report.results if r.red_line.geometry.is_valid)
    figures = OutlineFigures(
        area_m2=12_345.0, area_lost_m2=1.0, area_gained_m2=2.0, moved_m=0.0, turned_deg=0.0,
        min_width_m=50.0, frontage_m=None, compactness=0.7, vertices_moved=2, vertices_added=0,
        vertices_removed=0,
    )  # fmt: skip
    shape = shapely.buffer(line.geometry, -5.0, join_style="mitre")
    repair = Repair(
        red_line=replace(line, id=f"{line.id}~cut-1", geometry=shape), rank=1, way=RepairWay.CUT,
        figures=figures, resolves=(), remains=(), introduces=(), not_checked=(),
        says=Text(HOSTILE, HOSTILE), release=Release.PUBLIC,
    )  # fmt: skip
    search = RepairSearch(line.id, line.project_id, (repair,), 0.0, 1.0, 50.0, 10.0)
    scene = city_scene(replace(report, repairs=(search,)), searches, atlas, city=city)
    path = tmp_path / "city.html"
    path.write_text(render_page(scene), encoding="utf-8")
    return path, line.id


def test_one_click_lays_a_repair_over_the_red_line(
    open_page: Callable, repaired: tuple[Path, str]
) -> None:
    path, name = repaired
    opened = open_page(path)
    opened.page.locator(f'#list .row[data-key="r:{name}"]').click()
    count = "Object.keys(map_siting._layers).length"
    before = opened.page.evaluate(count)
    button = opened.page.get_by_text("叠在现红线上看")
    button.click()
    assert opened.page.evaluate(count) == before + 1
    assert button.get_attribute("aria-pressed") == "true"
    # before, after, before: the second click takes it away, a third lays it over again
    button.click()
    assert opened.page.evaluate(count) == before
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert opened.page.evaluate(count) == before + 1
    details = opened.page.locator("#details").text_content()
    assert HOSTILE in details
    assert "最窄处 50 m" in details
    assert "undefined" not in details
    assert not any(opened.mischief.values())
