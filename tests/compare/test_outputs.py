"""Page, workbook, terminal and JSON: the same figures, texts of the data verbatim and harmless."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siting.columns import WIDTH
from siting.compare import (
    Comparison,
    comparison_lines,
    comparison_to_dict,
    gather,
    render,
)
from siting.compare.workbook import write_workbook
from siting.errors import WriteError
from siting.model import Release, Text

from .. import tiny_city
from . import hand

PAYLOADS = (
    "{{7*7}}", "{% raw", "<img src=x onerror=alert(1)>", "</style><script>alert(1)</script>",
    "</title><svg/onload=alert(1)>", "line\u2028separator", "'\"><b onmouseover=alert(1)>x</b>",
    "&lt;i&gt; &amp;", "=1+1", "\u202etxet", "url(#x)", "[[style]]",
)  # fmt: skip


def poisoned(text: str) -> Comparison:
    """The comparison with a text in every name that comes from outside."""
    bad = Text(text, text)
    found = hand.comparison()
    options = tuple(
        replace(
            option, id=text, what=bad, why=bad, district=text, attributes={text: text},
            resolves=tuple(replace(r, code=text, title=bad) for r in option.resolves),
            remains=tuple(replace(r, code=text, title=bad) for r in option.remains),
            not_checked=tuple(replace(r, title=bad) for r in option.not_checked),
            certainty=option.certainty and replace(option.certainty, text=bad, behind=bad),
        )
        for option in found.options
    )  # fmt: skip
    criteria = tuple(replace(each, title=bad, unit=text, basis=text) for each in found.criteria)
    zones = tuple(replace(zone, title=bad) for zone in found.backdrop.zones)
    return replace(
        found,
        project=replace(found.project, id=text, name=text, stage=text),
        origin=replace(found.origin, city=bad, rule_book=text, secrecy=bad),
        options=options,
        criteria=criteria,
        notes=(bad,),
        backdrop=replace(found.backdrop, zones=zones, withheld=(bad,)),
    )


class Seen(HTMLParser):
    """The elements of a page with their attributes, and its text as a reader sees it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return render(hand.comparison(), language="en")


def test_the_page_runs_no_script_and_fetches_nothing(page: str) -> None:
    seen = Seen(page)
    names = {tag for tag, _ in seen.elements}
    assert names.isdisjoint({"script", "img", "link", "iframe", "object", "a", "form", "use"})
    attributes = [(key, value or "") for _, found in seen.elements for key, value in found.items()]
    assert not [key for key, _ in attributes if key.startswith("on") or key in {"style", "href"}]
    assert all("url(#h-" in value for _, value in attributes if "url(" in value)


