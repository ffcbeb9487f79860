"""Sites, a setting and measures for tests, without a city around them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.criteria import KINDS, Measure, Setting, Sites
from siting.model import Layer

from ..tiny_city import atlas, city


def sites(*shapes: BaseGeometry) -> Sites:
    """Outlines as rows of a parcel table; what is asked of it is shapes and areas."""
    outlines = np.empty(len(shapes), dtype=object)
    outlines[:] = shapes
    table: Any = SimpleNamespace(geometries=outlines, areas_m2=shapely.area(outlines), texts={})
    return Sites(table, np.arange(len(shapes)))


def setting(layers: Sequence[Layer], **fields: Any) -> Setting:
    """The tiny city with these layers."""
    return Setting(atlas(layers, []), city(**fields))


def measure(kind: str, **table: Any) -> Measure:
    """A measure as a profile gives it."""
    made, problems = attempt(kind, **table)
    if problems:
        raise ValueError(problems)
    return made


def attempt(kind: str, **table: Any) -> tuple[Any, list[str]]:
    """The same, or the problems of its table."""
    reader = TableReader(table, file="test.toml", place="measure")
    parameters = KINDS[kind].parameters(reader)
    reader.finish()
    problems = [str(problem) for problem in reader.problems]
    return (None if problems else KINDS[kind](**parameters)), problems
