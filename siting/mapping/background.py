"""What lies under the red lines: districts, the base map, and the constraint layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from siting.mapping.ground import Backdrop, fit
from siting.mapping.packing import UNIT_M, origin_of
from siting.mapping.release import drawn_area, is_drawable
from siting.mapping.shapes import Shape, clip_to, encode, label_points, thin
from siting.mapping.styles import (
    BASE_ROLES,
    CONTROL_LOOKS,
    GROUND_ROLES,
    UNDRAWN_ROLES,
    WAY_ROLE,
)
from siting.mapping.subject import Subject
from siting.model import Features, Layer, LoadStatus, Text, narrowest
from siting.model.features import Positions

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


def backgrounds(subject: Subject, *, room: int) -> Payload:
    """Return the background of the page, as far as release allows, in at most `room` bytes.

    ``base`` are ways, water, roads, railway and metro from bottom to top; ``ground`` land use,
    zoning and parcels; ``controls`` the constraint layers. Of the latter two, layers that may not
    be drawn, or did not load, are named with the reason. ``origin`` is where the coordinates are
    counted from, in steps of ``unit`` metres.
    """
    crs = subject.city.crs
    groups = {
        "base": [each for each in _base(subject) if "hidden" not in each[0]],
        "ground": [(_head(subject, layer), layer) for layer in _of_roles(subject, GROUND_ROLES)],
        "controls": [(_head(subject, layer), layer) for layer in _constraints(subject)],
    }
    drawn = [each for group in groups.values() for each in group if "hidden" not in each[0]]
    origin = origin_of(np.asarray(list(subject.atlas.districts.geometry)), crs)
    rows = fit([backdrop_of(subject, layer) for _, layer in drawn], crs, origin, room=room)
    for (head, _), row in zip(drawn, rows, strict=True):
        head.update(row)
    told = {name: [head for head, _ in group] for name, group in groups.items()}
    return {"origin": list(origin), "unit": UNIT_M, **told}


def _base(subject: Subject) -> list[tuple[Payload, Layer]]:
    """Return the base map from bottom to top.

    Road layers that ways are sought on, of a role of the city's own, lie beneath all others.
    """
    ways = _of_roles(subject, _way_roles(subject))
    beneath = [({**_head(subject, layer), "role": WAY_ROLE}, layer) for layer in ways]
    return beneath + [(_head(subject, layer), layer) for layer in _of_roles(subject, BASE_ROLES)]


def _way_roles(subject: Subject) -> tuple[str, ...]:
    """Return the roles of ``[access]`` that are no constraint: no rule needs them."""
    needed = {role for rule in subject.report.rules for role in rule.needs}
    known = {*needed, *BASE_ROLES, *UNDRAWN_ROLES, *CONTROL_LOOKS}
    return tuple(role for role in subject.city.access.roles if role not in known)


def _of_roles(subject: Subject, roles: Sequence[str]) -> list[Layer]:
    return [layer for role in roles for layer in subject.atlas.by_role(role)]


def _constraints(subject: Subject) -> list[Layer]:
    beneath = {*UNDRAWN_ROLES, *BASE_ROLES, *_way_roles(subject)}
    return [layer for layer in subject.atlas.layers if layer.role not in beneath]


def _head(subject: Subject, layer: Layer) -> Payload:
    look = subject.looks[layer.role]
    head: Payload = {
        "name": layer.name,
        "title": pair(layer.title),
        "role": layer.role,
        "colour": look.colour,
        "hatch": look.hatch,
        "internal": layer.release.value != "public",
    }
    if not layer.is_usable:
        head["hidden"] = "not_loaded"
    elif not is_drawable(layer.release, subject.scope):
        head["hidden"] = layer.release.value
    if layer.contract.status is LoadStatus.SHORT:
        head["short"] = True
    return head


def backdrop_of(subject: Subject, layer: Layer) -> Backdrop:
    """Return what of a drawable layer lies on the page, in order of id, with its names."""
    features = layer.features
    if features is None:
        return Backdrop(np.empty(0, dtype=object), [], None)
    area = drawn_area(layer.release, subject.scope)
    near = features.every if area is None else features.near(np.array([area.bounds]))
    ids = np.array(features.texts_at("feature_id", near), dtype=object)
    near = near[np.argsort(ids, kind="stable")]
    shapes = clip_to(features.shapes_at(near), area)
    is_in = np.array([shape is not None for shape in shapes], dtype=bool)
    is_in |= area is None  # there, what has no shape is counted
    is_named = layer.role not in {*BASE_ROLES, *_way_roles(subject)}
    rows = near[is_in]
    labels = _labels(layer.role, features, rows) if is_named else [""] * len(rows)
    return Backdrop(shapes[is_in], labels, area)


def _labels(role: str, features: Features, rows: Positions) -> list[str]:
    """Return the names that a click tells; parcels without one go by their id."""
    names = features.texts_at("feature_name", rows)
    if role != "parcel":
        return names
    ids = features.texts_at("feature_id", rows)
    return [name or each for name, each in zip(names, ids, strict=True)]
