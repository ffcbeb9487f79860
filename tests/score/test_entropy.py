"""Entropy weights: published examples to the printed digits, and what is refused.

The papers were seen through the tests of the package crispyn, which cite and reproduce them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting import score
from siting.errors import ConfigError


@pytest.mark.parametrize(
    ("values", "weights", "digits"),
    [
        pytest.param(
            [[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]],
            [0.4630, 0.3992, 0.1378, 0.0000],
            4,
            id="Xu 2004, EJOR 156, 530-532",
        ),
        pytest.param(
            [[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]],
            [0.1146, 0.1981, 0.4185, 0.2689],
            4,
            id="Zavadskas and Podvezko 2016, IJITDM 15, 267-283",
        ),
        pytest.param(
            [
                [256, 8, 41, 1.6, 1.77, 7347.16],
                [256, 8, 32, 1.0, 1.8, 6919.99],
                [256, 8, 53, 1.6, 1.9, 8400],
                [256, 8, 41, 1.0, 1.75, 6808.9],
                [512, 8, 35, 1.6, 1.7, 8479.99],
                [256, 4, 35, 1.6, 1.7, 7499.99],
            ],
            [0.405, 0.221, 0.134, 0.199, 0.007, 0.034],
            3,
            id="Ersoy 2021, LogForum 17(3)",
        ),
        pytest.param(
            [
                [4550, 30, 6.74, 20, 15, 5, 85, 150, 0.87, 4.76],
                [3005, 60.86, 2.4, 35, 27, 4, 26, 200, 0.17, 4.51],
                [2040, 14.85, 1.7, 90, 25, 5, 26, 500, 0.27, 4.19],
                [3370, 99.4, 3.25, 25.3, 54, 3, 45, 222, 0.21, 3.78],
                [3920, 112.6, 4.93, 11.4, 71.7, 2, 50, 100, 0.25, 4.11],
            ],
            [0.026, 0.154, 0.089, 0.199, 0.115, 0.040, 0.080, 0.123, 0.172, 0.002],
            3,
            id="Lee and Chang 2018, RSER 92, 883-896",
        ),
    ],
)
def test_published_examples(values: list[list[float]], weights: list[float], digits: int) -> None:
    assert score.entropy_weights(values).weights.round(digits).tolist() == weights


def test_an_entropy_by_hand() -> None:
    # shares ¼, ¾ and ½, ½: -(¼ log2 ¼ + ¾ log2 ¾) = 2 - ¾ log2 3
    found = score.entropy_weights([[1, 5], [3, 5]])
    entropy = 2 - 0.75 * math.log2(3)
    assert found.entropies.tolist() == pytest.approx([entropy, 1.0])
    assert found.divergences.tolist() == pytest.approx([1 - entropy, 0.0])
    assert found.weights.tolist() == [1.0, 0.0]


TABLES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(2, 8), st.integers(1, 6)),
    elements=st.floats(0.0, 1e6, allow_subnormal=False),
)


@given(TABLES)
def test_weights_add_up_to_1_and_units_do_not_matter(table: np.ndarray) -> None:
    table[0] += 1.0  # no column of zeros
    table[0, 0] += 1e6
    found = score.entropy_weights(table)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (found.weights >= 0).all()
    assert (found.entropies >= -1e-12).all()
    assert (found.entropies <= 1).all()
    in_other_units = score.entropy_weights(table * np.geomspace(1e-3, 1e3, table.shape[1]))
    assert in_other_units.weights.tolist() == pytest.approx(found.weights.tolist(), abs=1e-9)


def test_huge_values() -> None:
    found = score.entropy_weights([[1e308, 5e307], [1e308, 1.5e308]])
    assert found.entropies.tolist() == pytest.approx([1.0, 2 - 0.75 * math.log2(3)])


@pytest.mark.parametrize("count", [2, 3, 7, 97, 1000])
def test_what_is_alike_has_no_weight_at_all(count: int) -> None:
    table = np.stack([np.full(count, 0.1), np.arange(count)], axis=1)
    assert score.entropy_weights(table).weights.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([[1, 2]], "one alternative"),
        ([[1, 2], [1, -2]], "alternative 2 has a negative value for criterion 2"),
        ([[1, 0], [1, 0]], "criterion 2 is 0"),
        ([[1, 2], [1, 2]], "all alternatives are alike"),
        ([[1, 2], [1, math.nan]], "alternative 2 has no number for criterion 2"),
        ([[1, 2], [1]], "not a number"),
        ([], "no table"),
        ([1, 2], "no table"),
    ],
)
def test_what_has_no_entropy(values: list[list[float]], what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.entropy_weights(values)
    assert caught.value.next_step
