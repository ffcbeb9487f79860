"""The repairs on a page: words and figures, and the outline only where it may be drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from siting.mapping import city_scene, district_scene
from siting.model import (
    OutlineFigures,
    Release,
    Repair,
    RepairSearch,
    RepairWay,
    Text,
)


def repaired(made, *, release: Release, east_m: float = 0.0):
    """The handmade city with one repair of its first red line, moved to the east."""
    report, searches, atlas, city = made
    result = next(each for each in report.results if each.red_line.geometry.is_valid)
    line = result.red_line
    shape = shapely.transform(line.geometry, lambda xy: xy + np.array([east_m, 0.0]))
    figures = OutlineFigures(
        area_m2=123.456, area_lost_m2=1.0, area_gained_m2=2.0, moved_m=0.0, turned_deg=0.0,
        min_width_m=50.0, frontage_m=12.34, compactness=0.7, vertices_moved=2, vertices_added=0,
        vertices_removed=0,
    )  # fmt: skip
    repair = Repair(
        red_line=replace(line, id=f"{line.id}~cut-1", geometry=shape), rank=1, way=RepairWay.CUT,
        figures=figures, resolves=(), remains=(), introduces=(), not_checked=(),
        says=Text("SAYSZH", "SAYSEN"), release=release,
    )  # fmt: skip
    search = RepairSearch(
        line.id, line.project_id, (repair,), 0.0, 1.0, 50.0, 10.0,
        fewer_because=Text("只有 1 个", "only 1"),
    )  # fmt: skip
    return (replace(report, repairs=(search,)), searches, atlas, city), result


def test_a_page_without_repairs_has_none(made):
    report, searches, atlas, city = made
    assert city_scene(report, searches, atlas, city=city).payload["repairs"] == {}


def test_a_page_says_what_each_repair_says_and_draws_it(made):
    (report, searches, atlas, city), result = repaired(made, release=Release.PUBLIC)
    rows = city_scene(report, searches, atlas, city=city).payload["repairs"]
    (row,) = rows[result.red_line.id]["list"]
    assert row["says"] == ["SAYSZH", "SAYSEN"]
    assert (row["area"], row["front"], row["width"]) == (123.46, 12.3, 50.0)
    assert row["shape"] is not None
    assert rows[result.red_line.id]["fewer"] == ["只有 1 个", "only 1"]


def test_the_edge_of_a_controlled_layer_is_not_drawn(made):
    (report, searches, atlas, city), result = repaired(made, release=Release.TABLE_ONLY)
    rows = city_scene(report, searches, atlas, city=city).payload["repairs"]
    assert rows[result.red_line.id]["list"][0]["shape"] is None


def test_what_takes_land_of_another_district_has_only_its_figures_there(made):
    (report, searches, atlas, city), result = repaired(made, release=Release.PUBLIC, east_m=8_000.0)
    frame = atlas.districts
    names = dict(zip(frame["feature_name"], frame["feature_id"], strict=True))
    code = str(names.get(result.district, result.district))
    scene = district_scene(report, searches, atlas, city=city, code=code)
    (row,) = scene.payload["repairs"][result.red_line.id]["list"]
    assert row["shape"] is None
    assert "SAYS" not in row["says"][0]
    assert row["area"] == 123.46
