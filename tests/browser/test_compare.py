"""The page of ``siting compare`` in headless Chromium: whole, harmless, and printable."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from siting.compare import write_page

from ..compare import hand
from ..compare.test_outputs import PAYLOADS, poisoned

pytestmark = pytest.mark.browser
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
#: Sides of A4 and A3 landscape, points (72 to the inch).
A4, A3 = (841.9, 595.3), (1190.6, 841.9)


def test_hostile_names_are_shown_verbatim_and_nothing_runs(
    tmp_path: Path, open_page: Callable[..., object]
) -> None:
    file = tmp_path / "a.html"
    write_page(file, poisoned(" ¦ ".join(PAYLOADS)), language="zh")
    opened = open_page(file)
    assert opened.mischief == CLEAN
    shown = opened.page.evaluate("document.querySelector('h1').textContent")
    assert shown == " ¦ ".join(PAYLOADS)
    assert opened.page.title().endswith(PAYLOADS[-1])


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_runs_over_the_screen(
    tmp_path: Path, open_page: Callable[..., object], width: int, height: int
) -> None:
    file = tmp_path / "a.html"
    write_page(file, hand.comparison(), language="zh")
    page = open_page(file, width=width, height=height).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # the bars and every map are there with their size
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg.map, svg.bars')].map(e => e.getBoundingClientRect())"
        ".map(b => [b.width, b.height])"
    )
    assert len(boxes) == 6
    assert all(wide > 100 and high > 50 for wide, high in boxes)


def test_the_hatch_of_a_zone_is_painted(tmp_path: Path, open_page: Callable[..., object]) -> None:
    file = tmp_path / "a.html"
    write_page(file, hand.comparison(), language="en")
    page = open_page(file).page
    used = page.evaluate(
        "[...document.querySelectorAll('[fill^=\"url(#\"]')].map(e => e.getAttribute('fill'))"
        ".map(f => !!document.getElementById(f.slice(5, -1)))"
    )
    assert len(used) > 1
    assert all(used)


@pytest.mark.parametrize(("paper", "sides"), [("A4", A4), ("A3", A3)])
def test_the_page_prints_landscape_on_both_papers(
    tmp_path: Path, open_page: Callable[..., object], paper: str, sides: tuple[float, float]
) -> None:
    file = tmp_path / "a.html"
    write_page(file, hand.comparison(), language="zh")
    page = open_page(file).page
    content = page.pdf(format=paper, landscape=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert boxes
    for box in boxes:
        assert [float(side) for side in box] == pytest.approx(sides, abs=1)
