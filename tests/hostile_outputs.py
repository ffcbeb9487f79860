"""Every output of siting for the poisoned city, and what independent readers find in each."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import ezdxf
import fiona
import openpyxl
import pyarrow.parquet as pq
import pypdfium2 as pdfium
from ezdxf.lldxf.encoding import decode_dxf_unicode

from siting import api

from .hostile import Poisoned

Texts = list[str]


@dataclass(frozen=True)
class Outputs:
    """The folder of all files, what the fields hold, and what a notebook shows."""

    folder: Path
    poisoned: Poisoned
    notebook: tuple[str, ...]

    def files(self, *patterns: str) -> list[Path]:
        """Return the files of these patterns; none of a pattern is a fault."""
        found = [path for pattern in patterns for path in sorted(self.folder.glob(pattern))]
        empty = [pattern for pattern in patterns if not list(self.folder.glob(pattern))]
        if empty or not found:
            raise FileNotFoundError(str(empty or patterns))
        return found


def write_outputs(folder: Path, payload: str) -> Outputs:
    """Poison a city in ``folder`` and write of it all that siting writes."""
    poisoned = Poisoned(folder, payload)
    study = api.load(poisoned.write(), output=folder / "out")
    found = api.find(study, with_scenarios=True)
    report, searches, plan = found.report, found.searches, found.plan
    if plan is None or not report.repairs:
        raise ValueError(found.unplanned)
    title = poisoned("option.title")
    api.maps(study, report, searches, plan=plan, scenarios=found.scenarios)
    api.hand_over(study, report, searches, plan=plan)
    api.write_plan(study, plan)
    api.workbook(study, report, searches)
    api.workbook(study, report, searches, district="01", language="en")
    api.sheets(study, report, searches)
    api.report_pdf(study, report, searches)
    api.papers(study, report, searches)
    out = study.city.output
    _write_records(out, report, searches)
    _write_compared(study, out, poisoned)
    _write_english(study, found, title)
    shown = (report, *searches, *searches[0].suggestions, plan)
    return Outputs(folder, poisoned, tuple(one._repr_html_() for one in shown))


def _write_records(out: Path, report: Any, searches: Any) -> None:
    from siting.diff import write_csv, write_xlsx
    from siting.report import write_repairs, write_report

    names = {project.id: project.name for project in report.projects}
    write_report(out / "report.json", report, searches)
    write_repairs(out / "repairs", report, report.repairs, names=names, overwrite=False)
    before = replace(report, findings=(), verdicts=(), results=report.results[:1], repairs=None)
    write_report(out / "before" / "report.json", before, ())
    found = api.diff(out / "before" / "report.json", out / "report.json")
    write_csv(out / "diff.csv", found, language="zh", has_unchanged=True)
    write_xlsx(out / "diff.xlsx", found, language="zh", has_unchanged=True)


def _write_compared(study: Any, out: Path, poisoned: Poisoned) -> None:
    from siting.compare import write_page
    from siting.compare.workbook import write_workbook
    from siting.compose import detail_sheet, sheets_of
    from siting.save import csv_text, write_sheets

    compared = api.compare(study, f"{poisoned('project.id')}1")
    write_page(out / "compare.html", compared, language="zh")
    write_workbook(out / "compare.xlsx", compared, language="zh", may_replace=False)
    composed = api.compose(study)
    write_sheets(out / "compose.xlsx", sheets_of(composed, by="village", language="zh"))
    text = csv_text(detail_sheet(composed, language="zh"))
    (out / "compose.csv").write_text(text, encoding="utf-8", newline="")
    api.write_exclusion(study, api.exclude(study), out / "exclude.parquet")


def _write_english(study: Any, found: Any, title: str) -> None:
    """Write the outputs that take a title, in English, into a folder of their own."""
    from siting.sheets import SheetOptions

    city = replace(study.city, output=study.city.output.parent / "english", language="en")
    study = replace(study, city=city)
    options = SheetOptions(title=title, language="en", has_all_districts=False)
    pages = api.MapOptions(("01",), title=title, language="en")
    api.maps(study, found.report, found.searches, options=pages)
    api.sheets(study, found.report, found.searches, options=options)
    api.report_pdf(study, found.report, found.searches, options=options)
    api.papers(study, found.report, found.searches, orders=api.Orders(district="01"))
    api.result_page(study, found.report, city.output / "result.docx")


# ------------------------------------------------------------------ readers, none of them ours


def texts_of_json(path: Path) -> Texts:
    return list(_leaves(json.loads(path.read_text("utf-8"))))


def _leaves(one: Any) -> Iterator[str]:
    if isinstance(one, Mapping):
        yield from map(str, one)
        for each in one.values():
            yield from _leaves(each)
    elif isinstance(one, list):
        for each in one:
            yield from _leaves(each)
    elif isinstance(one, str):
        inner = _table_in(one)
        yield from [one] if inner is None else _leaves(inner)


def _table_in(text: str) -> Any:
    """Return the table that stands as JSON in one value, or None."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


def texts_of_page(path: Path) -> Texts:
    """Return the texts that travel in a page as data."""
    text = path.read_text("utf-8")
    _, _, rest = text.partition('<script type="application/json" id="siting-data">')
    return list(_leaves(json.loads(rest.partition("</script>")[0])))


