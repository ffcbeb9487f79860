"""The committed sample city, read with plain geopandas: no code under test in between."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"


class SampleCity:
    """Reads the tables of one city folder, each once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.toml: dict[str, Any] = tomllib.loads((folder / "city.toml").read_text("utf-8"))
        self._frames: dict[str, gpd.GeoDataFrame] = {}

    def layer(self, name: str) -> gpd.GeoDataFrame:
        if name not in self._frames:
            entry = next(entry for entry in self.toml["layer"] if entry["name"] == name)
            self._frames[name] = gpd.read_file(
                self.folder / entry["path"], layer=entry["sublayer"], engine="pyogrio"
            )
        return self._frames[name]

    def red_lines(self) -> dict[str, shapely.Polygon]:
        found = dict(read_txt(self.folder / "redlines/batch_2026.txt"))
        shapefile = self.folder / "redlines/districts_gbk/hongxian.shp"
        for frame in (
            gpd.read_file(shapefile, engine="pyogrio", encoding="GBK"),
            gpd.read_file(self.folder / "redlines/redlines.gpkg", engine="pyogrio"),
            gpd.read_file(self.folder / "redlines/enterprise.geojson", engine="pyogrio").to_crs(
                "EPSG:4547"
            ),
        ):
            found |= dict(zip(frame["XMDM"], frame.geometry, strict=True))
        return found

    def planted(self) -> list[dict[str, Any]]:
        text = (self.folder / "redlines/planted.toml").read_text("utf-8")
        return list(tomllib.loads(text)["planted"])


def read_txt(path: Path) -> dict[str, shapely.Polygon]:
    plots: dict[str, list[tuple[float, float]]] = {}
    name = ""
    for line in path.read_text("gbk").splitlines():
        fields = line.split(",")
        if line.endswith("@"):
            name = fields[2]
            plots[name] = []
        elif name:
            plots[name].append((float(fields[3]), float(fields[2])))
    return {key: shapely.Polygon(ring) for key, ring in plots.items()}


@pytest.fixture(scope="session")
def sample() -> SampleCity:
    return SampleCity(DATA)
