"""What each kind of rule forbids, as polygons: the mirror of its examination.

A red line that keeps clear of a rule's barrier does not break the rule. The converse holds
to :data:`SAFETY_M`, and at round corners of setbacks to half a percent of the setback, for
their arcs are drawn around the circle, never inside it. The engine of the check has the last
word on every repair.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.model import Atlas, Layer, Project, RedLine, Severity
from siting.overlay import mitred, polygons_only
from siting.rules.attributes import match_row
from siting.rules.base import Rule, features, layer_gaps
from siting.rules.inside import InsideRule
from siting.rules.overlap import OverlapRule, matching
from siting.rules.rivals import RED_LINES_LAYER, RivalsRule
from siting.rules.setback import SetbackRule
from siting.rules.zoning import ZoningRule

#: Coordinates are rounded to 1 mm, which moves an edge by 0.7 mm at most; 1 cm is below what
#: any survey can tell and well above that. Metres.
SAFETY_M = 0.01
#: Segments per quarter circle of a setback's round corners: they are drawn around the circle,
#: which costs 0.5 % of the setback there and keeps the new outline's vertices few.
QUARTER_SEGMENTS = 8
#: A feature with more vertices is cut to the neighbourhood first.
CUT_FROM_VERTICES = 200

Box = tuple[float, float, float, float]
Crosswalks = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, eq=False, slots=True)
class Barrier:
    """The polygons that one rule forbids near by, each with its layer and feature id."""

    code: str
    severity: Severity
    layers: tuple[str, ...]
    ids: tuple[str, ...]
    shapes: NDArray[np.object_]


@dataclass(frozen=True, eq=False, slots=True)
class _Scene:
    """What the kinds of rules read."""

    near: Atlas
    box: Box
    project: Project
    rivals: Sequence[RedLine]
    crosswalks: Crosswalks


_Row = tuple[str, str, BaseGeometry]


def barriers_of(
    rules: Sequence[Rule],
    near: Atlas,
    box: Box,
    *,
    project: Project,
    rivals: Sequence[RedLine],
    crosswalks: Crosswalks,
) -> tuple[Barrier, ...]:
    """Return the barriers of the prohibited and restricted rules within a box, in their order.

    Parameters
    ----------
    rules
        Those in force that look at the project.
    near, box
        The layers near by, and the part of the plane that is asked about.
    project
        Its use decides which zones a zoning rule forbids.
    rivals
        The red lines of other projects.
    crosswalks
        The rule book's, between code systems.
    """
    scene = _Scene(near, box, project, rivals, crosswalks)
    found = []
    for rule in rules:
        if rule.severity not in {Severity.PROHIBITED, Severity.RESTRICTED}:
            continue
        rows = [row for row in _rows(rule, scene) if not row[2].is_empty]
        if rows:
            shapes = np.array([row[2] for row in rows], dtype=object)
            layers, ids = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
            found.append(Barrier(rule.code, rule.severity, layers, ids, shapes))
    return tuple(found)


def as_shapes(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    """Return geometries as an array of objects."""
    return np.array(list(shapes), dtype=object)


def grown(shape: BaseGeometry) -> BaseGeometry:
    """Return polygons grown by the safety margin, corners kept sharp."""
    return mitred(polygons_only(shape), SAFETY_M)


def clipped(shape: BaseGeometry, box: Box) -> BaseGeometry:
    """Return the polygons of a shape within a box; a small shape whole."""
    if int(shapely.get_num_coordinates(shape)) <= CUT_FROM_VERTICES:
        return shape
    return polygons_only(shapely.intersection(shape, shapely.box(*box)))


def _rows(rule: Rule, scene: _Scene) -> list[_Row]:
    if isinstance(rule, OverlapRule):
        return _overlap(rule, scene)
    if isinstance(rule, SetbackRule):
        return _setback(rule, scene)
    if isinstance(rule, InsideRule):
        return _inside(rule, scene)
    if isinstance(rule, ZoningRule):
        return _zoning(rule, scene)
    if isinstance(rule, RivalsRule):
        valid = [other for other in scene.rivals if other.geometry.is_valid]
        return [(RED_LINES_LAYER, other.id, grown(other.geometry)) for other in valid]
    return []


def _usable(role: str, scene: _Scene) -> list[Layer]:
    return [layer for layer in scene.near.by_role(role) if layer.is_usable]


def _polygons(layer: Layer, keep: NDArray[np.bool_], box: Box) -> list[_Row]:
    shapes, ids, _ = features(layer)
    meets = shapely.intersects(shapes, shapely.box(*box)) & (shapely.get_dimensions(shapes) == 2)
    return [
        (layer.name, str(ids[row]), grown(clipped(shapes[row], box)))
        for row in np.flatnonzero(keep & meets)
    ]


def _overlap(rule: OverlapRule, scene: _Scene) -> list[_Row]:
    rows: list[_Row] = []
    for layer in _usable(rule.role, scene):
        keep, _ = matching(layer, rule.where)
        rows.extend(_polygons(layer, keep, scene.box))
    return rows


def _setback(rule: SetbackRule, scene: _Scene) -> list[_Row]:
    columns = sorted({c.column for row in rule.rows for c in row.conditions})
    around = 1.0 / math.cos(math.pi / (4 * QUARTER_SEGMENTS))
    rows: list[_Row] = []
    for layer in _usable(rule.role, scene):
        frame = layer.frame
        if frame is None:
            continue
        shapes, ids, _ = features(layer)
        cells = frame[[name for name in columns if name in frame.columns]].to_dict("records")
        for number, shape in enumerate(shapes):
            attributes = {str(key): value for key, value in cells[number].items()} if cells else {}
            fitting = match_row(rule.rows, attributes)
            if fitting is None:
                continue
            total_m = (fitting.total_m + SAFETY_M) * around
            west, south, east, north = scene.box
            wide = shapely.box(west - total_m, south - total_m, east + total_m, north + total_m)
            piece = shapely.intersection(shape, wide)
            if not piece.is_empty:
                zone = shapely.buffer(piece, total_m, quad_segs=QUARTER_SEGMENTS)
                rows.append((layer.name, str(ids[number]), zone))
    return rows


def _inside(rule: InsideRule, scene: _Scene) -> list[_Row]:
    layers = scene.near.by_role(rule.role)
    if layer_gaps(rule.role, layers):
        return []  # as the engine: a missing part would look like land outside
    window = shapely.box(*scene.box)
    parts = [clipped(shape, scene.box) for layer in layers for shape in features(layer)[0]]
    name = "+".join(sorted(layer.name for layer in layers))
    bare = shapely.difference(window, shapely.union_all(np.array(parts, dtype=object)))
    return [(name, "", grown(bare))]


def _zoning(rule: ZoningRule, scene: _Scene) -> list[_Row]:
    project = scene.project
    layers = scene.near.by_role(rule.role)
    use = rule.translate(project.use, project.code_system, scene.crosswalks)
    zones = None if use is None else rule.allowed_zones(use)
    if zones is None or layer_gaps(rule.role, layers):
        return []
    rows: list[_Row] = []
    for layer in layers:
        frame = layer.frame
        if frame is None or rule.code_column not in frame.columns or not layer.code_system:
            continue
        cells = frame[rule.code_column].fillna("").astype(str).str.strip()
        codes = [rule.translate(cell, layer.code_system, scene.crosswalks) for cell in cells]
        fits = (*zones, *rule.open_zones)
        is_barred = [code is not None and not code.startswith(fits) for code in codes]
        rows.extend(_polygons(layer, np.array(is_barred, dtype=bool), scene.box))
    return rows
