"""``layer_styles``: QGIS finds a default style for each table, and no row is without a look."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from shapely.geometry import LineString

from siting.handover.plan_tables import PLANNED_COLUMNS
from siting.handover.tables import (
    FINDING_COLUMNS,
    RED_LINE_COLUMNS,
    REPAIR_COLUMNS,
    SUGGESTION_COLUMNS,
)
from siting.handover.titles import TITLES
from siting.mapping.qml import Category, Labels, Pen, Style, Symbol, plain_text, qml, quoted
from siting.mapping.styles import OUTCOME_LOOKS

A, B = "440901", "440902"
COLUMNS = {
    "redlines": RED_LINE_COLUMNS,
    "findings": FINDING_COLUMNS,
    "suggestions": SUGGESTION_COLUMNS,
    "repairs": REPAIR_COLUMNS,
    "plan": PLANNED_COLUMNS,
}


def rows_of(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own document


def documents(path: Path) -> dict[str, ET.Element]:
    pairs = rows_of(path, "SELECT f_table_name, styleQML FROM layer_styles")
    return {name: parsed(text) for name, text in pairs}


def categories_of(document: ET.Element) -> dict[str, ET.Element]:
    return {entry.attrib["value"]: entry for entry in document.iter("category")}


def test_a_table_with_areas_and_lines_has_a_style_for_each(make_world, write):
    world = make_world()
    results = list(world.report.results)
    line = LineString([(434_500, 2_558_100), (434_700, 2_558_400)])
    results[1] = replace(results[1], red_line=replace(results[1].red_line, geometry=line))
    folder = write(replace(world, report=replace(world.report, results=tuple(results))))
    columns = "styleName, useAsDefault, styleQML"
    query = f"SELECT {columns} FROM layer_styles WHERE f_table_name='redlines'"  # noqa: S608
    rows = rows_of(folder / B / "redlines.gpkg", query)
    kinds = {
        name: (first, parsed(text).findtext("layerGeometryType")) for name, first, text in rows
    }
    assert kinds == {"siting": (1, "2"), "siting-lines": (0, "1")}


@pytest.mark.parametrize("code", [A, B])
def test_qgis_finds_one_default_style_for_each_table(folder, code: str):
    """By the query of QGIS's provider: empty schema, table, geometry column, defaults first."""
    path = folder / code / "redlines.gpkg"
    for (table,) in rows_of(path, "SELECT table_name FROM gpkg_geometry_columns"):
        query = (
            "SELECT useAsDefault, styleName, f_table_catalog FROM layer_styles WHERE "  # noqa: S608
            f"f_table_schema='' AND f_table_name='{table}' AND f_geometry_column="
            f"(SELECT column_name FROM gpkg_geometry_columns WHERE table_name='{table}')"
        )
        assert rows_of(path, query) == [(1, "siting", "")]


def test_the_file_is_a_whole_geopackage_dated_by_the_study(folder):
    path = folder / A / "redlines.gpkg"
    assert rows_of(path, "PRAGMA application_id") == [(0x47504B47,)]
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]
    dates = rows_of(path, "SELECT DISTINCT last_change FROM gpkg_contents")
    assert dates == [("2026-03-01T00:00:00.000Z",)]
    assert rows_of(path, "SELECT DISTINCT update_time FROM layer_styles") == dates
    kinds = dict(rows_of(path, "SELECT table_name, data_type FROM gpkg_contents"))
    assert kinds["layer_styles"] == "attributes"
    boxes = rows_of(path, "SELECT min_x, max_x FROM gpkg_contents WHERE table_name='redlines'")
    assert boxes == [(433_100.0, 434_100.0)]
    assert not [
        other for other in path.parent.iterdir() if re.search("-(wal|shm|journal)", str(other))
    ]


def test_every_row_has_a_look_of_its_own(folder):
    path = folder / A / "redlines.gpkg"
    styles = documents(path)
    outcomes = rows_of(path, "SELECT outcome || '|' || is_incomplete FROM redlines")
    assert {value for (value,) in outcomes} <= set(categories_of(styles["redlines"]))
    found = rows_of(path, "SELECT code || '|' || layer FROM findings")
    assert {value for (value,) in found} <= set(categories_of(styles["findings"]))
    for document in styles.values():
        assert "" in categories_of(document), "rows of no category would be invisible"
        symbols = {entry.attrib["name"] for entry in document.findall("renderer-v2/symbols/symbol")}
        assert {entry.attrib["symbol"] for entry in document.iter("category")} == symbols


def test_what_was_not_checked_is_told_apart_in_the_legend(folder):
    entries = categories_of(documents(folder / A / "redlines.gpkg")["redlines"])
    for outcome in OUTCOME_LOOKS:
        assert "未查全" in entries[f"{outcome}|1"].attrib["label"]
        if outcome != "incomplete":
            assert "未查全" not in entries[f"{outcome}|0"].attrib["label"]
    assert "incomplete|0" not in entries


def test_labels_are_never_html_and_columns_have_chinese_titles(folder):
    for name, document in documents(folder / A / "redlines.gpkg").items():
        (style,) = document.iter("text-style")
        assert style.attrib["allowHtml"] == "0"
        aliases = [alias.attrib["field"] for alias in document.iter("alias")]
        assert tuple(aliases) == COLUMNS[name]


