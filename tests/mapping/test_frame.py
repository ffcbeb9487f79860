"""The page's frame: hashes that fit, no reference to the network, nothing through folium."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import re

import pytest

from siting.mapping import city_scene, render_page
from siting.mapping.scene import Scene

from ..unpacking import payload_of

NAMESPACES = {"http://www.w3.org/2000/svg"}


@pytest.fixture(scope="module")
def page(made) -> str:
    report, searches, atlas, city = made
    return render_page(city_scene(report, searches, atlas, city=city))


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def policy(page: str) -> dict[str, list[str]]:
    content = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert content
    rules = [rule.split() for rule in html.unescape(content.group(1)).split(";")]
    return {rule[0]: rule[1:] for rule in rules}


def test_every_script_has_its_hash_and_no_other(page: str):
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert sorted(policy(page)["script-src"]) == sorted(f"'sha256-{digest(s)}'" for s in scripts)


def test_every_style_has_its_hash_and_no_other(page: str):
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    assert sorted(policy(page)["style-src"]) == sorted(f"'sha256-{digest(s)}'" for s in styles)


def test_the_policy_allows_nothing_else(page: str):
    rules = policy(page)
    assert rules["default-src"] == ["'none'"]
    assert rules["img-src"] == ["data:"]
    assert "unsafe" not in page.split("</head>", maxsplit=1)[0].split("<style>", maxsplit=1)[0]


def test_the_policy_comes_before_all_it_governs(page: str):
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")


def test_no_address_but_namespaces(page: str):
    assert set(re.findall(r"https?://[^\s\"'<>)]*", page)) <= NAMESPACES


def test_nothing_is_linked(page: str):
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)=", page)
    assert "sourceMappingURL" not in page
    assert not re.search(r"url\((?!data:|#)", page)


def test_no_inline_handlers_or_styles_in_the_markup(page: str):
    markup = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\s(on\w+|style)=", markup)


def test_the_data_comes_back(made, page: str):
    """All of it but the ids of findings: verdicts tell which ones by place."""
    report, searches, atlas, city = made
    expected = copy.deepcopy(city_scene(report, searches, atlas, city=city).payload)
    place = {finding_id: at for at, finding_id in enumerate(expected["findings"])}
    expected["findings"] = list(expected["findings"].values())
    for line in expected["redLines"]:
        for verdict in line["verdicts"]:
            if "findings" in verdict:
                verdict["findings"] = [place[each] for each in verdict["findings"]]
    assert payload_of(page) == expected


def test_only_the_data_differs_between_pages():
    one = render_page(Scene("a", "zh", {"x": 1}))
    other = render_page(Scene("a", "zh", {"x": "{{7*7}} [[scripts]]"}))
    assert len(other) - len(one) < 60
    assert "49" not in re.findall(r'id="siting-data">(.*?)</script>', other)[0]


def test_the_title_is_text():
    page = render_page(Scene("</title><script>x</script>{{7*7}}[[data]]", "zh", {}))
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert html.unescape(title.group(1)) == "</title><script>x</script>{{7*7}}[[data]]"


def test_own_code_is_old_enough_for_chromium_69():
    script = render_page(Scene("a", "zh", {})).rsplit("<script>", 1)[1].split("</script>")[0]
    modern = (
        r"\?\.[a-zA-Z\[(]",
        r"\?\?",
        r"\|\|=",
        r"&&=",
        r"replaceAll",
        r"\.at\(",
        r"fromEntries",
    )
    assert not [pattern for pattern in modern if re.search(pattern, script)]
