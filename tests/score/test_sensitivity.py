"""Leads and break-even weights by hand, against bisection, and as sentences."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from siting import score
from siting.errors import ConfigError
from siting.model import Text

# weights 70 and 30: B has 0.9 · 70 + 0.2 · 30 = 69, C has 0.5 · 70 + 0.8 · 30 = 59
B, C = {"road": 0.9, "area": 0.2}, {"road": 0.5, "area": 0.8}
WEIGHTS = {"road": 70.0, "area": 30.0}
TITLES = {"road": Text("临路", "near a road"), "area": Text("面积匹配", "area fits")}


def test_a_lead_by_hand() -> None:
    lead = score.lead_of(B, C, WEIGHTS, names=("B", "C"), titles=TITLES)
    assert (lead.ahead, lead.behind, lead.points) == ("B", "C", 10.0)
    assert lead.gaps == {"road": 2800, "area": -1800}
    assert (lead.criterion, lead.is_decisive) == ("road", True)
    assert lead.text.zh == "B 比 C 高 10.00 分，由“临路”（+28.00）决定：没有这一项，B 不再领先"
    assert lead.text.en == (
        "B is 10.00 points ahead of C; 'near a road' (+28.00) decides it: "
        "without it B would not be ahead"
    )


def test_who_is_named_second_may_be_ahead() -> None:
    lead = score.lead_of(C, B, WEIGHTS, names=("C", "B"))
    assert (lead.ahead, lead.behind, lead.hundredths) == ("B", "C", 1000)
    assert lead.gaps == {"road": 2800, "area": -1800}


def test_a_lead_that_no_single_criterion_decides() -> None:
    lead = score.lead_of({"road": 0.9, "area": 0.9}, {"road": 0.5, "area": 0.8}, WEIGHTS)
    assert lead.gaps == {"road": 2800, "area": 300}
    assert not lead.is_decisive
    assert "without any one criterion it still is" in lead.text.en
    assert lead.text.zh.endswith("去掉任何一项仍领先")


def test_a_criterion_decides_where_the_others_are_level() -> None:
    lead = score.lead_of({"road": 0.9, "area": 0.5}, {"road": 0.5, "area": 0.5}, WEIGHTS)
    assert lead.gaps == {"road": 2800, "area": 0}
    assert lead.is_decisive


def test_level_now_is_at_the_break_even() -> None:
    level = {"road": 0.75, "area": 0.25}
    found = score.break_even(
        level, {"road": 0.25, "area": 0.75}, {"road": 1.0, "area": 1.0}, criterion="road"
    )
    assert found is not None
    assert (found.ahead, found.share_now, found.share_then) == ("B", 0.5, 0.5)


def test_level_scores_have_no_lead() -> None:
    lead = score.lead_of(B, B, WEIGHTS)
    assert (lead.hundredths, lead.is_decisive) == (0, False)
    assert lead.text.en == "B and C score the same"


def test_break_evens_by_hand() -> None:
    # 0.2 + 0.7 t = 0.8 - 0.3 t at t = 0.6 for the road, so at 0.4 for the area
    road, area = score.break_evens(B, C, WEIGHTS, names=("B", "C"), titles=TITLES)
    assert (road.criterion, road.share_now, road.share_then) == (
        "road",
        pytest.approx(0.7),
        pytest.approx(0.6),
    )
    assert (area.criterion, area.share_then) == ("area", pytest.approx(0.4))
    assert road.text.zh == "“临路”的权重由 70.0 % 降过 60.0 %，C 即超过 B"
    assert (
        area.text.en == "C overtakes B when the weight of 'area fits' rises from 30.0 % past 40.0 %"
    )


@pytest.mark.parametrize(
    ("first", "second", "weights"),
    [
        ({"road": 0.9, "area": 0.9}, C, WEIGHTS),  # better on both
        ({"road": 0.5, "area": 0.9}, C, WEIGHTS),  # level on the road
        (B, B, WEIGHTS),
        (B, C, {"road": 70.0, "area": 0.0}),  # nothing else has weight
    ],
)
def test_no_weight_of_the_road_turns_the_order(
    first: dict[str, float], second: dict[str, float], weights: dict[str, float]
) -> None:
    assert score.break_even(first, second, weights, criterion="road") is None


def test_a_criterion_without_weight_may_turn_the_order_when_it_gets_some() -> None:
    found = score.break_even(B, C, {"road": 70.0, "area": 0.0}, criterion="area")
    assert found is not None
    assert (found.share_now, found.share_then) == (0.0, pytest.approx(0.4))


NAMES = ("a", "b", "c", "d")
WORTHS = st.fixed_dictionaries({name: st.floats(0, 1) for name in NAMES})
SOME_WEIGHTS = st.fixed_dictionaries({name: st.floats(0.01, 100) for name in NAMES})


@given(WORTHS, WORTHS, SOME_WEIGHTS)
def test_gaps_add_up_to_the_lead_exactly(
    first: dict[str, float], second: dict[str, float], weights: dict[str, float]
) -> None:
    lead = score.lead_of(first, second, weights)
    assert sum(lead.gaps.values()) == lead.hundredths
    assert lead.hundredths >= 0
    assert lead.gaps[lead.criterion] == max(lead.gaps.values())


def lead_at(
    share: float, first: dict[str, float], second: dict[str, float], weights: dict[str, float]
) -> float:
    """The lead when "a" has this share of all weight and the others keep their proportions."""
    rest = sum(weights[name] for name in NAMES[1:])
    shares = {name: (1 - share) * weights[name] / rest for name in NAMES[1:]} | {"a": share}
    return math.fsum(shares[name] * (first[name] - second[name]) for name in NAMES)


@given(WORTHS, WORTHS, SOME_WEIGHTS)
def test_break_even_against_bisection(
    first: dict[str, float], second: dict[str, float], weights: dict[str, float]
) -> None:
    found = score.break_even(first, second, weights, criterion="a", names=("B", "C"))
    ends = lead_at(0.0, first, second, weights), lead_at(1.0, first, second, weights)
    assume(min(abs(end) for end in ends) > 1e-6)
    if ends[0] * ends[1] > 0:
        assert found is None
        return
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        same_side = lead_at(middle, first, second, weights) * ends[0] > 0
        low, high = (middle, high) if same_side else (low, middle)
    assert found is not None
    assert found.share_then == pytest.approx(low, abs=1e-9)
    assume(abs(found.share_then - found.share_now) > 1e-6)
    now = lead_at(found.share_now, first, second, weights)
    assert found.ahead == ("B" if now > 0 else "C")
    beyond = found.share_then + 1e-6 * (1 if found.share_then > found.share_now else -1)
    assert lead_at(beyond, first, second, weights) * now < 0 or not 0 <= beyond <= 1


@pytest.mark.parametrize(
    ("second", "weights", "what"),
    [
        ({"road": 0.5}, WEIGHTS, "not measured by the same criteria"),
        (C, {"road": 1.0}, "not measured by the same criteria"),
        (C, {"road": 0.0, "area": 0.0}, "no criterion has weight"),
    ],
)
def test_what_cannot_be_compared(
    second: dict[str, float], weights: dict[str, float], what: str
) -> None:
    with pytest.raises(ConfigError, match=what):
        score.lead_of(B, second, weights)
    with pytest.raises(ConfigError, match=what):
        score.break_evens(B, second, weights)


def test_an_unknown_criterion() -> None:
    with pytest.raises(ConfigError, match="unknown criterion 'metro'"):
        score.break_even(B, C, WEIGHTS, criterion="metro")
