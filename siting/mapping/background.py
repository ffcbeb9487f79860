"""What lies under the red lines: districts, the base map, and the constraint layers."""

from __future__ import annotations

import numpy as np
import shapely

from siting.mapping.release import drawn_area, is_drawable
from siting.mapping.shapes import Shape, Thinned, clip_to, encode, label_points, thin
from siting.mapping.styles import BASE_ROLES, CONTROL_LOOKS, UNDRAWN_ROLES, WAY_ROLE
from siting.mapping.subject import Subject
from siting.model import Layer, Text, narrowest

Payload = dict[str, object]


def pair(text: Text) -> list[str]:
    """Return a text as the page carries it: ``[zh, en]``."""
    return [text.get("zh"), text.get("en")]


def districts(subject: Subject) -> list[Payload]:
    """Return the outline and name of each district; a district page has its own alone.

    Names are always there, outlines as far as the layer's release allows.
    """
    frame = subject.atlas.districts.sort_values("feature_id")
    if subject.scope.is_district:
        frame = frame[frame["feature_id"].astype(str) == subject.scope.code]
    outlines = thin(frame.geometry.to_numpy()).geometries
    if not _are_districts_drawable(subject):
        outlines = np.full(len(outlines), None, dtype=object)
    shapes = encode(outlines, subject.city.crs)
    points = label_points(outlines, subject.city.crs)
    columns = (frame["feature_id"], frame["feature_name"], shapes, points)
    return [
        {"code": str(code), "name": str(name), "shape": shape, "at": point}
        for code, name, shape, point in zip(*columns, strict=True)
    ]


def borders(subject: Subject) -> Shape | None:
    """Return the district borders as lines, each drawn once though two districts share it."""
    outlines = list(subject.atlas.districts.geometry)
    if subject.scope.area is not None:
        outlines = [subject.scope.area]
    if not outlines or not _are_districts_drawable(subject):
        return None
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(outlines)))
    thinned = thin(np.array([lines], dtype=object)).geometries
    return encode(thinned, subject.city.crs)[0]


def _are_districts_drawable(subject: Subject) -> bool:
    layers = subject.atlas.by_role("district")
    return not layers or is_drawable(narrowest(layer.release for layer in layers), subject.scope)


def base_layers(subject: Subject) -> list[Payload]:
    """Return roads, water, railway and metro, from bottom to top, as far as release allows.

    Road layers that ways are sought on, of a role of the city's own, lie beneath all others.
    """
    roles = (*_way_roles(subject), *BASE_ROLES)
    layers = [layer for role in roles for layer in subject.atlas.by_role(role) if layer.is_usable]
    return [
        _drawn(subject, layer, names=layer.role == "metro_station")
        | ({} if layer.role in BASE_ROLES else {"role": WAY_ROLE})
        for layer in layers
        if is_drawable(layer.release, subject.scope)
    ]


def _way_roles(subject: Subject) -> tuple[str, ...]:
    """Return the roles of ``[access]`` that are no constraint: no rule needs them."""
    needed = {role for rule in subject.report.rules for role in rule.needs}
    known = {*needed, *BASE_ROLES, *UNDRAWN_ROLES, *CONTROL_LOOKS}
    return tuple(role for role in subject.city.access.roles if role not in known)


def control_layers(subject: Subject) -> list[Payload]:
    """Return the constraint layers of the page, drawn or named with the reason why not."""
    payloads = []
    beneath = {*UNDRAWN_ROLES, *BASE_ROLES, *_way_roles(subject)}
    for layer in subject.atlas.layers:
        if layer.role in beneath:
            continue
        if not layer.is_usable:
            payloads.append({**_head(subject, layer), "hidden": "not_loaded"})
        elif not is_drawable(layer.release, subject.scope):
            payloads.append({**_head(subject, layer), "hidden": layer.release.value})
        else:
            payloads.append(_drawn(subject, layer, names=True))
    return payloads


def _head(subject: Subject, layer: Layer) -> Payload:
    look = subject.looks[layer.role]
    return {
        "name": layer.name,
        "title": pair(layer.title),
        "role": layer.role,
        "colour": look.colour,
        "hatch": look.hatch,
        "internal": layer.release.value != "public",
    }


def _drawn(subject: Subject, layer: Layer, *, names: bool) -> Payload:
    if layer.frame is None:
        return _head(subject, layer)
    frame = layer.frame.sort_values("feature_id", kind="stable")
    inside = clip_to(frame.geometry.to_numpy(), drawn_area(layer.release, subject.scope))
    thinned = thin(inside)
    shapes = encode(thinned.geometries, subject.city.crs)
    labels = frame["feature_name"].astype(str).to_numpy() if names else np.full(len(frame), "")
    return {
        **_head(subject, layer),
        "features": [
            [label, shape] for label, shape in zip(labels, shapes, strict=True) if shape is not None
        ],
        **_told(thinned),
    }


def _told(thinned: Thinned) -> Payload:
    return {"thinned_m": thinned.tolerance_m, "omitted": thinned.omitted}
