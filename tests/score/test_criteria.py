"""Scores: straight lines, weights, and parts that add up exactly."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting import score
from siting.errors import ConfigError
from siting.model import Severity

PATH = Path("city.toml")
DEFAULT = score.weights_of({}, path=PATH)


def test_the_default_weights_add_up_to_100() -> None:
    assert sum(DEFAULT.values()) == 100


@pytest.mark.parametrize(
    ("name", "measure", "worth"),
    [
        ("distance_m", 0, 1.0),
        ("distance_m", 1_250, 0.75),
        ("distance_m", 9_000, 0.0),
        ("metro_m", 300, 1.0),
        ("metro_m", 1_150, 0.5),
        ("metro_m", 0, 1.0),
        ("road_m", 250, 0.5),
        ("burden", 1.5, 0.5),
        ("burden", 4, 0.0),
        ("area_deviation", 0.25, 0.75),
    ],
)
def test_values_run_straight_and_stay_within_0_and_1(
    name: str, measure: float, worth: float
) -> None:
    assert score.CRITERIA[name].value(measure) == pytest.approx(worth)


def test_a_score_by_hand() -> None:
    # 20·1 + 10·0.5 of 30 points of weight
    found = score.score_site({"distance_m": 0.0, "road_m": 250.0}, DEFAULT)
    assert found.points == 83.33
    assert found.contributions == {"distance_m": 66.67, "road_m": 16.66}


@given(
    measures=st.dictionaries(
        st.sampled_from(sorted(score.CRITERIA)),
        st.floats(0, 6_000, allow_nan=False),
        max_size=len(score.CRITERIA),
    ),
    weights=st.lists(
        st.floats(0.01, 1_000), min_size=len(score.CRITERIA), max_size=len(score.CRITERIA)
    ),
)
def test_parts_always_add_up_and_stay_within_bounds(
    measures: dict[str, float], weights: list[float]
) -> None:
    found = score.score_site(measures, dict(zip(score.CRITERIA, weights, strict=True)))
    assert sum(found.parts.values()) == found.hundredths
    assert 0 <= found.hundredths <= 10_000
    assert all(part >= 0 for part in found.parts.values())


def test_a_criterion_without_weight_contributes_nothing() -> None:
    weights = score.weights_of({"road_m": 0.0}, path=PATH)
    found = score.score_site({"road_m": 0.0, "distance_m": 2_500.0}, weights)
    assert found.contributions == {"distance_m": 50.0}


def test_nothing_measured_scores_nothing() -> None:
    assert score.score_site({}, DEFAULT).points == 0


def test_an_unknown_criterion_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'distance_m'"):
        score.weights_of({"distance": 1.0}, path=PATH)


def test_weights_of_nothing_are_refused() -> None:
    with pytest.raises(ConfigError, match="all weights are 0"):
        score.weights_of(dict.fromkeys(score.CRITERIA, 0.0), path=PATH)


def test_compactness_of_a_square_and_a_strip() -> None:
    assert score.compactness(100, 40) == pytest.approx(math.pi / 4)
    assert score.compactness(100, 202) == pytest.approx(math.pi / 102.01)


@pytest.mark.parametrize(
    ("area_m2", "low", "high", "deviation"),
    [
        (10, 5, 15, 0),
        (15, 5, 15, 1),
        (7.5, 5, 15, 0.5),
        (12, 10, math.inf, 0.2),
        (5, 5, 5, 0),
        (7, 0, math.inf, 0),
    ],
)
def test_area_deviation(area_m2: float, low: float, high: float, deviation: float) -> None:
    found = score.area_deviation(np.array([area_m2, area_m2]), low, high)
    assert found.tolist() == pytest.approx([deviation, deviation])


@given(
    distances=st.lists(st.floats(0, 6_000), min_size=1, max_size=20),
    weight=st.floats(0.01, 100),
)
def test_the_ceiling_is_never_below_a_score(distances: list[float], weight: float) -> None:
    weights = DEFAULT | {"road_m": weight}
    roads = [distance / 12 for distance in distances]
    table = {"distance_m": np.array(distances), "road_m": np.array(roads)}
    ceilings = score.ceiling_hundredths(table, weights)
    for distance, road, ceiling in zip(distances, roads, ceilings, strict=True):
        site = score.score_site({"distance_m": distance, "road_m": road}, weights)
        assert site.hundredths <= ceiling <= site.hundredths + 3


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("已收储", 1.0),
        ("已征收", 1.0),
        ("无需征收", 1.0),
        ("未征收", 0.0),
        ("正在征收", 0.5),
        ("部分收储", 0.5),
        ("not acquired", 0.0),
        ("Acquired", 1.0),
        ("", None),
        ("集体", None),
    ],
)
def test_acquisition_states_in_words(text: str, worth: float | None) -> None:
    assert score.state_worth(text, score.ACQUISITION_WORDS) == worth


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("已批", 1.0),
        ("已批复", 1.0),
        ("未批", 0.0),
        ("编制中", 0.5),
        ("未编制", 0.0),
        ("approved", 1.0),
        ("not approved", 0.0),
    ],
)
def test_plan_states_in_words(text: str, worth: float) -> None:
    assert score.state_worth(text, score.PLAN_STATE_WORDS) == worth


def test_milder_rules_cost_by_severity() -> None:
    met = (Severity.RESTRICTED, Severity.CONSULT, Severity.ADVISORY)
    assert score.burden_points(met) == 1.75


def test_the_page_for_planners_has_the_same_table(repo_root: Path) -> None:
    text = (repo_root / "docs" / "suggest.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    words = {"no": 0.0, "yes": 1.0}

    def number(cell: str) -> float:
        first = cell.split(maxsplit=1)[0].replace(",", "")
        return words.get(first) if first in words else float(first)

    told = {row[0]: tuple(number(cell) for cell in row[2:]) for row in rows}
    known = {name: (c.worst, c.best, c.weight) for name, c in score.CRITERIA.items()}
    assert told == known
