"""What a notebook shows: every text escaped, nothing fetched, nothing of an outline."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from siting import api
from siting.model.display import Shown

from .town import Town

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script>",
    "\"' onmouseover=alert(1) x='",
    "=cmd|' /C calc'!A0",
    "{{7*7}}${7*7}",
    "]]><img src=//evil.test/x>",
    "</td></table><style>*{display:none}</style>",
    "javascript:alert(1)",
)


class _Reader(HTMLParser):
    """Collects the texts, tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str | None) -> _Reader:
    assert html is not None
    reader = _Reader()
    reader.feed(html)
    return reader


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town with two projects, one parcel, and a red line on farmland."""
    town = Town(tmp_path)
    town.projects = [town.project("P1"), town.project("P2", priority=2)]
    town.red_lines = [town.red_line("P1", town.box(500, 500))]
    town.farmland = [("F", town.box(500, 500, 50, 100))]
    town.parcel("A", town.box(0, 0))
    return town


def test_a_report_shows_its_red_lines_and_what_could_not_be_checked(town: Town) -> None:
    town.broken_layers = ("hazard",)
    page = read(town.report()._repr_html_())
    assert "P1-R" in page.text
    assert "冲突 / conflict 1" in page.text
    assert "0.5000" in page.text  # 5,000 m² of farmland, in hectares
    assert "cannot be read" in page.text


def test_a_search_and_its_suggestion(town: Town) -> None:
    search = town.run()["P1"]
    assert "A" in read(search._repr_html_()).text
    (one,) = search.suggestions
    page = read(one._repr_html_())
    assert f"{one.score:.2f}" in page.text
    assert one.why.zh in page.text


def test_a_plan_says_who_gets_nothing_and_why(town: Town) -> None:
    town.red_lines = []
    plan = api.plan(town.study(), town.report())
    page = read(plan._repr_html_())
    assert page.text.index("P2") < page.text.index("P1 P1")  # without a site first
    assert "已证明最优" in page.text


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_texts_come_out_as_they_are(town: Town, payload: str) -> None:
    town.projects = [town.project("P1", name=payload), town.project("P2", name=payload)]
    town.parcels = [(payload, *rest) for _, *rest in town.parcels]
    report, searches = town.report(), town.run()
    pages = [report, searches["P1"], *searches["P1"].suggestions]
    pages.append(api.plan(town.study(), report))
    for record in pages:
        html = record._repr_html_()
        page = read(html)
        assert payload in page.text
        assert page.tags <= {"div", "strong", "table", "tr", "th", "td", "span", "ul", "li"}
        assert page.attributes <= {"style"}
        assert not re.search(r"url\(|@import", str(html))


def test_a_long_report_is_cut_and_says_so(town: Town) -> None:
    town.red_lines = [town.red_line(f"P{n}", town.box(10 * n, 3_000, 5, 5)) for n in range(40)]
    assert "10 more" in read(town.report()._repr_html_()).text


def test_a_record_that_nobody_writes_shows_itself_as_ever() -> None:
    assert Shown()._repr_html_() is None
