"""SMAA-2 against integrals by hand, and what holds whatever is drawn."""

from __future__ import annotations

import math
import sys
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting import score
from siting.errors import ConfigError
from siting.score import tables

ANY = score.AnyWeights()
#: 10,000 draws: five standard errors of a share of one half.
CLOSE = 0.025


def test_two_criteria_by_hand() -> None:
    # B = (1, 0), C = (0.2, 0.6): B is ahead where w > 3/7. Its central weight is the middle of
    # (3/7, 1), that of C the middle of (0, 3/7).
    found = score.smaa([[1.0, 0.0], [0.2, 0.6]], ANY)
    assert found.by_place == pytest.approx(np.array([[4 / 7, 3 / 7], [3 / 7, 4 / 7]]), abs=CLOSE)
    assert found.central_weights[:, 0].tolist() == pytest.approx([5 / 7, 3 / 14], abs=CLOSE)
    assert found.confidence.tolist() == [1.0, 1.0]


def test_three_criteria_by_hand() -> None:
    # the corners of the simplex, and a flat one: first where the largest weight is under 1/2,
    # which is the middle quarter of the triangle; each corner has a quarter
    found = score.smaa([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.5]], ANY)
    assert found.by_place[:, 0].tolist() == pytest.approx([0.25] * 4, abs=CLOSE)
    # the flat one is second wherever it is not first
    assert found.by_place[3, 1] == pytest.approx(0.75, abs=CLOSE)
    centre = [[2 / 3, 1 / 6, 1 / 6], [1 / 6, 2 / 3, 1 / 6], [1 / 6, 1 / 6, 2 / 3], [1 / 3] * 3]
    assert found.central_weights == pytest.approx(np.array(centre), abs=CLOSE)


def test_an_order_of_three_criteria_by_hand() -> None:
    # w1 ≥ w2 ≥ w3 is a triangle with corners (1, 0, 0), (½, ½, 0), (⅓, ⅓, ⅓). B is worth w1, C 0.4:
    # C is ahead where w1 < 0.4, between w1 = ⅓ and the cut. w1 rises from ⅓ to ½ along one side
    # and from ⅓ to 1 along the other: the part cut off has 0.4 · 0.1 of the area.
    found = score.smaa([[1, 0, 0], [0.4, 0.4, 0.4]], score.WeightOrder((1, 2, 3)))
    assert found.by_place[1, 0] == pytest.approx(0.04, abs=0.01)


def test_even_errors_by_hand() -> None:
    # one criterion: B = 0.5 ± 0.2 and C = 0.6 ± 0.2, even. B - C is a triangle over ±0.4 around
    # -0.1; above 0 lies (0.3 / 0.4)² / 2 of it.
    found = score.smaa(score.ValueSpread([[0.5], [0.6]], half_width=0.2), ANY)
    assert found.by_place[0, 0] == pytest.approx(0.75**2 / 2, abs=CLOSE)
    # with one criterion there is only one weight, so confidence is acceptability
    assert found.confidence.tolist() == pytest.approx(found.by_place[:, 0].tolist())


def test_normal_errors_by_hand() -> None:
    # B - C is normal around 0.1 with sd √(0.1² + 0.2²)
    spread = score.ValueSpread([[0.5], [0.4]], sd=[[0.1], [0.2]])
    found = score.smaa(spread, ANY)
    sure = 1 - NormalDist(0.1, 0.05**0.5).cdf(0)
    assert found.by_place[0, 0] == pytest.approx(sure, abs=CLOSE)


