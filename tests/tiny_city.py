"""A tiny city for the tests of the core: in memory, or written as files in a moment.

Shapes are given in local metres and placed in full Gauss-Krüger coordinates, by default in
zone 38 without prefix (EPSG:4547). The town is a square of 4 km with two districts, west and
east, whose border is the line at 2,000 m.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import City, CoverageSpec, OffMapMatter, SuggestSpec
from siting.config import TableReader
from siting.model import (
    Atlas,
    Contract,
    Layer,
    LoadStatus,
    Project,
    RedLine,
    Refusal,
    Release,
    Report,
    Source,
    Text,
)
from siting.overlay import Witness
from siting.rulebook import RuleBook
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.kinds import KINDS

CRS = "EPSG:4547"
#: Where local (0, 0) lies, by CRS: the same ground without and with the zone prefix.
ORIGINS = {"EPSG:4547": (400_000.0, 2_500_000.0), "EPSG:4526": (38_400_000.0, 2_500_000.0)}
SIDE_M = 4_000.0
AS_OF = dt.date(2026, 11, 1)


def place(shape: BaseGeometry | str, crs: str = CRS) -> BaseGeometry:
    """Move a local shape (or its WKT) to its place in `crs`."""
    local = shapely.from_wkt(shape) if isinstance(shape, str) else shape
    moved: BaseGeometry = shapely.transform(local, lambda xy: xy + np.array(ORIGINS[crs]))
    return moved


def rect(west: float, south: float, east: float, north: float, crs: str = CRS) -> BaseGeometry:
    """Return a placed rectangle from local metres."""
    return place(shapely.box(west, south, east, north), crs)


def project(name: str = "P1", **fields: Any) -> Project:
    """Return a project."""
    return Project(id=name, name=f"项目{name}", **fields)


def red_line(
    shape: BaseGeometry, name: str = "R1", *, project_id: str = "P1", **fields: Any
) -> RedLine:
    """Return a red line of a placed shape."""
    return RedLine(id=name, project_id=project_id, geometry=shape, crs=CRS, **fields)


def layer(
    role: str,
    shapes: Sequence[BaseGeometry],
    *,
    name: str = "",
    coverage: BaseGeometry | str | None = "city",
    ids: Sequence[str] | None = None,
    columns: Mapping[str, Sequence[Any]] | None = None,
    problem: str = "",
    release: Release = Release.PUBLIC,
    code_system: str = "",
    crs: str = CRS,
) -> Layer:
    """Return a loaded layer; with a `problem` one that failed its contract."""
    keys = list(ids or [f"{name or role}-{number}" for number in range(1, len(shapes) + 1)])
    frame = gpd.GeoDataFrame(
        {"feature_id": keys, "feature_name": [""] * len(shapes), **(columns or {})},
        geometry=list(shapes),
        crs=crs,
    )
    area = rect(0, 0, SIDE_M, SIDE_M, crs) if isinstance(coverage, str) else coverage
    status = LoadStatus.FAILED if problem else LoadStatus.PASSED
    return Layer(
        name=name or role,
        role=role,
        title=Text(f"图层{role}", role),
        frame=None if problem else frame,
        coverage=area,
        source=Source(name or role, f"{name or role}.gpkg", "0" * 64, len(shapes), crs),
        contract=Contract(status, len(shapes), len(shapes), problems=(problem,) if problem else ()),
        code_system=code_system,
        release=release,
        content_sha256=f"content of {name or role}",
        coverage_text="全市",
    )


def rule(kind: str, **table: Any) -> Rule:
    """Return a rule of `kind` as a rule book would give it, with defaults for the rest."""
    from siting.rulebook.book import _rule

    full = {
        "code": f"T-{kind.upper()}",
        "kind": kind,
        "title": f"规则{kind}",
        "title_en": f"the {kind} rule",
        "severity": "prohibited",
        "basis": {"citation": "test"},
        **table,
    }
    reader = TableReader(full, file="test.toml")
    made = _rule(reader)
    reader.finish()
    reader.raise_problems()
    if made is None or kind not in KINDS:
        raise ValueError(kind)
    return made


def around(
    layers: Sequence[Layer] = (),
    *,
    others: Sequence[RedLine] = (),
    projects: Sequence[Project] = (),
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
    crs: str = CRS,
) -> Surroundings:
    """Return surroundings of hand-made layers."""
    by_role: dict[str, tuple[Layer, ...]] = {}
    for each in layers:
        by_role[each.role] = (*by_role.get(each.role, ()), each)
    return Surroundings(
        layers=by_role,
        others=tuple(others),
        projects={each.id: each for each in projects},
        as_of=AS_OF,
        crs=crs,
        crosswalks=crosswalks or {},
    )


def subject(shape: BaseGeometry, name: str = "R1", **fields: Any) -> Subject:
    """Return a red line with its own project; `fields` are the project's."""
    return Subject(red_line(shape, name, project_id=f"P-{name}"), project(f"P-{name}", **fields))


