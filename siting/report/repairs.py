"""Repairs as plain data, and as files: red-line TXT, a viewing copy, the report with them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import shapely

from siting.model import Finding, OutlineFigures, Repair, RepairAttempt, RepairSearch, Report, Text
from siting.report.identity import rounded


def repairs_to_list(
    searches: Iterable[RepairSearch], *, with_geometry: bool = False
) -> list[dict[str, Any]]:
    """Return the searches for repairs as plain data, rounded like the rest of the report.

    Parameters
    ----------
    searches
        From :func:`siting.repair.repair`.
    with_geometry
        Add each outline as GeoJSON geometry in the working CRS. The report itself carries
        none, for an outline that was cut along a layer shows that layer's edge
        (``follows``, ``release``).
    """
    return [_search(search, with_geometry=with_geometry) for search in searches]


def _search(search: RepairSearch, *, with_geometry: bool) -> dict[str, Any]:
    return {
        "red_line_id": search.red_line_id,
        "project_id": search.project_id,
        "area_m2_min": rounded(search.area_m2_min),
        "area_m2_max": None if math.isinf(search.area_m2_max) else rounded(search.area_m2_max),
        "reach_m": rounded(search.reach_m),
        "width_m": rounded(search.width_m),
        "repairs": [_repair(each, with_geometry=with_geometry) for each in search.repairs],
        "counterfactuals": _texts(search.counterfactuals),
        "blocked_by": None if search.blocked_by is None else _text(search.blocked_by),
        "blocking": list(search.blocking),
        "relaxations": [
            {
                "code": each.code,
                "cut_area_m2": rounded(each.cut_area_m2),
                "moved_m": rounded(each.moved_m),
                "says": _text(each.says),
            }
            for each in search.relaxations
        ],
        "notes": _texts(search.notes),
        "tried": [_attempt(each) for each in search.tried],
        "fewer_because": None if search.fewer_because is None else _text(search.fewer_because),
    }


def _attempt(attempt: RepairAttempt) -> dict[str, Any]:
    content = {field.name: getattr(attempt, field.name) for field in fields(RepairAttempt)}
    return {**content, "way": str(attempt.way), "says": _text(attempt.says)}


def _repair(repair: Repair, *, with_geometry: bool) -> dict[str, Any]:
    told = ((field.name, getattr(repair.figures, field.name)) for field in fields(OutlineFigures))
    figures = {name: each if isinstance(each, int) else rounded(each) for name, each in told}
    content = {
        "id": repair.red_line.id,
        "rank": repair.rank,
        "way": str(repair.way),
        **figures,
        "shift": None
        if repair.shift is None
        else {key: rounded(value) for key, value in repair.shift.items()},
        "is_exact": repair.is_exact,
        "gap_m": rounded(repair.gap_m),
        "resolves": list(repair.resolves),
        "remains": [_finding(finding) for finding in repair.remains],
        "introduces": [_finding(finding) for finding in repair.introduces],
        "not_checked": list(repair.not_checked),
        "says": _text(repair.says),
        "parcels_left": list(repair.parcels_left),
        "parcels_added": list(repair.parcels_added),
        "takes": list(repair.takes),
        "street_m2": rounded(repair.street_m2),
        "follows": list(repair.follows),
        "release": str(repair.release),
    }
    if with_geometry:
        content["geometry"] = json.loads(shapely.to_geojson(repair.geometry))
    return content


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "layer": finding.layer,
        "feature_id": finding.feature_id,
        "measure": rounded(finding.measure),
        "unit": finding.unit,
        "message": _text(finding.message),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}


def _texts(texts: Iterable[Text]) -> list[dict[str, str]]:
    return [_text(text) for text in texts]


def write_repairs(
    folder: Path,
    report: Report,
    searches: Sequence[RepairSearch],
    *,
    names: Mapping[str, str],
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write one red-line TXT per repair and ``repairs.geojson``, the viewing copy of all.

    Parameters
    ----------
    folder
        Made when it is not there. A TXT is named by red line, rank and way.
    report
        For the CRS.
    searches
        Their repairs are written.
    names
        Project names by id, for the plot lines.
    overwrite
        Replace files that are there.

    Raises
    ------
    WriteError
        When a file is there and `overwrite` is not set, or cannot be written.
    """
    import geopandas as gpd

    from siting.save import (
        require_new,
        require_writable,
        write_red_line_txt,
        write_viewing_geojson,
    )

    repairs = [repair for search in searches for repair in search.repairs]
    files = [folder / f"{_plain(repair)}.txt" for repair in repairs]
    viewing = folder / "repairs.geojson"
    require_writable(folder)
    require_new([*files, viewing], overwrite=overwrite)
    for repair, path in zip(repairs, files, strict=True):
        line = repair.red_line
        name = names.get(line.project_id, "")
        write_red_line_txt(path, [line], crs=report.crs, names={line.id: name})
    rows = gpd.GeoDataFrame(
        {
            "id": [repair.red_line.id for repair in repairs],
            "project_id": [repair.red_line.project_id for repair in repairs],
            "rank": [repair.rank for repair in repairs],
            "way": [str(repair.way) for repair in repairs],
            "area_m2": [rounded(repair.figures.area_m2) for repair in repairs],
            "says": [repair.says.get("zh") for repair in repairs],
            "says_en": [repair.says.get("en") for repair in repairs],
            "release": [str(repair.release) for repair in repairs],
        },
        geometry=[repair.geometry for repair in repairs],
        crs=report.crs,
    )
    write_viewing_geojson(viewing, rows, crs=report.crs)
    return (*files, viewing)


def _plain(repair: Repair) -> str:
    """Return a file name: what no file system takes in one becomes a low line."""
    stem = f"{repair.red_line.id.rpartition('~')[0]}~{repair.rank}-{repair.way}"
    return "".join(sign if sign.isalnum() or sign in "-_~." else "_" for sign in stem).lstrip(".")