def test_uncertain_weights_and_measures_against_an_integral() -> None:
    # B = (0.8, 0.3), C = (0.4, 0.6) with sd 0.1 each: given w the lead is normal with mean
    # 0.4 w - 0.3 (1 - w) and sd 0.1 √(2 (w² + (1 - w)²)); averaged over w by 20,000 midpoints
    spread = score.ValueSpread([[0.8, 0.3], [0.4, 0.6]], sd=0.1)
    found = score.smaa(spread, ANY)
    w = (np.arange(20_000) + 0.5) / 20_000
    lead, sd = 0.4 * w - 0.3 * (1 - w), 0.1 * np.sqrt(2 * (w**2 + (1 - w) ** 2))
    chance = np.array([NormalDist().cdf(each) for each in lead / sd])
    assert found.by_place[0, 0] == pytest.approx(chance.mean(), abs=CLOSE)
    central = (chance * w).mean() / chance.mean()
    assert found.central_weights[0, 0] == pytest.approx(central, abs=CLOSE)
    lead = 0.4 * central - 0.3 * (1 - central)
    sd = 0.1 * math.sqrt(2 * (central**2 + (1 - central) ** 2))
    assert found.confidence[0] == pytest.approx(NormalDist().cdf(lead / sd), abs=CLOSE)


def test_measures_go_through_value_functions_after_they_are_drawn() -> None:
    # 300 m ± 300 m under a limit of 400 m: worth 1 in 400 of 600 cases
    near = score.Step("m", ((400.0, 0.0),), below=1.0)
    spread = score.ValueSpread([[300.0], [1000.0]], half_width=[[300.0], [0.0]], worth=[near])
    found = score.smaa(spread, ANY)
    assert found.by_place[:, 0].tolist() == pytest.approx([1.0, 1 / 3], abs=CLOSE)


def test_equal_ones_share_the_better_place() -> None:
    found = score.smaa([[0.3, 0.1], [0.3, 0.1], [0.0, 0.0]], ANY, draws=500)
    assert found.by_place.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert np.isnan(found.central_weights[2]).all()
    assert found.confidence[:2].tolist() == [1.0, 1.0]
    assert math.isnan(found.confidence[2])


def test_places_by_definition() -> None:
    scores = np.random.default_rng(4).integers(0, 4, (50, 6)).astype(float)
    expected = 1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2)
    assert tables.places_of(scores).tolist() == expected.tolist()


VALUES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 4)),
    elements=st.floats(0, 1).map(lambda worth: round(worth, 2)),
)


@settings(max_examples=40)
@given(VALUES, st.sampled_from([0.0, 0.1]))
def test_what_holds_whatever_is_drawn(values: np.ndarray, error: float) -> None:
    found = score.smaa(score.ValueSpread(values, half_width=error), ANY, draws=400)
    assert found.by_place.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert (np.diff([found.top(place) for place in range(1, len(values) + 1)], axis=0) >= 0).all()
    known = found.by_place[:, 0] > 0
    assert found.central_weights[known].sum(axis=1) == pytest.approx(1, abs=1e-9)
    # the mean of the central weights, each as often as it made one first, is the mean weight
    if not error and len(np.unique(values, axis=0)) == len(values):
        shares = found.by_place[:, 0]
        if shares.sum() == pytest.approx(1):
            mean = np.nansum(found.central_weights * shares[:, None], axis=0)
            assert mean == pytest.approx(1 / values.shape[1], abs=0.1)
    if not error:
        unbeaten = score.is_unbeaten(values)
        assert not (known & ~unbeaten).any()


def test_a_beaten_one_is_never_first_and_a_blurred_one_sometimes() -> None:
    values = [[0.9, 0.9, 0.2], [0.8, 0.8, 0.1], [0.1, 0.2, 0.9]]
    exact = score.smaa(values, ANY)
    assert exact.by_place[1, 0] == 0
    blurred = [
        score.smaa(score.ValueSpread(values, sd=[0.0, 0.0, sd]), ANY).by_place[0, 0]
        for sd in (0.0, 0.2, 0.5, 1.0)
    ]
    assert blurred == sorted(blurred, reverse=True)


