"""``uncovered``: what a set of polygons leaves bare of a red line, with a proven bound.

Where the polygons do not overlap each other the bare area is area(A) less Σ area(A ∩ Bᵢ), and the
kernel's bounds add up; where they do, by O together, it lies between that and O more (the
inequality of Bonferroni). GEOS draws the bare part and is the witness; exact arithmetic decides
where they disagree.
"""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.overlay.exact_bare import exact_bare_area_m2
from siting.overlay.kernel import measure
from siting.overlay.kernel.layout import Rings, rings_of
from siting.overlay.kernel.records import BOUND_SLACK, UNIT_ROUNDOFF, Longs
from siting.overlay.pairs import TOUCH_AREA_M2, Witness
from siting.overlay.polygons import polygons_only
from siting.overlay.witness import (
    ORACLE_ROUNDING,
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Floats,
    Geometries,
)

log = logging.getLogger(__name__)

#: Up to this bound the kernel's area is the sharpest; it is exceeded where polygons overlap.
SHARP_M2 = 1e-6
#: So many polygons are compared with each other at once; more of them only where the sum of
#: their areas and the overlay differ, for that takes a hundred times as long as the overlay.
FEW = 4
#: A tenth of a touch: what sum and overlay may differ by, and the rest is settled.
AGREED_M2 = TOUCH_AREA_M2 / 10
#: Whether polygons overlap each other is looked at while their pairs of edges are no more: a
#: second's work. Two shores of a large lake are not compared edge by edge for one red line.
MOST_EDGE_PAIRS = 1_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Bare:
    """The bare part of a polygon (polygons, maybe empty) and its area.

    ``area_m2`` is off by ``bound_m2`` at most: nanometres of an outline where the polygons do
    not overlap each other, wide where they do or where many were not compared, infinite
    where two ways disagree and nothing is proven. ``is_disputed``: kernel, float overlay and
    overlay on a grid did not agree; the area is the exact one, else the kernel's where that
    is proven, else the larger.
    """

    geometry: BaseGeometry
    area_m2: float
    bound_m2: float
    is_disputed: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Known:
    """What the kernel knows: the bare area if nothing overlaps, and how far it may be off.

    ``least_doubt_m2`` if none of those that lie ``on`` the red line overlaps another.
    """

    middle_m2: float
    doubt_m2: float
    least_doubt_m2: float
    on: NDArray[np.int64]
    is_compared: bool


def uncovered(
    subject: BaseGeometry,
    cover: Geometries,
    *,
    witness: Witness = "found",
    measured: tuple[Floats, Floats] | None = None,
) -> Bare:
    """Return the part of a valid polygon that a set of polygons leaves bare.

    Parameters
    ----------
    subject
        A valid polygon (a red line), metres.
    cover
        Valid polygons of the same plane that may cover it; they may touch and overlap each
        other.
    witness
        ``all`` asks GEOS also where the kernel proves that nothing, or nothing more than a
        touch, is left bare, and compares all polygons with each other; all other words ask
        it about every bare part.
    measured
        The areas of the cover on the subject with their bounds, m², where they are known.

    Returns
    -------
    Bare
        Of what is proven to be no more than a touch no geometry is made.
    """
    known = _measured(subject, cover, measured)
    if witness == "all" or len(known.on) <= FEW:
        known = _compared(known, cover)
    return _bare(subject, cover, known, witness)


def uncovered_each(
    subjects: Geometries,
    shapes: Geometries,
    at: tuple[Longs, Longs],
    *,
    witness: Witness = "found",
    measured: tuple[Floats, Floats] | None = None,
) -> list[Bare]:
    """Return what :func:`uncovered` says of each of many polygons, measured all at once.

    Parameters
    ----------
    subjects, shapes
        Valid polygons of one plane, metres: what may be bare, and what may cover it.
    at
        Which shapes are the cover of which subject: index into both, pair by pair, sorted, no
        pair twice. What a subject is not paired with does not cover it.
    witness
        As for :func:`uncovered`.
    measured
        The area of each pair with its bound, m², where they are known.
    """
    known = _known_each(subjects, shapes, at, measured)
    begins, ends = _runs(at[0], len(subjects))
    covers = [at[1][begin:end] for begin, end in zip(begins, ends, strict=True)]
    if witness != "all":
        _compare_few(known, shapes, covers)
    bare = []
    for subject, each, cover in zip(subjects, known, covers, strict=True):
        polygons = shapes[cover]
        if witness == "all" and not each.is_compared:
            each = _compared(each, polygons)  # noqa: PLW2901 - what is known of it grows
        bare.append(_bare(subject, polygons, each, witness))
    return bare


