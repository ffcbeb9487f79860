"""The plan in the packages: rows, words, copies, form; read by fiona and by hand."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import openpyxl
import pyproj
import pytest
import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from siting.handover.plan_tables import PLANNED_COLUMNS
from siting.model import Release
from siting.planning import Origin

from . import planned
from .test_packages import everything, features_of, manifest_of

A, B = "440901", "440902"
#: Corners of the TXT are rounded to 1 mm: so much land per metre of a common edge is rounding.
TXT_M = 0.0015


def rows_of(folder: Path, code: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a district's ``plan`` by project, as fiona (another GDAL) reads them."""
    with fiona.open(folder / code / "redlines.gpkg", layer="plan") as layer:
        assert layer.crs.to_epsg() == 4547
        return {one.properties["project_id"]: {**one.properties, "shape": one.geometry and
                shape(one.geometry)} for one in layer}  # fmt: skip


def plots_of(path: Path) -> dict[str, BaseGeometry]:
    """Return the plots of a TXT by their number, read by hand: rings of X = north, Y = east."""
    plots: dict[str, dict[int, list[tuple[float, float]]]] = {}
    number = ""
    for line in path.read_text(encoding="gb18030").splitlines():
        if line.endswith("@"):
            number = line.split(",")[2]
            plots[number] = {}
        elif match := re.fullmatch(r"J\d+,(\d+),([\d.]+),([\d.]+)", line):
            ring, north, east = int(match[1]), float(match[2]), float(match[3])
            plots[number].setdefault(ring, []).append((east, north))
    return {name: Polygon(rings[1], [rings[i] for i in sorted(rings) if i > 1])
            for name, rings in plots.items()}  # fmt: skip


def viewed(path: Path) -> dict[str, BaseGeometry]:
    """Return the outlines of a viewing copy by project, moved to the working CRS by pyproj."""
    plane = pyproj.Transformer.from_crs(4326, 4547, always_xy=True)

    def moved(points: Any) -> Any:
        return np.column_stack(plane.transform(points[:, 0], points[:, 1]))

    return {
        one["properties"]["project_id"]: shapely.transform(shape(one["geometry"]), moved)
        for one in features_of(path)
        if one["geometry"]
    }


