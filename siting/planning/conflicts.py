"""Which options cannot both be chosen: those that share land, and those too near each other.

By true areas and distances of the outlines, never by boxes: an edge in common is no overlap, and
where a figure cannot be told from its limit exact arithmetic decides (docs/overlay-kernel.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from siting.candidates import OVERLAP_TOLERANCE_M2
from siting.city import SeparationSpec
from siting.model import Option
from siting.overlay import distances_within, pair_areas, prepared
from siting.planning.outlines import Geometries, Longs, Mask, Outlines, outlines_of
from siting.planning.uses import Member, member_of

#: Outlines from this size on are looked at one by one: the kernel takes a second for two that
#: are nearly the same and have 18,000 vertices each.
LARGE_VERTICES = 1_000
#: Half the side of a square that shows that land is shared: 0.25 m², well over the tolerance.
SQUARE_M = 0.25


def overlaps(options: Sequence[Option]) -> Longs:
    """Return the pairs of options of different projects that share land.

    Parameters
    ----------
    options
        Of all projects, in any order; in the working CRS.

    Returns
    -------
    Longs
        Shape (n, 2), sorted: positions of options that share more than
        ``OVERLAP_TOLERANCE_M2``, the lower one first. A project takes one site at most, so pairs
        of one project are left out.

    Raises
    ------
    SitingError
        An option has no land.
    """
    outlines = outlines_of(options)
    count = len(outlines.shapes)
    first, second = (np.concatenate(side) for side in zip(*_sharing(outlines.shapes), strict=True))
    # whoever has the same outline shares its land, be it never so small
    own = np.arange(count, dtype=np.int64)
    low, high = np.minimum(first, second), np.maximum(first, second)
    keys = np.unique(np.concatenate((low * count + high, own * count + own)))
    pairs = np.divmod(keys, max(count, 1))
    return outlines.between_projects(pairs, (outlines.members(), outlines.members()))


def _sharing(shapes: Geometries) -> Iterator[tuple[Longs, Longs]]:
    """Yield which outlines share land: the small ones all at once, the large ones one by one."""
    is_large = shapely.get_num_coordinates(shapes) >= LARGE_VERTICES
    small = np.flatnonzero(~is_large).astype(np.int64)
    ground = prepared(shapes[small])
    pairs = pair_areas(ground, ground, witness="doubtful", limits_m2=(OVERLAP_TOLERANCE_M2,))
    is_land = (pairs.area_m2 > OVERLAP_TOLERANCE_M2) & (pairs.left != pairs.right)
    yield small[pairs.left[is_land]], small[pairs.right[is_land]]
    tree = shapely.STRtree(shapes)
    for row in np.flatnonzero(is_large).tolist():
        near = np.sort(tree.query(shapes[row])).astype(np.int64)
        # of two large ones the first asks
        near = near[~is_large[near] | (near > row)]
        is_sure = _surely_share(shapes[row], shapes[near])
        near, sure = near[~is_sure], near[is_sure]
        found = pair_areas(
            shapes[row : row + 1],
            shapes[near],
            witness="doubtful",
            limits_m2=(OVERLAP_TOLERANCE_M2,),
        )
        other = np.concatenate((sure, near[found.right[found.area_m2 > OVERLAP_TOLERANCE_M2]]))
        yield np.full(len(other), row, dtype=np.int64), other


def _surely_share(shape: shapely.Geometry, others: Geometries) -> Mask:
    """Return which others have a small square of land in common with an outline.

    Two large outlines that are nearly the same (a red line and its repair) have all their edges
    in one window: the kernel would look at each pair of edges to say how much they share, and
    here it matters only that they do.
    """
    is_sure = np.zeros(len(others), dtype=bool)
    shapely.prepare(shape)
    for spots in (shapely.point_on_surface(others), shapely.point_on_surface(shape)):
        squares = shapely.buffer(spots, SQUARE_M, cap_style="square")
        is_sure |= shapely.contains(shape, squares) & shapely.contains(others, squares)
    return is_sure


def separations(
    options: Sequence[Option], uses: Sequence[str], specs: Sequence[SeparationSpec]
) -> dict[str, Longs]:
    """Return, by the name of each rule, the pairs of options that it does not let stand together.

    Parameters
    ----------
    options
        Of all projects, in the working CRS.
    uses
        The use of each option's project (:func:`siting.planning.uses.use_of`). A use that is
        unknown, or told less closely than the rule, may be one that the rule means, and counts as
        one; :func:`siting.planning.uses.use_notes` tells of it.
    specs
        The rules.

    Returns
    -------
    dict[str, Longs]
        As :func:`overlaps`: pairs of different projects of which one is of ``uses`` and the other
        of ``from_uses``, whose outlines are nearer than ``distance_m`` (exactly so far apart is
        allowed); with 0 m those that touch or overlap.

    Raises
    ------
    SitingError
        An option has no land.
    """
    if not specs:
        return {}
    outlines = outlines_of(options)
    return {spec.name: _too_near(outlines, uses, spec) for spec in specs}


def _too_near(outlines: Outlines, uses: Sequence[str], spec: SeparationSpec) -> Longs:
    ours, theirs = is_meant(uses, spec.uses), is_meant(uses, spec.from_uses)
    one, other = (np.unique(outlines.place[side]) for side in (ours, theirs))
    near = distances_within(
        outlines.shapes[one], outlines.shapes[other], spec.distance_m, witness="doubtful"
    )
    keep = is_too_near(near.distance_m, spec)
    pairs = one[near.left[keep]], other[near.right[keep]]
    return outlines.between_projects(pairs, (outlines.members(ours), outlines.members(theirs)))


def is_meant(uses: Sequence[str], prefixes: Sequence[str]) -> Mask:
    """Return which uses are, or may be, some that a rule means."""
    told = {use: member_of(use, prefixes) is not Member.NO for use in set(uses)}
    return np.array([told[use] for use in uses], dtype=bool)


def is_too_near(distance_m: np.ndarray, spec: SeparationSpec) -> Mask:
    """Return which distances a rule does not allow, of those up to its own."""
    # distances up to 0 m are those of outlines that meet: they are what a rule of 0 m bans
    return distance_m < spec.distance_m if spec.distance_m > 0.0 else distance_m <= 0.0
