"""The tables of a package: built new, column by column, from an allow-list.

Nothing is copied and then deleted: a column that is not named here does not leave the house.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.handover.outlook import band_columns, near_columns, way_columns
from siting.handover.selection import DistrictPart, Offer
from siting.mapping.release import Scope, is_drawable, parcel_release, release_of
from siting.mapping.repairs import repair_release, takes_land_outside
from siting.model import (
    Atlas,
    Finding,
    Project,
    RedLineResult,
    Release,
    Repair,
    RepairSearch,
    Report,
    Text,
    Verdict,
    narrowest,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

RED_LINE_COLUMNS = (
    "red_line_id", "project_id", "project_name", "project_stage", "project_form", "project_use",
    "version", "source", "outcome", "is_incomplete", "worst_severity", "area_m2",
    "area_ellipsoidal_m2", "area_declared_m2", "area_in_district_m2", "conflict_area_m2",
    "findings_elsewhere", "not_checked_zh", "not_checked_en", "is_valid", "validity", "notes",
    "near_zh", "near_en", "blocked_by", "freed_m2", "path_zh", "path_en",
)  # fmt: skip
"""Columns of ``redlines``; one row per red line, sorted by id. Areas in m²."""

FINDING_COLUMNS = (
    "finding_id", "red_line_id", "project_id", "code", "severity", "layer", "feature_id",
    "feature_name", "measure", "unit", "limit", "area_m2", "area_ellipsoidal_m2",
    "mean_width_m", "is_sliver", "is_disputed", "exceptions", "message_zh", "message_en",
    "way_out", "way_out_zh", "way_out_en", "office_zh", "office_en", "papers", "geometry_state",
    "certainty", "sigma_m", "area_m2_min", "area_m2_max", "band_missing_zh", "band_missing_en",
)  # fmt: skip
"""Columns of ``findings``; one row per finding, sorted by red line and id."""

SUGGESTION_COLUMNS = (
    "project_id", "rank", "project_name", "site_district", "site_id", "parcel_ids", "area_m2",
    "area_ellipsoidal_m2", "score", "contributions", "resolves", "remains", "not_checked",
    "distance_m", "site_attributes", "why_zh", "why_en", "geometry_state",
    "kind", "classes", "must_acquire", "owners", "lane_m2", "least_width_m", "frontage_m",
    "compactness",
)  # fmt: skip
"""Columns of ``suggestions``; one row per project and rank."""

REPAIR_COLUMNS = (
    "red_line_id", "project_id", "rank", "way", "area_m2", "area_lost_m2", "area_gained_m2",
    "moved_m", "turned_deg", "min_width_m", "frontage_m", "compactness", "vertices_moved",
    "is_exact", "gap_m", "resolves", "remains", "introduces", "not_checked", "parcels_left",
    "parcels_added", "takes", "street_m2", "says_zh", "says_en", "geometry_state",
)  # fmt: skip
"""Columns of ``repairs``; one row per red line and rank."""

#: Values of ``geometry_state``.
AS_FOUND, CLIPPED, WITHHELD, ELSEWHERE, NO_GEOMETRY = (
    "as_found", "clipped_to_district", "withheld", "in_other_district", "none",
)  # fmt: skip
#: Areas and widths are written to the square millimetre, so that equal runs give equal bytes.
_DECIMALS = 6

Row = dict[str, Any]


def tables_of(part: DistrictPart, report: Report, atlas: Atlas) -> dict[str, gpd.GeoDataFrame]:
    """Return the tables of a package by name, ``repairs`` only where the report bears any.

    Parameters
    ----------
    part, report, atlas
        See :func:`finding_table`.
    """
    tables = {
        "redlines": red_line_table(part, report),
        "findings": finding_table(part, report, atlas),
        "suggestions": suggestion_table(part, report, atlas),
    }
    if report.repairs is not None:
        tables["repairs"] = repair_table(part, report, atlas)
    return tables


def red_line_table(part: DistrictPart, report: Report) -> gpd.GeoDataFrame:
    """Return the red lines of a district as delivered, invalid ones flagged in ``validity``.

    Parameters
    ----------
    part
        The district's part; geometry in ``report.crs``, which the table bears.
    report
        For the projects' names.
    """
    projects = {project.id: project for project in report.projects}
    rows = [
        _red_line_row(result, share_m2, part, projects.get(result.red_line.project_id))
        for result, share_m2 in zip(part.results, part.shares_m2, strict=True)
    ]
    geometries = [result.red_line.geometry for result in part.results]
    return table_frame(rows, geometries, RED_LINE_COLUMNS, report.crs)


def _red_line_row(
    result: RedLineResult, share_m2: float, part: DistrictPart, project: Project | None
) -> Row:
    red_line = result.red_line
    gaps = gaps_of(verdict for verdict in part.verdicts if verdict.red_line_id == red_line.id)
    return {
        "red_line_id": red_line.id,
        "project_id": red_line.project_id,
        "project_name": project.name if project else "",
        "project_stage": project.stage if project else "",
        "project_form": str(project.form) if project else "",
        "project_use": project.use if project else "",
        "version": red_line.version,
        "source": PurePath(red_line.source.replace("\\", "/")).name,
        "outcome": str(result.outcome),
        "is_incomplete": result.is_incomplete,
        "worst_severity": str(result.worst_severity or ""),
        "area_m2": rounded(result.area_m2),
        "area_ellipsoidal_m2": rounded(result.area_ellipsoidal_m2),
        "area_declared_m2": rounded(red_line.declared_area_m2),
        "area_in_district_m2": rounded(share_m2),
        "conflict_area_m2": rounded(result.conflict_area_m2),
        "findings_elsewhere": part.findings_elsewhere.get(red_line.id, 0),
        "not_checked_zh": "；".join(f"{code}：{gap.get('zh')}" for code, gap in gaps),
        "not_checked_en": "; ".join(f"{code}: {gap.get('en')}" for code, gap in gaps),
        "is_valid": bool(shapely.is_valid(red_line.geometry)),
        "validity": str(shapely.is_valid_reason(red_line.geometry)),
        "notes": "; ".join(red_line.notes),
        **near_columns(part, red_line.id),
        **way_columns(result),
    }


def gaps_of(verdicts: Iterable[Verdict]) -> list[tuple[str, Text]]:
    """Return (rule code, what was not checked) for each gap of the verdicts, each once."""
    pairs = {(item.code, gap.zh, gap.en): gap for item in verdicts for gap in item.gaps}
    return [(key[0], pairs[key]) for key in sorted(pairs)]


def finding_table(part: DistrictPart, report: Report, atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the findings that lie in a district; null geometry where ``release`` withholds it.

    ``table_only`` layers give no geometry; ``district`` layers give what lies in the
    district; wider ones give it as found. ``geometry_state`` says which.

    Parameters
    ----------
    part, report
        See :func:`red_line_table`.
    atlas
        For the ``release`` of the layers.
    """
    rows, geometries = [], []
    for finding in part.findings:
        release = release_of(finding, atlas.layers)
        geometry, state = released(finding.geometry, release, part)
        rows.append(_finding_row(finding) | {"geometry_state": state})
        geometries.append(geometry)
    return table_frame(rows, geometries, FINDING_COLUMNS, report.crs)


