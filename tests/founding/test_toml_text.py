"""Whatever names the data bring, the text stays TOML and says what it says."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.founding.blocks import commented
from siting.founding.toml_text import comment, inline, key, listing, quoted

HOSTILE = [
    '"', '"""', "'", "\\", "]]", "{{ 7*7 }}", "# x", "a\nb = 1", "\r\n[x]", "\u202eabc",
    "\u2066x\u2069", "\x00", "\x1b[2J", "\x7f", "\u2028", "\ufeff", "\u200b", "😀", "滘氹",
]  # fmt: skip
TEXTS = st.text() | st.sampled_from(HOSTILE)


@given(TEXTS)
def test_a_quoted_text_reads_back_as_itself(text: str):
    line = f"x = {quoted(text)}"
    assert len(line.splitlines()) == 1
    assert tomllib.loads(line) == {"x": text}


@given(TEXTS, st.lists(TEXTS, max_size=4), st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_lists_tables_and_keys_read_back(name: str, texts: list[str], table: dict[str, str]):
    text = f"{key(name)} = {listing(texts)}\n[t]\nx = {inline(table)}\n"
    content = tomllib.loads(text)
    assert content["t"]["x"] == table
    assert content.get(name, content.get("t")) in (texts, content["t"])


@given(TEXTS)
def test_a_comment_stays_one_line_and_changes_nothing(text: str):
    line = comment(text)
    assert len(line.splitlines()) == 1
    assert tomllib.loads(f"{line}\na = 1\n") == {"a": 1}
    assert tomllib.loads("\n".join(commented([line, "x = 1"]))) == {}


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\u200f", "\x1b", "\u2028", "\x00"])
def test_what_the_eye_cannot_see_is_written_out(letter: str):
    for text in (quoted(f"a{letter}b"), comment(f"a{letter}b")):
        assert letter not in text
        assert f"{ord(letter):04X}" in text


def test_a_lone_surrogate_does_not_break_the_file():
    quoted("\udcff").encode("utf-8")
    tomllib.loads(f"x = {quoted(chr(0xDCFF))}")
