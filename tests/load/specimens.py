"""One small sound layer in every format, written without siting; damaged by the tests."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import shapely
from ezdxf.filemanagement import new

from siting.city import LayerSpec, built_in_roles
from siting.load.child import Reader
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.model import Layer, LoadStatus

from .town import CRS, frame_of, square

ROWS = 60


def frame() -> gpd.GeoDataFrame:
    """Squares with a corner off the grid, a text and a number each."""
    shapes = [
        shapely.union_all([square(n % 10, n // 10), square(n % 10, n // 10, 20.0 + n / 7)])
        for n in range(ROWS)
    ]
    names = [f"图斑{n}" for n in range(ROWS)]
    return frame_of(shapes, name=names, ha=[n * 1.125 for n in range(ROWS)])


def _gdal(path: Path, **options: str) -> None:
    pyogrio.write_dataframe(frame(), path, **options)


def _geojson_lines(path: Path) -> None:
    _topology_or_lines(path, is_topology=False)


def _topojson(path: Path) -> None:
    _topology_or_lines(path, is_topology=True)


def _topology_or_lines(path: Path, *, is_topology: bool) -> None:
    degrees = json.loads(frame().to_crs("EPSG:4326").to_json())["features"]
    if not is_topology:
        path.write_text("".join(json.dumps(one) + "\n" for one in degrees), encoding="utf-8")
        return
    arcs = [one["geometry"]["coordinates"][0] for one in degrees]
    geometries = [
        {"type": "Polygon", "arcs": [[at]], "properties": one["properties"]}
        for at, one in enumerate(degrees)
    ]
    objects = {"a": {"type": "GeometryCollection", "geometries": geometries}}
    content = {"type": "Topology", "objects": objects, "arcs": arcs}
    path.write_text(json.dumps(content), encoding="utf-8")


def _kml(path: Path) -> None:
    marks = []
    table = frame().to_crs("EPSG:4326")
    for row in table.itertuples():
        points = " ".join(f"{x:.10f},{y:.10f}" for x, y in row.geometry.exterior.coords)
        data = "".join(
            f'<Data name="{key}"><value>{getattr(row, key)}</value></Data>'
            for key in ("code", "name", "ha")
        )
        marks.append(
            f"<Placemark><ExtendedData>{data}</ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
            f"<coordinates>{points}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
            "</Placemark>\n"
        )
    body = "".join(marks)
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{body}</Document></kml>\n'
    path.write_text(text, encoding="utf-8")


def _zipped(inner: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        folder = path.with_name(f"{path.name}.parts")
        folder.mkdir()
        FORMATS[inner].write(folder / inner)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.rglob("*")):
                archive.write(part, part.relative_to(folder))
        shutil.rmtree(folder)

    return write


def _dxf(path: Path) -> None:
    drawing = new("R2010")
    drawing.header["$INSUNITS"] = 6
    space = drawing.modelspace()
    for row in frame().itertuples():
        space.add_lwpolyline(list(row.geometry.exterior.coords)[:-1], close=True)
        point = row.geometry.representative_point()
        space.add_text(row.code, height=5).set_placement((point.x, point.y))
    drawing.saveas(path)


def _rows() -> list[list[object]]:
    table = frame()
    rows = zip(table.code, table.name, table.ha, table.geometry.to_wkt(), strict=True)
    return [["code", "name", "ha", "WKT"], *([*row] for row in rows)]


def _csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows())


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in _rows():
        book.active.append(row)
    book.save(path)


@dataclass(frozen=True)
class Specimen:
    """How a format is written, and what it does not carry by itself."""

    write: Callable[[Path], None]
    crs: str = ""
    has_columns: bool = True


FORMATS: dict[str, Specimen] = {
    "a.gpkg": Specimen(_gdal),
    "a.shp": Specimen(_gdal),
    "a.gdb": Specimen(lambda path: _gdal(path, driver="OpenFileGDB", layer="DLTB")),
    "a.geojson": Specimen(_gdal),
    "a.geojsonl": Specimen(_geojson_lines),
    "a.topojson": Specimen(_topojson, crs="EPSG:4326"),
    "a.fgb": Specimen(_gdal),
    "a.parquet": Specimen(lambda path: frame().to_parquet(path)),
    "checked.parquet": Specimen(
        lambda path: frame().to_parquet(path, write_page_checksum=True, compression="none")
    ),
    "a.kml": Specimen(_kml),
    "a.dxf": Specimen(_dxf, crs=CRS, has_columns=False),
    "a.csv": Specimen(_csv, crs=CRS),
    "a.xlsx": Specimen(_xlsx, crs=CRS),
    "a.kmz": Specimen(_zipped("a.kml")),
    "a.zip": Specimen(_zipped("a.shp")),
}


def load(path: Path, name: str, reader: Reader, ground: Ground, *, sha256: str = "") -> Layer:
    """Load a specimen (or what is left of it) under the contract."""
    specimen = FORMATS[name]
    role = built_in_roles()["farmland"]
    named = {"id_column": "code", "name_column": "name", "columns": ("ha",)}
    spec = LayerSpec(
        "layer", role, role.title, path, crs=specimen.crs, sha256=sha256,
        **(named if specimen.has_columns else {}),
    )  # fmt: skip
    return load_layer(spec, reader, ground)


def content(layer: Layer) -> list[tuple[object, ...]]:
    """Return every value and coordinate of a layer that can be used."""
    assert layer.frame is not None
    table = layer.frame
    values = [table[name].tolist() for name in table.columns if name != "geometry"]
    return list(zip(table.geometry.to_wkb().tolist(), *values, strict=True))


def is_told(layer: Layer) -> bool:
    """True when the contract fails or lists refused rows: nothing reads as clear of it."""
    return layer.contract.status is not LoadStatus.PASSED


def files_of(path: Path) -> list[Path]:
    """Return the files of a data set, of a fixed order."""
    if path.is_dir():
        return sorted(part for part in path.iterdir() if part.is_file())
    if path.suffix == ".shp":
        return sorted(path.parent.glob(f"{path.stem}.*"))
    return [path]
