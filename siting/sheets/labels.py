"""Where labels go so that none lies on another, on a symbol, or outside of the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.sheets.scales import Rect

Boxes = NDArray[np.float64]

#: Directions that are tried around a place, to the upper right first, and distances, mm.
_TURNS = tuple(math.pi * (0.25 + side * step / 8) for step in range(9) for side in (1, -1))
_STEP_MM, _GAP_MM = 1.1, 0.35


@dataclass(frozen=True, slots=True)
class Wish:
    """A label of some size that belongs to a place: no nearer to it than ``least`` mm.

    ``most`` is how far it may stand off, mm; what finds no room within that has no label.
    """

    x: float
    y: float
    width: float
    height: float
    least: float
    most: float


class Room:
    """The map's frame with what is taken in it already."""

    def __init__(self, frame: Rect, taken: Sequence[Rect] = ()) -> None:
        self.frame = frame
        self._taken: list[tuple[float, float, float, float]] = [_corners(each) for each in taken]

    def take(self, rect: Rect) -> None:
        """Keep a rectangle free of labels."""
        self._taken.append(_corners(rect))

    def place(self, wish: Wish) -> Rect | None:
        """Return where a label goes, and take the room; None where there is none."""
        boxes = _candidates(wish)
        frame = self.frame
        free = (
            (boxes[:, 0] >= frame.left + _GAP_MM) & (boxes[:, 2] <= frame.right - _GAP_MM)
            & (boxes[:, 1] >= frame.bottom + _GAP_MM) & (boxes[:, 3] <= frame.top - _GAP_MM)
        )  # fmt: skip
        boxes = boxes[free]
        if len(boxes) and self._taken:
            boxes = boxes[~_meet(boxes, np.asarray(self._taken))]
        if not len(boxes):
            return None
        west, south, east, north = map(float, boxes[0])
        found = Rect(west, south, east - west, north - south)
        self.take(found)
        return found


def _corners(rect: Rect) -> tuple[float, float, float, float]:
    return rect.left, rect.bottom, rect.right, rect.top


def _candidates(wish: Wish) -> Boxes:
    """Return the rectangles that a label may take, nearest first."""
    centres = [(wish.x, wish.y)] if wish.least <= 0 else []
    distance = max(wish.least, 0.0)
    while distance <= wish.most:
        for turn in _TURNS:
            # a label stands off by its edge, not by its middle
            across = distance + abs(math.cos(turn)) * wish.width / 2
            along = distance + abs(math.sin(turn)) * wish.height / 2
            centres.append((wish.x + across * math.cos(turn), wish.y + along * math.sin(turn)))
        distance += _STEP_MM + distance * 0.08
    at = np.asarray(centres)
    half = np.array([wish.width, wish.height]) / 2
    return np.hstack([at - half, at + half])


def _meet(boxes: Boxes, taken: Boxes) -> NDArray[np.bool_]:
    """Return which boxes overlap any that is taken, or come too near."""
    corners = boxes[:, None, :]
    meets = (
        (corners[..., 0] < taken[:, 2] + _GAP_MM) & (taken[:, 0] < corners[..., 2] + _GAP_MM)
        & (corners[..., 1] < taken[:, 3] + _GAP_MM) & (taken[:, 1] < corners[..., 3] + _GAP_MM)
    )  # fmt: skip
    return np.asarray(meets.any(axis=1), dtype=np.bool_)
