"""The exclusion raster: cells against hand geometry, and what is not known never reads as free."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from siting import api
from siting.errors import ConfigError
from siting.exclude import Cut, ExclusionRaster, exclusion_raster
from siting.model import Layer, Release
from siting.rules.base import Rule

from ..tiny_city import AS_OF, CRS, ORIGINS, SIDE_M, atlas, book, layer, place, rect, rule

FARM = {"role": "farmland", "code": "FARM"}
AREA = rect(-500, -500, SIDE_M + 500, SIDE_M + 500)
"""A coverage beyond the outline, so that every cell of the town is vouched for."""


def raster_of(layers: Sequence[Layer], *rules: Rule, **options) -> ExclusionRaster:
    return exclusion_raster(atlas(layers, ()), book(*rules), crs=CRS, as_of=AS_OF, **options)


def bands(raster: ExclusionRaster) -> tuple[np.ndarray, np.ndarray]:
    excluded, unchecked = np.concatenate([each for _, each in raster.strips()], axis=1)
    return excluded, unchecked


def centres(raster: ExclusionRaster) -> np.ndarray:
    grid = raster.grid
    east = grid.west + (np.arange(grid.columns) + 0.5) * grid.step_east
    north = grid.north - (np.arange(grid.rows) + 0.5) * grid.step_south
    return shapely.points(*np.meshgrid(east, north))


def test_cells_lie_on_whole_multiples_of_their_side():
    raster = raster_of([], rule("overlap", **FARM), cut=Cut(cell_m=30.0))
    west, south = ORIGINS[CRS]
    assert (raster.grid.west % 30, raster.grid.north % 30) == (0, 0)
    assert 0 <= west - raster.grid.west < 30
    assert 0 <= raster.grid.north - (south + SIDE_M) < 30
    assert raster.grid.columns == math.ceil((west % 30 + SIDE_M) / 30)


def test_a_bit_per_rule_where_the_centre_lies_on_its_land():
    farm = layer("farmland", [rect(100, 100, 203, 200)], coverage=AREA)
    wood = layer("forest", [rect(150, 150, 400, 400)], coverage=AREA)
    raster = raster_of(
        [farm, wood], rule("overlap", **FARM), rule("overlap", role="forest", code="WOOD")
    )
    excluded, unchecked = bands(raster)
    assert [mark.rule.code for mark in raster.marks] == ["FARM", "WOOD"]
    assert np.count_nonzero(excluded == 2) == 100 - 25
    assert np.count_nonzero(excluded == 4) == 625 - 25
    assert np.count_nonzero(excluded == 6) == 25
    assert np.count_nonzero(excluded == 0) == 400 * 400 - 700
    assert not unchecked.any()
    assert raster.is_complete


def test_touched_cells_count_from_the_first_square_metre():
    farm = layer("farmland", [rect(100, 100, 203, 200)], coverage=AREA)
    raster = raster_of([farm], rule("overlap", **FARM), cut=Cut(is_touched=True))
    assert np.count_nonzero(bands(raster)[0] == 2) == 110


@pytest.mark.parametrize(("is_touched", "free"), [(False, 400), (True, 380)])
def test_inside_excludes_what_lies_outside(is_touched: bool, free: int):
    # 197 m wide: the centre of the last column, at 195, is inside, but 3 m of it are not
    whole = rect(0, 0, 197, 200)
    ground = layer("growth_boundary", [whole, rect(0, 0, 100, 100)], coverage=AREA)
    inside = rule("inside", role="growth_boundary", code="GROWTH")
    excluded, _ = bands(raster_of([ground], inside, cut=Cut(is_touched=is_touched)))
    assert np.count_nonzero(excluded == 0) == free


def test_a_setback_is_the_land_nearer_than_it():
    wire = place(shapely.LineString([(500, 500), (1_500, 900)]))
    line = layer("power_line", [wire], coverage=AREA)
    raster = raster_of([line], rule("setback", role="power_line", row=[{"setback_m": 60.0}]))
    excluded, _ = bands(raster)
    distance_m = shapely.distance(centres(raster), wire)
    assert (excluded[distance_m < 60.0] == 2).all()
    # drawn wide: never more than 1 % too far
    assert not excluded[distance_m > 60.6].any()


def test_cells_near_a_structure_of_unknown_setback_are_not_checked():
    wires = [place("LINESTRING (0 1000, 4000 1000)"), place("LINESTRING (0 3000, 4000 3000)")]
    line = layer("power_line", wires, columns={"kv": [110, 66]}, coverage=AREA)
    setback = rule(
        "setback",
        role="power_line",
        row=[{"when": {"kv": ["110"]}, "setback_m": 60.0}],
    )
    raster = raster_of([line], setback)
    excluded, unchecked = bands(raster)
    far_m = shapely.distance(centres(raster), wires[1])
    assert (excluded[far_m < 60.0] == 1).all()
    assert (unchecked[far_m < 60.0] == 2).all()
    assert not excluded[(far_m > 80.0) & (shapely.distance(centres(raster), wires[0]) > 80)].any()


def test_beyond_a_coverage_nothing_is_free():
    west = rect(0, 0, 2_000, SIDE_M)
    farm = layer("farmland", [rect(100, 100, 200, 200)], coverage=west)
    raster = raster_of([farm], rule("overlap", **FARM))
    excluded, unchecked = bands(raster)
    points = centres(raster)
    east_m = shapely.get_x(points) - ORIGINS[CRS][0]
    inside = east_m < 1_995.1
    assert (excluded[~inside] & 1 == 1).all()
    assert (unchecked[~inside] == 2).all()
    # cells whole within it are checked but for the one along its edge
    deep = (east_m < 1_992) & (shapely.distance(points, west.exterior) > 8.0)
    assert not unchecked[deep].any()
    assert np.count_nonzero(excluded == 2) == 100


@pytest.mark.parametrize(
    "broken",
    [
        [],
        [layer("farmland", [], problem="torn")],
        [layer("farmland", [rect(100, 100, 200, 200)], coverage=None)],
        [layer("farmland", [rect(100, 100, 200, 200)], release=Release.TABLE_ONLY, coverage=AREA)],
    ],
    ids=["missing", "failed", "no coverage", "tables only"],
)
def test_what_cannot_be_looked_at_is_never_free(broken: list[Layer]):
    wood = layer("forest", [rect(150, 150, 400, 400)], coverage=AREA)
    raster = raster_of(
        [wood, *broken], rule("overlap", **FARM), rule("overlap", role="forest", code="WOOD")
    )
    excluded, unchecked = bands(raster)
    assert (excluded & 1 == 1).all()
    assert (unchecked == 2).all()
    assert not raster.is_complete
    assert np.count_nonzero(excluded & 4) == 625


def test_a_layer_for_tables_only_leaves_no_trace():
    farm = layer("farmland", [rect(100, 100, 200, 200)], release=Release.TABLE_ONLY, coverage=AREA)
    far = layer("farmland", [], release=Release.TABLE_ONLY, coverage=AREA)
    one, other = (raster_of([each], rule("overlap", **FARM)) for each in (farm, far))
    assert (bands(one)[0] == bands(other)[0]).all()
    assert (bands(one)[1] == bands(other)[1]).all()


def test_the_raster_travels_as_far_as_its_most_closely_held_layer():
    farm = layer("farmland", [rect(0, 0, 9, 9)], release=Release.PUBLIC)
    wood = layer("forest", [rect(0, 0, 9, 9)], release=Release.INTERNAL)
    rules = rule("overlap", **FARM), rule("overlap", role="forest", code="WOOD")
    assert raster_of([farm, wood], *rules).release is Release.INTERNAL
    assert raster_of([farm], rules[0]).release is Release.PUBLIC


def test_rules_without_a_bit_are_told():
    zoning = rule(
        "zoning",
        code="ZONE",
        role="zoning",
        code_column="code",
        code_system="plan",
        allows={"0701": ["0701"]},
    )
    soft = rule("overlap", code="SOFT", severity="restricted", role="hazard")
    raster = raster_of([], rule("overlap", **FARM), soft, zoning, rule("rivals"))
    assert sorted(raster.left_out) == ["SOFT", "ZONE"]
    assert "use" in raster.left_out["ZONE"].en
    named = raster_of([], soft, codes=["SOFT"])
    assert [mark.rule.code for mark in named.marks] == ["SOFT"]
    with pytest.raises(ConfigError, match="ZONE"):
        raster_of([], zoning, codes=["ZONE"])


def test_too_many_cells_are_refused_before_any_is_made():
    with pytest.raises(ConfigError, match="too many cells"):
        raster_of([], rule("overlap", **FARM), cut=Cut(cell_m=0.05))


def test_files_read_back_by_gdal(tmp_path: Path):
    import rasterio

    farm = layer("farmland", [rect(100, 100, 203, 200)], coverage=AREA)
    raster = raster_of([farm], rule("overlap", **FARM))
    target, far = tmp_path / "cells.tif", tmp_path / "far.tif"
    legend = api.write_exclusion_raster(raster, target, distance=far)
    excluded, unchecked = bands(raster)
    with rasterio.open(target) as file:
        assert file.crs.to_epsg() == 4547
        assert file.dtypes == ("uint16", "uint16")
        assert file.nodata is None
        assert file.profile["tiled"]
        assert (file.read(1) == excluded).all()
        assert (file.read(2) == unchecked).all()
        assert json.loads(file.tags()["siting"])["bits"] == {"0": "not checked", "1": "FARM"}
        assert file.transform.c == raster.grid.west
        assert file.transform.f == raster.grid.north
    with rasterio.open(far) as file:
        metres = file.read(1)
    # by hand: the farmland's cells are the ten from 100 on; due east of them
    row = 400 - 15
    assert metres[row, 10:21].tolist() == [0.0] * 10 + [10.0]
    assert metres[row, 0] == 100.0
    assert json.loads((tmp_path / "cells.tif.legend.json").read_text("utf-8")) == legend
    assert legend["rules"][0]["excluded_m2"] == 10_000.0
    assert legend["free_m2"] == 16_000_000.0 - 10_000.0
    assert legend["not_checked"]["area_m2"] == 0.0


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    farm = layer("farmland", [rect(100, 100, 203, 200)])
    for name in ("one.tif", "two.tif"):
        api.write_exclusion_raster(raster_of([farm], rule("overlap", **FARM)), tmp_path / name)
    assert (tmp_path / "one.tif").read_bytes() == (tmp_path / "two.tif").read_bytes()
