"""The ground near one red line: which land its rules forbid, and which may not be taken.

Everything is grown by :data:`SAFETY_M`, so that an outline that just keeps clear of it still
does after its coordinates are rounded to the millimetre.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.city import City
from siting.model import Atlas, Layer, Project, RedLine, Severity
from siting.overlay import polygons_only
from siting.repair.barriers import (
    SAFETY_M,
    Barrier,
    Box,
    as_shapes,
    barriers_of,
    clipped,
    grown,
)
from siting.rulebook import RuleBook
from siting.rules.base import Rule, wholes

#: Roads are drawn as centre lines: this much each side of one is street, not land to take, m.
ROAD_HALF_WIDTH_M = 3.0
#: Parcels are looked for this many times as far as the red line itself may move.
PLOTS_REACH = 2.0
#: A red line of which no more than this lies on no parcel is one that lies on parcels.
STREET_SHARE = 0.02
#: Beyond what rules reach, features are kept this far around, metres.
HALO_M = 1.0


class Level(IntEnum):
    """How much a repair keeps clear of, the best first.

    ``BEST``: prohibited and restricted rules, parcels not on offer, streets. ``LAWFUL``: as
    that without restricted rules. ``OPEN`` and ``BARE``: the same two without parcels and
    streets; other red lines are kept clear of at every level.
    """

    BEST = 0
    LAWFUL = 1
    OPEN = 2
    BARE = 3

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities of the rules that are kept clear of."""
        if self in {Level.BEST, Level.OPEN}:
            return (Severity.PROHIBITED, Severity.RESTRICTED)
        return (Severity.PROHIBITED,)


@dataclass(frozen=True, eq=False, slots=True)
class Plots:
    """The parcels near a red line, sorted by id; all on offer where no supply state is known."""

    ids: tuple[str, ...]
    shapes: NDArray[np.object_]
    is_free: NDArray[np.bool_]
    layer: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """One red line with all that stands around it within ``reach_m``, in the working CRS.

    ``reserved`` is land of other red lines and beyond the city or a layer's declared
    coverage, ``held`` are parcels not on offer and streets; both without the red line's own
    land. ``unparcelled`` is land of no parcel around a red line that lies on parcels: the
    streets between them, whether or not a road is drawn there. ``atlas`` holds what is near:
    the engine gives the same verdicts on it.
    """

    red_line: RedLine
    project: Project
    rules: tuple[Rule, ...]
    atlas: Atlas
    barriers: tuple[Barrier, ...]
    reserved: BaseGeometry
    held: BaseGeometry
    unparcelled: BaseGeometry
    plots: Plots | None
    reach_m: float

    @property
    def outline(self) -> BaseGeometry:
        """The present red line."""
        return self.red_line.geometry

    def forbidden(
        self, level: Level, *, lifted: AbstractSet[str] = frozenset()
    ) -> NDArray[np.object_]:
        """Return the shapes that rules forbid at a level, without those of lifted rules."""
        shapes = [
            barrier.shapes
            for barrier in self.barriers
            if barrier.severity in level.severities and barrier.code not in lifted
        ]
        return np.concatenate(shapes) if shapes else np.array([], dtype=object)

    def closed(
        self, level: Level, *, lifted: AbstractSet[str] = frozenset()
    ) -> NDArray[np.object_]:
        """Return what land that is taken anew must keep clear of."""
        further = [self.reserved]
        if level in {Level.BEST, Level.LAWFUL}:
            further += [self.held, self.unparcelled]
        kept = [shape for shape in further if not shape.is_empty]
        return np.concatenate([self.forbidden(level, lifted=lifted), np.array(kept, dtype=object)])

    def barred(self, level: Level) -> NDArray[np.object_]:
        """Return what no parcel that is taken may lie on: rules and other red lines."""
        reserved = [] if self.reserved.is_empty else [self.reserved]
        return np.concatenate([self.forbidden(level), np.array(reserved, dtype=object)])

    def layers_along(self, outline: BaseGeometry) -> tuple[str, ...]:
        """Return the layers whose forbidden land the new outline runs along, sorted."""
        ring = shapely.boundary(outline)
        return tuple(
            sorted(
                {
                    layer
                    for barrier in self.barriers
                    for layer, shape in zip(barrier.layers, barrier.shapes, strict=True)
                    if shapely.dwithin(ring, shape, 2 * SAFETY_M)
                }
            )
        )


def default_reach_m(outline: BaseGeometry) -> float:
    """Return how far a red line may move unless the user says: its own side, 50 to 300 m.

    Farther away it shares no land with the present one: that is another site.
    """
    return min(300.0, max(50.0, math.sqrt(float(shapely.area(outline)))))


def ground_of(
    red_line: RedLine,
    atlas: Atlas,
    rule_book: RuleBook,
    *,
    city: City,
    as_of: dt.date,
    reach_m: float,
) -> Ground:
    """Return the ground around a valid red line.

    Parameters
    ----------
    red_line, atlas, rule_book, city, as_of
        As for :func:`siting.check.find_conflicts`.
    reach_m
        How far the red line may move, metres; parcels may lie twice as far.
    """
    project = next((p for p in atlas.projects if p.id == red_line.project_id), None)
    rules = tuple(
        rule for rule in rule_book.in_force(as_of) if project is None or rule.applies_to(project)
    )
    project = project or Project(id=red_line.project_id or red_line.id, name="")
    west, south, east, north = red_line.geometry.bounds
    margin = PLOTS_REACH * reach_m + HALO_M
    box = (west - margin, south - margin, east + margin, north + margin)
    halo_m = max((rule.reach_m for rule in rule_book.rules), default=0.0) + HALO_M
    near = _near(atlas, _wider(box, halo_m))
    rivals = _rivals(red_line, near)
    barriers = barriers_of(
        rules, near, box, project=project, rivals=rivals, crosswalks=rule_book.crosswalks
    )
    plots = _plots(near, city)
    own = red_line.geometry
    return Ground(
        red_line=red_line,
        project=project,
        rules=rules,
        atlas=near,
        barriers=barriers,
        reserved=_without(_reserved(rivals, near, rules, box), own),
        held=_without(_held(near, plots, box), own),
        unparcelled=_unparcelled(plots, own, box),
        plots=plots,
        reach_m=reach_m,
    )