def test_the_browser_is_told_to_refuse_all_but_our_own_style(page: str) -> None:
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    policy = next(
        found["content"] or ""
        for tag, found in Seen(page).elements
        if tag == "meta" and found.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_the_page_says_scores_shares_and_reasons(page: str) -> None:
    text = " ".join(Seen(page).texts)
    for told in ("75.00", "37.50", "75.0%", "25.0%", "37.50 points behind", "surely first",
                 "conflicts cut away", "T-OVERLAP the overlap rule (3.00 mu)", "1,000 draws",
                 "2000 m → 0, 0 m → 1", "flood", "as the ledger says", "经验值（L）"):  # fmt: skip
        assert told in text, told
    assert "unknown" in text  # the slope of site 2


def test_the_same_comparison_gives_the_same_page(page: str) -> None:
    assert render(hand.comparison(), language="en") == page
    assert '<html lang="zh-CN">' in render(hand.comparison(), language="zh")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_are_shown_and_make_no_element(page: str, payload: str) -> None:
    seen = Seen(render(poisoned(payload), language="en"))
    # names that differ are shown: nothing but texts may have been added
    tags = {tag for tag, _ in seen.elements}
    assert tags <= {tag for tag, _ in Seen(page).elements}
    assert sum(payload in text for text in seen.texts) > 20
    events = [key for _, found in seen.elements for key in found if key.startswith("on")]
    assert events == []


def test_control_characters_and_lone_surrogates_do_not_break_the_page() -> None:
    text = render(poisoned("a\x00b\x1bc\ud800d"), language="en")
    assert "a\ufffdb\ufffdc\ufffdd" in text
    text.encode("utf-8")


def test_a_withheld_outline_leaves_no_trace_of_its_place() -> None:
    seen = render(gather(hand.material(parcels=Release.TABLE_ONLY)), language="en")
    assert seen.count("not drawn: its layer") == 2
    assert seen.count('class="map"') == 3  # the overview, the present one, the correction
    shown = render(gather(hand.material()), language="en")
    assert shown.count('class="map"') == 5


@pytest.mark.parametrize(
    "outline",
    [
        "POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))",  # crosses itself
        "LINESTRING (1000 1000, 1100 1100, 1200 1000)",
        "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 0)), ((3000 3000, 3010 3000, 3010 3010, 3000 3000)))",
    ],
)
def test_odd_outlines_are_drawn_all_the_same(outline: str) -> None:
    found = hand.comparison()
    shape = tiny_city.place(outline)
    odd = tuple(replace(option, shape=shape) for option in found.options)
    text = render(replace(found, options=odd), language="en")
    assert text.count('class="map"') == 5
    filled = re.findall(r'<path d="[^"]*\d" [^>]*fill="#[^>]*>', text)
    assert filled == []  # an open line has no inside


def test_the_workbook_has_numbers_and_live_sums(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(file, hand.comparison(), language="en")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["side by side", "points", "why", "grounds"]
    rows = [[cell.value for cell in row] for row in book["points"].iter_rows()]
    assert rows[1] == ["near the metro", "m", 0.75, 500, 0.75, 56.25, 1000, 0.5, 37.5]
    assert rows[2] == ["slope", "%", 0.25, 10, 0.75, 18.75, None, None, 0]
    assert rows[3][5::3] == [75, 37.5]
    assert rows[4][5::3] == ["=SUM(F2:F3)", "=SUM(I2:I3)"]
    assert rows[5][5::3] == ["=100*SUMPRODUCT(C2:C3,E2:E3)", "=100*SUMPRODUCT(C2:C3,H2:H3)"]
    for formula, score in zip((*rows[4][5::3], *rows[5][5::3]), (75, 37.5) * 2, strict=True):
        assert computed(book["points"], str(formula)) == pytest.approx(score, abs=1e-9)


def computed(sheet: Any, formula: str) -> float:
    """What a spreadsheet makes of the two formulas that we write: empty cells count as 0."""
    ranges = re.findall(r"[A-Z]+\d+:[A-Z]+\d+", formula)
    columns = [[cell.value or 0 for (cell,) in sheet[each]] for each in ranges]
    if formula.startswith("=SUM("):
        return float(sum(columns[0]))
    assert formula.startswith("=100*SUMPRODUCT(")
    return 100 * sum(a * b for a, b in zip(*columns, strict=True))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_are_texts_in_the_workbook(tmp_path: Path, payload: str) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(file, poisoned(payload), language="en")
    cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet for cell in row]
    formulas = {cell.value for cell in cells if cell.data_type == "f"}
    assert all(re.fullmatch(r"=(SUM|100\*SUMPRODUCT)\([A-Z0-9:,]+\)", each) for each in formulas)
    assert sum(payload in str(cell.value) for cell in cells if cell.data_type == "s") > 20


def test_the_workbook_is_not_replaced_unasked(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(file, hand.comparison(), language="zh")
    before = file.read_bytes()
    with pytest.raises(WriteError):
        write_workbook(file, hand.comparison(), language="zh")
    write_workbook(file, hand.comparison(), language="zh", may_replace=True)
    assert file.read_bytes() == before  # the same bytes for the same comparison


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_is_at_most_100_columns_wide(language: str) -> None:
    found = hand.comparison()
    long = tuple(
        replace(option, why=Text("很长的理由，" * 60, "a long reason " * 60), id="X" * 80)
        for option in found.options
    )
    lines = list(comparison_lines(replace(found, options=long), language))
    # a mark that may not begin a row may stand out by its own width
    assert max(map(width, lines)) <= WIDTH + 2
    assert any("75.00" in line and "37.50" in line for line in lines)


def test_the_terminal_obeys_no_escape_of_a_name() -> None:
    text = "\n".join(comparison_lines(poisoned("\x1b[2Jgone\r\x9b31m"), "en"))
    assert "\x1b" not in text
    assert "\r" not in text
    assert "\x9b" not in text
    assert "gone" in text


def test_the_document_has_every_figure_and_null_for_what_is_unknown() -> None:
    document = comparison_to_dict(hand.comparison())
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["schema"] == "siting-compare/1"
    present, first, second, cut = document["options"]
    assert second["marks"]["slope"] == {"measure": None, "worth": None, "points": 0.0}
    assert sum(mark["points"] for mark in first["marks"].values()) == first["score"] == 75.0
    assert (present["score"], cut["change"]["lost_m2"]) == (None, 2001.0)
    assert document["criteria"][0]["worth"] == hand.METRO.worth
    assert document["drawn"] == {
        "draws": 1000, "seed": 7, "top": 2,
        "spread": {"zh": "权重 ±25 %", "en": "weights within 25 %"},
    }  # fmt: skip


def test_the_document_keeps_to_its_schema(repo_root: Path) -> None:
    import jsonschema

    text = (repo_root / "docs" / "schemas" / "compare-1.schema.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    empty = hand.search(suggestions=(), ranking=None, profile=None, nearest=hand.nearest())
    for found in (hand.comparison(), hand.comparison(search=empty), hand.comparison(search=None)):
        assert list(validator.iter_errors(comparison_to_dict(found))) == []


def test_no_geometry_travels_in_the_document() -> None:
    assert "coordinates" not in json.dumps(comparison_to_dict(hand.comparison()))
