"""Hatches as lines cut to shape: those of the pages, on paper.

The tile of 10 × 10 of :mod:`siting.mapping.hatches` is repeated over the sheet from one origin, so
pieces of the same constraint side by side continue each other. The lines are cut by the shape
itself: what the file holds is what is seen, in any viewer and at any size.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.mapping.hatches import DOTS, STROKES, TILE, is_hatched

Lines = NDArray[np.object_]
Corners = NDArray[np.float64]
"""Easting and northing in tiles, a row per corner."""

#: Side of a tile on paper, and how long a dot is drawn, mm.
TILE_MM, DOT_MM = 2.4, 0.15


def hatch_lines(shape: BaseGeometry, name: str) -> Lines:
    """Return the strokes of a hatch inside of a shape, on paper.

    Parameters
    ----------
    shape
        A surface in mm on paper; lines and points have no hatch.
    name
        One of the hatches of :mod:`siting.mapping.hatches`; any other has no strokes.
    """
    nothing: Lines = np.array([], dtype=object)
    if not is_hatched(name) or shape.is_empty or shapely.get_dimensions(shape) < 2:
        return nothing
    lines = np.asarray(
        [line for run in _runs(name) for line in _repeated(run, shape)], dtype=object
    )
    shapely.prepare(shape)
    lines = lines[shapely.intersects(shape, lines)]
    parts = shapely.get_parts(shapely.intersection(lines, shape))
    cut: Lines = np.asarray(parts[shapely.get_dimensions(parts) == 1], dtype=object)
    return cut


def _runs(name: str) -> list[Corners]:
    """Return the strokes of a hatch within one tile, upwards; what goes on is one run."""
    if name == "dots":
        half = np.array([DOT_MM / TILE_MM / 2, 0.0])
        spots = (np.array([x / TILE, 1 - y / TILE]) for x, y in DOTS)
        return [np.array([spot - half, spot + half]) for spot in spots]
    tile = shapely.box(0, 0, TILE, TILE)
    runs: list[list[tuple[float, float]]] = []
    for x, y, to_x, to_y in STROKES[name]:
        # what pages paint over the tile's edge is in the neighbour's tile
        inside = shapely.intersection(shapely.LineString([(x, y), (to_x, to_y)]), tile)
        if inside.length == 0:
            continue
        start, end = ((a / TILE, 1 - b / TILE) for a, b in inside.coords)
        if runs and runs[-1][-1] == start:
            runs[-1].append(end)
        else:
            runs.append([start, end])
    return [np.array(run) for run in runs]


def _repeated(run: Corners, shape: BaseGeometry) -> list[BaseGeometry]:
    """Return a run over all tiles of a shape; one that goes on from tile to tile as one line."""
    west, south, east, north = shapely.bounds(shape) / TILE_MM
    columns = np.arange(np.floor(west), np.ceil(east))
    rows = np.arange(np.floor(south), np.ceil(north))
    way = run[-1] - run[0]
    if len(run) == 2 and np.isin(way, (-1.0, 0.0, 1.0)).all():
        step = way if way[0] > 0 or (way[0] == 0 and way[1] > 0) else -way
        first = run[0] if step is way else run[-1]
        count = max(len(columns), len(rows))
        return [
            shapely.LineString([at * TILE_MM, (at + step * count) * TILE_MM])
            for at in first + _starts(step, columns, rows)
        ]
    if way[0] == 1 and way[1] == 0:  # waves run along their row
        return [_wave(run, columns, row) for row in rows]
    places = [np.array([column, row]) for row in rows for column in columns]
    return [shapely.LineString((run + place) * TILE_MM) for place in places]


def _starts(step: Corners, columns: Corners, rows: Corners) -> Corners:
    """Return the tiles in which the lines of a stroke begin that goes from edge to edge."""
    if step[1] == 0:
        return np.array([(columns[0], row) for row in rows])
    if step[0] == 0:
        return np.array([(column, rows[0]) for column in columns])
    count = max(len(columns), len(rows))
    row = rows[0] if step[1] > 0 else rows[0] + count - 1
    return np.array([(column, row) for column in np.arange(columns[0] - count, columns[-1] + 1)])


def _wave(run: Corners, columns: Corners, row: float) -> BaseGeometry:
    points = [(run + np.array([column, row])) * TILE_MM for column in columns]
    return shapely.LineString(np.vstack([points[0], *(each[1:] for each in points[1:])]))
