"""A city of two districts side by side, with a token in every text that one of them owns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from siting.city import City, CoverageSpec, SuggestSpec
from siting.handover import Supplements, write_packages
from siting.model import (
    Atlas,
    Basis,
    Contract,
    Demand,
    Finding,
    Input,
    Layer,
    LoadStatus,
    Outcome,
    Project,
    RedLine,
    RedLineResult,
    Release,
    Report,
    Route,
    RuleSummary,
    Search,
    Severity,
    Site,
    Source,
    Status,
    Suggestion,
    Text,
    Verdict,
    Way,
)
from siting.planning import CityPlan

CRS = "EPSG:4547"
EAST, NORTH = 433_000.0, 2_558_000.0
AS_OF = dt.date(2026, 3, 1)


def rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A rectangle in metres from the south-west corner of the city."""
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


#: District A is the western square kilometre, B the eastern one.
AREAS = {"440901": rectangle(0, 0, 1000, 1000), "440902": rectangle(1000, 0, 2000, 1000)}
BOWTIE = Polygon(
    [(EAST + p, NORTH + q) for p, q in ((300, 300), (400, 400), (400, 300), (300, 400))]
)


@dataclass(frozen=True)
class World:
    """What :func:`siting.handover.write_packages` takes."""

    report: Report
    searches: tuple[Search, ...]
    atlas: Atlas
    city: City


def token(district: str, column: str) -> str:
    """A word that may only stand in that district's package."""
    return f"CANARY{'A' if district == '440901' else 'B'}{column}"


def project(number: str, district: str) -> Project:
    return Project(
        id=f"PRJ-{number}",
        name=token(district, "projectname"),
        district=district,
        stage="前期研究",
        use="0701",
        remark="CANARYXremark",
        promised="CANARYXpromised",
        aliases=("CANARYXalias",),
        demand=Demand(profile="CANARYXprofile"),
    )


def red_line(number: str, district: str, geometry: BaseGeometry) -> RedLine:
    return RedLine(
        id=f"RL-{number}",
        project_id=f"PRJ-{number}",
        geometry=geometry,
        crs=CRS,
        version=token(district, "version"),
        source=f"{token(district, 'source')}.shp",
        notes=(token(district, "note"),),
    )


def result(line: RedLine, district: str) -> RedLineResult:
    return RedLineResult(
        red_line=line,
        district=district,
        outcome=Outcome.CONFLICT,
        is_incomplete=True,
        area_m2=line.geometry.area,
        area_ellipsoidal_m2=line.geometry.area,
        conflict_area_m2=0.0,
        ladder_m2={},
        worst_severity=Severity.PROHIBITED,
    )


def finding(
    number: str, line: str, layer: str, district: str, geometry: BaseGeometry | None
) -> Finding:
    return Finding(
        id=f"F-{number}",
        code="cn.farmland",
        severity=Severity.PROHIBITED,
        red_line_id=f"RL-{line}",
        project_id=f"PRJ-{line}",
        layer=layer,
        feature_id=token(district, "featureid"),
        feature_name=token(district, "featurename"),
        geometry=geometry,
        measure=12.5,
        unit="m2",
        limit=0.0,
        message=Text(token(district, "message"), token(district, "messageen")),
        route=Route(
            Way.AVOID, Text("避让", "avoid"), Text("自然资源局", "land office"), ("申请表",)
        ),
        area_m2=12.5,
    )


def layer(name: str, role: str, release: Release, frame: gpd.GeoDataFrame | None) -> Layer:
    status = LoadStatus.FAILED if frame is None else LoadStatus.PASSED
    problems = ("there is no such file",) if frame is None else ()
    return Layer(
        name=name,
        role=role,
        title=Text(name),
        frame=frame,
        coverage=None,
        source=Source(name, f"/secret/place/{name}.gpkg", "0" * 64, 2, CRS),
        contract=Contract(status, problems=problems),
        release=release,
    )


def input_of(item: Layer) -> Input:
    return Input(
        name=item.name,
        role=item.role,
        title=item.title,
        source=item.source,
        contract=item.contract,
        coverage="",
        release=item.release,
        content_sha256=item.content_sha256,
    )


def district_frame() -> gpd.GeoDataFrame:
    columns = {
        "feature_id": list(AREAS),
        "feature_name": ["西区", "东区"],
        "owner": [token(code, "owner") for code in AREAS],
    }
    return gpd.GeoDataFrame(columns, geometry=list(AREAS.values()), crs=CRS)


def parcel_frame() -> gpd.GeoDataFrame:
    columns = {
        "feature_id": [token(code, "parcelid") for code in AREAS],
        "feature_name": [token(code, "parcelname") for code in AREAS],
        "owner": [token(code, "owner") for code in AREAS],
    }
    sites = [rectangle(500, 500, 600, 600), rectangle(1500, 500, 1600, 600)]
    return gpd.GeoDataFrame(columns, geometry=sites, crs=CRS)


def suggestion(number: str, rank: int, district: str, geometry: BaseGeometry) -> Suggestion:
    return Suggestion(
        project_id=f"PRJ-{number}",
        rank=rank,
        site=Site(
            id=token(district, "siteid"),
            parcel_ids=(token(district, "parcelid"),),
            geometry=geometry,
            area_m2=geometry.area,
            area_ellipsoidal_m2=geometry.area,
            district=district,
            attributes={"use": token(district, "use")},
        ),
        score=61.5,
        contributions={"distance": 61.5},
        criteria={"distance": 0.5},
        resolves=("cn.farmland",),
        remains=(),
        not_checked=(),
        distance_m=120.0,
        why=Text(token(district, "why"), token(district, "whyen")),
    )


