"""Vector tables as text: GeoJSON, GeoJSON sequence, KML, CSV with WKT."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from siting.crs import VIEWING_CRS, crs_label, parse_crs
from siting.errors import Where, WriteError
from siting.save.atomic import write_bytes, write_text
from siting.save.fields import plain, plain_columns, without_formula
from siting.save.tables import DEGREE_DECIMALS, geojson_features

if TYPE_CHECKING:
    import geopandas as gpd

#: Column of the geometry in a CSV.
WKT_COLUMN = "WKT"
#: Characters that XML 1.0 has no way to write.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_KML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'


def _is_viewing(crs: str) -> bool:
    return parse_crs(crs) == parse_crs(VIEWING_CRS)


def write_geojson(path: Path, frame: gpd.GeoDataFrame, *, crs: str) -> None:
    """Write GeoJSON: RFC 7946 in WGS84, else with the old ``crs`` member and full precision.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`; also for a CRS that has no code.
    """
    if _is_viewing(crs):
        head = '{"type":"FeatureCollection",\n"features":[\n'
        features = geojson_features(frame, crs=crs)
    else:
        member = {"type": "name", "properties": {"name": _urn(path, crs)}}
        text = json.dumps(member, separators=(",", ":"))
        head = f'{{"type":"FeatureCollection",\n"crs":{text},\n"features":[\n'
        features = list(_features(frame))
    body = ",\n".join(_line(feature) for feature in features)
    write_text(path, f"{head}{body}\n]}}\n")


def _urn(path: Path, crs: str) -> str:
    authority = parse_crs(crs).to_authority()
    if authority is None:
        raise WriteError(
            "GeoJSON names a CRS by its code, and this one has none",
            where=Where(file=str(path)),
            expected="for example EPSG:4547",
            found=crs_label(crs),
            next_step="choose GeoPackage, or --to-crs",
        )
    return f"urn:ogc:def:crs:{authority[0]}::{authority[1]}"


def _features(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    columns = plain_columns(frame)
    shapes = frame.geometry.to_numpy()
    for row, shape in enumerate(shapes):
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        values = {name: column[row] for name, column in columns.items()}
        yield {"type": "Feature", "properties": values, "geometry": geometry}


def _line(feature: dict[str, Any]) -> str:
    return json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def geojson_lines(frame: gpd.GeoDataFrame, *, crs: str) -> Iterator[str]:
    """Yield one GeoJSON feature a line (newline-delimited GeoJSONSeq), in WGS84."""
    for feature in geojson_features(frame, crs=crs):
        yield _line(feature) + "\n"


def write_geojson_lines(path: Path, frame: gpd.GeoDataFrame, *, crs: str) -> None:
    """Write newline-delimited GeoJSON in WGS84, 9 decimals.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    write_text(path, "".join(geojson_lines(frame, crs=crs)))


def write_csv(path: Path, frame: gpd.GeoDataFrame, *, encoding: str = "") -> None:
    """Write a CSV with a WKT column first; coordinates in full precision.

    Texts that a spreadsheet would run as a formula get ``'`` before them.

    Parameters
    ----------
    path
        The file to write.
    frame
        Geometries in the CRS that the reader will have to be told.
    encoding
        UTF-8 with byte order mark when empty, so that spreadsheets read it right.

    Raises
    ------
    WriteError
        Also for a character that the encoding lacks.
    """
    columns = plain_columns(frame)
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([WKT_COLUMN, *(without_formula(name) for name in columns)])
    wkt = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1, trim=True)
    for row, text in enumerate(np.atleast_1d(wkt)):
        values = (without_formula(column[row]) for column in columns.values())
        writer.writerow([text or "", *("" if value is None else value for value in values)])
    write_bytes(path, encoded(sink.getvalue(), encoding or "utf-8-sig", path))


def encoded(text: str, encoding: str, path: Path) -> bytes:
    """Return a text in an encoding; a character that it lacks is an error, never a mark.

    Raises
    ------
    WriteError
        With the character, or when there is no such encoding.
    """
    try:
        return text.encode(encoding)
    except (UnicodeEncodeError, LookupError) as error:
        sign = f" '{text[error.start]}'" if isinstance(error, UnicodeEncodeError) else ""
        raise WriteError(
            f"the texts cannot be written in {encoding}",
            where=Where(file=str(path)),
            found=f"{error.__class__.__name__}{sign}",
            next_step="choose --encoding utf-8 or gb18030",
        ) from error


def write_kml(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write a KML: one placemark a row, attributes as ExtendedData; WGS84, 9 decimals.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    write_text(path, kml_text(frame, title=path.stem))


def kml_text(frame: gpd.GeoDataFrame, *, title: str) -> str:
    """Return the KML document of a table in WGS84; see :func:`write_kml`."""
    columns = plain_columns(frame)
    lines = [_KML_HEAD, f"<Document><name>{_xml(title)}</name>\n"]
    for row, shape in enumerate(frame.geometry.to_numpy()):
        values = {name: column[row] for name, column in columns.items()}
        lines.append(_placemark(values, shape))
    lines.append("</Document></kml>\n")
    return "".join(lines)


def _xml(value: object) -> str:
    return escape(_NO_XML.sub(" ", str(value)))


def _placemark(values: dict[str, object], shape: shapely.Geometry | None) -> str:
    head = "".join(
        f"<{tag}>{_xml(values[tag])}</{tag}>"
        for tag in ("name", "description")
        if values.get(tag) is not None
    )
    data = "".join(
        f"<Data name={quoteattr(_NO_XML.sub(' ', name))}><value>{_xml(plain(value))}</value></Data>"
        for name, value in values.items()
        if name not in ("name", "description") and value is not None
    )
    extended = f"<ExtendedData>{data}</ExtendedData>" if data else ""
    geometry = "" if shape is None else _kml_shape(shape)
    return f"<Placemark>{head}{extended}{geometry}</Placemark>\n"


def _kml_shape(shape: shapely.Geometry) -> str:
    if isinstance(shape, shapely.Polygon):
        holes = "".join(
            f"<innerBoundaryIs>{_kml_line(ring, 'LinearRing')}</innerBoundaryIs>"
            for ring in shape.interiors
        )
        outer = _kml_line(shape.exterior, "LinearRing")
        return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"
    if isinstance(shape, shapely.Point):
        return _kml_line(shape, "Point")
    if isinstance(shape, shapely.LineString):
        return _kml_line(shape, "LineString")
    parts = "".join(_kml_shape(part) for part in shapely.get_parts(shape))
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _kml_line(shape: shapely.Geometry, tag: str) -> str:
    points = shapely.get_coordinates(shape).tolist()
    text = " ".join(f"{x:.{DEGREE_DECIMALS}f},{y:.{DEGREE_DECIMALS}f}" for x, y in points)
    return f"<{tag}><coordinates>{text}</coordinates></{tag}>"
