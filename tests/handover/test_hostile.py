"""Hostile texts in every field of a package: verbatim, no script, no formula, no code of CAD."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import ezdxf
import fiona
import openpyxl
import pytest
from ezdxf.lldxf.encoding import decode_dxf_unicode

from siting.city import RedLineSpec
from siting.load import read_red_lines
from siting.mapping.qml import plain_text
from siting.model import Text

A = "440901"
PAYLOADS = {
    "template": "{{7*7}}{% raw [% env('HOME') %]",
    "markup": "</script><script>window.__pwned=1</script><img src=x onerror=alert(1)>]]>",
    "formula": '=HYPERLINK("http://x","y")',
    "sign": "@SUM(1+1)|-2+3",
    "cad": r"%%d 50% %%%%c ^J\P \U+4E2D \M+5D6D0 {\fArial|b1;x}",
    "lines": "one\r\n  0\nLINE\n  8\nevil\ttab",
    "script": "${x}`+1+`\u2028'\"; DROP TABLE redlines; --",
}
#: Signs that GBK lacks are replaced in a shapefile, and that is told.
LACKING = {"script": ("\u2028", "\u3013")}


def poisoned(world: Any, text: str) -> Any:
    """The world with `text` in every field that comes from outside; ids stay different."""
    bad = Text(text, text)
    report = world.report

    def own(name: str) -> str:
        return f"{text}{name}"

    def line(one: Any) -> Any:
        return replace(one, id=own(one.id), project_id=own(one.project_id), version=text,
                       source="a.shp", notes=(text,))  # fmt: skip

    def suggestion(one: Any) -> Any:
        site = replace(one.site, id=text, parcel_ids=(text,), attributes={text: text})
        return replace(one, project_id=own(one.project_id), site=site, why=bad, resolves=(text,))

    projects = tuple(
        replace(one, id=own(one.id), name=text, stage=text, use=text) for one in report.projects
    )
    results = tuple(replace(one, red_line=line(one.red_line)) for one in report.results)
    layers = tuple(replace(one, title=bad) for one in world.atlas.layers)
    report = replace(
        report,
        city=bad,
        rule_book=text,
        projects=projects,
        results=results,
        rules=tuple(
            replace(one, code=text, title=bad, basis=replace(one.basis, citation=text))
            for one in report.rules
        ),
        verdicts=tuple(
            replace(one, red_line_id=own(one.red_line_id), project_id=own(one.project_id),
                    code=text, gaps=(bad,))
            for one in report.verdicts
        ),
        findings=tuple(
            replace(one, red_line_id=own(one.red_line_id), project_id=own(one.project_id),
                    code=text, feature_id=text, feature_name=text, message=bad,
                    route=replace(one.route, text=bad, office=bad, papers=(text,)))
            for one in report.findings
        ),
        inputs=tuple(replace(one, title=bad) for one in report.inputs),
    )  # fmt: skip
    searches = tuple(
        replace(one, project_id=own(one.project_id),
                suggestions=tuple(suggestion(each) for each in one.suggestions))
        for one in world.searches
    )  # fmt: skip
    districts = world.atlas.districts.assign(feature_name=text)
    atlas = replace(world.atlas, layers=layers, projects=projects, districts=districts)
    city = replace(world.city, name=bad, secrecy_mark=text)
    return replace(world, report=report, searches=searches, atlas=atlas, city=city)


@pytest.fixture(scope="module", params=PAYLOADS, ids=str)
def package(request, world, tmp_path_factory):
    """A package of the poisoned world, and the payload."""
    from siting.handover import write_packages

    name = str(request.param)
    bad = poisoned(world, PAYLOADS[name])
    folder = tmp_path_factory.mktemp(name) / "handover"
    write_packages(bad.report, bad.searches, bad.atlas, city=bad.city, folder=folder)
    return folder / A, name, PAYLOADS[name]


def rows_of(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def test_geojson_is_verbatim(package):
    home, _, text = package
    for name, column in (
        ("redlines", "project_name"),
        ("findings", "feature_name"),
        ("suggestions", "site_id"),
    ):
        content = json.loads((home / f"{name}.geojson").read_text(encoding="utf-8"))
        values = [feature["properties"][column] for feature in content["features"]]
        assert text in values
        assert set(values) <= {text, None}


def test_the_geopackage_is_verbatim_and_its_tables_are_there(package):
    home, _, text = package
    path = home / "redlines.gpkg"
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(path, "SELECT DISTINCT project_name, version, notes FROM redlines") == [
        (text, text, text)
    ]
    found = rows_of(path, "SELECT DISTINCT code, feature_id, message_zh, papers FROM findings")
    assert found == [(text, text, text, text)]
    assert rows_of(path, "SELECT site_id, why_zh FROM suggestions WHERE rank = 1") == [(text, text)]


def test_styles_are_xml_in_which_the_text_is_a_label(package):
    home, _, text = package
    for (document,) in rows_of(home / "redlines.gpkg", "SELECT styleQML FROM layer_styles"):
        root = ET.fromstring(document)  # noqa: S314 - our own document
        assert not list(root.iter("script"))
        assert not list(root.iter("img"))
        assert not re.search(r'(label|name)="[^"]*\[%', document)
        for style in root.iter("text-style"):
            assert text not in style.attrib["fieldName"]
    query = "SELECT styleQML FROM layer_styles WHERE f_table_name='findings'"
    (document,) = rows_of(home / "redlines.gpkg", query)[0]
    root = ET.fromstring(document)  # noqa: S314
    entries = {entry.attrib["value"]: entry.attrib["label"] for entry in root.iter("category")}
    # every finding is of the one rule, on three layers: the label tells them apart
    assert {value.partition("|")[0] for value in entries if value} <= {text, text.split("|")[0]}
    assert all(plain_text(text) in label for value, label in entries.items() if value)
    found = rows_of(home / "redlines.gpkg", "SELECT code || '|' || layer FROM findings")
    values = {value for (value,) in found}
    assert values <= set(entries)


def shown(text: str) -> str:
    """What one line of a drawing shows of a text."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def test_a_drawing_has_the_text_and_no_code(package):
    home, name, text = package
    drawing = ezdxf.readfile(home / "redlines.dxf")
    assert not drawing.audit().errors
    assert sorted(entity.dxftype() for entity in drawing.modelspace()) == (
        ["LWPOLYLINE"] * 3 + ["TEXT"] * 3
    )
    for line in drawing.modelspace().query("LWPOLYLINE"):
        tag = "".join(each.value for each in line.get_xdata("SITING") if each.code == 1000)
        assert json.loads(tag)["values"]["project_name"] == text
        assert all(len(each.value.encode("gbk")) <= 255 for each in line.get_xdata("SITING"))
    labels = {decode_dxf_unicode(one.plain_text()) for one in drawing.modelspace().query("TEXT")}
    assert {" ".join(label.split()) for label in labels} == {
        shown(f"{text}PRJ-{number}") for number in (1, 3, 4)
    }
    raw = [one.dxf.text for one in drawing.modelspace().query("TEXT")]
    assert not [one for one in raw if re.search(r"(?<!%)%%(?!%)|[\x00-\x1f]|\^(?! )", one)]
    layers = {layer.dxf.name for layer in drawing.layers}
    assert layers.isdisjoint({"evil"})
    if name == "cad":
        assert any(r"\U+005CU+4E2D" in one for one in raw)


