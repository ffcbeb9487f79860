"""A town small enough to know by heart: squares on a grid, made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.check import check
from siting.city import City, CoverageSpec, PlanSpec, SuggestSpec
from siting.model import (
    Atlas,
    Contract,
    Demand,
    Layer,
    LoadStatus,
    Project,
    RedLine,
    Release,
    Report,
    Search,
    Source,
    Text,
)
from siting.rulebook import RuleBook, read_rule_book
from siting.study import Study
from siting.suggest import Asked, Pools, pools_of, suggest

CRS = "EPSG:4547"
AS_OF = dt.date(2026, 11, 1)
#: South-west corner of the town: full Gauss-Krüger metres, as in real life.
EAST, NORTH = 500_000.0, 2_560_000.0

RULES = """
[book]
title = "试用规则"
title_en = "Trial rules"
version = "1"

[[rule]]
code = "FARM"
kind = "overlap"
title = "基本农田"
title_en = "Farmland"
severity = "prohibited"
role = "farmland"
[rule.basis]
citation = "试用"
[rule.route]
way = "avoid"

[[rule]]
code = "HAZARD"
kind = "overlap"
title = "地灾易发区"
title_en = "Hazard zone"
severity = "restricted"
role = "hazard"
[rule.basis]
citation = "试用"
[rule.route]
way = "ask_authority"
"""

ZONING_RULE = """
[[rule]]
code = "ZONE"
kind = "zoning"
title = "规划用途"
severity = "prohibited"
code_column = "plan_code"
code_system = "plan"
[rule.allows]
10 = ["10"]
[rule.basis]
citation = "试用"
[rule.route]
way = "adjust_plan"
"""


def box(east: float, north: float, width: float = 100.0, height: float = 100.0) -> BaseGeometry:
    """Return a rectangle by its corner's offset from the town's corner, in metres."""
    return shapely.box(EAST + east, NORTH + north, EAST + east + width, NORTH + north + height)


def layer(name: str, role: str, rows: Sequence[tuple[Any, ...]], **more: object) -> Layer:
    """Return a usable layer; each row is (id, geometry) or (id, geometry, {column: value})."""
    records = [
        {"feature_id": row[0], "feature_name": row[0], **(row[2] if len(row) > 2 else {})}
        for row in rows
    ]
    frame = gpd.GeoDataFrame(
        records or {"feature_id": [], "feature_name": []},
        geometry=[row[1] for row in rows],
        crs=CRS,
    )
    return Layer(
        name=name,
        role=role,
        title=Text(name, name),
        frame=frame,
        coverage=box(-10_000, -10_000, 40_000, 40_000),
        source=Source(name, name, "", len(rows), CRS),
        contract=Contract(LoadStatus.PASSED, len(rows), len(rows)),
        is_declared_empty=not rows,
        **more,
    )


def failed(good: Layer) -> Layer:
    """Return the layer as it stands when its file could not be read."""
    contract = Contract(LoadStatus.FAILED, problems=("cannot be read",))
    return replace(good, frame=None, contract=contract)


def project(project_id: str, low: float = 9_000, high: float = 11_000, **more: object) -> Project:
    """Return an industrial project at a choke-point stage that wants about a hectare."""
    known = {
        "name": project_id,
        "stage": "前期研究",
        "use": "1001",
        "code_system": "plan",
        "demand": Demand(low, high),
    }
    return Project(id=project_id, **(known | more))


def red_line(project_id: str, geometry: BaseGeometry) -> RedLine:
    """Return the present red line of a project."""
    return RedLine(f"{project_id}-R", project_id, geometry, CRS)


@dataclass
class Town:
    """Layers by name; change what a test is about, then :meth:`run`."""

    folder: Path
    parcels: list[tuple[Any, ...]] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    red_lines: list[RedLine] = field(default_factory=list)
    farmland: list[tuple[Any, ...]] = field(default_factory=list)
    hazard: list[tuple[Any, ...]] = field(default_factory=list)
    zoning: list[tuple[Any, ...]] = field(
        default_factory=lambda: [("Z1", box(0, 0, 5_000, 5_000), {"plan_code": "100101"})]
    )
    zoning_system: str = "plan"
    broken_layers: tuple[str, ...] = ()
    farmland_coverage: Any = None
    rules: str = RULES
    spec: SuggestSpec = field(
        default_factory=lambda: SuggestSpec(
            supply_column="supply",
            available_states=("未供",),
            zoning_column="plan_code",
            made_count=0,
        )
    )
    plan: PlanSpec = field(default_factory=PlanSpec)
    release: Release = Release.TABLE_ONLY
    """Of the parcels."""

    @property
    def city(self) -> City:
        return City(
            name=Text("试用镇", "Trial town"),
            path=self.folder / "city.toml",
            crs=CRS,
            language="zh",
            code="000000",
            area_of_record="planar",
            rule_book="trial",
            layers=(),
            red_lines=(),
            projects=None,
            off_map=(),
            suggest=self.spec,
            output=self.folder,
            outline=CoverageSpec(),
            plan=self.plan,
        )

    @property
    def atlas(self) -> Atlas:
        districts = layer(
            "districts",
            "district",
            [("A", box(0, 0, 2_500, 5_000)), ("B", box(2_500, 0, 2_500, 5_000))],
        )
        layers = [
            districts,
            layer("parcels", "parcel", self.parcels, release=self.release),
            self._farmland(),
            layer("hazard", "hazard", self.hazard),
            layer("zoning", "zoning", self.zoning, code_system=self.zoning_system),
        ]
        return Atlas(
            layers=tuple(failed(x) if x.name in self.broken_layers else x for x in layers),
            districts=districts.frame,
            outline=box(0, 0, 5_000, 5_000),
            projects=tuple(self.projects),
            red_lines=tuple(self.red_lines),
            refused_red_lines=(),
        )

    def _farmland(self) -> Layer:
        made = layer("farmland", "farmland", self.farmland)
        return replace(made, coverage=self.farmland_coverage or made.coverage)

    @property
    def rule_book(self) -> RuleBook:
        path = self.folder / "trial.toml"
        path.write_text(self.rules, encoding="utf-8")
        return read_rule_book(str(path))

    def report(self) -> Report:
        return check(self.atlas, self.rule_book, city=self.city, as_of=AS_OF)

    def run(self) -> dict[str, Search]:
        """Check, suggest, and return the searches by project id."""
        found = suggest(self.atlas, self.rule_book, self.report(), city=self.city, as_of=AS_OF)
        return {search.project_id: search for search in found}

    def study(self) -> Study:
        """Return the town as one opens it."""
        return Study(self.city, self.rule_book, self.atlas, AS_OF)

    def pools(self, asked: Asked | None = None, **more: object) -> Pools:
        """Check, and return all that every project could have."""
        report = replace(self.report(), **more)
        return pools_of(
            self.atlas, self.rule_book, report, city=self.city, as_of=AS_OF, asked=asked
        )

    box = staticmethod(box)
    ZONING_RULE = ZONING_RULE
    project = staticmethod(project)
    red_line = staticmethod(red_line)

    def parcel(self, parcel_id: str, geometry: BaseGeometry, **columns: object) -> None:
        """Add a parcel; it is free land unless `supply` says otherwise."""
        self.parcels.append((parcel_id, geometry, {"supply": "未供"} | columns))
