"""Texts are broken into lines without losing a character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.sheets.fonts import Face, face_for
from siting.sheets.paper import wrapped

LETTERS = "ab W1，。（永久基本农田）滘沥-/."
FACE: Face = face_for([LETTERS])


@given(st.text(LETTERS, max_size=80), st.floats(2.0, 15.0))
@settings(deadline=None)
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, width: float):
    lines = wrapped(text, FACE, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(FACE.width(line) <= width + 1e-9 for line in lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("永久基本农田", 3.0, ["永久基", "本农田"]),
        ("永久，基本", 2.0, ["永", "久，", "基本"]),  # no line begins with a comma
        ("aaa bbb", 2.5, ["aaa", "bbb"]),
        ("", 3.0, [""]),
    ],
)
def test_lines_break_where_a_reader_expects(text: str, width: float, lines: list[str]):
    assert wrapped(text, FACE, width) == lines