def book(*rules: Rule, crosswalks: Mapping[Any, Any] | None = None) -> RuleBook:
    """Return a rule book of these rules."""
    return RuleBook("test", Text("测试", "test"), "1", "0" * 64, rules, (), crosswalks or {})


def city(crs: str = CRS, **fields: Any) -> City:
    """Return a city without files."""
    plain = City(
        name=Text("小城", "Tiny City"),
        path=Path("city.toml"),
        crs=crs,
        language="en",
        code="",
        area_of_record="planar",
        rule_book="cn",
        layers=(),
        red_lines=(),
        projects=None,
        off_map=(),
        suggest=SuggestSpec(),
        output=Path("maps"),
        outline=CoverageSpec(),
        as_of=AS_OF,
    )
    return replace(plain, **fields)


def military() -> OffMapMatter:
    """Return a matter that is never on a map."""
    return OffMapMatter(
        "military", Text("军事", "Military"), Text("军分区", "Garrison"), Text("函")
    )


def districts(crs: str = CRS) -> gpd.GeoDataFrame:
    """Return the two districts, 01 in the west and 02 in the east."""
    half = SIDE_M / 2
    return gpd.GeoDataFrame(
        {"feature_id": ["01", "02"], "feature_name": ["西区", "东区"]},
        geometry=[rect(0, 0, half, SIDE_M, crs), rect(half, 0, SIDE_M, SIDE_M, crs)],
        crs=crs,
    )


def atlas(
    layers: Sequence[Layer],
    red_lines: Sequence[RedLine],
    *,
    projects: Sequence[Project] = (),
    refused: Sequence[Refusal] = (),
    crs: str = CRS,
) -> Atlas:
    """Return an atlas of hand-made layers and red lines."""
    return Atlas(
        layers=tuple(layers),
        districts=districts(crs),
        outline=rect(0, 0, SIDE_M, SIDE_M, crs),
        projects=tuple(projects),
        red_lines=tuple(red_lines),
        refused_red_lines=tuple(refused),
    )


def check(
    layers: Sequence[Layer],
    red_lines: Sequence[RedLine],
    rules: Sequence[Rule],
    *,
    workers: int = 1,
    witness: Witness = "found",
    crs: str = CRS,
    **fields: Any,
) -> Report:
    """Check hand-made red lines by hand-made rules."""
    from siting.check import Effort, check

    return check(
        atlas(layers, red_lines, crs=crs, **fields),
        book(*rules),
        city=city(crs),
        as_of=AS_OF,
        effort=Effort(workers, witness),
    )


