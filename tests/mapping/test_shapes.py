"""Geometry of the page: exact to its rounding, thinned only within a told tolerance."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from siting.mapping.shapes import box_of, clip_to, encode, label_points, thin

from ..unpacking import degrees_of

CRS = "EPSG:4547"
DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def unpack(ring: str) -> np.ndarray:
    return np.array(degrees_of(ring))


def test_a_square_comes_back_within_half_a_unit():
    square = shapely.box(420_000, 2_560_000, 420_100, 2_560_200)
    kind, parts = encode([square], CRS)[0]
    expected = np.column_stack(DEGREES.transform(*shapely.get_coordinates(square)[:-1].T))
    assert kind == "p"
    assert np.abs(unpack(parts[0][0]) - expected).max() <= 0.51e-7


def test_holes_are_rings_of_their_part():
    ring = shapely.box(420_000, 2_560_000, 420_100, 2_560_100)
    hole = shapely.box(420_040, 2_560_040, 420_060, 2_560_060)
    _, parts = encode([ring.difference(hole)], CRS)[0]
    assert [len(part) for part in parts] == [2]


def test_a_collection_keeps_its_highest_dimension():
    mixed = shapely.GeometryCollection(
        [shapely.Point(420_000, 2_560_000), shapely.box(420_000, 2_560_000, 420_010, 2_560_010)]
    )
    kind, parts = encode([mixed], CRS)[0]
    assert (kind, len(parts)) == ("p", 1)


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_nothing_stays_nothing(nothing: shapely.Geometry | None):
    assert encode([nothing], CRS) == [None]
    assert label_points([nothing], CRS) == [None]


def test_a_label_lies_inside_even_of_a_ring_and_of_a_bowtie():
    bowtie = shapely.Polygon(
        [(420_000, 2_560_000), (420_100, 2_560_100), (420_100, 2_560_000), (420_000, 2_560_100)]
    )
    ring = (
        shapely.Point(420_000, 2_560_000)
        .buffer(100)
        .difference(shapely.Point(420_000, 2_560_000).buffer(50))
    )
    for shape in (bowtie, ring):
        north, east = label_points([shape], CRS)[0]
        back = DEGREES.transform(east, north, direction="INVERSE")
        assert shapely.make_valid(shape).buffer(0.02).contains(shapely.Point(back))


def test_clip_keeps_cuts_and_drops():
    inside = shapely.box(1, 1, 2, 2)
    across = shapely.box(8, 8, 12, 12)
    outside = shapely.box(20, 20, 21, 21)
    clipped = clip_to(np.array([inside, across, outside, None]), shapely.box(0, 0, 10, 10))
    assert clipped[0] is inside
    assert clipped[1].area == pytest.approx(4.0)
    assert clipped[2] is None
    assert clipped[3] is None


def test_a_small_layer_is_not_thinned():
    thinned = thin(np.array([shapely.Point(0, 0).buffer(100)]), budget=1000)
    assert (thinned.tolerance_m, thinned.omitted) == (0.0, 0)


def test_a_large_layer_is_thinned_and_says_so():
    circles = np.array([shapely.Point(k, 0).buffer(100, quad_segs=200) for k in range(5)])
    thinned = thin(circles, budget=600)
    assert thinned.tolerance_m > 0
    assert thinned.omitted == 0
    assert shapely.hausdorff_distance(circles, thinned.geometries).max() <= thinned.tolerance_m


def test_what_is_too_much_is_left_out_smallest_first_and_counted():
    boxes = np.array([shapely.box(0, 0, k, k) for k in range(1000, 11_000, 1000)])
    thinned = thin(boxes, budget=25)
    assert thinned.omitted == 5
    assert [g is None for g in thinned.geometries] == [True] * 5 + [False] * 5


def test_the_box_of_nothing_is_none():
    assert box_of(np.array([None]), CRS) is None
