"""Polygons as cells: by hand on the ties, against GDAL on everything else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import siting.model.raster as grids
from siting.model import Grid, RingArrays
from siting.terrain import Edges, Rings, burn, touch

GRID = Grid(west=440_000.0, north=2_520_000.0, step_east=10.0, step_south=10.0, columns=60, rows=50)

CORNER = np.array([GRID.west, GRID.north - 500])
"""The south-western one."""


def many(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def burnt(shapes: np.ndarray, grid: Grid = GRID) -> np.ndarray:
    cells = np.zeros((grid.rows, grid.columns), dtype=np.uint32)
    burn(Rings.of(shapes, grid), cells)
    return cells


def by_gdal(shapes: np.ndarray, grid: Grid = GRID) -> np.ndarray:
    import rasterio
    import rasterio.features

    place = rasterio.Affine(grid.step_east, 0, grid.west, 0, -grid.step_south, grid.north)
    shape = (grid.rows, grid.columns)
    return rasterio.features.rasterize(shapes, out_shape=shape, transform=place, dtype="uint8")


def stars(seed: int, count: int) -> np.ndarray:
    """Star-like polygons all over the grid and beyond, some with a hole, some in two parts."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        centre = dice.uniform((-100, -100), (700, 600)) + CORNER
        angles = np.sort(dice.uniform(0, 2 * np.pi, dice.integers(3, 40)))
        ring = np.column_stack([np.cos(angles), np.sin(angles)])
        reach = dice.uniform(3, 200) * dice.uniform(0.3, 1, (len(angles), 1))
        outer = shapely.Polygon(centre + ring * reach)
        if not outer.is_valid:
            continue
        hole = outer.buffer(-float(reach.mean()) / 3)
        shape = outer.difference(hole) if dice.random() < 0.4 else outer
        if dice.random() < 0.2:
            aside = shapely.Point(*(centre + 400)).buffer(30)
            shape = shapely.MultiPolygon(
                [each for each in shapely.get_parts(shape) if each.area > 0] + [aside]
            )
        found.append(shape)
    return many(*found)


def test_a_cell_counts_when_its_centre_is_inside():
    # centres at 5, 15, 25 …: from 6 to 24 there is one, at 15
    west, north = GRID.west, GRID.north
    cells = burnt(many(shapely.box(west + 6, north - 24, west + 24, north - 6)))
    assert np.argwhere(cells).tolist() == [[1, 1]]


def test_a_centre_on_an_edge_goes_west_and_on_a_level_edge_south():
    west, north = GRID.west, GRID.north
    # edges through the centres at 15 and 35: the one in the east and the one in the north count
    cells = burnt(many(shapely.box(west + 15, north - 35, west + 35, north - 15)))
    assert np.argwhere(cells).tolist() == [[1, 2], [1, 3], [2, 2], [2, 3]]
    # whichever way it is drawn
    turned = shapely.box(west + 15, north - 35, west + 35, north - 15, ccw=False)
    assert (burnt(many(turned)) == cells).all()


def test_neighbours_share_out_the_cells_between_them():
    # a net of quadrangles whose nodes are centres and corners of cells: many edges through centres
    dice = np.random.default_rng(5)
    nodes = np.stack(np.meshgrid(np.arange(0, 605, 40), np.arange(0, 505, 40)), axis=-1)
    nodes = nodes + 5 * dice.integers(-2, 3, nodes.shape) + (GRID.west, GRID.north - 500)
    corners = [nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]]
    quads = shapely.polygons(np.stack(corners, axis=2).reshape(-1, 4, 2))
    assert shapely.is_valid(quads).all()
    times = sum(burnt(quads[[number]]) for number in range(len(quads)))
    assert isinstance(times, np.ndarray)
    assert set(np.unique(times[5:-5, 5:-5])) == {1}


def test_bits_of_others_stay_and_holes_are_free():
    west, north = GRID.west, GRID.north
    ring = shapely.box(west, north - 500, west + 600, north).difference(
        shapely.box(west + 100, north - 200, west + 200, north - 100)
    )
    cells = np.full((50, 60), 8, dtype=np.uint32)
    burn(Rings.of(many(ring), GRID), cells, bits=3)
    assert np.count_nonzero(cells == 11) == 3_000 - 100
    assert np.count_nonzero(cells == 8) == 100


