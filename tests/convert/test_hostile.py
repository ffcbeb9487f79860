"""Hostile texts through every text format: what comes back is what went in, and nothing runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import ezdxf
import fiona
import geopandas as gpd
import openpyxl
import pytest
import shapely

from siting import api
from siting.api import ConvertOptions

CRS = "EPSG:4547"
PAYLOADS = (
    "{{7*7}}{% raw",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "@SUM(1+1)",
    r"%%d 50% ^J\P \U+4E2D \M+5D6D0 {\fArial|b1;x}",
    "one\n  0\nLINE\n  8\nevil",
    "${x}`1`'\"; DROP TABLE a; --",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GeoParquet with a payload in each row, in two columns."""
    path = tmp_path_factory.mktemp("hostile") / "source.parquet"
    boxes = [shapely.box(433_000 + 200 * n, 2_558_000, 433_100 + 200 * n, 2_558_100)
             for n in range(len(PAYLOADS))]  # fmt: skip
    columns = {"name": list(PAYLOADS), "note": list(PAYLOADS)}
    gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS).to_parquet(path)
    return path


def converted(source: Path, folder: Path, name: str, encoding: str = "") -> Path:
    api.convert(source, folder / name, ConvertOptions(encoding=encoding))
    return folder / name


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_layers_are_verbatim(source: Path, tmp_path: Path, name: str) -> None:
    with fiona.open(converted(source, tmp_path, name)) as layer:
        assert [row.properties["note"] for row in layer] == list(PAYLOADS)


def test_geojson_is_json_and_no_markup_of_a_page(source: Path, tmp_path: Path) -> None:
    content = json.loads(converted(source, tmp_path, "a.geojson").read_text(encoding="utf-8"))
    assert [one["properties"]["name"] for one in content["features"]] == list(PAYLOADS)


@pytest.mark.parametrize("encoding", ["", "gbk"])
def test_a_drawing_shows_them_and_runs_none(source: Path, tmp_path: Path, encoding: str) -> None:
    path = converted(source, tmp_path, "a.dxf", encoding)
    drawing = ezdxf.readfile(path)
    assert not drawing.audit().errors
    kinds = [entity.dxftype() for entity in drawing.modelspace()]
    assert (kinds.count("LWPOLYLINE"), kinds.count("TEXT"), len(kinds)) == (7, 7, 14)
    assert "evil" not in {layer.dxf.name for layer in drawing.layers}
    api.convert(path, tmp_path / "back.gpkg", ConvertOptions(from_crs=CRS))
    with fiona.open(tmp_path / "back.gpkg") as layer:
        rows = [row.properties for row in layer]
    assert [row["note"] for row in rows] == list(PAYLOADS)
    assert [row["label"] for row in rows] == [" ".join(text.split()) for text in PAYLOADS]


def test_no_cell_is_a_formula(source: Path, tmp_path: Path) -> None:
    (page,) = openpyxl.load_workbook(converted(source, tmp_path, "a.xlsx")).worksheets
    cells = [page.cell(row, 2) for row in range(2, 2 + len(PAYLOADS))]
    assert [cell.value for cell in cells] == list(PAYLOADS)
    assert {cell.data_type for cell in cells} == {"s"}
    with converted(source, tmp_path, "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"].removeprefix("'") for row in rows] == list(PAYLOADS)
    assert not [row for row in rows if row["name"][0] in "=+-@\t\r"]
