"""The town of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..town import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return an empty town whose whole ground is planned for industry (100101)."""
    return Town(tmp_path)
