"""Every example in a docstring runs."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest
import shapely

import siting

ROOT = Path(siting.__file__).parent


def modules() -> list[str]:
    return [
        ".".join(["siting", *path.relative_to(ROOT).with_suffix("").parts])
        for path in sorted(ROOT.rglob("*.py"))
        if ">>>" in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", modules())
def test_examples(name: str) -> None:
    module = importlib.import_module(name.removesuffix(".__init__"))
    found = doctest.testmod(module, extraglobs={"shapely": shapely})
    assert found.attempted > 0
    assert found.failed == 0
