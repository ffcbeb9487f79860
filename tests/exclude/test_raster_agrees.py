"""The raster says of cells what the table says of the parcel around them, and GDAL of a layer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting import api
from siting.exclude import Cut, exclude
from siting.rules.setback import SetbackRule
from siting.terrain import Rings, burn

#: A wide zone reaches up to 1 % of a setback too far; the widest of the sample city is 50 m.
ZONE_M = 0.6
#: Of every kind one or two; the layer of the first is for tables only.
CODES = ("CN-FARMLAND", "CN-BLUE", "CN-WATER-2", "CN-POWER", "CN-HIGHWAY", "CN-METRO")


@pytest.fixture(scope="module")
def study() -> api.Study:
    return api.load(api.sample_folder(), as_of=dt.date(2026, 11, 1))


def test_cells_within_parcels_agree_with_the_table(study: api.Study):
    raster = api.exclusion_raster(study, rules=CODES, cut=Cut(50.0))
    table = exclude(study.atlas, study.rule_book, crs=study.city.crs, as_of=study.as_of,
                    codes=CODES)  # fmt: skip
    excluded, unchecked = np.concatenate([bands for _, bands in raster.strips()], axis=1)
    grid = raster.grid
    east = grid.west + (np.arange(grid.columns) + 0.5) * grid.step_east
    north = grid.north - (np.arange(grid.rows) + 0.5) * grid.step_south
    points = shapely.points(*np.meshgrid(east, north)).ravel()
    parcel, cell = shapely.STRtree(points).query(table.land.geometries, predicate="contains")
    columns = {column.rule.code: column for column in table.columns}
    hits = frees = 0
    for bit, mark in enumerate(raster.marks, start=1):
        cells, share = columns[mark.rule.code].cells, table.shares(columns[mark.rule.code])
        says = excluded.ravel()[cell] & (1 << bit) > 0
        unsure = unchecked.ravel()[cell] & (1 << bit) > 0
        if mark.is_blind:  # the layer is torn, or for tables only
            assert unsure.all()
            continue
        # a parcel that is free has no excluded cell, but where a drawn zone reaches too far
        stray = says & ~cells.is_hit[parcel]
        if isinstance(mark.rule, SetbackRule):
            rim = shapely.boundary(table.land.geometries[parcel[stray]])
            assert (shapely.distance(rim, points[cell[stray]]) <= ZONE_M).all()
        else:
            assert not stray.any()
        # a parcel that is wholly excluded has no other
        assert says[share[parcel] >= 1.0].all()
        # only along the rim of a coverage is a cell unsure within a parcel that is not
        assert (unsure & ~cells.is_unchecked[parcel]).mean() < 0.01
        hits, frees = hits + int(says.sum()), frees + int((~says).sum())
    assert hits > 500
    assert frees > 20_000


def test_layers_of_the_sample_city_as_gdal_burns_them(study: api.Study, repo_root: Path):
    import rasterio
    import rasterio.features

    grid = api.exclusion_raster(study, rules=["CN-BLUE"]).grid
    place = rasterio.Affine(grid.step_east, 0, grid.west, 0, -grid.step_south, grid.north)
    burnt = 0
    file = repo_root / "data" / "control" / "control.gpkg"
    for name in gpd.list_layers(file)["name"]:
        layer = gpd.read_file(file, layer=name)
        shapes = layer.to_crs(study.city.crs).geometry.to_numpy()
        shapes = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
        if not len(shapes):
            continue
        cells = np.zeros((grid.rows, grid.columns), dtype=np.uint32)
        burn(Rings.of(shapes, grid), cells)
        theirs = rasterio.features.rasterize(
            shapes, out_shape=cells.shape, transform=place, dtype="uint8"
        )
        assert (cells == theirs).all(), name
        burnt += int(cells.sum())
    assert burnt > 100_000
