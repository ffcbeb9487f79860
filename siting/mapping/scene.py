"""The scene of a page: everything it shows, as plain data, and nothing beyond it.

Pure: a report, searches and an atlas in, a dictionary of JSON values out. Only the
columns that the page shows leave here; a district's scene holds that district's rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import City
from siting.crs import parse_crs
from siting.mapping.background import Payload, backgrounds, borders, districts, pair
from siting.mapping.payload import to_safe_json
from siting.mapping.plane import plane_of
from siting.mapping.planned import plan_payload
from siting.mapping.release import Scope, is_drawable
from siting.mapping.repairs import repair_rows
from siting.mapping.rows import (
    finding_rows,
    project_rows,
    red_line_rows,
    rule_rows,
    search_rows,
    square_metres,
)
from siting.mapping.shapes import COARSER, WHOLE, box_of
from siting.mapping.subject import Planned, Subject, union_of
from siting.mapping.tiles import tile_payload
from siting.mapping.travelling import travelling
from siting.measure import ELLIPSOIDAL_METHODS, PLANAR
from siting.model import Atlas, Finding, Release, Report, Search, Severity, Status, Text

BYTES_PER_MB = 1_000_000
#: What a page weighs without any data: Leaflet, style and script.
PROGRAM_BYTES = 400_000
#: Version of the payload, raised when the page's script and data change together.
PAYLOAD_VERSION = 3
#: Mark of a page with layers that are not public, where city.toml names none.
INTERNAL = Text("内部资料", "Internal material")
#: Verdicts that stand in the table of constraints when something was found.
BROKEN = frozenset({Status.CONFLICT, Status.EXCEPTION_MAY_APPLY, Status.CONSULT})


@dataclass(frozen=True, eq=False)
class Scene:
    """One page's content. ``payload`` holds JSON values only."""

    title: str
    language: str
    payload: Payload
    tile_origin: str = ""
    """The one server that the page may ask for pictures; none when empty."""


def city_scene(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    planned: Planned | None = None,
) -> Scene:
    """Return the scene of the city's page, with the plan of the city where there is one."""
    return _scene(Subject(report, tuple(searches), atlas, city, Scope(), planned))


def district_scene(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    code: str,
    planned: Planned | None = None,
) -> Scene:
    """Return the scene of one district's page.

    Parameters
    ----------
    code
        The district's ``feature_id``.
    planned
        The plan of the city; the page tells what of it is the district's.

    Raises
    ------
    KeyError
        When there is no such district.
    """
    frame = atlas.districts
    rows = frame[frame["feature_id"].astype(str) == code]
    if rows.empty:
        raise KeyError(code)
    scope = Scope(code, str(rows["feature_name"].iloc[0]), rows.geometry.union_all())
    return _scene(Subject(report, tuple(searches), atlas, city, scope, planned))


def _scene(subject: Subject) -> Scene:
    city = subject.city
    place = " · ".join(part for part in (city.name.get(city.language), subject.scope.name) if part)
    budget = round(city.maps.budget_mb * BYTES_PER_MB)
    payload, weight = _weighed(subject)
    for detail in COARSER:
        if weight <= budget:
            break
        subject = replace(subject, detail=detail)
        payload, weight = _weighed(subject)
    ground = backgrounds(subject, room=max(0, budget - weight))
    payload.update(ground)
    weight += len(to_safe_json(ground).encode())
    payload["overBudget"] = [_megabytes(weight), city.maps.budget_mb] if weight > budget else None
    origin = city.maps.tiles.origin if city.maps.tiles else ""
    return Scene(place, city.language, payload, origin)


def _weighed(subject: Subject) -> tuple[Payload, int]:
    """Return all of a page but its background, and how many bytes the page would have with it."""
    payload = _foreground(subject)
    return payload, PROGRAM_BYTES + len(to_safe_json(travelling(payload)).encode())


def _megabytes(weight: int) -> float:
    return math.ceil(10 * weight / BYTES_PER_MB) / 10


def _foreground(subject: Subject) -> Payload:
    city, report = subject.city, subject.report
    return {
        "version": PAYLOAD_VERSION,
        "language": city.language,
        "head": _head(subject),
        "rules": rule_rows(subject),
        "districts": districts(subject),
        "borders": borders(subject),
        "findings": finding_rows(subject),
        "redLines": red_line_rows(subject),
        "projects": project_rows(subject),
        "unplaced": [project.id for project in subject.unplaced],
        "guests": [project.id for project in subject.guests],
        "searches": search_rows(subject),
        "repairs": repair_rows(subject),
        "plan": plan_payload(subject),
        "byConstraint": by_constraint(subject),
        "byDistrict": by_district(subject),
        "districtNames": _district_names(subject),
        "inputs": _inputs(subject),
        "offMap": [
            {
                "title": pair(m.title),
                "office": pair(m.office),
                "letter": pair(m.letter),
                "basis": m.basis,
            }
            for m in city.off_map
            if m.code not in subject.rules
        ],
        "refused": len(report.refused_red_lines),
        "box": _box(subject),
        "plane": _plane(subject),
        "tiles": tile_payload(city.maps.tiles, _box(subject)),
        "coarse": _coarse(subject),
    }


def _coarse(subject: Subject) -> Payload | None:
    """Return what of the outlines is simplified by how many metres; None where nothing is."""
    detail = subject.detail
    if detail == WHOLE:
        return None
    return {"pieces_m": detail.pieces_m, "outlines_m": detail.outlines_m}


