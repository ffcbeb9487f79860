"""Setbacks as land: the zone that each structure keeps free, between two drawn outlines.

A zone is curved, and no polygon is it. Each is drawn twice: *wide*, so that it holds the whole
zone, and *tight*, so that the zone holds it. The cell says the wide area, and its bound reaches
down to the tight one. Which parcels are hit is decided by distance, as the rule itself does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.exclude.records import Cells
from siting.exclude.setting import Setting, shapes_of
from siting.model import Layer
from siting.overlay import distances_within
from siting.overlay.cover import Covered, Hits, covered, hits_of
from siting.overlay.kernel.measure import Prepared
from siting.overlay.pairs import prepared
from siting.rules.attributes import match_row
from siting.rules.setback import SetbackRule, attributes_of

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
Geometries = NDArray[np.object_]

#: Distances of GEOS closer than this to a setback are no answer; it errs by a millionth of that.
CLOSE_M = 1e-4
#: Segments per quarter circle. Chords of an arc of radius r lie up to r·(1 - cos(π/4/64)) within
#: it: 4.5 mm at 60 m.
QUARTER_SEGMENTS = 64
#: A polygon of such chords about a circle that is wider by this factor holds the circle.
WIDENING = 1.0 / math.cos(math.pi / 4 / QUARTER_SEGMENTS)
#: GEOS leaves out vertices in hollows of a line that are shallower than this share of the
#: distance (its BufferParameters' simplify factor), and so draws a zone up to so much too wide.
HOLLOW_SHARE = 0.01
#: A hollow of less than this share of the distance is a straight line, rounded: a hundred such
#: vertices in a row are a hollow of about 1 mm at 100 m.
STRAIGHT_SHARE = 1e-8


@dataclass(frozen=True, eq=False, slots=True)
class Zones:
    """The structures that keep a known distance; their zones drawn wide and tight."""

    structures: Geometries
    distances_m: Floats
    wide: Geometries
    tight: Geometries

    @classmethod
    def of(cls, structures: Geometries, distances_m: Floats) -> Zones:
        """Draw the zones of structures, metres from the drawn geometry."""
        shrink = np.where(_has_hollow(structures, distances_m), 1.0 - HOLLOW_SHARE, 1.0)
        return cls(
            structures,
            distances_m,
            wide_zones(structures, distances_m),
            shapely.buffer(structures, distances_m * shrink, quad_segs=QUARTER_SEGMENTS),
        )


def wide_zones(structures: Geometries, distances_m: Floats) -> Geometries:
    """Draw the zones of structures so that they hold all land nearer than these metres."""
    zones: Geometries = np.asarray(
        shapely.buffer(structures, distances_m * WIDENING, quad_segs=QUARTER_SEGMENTS), dtype=object
    )
    return zones


def setback_cells(rule: SetbackRule, setting: Setting, vouched: Mask) -> Cells:
    """Return the cells of a setback rule; see :class:`Zones` for the areas and their bounds."""
    layers = setting.usable(rule)
    shapes, distances_m = shapes_of(layers), distances_of(rule, layers)
    unknown = np.isnan(distances_m)
    near = _within(setting, shapes[unknown], np.full(int(unknown.sum()), rule.reach_m))
    vouched = vouched.copy()
    vouched[near.parcel] = False
    keeps = ~unknown & (np.nan_to_num(distances_m) > 0)
    zones = Zones.of(shapes[keeps], distances_m[keeps])
    tight_zones, wide_zones = prepared(zones.tight), prepared(zones.wide)
    tight = hits_of(tight_zones, setting.land.parcels, threads=setting.threads)
    hit = _nearer(setting, zones, tight)
    wide = hits_of(wide_zones, setting.land.parcels, threads=setting.threads)
    # GEOS may draw a zone too wide: what lies farther off is none of it
    is_true = np.isin(_keys(wide, len(shapes)), _keys(hit, len(shapes)))
    most = _area(setting, wide.where(is_true), wide_zones)
    least = _area(setting, tight, tight_zones)
    is_hit = np.bincount(hit.parcel, minlength=len(setting.land)) > 0
    area_m2 = np.minimum(most.area_m2, setting.land.areas_m2)
    return Cells(
        area_m2,
        np.maximum(area_m2 - least.area_m2, 0.0) + least.bound_m2 + most.bound_m2,
        is_hit,
        ~vouched,
        most.is_disputed | least.is_disputed,
    )


def _area(setting: Setting, hits: Hits, zones: Prepared) -> Covered:
    return covered(hits, zones, setting.land.parcels, threads=setting.threads)


def distances_of(rule: SetbackRule, layers: Sequence[Layer]) -> Floats:
    """Return the setback of each structure of usable layers; NaN where it fits no row."""
    found: list[float] = []
    for layer in layers:
        count = 0 if layer.frame is None else len(layer.frame)
        attributes = attributes_of(layer, rule.rows, np.arange(count))
        rows = [match_row(rule.rows, attributes[position]) for position in range(count)]
        found.extend(math.nan if row is None else row.total_m for row in rows)
    return np.array(found, dtype=np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class _Couples:
    parcel: Longs
    feature: Longs


def _keys(couples: Hits | _Couples, features: int) -> Longs:
    keys: Longs = couples.parcel * max(features, 1) + couples.feature
    return keys


def _within(setting: Setting, structures: Geometries, distances_m: Floats) -> _Couples:
    # the tree tests its input prepared: the long structures ask, the small parcels are indexed
    feature, parcel = setting.tree.query(structures, predicate="dwithin", distance=distances_m)
    return _Couples(parcel.astype(np.int64), feature.astype(np.int64))


def _nearer(setting: Setting, zones: Zones, tight: Hits) -> _Couples:
    """Return the couples nearer than the setback; in a tight zone they are, else it is measured."""
    near = _within(setting, zones.structures, zones.distances_m + CLOSE_M)
    count = len(zones.structures)
    is_sure = np.isin(_keys(near, count), _keys(tight, count))
    doubtful = np.flatnonzero(~is_sure)
    wanted_m = zones.distances_m[near.feature[doubtful]]
    outlines = setting.land.geometries[near.parcel[doubtful]]
    structures = zones.structures[near.feature[doubtful]]
    distances = shapely.distance(outlines, structures)
    is_sure[doubtful] = distances < wanted_m
    for at in np.flatnonzero(np.abs(distances - wanted_m) <= CLOSE_M):
        # the side of a limit is told as the rule tells it: by the kernel, or exactly
        pair, limit_m = (outlines[[at]], structures[[at]]), float(wanted_m[at])
        exact = distances_within(*pair, limit_m + 1.0, limits_m=(limit_m,), witness="doubtful")
        is_sure[doubtful[at]] = bool((exact.distance_m < limit_m).any())
    return _Couples(near.parcel[is_sure], near.feature[is_sure])


def _has_hollow(structures: Geometries, distances_m: Floats) -> Mask:
    """True for structures with a vertex that GEOS may leave out: see :data:`HOLLOW_SHARE`."""
    parts, owner = shapely.get_parts(structures, return_index=True)
    rings, of_part = _lines(parts)
    start, middle, end, line = _corners(rings)
    chord = end - start
    length = np.hypot(chord[:, 0], chord[:, 1])
    off = middle - start
    cross = np.abs(chord[:, 0] * off[:, 1] - chord[:, 1] * off[:, 0])
    depth_m = np.divide(cross, length, out=np.full(len(length), np.inf), where=length > 0)
    of_middle = owner[of_part[line]]
    limit_m = distances_m[of_middle]
    is_shallow = (depth_m < HOLLOW_SHARE * limit_m) & (depth_m > STRAIGHT_SHARE * limit_m)
    found = np.zeros(len(structures), dtype=bool)
    found[of_middle[is_shallow]] = True
    return found


def _corners(lines: Geometries) -> tuple[Floats, Floats, Floats, Longs]:
    """Return every three vertices in a row of lines, over the start of closed ones too."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    count = len(xy)
    at = np.arange(count)
    firsts = np.flatnonzero(np.diff(line, prepend=-1))
    lasts = np.append(firsts, count)[1:] - 1
    ahead, behind = at + 1, at - 1
    ahead[lasts], behind[firsts] = firsts + 1, lasts - 1
    is_closed = (xy[firsts] == xy[lasts]).all(axis=1)
    is_corner = np.ones(count, dtype=bool)
    is_corner[lasts] = False
    is_corner[firsts[~is_closed]] = False
    middle = at[is_corner]
    return xy[behind[middle]], xy[middle], xy[ahead[middle]], line[middle]


def _lines(parts: Geometries) -> tuple[Geometries, Longs]:
    """Return the lines and rings of simple geometries, and the part of each."""
    is_polygon = shapely.get_type_id(parts) == 3
    rings, of_polygon = shapely.get_rings(parts[is_polygon], return_index=True)
    polygons, others = np.flatnonzero(is_polygon), np.flatnonzero(~is_polygon)
    lines = np.concatenate([rings, parts[others]])
    owner: Longs = np.concatenate([polygons[of_polygon], others]).astype(np.int64)
    return lines, owner
