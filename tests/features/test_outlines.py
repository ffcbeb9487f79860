"""Outlines give back the very same objects: type, rings, first vertices, every bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.features import Outlines, outlines_of
from siting.features.outlines import OTHER
from siting.features.table import pandas_of, texts_of, values_of
from siting.load.shapes import Shapes
from siting.overlay.kernel.layout import Rings, rings_of

NUMBERS = st.floats(-1e7, 1e8, allow_nan=False) | st.sampled_from([0.0, -0.0, 5e-324, 0.1])


def square(west: float, south: float, side: float) -> list[tuple[float, float]]:
    return [(west, south), (west + side, south), (west + side, south + side), (west, south)]


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """Any rings: these need not be valid to be kept."""
    points = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=6)
    rings = draw(st.lists(points, min_size=1, max_size=3))
    return shapely.Polygon(rings[0], rings[1:])


SHAPES = st.one_of(
    polygons(),
    st.lists(polygons(), min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=4).map(shapely.LineString),
    st.tuples(NUMBERS, NUMBERS).map(shapely.Point),
    st.sampled_from(
        [
            shapely.Polygon(),
            shapely.MultiPolygon(),
            shapely.MultiPolygon([shapely.Polygon(), shapely.box(0, 0, 1, 1)]),
            shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(3, 4)]),
            shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
            shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]),
        ]
    ),
)


def bits(shapes: np.ndarray) -> list[bytes]:
    return shapely.to_wkb(shapes, byte_order=1).tolist()


def as_array(shapes: list[shapely.Geometry]) -> np.ndarray:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


@settings(max_examples=100, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=12), st.data())
def test_objects_come_back_bit_by_bit(shapes, data):
    given_shapes = as_array(shapes)
    outlines = outlines_of(given_shapes)
    assert len(outlines) == len(shapes)
    every = np.arange(len(shapes))
    assert bits(outlines.take(every)) == bits(given_shapes)
    some = np.array(data.draw(st.lists(st.sampled_from(every.tolist()), unique=True)), dtype=int)
    assert bits(outlines.take(some)) == bits(given_shapes[some])


@settings(max_examples=100, deadline=None)
@given(st.lists(SHAPES | st.none(), min_size=1, max_size=12), st.data())
def test_bytes_go_to_arrays_as_objects_do(shapes, data):
    """What was read as WKB, plain rows without an object between."""
    raw = [None if shape is None else shapely.to_wkb(shape, byte_order=1) for shape in shapes]
    column = Shapes(pa.array(raw, pa.large_binary()))
    others = np.flatnonzero(~column.is_plain)
    column.replace(others, as_array([shapes[place] for place in others]))
    there = [place for place, shape in enumerate(shapes) if shape is not None]
    rows = np.array(sorted(data.draw(st.sets(st.sampled_from(there)))) if there else [], dtype=int)
    outlines = Outlines.of(column.outlines(rows))
    assert bits(outlines.take(np.arange(len(rows)))) == bits(as_array(shapes)[rows])


def test_plain_rows_of_both_kinds_and_lengths_keep_their_places():
    rng = np.random.default_rng(5)
    shapes = []
    for number in range(500):
        angles = np.sort(rng.uniform(0, 6, rng.integers(3, 20)))
        ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 50 + rng.uniform(0, 1e5, 2)
        shape = shapely.Polygon(ring)
        shapes.append(shapely.MultiPolygon([shape]) if number % 3 == 0 else shape)
    array = as_array(shapes)
    column = Shapes(pa.array(shapely.to_wkb(array, byte_order=1).tolist(), pa.large_binary()))
    assert column.is_plain.all()
    rows = np.arange(0, 500, 2)
    assert bits(Outlines.of(column.outlines(rows)).take(np.arange(250))) == bits(array[rows])


def test_the_overlay_kernel_takes_the_arrays_as_they_are():
    hole = shapely.Polygon(square(0, 0, 10), [square(1, 1, 2)])
    both = shapely.MultiPolygon([shapely.box(20, 0, 30, 10), hole])
    shapes = as_array([hole, both, shapely.Point(1, 2), shapely.box(5, 5, 6, 6)])
    ours = outlines_of(shapes)
    rings = Rings(
        *(each.whole() for each in (ours.xy, ours.ring_vertices, ours.part_rings, ours.row_parts))
    )
    theirs = rings_of(shapes)
    for name in ("xy", "ring_vertices", "part_rings", "feature_parts"):
        assert np.array_equal(getattr(rings, name), getattr(theirs, name)), name
    assert ours.kinds.whole().tolist() == [3, 6, OTHER, 3]


COLUMNS = {
    "whole": pa.array([1, 2, 3, 4]),
    "whole with a gap": pa.array([1, None, 3, 2**53 + 1]),
    "truth with a gap": pa.array([True, None, False, True]),
    "text": pa.array(["a", None, "", "丙"]),
    "number": pa.array([1.5, None, 2.0, 3.0]),
    "day": pa.array([0, None, 2, 3], pa.date32()),
    "moment": pa.array([0, 1, None, 3], pa.timestamp("ms")),
    "nothing": pa.nulls(4),
    "word": pa.array(["x", "y", None, "x"]).dictionary_encode(),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("rows", [[0], [2, 3], [1], [0, 1, 2, 3], []])
def test_some_rows_have_the_types_of_the_whole(name, rows):
    """1001.0 is another code than 1001, so a few rows may not come out as another type."""
    table = pa.table({name: COLUMNS[name]})
    whole = table.to_pandas()
    gaps = {name} if table[name].null_count else set()
    some = table.take(pa.array(rows, pa.int64()))
    frame = pandas_of(some, gaps)
    assert frame[name].dtype == whole[name].dtype
    expected = whole.iloc[rows][name].reset_index(drop=True)
    assert frame[name].astype(object).equals(expected.astype(object))
    listed = expected.tolist()
    values = values_of(some[name], has_gaps=bool(gaps))
    assert values is None or repr(values) == repr(listed)
    texts = texts_of(some[name], has_gaps=bool(gaps))
    assert texts is None or texts == [
        "" if pd.isna(value) else str(value).strip() for value in listed
    ]
    assert (texts is None) == (name in {"day", "moment", "nothing", "word"})
