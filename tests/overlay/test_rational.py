"""A thousand pairs whose overlap is known exactly, by counting cells: no oracle of ours asked.

Each polygon is a set of cells between lines of its own (with holes, with parts, touching in
corners), laid out slanting by a matrix of dyadic numbers: every coordinate is an exact double, and
the overlap is the sum of width × height over pairs of cells, times the determinant.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from siting.overlay import exact_overlap_area_m2, overlap_area_m2
from siting.overlay.kernel import engine, layout, measure

from .adversarial import PLACES

#: The gate is 1e-3 m²; areas of up to 1 km² in doubles allow much less.
NEAR_M2 = 1e-6
CASES = 1_000
#: Lines lie at multiples of 1/8 m, the matrix has multiples of 1/16: 1/128 m, an exact double.
LINE_M, SLANT = 0.125, 0.0625

Cells = list[tuple[int, int, int, int]]


def cells(dice: np.random.Generator, lines: list[np.ndarray], share: float) -> Cells:
    """Return some cells between lines (west, south, east, north), in units of LINE_M."""
    columns, rows = (list(itertools.pairwise(each.tolist())) for each in lines)
    is_in = dice.random((len(columns), len(rows))) < share
    is_in.flat[int(dice.integers(is_in.size))] = True
    return [
        (west, south, east, north)
        for (c, (west, east)), (r, (south, north)) in itertools.product(
            enumerate(columns), enumerate(rows)
        )
        if is_in[c, r]
    ]


def lines_of(dice: np.random.Generator) -> list[np.ndarray]:
    return [
        np.unique(dice.integers(0, 2_000, int(dice.integers(3, 8)) + 1))
        * [1, 40][dice.random() < 0.3]
        for _ in range(2)
    ]


def shape_of(made: Cells, matrix: np.ndarray, place: tuple[float, float]) -> BaseGeometry:
    union = shapely.union_all([shapely.box(*cell) for cell in made])
    shape: BaseGeometry = shapely.transform(union, lambda xy: (xy * LINE_M) @ matrix.T + place)
    return shape


def overlap_of(left: Cells, right: Cells) -> int:
    return sum(
        max(min(a[2], b[2]) - max(a[0], b[0]), 0) * max(min(a[3], b[3]) - max(a[1], b[1]), 0)
        for a, b in itertools.product(left, right)
    )


def cases(count: int, seed: int) -> Iterator[tuple[BaseGeometry, BaseGeometry, Fraction]]:
    dice = np.random.default_rng(seed)
    while count:
        matrix = dice.integers(-20, 21, (2, 2)) * SLANT
        whole = np.round(matrix / SLANT).astype(int).tolist()
        scale = abs(whole[0][0] * whole[1][1] - whole[0][1] * whole[1][0])
        lines = lines_of(dice)
        # every second pair stands between the same lines: nothing but common edges and corners
        other = lines if dice.random() < 0.5 else lines_of(dice)
        if not scale or min(len(each) for each in (*lines, *other)) < 2:
            continue
        ours, theirs = cells(dice, lines, 0.55), cells(dice, other, 0.55)
        place = PLACES[int(dice.integers(len(PLACES)))]
        left, right = (shape_of(each, matrix, place) for each in (ours, theirs))
        if not (left.is_valid and right.is_valid):
            continue
        count -= 1
        unit_m2 = Fraction(LINE_M) ** 2 * Fraction(SLANT) ** 2 * scale
        yield left, right, overlap_of(ours, theirs) * unit_m2


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, np.ndarray, list[Fraction]]:
    lefts, rights, areas = zip(*cases(CASES, seed=2008), strict=True)
    return np.array(lefts, dtype=object), np.array(rights, dtype=object), list(areas)


def test_they_are_of_every_sort(known) -> None:
    left, right, areas = known
    shapes = np.concatenate([left, right])
    assert (shapely.get_type_id(shapes) == 6).sum() > 500
    assert (shapely.get_num_interior_rings(shapely.get_parts(shapes)) > 0).sum() > 100
    assert 20 < sum(area == 0 for area in areas) < 400
    assert sum(area > 10_000 for area in areas) > 300


@pytest.mark.parametrize("way", ["numpy", "machine code"])
def test_the_kernel_itself(known, way: str) -> None:
    left, right, areas = known
    worst_m2 = 0.0
    for one, other, exact in zip(left, right, areas, strict=True):
        sides = [np.array([each], dtype=object) for each in (one, other)]
        if way == "numpy":
            table = measure.areas(*sides, floor_m2=-np.inf)
        else:
            table = engine.area_table(
                *(engine.prepare(layout.rings_of(side)) for side in sides), floor_m2=-np.inf
            )
        found_m2, bound_m2 = float(table.area_m2.sum()), float(table.bound_m2.sum())
        off_m2 = abs(Fraction(found_m2) - exact)
        assert off_m2 <= Fraction(bound_m2)
        worst_m2 = max(worst_m2, float(off_m2))
    assert worst_m2 <= NEAR_M2


def test_the_area_that_is_told(known) -> None:
    for left, right, exact in zip(*known, strict=True):
        assert abs(overlap_area_m2(left, right) - exact) <= NEAR_M2


def test_the_oracle_has_the_same_idea_of_exact(known) -> None:
    for left, right, exact in list(zip(*known, strict=True))[::5]:
        assert exact_overlap_area_m2(left, right) == float(exact)
