"""Hand-made plots of current land use, and their composition."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from shapely.geometry.base import BaseGeometry

from siting.city import ComposeSpec
from siting.compose import Composed, Composition, compose, read_book
from siting.compose.book import Book
from siting.model import Layer, RedLine

from ..tiny_city import AS_OF, CRS, atlas, city, layer, rect, red_line


class Plot(NamedTuple):
    """One plot of the survey (图斑)."""

    shape: BaseGeometry
    code: str
    ownership: str = "集体"
    village: str = "甲村"
    ridge: Any = 0.0


def land_use(plots: Sequence[Plot], *, name: str = "dltb", **fields: Any) -> Layer:
    """Return the plots as a layer with the survey's own column names."""
    columns = {
        "DLBM": [plot.code for plot in plots],
        "QSXZ": [plot.ownership for plot in plots],
        "ZLDWMC": [plot.village for plot in plots],
        "KCXS": [plot.ridge for plot in plots],
    } | fields.pop("columns", {})
    fields = {"code_system": "sandiao", **fields}
    shapes = [plot.shape for plot in plots]
    return layer("land_use", shapes, name=name, columns=columns, **fields)


def farmland(*shapes: BaseGeometry, **fields: Any) -> Layer:
    """Return permanent basic farmland; of no shape at all a layer that is there and empty."""
    far = rect(3_900, 3_900, 3_901, 3_901)
    return layer("farmland", shapes or [far], **fields)


@functools.cache
def _built_in() -> Book:
    return read_book("cn")


def composed(
    red_lines: Sequence[RedLine],
    *layers: Layer,
    spec: ComposeSpec | None = None,
    book: Book | None = None,
    crs: str = CRS,
    projects: Sequence[Any] = (),
    area_of_record: str = "planar",
) -> Composed:
    """Compose hand-made red lines over hand-made layers."""
    town = replace(city(crs), compose=spec or ComposeSpec(), area_of_record=area_of_record)
    return compose(
        atlas(layers, red_lines, crs=crs, projects=projects),
        book or _built_in(),
        city=town,
        as_of=AS_OF,
        red_lines=red_lines,
    )


def one(outline: BaseGeometry, *layers: Layer, **fields: Any) -> Composition:
    """Compose one outline, over basic farmland far away unless a farmland layer is given."""
    if not any(each.role == "farmland" for each in layers):
        layers = (*layers, farmland())
    return composed([red_line(outline)], *layers, **fields).compositions[0]


def by_code(composition: Composition) -> dict[str, Decimal]:
    """Return the printed m² by kind and code."""
    found: dict[str, Decimal] = {}
    for row in composition.rows:
        key = f"{row.account.kind}:{row.account.code}"
        found[key] = found.get(key, Decimal(0)) + row.area.m2
    return found
