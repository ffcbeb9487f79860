"""A tiny city written once per test, and checks by their name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from siting.doctor import Check

from ..tiny_city import Files, write_tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Files:
    """A city whose every part is well, with a ledger."""
    files = write_tiny(tmp_path)
    (tmp_path / "ledger.csv").write_text("id,name,use\nP1,学校,0804\n", encoding="utf-8")
    files.tables["projects"] = {
        "path": "ledger.csv",
        "code_system": "ydyh2023",
        "columns": {"id": "id", "name": "name", "use": "use"},
    }
    return files


def named(checks: Sequence[Check]) -> dict[str, Check]:
    """The checks by name; each name occurs once."""
    found = {check.name: check for check in checks}
    assert len(found) == len(checks)
    return found
