"""Growing and shrinking with sharp corners gives valid polygons, also where GEOS does not."""

from __future__ import annotations

import numpy as np
import shapely

from siting.overlay import mitred
from siting.rules.quality import narrow_arms


def land_with_a_yard(crs_origin: tuple[float, float] = (400_000.0, 2_500_000.0)):
    """A plot with a slanting yard some 10 m from its southern edge, found by the repairs."""
    local = shapely.from_wkt(
        "POLYGON ((1993.847 1987.578, 1993.2298 2053.0248, 2115.6093 2083.8076, 2115.6093 "
        "1988.7257, 1993.847 1987.578), (2057.9396 1998.2683, 2067.017 1992.38, 2080.0888 "
        "2012.5317, 2071.0114 2018.42, 2057.9396 1998.2683))"
    )
    return shapely.transform(local, lambda xy: xy + np.array(crs_origin))


def test_what_geos_returns_crossing_itself_is_mended():
    land = land_with_a_yard()
    crossed = 0
    for half_m in np.arange(4.0, 6.0, 0.02):
        core = shapely.buffer(land, -half_m, join_style="mitre")
        plain = shapely.buffer(core, half_m + 0.01, join_style="mitre")
        crossed += not plain.is_valid
        grown = mitred(mitred(land, -half_m), half_m + 0.01)
        assert grown.is_valid
        # nothing raises, and what a disc can reach without leaving the land is still there
        wide = shapely.buffer(shapely.buffer(land, -half_m - 0.1), half_m)
        assert shapely.area(shapely.difference(wide, grown)) < 0.5
        narrow_arms(land, 2 * half_m)
    # the day this fails GEOS has mended it, and this module may go
    assert crossed > 0


def test_an_array_is_done_shape_by_shape():
    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.Polygon()], dtype=object)
    grown = mitred(shapes, 1.0)
    assert shapely.area(grown).tolist() == [144.0, 0.0]
    assert mitred(shapely.box(0, 0, 10, 10), -1.0).area == 64.0


def test_a_corner_runs_out_only_so_far():
    spike = shapely.Polygon([(0, 0), (100, 1), (100, -1)])
    long = mitred(spike, 1.0, limit=200.0)
    assert long.bounds[0] < -50
    assert mitred(spike, 1.0).bounds[0] > -6