def _head(subject: Subject) -> Payload:
    city, report = subject.city, subject.report
    return {
        "city": pair(city.name),
        "mapTitle": pair(city.map_title),
        "logo": city.map_logo,
        "district": subject.scope.name,
        "crs": f"{parse_crs(city.crs).name} ({report.crs})",
        "asOf": report.as_of.isoformat(),
        "ruleBook": report.rule_book,
        "ruleBookHash": report.rule_book_sha256[:12],
        "secrecy": pair(secrecy_of(subject)),
        "areaOfRecord": "planar" if report.area_of_record == PLANAR else "ellipsoidal",
        "ellipsoidalMethod": ELLIPSOIDAL_METHODS[report.area_of_record],
        "versions": [[name, text] for name, text in sorted(report.versions.items())],
    }


def secrecy_of(subject: Subject) -> Text:
    """Return the city's own mark, else 内部资料 as soon as anything drawn is not public."""
    if subject.city.secrecy_mark:
        return Text(subject.city.secrecy_mark)
    is_internal = any(
        layer.is_usable
        and layer.release is not Release.PUBLIC
        and is_drawable(layer.release, subject.scope)
        for layer in subject.atlas.layers
    )
    return INTERNAL if is_internal else Text("")


def _box(subject: Subject) -> list[list[float]] | None:
    if subject.scope.area is not None:
        return box_of(np.array([subject.scope.area], dtype=object), subject.city.crs)
    return box_of(subject.atlas.districts.geometry.to_numpy(), subject.city.crs)


def _plane(subject: Subject) -> Payload | None:
    """Return how the page measures in the working CRS; None where there is nothing to show."""
    area = subject.scope.area
    bounds = subject.atlas.districts.total_bounds if area is None else area.bounds
    west, south, east, north = (float(value) for value in bounds)
    if not np.isfinite([west, south, east, north]).all():
        return None
    return plane_of((west, south, east, north), subject.city.crs)


def by_constraint(subject: Subject) -> list[list[object]]:
    """Return ``[code, projects, union m²]`` per rule that is broken here, worst rules first.

    Projects whose verdict is a conflict (or may be an exception, or goes to an office with
    something found) count. The city's areas are the report's totals; a district's are the
    union of the pieces that lie in it. Overlapping constraints are never summed.
    """
    found: dict[str, list[Finding]] = {}
    for finding in subject.findings:
        found.setdefault(finding.code, []).append(finding)
    rows: list[tuple[int, float, str, int]] = []
    for code, projects in _projects_by_code(subject, found).items():
        area_m2 = _constraint_area_m2(subject, code, found[code])
        rank = min(finding.severity.rank for finding in found[code])
        rows.append((rank, -area_m2, code, len(projects)))
    return [[code, count, square_metres(-area)] for _, area, code, count in sorted(rows)]


def _projects_by_code(
    subject: Subject, found: Mapping[str, Sequence[Finding]]
) -> dict[str, set[str]]:
    here = {(finding.red_line_id, code) for code, all_of in found.items() for finding in all_of}
    projects: dict[str, set[str]] = {}
    for verdicts in subject.verdicts.values():
        for verdict in verdicts:
            if verdict.status in BROKEN and (verdict.red_line_id, verdict.code) in here:
                projects.setdefault(verdict.code, set()).add(verdict.project_id)
    return projects


def _constraint_area_m2(subject: Subject, code: str, findings: Sequence[Finding]) -> float:
    if not subject.scope.is_district and code in subject.report.totals_m2:
        return subject.report.totals_m2[code]
    return _area_inside_m2(union_of(findings), subject.scope.area)


def _area_inside_m2(union: BaseGeometry, area: BaseGeometry | None) -> float:
    return float(union.area if area is None else shapely.intersection(union, area).area)


def by_district(subject: Subject) -> list[list[object]]:
    """Return ``[code, name, red lines, in conflict, union m² in conflict]`` per district.

    Each district counts what lies in it, so that the areas add up to the city's union.
    """
    frame = subject.atlas.districts.sort_values("feature_id")
    heavy = (Severity.PROHIBITED, Severity.RESTRICTED)
    union = union_of([f for f in subject.findings if f.severity in heavy])
    rows: list[list[object]] = []
    for code, area in zip(frame["feature_id"], frame.geometry, strict=True):
        if subject.scope.is_district and str(code) != subject.scope.code:
            continue
        mine = [r for r in subject.results if subject.district_code(r.district) == str(code)]
        conflicts = sum(result.outcome.value == "conflict" for result in mine)
        area_m2 = square_metres(_area_inside_m2(union, area))
        rows.append([str(code), subject.district_names[str(code)], len(mine), conflicts, area_m2])
    return rows


def _district_names(subject: Subject) -> list[list[str]]:
    """Return code and name of the districts that the page's rows speak of."""
    codes = {subject.district_code(result.district) for result in subject.results}
    codes.update(subject.district_code(project.district) for project in subject.projects.values())
    for search in subject.search_of.values():
        codes.update(subject.district_code(s.site.district) for s in search.suggestions)
    for plan in subject.planned.plans if subject.planned else ():
        told = (r.option for r in plan.rows if r.option and r.project.id in subject.projects)
        codes.update(subject.district_code(option.site.district) for option in told)
    return [[c, subject.district_names[c]] for c in sorted(codes) if c in subject.district_names]


def _inputs(subject: Subject) -> list[Payload]:
    return [
        {
            "title": pair(item.title),
            "status": item.contract.status.value,
            "rows": item.contract.rows_used,
            "refused": item.contract.rows_refused,
            "dated": item.source.dated.isoformat() if item.source.dated else "",
            "authority": item.source.authority,
            "coverage": item.coverage,
            "release": item.release.value,
            "problems": list(item.contract.problems),
        }
        for item in subject.report.inputs
    ]
