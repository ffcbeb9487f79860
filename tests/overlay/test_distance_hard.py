"""Distances of hard pairs by the thousand: every bound holds, and every side of a limit."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import shapely

from siting.overlay import distances_within
from siting.overlay.exact_distance import exact_distance_sq
from siting.overlay.kernel import nearest_vector, reach
from siting.overlay.kernel.outlines import outlines_of

from . import adversarial
from .brute_distance import distance_sq


def changed(dice: np.random.Generator, shape: object) -> object:
    """Return the polygon, or its outline as a line, some of its corners, or it moved off."""
    ends = shapely.get_coordinates(shape)
    change = int(dice.integers(4))
    if change == 1:
        return shapely.LineString(ends[: max(2, len(ends) - int(dice.integers(3)))])
    if change == 2:
        return shapely.MultiPoint(ends[: 1 + int(dice.integers(3))])
    away = dice.uniform(-900, 900, 2) * (change == 3)
    return shapely.transform(shape, lambda xy: xy + away)


def pairs(count: int, seed: int) -> list[tuple[object, object]]:
    dice = np.random.default_rng(seed)
    return [(left, changed(dice, right)) for _, left, right in adversarial.pairs(count, seed)]


def check(made: list[tuple[object, object]]) -> None:
    """Check the kernel, the oracle and the whole engine of each pair against brute force."""
    for number, (left, right) in enumerate(made):
        exact = distance_sq(left, right)
        assert exact_distance_sq(left, right) == exact, (left.wkt, right.wkt)
        one, other = np.array([left]), np.array([right])
        table = reach.distances(one, other, limit_m=1e5)
        root, bound_m = math.sqrt(exact), table.bound_m[0]
        assert abs(table.distance_m[0] - root) <= bound_m + math.ulp(root), (left.wkt, right.wkt)
        assert bound_m < 1e-9
        if number % 2:
            continue
        # a limit that is the distance, or a unit in the last place beside it
        limit_m = math.nextafter(root, (0.0, root, math.inf)[number % 3])
        told = distances_within(one, other, 1e5, limits_m=(limit_m,)).distance_m[0]
        limit_sq = Fraction(limit_m) ** 2
        assert (told < limit_m, told > limit_m) == (exact < limit_sq, exact > limit_sq)


def test_a_thousand_pairs_against_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "break_even", lambda: 0)
    made = pairs(1_000, seed=50)
    check(made)
    left, right = (np.array(side, dtype=object) for side in zip(*made, strict=True))
    # machine code and numpy, to the last bit
    numbers = np.arange(len(made))
    alone = nearest_vector.sweep(outlines_of(left), outlines_of(right), numbers, numbers, 1e5)
    table = reach.distances(left, right, limit_m=1e5)
    own = table.left == table.right
    assert np.array_equal(table.distance_m[own], alone[:, 0])
    assert np.array_equal(table.bound_m[own], alone[:, 1])


def test_ten_thousand_random_pairs_against_geos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "break_even", lambda: 0)
    dice = np.random.default_rng(9)
    shapes = []
    for _ in range(200):
        spot = dice.uniform(0, 2_000, 2) + adversarial.PLACES[2]
        ring = np.array(adversarial.star(dice, tuple(spot), int(dice.integers(3, 40)), 150.0))
        kind = int(dice.integers(4))
        shapes.append(
            [shapely.Polygon, shapely.LineString, shapely.MultiPoint, shapely.LinearRing][kind](
                ring
            )
        )
    left, right = np.array(shapes[:100], dtype=object), np.array(shapes[100:], dtype=object)
    table = reach.distances(left, right, limit_m=1e5)
    assert len(table) == 10_000
    told = shapely.distance(left[table.left], right[table.right])
    # GEOS rounds more than the kernel: 1e-8 m at eight-digit eastings
    np.testing.assert_allclose(table.distance_m, told, rtol=0, atol=2e-8)


@pytest.mark.campaign
def test_fifty_thousand_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "break_even", lambda: 0)
    for seed in range(50):
        check(pairs(1_000, seed=60_000 + seed))
