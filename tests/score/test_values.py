"""Value functions: four forms, their units, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting import score
from siting.config import TableReader
from siting.errors import ConfigError, ProblemsError

LINE = {"kind": "linear", "unit": "m", "worst": 500, "best": 0}
PIECES = {"kind": "piecewise", "unit": "m", "points": [[0, 1.0], [300, 0.8], [2000, 0.0]]}
STEPS = {"kind": "step", "unit": "m", "below": 1.0, "steps": [[500, 0.5], [1000, 0.0]]}
CURVE = {"kind": "sigmoid", "unit": "%", "worst": 25, "best": 5, "steepness": 10}


@pytest.mark.parametrize(
    ("table", "measures", "worths"),
    [
        (LINE, [0, 125, 500, 900, -1], [1, 0.75, 0, 0, 1]),
        (LINE, [math.inf, -math.inf], [0, 1]),
        # 300 + 850 is half way from 0.8 to 0
        (PIECES, [-5, 0, 150, 300, 1150, 2000, 9000], [1, 1, 0.9, 0.8, 0.4, 0, 0]),
        # a step counts from its own measure on
        (STEPS, [0, 499.999, 500, 999.999, 1000, 5000], [1, 1, 0.5, 0.5, 0, 0]),
        # (L(t) - L(0)) / (L(1) - L(0)) by hand: L(¼) = 1 / (1 + e^2.5) = 0.0758582,
        # L(0) = 0.0066929, L(1) = 0.9933071; 0.0691653 / 0.9866143
        (CURVE, [30, 25, 20, 15, 10, 5, 0], [0, 0, 0.0701037, 0.5, 0.9298963, 1, 1]),
    ],
)
def test_worths_by_hand(table: dict[str, Any], measures: list[float], worths: list[float]) -> None:
    found = score.value_function(table).values(np.array(measures, dtype=np.float64))
    assert found.tolist() == pytest.approx(worths, abs=1e-7)


@pytest.mark.parametrize("table", [LINE, PIECES, STEPS, CURVE])
def test_an_unknown_measure_has_no_worth(table: dict[str, Any]) -> None:
    found = score.value_function(table).values(np.array([[math.nan, 10.0]]))
    assert np.isnan(found).tolist() == [[True, False]]


@pytest.mark.parametrize("table", [LINE, PIECES, STEPS, CURVE])
@given(measures=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_worths_stay_within_0_and_1_and_go_one_way(
    table: dict[str, Any], measures: list[float]
) -> None:
    worths = score.value_function(table).values(np.sort(np.array(measures)))
    assert (worths >= 0).all()
    assert (worths <= 1).all()
    assert (np.diff(worths) <= 1e-15).all()  # of all four less is better


@pytest.mark.parametrize("table", [LINE, PIECES, STEPS, CURVE])
def test_a_function_gives_the_table_that_makes_it_again(table: dict[str, Any]) -> None:
    made = score.value_function(table)
    assert made.to_table() == table
    assert score.value_function(made.to_table()) == made


def test_a_worth_may_turn_when_that_is_said() -> None:
    table = {**PIECES, "points": [[0, 0.2], [300, 1.0], [2000, 0.0]], "monotone": False}
    best_between = score.value_function(table)
    assert best_between.values(np.array([0.0, 150.0, 300.0, 2000.0])).tolist() == pytest.approx(
        [0.2, 0.6, 1.0, 0.0]
    )
    assert best_between.to_table() == table


@pytest.mark.parametrize(
    ("change", "what", "hint"),
    [
        ({"kind": "linaer"}, "unknown value", "did you mean 'linear'?"),
        ({"kind": None}, "unknown value", "choose"),
        ({"unit": None}, "'unit' is missing", "add unit"),
        ({"best": None}, "'best' is missing", "add best"),
        ({"best": 500}, "no slope", "worth 0"),
        ({"best": math.inf}, "no slope", "worth 0"),
        ({"worst": -math.inf}, "no slope", "worth 0"),
        ({"best": "near"}, "wrong kind", "correct best"),
        ({"bset": 0}, "unknown key 'bset'", "did you mean 'best'?"),
    ],
)
def test_a_line_that_cannot_be_used(change: dict[str, Any], what: str, hint: str) -> None:
    table = {key: value for key, value in {**LINE, **change}.items() if value is not None}
    with pytest.raises(ConfigError) as caught:
        score.value_function(table, file="park.toml", place="[criteria.road]")
    assert what in caught.value.what
    assert hint in caught.value.next_step
    assert str(caught.value.where) == "file park.toml, layer [criteria.road]"


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({**PIECES, "points": [[0, 1.0]]}, "too few pairs"),
        ({**PIECES, "points": [[0, 1.0], [300]]}, "not a pair of numbers"),
        ({**PIECES, "points": [[0, 1.0], [300, True]]}, "not a pair of numbers"),
        ({**PIECES, "points": [[0, 1.0], [300, 1.2]]}, "not between 0 and 1"),
        ({**PIECES, "points": [[0, 1.0], [0, 0.2]]}, "do not rise"),
        ({**PIECES, "points": [[0, 1.0], [math.inf, 0.2]]}, "do not rise"),
        ({**PIECES, "points": [[0, 1.0], [300, 0.0], [400, 0.5]]}, "up and down"),
        ({**STEPS, "steps": []}, "too few pairs"),
        ({**STEPS, "below": -0.1}, "not between 0 and 1"),
        ({**STEPS, "below": 0.2}, "up and down"),
        ({**CURVE, "steepness": 0}, "steepness is out of range"),
        ({**CURVE, "steepness": 1e9}, "steepness is out of range"),
    ],
)
def test_pieces_steps_and_curves_that_cannot_be_used(table: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        score.value_function(table, file="park.toml")
    assert caught.value.next_step
    assert caught.value.where.file == "park.toml"


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        score.value_function({"kind": "linear", "worts": 3})
    assert [problem.what for problem in caught.value.problems] == [
        "'unit' is missing",
        "'worst' is missing",
        "'best' is missing",
        "unknown key 'worts'",
    ]


def test_a_file_of_many_functions_collects_their_faults() -> None:
    problems: list[Any] = []
    tables = [LINE, {**LINE, "best": 500}, {**CURVE, "unit": ""}]
    made = [
        score.read_value_function(TableReader(table, file="park.toml", problems=problems))
        for table in tables
    ]
    assert [each is not None for each in made] == [True, False, False]
    assert len(problems) == 2
