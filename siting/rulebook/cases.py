"""The cases of a rule: small WKT in metres with the verdict that must come out.

A rule book is tested data: ``siting rules test`` runs these, and so do our own tests.
A case is laid out at (400000, 2500000) of EPSG:4547, so that ellipsoidal areas exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.model import (
    ArrayPixels,
    Contract,
    Demand,
    Form,
    Grid,
    Layer,
    LoadStatus,
    Project,
    RedLine,
    Source,
    Status,
    Text,
    Verdict,
)
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.verdicts import judge

CASE_CRS = "EPSG:4547"
CASE_ORIGIN = (400_000.0, 2_500_000.0)
#: The coverage that a case declares unless it says otherwise: a square of 20 km.
CASE_COVERAGE = shapely.box(-10_000, -10_000, 10_000, 10_000)
#: How far the ground of a case reaches from its origin, metres.
GROUND_M = 500.0
#: Cases give areas and distances to the centimetre.
CASE_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Ground:
    """An elevation model: flat west of an easting, then rising to the east, by cells of one size.

    From ``unknown_from_m`` on its heights are not known. It reaches 500 m around the origin.
    """

    rise_percent: float
    cell_m: float
    flat_until_m: float
    unknown_from_m: float | None

    def pixels(self) -> ArrayPixels:
        """Return the cells."""
        count = round(2 * GROUND_M / self.cell_m)
        middles = -GROUND_M + (np.arange(count) + 0.5) * self.cell_m
        heights = np.maximum(middles - self.flat_until_m, 0.0) * self.rise_percent / 100
        if self.unknown_from_m is not None:
            heights[middles > self.unknown_from_m] = np.nan
        west, north = CASE_ORIGIN[0] - GROUND_M, CASE_ORIGIN[1] + GROUND_M
        grid = Grid(west, north, self.cell_m, self.cell_m, count, count)
        return ArrayPixels(grid, np.tile(heights, (count, 1)))


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a red line, features with attributes, a project, and what must come out."""

    rule_code: str
    name: str
    expect: str
    red_line: str
    features: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    project: Mapping[str, Any] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()
    coverage: str = ""
    code_system: str = ""
    declared_area_m2: float | None = None
    area_m2: float | None = None
    distance_m: float | None = None
    slivers: int | None = None
    as_of: dt.date | None = None
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a case; ``fault`` is empty when it passed."""

    case: Case
    fault: str

    @property
    def has_passed(self) -> bool:
        """True when the verdict, the area and the distance were as expected."""
        return not self.fault


def read_case(reader: TableReader, rule_code: str) -> Case:
    """Read one ``[[rule.case]]``."""
    case = Case(
        rule_code=rule_code,
        name=reader.text("name", required=True),
        expect=reader.choice("expect", [*Status, "not_applicable"], Status.CLEAR),
        red_line=_wkt(reader, "red_line"),
        features=_wkts(reader, "features"),
        attributes=reader.table("attributes").rest(),
        project=_project_keys(reader.table("project")),
        rivals=_wkts(reader, "rivals"),
        coverage=_wkt(reader, "coverage", required=False),
        code_system=reader.text("code_system"),
        declared_area_m2=reader.number("declared_area_m2"),
        area_m2=reader.number("area_m2"),
        distance_m=reader.number("distance_m"),
        slivers=reader.whole("slivers"),
        as_of=reader.date("as_of"),
        ground=_ground(reader.table("ground")) if "ground" in reader else None,
    )
    reader.finish()
    return case


def _ground(reader: TableReader) -> Ground:
    cell_m = reader.number("cell_m", 5.0) or 0.0
    if not 1 <= cell_m <= GROUND_M:
        reader.problem(
            "'cell_m' must be a size", expected=f"1 to {GROUND_M:g}", next_step="correct it"
        )
    ground = Ground(
        rise_percent=reader.number("rise_percent", 0.0) or 0.0,
        cell_m=max(cell_m, 1.0),
        flat_until_m=reader.number("flat_until_m", -GROUND_M) or 0.0,
        unknown_from_m=reader.number("unknown_from_m"),
    )
    reader.finish()
    return ground


def _wkt(reader: TableReader, key: str, *, required: bool = True) -> str:
    text = reader.text(key, required=required)
    return text if _is_wkt(reader, key, text) else ""


def _wkts(reader: TableReader, key: str) -> tuple[str, ...]:
    return tuple(text for text in reader.texts(key) if _is_wkt(reader, key, text))


def _is_wkt(reader: TableReader, key: str, text: str) -> bool:
    if not text:
        return False
    try:
        shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        reader.problem(
            f"'{key}' is no WKT", expected="POLYGON ((…)) in metres", found=str(error),
            next_step=f"correct {key}",
        )  # fmt: skip
        return False
    return True


def _project_keys(reader: TableReader) -> dict[str, Any]:
    values: dict[str, Any] = {
        key: reader.text(key)
        for key in ("use", "kind", "stage", "supply_mode", "code_system")
        if key in reader
    }
    values["form"] = Form(reader.choice("form", list(Form), Form.AREA))
    values["demand"] = Demand(reader.number("area_m2_min"), reader.number("area_m2_max"))
    reader.finish()
    return values


def fault_of(
    case: Case, rule: Rule, crosswalks: Mapping[tuple[str, str], Mapping[str, str]]
) -> str:
    """Return how a case's outcome differs from what it expects; empty when it does not."""
    as_of = case.as_of or rule.basis.in_force_from or dt.date(2000, 1, 1)
    if not rule.basis.is_in_force(as_of):
        return "" if case.expect == "not_applicable" else f"the rule is not in force on {as_of}"
    subject = _subject(case)
    around = Surroundings(
        layers={role: (_layer(role, case),) for role in rule.needs},
        others=(subject.red_line, *_rivals(case)),
        projects={subject.project.id: subject.project},
        as_of=as_of,
        crs=CASE_CRS,
        crosswalks=crosswalks,
    )
    verdicts, findings = judge(rule, [subject], around)
    if not verdicts:
        return "" if case.expect == "not_applicable" else "the rule does not apply to the project"
    distance_m = findings[0].measure if findings and findings[0].unit == "m" else None
    slivers = sum(finding.is_sliver for finding in findings)
    if case.slivers is not None and slivers != case.slivers:
        return f"expected {case.slivers} sliver(s), found {slivers}"
    return _difference(case, verdicts[0], distance_m)


