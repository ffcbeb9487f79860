"""The handmade city for the tests of the maps."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load_handmade() -> ModuleType:
    """Load the builder beside this file (tests are no package)."""
    path = Path(__file__).with_name("handmade.py")
    spec = importlib.util.spec_from_file_location("handmade_city", path)
    if spec is None or spec.loader is None:
        pytest.fail(f"{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def handmade() -> ModuleType:
    return load_handmade()


@pytest.fixture(scope="session")
def made(handmade: ModuleType, tmp_path_factory: pytest.TempPathFactory):
    """Report, searches, atlas and city of the handmade city."""
    return handmade.make(tmp_path_factory.mktemp("city"))
