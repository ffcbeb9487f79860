"""Pieces of line joined to closed loops: end to end, per layer, within a tolerance.

Only where every end meets exactly one other is the loop beyond doubt; where three lines
meet, nothing is joined and each stays a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.load.dxf_pieces import Piece

#: Greatest gap between two ends that are one point, in the drawing's unit (metres).
JOIN_TOLERANCE = 0.001


def joined_loops(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return the closed loops and the pieces that are left open.

    A loop has the layer and handle of its first piece; loops come in the order of those.
    """
    loops = [piece for piece in pieces if piece.is_closed]
    still_open: list[Piece] = []
    for layer in dict.fromkeys(piece.layer for piece in pieces if not piece.is_closed):
        mine = [one for one in pieces if one.layer == layer and not one.is_closed]
        made, left = _join(mine)
        loops.extend(made)
        still_open.extend(left)
    return loops, still_open


def _join(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    if not pieces:
        return [], []
    nodes = _nodes(pieces)
    at: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(nodes):
        at.setdefault(start, []).append(number)
        at.setdefault(end, []).append(number)
    loops: list[Piece] = []
    left: list[Piece] = []
    done: set[int] = set()
    for number in range(len(pieces)):
        if number in done:
            continue
        group = _component(number, nodes, at)
        done |= set(group)
        is_loop = all(len(at[node]) == 2 for one in group for node in nodes[one])
        if is_loop:
            loops.append(_walked(number, pieces, nodes, at))
        else:
            left.extend(pieces[one] for one in sorted(group))
    return loops, left


def _nodes(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Return per piece the numbers of its end points; ends within the tolerance are one."""
    ends = np.array([point for piece in pieces for point in (piece.points[0], piece.points[-1])])
    points = np.asarray(shapely.points(ends), dtype=object)
    pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=JOIN_TOLERANCE)
    parent = list(range(len(points)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other in pairs.T.tolist():
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return [(root(2 * number), root(2 * number + 1)) for number in range(len(pieces))]


def _component(start: int, nodes: list[tuple[int, int]], at: dict[int, list[int]]) -> list[int]:
    found = {start}
    waiting = [start]
    while waiting:
        for node in nodes[waiting.pop()]:
            fresh = [one for one in at[node] if one not in found]
            found.update(fresh)
            waiting.extend(fresh)
    return list(found)


def _walked(
    first: int, pieces: Sequence[Piece], nodes: list[tuple[int, int]], at: dict[int, list[int]]
) -> Piece:
    parts: list[NDArray[np.float64]] = [pieces[first].points]
    seen = {first}
    here = nodes[first][1]
    while True:
        onward = [one for one in at[here] if one not in seen]
        if not onward:
            break
        number = onward[0]
        seen.add(number)
        start, end = nodes[number]
        points = pieces[number].points if start == here else pieces[number].points[::-1]
        parts.append(points[1:])
        here = end if start == here else start
    points = np.vstack(parts)
    if len(points) > 1 and not np.array_equal(points[0], points[-1]):
        points[-1] = points[0]  # the gap is within the tolerance
    origin = pieces[first]
    return replace(origin, points=points, is_closed=True)
