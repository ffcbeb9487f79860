"""The command line called in this process, and a tiny city written once per test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from siting.cli.main import main

from ..tiny_city import Files, write_tiny


@dataclass(frozen=True)
class Run:
    """What a command came to."""

    status: int
    out: str
    err: str


Siting = Callable[..., Run]


@pytest.fixture
def siting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Siting:
    """Run ``siting …`` as the console script would, without a process."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["siting", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        seen = capsys.readouterr()
        return Run(int(str(ended.value.code or 0)), seen.out, seen.err)

    return run


@pytest.fixture
def tiny(tmp_path: Path) -> Files:
    """A written city whose only red line is clear of everything."""
    return write_tiny(tmp_path)
