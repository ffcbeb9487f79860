"""Hatches are the pages' own, cut to shape."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.mapping.hatches import is_hatched
from siting.mapping.styles import CONTROL_LOOKS, RULE_LOOKS, SPARE_LOOKS
from siting.sheets.hatching import TILE_MM, hatch_lines

NAMES = sorted(
    {look.hatch for look in (*CONTROL_LOOKS.values(), *RULE_LOOKS.values(), *SPARE_LOOKS)}
)
SHAPE = shapely.Polygon([(3, 2), (31, 5), (26, 24), (9, 19)], [[(12, 8), (12, 14), (18, 14)]])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "outline"])
def test_each_hatch_of_the_pages_fills_a_surface_and_stays_in_it(name: str):
    assert is_hatched(name)
    lines = hatch_lines(SHAPE, name)
    assert len(lines) >= 5
    assert all(shapely.covers(SHAPE.buffer(1e-6), lines))
    # no part of the surface is farther from a stroke than two tiles
    bare = SHAPE.difference(shapely.union_all(lines).buffer(2 * TILE_MM))
    assert bare.is_empty


def test_horizontal_lines_stand_where_the_tile_says():
    lines = hatch_lines(shapely.box(0, 0, 10 * TILE_MM, 4 * TILE_MM), "horizontal")
    heights = sorted(shapely.get_coordinates(lines)[::2, 1])
    assert heights == pytest.approx([TILE_MM * (n + 0.5) for n in range(4)])
    assert shapely.length(lines) == pytest.approx(10 * TILE_MM)


def test_neighbours_continue_each_other():
    left, right = shapely.box(0, 0, 7, 9), shapely.box(7, 0, 20, 9)
    for name in ("slash", "grid", "wave"):
        both = shapely.union_all([*hatch_lines(left, name), *hatch_lines(right, name)])
        whole = shapely.union_all(hatch_lines(shapely.box(0, 0, 20, 9), name))
        assert both.length == pytest.approx(whole.length)
        assert both.hausdorff_distance(whole) < 1e-6


def test_outlines_lines_and_nothing_have_no_hatch():
    assert not is_hatched("outline")
    assert len(hatch_lines(SHAPE, "outline")) == 0
    assert len(hatch_lines(shapely.LineString([(0, 0), (5, 5)]), "slash")) == 0
    assert isinstance(hatch_lines(shapely.Polygon(), "slash"), np.ndarray)
