"""The certificate of simple rings, held against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.load.simple import MOST_EDGES, is_certainly_simple

Point = tuple[float, float]

L_SHAPE = [(0.0, 0.0), (40.0, 0.0), (40.0, 15.0), (15.0, 15.0), (15.0, 40.0), (0.0, 40.0)]
U_SHAPE = [
    (0.0, 0.0), (50.0, 0.0), (50.0, 40.0), (35.0, 40.0), (35.0, 10.0), (15.0, 10.0),
    (15.0, 40.0), (0.0, 40.0),
]  # fmt: skip
BOWTIE = [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]
SPIKE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (10.0, 20.0), (10.0, 10.0), (0.0, 10.0)]
FOLD = [(0.0, 0.0), (10.0, 0.0), (5.0, 0.0), (5.0, 10.0)]
TOUCHING_ITSELF = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 0.0), (0.0, 10.0)]
MEETING_IN_A_POINT = [
    (0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0),
]  # fmt: skip


def certified(*rings: list[Point]) -> list[bool]:
    closed = np.array([[*ring, ring[0]] for ring in rings])
    return is_certainly_simple(
        np.ascontiguousarray(closed[:, :, 0].T), np.ascontiguousarray(closed[:, :, 1].T)
    ).tolist()


def is_simple_exactly(ring: list[Point]) -> bool:
    """In rational arithmetic: edges meet nowhere but at the corner that neighbours share."""
    corners = [(Fraction(x), Fraction(y)) for x, y in ring]
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    if any(start == end for start, end in edges):
        return False
    for one, other in combinations(range(len(edges)), 2):
        if other - one == 1 or other - one == len(edges) - 1:
            first, second = (one, other) if other - one == 1 else (other, one)
            if folds(edges[first], edges[second]):
                return False
        elif meet(edges[one], edges[other]):
            return False
    return True


def cross(a: tuple, b: tuple, c: tuple) -> Fraction:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def folds(first: tuple, second: tuple) -> bool:
    (a, b), (_, c) = first, second
    runs_back = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0
    return cross(a, b, c) == 0 and runs_back


def meet(one: tuple, other: tuple) -> bool:
    (a, b), (c, d) = one, other
    sides = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)]
    if sides == [0, 0, 0, 0]:
        return all(
            max(min(a[axis], b[axis]), min(c[axis], d[axis]))
            <= min(max(a[axis], b[axis]), max(c[axis], d[axis]))
            for axis in (0, 1)
        )
    return sides[0] * sides[1] <= 0 and sides[2] * sides[3] <= 0


@pytest.mark.parametrize("offset", [(0.0, 0.0), (440_000.0, 2_540_000.0), (38_440_000.0, 2.54e6)])
def test_parcels_are_certified(offset: Point) -> None:
    for ring in (L_SHAPE, U_SHAPE, L_SHAPE[::-1]):
        turned = shapely.affinity.rotate(shapely.Polygon(ring), 17.3)
        moved = shapely.affinity.translate(turned, *offset)
        assert certified(list(moved.exterior.coords)[:-1]) == [True]


@pytest.mark.parametrize("ring", [BOWTIE, SPIKE, FOLD, TOUCHING_ITSELF, MEETING_IN_A_POINT])
def test_what_is_not_simple_is_never_certified(ring: list[Point]) -> None:
    for first in range(len(ring)):
        turned = [*ring[first:], *ring[:first]]
        assert certified(turned, turned[::-1]) == [False, False]


def test_one_bad_ring_does_not_spoil_its_neighbours() -> None:
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    assert certified(square, BOWTIE, square) == [True, False, True]


def test_repeated_point_and_many_edges_go_to_geos() -> None:
    assert certified([(0.0, 0.0), (0.0, 0.0), (10.0, 0.0), (0.0, 10.0)]) == [False]
    angles = np.linspace(0, 2 * np.pi, MOST_EDGES + 2)[:-1]
    circle = [(float(np.cos(angle)), float(np.sin(angle))) for angle in angles]
    assert certified(circle) == [False]
    assert certified(circle[:-1]) == [True]


@pytest.mark.parametrize("ulps", [0, 1, 2, 3])
def test_a_corner_that_all_but_touches_an_edge(ulps: int) -> None:
    """Within rounding of the opposite edge nothing is certain, whatever GEOS may say."""
    tip = 2_540_000.0
    for _ in range(ulps):
        tip = float(np.nextafter(tip, np.inf))
    base = 2_540_000.0
    ring = [(0.1, base), (10.3, base), (10.3, base + 7), (5.7, tip), (0.1, base + 7)]
    if certified(ring) == [True]:
        assert is_simple_exactly(ring)
    assert certified(ring) == [ulps > 0]


ON_GRID = st.integers(0, 4).map(float)
NEARLY = st.builds(
    lambda place, ulps: float(
        np.frombuffer((np.array([place]).view(np.int64) + ulps).tobytes(), dtype=np.float64)[0]
    ),
    st.sampled_from([1.0, 1.1, 2.5, 440_000.3, 440_001.7]),
    st.integers(-3, 3),
)


@pytest.mark.parametrize("numbers", [ON_GRID, NEARLY, st.floats(-1e9, 1e9), st.floats()])
def test_what_is_certified_is_simple(numbers: st.SearchStrategy[float]) -> None:
    seen = {True: 0, False: 0}

    @settings(max_examples=300, deadline=None)
    @given(
        st.integers(3, 8).flatmap(
            lambda size: st.lists(st.tuples(numbers, numbers), min_size=size, max_size=size)
        )
    )
    def hold(ring: list[Point]) -> None:
        if not np.isfinite(ring).all():
            return
        (is_certain,) = certified(ring)
        seen[is_certain] += 1
        if is_certain:
            assert is_simple_exactly(ring)
            assert shapely.is_valid(shapely.Polygon(ring))

    hold()
    assert seen[True], "a certificate that is never given shows nothing"


@pytest.mark.parametrize("edges", [41, 77, MOST_EDGES])
def test_long_rings_are_certified_and_knotted_ones_are_not(edges: int) -> None:
    """Many pairs of edges are compared in one step; a far knot must not be lost in it."""
    dice = np.random.default_rng(edges)
    angles = np.arange(edges) / edges * 2 * np.pi
    rings = []
    for _ in range(30):
        reach = 100 * dice.uniform(0.6, 1.4, edges)
        east, north = reach * np.cos(angles) + 440_000, reach * np.sin(angles) + 2_540_000
        rings.append(list(zip(east.tolist(), north.tolist(), strict=True)))
    assert all(certified(*rings))
    for ring in rings[:8]:
        one, other = sorted(dice.choice(edges, 2, replace=False).tolist())
        knotted = ring.copy()
        knotted[one], knotted[other] = ring[other], ring[one]
        wanted = is_simple_exactly(knotted)
        assert certified(*rings, knotted) == [True] * 30 + [wanted]


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_what_is_smaller_or_larger_than_land_goes_to_geos(size: float) -> None:
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    odd = [(x * size, y * size) for x, y in square]
    assert certified(square, odd, square) == [True, False, True]
