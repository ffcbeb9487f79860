"""Corrected red lines in a package: whole where they may be, figures alone where they may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from siting.handover.tables import REPAIR_COLUMNS
from siting.model import (
    OutlineFigures,
    Release,
    Repair,
    RepairSearch,
    RepairWay,
    Report,
    Text,
)

A, B = "440901", "440902"
EAST, NORTH = 433_000.0, 2_558_000.0


def land(west: float, south: float, east: float, north: float) -> BaseGeometry:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def repair(number: str, shape: BaseGeometry, **changes: Any) -> Repair:
    figures = OutlineFigures(
        area_m2=shape.area, area_lost_m2=1.0, area_gained_m2=2.0, moved_m=0.0, turned_deg=0.0,
        min_width_m=50.0, frontage_m=None, compactness=0.7, vertices_moved=2, vertices_added=0,
        vertices_removed=0,
    )  # fmt: skip
    line = changes.pop("line")
    made = Repair(
        red_line=replace(line, id=f"{line.id}~cut-{number}", geometry=shape),
        rank=int(number), way=RepairWay.CUT, figures=figures, resolves=(), remains=(),
        introduces=(), not_checked=(), says=Text("TOKENZH", "TOKENEN"),
    )  # fmt: skip
    return replace(made, **changes)


def with_repairs(report: Report, red_line: str, *shapes: Any) -> Report:
    line = next(r.red_line for r in report.results if r.red_line.id == red_line)
    made = [
        repair(str(number), shape, line=line, **changes)
        for number, (shape, changes) in enumerate(shapes, start=1)
    ]
    search = RepairSearch(line.id, line.project_id, tuple(made), 0.0, 1.0, 50.0, 10.0)
    return replace(report, repairs=(search,))


def rows(folder: Path, code: str) -> list[dict[str, Any]]:
    text = (folder / code / "repairs.geojson").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["features"]
    return found


def test_without_repairs_there_is_no_table(folder: Path) -> None:
    assert not (folder / A / "repairs.geojson").exists()


def test_a_package_holds_the_repairs_of_its_red_lines(
    make_world: Callable[..., Any], write: Callable[..., Path]
) -> None:
    world = make_world()
    name = world.report.results[0].red_line.id
    shape = land(120, 100, 200, 200)
    report = with_repairs(
        world.report,
        name,
        (shape, {}),
        (shape, {"release": Release.TABLE_ONLY}),
        (land(120, 100, 1300, 200), {"parcels_added": ("CANARYPARCEL",)}),
    )
    folder = write(replace(world, report=report))
    here = rows(folder, A)
    assert [row["properties"]["geometry_state"] for row in here] == [
        "as_found", "withheld", "in_other_district",
    ]  # fmt: skip
    assert [row["geometry"] is not None for row in here] == [True, False, False]
    assert set(REPAIR_COLUMNS) <= set(here[0]["properties"])
    assert here[0]["properties"]["says_zh"] == "TOKENZH"
    assert here[2]["properties"]["says_zh"] is None
    assert "CANARYPARCEL" not in (folder / A / "repairs.geojson").read_text(encoding="utf-8")
    assert rows(folder, B) == []
    manifest = json.loads((folder / A / "manifest.json").read_text(encoding="utf-8"))
    counts = {each["path"]: each["rows"] for each in manifest["files"]}
    assert counts["repairs.geojson"] == 3
    assert counts["redlines.gpkg"]["repairs"] == 3


@pytest.mark.parametrize(
    ("way", "parcels", "state"),
    [
        (RepairWay.CUT, Release.TABLE_ONLY, "as_found"),
        (RepairWay.SWAP, Release.TABLE_ONLY, "withheld"),
        (RepairWay.SWAP, Release.PUBLIC, "as_found"),
    ],
)
def test_an_outline_of_parcels_obeys_the_parcels_release(
    way: RepairWay,
    parcels: Release,
    state: str,
    make_world: Callable[..., Any],
    write: Callable[..., Path],
) -> None:
    world = make_world(parcels=parcels)
    name = world.report.results[0].red_line.id
    report = with_repairs(world.report, name, (land(120, 100, 200, 200), {"way": way}))
    (row,) = rows(write(replace(world, report=report)), A)
    assert row["properties"]["geometry_state"] == state
