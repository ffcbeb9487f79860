"""What lies under the alternatives on their maps, as far as ``release`` lets it be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.compare.frames import Plan, Window
from siting.compare.options import Material
from siting.compare.records import Backdrop, Drawn, Piece
from siting.mapping.release import Scope, is_drawable, release_of
from siting.mapping.styles import BASE_ROLES, UNDRAWN_ROLES, Look, looks_for
from siting.model import Boxes, Finding, Layer, Release, Severity

#: Roles of the base map, from bottom to top.
_BASE_ROLES = ("parcel", *BASE_ROLES)
#: Rules whose layers are drawn as zones.
_BINDING = (Severity.PROHIBITED, Severity.RESTRICTED)


def backdrop(material: Material, plan: Plan) -> Backdrop:
    """Return what is drawn under the alternatives within some windows.

    Parameters
    ----------
    material
        Its layers in the working CRS; only rows near the windows are looked at.
    plan
        Where the maps are. Parcels are drawn near each alternative, not over the whole city.
    """
    boxes, near = _boxes(plan.every), _boxes(plan.windows.values())
    looks = looks_for([*(layer.role for layer in material.atlas.layers), "red_line"])
    zones = tuple(_zone_layers(material))
    base = [each for role in _BASE_ROLES for each in material.atlas.by_role(role)]
    pieces = [found for found in _pieces(material) if found.geometry is not None]
    shown = [found for found in pieces if _may_draw(release_of(found, material.atlas.layers))]
    roles = {layer.name: layer.role for layer in material.atlas.layers}
    return Backdrop(
        tuple(
            _drawn(each, near if each.role == "parcel" else boxes, looks)
            for each in base
            if _is_shown(each)
        ),
        tuple(_drawn(each, boxes, looks) for each in zones if _is_shown(each)),
        _borders(material, boxes),
        tuple(
            Piece(found.geometry, looks[roles.get(found.layer, "red_line")])
            for found in shown
            if found.geometry is not None
        ),
        tuple(each.title for each in zones if each.is_usable and not _may_draw(each.release)),
        len(shown) < len(pieces),
    )


def _boxes(windows: Iterable[Window]) -> Boxes:
    boxes: Boxes = np.array([shapely.bounds(window.box) for window in windows]).reshape(-1, 4)
    return boxes


def _may_draw(release: Release) -> bool:
    return is_drawable(release, Scope())


def _is_shown(layer: Layer) -> bool:
    return layer.is_usable and layer.features is not None and _may_draw(layer.release)


def _zone_layers(material: Material) -> Iterator[Layer]:
    """Yield the layers that binding rules in force look at and that are drawn as zones."""
    needed = {
        role
        for rule in material.report.rules
        if rule.in_force and rule.severity in _BINDING
        for role in rule.needs
    }
    for layer in material.atlas.layers:
        if layer.role in needed and layer.role not in UNDRAWN_ROLES | set(BASE_ROLES):
            yield layer


def _drawn(layer: Layer, boxes: Boxes, looks: dict[str, Look]) -> Drawn:
    rows = layer.features
    if rows is None:
        return Drawn(layer.title, layer.role, looks[layer.role], (), ())
    near = rows.near(boxes)
    shapes = tuple(rows.shapes_at(near))
    names = rows.texts_at("feature_name", near)
    kept = [place for place, shape in enumerate(shapes) if shape is not None]
    return Drawn(
        layer.title,
        layer.role,
        looks[layer.role],
        tuple(shapes[place] for place in kept),
        tuple(names[place] for place in kept),
    )


def _borders(material: Material, boxes: Boxes) -> BaseGeometry | None:
    layers = material.atlas.by_role("district")
    if not all(_may_draw(layer.release) for layer in layers):
        return None
    rows = material.atlas.district_rows
    shapes = rows.shapes_at(rows.near(boxes))
    return shapely.union_all(shapely.boundary(shapes)) if len(shapes) else None


def _pieces(material: Material) -> Iterable[Finding]:
    lines = {result.red_line.id for result in material.results}
    return (
        found
        for found in material.report.findings
        if found.red_line_id in lines and found.severity in _BINDING
    )
