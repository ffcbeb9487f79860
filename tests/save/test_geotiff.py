"""GeoTIFF of cells: what GDAL reads back, and that a failure costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from siting.errors import ReadError, WriteError
from siting.model import Grid
from siting.save.geotiff import Form, Strips, write_geotiff

GRID = Grid(440_000.0, 2_520_000.0, 10.0, 5.0, 300, 700)
CELLS = np.arange(300 * 700, dtype=np.float32).reshape(700, 300)


def form(dtype: str = "float32") -> Form:
    return Form(GRID, "EPSG:4547", dtype, ("height 高程",), {"siting": "words 话"}, nodata=-1.0)


def strips() -> Strips:
    """The southernmost first, and not at the edges of tiles."""
    return ((first, CELLS[None, first : first + 150]) for first in range(600, -1, -150))


def test_gdal_reads_what_was_written(tmp_path: Path):
    import rasterio

    path = tmp_path / "高程.tif"
    write_geotiff(path, form(), strips())
    with rasterio.open(path) as file:
        assert (file.read(1) == CELLS).all()
        assert file.res == (10.0, 5.0)
        assert file.bounds == (440_000.0, 2_516_500.0, 443_000.0, 2_520_000.0)
        assert file.crs.to_epsg() == 4547
        assert file.descriptions == ("height 高程",)
        assert file.tags()["siting"] == "words 话"
        assert file.nodata == -1.0
        assert file.block_shapes == [(256, 256)]
    assert [each.name for each in tmp_path.iterdir()] == ["高程.tif"]


def test_a_failure_on_the_way_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "cells.tif"
    path.write_bytes(b"old")

    def torn() -> Iterator[tuple[int, np.ndarray]]:
        yield 0, CELLS[None, :256]
        raise ReadError("the layer is gone")

    with pytest.raises(ReadError, match="gone"):
        write_geotiff(path, form(), torn())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_gdal_cannot_write_is_an_error_of_ours(tmp_path: Path):
    path = tmp_path / "cells.tif"
    beyond = [(650, CELLS[None, :100])]
    with pytest.raises(WriteError, match=r"cells\.tif"):
        write_geotiff(path, form(), beyond)
    assert not path.exists()
