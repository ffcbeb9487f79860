"""Overlaps against hand geometry, and the cases in which GEOS alone is wrong."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import shapely

import siting.overlay.pairs as kernel
from siting.errors import SitingError
from siting.overlay import (
    distances_within,
    exact_overlap_area_m2,
    mean_width_m,
    overlap_area_m2,
    overlap_geometries,
    pair_areas,
    polygons_only,
)
from siting.overlay.pairs import Witness

from ..tiny_city import rect

#: Valid pairs whose edges nearly coincide, with the area that rational arithmetic gives.
#: The first is shapely #1871 (invented: GEOS says 15,851 m²), the others are of the kind of
#: GEOS #1523 (missed: GEOS says 0), found by trial in small coordinates.
INVENTED = (
    "POLYGON ((446 -207, 315 -75.99999999999999, 557 -76, 446 -207))",
    "POLYGON ((184 -207, 315 -76, 446 -207, 315 -338, 184 -207))",
)
MISSED = [
    (
        "POLYGON ((412 209, -338 190, -159 -38, 412 209))",
        (
            "POLYGON ((-317.4248746117349 163.7925777177405, -211.46717651544617 "
            "28.829699695652096, 174 186, -317.4248746117349 163.7925777177405))"
        ),
        34338.58137746,
    ),
    (
        "POLYGON ((284 462, -356 -422, 199 -454, 284 462))",
        (
            "POLYGON ((-57.3276727803331 -439.2207467946475, 113.1386104242722 "
            "-449.0494333938319, 71 30, -57.3276727803331 -439.2207467946475))"
        ),
        40623.80459317,
    ),
]


def shapes(*geometries: shapely.Geometry | str | None) -> np.ndarray:
    made = [shapely.from_wkt(g) if isinstance(g, str) else g for g in geometries]
    return np.array(made, dtype=object)


def test_area_of_two_squares() -> None:
    assert overlap_area_m2(rect(0, 0, 10, 10), rect(5, 0, 15, 10)) == 50.0


@pytest.mark.parametrize(
    "wrong",
    [None, shapely.LineString([(0, 0), (9, 9)]), shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])],
)
def test_what_is_no_valid_polygon_has_no_area(wrong: shapely.Geometry | None) -> None:
    for pair in ((wrong, rect(0, 0, 9, 9)), (rect(0, 0, 9, 9), wrong)):
        with pytest.raises(SitingError, match="no valid polygon"):
            overlap_area_m2(*pair)
    assert overlap_area_m2(shapely.Polygon(), rect(0, 0, 9, 9)) == 0.0


def test_a_collection_counts_with_its_polygons() -> None:
    mixed = shapely.GeometryCollection([rect(5, 0, 15, 10), shapely.LineString([(0, 0), (1, 1)])])
    pairs = pair_areas(shapes(rect(0, 0, 10, 10)), shapes(mixed, mixed.geoms[1]))
    assert (pairs.right.tolist(), pairs.area_m2.tolist()) == ([0], [50.0])


def test_examples_of_the_docstrings_hold() -> None:
    found = doctest.testmod(kernel, extraglobs={"shapely": shapely})
    assert found.attempted > 0
    assert found.failed == 0


def test_pairs_are_sorted_and_touches_left_out() -> None:
    left = shapes(rect(0, 0, 10, 10), rect(100, 0, 110, 10))
    right = shapes(
        rect(105, 0, 115, 10), rect(10, 0, 20, 10), rect(-5, 0, 1, 10), rect(9, 9, 101, 10)
    )
    pairs = pair_areas(left, right)
    found = list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.area_m2, strict=True))
    assert found == [(0, 2, 10.0), (0, 3, 1.0), (1, 0, 50.0), (1, 3, 1.0)]
    assert not pairs.is_disputed.any()


@pytest.mark.parametrize(("depth_m", "count"), [(0.5e-5, 0), (0.5e-4, 1)])
def test_a_touch_is_a_tenth_of_a_thousandth_of_a_square_metre(depth_m: float, count: int) -> None:
    # 10 m long, so 0.00005 m² and 0.0005 m²
    pairs = pair_areas(shapes(rect(0, 0, 10, 10)), shapes(rect(10 - depth_m, 0, 20, 10)))
    assert len(pairs) == count


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_nothing_never_pairs(nothing: shapely.Geometry | None) -> None:
    assert len(pair_areas(shapes(rect(0, 0, 9, 9)), shapes(nothing, rect(0, 0, 9, 9)))) == 1
    assert len(pair_areas(shapes(nothing), shapes(rect(0, 0, 9, 9)))) == 0


def test_no_shapes_no_pairs() -> None:
    assert len(pair_areas(shapes(), shapes())) == 0


def test_an_invented_overlap_is_thrown_out() -> None:
    left, right = shapes(*INVENTED)
    assert left.intersection(right).area > 10_000, "GEOS is mended: drop this case"
    assert overlap_area_m2(left, right) == 0.0
    assert len(pair_areas(shapes(left), shapes(right))) == 0


@pytest.mark.parametrize(("left", "right", "area_m2"), MISSED)
def test_a_missed_overlap_is_found(left: str, right: str, area_m2: float) -> None:
    one, other = shapes(left), shapes(right)
    assert one[0].intersection(other[0]).area == 0.0, "GEOS is mended: drop this case"
    pairs = pair_areas(one, other)
    assert pairs.is_disputed.tolist() == [True]
    assert pairs.area_m2[0] == pytest.approx(area_m2, abs=1e-6)


@pytest.mark.parametrize(("left", "right", "area_m2"), MISSED)
def test_the_piece_of_a_missed_overlap_is_shown(left: str, right: str, area_m2: float) -> None:
    one, other = shapes(left), shapes(right)
    piece = overlap_geometries(one, other, pair_areas(one, other))[0]
    assert piece.area == pytest.approx(area_m2, abs=1e-3)


@pytest.mark.parametrize("witness", ["none", "doubtful", "found", "all"])
def test_what_geos_misses_is_found_with_any_witness(witness: Witness) -> None:
    pairs = pair_areas(*map(shapes, MISSED[0][:2]), witness=witness)
    assert pairs.area_m2[0] == pytest.approx(MISSED[0][2], abs=1e-6)
    # who does not ask GEOS has nothing to dispute
    assert pairs.is_disputed[0] == (witness in {"found", "all"})


def test_where_the_oracle_cannot_be_asked_the_kernel_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siting.overlay.witness.exact_overlap_area_m2", lambda *_: None)
    pairs = pair_areas(*map(shapes, MISSED[0][:2]))
    assert pairs.area_m2[0] == pytest.approx(MISSED[0][2], abs=1e-3)
    assert pairs.is_disputed[0]


@pytest.mark.parametrize("witness", ["none", "doubtful", "found"])
def test_what_is_drawn_is_measured_whoever_was_asked_before(
    witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = map(shapes, MISSED[0][:2])
    pairs = pair_areas(one, other, witness=witness)
    piece = overlap_geometries(one, other, pairs)[0]
    assert piece.area == pytest.approx(MISSED[0][2], abs=1e-3)
    assert not caplog.records


def test_a_drawing_that_nobody_gets_right_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = shapes(rect(0, 0, 10, 10)), shapes(rect(5, 0, 15, 10))
    pairs = pair_areas(one, other)
    monkeypatch.setattr(
        kernel, "intersections", lambda left, right, grid_size=None: shapes(rect(0, 0, 1, 1))
    )
    assert overlap_geometries(one, other, pairs)[0].area == 1.0
    assert "49.00 m² off its area of 50.00 m²" in caplog.text


def test_the_piece_of_two_polygons_is_polygonal() -> None:
    left = rect(0, 0, 10, 10)
    right = shapely.union(rect(5, 0, 15, 4), rect(10, 6, 15, 9))
    pieces = overlap_geometries(
        shapes(left), shapes(right), pair_areas(shapes(left), shapes(right))
    )
    assert pieces[0].geom_type == "Polygon"
    assert pieces[0].area == 20.0


def test_polygons_only() -> None:
    mixed = shapely.GeometryCollection(
        [rect(0, 0, 2, 2), shapely.LineString([(0, 0), (9, 9)]), rect(5, 5, 6, 6)]
    )
    assert polygons_only(mixed).geom_type == "MultiPolygon"
    assert polygons_only(mixed).area == 5.0
    assert polygons_only(shapely.LineString([(0, 0), (1, 1)])).is_empty
    assert polygons_only(shapely.GeometryCollection([rect(0, 0, 2, 2)])).area == 4.0


def test_mean_width_of_a_strip_and_a_square() -> None:
    assert mean_width_m(rect(0, 0, 1000, 0.5)) == pytest.approx(1000 / 2001)
    assert mean_width_m(rect(0, 0, 8, 8)) == 4.0
    assert mean_width_m(shapely.Polygon()) == 0.0


def test_distances_within_are_sorted_and_inclusive() -> None:
    left = shapes(rect(0, 0, 10, 10), rect(100, 0, 110, 10))
    right = shapes(
        rect(13, 14, 20, 20), rect(15, 0, 20, 10), rect(5, 5, 6, 6), rect(15.01, 0, 20, 9)
    )
    near = distances_within(left, right, 5.0)
    assert list(zip(near.left.tolist(), near.right.tolist(), near.distance_m, strict=True)) == [
        (0, 0, 5.0),
        (0, 1, 5.0),
        (0, 2, 0.0),
    ]


def test_the_oracle_agrees_where_nothing_is_hard() -> None:
    ring = rect(0, 0, 100, 100).difference(rect(40, 40, 60, 60))
    both = shapely.MultiPolygon([rect(-5, -5, 50, 50), rect(55, 55, 70, 200)])
    # 50×50 less the hole's 10×10; 15×45 less the hole's 5×5
    assert exact_overlap_area_m2(ring, both) == 2500 - 100 + 675 - 25


def test_where_both_overlays_invent_the_same_relate_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def inventing(left, right, grid_size=None):
        return shapes(*[rect(0, 0, 5, 5)] * len(left))

    monkeypatch.setattr(kernel.shapely, "intersection", inventing)
    touching = pair_areas(shapes(rect(0, 0, 10, 10)), shapes(rect(10, 0, 20, 10)))
    assert len(touching) == 0
    meeting = pair_areas(shapes(rect(0, 0, 10, 10)), shapes(rect(5, 5, 15, 15)))
    assert (meeting.area_m2.tolist(), meeting.is_disputed.tolist()) == ([25.0], [False])