def _wider(box: Box, margin_m: float) -> Box:
    return box[0] - margin_m, box[1] - margin_m, box[2] + margin_m, box[3] + margin_m


def _near(atlas: Atlas, box: Box) -> Atlas:
    """Keep whole features and red lines near the box; the engine then looks at no others."""
    window = shapely.box(*box)
    return replace(
        atlas,
        layers=tuple(_rows_near(layer, box) for layer in atlas.layers),
        red_lines=tuple(
            line for line in atlas.red_lines if shapely.intersects(_extent(line.geometry), window)
        ),
    )


def _rows_near(layer: Layer, box: Box) -> Layer:
    rows = layer.features
    if not layer.is_usable or rows is None:
        return layer
    near: Any = rows.some(rows.near(np.array([box])))  # the field takes what builds a frame
    return replace(layer, frame=near)


def _extent(geometry: BaseGeometry) -> BaseGeometry:
    # an invalid outline has a box all the same
    return shapely.box(*geometry.bounds)


def _rivals(red_line: RedLine, near: Atlas) -> list[RedLine]:
    return [
        other
        for other in near.red_lines
        if other.id != red_line.id
        and not (other.project_id and other.project_id == red_line.project_id)
    ]


def _reserved(
    rivals: Sequence[RedLine], near: Atlas, rules: Sequence[Rule], box: Box
) -> BaseGeometry:
    """Return the land of other red lines, and what lies beyond the city or a declared coverage.

    Of a rival whose outline is invalid nobody knows the land: its whole box is left alone.
    """
    lands = [
        other.geometry if other.geometry.is_valid else _extent(other.geometry) for other in rivals
    ]
    window = shapely.box(*box)
    beyond = [shapely.difference(window, clipped(near.outline, box))]
    for rule in rules:
        if rule.severity is not Severity.PROHIBITED:
            continue
        for role in rule.needs:
            usable = [layer for layer in near.by_role(role) if layer.is_usable]
            beyond += [
                _uncovered(layer.coverage, rule.reach_m, box)
                for layer in wholes(usable)
                if layer.coverage is not None
            ]
    return grown(shapely.union_all(np.array([*lands, *beyond], dtype=object)))


def _uncovered(coverage: BaseGeometry, reach_m: float, box: Box) -> BaseGeometry:
    """Return where a red line grown by the rule's reach would leave the coverage."""
    window, wide = shapely.box(*box), shapely.box(*_wider(box, reach_m + HALO_M))
    bare = shapely.difference(wide, shapely.intersection(coverage, wide))
    return shapely.intersection(shapely.buffer(bare, reach_m), window)


def _held(near: Atlas, plots: Plots | None, box: Box) -> BaseGeometry:
    streets: list[BaseGeometry] = []
    for layer in near.by_role("road"):
        if layer.is_usable and layer.frame is not None:
            rows = np.asarray(layer.frame.geometry.array, dtype=object)
            pieces = shapely.intersection(rows, shapely.box(*box))
            is_line = shapely.get_dimensions(pieces) < 2
            streets.extend(pieces[~is_line])
            streets.extend(shapely.buffer(pieces[is_line], ROAD_HALF_WIDTH_M, cap_style="flat"))
    taken = [] if plots is None else list(plots.shapes[~plots.is_free])
    return polygons_only(shapely.union_all(np.array([*streets, *taken], dtype=object)))


def _unparcelled(plots: Plots | None, own: BaseGeometry, box: Box) -> BaseGeometry:
    if plots is None:
        return Polygon()
    parcels = shapely.union_all(plots.shapes)
    bare = shapely.difference(own, parcels)
    if float(shapely.area(bare)) > STREET_SHARE * float(shapely.area(own)):
        return Polygon()
    return _without(shapely.difference(shapely.box(*box), parcels), own)


def _without(land: BaseGeometry, own: BaseGeometry) -> BaseGeometry:
    return polygons_only(shapely.difference(land, own))


def _plots(near: Atlas, city: City) -> Plots | None:
    """Return the parcels near by, or None without a usable parcel layer."""
    rows: list[tuple[str, BaseGeometry, bool]] = []
    layers = [layer for layer in near.by_role("parcel") if layer.is_usable]
    column, states = city.suggest.supply_column, set(city.suggest.available_states)
    for layer in layers:
        found = layer.frame
        if found is None:
            continue
        is_told = bool(column) and column in found.columns
        supply = found[column].astype(str).str.strip() if is_told else [""] * len(found)
        rows.extend(
            (str(name), shape, not is_told or state in states)
            for name, shape, state in zip(found["feature_id"], found.geometry, supply, strict=True)
            if shapely.is_valid(shape) and shapely.area(shape) > 0
        )
    if not rows:
        return None
    rows.sort(key=lambda row: row[0])
    return Plots(
        tuple(row[0] for row in rows),
        as_shapes(row[1] for row in rows),
        np.array([row[2] for row in rows], dtype=bool),
        layers[0].name,
    )
