"""The packed tree of boxes answers as GEOS's does."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from siting.features import PackedBoxes, packed
from siting.features.boxes import FAN_OUT

#: Whole numbers, so that borders and corners coincide often.
CORNERS = st.integers(0, 40).map(float)


def boxes_of(corners: np.ndarray) -> np.ndarray:
    low = np.minimum(corners[:, :2], corners[:, 2:])
    return np.concatenate([low, np.maximum(corners[:, :2], corners[:, 2:])], axis=1)


def by_geos(indexed: np.ndarray, asked: np.ndarray) -> set[tuple[int, int]]:
    tree = shapely.STRtree(shapely.box(*indexed.T))
    left, right = tree.query(shapely.box(*asked.T))
    return set(zip(left.tolist(), right.tolist(), strict=True))


def by_us(indexed: np.ndarray, asked: np.ndarray) -> list[tuple[int, int]]:
    left, right = PackedBoxes.of(indexed).meeting(asked)
    return list(zip(left.tolist(), right.tolist(), strict=True))


@settings(max_examples=80, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 200), st.just(4)), elements=CORNERS),
    arrays(np.float64, st.tuples(st.integers(0, 9), st.just(4)), elements=CORNERS),
)
def test_the_answer_is_that_of_an_strtree(indexed, asked):
    indexed, asked = boxes_of(indexed), boxes_of(asked)
    # A box without an extent is an empty polygon to GEOS's tree.
    indexed[:, 2:] += 0.25
    asked[:, 2:] += 0.5
    found = by_us(indexed, asked)
    assert found == sorted(found)
    assert len(found) == len(set(found))
    assert set(found) == by_geos(indexed, asked)


def test_many_boxes_over_several_levels():
    rng = np.random.default_rng(3)
    low = rng.uniform(400_000, 410_000, (FAN_OUT**2 * 3, 2))
    indexed = np.concatenate([low, low + rng.exponential(60, low.shape)], axis=1)
    asked = indexed[::301] + np.array([-50, -50, 50, 50])
    assert sum(name.startswith("boxes_") for name in packed(indexed)) == 3
    assert set(by_us(indexed, asked)) == by_geos(indexed, asked)


@pytest.mark.parametrize("size", [1, FAN_OUT, FAN_OUT + 1, FAN_OUT**2 + 1])
def test_sizes_at_which_a_level_is_full(size):
    west = np.arange(size, dtype=float) * 10
    indexed = np.stack([west, west * 0, west + 9, west * 0 + 9], axis=1)
    found = by_us(indexed, np.array([[5.0, 1, 6, 2], [10.0 * size - 5, 0, 1e6, 1]]))
    assert found == [(0, 0), (1, size - 1)]


def test_a_point_on_a_shared_corner_meets_all_four():
    indexed = np.array([[0, 0, 1, 1], [1, 0, 2, 1], [0, 1, 1, 2], [1, 1, 2, 2], [3, 3, 4, 4.0]])
    assert by_us(indexed, np.array([[1.0, 1, 1, 1]])) == [(0, 0), (0, 1), (0, 2), (0, 3)]


def test_what_has_no_box_meets_nothing_and_hides_nothing():
    nowhere = [np.nan] * 4
    indexed = np.array([nowhere, *[[0.0, 0, 1, 1]] * (FAN_OUT * 2), nowhere])
    found = by_us(indexed, np.array([[0.5, 0.5, 2, 2], nowhere]))
    assert [row for _, row in found] == list(range(1, FAN_OUT * 2 + 1))
    assert by_us(np.array([nowhere]), np.array([[0.0, 0, 1, 1]])) == []
