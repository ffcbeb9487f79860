"""Distances of hard pairs by the thousand: every bound holds, and every side of a limit."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import shapely

from siting.overlay import distances_within
from siting.overlay.exact_distance import exact_distance_sq
from siting.overlay.kernel import nearest, nearest_vector, reach
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
    """Check both ways, the oracle, and of some pairs the whole engine against brute force."""
    left, right = (np.array(side, dtype=object) for side in zip(*made, strict=True))
    ours, theirs = outlines_of(left), outlines_of(right)
    rows = np.arange(len(made))
    rows.flags.writeable = False
    by_numpy = nearest_vector.sweep(ours, theirs, rows, rows, 1e5)
    by_machine = np.empty_like(by_numpy)
    nearest.sweep(ours, theirs, rows, rows, 1e5, by_machine)
    assert np.array_equal(by_numpy, by_machine)
    assert by_machine[:, 1].max() < 1e-9
    for number, (one, other) in enumerate(made):
        exact = distance_sq(one, other)
        assert exact_distance_sq(one, other) == exact, (one.wkt, other.wkt)
        root, (found_m, bound_m) = math.sqrt(exact), by_machine[number]
        assert abs(found_m - root) <= bound_m + math.ulp(root), (one.wkt, other.wkt)
        if number % 4 == 0:
            # a limit that is the distance, or a unit in the last place beside it
            limit_m = math.nextafter(root, (0.0, root, math.inf)[number % 3])
            told = distances_within(left[[number]], right[[number]], 1e5, limits_m=(limit_m,))
            side = told.distance_m[0] < limit_m, told.distance_m[0] > limit_m
            assert side == (exact < Fraction(limit_m) ** 2, exact > Fraction(limit_m) ** 2)


def test_a_thousand_pairs_against_brute_force() -> None:
    check(pairs(1_000, seed=50))


def test_ten_thousand_random_pairs_against_geos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "is_worth_machine_code", bool)
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
def test_fifty_thousand_pairs() -> None:
    for seed in range(50):
        check(pairs(1_000, seed=60_000 + seed))
