"""Packed outlines come back within the stated error, as an independent reader finds them."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.mapping.packing import PACKED_ERROR_M, UNIT_M, folded, origin_of, pack, signs_of

from ..unpacking import features_of, numbers, signed

CRS = "EPSG:4547"
WEB = pyproj.Transformer.from_crs(CRS, "EPSG:3857", always_xy=True)
HERE = shapely.box(420_000, 2_560_000, 420_100, 2_560_200)
LINE = shapely.LineString([(420_000, 2_560_000), (421_000, 2_561_000), (419_000, 2_561_500)])


def packed(*shapes: shapely.Geometry | None):
    array = np.array(shapes, dtype=object)
    origin = origin_of(array, CRS)
    made = pack(array, CRS, origin)
    row = {"packed": made.text, "size": made.size}
    return made, features_of(row, list(origin), UNIT_M)


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_whole_numbers_come_back(values: list[int]):
    assert numbers(signs_of(np.array(values, dtype=np.int64))) == values


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_steps_come_back(values: list[int]):
    text = signs_of(folded(np.array(values, dtype=np.int64)))
    assert [signed(value) for value in numbers(text)] == values


@pytest.mark.parametrize("value", [-1, 2**32])
def test_a_number_that_a_page_could_not_read_is_refused(value: int):
    with pytest.raises(ValueError, match="32 bits"):
        signs_of(np.array([value]))


def test_every_vertex_lies_within_the_stated_error():
    dice = np.random.default_rng(3)
    corners = dice.uniform([400_000, 2_500_000], [480_000, 2_580_000], (200, 1, 2))
    shapes = [shapely.LineString(corner + dice.normal(0, 300, (9, 2))) for corner in corners]
    _, features = packed(*shapes)
    found = np.array([ring for _, rings in features for ring in rings]).reshape(-1, 2)
    expected = np.column_stack(WEB.transform(*shapely.get_coordinates(shapes).T))
    assert np.hypot(*(found - expected).T).max() <= PACKED_ERROR_M + 1e-6
    assert PACKED_ERROR_M < 0.05


def test_kinds_rings_and_rows_are_those_of_the_input():
    hole = shapely.box(420_040, 2_560_040, 420_060, 2_560_060)
    both = shapely.MultiPolygon([HERE.difference(hole), shapely.affinity.translate(HERE, 500)])
    mixed = shapely.GeometryCollection([LINE, HERE])
    points = shapely.MultiPoint([(420_000, 2_560_000), (420_500, 2_560_000)])
    made, features = packed(None, LINE, both, shapely.Polygon(), mixed, points)
    assert made.rows.tolist() == [1, 2, 4, 5]
    assert [kind for kind, _ in features] == ["l", "p", "p", "o"]
    assert [[len(ring) for ring in rings] for _, rings in features] == [
        [3], [4, 4, 4], [4], [1, 1],
    ]  # fmt: skip


def test_exteriors_run_against_the_clock_and_holes_with_it():
    hole = shapely.box(420_040, 2_560_040, 420_060, 2_560_060)
    for shape in (HERE.difference(hole), shapely.reverse(HERE.difference(hole))):
        _, [(_, rings)] = packed(shape)
        assert [shapely.LinearRing(ring).is_ccw for ring in rings] == [True, False]


def test_what_has_no_place_on_the_map_is_left_out():
    nowhere = shapely.Point(float("inf"), float("inf"))
    made, features = packed(nowhere, HERE)
    assert made.rows.tolist() == [1]
    assert len(features) == 1


def test_nothing_packs_to_nothing():
    made, features = packed(None)
    assert (made.text, made.size, features) == ("", [0, 0, 0], [])


def test_text_holds_no_sign_that_means_anything_to_a_page():
    made, _ = packed(HERE, LINE)
    assert made.text.replace("-", "").replace("_", "").isalnum()
    assert made.text.isascii()


def cells(columns: int, rows: int) -> list[shapely.Polygon]:
    """Squares side by side whose edges have bends that both neighbours share."""

    def bent(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
        low, high = sorted([start, end])
        bends = [
            (low[0] + t * (high[0] - low[0]) + 7 * t, low[1] + t * (high[1] - low[1]) - 5 * t)
            for t in (0.25, 0.5, 0.75)
        ]
        return [start, *(bends if start == low else bends[::-1])]

    made = []
    for row in range(rows):
        for column in range(columns):
            x, y = 420_000 + 100 * column, 2_560_000 + 100 * row
            corners = [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)]
            around = zip(corners, corners[1:] + corners[:1], strict=True)
            made.append(shapely.Polygon([at for edge in around for at in bent(*edge)]))
    return made


def test_edges_that_neighbours_share_travel_once():
    shapes = cells(12, 12)
    shapes[60:60] = [shapely.affinity.translate(HERE, -5_000), shapely.affinity.scale(HERE, 0.3)]
    made, features = packed(*shapes)
    apart, _ = packed(*(shapely.affinity.translate(s, 3 * i, 3 * i) for i, s in enumerate(shapes)))
    assert len(made.text) < 0.75 * len(apart.text)
    for shape, (_, [ring]) in zip(shapes, features, strict=True):
        expected = np.column_stack(WEB.transform(*np.array(shape.exterior.coords[:-1]).T))
        assert np.hypot(*(np.array(ring) - expected).T).max() <= PACKED_ERROR_M + 1e-6


CORNERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=7)


@given(st.lists(CORNERS, min_size=1, max_size=12))
def test_outlines_of_few_places_come_back_however_they_cross(rings: list):
    """Edges that run to and fro, twice over, along themselves: all of a grid of 25 places."""
    shapes = [
        shapely.Polygon([(420_000 + 50 * x, 2_560_000 + 50 * y) for x, y in ring]) for ring in rings
    ]
    _, features = packed(*shapes)
    for shape, (_, [ring]) in zip(shapes, features, strict=True):
        expected = np.column_stack(WEB.transform(*np.array(shape.exterior.coords[:-1]).T))
        ways = (expected, np.roll(expected[::-1], 1, axis=0))
        assert min(np.abs(np.array(ring) - way).max() for way in ways) <= PACKED_ERROR_M + 1e-6