def bare_areas_m2(subjects: Geometries, covers: Geometries) -> Floats:
    """Return the area that one cover each leaves bare of polygons, m²: for what is not drawn.

    GEOS and exact arithmetic are asked where the kernel's bound says too little, or a touch is
    in doubt. Arguments as for :func:`uncovered`, but pair by pair.
    """
    every = np.arange(len(subjects))
    areas_m2 = np.empty(len(subjects))
    for row, known in enumerate(_known_each(subjects, covers, (every, every), None)):
        # one polygon does not overlap itself
        doubt_m2 = min(known.doubt_m2, known.least_doubt_m2)
        areas_m2[row] = known.middle_m2
        if doubt_m2 > SHARP_M2 or abs(known.middle_m2 - TOUCH_AREA_M2) <= doubt_m2:
            areas_m2[row] = uncovered(subjects[row], covers[row : row + 1]).area_m2
    return areas_m2


def _bare(subject: BaseGeometry, cover: Geometries, known: _Known, witness: Witness) -> Bare:
    """Return the bare part by what the kernel knows of it, and by what GEOS draws."""
    middle_m2, doubt_m2 = known.middle_m2, known.doubt_m2
    if witness != "all" and middle_m2 + doubt_m2 <= TOUCH_AREA_M2:
        return Bare(shapely.Polygon(), middle_m2, doubt_m2, is_disputed=False)
    if not len(cover):
        return Bare(subject, middle_m2, doubt_m2, is_disputed=False)
    drawn = [_drawn(subject, cover, grid_size) for grid_size in (None, WITNESS_GRID_M)]
    told = [np.nan if each is None else float(shapely.area(each)) for each in drawn]
    if not known.is_compared:
        if drawn[0] is not None and _are_one(told, middle_m2):
            return Bare(polygons_only(drawn[0]), told[0], doubt_m2, is_disputed=False)
        known = _compared(known, cover)
        doubt_m2 = known.doubt_m2
    is_disputed = _are_apart(told, middle_m2, doubt_m2)
    area_m2, bound_m2 = middle_m2, doubt_m2
    if doubt_m2 > SHARP_M2 and not is_disputed:
        # polygons that overlap a little: the float overlay is nearer than the interval's middle
        area_m2, bound_m2 = told[0], abs(told[0] - middle_m2) + doubt_m2
    if is_disputed or abs(area_m2 - TOUCH_AREA_M2) <= min(bound_m2, WITNESS_TOLERANCE_M2):
        area_m2, bound_m2 = _settled(subject, cover, told, (area_m2, bound_m2))
    pieces = [each for each in drawn if each is not None] or [subject]
    piece = min(pieces, key=lambda each: abs(float(shapely.area(each)) - area_m2))
    return Bare(polygons_only(piece), area_m2, bound_m2, is_disputed)


def _are_one(told: list[float], middle_m2: float) -> bool:
    """True when kernel and overlays agree so well that the polygons overlap by nothing.

    By what they overlap each other the kernel's sum would fall short of what is bare.
    """
    is_near = abs(told[0] - middle_m2) <= AGREED_M2
    is_witnessed = abs(told[0] - told[1]) <= WITNESS_TOLERANCE_M2
    return is_near and is_witnessed and ((told[0] > TOUCH_AREA_M2) == (middle_m2 > TOUCH_AREA_M2))


def _are_apart(told: list[float], middle_m2: float, doubt_m2: float) -> bool:
    """True when the two overlays differ, or one of them and what the kernel has proven."""
    tolerance = max(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * max(told))
    # never true of NaN, so where GEOS gives up there is a dispute
    is_one = abs(told[0] - told[1]) <= tolerance
    return not (is_one and all(abs(each - middle_m2) <= doubt_m2 + tolerance for each in told))


