"""Kind slope: planes and steps by hand, another CRS, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.crs import transform_geometries
from siting.model import ArrayPixels, Grid
from siting.rules.verdicts import judge

from ..tiny_city import CRS, around, layer, rect, rule, subject
from ..tiny_ground import MOUNTAINS, SOUTH, WEST, cells_of, gdaldem_slope, on_grid, ramp
from ..tiny_ground import elevation_model as model

ROWS = [{"uses": ["07"], "limit_percent": 25.0}, {"uses": ["0704"], "limit_percent": 10.0}]


def judged(dem, shape=None, *, use: str = "0701", **table):
    made = rule("slope", code_system="ydyh2023", row=ROWS, **table)
    land = rect(100, 3000, 300, 3100) if shape is None else shape
    one = subject(land, use=use, code_system="ydyh2023")
    verdicts, findings = judge(made, [one], around([dem]))
    return verdicts[0], findings


def test_a_gentle_plane_is_clear_and_a_steep_one_is_not():
    assert judged(model(ramp(24.0)))[0].status == "clear"
    verdict, (finding,) = judged(model(ramp(26.0)))
    assert verdict.status == "conflict"
    assert finding.area_m2 == pytest.approx(20_000)
    assert finding.geometry.equals(rect(100, 3000, 300, 3100))
    assert "26.0" in finding.message.get("en")


def test_the_longest_prefix_gives_the_limit():
    assert judged(model(ramp(12.0)), use="0701")[0].status == "clear"
    assert judged(model(ramp(12.0)), use="070401")[0].status == "conflict"


def test_the_steep_part_is_drawn_by_whole_cells():
    # flat up to 200 m: cell 19 (190-200) has 15 %, cell 20 45 %, the rest 60 %
    verdict, (finding,) = judged(model(ramp(60.0, from_m=200.0)))
    assert verdict.status == "conflict"
    assert finding.area_m2 == pytest.approx(100 * 100)
    assert finding.geometry.equals(rect(200, 3000, 300, 3100))


def test_a_share_may_be_steeper():
    dem = model(ramp(60.0, from_m=200.0))
    assert judged(dem, least_share=0.51)[0].status == "clear"
    assert judged(dem, least_share=0.49)[0].status == "conflict"


def test_a_use_without_a_limit_is_told():
    verdict, findings = judged(model(ramp(80.0)), use="0804")
    assert (verdict.status, findings) == ("clear", ())
    assert "0804" in verdict.notes[0].get("en")


def test_unknown_heights_and_the_rim_are_not_checked():
    holed = ramp(2.0)
    holed[95, 20] = np.nan
    verdict, _ = judged(model(holed))
    assert verdict.status == "not_checked"
    # nine cells have no slope: 900 m2
    assert "900.0" in verdict.gaps[0].get("en")
    rim, _ = judged(model(ramp(2.0)), rect(0, 3000, 100, 3100))
    assert rim.status == "not_checked"
    beside, _ = judged(model(ramp(2.0)), rect(3000, 100, 3100, 200))
    assert beside.status == "not_checked"


def test_a_conflict_is_known_even_where_something_is_not():
    holed = ramp(60.0, from_m=200.0)
    holed[95, 12] = np.nan
    verdict, (finding,) = judged(model(holed))
    assert verdict.status == "conflict"
    assert verdict.gaps
    assert finding.area_m2 == pytest.approx(10_000)


def test_a_failed_model_or_none_is_not_checked():
    failed = layer("dem", [], problem="cut short")
    assert judged(failed)[0].status == "not_checked"


def test_a_model_in_degrees_gives_the_same_slope():
    # the same 30 % rise, drawn on a grid of 1/3 arc second
    lonlat = shapely.Point(WEST + 200, SOUTH + 3050)
    centre = transform_geometries(np.array([lonlat], dtype=object), CRS, "EPSG:4490")[0]
    step = 1 / 10_800
    west, north = centre.x - 60 * step, centre.y + 60 * step
    grid = Grid(west, north, step, step, 120, 120, is_geographic=True, crs="EPSG:4490")
    heights = np.tile(np.arange(120) * grid.widths_m()[0] * 0.30, (120, 1))
    dem = replace(model(ramp(0)), pixels=ArrayPixels(grid, heights))
    verdict, (finding,) = judged(dem)
    assert verdict.status == "conflict"
    assert finding.area_m2 == pytest.approx(20_000, rel=1e-6)
    assert "mean slope 30.0 %" in finding.message.get("en")


@pytest.mark.shared
def test_real_mountains_are_found_steep_where_gdaldem_says_so(tmp_path):
    heights, grid = cells_of(MOUNTAINS)
    theirs = gdaldem_slope(MOUNTAINS, tmp_path)
    dem = on_grid(grid, heights)
    rng, found = np.random.default_rng(6), 0
    for _ in range(25):
        # 8 × 7 cells and a bit, turned; its cells one by one with GEOS are the second opinion
        row, column = int(rng.integers(20, 590)), int(rng.integers(20, 510))
        corner = grid.west + 30 * column, grid.north - 30 * row
        box = shapely.box(corner[0], corner[1] - 217, corner[0] + 243, corner[1])
        land = shapely.affinity.rotate(box, rng.uniform(0, 90))
        rows, columns = np.mgrid[row - 5 : row + 13, column - 5 : column + 14]
        west, north = grid.west + 30 * columns, grid.north - 30 * rows
        shares_m2 = shapely.area(
            shapely.intersection(shapely.box(west, north - 30, west + 30, north), land)
        )
        slopes = theirs[row - 5 : row + 13, column - 5 : column + 14]
        verdict, findings = judged(dem, land)
        assert (verdict.status == "not_checked") == (
            not findings and bool(shares_m2[np.isnan(slopes)].sum() > 1)
        )
        steep_m2 = shares_m2[slopes > 25].sum()
        assert sum(each.area_m2 for each in findings) == pytest.approx(steep_m2, abs=1.01)
        found += bool(findings)
    assert found > 5
