"""The exact oracle against an independent rational clipper (Sutherland-Hodgman, convex pairs)."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest
import shapely
import shapely.affinity

import siting.overlay.exact as oracle
from siting.overlay import exact_overlap_area_m2, overlap_area_m2

from ..tiny_city import ORIGINS, rect
from .slabs import overlap

Point = tuple[Fraction, Fraction]


def clip(subject: list[Point], start: Point, end: Point) -> list[Point]:
    """Keep what lies left of the line from start to end, exactly."""

    def side(point: Point) -> Fraction:
        return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (
            point[0] - start[0]
        )

    kept: list[Point] = []
    for here, there in itertools.pairwise([*subject, *subject[:1]]):
        at, to = side(here), side(there)
        if at >= 0:
            kept.append(here)
        if at * to < 0:
            share = at / (at - to)
            kept.append(
                (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
            )
    return kept


def shoelace(ring: list[Point]) -> Fraction:
    pairs = itertools.pairwise([*ring, *ring[:1]])
    return abs(sum((a[0] * b[1] - b[0] * a[1] for a, b in pairs), Fraction(0))) / 2


def exact_convex(left: list[Point], right: list[Point]) -> Fraction:
    ring = left
    for start, end in itertools.pairwise([*right, *right[:1]]):
        ring = clip(ring, start, end)
    return shoelace(ring)


def convex(rng: random.Random, origin: tuple[float, float]) -> list[Point]:
    points = [(rng.randint(-300, 300), rng.randint(-300, 300)) for _ in range(rng.randint(3, 9))]
    hull = shapely.MultiPoint(points).convex_hull
    if hull.geom_type != "Polygon":
        return convex(rng, origin)
    ring = shapely.orient_polygons(hull).exterior.coords[:-1]
    return [(Fraction(x) + Fraction(origin[0]), Fraction(y) + Fraction(origin[1])) for x, y in ring]


@pytest.mark.parametrize("origin", [(0.0, 0.0), *ORIGINS.values()])
def test_a_thousand_rational_cases_in_all(origin: tuple[float, float]) -> None:
    rng = random.Random(1523)  # noqa: S311 - cases to repeat, no secret
    for _ in range(350):
        left, right = convex(rng, origin), convex(rng, origin)
        wanted = float(exact_convex(left, right))
        one, other = (shapely.Polygon([(float(x), float(y)) for x, y in r]) for r in (left, right))
        assert exact_overlap_area_m2(one, other) == pytest.approx(wanted, rel=1e-15, abs=0)
        assert overlap_area_m2(one, other) == pytest.approx(wanted, abs=1e-3)


def test_direction_of_the_ring_does_not_matter() -> None:
    one, other = rect(0, 0, 10, 10), rect(5, 5, 20, 20)
    for left, right in ((one.reverse(), other), (one, other.reverse())):
        assert exact_overlap_area_m2(left, right) == 25.0


def test_apart_below_above_and_touching_are_zero() -> None:
    square = rect(0, 0, 10, 10)
    for other in (rect(0, 10, 10, 20), rect(0, 30, 10, 40), rect(0, -40, 10, -30)):
        assert exact_overlap_area_m2(square, other) == 0.0


def test_edges_that_cross_at_a_third() -> None:
    # y = x/3 against y = 10 - x/3 over 0..30: a tent of base 30 and height 5
    low = shapely.Polygon([(0, 0), (30, 0), (30, 10)])
    high = shapely.Polygon([(0, 10), (0, 0), (30, 0)])
    assert exact_overlap_area_m2(low, high) == 75.0


def test_too_many_edges_are_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "MAX_EDGE_PAIRS", 1)
    assert exact_overlap_area_m2(rect(0, 0, 10, 10), rect(0, 0, 10, 10)) is None


def test_nothing_overlaps_nothing() -> None:
    assert exact_overlap_area_m2(shapely.Polygon(), shapely.Polygon()) == 0.0


def star(dice: random.Random, east: float, north: float, points: int) -> shapely.Polygon:
    """A rugged outline of millimetre coordinates around a place."""
    ring = []
    for number in range(points):
        turn, reach = math.tau * number / points, dice.uniform(300, 1_000)
        ring.append((east + reach * math.cos(turn), north + reach * math.sin(turn)))
    return shapely.Polygon([(round(x, 3), round(y, 3)) for x, y in ring])


@pytest.mark.parametrize("seed", range(6))
def test_a_long_corridor_over_a_rugged_outline_is_measured_exactly(seed: int):
    # long edges over short ones: most pairs are told apart by doubles, and none may be lost
    dice = random.Random(seed)  # noqa: S311 - a seeded test
    outline = star(dice, 442_000.0, 2_523_000.0, 60)
    far, width = 9_000.0, dice.choice([0.001, 3.0, 400.0])
    corridor = shapely.Polygon(
        [
            (442_000 - far, 2_523_000 - far / 2),
            (442_000 + far, 2_523_000 + far / 2),
            (442_000 + far, 2_523_000 + far / 2 + width),
            (442_000 - far, 2_523_000 - far / 2 + width),
        ]
    )
    expected = float(overlap(corridor, outline))
    assert exact_overlap_area_m2(corridor, outline) == expected
    assert exact_overlap_area_m2(outline, corridor) == expected


def sideways_comb(teeth: int) -> shapely.Polygon:
    """A spine 1 m wide in the west, and a tooth 49 m long and 0.5 m high from every metre up."""
    ring = [(0.0, 0.0)]
    for tooth in range(teeth):
        ring += [(50.0, tooth), (50.0, tooth + 0.5), (1.0, tooth + 0.5), (1.0, tooth + 1.0)]
    return shapely.Polygon([*ring, (0.0, float(teeth))])


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((20, 100, 30, 103), 10 * 3 * 0.5),  # among the teeth, far above and below other ones
        ((-5, 100, 0.5, 103), 0.5 * 3),  # in the spine: no edge lies south of it, one north
        ((20, 100.5, 30, 101), 0.0),  # in a gap
        ((20, -9, 30, 1.25), 10 * 0.75),  # over the southern end
        ((20, 999.25, 30, 1_010), 10 * 0.25),  # over the northern end
    ],
)
def test_edges_beyond_the_common_box_cost_nothing(
    box: tuple[float, ...], expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of the 4,000 pairs of edges above each other only those about the box are asked about
    monkeypatch.setattr(oracle, "MAX_EDGE_PAIRS", 40)
    comb, square = sideways_comb(1_000), shapely.box(*box)
    assert exact_overlap_area_m2(comb, square) == expected
    assert exact_overlap_area_m2(square, comb) == expected


@pytest.mark.parametrize("seed", range(4))
def test_small_shapes_about_a_rugged_one_are_measured_exactly(seed: int):
    # inside, in the hole, across both outlines, and beyond one end: each keeps other edges
    dice = random.Random(seed)  # noqa: S311 - a seeded test
    hole = shapely.box(441_900.125, 2_522_900.25, 442_100.5, 2_523_100.125).exterior
    outline = shapely.Polygon(star(dice, 442_000.0, 2_523_000.0, 24).exterior, [hole])
    assert outline.is_valid
    for _ in range(8):
        east, north = dice.uniform(441_200, 442_800), dice.uniform(2_522_200, 2_523_800)
        piece = star(dice, east, north, 7)
        piece = shapely.affinity.scale(piece, 0.2, 0.2)
        expected = float(overlap(piece, outline))
        assert exact_overlap_area_m2(piece, outline) == expected
        assert exact_overlap_area_m2(outline, piece) == expected