def _difference(case: Case, verdict: Verdict, distance_m: float | None) -> str:
    if str(verdict.status) != case.expect:
        gaps = "; ".join(gap.get("en") for gap in verdict.gaps)
        return f"expected {case.expect}, found {verdict.status}" + (f" ({gaps})" if gaps else "")
    if case.area_m2 is not None and abs(verdict.area_m2 - case.area_m2) > CASE_TOLERANCE:
        return f"expected an area of {case.area_m2} m², found {verdict.area_m2:.4f}"
    found_m = verdict.distance_m if distance_m is None else distance_m
    if case.distance_m is not None:
        if found_m is None:
            return f"expected a distance of {case.distance_m} m, found none"
        if abs(found_m - case.distance_m) > CASE_TOLERANCE:
            return f"expected a distance of {case.distance_m} m, found {found_m:.4f}"
    return ""


def _placed(wkt: str) -> BaseGeometry:
    return shapely.transform(shapely.from_wkt(wkt), lambda xy: xy + np.array(CASE_ORIGIN))


def _subject(case: Case) -> Subject:
    project = Project(id="CASE", name=case.name, **case.project)
    red_line = RedLine(
        id="CASE-1",
        project_id="CASE",
        geometry=_placed(case.red_line),
        crs=CASE_CRS,
        declared_area_m2=case.declared_area_m2,
    )
    return Subject(red_line, project)


def _rivals(case: Case) -> tuple[RedLine, ...]:
    return tuple(
        RedLine(
            id=f"RIVAL-{number}", project_id=f"RIVAL-{number}", geometry=_placed(wkt), crs=CASE_CRS
        )
        for number, wkt in enumerate(case.rivals, start=1)
    )


def _layer(role: str, case: Case) -> Layer:
    import geopandas as gpd

    count = len(case.features)
    columns: dict[str, list[Any]] = {
        "feature_id": [f"F{number}" for number in range(1, count + 1)],
        "feature_name": [""] * count,
    }
    for name, value in case.attributes.items():
        values = value if isinstance(value, list) and len(value) == count else [value] * count
        columns[name] = values
    shapes = [_placed(wkt) for wkt in case.features]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=CASE_CRS)
    coverage = _placed(case.coverage) if case.coverage else _placed(CASE_COVERAGE.wkt)
    pixels = None if case.ground is None else case.ground.pixels()
    return Layer(
        name=role,
        role=role,
        title=Text(role, role),
        frame=frame if pixels is None else None,
        coverage=coverage,
        source=Source(name=role, path="", sha256="", rows=count, crs=CASE_CRS),
        contract=Contract(LoadStatus.PASSED, rows_in=count, rows_used=count),
        code_system=case.code_system,
        is_declared_empty=count == 0,
        pixels=pixels,
    )
