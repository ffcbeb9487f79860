"""A small city whose check is kept between runs, and every way in which it may change.

All that the tests of the memory share: one hand-made city with a rule of each kind, and
changes by name, each of one thing that a verdict may depend on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.check import Effort, Memory
from siting.check import check as check_lines
from siting.model import (
    Contract,
    Demand,
    Layer,
    LoadStatus,
    Project,
    RedLine,
    Refusal,
    Report,
    Severity,
    Text,
)
from siting.overlay import Witness
from siting.report import report_to_dict
from siting.rulebook import RuleBook
from siting.rules.base import Rule
from siting.store import Store

from ..tiny_city import AS_OF, CRS, SIDE_M, atlas, city, layer, place, project, rect, red_line, rule

WIRES = ["LINESTRING (0 2500, 4000 2500)", "LINESTRING (300 0, 300 900)"]
#: The use of the projects in the codes of their ledger, and in those of the plan.
CODES = {"A": "0701", "B": "0901"}


def _rules() -> list[Rule]:
    return [
        rule("overlap", role="farmland", near_m=20.0, sliver_width_m=0.5,
             where={"grade": ["prime"]},
             exception=[{"condition": "公园", "kinds": ["park"]}]),
        rule("setback", role="power_line", near_m=5.0, severity="restricted",
             row=[{"setback_m": 15.0, "when": {"kv": [110, 220]}}]),
        rule("inside", role="growth_boundary"),
        rule("zoning", role="zoning", code_column="code", code_system="plan",
             allows={"07": ["07"], "09": ["09"]}, applies_to={"stages": ["open"]}),
        rule("rivals"),
        rule("area", against="demand", tolerance_m2=1.0),
        rule("quality", min_width_m=2.0),
        rule("off_map", route={"way": "ask_authority", "office": "军分区"}),
    ]  # fmt: skip


def delivered(each: Layer) -> Layer:
    """Return a layer as the load contract hands it on: with the hashes of what it holds."""
    if each.frame is None:
        return replace(each, content_sha256="")
    text = each.frame.to_wkb().to_csv().encode()
    digest = hashlib.sha256(text).hexdigest()
    source = replace(each.source, sha256=digest, rows=len(each.frame))
    contract = replace(each.contract, rows_in=len(each.frame), rows_used=len(each.frame))
    return replace(each, source=source, contract=contract, content_sha256=digest)


def _layers() -> dict[str, Layer]:
    edge = rect(-500, -500, SIDE_M + 500, SIDE_M + 500)
    made = [
        layer("farmland", [rect(1050, 1000, 1300, 1400), rect(3000, 3000, 3300, 3400),
                           rect(1000, 905, 1100, 950)],
              coverage=edge, columns={"grade": ["prime", "prime", "plain"]}),
        layer("power_line", [place(wire) for wire in WIRES], coverage=edge,
              columns={"kv": [110, 220], "owner": ["a", "b"]}),
        layer("growth_boundary", [rect(0, 0, 2090, SIDE_M), rect(2090, 0, 3500, 3500)],
              coverage=edge),
        layer("zoning", [rect(0, 0, 1550, SIDE_M), rect(1550, 0, SIDE_M, SIDE_M)],
              coverage=edge, columns={"code": ["R", "C"]}, code_system="old"),
    ]  # fmt: skip
    made = [replace(each, source=replace(each.source, accuracy_m=0.5)) for each in made]
    return {each.name: delivered(each) for each in made}


def _red_lines() -> dict[str, RedLine]:
    shapes = {
        "R1": rect(1000, 950, 1100, 1050),  # on the first field
        "R2": rect(2050, 2400, 2150, 2495),  # 5 m off the wire, over the seam of the boundary
        "R3": rect(3450, 3000, 3550, 3100),  # over the edge of the boundary
        "R4": rect(1085, 920, 1180, 1010),  # on R1's land
        "R5": rect(500, 3000, 620, 3100),  # nothing near
    }
    return {
        name: red_line(shape, name, project_id=name.replace("R", "P"), accuracy_m=0.3)
        for name, shape in shapes.items()
    }


def _projects() -> dict[str, Project]:
    return {
        f"P{n}": project(
            f"P{n}", use="A" if n % 2 else "B", code_system="ledger", stage="open",
            demand=Demand(8_000.0, 12_000.0),
        )
        for n in range(1, 6)
    }  # fmt: skip


@dataclass
class Scene:
    """Everything that a check takes, to be changed one thing at a time."""

    layers: dict[str, Layer] = field(default_factory=_layers)
    red_lines: dict[str, RedLine] = field(default_factory=_red_lines)
    projects: dict[str, Project] = field(default_factory=_projects)
    rules: list[Rule] = field(default_factory=_rules)
    crosswalks: dict[Any, Any] = field(
        default_factory=lambda: {("ledger", "plan"): CODES, ("old", "plan"): {"R": "07", "C": "09"}}
    )
    city_fields: dict[str, Any] = field(default_factory=dict)
    as_of: dt.date = AS_OF
    witness: Witness = "found"
    border_m: float = 2_000.0

    def check(self, store: Store | None = None) -> tuple[Report, Memory | None]:
        """Check, with what `store` has kept where it is given, and keep what is new."""
        memory = None if store is None else Memory(store)
        whole = atlas(
            list(self.layers.values()),
            list(self.red_lines.values()),
            projects=list(self.projects.values()),
        )
        parts = [
            rect(0, 0, self.border_m, SIDE_M),
            rect(self.border_m, 0, SIDE_M, SIDE_M),
        ]
        report = check_lines(
            replace(whole, districts=whole.districts.set_geometry(parts, crs=CRS)),
            RuleBook(
                "t", Text("测试"), "1", "0" * 64, tuple(self.rules), (), dict(self.crosswalks)
            ),
            city=city(CRS, **self.city_fields),
            as_of=self.as_of,
            effort=Effort(witness=self.witness, memory=memory),
        )
        if memory is not None:
            memory.write()
        return report, memory

    def judged(self, store: Store) -> int:
        """Return how many verdicts a check with `store` has to judge anew."""
        memory = self.check(store)[1]
        assert memory is not None
        return memory.tally.judged

    def change_frame(self, name: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]):
        """Deliver a layer anew, with other rows."""
        old = self.layers[name]
        self.layers[name] = delivered(replace(old, frame=change(old.frame.copy())))

    def change_layer(self, name: str, /, **fields: Any) -> None:
        """Change what is said of a layer."""
        self.layers[name] = replace(self.layers[name], **fields)

    def change_source(self, name: str, /, **fields: Any) -> None:
        """Change what is said of a layer's source."""
        self.change_layer(name, source=replace(self.layers[name].source, **fields))

    def change_rule(self, kind: str, /, **fields: Any) -> None:
        """Change one rule."""
        self.rules = [replace(r, **fields) if r.kind == kind else r for r in self.rules]

    def change_line(self, name: str, /, **fields: Any) -> None:
        """Change one red line."""
        self.red_lines[name] = replace(self.red_lines[name], **fields)

    def change_project(self, name: str, /, **fields: Any) -> None:
        """Change one entry of the ledger."""
        self.projects[name] = replace(self.projects[name], **fields)


