"""One reading process and a loader for all load tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from siting.city import LayerSpec, built_in_roles
from siting.load.child import Reader
from siting.load.contract import neighbourhood_of
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.model import Layer

from .town import AS_OF, CRS, EAST, NORTH, Load


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One reading process for all tests that do not kill it."""
    with Reader() as started:
        yield started


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """The town, 20 km around."""
    outline = shapely.box(EAST, NORTH, EAST + 10_000, NORTH + 10_000)
    return Ground(CRS, AS_OF, tmp_path, neighbourhood_of(outline))


@pytest.fixture
def load(reader: Reader, ground: Ground) -> Load:
    """Load a file as a layer; keywords are fields of LayerSpec, ``role`` a name."""

    def load_file(path: Path, *, role: str = "farmland", **options: Any) -> Layer:
        kind = built_in_roles()[role]
        spec = LayerSpec("layer", kind, kind.title, path, **options)
        return load_layer(spec, reader, ground)

    return load_file