class Markup(HTMLParser):
    """Texts, tags and attributes of a fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: Texts = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def texts_of_markup(path: Path) -> Texts:
    return Markup(path.read_text("utf-8")).texts


def cells_of_xlsx(path: Path) -> list[Any]:
    book = openpyxl.load_workbook(path)
    return [cell for page in book for row in page.iter_rows() for cell in row]


def texts_of_xlsx(path: Path) -> Texts:
    return [str(cell.value) for cell in cells_of_xlsx(path) if cell.value is not None]


def texts_of_csv(path: Path) -> Texts:
    text = path.read_bytes().decode("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def texts_of_docx(path: Path) -> Texts:
    paper = docx.Document(str(path))
    parts = [paper.element.body]
    for section in paper.sections:
        parts += [section.header._element, section.footer._element]
    return ["".join(p.itertext()) for part in parts for p in part.iter(f"{W}p")]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def xml_of(path: Path) -> Iterator[ET.Element]:
    """Yield every XML part of an Office file, parsed by the standard library."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                yield ET.fromstring(archive.read(name))  # noqa: S314 - our own file


def texts_of_pdf(path: Path) -> Texts:
    with pdfium.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def texts_of_layers(path: Path) -> Texts:
    """Return the texts of the rows of every layer, as GDAL reads them (fiona's own)."""
    values: list[Any] = []
    for name in set(fiona.listlayers(path)) - {"layer_styles"}:
        with fiona.open(path, layer=name) as layer:
            values += [value for row in layer for value in row.properties.values()]
    return list(_leaves(values))


def styles_in(path: Path) -> Texts:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [text for (text,) in connection.execute("SELECT styleQML FROM layer_styles")]


def texts_of_styles(path: Path) -> Texts:
    roots = [ET.fromstring(text) for text in styles_in(path)]  # noqa: S314 - our own file
    return [value for root in roots for one in root.iter() for value in one.attrib.values()]


def texts_of_dxf(path: Path) -> Texts:
    drawing = ezdxf.readfile(path)
    space = drawing.modelspace()
    return [decode_dxf_unicode(one.plain_text()) for one in space.query("TEXT")]


def tags_of_dxf(path: Path) -> Texts:
    """Return the attributes that ride on each outline, joined again and read as JSON."""
    found: Texts = []
    for line in ezdxf.readfile(path).modelspace().query("LWPOLYLINE"):
        parts = [each.value for each in line.get_xdata("SITING") if each.code == 1000]
        found += _leaves(json.loads("".join(parts)))
    return found


def texts_of_txt(path: Path) -> Texts:
    return path.read_bytes().decode("gb18030").split("\r\n")


def texts_of_utf8(path: Path) -> Texts:
    return path.read_text("utf-8").split("\n")


def texts_of_parquet(path: Path) -> Texts:
    return [
        v for row in pq.read_table(path).to_pylist() for v in row.values() if isinstance(v, str)
    ]


#: What is read how: the name of an output -> its files, and their reader.
READERS: Mapping[str, tuple[tuple[str, ...], Callable[[Path], Texts]]] = {
    "report.json": (("out/report.json",), texts_of_json),
    "page of the city": (("out/city.html",), texts_of_page),
    "page of a district": (("out/districts/01.html",), texts_of_page),
    "page with a title": (("english/districts/01.html",), texts_of_page),
    "page of a comparison": (("out/compare.html",), texts_of_markup),
    "sheet": (("out/sheets/*.pdf",), texts_of_pdf),
    "sheet with a title": (("english/sheets/*.pdf",), texts_of_pdf),
    "report": (("out/reports/*.pdf",), texts_of_pdf),
    "report with a title": (("english/reports/*.pdf",), texts_of_pdf),
    "papers": (("out/papers/**/*.docx",), texts_of_docx),
    "papers of a district": (("english/papers/**/*.docx",), texts_of_docx),
    "result page": (("english/result.docx",), texts_of_docx),
    "workbook": (("out/workbook.xlsx",), texts_of_xlsx),
    "workbook of a district": (("out/districts/01.xlsx",), texts_of_xlsx),
    "workbook of a package": (("out/handover/01/summary.xlsx",), texts_of_xlsx),
    "reply form": (("out/handover/01/reply.xlsx",), texts_of_xlsx),
    "workbook of the plan": (("out/plan.xlsx",), texts_of_xlsx),
    "workbook of a comparison": (("out/compare.xlsx",), texts_of_xlsx),
    "workbook of a composition": (("out/compose.xlsx",), texts_of_xlsx),
    "workbook of a difference": (("out/diff.xlsx",), texts_of_xlsx),
    "csv of a composition": (("out/compose.csv",), texts_of_csv),
    "csv of a difference": (("out/diff.csv",), texts_of_csv),
    "GeoJSON": (("out/handover/01/*.geojson",), texts_of_json),
    "GeoJSON of the plan": (("out/plan.geojson",), texts_of_json),
    "GeoJSON of repairs": (("out/repairs/*.geojson",), texts_of_json),
    "plan.json": (("out/plan.json",), texts_of_json),
    "manifest": (("out/handover/01/manifest.json",), texts_of_json),
    "GeoPackage": (("out/handover/01/redlines.gpkg",), texts_of_layers),
    "GeoPackage of the plan": (("out/plan.gpkg",), texts_of_layers),
    "styles of QGIS": (("out/handover/01/redlines.gpkg",), texts_of_styles),
    "drawing": (("out/handover/01/redlines.dxf",), texts_of_dxf),
    "attributes in a drawing": (("out/handover/01/redlines.dxf",), tags_of_dxf),
    "shapefile": (("out/handover/01/redlines.shp",), texts_of_layers),
    "red-line TXT": (("out/handover/01/redlines.txt",), texts_of_txt),
    "TXT of repairs": (("out/repairs/*.txt",), texts_of_txt),
    "text of the plan": (("out/handover/01/plan.txt",), texts_of_txt),
    "exclusion table": (("out/exclude.parquet",), texts_of_parquet),
}
