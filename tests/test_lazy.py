"""Names that are imported when first asked for are the very names that their homes give."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from siting.lazy import names_of

PACKAGES = ("siting", "siting.api", "siting.load", "siting.sample")


def lazy_names(package: str) -> dict[str, tuple[str, str]]:
    """Return name -> (home, name there) as the package's ``_HOMES`` says."""
    homes = vars(importlib.import_module(package))["_HOMES"]
    return {
        entry.split(" as ")[-1]: (home, entry.split(" as ")[0])
        for home, entries in homes.items()
        for entry in entries
    }


def typed_names(package: str) -> dict[str, tuple[str, str]]:
    """Return the same as type checkers see it, out of ``if TYPE_CHECKING:``."""
    text = Path(importlib.import_module(package).__file__ or "").read_text("utf-8")
    blocks = [node for node in ast.parse(text).body if isinstance(node, ast.If)]
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_every_lazy_name_is_what_its_home_gives(package: str) -> None:
    for name, (home, own_name) in lazy_names(package).items():
        expected = getattr(importlib.import_module(home), own_name)
        assert getattr(importlib.import_module(package), name) is expected, name


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_and_the_running_package_know_the_same_names(package: str) -> None:
    public = set(importlib.import_module(package).__all__)
    typed = {name: home for name, home in typed_names(package).items() if name in public}
    assert {name: home for name, home in lazy_names(package).items() if name in public} == typed


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'siting\.load' has no attribute 'nothing'"):
        names_of("siting.load", {})("nothing")
