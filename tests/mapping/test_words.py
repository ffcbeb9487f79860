"""What the page says of a layer: each status of the load contract has its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.model import LoadStatus


@pytest.mark.parametrize("status", list(LoadStatus))
def test_every_status_of_a_layer_has_its_words(repo_root: Path, status: LoadStatus):
    words = repo_root / "siting" / "mapping" / "page" / "js" / "10-words.js"
    assert f"\n  {status}: [" in words.read_text(encoding="utf-8")
