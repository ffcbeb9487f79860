"""What is drawn: the same everywhere, and spread as it should be."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import score
from siting.errors import ConfigError
from siting.score.draws import Draws, _logarithms

COUNT = 40_000


def drawn(spread: score.WeightSpread, criteria: int, count: int = COUNT) -> np.ndarray:
    return spread.draw(count, criteria, draws=Draws(1, 0))


def test_the_numbers_are_those_of_every_machine() -> None:
    # Philox-4x64-10 of key (1, 0) at counter (1, 0, 0, 0), by the published algorithm in integers
    raw = philox((1, 0, 0, 0), (1, 0))
    numbers = [((each >> 12) + 0.5) / 2**52 for each in raw]
    assert Draws(1, 0).uniform(4).tolist() == numbers


def philox(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """Salmon et al. (2011): ten rounds of Philox-4x64."""
    mask = 2**64 - 1
    for _ in range(10):
        first, second = 0xD2E7470EE14C6C93 * counter[0], 0xCA5A826395121157 * counter[2]
        counter = (
            (second >> 64) ^ counter[1] ^ key[0],
            second & mask,
            (first >> 64) ^ counter[3] ^ key[1],
            first & mask,
        )
        key = ((key[0] + 0x9E3779B97F4A7C15) & mask, (key[1] + 0xBB67AE8584CAA73B) & mask)
    return counter


def test_streams_are_apart_and_each_is_one() -> None:
    whole = Draws(7, 1).uniform(6, 5)
    parts = Draws(7, 1)
    assert np.concatenate([parts.uniform(2, 5), parts.uniform(4, 5)]).tolist() == whole.tolist()
    assert not np.isin(Draws(7, 2).uniform(6, 5), whole).any()
    assert not np.isin(Draws(8, 1).uniform(6, 5), whole).any()


def test_normal_numbers_against_the_standard_library() -> None:
    uniform, normal = Draws(3, 2).uniform(5_000), Draws(3, 2).normal(5_000)
    exact = [NormalDist().inv_cdf(float(share)) for share in uniform]
    assert normal.tolist() == pytest.approx(exact, rel=1e-13, abs=1e-15)
    assert np.abs(normal).max() > 3  # the tails were met


def test_logarithms_without_a_library() -> None:
    numbers = np.concatenate([np.geomspace(1e-300, 0.1, 5_000), np.linspace(0.01, 0.99, 999)])
    exact = [math.log(each) for each in numbers]
    assert _logarithms(numbers).tolist() == pytest.approx(exact, rel=4e-16, abs=1e-17)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_what_is_no_seed(seed: int) -> None:
    with pytest.raises(ConfigError, match="this is no seed"):
        Draws(seed, 0)
    assert Draws(2**64 - 1, 0).uniform(1).shape == (1,)


def test_any_weights_are_even_on_the_simplex() -> None:
    # Dirichlet(1, 1, 1, 1): mean 1/4, variance 3/80, share above a: (1 - a)³
    weights = drawn(score.AnyWeights(), 4)
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert (weights >= 0).all()
    assert weights.mean(axis=0).tolist() == pytest.approx([0.25] * 4, abs=0.004)
    assert weights.var(axis=0).tolist() == pytest.approx([3 / 80] * 4, abs=0.001)
    for limit in (0.1, 0.5, 0.8):
        assert (weights > limit).mean() == pytest.approx((1 - limit) ** 3, abs=0.004)


@pytest.mark.parametrize(
    ("count", "centroid"),
    [
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
    ],
)
def test_barron_and_barrett_1996_rank_order_centroids(count: int, centroid: list[float]) -> None:
    # Barron, F. H. and Barrett, B. E. (1996), Decision quality using ranked attribute weights,
    # Management Science 42, 1515-1523: the mean of all weights in a given order. From memory, and
    # by the paper's formula (1/n) Σ 1/k for k from the place to n.
    formula = [sum(1 / k for k in range(place, count + 1)) / count for place in range(1, count + 1)]
    assert centroid == pytest.approx(formula, abs=0.00005)
    weights = drawn(score.WeightOrder(tuple(range(1, count + 1))), count)
    assert (np.diff(weights, axis=1) <= 0).all()
    assert weights.mean(axis=0).tolist() == pytest.approx(centroid, abs=0.004)


def test_an_order_follows_the_criteria_and_leaves_equals_open() -> None:
    weights = drawn(score.WeightOrder((2, 1, 2, 3)), 4)
    assert (weights[:, 1, None] >= weights).all()
    assert (weights[:, 3, None] <= weights).all()
    # the two in the middle: either may be ahead, and both have the mean of places 2 and 3
    assert (weights[:, 0] > weights[:, 2]).mean() == pytest.approx(0.5, abs=0.01)
    middle = (0.2708 + 0.1458) / 2
    assert weights.mean(axis=0).tolist() == pytest.approx(
        [middle, 0.5208, middle, 0.0625], abs=0.004
    )


RANGES = [
    ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    ((0.2, 0.1, 0.0), (0.6, 0.5, 0.9)),
    ((0.3, 0.2, 0.1), (0.4, 0.5, 0.45)),
    ((0.0, 0.0, 0.45), (0.55, 0.5, 0.5)),
    ((0.3, 0.2, 0.1), (0.301, 0.5, 0.7)),
    ((0.0, 0.0, 0.0, 0.0), (0.1, 0.2, 0.9, 1.0)),
    ((0.05, 0.0, 0.1, 0.0, 0.0), (0.1, 0.2, 0.3, 0.8, 0.9)),
    ((0.0, 0.1, 0.1, 0.0, 0.2), (0.3, 0.3, 0.4, 0.2, 0.3)),
]


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_ranges_are_filled_evenly(low: tuple[float, ...], high: tuple[float, ...]) -> None:
    # the same region by rejection from the box of all ranges but the last, with numpy's numbers
    weights = drawn(score.WeightRanges(low, high), len(low))
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert (weights >= np.array(low) - 1e-12).all()
    assert (weights <= np.array(high) + 1e-12).all()
    tried = np.random.default_rng(2).uniform(low[:-1], high[:-1], (400_000, len(low) - 1))
    tried = np.column_stack([tried, 1 - tried.sum(axis=1)])
    inside = tried[(tried[:, -1] >= low[-1]) & (tried[:, -1] <= high[-1])]
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        there = np.quantile(inside, share, axis=0)
        shares = (weights <= there).mean(axis=0)
        assert shares.tolist() == pytest.approx([share] * len(low), abs=0.015)
    ours, theirs = np.corrcoef(weights.T), np.corrcoef(inside.T)
    assert ours == pytest.approx(theirs, abs=0.03)


def test_a_weight_without_a_range_stays() -> None:
    weights = drawn(score.WeightRanges((0.1, 0.3, 0.2), (0.1, 0.6, 0.7)), 3)
    assert set(weights[:, 0].tolist()) == {0.1}
    # the second is even over what is left: 0.3 to 0.6
    assert weights[:, 1].mean() == pytest.approx(0.45, abs=0.003)
    quarters = np.quantile(weights[:, 1], [0.25, 0.75])
    assert quarters.tolist() == pytest.approx([0.375, 0.525], abs=0.004)


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.001, 0.1, 0.5, 1.0, 3.0]),
)
@settings(max_examples=60)
def test_ranges_around_given_weights(weights: list[int], by_share: float) -> None:
    shares = np.array(weights) / sum(weights)
    ranges = score.WeightRanges.around(weights, by_share=by_share)
    found = drawn(ranges, len(weights), 50)
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-9)
    assert (np.abs(found - shares) <= shares * by_share + 1e-9).all()


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ((0.6, 0.6), (0.7, 0.7)),
        ((0.1, 0.1), (0.4, 0.4)),
        ((0.5, 0.1), (0.4, 0.9)),
        ((-0.1, 0.1), (0.4, 0.9)),
        ((0.0, 0.0), (0.5, 1.5)),
        ((0.0,), (0.5, 1.0)),
        ((0.0, math.nan), (1.0, 1.0)),
    ],
)
def test_ranges_that_allow_nothing(low: tuple[float, ...], high: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="allow no weights") as caught:
        score.WeightRanges(low, high)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "spread", [score.WeightOrder((1, 2)), score.WeightRanges((0.0, 0.0), (1.0, 1.0))]
)
def test_another_number_of_criteria(spread: score.WeightSpread) -> None:
    with pytest.raises(ConfigError, match="does not fit the criteria"):
        drawn(spread, 3, 1)