@pytest.mark.parametrize("seed", range(20))
def test_gdal_gives_the_same_cells(seed: int):
    shapes = stars(seed, 60)
    assert (burnt(shapes) == by_gdal(shapes)).all()


@given(
    corners=st.lists(
        st.tuples(st.floats(-50, 650), st.floats(-550, 50)), min_size=3, max_size=12, unique=True
    ),
    step=st.sampled_from([0.7, 3.0, 10.0, 90.0]),
)
def test_any_ring_even_one_that_crosses_itself(corners: list[tuple[float, float]], step: float):
    grid = Grid(GRID.west, GRID.north, step, step * 1.3, 61, 47)
    ring = np.array(corners) * step / 10 + (grid.west, grid.north)
    shape = shapely.Polygon(ring)
    x, y = np.meshgrid(
        grid.west + (np.arange(61) + 0.5) * step, grid.north - (np.arange(47) + 0.5) * step * 1.3
    )
    near = shapely.dwithin(shapely.points(x, y), shapely.LinearRing(ring), 1e-6)
    assert ((burnt(many(shape), grid) == by_gdal(many(shape), grid)) | near).all()


def test_strips_together_are_the_whole(monkeypatch: pytest.MonkeyPatch):
    shapes, whole = stars(3, 80), burnt(stars(3, 80))
    rings = Rings.of(shapes, GRID)
    monkeypatch.setattr(grids, "CELLS_PER_STRIP", 60 * 7)
    strips = []
    for first, rows in GRID.strips():
        strips.append(np.zeros((rows, 60), dtype=np.uint32))
        burn(rings, strips[-1], first_row=first)
    assert len(strips) == 8
    assert (np.concatenate(strips) == whole).all()


def test_rows_of_arrays_are_the_same_cells():
    several = [*stars(7, 40), shapely.MultiPolygon(), *stars(8, 9)]
    shapes = many(*(shapely.MultiPolygon(list(shapely.get_parts(each))) for each in several))
    keep = np.arange(len(shapes)) % 3 > 0
    xy, (rings, parts, rows) = shapely.to_ragged_array(shapes)[1:]
    cells = np.zeros((50, 60), dtype=np.uint32)
    burn(Rings.of_arrays(RingArrays(xy, rings, parts, rows), GRID, keep), cells)
    assert cells.any()
    assert (cells == burnt(shapes[keep])).all()


def test_nothing_empty_and_far_off_burn_nothing():
    beyond = shapely.box(0, 0, 10, 10)
    assert not burnt(many()).any()
    assert not burnt(many(shapely.Polygon(), beyond)).any()


def test_a_polygon_with_more_crossings_than_there_was_room_for():
    # a comb of 300 teeth over 50 rows: 30,000 crossings
    teeth = np.arange(300) * 2.0
    x = np.repeat(teeth, 4) + np.tile([0.3, 0.3, 1.2, 1.2], 300) + GRID.west
    y = np.tile([-490.0, -3.0, -3.0, -490.0], 300) + GRID.north
    base = [(GRID.west + 599, GRID.north - 496), (GRID.west, GRID.north - 496)]
    shape = many(shapely.Polygon([*zip(x, y, strict=True), *base]))
    assert (burnt(shape) == by_gdal(shape)).all()


def test_touched_cells_are_those_that_share_an_area():
    shapes = stars(11, 12)
    cells = np.zeros((50, 60), dtype=np.uint32)
    touch(Edges.of(shapes, GRID), GRID, cells, bits=4)
    column, row = np.meshgrid(np.arange(60), np.arange(50))
    west, north = GRID.west + column * 10.0, GRID.north - row * 10.0
    boxes = shapely.box(west, north - 10, west + 10, north)
    area_m2 = shapely.area(shapely.intersection(boxes, shapely.union_all(shapes)))
    assert (cells[area_m2 > 1e-5] == 4).all()
    assert not cells[area_m2 == 0].any()
