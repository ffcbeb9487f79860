"""What we write as red lines comes back as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from siting.city import RedLineSpec
from siting.load import read_red_lines
from siting.model import RedLine
from siting.save import write_red_line_txt

from .town import CRS, EAST, NORTH, square

HOLE = shapely.box(EAST + 20, NORTH + 20, EAST + 60, NORTH + 60)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526"])
@pytest.mark.parametrize(
    "geometry",
    [
        square(0),
        shapely.difference(square(0), HOLE),
        shapely.MultiPolygon([square(0), square(1)]),
        shapely.MultiPolygon([shapely.difference(square(0), HOLE), square(2)]),
    ],
)
def test_written_red_line_comes_back(tmp_path: Path, geometry: shapely.Polygon, crs: str) -> None:
    shift = 38_000_000 if crs == "EPSG:4526" else 0
    placed = shapely.transform(geometry, lambda xy: np.add(xy, [shift, 0]))
    line = RedLine(id="SF-1", project_id="SF-1", geometry=placed, crs=crs)
    path = tmp_path / "a.txt"
    write_red_line_txt(path, [line], crs=crs, names={"SF-1": "大氹镇"})
    (back,), refused = read_red_lines(RedLineSpec(path), working_crs=CRS)
    assert refused == ()
    assert back.id == back.project_id == "SF-1"
    assert back.geometry.equals(geometry)
