"""What holds for any ground: shares, unions, order, threads; held against plain shapely."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.exclude import Ways, exclude

from ..tiny_city import AS_OF, CRS, atlas, book, layer, place, rect, rule

#: What two precisions of GEOS may differ by on some hectares.
GATE_M2 = 0.02
RULES = (
    rule("overlap", role="farmland", code="FARM"),
    rule("inside", role="growth_boundary", code="GROWTH"),
    rule("setback", role="power_line", code="POWER", row=[{"setback_m": 25.0}]),
)

corner = st.tuples(st.integers(0, 390), st.integers(0, 390))
boxes = st.lists(st.tuples(corner, st.integers(5, 160), st.integers(5, 160)), max_size=8)
discs = st.lists(st.tuples(corner, st.integers(10, 120)), max_size=4)
lines = st.lists(
    st.lists(corner, min_size=2, max_size=4, unique=True).map(shapely.LineString), max_size=3
)


def features(some_boxes, some_discs):
    shapes = [shapely.box(x, y, x + w, y + h) for (x, y), w, h in some_boxes]
    shapes += [shapely.Point(xy).buffer(reach) for xy, reach in some_discs]
    return [place(shape) for shape in shapes]


GRID = [rect(x, y, x + 100, y + 100) for x in range(0, 400, 100) for y in range(0, 400, 100)]


def table_of(farm, growth, power, **ways):
    layers = [
        layer("parcel", GRID, ids=[f"P{n:02d}" for n in range(len(GRID))]),
        layer("farmland", farm),
        layer("growth_boundary", growth),
        layer("power_line", power),
    ]
    return exclude(atlas(layers, ()), book(*RULES), crs=CRS, as_of=AS_OF, ways=Ways(**ways))


@settings(deadline=None, max_examples=40)
@given(boxes, discs, boxes, lines)
def test_the_table_is_the_union(farm_boxes, farm_discs, growth_boxes, some_lines):
    farm, growth = features(farm_boxes, farm_discs), features(growth_boxes, [])
    power = [place(line) for line in some_lines]
    table = table_of(farm, growth, power)
    found = {column.key: column.cells for column in table.columns}
    unions = {
        "FARM": shapely.union_all(farm),
        "POWER": shapely.union_all(shapely.buffer(power, 25.0, quad_segs=1_000)),
    }
    for key, union in unions.items():
        expected = shapely.area(shapely.intersection(table.land.geometries, union))
        cells = found[key]
        assert (np.abs(cells.excluded_m2 - expected) <= cells.bound_m2 + GATE_M2).all()
    bare = shapely.area(shapely.difference(table.land.geometries, shapely.union_all(growth)))
    assert np.allclose(found["GROWTH"].excluded_m2, bare, atol=GATE_M2)
    for column in table.columns:
        shares = table.shares(column)
        assert ((shares >= 0) & (shares <= 1)).all()
        assert (column.cells.excluded_m2[~column.cells.is_hit] == 0).all()
    sums = sum(shapely.area(shapely.intersection(table.land.geometries, each)) for each in farm)
    assert (found["FARM"].excluded_m2 <= sums + GATE_M2).all()
    if power:
        distances = np.min(
            [shapely.distance(table.land.geometries, each) for each in power], axis=0
        )
        assert (found["POWER"].is_hit == (distances < 25.0)).all()


@settings(deadline=None, max_examples=10)
@given(boxes, discs, st.randoms())
def test_order_changes_no_area_and_threads_not_a_bit(some_boxes, some_discs, random):
    farm = features(some_boxes, some_discs)
    shuffled = random.sample(farm, len(farm))
    one, other = table_of(farm, [], []), table_of(shuffled, [], [], threads=2)
    assert np.allclose(
        one.columns[0].cells.excluded_m2, other.columns[0].cells.excluded_m2, atol=1e-6
    )
    again = table_of(farm, [], [], threads=2)
    assert np.array_equal(one.columns[0].cells.excluded_m2, again.columns[0].cells.excluded_m2)


@settings(deadline=None, max_examples=15)
@given(boxes, discs)
def test_more_land_never_excludes_less(some_boxes, some_discs):
    farm = features(some_boxes, some_discs)
    fewer = table_of(farm[:-1], [], []).columns[0].cells
    all_of_it = table_of(farm, [], []).columns[0].cells
    assert (all_of_it.excluded_m2 >= fewer.excluded_m2 - GATE_M2).all()
    assert (all_of_it.is_hit >= fewer.is_hit).all()
