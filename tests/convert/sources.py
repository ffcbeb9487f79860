"""The same three plots in every format, written without siting; and read back without it."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pyproj
import shapely
from ezdxf.filemanagement import new, readfile

CRS = "EPSG:4547"
DEGREES = "EPSG:4326"
EAST, NORTH = 380_000.0, 2_560_000.0
IDS = ["P-1", "P-2", "P-3"]
NAMES = ["甲地块", "滘口“二”号", "丙 & <丁>"]


def plots() -> list[shapely.Polygon]:
    """A plot with a hole, a triangle, an angle; corners on whole centimetres."""
    rings = [
        ([(0, 0), (100.12, 0), (100, 100.06), (0, 100)], [(20, 20), (20, 40), (40.5, 40)]),
        ([(200, 0), (250, 0), (225, 43.3)], []),
        ([(300, 0), (360, 0), (360, 20), (320, 20), (320, 80), (300, 80)], []),
    ]
    made = [shapely.Polygon(outer, [hole] if hole else None) for outer, hole in rings]
    return [shapely.transform(one, lambda xy: xy + np.array([EAST, NORTH])) for one in made]


def in_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    move = pyproj.Transformer.from_crs(CRS, DEGREES, always_xy=True).transform
    return shapely.transform(shape, move, interleaved=False)


def in_metres(shape: shapely.Geometry) -> shapely.Geometry:
    move = pyproj.Transformer.from_crs(DEGREES, CRS, always_xy=True).transform
    return shapely.transform(shape, move, interleaved=False)


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": IDS, "名称": NAMES}, geometry=plots(), crs=CRS)


def rings_of(shape: shapely.Polygon) -> list[list[tuple[float, float]]]:
    return [[(x, y) for x, y in ring.coords] for ring in (shape.exterior, *shape.interiors)]


# ---------------------------------------------------------------------------- written


def by_gdal(path: Path) -> None:
    frame().to_file(path, engine="pyogrio")


def by_flatgeobuf(path: Path) -> None:
    # With an index the rows would come in another order.
    pyogrio.write_dataframe(frame(), path, driver="FlatGeobuf", SPATIAL_INDEX="NO")


def by_gdb(path: Path) -> None:
    pyogrio.write_dataframe(frame(), path, driver="OpenFileGDB", layer="DK", XYSCALE="1e6",
                            XORIGIN="-1e8", YORIGIN="-1e8")  # fmt: skip


def by_parquet(path: Path) -> None:
    frame().to_parquet(path)


def features() -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {"id": name, "名称": title},
            "geometry": json.loads(shapely.to_geojson(in_degrees(shape))),
        }
        for name, title, shape in zip(IDS, NAMES, plots(), strict=True)
    ]


def by_lines(path: Path) -> None:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in features()), encoding="utf-8")


def by_topology(path: Path) -> None:
    arcs: list[Any] = []
    geometries = []
    for one in features():
        numbers = []
        for ring in one["geometry"]["coordinates"]:
            numbers.append([len(arcs)])
            arcs.append(ring)
        geometries.append({"type": "Polygon", "arcs": numbers, "properties": one["properties"]})
    objects = {"plots": {"type": "GeometryCollection", "geometries": geometries}}
    content = {"type": "Topology", "objects": objects, "arcs": arcs}
    path.write_text(json.dumps(content), encoding="utf-8")


def kml_text() -> str:
    def line(ring: list[tuple[float, float]]) -> str:
        points = " ".join(f"{x:.12f},{y:.12f},0" for x, y in ring)
        return f"<LinearRing><coordinates>{points}</coordinates></LinearRing>"

    placemarks = []
    for name, title, shape in zip(IDS, NAMES, plots(), strict=True):
        outer, *holes = rings_of(in_degrees(shape))
        inner = "".join(f"<innerBoundaryIs>{line(hole)}</innerBoundaryIs>" for hole in holes)
        safe = title.replace("&", "&amp;").replace("<", "&lt;")
        placemarks.append(
            f"<Placemark><ExtendedData><Data name='id'><value>{name}</value></Data>"
            f"<Data name='名称'><value>{safe}</value></Data></ExtendedData>"
            f"<Polygon><outerBoundaryIs>{line(outer)}</outerBoundaryIs>{inner}</Polygon></Placemark>"
        )
    body = "".join(placemarks)
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


def by_kml(path: Path) -> None:
    path.write_text(kml_text(), encoding="utf-8")


def by_kmz(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", kml_text())


def by_zip(path: Path) -> None:
    folder = path.with_name("zipped")
    folder.mkdir()
    if ".gdb" in path.name:
        by_gdb(folder / "a.gdb")
    else:
        by_gdal(folder / "a.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.rglob("*")):
            archive.write(part, part.relative_to(folder))


def by_ezdxf(path: Path) -> None:
    drawing = new("R2010")
    drawing.header["$INSUNITS"] = 6
    for shape in plots():
        drawing.modelspace().add_lwpolyline(rings_of(shape)[0][:-1], close=True)
    drawing.saveas(path)


def by_txt(path: Path) -> None:
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格",
             "计量单位=米", "带号=38", "精度=0.001", "转换参数=,,,,,,", "[地块坐标]"]  # fmt: skip
    for name, title, shape in zip(IDS, NAMES, plots(), strict=True):
        rings = rings_of(shape)
        count = sum(len(ring) for ring in rings)
        lines.append(f"{count},{shape.area / 1e4:.4f},{name},{title},面,,,,@")
        for number, ring in enumerate(rings, start=1):
            lines.extend(f"J{at},{number},{y:.3f},{x:.3f}" for at, (x, y) in enumerate(ring, 1))
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def wkt_rows() -> list[list[str]]:
    rows = zip(IDS, NAMES, plots(), strict=True)
    return [["id", "名称", "WKT"], *([name, title, shape.wkt] for name, title, shape in rows)]


def vertex_rows() -> list[list[Any]]:
    rows: list[list[Any]] = [["地块编号", "圈号", "北坐标", "东坐标"]]
    for name, shape in zip(IDS, plots(), strict=True):
        for number, ring in enumerate(rings_of(shape), start=1):
            rows.extend([name, number, y, x] for x, y in ring)
    return rows


def by_csv(rows: Callable[[], list[list[Any]]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows())

    return write


def by_openpyxl(rows: Callable[[], list[list[Any]]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows():
            book.active.append(row)
        book.save(path)

    return write


#: Source -> how it is written, whether it carries its CRS (else which it is in), whether texts.
SOURCES: dict[str, tuple[Callable[[Path], None], str, bool]] = {
    "a.gpkg": (by_gdal, "", True),
    "a.gdb": (by_gdb, "", True),
    "a.gdb.zip": (by_zip, "", True),
    "a.shp": (by_gdal, "", True),
    "a.shp.zip": (by_zip, "", True),
    "a.geojson": (by_gdal, "", True),
    "a.geojsonl": (by_lines, "", True),
    "stdin": (by_lines, "", True),
    "a.topojson": (by_topology, DEGREES, True),
    "a.fgb": (by_flatgeobuf, "", True),
    "a.parquet": (by_parquet, "", True),
    "a.kml": (by_kml, "", True),
    "a.kmz": (by_kmz, "", True),
    "a.dxf": (by_ezdxf, CRS, False),
    "a.txt": (by_txt, "", False),
    "wkt.csv": (by_csv(wkt_rows), CRS, True),
    "points.csv": (by_csv(vertex_rows), CRS, False),
    "wkt.xlsx": (by_openpyxl(wkt_rows), CRS, True),
    "points.xlsx": (by_openpyxl(vertex_rows), CRS, False),
}

# ------------------------------------------------------------------------------- read

Found = tuple[list[shapely.Geometry], list[str], str]
"""Shapes in metres, the values of 名称 (none where the format has no room), and the CRS."""


def kml_names(path: Path) -> list[str]:
    """GDAL's KML driver shows only KML's own fields: the data are taken from the XML."""
    root = ET.parse(path).getroot()  # noqa: S314 - what the test itself had written
    data = [one for one in root.iter() if one.tag.endswith("}Data") and one.get("name") == "名称"]
    return ["".join(one.itertext()) for one in data]


def from_gdal(path: Path) -> Found:
    table = pyogrio.read_dataframe(path)
    shapes = [shapely.force_2d(one) for one in table.geometry]
    crs = f"EPSG:{table.crs.to_epsg()}"
    names = kml_names(path) if path.suffix == ".kml" else table.get("名称", pd.Series()).tolist()
    return [in_metres(one) for one in shapes] if crs == DEGREES else shapes, names, crs


def from_zip(path: Path) -> Found:
    folder = path.with_name(f"{path.name}.unpacked")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    (inner,) = [one for one in folder.iterdir() if one.suffix in (".shp", ".gdb", ".kml", ".gpkg")]
    return from_gdal(inner)


def from_parquet(path: Path) -> Found:
    table = gpd.read_parquet(path)
    names = table["名称"].tolist() if "名称" in table else []
    return table.geometry.tolist(), names, f"EPSG:{table.crs.to_epsg()}"


def from_dxf(path: Path) -> Found:
    space = readfile(path).modelspace()
    shapes = []
    for line in space.query("LWPOLYLINE"):
        assert line.closed
        shapes.append(shapely.Polygon([(x, y) for x, y in line.get_points("xy")]))
    return shapes, [], ""


def from_txt(path: Path) -> Found:
    plots_there: list[dict[str, list[tuple[float, float]]]] = []
    for line in path.read_bytes().decode("gb18030").split("\r\n"):
        fields = line.split(",")
        if line.endswith("@"):
            plots_there.append({})
        elif line.startswith("J"):
            point = (float(fields[3]), float(fields[2]))
            plots_there[-1].setdefault(fields[1], []).append(point)
    shapes = [shapely.Polygon(rings.pop("1"), list(rings.values())) for rings in plots_there]
    return shapes, [], ""


def _from_rows(rows: Iterator[Any]) -> Found:
    heading, *lines = [list(row) for row in rows]
    shapes = [shapely.from_wkt(line[heading.index("WKT")]) for line in lines]
    names = [line[heading.index("名称")] for line in lines] if "名称" in heading else []
    return shapes, names, ""


def from_csv(path: Path) -> Found:
    return _from_rows(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def from_xlsx(path: Path) -> Found:
    return _from_rows(openpyxl.load_workbook(path).active.iter_rows(values_only=True))


def from_lines(path: Path) -> Found:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    shapes = [in_metres(shapely.from_geojson(json.dumps(one["geometry"]))) for one in records]
    names = [one["properties"]["名称"] for one in records if "名称" in one["properties"]]
    return shapes, names, DEGREES


#: Target -> how it is read back, and how far (m) its coordinates may be off.
EXACT, NINE_DECIMALS, MILLIMETRE = 2e-6, 2e-4, 7.1e-4
TARGETS: dict[str, tuple[Callable[[Path], Found], float]] = {
    "b.gpkg": (from_gdal, EXACT),
    "b.gdb": (from_gdal, EXACT),
    "b.gdb.zip": (from_zip, EXACT),
    "b.gpkg.zip": (from_zip, EXACT),
    "b.shp": (from_gdal, EXACT),
    "b.zip": (from_zip, EXACT),
    "b.geojson": (from_gdal, EXACT),
    "b.geojsonl": (from_lines, NINE_DECIMALS),
    "stdout": (from_lines, NINE_DECIMALS),
    "b.fgb": (from_gdal, EXACT),
    "b.parquet": (from_parquet, EXACT),
    "b.kml": (from_gdal, NINE_DECIMALS),
    "b.kmz": (from_zip, NINE_DECIMALS),
    "b.dxf": (from_dxf, EXACT),
    "b.txt": (from_txt, MILLIMETRE),
    "b.csv": (from_csv, EXACT),
    "b.xlsx": (from_xlsx, EXACT),
}
