"""TOPSIS: the book's own example to the printed digits, and what may not change the order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting import score
from siting.errors import ConfigError

#: Hwang, C.-L. and Yoon, K. (1981), Multiple Attribute Decision Making, Springer, 133-134: four
#: fighter aircraft by speed, range, payload, cost (less is better), reliability, manoeuvre. The
#: printed figures were seen in the comparison that the package mcdajs makes with the book.
AIRCRAFT = [
    [2.0, 1500, 20000, 5.5, 5, 9],
    [2.5, 2700, 18000, 6.5, 3, 5],
    [1.8, 2000, 21000, 4.5, 7, 7],
    [2.2, 1800, 20000, 5.0, 5, 5],
]
WEIGHTS = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]
DIRECTIONS = [True, True, True, False, True, True]


def test_hwang_and_yoon_1981_fighter_aircraft() -> None:
    found = score.topsis(AIRCRAFT, WEIGHTS, more_is_better=DIRECTIONS)
    assert found.closeness.round(3).tolist() == [0.643, 0.268, 0.614, 0.312]
    assert found.places.tolist() == [1, 4, 2, 3]
    assert found.best.round(4).tolist() == [0.1168, 0.0659, 0.0531, 0.0415, 0.1347, 0.2012]
    assert found.worst.round(4).tolist() == [0.0841, 0.0366, 0.0455, 0.0599, 0.0577, 0.1118]


def test_hwang_and_yoon_1981_as_printed() -> None:
    # The book rounds the normalised table to four digits (its cost column is 0.0001 to 0.0002 off)
    # and goes on with that, so its last digit differs: 0.613 where the exact figure is 0.6135.
    found = score.topsis(AIRCRAFT, WEIGHTS, more_is_better=DIRECTIONS)
    printed = [
        [0.0934, 0.0366, 0.0506, 0.0506, 0.0962, 0.2012],
        [0.1168, 0.0659, 0.0455, 0.0598, 0.0577, 0.1118],
        [0.0841, 0.0488, 0.0531, 0.0414, 0.1347, 0.1565],
        [0.1028, 0.0439, 0.0506, 0.0460, 0.0962, 0.1118],
    ]
    assert np.abs(found.weighted - printed).max() < 0.00015
    assert np.abs(found.to_best - [0.0545, 0.1197, 0.0580, 0.1009]).max() < 0.0001
    assert np.abs(found.to_worst - [0.0983, 0.0439, 0.0920, 0.0458]).max() < 0.0001
    assert np.abs(found.closeness - [0.643, 0.268, 0.613, 0.312]).max() < 0.0006


def test_a_case_by_hand() -> None:
    # columns of length 5: 0.3, 0.4 and 0.4, 0.3 after halving; distances 0.1 each way
    found = score.topsis([[3, 4], [4, 3]], [1, 1])
    assert found.weighted.tolist() == [pytest.approx([0.3, 0.4]), pytest.approx([0.4, 0.3])]
    assert found.closeness.tolist() == pytest.approx([0.5, 0.5])
    assert found.places.tolist() == [1, 1]


TABLES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 7), st.integers(1, 5)),
    elements=st.integers(1, 1000).map(float),
)


@given(TABLES, st.data())
def test_units_of_measures_and_weights_do_not_matter(
    table: np.ndarray, data: st.DataObject
) -> None:
    count = table.shape[1]
    weights = np.array(data.draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    gains = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    here = score.topsis(table, weights, more_is_better=gains)
    there = score.topsis(
        table * np.geomspace(1e-3, 1e5, count), weights * 7.5, more_is_better=gains
    )
    assert there.closeness.tolist() == pytest.approx(here.closeness.tolist(), abs=1e-9)
    assert (here.closeness >= 0).all()
    assert (here.closeness <= 1).all()


@given(TABLES)
def test_what_is_best_at_everything_is_the_ideal(table: np.ndarray) -> None:
    best, worst = table.max(axis=0) + 1, table.min(axis=0) - 1
    found = score.topsis(np.vstack([table, best, worst]), np.ones(table.shape[1]))
    assert found.closeness[-2:].tolist() == [1.0, 0.0]
    assert found.places[-2] == 1
    assert found.places[-1] == len(table) + 2


@given(TABLES)
def test_the_other_way_round_is_one_minus(table: np.ndarray) -> None:
    count = table.shape[1]
    gain = score.topsis(table, np.ones(count))
    cost = score.topsis(table, np.ones(count), more_is_better=[False] * count)
    differs = gain.to_best + gain.to_worst > 0
    assert (gain.closeness + cost.closeness)[differs] == pytest.approx(1, abs=1e-9)


def test_what_differs_by_rounding_alone_shares_the_place() -> None:
    # each row has the others' figures one column on: alike by symmetry, not to the last bit
    row = [6, 9, 9, 3, 1]
    found = score.topsis([row[place:] + row[:place] for place in range(5)], [1] * 5)
    assert found.places.tolist() == [1] * 5
    assert np.ptp(found.closeness) < 1e-12


def test_all_the_same_is_half_way_and_shares_the_place() -> None:
    found = score.topsis([[2, 0], [2, 0], [2, 0]], [1, 1])
    assert found.closeness.tolist() == [0.5, 0.5, 0.5]
    assert found.places.tolist() == [1, 1, 1]


def test_huge_and_tiny_measures_keep_their_order() -> None:
    found = score.topsis([[1e300, 1e-300], [2e300, 2e-300]], [1, 1])
    assert found.closeness.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("values", "weights", "gains", "what"),
    [
        ([[1, 2]], [1], [], "weights do not fit"),
        ([[1, 2]], [0, 0], [], "no weights"),
        ([[1, 2]], [2, -1], [], "no weights"),
        ([[1, 2]], [math.nan, 1], [], "no weights"),
        ([[1, 2]], [1, 1], [True], "directions do not fit"),
        ([[1, math.inf]], [1, 1], [], "no number for criterion 2"),
    ],
)
def test_what_cannot_be_ranked(
    values: list[list[float]], weights: list[float], gains: list[bool], what: str
) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.topsis(values, weights, more_is_better=gains)
    assert caught.value.next_step


@given(
    st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=2, max_size=8),
    st.tuples(*[st.floats(0.01, 10)] * 3),
)
def test_between_fixed_ends_no_other_alternative_matters_and_more_is_never_less(
    rows: list[tuple[float, float, float]], weights: tuple[float, float, float]
) -> None:
    given_weights = dict(zip("abc", weights, strict=True))

    def close(some: list[tuple[float, float, float]]) -> list[float]:
        worths = {name: np.array([row[at] for row in some]) for at, name in enumerate("abc")}
        return score.closeness_between_ends(worths, given_weights).tolist()

    together = close(rows)
    assert together == [close([row])[0] for row in rows]
    better = close([(min(1.0, a + 0.1), b, c) for a, b, c in rows])
    assert all(more >= less - 1e-12 for more, less in zip(better, together, strict=True))


def test_between_fixed_ends_by_hand() -> None:
    # 3/7 and 4/7 of the weight: d⁺ = (0, 4/7), d⁻ = (3/7, 0)
    worths = {"a": np.array([1.0, 0.0, 1.0]), "b": np.array([0.0, 0.0, 1.0])}
    found = score.closeness_between_ends(worths, {"a": 3, "b": 4})
    assert found.tolist() == pytest.approx([3 / 7, 0.0, 1.0])
