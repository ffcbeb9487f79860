"""Hatches as lines cut to shape: those of the pages, on paper.

Each hatch is a tile of 10 × 10 that is repeated over the sheet from one origin, so pieces of the
same constraint side by side continue each other. The lines are cut by the shape itself: what
the file holds is what is seen, in any viewer and at any size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Lines = NDArray[np.object_]

#: Side of a tile on paper, mm.
TILE_MM = 2.4
#: Strokes of each hatch on its tile, y upwards: each a run of corners.
_STROKES: Mapping[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "slash": (((0, 0), (10, 10)),),
    "backslash": (((0, 10), (10, 0)),),
    "horizontal": (((0, 5), (10, 5)),),
    "vertical": (((5, 0), (5, 10)),),
    "grid": (((0, 5), (10, 5)), ((5, 0), (5, 10))),
    "cross": (((0, 0), (10, 10)), ((0, 10), (10, 0))),
    "dash": (((0, 7.5), (5, 7.5)), ((5, 2.5), (10, 2.5))),
    "zigzag": (((0, 3), (2.5, 7), (5, 3), (7.5, 7), (10, 3)),),
    "wave": (((0, 7), (2.5, 8.5), (5, 7), (7.5, 5.5), (10, 7)),),
    "withheld": (((0, 0), (10, 10)), ((0, 5), (10, 5))),
    "dots": (((2.2, 7.5), (2.8, 7.5)), ((7.2, 2.5), (7.8, 2.5))),
}
#: Strokes that go on from tile to tile are drawn as one line over a row, a column or a diagonal.
_THROUGH = frozenset({"horizontal", "vertical", "grid", "slash", "backslash", "cross", "withheld"})


def has_hatch(name: str) -> bool:
    """True for a hatch that fills a surface; outlines have none."""
    return name in _STROKES


def hatch_lines(shape: BaseGeometry, name: str) -> Lines:
    """Return the strokes of a hatch inside of a shape, on paper.

    Parameters
    ----------
    shape
        A surface in mm on paper; lines and points have no hatch.
    name
        One of the hatches of :mod:`siting.mapping.styles`.
    """
    if name not in _STROKES or shape.is_empty or shapely.get_dimensions(shape) < 2:
        return np.array([], dtype=object)
    strokes = [line for stroke in _STROKES[name] for line in _repeated(stroke, name, shape)]
    if not strokes:
        return np.array([], dtype=object)
    shapely.prepare(shape)
    lines = np.asarray(strokes, dtype=object)
    lines = lines[shapely.intersects(shape, lines)]
    cut = shapely.intersection(lines, shape)
    parts = shapely.get_parts(cut)
    strokes_cut: Lines = np.asarray(parts[shapely.get_dimensions(parts) == 1], dtype=object)
    return strokes_cut


def _repeated(
    stroke: tuple[tuple[float, float], ...], name: str, shape: BaseGeometry
) -> list[BaseGeometry]:
    west, south, east, north = shapely.bounds(shape) / TILE_MM
    columns = np.arange(np.floor(west), np.ceil(east))
    rows = np.arange(np.floor(south), np.ceil(north))
    corners = np.asarray(stroke) / 10.0
    if name in _THROUGH:
        starts = _starts(corners, columns, rows)
        count = max(len(columns), len(rows))
        ends = corners[1] - corners[0]
        return [shapely.LineString([at * TILE_MM, (at + ends * count) * TILE_MM]) for at in starts]
    places = [(column, row) for row in rows for column in columns]
    if stroke[0][0] == 0 and stroke[-1][0] == 10:  # waves run along their row
        return [_run(corners, columns, row) for row in rows]
    return [shapely.LineString((corners + np.array(place)) * TILE_MM) for place in places]


def _starts(
    corners: NDArray[np.float64], columns: NDArray[np.float64], rows: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return where the through lines of a stroke begin, in tiles."""
    step = corners[1] - corners[0]
    if step[1] == 0:
        return [corners[0] + np.array([columns[0], row]) for row in rows]
    if step[0] == 0:
        return [corners[0] + np.array([column, rows[0]]) for column in columns]
    count = max(len(columns), len(rows))
    row = rows[0] if step[1] > 0 else rows[0] + count - 1
    return [
        corners[0] + np.array([column, row])
        for column in np.arange(columns[0] - count, columns[-1] + 1)
    ]


def _run(corners: NDArray[np.float64], columns: NDArray[np.float64], row: float) -> BaseGeometry:
    points = [(corners + np.array([column, row])) * TILE_MM for column in columns]
    return shapely.LineString(np.vstack([points[0], *(each[1:] for each in points[1:])]))
