"""A layer in a file, a shelf beside it, and who reads: for tests of what is kept."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.city import LayerSpec, built_in_roles
from siting.load import Shelf
from siting.load.child import Reader
from siting.load.layer import Ground, load_layer
from siting.model import Layer
from siting.store import Store, Trust

from .town import AS_OF, CRS, EAST, NORTH


class Place:
    """A layer of a town in a file, a shelf, and who reads."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self.folder, self.reader = folder, reader
        self.path = folder / "a.gpkg"
        self.root = folder / "kept"
        self.is_read = False
        near = shapely.box(EAST - 1e4, NORTH - 1e4, EAST + 1e4, NORTH + 1e4)
        self.ground = Ground(CRS, AS_OF, folder, near)
        role = built_in_roles()["parcel"]
        self.spec = LayerSpec(
            "parcels", role, role.title, self.path, id_column="code", columns=("floors", "codes")
        )
        self.write()

    def write(self, *, floors: int = 3, count: int = 400) -> None:
        rng = np.random.default_rng(1)
        corners = rng.uniform(0, 5_000, (count, 2)) + np.array([EAST, NORTH])
        shapes = shapely.box(*corners.T, *(corners + rng.uniform(5, 60, corners.shape)).T)
        shapes[7] = shapely.union(shapes[7], shapely.box(EAST, NORTH, EAST + 4, NORTH + 4))
        shapes[8] = shapely.difference(shapes[8], shapely.buffer(shapes[8], -1))
        codes = pd.array([None if n % 50 == 9 else 1000 + n for n in range(count)], "Int64")
        names = [f"P{n}" for n in range(count)]
        columns = {"code": names, "floors": [floors] * count, "codes": codes}
        gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(self.path, driver="GPKG")
        then = self.path.stat().st_mtime_ns - 3_600 * 10**9
        os.utime(self.path, ns=(then, then))

    def shelf(self, trust: Trust = Trust.HASH) -> Shelf:
        return Shelf(Store(self.root), trust)

    def load(self, **options: object) -> Layer:
        """Load with the shelf, fields of the spec and of the ground changed."""
        trust = options.pop("trust", Trust.HASH)
        assert isinstance(trust, Trust)
        shelf = self.shelf(trust)
        names = {name: options.pop(name) for name in [*options] if hasattr(self.ground, name)}
        ground = replace(self.ground, shelf=shelf, **names)
        reader = self.reader
        with patch.object(reader, "read_vector", side_effect=reader.read_vector) as read:
            layer = load_layer(replace(self.spec, **options), reader, ground)
        self.is_read = read.called
        shelf.close()
        return layer

    def plain(self) -> Layer:
        return load_layer(self.spec, self.reader, self.ground)

    def entry(self) -> Path:
        found = list(self.root.glob("layer/*.entry"))
        assert len(found) == 1
        return found[0]
