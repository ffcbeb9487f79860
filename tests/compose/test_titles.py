"""Codes of land use in words."""

from __future__ import annotations

import pytest

from siting.compose import use_titles
from siting.model import Text


@pytest.mark.parametrize(
    ("code", "system", "zh", "en"),
    [
        # 1001 is a railway in the third survey (三调 GB/T 21010 二级类) and works in plans
        ("1001", "sandiao", "1001 铁路用地", "1001 railway"),
        ("1001", "ydyh2023", "1001 工矿用地", "1001 industry and mining"),
        ("0701", "ydyh2023", "0701 居住用地", "0701 housing"),
        ("0701", "", "0701", "0701"),
        ("0701", "of our own", "0701", "0701"),
        ("9999", "sandiao", "9999", "9999"),
    ],
)
def test_a_code_in_words(code: str, system: str, zh: str, en: str) -> None:
    told = use_titles()(code, system)
    assert told == Text(zh, en)
