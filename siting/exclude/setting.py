"""What all columns of a table share: the parcels, the layers, and what coverage vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.exclude.land import Land
from siting.model import Layer, Text
from siting.overlay.cover import outside_m2
from siting.rules.base import Rule, layer_gaps, wholes

Mask = NDArray[np.bool_]
Geometries = NDArray[np.object_]

#: What the edge of a coverage is cut into, so that a parcel meets a short piece of it.
_EDGE_POINTS = 32


@dataclass(eq=False, slots=True)
class Setting:
    """The land, the layers by role, and the crosswalks; remembers what was asked of coverages."""

    land: Land
    layers: Mapping[str, tuple[Layer, ...]]
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]]
    threads: int = 1
    _tree: shapely.STRtree | None = None
    _outside: dict[tuple[bytes, float], Mask] = field(default_factory=dict)

    @property
    def tree(self) -> shapely.STRtree:
        """An index of the parcels, made when it is first asked for."""
        if self._tree is None:
            self._tree = shapely.STRtree(self.land.geometries)
        return self._tree

    def usable(self, rule: Rule) -> tuple[Layer, ...]:
        """Return the layers that the rule looks at and that have rows at hand."""
        return tuple(
            layer for role in rule.needs for layer in self.layers.get(role, ()) if layer.is_usable
        )

    def hashes(self, rule: Rule) -> dict[str, str]:
        """Return the content hash of each layer that the rule looks at, by name."""
        return {layer.name: layer.content_sha256 for layer in self.usable(rule)}

    def gaps(self, rule: Rule) -> tuple[Text, ...]:
        """Return what is missing for the whole city; see :func:`siting.rules.base.layer_gaps`."""
        return tuple(
            gap for role in rule.needs for gap in layer_gaps(role, self.layers.get(role, ()))
        )

    def is_vouched(self, rule: Rule) -> Mask:
        """True for parcels that, grown by the rule's reach, lie in every layer's coverage."""
        vouched = np.ones(len(self.land), dtype=bool)
        for layer in wholes(self.usable(rule)):
            if layer.coverage is not None:
                vouched &= ~self.outside(layer.coverage, rule.reach_m)
        return vouched

    def outside(self, coverage: BaseGeometry, reach_m: float) -> Mask:
        """True for parcels that, grown by `reach_m`, leave a coverage: as a verdict is told.

        Only parcels near its edge are grown; of all others one point says where they are.
        """
        key = shapely.to_wkb(coverage), reach_m
        if key not in self._outside:
            self._outside[key] = self._measured_outside(coverage, reach_m)
        return self._outside[key]

    def _measured_outside(self, coverage: BaseGeometry, reach_m: float) -> Mask:
        shapes = self.land.geometries
        shapely.prepare(coverage)
        edges = _pieces(shapely.boundary(coverage))
        near = np.unique(self.tree.query(edges, predicate="dwithin", distance=reach_m)[1])
        first = shapely.points(_first_points(shapes))
        outside: Mask = ~np.asarray(shapely.covers(coverage, first))
        outside[near] = False
        bare = outside_m2(shapes[near], coverage, reach_m)
        outside[near[np.array(sorted(bare), dtype=np.int64)]] = True
        return outside


def _first_points(shapes: Geometries) -> NDArray[np.float64]:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.asarray(xy[np.searchsorted(owner, np.arange(len(shapes)))], dtype=np.float64)


def _pieces(boundary: BaseGeometry) -> Geometries:
    """Return a boundary as short lines, for a tree would test every parcel with all of it."""
    step = _EDGE_POINTS - 1
    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(boundary)]
    return np.array(
        [
            shapely.LineString(xy[at : at + _EDGE_POINTS])
            for xy in lines
            for at in range(0, len(xy) - 1, step)
        ],
        dtype=object,
    )


def shapes_of(layers: Sequence[Layer]) -> Geometries:
    """Return the geometries of usable layers, one after the other."""
    shapes = [
        np.asarray(layer.frame.geometry.array, dtype=object)
        for layer in layers
        if layer.frame is not None
    ]
    return np.concatenate([np.array([], dtype=object), *shapes])
