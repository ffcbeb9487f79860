"""Values as texts: the bulk way gives what the plain way gives."""

from __future__ import annotations

import datetime as dt
import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.load.texts import texts_of
from siting.load.values import text_of


def both_ways(values: list[object], kind: pa.DataType | None = None) -> None:
    column = pa.chunked_array([pa.array(values[:1], kind), pa.array(values[1:], kind)], kind)
    assert texts_of(column).to_pylist() == [text_of(value) for value in values]


def test_every_character_is_stripped_as_python_does() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    both_ways([f"{letter}a{letter}b{letter}" for letter in letters])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | st.floats(), min_size=2, max_size=50))
def test_floats(values: list[object]) -> None:
    both_ways(values, pa.float64())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=4).map(float), min_size=2))
def test_decimal_fractions(values: list[object]) -> None:
    both_ways(values, pa.float64())


@given(st.lists(st.floats(width=32), min_size=2))
def test_single_precision(values: list[object]) -> None:
    both_ways(values, pa.float32())


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=2))
def test_whole_numbers_keep_their_digits(values: list[object]) -> None:
    column = pa.chunked_array([pa.array(values, pa.int64())])
    assert texts_of(column).to_pylist() == ["" if one is None else str(one) for one in values]


@given(st.lists(st.none() | st.text(), min_size=2))
def test_strings(values: list[object]) -> None:
    both_ways(values, pa.string())
    both_ways(values, pa.large_string())
    column = pa.chunked_array([pa.array(values, pa.string())]).dictionary_encode()
    assert texts_of(column).to_pylist() == [text_of(value) for value in values]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, None, False], ["True", "", "False"]),
        ([dt.date(2026, 3, 1), None], ["2026-03-01", ""]),
        ([dt.datetime(2026, 3, 1, 8, 30), None], ["2026-03-01 08:30:00", ""]),  # noqa: DTZ001
        ([None, None], ["", ""]),
        ([5.0, 5.5, float("nan")], ["5", "5.5", ""]),
    ],
)
def test_other_kinds(values: list[object], expected: list[str]) -> None:
    assert texts_of(pa.chunked_array([pa.array(values)])).to_pylist() == expected


def test_a_column_without_rows() -> None:
    assert texts_of(pa.chunked_array([], pa.string())).to_pylist() == []
    assert texts_of(pa.chunked_array([], pa.float64())).to_pylist() == []
