"""Growing and shrinking with sharp corners gives valid polygons, also where GEOS does not."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity

from siting.overlay import mitred


def land_with_a_hole(number: int) -> shapely.Geometry:
    """A plot near 402 km, 2502 km with a slanting courtyard close to one of its edges."""
    rng = np.random.default_rng(number)
    plot = affinity.translate(shapely.box(0, 0, *rng.uniform(60, 120, 2)), 402_000, 2_502_000)
    yard = affinity.rotate(shapely.box(0, 0, *rng.uniform(8, 30, 2)), rng.uniform(0, 90))
    yard = affinity.translate(yard, *(np.array([402_020, 2_502_004]) + rng.uniform(0, 20, 2)))
    return shapely.difference(plot, yard)


def test_what_geos_returns_crossing_itself_is_mended():
    mended = 0
    for number in range(400):
        land = land_with_a_hole(number)
        core = shapely.buffer(land, -5.0, join_style="mitre")
        plain = shapely.buffer(core, 5.002, join_style="mitre")
        grown = mitred(mitred(land, -5.0), 5.002)
        assert grown.is_valid
        assert mitred(land, -5.0).is_valid
        mended += not (core.is_valid and plain.is_valid)
        # what was land and wide enough still is: the disc's own opening lies within
        wide = shapely.buffer(shapely.buffer(land, -5.1), 5.0)
        assert shapely.area(shapely.difference(wide, grown)) < 0.01 * land.area
    assert mended > 0


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
