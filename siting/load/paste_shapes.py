"""Pasted WKT and GeoJSON -> shapes. X is east in both (RFC 7946; OGC simple features)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.errors import CRSMismatchError, MissingCRSError, ReadError, Where
from siting.load.contract import GEOJSON_CRS, is_same_crs
from siting.load.txt_crs import MOST_DEGREES
from siting.load.words import say

#: What stands for the file's name in ids and messages.
PASTED = "paste"
_WKT = re.compile(
    r"(?:SRID\s*=\s*([0-9]{4,6})\s*;\s*)?"
    r"\b((?:MULTI)?POLYGON|GEOMETRYCOLLECTION|(?:MULTI)?LINESTRING|(?:MULTI)?POINT)\b",
    re.IGNORECASE,
)
_LEAST_POSITIONS = 4


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """One pasted geometry, or the reason why there is none."""

    row: int
    name: str
    project_id: str
    geometry: BaseGeometry | None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Shapes:
    """The geometries of a pasted text and their CRS."""

    items: tuple[Shape, ...]
    crs: str


class ShapeError(Exception):
    """A GeoJSON geometry that is no area; the text says why."""


def is_geojson(content: str) -> bool:
    """True for the text of a JSON object."""
    return content.startswith("{")


def is_wkt(content: str) -> bool:
    """True for a text that begins with the word of a WKT geometry."""
    return _WKT.match(content) is not None


def shapes_of_wkt(content: str, crs: str) -> Shapes:
    """Return the geometries of one or more WKT texts.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        No CRS given and no SRID, or two different ones.
    """
    starts = list(_WKT.finditer(content))
    if content[: starts[0].end()].upper().endswith("GEOMETRYCOLLECTION"):
        starts = starts[:1]
    ends = [*(match.start() for match in starts[1:]), len(content)]
    own = {f"EPSG:{match[1]}" for match in starts if match[1]}
    settled = _settled(crs, own)
    if not settled:
        raise _missing_crs()
    items = tuple(
        _wkt_shape(row, content[match.start(2) : end].strip(" \t\r\n;,"))
        for row, (match, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
    return Shapes(items, settled)


def _wkt_shape(row: int, text: str) -> Shape:
    try:
        with np.errstate(all="ignore"):
            geometry = shapely.force_2d(shapely.from_wkt(text))
    except (shapely.errors.ShapelyError, ValueError) as error:
        return Shape(row, "", "", None, say("不是有效的 WKT", "no valid WKT") + f" ({error})")
    if geometry.geom_type not in {"Polygon", "MultiPolygon"} or shapely.is_empty(geometry):
        return Shape(row, "", "", None, _no_area(geometry.geom_type))
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return Shape(row, "", "", None, say("坐标不是数字", "coordinates that are no numbers"))
    return Shape(row, "", "", geometry)


def shapes_of_geojson(content: str, crs: str) -> Shapes:
    """Return the geometries of a GeoJSON text: a geometry, a Feature or a FeatureCollection.

    Without a declared CRS and a ``crs`` member the coordinates are WGS84 (RFC 7946), unless
    they cannot be degrees.

    Raises
    ------
    ReadError
        When it is no JSON, or holds no feature.
    MissingCRSError, CRSMismatchError
        Metres without a CRS, or two different ones.
    """
    document = _loaded(content)
    features = _features(document)
    items = tuple(_feature_shape(row, feature) for row, feature in enumerate(features, start=1))
    if not items:
        raise ReadError(
            say("GeoJSON 中没有要素", "there is no feature in the GeoJSON"),
            where=Where(file=PASTED),
            expected="Polygon, MultiPolygon",
            next_step=say("粘贴含面的 GeoJSON", "paste GeoJSON with areas"),
        )
    settled = _settled(crs, _crs_member(document))
    shapes = [item.geometry for item in items if item.geometry is not None]
    if not settled and shapes and abs(shapely.total_bounds(shapes)).max() > MOST_DEGREES:
        raise _missing_crs()
    return Shapes(items, settled or GEOJSON_CRS)


def _loaded(content: str) -> Mapping[str, object]:
    try:
        document = json.loads(content)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ReadError(
            say("不是有效的 JSON", "it is no valid JSON"),
            where=Where(file=PASTED, feature=place),
            expected="GeoJSON",
            found=str(error),
            next_step=say("重新复制全部文本", "copy the whole text again"),
        ) from error
    return document if isinstance(document, dict) else {}


def _features(document: Mapping[str, object]) -> list[Mapping[str, object]]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        listed = document.get("features")
        entries = listed if isinstance(listed, list) else []
        return [entry if isinstance(entry, dict) else {} for entry in entries]
    if kind == "Feature":
        return [document]
    return [{"geometry": document}] if "coordinates" in document else []


def _crs_member(document: Mapping[str, object]) -> set[str]:
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return {name} if isinstance(name, str) and name else set()


def _feature_shape(row: int, feature: Mapping[str, object]) -> Shape:
    properties = feature.get("properties")
    values = properties if isinstance(properties, dict) else {}
    name = _text(values, ("id", "name", "编号", "地块编号", "DKBH"))
    project = _text(values, ("project_id", "XMDM", "项目代码", "项目编号"))
    try:
        geometry, note = _geometry(feature.get("geometry"))
    except ShapeError as error:
        return Shape(row, name, project, None, str(error))
    return Shape(row, name, project, geometry, note=note)


def _text(values: Mapping[str, object], keys: Sequence[str]) -> str:
    found = (values[key] for key in keys if isinstance(values.get(key), str | int))
    return str(next(found, "")).strip()


def _geometry(member: object) -> tuple[BaseGeometry, str]:
    content = member if isinstance(member, dict) else {}
    kind, coordinates = content.get("type"), content.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise ShapeError(_no_area(str(kind or "null")))
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        raise ShapeError(say("坐标为空", "no coordinates"))
    notes: list[str] = []
    polygons = [_polygon(part, notes) for part in parts]
    whole = polygons[0] if kind == "Polygon" else shapely.MultiPolygon(polygons)
    return whole, notes[0] if notes else ""


def _polygon(part: object, notes: list[str]) -> shapely.Polygon:
    if not isinstance(part, list) or not part:
        raise ShapeError(say("坐标为空", "no coordinates"))
    rings = [_ring(ring, notes) for ring in part]
    return shapely.Polygon(rings[0], rings[1:])


def _ring(ring: object, notes: list[str]) -> list[tuple[float, float]]:
    if not isinstance(ring, list):
        raise ShapeError(say("坐标层次不对", "coordinates are nested in another way"))
    corners = [_position(position) for position in ring]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
        notes.append(say("环未闭合，已闭合", "an open ring was closed"))
    if len(corners) < _LEAST_POSITIONS or len(set(corners)) < _LEAST_POSITIONS - 1:
        raise ShapeError(say("环不足 3 个点", "a ring of fewer than 3 corners"))
    return corners


def _position(position: object) -> tuple[float, float]:
    if isinstance(position, list) and len(position) > 1:
        first, second = position[:2]
        if _is_number(first) and _is_number(second):
            return float(first), float(second)
    raise ShapeError(say("坐标不是数字", "a position that is no pair of numbers"))


def _is_number(value: object) -> bool:
    """True for a finite number of a size that coordinates have; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _settled(declared: str, own: set[str]) -> str:
    """Return the one CRS of text and caller, or an empty text for none."""
    names = sorted(own | ({declared} if declared else set()))
    for other in names[1:]:
        if not is_same_crs(names[0], other):
            raise CRSMismatchError(
                say("文本自述的坐标系与给定的不一致", "text and caller name two CRSs"),
                where=Where(file=PASTED),
                expected=declared or names[0],
                found=other,
                next_step=say("核对坐标系", "check the CRS"),
            )
    return names[0] if names else ""


def _missing_crs() -> MissingCRSError:
    return MissingCRSError(
        say("粘贴的坐标没有坐标系", "the pasted coordinates bear no CRS"),
        where=Where(file=PASTED),
        expected="EPSG:4547, EPSG:4490 (CGCS2000), EPSG:4326 (WGS84)",
        next_step=say(
            "用 --crs 给出；高德、腾讯、百度地图的坐标不是 CGCS2000，须先转换",
            "give it with --crs; coordinates of web maps (GCJ-02, BD-09) must be converted first",
        ),
    )


def missing_crs() -> MissingCRSError:
    """Return the error of pasted coordinates whose CRS nobody says."""
    return _missing_crs()


def _no_area(kind: str) -> str:
    return say(f"{kind} 不是面", f"{kind} is no area")
