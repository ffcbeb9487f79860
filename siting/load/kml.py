"""KML: every placemark is a row, whatever folder it lies in; always WGS84, lon, lat.

Read by a parser of our own: GDAL's splits a file into layers by folder and kind and skips
placemarks without geometry. A DOCTYPE (entity bombs, XXE) is refused before any parsing.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.load.bulk import BulkReadError, Rows
from siting.load.counts import Count, CountError
from siting.load.encoding import decode_text
from siting.load.formats import GEOMETRY, VectorRequest
from siting.load.words import say

#: KML 2.2 §3.1: the CRS is WGS84, longitude before latitude.
KML_CRS = "EPSG:4326"
#: How deep elements may be nested; more would exhaust the stack.
MOST_DEPTH = 200
_PLACEMARK = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?Placemark[\s>/]")
_COMMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_DECLARED = re.compile(rb"""^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")


def count_kml(path: Path, _: str) -> Count:
    """Return the number of Placemark tags in the text, comments left out.

    Raises
    ------
    CountError
        When it is no text, or has a DOCTYPE.
    """
    text = _COMMENT.sub("", kml_text(path))
    notes: tuple[str, ...] = ()
    links = text.count("<NetworkLink")
    if links:
        notes = (say(f"{links} 个网络链接未读取", f"{links} network link(s) were not followed"),)
    return Count(len(_PLACEMARK.findall(text)), path.stem, notes)


def kml_text(path: Path) -> str:
    """Return the text of a KML file.

    Raises
    ------
    CountError
        An unknown encoding, or a DOCTYPE.
    """
    content = path.read_bytes()
    match = _DECLARED.match(content)
    try:
        text = content.decode(match[1].decode()) if match else decode_text(content)[0]
    except (UnicodeDecodeError, LookupError) as error:
        raise CountError(
            say(f"文本编码不明：{error}", f"unknown text encoding: {error}")
        ) from error
    text = text.removeprefix("\ufeff")
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise CountError(
            say("含有 DOCTYPE，出于安全不读取", "it has a DOCTYPE, which is refused for safety")
        )
    return text


def read_kml(request: VectorRequest) -> Rows:
    """Read all placemarks of a KML file.

    Raises
    ------
    BulkReadError
        When it is no well-formed XML or nested too deeply.
    """
    # Parsed from characters, so that the declared encoding cannot mislead the parser.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", kml_text(request.path))
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, hence no entities
    except ET.ParseError as error:
        raise BulkReadError(
            say(f"KML 不完整或有语法错误：{error}", f"the KML is cut short or broken: {error}")
        ) from error
    records: list[dict[str, str | bytes | None]] = []
    lost: list[tuple[int, str]] = []
    for folder, placemark in _placemarks(root, (), 0):
        record: dict[str, str | bytes | None] = {"folder": "/".join(folder)}
        record |= _attributes(placemark)
        record[GEOMETRY] = None
        try:
            shape = _geometry(placemark)
            record[GEOMETRY] = None if shape is None else shape.wkb
        except (ValueError, shapely.errors.ShapelyError) as error:
            reason = say(f"坐标无法读取：{error}", f"coordinates that cannot be read: {error}")
            lost.append((len(records) + 1, reason))
        records.append(record)
    names = list(dict.fromkeys(key for one in records for key in one))
    available = [name for name in names if name != GEOMETRY]
    columns = request.chosen(available)
    arrays = {name: pa.array([r.get(name) for r in records], pa.string()) for name in columns}
    shapes = pa.array([record[GEOMETRY] for record in records], pa.binary())
    return Rows(pa.table(arrays | {GEOMETRY: shapes}), KML_CRS, available, "KML", [], lost)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _placemarks(
    element: ET.Element, folder: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], ET.Element]]:
    if depth > MOST_DEPTH:
        raise BulkReadError(say("KML 嵌套过深", "the KML is nested too deeply"))
    for child in element:
        kind = _tag(child)
        if kind == "Placemark":
            yield folder, child
        elif len(child):
            name = _text(child, "name") if kind == "Folder" else ""
            yield from _placemarks(child, (*folder, name) if name else folder, depth + 1)


def _text(element: ET.Element, tag: str) -> str:
    for child in element:
        if _tag(child) == tag:
            return (child.text or "").strip()
    return ""


def _attributes(placemark: ET.Element) -> dict[str, str | bytes | None]:
    values: dict[str, str | bytes | None] = {}
    for tag in ("name", "description"):
        if text := _text(placemark, tag):
            values[tag] = text
    for element in placemark.iter():
        key = element.get("name", "")
        if key and _tag(element) == "Data":
            values[key] = _text(element, "value")
        elif key and _tag(element) == "SimpleData":
            values[key] = (element.text or "").strip()
    return values


def _geometry(placemark: ET.Element) -> BaseGeometry | None:
    shapes = [_shape(child) for child in placemark if _tag(child) in _SHAPES]
    return shapes[0] if shapes else None


def _shape(element: ET.Element) -> BaseGeometry:
    kind = _tag(element)
    if kind == "Polygon":
        return _polygon(element)
    if kind in ("MultiGeometry", "MultiTrack"):
        return _multi([_shape(child) for child in element if _tag(child) in _SHAPES])
    if kind == "Track":
        texts = [child.text or "" for child in element if _tag(child) == "coord"]
        points = _numbers(",".join(text.split()) for text in texts)
    else:
        points = _coordinates(element)
    return shapely.Point(points[0]) if kind == "Point" else shapely.LineString(points)


def _multi(shapes: list[BaseGeometry]) -> BaseGeometry:
    kinds = {shape.geom_type for shape in shapes}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon([one for one in shapes if isinstance(one, shapely.Polygon)])
    return shapely.GeometryCollection(shapes)


def _polygon(element: ET.Element) -> BaseGeometry:
    outer: list[NDArray[np.float64]] = []
    inner: list[NDArray[np.float64]] = []
    for boundary in element:
        rings = outer if _tag(boundary) == "outerBoundaryIs" else inner
        if _tag(boundary) in ("outerBoundaryIs", "innerBoundaryIs"):
            rings.extend(_coordinates(ring) for ring in boundary if _tag(ring) == "LinearRing")
    if len(outer) != 1:
        raise ValueError(say(f"{len(outer)} 个外环", f"{len(outer)} outer rings"))
    return shapely.Polygon(outer[0], inner)


def _coordinates(element: ET.Element) -> NDArray[np.float64]:
    # Some writers put blanks after the commas.
    text = re.sub(r"\s*,\s*", ",", _text(element, "coordinates"))
    return _numbers(text.split())


def _numbers(tuples: Iterator[str] | list[str]) -> NDArray[np.float64]:
    points = [[float(number) for number in one.split(",")[:2]] for one in tuples]
    if not points or any(len(point) != 2 for point in points):
        raise ValueError(say("坐标为空或不全", "no coordinates, or incomplete ones"))
    return np.array(points, dtype=np.float64)
