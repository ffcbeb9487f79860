"""Points of a plot -> rings, wherever one ends and the next begins.

A ring ends where the ring number changes, or where it has come back to its first point and
what follows is a ring again. It is closed by repeating its first point, by repeating its
coordinates under a new number, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.load.deviation import DeviationKind, Deviations
from siting.load.txt_crs import TextCRS, easting_of
from siting.load.txt_points import Point, label_number
from siting.load.words import say
from siting.model import Text

#: Corners that an area needs.
FEWEST_CORNERS = 3
#: Rows of the smallest closed ring.
FEWEST_ROWS = FEWEST_CORNERS + 1

Ring = NDArray[np.float64]
Corner = tuple[float, float]


class GeometryError(Exception):
    """The points of a plot make no area; the text says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """Point rows that follow each other under one ring number."""

    points: Sequence[Point]
    corners: Sequence[Corner]

    @property
    def label(self) -> str:
        """The ring number."""
        return self.points[0].ring

    @property
    def is_closed(self) -> bool:
        """True when the last row repeats the coordinates of the first."""
        return len(self.corners) > 1 and self.corners[0] == self.corners[-1]


def corners_of(points: Sequence[Point], crs: TextCRS) -> list[Corner]:
    """Return easting and northing (longitude and latitude) of the points, prefix taken off."""
    prefix = crs.prefix
    if prefix:
        return [(easting_of(point[4], prefix), float(point[3])) for point in points]
    return [(float(point[4]), float(point[3])) for point in points]


def rings_of(points: Sequence[Point], crs: TextCRS, deviations: Deviations) -> list[Ring]:
    """Return the closed rings of a plot, in the order of the file.

    Parameters
    ----------
    points, crs
        Of the plot.
    deviations
        Where openings and other closings are added.

    Raises
    ------
    GeometryError
        A ring of fewer than three corners, one that comes back to the number of its first
        point at another place, or one torn apart by another.
    """
    runs = [part for run in _runs(points, crs) for part in _parts(run, deviations)]
    _require_whole(runs)
    return [_ring(run, deviations) for run in runs]


def _runs(points: Sequence[Point], crs: TextCRS) -> list[Run]:
    corners = corners_of(points, crs)
    starts = [0]
    starts += [at for at in range(1, len(points)) if points[at].ring != points[at - 1].ring]
    ends = [*starts[1:], len(points)]
    return [Run(points[a:b], corners[a:b]) for a, b in zip(starts, ends, strict=True)]


def _parts(run: Run, deviations: Deviations) -> list[Run]:
    """Return the rings within rows of one ring number: real files forget to count."""
    parts: list[Run] = []
    rest = run
    while True:
        at = _closing(rest)
        if at is None:
            return [*parts, rest]
        parts.append(Run(rest.points[: at + 1], rest.corners[: at + 1]))
        rest = Run(rest.points[at + 1 :], rest.corners[at + 1 :])
        said = Text(f"圈号 {run.label} 下有多圈", f"several rings under number {run.label}")
        deviations.add(rest.points[0].line, DeviationKind.RING, said)


def _closing(run: Run) -> int | None:
    """Return the row at which a ring closes though rows follow, or None.

    A ring may touch its own first corner. It is taken for closed there only if the row
    bears the first point's number, or if what follows is a closed ring by itself.
    """
    first, corner = label_number(run.points[0].label), run.corners[0]
    is_rest_closed = len(run.corners) >= 2 * FEWEST_ROWS
    for at in range(FEWEST_CORNERS, len(run.corners) - 1):
        if run.corners[at] != corner:
            continue
        rest = run.corners[at + 1 :]
        is_named = bool(first) and label_number(run.points[at].label) == first
        if is_named or (is_rest_closed and len(rest) >= FEWEST_ROWS and rest[0] == rest[-1]):
            return at
    return None


def _require_whole(runs: Sequence[Run]) -> None:
    """Refuse rows of one ring that stand before and after another, none of them closed."""
    is_open: dict[str, bool] = {}
    for run in runs:
        if is_open.get(run.label) and not run.is_closed:
            raise GeometryError(
                say(
                    f"第 {run.label} 圈被其他圈隔断，且未闭合",
                    f"ring {run.label} is torn apart by another ring and not closed",
                )
            )
        is_open[run.label] = not run.is_closed


def _ring(run: Run, deviations: Deviations) -> Ring:
    label, first, last = run.label, run.points[0], run.points[-1]
    corners = list(run.corners)
    is_same_name = len(corners) > 1 and _is_same_number(first.label, last.label)
    if run.is_closed:
        corners.pop()
        if not is_same_name and label_number(first.label) != label_number(last.label):
            said = Text(
                f"第 {label} 圈以新点号 {last.label} 闭合",
                f"ring {label} is closed under a new number, {last.label}",
            )
            deviations.add(last.line, DeviationKind.CLOSING, said, expected=first.label)
    elif is_same_name:
        raise GeometryError(
            say(
                f"第 {last.line} 行：点号 {last.label} 重复而坐标不同，第 {label} 圈不能确定",
                f"line {last.line}: point {last.label} again, at another place (ring {label})",
            )
        )
    else:
        said = Text(f"第 {label} 圈未闭合，已闭合", f"ring {label} was not closed; closed")
        deviations.add(last.line, DeviationKind.CLOSING, said)
    if len(set(corners)) < FEWEST_CORNERS:
        raise GeometryError(
            say(
                f"第 {label} 圈不足 {FEWEST_CORNERS} 个界址点",
                f"ring {label} has fewer than {FEWEST_CORNERS} corners",
            )
        )
    return np.array([*corners, corners[0]], dtype=np.float64)


def _is_same_number(one: str, other: str) -> bool:
    return bool(label_number(one)) and label_number(one) == label_number(other)