@dataclass
class Files:
    """A tiny city in a folder; change the tables, then :meth:`write` city.toml."""

    folder: Path
    head: dict[str, Any] = field(
        default_factory=lambda: {
            "name": "小城", "name_en": "Tiny City", "crs": CRS, "language": "en",
            "as_of": AS_OF, "rulebook": "rules.toml",
        }
    )  # fmt: skip
    layers: dict[str, dict[str, Any]] = field(default_factory=dict)
    red_lines: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_layer(
        self, name: str, frame: gpd.GeoDataFrame, *, role: str = "", **table: Any
    ) -> None:
        """Write a layer's GeoPackage and its entry."""
        frame.to_file(self.folder / f"{name}.gpkg", layer=name, driver="GPKG")
        self.layers[name] = {
            "name": name, "role": role or name, "path": f"{name}.gpkg", "id_column": "id",
            "coverage": "city", **table,
        }  # fmt: skip

    def add_red_lines(self, frame: gpd.GeoDataFrame, *, name: str = "redlines") -> None:
        """Write a GeoPackage of red lines and its entry."""
        frame.to_file(self.folder / f"{name}.gpkg", layer=name, driver="GPKG")
        self.red_lines = [{"path": f"{name}.gpkg", "id_column": "id", "project_column": "project"}]

    def write(self) -> Path:
        """Write city.toml and return its path."""
        lines = ["[city]", *_keys(self.head)]
        for name, table in self.tables.items():
            lines += [f"[{name}]", *_keys(table)]
        for table in self.layers.values():
            lines += ["[[layer]]", *_keys(table)]
        for table in self.red_lines:
            lines += ["[[redlines]]", *_keys(table)]
        path = self.folder / "city.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def _keys(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in table.items()]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(_keys(value)) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return str(value) if isinstance(value, (int, float)) else f'"{value}"'


def frame(shapes: Sequence[BaseGeometry], *, crs: str | None = CRS, **columns: Any) -> Any:
    """Return a frame for a file, with ids F1, F2 … unless given."""
    ids = columns.pop("id", [f"F{number}" for number in range(1, len(shapes) + 1)])
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=list(shapes), crs=crs)


#: The rule book of the written city: an overlap, a setback, and a growth boundary.
RULES = """
[book]
title = "小城规则"
title_en = "Rules of the tiny city"
version = "1"

[[rule]]
code = "T-FARM"
kind = "overlap"
title = "农田"
title_en = "farmland"
severity = "prohibited"
role = "farmland"
near_m = 20.0
[rule.basis]
citation = "test"
certainty = "H"
from = 2020-01-01
[rule.route]
way = "avoid"
text = "避让"
[[rule.case]]
name = "on it"
red_line = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
features = ["POLYGON ((90 0, 300 0, 300 100, 90 100, 90 0))"]
expect = "conflict"

[[rule]]
code = "T-POWER"
kind = "setback"
title = "电力线"
title_en = "power line"
severity = "restricted"
role = "power_line"
[rule.basis]
citation = "test"
certainty = "H"
[[rule.row]]
setback_m = 15.0
when = { kv = [110, 220] }
[[rule.case]]
name = "at 10 m"
red_line = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
features = ["LINESTRING (110 -500, 110 500)"]
attributes = { kv = 110 }
expect = "conflict"

[[rule]]
code = "T-QUALITY"
kind = "quality"
title = "图形"
title_en = "outline"
severity = "prohibited"
[rule.basis]
citation = "test"
certainty = "H"
[[rule.case]]
name = "bowtie"
red_line = "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))"
expect = "conflict"
"""


def write_tiny(folder: Path) -> Files:
    """Write the tiny city: nothing near its one red line, R1 at (1000, 1000), 100 m wide."""
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    files = Files(folder)
    parts = districts().rename(columns={"feature_id": "id", "feature_name": "name"})
    files.add_layer("district", parts, name_column="name")
    files.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    wire = place("LINESTRING (0 2500, 4000 2500)")
    files.add_layer("power_line", frame([wire], kv=[110]), columns=["kv"])
    files.add_red_lines(frame([rect(1000, 1000, 1100, 1100)], id=["R1"], project=["P1"]))
    return files