def test_the_same_seed_gives_the_same_answer_whatever_fits_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spread = score.ValueSpread([[0.5, 0.4], [0.4, 0.6], [0.6, 0.1]], half_width=0.1, sd=0.05)
    here = score.smaa(spread, ANY, draws=1000)
    monkeypatch.setattr(sys.modules["siting.score.smaa"], "_AT_ONCE", 42)
    there = score.smaa(spread, ANY, draws=1000)
    assert there.by_place.tolist() == here.by_place.tolist()
    assert there.confidence.tolist() == here.confidence.tolist()
    assert there.central_weights == pytest.approx(here.central_weights, rel=1e-12)
    other = score.smaa(spread, ANY, draws=1000, seed=1)
    assert other.by_place.tolist() != here.by_place.tolist()


def test_an_answer_that_is_the_same_on_every_machine() -> None:
    # Counted once, so that a change is noticed: Philox's bits are held against the published
    # algorithm and normal numbers against the standard library in test_spread.
    spread = score.ValueSpread([[0.5, 0.4], [0.4, 0.6], [0.6, 0.1]], half_width=0.1, sd=0.05)
    found = score.smaa(spread, ANY, draws=1000, seed=7)
    assert (found.by_place * 1000).round().astype(int).tolist() == [
        [229, 658, 113],
        [607, 182, 211],
        [164, 160, 676],
    ]


def test_the_sentence() -> None:
    values = [[0.5, 0.4], [0.4, 0.6], [0.6, 0.1], [0.1, 0.1]]
    found = score.smaa(values, ANY, names=["A", "B", "C", "D"])
    assert found.text(1, 3).zh == "“B”在 100 % 的权重下进入前 3 名"
    assert found.text(1, 3).en == "B is in the top three under 100 % of weights"
    assert found.text(3, 1).en == "D is first under 0 % of weights"
    unsure = score.smaa(score.ValueSpread(values, half_width=0.001), ANY, names=list("ABCD"))
    assert unsure.text(3, 2).en == "D is in the top two under 0 % of weights and values"
    assert unsure.text(0, 1).zh.endswith("的权重和取值下排第一")


@pytest.mark.parametrize(
    ("firsts", "percent"), [(1, "< 1 %"), (500, "50 %"), (999, "> 99 %"), (1000, "100 %")]
)
def test_nearly_all_is_not_all(firsts: int, percent: str) -> None:
    found = score.Acceptability(
        names=("B",),
        by_place=np.array([[firsts / 1000, 1 - firsts / 1000]]),
        central_weights=np.ones((1, 1)),
        confidence=np.ones(1),
        draws=1000,
        seed=0,
        is_exact=True,
    )
    assert found.text(0, 1).en == f"B is first under {percent} of weights"


def test_the_sampling_error_is_that_of_a_share() -> None:
    found = score.smaa([[0.5, 0.4], [0.4, 0.5]], ANY)
    assert found.sampling_error(0.5) == pytest.approx(0.0098)
    assert found.sampling_error(0.0) == 0


@pytest.mark.parametrize(
    ("measures", "options", "what"),
    [
        ([[math.nan]], {}, "no number"),
        (score.ValueSpread([[1.0]], sd=-1), {}, "'sd' holds what is no error"),
        (score.ValueSpread([[1.0]], half_width=math.inf), {}, "'half_width' holds"),
        (score.ValueSpread([[1.0, 2.0]], sd=[1, 2, 3]), {}, "'sd' does not fit"),
        (
            score.ValueSpread([[1.0, 2.0]], worth=[score.Linear("m", 0.0, 1.0)]),
            {},
            "value functions do not fit",
        ),
        ([[1.0]], {"draws": 0}, "nothing is drawn"),
        ([[1.0]], {"names": ["A", "B"]}, "names do not fit"),
        (np.ones((1001, 1)), {}, "too many alternatives"),
    ],
)
def test_what_cannot_be_drawn(measures: object, options: dict[str, object], what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.smaa(measures, ANY, **options)  # type: ignore[arg-type]
    assert caught.value.next_step
