"""Rankings by hand: gaps, break-even by bisection, acceptability by integrals, and the words."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siting.model import Ranking, Text
from siting.score import Linear, Score, Step, additive_score
from siting.suggest.contenders import Contender, Scale
from siting.suggest.ranking import Doubt, ranking_of

#: Shares of draws are off by so much at most, in all but one of 10,000 tests (10,000 draws).
SAMPLING = 0.02

METRO = Scale(
    "metro",
    Text("近地铁站", "near a metro station"),
    10.0,
    Linear("m", 2000.0, 0.0),
    phrase=lambda m: Text(f"距地铁站 {m:,.0f} m", f"{m:,.0f} m from a metro station"),
)


def figure(measure: float) -> Text:
    """Return a measure as a figure alone."""
    return Text(f"{measure:.2f}", f"{measure:.2f}")


SHAPE = Scale("shape", Text("形状规整", "compact shape"), 30.0, Linear("share", 0.0, 1.0), figure)


def even(name: str, weight: float = 1.0, error: float = 0.0) -> Scale:
    """Return a criterion whose measure is its worth."""
    return Scale(name, Text(f"甲{name}", name), weight, Linear("share", 0.0, 1.0), figure, error)


def contender(
    site_id: str,
    measures: Mapping[str, float],
    scales: Sequence[Scale],
    lists: tuple[tuple[int, Text], ...] = (),
) -> Contender:
    """Return a site with the score of straight lines from 0, counted here by itself."""
    worths = {}
    for scale in scales:
        measure = measures.get(scale.name, math.nan)
        assert isinstance(scale.worth, Linear)
        share = (measure - scale.worth.worst) / (scale.worth.best - scale.worth.worst)
        worths[scale.name] = 0.0 if math.isnan(share) else min(1.0, max(0.0, share))
    score = additive_score(worths, {scale.name: scale.weight for scale in scales})
    return Contender(site_id, measures, score, lists)


def ranking(
    sites: Mapping[str, Mapping[str, float]], scales: Sequence[Scale], doubt: Doubt | None = None
) -> Ranking:
    """Return the ranking of sites given by rank."""
    made = [contender(site_id, measures, scales) for site_id, measures in sites.items()]
    found = ranking_of(made, scales, doubt=doubt or Doubt())
    assert found is not None
    return found


# ---------------------------------------------------------------------------- behind, by hand


def test_why_b_stands_behind_a_by_hand() -> None:
    # worths: metro A 0.8, B 0.1; shape A 0.5, B 0.6. Weights 10 and 30 of 40: A 20 + 37.5 = 57.5,
    # B 2.5 + 45 = 47.5. Level where 0.1 t + 0.6 (1 - t) = 0.8 t + 0.5 (1 - t): t = 0.1 / 0.8
    sites = {"A": {"metro": 400.0, "shape": 0.5}, "B": {"metro": 1800.0, "shape": 0.6}}
    first, second = ranking(sites, [METRO, SHAPE]).standings
    assert first.behind is None
    behind = second.behind
    assert behind is not None
    assert (behind.site_id, behind.gap_points) == ("A", 10.0)
    assert behind.gaps == {"metro": 17.5, "shape": -7.5}
    assert (behind.criterion, behind.is_decisive) == ("metro", True)
    assert (behind.turns_with, behind.share_now, behind.turns_at) == ("metro", 0.25, 0.125)
    assert behind.by_list == Text("")
    assert behind.text.zh == (
        "备选 2 比备选 1 低 10.00 分，仅“近地铁站”一项即已决定："
        "距地铁站 1,800 m（备选 1：距地铁站 400 m）；"
        "若“近地铁站”的权重由 25.0 % 降到 12.5 % 以下，即反超。"
    )
    assert behind.text.en == (
        "Site 2 is 10.00 points behind site 1, decided by 'near a metro station': 1,800 m "
        "from a metro station (site 1: 400 m from a metro station); it would overtake if "
        "the weight of 'near a metro station' fell from 25.0 % below 12.5 %."
    )


def test_a_criterion_that_decides_nothing_alone_is_the_main_one() -> None:
    scales = [even("a"), even("b"), even("c")]
    sites = {"A": {"a": 0.9, "b": 0.8, "c": 0.1}, "B": {"a": 0.5, "b": 0.5, "c": 0.2}}
    behind = ranking(sites, scales).standings[1].behind
    assert behind is not None
    assert not behind.is_decisive
    # of weights those on the third turn it: (1 - t)·0.35 = t·0.1
    assert behind.text.en == (
        "Site 2 is 20.00 points behind site 1, mostly by 'a': 0.50 (site 1: 0.90); "
        "it would overtake if the weight of 'c' rose from 33.3 % above 77.8 %."
    )
    assert behind.turns_at == pytest.approx(0.35 / 0.45, abs=1e-6)


def test_words_that_are_the_same_for_both_give_way_to_figures() -> None:
    words = Scale(
        "w",
        Text("面积", "area"),
        1.0,
        Linear("share", 1.0, 0.0),
        phrase=lambda _: Text("近", "close"),
    )
    behind = ranking({"A": {"w": 0.1}, "B": {"w": 0.1004}}, [words]).standings[1].behind
    assert behind is not None
    assert "近（0.1004；备选 1：0.1000）" in behind.text.zh
    assert "close (0.1004; site 1: 0.1000)" in behind.text.en


def test_a_site_better_on_nothing_is_never_first_under_any_weights() -> None:
    scales = [even("a", 2.0), even("b")]
    found = ranking({"A": {"a": 0.9, "b": 0.5}, "B": {"a": 0.4, "b": 0.5}}, scales)
    behind = found.standings[1].behind
    assert behind is not None
    assert (behind.turns_with, behind.share_now, behind.turns_at) == ("", None, None)
    assert "没有一项优于备选 1，权重怎样调整都不反超" in behind.text.zh
    assert "no weights turn the order" in behind.text.en
    assert [each.is_unbeaten for each in found.standings] == [True, False]
    assert [each.by_place[0] for each in found.standings] == [1.0, 0.0]
    assert found.standings[1].central_weights is None
    assert "better than site 1 on no criterion" in found.standings[1].text.en


def test_equal_scores_say_so() -> None:
    sites = {"A": {"a": 0.6, "b": 0.4}, "B": {"a": 0.4, "b": 0.6}}
    found = ranking(sites, [even("a"), even("b")])
    behind = found.standings[1].behind
    assert behind is not None
    assert (behind.gap_points, behind.is_decisive, behind.turns_at) == (0.0, False, None)
    assert behind.text == Text(
        "备选 2 与备选 1 得分相同，先后不表示优劣。",
        "Site 2 and site 1 score the same: their order says nothing.",
    )


# ------------------------------------------------------------------------------------- lists

ACQUIRE = Text("须先征收", "its land must first be acquired")
CONSENT = Text("须征得同意", "it needs a consent")


def _listed(first: float, second: float, lists: tuple[tuple[int, Text], ...]) -> Text:
    none = tuple((0, why) for _, why in lists)
    scales = [even("a"), even("b")]
    made = [
        contender("A", {"a": first, "b": 0.5}, scales, none),
        contender("B", {"a": second, "b": 0.6}, scales, lists),
    ]
    found = ranking_of(made, scales)
    assert found is not None
    behind = found.standings[1].behind
    assert behind is not None
    assert behind.turns_at is None
    assert behind.by_list == next(why for place, why in lists if place)
    assert found.standings[1].text.zh.startswith("备选 2 在 100 % 的权重下保持第 2 位")
    assert found.standings[1].by_place == (0.0, 1.0)
    return behind.text


def test_the_list_and_not_the_score_decides() -> None:
    assert _listed(0.2, 0.8, ((1, ACQUIRE), (0, CONSENT))) == Text(
        "备选 2 得分高 35.00 分，但须先征收，故列于备选 1 之后。",
        "Site 2 scores 35.00 points more, but its land must first be acquired, so that it is "
        "listed after site 1.",
    )


def test_a_first_site_that_scores_less_says_who_scores_more() -> None:
    scales = [even("a")]
    made = [
        contender("A", {"a": 0.5}, scales, ((0, ACQUIRE),)),
        contender("B", {"a": 0.4}, scales, ((0, ACQUIRE),)),
        contender("C", {"a": 0.9}, scales, ((1, ACQUIRE),)),
    ]
    found = ranking_of(made, scales)
    assert found is not None
    assert found.standings[0].text == Text(
        "备选 1 在 100 % 的权重下排第一；备选 3（须先征收）得分更高，但列于其后；"
        "按现有取值，没有一项优于备选 3。",
        "Site 1 is first under 100 % of weights; after it, though of a higher score: "
        "site 3 (its land must first be acquired); as measured it is better than site 3 on no "
        "criterion.",
    )


def test_the_first_list_that_differs_is_told() -> None:
    assert "须征得同意" in _listed(0.2, 0.8, ((0, ACQUIRE), (1, CONSENT))).zh
    assert "须先征收" in _listed(0.2, 0.8, ((1, ACQUIRE), (1, CONSENT))).zh


def test_equal_scores_in_two_lists() -> None:
    assert _listed(0.6, 0.5, ((1, ACQUIRE), (0, CONSENT))).zh == (
        "备选 2 与备选 1 得分相同，但须先征收，故列于备选 1 之后。"
    )


def test_fewer_points_and_a_list_besides() -> None:
    text = _listed(0.9, 0.1, ((1, ACQUIRE), (0, CONSENT)))
    assert text.zh.startswith("备选 2 比备选 1 低 35.00 分")
    assert text.zh.endswith("；且须先征收，权重再变也列于备选 1 之后。")
    assert "权重由" not in text.zh


# ----------------------------------------------------------------------------------- unknown


def test_an_unknown_measure_is_worth_nothing_and_said() -> None:
    sites = {"A": {"metro": 1000.0, "shape": 0.5}, "B": {"shape": 0.6}}
    found = ranking(sites, [METRO, SHAPE])
    behind = found.standings[1].behind
    assert behind is not None
    # A 12.5 + 37.5; B 0 + 45
    assert behind.gaps == {"metro": 12.5, "shape": -7.5}
    assert "未知，按最差计（备选 1：距地铁站 1,000 m）" in behind.text.zh
    assert "unknown, taken as worst (site 1: 1,000 m from a metro station)" in behind.text.en
    assert "未知的取值一律按最差计" in found.spread.zh


def test_an_unknown_measure_beside_the_main_one_is_said_too() -> None:
    sites = {"A": {"metro": 1000.0, "shape": 0.9}, "B": {"shape": 0.1}}
    behind = ranking(sites, [METRO, SHAPE]).standings[1].behind
    assert behind is not None
    assert "；备选 2 的“近地铁站”未知，按最差计；" in behind.text.zh
    assert "its 'near a metro station' is unknown, taken as worst" in behind.text.en


def test_a_measure_that_nobody_knows_is_no_error() -> None:
    nothing = even("c", 1.0, 0.1)
    sites = {"A": {"a": 0.9}, "B": {"a": 0.1}}
    found = ranking(sites, [even("a"), nothing])
    assert found.standings[0].by_place == (1.0, 0.0)


def test_unknown_stays_worst_though_its_criterion_has_an_error() -> None:
    # were the unknown drawn as 0 ± 1 it would often be worth something, and B come first
    sites = {"A": {"a": 0.3}, "B": {}}
    found = ranking(sites, [even("a", 1.0, 0.2)])
    assert [each.by_place[0] for each in found.standings] == [1.0, 0.0]


# ------------------------------------------------------------------------------ acceptability


def test_first_by_the_integral_over_two_weights() -> None:
    # weights 0.5 ± 25 %: t even in [0.375, 0.625]; A leads while 0.9 t + 0.3 (1 - t) is over
    # 0.5 t + 0.76 (1 - t): 0.4 t > 0.46 (1 - t): t > 0.46 / 0.86
    sites = {"A": {"a": 0.9, "b": 0.3}, "B": {"a": 0.5, "b": 0.76}}
    ordered = {"B": sites["B"], "A": sites["A"]}
    found = ranking(ordered, [even("a"), even("b")])
    expected = (0.625 - 0.46 / 0.86) / 0.25
    shares = {each.site_id: each for each in found.standings}
    assert shares["A"].by_place[0] == pytest.approx(expected, abs=SAMPLING)
    assert shares["A"].by_place[0] + shares["B"].by_place[0] == pytest.approx(1.0)
    central = shares["A"].central_weights
    assert central is not None
    # the mean of t over (0.46 / 0.86, 0.625)
    assert central["a"] == pytest.approx((0.625 + 0.46 / 0.86) / 2, abs=0.002)
    assert math.fsum(central.values()) == 1.0


def test_first_by_the_integral_over_an_even_error() -> None:
    # one criterion: A 0.6 ± 0.2, B 0.5 ± 0.2, apart by a triangular error: P(A > B) =
    # 1 - (0.4 - 0.1)² / (2 · 0.4²)
    found = ranking({"A": {"a": 0.6}, "B": {"a": 0.5}}, [even("a", 1.0, 0.2)])
    assert found.standings[0].by_place[0] == pytest.approx(1 - 0.09 / 0.32, abs=SAMPLING)
    assert "权重和取值" in found.standings[0].text.zh


def test_alike_by_symmetry() -> None:
    sites = {
        "A": {"a": 0.8, "b": 0.2, "c": 0.5},
        "B": {"a": 0.5, "b": 0.8, "c": 0.2},
        "C": {"a": 0.2, "b": 0.5, "c": 0.8},
    }
    found = ranking(sites, [even("a"), even("b"), even("c")])
    for standing in found.standings:
        assert standing.by_place == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=SAMPLING)
        assert standing.is_unbeaten
        assert standing.closeness == pytest.approx(0.5)


def test_without_doubt_the_given_order_is_certain() -> None:
    sites = {"A": {"a": 0.6}, "B": {"a": 0.59}, "C": {"a": 0.58}}
    found = ranking(sites, [even("a")], Doubt(weights_by_share=0.0))
    assert [each.by_place for each in found.standings] == [
        (1.0, 0.0, 0.0),
        (0.0, 1.0, 0.0),
        (0.0, 0.0, 1.0),
    ]
    assert found.standings[0].text.zh == "备选 1 在 100 % 的权重下排第一。"


def test_the_top_three_are_told_where_there_are_more() -> None:
    sites = {name: {"a": 0.9 - place / 100} for place, name in enumerate("ABCD")}
    scales = [even("a", 1.0, 0.02)]
    found = ranking(sites, scales)
    assert found.top == 3
    assert "下进入前 3 名" in found.standings[0].text.zh
    assert "in the top three under" in found.standings[0].text.en
    last = found.standings[3]
    assert last.top_share == pytest.approx(math.fsum(last.by_place[:3]))
    fewer = ranking({name: sites[name] for name in "ABC"}, scales)
    assert fewer.top == 1
    assert "前" not in fewer.standings[0].text.zh
    assert fewer.standings[0].top_share == fewer.standings[0].by_place[0]


def test_another_place_by_closeness_is_told() -> None:
    # closeness by hand for equal weights: A is best in two and worst in one, B as good in all
    sites = {"A": {"a": 1.0, "b": 1.0, "c": 0.0}, "B": {"a": 0.66, "b": 0.66, "c": 0.66}}
    found = ranking(sites, [even("a"), even("b"), even("c")])
    assert found.standings[0].closeness == pytest.approx(2 - math.sqrt(2), abs=5e-5)
    assert found.standings[1].closeness == pytest.approx(0.66, abs=5e-5)
    assert "换用 TOPSIS 排第 2" in found.standings[0].text.zh
    assert "TOPSIS would put it first" in found.standings[1].text.en


def test_what_is_uncertain_is_said() -> None:
    found = ranking({"A": {"a": 0.9}, "B": {"a": 0.1}}, [even("a", 1.0, 0.05)])
    assert found.spread == Text(
        "权重在各自的 ±25 % 以内，取值在误差以内（甲a ±0.05），均匀抽取 10,000 次。",
        "Weights within ±25 % of theirs, measures within their errors (a ±0.05); drawn 10,000 "
        "times, evenly.",
    )
    exact = ranking({"A": {"a": 0.9}, "B": {"a": 0.1}}, [even("a")])
    assert "取值视为准确" in exact.spread.zh


# --------------------------------------------------------------------------------- properties

WORTHS = st.integers(0, 100).map(lambda hundredth: hundredth / 100)
NAMES = ("a", "b", "c")


@st.composite
def tables(draw: st.DrawFn) -> dict[str, dict[str, float]]:
    """Return two to five sites with worths on three criteria."""
    count = draw(st.integers(2, 5))
    return {f"S{place}": {name: draw(WORTHS) for name in NAMES} for place in range(count)}


@st.composite
def weightings(draw: st.DrawFn) -> list[Scale]:
    """Return three criteria with weights and some errors."""
    return [
        even(name, float(draw(st.integers(1, 20))), draw(st.sampled_from([0.0, 0.05])))
        for name in NAMES
    ]


def ordered(sites: Mapping[str, Mapping[str, float]], scales: Sequence[Scale]) -> list[Contender]:
    made = [contender(site_id, measures, scales) for site_id, measures in sites.items()]
    return sorted(made, key=lambda each: (-each.score.hundredths, each.site_id))


FEW = Doubt(draws=200)


@settings(max_examples=60, deadline=None)
@given(tables(), weightings())
def test_gaps_add_up_and_the_break_even_turns(
    sites: dict[str, dict[str, float]], scales: list[Scale]
) -> None:
    made = ordered(sites, scales)
    found = ranking_of(made, scales, doubt=FEW)
    assert found is not None
    for before, after, standing in zip(made, made[1:], found.standings[1:], strict=False):
        behind = standing.behind
        assert behind is not None
        hundredths = [round(100 * gap) for gap in behind.gaps.values()]
        assert sum(hundredths) == before.score.hundredths - after.score.hundredths
        assert round(100 * behind.gap_points) == sum(hundredths)
        assert behind.gaps[behind.criterion] == max(behind.gaps.values())
        if behind.turns_at is None:
            # level, or better on nothing: else all weight on what it is better at would turn it
            is_better = any(after.measures[name] > before.measures[name] for name in NAMES)
            assert behind.gap_points == 0 or not is_better
            continue
        share = _level_by_bisection(before.measures, after.measures, scales, behind.turns_with)
        assert behind.turns_at == pytest.approx(share, abs=1e-6)


def _level_by_bisection(
    before: Mapping[str, float],
    after: Mapping[str, float],
    scales: Sequence[Scale],
    name: str,
) -> float:
    """Return the share of one weight at which two sites are level, the others in proportion."""
    rest = math.fsum(scale.weight for scale in scales if scale.name != name)

    def lead(share: float) -> float:
        parts = [
            (share if scale.name == name else (1 - share) * scale.weight / rest)
            * (before[scale.name] - after[scale.name])
            for scale in scales
        ]
        return math.fsum(parts)

    low, high = 0.0, 1.0
    assert lead(low) * lead(high) < 0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if lead(low) * lead(middle) > 0 else (low, middle)
    return low


@settings(max_examples=30, deadline=None)
@given(tables(), weightings(), st.randoms(use_true_random=False))
def test_the_order_of_sites_and_criteria_changes_no_share(
    sites: dict[str, dict[str, float]], scales: list[Scale], chance: random.Random
) -> None:
    made = ordered(sites, scales)
    found = ranking_of(made, scales, doubt=FEW)
    assert found is not None
    shuffled, turned = list(made), list(scales)
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    again = ranking_of(shuffled, turned, doubt=FEW)
    assert again is not None
    other = {each.site_id: each for each in again.standings}
    for standing in found.standings:
        twin = other[standing.site_id]
        assert twin.by_place == standing.by_place
        assert twin.is_unbeaten == standing.is_unbeaten
        assert twin.central_weights == pytest.approx(standing.central_weights)
    assert ranking_of(made, scales, doubt=FEW) == found


@settings(max_examples=40, deadline=None)
@given(tables(), weightings())
def test_who_gains_on_every_criterion_never_comes_in_later(
    sites: dict[str, dict[str, float]], scales: list[Scale]
) -> None:
    assume(all(worth < 0.9 for worth in sites["S0"].values()))
    exact = [even(scale.name, scale.weight) for scale in scales]
    better = {**sites, "S0": {name: worth + 0.1 for name, worth in sites["S0"].items()}}
    shares = []
    for table in (sites, better):
        found = ranking_of(ordered(table, exact), exact, doubt=FEW)
        assert found is not None
        shares.append(next(s.by_place[0] for s in found.standings if s.site_id == "S0"))
    assert shares[0] <= shares[1]


# --------------------------------------------------------------------------------- the edges


def test_one_site_has_no_rank() -> None:
    assert ranking_of([contender("A", {"a": 1.0}, [even("a")])], [even("a")]) is None
    assert ranking_of([], [even("a")]) is None


def test_without_weight_nothing_ranks() -> None:
    scales = [even("a", 0.0)]
    made = [Contender(name, {"a": 0.5}, Score(0, {})) for name in "AB"]
    assert ranking_of(made, scales) is None


def test_hostile_titles_stand_as_they_are() -> None:
    title = "{{7*7}}<img src=x onerror=alert(1)>%s{0}"
    hostile = replace(METRO, title=Text(title, title))
    sites = {"A": {"metro": 400.0, "shape": 0.5}, "B": {"metro": 1800.0, "shape": 0.6}}
    behind = ranking(sites, [hostile, SHAPE]).standings[1].behind
    assert behind is not None
    assert f"仅“{title}”一项" in behind.text.zh
    assert f"weight of '{title}' fell" in behind.text.en


def test_steps_are_drawn_over() -> None:
    # 490 ± 20 m falls on either side of a step at 500 m for a quarter of the draws
    step = Scale("d", Text("距离", "distance"), 1.0, Step("m", ((500.0, 0.0),), 1.0), figure, 20.0)
    made = [
        Contender("A", {"d": 100.0}, Score(10_000, {"d": 10_000})),
        Contender("B", {"d": 490.0}, Score(10_000, {"d": 10_000})),
    ]
    found = ranking_of(made, [step])
    assert found is not None
    # equal ones share the first place
    assert found.standings[0].by_place[0] == 1.0
    assert found.standings[1].by_place[0] == pytest.approx(0.75, abs=SAMPLING)