def document(report: Report) -> Any:
    """Return the whole report as it is written: identity, findings with their shapes, all."""
    shapes = [shapely.to_wkb(f.geometry) if f.geometry else None for f in report.findings]
    near = [v.near and (v.near.at and shapely.to_wkb(v.near.at)) for v in report.verdicts]
    return report_to_dict(report), shapes, near


def kept(folder: Path) -> Store:
    """Return a store in a folder, which no environment turns off."""
    return Store(folder)


def moved(shape: Any, east_m: float, north_m: float = 0.0) -> Any:
    return shapely.transform(shape, lambda xy: xy + np.array([east_m, north_m]))


def _move_row(row: int, east_m: float):
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame.loc[row, "geometry"] = moved(frame.geometry[row], east_m)
        return frame

    return change


def _set(row: int, column: str, value: object):
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame.loc[row, column] = value
        return frame

    return change


def with_row(frame: gpd.GeoDataFrame, shape: Any) -> gpd.GeoDataFrame:
    """Return a frame with one more feature, otherwise like the first."""
    row = frame.iloc[[0]].assign(feature_id="new", geometry=[shape])
    return pd.concat([frame, row], ignore_index=True)


def _failed(scene: Scene) -> None:
    contract = Contract(LoadStatus.FAILED, 3, 3, problems=("坏 / broken",))
    scene.change_layer("farmland", frame=None, contract=contract)


def _short(scene: Scene) -> None:
    contract = replace(
        scene.layers["farmland"].contract,
        status=LoadStatus.SHORT,
        refusals=(Refusal(7, "x", "bowtie"),),
    )
    scene.change_layer("farmland", contract=contract)


def _second_layer(scene: Scene) -> None:
    extra = layer("farmland", [rect(520, 3010, 540, 3030)], name="more", columns={"grade": [""]})
    scene.layers["more"] = delivered(extra)


def _new_line(scene: Scene) -> None:
    scene.red_lines["R6"] = red_line(rect(510, 3010, 530, 3030), "R6", project_id="P6")


