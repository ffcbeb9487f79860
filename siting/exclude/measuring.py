"""One rule over all parcels, kind by kind: the same ground as its verdicts, as arrays."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from siting.exclude.records import UNPLANNED, Cells, Column
from siting.exclude.setting import Setting, shapes_of
from siting.exclude.zones import setback_cells
from siting.model import Text
from siting.overlay import uncovered
from siting.overlay.cover import Hits, covered, hits_of
from siting.overlay.kernel.measure import Prepared
from siting.overlay.pairs import TOUCH_AREA_M2, prepared
from siting.rules.base import Rule
from siting.rules.inside import InsideRule
from siting.rules.overlap import OverlapRule, matching
from siting.rules.setback import SetbackRule
from siting.rules.zoning import ZoningRule

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A parcel's own area, by GEOS's shoelace sum about its first vertex, may be off by this share.
AREA_ROUNDING = 2.0**-44


def bears_on_land(rule: Rule) -> bool:
    """True when a rule excludes land by where it lies, whatever stands or is drawn on it."""
    return isinstance(rule, (OverlapRule, InsideRule, SetbackRule, ZoningRule))


def columns_of(rule: Rule, setting: Setting) -> Iterator[Column]:
    """Yield the columns of a rule that :func:`bears_on_land`: one, or for zoning one per use."""
    layers = setting.usable(rule)
    gaps = setting.gaps(rule)
    hashes = setting.hashes(rule)
    vouched = setting.is_vouched(rule) & (not gaps)
    if not layers or (gaps and not rule.finds_by_layer):
        yield Column(rule, "", _nothing(len(setting.land)), gaps, hashes)
        return
    if isinstance(rule, ZoningRule):
        for variant, cells, more in _zoning(rule, setting, vouched):
            yield Column(rule, variant, cells, (*gaps, *more), hashes)
        return
    cells, more = _cells(rule, setting, vouched)
    yield Column(rule, "", cells, (*gaps, *more), hashes)


def _cells(rule: Rule, setting: Setting, vouched: Mask) -> tuple[Cells, tuple[Text, ...]]:
    if isinstance(rule, SetbackRule):
        return setback_cells(rule, setting, vouched), ()
    if isinstance(rule, OverlapRule):
        return _overlap(rule, setting, vouched)
    shapes = prepared(shapes_of(setting.usable(rule)))
    hits = hits_of(shapes, setting.land.parcels, threads=setting.threads)
    return _bare(setting, hits, shapes, vouched), ()


def _nothing(count: int) -> Cells:
    no = np.zeros(count, dtype=bool)
    empty = np.full(count, np.nan)
    return Cells(empty, empty, no, ~no, no)


def _overlap(rule: OverlapRule, setting: Setting, vouched: Mask) -> tuple[Cells, tuple[Text, ...]]:
    layers = setting.usable(rule)
    kept = [matching(layer, rule.where) for layer in layers]
    gaps = tuple(gap for _, missing in kept for gap in missing)
    shapes = prepared(shapes_of(layers)[np.concatenate([keep for keep, _ in kept])])
    hits = hits_of(shapes, setting.land.parcels, threads=setting.threads)
    return under(setting, hits, shapes, vouched & (not gaps)), gaps


def under(setting: Setting, hits: Hits, shapes: Prepared, vouched: Mask) -> Cells:
    """Return the cells of a rule that keeps the union of shapes free."""
    area = covered(hits, shapes, setting.land.parcels, threads=setting.threads)
    is_hit = np.bincount(hits.parcel, minlength=len(setting.land)) > 0
    return Cells(area.area_m2, area.bound_m2, is_hit, ~vouched, area.is_disputed)


def _bare(setting: Setting, hits: Hits, shapes: Prepared, vouched: Mask) -> Cells:
    """Return the cells of a rule that wants parcels under the union of shapes."""
    own_m2 = setting.land.areas_m2
    area = covered(hits, shapes, setting.land.parcels, threads=setting.threads)
    bare_m2 = own_m2 - area.area_m2
    bound_m2 = area.bound_m2 + AREA_ROUNDING * own_m2
    is_disputed = area.is_disputed.copy()
    # the side of a touch is never left to a bound: asked as the rule itself asks
    for row in np.flatnonzero(np.abs(bare_m2 - TOUCH_AREA_M2) <= bound_m2):
        first, last = np.searchsorted(hits.parcel, (row, row + 1))
        cover = shapes.geometries[hits.feature[first:last]]
        bare = uncovered(setting.land.geometries[row], cover)
        bare_m2[row] = bare.area_m2
        is_disputed[row] |= bare.is_disputed
    is_hit = bare_m2 > TOUCH_AREA_M2
    return Cells(
        np.where(is_hit, bare_m2, 0.0),
        np.where(is_hit, bound_m2, np.minimum(bound_m2, TOUCH_AREA_M2)),
        is_hit,
        ~vouched,
        is_disputed,
    )


def _zoning(
    rule: ZoningRule, setting: Setting, vouched: Mask
) -> Iterator[tuple[str, Cells, tuple[Text, ...]]]:
    """Yield the columns of a zoning rule: one per use of its table, and the unplanned land."""
    layers = setting.usable(rule)
    told = [rule.codes_of(layer, setting.crosswalks) for layer in layers]
    gaps = tuple(codes for codes in told if isinstance(codes, Text))
    known = [(layer, codes) for layer, codes in zip(layers, told, strict=True)
             if not isinstance(codes, Text)]  # fmt: skip
    shapes = prepared(shapes_of([layer for layer, _ in known]))
    codes = [code for _, some in known for code in some]
    hits = hits_of(shapes, setting.land.parcels, threads=setting.threads)
    is_coded = np.array([code is not None for code in codes], dtype=bool)[hits.feature]
    vouched = vouched & (not gaps)
    vouched[hits.parcel[~is_coded]] = False
    for use, zones in rule.allows:
        fits = [code is None or code.startswith(zones + rule.open_zones) for code in codes]
        is_foreign = ~np.array(fits, dtype=bool)[hits.feature]
        yield use, under(setting, hits.where(is_foreign), shapes, vouched), gaps
    bare = [_bare_of_layer(setting, hits, shapes, place) for place in _spans(known)]
    yield UNPLANNED, _joined(bare, setting, vouched), gaps


def _spans(known: Sequence[tuple[object, list[str | None]]]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *(len(codes) for _, codes in known)]).tolist()
    return list(itertools.pairwise(ends))


def _bare_of_layer(setting: Setting, hits: Hits, shapes: Prepared, span: tuple[int, int]) -> Cells:
    is_ours = (hits.feature >= span[0]) & (hits.feature < span[1])
    return _bare(setting, hits.where(is_ours), shapes, np.ones(len(setting.land), dtype=bool))


def _joined(parts: list[Cells], setting: Setting, vouched: Mask) -> Cells:
    """Return the cells of what is bare in any layer: a rule asks each layer by itself.

    The union of the layers' bare land lies between the largest and the sum.
    """
    if not parts:
        return _nothing(len(setting.land))
    areas = np.stack([part.excluded_m2 for part in parts])
    least = areas.max(axis=0)
    most = np.minimum(areas.sum(axis=0), setting.land.areas_m2)
    return Cells(
        np.maximum(most, least),
        np.sum([part.bound_m2 for part in parts], axis=0) + np.maximum(most - least, 0.0),
        np.any([part.is_hit for part in parts], axis=0),
        ~vouched,
        np.any([part.is_disputed for part in parts], axis=0),
    )
