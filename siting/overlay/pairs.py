"""``pair_areas``: arrays of geometries in, a table of overlapping pairs and areas out.

The areas come from the kernel (`siting.overlay.kernel`), each with a proven error bound; GEOS
is the witness, and the exact oracle the judge. Coordinates are used as they are: shifting
them to a local origin before an overlay makes GEOS fail more often (689 of 80,000
near-coincident pairs wrong in small coordinates, none of 150,000 in full Gauss-Krüger
metres).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.errors import SitingError
from siting.overlay.ground import Ground
from siting.overlay.kernel import measure
from siting.overlay.kernel.measure import Prepared
from siting.overlay.kernel.records import AreaTable, Longs
from siting.overlay.polygons import areal, polygons_only
from siting.overlay.witness import (
    WITNESS_GRID_M,
    WITNESS_TOLERANCE_M2,
    WITNESS_TOLERANCE_SHARE,
    Floats,
    Geometries,
    Testimony,
    hear,
    intersections,
)

log = logging.getLogger(__name__)

#: Below this the overlap is the rounding of coordinates (0.1 mm × 1 m), not land.
TOUCH_AREA_M2 = 1e-4
#: One pair in so many is shown to the witnesses, whatever the kernel found.
SAMPLE_ONE_IN = 100


Witness = Literal["found", "doubtful", "all", "none"]
#: Of these, what a check of red lines may be asked for: a finding is never left unwitnessed
#: where its area, or that there is one, is in doubt.
CHECK_WITNESSES: tuple[Witness, ...] = ("found", "doubtful", "all")


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Overlapping pairs, sorted by left and right index; one entry per pair in each array.

    ``area_m2`` is off by ``bound_m2`` at most. ``is_disputed`` marks pairs on which kernel,
    float overlay, overlay on a grid and DE-9IM did not agree; their area is the exact
    oracle's, or the kernel's where the oracle could not be asked.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    bound_m2: NDArray[np.float64]
    is_disputed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)


def prepared(polygons: Geometries | Prepared) -> Prepared:
    """Return polygons laid out once for several questions; collections as their polygons."""
    return polygons if isinstance(polygons, Prepared) else Prepared(areal(polygons))


def pair_areas(
    left: Geometries | Prepared,
    right: Geometries | Prepared,
    *,
    witness: Witness = "found",
    limits_m2: tuple[float, ...] = (),
    threads: int = 1,
    at: tuple[Longs, Longs] | None = None,
) -> Pairs:
    """Return every pair of valid polygons that overlaps by more than a touch.

    Parameters
    ----------
    left, right
        Valid polygons in the same plane (metres); None and empty geometries never pair.
        Put the smaller set (the red lines) left. What is asked about several times as
        :func:`prepared` gives it; the rows of a layer, of which many will be measured, as a
        :class:`siting.overlay.Ground`.
    witness
        Which pairs GEOS and DE-9IM are asked about as well: ``found``, every pair that is
        returned, for what is shown as a finding; ``doubtful``, for bulk work, those whose
        area with its bound cannot be told from a touch or from one of `limits_m2`;
        ``all``, the audit, every pair whose boxes meet; ``none``, for measurements only. In
        the first two cases also one pair in ``SAMPLE_ONE_IN``, also of those without overlap.
    limits_m2
        Areas at which something is decided, so that the side of a limit is never left to
        rounding.
    threads
        Threads of the kernel; any number gives the same table.
    at
        Left and right index of the only pairs to be measured; all that meet without it.

    Returns
    -------
    Pairs
        Pairs with an area over ``TOUCH_AREA_M2``, in m² of the plane.

    Raises
    ------
    SitingError
        A coordinate is no finite number on the ground.
    """
    ours, theirs = prepared(left), prepared(right)
    floor_m2 = -np.inf if witness == "all" else TOUCH_AREA_M2
    one_in = SAMPLE_ONE_IN if witness in {"found", "doubtful"} else 0
    if at is not None:
        sides = ours.geometries, theirs.geometries
        table = measure.areas_of_pairs(*sides, at, floor_m2=floor_m2, one_in=one_in)
    elif isinstance(theirs, Ground):
        table = theirs.areas(ours, floor_m2=floor_m2, one_in=one_in, threads=threads)
    else:
        table = measure.areas(ours, theirs, floor_m2=floor_m2, one_in=one_in, threads=threads)
    is_asked = asked(table, witness, limits_m2)
    is_bulk = witness == "doubtful"
    return settled(table, (ours, theirs), is_asked, limits_m2, is_bulk=is_bulk)


def settled(
    table: AreaTable,
    sides: tuple[Prepared, Prepared],
    is_asked: NDArray[np.bool_],
    limits_m2: tuple[float, ...] = (),
    *,
    is_bulk: bool = False,
) -> Pairs:
    """Return the pairs of a table that overlap, those that `is_asked` marks after a hearing.

    Parameters
    ----------
    table
        What the kernel measured of the two `sides`.
    is_asked
        Which pairs GEOS, DE-9IM and, where they disagree, exact arithmetic decide on.
    limits_m2
        As for :func:`pair_areas`.
    is_bulk
        As for :func:`siting.overlay.witness.hear`.
    """
    left, right = sides
    areas, bounds = table.area_m2.copy(), table.bound_m2.copy()
    is_disputed = np.zeros(len(table), dtype=bool)
    if is_asked.any():
        heard = hear(
            (left.at(table.left[is_asked]), right.at(table.right[is_asked])),
            (areas[is_asked], bounds[is_asked]),
            limits_m2=(TOUCH_AREA_M2, *limits_m2),
            is_bulk=is_bulk,
        )
        areas[is_asked], bounds[is_asked] = heard.area_m2, heard.bound_m2
        is_disputed[is_asked] = heard.is_disputed
        _say(table, is_asked, heard)
    is_overlap = areas > TOUCH_AREA_M2
    return Pairs(
        table.left[is_overlap],
        table.right[is_overlap],
        areas[is_overlap],
        bounds[is_overlap],
        is_disputed[is_overlap],
    )


def asked(table: AreaTable, witness: Witness, limits_m2: tuple[float, ...]) -> NDArray[np.bool_]:
    """Return which pairs of a table the witnesses are asked about; see :func:`pair_areas`."""
    if witness == "none":
        return np.zeros(len(table), dtype=bool)
    if witness == "all":
        return np.ones(len(table), dtype=bool)
    asked = table.is_drawn.copy()
    if witness == "found":
        return asked | (table.area_m2 + table.bound_m2 > TOUCH_AREA_M2)
    for limit in (TOUCH_AREA_M2, *limits_m2):
        asked |= ~(np.abs(table.area_m2 - limit) > table.bound_m2)
    # a bound as wide as what witnesses may differ by proves nothing
    return asked | ~(table.bound_m2 < WITNESS_TOLERANCE_M2)


def _say(table: AreaTable, is_asked: NDArray[np.bool_], heard: Testimony) -> None:
    for position in np.flatnonzero(heard.is_kernel_wrong):
        pair = np.flatnonzero(is_asked)[position]
        log.error(
            "the kernel's area of pair %d, %d (%.6f ± %.1e m²) is not the exact one (%.6f m²): "
            "the exact one counts; please report this pair",
            table.left[pair], table.right[pair], table.area_m2[pair], table.bound_m2[pair],
            heard.area_m2[position],
        )  # fmt: skip


def overlap_area_m2(left: shapely.Geometry, right: shapely.Geometry) -> float:
    """Return the witnessed overlap area of two valid polygons, in m² of their plane.

    The kernel's area with its proven bound, the float overlay of GEOS, a second one on a
    1e-6 m grid, DE-9IM, and where they disagree exact rational arithmetic. Overlaps up to
    ``TOUCH_AREA_M2`` are the rounding of coordinates and count as 0.

    Raises
    ------
    SitingError
        A geometry is invalid, or no polygon: then no area means anything.

    Examples
    --------
    >>> overlap_area_m2(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10))
    50.0
    """
    for geometry in (left, right):
        if not shapely.is_valid(geometry) or int(shapely.get_dimensions(geometry)) != 2:
            raise SitingError(
                "the overlap of what is no valid polygon means nothing",
                expected="two valid polygons",
                found=f"{type(geometry).__name__}: {shapely.is_valid_reason(geometry)}",
                next_step="mend the geometry and ask again",
            )
    pairs = pair_areas(
        np.array([left], dtype=object), np.array([right], dtype=object), witness="all"
    )
    return float(pairs.area_m2[0]) if len(pairs) else 0.0


def overlap_geometries(left: Geometries, right: Geometries, pairs: Pairs) -> Geometries:
    """Return the polygonal part of each overlap, pair by pair (for what is shown).

    Parameters
    ----------
    left, right
        The arrays that `pairs` was made of.
    pairs
        From :func:`pair_areas`, with any witness. What the float overlay draws is measured:
        where it differs from the pair's area by more than witnesses may, or the pair is
        disputed, the overlay on a grid is drawn as well, and the one that comes nearer is
        shown. Where neither comes near, that is logged: the area counts, not the drawing.
    """
    outlines, shapes = left[pairs.left], right[pairs.right]
    pieces = intersections(outlines, shapes)
    # true of NaN too: a pair on which GEOS gave up
    is_off = ~(_misfit_m2(pieces, pairs.area_m2) <= _tolerance_m2(pairs.area_m2))
    for position in np.flatnonzero(pairs.is_disputed | is_off):
        at = [position]
        witness = intersections(outlines[at], shapes[at], grid_size=WITNESS_GRID_M)
        drawn = np.array([pieces[position], witness[0]], dtype=object)
        drawn = drawn[~shapely.is_missing(drawn)]
        # the whole outline is for a pair that nobody could draw
        drawn = drawn if len(drawn) else outlines[at]
        misfits_m2 = _misfit_m2(drawn, pairs.area_m2[position])
        pieces[position] = drawn[int(np.argmin(misfits_m2))]
        if misfits_m2.min() > _tolerance_m2(pairs.area_m2[position]):
            log.warning(
                "the drawing of pair %d, %d is %.2f m² off its area of %.2f m²: the area counts",
                pairs.left[position], pairs.right[position], misfits_m2.min(),
                pairs.area_m2[position],
            )  # fmt: skip
    return np.array([polygons_only(piece) for piece in pieces], dtype=object)


def _misfit_m2(pieces: Geometries, area_m2: Floats | float) -> Floats:
    """Return how far drawn pieces are from the areas that they should have; NaN for None."""
    areas = np.where(shapely.is_missing(pieces), np.nan, shapely.area(pieces))
    return np.abs(areas - area_m2)


def _tolerance_m2(area_m2: Floats | float) -> Floats:
    return np.maximum(WITNESS_TOLERANCE_M2, WITNESS_TOLERANCE_SHARE * np.asarray(area_m2))


def mean_width_m(geometry: shapely.Geometry) -> float:
    """Return 2·area/perimeter, the mean width of a strip; a square of side a gives a/2."""
    perimeter = float(shapely.length(geometry))
    return 2.0 * float(shapely.area(geometry)) / perimeter if perimeter else 0.0
