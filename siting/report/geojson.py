"""Findings as GeoJSON, for a first look in any GIS; obeys the layers' ``release``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import shapely

from siting.crs import crs_label, to_viewing
from siting.model import Band, Finding, Release, Report
from siting.report.identity import identity, rounded
from siting.report.outlook import band_of

#: Decimals of a degree in viewing copies: 7 are 1.5 m² off on 9 ha, 9 are 0.1 mm.
VIEWING_DECIMALS = 9


def shown_geometry(finding: Finding, releases: Mapping[str, Release]) -> shapely.Geometry | None:
    """Return the piece of a finding, or None where its layer is ``table_only``.

    A finding that lies on no layer (the red line itself, another red line) may be shown.
    """
    names = finding.layer.split("+") if finding.layer else []
    is_withheld = any(releases.get(name) is Release.TABLE_ONLY for name in names)
    return None if is_withheld else finding.geometry


def findings_geojson(report: Report) -> dict[str, Any]:
    """Return all findings as an RFC 7946 FeatureCollection in WGS84 (a viewing copy).

    A finding of a ``table_only`` layer keeps its row, its geometry is null.
    """
    releases = {entry.name: entry.release for entry in report.inputs}
    shapes = to_viewing([shown_geometry(f, releases) for f in report.findings], report.crs)
    return {
        "type": "FeatureCollection",
        "identity": identity(report),
        "note": f"viewing copy in WGS84; coordinates of record are in {crs_label(report.crs)}",
        "features": [
            _feature(finding, shape) for finding, shape in zip(report.findings, shapes, strict=True)
        ],
    }


def _band_figures(band: Band | None) -> dict[str, Any]:
    """Return a band as properties ``band_…``, all null where there is none: GIS have no nesting."""
    said = band_of(band) or {}
    names = ("sigma_m", "area_m2_min", "area_m2_max", "certainty")
    return {f"band_{name}": said.get(name) for name in names}


def _feature(finding: Finding, shape: shapely.Geometry | None) -> dict[str, Any]:
    geometry = None
    if shape is not None and not shapely.is_empty(shape):
        oriented = shapely.orient_polygons(shape)
        geometry = json.loads(
            shapely.to_geojson(shapely.transform(oriented, lambda xy: xy.round(VIEWING_DECIMALS)))
        )
    return {
        "type": "Feature",
        "id": finding.id,
        "geometry": geometry,
        "properties": {
            "project_id": finding.project_id,
            "red_line_id": finding.red_line_id,
            "code": finding.code,
            "severity": str(finding.severity),
            "layer": finding.layer,
            "feature_id": finding.feature_id,
            "feature_name": finding.feature_name,
            "measure": rounded(finding.measure),
            "unit": finding.unit,
            "area_m2": rounded(finding.area_m2),
            "sliver": finding.is_sliver,
            **_band_figures(finding.band),
            "message": finding.message.get("zh"),
            "message_en": finding.message.get("en"),
        },
    }