#: Run by an interpreter that has PyQGIS: opens each table as QGIS does, and draws it.
IN_QGIS = """
import json, sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
app = QgsApplication([], False)
app.initQgis()
told = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    message, is_own = layer.loadDefaultStyle()
    renderer, expressions = layer.renderer(), [layer.renderer().classAttribute()]
    expressions.append(layer.labeling().settings().fieldName)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(300, 300))
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    colours = {image.pixelColor(x, y).name() for x in range(300) for y in range(300)}
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    known = {category.value() for category in renderer.categories()}
    values = set()
    for feature in layer.getFeatures():
        context.setFeature(feature)
        values.add(QgsExpression(expressions[0]).evaluate(context))
    told[name] = {
        "own": is_own,
        "kinds": sorted({part.layerType() for category in renderer.categories()
                         for part in category.symbol().symbolLayers()}),
        "errors": [QgsExpression(one).parserErrorString() for one in expressions],
        "unknown": sorted(map(str, values - known)),
        "alias": layer.attributeAlias(1),
        "colours": sorted(colours),
    }
print(json.dumps(told))
"""


@pytest.fixture(scope="session")
def pyqgis() -> str:
    """An interpreter on the path that has PyQGIS."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        program = Path(folder) / "python3"
        if not program.is_file():
            continue
        tried = subprocess.run(
            [program, "-c", "import qgis.core"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return str(program)
    pytest.skip("no interpreter has PyQGIS")


@pytest.mark.campaign  # QGIS is a gigabyte: by hand, where somebody has it
def test_qgis_itself_opens_the_tables_styled(folder, pyqgis: str):
    path = folder / A / "redlines.gpkg"
    tables = ["redlines", "findings", "suggestions"]
    quiet = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [pyqgis, "-c", IN_QGIS, path, *tables]
    done = subprocess.run(command, capture_output=True, check=True, env=quiet, timeout=120)
    told = json.loads(done.stdout.splitlines()[-1])
    assert set(told) == set(tables)
    for name in tables:
        assert told[name]["own"], "QGIS took a style of its own"
        assert told[name]["errors"] == ["", ""]
        assert told[name]["unknown"] == []
        assert told[name]["alias"] == TITLES[name][COLUMNS[name][0]].zh
    assert OUTCOME_LOOKS["conflict"].colour in told["redlines"]["colours"]
    assert told["findings"]["kinds"] == ["SVGFill", "SimpleFill", "SimpleLine"]


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_has_a_title(table: str):
    assert tuple(TITLES[table]) == COLUMNS[table]


def options(layer: ET.Element) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    for one in layer.iter("layer"):
        new = {
            entry.attrib["name"]: entry.attrib["value"] for entry in one.findall("Option/Option")
        }
        yield new, {entry.attrib["k"]: entry.attrib["v"] for entry in one.findall("prop")}


def style(text: str = "x") -> Style:
    symbol = Symbol((Pen("#a5141c", 2.0, (8, 4)),), "#d7262f", 0.5, "wave")
    entry = Category(text, text, symbol)
    return Style(
        '"a"', [entry], Category("", "rest", symbol), Labels('"a"', "#000000"), {"a": text}
    )


def test_old_and_new_qgis_read_the_same_properties():
    document = parsed(qml(style(), kind="fill"))
    pairs = list(options(document))
    assert len(pairs) == 2 * 4  # wash, hatch and its border, line; twice
    assert all(new == old for new, old in pairs)
    wash, hatch, border, line = (new for new, _ in pairs[:4])
    assert wash["color"] == "215,38,47,128"
    assert float(hatch["width"]) == pytest.approx(10 * 25.4 / 96, abs=1e-4)
    assert border["line_style"] == "no"
    assert line["customdash"] == "2.1167;1.0583"


def test_a_style_of_lines_has_symbols_of_lines():
    document = parsed(qml(style(), kind="line"))
    assert {symbol.attrib["type"] for symbol in document.iter("symbol")} == {"line"}
    assert {layer.attrib["class"] for layer in document.iter("layer")} == {"SimpleLine"}
    assert document.findtext("layerGeometryType") == "1"


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}",
        "<script>alert(1)</script>",
        "]]><x/>",
        "&amp;&#60;",
        "=1+1",
        "${x}",
        "a'\"b",
        "[% env('HOME') %]",
        "line\u2028break\x00\x0b",
        "%%d \\P {\\fArial|b1;x}",
    ],
)
def test_hostile_words_stay_words(text: str):
    document = parsed(qml(style(text), kind="fill"))
    shown = plain_text(text)
    entry = next(entry for entry in document.iter("category") if entry.attrib["label"] != "rest")
    assert entry.attrib["label"] == shown
    assert next(document.iter("alias")).attrib["name"] == shown
    assert "[%" not in shown
    assert shown.replace("\uff3b%", "[%") == re.sub(r"[\x00\x0b]", "\ufffd", text)
    assert not list(document.iter("script"))


def test_a_text_in_an_expression_does_not_end_it():
    assert quoted("a'b\\") == "'a''b\\\\'"


def test_yes_no_and_unknown_are_no_texts_by_which_qgis_would_draw_land_as_free(make_world, write):
    """In SQL the text 'True' is not true: land to be acquired first would look free."""
    world = make_world()
    (search,) = world.searches
    known, unknown = search.suggestions
    offers = (replace(known, must_acquire=True), replace(unknown, must_acquire=None))
    folder = write(replace(world, searches=(replace(search, suggestions=offers),)))
    found = rows_of(
        folder / A / "redlines.gpkg",
        "SELECT must_acquire, typeof(must_acquire) FROM suggestions ORDER BY rank",
    )
    assert found == [(1, "integer"), (None, "null")]
