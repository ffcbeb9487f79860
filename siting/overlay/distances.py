"""``distances_within``: pairs of red lines and features within a distance, and how far apart.

The distances come from the kernel (`siting.overlay.kernel.reach`), each with a proven error
bound. GEOS is the witness; exact arithmetic decides where the two disagree, and wherever a
distance cannot be told from one at which something is decided: whether a red line keeps its
50 m never turns on a rounding.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.overlay.exact_distance import exact_distance_sq, rounded_distance_m
from siting.overlay.kernel import reach
from siting.overlay.kernel.draw import is_drawn
from siting.overlay.kernel.records import UNIT_ROUNDOFF, DistanceTable
from siting.overlay.pairs import Witness
from siting.overlay.witness import Floats, Geometries

log = logging.getLogger(__name__)

#: Kernel and GEOS may differ by this much, or by this share, unremarked: a thousandth of a
#: survey's last digit, and a million roundings.
WITNESS_TOLERANCE_M = 1e-6
WITNESS_TOLERANCE_SHARE = 1e-10
#: One pair in so many is shown to GEOS, whatever its distance.
SAMPLE_ONE_IN = 100
#: An exact distance is rounded by its root, and moved to the right side of a limit.
EXACT_ROUNDINGS = 4.0


@dataclass(frozen=True, eq=False, slots=True)
class Distances:
    """Pairs within a distance, sorted by left and right index; one entry per pair in each array.

    ``distance_m`` is off by ``bound_m`` at most, and on the right side of each limit that was
    asked about; 0 where the two meet or one lies inside the other. ``is_disputed`` marks pairs
    on which kernel and GEOS did not agree; their distance is the exact one, or the kernel's
    where the oracle could not be asked.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    distance_m: Floats
    bound_m: Floats
    is_disputed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)


def distances_within(
    left: Geometries,
    right: Geometries,
    distance_m: float,
    *,
    limits_m: tuple[float, ...] = (),
    shown_m: float = np.inf,
    witness: Witness = "found",
) -> Distances:
    """Return the pairs at most `distance_m` apart, and the distance of each in metres.

    Parameters
    ----------
    left, right
        Polygons (valid), lines or points in the same plane (metres), or several of them; None
        and empty geometries never pair. Put the smaller set (the red lines) left.
    distance_m
        The furthest that counts, itself included.
    limits_m
        Distances at which something is decided. Pairs that the kernel cannot tell from one of
        them, from `distance_m` or from 0 are settled in exact arithmetic.
    shown_m
        Pairs nearer than this are shown as findings.
    witness
        Which pairs GEOS is asked about as well: ``found``, those that are shown, and one in
        ``SAMPLE_ONE_IN`` of the others; ``doubtful``, that sample; ``all``, every pair;
        ``none``, for measurements only.

    Returns
    -------
    Distances
        Comparing ``distance_m`` with one of the limits gives what the exact distance would.

    Raises
    ------
    SitingError
        A coordinate is no finite number on the ground.
    """
    table = reach.distances(left, right, limit_m=distance_m)
    limits = tuple(sorted({0.0, distance_m, *limits_m} - {np.inf}))
    distances, bounds = table.distance_m.copy(), table.bound_m.copy()
    is_disputed = _are_disputed(
        (left, right), table, _asked((left, right), table, shown_m, witness)
    )
    is_close = np.zeros(len(table), dtype=bool)
    for limit in limits:
        is_close |= (bounds > 0.0) & (np.abs(distances - limit) <= bounds)
    for at in np.flatnonzero(is_disputed | is_close):
        pair = left[table.left[at]], right[table.right[at]]
        exact = exact_distance_sq(*pair)
        if exact is None:
            # what cannot be told from a limit counts as nearer: a conflict is never missed
            distances[at] = max(distances[at] - bounds[at], 0.0) if is_close[at] else distances[at]
            continue
        known = rounded_distance_m(exact, limits)
        _say(table, int(at), known)
        distances[at], bounds[at] = known, EXACT_ROUNDINGS * UNIT_ROUNDOFF * known
    is_near = distances <= distance_m
    return Distances(
        table.left[is_near],
        table.right[is_near],
        distances[is_near],
        bounds[is_near],
        is_disputed[is_near],
    )


def _asked(
    sides: tuple[Geometries, Geometries], table: DistanceTable, shown_m: float, witness: Witness
) -> NDArray[np.bool_]:
    if witness in {"all", "none"}:
        return np.full(len(table), witness == "all")
    ours, theirs = (shapely.bounds(side) for side in sides)
    pairs = zip(table.left.tolist(), table.right.tolist(), strict=True)
    is_asked = np.array(
        [is_drawn(ours, one, theirs, other, SAMPLE_ONE_IN) for one, other in pairs], dtype=bool
    )
    if witness == "found":
        is_asked |= table.distance_m - table.bound_m < shown_m
    return is_asked


def _are_disputed(
    sides: tuple[Geometries, Geometries], table: DistanceTable, is_asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    is_disputed = np.zeros(len(table), dtype=bool)
    ours, theirs = sides[0][table.left[is_asked]], sides[1][table.right[is_asked]]
    told, known = shapely.distance(ours, theirs), table.distance_m[is_asked]
    tolerance = np.maximum(WITNESS_TOLERANCE_M, WITNESS_TOLERANCE_SHARE * known)
    # never true of NaN, so a pair on which GEOS gives up is disputed
    is_disputed[is_asked] = ~(np.abs(told - known) <= tolerance)
    return is_disputed


def _say(table: DistanceTable, at: int, exact_m: float) -> None:
    slack_m = EXACT_ROUNDINGS * UNIT_ROUNDOFF * exact_m
    if abs(exact_m - table.distance_m[at]) > table.bound_m[at] + slack_m:
        log.error(
            "the kernel's distance of pair %d, %d (%.9f ± %.1e m) is not the exact one (%.9f m): "
            "the exact one counts; please report this pair",
            table.left[at], table.right[at], table.distance_m[at], table.bound_m[at], exact_m,
        )  # fmt: skip
