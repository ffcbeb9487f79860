"""SMAA-2 against integrals by hand, and what holds whatever is drawn."""

from __future__ import annotations

import math
import sys
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
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


@settings(max_examples=25)
@given(*[st.floats(0, 1)] * 4)
def test_between_two_the_break_even_weight_is_the_border(
    a: float, b: float, c: float, d: float
) -> None:
    first, second = {"road": a, "area": b}, {"road": c, "area": d}
    turn = score.break_even(first, second, {"road": 1.0, "area": 1.0}, criterion="road")
    assume(abs(a - c) > 1e-6 or abs(b - d) > 1e-6)
    share = score.smaa([[a, b], [c, d]], ANY).by_place[0, 0]
    if turn is None:
        assert share in {0.0, 1.0}
    else:
        above = 1 - turn.share_then  # weights of the road over the border
        assert share == pytest.approx(above if a > c else 1 - above, abs=CLOSE)


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
    monkeypatch.setattr(sys.modules["siting.score.uncertain"], "_AT_ONCE", 42)
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
    ("firsts", "percent"),
    [
        *((0, "0 %"), (1, "< 1 %"), (9, "< 1 %"), (10, "1 %"), (500, "50 %")),
        *((990, "99 %"), (994, "> 99 %"), (999, "> 99 %"), (1000, "100 %")),
    ],
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
        ([[1.0]], {"draws": 0}, "nothing is drawn"),
        ([[1.0]], {"names": ["A", "B"]}, "names do not fit"),
        (np.ones((1001, 1)), {}, "too many alternatives"),
    ],
)
def test_what_cannot_be_drawn(measures: object, options: dict[str, object], what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.smaa(measures, ANY, **options)  # type: ignore[arg-type]
    assert caught.value.next_step


LINE = score.Linear("m", 0.0, 1.0)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"sd": -1}, "'sd' holds what is no error"),
        ({"half_width": math.inf}, "'half_width' holds"),
        ({"sd": [1, 2, 3]}, "'sd' does not fit"),
        ({"worth": [LINE]}, "value functions do not fit"),
    ],
)
def test_errors_that_do_not_fit(options: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.ValueSpread([[1.0, 2.0]], **options)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("measures", "worth", "what"),
    [
        (np.ones((2, 2)), (), "no draws of measures"),
        (np.ones((0, 2, 2)), (), "no draws of measures"),
        (np.full((1, 2, 2), np.nan), (), "no draws of measures"),
        (np.ones((1, 2, 2)), [LINE], "value functions do not fit"),
    ],
)
def test_draws_that_are_none(measures: np.ndarray, worth: list[score.Linear], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        score.ValueSamples(measures, worth)


def test_draws_from_elsewhere_are_taken_in_turn() -> None:
    # B is ahead in one draw of three, whatever the weights
    samples = np.array([[[1.0], [0.0]], [[0.0], [1.0]], [[0.0], [1.0]]])
    found = score.smaa(score.ValueSamples(samples), ANY, draws=300)
    assert found.by_place.tolist() == pytest.approx(np.array([[1, 2], [2, 1]]) / 3)
    assert found.confidence.tolist() == pytest.approx([1 / 3, 2 / 3])
    one = score.smaa(score.ValueSamples(samples[:1]), ANY, draws=300)
    assert one.is_exact
    assert one.by_place.tolist() == [[1, 0], [0, 1]]
    assert one.by_place.tolist() == score.smaa(samples[0], ANY, draws=300).by_place.tolist()


#: van Valkenhoef, G., Tervonen, T., Zhao, J., de Brock, B., Hillege, H. L. and Postmus, D. (2012),
#: Multicriteria benefit-risk assessment using network meta-analysis, Journal of Clinical
#: Epidemiology 65, 394-403: four antidepressants and placebo by six criteria, no preferences.
#: Inputs and results as kept in the tests of the authors' program ADDIS ("the exact ones used for
#: the paper"): log-odds of placebo (mean, sd), of the others relative to it (means, covariances),
#: and whether more is better. Fluoxetine, paroxetine, sertraline, venlafaxine.
TREATMENTS: dict[str, tuple[float, float, list[float], list[list[float]], bool]] = {
    "diarrhea": (
        -2.189737,
        0.2074509,
        [0.60820293, 0.14088424, 0.93203685, 0.09601785],
        [
            [0.05366822, 0.04117003, 0.03407600, 0.03788519],
            [0.04117003, 0.08108542, 0.03778130, 0.04324302],
            [0.03407600, 0.03778130, 0.05394404, 0.03338272],
            [0.03788519, 0.04324302, 0.03338272, 0.09859621],
        ],
        False,
    ),
    "dizziness": (
        -2.229952,
        0.6103081,
        [0.1203208, 0.6538699, -0.2203627, 1.1915229],
        [
            [0.09124249, 0.07387436, 0.08086186, 0.06457527],
            [0.07387436, 0.14080128, 0.10328788, 0.07030520],
            [0.08086186, 0.10328788, 0.14662864, 0.06920427],
            [0.06457527, 0.07030520, 0.06920427, 0.08590214],
        ],
        False,
    ),
    "response": (
        -0.1714358,
        0.1129926,
        [0.4718129, 0.7258847, 0.6715258, 0.8211993],
        [
            [0.013445532, 0.010394690, 0.009881156, 0.010499559],
            [0.010394690, 0.023006616, 0.008196856, 0.010732709],
            [0.009881156, 0.008196856, 0.019023866, 0.009210099],
            [0.010499559, 0.010732709, 0.009210099, 0.019107243],
        ],
        True,
    ),
    "headache": (
        -1.195991,
        0.2926644,
        [0.1964591, 0.1263129, 0.2029933, -0.2254059],
        [
            [0.03519380, 0.02755068, 0.02189916, 0.02919822],
            [0.02755068, 0.04847513, 0.02374509, 0.03277411],
            [0.02189916, 0.02374509, 0.03259199, 0.02356638],
            [0.02919822, 0.03277411, 0.02356638, 0.05920276],
        ],
        False,
    ),
    "insomnia": (
        -2.607277,
        0.1905852,
        [0.7978386, 0.7486351, 1.0663029, 0.9744811],
        [
            [0.04388258, 0.03516051, 0.02560003, 0.03283164],
            [0.03516051, 0.06255486, 0.02807280, 0.03474863],
            [0.02560003, 0.02807280, 0.05402063, 0.02592013],
            [0.03283164, 0.03474863, 0.02592013, 0.06738850],
        ],
        False,
    ),
    "nausea": (
        -2.017171,
        0.1917053,
        [0.3951561, 0.6442827, 0.6469638, 0.9771107],
        [
            [0.04167875, 0.03492591, 0.02952693, 0.03559971],
            [0.03492591, 0.05629741, 0.03102295, 0.03658295],
            [0.02952693, 0.03102295, 0.04396177, 0.02899487],
            [0.03559971, 0.03658295, 0.02899487, 0.05369960],
        ],
        False,
    ),
}
#: Fluoxetine, paroxetine, placebo, sertraline, venlafaxine.
TREATMENT_PLACES = [
    [0.0215, 0.2648, 0.3217, 0.3143, 0.0777],
    [0.1496, 0.3248, 0.2519, 0.2249, 0.0488],
    [0.6114, 0.1201, 0.0868, 0.0545, 0.1272],
    [0.0758, 0.1342, 0.1931, 0.2389, 0.3580],
    [0.1417, 0.1561, 0.1465, 0.1674, 0.3883],
]
TREATMENT_WEIGHTS = [
    [0.08646901, 0.24112709, 0.22045918, 0.1362404, 0.10229834, 0.21340600],
    [0.17593187, 0.12181948, 0.29181468, 0.1293235, 0.13949573, 0.14161473],
    [0.17986517, 0.17659262, 0.09069475, 0.1618931, 0.19437357, 0.19658082],
    [0.07495453, 0.31162260, 0.27471687, 0.1266365, 0.09423491, 0.11783455],
    [0.18030730, 0.07638429, 0.27879293, 0.2584503, 0.11542176, 0.09064338],
]
TREATMENT_CONFIDENCE = [0.1144, 0.5532, 0.9870, 0.5538, 0.6522]


def treatment_shares(draws: int) -> np.ndarray:
    """Draws × treatments × criteria of the share of patients with each outcome."""
    random = np.random.default_rng(2012)
    columns = []
    for mean, sd, deltas, covariances, _ in TREATMENTS.values():
        placebo = random.normal(mean, sd, draws)[:, None]
        others = placebo + random.multivariate_normal(deltas, covariances, draws)
        columns.append(np.concatenate([others[:, :2], placebo, others[:, 2:]], axis=1))
    return 1 / (1 + np.exp(-np.stack(columns, axis=2)))


def test_van_valkenhoef_2012_antidepressants() -> None:
    # The published shares are of 10,000 draws of their own, so that they bear an error of up to
    # 0.01, 19 times out of 20: 25 of them are compared, and the largest difference is 0.009. The
    # fewer made one first, the coarser its central weights (fluoxetine: 215 draws of 10,000).
    lines = [
        score.Linear("share", 0.0, 1.0) if is_better else score.Linear("share", 1.0, 0.0)
        for *_, is_better in TREATMENTS.values()
    ]
    samples = score.ValueSamples(treatment_shares(40_000), lines)
    found = score.smaa(samples, ANY, draws=40_000)
    assert found.by_place == pytest.approx(np.array(TREATMENT_PLACES), abs=0.015)
    assert found.confidence.tolist() == pytest.approx(TREATMENT_CONFIDENCE, abs=0.02)
    assert found.central_weights == pytest.approx(np.array(TREATMENT_WEIGHTS), abs=0.02)


def test_lists_stay_whatever_the_weights() -> None:
    # the third is best in all, but stands in a list of its own after the two others
    found = score.smaa([[1.0, 0.0], [0.2, 0.6], [1.0, 1.0]], ANY, lists=[0, 0, 1])
    assert found.by_place[2].tolist() == [0.0, 0.0, 1.0]
    # with t of the first weight 0.8 t > 0.6 (1 - t), as without the third
    assert found.by_place[0, 0] == pytest.approx(4 / 7, abs=CLOSE)
    assert np.isnan(found.central_weights[2]).all()
    noisy = score.ValueSpread([[1.0, 0.0], [0.2, 0.6], [1.0, 1.0]], half_width=0.05)
    assert score.smaa(noisy, ANY, lists=[0, 0, 1]).by_place[2, 2] == 1.0
    with pytest.raises(ConfigError, match="lists"):
        score.smaa([[1.0], [0.5]], ANY, lists=[0])
