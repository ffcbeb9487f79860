"""What lies under the red lines of a sheet, as far as ``release`` lets it be drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.release import drawn_area, is_drawable
from siting.mapping.shapes import clip_to
from siting.mapping.styles import BASE_ROLES, UNDRAWN_ROLES, Look
from siting.mapping.subject import Subject
from siting.model import Layer, LoadStatus, narrowest
from siting.sheets.records import GroundLayer, Place
from siting.sheets.words import BASE_NAMES, listed, word

#: Base map, as on the page: the colour of its lines.
_BASE_LOOKS = {
    "water_body": Look("#8fbfdc", "fill"),
    "road": Look("#c9ab82", "line"),
    "railway": Look("#5a5a5a", "rail"),
    "metro_line": Look("#8a5a9e", "line"),
    "metro_station": Look("#8a5a9e", "point"),
}


def ground_layers(subject: Subject) -> tuple[GroundLayer, ...]:
    """Return what is drawn, from bottom to top: the base map, then the constraints."""
    return tuple(filter(lambda layer: len(layer.shapes), _layers(subject)))


def _layers(subject: Subject) -> Iterator[GroundLayer]:
    language = subject.city.language
    for role in BASE_ROLES:
        for layer in subject.atlas.by_role(role):
            if _is_drawn(subject, layer):
                name = BASE_NAMES[role].get(language)
                yield _drawn(subject, layer, name, _BASE_LOOKS[role])
    for layer in _constraints(subject):
        if _is_drawn(subject, layer):
            yield _drawn(subject, layer, layer.title.get(language), subject.looks[layer.role])


def _constraints(subject: Subject) -> Iterator[Layer]:
    for layer in subject.atlas.layers:
        if layer.role not in UNDRAWN_ROLES and layer.role not in BASE_ROLES:
            yield layer


def _is_drawn(subject: Subject, layer: Layer) -> bool:
    return layer.is_usable and is_drawable(layer.release, subject.scope)


def _drawn(subject: Subject, layer: Layer, title: str, look: Look) -> GroundLayer:
    is_base = layer.role in BASE_ROLES
    if layer.frame is None:
        return GroundLayer(title, layer.role, look, is_base, np.array([], dtype=object))
    frame = layer.frame.sort_values("feature_id", kind="stable")
    shapes = frame.geometry.to_numpy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])  # for the picture only
    clipped = clip_to(shapes, drawn_area(layer.release, subject.scope))
    kept = np.flatnonzero(~shapely.is_missing(clipped) & ~shapely.is_empty(clipped))
    names = frame["feature_name"].astype(str).to_numpy()[kept]
    return GroundLayer(title, layer.role, look, is_base, clipped[kept], tuple(names))


def are_districts_drawable(subject: Subject) -> bool:
    """True when the outlines of districts may be drawn."""
    layers = subject.atlas.by_role("district")
    return not layers or is_drawable(narrowest(layer.release for layer in layers), subject.scope)


def places(subject: Subject) -> tuple[Place, ...]:
    """Return the districts of the scope; a district's sheet has its own alone."""
    frame = subject.atlas.districts.sort_values("feature_id")
    if subject.scope.is_district:
        frame = frame[frame["feature_id"].astype(str) == subject.scope.code]
    if not are_districts_drawable(subject):
        return ()
    pairs = zip(frame["feature_name"], frame.geometry, strict=True)
    return tuple(Place(str(name), shape) for name, shape in pairs)


def borders(subject: Subject) -> BaseGeometry | None:
    """Return district borders as lines, each once though two districts share it."""
    outlines = [place.shape for place in places(subject)]
    if not outlines:
        return None
    return shapely.line_merge(shapely.union_all(shapely.boundary(outlines)))


def layer_warnings(subject: Subject) -> Iterator[str]:
    """Yield what a reader must know of layers: not loaded, short of rows, or not drawn."""
    language = subject.city.language
    failed, short = [], []
    for item in subject.report.inputs:
        if item.contract.status is LoadStatus.FAILED:
            failed.append(item.title.get(language))
        elif item.contract.status is LoadStatus.SHORT:
            short.append(item.title.get(language))
    hidden = [
        layer.title.get(language)
        for layer in _constraints(subject)
        if layer.is_usable and not is_drawable(layer.release, subject.scope)
    ]
    for key, names in (("not_loaded", failed), ("short_of_rows", short), ("not_drawn", hidden)):
        if names:
            yield word(key, language, listed(names, language))
