"""Rings of a red-line TXT -> a geometry exactly as delivered.

A further ring is a hole or a second part; the file does not say which, so containment
decides. Nothing is repaired: a bowtie stays a bowtie, so that the quality rule can report it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.load.deviation import Deviations, notes_of
from siting.load.redline_txt import Plot
from siting.load.txt_crs import TextCRS
from siting.load.txt_fields import AREA_SHAPES
from siting.load.txt_rings import FEWEST_CORNERS, GeometryError, Ring, rings_of
from siting.load.words import say

__all__ = ["GeometryError", "geometry_of", "plot_geometry"]

#: Rings of one plot beyond which it is refused rather than compared ring by ring for hours.
MOST_RINGS = 20_000


def geometry_of(plot: Plot, crs: TextCRS) -> tuple[BaseGeometry, list[str]]:
    """Return a plot's polygon or multipolygon in `crs` and the deviations met, as notes.

    Raises
    ------
    GeometryError
        When the points make no area; see :func:`siting.load.txt_rings.rings_of`.
    """
    deviations = Deviations()
    geometry, notes = plot_geometry(plot, crs, deviations)
    return geometry, [*notes_of(deviations), *notes]


def plot_geometry(
    plot: Plot, crs: TextCRS, deviations: Deviations
) -> tuple[BaseGeometry, list[str]]:
    """Return a plot's geometry in `crs`; deviations are added, the notes say what was decided.

    Raises
    ------
    GeometryError
        When the points make no area, or are a line that does not close.
    """
    rings = rings_of(plot.points, crs, deviations)
    is_area = plot.shape in AREA_SHAPES or not plot.shape
    is_open = any("not closed" in deviation.text.en for deviation in deviations)
    _require_whole(plot, is_open=is_open)
    if not is_area and is_open:
        raise GeometryError(
            say(
                f"记录图形属性为“{plot.shape}”且未闭合，不是面",
                f"the geometry is '{plot.shape}' and does not close: no area",
            )
        )
    if len(rings) == 1:
        return shapely.Polygon(rings[0]), []
    return _assembled(rings)


def _require_whole(plot: Plot, *, is_open: bool) -> None:
    """Refuse a plot whose last rows are missing: a smaller plot or a lost hole is no red line.

    Rows are missing when an open ring has fewer than declared (a closing row may be counted),
    when the file ends and a whole ring could have followed, or when it ends within a number.
    """
    found = len(plot.points)
    missing = 0 if plot.declared_points is None else plot.declared_points - found
    if (is_open and missing > 1) or (plot.is_last and missing >= FEWEST_CORNERS):
        raise GeometryError(
            say(
                f"声明 {plot.declared_points} 个界址点，只有 {found} 行：文件可能被截断",
                f"{plot.declared_points} points declared, only {found} rows: is it cut off?",
            )
        )
    if is_open and plot.is_last_row_open and _is_number_cut(plot):
        raise GeometryError(
            say(
                f"第 {plot.points[-1].line} 行：文件末行数字不全，可能被截断",
                f"line {plot.points[-1].line}: digits missing at the end of the file: cut off?",
            )
        )


def _is_number_cut(plot: Plot) -> bool:
    """True when all rows have the same number of decimals, and the last one fewer."""
    *before, last = (len(point.easting.partition(".")[2]) for point in plot.points)
    return len(set(before)) == 1 and last < before[0]


def _assembled(rings: Sequence[Ring]) -> tuple[BaseGeometry, list[str]]:
    """Return one geometry: a ring inside an odd number of others is a hole of the innermost."""
    if len(rings) > MOST_RINGS:
        raise GeometryError(say(f"一个地块有 {len(rings)} 圈", f"{len(rings)} rings in one plot"))
    around = _around(rings)
    every = range(len(rings))
    shells = [one for one in every if len(around[one]) % 2 == 0]
    polygons = []
    for shell in shells:
        depth = len(around[shell]) + 1
        holes = [rings[one] for one in every if len(around[one]) == depth and shell in around[one]]
        polygons.append(shapely.Polygon(rings[shell], holes))
    holes_in_all = len(rings) - len(shells)
    note = say(
        f"{len(rings)} 圈：{len(shells)} 个部分、{holes_in_all} 个洞（按包含关系判定）",
        f"{len(rings)} rings: {len(shells)} part(s) and {holes_in_all} hole(s), "
        "decided by containment",
    )
    whole = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return whole, [note]


def _around(rings: Sequence[Ring]) -> list[set[int]]:
    """Return for each ring the rings around it; boxes first, for most rings are far apart."""
    outlines = [shapely.Polygon(ring) for ring in rings]
    shapely.prepare(outlines)
    boxes = shapely.bounds(outlines)
    around: list[set[int]] = []
    for one, ring in enumerate(rings):
        is_box_in = _is_box_in(boxes[one], boxes)
        is_box_in[one] = False
        candidates = np.flatnonzero(is_box_in).tolist()
        around.append({other for other in candidates if _lies_in(ring, outlines[other])})
    return around


def _is_box_in(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    low = np.all(boxes[:, :2] <= box[:2], axis=1)
    high = np.all(boxes[:, 2:] >= box[2:], axis=1)
    both: NDArray[np.bool_] = np.logical_and(low, high)
    return both


def _lies_in(ring: Ring, outline: shapely.Polygon) -> bool:
    """True when no corner or middle of an edge lies outside and one lies inside.

    Holds for invalid outlines too, where GEOS would refuse to answer ``within``.
    """
    middles = (ring[:-1] + ring[1:]) / 2
    probes = np.vstack([ring[:-1], middles])
    touches = shapely.dwithin(shapely.get_exterior_ring(outline), shapely.points(probes), 0.0)
    inside = shapely.contains_xy(outline, probes[:, 0], probes[:, 1])
    return bool((inside | touches).all() and (inside & ~touches).any())
