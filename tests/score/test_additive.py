"""The additive score: parts by largest remainder, to the hundredth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting import score


@pytest.mark.parametrize(
    ("values", "weights", "parts"),
    [
        # thirds: one hundredth is over, and goes to the first of equal remainders
        ({"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}, {"a": 3334, "b": 3333, "c": 3333}),
        # 1,666.67 and 8,333.33: it goes to the larger remainder
        ({"a": 1, "b": 1}, {"a": 5, "b": 1}, {"a": 8333, "b": 1667}),
        ({"a": 0.5, "b": 0.25}, {"a": 1, "b": 1}, {"a": 2500, "b": 1250}),
        ({"a": 0.5, "b": 1}, {"a": 1, "b": 0}, {"a": 5000}),
        ({"a": 0.5}, {"a": 0}, {}),
        ({}, {}, {}),
    ],
)
def test_by_hand(
    values: dict[str, float], weights: dict[str, float], parts: dict[str, int]
) -> None:
    found = score.additive_score(values, weights)
    assert found.parts == parts
    assert found.hundredths == sum(parts.values())


WORTHS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), min_size=1)


@given(WORTHS, st.lists(st.floats(0.01, 100), min_size=8, max_size=8))
def test_parts_add_up_and_are_off_by_less_than_a_hundredth(
    values: dict[str, float], weights: list[float]
) -> None:
    weighted = dict(zip("abcdefgh", weights, strict=True))
    found = score.additive_score(values, weighted)
    total = math.fsum(weighted[name] for name in values)
    assert sum(found.parts.values()) == found.hundredths
    for name, part in found.parts.items():
        assert abs(part - 10_000 * weighted[name] * values[name] / total) < 1 + 1e-6


@given(
    worths=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20),
    weight=st.floats(0.01, 100),
)
def test_a_ceiling_is_never_below_the_score(
    worths: list[tuple[float, float]], weight: float
) -> None:
    weights = {"a": 20.0, "b": weight}
    table = {name: np.array([pair[i] for pair in worths]) for i, name in enumerate("ab")}
    for (a, b), ceiling in zip(worths, score.ceilings(table, weights), strict=True):
        site = score.additive_score({"a": a, "b": b}, weights)
        assert site.hundredths <= ceiling <= site.hundredths + 2
