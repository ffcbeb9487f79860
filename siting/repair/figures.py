"""What a corrected outline measures, beside the present one."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.model import Layer, OutlineFigures
from siting.repair.outline import SAME_POINT_M, Floats, points_at
from siting.repair.widths import compactness, min_width_m

#: An outline fronts a road when it faces its centre line from no farther than this, metres,
FRONT_OF_LINE_M = 30.0
#: or its drawn surface from no farther than this.
FRONT_OF_SURFACE_M = 2.0
#: Frontage is counted in steps of this length along the outline, metres.
FRONT_STEP_M = 2.0
#: An edge faces a road when it runs within this angle of it, degrees.
FACING_DEG = 45.0


def figures_of(
    shape: BaseGeometry,
    present: BaseGeometry,
    *,
    moved_m: float = 0.0,
    turned_deg: float = 0.0,
) -> OutlineFigures:
    """Return the figures of a corrected outline against the present one, without its frontage.

    Parameters
    ----------
    shape, present
        Valid polygons in the working CRS; of a bare line areas and widths are 0.
    moved_m, turned_deg
        By how much the outline was moved as a whole.
    """
    is_areal = int(shapely.get_dimensions(shape)) == 2
    before, after = shapely.get_coordinates(present), shapely.get_coordinates(shape)
    if is_areal:
        before, after = before[:-1], after[:-1]
    kept = _count_near(before, after)
    gone, new = len(before) - kept, max(0, len(after) - _count_near(after, before))
    return OutlineFigures(
        area_m2=float(shapely.area(shape)),
        area_lost_m2=float(shapely.area(shapely.difference(present, shape))),
        area_gained_m2=float(shapely.area(shapely.difference(shape, present))),
        moved_m=moved_m,
        turned_deg=turned_deg,
        min_width_m=min_width_m(shape) if is_areal else 0.0,
        frontage_m=None,
        compactness=compactness(shape) if is_areal else 0.0,
        vertices_moved=min(gone, new),
        vertices_added=max(0, new - gone),
        vertices_removed=max(0, gone - new),
    )


def _count_near(some: Floats, others: Floats) -> int:
    """Return how many of some points stand where one of the others does."""
    found = shapely.STRtree(points_at(others)).query(
        points_at(some), predicate="dwithin", distance=SAME_POINT_M
    )
    return len(np.unique(found[0]))


def frontage_m(shape: BaseGeometry, roads: tuple[Layer, ...]) -> float | None:
    """Return the length of the outline that faces a road with nothing of itself between.

    A road drawn as a centre line counts from 30 m, one drawn as a surface from 2 m; None
    without a usable road layer.
    """
    lines = [
        np.asarray(layer.frame.geometry.array, dtype=object)
        for layer in roads
        if layer.is_usable and layer.frame is not None
    ]
    if not lines:
        return None
    drawn = np.concatenate(lines)
    drawn = drawn[shapely.dwithin(drawn, shape, FRONT_OF_LINE_M)]
    if not len(drawn):
        return 0.0
    steps = shapely.get_coordinates(
        shapely.segmentize(shapely.get_rings(shapely.get_parts(shape)), FRONT_STEP_M)
    )
    along = np.diff(steps, axis=0)
    lengths = np.hypot(*along.T)
    middles = points_at((steps[:-1] + steps[1:]) / 2)
    is_facing = np.zeros(len(middles), dtype=np.bool_)
    for road in drawn:
        reach_m = FRONT_OF_SURFACE_M if shapely.get_dimensions(road) == 2 else FRONT_OF_LINE_M
        sight = shapely.shortest_line(middles, road)
        ends = shapely.get_coordinates(sight).reshape(-1, 2, 2)
        look = ends[:, 1] - ends[:, 0]
        size = np.hypot(*look.T)
        # square to the road's line of sight is along the road
        turn = np.abs((along * look).sum(axis=1)) / np.maximum(lengths * size, 1e-12)
        is_along = (turn <= math.sin(math.radians(FACING_DEG))) | (size < SAME_POINT_M)
        behind_m = shapely.length(shapely.intersection(sight, shape))
        is_facing |= (size <= reach_m) & is_along & (behind_m <= np.minimum(0.1, size / 2 + 1e-9))
    # between two rings there is no edge
    is_edge = lengths <= FRONT_STEP_M + SAME_POINT_M
    return float(math.fsum(lengths[is_facing & is_edge]))
