"""``manifest.json``: what lies in a package, what it rests on, and what was not checked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from siting.city import City
from siting.crs import VIEWING_CRS, crs_label, parse_crs
from siting.handover.selection import DistrictPart
from siting.handover.tables import gaps_of
from siting.measure import ELLIPSOIDAL_METHODS
from siting.model import Input, LoadStatus, Release, Report, Search, Text
from siting.report import identity

FORMAT = "siting-handover"
FORMAT_VERSION = 1
OFFICIAL = ("redlines.gpkg", "redlines.txt")
"""The official copies; everything else in a package is for viewing."""

_AXES = Text(
    "GeoPackage 中坐标次序为东坐标、北坐标（经度方向在前）；TXT 中 X 为北坐标、Y 为东坐标；"
    "GeoJSON 为经度、纬度。",
    "GeoPackage: easting, northing. TXT: X is northing, Y is easting. "
    "GeoJSON: longitude, latitude.",
)
_OFFICIAL_NOTE = Text(
    "redlines.gpkg 与 redlines.txt 为正式成果坐标；DXF 与 shapefile 坐标相同、属性从略；"
    "GeoJSON 与地图为查看副本，不作为法定依据。",
    "redlines.gpkg and redlines.txt are the official coordinates; DXF and shapefile have the same "
    "coordinates and fewer attributes; GeoJSON and map are viewing copies without legal force.",
)


def manifest(
    part: DistrictPart,
    report: Report,
    searches: Sequence[Search],
    *,
    city: City,
    as_of: dt.date,
    files: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """Return the manifest of one package as JSON values.

    Parameters
    ----------
    part, report, searches, city, as_of
        As in :func:`siting.handover.write_packages`.
    files
        For each file of the package what :func:`file_entry` says of it.
    """
    inputs = [_input(item) for item in report.inputs]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "city": _text(report.city),
        "district": {"code": part.code, "name": part.name},
        "as_of": as_of.isoformat(),
        "report_identity": identity(report),
        "secrecy_mark": city.secrecy_mark,
        "crs": {
            "official": crs_label(report.crs),
            "official_wkt": parse_crs(report.crs).to_wkt(),
            "viewing": VIEWING_CRS,
            "axes": _text(_AXES),
        },
        "area_of_record": report.area_of_record,
        "ellipsoidal_method": ELLIPSOIDAL_METHODS[report.area_of_record],
        "official_files": list(OFFICIAL),
        "official_note": _text(_OFFICIAL_NOTE),
        "rule_book": {"name": report.rule_book, "sha256": report.rule_book_sha256},
        "versions": dict(report.versions),
        "inputs": inputs,
        "layers_not_checked": [entry for entry in inputs if entry["status"] != LoadStatus.PASSED],
        "not_checked": [{"rule": code, **_text(gap)} for code, gap in gaps_of(part.verdicts)],
        "projects_without_site": [
            {"project_id": search.project_id, **_text(search.blocked_by or Text(""))}
            for search in sorted(searches, key=lambda search: search.project_id)
            if search.project_id in part.own_projects and not search.suggestions
        ],
        "layers_without_geometry": sorted(
            item.name for item in report.inputs if item.release is Release.TABLE_ONLY
        ),
        "files": [{"path": name, **files[name]} for name in sorted(files)],
    }


def file_entry(path: Path, *, rows: Mapping[str, int] | int | None) -> dict[str, Any]:
    """Return sha256, size and rows of a written file.

    Parameters
    ----------
    path
        The file, complete.
    rows
        Rows of the file, or by table; None for what has no rows.
    """
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "rows": dict(rows) if isinstance(rows, Mapping) else rows,
        "official": path.name in OFFICIAL,
    }


def _input(item: Input) -> dict[str, Any]:
    return {
        "name": item.name,
        "role": item.role,
        "title": _text(item.title),
        "status": str(item.contract.status),
        "problems": list(item.contract.problems),
        "authority": item.source.authority,
        "dated": item.source.dated.isoformat() if item.source.dated else None,
        "sha256": item.source.sha256,
        "release": str(item.release),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}