def _settled(
    subject: BaseGeometry, cover: Geometries, told: list[float], known: tuple[float, float]
) -> tuple[float, float]:
    """Return the exact area; where that would take too long the proven one, else the largest."""
    area_m2, bound_m2 = known
    exact = exact_bare_area_m2(subject, cover)
    if exact is not None:
        if abs(exact - area_m2) > bound_m2 + ORACLE_ROUNDING * exact:
            log.error(
                "the kernel's bare area (%.6f ± %.1e m²) is not the exact one (%.6f m²): "
                "the exact one counts; please report this",
                area_m2, bound_m2, exact,
            )  # fmt: skip
        return exact, ORACLE_ROUNDING * exact
    if bound_m2 <= WITNESS_TOLERANCE_M2:
        return known
    # nobody knows: what is left bare may not be made less than anyone says
    return (float(shapely.area(subject)) if np.isnan(told).any() else max(told)), np.inf


def _drawn(
    subject: BaseGeometry, cover: Geometries, grid_size: float | None
) -> shapely.Geometry | None:
    try:
        return shapely.difference(subject, shapely.union_all(cover), grid_size=grid_size)
    except shapely.errors.GEOSException:
        return None


def _measured(
    subject: BaseGeometry, cover: Geometries, measured: tuple[Floats, Floats] | None
) -> _Known:
    one = np.array([subject], dtype=object)
    if measured is None and len(cover):
        table = measure.areas(one, cover, floor_m2=-np.inf)
        areas, right = (table.area_m2, table.bound_m2), table.right
    else:
        areas, right = measured or (np.zeros(0), np.zeros(0)), np.arange(len(cover))
    return _known(_areas(one)[0], areas, right)


def _known_each(
    subjects: Geometries,
    shapes: Geometries,
    at: tuple[Longs, Longs],
    measured: tuple[Floats, Floats] | None,
) -> list[_Known]:
    """Return what the kernel knows of each subject; ``on`` counts within its own cover."""
    left, right, areas = at[0], np.arange(len(at[0])), measured
    if areas is None:
        table = measure.areas_of_pairs(subjects, shapes, at, floor_m2=-np.inf)
        left, areas = table.left, (table.area_m2, table.bound_m2)
        count = max(len(shapes), 1)
        right = np.searchsorted(at[0] * count + at[1], table.left * count + table.right)
    begins, ends = _runs(left, len(subjects))
    firsts, _ = _runs(at[0], len(subjects))
    return [
        _known(whole, (areas[0][begin:end], areas[1][begin:end]), right[begin:end] - first)
        for whole, begin, end, first in zip(_areas(subjects), begins, ends, firsts, strict=True)
    ]


def _runs(ascending: Longs, count: int) -> tuple[Longs, Longs]:
    """Return where each number below a count begins in ascending numbers, and where it ends."""
    every = np.arange(count)
    return np.searchsorted(ascending, every), np.searchsorted(ascending, every, side="right")


def _known(
    whole: tuple[float, float], measured: tuple[Floats, Floats], right: NDArray[np.int64]
) -> _Known:
    """Return what is known of a polygon by its area and those of its cover, with bounds."""
    (whole_m2, doubt_m2), (areas, bounds) = whole, measured
    if not len(areas):
        return _Known(whole_m2, doubt_m2, doubt_m2, on=np.zeros(0, np.int64), is_compared=True)
    # no area is less than nothing
    middle_m2 = max(whole_m2 - float(areas.sum()), 0.0)
    doubt_m2 += float(bounds.sum())
    sizes = whole_m2 + float(np.abs(areas).sum()) + doubt_m2
    doubt_m2 += BOUND_SLACK * UNIT_ROUNDOFF * (len(areas) + 2) * sizes
    # what surely lies on the red line; leaving the others out of the union adds their area
    is_on = areas > bounds
    doubt_m2 += float(np.maximum(areas[~is_on], 0.0).sum())
    # nor is it more than what the largest cover alone leaves
    alone_m2 = whole_m2 - float((areas - bounds).max(initial=0.0))
    widest_m2 = doubt_m2 + max(alone_m2 - middle_m2, 0.0)
    return _Known(middle_m2, widest_m2, doubt_m2, on=right[is_on], is_compared=False)


