"""Seven payloads in every field of a city's files, through every output of siting.

`tests/hostile.py` poisons the input, `tests/hostile_outputs.py` writes all outputs and reads them
by programs that are not ours; which field comes out where is the table in docs/hostile-text.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from ..hostile import PAYLOADS, fields_in, value
from ..hostile_outputs import (
    READERS,
    Markup,
    Outputs,
    W,
    cells_of_xlsx,
    styles_in,
    texts_of_csv,
    write_outputs,
    xml_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLEAN = {"requests": [], "errors": [], "dialogs": [], "pwned": False}
DOC = Path(__file__).parents[2] / "docs" / "hostile-text.md"
#: What holds every sign of a text as it was written. The others tell it in letters that their
#: format has: a line for a line end, ＠ for the @ that ends a line of a TXT, 〓 for what GBK lacks.
EXACT = frozenset({
    "report.json", "plan.json", "manifest", "page of the city", "page of a district",
    "page with a title", "GeoJSON", "GeoJSON of the plan", "GeoJSON of repairs", "GeoPackage",
    "GeoPackage of the plan", "attributes in a drawing", "exclusion table",
    "csv of a composition",
})  # fmt: skip
#: The kinds of output of the table in the docs -> the outputs of that kind.
KINDS = {
    "page": ("page of the city", "page of a district", "page with a title", "page as seen"),
    "notebook": ("notebook",),
    "compare": ("page of a comparison", "workbook of a comparison"),
    "sheet": ("sheet", "sheet with a title"),
    "report": ("report", "report with a title"),
    "Word": ("papers", "papers of a district", "result page"),
    "Excel": ("workbook", "workbook of a district", "workbook of a package", "reply form",
              "workbook of the plan", "workbook of a composition", "workbook of a difference"),
    "csv": ("csv of a composition", "csv of a difference"),
    "JSON": ("report.json", "plan.json", "manifest"),
    "GeoJSON": ("GeoJSON", "GeoJSON of the plan", "GeoJSON of repairs"),
    "GPKG": ("GeoPackage", "GeoPackage of the plan", "styles of QGIS"),
    "DXF": ("drawing", "attributes in a drawing"),
    "SHP": ("shapefile",),
    "TXT": ("red-line TXT", "TXT of repairs", "text of the plan"),
    "parquet": ("exclusion table",),
}  # fmt: skip
#: A PDF names signs that have no face.
_NAMED = re.compile(r"U\+[0-9A-F]{4,5}|[\[\]]")
_NUMBER = re.compile(r"[-+]?[\d,.]*%?")
#: The formulas of our own: cells, functions and signs, never a text.
_FORMULA = re.compile(r"=[A-Z0-9$():+*/.,<>!'\- ]+")


def letters(text: str, *, is_pdf: bool) -> str:
    """Return what every format can tell of a text: its letters and signs, without the unseen."""
    # a layout breaks lines within such a name, too
    plain = _NAMED.sub("", "".join(text.split())) if is_pdf else text
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", plain)
        if unicodedata.category(sign)[0] not in "CZ" and sign not in "\ufffd〓"
        and not "\u2400" <= sign <= "\u243f" and _is_in_gbk(sign)
    )  # fmt: skip


def _is_in_gbk(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


@pytest.fixture(params=PAYLOADS, ids=str)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Outputs:
    return write_outputs(tmp_path, str(request.param))


def test_every_output_tells_it_and_runs_nothing(
    made: Outputs, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    came = {name: told_by(made, name) for name in READERS}
    came["page as seen"] = seen_in_pages(made, open_page)
    came["notebook"] = seen_in_notebook(made, open_page, tmp_path)
    came["page of a comparison"] |= seen_in_comparison(made, open_page)
    missing = [
        (field, kind) for field, kind in table()
        if not any(field in came[name] for name in KINDS[kind])
    ]  # fmt: skip
    assert not missing
    nothing_runs_in_office(made)
    nothing_runs_in_maps(made)
    nothing_is_linked_in_pdf(made)
    names_are_plain(made)


def table() -> list[tuple[str, str]]:
    """Return field and kind of output of each dot of the table in the docs."""
    lines = DOC.read_text("utf-8").partition("\n## Which field")[2].splitlines()
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines
        if line.startswith(("| field", "| `"))
    ]  # fmt: skip
    kinds = rows[0][1:]
    found = [
        (row[0], kind) for row in rows[1:] for kind, dot in zip(kinds, row[1:], strict=True) if dot
    ]
    assert {kind for _, kind in found} == set(KINDS)
    return found


def told_by(made: Outputs, name: str) -> set[str]:
    """Return the fields that an output tells; of each, the whole payload stands there."""
    patterns, read = READERS[name]
    texts = [text for path in made.files(*patterns) for text in read(path)]
    is_pdf = patterns[0].endswith(".pdf")
    # what is set in lines or in table cells is one text
    if is_pdf or name == "page of a comparison":
        texts = ["".join("".join(texts).split())]
    told = set()
    for text in texts:
        marks = fields_in(text) & made.poisoned.fields
        told |= marks
        plain = text if name in EXACT else letters(text, is_pdf=is_pdf)
        for field in marks:
            wanted = value(made.poisoned.payload, field)
            whole = wanted if name in EXACT else letters(wanted, is_pdf=is_pdf)
            # the mark of secrecy of a sheet stands in two lines beside its title's one
            is_beside = name.startswith("sheet") and field == "city.secrecy"
            assert whole in plain or is_beside, (name, field, text)
    return told


# ------------------------------------------------------------------------------ in a browser

SEEN = """() => {
    const texts = [], attributes = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
    while (walk.nextNode()) {
        const node = walk.currentNode;
        const isData = node.parentNode.nodeName === "SCRIPT";
        if (node.nodeType === 3 && !isData) { texts.push(node.data); }
        for (const each of node.attributes || []) { attributes.push(each.value); }
    }
    return [texts, attributes];
}"""
BORN = """document.querySelectorAll(
    "[onerror],[onload],[onmouseover],iframe,object,embed,base,form").length"""
#: No text, however long, pushes a part of the page out of the window.
FITS = """() => document.documentElement.scrollWidth <= innerWidth
    && ["#side", "#stage", "#details", "#details .close", "#tools"].every(name => {
        const box = document.querySelector(name).getBoundingClientRect();
        return box.width > 20 && box.left >= 0 && box.right <= innerWidth;
    })"""


def click(page: Any, selector: str, number: int = 0) -> None:
    page.locator(selector).nth(number).evaluate("one => one.click()")


def seen(opened: Any, made: Outputs, *, is_set_in_lines: bool = False) -> set[str]:
    """Return the fields that a page shows now; of each, the whole payload stands there."""
    told = set()
    texts, attributes = opened.page.evaluate(SEEN)
    for text in [*attributes, *(["".join(texts)] if is_set_in_lines else texts)]:
        for field in fields_in(text) & made.poisoned.fields:
            wanted = value(made.poisoned.payload, field)
            assert letters(wanted, is_pdf=False) in letters(text, is_pdf=False), (field, text)
            told.add(field)
    assert opened.mischief == CLEAN
    assert opened.page.evaluate(BORN) == 0
    return told


def seen_in_pages(made: Outputs, open_page: Callable[..., Any]) -> set[str]:
    told = set()
    for path in made.files("out/city.html", "out/districts/01.html", "english/districts/01.html"):
        opened = open_page(path)
        page = opened.page
        scripts = page.evaluate("document.scripts.length")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        for number in range(page.locator("#list .row").count()):
            click(page, "#list .row", number)
            assert page.evaluate(FITS)
            told |= seen(opened, made)
            for switch in range(page.locator("#details button.lay").count()):
                click(page, "#details button.lay", switch)
            click(page, "#details .close")
        click(page, "#language")
        told |= seen(opened, made)
        assert page.evaluate("document.scripts.length") == scripts
    return told


def seen_in_comparison(made: Outputs, open_page: Callable[..., Any]) -> set[str]:
    (path,) = made.files("out/compare.html")
    opened = open_page(path)
    assert opened.page.evaluate("document.scripts.length") == 0
    return seen(opened, made, is_set_in_lines=True)


def seen_in_notebook(made: Outputs, open_page: Callable[..., Any], folder: Path) -> set[str]:
    """Put what notebooks show into a page without any policy, which would run what can run."""
    for fragment in made.notebook:
        markup = Markup(fragment)
        assert not {"script", "img", "svg", "link", "iframe", "a"} & set(markup.tags)
        assert not [name for name in markup.attributes if name.startswith("on")]
    path = folder / "notebook.html"
    head = "<!DOCTYPE html><meta charset=utf-8><link rel=icon href=data:,><body data-ready>"
    path.write_text(head + "".join(made.notebook), "utf-8")
    return seen(open_page(path), made)


# ------------------------------------------------------------------------------ in programs


def nothing_runs_in_office(made: Outputs) -> None:
    for path in made.folder.rglob("*.xlsx"):
        formulas = [cell.value for cell in cells_of_xlsx(path) if cell.data_type == "f"]
        assert all(_FORMULA.fullmatch(one) for one in formulas), path
        assert not formulas or path.name == "compare.xlsx"
    for path in made.folder.rglob("*.csv"):
        if path.parent.name != "out":  # what went in
            continue
        cells = [cell for cell in texts_of_csv(path) if cell[:1] in {*"=+-@\t\r"} and cell]
        assert all(_NUMBER.fullmatch(cell) for cell in cells), path
    for path in [*made.folder.rglob("*.docx"), *made.folder.rglob("*.xlsx")]:
        for root in xml_of(path):
            assert not [one for one in root.iter() if one.get("TargetMode") == "External"], path
            fields = [*root.iter(f"{W}instrText"), *root.iter(f"{W}fldSimple")]
            assert not [one for one in fields if "§" in "".join(one.itertext()) + str(one.attrib)]


def nothing_runs_in_maps(made: Outputs) -> None:
    (package,) = made.files("out/handover/01")
    for document in styles_in(package / "redlines.gpkg"):
        assert not re.search(r"<(script|img)\b|[\"'][^\"'<>]*\[%", document)
    drawing = ezdxf.readfile(package / "redlines.dxf")
    assert not drawing.audit().errors
    assert {entity.dxftype() for entity in drawing.modelspace()} == {"LWPOLYLINE", "TEXT"}
    assert "evil" not in {layer.dxf.name for layer in drawing.layers}
    raw = [one.dxf.text for one in drawing.modelspace().query("TEXT")]
    assert not [one for one in raw if re.search(r"(?<!%)%%(?!%)|[\x00-\x1f]|\^(?! )", one)]
    for path in made.folder.glob("out/**/*.txt"):
        lines = path.read_bytes().decode("gb18030").split("\r\n")
        plots = [line for line in lines if line.endswith("@")]
        assert plots
        assert all(len(line.split(",")) == 9 for line in plots), path


def nothing_is_linked_in_pdf(made: Outputs) -> None:
    for path in made.folder.rglob("*.pdf"):
        with pdfium.PdfDocument(path) as document:
            assert pdfium_c.FPDFDoc_GetJavaScriptActionCount(document) == 0
            assert pdfium_c.FPDFDoc_GetAttachmentCount(document) == 0
            for page in document:
                kinds = [pdfium_c.FPDFAnnot_GetSubtype(pdfium_c.FPDFPage_GetAnnot(page, number))
                         for number in range(pdfium_c.FPDFPage_GetAnnotCount(page))]  # fmt: skip
                assert pdfium_c.FPDF_ANNOT_LINK not in kinds or is_inside(page)
                assert "root:" not in page.get_textpage().get_text_range()


def is_inside(page: pdfium.PdfPage) -> bool:
    """True when no link of a page leads out of its document."""
    start, link = pdfium_c.c_int(0), pdfium_c.FPDF_LINK()
    while pdfium_c.FPDFLink_Enumerate(page, start, link):
        action = pdfium_c.FPDFLink_GetAction(link)
        if action and pdfium_c.FPDFAction_GetType(action) != pdfium_c.PDFACTION_GOTO:
            return False
    return True


def names_are_plain(made: Outputs) -> None:
    for path in made.folder.rglob("*"):
        assert path.name.isprintable(), path
        assert not set(path.name) & set('<>:"/\\|?*'), path
        assert path.resolve().is_relative_to(made.folder.resolve())
