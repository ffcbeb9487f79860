"""Rings of a red-line TXT -> a geometry exactly as delivered.

A further ring is a hole or a second part; the file does not say which, so containment
decides. Nothing is repaired: a bowtie stays a bowtie, so that the quality rule can report it.
"""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from siting.load.deviation import Deviations, notes_of
from siting.load.redline_txt import Plot
from siting.load.rings import polygons_of
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
    """Return one geometry, holes and parts told by containment, and the note that says so."""
    if len(rings) > MOST_RINGS:
        raise GeometryError(say(f"一个地块有 {len(rings)} 圈", f"{len(rings)} rings in one plot"))
    polygons = polygons_of(rings)
    holes_in_all = len(rings) - len(polygons)
    note = say(
        f"{len(rings)} 圈：{len(polygons)} 个部分、{holes_in_all} 个洞（按包含关系判定）",
        f"{len(rings)} rings: {len(polygons)} part(s) and {holes_in_all} hole(s), "
        "decided by containment",
    )
    whole = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return whole, [note]
