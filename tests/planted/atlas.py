"""A planted city as siting is given it: atlas, city, rule book, and the search on them."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.check import check
from siting.city import AccessSpec, CoverageSpec, SuggestSpec
from siting.city import City as Configured
from siting.model import (
    ArrayPixels,
    Atlas,
    Contract,
    Demand,
    Form,
    Grid,
    Layer,
    LoadStatus,
    Project,
    RedLine,
    Search,
    Source,
    Text,
)
from siting.rulebook import RuleBook, read_rule_book
from siting.suggest import suggest

from .ground_plan import CRS, EAST, NORTH, City
from .roads import MAIN, SPUR
from .surfaces import CELL_M

AS_OF = dt.date(2026, 11, 1)
PROJECT = "P"
#: Rules by code: severity, and the role of what they look at.
RULES = {
    "FORBIDDEN": ("prohibited", "farmland"),
    "CONSENT": ("restricted", "x_consent"),
    "CONSULT1": ("consult", "x_consult1"),
    "CONSULT2": ("consult", "x_consult2"),
    "ADVICE1": ("advisory", "x_advice1"),
    "ADVICE2": ("advisory", "x_advice2"),
}
_RULE = """
[[rule]]
code = "{code}"
kind = "overlap"
title = "{code}"
severity = "{severity}"
role = "{role}"
[rule.basis]
citation = "-"
[rule.route]
way = "avoid"
"""
SPEC = SuggestSpec(
    count=60,
    acquire_count=60,
    made_count=0,
    supply_column="supply",
    available_states=("未供", "批而未供", "新增用地"),
    acquisition_column="acquisition",
    plan_state_column="plan_state",
    ownership_column="ownership",
    zoning_column="plan_code",
    profiles=(Path(__file__).with_name("every_kind.toml"),),
)
ACCESS = AccessSpec(columns={"road_class": "grade"})


@cache
def rule_book() -> RuleBook:
    """Return a rule book with one overlap rule of each severity, two of the mildest."""
    text = '[book]\ntitle = "-"\nversion = "1"\n' + "".join(
        _RULE.format(code=code, severity=severity, role=role)
        for code, (severity, role) in RULES.items()
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "planted.toml")
        path.write_text(text, encoding="utf-8")
        return read_rule_book(str(path))


def layer(
    role: str,
    rows: Sequence[tuple[BaseGeometry, Mapping[str, Any]]],
    coverage: BaseGeometry,
    **more: Any,
) -> Layer:
    """Return a layer that passed its contract; each row is (geometry, columns)."""
    records = [{"feature_id": f"{role}-{n}", "feature_name": ""} | row[1] for n, row in _many(rows)]
    frame = gpd.GeoDataFrame(
        records or {"feature_id": [], "feature_name": []},
        geometry=[row[0] for row in rows],
        crs=CRS,
    )
    return Layer(
        name=role,
        role=role,
        title=Text(role, role),
        frame=frame,
        coverage=coverage,
        source=Source(role, role, "", len(rows), CRS),
        contract=Contract(LoadStatus.PASSED, len(rows), len(rows)),
        is_declared_empty=not rows,
        **more,
    )


def _many(rows: Sequence[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(rows))


def atlas_of(city: City) -> Atlas:
    """Return the planted city as loaded layers."""
    everywhere = city.bounds.buffer(5_000)
    east = shapely.union_all([city.cell(b) for b in city.blocks if b.district == "B"])
    districts = layer(
        "district",
        [
            (shapely.difference(city.bounds, east), {"feature_id": "A", "feature_name": "甲区"}),
            (east, {"feature_id": "B", "feature_name": "乙区"}),
        ],
        everywhere,
    )
    parcels = [
        (city.parcels[block.name], {"feature_id": block.name} | block.texts)
        for block in city.blocks
    ]
    zones = [(city.cell(b), {"plan_code": b.use or city.use}) for b in city.blocks]
    roads = [
        *((line, {"grade": MAIN}) for line in city.main_roads),
        *((line, {"grade": SPUR}) for line in city.spurs.values()),
    ]
    layers = [
        districts,
        layer("parcel", parcels, everywhere),
        replace(layer("zoning", zones, everywhere), code_system="ydyh2023"),
        *(layer(role, met(city, code), everywhere) for code, (_, role) in RULES.items()),
        *(layer(role, city.features(role), everywhere) for role in city.roles),
        *([layer("road", roads, everywhere)] if city.has_roads else []),
        *([_elevation(city, everywhere)] if city.has_ground else []),
    ]
    line = city.red_line
    return Atlas(
        layers=tuple(layers),
        districts=districts.frame,
        outline=city.bounds,
        projects=(project_of(city),),
        red_lines=() if line is None else (RedLine("R", PROJECT, line, CRS),),
        refused_red_lines=(),
    )


def _elevation(city: City, coverage: BaseGeometry) -> Layer:
    rows, columns = city.heights.shape
    north = NORTH + city.size[1] * city.pitch_m
    grid = Grid(EAST, north, CELL_M, CELL_M, columns, rows)
    return replace(layer("dem", [], coverage), frame=None, pixels=ArrayPixels(grid, city.heights))


def met(city: City, code: str) -> list[tuple[BaseGeometry, Mapping[str, Any]]]:
    """Return what a rule looks at: a square of 20 m on each parcel that is to meet it."""
    found: list[tuple[BaseGeometry, Mapping[str, Any]]] = []
    for block in city.blocks:
        if code in block.meets:
            east, south = city.corner(block)
            found.append((shapely.box(east + 20, south, east + 40, south + 20), {}))
    return found


def project_of(city: City) -> Project:
    low, high = city.wanted_m2
    return Project(
        id=PROJECT,
        name=PROJECT,
        form=Form.AREA if city.has_red_line else Form.NONE,
        use=city.use,
        code_system="ydyh2023",
        stage="前期研究",
        district=city.district,
        demand=Demand(low, high, profile=city.profile.name if city.is_profile_named else ""),
    )


def search(city: City, *, spec: SuggestSpec = SPEC) -> Search:
    """Return what siting finds for the project of a planted city."""
    configured = Configured(
        name=Text("种植城", "Planted town"),
        path=Path("city.toml"),
        crs=CRS,
        language="zh",
        code="000000",
        area_of_record="planar",
        rule_book="planted",
        layers=(),
        red_lines=(),
        projects=None,
        off_map=(),
        suggest=spec,
        output=Path(),
        outline=CoverageSpec(),
        access=ACCESS,
    )
    atlas = atlas_of(city)
    report = check(atlas, rule_book(), city=configured, as_of=AS_OF)
    (found,) = suggest(atlas, rule_book(), report, city=configured, as_of=AS_OF)
    return found
