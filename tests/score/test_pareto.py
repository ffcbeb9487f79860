"""The Pareto set against its definition, and its speed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting import score
from siting.errors import ConfigError


def by_definition(table: np.ndarray) -> list[bool]:
    """No other is at least as good everywhere and better somewhere."""
    return [
        not any((other >= one).all() and (other > one).any() for other in table) for one in table
    ]


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 40), st.integers(1, 4)),
        elements=st.sampled_from([-1.0, -0.0, 0.0, 0.1, 0.5, 1.0, 1e300]),
    )
)
def test_with_many_ties(table: np.ndarray) -> None:
    assert score.is_unbeaten(table).tolist() == by_definition(table)


@pytest.mark.parametrize("criteria", [1, 2, 3, 6, 10])
@pytest.mark.parametrize("seed", range(3))
def test_more_than_one_block(criteria: int, seed: int) -> None:
    table = np.random.default_rng(seed).random((400, criteria)).round(2)
    assert score.is_unbeaten(table).tolist() == by_definition(table)


def test_a_front_of_all() -> None:
    angle = np.linspace(0, np.pi / 2, 3000)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert score.is_unbeaten(circle).all()
    assert not score.is_unbeaten(np.vstack([circle, circle * 0.999]))[3000:].any()


def test_the_best_by_any_weights_is_unbeaten() -> None:
    table = np.random.default_rng(5).random((500, 4))
    unbeaten = score.is_unbeaten(table)
    weights = np.random.default_rng(6).dirichlet(np.ones(4), 200)
    assert unbeaten[(weights @ table.T).argmax(axis=1)].all()


def test_a_hundred_thousand_by_ten_take_seconds() -> None:
    table = np.random.default_rng(1).random((100_000, 10))
    start = time.process_time()
    found = score.is_unbeaten(table)
    assert time.process_time() - start < 15  # 1.2 s here
    # a sample against the definition
    for row in range(0, 100_000, 5_003):
        beaten = ((table >= table[row]).all(axis=1) & (table > table[row]).any(axis=1)).any()
        assert found[row] != beaten


def test_what_has_no_front() -> None:
    with pytest.raises(ConfigError, match="no number for criterion 1"):
        score.is_unbeaten([[float("nan"), 1.0]])
