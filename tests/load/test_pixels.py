"""The cells of a raster: as rasterio reads them, kept, rebuilt, and refused."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from siting.city import LayerSpec, built_in_roles
from siting.errors import ReadError
from siting.load import Shelf
from siting.load.child import Reader
from siting.load.formats import Format, fingerprint
from siting.load.layer import Ground, load_layer
from siting.load.pixels import pixels_of
from siting.model import Grid, LoadStatus, Text
from siting.store import Store, Trust

from .town import AS_OF, CRS

WEST, NORTH = 400_000.0, 2_500_400.0
UPRIGHT = Affine(10, 0, WEST, 0, -10, NORTH)
HEIGHTS = np.random.default_rng(3).normal(40, 9, (31, 23)).astype(np.float32)


def write(path: Path, values: np.ndarray = HEIGHTS, *, transform: Affine | None = None, **profile):
    profile = {"crs": CRS, **profile}
    bands = values[None] if values.ndim == 2 else values
    with rasterio.open(
        path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1],
        count=bands.shape[0], dtype=bands.dtype,
        transform=transform or UPRIGHT, **profile,
    ) as file:  # fmt: skip
        file.write(bands)
    return path


def load(path: Path, store: Store | None = None):
    spec = LayerSpec("dem", built_in_roles()["dem"], Text("高程", "heights"), path)
    shelf = None if store is None else Shelf(store, Trust.HASH)
    with Reader() as reader:
        return load_layer(spec, reader, Ground(CRS, AS_OF, path.parent, shelf=shelf))


def cells(layer) -> np.ndarray:
    return layer.pixels.read(0, layer.pixels.grid.rows)


@pytest.mark.parametrize("is_kept", [False, True])
def test_the_cells_are_those_that_rasterio_reads(is_kept, tmp_path):
    values = HEIGHTS.copy()
    values[4, 5] = -9999
    path = write(tmp_path / "dem.tif", values, nodata=-9999, tiled=True, blockxsize=16,
                 blockysize=16, compress="deflate")  # fmt: skip
    layer = load(path, Store(tmp_path / "kept") if is_kept else None)
    assert layer.contract.status is LoadStatus.PASSED
    assert layer.is_usable
    assert layer.pixels.grid == Grid(WEST, NORTH, 10, 10, 23, 31, crs=CRS)
    expected = np.where(values == -9999, np.nan, values)
    np.testing.assert_array_equal(cells(layer), expected)
    np.testing.assert_array_equal(layer.pixels.read(7, 3), expected[7:10])
    assert any("1 of 713 cells" in note for note in layer.contract.notes)


def test_scale_and_offset_are_applied(tmp_path):
    path = write(tmp_path / "dem.tif", np.array([[10, 20], [30, -1]], dtype=np.int16), nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (100.0,)
    found = cells(load(path))
    np.testing.assert_allclose(found, [[101, 102], [103, np.nan]], rtol=1e-6)


def test_a_kept_raster_is_not_decoded_again(tmp_path, monkeypatch):
    path, store = write(tmp_path / "dem.tif"), Store(tmp_path / "kept")
    load(path, store)

    def never(*_):
        raise AssertionError

    monkeypatch.setattr(Reader, "read_cells", never)
    monkeypatch.setattr(Reader, "read_raster", never)
    np.testing.assert_array_equal(cells(load(path, store)), HEIGHTS)


def test_a_changed_file_is_decoded_again(tmp_path):
    path, store = write(tmp_path / "dem.tif"), Store(tmp_path / "kept")
    load(path, store)
    write(path, HEIGHTS + 1)
    np.testing.assert_array_equal(cells(load(path, store)), HEIGHTS + 1)


def test_a_damaged_entry_is_made_anew(tmp_path):
    path, store = write(tmp_path / "dem.tif"), Store(tmp_path / "kept")
    layer = load(path, store)
    (entry,) = (tmp_path / "kept" / "pixels").glob("*.entry")
    content = bytearray(entry.read_bytes())
    content[200] ^= 1
    entry.write_bytes(bytes(content))
    np.testing.assert_array_equal(cells(layer), HEIGHTS)
    np.testing.assert_array_equal(cells(load(path, store)), HEIGHTS)


def test_a_cleared_cache_is_filled_again_and_a_changed_file_is_refused(tmp_path):
    path, store = write(tmp_path / "dem.tif"), Store(tmp_path / "kept")
    layer = load(path, store)
    store.clear()
    np.testing.assert_array_equal(cells(layer), HEIGHTS)
    other = load(path, store)
    store.clear()
    write(path, HEIGHTS + 1)
    with pytest.raises(ReadError, match="changed"):
        cells(other)


def test_pixels_go_to_another_process(tmp_path):
    layer = load(write(tmp_path / "dem.tif"))
    again = pickle.loads(pickle.dumps(layer.pixels))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(again.read(2, 4), HEIGHTS[2:6])


def test_without_a_cache_the_cells_go_with_the_layer(tmp_path):
    layer = load(write(tmp_path / "dem.tif"))
    root = layer.pixels.root
    assert root.is_dir()
    del layer
    gc.collect()
    assert not root.exists()


def test_a_rotated_raster_is_refused(tmp_path):
    turned = Affine(9.4, 3.4, WEST, 3.4, -9.4, NORTH)
    layer = load(write(tmp_path / "dem.tif", transform=turned))
    assert layer.contract.status is LoadStatus.FAILED
    assert not layer.is_usable
    assert "north up" in layer.contract.problems[0]
    upside_down = Affine(10, 0, WEST, 0, 10, NORTH - 310)
    layer = load(write(tmp_path / "dem.tif", transform=upside_down))
    assert layer.contract.status is LoadStatus.FAILED


@pytest.mark.parametrize(
    ("crs", "told"),
    [("EPSG:2249", "US survey foot"), ("EPSG:3857", "Web Mercator")],
)
def test_cells_that_are_not_metres_of_ground_are_refused(tmp_path, crs, told):
    # 10 "metres" of Web Mercator are 9.2 m on the ground at 23° north: 15 % would read 13.8 %
    layer = load(write(tmp_path / "dem.tif", crs=crs))
    assert layer.contract.status is LoadStatus.FAILED
    assert any(told in problem for problem in layer.contract.problems)


@pytest.mark.parametrize("unit", ["ft", "foot", "US survey foot"])
def test_heights_in_feet_are_refused(tmp_path, unit):
    path = write(tmp_path / "dem.tif")
    with rasterio.open(path, "r+") as file:
        file.units = (unit,)
    layer = load(path)
    assert layer.contract.status is LoadStatus.FAILED
    assert any(f"'{unit}'" in problem for problem in layer.contract.problems)


def test_heights_that_say_metres_are_taken(tmp_path):
    path = write(tmp_path / "dem.tif")
    with rasterio.open(path, "r+") as file:
        file.units = ("metre",)
    assert load(path).contract.status is LoadStatus.PASSED


def test_several_bands_are_told(tmp_path):
    layer = load(write(tmp_path / "dem.tif", np.stack([HEIGHTS, HEIGHTS * 2])))
    np.testing.assert_array_equal(cells(layer), HEIGHTS)
    assert any("2 bands" in note for note in layer.contract.notes)


def test_a_damaged_block_fails_the_layer_and_is_told(tmp_path):
    path = write(tmp_path / "dem.tif", compress="deflate")
    content = bytearray(path.read_bytes())
    at = content.index(b"\x78")  # the begin of the first block
    content[at + 20 : at + 60] = bytes(40)
    path.write_bytes(bytes(content))
    layer = load(path)
    assert layer.contract.status is LoadStatus.FAILED
    assert "cannot be read" in layer.contract.problems[0]


def test_a_file_that_changes_while_it_is_decoded_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "dem.tif")
    look, decode = fingerprint(path, Format.TIFF), Reader.read_cells

    def changing(self, source, target):
        facts = decode(self, source, target)
        write(path, HEIGHTS + 1)
        return facts

    monkeypatch.setattr(Reader, "read_cells", changing)
    grid = Grid(WEST, NORTH, 10, 10, 23, 31)
    with Reader() as reader, pytest.raises(ReadError, match="changed"):
        pixels_of(path, look, grid, reader=reader, shelf=None)