def _compared(known: _Known, cover: Geometries) -> _Known:
    """Return what is known once the polygons have been compared with each other."""
    return _with_overlap(known, _own_overlap_m2(cover[known.on]))


def _with_overlap(known: _Known, own_m2: float) -> _Known:
    """Return what is known once the polygons overlap each other by so much at most."""
    doubt_m2 = min(known.doubt_m2, known.least_doubt_m2 + own_m2)
    return replace(known, doubt_m2=doubt_m2, is_compared=True)


def _compare_few(known: list[_Known], shapes: Geometries, covers: list[Longs]) -> None:
    """Compare the polygons of each small cover with each other, every two of them once."""
    edges = shapely.get_num_coordinates(shapes).astype(float)
    few = [
        (row, covers[row][each.on])
        for row, each in enumerate(known)
        if len(each.on) <= FEW and not each.is_compared
    ]
    couples = {
        pair
        for _, on in few
        if not _are_many(edges[on])
        for pair in itertools.combinations(on.tolist(), 2)
    }
    most_m2: dict[tuple[int, int], float] = {}
    if couples:
        first, second = np.array(sorted(couples)).T
        table = measure.areas_of_pairs(shapes, shapes, (first, second), floor_m2=-np.inf)
        areas = np.maximum(table.area_m2, 0.0) + table.bound_m2
        pairs = zip(table.left.tolist(), table.right.tolist(), strict=True)
        most_m2 = dict(zip(pairs, areas.tolist(), strict=True))
    for row, on in few:
        every_two = itertools.combinations(on.tolist(), 2)
        own_m2 = BOUND_SLACK * sum(most_m2.get(pair, 0.0) for pair in every_two)
        known[row] = _with_overlap(known[row], np.inf if _are_many(edges[on]) else own_m2)


def _areas(polygons: Geometries) -> list[tuple[float, float]]:
    """Return the area of each polygon by the shoelace sum of each ring, and its bound."""
    rings = rings_of(polygons)
    is_exterior = np.zeros(len(rings.ring_vertices) - 1, dtype=bool)
    is_exterior[rings.part_rings[:-1]] = True
    first_ring = rings.part_rings[rings.feature_parts]
    return [
        _area(rings, range(begin, end), is_exterior)
        for begin, end in itertools.pairwise(first_ring.tolist())
    ]


def _area(rings: Rings, own: range, is_exterior: NDArray[np.bool_]) -> tuple[float, float]:
    total = doubt = 0.0
    for ring in own:
        xy = rings.xy[rings.ring_vertices[ring] : rings.ring_vertices[ring + 1]]
        x, y = (xy - xy[0]).T
        one_way, other_way = x[:-1] * y[1:], x[1:] * y[:-1]
        area = 0.5 * abs(float((one_way - other_way).sum()))
        total += area if is_exterior[ring] else -area
        # three roundings a product, one a difference, one a term of the sum; halved twice over
        doubt += (len(xy) + 8) * UNIT_ROUNDOFF * float((abs(one_way) + abs(other_way)).sum())
        doubt += len(own) * UNIT_ROUNDOFF * area
    return total, BOUND_SLACK * doubt


def _are_many(edges: Floats) -> bool:
    """True where comparing polygons of so many edges with each other is too much work."""
    return float(edges.sum() ** 2 - (edges**2).sum()) > 2 * MOST_EDGE_PAIRS


def _own_overlap_m2(cover: Geometries) -> float:
    """Return at most how much polygons overlap each other; infinite where that is too much work."""
    if _are_many(shapely.get_num_coordinates(cover).astype(float)):
        return np.inf
    most_m2 = 0.0
    for first in range(len(cover) - 1):
        table = measure.areas(cover[first : first + 1], cover[first + 1 :], floor_m2=-np.inf)
        most_m2 += float((np.maximum(table.area_m2, 0.0) + table.bound_m2).sum())
    return BOUND_SLACK * most_m2
