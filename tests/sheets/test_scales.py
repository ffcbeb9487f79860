"""Scales are round, true, and show what has to be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.sheets.scales import (
    Rect,
    View,
    grid_lines,
    grid_step,
    length_text,
    round_denominator,
    round_length,
    scale_text,
    view_of,
)

FRAME = Rect(20, 30, 200, 100)


@pytest.mark.parametrize(
    ("least", "expected"),
    [(3, 500), (500, 500), (501, 600), (8_001, 10_000), (10_000, 10_000), (99_000, 100_000)],
)
def test_the_next_round_denominator(least: float, expected: float):
    assert round_denominator(least) == expected


@given(st.floats(1, 1e8))
def test_a_round_denominator_is_enough_and_has_two_figures(least: float):
    found = round_denominator(least)
    assert found >= least
    assert float(f"{found:.2g}") == found


def test_a_kilometre_at_one_to_ten_thousand_is_a_hundred_millimetres():
    view = View(FRAME, 10_000, 400_000, 2_500_000)
    assert view.x(401_000) - view.x(400_000) == pytest.approx(100)
    assert view.y(2_500_500) - view.y(2_500_000) == pytest.approx(50)
    assert (view.x(400_000), view.y(2_500_000)) == (120, 80)  # the middle of the frame


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_view_shows_its_extent_with_the_edge(width_m: float, height_m: float):
    view = view_of((400_000, 2_500_000, 400_000 + width_m, 2_500_000 + height_m), FRAME, edge_mm=5)
    assert view.x(400_000) >= FRAME.left + 5 - 1e-6
    assert view.x(400_000 + width_m) <= FRAME.right - 5 + 1e-6
    assert view.y(2_500_000) >= FRAME.bottom + 5 - 1e-6
    assert view.y(2_500_000 + height_m) <= FRAME.top - 5 + 1e-6


def test_grid_and_bars_are_round():
    assert (grid_step(3_600), grid_step(5_000), round_length(5_999), round_length(2_000)) == (
        5_000, 5_000, 5_000, 2_000,
    )  # fmt: skip
    assert grid_lines(399_500, 2_600, 1_000) == [400_000, 401_000, 402_000]
    assert (scale_text(150_000), length_text(500), length_text(2_500)) == (
        "1:150 000", "500 m", "2.5 km",
    )  # fmt: skip
