"""Background layers in a given room: untouched while they fit, simplified, counted, always told."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.mapping.ground import Backdrop, fit, label_table
from siting.mapping.packing import UNIT_M, origin_of
from siting.mapping.payload import to_safe_json

from ..unpacking import features_of, names_of, numbers

CRS = "EPSG:4547"
WEST, SOUTH = 420_000.0, 2_560_000.0


def squares(count: int) -> Backdrop:
    """Squares of 50 m side, 100 m apart, ten to a row."""
    east = WEST + 100.0 * (np.arange(count) % 10)
    north = SOUTH + 100.0 * (np.arange(count) // 10)
    boxes = shapely.box(east, north, east + 50, north + 50)
    return Backdrop(boxes, [f"P{n}" for n in range(count)], None)


def circles(count: int) -> Backdrop:
    shapes = [shapely.Point(WEST + 300 * n, SOUTH).buffer(100, quad_segs=200) for n in range(count)]
    return Backdrop(np.array(shapes), ["circle"] * count, None)


ORIGIN = origin_of(squares(2).shapes, CRS)


def bytes_of(row: dict) -> int:
    return len(to_safe_json(row).encode())


def test_what_fits_is_whole():
    [row] = fit([squares(30)], CRS, ORIGIN, room=10_000)
    assert (row["features"], row["thinned_m"], row["undrawn"]) == (30, 0.0, 0)
    assert "cells" not in row
    assert names_of(row) == [f"P{n}" for n in range(30)]


def test_the_largest_is_simplified_first_and_says_by_how_much():
    small, large = fit([squares(10), circles(5)], CRS, ORIGIN, room=3_000)
    assert small["thinned_m"] == 0.0
    assert large["thinned_m"] > 0.0
    assert large["features"] == 5
    circle = circles(1).shapes[0]
    [(_, [ring]), *_] = features_of(large, list(ORIGIN), UNIT_M)
    # 100 m of ground are about 109 m of the map here: the shape stays within its tolerance
    assert shapely.Polygon(ring).area / circle.area == pytest.approx(1.087**2, rel=0.05)
    assert len(ring) < 100
    assert bytes_of(small) + bytes_of(large) <= 3_000


def test_past_simplifying_features_are_counted_in_squares_that_add_up():
    [row] = fit([squares(3_000)], CRS, ORIGIN, room=20_000)
    counts = numbers(row["cells"]["counts"])
    assert row["cells"]["side_m"] == 1_000.0 or row["cells"]["side_m"] < 1_000.0
    assert row["features"] == sum(counts) == 3_000
    assert len(counts) == row["size"][0] < 3_000
    assert bytes_of(row) <= 20_000


def test_counts_are_those_of_hand():
    """Squares of 200 m hold four of the boxes: two by two."""
    backdrop = squares(4_000)
    [row] = fit([backdrop], CRS, ORIGIN, room=0)
    side_m = row["cells"]["side_m"]
    per_cell = round((side_m / 100) ** 2)
    assert set(numbers(row["cells"]["counts"])) == {per_cell}


def test_squares_stay_where_the_layer_may_be_drawn():
    area = shapely.box(WEST + 10, SOUTH + 10, WEST + 910, SOUTH + 910)
    backdrop = squares(90)
    inside = shapely.intersection(backdrop.shapes, area)
    [row] = fit([Backdrop(inside, backdrop.labels, area)], CRS, ORIGIN, room=0)
    there = features_of(row, list(ORIGIN), UNIT_M)
    [(_, [outline])] = features_of(
        fit([Backdrop(np.array([area]), [""], None)], CRS, ORIGIN, room=9_999)[0],
        list(ORIGIN), UNIT_M,
    )  # fmt: skip
    border = shapely.Polygon(outline).buffer(0.1)
    assert all(border.covers(shapely.Polygon(rings[0])) for _, rings in there)


def test_what_cannot_be_drawn_is_counted_not_forgotten():
    shapes = np.array([None, shapely.Polygon(), *squares(2).shapes], dtype=object)
    for room in (10_000, 0):
        [row] = fit([Backdrop(shapes, ["a", "b", "c", "d"], None)], CRS, ORIGIN, room=room)
        assert (row["features"], row["undrawn"]) == (2, 2)


def test_an_empty_layer_stays_an_empty_layer():
    [row] = fit([Backdrop(np.empty(0, dtype=object), [], None)], CRS, ORIGIN, room=0)
    assert (row["features"], row["size"]) == (0, [0, 0, 0])
    assert "cells" not in row


@given(st.lists(st.text(alphabet="ab甲𧒽\n", max_size=4), max_size=20))
def test_names_come_back_whatever_they_are(labels: list[str]):
    table = label_table(labels)
    assert names_of(table) == labels
    assert len(table["names"]) == len(set(labels))


def test_a_rare_sign_is_never_cut_in_two():
    """𧒽 is two units of a page's text: what is shared is counted without it."""
    table = label_table(["x𧒽一", "x𧒽二"])
    assert table["names"] == ["x𧒽一", "𧒽二"]


def test_names_that_share_more_signs_than_are_counted_come_back():
    long = "广州市番禺区" * 20
    labels = [long + "甲", long + "乙", long, "", "\x00\x00", "\x00\x00a", long]
    assert names_of(label_table(labels)) == labels
