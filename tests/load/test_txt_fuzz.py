"""Dirty texts: only a SitingError comes out, and what comes in is used or refused."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from siting.city import RedLineSpec
from siting.errors import SitingError
from siting.load import TextWays, read_pasted
from siting.load.encoding import decode_text
from siting.load.redline_txt import parse
from siting.load.txt_red_lines import red_lines_of

from .txt_text import CRS, STANDARD

SPEC = RedLineSpec(Path("a.txt"))
PIECES = ["J1,1,", "2579600.000", "38378300", ",", "@", "＠", "，", "=", "[", "]", "\n", "\r", "面",
          "带号=38\n", "113.2", "23°07′", "POLYGON((", "))", "nan", "1e9", "-", ".", "\x00", "{",
          '"type"', "5,1.0,P,甲,面,,,,@\n", "\ud800"]  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.tuples(st.integers(0, len(STANDARD)), st.sampled_from(PIECES)), max_size=6).map(
        lambda edits: _edited(STANDARD, edits)
    ),
)


def _edited(text: str, edits: list[tuple[int, str]]) -> str:
    for place, piece in edits:
        text = text[:place] + piece + text[place + len(piece) // 2 :]
    return text


@given(text=texts)
def test_any_text(text: str) -> None:
    for ways in (TextWays(), TextWays(is_strict=True), TextWays(accept="axes_swapped")):
        with contextlib.suppress(SitingError):
            parsed = parse(text, file="a.txt")
            batch = red_lines_of(parsed, SPEC, CRS, ways)
            assert len(batch.lines) + len(batch.refused) == len(parsed.plots)


@given(text=texts)
def test_any_pasted_text(text: str) -> None:
    for crs in ("", CRS, "EPSG:4490"):
        with contextlib.suppress(SitingError):
            read_pasted(text, crs=crs, working_crs=CRS)


@given(data=st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(SitingError, UnicodeDecodeError):
        text, encoding = decode_text(data)
        parse(text, file="a.txt", encoding=encoding)