def build_world(*, parcels: Release = Release.DISTRICT) -> World:
    """Red lines 1 in A, 2 in B, 3 over the border, 4 a bowtie in A, 5 outside of both.

    Findings: on a district layer, on a table_only layer, one over the border, one in B of
    the red line over the border. Suggestions: PRJ-1 is offered a site in A and one in B.
    """
    a, b = AREAS
    over = rectangle(950, 100, 1100, 200)
    lines = [
        (red_line("1", a, rectangle(100, 100, 200, 200)), a),
        (red_line("2", b, rectangle(1800, 100, 1900, 200)), b),
        (replace(red_line("3", a, over), version="3", source="3", notes=()), a),
        (red_line("4", a, BOWTIE), a),
        (replace(red_line("5", a, rectangle(0, 2000, 100, 2100)), version="CANARYX"), ""),
    ]
    projects = [project("1", a), project("2", b), project("3", a), project("4", a)]
    projects[2] = replace(projects[2], name="跨界", district="")
    shared = finding("4", "3", "blue", a, rectangle(990, 100, 1050, 200))
    neutral = Text("跨界", "over the border")
    findings = [
        finding("1", "1", "blue", a, rectangle(100, 100, 150, 200)),
        finding("2", "1", "farmland", a, rectangle(160, 100, 170, 200)),
        finding("3", "2", "blue", b, rectangle(1800, 100, 1850, 200)),
        replace(shared, feature_id="7", feature_name="河", message=neutral),
        finding("5", "3", "blue", b, rectangle(1060, 100, 1080, 200)),
        finding("6", "1", "", a, None),
    ]
    layers = (
        layer("districts", "district", Release.PUBLIC, district_frame()),
        layer("parcels", "parcel", parcels, parcel_frame()),
        layer("blue", "blue_line", Release.DISTRICT, district_frame().iloc[:0]),
        layer("farmland", "farmland", Release.TABLE_ONLY, district_frame().iloc[:0]),
        layer("metro", "metro_structure", Release.PUBLIC, None),
    )
    gap = (Text("地铁结构未载入", "metro structure did not load"),)
    report = Report(
        city=Text("示范市", "Sample City"),
        crs=CRS,
        as_of=AS_OF,
        rule_book="cn",
        rule_book_sha256="1" * 64,
        rules=(
            RuleSummary(
                "cn.farmland", "overlap", Text("永久基本农田", "farmland"), Severity.PROHIBITED,
                Basis("土地管理法"), ("farmland",), 0.0, Route(Way.AVOID, Text("避让")), True,
            ),
        ),
        inputs=tuple(input_of(item) for item in layers),
        projects=tuple(projects),
        results=tuple(result(line, district) for line, district in lines),
        verdicts=tuple(
            Verdict(
                line.id, line.project_id, "cn.metro", Severity.CONSULT, Status.NOT_CHECKED, gaps=gap
            )
            for line, _ in lines
        ),
        findings=tuple(findings),
        totals_m2={},
        area_of_record="planar",
        versions={"siting": "0.1.0"},
    )  # fmt: skip
    offers = (
        suggestion("1", 1, a, rectangle(500, 500, 600, 600)),
        suggestion("1", 2, b, rectangle(1500, 500, 1600, 600)),
    )
    atlas = Atlas(
        layers=layers,
        districts=district_frame(),
        outline=rectangle(0, 0, 2000, 1000),
        projects=report.projects,
        red_lines=tuple(line for line, _ in lines),
        refused_red_lines=(),
    )
    city = City(
        name=report.city,
        path=Path("city.toml"),
        crs=CRS,
        language="zh",
        code="4409",
        area_of_record="planar",
        rule_book="cn",
        layers=(),
        red_lines=(),
        projects=None,
        off_map=(),
        suggest=SuggestSpec(),
        output=Path("maps"),
        outline=CoverageSpec(),
        secrecy_mark="内部资料",
    )
    return World(report, (Search("PRJ-1", (), offers),), atlas, city)


def write_world(
    world: World, folder: Path, plan: CityPlan | None = None, **supplements: Any
) -> Path:
    """Write the packages of a world into `folder`; return it."""
    write_packages(
        world.report, world.searches, world.atlas, city=world.city, folder=folder,
        supplements=Supplements(plan, **supplements),
    )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the world, written once; tests only read them."""
    return write_world(world, tmp_path_factory.mktemp("packages") / "handover")


@pytest.fixture(scope="session")
def planned_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with the plan of `planned`, written once; tests only read them."""
    from . import planned

    home = tmp_path_factory.mktemp("planned") / "handover"
    return write_world(planned.with_projects(world), home, planned.plan())


@pytest.fixture
def make_world() -> Callable[..., World]:
    return build_world


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the packages of a changed world; return their folder."""

    def write_anew(
        world: World, folder: Path | None = None, *, plan: CityPlan | None = None
    ) -> Path:
        return write_world(world, folder or tmp_path / "handover", plan)

    return write_anew
