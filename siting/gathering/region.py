"""What the search for made sites shares between projects: parcels, roads, barred land."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.assembly import Ground
from siting.candidates import Parcels, as_array, has_shape
from siting.carving import ROAD_REACH_M
from siting.city import City
from siting.exclude import Broken, Land, broken_by, is_decidable
from siting.model import Atlas, Project, Severity
from siting.overlay.kernel.measure import Prepared
from siting.rulebook import RuleBook

Mask = NDArray[np.bool_]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

#: Roads are looked at within this of an outline, metres: beyond, none of its sides is on one.
ROADS_WITHIN_M = 50.0
#: A side this far from a road that is drawn as a line is on it, as repairs have it; m.
FRONT_OF_LINE_M = 30.0


@dataclass(frozen=True, eq=False)
class Region:
    """The city as made sites are sought in it.

    ``is_ready`` are parcels that need not first be acquired (all, where nothing tells); ``asked``
    are those that any project may have: of these alone is known which rules they break.
    """

    atlas: Atlas
    rule_book: RuleBook
    city: City
    as_of: dt.date
    parcels: Parcels
    is_ready: Mask
    asked: Longs

    @cached_property
    def ruled(self) -> Atlas:
        """The layers that the rules read, and no others: what a block is cut by."""
        roles = {role for rule in self.rule_book.in_force(self.as_of) for role in rule.needs}
        # built once: block after block asks for some rows of each
        layers = tuple(
            replace(layer, frame=layer.frame) if layer.is_usable else layer
            for layer in self.atlas.layers
            if layer.role in roles
        )
        return replace(self.atlas, layers=layers)

    @cached_property
    def ground(self) -> Ground:
        """All parcels, so that nobody's land is taken for a lane."""
        return Ground(self.parcels.geometries)

    @cached_property
    def owners(self) -> Longs:
        """Who holds each parcel, as a number; -1 where nobody knows."""
        column = self.city.suggest.ownership_column
        texts = self.parcels.texts.get(column, ("",) * len(self.parcels))
        names = {text: number for number, text in enumerate(sorted(set(texts) - {""}))}
        return np.array([names.get(text, -1) for text in texts], dtype=np.int64)

    def owners_of(self, members: Iterable[int]) -> int | None:
        """Return how many hold some parcels, an unknown one each; None without a column."""
        if not self.city.suggest.ownership_column:
            return None
        held = [int(self.owners[row]) for row in members]
        return len({owner for owner in held if owner >= 0}) + held.count(-1)

    @cached_property
    def _roads(self) -> tuple[Geometries, shapely.STRtree] | None:
        shapes = [
            shape
            for layer in self.atlas.by_role("road")
            if layer.is_usable and layer.frame is not None
            for shape in layer.frame.geometry
            if has_shape(shape)
        ]
        roads = as_array(shapes)
        return (roads, shapely.STRtree(roads)) if shapes else None

    @cached_property
    def road_reach_m(self) -> float:
        """How far off a road a side may lie to be on it."""
        drawn = as_array([]) if self._roads is None else shapely.get_dimensions(self._roads[0])
        return FRONT_OF_LINE_M if np.any(np.asarray(drawn) == 1) else ROAD_REACH_M

    def roads_near(self, outline: BaseGeometry) -> Geometries | None:
        """Return what lies of the roads about an outline; None without a road layer."""
        if self._roads is None:
            return None
        roads, tree = self._roads
        west, south, east, north = outline.bounds
        reach = ROADS_WITHIN_M
        box = shapely.box(west - reach, south - reach, east + reach, north + reach)
        near = np.sort(tree.query(box, predicate="intersects"))
        pieces: Geometries = shapely.intersection(roads[near], box)
        return pieces[~shapely.is_empty(pieces)]

    @cached_property
    def _broken(self) -> tuple[Broken, ...]:
        """What prohibited rules find on the parcels asked about."""
        rules = [
            rule
            for rule in self.rule_book.in_force(self.as_of)
            if rule.severity is Severity.PROHIBITED and is_decidable(rule)
        ]
        shapes = self.parcels.geometries[self.asked]
        ids = tuple(self.parcels.ids[row] for row in self.asked.tolist())
        land = Land(ids, Prepared(shapes), self.parcels.areas_m2[self.asked], self.asked)
        return broken_by(rules, self.atlas, land, self.rule_book) if len(shapes) else ()

    def is_barred(self, project: Project) -> Mask:
        """True for parcels on which a prohibited rule is broken for certain."""
        return self._spread(
            [each.is_hit & each.is_sure for each in self._broken if each.rule.applies_to(project)]
        )

    def is_touched(self, project: Project) -> Mask:
        """True for parcels on which a prohibited rule finds anything."""
        return self._spread([b.is_hit for b in self._broken if b.rule.applies_to(project)])

    def _spread(self, masks: list[Mask]) -> Mask:
        spread = np.zeros(len(self.parcels), dtype=bool)
        for mask in masks:
            spread[self.asked[mask]] = True
        return spread
