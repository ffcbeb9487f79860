"""What polygons leave bare: by hand, by counting cells, and where GEOS or the kernel is wrong."""

from __future__ import annotations

import logging
import math
from fractions import Fraction

import numpy as np
import pytest
import shapely

import siting.overlay.bare as room
from siting.overlay import bare_areas_m2, uncovered, uncovered_each
from siting.overlay.exact_bare import exact_bare_area_m2

from ..tiny_city import place, rect
from . import adversarial
from .slabs import overlap

RED_LINE = rect(0, 0, 100, 100)


def shapes(*geometries: object) -> np.ndarray:
    made = np.empty(len(geometries), dtype=object)
    made[:] = geometries
    return made


def test_over_a_seam_and_beyond() -> None:
    bare = uncovered(RED_LINE, shapes(rect(-9, -9, 50, 109), rect(50, -9, 80, 109)))
    assert bare.area_m2 == pytest.approx(2000.0, abs=bare.bound_m2)
    assert bare.bound_m2 < 1e-9
    assert bare.geometry.equals(rect(80, 0, 100, 100))
    assert not bare.is_disputed


def test_wholly_covered_wholly_bare_and_no_cover_at_all() -> None:
    inside = uncovered(RED_LINE, shapes(rect(-1, -1, 110, 110)))
    assert inside.geometry.is_empty
    assert inside.area_m2 == 0.0
    asked = uncovered(RED_LINE, shapes(rect(-1, -1, 110, 110)), witness="all")
    assert (asked.geometry.is_empty, asked.area_m2, asked.is_disputed) == (True, 0.0, False)
    for cover in (shapes(), shapes(rect(100, 0, 200, 100)), shapes(rect(500, 0, 600, 100))):
        bare = uncovered(RED_LINE, cover)
        assert (bare.area_m2, bare.geometry.equals(RED_LINE)) == (10_000.0, True)
        assert bare.bound_m2 < 1e-9


def test_holes_of_the_red_line_and_of_the_cover() -> None:
    ring = RED_LINE.difference(rect(40, 40, 60, 60))
    # the cover's hole lies half over the red line's
    cover = rect(-5, -5, 105, 105).difference(rect(50, 45, 80, 55))
    bare = uncovered(ring, shapes(cover))
    assert bare.area_m2 == pytest.approx(20 * 10, abs=bare.bound_m2)
    assert bare.geometry.equals(rect(60, 45, 80, 55))


def test_covers_that_overlap_each_other_are_counted_once() -> None:
    cover = shapes(rect(-5, -5, 60, 105), rect(40, -5, 80, 105), rect(-5, 50, 105, 105))
    bare = uncovered(RED_LINE, cover)
    # bare: x from 80 to 100, y from 0 to 50
    assert bare.area_m2 == pytest.approx(1000.0, abs=1e-9)
    assert not bare.is_disputed
    # the kernel knows that it lies within the overlap of the covers, and not beyond what the
    # largest of them leaves alone
    assert bare.bound_m2 == pytest.approx(4_000.0 + 1_000.0)


def test_one_cover_of_several_is_proof_enough() -> None:
    bare = uncovered(RED_LINE, shapes(rect(-5, -5, 60, 105), rect(-5, -5, 105, 105)))
    assert (bare.area_m2, bare.bound_m2 < 1e-9, bare.geometry.is_empty) == (0.0, True, True)


def test_several_that_overlap_and_cover_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    cover = shapes(rect(-5, -5, 60, 105), rect(40, -5, 105, 105))
    bare = uncovered(RED_LINE, cover)
    assert (bare.area_m2, bare.bound_m2) == (0.0, 0.0)
    monkeypatch.setattr(room, "exact_bare_area_m2", lambda subject, cover: None)
    bare = uncovered(RED_LINE, cover)
    assert (bare.area_m2, bare.bound_m2) == (pytest.approx(0.0, abs=1e-9), math.inf)


def test_a_sliver_of_overlap_widens_the_bound_and_moves_nothing() -> None:
    cover = shapes(rect(-5, -5, 50.001, 105), rect(50, -5, 80, 105))
    bare = uncovered(RED_LINE, cover)
    assert bare.area_m2 == pytest.approx(2000.0, abs=1e-7)
    assert 0.1 < bare.bound_m2 < 0.5


@pytest.mark.parametrize(("width_m", "counts"), [(0.9e-6, False), (1.1e-6, True)])
def test_a_touch_is_told_from_a_gap(width_m: float, counts: bool) -> None:
    # 100 m long: 0.9e-4 m² or 1.1e-4 m², in coordinates whose last digit is 6e-11 m
    line = shapely.box(400_000, 0, 400_100, 100)
    bare = uncovered(line, shapes(shapely.box(399_000, -9, 400_100 - width_m, 109)))
    assert (bare.area_m2 > room.TOUCH_AREA_M2) == counts
    assert bare.geometry.is_empty != counts


