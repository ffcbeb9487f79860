"""What a page knows of its tiles: where their datum moves things, and how exactly it knows."""

from __future__ import annotations

import numpy as np
import pyproj

from siting.city import TileSpec
from siting.datums import wgs84_to_gcj02
from siting.mapping.tiles import tile_payload

URL = "http://tiles.test/{z}/{x}/{y}"
BOX = [[22.9, 113.1], [23.3, 113.6]]
WEB = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


def test_without_tiles_there_is_nothing_to_know():
    assert tile_payload(None, BOX) is None


def test_only_gcj02_is_moved():
    for datum in ("cgcs2000", "wgs84"):
        assert tile_payload(TileSpec(URL, datum), BOX)["shift"] is None


def test_the_grid_of_offsets_is_that_of_the_datum_within_what_it_says():
    shift = tile_payload(TileSpec(URL, "gcj02"), BOX)["shift"]
    side = shift["side"]
    lines = np.linspace(113.1, 113.6, side), np.linspace(22.9, 23.3, side)
    east, north = (axis.ravel() for axis in np.meshgrid(*lines))
    expected = np.subtract(WEB.transform(*wgs84_to_gcj02(east, north)), WEB.transform(east, north))
    assert np.abs(np.array([shift["east"], shift["north"]]) - expected).max() < 0.06
    assert 0 < shift["off"] < 2
    # one shift for the whole page would be tens of metres off
    assert np.ptp(shift["east"]) > 20