def _finding_row(finding: Finding) -> Row:
    return {
        "finding_id": finding.id,
        "red_line_id": finding.red_line_id,
        "project_id": finding.project_id,
        "code": finding.code,
        "severity": str(finding.severity),
        "layer": finding.layer,
        "feature_id": finding.feature_id,
        "feature_name": finding.feature_name,
        "measure": rounded(finding.measure),
        "unit": finding.unit,
        "limit": rounded(finding.limit),
        "area_m2": rounded(finding.area_m2),
        "area_ellipsoidal_m2": rounded(finding.area_ellipsoidal_m2),
        "mean_width_m": rounded(finding.mean_width_m),
        "is_sliver": finding.is_sliver,
        "is_disputed": finding.is_disputed,
        "exceptions": "; ".join(finding.exceptions),
        "message_zh": finding.message.get("zh"),
        "message_en": finding.message.get("en"),
        "way_out": str(finding.route.way),
        "way_out_zh": finding.route.text.get("zh"),
        "way_out_en": finding.route.text.get("en"),
        "office_zh": finding.route.office.get("zh"),
        "office_en": finding.route.office.get("en"),
        "papers": "; ".join(finding.route.papers),
        **band_columns(finding),
    }


def released(
    geometry: BaseGeometry | None, release: Release, part: DistrictPart
) -> tuple[BaseGeometry | None, str]:
    """Return what of a geometry may be handed to this district, and in which state that is."""
    if geometry is None or geometry.is_empty:
        return None, NO_GEOMETRY
    if not is_drawable(release, Scope(part.code, part.name, part.area)):
        return None, WITHHELD
    if release is not Release.DISTRICT or part.area.covers(geometry):
        return geometry, AS_FOUND
    sound = geometry if geometry.is_valid else shapely.make_valid(geometry)
    return _same_kind(shapely.intersection(sound, part.area), geometry), CLIPPED