def overlaps(
    sites: list[tuple[str, BaseGeometry]], rounding_m: float = 0.0
) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of different projects with land in common, measured by shapely alone."""
    for (one, left), (other, right) in itertools.combinations(sites, 2):
        shared = shapely.intersection(left, right)
        if one != other and shared.area > 0.01 + rounding_m * shared.length:
            yield one, other, shared.area


def test_each_district_gets_the_sites_on_its_land_and_its_own_projects(planned_folder: Path):
    west, east = rows_of(planned_folder, A), rows_of(planned_folder, B)
    states = {name: (row["state"], row["geometry_state"]) for name, row in west.items()}
    assert states == {
        "PRJ-1": ("placed", "as_found"),
        "PRJ-3": ("placed", "as_found"),
        "PRJ-4": ("unplaced", "none"),
        "PRJ-6": ("placed", "as_found"),
        "PRJ-7": ("left_out", "none"),
    }
    assert {name: (row["state"], row["geometry_state"]) for name, row in east.items()} == {
        "PRJ-2": ("placed", "as_found"),
        "PRJ-3": ("placed", "as_found"),
        "PRJ-6": ("placed", "in_other_district"),
    }
    assert tuple(west["PRJ-1"])[:-1] == PLANNED_COLUMNS


def test_the_workbook_of_a_package_has_the_plan(planned_folder: Path):
    for code, ids in ((A, [1, 3, 4, 6, 7]), (B, [2, 3, 6])):
        book = openpyxl.load_workbook(planned_folder / code / "summary.xlsx", read_only=True)
        rows = list(book["统筹计划"].iter_rows(min_row=2, max_col=1, values_only=True))
        assert [row[0] for row in rows] == [*(f"PRJ-{number}" for number in ids), "合计"]


def test_a_site_over_the_border_is_handed_over_whole_to_both(planned_folder: Path):
    for code in (A, B):
        row = rows_of(planned_folder, code)["PRJ-3"]
        assert row["shape"].equals_exact(planned.OVER_BORDER.normalize(), 1e-9) or row[
            "shape"
        ].symmetric_difference(planned.OVER_BORDER).area == pytest.approx(0.0, abs=1e-6)
        assert row["area_m2"] == pytest.approx(10_000.0)
        assert row["area_in_district_m2"] == pytest.approx(5_000.0)


def test_a_guest_bears_its_land_and_points_and_not_how_it_fares(planned_folder: Path):
    guest = rows_of(planned_folder, A)["PRJ-6"]
    assert guest["site_id"] == "CANARYAguestsite"
    assert guest["points"] == 60.0
    told = {"project_name", "priority", "regret", "score", "best_site_id", "reasons_zh"}
    assert {guest[name] for name in told} <= {None, ""}


def test_an_own_project_planned_elsewhere_bears_no_place(planned_folder: Path):
    away = rows_of(planned_folder, B)["PRJ-6"]
    assert (away["site_district"], away["points"], away["regret"]) == (A, 60.0, 7.0)
    assert away["project_name"] == "CANARYBprojectname"
    assert away["shape"] is None
    assert {away[name] for name in ("site_id", "parcel_ids", "best_site_id", "remains")} == {None}


def test_reasons_name_what_lies_here_and_else_only_numbers(planned_folder: Path):
    reasons = rows_of(planned_folder, A)["PRJ-4"]["reasons_zh"].split("；")
    assert reasons == [
        "PRJ-2 在其他区有安排",
        "一处此处不列明的备选用地，已归他人",
        "不同意该用地（CANARYArefused）",
    ]
    assert rows_of(planned_folder, A)["PRJ-4"]["is_proved"] is True
    manifest = manifest_of(planned_folder / A)["plan"]
    assert [one["project_id"] for one in manifest["projects_unplaced"]] == ["PRJ-4"]
    assert manifest["projects_left_out"] == [
        {"project_id": "PRJ-7", "zh": "线性项目", "en": "a linear project"}
    ]
    assert manifest["notes_with_the_city"] == 1


def test_no_word_of_one_district_stands_in_the_package_of_the_other(planned_folder: Path):
    west, east = everything(planned_folder, A), everything(planned_folder, B)
    for content, other in ((west, "B"), (east, "A")):
        for token in (f"CANARY{other}", "CANARYX"):
            assert token.encode() not in content
            assert token.encode("utf-16-le") not in content
    for code, other in ((A, "B"), (B, "A")):
        cells = openpyxl.load_workbook(planned_folder / code / "reply.xlsx").active.values
        assert f"CANARY{other}" not in str(list(cells))


def test_the_form_asks_about_the_sites_on_the_districts_land(planned_folder: Path):
    for code, asked in ((A, ["PRJ-1", "PRJ-3", "PRJ-6"]), (B, ["PRJ-2", "PRJ-3"])):
        form = openpyxl.load_workbook(planned_folder / code / "reply.xlsx").active
        assert [row[0].value for row in form.iter_rows(min_row=2)] == asked
        assert {row[6].value for row in form.iter_rows(min_row=2)} == {{A: "西区", B: "东区"}[code]}


@pytest.mark.parametrize("code", [A, B])
def test_copies_show_the_same_land_to_the_millimetre(planned_folder: Path, code: str):
    official = {
        name: row["shape"] for name, row in rows_of(planned_folder, code).items() if row["shape"]
    }
    text, copy = (
        plots_of(planned_folder / code / "plan.txt"),
        viewed(planned_folder / code / "plan.geojson"),
    )
    assert set(text) == set(copy) == set(official)
    for name, outline in official.items():
        for other in (text[name], copy[name]):
            assert outline.hausdorff_distance(other) <= 0.001
    manifest = manifest_of(planned_folder / code)
    assert manifest["official_files"] == ["redlines.gpkg", "redlines.txt", "plan.txt"]


def test_no_two_planned_sites_overlap_in_any_file(planned_folder: Path):
    read: dict[str, list[tuple[str, BaseGeometry]]] = {"gpkg": [], "txt": [], "geojson": []}
    for code in (A, B):
        home = planned_folder / code
        official = rows_of(planned_folder, code).items()
        read["gpkg"] += [(name, row["shape"]) for name, row in official if row["shape"]]
        read["txt"] += plots_of(home / "plan.txt").items()
        read["geojson"] += viewed(home / "plan.geojson").items()
    assert {kind: len(sites) for kind, sites in read.items()} == dict.fromkeys(read, 5)
    assert list(overlaps(read["gpkg"])) == []
    assert list(overlaps(read["txt"], TXT_M)) == []
    assert list(overlaps(read["geojson"], TXT_M)) == []


def test_outlines_that_may_not_travel_stay_and_are_told(world: Any, write: Callable[..., Path]):
    plan = planned.plan(origin=Origin(parcels=Release.TABLE_ONLY))
    folder = write(planned.with_projects(world), plan=plan)
    west = rows_of(folder, A)
    assert [west[name]["geometry_state"] for name in ("PRJ-1", "PRJ-3", "PRJ-6")] == [
        "withheld"
    ] * 3
    assert not (folder / A / "plan.txt").exists()
    assert manifest_of(folder / A)["plan"]["outlines_not_whole"] == ["PRJ-1", "PRJ-3", "PRJ-6"]
    # a present red line is the project's own to show
    assert list(plots_of(folder / B / "plan.txt")) == ["PRJ-2"]


def test_a_districts_layer_is_cut_along_the_border_and_half_a_plot_is_none(
    world: Any, write: Callable[..., Path]
):
    plan = planned.plan(origin=Origin(parcels=Release.DISTRICT))
    folder = write(planned.with_projects(world), plan=plan)
    for code in (A, B):
        row = rows_of(folder, code)["PRJ-3"]
        assert row["geometry_state"] == "clipped_to_district"
        assert row["shape"].area == pytest.approx(5_000.0)
        assert "PRJ-3" not in plots_of(folder / code / "plan.txt")
        assert manifest_of(folder / code)["plan"]["outlines_not_whole"] == ["PRJ-3"]


def test_the_same_plan_gives_the_same_bytes_and_none_leaves_nothing_behind(
    world: Any, planned_folder: Path, write: Callable[..., Path]
):
    world = planned.with_projects(world)
    folder = write(world, plan=planned.plan())
    for code in (A, B):
        assert (folder / f"{code}.zip").read_bytes() == (
            planned_folder / f"{code}.zip"
        ).read_bytes()
    write(world, folder)
    for code in (A, B):
        left = {path.name for path in (folder / code).iterdir()}
        assert left.isdisjoint({"plan.geojson", "plan.txt", "reply.xlsx"})
        assert manifest_of(folder / code)["plan"] is None


def test_a_plan_without_sites_is_a_table_without_copies(world: Any, write: Callable[..., Path]):
    plan = planned.plan(rows=tuple(one for one in planned.rows() if one.option is None))
    folder = write(planned.with_projects(world), plan=plan)
    names = {path.name for path in (folder / A).iterdir()}
    assert "plan.geojson" in names
    assert names.isdisjoint({"plan.txt", "reply.xlsx"})
    assert json.loads((folder / B / "plan.geojson").read_text(encoding="utf-8"))["features"] == []


def test_a_project_of_no_district_without_a_site_is_told(
    world: Any, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
):
    nobody = planned.row("8", "", None, blocks=())
    nobody = replace(nobody, project=replace(nobody.project, district=""))
    write(world, plan=planned.plan(rows=(nobody,)))
    assert "PRJ-8 gets no site and belongs to no district" in caplog.text


HOSTILE = ["P,1@", "P，1＠", "=1+1", "{{7*7}}", "P\u202e1", "J1,1,5,5", "</script><b>", "P\t\n1"]


def test_hostile_numbers_and_names_are_texts_and_no_refusal(world: Any, write: Callable[..., Path]):
    rows = []
    for number, text in enumerate(HOSTILE):
        west = 20 + 40 * number
        land = planned.site(f"S{text}", planned.rectangle(west, 700, west + 30, 730), A)
        one = planned.row("6", A, land)
        rows.append(replace(one, project=replace(one.project, id=text, name=f"={text}")))
    projects = tuple(one.project for one in rows)
    report = replace(world.report, projects=(*world.report.projects, *projects))
    folder = write(replace(world, report=report), plan=planned.plan(rows=tuple(rows)))
    assert set(rows_of(folder, A)) == set(HOSTILE)
    form = openpyxl.load_workbook(folder / A / "reply.xlsx").active
    cells = [cell for row in form.iter_rows(min_row=2, max_col=3) for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    page = (folder / A / "map.html").read_text(encoding="utf-8")
    assert "</script><b>" not in page
