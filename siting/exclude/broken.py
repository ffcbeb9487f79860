"""On which parcels a rule is broken for certain, so that the engine need not be asked.

A verdict is a conflict when one finding is no sliver. What is a sliver is told by the width of a
drawn piece, and nothing is drawn here: the width 2·area/perimeter is bounded from below, for the
edge of a piece is part of the parcel's edge and of the edges of the features about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.exclude.land import Land
from siting.exclude.measuring import columns_of
from siting.exclude.setting import Setting, shapes_of
from siting.exclude.table import layers_by_role
from siting.model import Atlas
from siting.overlay.cover import hits_of
from siting.rulebook import RuleBook
from siting.rules.base import Rule
from siting.rules.inside import InsideRule
from siting.rules.overlap import OverlapRule, matching
from siting.rules.setback import SetbackRule

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: A width is sure to be over a rule's sliver width when it is by this factor: what rounding may
#: do to areas and lengths of pieces of whole square metres is far less.
SURE_FACTOR = 1.01


@dataclass(frozen=True, eq=False, slots=True)
class Broken:
    """One rule over all parcels: where it has a finding, and where that is surely a conflict."""

    rule: Rule
    is_hit: Mask
    is_sure: Mask


def is_decidable(rule: Rule) -> bool:
    """True for kinds whose findings do not depend on the project and have the rule's severity."""
    return isinstance(rule, (OverlapRule, InsideRule, SetbackRule))


def broken_by(
    rules: Sequence[Rule], atlas: Atlas, land: Land, rule_book: RuleBook
) -> tuple[Broken, ...]:
    """Return where rules that are :func:`is_decidable` are broken, in the order given."""
    setting = Setting(land, layers_by_role(atlas), rule_book.crosswalks)
    return tuple(_broken(rule, setting) for rule in rules)


def _broken(rule: Rule, setting: Setting) -> Broken:
    if isinstance(rule, OverlapRule) and setting.usable(rule):
        return _overlapped(rule, setting)
    (column,) = columns_of(rule, setting)
    is_hit = column.cells.is_hit
    is_certain = rule.has_zero_tolerance or not isinstance(rule, InsideRule)
    if is_certain or not rule.sliver_width_m or not is_hit.any():
        return Broken(rule, is_hit, is_hit)
    # the outside part is one finding; its edge is the parcel's and that of all that meets it
    least_m2 = np.nan_to_num(column.cells.excluded_m2 - column.cells.bound_m2)
    shapes = shapes_of(setting.usable(rule))
    feature, parcel = setting.tree.query(shapes, predicate="intersects")
    edges_m = shapely.length(setting.land.geometries)
    edges_m += np.bincount(parcel, shapely.length(shapes)[feature], minlength=len(setting.land))
    return Broken(rule, is_hit, is_hit & _is_wide(least_m2, edges_m, rule))


def _overlapped(rule: OverlapRule, setting: Setting) -> Broken:
    layers = setting.usable(rule)
    keep = np.concatenate([matching(layer, rule.where)[0] for layer in layers])
    shapes = shapes_of(layers)[keep]
    hits = hits_of(shapes, setting.land.parcels, threads=setting.threads)
    count = len(setting.land)
    is_hit = np.bincount(hits.parcel, minlength=count) > 0
    if rule.has_zero_tolerance or not rule.sliver_width_m:
        return Broken(rule, is_hit, is_hit)
    edges_m = shapely.length(setting.land.geometries)[hits.parcel]
    edges_m += shapely.length(shapes)[hits.feature]
    is_wide = _is_wide(hits.area_m2 - hits.bound_m2, edges_m, rule) & ~hits.is_disputed
    return Broken(rule, is_hit, np.bincount(hits.parcel[is_wide], minlength=count) > 0)


def _is_wide(least_m2: Floats, edges_m: Floats, rule: Rule) -> Mask:
    """True where a piece of at least an area, with at most an edge, is no sliver."""
    wide: Mask = 2.0 * least_m2 >= SURE_FACTOR * rule.sliver_width_m * edges_m
    return wide
