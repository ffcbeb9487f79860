"""Declared coverage -> geometry: for which area a layer is complete.

Coverage is declared in city.toml, never guessed from where a layer has features.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.errors import ReadError, Where, nearest
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.rings import leaves
from siting.load.words import listed, one_line, say
from siting.model import Features, Layer, LoadStatus, Text

if TYPE_CHECKING:
    from siting.city import CoverageSpec
    from siting.load.child import Reader

#: Holes of the districts' union that are narrower than this (mean width 2·area/perimeter)
#: are gaps between two digitisations of one border, no hole in the city.
GAP_WIDTH_M = 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """A resolved coverage: area in the working CRS, its wording, and what was wrong."""

    area: BaseGeometry | None
    text: str
    problem: str = ""


def union_of_districts(shapes: NDArray[np.object_]) -> BaseGeometry:
    """Return the union of districts without the slivers between their borders."""
    merged = shapely.union_all(shapes)
    shells = [
        shapely.Polygon(part.exterior)
        for part in leaves(merged)
        if isinstance(part, shapely.Polygon)
    ]
    filled: BaseGeometry = shapely.union_all(np.array(shells, dtype=object))
    openings = leaves(shapely.difference(filled, merged))
    wide = [part for part in openings if 2 * part.area >= GAP_WIDTH_M * part.length]
    city: BaseGeometry = shapely.difference(filled, shapely.union_all(np.array(wide, dtype=object)))
    return city


def read_outline(spec: CoverageSpec, reader: Reader, ground: Ground) -> BaseGeometry:
    """Return the union of the polygons of an outline file, in the working CRS.

    Raises
    ------
    ReadError
        When the file breaks the load contract.
    """
    from siting.city import LayerSpec, Role

    path = spec.path
    if path is None:
        raise ReadError(
            say("范围没有文件", "the outline names no file"),
            next_step=say("补上 path", "add path to the coverage"),
        )
    role = Role("outline", Text("范围", "outline"), ("polygon",))
    layer = load_layer(
        LayerSpec(path.stem, role, role.title, path, sublayer=spec.sublayer), reader, ground
    )
    # A part that was refused would shrink the area for which layers count as complete.
    rows = layer.features
    if rows is None or layer.contract.status is not LoadStatus.PASSED:
        raise ReadError(
            say("范围文件不能用", "the outline file cannot be used"),
            where=Where(file=path.name, layer=spec.sublayer),
            found=listed(
                [*layer.contract.problems, *(entry.reason for entry in layer.contract.refusals)]
            ),
            next_step=say("更正该文件", "mend the file"),
        )
    union: BaseGeometry = shapely.union_all(rows.shapes_at(rows.every))
    return union


@dataclass(slots=True)
class Coverages:
    """Resolves the coverages of one city; each outline file is read once."""

    reader: Reader
    ground: Ground
    districts: Features
    outline: BaseGeometry
    files: dict[CoverageSpec, BaseGeometry]

    def apply(self, layer: Layer, spec: CoverageSpec) -> Layer:
        """Return the layer with its coverage; one that cannot be resolved fails the layer."""
        coverage = self.resolve(spec)
        if not coverage.problem:
            return replace(
                layer,
                frame=layer.kept_frame,
                coverage=coverage.area,
                coverage_text=coverage.text,
            )
        contract = replace(
            layer.contract,
            status=LoadStatus.FAILED,
            problems=(*layer.contract.problems, coverage.problem),
        )
        return replace(layer, frame=None, contract=contract, coverage_text=coverage.text)

    def resolve(self, spec: CoverageSpec) -> Coverage:
        """Return the area of a declared coverage."""
        if spec.kind == "city":
            return Coverage(self.outline, say("全市", "whole city"))
        if spec.kind == "districts":
            return self._districts(spec)
        if spec.kind == "file":
            return self._file(spec)
        return Coverage(None, say("未声明", "undeclared"))

    def _districts(self, spec: CoverageSpec) -> Coverage:
        codes = self.districts.ids()
        unknown = [code for code in spec.districts if code not in codes]
        if unknown:
            hint = nearest(unknown[0], codes)
            text = say(
                f"覆盖范围中的区划代码不存在：{listed(unknown)} {hint}",
                f"coverage names unknown districts: {listed(unknown)} {hint}".rstrip(),
            )
            return Coverage(None, listed(spec.districts), text)
        at = [place for place, code in enumerate(codes) if code in spec.districts]
        chosen = np.array(at, dtype=np.intp)
        titles = self.districts.values_at("feature_name", chosen)
        names = [title or codes[place] for place, title in zip(at, titles, strict=True)]
        shapes = self.districts.shapes_at(chosen)
        return Coverage(union_of_districts(shapes), "、".join(names))

    def _file(self, spec: CoverageSpec) -> Coverage:
        name = spec.path.name if spec.path else ""
        text = say(f"范围文件 {name}", f"outline file {name}")
        try:
            if spec not in self.files:
                self.files[spec] = read_outline(spec, self.reader, self.ground)
        except ReadError as error:
            return Coverage(None, text, one_line(error))
        return Coverage(self.files[spec], text)