def test_at_the_touch_itself_exact_arithmetic_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    line = shapely.box(0.0, 0.0, 1.0, 1.0)
    edge = 1.0 - 1e-4
    asked = []
    real = room.exact_bare_area_m2
    monkeypatch.setattr(room, "exact_bare_area_m2", lambda *sides: asked.append(1) or real(*sides))
    for x in (edge, math.nextafter(edge, 0.0), math.nextafter(edge, 2.0)):
        bare = uncovered(line, shapes(shapely.box(-1.0, -1.0, x, 2.0)))
        is_more = 1 - Fraction(x) > Fraction(room.TOUCH_AREA_M2)
        assert (bare.area_m2 > room.TOUCH_AREA_M2) == is_more
    assert asked


def test_bare_cells_are_those_that_are_counted() -> None:
    dice = np.random.default_rng(12)
    for _ in range(60):
        cells = np.ones((12, 12), dtype=bool)
        cover = []
        for _ in range(int(dice.integers(1, 6))):
            (west, east), (south, north) = np.sort(dice.choice(13, (2, 2)), axis=1)
            if west < east and south < north:
                cover.append(rect(west, south, east, north))
                cells[west:east, south:north] = False
        bare = uncovered(rect(0, 0, 12, 12), shapes(*cover))
        assert bare.area_m2 == pytest.approx(cells.sum(), abs=1e-9)
        assert exact_bare_area_m2(rect(0, 0, 12, 12), shapes(*cover)) == cells.sum()
        assert not bare.is_disputed


@pytest.mark.parametrize("witness", ["found", "all"])
@pytest.mark.parametrize("is_measured", [False, True])
def test_many_at_once_are_counted_by_cells(witness: str, is_measured: bool) -> None:
    # forty pieces of squared paper, all covered from one heap of rectangles, up to seven each
    dice = np.random.default_rng(13)
    heap = [np.sort(dice.choice(13, (2, 2)), axis=1) for _ in range(60)]
    heap = [each for each in heap if (each[:, 0] < each[:, 1]).all()]
    polygons = shapes(*(rect(west, south, east, north) for (west, east), (south, north) in heap))
    subjects, at, cells, areas = [], [], [], []
    for row in range(40):
        subjects.append(rect(0, 0, 12, 12))
        paper = np.ones((12, 12), dtype=bool)
        for one in np.sort(dice.permutation(len(heap))[: int(dice.integers(0, 8))]):
            (west, east), (south, north) = heap[one]
            paper[west:east, south:north] = False
            at.append((row, one))
            areas.append(float((east - west) * (north - south)))
        cells.append(paper.sum())
    pairs = tuple(np.array(at).T)
    measured = (np.array(areas), np.zeros(len(areas))) if is_measured else None
    each = uncovered_each(shapes(*subjects), polygons, pairs, witness=witness, measured=measured)
    assert [bare.area_m2 for bare in each] == pytest.approx(cells, abs=1e-9)
    assert [bare.geometry.area for bare in each] == pytest.approx(cells, abs=1e-9)
    assert not any(bare.is_disputed for bare in each)


def test_none_at_all_and_none_that_meets() -> None:
    none = np.zeros(0, np.int64)
    assert uncovered_each(shapes(), shapes(), (none, none)) == []
    (bare,) = uncovered_each(shapes(RED_LINE), shapes(), (none, none))
    assert bare.geometry.equals(RED_LINE)
    far = shapes(rect(300, 0, 400, 100))
    (bare,) = uncovered_each(shapes(RED_LINE), far, (np.array([0]), np.array([0])))
    assert (bare.area_m2, bare.geometry.area) == (10_000.0, 10_000.0)


def test_areas_alone_against_another_oracle() -> None:
    _, left, right = zip(*adversarial.pairs(200, seed=32), strict=True)
    areas_m2 = bare_areas_m2(shapes(*left), shapes(*right))
    for one, other, area_m2 in zip(left, right, areas_m2, strict=True):
        exact = float(overlap(one, one) - overlap(one, other))
        assert abs(area_m2 - exact) <= room.SHARP_M2, (one.wkt, other.wkt)
    # as much is bare as makes a touch: exact arithmetic says on which side of it
    line, cover = rect(0, 0, 1, 1), rect(0, 0, 1, 1 - 1e-4)
    (area_m2,) = bare_areas_m2(shapes(line), shapes(cover))
    assert area_m2 == exact_bare_area_m2(line, shapes(cover))


def test_two_hundred_hard_pairs() -> None:
    for _, left, right in adversarial.pairs(200, seed=31):
        # another oracle, which subtracts what is covered
        exact = float(overlap(left, left) - overlap(left, right))
        assert exact_bare_area_m2(left, shapes(right)) == pytest.approx(exact, rel=1e-12)
        bare = uncovered(left, shapes(right))
        assert abs(bare.area_m2 - exact) <= bare.bound_m2 + 1e-12 * exact, (left.wkt, right.wkt)
        assert bare.bound_m2 < 1e-6


