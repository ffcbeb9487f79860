"""``manifest.json``: what lies in a package, what it rests on, and what was not checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siting.crs import VIEWING_CRS, crs_label, parse_crs
from siting.handover.cells import Material
from siting.handover.tables import gaps_of
from siting.measure import ELLIPSOIDAL_METHODS
from siting.model import Input, LoadStatus, Release, Text

FORMAT = "siting-handover"
FORMAT_VERSION = 1
OFFICIAL = ("redlines.gpkg", "redlines.txt", "plan.txt")
"""The official copies; everything else in a package is for viewing."""

_AXES = Text(
    "GeoPackage 中坐标次序为东坐标、北坐标（经度方向在前）；TXT 中 X 为北坐标、Y 为东坐标；"
    "GeoJSON 为经度、纬度。",
    "GeoPackage: easting, northing. TXT: X is northing, Y is easting. "
    "GeoJSON: longitude, latitude.",
)
_OFFICIAL_NOTE = Text(
    "GeoPackage 与 TXT 为正式成果坐标；DXF 与 shapefile 坐标相同、属性从略；"
    "GeoJSON 与地图为查看副本，不作为法定依据。",
    "GeoPackage and TXT are the official coordinates; DXF and shapefile have the same coordinates "
    "and fewer attributes; GeoJSON and map are viewing copies without legal force.",
)


def manifest(
    material: Material,
    *,
    files: Mapping[str, dict[str, Any]],
    plan: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the manifest of one package as JSON values.

    Parameters
    ----------
    material
        What the package is made of, with the identity of the whole run.
    files
        For each file of the package what :func:`file_entry` says of it.
    plan
        What is to be told of the plan, or why it is missing; None where nobody asked for one.
    """
    part, report, city = material.part, material.subject.report, material.subject.city
    inputs = [_input(item) for item in report.inputs]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "city": text_entry(report.city),
        "district": {"code": part.code, "name": part.name},
        "as_of": report.as_of.isoformat(),
        "report_identity": material.identity,
        "secrecy_mark": city.secrecy_mark,
        "crs": {
            "official": crs_label(report.crs),
            "official_wkt": parse_crs(report.crs).to_wkt(),
            "viewing": VIEWING_CRS,
            "axes": text_entry(_AXES),
        },
        "area_of_record": report.area_of_record,
        "ellipsoidal_method": ELLIPSOIDAL_METHODS[report.area_of_record],
        "official_files": [name for name in OFFICIAL if name in files],
        "official_note": text_entry(_OFFICIAL_NOTE),
        "rule_book": {"name": report.rule_book, "sha256": report.rule_book_sha256},
        "versions": dict(report.versions),
        "inputs": inputs,
        "layers_not_checked": [entry for entry in inputs if entry["status"] != LoadStatus.PASSED],
        "not_checked": [{"rule": code, **text_entry(gap)} for code, gap in gaps_of(part.verdicts)],
        "projects_without_site": [
            {"project_id": search.project_id, **text_entry(search.blocked_by or Text(""))}
            for search in sorted(material.subject.searches, key=lambda search: search.project_id)
            if search.project_id in part.own_projects and not search.suggestions
        ],
        "layers_without_geometry": sorted(
            item.name for item in report.inputs if item.release is Release.TABLE_ONLY
        ),
        "plan": None if plan is None else dict(plan),
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
        "title": text_entry(item.title),
        "status": str(item.contract.status),
        "problems": list(item.contract.problems),
        "authority": item.source.authority,
        "dated": item.source.dated.isoformat() if item.source.dated else None,
        "sha256": item.source.sha256,
        "release": str(item.release),
    }


def text_entry(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": text.get("zh"), "en": text.get("en")}