def _bowtie(scene: Scene) -> None:
    shape = place("POLYGON ((480 2990, 640 3110, 640 2990, 480 3110, 480 2990))")
    scene.red_lines["R6"] = red_line(shape, "R6", project_id="P6")


EAST = rect(0, 0, 2000, SIDE_M)

#: Name -> what changes the report. Each is one thing that some verdict or total depends on.
CHANGES: dict[str, Callable[[Scene], object]] = {
    "a red line moves": lambda s: s.change_line(
        "R5", geometry=moved(s.red_lines["R5"].geometry, -300, -2400)
    ),
    "a red line comes": _new_line,
    "a red line goes": lambda s: s.red_lines.pop("R4"),
    "a red line is another project's": lambda s: s.change_line("R4", project_id="P1"),
    "a red line's accuracy": lambda s: s.change_line("R1", accuracy_m=3.0),
    "a rival's accuracy": lambda s: s.change_line("R4", accuracy_m=3.0),
    "a rival is invalid": _bowtie,
    "a rival's project has another name": lambda s: s.change_project("P4", name="新名"),
    "a project's use": lambda s: s.change_project("P5", use="B"),
    "a project's code system": lambda s: s.change_project("P5", code_system=""),
    "a project's stage": lambda s: s.change_project("P5", stage="closed"),
    "a project's kind": lambda s: s.change_project("P1", kind="park"),
    "a project's demand": lambda s: s.change_project("P5", demand=Demand(20_000.0, 30_000.0)),
    "a project leaves the ledger": lambda s: s.projects.pop("P5"),
    "a feature moves onto a red line": lambda s: s.change_frame("farmland", _move_row(2, 30.0)),
    "a feature moves off": lambda s: s.change_frame("farmland", _move_row(0, 500.0)),
    "a feature comes near": lambda s: s.change_frame("farmland", _move_row(1, 140.0)),
    "an attribute": lambda s: s.change_frame("farmland", _set(2, "grade", "prime")),
    "an attribute that no rule reads": lambda s: s.change_frame(
        "power_line", _set(0, "owner", "c")
    ),
    "a feature's name": lambda s: s.change_frame("farmland", _set(0, "feature_name", "甲")),
    "a feature's id": lambda s: s.change_frame("farmland", _set(0, "feature_id", "other")),
    "a voltage": lambda s: s.change_frame("power_line", _set(0, "kv", 500)),
    "a zone's code": lambda s: s.change_frame("zoning", _set(0, "code", "C")),
    "a column is gone": lambda s: s.change_frame(
        "farmland", lambda frame: frame.drop(columns="grade")
    ),
    # 0.3 m off R3, which only a boundary grown by its accuracy reaches
    "a feature comes within the bands only": lambda s: s.change_frame(
        "growth_boundary", lambda frame: with_row(frame, rect(3500, 3100.3, 3550, 3102))
    ),
    "a layer fails": _failed,
    "a layer is short": _short,
    "a layer is gone": lambda s: s.layers.pop("growth_boundary"),
    "a second layer of the role": _second_layer,
    "a layer's title": lambda s: s.change_layer(
        "farmland", title=Text("新", "new"), coverage=None
    ),
    "a layer's coverage": lambda s: s.change_layer("farmland", coverage=EAST),
    "a layer's accuracy": lambda s: s.change_source("farmland", accuracy_m=2.0),
    "a layer's code system": lambda s: s.change_layer("zoning", code_system="plan"),
    "a layer is another's part": lambda s: (
        _second_layer(s),
        s.change_layer("more", part_of="all"),
        s.change_layer("farmland", part_of="all"),
    ),
    "a rule's distance": lambda s: s.change_rule("overlap", near_m=4000.0),
    "a rule's severity": lambda s: s.change_rule("overlap", severity=Severity.ADVISORY),
    "a rule's title": lambda s: s.change_rule("overlap", title=Text("新题", "new title")),
    "a rule's role": lambda s: s.change_rule("inside", role="farmland"),
    "a rule is gone": lambda s: s.rules.pop(0),
    "a rule comes": lambda s: s.rules.append(
        rule("overlap", code="T-MORE", role="zoning", severity="consult")
    ),
    "a rule of another order": lambda s: s.rules.reverse(),
    "a crosswalk": lambda s: s.crosswalks.update({("ledger", "plan"): {"A": "0901"}}),
    "the area of record": lambda s: s.city_fields.update(
        area_of_record="ellipsoidal_trapezoid"
    ),
    "the border of the districts": lambda s: setattr(s, "border_m", 3_000.0),
    "the witnesses": lambda s: setattr(s, "witness", "all"),
    "the date": lambda s: setattr(s, "as_of", dt.date(2027, 1, 1)),
}  # fmt: skip