def test_siting_reads_the_drawing_s_attributes_verbatim(package):
    home, _, text = package
    spec = RedLineSpec(
        path=home / "redlines.dxf", crs="EPSG:4547", id_column="red_line_id",
        project_column="project_id",
    )  # fmt: skip
    red_lines, _ = read_red_lines(spec, working_crs="EPSG:4547")
    # a loader trims the ends of an id, and nothing within it
    assert {line.id for line in red_lines} == {f"{text}RL-{n}".strip() for n in (1, 3, 4)}


def test_a_shapefile_is_verbatim_but_for_what_gbk_lacks(package):
    home, name, text = package
    sign, mark = LACKING.get(name, ("", ""))
    wanted = text.replace(sign, mark) if sign else text
    with fiona.open(home / "redlines.shp") as source:
        rows = [row.properties for row in source]
    assert {row["XMMC"] for row in rows} == {wanted}
    assert {row["STAGE"] for row in rows} == {wanted}
    content = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = [one for one in content["files"] if one["path"] == "redlines.shp"]
    assert bool(entry["notes"]) == bool(sign)


def test_no_cell_of_the_workbook_is_a_formula(package):
    home, _, text = package
    book = openpyxl.load_workbook(home / "summary.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    # XML has one end of line
    plain = text.replace("\r\n", "\n")
    values = {str(cell.value).replace("_x000D_", "").replace("\r\n", "\n") for cell in cells}
    assert plain in values
    assert f"{plain}PRJ-1" in values


def test_the_manifest_and_the_txt_hold_their_form(package):
    home, _, text = package
    content = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    assert content["district"]["name"] == text
    lines = (home / "redlines.txt").read_bytes().decode("gb18030").split("\r\n")
    plots = [line for line in lines if line.endswith("@")]
    assert len(plots) == 3
    assert all(len(line.split(",")) == 9 for line in plots)
