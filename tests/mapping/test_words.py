"""What the page says of a layer: each status of the load contract has its words."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from siting.model import LoadStatus


@pytest.mark.parametrize("status", list(LoadStatus))
def test_every_status_of_a_layer_has_its_words(repo_root: Path, status: LoadStatus):
    words = repo_root / "siting" / "mapping" / "page" / "js" / "10-words.js"
    assert f"\n  {status}: [" in words.read_text(encoding="utf-8")


def test_no_word_is_said_twice(repo_root: Path):
    """Of two entries under one key the script takes the last, and calls of the other go wrong."""
    folder = repo_root / "siting" / "mapping" / "page" / "js"
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("1*words*.js")]
    keys = [key for text in texts for key in re.findall(r"^  (\w+): \[", text, re.MULTILINE)]
    assert len(keys) > 200
    assert [key for key, count in Counter(keys).items() if count > 1] == []