def _same_kind(clipped: BaseGeometry, original: BaseGeometry) -> BaseGeometry:
    """Drop the lines and points that clipping a surface along a border leaves behind."""
    dimension = shapely.get_dimensions(original)
    if clipped.geom_type != "GeometryCollection":
        return clipped
    parts = shapely.get_parts(clipped)
    kept: BaseGeometry = shapely.union_all(parts[shapely.get_dimensions(parts) == dimension])
    return kept


def suggestion_table(part: DistrictPart, report: Report, atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the suggestions that concern a district, sorted by project and rank.

    A site in the district bears everything (its outline obeys the ``release`` of the parcel
    layer), but the project's name only when the project is this district's. A site elsewhere
    bears number, rank, area, score and its district.

    Parameters
    ----------
    part, report, atlas
        See :func:`finding_table`.
    """
    names = {project.id: project.name for project in report.projects}
    parcels = parcel_release(atlas)
    rows, geometries = [], []
    for offer in part.offers:
        geometry: BaseGeometry | None = None
        state = ELSEWHERE
        if offer.is_here:
            site = offer.suggestion.site
            release = narrowest((parcels, site.release))
            geometry, state = released(site.geometry, release, part)
        rows.append(_offer_row(offer, names) | {"geometry_state": state})
        geometries.append(geometry)
    return table_frame(rows, geometries, SUGGESTION_COLUMNS, report.crs)


def _offer_row(offer: Offer, names: Mapping[str, str]) -> Row:
    suggestion, site = offer.suggestion, offer.suggestion.site
    row: Row = {
        "project_id": suggestion.project_id,
        "rank": suggestion.rank,
        "project_name": names.get(suggestion.project_id, "") if offer.is_own_project else "",
        "site_district": site.district,
        "area_m2": rounded(site.area_m2),
        "area_ellipsoidal_m2": rounded(site.area_ellipsoidal_m2),
        "score": rounded(suggestion.score),
        "must_acquire": suggestion.must_acquire,
    }
    if not offer.is_here:
        return row
    return row | {
        "site_id": site.id,
        "parcel_ids": "; ".join(site.parcel_ids),
        "contributions": as_json(
            {name: rounded(points) for name, points in suggestion.contributions.items()}
        ),
        "resolves": "; ".join(suggestion.resolves),
        "remains": "; ".join(suggestion.remains),
        "not_checked": "; ".join(suggestion.not_checked),
        "distance_m": rounded(suggestion.distance_m),
        "site_attributes": as_json(dict(site.attributes)),
        "why_zh": suggestion.why.get("zh"),
        "why_en": suggestion.why.get("en"),
        "kind": str(site.kind),
        "classes": "; ".join(site.classes),
        "owners": site.owners,
        "lane_m2": rounded(site.lane_m2),
        "least_width_m": rounded(site.least_width_m),
        "frontage_m": rounded(site.frontage_m),
        "compactness": rounded(site.compactness),
    }


def repair_table(part: DistrictPart, report: Report, atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the corrected red lines of a district's red lines, sorted by red line and rank.

    An outline is handed over as the layers allow whose edges it shows. Of one that takes land
    in another district anew only the figures are: neither place, parcels nor words.

    Parameters
    ----------
    part, report, atlas
        See :func:`finding_table`; empty where the report bears no repairs.
    """
    present = {result.red_line.id: result.red_line.geometry for result in part.results}
    rows, geometries = [], []
    for search in sorted(report.repairs or (), key=lambda search: search.red_line_id):
        if search.red_line_id not in present:
            continue
        for repair in search.repairs:
            is_here = not takes_land_outside(repair, present[search.red_line_id], part.area)
            geometry: BaseGeometry | None = None
            state = ELSEWHERE
            if is_here:
                geometry, state = released(repair.geometry, repair_release(repair, atlas), part)
            settled = {found.code for found in report.findings if found.id in repair.resolves}
            row = _repair_row(repair, search)
            row |= _repair_reasons(repair, settled) if is_here else {}
            rows.append(row | {"geometry_state": state})
            geometries.append(geometry)
    return table_frame(rows, geometries, REPAIR_COLUMNS, report.crs)


def _repair_row(repair: Repair, search: RepairSearch) -> Row:
    figures = {name: getattr(repair.figures, name) for name in REPAIR_COLUMNS[4:12]}
    return {
        "red_line_id": search.red_line_id,
        "project_id": search.project_id,
        "rank": repair.rank,
        "way": str(repair.way),
        **{name: rounded(value) for name, value in figures.items()},
        "vertices_moved": repair.figures.vertices_moved,
        "is_exact": repair.is_exact,
        "gap_m": rounded(repair.gap_m),
    }


def _repair_reasons(repair: Repair, settled: Iterable[str]) -> Row:
    return {
        # codes alone: the feature of a finding may lie in another district
        "resolves": "; ".join(sorted(settled)),
        "remains": "; ".join(sorted({finding.code for finding in repair.remains})),
        "introduces": "; ".join(sorted({finding.code for finding in repair.introduces})),
        "not_checked": "; ".join(repair.not_checked),
        "parcels_left": "; ".join(repair.parcels_left),
        "parcels_added": "; ".join(repair.parcels_added),
        "takes": "; ".join(repair.takes),
        "street_m2": rounded(repair.street_m2),
        "says_zh": repair.says.get("zh"),
        "says_en": repair.says.get("en"),
    }


def as_json(content: Mapping[str, object]) -> str:
    """Return a mapping as one cell: the same content gives the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def rounded(value: float | None) -> float | None:
    """Return a figure as the tables have it; None stays None."""
    return None if value is None else round(float(value), _DECIMALS)


def table_frame(
    rows: Sequence[Row],
    geometries: Sequence[BaseGeometry | None],
    columns: tuple[str, ...],
    crs: str,
) -> gpd.GeoDataFrame:
    """Return rows as a table with these columns in this order; what a row lacks is null."""
    import geopandas as gpd

    data = {name: _column([row.get(name) for row in rows]) for name in columns}
    return gpd.GeoDataFrame(data, geometry=np.asarray(geometries, dtype=object), crs=crs)


def _column(values: list[Any]) -> pd.Series[Any] | list[Any]:
    """Return yes, no and unknown as such: GDAL would write the three as texts."""
    import pandas as pd

    kinds = {type(value) for value in values} - {type(None)}
    return pd.Series(values, dtype="boolean") if kinds == {bool} else values