def test_where_geos_leaves_nothing_the_kernel_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    real = shapely.difference

    def lying(left, right, grid_size=None):
        return shapely.Polygon() if grid_size is None else real(left, right, grid_size=grid_size)

    monkeypatch.setattr(room.shapely, "difference", lying)
    bare = uncovered(rect(0, 0, 10, 10), shapes(rect(0, 0, 6, 10)))
    assert (bare.area_m2, bare.bound_m2 < 1e-12, bare.is_disputed) == (40.0, True, True)
    assert bare.geometry.area == pytest.approx(40.0, abs=1e-3)
    # without the oracle the proven area stands
    monkeypatch.setattr(room, "exact_bare_area_m2", lambda subject, cover: None)
    bare = uncovered(rect(0, 0, 10, 10), shapes(rect(0, 0, 6, 10)))
    assert (bare.area_m2, bare.is_disputed) == (pytest.approx(40.0, abs=1e-9), True)
    # and where nothing is proven either, the larger
    cover = shapes(rect(0, 0, 6, 10), rect(5, 0, 6, 10))
    bare = uncovered(rect(0, 0, 10, 10), cover)
    assert (bare.area_m2, bare.bound_m2, bare.is_disputed) == (pytest.approx(40.0), math.inf, True)


def test_where_geos_gives_up_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def giving_up(left, right, grid_size=None):
        raise shapely.errors.GEOSException

    monkeypatch.setattr(room.shapely, "difference", giving_up)
    bare = uncovered(rect(0, 0, 10, 10), shapes(rect(0, 0, 6, 10)))
    assert (bare.area_m2, bare.is_disputed) == (40.0, True)
    monkeypatch.setattr(room, "exact_bare_area_m2", lambda subject, cover: None)
    cover = shapes(rect(0, 0, 6, 10), rect(5, 0, 6, 10))
    bare = uncovered(rect(0, 0, 10, 10), cover)
    assert (bare.area_m2, bare.is_disputed) == (100.0, True)
    assert bare.geometry.equals(rect(0, 0, 10, 10))


def test_a_wrong_area_of_the_kernel_is_mended_and_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = np.array([23.0]), np.array([1e-9])
    with caplog.at_level(logging.ERROR):
        bare = uncovered(rect(0, 0, 10, 10), shapes(rect(0, 0, 6, 10)), measured=wrong)
    assert (bare.area_m2, bare.is_disputed) == (40.0, True)
    assert "please report this" in caplog.text


def test_large_covers_are_not_compared_edge_by_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_EDGE_PAIRS", 10)
    bare = uncovered(RED_LINE, shapes(rect(-5, -5, 50, 105), rect(50, -5, 80, 105)))
    assert bare.area_m2 == pytest.approx(2000.0, abs=1e-7)
    # what may overlap is the smaller of both: what the larger leaves alone is certain
    assert bare.bound_m2 == pytest.approx(3000.0)
    assert not bare.is_disputed


def test_the_oracle_gives_up_on_too_many_edges_and_on_nothing() -> None:
    round_one = place(shapely.Point(5, 5).buffer(4, quad_segs=200))
    assert exact_bare_area_m2(rect(0, 0, 10, 10), shapes(round_one)) is None
    assert exact_bare_area_m2(shapely.Polygon(), shapes()) == 0.0
    # edges beyond the red line's eastings do not count
    assert exact_bare_area_m2(rect(20, 0, 30, 10), shapes(round_one)) == 100.0


#: Ten columns 10 m wide, the last one is missing.
COLUMNS = [rect(10 * k, -5, 10 * k + 10, 105) for k in range(9)]


def test_many_are_compared_with_each_other_only_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = room._own_overlap_m2
    monkeypatch.setattr(room, "_own_overlap_m2", lambda cover: compared.append(1) or real(cover))
    bare = uncovered(RED_LINE, shapes(*COLUMNS))
    assert (bare.area_m2, bare.is_disputed, compared) == (pytest.approx(1000.0), False, [])
    # what the largest alone leaves is certain
    assert bare.bound_m2 == pytest.approx(9000.0 - 1000.0)
    audited = uncovered(RED_LINE, shapes(*COLUMNS), witness="all")
    assert (audited.area_m2, compared) == (pytest.approx(1000.0), [1])
    assert audited.bound_m2 < 1e-9
    # the first column twice: the sum falls short of what the overlay leaves
    bare = uncovered(RED_LINE, shapes(*COLUMNS, COLUMNS[0]))
    assert (bare.area_m2, bare.is_disputed, compared) == (pytest.approx(1000.0), False, [1, 1])
    # 1,000 m² from the sum, and all that the columns overlap each other, with its slack of 1 %
    assert bare.bound_m2 == pytest.approx(1000.0 + 1.01 * 1100.0)


def test_what_is_known_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.measure, "areas", None)
    measured = np.full(9, 1_000.0), np.full(9, 1e-10)
    bare = uncovered(RED_LINE, shapes(*COLUMNS), measured=measured)
    assert bare.area_m2 == pytest.approx(1000.0)
