"""Distances of cells: by hand, and against every marked cell one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import siting.model.raster as grids
from siting.errors import CRSMismatchError
from siting.model import Grid
from siting.terrain import distances


def grid_of(marks: np.ndarray, east: float = 1.0, south: float = 1.0) -> Grid:
    return Grid(0.0, 0.0, east, south, marks.shape[1], marks.shape[0])


def measured(marks: np.ndarray, grid: Grid) -> np.ndarray:
    found = np.full(marks.shape, np.nan, dtype=np.float32)
    for first, strip in distances(lambda first, rows: marks[first : first + rows], grid):
        found[first : first + len(strip)] = strip
    return found


def one_by_one(marks: np.ndarray, grid: Grid) -> np.ndarray:
    """The least of the distances to all marked cells."""
    rows, columns = np.indices(marks.shape)
    there = np.argwhere(marks)
    if not len(there):
        return np.full(marks.shape, np.inf)
    south = (rows[..., None] - there[:, 0]) * grid.step_south
    east = (columns[..., None] - there[:, 1]) * grid.step_east
    return np.hypot(south, east).min(axis=-1)


def test_three_four_five():
    marks = np.zeros((9, 9), dtype=np.uint8)
    marks[2, 1] = 1
    found = measured(marks, grid_of(marks, 10.0, 10.0))
    assert found[2, 1] == 0.0
    assert found[5, 5] == 50.0
    assert found[2, 8] == 70.0
    assert found[8, 1] == 60.0


def test_cells_that_are_no_squares():
    marks = np.zeros((3, 4), dtype=np.uint8)
    marks[0, 0] = 1
    found = measured(marks, grid_of(marks, 3.0, 4.0))
    assert found[1, 1] == 5.0
    assert found[2, 3] == pytest.approx(np.hypot(8.0, 9.0), rel=1e-7)


def test_where_nothing_is_marked_distances_are_infinite():
    marks = np.zeros((5, 7), dtype=np.uint8)
    assert np.isposinf(measured(marks, grid_of(marks))).all()


@given(
    seed=st.integers(0, 2**32),
    shape=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    share=st.sampled_from([0.0, 0.004, 0.03, 0.3, 0.9]),
    steps=st.sampled_from([(1.0, 1.0), (10.0, 10.0), (7.3, 10.0), (12.5, 0.4)]),
)
def test_as_one_by_one(seed: int, shape: tuple[int, int], share: float, steps: tuple[float, float]):
    marks = (np.random.default_rng(seed).random(shape) < share).astype(np.uint8)
    grid = grid_of(marks, *steps)
    np.testing.assert_allclose(measured(marks, grid), one_by_one(marks, grid), rtol=1e-6)


def test_strips_do_not_matter(monkeypatch: pytest.MonkeyPatch):
    marks = (np.random.default_rng(2).random((70, 40)) < 0.003).astype(np.uint8)
    grid = grid_of(marks, 10.0, 10.0)
    whole = measured(marks, grid)
    monkeypatch.setattr(grids, "CELLS_PER_STRIP", 40 * 9)
    assert (measured(marks, grid) == whole).all()
    np.testing.assert_allclose(whole, one_by_one(marks, grid), rtol=1e-6)


def test_the_southernmost_strip_comes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grids, "CELLS_PER_STRIP", 12)
    marks = np.ones((10, 4), dtype=np.uint8)
    seen = [first for first, _ in distances(lambda at, n: marks[at : at + n], grid_of(marks))]
    assert seen == [9, 6, 3, 0]


def test_degrees_are_no_distances():
    grid = Grid(113.0, 23.0, 0.001, 0.001, 4, 4, is_geographic=True, crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match="plane"):
        next(distances(lambda _, rows: np.zeros((rows, 4), dtype=np.uint8), grid))
